"""Find the records that tell of one work: identifiers first, then blocks, points and guards.

The method is a hand-set Fellegi–Sunter comparison within blocks, with guards for what points cannot see
(Fellegi & Sunter 1969, *A theory for record linkage*; Binette & Steorts 2022, *(Almost) all of entity
resolution*). Nothing is learned and nothing is drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leeszaal.library.dedupe.blocks import LARGEST, candidates
from leeszaal.library.dedupe.clusters import components, inner_pairs
from leeszaal.library.dedupe.features import COLUMNS, Features, read_features
from leeszaal.library.dedupe.guards import MAYBE, RELATED, SAME, Verdicts, generic_titles, judge
from leeszaal.library.dedupe.points import ASK, Comparison, Numbers, compare, points
from leeszaal.library.dedupe.reasons import reasons

__all__ = ["Duplicates", "alike_fields", "contradicts", "find_duplicates"]


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
    everything = read_features(records)
    first, alike = _alike(everything)
    f = everything.take(first)
    generic = generic_titles(f)
    found = candidates(f)
    left, right = found.left, found.right
    c = compare(f, left, right, workers=workers)
    p = points(f, left, right, c)
    v = judge(f, generic, left, right, c, p)
    verdict, conflicts, guard = _without_conflicts(f, generic, left, right, v, workers)

    labels = records.index.to_numpy()
    own = labels[first]

    def table(rows: Numbers) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "left": own[left[rows]],
                "right": own[right[rows]],
                "points": np.round(p[rows], 2).astype(float),
                "reason": reasons(c, rows, guard),
            }
        )

    same = np.flatnonzero(verdict == SAME)
    related = np.flatnonzero(verdict == RELATED)
    copies = np.flatnonzero(first[alike] != np.arange(len(labels)))
    twins = pd.DataFrame(
        {
            "left": labels[first[alike[copies]]],
            "right": labels[copies],
            "points": np.full(len(copies), np.inf),
            "reason": "alle velden gelijk",
        }
    )
    cluster = components(len(first), left[same], right[same])
    return Duplicates(
        same=pd.concat([table(same), twins], ignore_index=True) if len(copies) else table(same),
        maybe=table(np.flatnonzero(verdict == MAYBE)),
        related=table(related).assign(relation=v.relation[related]),
        clusters=pd.Series(own[cluster][alike], index=records.index, name="cluster"),
        blocked=found.skipped,
        conflicts=conflicts,
        compared=len(left),
        random_state=random_state,
    )


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
    frame, known = alike_fields(f)
    frame["own"] = np.where(known, -1, np.arange(len(f)))
    group = frame.groupby(list(frame.columns), sort=False, dropna=False).ngroup().to_numpy()
    first = np.full(group.max() + 1 if len(group) else 0, len(f), dtype=np.int64)
    np.minimum.at(first, group, np.arange(len(f)))
    return first, group


def contradicts(v: Verdicts, points: Numbers) -> Numbers:
    """Tell which judged pairs inside one cluster cannot be one work, so that the cluster goes to a person whole."""
    return np.asarray((v.verdict <= RELATED) | (points < ASK) | (v.guard == "doi"))


def _without_conflicts(
    f: Features, generic: Numbers, left: Numbers, right: Numbers, v: Verdicts, workers: int
) -> tuple[Numbers, int, Numbers]:
    """Return the verdicts after every cluster with two records that cannot be one went to a person whole."""
    same = v.verdict == SAME
    label = components(len(f), left[same], right[same])
    a, b = inner_pairs(label, LARGEST)
    low, high = np.minimum(a, b), np.maximum(a, b)
    known = np.isin(low * len(f) + high, left[same] * len(f) + right[same])
    a, b = low[~known], high[~known]
    c: Comparison = compare(f, a, b, workers=workers)
    p = points(f, a, b, c)
    inner = judge(f, generic, a, b, c, p)
    broken = np.unique(label[a[contradicts(inner, p)]])
    verdict, guard = v.verdict.copy(), v.guard.copy()
    held = same & np.isin(label[left], broken)
    verdict[held] = MAYBE
    guard[held] = "conflict"
    return verdict, len(broken), guard
