"""Deduplicate a corpus: the outcome of `leeszaal.library.dedupe.find_duplicates`, over any number of partitions."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal.library.dedupe.blocks import LARGEST
from leeszaal.library.dedupe.clusters import components, inner_pairs
from leeszaal.library.dedupe.guards import MAYBE, RELATED, SAME
from leeszaal.scale.comparing import copies, described, kept, keyed, paired, place, told_apart
from leeszaal.scale.corpus import Corpus, partition_of, read_part
from leeszaal.scale.runner import Runner
from leeszaal.scale.scoring import judged, lent
from leeszaal.scale.shuffle import gather, load, scatter

__all__ = ["deduplicate"]

_COPIES = "alle velden gelijk"


def deduplicate(corpus: Corpus, runner: Runner) -> dict[str, Any]:
    """Find which records of a corpus are one work; writes works/, same, maybe and related, and returns the figures."""
    parts = corpus.parts()
    p, buckets = len(parts), len(parts)
    shutil.rmtree(corpus.work, ignore_errors=True)
    over_parts, over_buckets = [(part,) for part in parts], range(buckets)
    runner.map("Kenmerken", described, [(corpus, *part, buckets) for part in over_parts])
    twins = sum(runner.map("Kopieën", copies, [(corpus, p, b) for b in over_buckets]))
    runner.map("Woorden", kept, [(corpus, buckets, *part) for part in over_parts])
    runner.map("Zeldzaam", told_apart, [(corpus, p, b) for b in over_buckets])
    runner.map("Sleutels", keyed, [(corpus, buckets, *part) for part in over_parts])
    skipped: Counter[str] = Counter()
    for found in runner.map("Paren", paired, [(corpus, p, b) for b in over_buckets]):
        skipped += found
    pairs, compared = _judge(corpus, runner, "pairs", buckets, parts)
    pairs, broken = _without_conflicts(corpus, runner, pairs, parts)
    work_of = _clusters(pairs[pairs["verdict"] == SAME])
    scatter(
        place(corpus, "clusters", 0),
        pa.table({"record": work_of.index.to_numpy(np.int64), "work": work_of.to_numpy(np.int64)}),
        partition_of(work_of.index.to_numpy(np.int64)), p,
    )  # fmt: skip
    runner.map("Werken", _name_works, [(corpus, buckets, *part) for part in over_parts])
    _save(corpus, pairs, buckets, p)
    merged = twins + int((work_of != work_of.index).sum())
    records = sum(len(read_part(corpus, part, ["year"])) for part in parts)
    shutil.rmtree(corpus.work, ignore_errors=True)
    return {
        "works": records - merged, "records": records, "same": int((pairs["verdict"] == SAME).sum()) + twins,
        "maybe": int((pairs["verdict"] == MAYBE).sum()), "related": int((pairs["verdict"] == RELATED).sum()),
        "conflicts": broken, "compared": compared, "blocked": dict(sorted(skipped.items())),
    }  # fmt: skip


def _judge(corpus: Corpus, runner: Runner, step: str, writers: int, parts: list[int]) -> tuple[pd.DataFrame, int]:
    """Judge the pairs of a step and return those that are not simply apart, by left and right record."""
    runner.map("Brengen", lent, [(corpus, step, writers, len(parts), part) for part in parts])
    compared = runner.map("Vergelijken", judged, [(corpus, step, len(parts), part) for part in parts])
    tables = [load(place(corpus, f"{step}-judged", part)) for part in parts]
    frame = pa.concat_tables(tables).to_pandas()
    return frame.sort_values(["left", "right"], ignore_index=True), sum(compared)


def _without_conflicts(
    corpus: Corpus, runner: Runner, pairs: pd.DataFrame, parts: list[int]
) -> tuple[pd.DataFrame, int]:
    """Return the pairs after every cluster with two records that cannot be one went to a person whole."""
    same = pairs[pairs["verdict"] == SAME]
    records, label = _labels(same)
    a, b = inner_pairs(label, LARGEST)
    inner = pd.DataFrame({"left": records[np.minimum(a, b)], "right": records[np.maximum(a, b)]})
    inner = inner.merge(same[["left", "right"]], how="left", indicator=True).query("_merge == 'left_only'")
    left, right = inner["left"].to_numpy(np.int64), inner["right"].to_numpy(np.int64)
    if not len(left):
        return pairs, 0
    scatter(place(corpus, "inner", 0), pa.table({"left": left, "right": right}), partition_of(left), len(parts))
    told, _ = _judge(corpus, runner, "inner", 1, parts)
    against = told[told["against"]]
    broken = np.unique(label[np.searchsorted(records, against["left"].to_numpy())])
    of_record = pd.Series(label, index=records)
    held = (pairs["verdict"] == SAME) & pairs["left"].map(of_record).isin(broken)
    pairs = pairs.copy()
    pairs.loc[held, "verdict"] = MAYBE
    pairs.loc[held, "reason"] = pairs.loc[held, "reason_held"]
    return pairs, len(broken)


def _labels(same: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the records that stand in a pair, ascending, and for each the place of the first of its cluster."""
    records = np.unique(same[["left", "right"]].to_numpy(np.int64))
    left, right = (np.searchsorted(records, same[side].to_numpy(np.int64)) for side in ("left", "right"))
    return records, components(len(records), left, right)


def _clusters(same: pd.DataFrame) -> pd.Series:
    records, label = _labels(same)
    return pd.Series(records[label], index=records, dtype=np.int64)


def _name_works(corpus: Corpus, buckets: int, part: int) -> None:
    """Write for each record of a partition the first record of its work."""
    records = read_part(corpus, part, ["year"]).index.to_numpy()
    later = gather([place(corpus, "copies", b) for b in range(buckets)], part).to_pandas()
    first = pd.Series(records, index=records)
    first.loc[later["record"]] = later["first"].to_numpy()
    # The first of the copies may stand in another partition, and be one work with a third record there.
    needed = np.unique(partition_of(first.to_numpy()))
    clusters = [gather([place(corpus, "clusters", 0)], int(other)).to_pandas() for other in needed]
    named = pd.concat(clusters).set_index("record")["work"]
    work = first.map(named).fillna(first).astype(np.int64)
    corpus.save_part("works", part, pd.DataFrame({"record": records, "work": work.to_numpy()}))


def _save(corpus: Corpus, pairs: pd.DataFrame, buckets: int, parts: int) -> None:
    columns = ["left", "right", "points", "reason"]
    later = pd.concat(
        [gather([place(corpus, "copies", b) for b in range(buckets)], part).to_pandas() for part in range(parts)]
    ).sort_values("record")
    twins = pd.DataFrame({"left": later["first"], "right": later["record"], "points": np.inf, "reason": _COPIES})
    same = pairs.loc[pairs["verdict"] == SAME, columns]
    corpus.save("same", pd.concat([same, twins], ignore_index=True) if len(twins) else same)
    corpus.save("maybe", pairs.loc[pairs["verdict"] == MAYBE, columns])
    corpus.save("related", pairs.loc[pairs["verdict"] == RELATED, [*columns, "relation"]])
