"""What a paper is made with: `papers/<slug>/paper.yaml`, checked against its template."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["PaperSettings", "check_parameters", "parse_parameters", "read_settings", "template_parameters"]

_KEYS = ["template", "title", "subtitle", "author", "date", "message", "meaning", "parameters"]


@dataclass(frozen=True)
class PaperSettings:
    """One paper: its template, what stands on its first lines, and the parameters of the run.

    `message` and `meaning` are the writer's two sentences for the front page: the finding, and what it means for the
    province. Like the text they may name values.
    """

    slug: str
    template: Path
    title: str
    subtitle: str
    author: tuple[str, ...]
    date: datetime.date | None
    message: str
    meaning: str
    parameters: dict[str, Any]


def read_settings(home: Home, slug: str, parameters: Mapping[str, Any] | None = None) -> PaperSettings:
    """Read `paper.yaml` of a paper, with `parameters` taking the place of those in the file.

    Raises
    ------
    LeeszaalError
        When there is no such paper, a key is unknown or missing, the template does not exist, or a parameter is
        unknown to the template or of another kind than its default; file, line and nearest name are given.
    """
    path = home.paper(slug) / "paper.yaml"
    file = read_yaml(path)
    content = file.check_keys(file.content, _KEYS, ["template", "title"])
    for key in ("template", "title", "subtitle", "message", "meaning"):
        if key in content:
            file.check_kind(content[key], str, key)
    template = home.templates / f"{content['template']}.ipynb"
    if not template.is_file():
        known = [candidate.stem for candidate in home.templates.glob("*.ipynb")]
        raise file.error(
            f"het sjabloon ‘{content['template']}’ bestaat niet.",
            "template",
            remedy=nearest(content["template"], known),
        )
    authors = content.get("author", [])
    date = content.get("date")
    if date is not None and not isinstance(date, datetime.date):
        raise file.error(f"‘{date}’ is geen datum.", "date", remedy="Schrijf de datum als 2026-11-24.")
    in_file = file.check_kind(content.get("parameters", {}), dict, "parameters")
    declared = template_parameters(template)
    _check(in_file, declared, template, file)
    check_parameters(parameters or {}, declared, template)
    return PaperSettings(
        slug=slug,
        template=template,
        title=content["title"],
        subtitle=content.get("subtitle", ""),
        author=tuple([authors] if isinstance(authors, str) else file.check_kind(authors, list, "author")),
        date=date,
        message=content.get("message", ""),
        meaning=content.get("meaning", ""),
        parameters={**in_file, **(parameters or {})},
    )


def template_parameters(template: Path) -> dict[str, Any]:
    """Return the parameters a notebook declares in its `parameters` cell, with their defaults.

    Raises
    ------
    LeeszaalError
        When the notebook cannot be read or has no such cell.
    """
    import ast
    import json

    try:
        cells = json.loads(template.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LeeszaalError(f"{template} is geen leesbaar notebook ({error}).", "Zet het sjabloon terug.") from error
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            source = cell["source"]
            tree = ast.parse(source if isinstance(source, str) else "".join(source))
            return {
                target.id: ast.literal_eval(node.value)
                for node in tree.body
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
    raise LeeszaalError(f"{template} heeft geen cel met het label ‘parameters’.", "Geef één cel dat label.")


def check_parameters(parameters: Mapping[str, Any], declared: Mapping[str, Any], template: Path) -> None:
    """Raise an error for the first parameter that the template does not know, or that is of another kind."""
    _check(parameters, declared, template, None)


def _check(parameters: Mapping[str, Any], declared: Mapping[str, Any], template: Path, file: YamlFile | None) -> None:
    def fail(name: str, message: str, remedy: str) -> LeeszaalError:
        if file is not None:
            return file.error(message, "parameters", name, remedy=remedy)
        return LeeszaalError(message[0].upper() + message[1:], remedy)

    for name, value in parameters.items():
        if name not in declared:
            raise fail(
                name, f"de parameter ‘{name}’ bestaat niet in sjabloon ‘{template.stem}’.", nearest(name, declared)
            )
        default = declared[name]
        if default is not None and value is not None and type(value) is not type(default):
            kind = {int: "een geheel getal", str: "een tekst", float: "een getal", bool: "true of false"}.get(
                type(default), "iets anders"
            )
            raise fail(name, f"de parameter ‘{name}’ is ‘{value}’.", f"Verwacht: {kind}, zoals {default!r}.")


def parse_parameters(words: tuple[str, ...] | list[str]) -> dict[str, Any]:
    """Turn ``naam=waarde`` words of the command line into parameters.

    Examples
    --------
    >>> parse_parameters(["from_year=2010", "theme=ibt"])
    {'from_year': 2010, 'theme': 'ibt'}
    """
    import yaml

    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise LeeszaalError(f"‘{word}’ is geen parameter.", "Schrijf naam=waarde, zoals -p from_year=2010.")
        try:
            found[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError:
            found[name.strip()] = value
    return found
