"""A reader's own criteria, `literature/criteria.yaml`: when a work counts, why it does not, and the words to mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leeszaal.home import Home
from leeszaal.reading.taxonomy import Taxonomy, load_taxonomy
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["FILE", "Criteria", "Criterion", "load_criteria"]

FILE = "criteria.yaml"
_SIDES = {"include": "text", "exclude": "reason"}


@dataclass(frozen=True)
class Criterion:
    """One criterion in the reader's words, and the terms that point to it (written as in ``themes.yaml``)."""

    text: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Criteria:
    """When a work is included, and the reasons for which it is not, in the order of their keys 1 to 9."""

    include: tuple[Criterion, ...] = ()
    exclude: tuple[Criterion, ...] = ()

    def __add__(self, other: Criteria) -> Criteria:
        return Criteria((*self.include, *other.include), (*self.exclude, *other.exclude))

    def terms(self) -> Iterator[tuple[str, str, str]]:
        """Yield each word with its side ("include" or "exclude") and the criterion it points to."""
        for side, criteria in (("include", self.include), ("exclude", self.exclude)):
            for criterion in criteria:
                for word in criterion.words:
                    yield word, side, criterion.text


def load_criteria(home: Home, theme: str | None = None, taxonomy: Taxonomy | None = None) -> Criteria:
    """Return the criteria of a reading room: the general ones, and those of `theme` (or its subtheme) after them.

    The themes they name are looked up in `taxonomy`; by default that of the reading room.

    Raises
    ------
    LeeszaalError
        On every fault in the file (bad YAML, unknown key, wrong type, a theme that does not exist), with its line.
        A room without the file has no criteria.
    """
    path = home.literature / FILE
    if not path.is_file():
        return Criteria()
    source = read_yaml(path)
    content = source.check_keys(source.content, ["version", "include", "exclude", "themes"], ["version"])
    version = source.check_kind(content["version"], int, "version")
    if version != 1:
        raise source.error(f"‘version’ is {version}.", "version", remedy="Deze Leeszaal leest version: 1.")
    found = _criteria(source, content)
    for name, block in _blocks(source, content):
        taxonomy = taxonomy or load_taxonomy(home.themes)
        taxonomy.require(name)
        own = _criteria(source, source.check_keys(block, list(_SIDES), [], "themes", name), "themes", name)
        if theme is not None and (theme == name or theme.startswith(f"{name}.")):
            found += own
    return found


def _blocks(source: YamlFile, content: dict[str, Any]) -> list[tuple[str, Any]]:
    blocks = content.get("themes") or {}
    return [(str(name), block or {}) for name, block in source.check_kind(blocks, dict, "themes").items()]


def _criteria(source: YamlFile, block: dict[str, Any], *place: str | int) -> Criteria:
    sides = {
        side: tuple(
            _criterion(source, entry, name, *place, side, number)
            for number, entry in enumerate(source.check_kind(block.get(side) or [], list, *place, side))
        )
        for side, name in _SIDES.items()
    }
    return Criteria(**sides)


def _criterion(source: YamlFile, entry: Any, name: str, *place: str | int) -> Criterion:
    if isinstance(entry, str):
        entry = {name: entry}
    source.check_keys(entry, [name, "words"], [name], *place)
    text = source.check_kind(entry[name], str, *place, name).strip()
    if not text:
        raise source.error(f"‘{name}’ is leeg.", *place, name, remedy="Schrijf het criterium in een paar woorden.")
    words = source.check_kind(entry.get("words") or [], list, *place, "words")
    for number, word in enumerate(words):
        source.check_kind(word, str, *place, "words", number)
    return Criterion(text, tuple(word.strip() for word in words if word.strip()))
