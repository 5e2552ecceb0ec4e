"""Which records tell of one work: those that share an identifier, and those that comparison finds alike.

Records are one work when they share a DOI or an ISBN, when the comparison of `leeszaal.library.dedupe` says so, or
when title, first author and year are the same and nothing else they say contradicts it. What comparison cannot decide
is kept for a person (`maybe`), or as a relation between two works (an erratum, a preprint, a part).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal.library.dedupe.clusters import components
from leeszaal.library.dedupe.dedupe import match
from leeszaal.library.dedupe.guards import MAYBE, RELATED
from leeszaal.library.dedupe.judging import Judged
from leeszaal.library.dedupe.reasons import reasons
from leeszaal.library.parsed import features_of, keys_of

__all__ = ["Alike", "find_works", "members_of"]

# Two records with one title, author and year that differ in one of these may well be two works.
_TELLING = ["doi", "container", "volume", "issue", "pages", "abstract"]

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Alike:
    """The records of each work, and the pairs of works that are alike but not one.

    Attributes
    ----------
    clusters
        The places of the records of each work, earliest first, in the order of their earliest record.
    pairs
        `left`, `right` (places of records), `kind` ("maybe": for a person to decide; "erratum", "reply", "preprint",
        "part" or "elsewhere": another work about the same), `points`, `reason` (Dutch).
    judged
        Every pair of records that was looked at, in places: what a next call may know.
    """

    clusters: list[tuple[int, ...]]
    pairs: pd.DataFrame
    judged: Judged


def find_works(table: pa.Table, known: Judged | None = None) -> Alike:
    """Group records into works; which records are together does not depend on their order.

    Parameters
    ----------
    table
        All records as `leeszaal.library.parsed.columns_of` gives them, in the order of the evidence.
    known
        Pairs that were judged before, in places; it saves time and changes nothing.
    """
    n = len(table)
    # A record that came twice says nothing new: it stands with the first, and the first alone is compared.
    codes, _ = pd.factorize(table.column("said").to_numpy())
    firsts = np.flatnonzero(~pd.Series(codes).duplicated().to_numpy())
    features, keys = features_of(table).take(firsts), keys_of(table).take(firsts)
    found = match(features, None if known is None else _among(known, firsts, n), keys)
    left, right = [firsts[codes], firsts], [np.arange(n), firsts[found.cluster]]
    pairs = _pairs(found.pairs_of(MAYBE), found.pairs_of(RELATED), firsts)
    for a, b in _sharing(table, pairs[pairs["kind"] != "maybe"]):
        left.append(a)
        right.append(b)
    label = components(n, np.concatenate(left), np.concatenate(right)) if n else np.zeros(0, np.int64)
    judged = replace(found.judged, left=firsts[found.judged.left], right=firsts[found.judged.right])
    return Alike(members_of(label), pairs, judged)


def members_of(label: Numbers) -> list[tuple[int, ...]]:
    """Return the rows with one label, ascending, in the order of their first row.

    Examples
    --------
    >>> members_of(np.array([0, 1, 0, 3, 1]))
    [(0, 2), (1, 4), (3,)]
    """
    order = np.argsort(label, kind="stable")
    ends = np.flatnonzero(np.diff(label[order], append=-1)) + 1
    rows = order.tolist()
    starts = [0, *ends.tolist()]
    return [tuple(rows[start:stop]) for start, stop in pairwise(starts)]


def _among(known: Judged, firsts: Numbers, n: int) -> Judged:
    """Return the known pairs of which both are among `firsts`, numbered in the order of those."""
    row = np.full(n, -1, dtype=np.int64)
    row[firsts] = np.arange(len(firsts))
    left, right = row[known.left], row[known.right]
    kept = np.flatnonzero((left >= 0) & (right >= 0))
    return replace(known.take(kept), left=left[kept], right=right[kept])


def _pairs(maybe: Judged, related: Judged, firsts: Numbers) -> pd.DataFrame:
    frames = [
        pd.DataFrame({
            "left": firsts[one.left], "right": firsts[one.right],
            "kind": kinds, "points": np.round(one.points, 2), "reason": reasons(one.said, one.guard),
        }) for one, kinds in ((maybe, "maybe"), (related, related.relation))
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True).sort_values(["left", "right", "kind"], ignore_index=True)


def _sharing(table: pa.Table, related: pd.DataFrame) -> list[tuple[Numbers, Numbers]]:
    """Return arrays of left and right places: records that share an identity key, unless they contradict each other."""
    known = table.column("known").combine_chunks()
    values = known.flatten()
    holders = np.repeat(np.arange(len(table)), known.value_lengths().to_numpy())
    codes = values.dictionary_encode().indices.to_numpy()
    shared = np.flatnonzero(np.bincount(codes)[codes] > 1) if len(codes) else codes
    keys, places = pd.Series(values.take(shared).to_pylist(), dtype=object), pd.Series(holders[shared])
    named = ~keys.str.startswith("text:").astype(bool)
    keys, places = keys[named], places[named]
    titled = keys.str.startswith("title:").astype(bool)
    first = places.groupby(keys, sort=False).transform("first")
    out = [(first[~titled].to_numpy(dtype=np.int64), places[~titled].to_numpy(dtype=np.int64))]
    kin: dict[int, set[int]] = {}
    for a, b in zip(related["left"], related["right"], strict=True):
        kin.setdefault(int(a), set()).add(int(b))
        kin.setdefault(int(b), set()).add(int(a))
    asked = np.unique(places[titled].to_numpy(dtype=np.int64))
    rows = table.select(_TELLING).take(asked).to_pylist()
    says = dict(zip(asked.tolist(), rows, strict=True))
    one: list[tuple[int, int]] = []
    for sharers in places[titled].groupby(keys[titled], sort=False).agg(list):
        apart = any(kin.get(place, set()) & set(sharers) for place in sharers)
        if not apart and _agree([says[place] for place in sharers]):
            one += [(sharers[0], place) for place in sharers[1:]]
    pairs = np.array(one, dtype=np.int64).reshape(-1, 2)
    return [*out, (pairs[:, 0], pairs[:, 1])]


def _agree(rows: Sequence[dict[str, Any]]) -> bool:
    """Tell whether records say the same wherever they say something; all at once, so that order plays no part."""
    return all(len({value for row in rows if (value := row[name]) is not None}) <= 1 for name in _TELLING)
