"""How much each field speaks for one work or for two: points after Fellegi and Sunter (1969).

A field that one of the two records lacks speaks for neither. The points were set by hand, field by field, on
the rule of thumb that a rare agreement tells more than a common one; weights learned from labelled sets did
not carry over to other sets.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from leeszaal.library.dedupe.features import SMALL_WORDS, Features, Texts
from leeszaal.library.dedupe.titles import speaks_of

__all__ = ["ASK", "MERGE", "Comparison", "compare", "points", "same_place"]

# From here on records are the same work; between the two a person is asked.
MERGE, ASK = 5.0, 2.5

# Pairs compared in one go: enough to keep both cores busy, little enough to stay in memory.
_CHUNK = 200_000

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the fields of `m` pairs say.

    Attributes
    ----------
    title
        Likeness of the titles, 0–1 (InDel), after the smaller of full titles.
    contained
        One title is the beginning of the other, or its whole last part.
    years
        Years between the two, −1 when one is unknown.
    author, journal, page, volume, issue, doi, isbn, abstract, numbers
        1 agrees, −1 differs, 0 cannot be said.
    last
        Whether the last pages agree, in the same way.
    """

    title: Numbers
    contained: Numbers
    author: Numbers
    years: Numbers
    journal: Numbers
    page: Numbers
    last: Numbers
    volume: Numbers
    issue: Numbers
    doi: Numbers
    isbn: Numbers
    abstract: Numbers
    numbers: Numbers


def compare(f: Features, left: Numbers, right: Numbers, *, workers: int = -1) -> Comparison:
    """Compare the records in rows `left` with those in rows `right`, field by field.

    Parameters
    ----------
    f
        What is known of each record.
    left, right
        Arrays of `m` row numbers.
    workers
        Threads that compare text; −1 for every core.
    """
    parts = [
        _compare(f, left[start : start + _CHUNK], right[start : start + _CHUNK], workers)
        for start in range(0, max(len(left), 1), _CHUNK)
    ]
    return Comparison(*(np.concatenate([getattr(p, c.name) for p in parts]) for c in fields(Comparison)))


def points(f: Features, left: Numbers, right: Numbers, c: Comparison) -> Numbers:
    """Return the points of each pair."""
    steps = (
        (c.title >= 0.99, 5.0),
        (c.title >= 0.95, 4.0),
        (c.title >= 0.9, 2.5),
        (c.title >= 0.82, 1.0),
        (c.title >= 0.7, -1.0),
    )
    total = np.select([s for s, _ in steps], [p for _, p in steps], -4.0)
    # A dropped subtitle makes titles unlike that are not.
    total = np.where(c.contained & (c.title < 0.95), np.maximum(total, -1.0) + 2.0, total)
    total -= 2.0 * (np.minimum(f.words[left], f.words[right]) <= 3)
    total += np.select([c.author > 0, c.author < 0], [1.5, -2.5], 0.0)
    total += np.select([c.years == 0, c.years == 2, c.years > 2], [1.0, -1.0, -3.0], 0.0)
    total += 1.0 * c.journal
    total += 2.5 * c.page
    total += np.select([c.volume > 0, c.volume < 0], [1.0, -1.5], 0.0)
    total += np.select([c.issue > 0, c.issue < 0], [0.3, -0.5], 0.0)
    own = f.preprint[left] ^ f.preprint[right]  # a preprint has a DOI of its own
    total += np.select([c.doi > 0, (c.doi < 0) & ~own], [7.0, -3.5], 0.0)
    total += np.select([c.isbn > 0, c.isbn < 0], [2.0, -1.0], 0.0)
    total += np.select([c.abstract > 0, c.abstract < 0], [2.0, -1.5], 0.0)
    total -= 2.0 * (c.numbers < 0)
    total += 4.0 * same_place(f, left, right, c)
    return total


def same_place(f: Features, left: Numbers, right: Numbers, c: Comparison) -> Numbers:
    """Tell which pairs stand on the same pages, three or more, of the same volume, by the same first author.

    Where one of them names no author, the journal and the year agree instead. Two articles cannot, so that such a
    pair is one work even where its title was translated.
    """
    long = np.zeros(len(left), dtype=bool)
    rows = np.flatnonzero(
        (c.page > 0)
        & (c.last > 0)
        & (c.volume > 0)
        & (((c.author > 0) & (c.years <= 1) & (c.journal >= 0)) | ((c.author == 0) & (c.years == 0) & (c.journal > 0)))
    )
    for i in rows:
        page, last = f.page[left[i]], f.last[left[i]]
        long[i] = page.isdecimal() and last.isdecimal() and int(last) - int(page) >= 2 and page != "1"
        # The second issue may number its pages anew, so that the place is another one.
        if long[i] and c.issue[i] < 0:
            long[i] = speaks_of(f.title[left[i]], f.title[right[i]])
    return long


