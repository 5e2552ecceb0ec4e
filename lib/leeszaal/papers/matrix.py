"""A matrix of papers in one YAML: themes × regions × years × languages, each a paper of its own.

    template: trendpaper
    slug: trend-{theme}-{region}-{lang}
    title: "{theme_name} in {region_name}"
    themes: [ibt, dem.opkomst]
    regions: [overijssel, twente]
    years: [[2001, 2025]]
    languages: [nl, en]
    papers: [interbestuurlijk-toezicht]

`papers` names papers that are there already and are made again with their own parameters.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leeszaal.home import Home, check_slug
from leeszaal.indicators import require_region
from leeszaal.papers.template import LANGUAGES, read_template
from leeszaal.reading import load_taxonomy
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["Planned", "read_matrix"]

_KEYS = ["template", "slug", "title", "author", "themes", "regions", "years", "languages", "papers", "parameters"]
_FIELDS = ("theme", "region", "from_year", "to_year", "lang", "theme_name", "region_name")


@dataclass(frozen=True)
class Planned:
    """One paper to make: its slug, and for a paper of the matrix the content of its `paper.yaml`."""

    slug: str
    settings: dict[str, Any] = field(default_factory=dict)


def read_matrix(home: Home, path: Path) -> list[Planned]:
    """Return the papers that a matrix names, in order.

    Raises
    ------
    LeeszaalError
        When the file is not of this form, a theme, region or language does not exist, or two cells would be one paper.
    """
    file = read_yaml(path)
    content = file.check_keys(file.content, _KEYS, [])
    listed = file.check_kind(content.get("papers", []), list, "papers")
    planned = [Planned(str(slug)) for slug in listed]
    for one in planned:
        home.paper(one.slug)
    if "themes" in content:
        planned += _cells(home, file, content)
    if not planned:
        raise file.error("er staan geen papers in.", remedy="Noem papers, of een template met themes.")
    seen: dict[str, int] = {}
    for number, one in enumerate(planned):
        if one.slug in seen:
            raise file.error(
                f"twee papers zouden ‘{one.slug}’ heten.", "slug",
                remedy=f"Zet in slug alles wat verschilt: {', '.join('{' + name + '}' for name in _FIELDS[:5])}.",
            )  # fmt: skip
        seen[one.slug] = number
    return planned


def _axis(file: YamlFile, content: dict[str, Any], name: str, default: list[Any]) -> list[Any]:
    found = file.check_kind(content.get(name, default), list, name)
    if not found:
        raise file.error(f"‘{name}’ is leeg.", name, remedy="Noem er ten minste een.")
    return list(found)


def _cells(home: Home, file: YamlFile, content: dict[str, Any]) -> list[Planned]:
    if "template" not in content:
        raise file.error("‘template’ ontbreekt.", remedy="Noem het sjabloon, zoals template: trendpaper.")
    template = read_template(home, str(content["template"]))
    declared = template.parameters
    taxonomy = load_taxonomy(home.themes)
    themes = _axis(file, content, "themes", [])
    regions = _axis(file, content, "regions", ["overijssel"])
    languages = _axis(file, content, "languages", ["nl"])
    years = _axis(file, content, "years", [[declared.get("from_year", 2001), declared.get("to_year", 2025)]])
    for index, pair in enumerate(years):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(year, int) for year in pair)):
            raise file.error(f"‘{pair}’ is geen periode.", "years", index, remedy="Schrijf [2001, 2025].")
    for index, lang in enumerate(languages):
        if lang not in LANGUAGES:
            raise file.error(f"de taal ‘{lang}’ bestaat niet.", "languages", index, remedy="Kies nl of en.")
    pattern = str(content.get("slug", _pattern(template.name, regions, years, languages)))
    title = str(content.get("title", "{theme_name}"))
    more = file.check_kind(content.get("parameters", {}), dict, "parameters")
    found = []
    for theme, region, (first, last), lang in itertools.product(themes, regions, years, languages):
        taxonomy.require(str(theme))
        area = require_region(str(region))
        facts = {
            "theme": theme, "region": region, "from_year": first, "to_year": last, "lang": lang,
            "theme_name": taxonomy.label_name(str(theme), lang), "region_name": area.name,
        }  # fmt: skip
        slug = re.sub(r"[^a-z0-9]+", "-", _filled(file, "slug", pattern, facts).lower()).strip("-")
        check_slug(slug)
        chosen = {name: facts[name] for name in _FIELDS[:5] if name in declared} | dict(more)
        settings = {"template": template.name, "title": _filled(file, "title", title, facts), "parameters": chosen}
        if "author" in content:
            settings["author"] = content["author"]
        found.append(Planned(slug, settings))
    return found


def _pattern(template: str, regions: list[Any], years: list[Any], languages: list[Any]) -> str:
    """Return a slug that names what differs between the papers of the matrix."""
    parts = [template, "{theme}"]
    parts += ["{region}"] if len(regions) > 1 else []
    parts += ["{from_year}-{to_year}"] if len(years) > 1 else []
    parts += ["{lang}"] if len(languages) > 1 else []
    return "-".join(parts)


def _filled(file: YamlFile, key: str, pattern: str, facts: dict[str, Any]) -> str:
    try:
        return pattern.format_map(facts)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise file.error(
            f"‘{pattern}’ is niet in te vullen ({error}).", key,
            remedy=f"Bekend zijn: {', '.join('{' + name + '}' for name in _FIELDS)}.",
        ) from error  # fmt: skip
