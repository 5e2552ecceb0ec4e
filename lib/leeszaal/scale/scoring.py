"""Deduplication, second half: bring both records of each pair together and judge the pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from leeszaal.library.dedupe.dedupe import contradicts
from leeszaal.library.dedupe.guards import APART, judge
from leeszaal.library.dedupe.points import compare, points
from leeszaal.library.dedupe.reasons import agreement, reasons
from leeszaal.scale.comparing import features_from, place
from leeszaal.scale.corpus import Corpus, partition_of
from leeszaal.scale.shuffle import gather, load, save, scatter

__all__ = ["judged", "lent"]

Numbers = np.ndarray[Any, np.dtype[Any]]


def lent(corpus: Corpus, step: str, writers: int, parts: int, part: int) -> None:
    """Send each pair whose first record stands in `part`, and that record, to the partition of the second.

    Parameters
    ----------
    corpus, part
        Of which partition.
    step
        Where the pairs are: "pairs" or "inner".
    writers, parts
        Number of tasks that left pairs there, and of partitions.
    """
    frame = gather([place(corpus, step, w) for w in range(writers)], part).to_pandas()
    pairs = frame.drop_duplicates().sort_values(["left", "right"])
    reader = partition_of(pairs["right"].to_numpy())
    table = pa.table({"left": pairs["left"].to_numpy(), "right": pairs["right"].to_numpy()})
    scatter(place(corpus, f"{step}-asked", part), table, reader, parts)
    ready = load(place(corpus, "ready", part))
    needed = pairs.assign(reader=reader)[["reader", "left"]].drop_duplicates().sort_values(["reader", "left"])
    rows = np.searchsorted(ready["record"].to_numpy(), needed["left"].to_numpy())
    scatter(place(corpus, f"{step}-lent", part), ready.take(pa.array(rows)), needed["reader"].to_numpy(), parts)


def judged(corpus: Corpus, step: str, parts: int, part: int) -> int:
    """Judge the pairs whose second record stands in `part`, and keep all but those that are simply apart.

    Returns
    -------
    int
        Pairs compared.
    """
    asked = gather([place(corpus, f"{step}-asked", p) for p in range(parts)], part)
    if not len(asked):
        save(place(corpus, f"{step}-judged", part), _empty())
        return 0
    ready = load(place(corpus, "ready", part))
    own = ready.filter(pa.array(np.isin(ready["record"].to_numpy(), np.unique(asked["right"].to_numpy()))))
    both = pa.concat_tables([gather([place(corpus, f"{step}-lent", p) for p in range(parts)], part), own])
    records, first = np.unique(both["record"].to_numpy(), return_index=True)
    table = both.take(pa.array(first))
    features, _ = features_from(table)
    left = np.searchsorted(records, asked["left"].to_numpy())
    right = np.searchsorted(records, asked["right"].to_numpy())
    compared = compare(features, left, right, workers=1)
    score = points(features, left, right, compared)
    verdicts = judge(features, table["generic"].to_numpy(), left, right, compared, score)
    against = contradicts(verdicts, score)
    rows = (
        np.flatnonzero((verdicts.verdict > APART) | against)
        if step == "inner"
        else np.flatnonzero(verdicts.verdict > APART)
    )
    said, held = agreement(compared, rows), np.full(len(rows), "conflict", dtype=object)
    save(
        place(corpus, f"{step}-judged", part),
        pa.table(
            {
                "left": records[left[rows]],
                "right": records[right[rows]],
                "points": np.round(score[rows], 2).astype(float),
                "verdict": verdicts.verdict[rows].astype(np.int8),
                "relation": pa.array(verdicts.relation[rows], pa.string()),
                "against": against[rows],
                "reason": pa.array(reasons(said, verdicts.guard[rows]), pa.string()),
                "reason_held": pa.array(reasons(said, held), pa.string()),
            }
        ),
    )
    return len(left)


def _empty() -> pa.Table:
    return pa.schema(
        [
            ("left", pa.int64()), ("right", pa.int64()), ("points", pa.float64()), ("verdict", pa.int8()),
            ("relation", pa.string()), ("against", pa.bool_()), ("reason", pa.string()), ("reason_held", pa.string()),
        ]
    ).empty_table()  # fmt: skip
