"""What points cannot see: look-alikes that are other works, and agreement too thin to merge on.

Each guard sets the most a pair may become: a *maybe* for a person, a *relation* (same study, other work) or
nothing. Without them precision falls to .8 in a corpus with editorials and yearly series.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from leeszaal.library.dedupe.features import Features, Texts
from leeszaal.library.dedupe.points import ASK, MERGE, Comparison, same_place
from leeszaal.library.dedupe.titles import replaced_words, speaks_of

__all__ = ["APART", "MAYBE", "RELATED", "SAME", "Verdicts", "generic_titles", "judge", "often_used", "title_versions"]

APART, RELATED, MAYBE, SAME = 0, 1, 2, 3

# So many versions (author and year) of one title make it the name of a column, not of an article.
_VERSIONS = 4
# Titles that come back every year or quarter.
_PERIODIC = re.compile(
    r"\b(?:jaar(?:verslag|rekening|plan|rapport|bericht|stukken|programma|overzicht|boek)\w*|begroting\w*|"
    r"kadernota|perspectiefnota|annual (?:report|review|accounts)|yearbook|monitor\w*|barometer|"
    r"kwartaal\w+|quarterly report|halfjaar\w*|"
    r"voorjaarsnota|najaarsnota|burap|programmabegroting|jaargids|almanak|staat van)\b"
)
_REVIEW = re.compile(r"(?:a )?(?:book )?review of\b")
_WHOLE = ("book", "report", "thesis")
_PUBLISHED = ("article", "conference", "chapter")
_OFFPRINT = ("report", "thesis", "web")

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What becomes of each pair.

    Attributes
    ----------
    verdict
        `SAME`, `MAYBE`, `RELATED` or `APART`.
    relation
        For `RELATED`: "erratum", "reply", "preprint", "part" or "elsewhere"; else "".
    guard
        Name of the guard that held the pair back, or "".
    """

    verdict: Numbers
    relation: Numbers
    guard: Numbers


def title_versions(f: Features) -> pd.DataFrame:
    """Return the different versions of each title: title, first author and year."""
    return pd.DataFrame({"title": f.title, "first": f.first, "year": f.year}).drop_duplicates(ignore_index=True)


def often_used(versions: pd.DataFrame) -> frozenset[str]:
    """Return the titles with so many `versions` that they name a column, not an article."""
    times = versions.drop_duplicates().groupby("title", sort=False).size()
    return frozenset(times[times >= _VERSIONS].index)


def generic_titles(f: Features, often: frozenset[str] | None = None) -> Numbers:
    """Tell for each record whether its title is that of a column or series.

    It is when it says so ("Editorial", "Van de redactie"), or has four versions by author and year.

    Parameters
    ----------
    f
        What is known of each record.
    often
        The titles with four versions, where `f` is a part of all records; by default `f` is all there is.
    """
    if often is None:  # a title that stands there less often has fewer versions
        times = pd.Series(f.title).groupby(f.title, sort=False).transform("size").to_numpy()
        used = often_used(title_versions(f.take(np.flatnonzero(times >= _VERSIONS))))
    else:
        used = often
    often_so = np.fromiter((t in used for t in f.title), bool, len(f))
    return np.asarray((often_so | f.column) & (f.words > 0))


def _supplement(issue: Texts, page: Texts) -> Numbers:
    """Tell which issue or page is one of a supplement: "21 suppl 1", "s33"."""
    return np.fromiter(
        ("s" in i.replace("issue", "") or p.startswith("s") for i, p in zip(issue, page, strict=True)), bool, len(issue)
    )


