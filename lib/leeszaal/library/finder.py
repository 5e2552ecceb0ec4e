"""Which works a question finds: words, "phrases", fields, and by meaning across Dutch and English."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import fresh_folder
from leeszaal.home import Home
from leeszaal.library.build import as_frame
from leeszaal.library.index import Index, Numbers
from leeszaal.library.screened import screening
from leeszaal.library.store import fingerprint, read_arrow, read_table
from leeszaal.works.identifiers import find_dois
from leeszaal.works.language import normal_code

__all__ = ["CLOSE", "Finder", "Part", "load_finder", "parse_query", "texts_of"]

_PART = re.compile(r'(?P<no>-)?(?:(?P<field>[^\W\d]\w*):(?!//))?(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')
_EVERYWHERE = {"title": 3.0, "keywords": 2.0, "abstract": 1.0, "author": 2.0, "container": 1.0}
# What people type, in Dutch too, to the field it means.
_FIELDS = {
    "title": "title", "titel": "title", "abstract": "abstract", "samenvatting": "abstract", "keyword": "keywords",
    "keywords": "keywords", "trefwoord": "keywords", "author": "author", "auteur": "author", "container": "container",
    "tijdschrift": "container", "year": "year", "jaar": "year", "theme": "theme", "thema": "theme", "type": "type",
    "soort": "type", "language": "language", "taal": "language", "decision": "decision", "besluit": "decision",
    "doi": "doi", "citekey": "citekey",
}  # fmt: skip
_DECISIONS = {
    "include": "include", "opgenomen": "include", "exclude": "exclude", "uitgesloten": "exclude", "maybe": "maybe",
    "twijfel": "maybe", "disputed": "disputed", "oneens": "disputed", "open": "open",
}  # fmt: skip
# What people call a kind of work, in Dutch, to how it is called here.
_TYPES = {
    "artikel": "article", "hoofdstuk": "chapter", "boek": "book", "rapport": "report", "proefschrift": "thesis",
    "wet": "law", "uitspraak": "case", "congres": "conference", "website": "web", "overig": "other",
}  # fmt: skip
_YEARS = re.compile(r"(\d{4})?(-)?(\d{4})?")
_EMBEDDED = 800  # characters; longer texts cost seconds each
CLOSE = 0.3  # cosine; unrelated titles stay below it


@dataclass(frozen=True)
class Part:
    """One part of a query: `text` in `field` ("" for anywhere), as a phrase or not; `no` when it must not be there."""

    text: str
    field: str = ""
    phrase: bool = False
    no: bool = False


def parse_query(query: str) -> list[Part]:
    """Return the parts of a query.

    Raises
    ------
    LeeszaalError
        When a field is not known (naming the nearest) or has nothing behind it, for one quotation mark, and for an
        asterisk.

    Examples
    --------
    >>> [(p.field, p.text, p.phrase, p.no) for p in parse_query('toezicht titel:"goed bestuur" -jaar:2010-2015')]
    [('', 'toezicht', False, False), ('title', 'goed bestuur', True, False), ('year', '2010-2015', False, True)]
    """
    parts = []
    for found in _PART.finditer(query):
        name = (found["field"] or "").lower()
        if name and name not in _FIELDS:
            raise LeeszaalError(
                f"‘{name}:’ is geen veld om in te zoeken.",
                nearest(name, list(_FIELDS)) or f"Kies uit: {', '.join(dict.fromkeys(_FIELDS.values()))}.",
            )
        phrase = found["phrase"] is not None
        text, field = found["phrase"] or found["word"] or "", _FIELDS.get(name, "")
        if not phrase and text.endswith(":") and text[:-1].lower() in _FIELDS:
            raise LeeszaalError(f"Achter ‘{text}’ staat niets.", f"Schrijf het woord er direct achter: {text}woord")
        if not phrase and text.count('"') == 1:
            raise LeeszaalError(
                f"Bij ‘{text}’ staat maar één aanhalingsteken.",
                'Zet er een aan het begin en een aan het eind: "twee woorden"',
            )
        if not phrase and "*" in text:
            raise LeeszaalError(
                f"Een sterretje, zoals in ‘{text}’, kan niet.",
                "Laat het weg: andere vormen van een woord worden ook gevonden.",
            )
        dois = find_dois(text) if field in ("", "doi") and not phrase else ()
        if dois:
            text, field = dois[0], "doi"
        if field == "type":
            text = _TYPES.get(text.lower(), text)
        elif field == "language":
            text = normal_code(text) or text
        parts.append(Part(text, field, phrase, bool(found["no"])))
    return parts


class Finder:
    """A library loaded for searching.

    Parameters
    ----------
    works
        (n, ...) the table of works.
    index
        Of their texts; see `texts_of`.
    themes
        work_id and label (and theme) of each tag.
    states
        work_id to the verb of the screening; "open" where it is not there.
    """

    def __init__(self, works: pa.Table, index: Index, themes: pd.DataFrame, states: Mapping[str, str]) -> None:
        self.works, self.index = works, index
        names = works.column("citekey").to_pylist()
        keys = sorted(range(len(names)), key=lambda i: (names[i].casefold(), names[i]))
        self.rank = np.argsort(np.array(keys, dtype=np.int64))
        self._meant: Numbers | None = None
        self._folded: dict[str, Numbers] = {}
        self._years = works.column("year").to_pandas().to_numpy(dtype=float, na_value=np.nan)
        self.ids = pd.Index(works.column("work_id").to_pylist())
        place = self.ids.get_indexer(themes["work_id"])
        self._labels: dict[str, Numbers] = {}
        for column in ("label", "theme"):
            for name, rows in pd.Series(place).groupby(themes[column].astype(str).to_numpy()):
                here = rows[rows >= 0].unique()
                if len(here):
                    self._labels[str(name)] = here
        self._states = np.full(len(works), "open", dtype=object)
        at = self.ids.get_indexer(list(states))
        self._states[at[at >= 0]] = np.array(list(states.values()), dtype=object)[at >= 0]

    def rows(self, places: Numbers) -> pd.DataFrame:
        """Return these works as `leeszaal.library.load_works` gives them."""
        return as_frame(self.works.take(places))

    def meant(self, query: str, cache: Path) -> Numbers:
        """Return how near each work is to `query` in meaning: the cosine of their places (-1 to 1).

        Raises
        ------
        LeeszaalError
            When the language model is not installed.
        """
        from leeszaal.works.embedding import available, embed

        if not available():
            raise LeeszaalError(
                "Zoeken op betekenis kan niet: het taalmodel is niet geïnstalleerd.",
                "Zoek op woorden, zonder --meaning.",
            )
        if self._meant is None:
            both = zip(*(self.works.column(name).to_pylist() for name in ("title", "abstract")), strict=True)
            # As the topics have it, so that each text is encoded once.
            texts = [". ".join(t for part in pair if (t := _text(part).strip()))[:_EMBEDDED] for pair in both]
            self._meant = embed(texts, cache=cache)
        return np.asarray(self._meant @ embed([query])[0])

    def ask(self, parts: list[Part], *, meaning: bool, cache: Path) -> tuple[Numbers, Numbers]:
        """Return which works a question finds and how well, by meaning where that is asked; see `score` and `meant`."""
        said = [part for part in parts if part.field == "" and not part.no]
        if not (meaning and said):
            return self.score(parts)
        keep, _ = self.score([part for part in parts if part not in said])
        total = self.meant(" ".join(part.text for part in said), cache)
        return keep & (total >= CLOSE), total

    def score(self, parts: list[Part]) -> tuple[Numbers, Numbers]:
        """Return which works have every part, and how much each speaks of the words."""
        keep, total = np.ones(len(self.works), dtype=bool), np.zeros(len(self.works))
        for part in parts:
            own = self._part(part)
            keep &= (own <= 0) if part.no else (own > 0)
            if not part.no:
                total += own
        return keep, total

    def _part(self, part: Part) -> Numbers:
        if part.field in ("", *_EVERYWHERE):
            weights = _EVERYWHERE if not part.field else {part.field: _EVERYWHERE[part.field]}
            return self.index.score(part.text, weights, phrase=part.phrase)
        filters: dict[str, Callable[[str], Numbers]] = {
            "year": self._year, "theme": self._theme, "decision": self._decision,
        }  # fmt: skip
        if part.field in filters:
            return filters[part.field](part.text).astype(float)
        if part.field not in self._folded:
            column = self.works.column(part.field).to_pylist()
            self._folded[part.field] = np.array([(value or "").casefold() for value in column], dtype=object)
        return np.asarray(self._folded[part.field] == part.text.casefold(), dtype=float)

    def _year(self, text: str) -> Numbers:
        found = _YEARS.fullmatch(text)
        if found is None or not (found[1] or found[3]):
            raise LeeszaalError(
                f"‘{text}’ is geen jaar.", "Schrijf bijvoorbeeld year:2015, year:2010-2015 of year:2010-."
            )
        first = int(found[1] or 0)
        last = int(found[3]) if found[3] else 9999 if found[2] else first
        if last < first:
            raise LeeszaalError(f"‘{text}’ loopt terug.", f"Schrijf het eerste jaar eerst: year:{last}-{first}")
        return np.asarray((self._years >= first) & (self._years <= last))

    def _theme(self, text: str) -> Numbers:
        if text not in self._labels:
            raise LeeszaalError(f"Geen enkel werk heeft thema ‘{text}’.", nearest(text, sorted(self._labels)))
        out = np.zeros(len(self.works), dtype=bool)
        out[self._labels[text]] = True
        return out

    def _decision(self, text: str) -> Numbers:
        if text.lower() not in _DECISIONS:
            raise LeeszaalError(f"‘{text}’ is geen besluit.", nearest(text, list(_DECISIONS)))
        return np.asarray(self._states == _DECISIONS[text.lower()])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def texts_of(works: pa.Table) -> dict[str, list[str]]:
    """Return the texts of works in which words are looked for, by field."""
    many = {name: works.column(name).to_pylist() for name in ("keywords", "authors", "editors")}
    return {
        "title": [_text(value) for value in works.column("title").to_pylist()],
        "keywords": [" . ".join(value or ()) for value in many["keywords"]],
        "abstract": [_text(value) for value in works.column("abstract").to_pylist()],
        "author": [" ".join([*(a or ()), *(e or ())]) for a, e in zip(many["authors"], many["editors"], strict=True)],
        "container": [_text(value) for value in works.column("container").to_pylist()],
    }


def _index(home: Home, works: pa.Table) -> Index:
    """Return the index of the works, from `literature/library/search` where it is there, else made and kept there."""
    code = b"".join((Path(__file__).parent / name).read_bytes() for name in ("index.py", "finder.py"))
    version = hashlib.sha256(code).hexdigest()[:8]
    folder = home.library / "search"
    target = folder / f"{version}-{fingerprint(home.library / 'works.parquet')}"
    kept = sorted(folder.glob(f"{version}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    before = None
    for path in sorted(kept, key=lambda path: path != target):
        try:
            before = Index.load(path, list(_EVERYWHERE))
        except (OSError, ValueError, pa.ArrowException):  # cut off while it was written, or spoilt: made anew
            continue
        if path == target:
            return before
        break
    index = Index.of(texts_of(works), before)
    with fresh_folder(target) as new:
        index.save(new)
    for path in folder.iterdir():
        if path != target:
            shutil.rmtree(path, ignore_errors=True)  # in use on Windows; the next time, then
    return index


def load_finder(home: Home) -> Finder:
    """Return the library of a reading room, loaded for searching; loaded once until it, a tag or a decision changes."""
    decisions = sorted(home.decisions.glob("*.csv"))
    return _finder(home, fingerprint(home.library / "build.json", home.library / "tag.json", *decisions))


@lru_cache(maxsize=2)
def _finder(home: Home, made_from: str) -> Finder:  # noqa: ARG001 - a change of the library makes another one
    tags = home.library / "tags.parquet"
    themes = read_table(home, "tags") if tags.is_file() else pd.DataFrame(columns=["work_id", "label", "theme"])
    states = screening(home)
    works = read_arrow(home, "works")
    said = dict(zip(states["work_id"], states["verb"], strict=True))
    return Finder(works, _index(home, works), themes, said)
