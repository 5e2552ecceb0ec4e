"""The taxonomy of a reading room: themes, subthemes and their terms, checked as they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.reading.rows import read_rows
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["Ambiguous", "Example", "Subtheme", "Taxonomy", "Terms", "Theme", "load_taxonomy"]

LANGUAGES = ("nl", "en")
_THEME_ID = re.compile(r"[a-z][a-z0-9]*")
_LABEL_ID = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9]*")


@dataclass(frozen=True)
class Terms:
    """Terms as they stand in the file: Dutch, English, and case-sensitive abbreviations."""

    nl: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    abbr: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nl or self.en or self.abbr)

    def __len__(self) -> int:
        return len(self.nl) + len(self.en) + len(self.abbr)

    def pairs(self) -> list[tuple[str, str]]:
        """Return every term with its kind (``nl``, ``en`` or ``abbr``), in file order."""
        kinds = (("nl", self.nl), ("en", self.en), ("abbr", self.abbr))
        return [(term, kind) for kind, terms in kinds for term in terms]


@dataclass(frozen=True)
class Subtheme:
    """One label of the taxonomy: its names, its definition and its terms."""

    id: str
    theme: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    match: Terms
    weak: Terms = Terms()
    exclude: Terms = Terms()


@dataclass(frozen=True)
class Theme:
    """A theme with its subthemes in file order."""

    id: str
    label: Mapping[str, str]
    subthemes: tuple[Subtheme, ...]


@dataclass(frozen=True)
class Ambiguous:
    """Terms that count only beside one of `needs_any` and never beside one of `veto_any`."""

    terms: tuple[str, ...]
    lang: str
    needs_any: tuple[str, ...] = ()
    veto_any: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A title that somebody thought up, with the labels that it should get (none: it belongs nowhere).

    `hand` is the name of its file: what one hand wrote is alike.
    """

    title: str
    labels: tuple[str, ...]
    hand: str = field(default="", compare=False)


@dataclass(frozen=True)
class Taxonomy:
    """Everything in ``themes.yaml``, and the example titles in the folder ``examples`` beside it."""

    themes: tuple[Theme, ...]
    context: Terms = Terms()
    ambiguous: tuple[Ambiguous, ...] = ()
    background: Terms = Terms()
    examples: tuple[Example, ...] = ()
    path: Path | None = None
    _by_id: Mapping[str, Theme | Subtheme] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, Theme | Subtheme] = {}
        for theme in self.themes:
            found[theme.id] = theme
            found.update({subtheme.id: subtheme for subtheme in theme.subthemes})
        object.__setattr__(self, "_by_id", found)

    @property
    def subthemes(self) -> tuple[Subtheme, ...]:
        """All subthemes in file order."""
        return tuple(subtheme for theme in self.themes for subtheme in theme.subthemes)

    def labels(self) -> list[str]:
        """Return the ids of all subthemes in file order."""
        return [subtheme.id for subtheme in self.subthemes]

    def require(self, name: str) -> str:
        """Return `name` when it is the id of a theme or subtheme.

        Raises
        ------
        LeeszaalError
            Naming the nearest id that exists.
        """
        if name not in self._by_id:
            where = f" in {self.path}" if self.path else ""
            raise LeeszaalError(f"Het thema ‘{name}’ bestaat niet{where}.", nearest(str(name), self._by_id))
        return name

    def label_name(self, name: str, lang: str = "nl") -> str:
        """Return the name of a theme or subtheme in `lang` (``nl`` or ``en``)."""
        return self._by_id[self.require(name)].label[_language(lang)]

    def definition(self, name: str, lang: str = "nl") -> str:
        """Return the definition of a subtheme; of a theme, those of its subthemes one after another."""
        entry = self._by_id[self.require(name)]
        language = _language(lang)
        if isinstance(entry, Theme):
            return " ".join(subtheme.definition[language] for subtheme in entry.subthemes)
        return entry.definition[language]

    def theme_of(self, label: str) -> str:
        """Return the id of the theme that a label falls under (of a theme: itself)."""
        return self.require(label).partition(".")[0]

    def subtheme(self, label: str) -> Subtheme:
        """Return a subtheme by its id."""
        entry = self._by_id[self.require(label)]
        if isinstance(entry, Theme):
            raise LeeszaalError(
                f"‘{label}’ is een thema; hier wordt een subthema verwacht.", nearest(label, self.labels())
            )
        return entry

    def __hash__(self) -> int:
        return hash((self.path, tuple(self._by_id)))


