"""Find the records that tell of one work: identifiers first, then blocks, points and guards.

The method is a hand-set Fellegi–Sunter comparison within blocks, with guards for what points cannot see
(Fellegi & Sunter 1969, *A theory for record linkage*; Binette & Steorts 2022, *(Almost) all of entity
resolution*). Nothing is learned and nothing is drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from leeszaal.library.dedupe.blocks import LARGEST, Keys, candidates
from leeszaal.library.dedupe.clusters import components, inner_pairs
from leeszaal.library.dedupe.features import COLUMNS, Features, read_features
from leeszaal.library.dedupe.guards import MAYBE, RELATED, SAME, Verdicts, generic_titles
from leeszaal.library.dedupe.judging import Judged, judge_pairs
from leeszaal.library.dedupe.points import ASK
from leeszaal.library.dedupe.reasons import reasons

__all__ = ["Duplicates", "Matched", "alike_fields", "contradicts", "find_duplicates", "match"]

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Duplicates:
    """Which records tell of one work.

    Attributes
    ----------
    same
        Pairs of index labels `left`, `right` that are one work, with `points` and `reason` (Dutch). Records
        that are alike in every field stand in it once each, beside the first of them.
    maybe
        The same columns, for a person to decide.
    related
        The same columns and `relation`: "erratum", "reply", "preprint", "part" or "elsewhere".
        Same study, other work.
    clusters
        Index label of a record → label of the first record of its cluster, itself when it stands alone.
    blocked
        Kind of key → number of keys that too many records share to compare them all by it (60, or 30 for a
        pair of rare words). Records that share only such keys were not compared; those with one DOI were
        compared with the first and the next of them.
    conflicts
        Number of clusters that contradicted themselves and went to `maybe` whole.
    compared
        Number of pairs compared.
    random_state
        Recorded as given; nothing is drawn at random.
    """

    same: pd.DataFrame
    maybe: pd.DataFrame
    related: pd.DataFrame
    clusters: pd.Series
    blocked: dict[str, int]
    conflicts: int
    compared: int
    random_state: int


def find_duplicates(records: pd.DataFrame, *, random_state: int = 0, workers: int = -1) -> Duplicates:
    """Return which of `records` are the same work, which may be, and which are otherwise related.

    Parameters
    ----------
    records
        One row a record, a unique index, and any of the columns title, authors (list or string), year,
        container, volume, issue, pages, doi, isbn, abstract, type and language. A missing value is None, NA
        or "".
    random_state
        Recorded in the result; the method draws nothing.
    workers
        Threads that compare text; −1 for every core.

    Raises
    ------
    TypeError
        When `records` is no DataFrame.
    ValueError
        When the index is not unique, or there is no column to compare.

    Examples
    --------
    >>> records = pd.DataFrame({
    ...     "title": ["Wie bestuurt de regio?", "WIE BESTUURT DE REGIO?", "Wie betaalt de regio?"],
    ...     "authors": ["de Vries, Anna", "Vries, A. de", "Jansen, P."], "year": [2020, 2020, 2021],
    ... })
    >>> find_duplicates(records).clusters.tolist()
    [0, 0, 2]
    """
    _check(records)
    records = records.iloc[_sorted(records.index)]
    found = match(read_features(records), workers=workers)
    labels = records.index.to_numpy()

    def table(pairs: Judged) -> pd.DataFrame:
        return pd.DataFrame({
            "left": labels[pairs.left], "right": labels[pairs.right], "points": np.round(pairs.points, 2),
            "reason": reasons(pairs.said, pairs.guard),
        })  # fmt: skip

    copies = np.flatnonzero(found.copy_of != np.arange(len(labels)))
    twins = pd.DataFrame({
        "left": labels[found.copy_of[copies]], "right": labels[copies], "points": np.full(len(copies), np.inf),
        "reason": "alle velden gelijk",
    })  # fmt: skip
    same, related = table(found.pairs_of(SAME)), found.pairs_of(RELATED)
    return Duplicates(
        same=pd.concat([same, twins], ignore_index=True) if len(copies) else same,
        maybe=table(found.pairs_of(MAYBE)),
        related=table(related).assign(relation=related.relation),
        clusters=pd.Series(labels[found.cluster], index=records.index, name="cluster"),
        blocked=found.skipped,
        conflicts=found.conflicts,
        compared=len(found.pairs),
        random_state=random_state,
    )


@dataclass(frozen=True)
class Matched:
    """Which rows of the features are one work.

    Attributes
    ----------
    pairs
        Every pair that shares a key, with its verdict after clusters that contradict themselves went to a person.
    judged
        Every pair that was looked at, with the verdict it has by itself: what a next call may know.
    copy_of
        For each row the first row that is alike in every field, itself when there is none.
    cluster
        For each row the first row of its cluster.
    skipped, conflicts
        As in `Duplicates`.
    """

    pairs: Judged
    judged: Judged
    copy_of: Numbers
    cluster: Numbers
    skipped: dict[str, int]
    conflicts: int

    def pairs_of(self, verdict: int) -> Judged:
        """Return the pairs with this verdict."""
        return self.pairs.take(np.flatnonzero(self.pairs.verdict == verdict))


def match(everything: Features, known: Judged | None = None, keys: Keys | None = None, *, workers: int = -1) -> Matched:
    """Return which records are one work.

    Parameters
    ----------
    everything
        What is known of each record.
    known
        Pairs that were judged before (`Matched.judged`), in the rows of `everything`. It saves time and changes
        nothing.
    keys
        What the keys of each record are made of, where that was worked out before.
    workers
        Threads that compare text; −1 for every core.
    """
    first, alike = _alike(everything)
    f = everything.take(first)
    generic = generic_titles(f)
    if known is not None:
        known = _within(known, first, len(everything))
    found = candidates(f, None if keys is None else keys.take(first))
    pairs = judge_pairs(f, generic, found.left, found.right, known, workers)
    after, inner, conflicts = _without_conflicts(f, generic, pairs, known, workers)
    same = after.verdict == SAME
    cluster = components(len(first), after.left[same], after.right[same])
    return Matched(
        pairs=replace(after, left=first[after.left], right=first[after.right]),
        judged=replace(judged := pairs.and_(inner), left=first[judged.left], right=first[judged.right]),
        copy_of=first[alike],
        cluster=first[cluster][alike],
        skipped=found.skipped,
        conflicts=conflicts,
    )


def _within(known: Judged, rows: Numbers, n: int) -> Judged:
    """Return the known pairs of which both are among `rows` (ascending), renumbered in the order of those."""
    place = np.full(n, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    left, right = place[known.left], place[known.right]
    kept = np.flatnonzero((left >= 0) & (right >= 0))
    return replace(known.take(kept), left=left[kept], right=right[kept])


def _check(records: pd.DataFrame) -> None:
    if not isinstance(records, pd.DataFrame):
        raise TypeError(f"records must be a DataFrame, not {type(records).__name__}")
    if not records.index.is_unique:
        twice = records.index[records.index.duplicated()][0]
        raise ValueError(f"the index of records must be unique; it repeats {twice!r}")
    if not set(COLUMNS) & set(records.columns):
        raise ValueError(f"records has none of the columns {', '.join(COLUMNS)}")


def _sorted(index: pd.Index) -> Numbers:
    """Return the order of the labels, so that the order of the rows changes nothing."""
    try:
        return np.asarray(index.argsort(kind="stable"))
    except TypeError:  # labels of several types
        return np.argsort(np.array([f"{type(i).__name__} {i}" for i in index], dtype=object), kind="stable")


def alike_fields(f: Features) -> tuple[pd.DataFrame, Numbers]:
    """Return every field of each record, and whether enough is known of it to call its equal the same record."""
    known = (
        (f.doi != "")
        | ((f.first != "") & (f.words > 3) & (f.year > 0))
        | ((f.first != "") & (f.page != "") & (f.volume != ""))
    )
    frame = pd.DataFrame({
        name: getattr(f, name) for name in (
            "title", "full", "families", "year", "container", "volume", "issue", "page", "last", "doi",
            "isbn", "abstract", "kind", "language",
        )
    })  # fmt: skip
    for i, several in f.more_dois.items():
        frame.loc[i, "doi"] = " ".join(sorted(several))
    return frame, known


def _alike(f: Features) -> tuple[Numbers, Numbers]:
    """Return the first row of each group of records alike in every field, and for each row its group.

    Records of which too little is known to tell them apart stay records of their own.
    """
    # Those with a title of their own are alike with none.
    rows = np.flatnonzero(pd.Series(f.title).duplicated(keep=False).to_numpy())
    frame, known = alike_fields(f.take(rows))
    frame["own"] = np.where(known, -1, rows)
    stands_for = np.arange(len(f))
    if len(rows):
        group = frame.groupby(list(frame.columns), sort=False, dropna=False).ngroup().to_numpy()
        earliest = np.full(group.max() + 1, len(f), dtype=np.int64)
        np.minimum.at(earliest, group, rows)
        stands_for[rows] = earliest[group]
    first, group = np.unique(stands_for, return_inverse=True)
    return first, group


def contradicts(v: Verdicts | Judged, points: Numbers) -> Numbers:
    """Tell which judged pairs inside one cluster cannot be one work, so that the cluster goes to a person whole."""
    return np.asarray((v.verdict <= RELATED) | (points < ASK) | (v.guard == "doi"))


def _without_conflicts(
    f: Features, generic: Numbers, pairs: Judged, known: Judged | None, workers: int
) -> tuple[Judged, Judged, int]:
    """Return the pairs after every cluster with two records that cannot be one went to a person whole.

    The second are the pairs inside clusters that were judged for it, the third how many clusters went to a person.
    """
    same = pairs.verdict == SAME
    label = components(len(f), pairs.left[same], pairs.right[same])
    a, b = inner_pairs(label, LARGEST)
    low, high = np.minimum(a, b), np.maximum(a, b)
    codes = np.setdiff1d(low * len(f) + high, pairs.left[same] * len(f) + pairs.right[same])
    inner = judge_pairs(f, generic, codes // len(f), codes % len(f), known, workers)
    broken = np.unique(label[inner.left[contradicts(inner, inner.points)]])
    verdict, guard = pairs.verdict.copy(), pairs.guard.copy()
    held = same & np.isin(label[pairs.left], broken)
    verdict[held] = MAYBE
    guard[held] = "conflict"
    return replace(pairs, verdict=verdict, guard=guard), inner, len(broken)