def _compare(f: Features, left: Numbers, right: Numbers, workers: int) -> Comparison:
    title = _ratio(f.title[left], f.title[right], workers)
    return Comparison(
        title=title,
        contained=_contained(f, left, right),
        author=_author(f, left, right, title >= 0.82, workers),
        years=_years(f.year[left].astype(np.int32), f.year[right].astype(np.int32)),
        journal=_journal(f, left, right, workers),
        page=_page(f, left, right),
        last=_same(f.last[left], f.last[right]),
        volume=_volume(f, left, right),
        issue=_issue(f.issue[left], f.issue[right]),
        doi=_doi(f, left, right),
        isbn=_isbn(f, left, right),
        abstract=_abstract(f.abstract[left], f.abstract[right], workers),
        numbers=np.where(f.numbers[left] == f.numbers[right], 0, -1).astype(np.int8),
    )


def _ratio(a: Texts, b: Texts, workers: int, scorer: str = "ratio") -> Numbers:
    """Return the likeness, 0–1, of each two texts; equal texts are not compared letter by letter."""
    from rapidfuzz import fuzz, process

    out = np.ones(len(a), dtype=np.float32)
    differ = np.flatnonzero(a != b)
    if len(differ):
        found = process.cpdist(
            a[differ].tolist(),
            b[differ].tolist(),
            scorer=getattr(fuzz, scorer),
            workers=workers,
            dtype=np.float32,
        )
        out[differ] = found / 100
    return out


def _same(a: Texts, b: Texts) -> Numbers:
    """Return 1 where two known texts are equal, −1 where they differ, 0 where one is missing."""
    known = (a != "") & (b != "")
    return np.where(known, np.where(a == b, 1, -1), 0).astype(np.int8)


def _years(a: Numbers, b: Numbers) -> Numbers:
    return np.where((a > 0) & (b > 0), np.abs(a - b), -1).astype(np.int16)


def _contained(f: Features, left: Numbers, right: Numbers) -> Numbers:
    """Tell where one title, of four words or more, is the beginning or the end of the other."""
    out = np.zeros(len(left), dtype=bool)
    for i in np.flatnonzero(np.minimum(f.words[left], f.words[right]) >= 4):
        a, b = f.title[left[i]], f.title[right[i]]
        short, long = (a, b) if len(a) <= len(b) else (b, a)
        out[i] = len(long) > len(short) and (long.startswith(short + " ") or long.endswith(" " + short))
    return out


def _author(f: Features, left: Numbers, right: Numbers, alike: Numbers, workers: int) -> Numbers:
    """Compare first authors, then whole names in any order, then all family names.

    Where the titles are `alike`, a given name that stands for the family name is understood too.
    """
    a, b = f.first[left], f.first[right]
    known = (a != "") & (b != "")
    out = np.zeros(len(a), dtype=np.int8)
    rows = np.flatnonzero(known)
    agree = _ratio(a[rows], b[rows], workers) >= 0.8
    out[rows[agree]] = 1
    rows = rows[~agree]
    a, b = left[rows], right[rows]
    whole = _ratio(f.full[a], f.full[b], workers, "token_set_ratio")
    families = _ratio(f.families[a], f.families[b], workers, "token_set_ratio")
    agree = (whole >= 0.9) | (families >= 0.85)
    # An institution beside the people who wrote for it says nothing.
    unclear = (f.literal[a] != f.literal[b]) | ((families >= 0.6) & (families < 0.85))
    out[rows] = np.select([agree, unclear], [1, 0], -1)
    for i in rows[(out[rows] < 1) & alike[rows]]:
        if _turned(f, left[i], right[i]) or _turned(f, right[i], left[i]):
            out[i] = 1
    return out


def _turned(f: Features, a: int, b: int) -> bool:
    """Tell whether "Andrea, C." may be "Carignani, Andrea"."""
    return f.first[a] in f.full[b].split() and f.first[b][:1] in f.full[a].split()