def _language(lang: str) -> str:
    if lang not in LANGUAGES:
        raise LeeszaalError(f"De taal ‘{lang}’ is er niet voor namen van thema's.", nearest(lang, LANGUAGES))
    return lang


def load_taxonomy(path: Path | str) -> Taxonomy:
    """Read and check ``themes.yaml``, and the CSV files in the folder ``examples`` beside it.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    LeeszaalError
        On every fault (bad YAML, unknown or missing key, wrong type, repeated id, id not under its theme,
        no terms, an example with an unknown label), naming the file, the line and the nearest valid key.
    """
    source = read_yaml(Path(path))
    content = source.check_keys(
        source.content, ["version", "context", "background", "ambiguous", "themes"], ["version", "themes"]
    )
    version = source.check_kind(content["version"], int, "version")
    if version != 1:
        raise source.error(f"‘version’ is {version}.", "version", remedy="Deze Leeszaal leest version: 1.")
    seen: dict[str, int] = {}
    entries = _filled_list(source, content["themes"], "themes")
    themes = tuple(_theme(source, entry, index, seen) for index, entry in enumerate(entries))
    ambiguous = source.check_kind(content.get("ambiguous", []), list, "ambiguous")
    taxonomy = Taxonomy(
        themes=themes,
        context=_terms(source, content, "context", (), kinds=LANGUAGES),
        ambiguous=tuple(_ambiguous(source, entry, index) for index, entry in enumerate(ambiguous)),
        background=_terms(source, content, "background", (), kinds=LANGUAGES),
        path=Path(path),
    )
    examples = [
        one for file in sorted((Path(path).parent / "examples").glob("*.csv")) for one in _examples(file, taxonomy)
    ]
    return replace(taxonomy, examples=tuple(dict.fromkeys(examples)))


def _examples(path: Path, taxonomy: Taxonomy) -> list[Example]:
    found = []
    for row in read_rows(path, ("title", "labels"), ("title", "labels"))[0]:
        labels = tuple(label.strip() for label in row["labels"].split(";") if label.strip())
        for label in labels:
            try:
                taxonomy.subtheme(label)
            except LeeszaalError as error:
                raise LeeszaalError(f"{path}, regel {row['line']}: {error.message}", error.remedy) from error
        found.append(Example(" ".join(row["title"].split()), labels, path.stem))
    return found


def _filled_list(source: YamlFile, value: Any, *place: str | int) -> list[Any]:
    source.check_kind(value, list, *place)
    if not value:
        raise source.error(
            f"‘{place[-1]}’ is leeg.", *place, remedy="Zet er minstens één regel onder die met ‘- ’ begint."
        )
    return list(value)


def _text(source: YamlFile, value: Any, *place: str | int) -> str:
    if not isinstance(value, str):
        key = place[-1] if isinstance(place[-1], str) else "deze regel"
        remedy = "Verwacht: een tekst. Zet de waarde tussen aanhalingstekens, bijvoorbeeld: 'no'."
        raise source.error(f"{key} is ‘{value}’, geen tekst.", *place, remedy=remedy)
    if not value.strip():
        raise source.error("hier staat een lege tekst.", *place, remedy="Vul de tekst in of verwijder de regel.")
    return " ".join(value.split())


def _names(source: YamlFile, value: Any, *place: str | int) -> dict[str, str]:
    source.check_keys(value, list(LANGUAGES), list(LANGUAGES), *place)
    return {lang: _text(source, value[lang], *place, lang) for lang in LANGUAGES}


