"""Searches are data: `literature/searches.yaml` names each search and what it asks of which source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.harvest.query import Node, Or, parse
from leeszaal.works.record import TYPES
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["LANGUAGES", "Search", "read_contact", "read_searches"]

LANGUAGES = ("nl", "en")
_KEYS = ["theme", "sources", "query", "from_year", "to_year", "types", "languages", "limit", "options"]
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Search:
    """One search.

    Attributes
    ----------
    name
        Short name ("toezicht"); "los" for a search that stands in no file.
    theme
        Id of a theme, or "".
    sources
        Names of the sources to ask, in order.
    query
        Language ("nl", "en", or "" where no language is meant) to the search in the boolean form.
    from_year, to_year
        Years of publication, both included; None for open.
    types
        Types of this house ("article", "report", ...); empty for all.
    languages
        Languages of the works wanted; empty for all.
    limit
        Most records to fetch from each source, or None.
    options
        Source name to its own options, of which every source knows `url` and `limit`.
    """

    name: str
    sources: tuple[str, ...]
    query: Mapping[str, str]
    theme: str = ""
    from_year: int | None = None
    to_year: int | None = None
    types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    limit: int | None = None
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def option(self, source: str, name: str) -> Any:
        """Return an option of one source, or None."""
        return self.options.get(source, {}).get(name)

    def limit_for(self, source: str) -> int | None:
        """Return the most records to fetch from one source: its own limit, else that of the search."""
        own = self.option(source, "limit")
        return int(own) if own is not None else self.limit

    def nodes(self) -> dict[str, Node]:
        """Return the parsed query of each language."""
        return {language: parse(text) for language, text in self.query.items()}

    def node(self) -> Node:
        """Return one query that finds what any of the languages asks for."""
        parts = tuple(dict.fromkeys(self.nodes().values()))
        return parts[0] if len(parts) == 1 else Or(parts)


def read_searches(path: Path) -> dict[str, Search]:
    """Read `searches.yaml`.

    Raises
    ------
    LeeszaalError
        Naming file and line: an unknown key, source, type or theme with the nearest known one, a query that
        cannot be understood, a year that is no year.
    """
    if not path.is_file():
        raise LeeszaalError(
            f"{path} bestaat niet, dus er zijn geen zoekvragen.",
            'Maak het bestand, of zoek los: leeszaal harvest --source openalex --query "WOORDEN"',
        )
    file = read_yaml(path)
    top = file.check_keys(file.content, ["version", "contact", "searches"], ["searches"])
    found = file.check_kind(top["searches"], dict, "searches")
    return {str(name): _search(file, str(name), given) for name, given in found.items()}


def read_contact(path: Path) -> str:
    """Return the e-mail address in `searches.yaml` with which sources can reach the user, or ""."""
    if not path.is_file():
        return ""
    file = read_yaml(path)
    return str(file.content.get("contact") or "") if isinstance(file.content, dict) else ""


def _search(file: YamlFile, name: str, given: Any) -> Search:
    place = ("searches", name)
    if not _NAME.fullmatch(name):
        raise file.error(
            f"‘{name}’ kan geen naam van een zoekvraag zijn.", *place,
            remedy="Gebruik kleine letters, cijfers en koppeltekens, zoals ‘toezicht-kort’.",
        )  # fmt: skip
    block = file.check_keys(given, _KEYS, ["sources", "query"], *place)
    options = _options(file, block.get("options"), *place)
    return Search(
        name=name,
        theme=_theme(file, block.get("theme"), *place),
        sources=_sources(file, block["sources"], *place),
        query=_query(file, block["query"], *place),
        from_year=_year(file, block, "from_year", *place),
        to_year=_year(file, block, "to_year", *place),
        types=_words(file, block, "types", TYPES, *place),
        languages=_words(file, block, "languages", None, *place),
        limit=_limit(file, block.get("limit"), *place),
        options=options,
    )


def _sources(file: YamlFile, given: Any, *place: str) -> tuple[str, ...]:
    from leeszaal.harvest.source import source_names  # a source imports this module

    names = file.check_kind(given, list, *place, "sources")
    known = source_names()
    for index, name in enumerate(names):
        if name not in known:
            raise file.error(f"er is geen bron ‘{name}’.", *place, "sources", index, remedy=nearest(str(name), known))
    if not names:
        raise file.error("er is geen bron genoemd.", *place, "sources", remedy=f"Bekend zijn: {', '.join(known)}.")
    return tuple(dict.fromkeys(names))


def _query(file: YamlFile, given: Any, *place: str) -> dict[str, str]:
    texts = {"": given} if isinstance(given, str) else file.check_kind(given, dict, *place, "query")
    if isinstance(given, dict):
        file.check_keys(given, list(LANGUAGES), [], *place, "query")
    if not texts:
        raise file.error("de zoekvraag is leeg.", *place, "query", remedy="Voeg toe: nl: … en/of en: …")
    for language, text in texts.items():
        below = (*place, "query", language) if language else (*place, "query")
        file.check_kind(text, str, *below)
        try:
            parse(text)
        except LeeszaalError as error:
            raise file.error(error.message, *below, remedy=error.remedy) from None
    return {language: " ".join(text.split()) for language, text in texts.items()}


def _theme(file: YamlFile, given: Any, *place: str) -> str:
    if given is None:
        return ""
    theme = str(file.check_kind(given, str, *place, "theme"))
    themes = file.path.with_name("themes.yaml")
    if themes.is_file():
        known = [str(one.get("id")) for one in (read_yaml(themes).content or {}).get("themes", [])]
        if theme not in known:
            raise file.error(f"er is geen thema ‘{theme}’.", *place, "theme", remedy=nearest(theme, known))
    return theme


def _year(file: YamlFile, block: dict[str, Any], key: str, *place: str) -> int | None:
    if block.get(key) is None:
        return None
    year = int(file.check_kind(block[key], int, *place, key))
    if not 1400 <= year <= 2100:
        raise file.error(f"‘{key}’ is {year}.", *place, key, remedy="Verwacht: een jaartal, zoals 2015.")
    first = block.get("from_year")
    if key == "to_year" and isinstance(first, int) and year < first:
        raise file.error(f"‘to_year’ ({year}) ligt voor ‘from_year’ ({first}).", *place, key, remedy="Draai ze om.")
    return year


def _words(
    file: YamlFile, block: dict[str, Any], key: str, known: tuple[str, ...] | None, *place: str
) -> tuple[str, ...]:
    given = file.check_kind(block.get(key) or [], list, *place, key)
    for index, word in enumerate(given):
        file.check_kind(word, str, *place, key, index)
        if known is not None and word not in known:
            raise file.error(f"‘{word}’ is geen soort werk.", *place, key, index, remedy=nearest(word, known))
        if known is None and not re.fullmatch(r"[a-z]{2}", word):
            raise file.error(
                f"‘{word}’ is geen taal.",
                *place,
                key,
                index,
                remedy="Verwacht: twee letters, zoals nl of en.",
            )
    return tuple(given)


def _limit(file: YamlFile, given: Any, *place: str) -> int | None:
    if given is None:
        return None
    limit = int(file.check_kind(given, int, *place, "limit"))
    if limit < 1:
        raise file.error(f"‘limit’ is {limit}.", *place, "limit", remedy="Verwacht: 1 of meer.")
    return limit


def _options(file: YamlFile, given: Any, *place: str) -> dict[str, dict[str, Any]]:
    from leeszaal.harvest.source import get_source, source_names  # a source imports this module

    blocks = file.check_kind(given if given is not None else {}, dict, *place, "options")
    file.check_keys(blocks, source_names(), [], *place, "options")
    for name, options in blocks.items():
        if isinstance(options, dict):
            _limit(file, options.get("limit"), *place, "options", name)
        file.check_keys(options, sorted({"limit", "url", *get_source(name).options}), [], *place, "options", name)
    return {name: dict(options) for name, options in blocks.items()}