def judge(f: Features, generic: Numbers, left: Numbers, right: Numbers, c: Comparison, points: Numbers) -> Verdicts:
    """Return what becomes of each pair of rows `left`, `right` with comparison `c` and `points`."""
    n = len(left)
    lk, rk = f.kind[left], f.kind[right]
    place = same_place(f, left, right, c)
    anchored = (c.page > 0) | (c.doi > 0) | ((c.isbn > 0) & (c.title >= 0.9) & (c.years <= 0))
    series = generic[left] | generic[right]
    short = np.minimum(f.words[left], f.words[right]) <= 3
    equal = c.title >= 0.95
    elsewhere = (c.doi < 0) | (c.volume < 0) | (c.issue < 0) | (c.page < 0) | (c.years > 0)
    whole = np.isin(lk, _WHOLE) | np.isin(rk, _WHOLE)
    chapters = (lk == "chapter").astype(int) + (rk == "chapter").astype(int)
    bare = (c.author <= 0) & (c.page <= 0) & (c.doi <= 0) & (c.isbn <= 0) & (c.abstract <= 0)

    # One long title by one author twice within a year is never passed over in silence.
    twice = (
        (c.title >= 0.99)
        & (np.minimum(f.words[left], f.words[right]) >= 5)
        & (c.author > 0)
        & (c.years >= 0)
        & (c.years <= 1)
    )
    verdict = np.select([points >= MERGE, (points >= ASK) | twice], [SAME, MAYBE], APART)
    relation = np.full(n, "", dtype=object)
    guard = np.full(n, "", dtype=object)

    def hold(where: Numbers, most: int, name: str) -> None:
        held = where & (verdict > most)
        verdict[held] = most
        guard[held] = name

    hold((c.doi < 0) & ~place, MAYBE, "doi")
    hold((c.title < 0.9) & ~anchored & ~((c.volume > 0) & (c.journal > 0) & c.contained), MAYBE, "title")
    hold((c.title < 0.7) & ~c.contained & ~place & (c.page <= 0), MAYBE, "title")
    located = (c.author > 0) & (c.years == 0) & (c.journal > 0) & (c.volume > 0) & (c.issue >= 0) & (c.page >= 0)
    hold(short & ~anchored & ~(located & ~series), MAYBE, "short")
    hold(bare & (c.abstract <= 0), MAYBE, "bare")
    hold((c.years > 1) & ~anchored, MAYBE, "years")
    hold((c.years > 0) & ~anchored & (c.journal <= 0) & (c.volume <= 0), MAYBE, "years")
    hold(whole & (c.years > 0) & (c.doi <= 0), MAYBE, "edition")
    hold(whole & (c.isbn < 0), MAYBE, "edition")
    hold(whole & (c.title < 0.7) & ~c.contained, MAYBE, "title")
    hold((c.numbers < 0) & ~place & ((c.doi <= 0) | (c.title < 0.9)), MAYBE, "numbers")
    hold((c.page < 0) & ((c.issue < 0) | (c.volume < 0)) & (c.doi <= 0), MAYBE, "place")
    # Papers of parliament and papers in a series have one title and other numbers.
    hold((c.issue < 0) & (c.volume <= 0) & (c.page <= 0) & (c.doi <= 0) & (c.abstract <= 0), MAYBE, "place")
    # One article stands in one volume of one year, and not both in a supplement and in the journal itself.
    hold((c.years > 0) & (c.volume < 0) & ~anchored, MAYBE, "place")
    beside = _supplement(f.issue[left], f.page[left]) != _supplement(f.issue[right], f.page[right])
    hold(beside & ((c.issue < 0) | (c.page < 0)) & ~anchored, MAYBE, "place")
    abroad = (c.journal < 0) & ~anchored & ((c.volume < 0) | (c.page < 0))
    hold(abroad, MAYBE, "journal")
    hold((c.journal < 0) & ~anchored & (c.volume <= 0) & (c.abstract <= 0), MAYBE, "journal")
    # Same team, same issue, another word in the title: one of several studies that were presented side by side.
    spread = (c.page > 0) & (c.last > 0) & (c.journal > 0) & (f.page[left] != f.last[left])
    likely = (verdict == SAME) & (c.title < 1) & ~(place | spread) & (c.doi <= 0) & (c.abstract <= 0)
    for i in np.flatnonzero(likely):
        likely[i] = replaced_words(f.title[left[i]], f.title[right[i]])
    hold(likely, MAYBE, "words")
    other = (np.isin(lk, _OFFPRINT) & np.isin(rk, _PUBLISHED)) | (np.isin(rk, _OFFPRINT) & np.isin(lk, _PUBLISHED))
    hold(other & ~anchored, MAYBE, "kind")
    tongues = (f.language[left] != "") & (f.language[right] != "") & (f.language[left] != f.language[right])
    hold(tongues & ~equal & ~place, MAYBE, "language")

    # A column stands on the same page of every issue.
    wordy = np.minimum(f.words[left], f.words[right]) > 5
    same_column = (c.page > 0) & (c.author > 0) & (c.volume >= 0) & (c.years <= 0)
    same_column &= (c.issue >= 0) | (wordy & (c.last > 0))
    same_column |= c.doi > 0
    hold((series | (short & (c.doi <= 0) & (c.author < 0))) & ~same_column & elsewhere, APART, "series")
    hold(series & (c.doi < 0) & ~place, APART, "series")
    hold(
        (series | short) & (c.journal >= 0) & (c.doi <= 0) & ((c.volume < 0) | (c.issue < 0)) & (c.page <= 0),
        APART,
        "series",
    )
    hold(short & (c.doi < 0) & ((c.page <= 0) | (c.volume < 0) | (c.issue < 0)), APART, "series")
    periodic = (c.years != 0) & (c.doi <= 0) & (c.isbn <= 0) & ~place & (verdict > APART)
    for i in np.flatnonzero(periodic):
        periodic[i] = _PERIODIC.search(f.title[left[i]]) is not None
    hold(periodic & (c.years > 0), APART, "periodic")
    dated = (f.numbers[left] != "") & (c.numbers == 0)  # the title says the year, or the number
    hold(periodic & (c.years < 0) & ~dated & (f.year[left] != f.year[right]), MAYBE, "periodic")
    hold((c.numbers < 0) & (c.years > 0) & (c.doi <= 0) & ~place, APART, "numbers")
    hold((c.numbers < 0) & (c.doi <= 0) & ((c.page < 0) | ((c.volume < 0) & ~anchored)), APART, "numbers")
    hold(abroad & (c.title < 0.9) & ~c.contained, APART, "journal")
    hold(short & bare, APART, "bare")
    hold((c.title < 0.7) & ~c.contained & (chapters > 0) & (c.page <= 0), APART, "part")

    # Same study, other work. These hold whatever the points say.
    alike = (c.title >= 0.9) | c.contained
    known = c.author >= 0
    part = (chapters == 1) & whole & alike & known
    preprint = (f.preprint[left] ^ f.preprint[right]) & (c.title >= 0.9) & known & (c.doi <= 0) & (c.page <= 0)
    # A conference abstract comes out in the journal of every society that was there.
    elsewhere_too = (c.journal < 0) & (c.volume < 0) & (c.page <= 0) & (c.doi <= 0) & (c.title >= 0.9) & (c.author > 0)
    elsewhere_too &= (verdict == MAYBE) & (c.numbers == 0)
    erratum = f.erratum[left] ^ f.erratum[right]
    reply = f.reply[left] ^ f.reply[right]
    named = erratum | reply
    close = np.zeros(n, dtype=bool)
    for i in np.flatnonzero(named):
        a, b = f.title[left[i]], f.title[right[i]]
        # "A review of X" may be a study of X; a review of a book bears its whole title.
        own = c.author[i] > 0 and c.journal[i] >= 0 and c.years[i] <= 3
        close[i] = c.contained[i] or (
            not (_REVIEW.match(a) or _REVIEW.match(b)) and speaks_of(a, b, least=1 if own and erratum[i] else 4)
        )
    hold(named & ~place, APART, "notice")
    hold(erratum, APART, "notice")
    for where, name in (
        (part, "part"),
        (preprint, "preprint"),
        (elsewhere_too, "elsewhere"),
        (erratum & close, "erratum"),
        (reply & close & ~place, "reply"),
    ):
        verdict[where] = RELATED
        relation[where] = name
        guard[where] = name
    return Verdicts(verdict, relation, guard)
