"""Pairs compared and judged, each once: what was found of a pair before is not worked out again.

A verdict follows from the two records and from whether their titles are those of a column; so what is known of a
pair stands as long as those do, and remembering it changes nothing but the time it takes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from leeszaal.library.dedupe.features import Features
from leeszaal.library.dedupe.guards import APART, judge
from leeszaal.library.dedupe.points import compare, points
from leeszaal.library.dedupe.reasons import agreement

__all__ = ["Judged", "judge_pairs"]

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of `m` pairs of records.

    Attributes
    ----------
    left, right
        Row numbers; each pair once, in order.
    columns
        Which of the two titles are those of a column or series: 0, 1 (left), 2 (right) or 3.
    verdict, points, relation, guard
        As `leeszaal.library.dedupe.guards.Verdicts` has them; points as `leeszaal.library.dedupe.points` gives them.
    said
        What agrees and what differs (Dutch); "" for a pair that is apart.
    """

    left: Numbers
    right: Numbers
    columns: Numbers
    verdict: Numbers
    points: Numbers
    relation: Numbers
    guard: Numbers
    said: Numbers

    def __len__(self) -> int:
        return len(self.left)

    def take(self, rows: Numbers) -> Judged:
        """Return the pairs at `rows`."""
        return Judged(*(getattr(self, c.name)[rows] for c in fields(self)))

    def and_(self, other: Judged) -> Judged:
        """Return the pairs of both, in order; a pair that is in both is taken from this one."""
        both = Judged(*(np.concatenate([getattr(self, c.name), getattr(other, c.name)]) for c in fields(self)))
        order = np.lexsort((both.right, both.left))
        twice = np.zeros(len(order), dtype=bool)
        a, b = both.left[order], both.right[order]
        twice[1:] = (a[1:] == a[:-1]) & (b[1:] == b[:-1])
        return both.take(order[~twice])


def judge_pairs(
    f: Features, generic: Numbers, left: Numbers, right: Numbers, known: Judged | None, workers: int
) -> Judged:
    """Return what becomes of each pair of rows `left` < `right`, each once and in order.

    Parameters
    ----------
    f, generic
        What is known of each record, and whether its title is that of a column.
    left, right
        Rows of `f`.
    known
        What was found before, in the rows of `f`, in order; None when nothing was.
    workers
        Threads that compare text; −1 for every core.
    """
    columns = (generic[left] + 2 * generic[right]).astype(np.int8)
    if known is None or not len(known):
        return _judged(f, generic, left, right, columns, workers)
    codes, there = left * len(f) + right, known.left * len(f) + known.right
    place = np.minimum(np.searchsorted(there, codes), len(there) - 1)
    found = (there[place] == codes) & (known.columns[place] == columns)
    new = np.flatnonzero(~found)
    fresh = _judged(f, generic, left[new], right[new], columns[new], workers)
    return known.take(place[found]).and_(fresh)


def _judged(f: Features, generic: Numbers, left: Numbers, right: Numbers, columns: Numbers, workers: int) -> Judged:
    c = compare(f, left, right, workers=workers)
    p = points(f, left, right, c)
    v = judge(f, generic, left, right, c, p)
    said = np.full(len(left), "", dtype=object)
    told = np.flatnonzero(v.verdict != APART)
    said[told] = agreement(c, told)
    return Judged(left, right, columns, v.verdict.astype(np.int8), p.astype(float), v.relation, v.guard, said)