def _journal(f: Features, left: Numbers, right: Numbers, workers: int) -> Numbers:
    """Compare containers as names, as abbreviations by word, and as initials; each two names once."""
    codes, names = _coded(f.container)
    a, b = codes[left], codes[right]
    low, high = np.minimum(a, b), np.maximum(a, b)
    unique, back = np.unique(low.astype(np.int64) * len(names) + high, return_inverse=True)
    i, j = names[unique // len(names)], names[unique % len(names)]
    known = (f.container[i] != "") & (f.container[j] != "")
    full = _ratio(f.container[i], f.container[j], workers, "token_set_ratio")
    short = _ratio(f.short[i], f.short[j], workers, "token_set_ratio")
    initials = np.fromiter(
        (_stands_for(f, a, b) or _stands_for(f, b, a) for a, b in zip(i, j, strict=True)), bool, len(i)
    )
    agree = (full >= 0.85) | (short >= 0.85) | initials
    for row in np.flatnonzero(known & ~agree):
        agree[row] = _abbreviates(f.container[i[row]], f.container[j[row]])
    unclear = (full >= 0.6) | (short >= 0.6) | (f.preprint[i] != f.preprint[j])
    out = np.where(known, np.select([agree, unclear], [1, 0], -1), 0).astype(np.int8)
    return out[back]


def _stands_for(f: Features, a: int, b: int) -> bool:
    """Tell whether the initials of container `a` are a word of container `b`: "icis 2018", "jama"."""
    within = f" {f.container[b]} "
    return any(len(letters) > 2 and f" {letters} " in within for letters in f.initials[a].split())


def _abbreviates(a: str, b: str) -> bool:
    """Tell whether two containers are one, word for word: "dtsch med wochenschr" (ISO 4 leaves letters out)."""
    left, right = ([w for w in SMALL_WORDS.sub(" ", name).split() if not w.isdecimal()] for name in (a, b))
    return len(left) == len(right) > 1 and all(
        _shortens(x, y) or _shortens(y, x) for x, y in zip(left, right, strict=True)
    )


def _shortens(short: str, word: str) -> bool:
    """Tell whether `short` begins as `word` does and holds letters of it in their order."""
    letters = iter(word)
    return short[:1] == word[:1] and all(letter in letters for letter in short)


def _coded(values: Texts) -> tuple[Numbers, Numbers]:
    """Return a code for each value, and for each code a row that has it."""
    import pandas as pd

    codes, unique = pd.factorize(values)
    first = np.full(len(unique), len(values), dtype=np.int64)
    np.minimum.at(first, codes, np.arange(len(values)))
    return codes, first


def _page(f: Features, left: Numbers, right: Numbers) -> Numbers:
    """Compare first pages.

    An article that counts its own pages from 1 may stand at 345 in the journal. The "e" of an electronic page is
    often left out; without its "s" the page of a supplement cannot be told from another.
    """
    a, b = f.page[left], f.page[right]
    out = _same(a, b)
    for i in np.flatnonzero(out < 0):
        short, long = sorted((a[i], b[i]), key=len)
        if long[0] in "es" and long[1:] == short:
            out[i] = 1 if long[0] == "e" else 0
    own = (a == "1") ^ (b == "1")
    out[own & (out < 0)] = 0
    ones = (a == "1") & (b == "1")
    last = _same(f.last[left], f.last[right])
    out[ones] = np.where(last[ones] == 1, 1, np.where(last[ones] == -1, -1, 0))
    return out


def _volume(f: Features, left: Numbers, right: Numbers) -> Numbers:
    """Compare volumes; a magazine counts them, or calls them by the year, so that the two cannot differ."""
    out = _same(f.volume[left], f.volume[right])
    for i in np.flatnonzero(out < 0):
        a, b = (f.volume[k] == str(f.year[k]) for k in (left[i], right[i]))
        if a != b:
            out[i] = 0
    return out


def _issue(a: Texts, b: Texts) -> Numbers:
    """Compare issues. A number of three digits is mostly a running number of the source: it cannot differ."""
    out = _same(a, b)
    for i in np.flatnonzero(out < 0):
        if (len(a[i]) > 2 and a[i].isdecimal()) or (len(b[i]) > 2 and b[i].isdecimal()):
            out[i] = 0
    return out


def _doi(f: Features, left: Numbers, right: Numbers) -> Numbers:
    out = _same(f.doi[left], f.doi[right])
    if f.more_dois:
        several = np.array(sorted(f.more_dois))
        for i in np.flatnonzero((out < 0) & (np.isin(left, several) | np.isin(right, several))):
            a = f.more_dois.get(int(left[i]), frozenset({f.doi[left[i]]}))
            if a & f.more_dois.get(int(right[i]), frozenset({f.doi[right[i]]})):
                out[i] = 1
    return out


def _isbn(f: Features, left: Numbers, right: Numbers) -> Numbers:
    """Compare ISBNs of whole works; a chapter or a paper carries that of the book it is in."""
    out = _same(f.isbn[left], f.isbn[right])
    for rows in (left, right):
        out[np.isin(f.kind[rows], ("chapter", "conference", "article"))] = 0
    return out


def _abstract(a: Texts, b: Texts, workers: int) -> Numbers:
    out = np.zeros(len(a), dtype=np.int8)
    known = np.flatnonzero((a != "") & (b != ""))
    if len(known):
        likeness = _ratio(a[known], b[known], workers)
        out[known] = np.select([likeness >= 0.85, likeness < 0.5], [1, -1], 0)
    return out
