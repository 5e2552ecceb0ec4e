"""Measure the deduplicator: against labelled sets, and how time and memory grow with the number of records.

    python benchmarks/dedupe.py sets FOLDER      # FOLDER/<set>/records_pre_merged.csv, merged_record_ids.csv
    python benchmarks/dedupe.py growth 10000 100000 1000000

The synthetic records are seeded: titles of words drawn after Zipf, one in five a messy copy of an earlier
one, one in a hundred with a title that ten thousands share.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from leeszaal.library.dedupe import find_duplicates

_CONSONANTS, _VOWELS = list("bcdfghjklmnprstvwz"), ["a", "e", "i", "o", "u", "aa", "ee", "ie", "oe", "ui"]
_SYLLABLES = [a + b for a in _CONSONANTS for b in _VOWELS]


def synthetic(n: int, *, random_state: int = 0) -> pd.DataFrame:
    """Return `n` records with the column `work`, the work that each of them tells of."""
    rng = np.random.default_rng(random_state)
    vocabulary = np.array(
        ["".join(rng.choice(_SYLLABLES, rng.integers(2, 5))) for _ in range(max(20_000, n // 5))],
        dtype=object,
    )
    families = np.array(
        ["".join(rng.choice(_SYLLABLES, rng.integers(2, 4))).title() for _ in range(20_000)], dtype=object
    )
    journals = np.array([" ".join(w.title() for w in rng.choice(vocabulary, 3)) for _ in range(2_000)], dtype=object)
    chance = 1 / np.arange(1, len(vocabulary) + 1) ** 0.9
    ends = np.cumsum(chance / chance.sum())
    originals = n - n // 5
    lengths = rng.integers(5, 14, originals)
    words = vocabulary[np.minimum(np.searchsorted(ends, rng.random(lengths.sum())), len(vocabulary) - 1)]
    stops = np.cumsum(lengths)
    titles = [" ".join(words[stop - length : stop]).capitalize() for stop, length in zip(stops, lengths, strict=True)]
    for i in np.flatnonzero(rng.random(originals) < 0.01):
        titles[i] = "Het openbaar bestuur in beweging"
    first = rng.integers(1, 900, originals)
    frame = pd.DataFrame({
        "title": titles,
        "authors": [[f"{a}, {c}.", f"{b}, {d}."] for a, b, c, d in zip(
            rng.choice(families, originals), rng.choice(families, originals),
            rng.choice(list("ABCDEFGH"), originals), rng.choice(list("JKLMNP"), originals), strict=True)],
        "year": rng.integers(1980, 2026, originals),
        "container": rng.choice(journals, originals),
        "volume": rng.integers(1, 60, originals).astype(str),
        "issue": rng.integers(1, 12, originals).astype(str),
        "pages": [f"{a}-{a + b}" for a, b in zip(first, rng.integers(5, 30, originals), strict=True)],
        "doi": [f"10.1234/x.{i}" if keep else None for i, keep in enumerate(rng.random(originals) < 0.6)],
        "work": np.arange(originals),
    })  # fmt: skip
    copies = frame.iloc[rng.integers(0, originals, n // 5)].copy()
    draw = rng.random((len(copies), 5))
    copies["title"] = [_spoilt(t, d) for t, d in zip(copies["title"], draw[:, 0], strict=True)]
    for column, d in (
        ("doi", draw[:, 1]),
        ("pages", draw[:, 2]),
        ("issue", draw[:, 3]),
        ("year", draw[:, 4]),
    ):
        copies[column] = copies[column].astype(object).where(d > 0.4, None)
    out = pd.concat([frame, copies], ignore_index=True)
    return out.iloc[rng.permutation(n)].reset_index(drop=True)


def _spoilt(title: str, draw: float) -> str:
    """Return a title as another source would give it."""
    if draw < 0.4:
        return title
    if draw < 0.6:
        return title.upper() + "."
    if draw < 0.8:
        cut = int(draw * 1000) % max(len(title) - 2, 1)
        return title[:cut] + title[cut + 1 :]
    return f"<i>{title}</i>"


def _scores(clusters: pd.Series, gold: set[tuple[object, object]]) -> tuple[float, float, float]:
    found = {
        pair
        for _, rows in clusters.groupby(clusters)
        if len(rows) > 1
        for pair in itertools.combinations(sorted(rows.index), 2)
    }
    right = len(found & gold)
    precision, recall = right / max(len(found), 1), right / max(len(gold), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def sets(folder: Path) -> None:
    """Print precision, recall and F1 of pairs after closure for each labelled set in `folder`."""
    names = {"author": "authors", "number": "issue", "ENTRYTYPE": "type", "journal": "container"}
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        records = pd.read_csv(path / "records_pre_merged.csv", dtype=str, keep_default_na=False).set_index("ID")
        records = records.rename(columns=names)
        if "booktitle" in records:
            records["container"] = records["container"].where(records["container"] != "", records["booktitle"])
        merged = pd.read_csv(path / "merged_record_ids.csv")["merged_ids"].str.split(";")
        gold = {tuple(sorted(pair)) for ids in merged for pair in itertools.combinations(ids, 2)}
        clock, cpu = time.perf_counter(), time.process_time()
        found = find_duplicates(records)
        clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
        precision, recall, f1 = _scores(found.clusters, gold)
        print(
            f"{path.name:14} {len(records):6} records  P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}  "
            f"maybe {len(found.maybe):4}  related {len(found.related):4}  {clock:.2f} s  {cpu:.2f} CPU s"
        )


def growth(sizes: list[int]) -> None:
    """Print seconds and peak memory for synthetic records; the peak only grows, so give sizes ascending."""
    for n in sizes:
        records = synthetic(n)
        gold_sizes = records["work"].value_counts()
        gold = int((gold_sizes * (gold_sizes - 1) // 2).sum())
        clock, cpu = time.perf_counter(), time.process_time()
        found = find_duplicates(records.drop(columns="work"))
        clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
        both = pd.DataFrame({"cluster": found.clusters, "work": records["work"]})
        got = both["cluster"].value_counts()
        right = both.value_counts()
        pairs = [int((s * (s - 1) // 2).sum()) for s in (got, right)]
        print(
            f"{n:9} records  {clock:7.1f} s  {cpu:7.1f} CPU s  {_peak():5.1f} GB  {found.compared} pairs  "
            f"P {pairs[1] / max(pairs[0], 1):.4f}  R {pairs[1] / max(gold, 1):.4f}  maybe {len(found.maybe)}",
            flush=True,
        )


def _peak() -> float:
    """Return the most memory this process had, in GB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["growth", "10000"]
    if what == "sets":
        sets(Path(rest[0]))
    else:
        growth([int(r) for r in rest])
