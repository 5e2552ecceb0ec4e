"""Deduplication, first half: from records to pairs worth comparing, each step a task on one partition or bucket.

The steps are those of `leeszaal.library.dedupe`; what that looks up in all records at once (copies, how rare a word is,
titles that come back) is gathered here in buckets by hash. All tasks of a step end before the next step begins.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal.library.dedupe.blocks import WordTimes, block_keys, block_pairs, read_keys, word_times
from leeszaal.library.dedupe.dedupe import alike_fields
from leeszaal.library.dedupe.features import COLUMNS, Features, read_features
from leeszaal.library.dedupe.guards import generic_titles, often_used, title_versions
from leeszaal.scale.corpus import Corpus, partition_of, read_part
from leeszaal.scale.shuffle import gather, load, save, scatter

__all__ = [
    "copies",
    "described",
    "features_from",
    "features_table",
    "kept",
    "keyed",
    "paired",
    "place",
    "told_apart",
]  # fmt: skip

Numbers = np.ndarray[Any, np.dtype[Any]]


def place(corpus: Corpus, step: str, number: int) -> Path:
    """Return the file that task `number` of a step leaves."""
    return corpus.work / step / f"{number:05d}.arrow"


def described(corpus: Corpus, part: int, buckets: int) -> None:
    """Work out what comparing needs of each record, and send what tells copies apart to their bucket."""
    frame = read_part(corpus, part, list(COLUMNS))
    features = read_features(frame)
    records = frame.index.to_numpy()
    save(place(corpus, "features", part), features_table(features, records))
    fields, known = alike_fields(features)
    rows = np.flatnonzero(known)
    texts: Sequence[str] = fields.iloc[rows].astype(str).agg("\x1f".join, axis=1).tolist() if len(rows) else []
    prints = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
    bucket = np.array([int.from_bytes(p[:8], "big") % buckets for p in prints], dtype=np.int64)
    table = pa.table({"print": pa.array(prints, pa.binary(16)), "record": records[rows]})
    scatter(place(corpus, "prints", part), table, bucket, buckets)


def copies(corpus: Corpus, parts: int, bucket: int) -> int:
    """Find the records alike in every field and send each copy, with the first of them, to its partition."""
    frame = gather([place(corpus, "prints", p) for p in range(parts)], bucket).to_pandas()
    frame["first"] = frame.groupby("print", sort=False)["record"].transform("min")
    later = frame[frame["first"] != frame["record"]].sort_values("record")
    table = pa.table({"record": later["record"].to_numpy(), "first": later["first"].to_numpy()})
    scatter(place(corpus, "copies", bucket), table, partition_of(later["record"].to_numpy()), parts)
    return len(later)


def kept(corpus: Corpus, buckets: int, part: int) -> None:
    """Leave the copies of a partition out, and send its words and titles to their buckets to be counted."""
    table = load(place(corpus, "features", part))
    later = gather([place(corpus, "copies", b) for b in range(buckets)], part)["record"].to_numpy()
    table = table.filter(pa.array(~np.isin(table["record"].to_numpy(), later)))
    save(place(corpus, "kept", part), table)
    features, _ = features_from(table)
    words = word_times(read_keys(features))
    told = pa.table({"word": words.words, "times": words.times})
    scatter(place(corpus, "words", part), told, (words.words % np.uint64(buckets)).astype(np.int64), buckets)
    versions = title_versions(features)
    hashed = pd.util.hash_array(versions["title"].to_numpy(dtype=object))
    told = pa.table(
        {
            "title": pa.array(versions["title"], pa.string()),
            "first": pa.array(versions["first"], pa.string()),
            "year": pa.array(versions["year"], pa.int16()),
        }
    )
    scatter(place(corpus, "versions", part), told, (hashed % np.uint64(buckets)).astype(np.int64), buckets)


def told_apart(corpus: Corpus, parts: int, bucket: int) -> None:
    """Count words over all partitions, keeping those in two titles or more, and find the titles that come back."""
    words = gather([place(corpus, "words", p) for p in range(parts)], bucket).to_pandas()
    times = words.groupby("word")["times"].sum()
    times = times[times > 1].sort_index()
    save(
        place(corpus, "common", bucket), pa.table({"word": times.index.to_numpy(np.uint64), "times": times.to_numpy()})
    )
    versions = gather([place(corpus, "versions", p) for p in range(parts)], bucket).to_pandas()
    save(place(corpus, "often", bucket), pa.table({"title": pa.array(sorted(often_used(versions)), pa.string())}))


def keyed(corpus: Corpus, buckets: int, part: int) -> None:
    """Send the keys by which the records of a partition may be compared to their bucket."""
    table = load(place(corpus, "kept", part))
    features, records = features_from(table)
    common = pd.concat([load(place(corpus, "common", b)).to_pandas() for b in range(buckets)]).sort_values("word")
    words = WordTimes(common["word"].to_numpy(np.uint64), common["times"].to_numpy(np.int64))
    often = frozenset(title for b in range(buckets) for title in load(place(corpus, "often", b))["title"].to_pylist())
    generic = pa.array(generic_titles(features, often))
    save(place(corpus, "ready", part), table.append_column("generic", generic))
    kinds = block_keys(features, words)
    keys = np.concatenate([keys for _, _, keys, _ in kinds])
    told = pa.table(
        {
            "kind": np.concatenate([np.full(len(rows), name, dtype=object) for name, rows, _, _ in kinds]),
            "largest": np.concatenate([np.full(len(rows), most, dtype=np.int16) for _, rows, _, most in kinds]),
            "key": keys,
            "record": records[np.concatenate([rows for _, rows, _, _ in kinds])],
        },
        schema=pa.schema(
            [("kind", pa.string()), ("largest", pa.int16()), ("key", pa.uint64()), ("record", pa.int64())]
        ),
    )
    scatter(place(corpus, "keys", part), told, (keys % np.uint64(buckets)).astype(np.int64), buckets)


def paired(corpus: Corpus, parts: int, bucket: int) -> Counter[str]:
    """Pair the records that share a key, and send each pair to the partition of its first record.

    Returns
    -------
    Counter
        Kind of key → keys that too many records share.
    """
    frame = gather([place(corpus, "keys", p) for p in range(parts)], bucket).to_pandas()
    skipped: Counter[str] = Counter()
    found = [np.zeros((0, 2), dtype=np.int64)]
    for (kind, largest), rows in frame.groupby(["kind", "largest"], sort=True):
        records, local = np.unique(rows["record"].to_numpy(), return_inverse=True)
        codes, over = block_pairs(local, rows["key"].to_numpy(), int(largest), len(records), beside=kind == "doi")
        found.append(np.column_stack([records[codes // len(records)], records[codes % len(records)]]))
        if over:
            skipped[str(kind)] = over
    pairs = np.unique(np.concatenate(found), axis=0)
    table = pa.table({"left": pairs[:, 0], "right": pairs[:, 1]})
    scatter(place(corpus, "pairs", bucket), table, partition_of(pairs[:, 0]), parts)
    return skipped


def features_table(features: Features, records: Numbers) -> pa.Table:
    """Return features as a table, with the number of the record."""
    columns: dict[str, Any] = {"record": records}
    for name in Features.__dataclass_fields__:
        if name != "more_dois":
            values = getattr(features, name)
            columns[name] = pa.array(values, pa.string()) if values.dtype == object else pa.array(values)
    several = [sorted(features.more_dois[i]) if i in features.more_dois else None for i in range(len(features))]
    columns["more_dois"] = pa.array(several, pa.list_(pa.string()))
    return pa.table(columns)


def features_from(table: pa.Table) -> tuple[Features, Numbers]:
    """Return the features in a table, and the numbers of their records."""
    arrays = {name: table[name].to_numpy() for name in Features.__dataclass_fields__ if name != "more_dois"}
    several = {i: frozenset(d) for i, d in enumerate(table["more_dois"].to_pylist()) if d is not None}
    return Features(**arrays, more_dois=several), table["record"].to_numpy()