def _theme(source: YamlFile, entry: Any, index: int, seen: dict[str, int]) -> Theme:
    place = ("themes", index)
    keys = ["id", "label", "subthemes"]
    source.check_keys(entry, keys, keys, *place)
    name = _text(source, entry["id"], *place, "id")
    if not _THEME_ID.fullmatch(name):
        remedy = "Gebruik alleen kleine letters en cijfers, zoals: ibt."
        raise source.error(f"‘{name}’ kan geen id van een thema zijn.", *place, "id", remedy=remedy)
    _once(source, name, seen, *place, "id")
    below = _filled_list(source, entry["subthemes"], *place, "subthemes")
    return Theme(
        id=name,
        label=_names(source, entry["label"], *place, "label"),
        subthemes=tuple(_subtheme(source, item, name, (*place, "subthemes", i), seen) for i, item in enumerate(below)),
    )


def _subtheme(source: YamlFile, entry: Any, theme: str, place: tuple[str | int, ...], seen: dict[str, int]) -> Subtheme:
    required = ["id", "label", "definition", "match"]
    source.check_keys(entry, [*required, "weak", "exclude"], required, *place)
    name = _text(source, entry["id"], *place, "id")
    if not _LABEL_ID.fullmatch(name) or name.partition(".")[0] != theme:
        example = f"{theme}.{name.rpartition('.')[2] or 'naam'}"
        remedy = f"Begin met ‘{theme}.’ en gebruik kleine letters en cijfers, zoals: {example}"
        raise source.error(f"het id ‘{name}’ hoort niet onder het thema ‘{theme}’.", *place, "id", remedy=remedy)
    _once(source, name, seen, *place, "id")
    match = _terms(source, entry, "match", place)
    if not match:
        raise source.error(
            f"‘match’ van {name} is leeg.",
            *place,
            "match",
            remedy="Geef minstens één woord onder nl, en of abbr.",
        )
    return Subtheme(
        id=name,
        theme=theme,
        label=_names(source, entry["label"], *place, "label"),
        definition=_names(source, entry["definition"], *place, "definition"),
        match=match,
        weak=_terms(source, entry, "weak", place),
        exclude=_terms(source, entry, "exclude", place),
    )


def _once(source: YamlFile, name: str, seen: dict[str, int], *place: str | int) -> None:
    if name in seen:
        raise source.error(
            f"het id ‘{name}’ is al gebruikt op regel {seen[name]}.",
            *place,
            remedy="Kies een ander id of verwijder een van de twee.",
        )
    seen[name] = source.line(*place)


def _terms(
    source: YamlFile,
    mapping: Mapping[str, Any],
    key: str,
    place: tuple[str | int, ...],
    kinds: tuple[str, ...] = (*LANGUAGES, "abbr"),
) -> Terms:
    if key not in mapping:
        return Terms()
    block = source.check_keys(mapping[key], list(kinds), [], *place, key)
    return Terms(**{kind: _term_list(source, value, *place, key, kind) for kind, value in block.items()})


def _term_list(source: YamlFile, value: Any, *place: str | int) -> tuple[str, ...]:
    source.check_kind(value, list, *place)
    terms = []
    for index, item in enumerate(value):
        term = _text(source, item, *place, index)
        for word in term.split():
            if "*" in word[:-1] or not re.search(r"\w", word):
                remedy = "Een * staat alleen aan het eind van een woord, en elk woord heeft letters: integriteit*."
                raise source.error(f"‘{term}’ is geen zoekwoord.", *place, index, remedy=remedy)
        terms.append(term)
    return tuple(dict.fromkeys(terms))


def _ambiguous(source: YamlFile, entry: Any, index: int) -> Ambiguous:
    place = ("ambiguous", index)
    source.check_keys(entry, ["terms", "lang", "needs_any", "veto_any"], ["terms", "lang"], *place)
    lang = _text(source, entry["lang"], *place, "lang")
    if lang not in LANGUAGES:
        raise source.error(f"de taal ‘{lang}’ is er niet.", *place, "lang", remedy=nearest(lang, LANGUAGES))
    _filled_list(source, entry["terms"], *place, "terms")
    lists = {key: _term_list(source, entry.get(key, []), *place, key) for key in ("terms", "needs_any", "veto_any")}
    return Ambiguous(lang=lang, **lists)
