"""Everything about a record that comparing needs, worked out once for each record."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from leeszaal.library.dedupe.names import NameReader
from leeszaal.library.dedupe.titles import bare_title, is_column, is_erratum, is_reply, numerals
from leeszaal.works.identifiers import find_dois, find_isbns
from leeszaal.works.plain import fold

__all__ = ["COLUMNS", "SMALL_WORDS", "Features", "read_features"]

COLUMNS = (
    "title", "authors", "year", "container", "volume", "issue", "pages", "doi", "isbn", "abstract", "type",
    "language",
)  # fmt: skip

Texts = np.ndarray[Any, np.dtype[np.object_]]

_NOTHING = frozenset(
    {
        "",
        "unknown",
        "xx",
        "in press",
        "forthcoming",
        "no-no",
        "online first",
        "nan",
        "none",
        "na",
        "<na>",
        "no pagination",
        "no pagination specified",
        "online",
        "n.a.",
        "-",
    }
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
# What stands before a number that is no part of it: "Abstract no. 134", "Article 5".
_PAGE_WORDS = re.compile(
    r"^(?:(?:abstracts?|abstr?|article|artikel|paper|poster|pages?|pagina|pp?|pg|blz|nr|no|number)(?![a-z])[\s.:#]*)+(?=[a-z]{0,4}\d)"
)
# "215 p" says how many pages there are.
_PAGE_COUNT = re.compile(r"^\d+ ?(?:p|pp|pages?|pag|blz|bladzijden|leaves)\.?$")
_PAGE = re.compile(r"([a-z]{0,4})[. ]?0*(\d+)(?:\s*[-\u2010-\u2015]+\s*([a-z]{0,4})[. ]?0*(\d+))?")
_MONTHS = {m: str(i) for i, m in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)} | {
    "mrt": "3",
    "maa": "3",
    "mei": "5",
    "okt": "10",
}
# Months as they are written in full or short, in English and Dutch.
_MONTH = re.compile(
    r"jan(?:uary|uari)?|feb(?:ruary|ruari)?|mar(?:ch)?|mrt|maart|apr(?:il)?|may|mei|june?|juni|july?|juli|"
    r"aug(?:ust|ustus)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
# A spreadsheet reads pages 1-8 as the first of August.
_AS_DATE = re.compile(rf"^(?:0?(\d{{1,2}})[- ]({'|'.join(_MONTHS)})|({'|'.join(_MONTHS)})[- ]0?(\d{{1,2}}))$")
_ARTICLES = "the|of|and|for|in|on|a|an|de|het|een|en|van|voor|der|la|le|et|y|und|für"
_LEAST = re.compile(rf"\b(?:{_ARTICLES})\b")
SMALL_WORDS = re.compile(rf"\b(?:{_ARTICLES}|journal|tijdschrift|jrnl|j)\b")
# Where versions before (or beside) the article are kept.
_PREPRINTS = re.compile(
    r"\b(?:arxiv|biorxiv|medrxiv|ssrn|preprints?|osf|psyarxiv|socarxiv|research square|zenodo|"
    r"working papers?|discussion papers?|repec|corr|researchgate|eartharxiv|techrxiv|chemrxiv|edarxiv|"
    r"hal|mpra|sportrxiv)\b"
)
_PREPRINT_DOIS = (
    "10.48550/", "10.2139/ssrn", "10.1101/20", "10.31234/", "10.31235/", "10.31219/", "10.21203/",
    "10.20944/", "10.26434/", "10.36227/", "10.35542/", "10.31223/", "10.3386/", "10.5281/zenodo",
)  # fmt: skip
# A volume that is a degree: reference managers keep it there.
_DEGREE = re.compile(
    r"^(?:ph ?d|d ?phil|ed ?d|psy ?d|m ?a|m ?sc?|m ?phil|doctoral|masters?|thesis|dissertation)\b[^\d]*$"
)
_TYPES = {
    "journal-article": "article", "inproceedings": "conference", "proceedings-article": "conference",
    "incollection": "chapter", "inbook": "chapter", "book-chapter": "chapter", "techreport": "report",
    "phdthesis": "thesis", "mastersthesis": "thesis", "proceedings": "book", "monograph": "book",
    "unpublished": "report", "online": "web", "misc": "other",
    "preprint": "preprint", "posted-content": "preprint", "paper-conference": "conference",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Features:
    """Comparable fields of `n` records: text is "" where it is missing, a number −1.

    Attributes
    ----------
    title, first, full, families, container, short, initials, volume, issue, doi, isbn, kind, language
        Object arrays of `n` strings. `short` holds the first three letters of each word of the container
        that matters, `initials` the first one, without and with that of "journal": "ama jama".
    numbers
        The numerals in the title.
    abstract
        The first 400 letters of it, folded.
    page, last
        First and last page, as "e48" or "1217".
    year, words
        Integers: year of publication and number of words in the title.
    literal, preprint, column, erratum, reply
        Booleans.
    more_dois
        Row → all DOIs, for the rare records that give several.
    """

    title: Texts
    numbers: Texts
    words: np.ndarray
    first: Texts
    full: Texts
    families: Texts
    literal: np.ndarray
    year: np.ndarray
    container: Texts
    short: Texts
    initials: Texts
    volume: Texts
    issue: Texts
    page: Texts
    last: Texts
    doi: Texts
    more_dois: dict[int, frozenset[str]]
    isbn: Texts
    abstract: Texts
    kind: Texts
    language: Texts
    preprint: np.ndarray
    column: np.ndarray
    erratum: np.ndarray
    reply: np.ndarray

    def __len__(self) -> int:
        return len(self.title)

    def take(self, rows: np.ndarray) -> Features:
        """Return the features of `rows` alone, renumbered in that order."""
        place = {int(row): i for i, row in enumerate(rows)} if self.more_dois else {}
        arrays = {c.name: getattr(self, c.name)[rows] for c in fields(self) if c.name != "more_dois"}
        return Features(**arrays, more_dois={place[i]: d for i, d in self.more_dois.items() if i in place})


def read_features(records: pd.DataFrame) -> Features:
    """Return the features of `records`, whose columns are those of `COLUMNS`; any may be missing."""
    n = len(records)

    def column(name: str) -> Sequence[Any]:
        if name not in records:
            return [""] * n
        values = records[name]
        if name == "authors":
            return values.tolist()
        return values.astype(object).where(values.notna(), "").tolist()

    written = [str(v) for v in column("title")]
    titles = _texts([bare_title(v) for v in written])
    reader = NameReader()
    names = [reader(v) for v in column("authors")]
    container = _each(column("container"), fold)
    short = _each(container, lambda c: " ".join(w[:3] for w in SMALL_WORDS.sub(" ", c).split()))
    initials = _each(container, _initials)
    pages = [_pages(v) for v in column("pages")]
    dois = [find_dois(str(v)) if v else () for v in column("doi")]
    doi = _texts([d[0] if d else "" for d in dois])
    kind = _each(column("type"), lambda t: _TYPES.get(t.strip().lower(), t.strip().lower()))
    in_archive = np.array(_each(container, lambda c: "x" if _PREPRINTS.search(c) else "") == "x")
    preprint = in_archive | (kind == "preprint") | np.fromiter((d.startswith(_PREPRINT_DOIS) for d in doi), bool, n)
    volume = _each(column("volume"), _number)
    degree = np.fromiter((bool(_DEGREE.match(v)) for v in volume), bool, n)
    kind[degree], volume[degree] = "thesis", ""
    return Features(
        title=titles,
        numbers=_texts([numerals(t) for t in titles]),
        words=np.fromiter((t.count(" ") + 1 if t else 0 for t in titles), np.int16, n),
        first=_texts([a.first for a in names]),
        full=_texts([a.full for a in names]),
        families=_texts([a.families for a in names]),
        literal=np.fromiter((a.literal for a in names), bool, n),
        year=np.fromiter((_year(v) for v in column("year")), np.int16, n),
        container=container,
        short=short,
        initials=initials,
        volume=volume,
        issue=_each(column("issue"), _issue),
        page=_texts([p[0] for p in pages]),
        last=_texts([p[1] for p in pages]),
        doi=doi,
        more_dois={i: frozenset(d) for i, d in enumerate(dois) if len(d) > 1},
        isbn=_each(column("isbn"), lambda v: next(iter(find_isbns(v)), "")),
        abstract=_texts([bare_title(str(v)[:600])[:400] if v else "" for v in column("abstract")]),
        kind=kind,
        language=_each(column("language"), lambda v: v.strip().lower()[:2]),
        preprint=preprint,
        column=np.fromiter((is_column(t) for t in titles), bool, n),
        erratum=np.fromiter((is_erratum(t, w) for t, w in zip(titles, written, strict=True)), bool, n),
        reply=np.fromiter((is_reply(t) for t in titles), bool, n),
    )


def _texts(values: list[str]) -> Texts:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _each(values: Sequence[Any] | Texts, read: Callable[[str], str]) -> Texts:
    """Apply `read` to each different value once: journals, volumes and types come back."""
    known: dict[Any, str] = {}
    out = []
    for value in values:
        found = known.get(value)
        if found is None:
            text = str(value)
            found = known[value] = "" if text.strip().lower() in _NOTHING else read(text)
        out.append(found)
    return _texts(out)


def _initials(container: str) -> str:
    """Return the first letters of the words, without those of the small ones; and again with that of "journal"."""
    few = "".join(w[0] for w in SMALL_WORDS.sub(" ", container).split())
    all_but_least = "".join(w[0] for w in _LEAST.sub(" ", container).split())
    return few if few == all_but_least else f"{few} {all_but_least}"


def _year(value: object) -> int:
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return int(value) if 1500 <= value < 2100 else -1
    found = _YEAR.search(str(value))
    return int(found[1]) if found else -1


def _number(text: str) -> str:
    """Return volume or issue in one form: "Vol. 07" and "7.0" are "7"."""
    words = fold(text.removesuffix(".0")).split()
    kept = [
        w.lstrip("0") or "0"
        for w in words
        if w not in ("vol", "volume", "no", "nr", "issue", "jaargang", "jrg", "nummer")
    ]
    return " ".join(kept)


def _issue(text: str) -> str:
    """Return an issue as a number, also where a magazine names the month: "May" is "5"."""
    number = _number(text)
    return _MONTHS.get(number[:3], number) if _MONTH.fullmatch(number) else number


def _pages(value: object) -> tuple[str, str]:
    """Return first and last page; "1217-24; discussion 1224-5" runs to 1224."""
    text = _PAGE_WORDS.sub("", str(value).lower().strip())
    if text in _NOTHING or _PAGE_COUNT.match(text):
        return ("", "")
    if date := _AS_DATE.match(text):
        day, month, first, second = date.groups()
        return (day, _MONTHS[month]) if day else (_MONTHS[first], second)
    found = _PAGE.search(text)
    if not found:
        return ("", "")
    prefix, start, end_prefix, end = found.groups()
    if len(start) > 12:
        return (prefix + start, "")
    if end and len(end) < len(start):
        end = start[: len(start) - len(end)] + end
    return (prefix + start, (end_prefix or prefix) + end if end else "")
