"""Measure the deduplicator: three labelled sets beside bib-dedupe and ASReview, and growth up to a million records.

    python benchmarks/dedupe.py [--quick] [--json FILE] [--sizes 10000 100000]

The labelled sets are those of the measuring data; figures count pairs after closure. The records of the growth are
seeded: titles of words drawn after Zipf, one in five a messy copy of an earlier one, one in a hundred with a title
that ten thousands share. Each size is run in a process of its own. CPU seconds are those of one core.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import SHARED, Measured, PeerUnavailable, arguments, report, run_peer
from growth import exponent

from leeszaal.library.dedupe import find_duplicates

SETS = ("digital_work", "respiratory", "stroke")
SIZES, QUICK = (10_000, 100_000, 500_000, 1_000_000), (5_000,)
PEERS = {"bib-dedupe": ("bib-dedupe==0.11.0",), "asreview": ("asreview==3.0.8",)}
_NAMES = {"author": "authors", "number": "issue", "ENTRYTYPE": "type", "journal": "container"}
Pair = tuple[str, str]

# Pairs that the labels call one work and this house does not, or the other way round, looked at one by one: figures
# are given with the labels as they are, and without these pairs.
CONTESTED: dict[str, dict[Pair, str]] = {
    "digital_work": {
        ("id_0000000", "id_3000384"): "one article, with its Ukrainian name and journal spelt in two ways",
        ("id_1000218", "id_1000339"): "a guest editorial and the editorial before it: other pages, other DOI",
        ("id_1005082", "id_1005083"): "an article and its erratum: other page, other DOI",
    },
    "respiratory": {
        ("id_0001881", "id_0001882"): "one article, ahead of print and printed",
        ("id_0000049", "id_0000893"): "an article and an abstract of a congress in another journal",
        ("id_0000050", "id_0000893"): "the same with a second record of the article",
    },
    "stroke": {
        ("id_0000428", "id_0000429"): "abstracts of two congresses in two journals",
        ("id_0000009", "id_0000010"): "a thesis and its abstract, which the labels keep apart in two more such pairs",
    },
}

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


def read_set(folder: Path) -> tuple[pd.DataFrame, set[Pair]]:
    """Return the records of a labelled set, by their id, and the pairs that are one work."""
    records = pd.read_csv(folder / "records_pre_merged.csv", dtype=str, keep_default_na=False).set_index("ID")
    records = records.rename(columns=_NAMES)
    if "booktitle" in records:
        records["container"] = records["container"].where(records["container"] != "", records["booktitle"])
    merged = pd.read_csv(folder / "merged_record_ids.csv")["merged_ids"].str.split(";")
    return records, pairs_of(merged)


def pairs_of(clusters: Iterable[Iterable[str]]) -> set[Pair]:
    """Return every two members of each cluster."""
    return {(a, b) for members in clusters for a, b in itertools.combinations(sorted(members), 2)}


def scored(name: str, who: str, version: str, found: set[Pair], gold: set[Pair]) -> Iterator[Measured]:
    """Yield precision, recall and F1 of pairs, and F1 without the labels that are contested."""
    job, contested = f"deduplicate {name}", set(CONTESTED.get(name, ()))
    right = len(found & gold)
    values = {
        "precision": right / max(len(found), 1),
        "recall": right / max(len(gold), 1),
        "F1": 2 * right / max(len(found) + len(gold), 1),
    }
    for measure, value in values.items():
        yield Measured(job, who, measure, round(value, 4), "", version)
    if contested:
        found, gold = found - contested, gold - contested
        value = 2 * len(found & gold) / max(len(found) + len(gold), 1)
        note = f"{len(contested)} pairs left out: " + "; ".join(CONTESTED[name].values())
        yield Measured(job, who, "F1 without contested labels", round(value, 4), "", version, note)


def labelled(folder: Path, *, peers: Iterable[str]) -> Iterator[Measured]:
    """Yield the figures of the three sets, ours and those of `peers`."""
    gold = {}
    for name in SETS:
        records, gold[name] = read_set(folder / name)
        started = time.process_time()
        found = find_duplicates(records, workers=1)
        cpu = time.process_time() - started
        groups = found.clusters.groupby(found.clusters)
        yield from scored(name, "leeszaal", "", pairs_of(rows.index for _, rows in groups), gold[name])
        yield Measured(f"deduplicate {name}", "leeszaal", "maybe", len(found.maybe), "pairs")
        yield Measured(f"deduplicate {name}", "leeszaal", "CPU", round(cpu, 3), "s", "", f"{len(records)} records")
    for peer in peers:
        version = PEERS[peer][0].partition("==")[2]
        files = [str(folder / name / "records_pre_merged.csv") for name in SETS]
        try:
            told = run_peer(peer, PEERS[peer], Path(__file__).with_name("peer_dedupe.py"), peer, *files)["answers"]
        except PeerUnavailable as error:
            print(f"{peer} skipped: {error}")
            continue
        for name, one in zip(SETS, told, strict=True):
            yield from scored(name, peer, version, pairs_of(one["clusters"]), gold[name])
            yield Measured(f"deduplicate {name}", peer, "maybe", one["maybe"], "pairs", version)
            yield Measured(f"deduplicate {name}", peer, "CPU", round(one["cpu"], 3), "s", version)


def growth(sizes: Iterable[int]) -> Iterator[Measured]:
    """Yield time, peak memory and what was found for made-up records, and the exponent of the time."""
    spent: dict[int, float] = {}
    for size in sizes:
        command = [sys.executable, __file__, "--child", str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        told = json.loads(done.stdout)
        job, spent[size] = f"deduplicate {size:,} made-up records", told["CPU"]
        note = f"{told['compared']} pairs compared, {told['maybe']} maybe"
        for measure, unit in (("wall", "s"), ("CPU", "s"), ("peak memory", "MB"), ("precision", ""), ("recall", "")):
            yield Measured(job, "leeszaal", measure, round(told[measure], 4), unit, "", note if unit == "s" else "")
    if len(spent) > 1:
        slope = exponent(list(spent), list(spent.values()))
        yield Measured("deduplicate made-up records", "leeszaal", "exponent of CPU", round(slope, 3))


def _child(size: int) -> dict[str, Any]:
    """Deduplicate `size` records and return the figures."""
    import resource

    records = synthetic(size)
    truth = records.pop("work")
    clock, cpu = time.perf_counter(), time.process_time()
    found = find_duplicates(records)
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    both = pd.DataFrame({"cluster": found.clusters, "work": truth})
    sizes = (truth.value_counts(), both["cluster"].value_counts(), both.value_counts())
    gold, got, right = (int((n * (n - 1) // 2).sum()) for n in sizes)
    return {
        "wall": clock, "CPU": cpu, "peak memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "precision": right / max(got, 1), "recall": right / max(gold, 1), "compared": found.compared,
        "maybe": len(found.maybe),
    }  # fmt: skip


def main() -> None:
    """Measure the labelled sets, then the growth."""
    asked = arguments(
        (__doc__ or "").splitlines()[0],
        add=[("--sizes", {"nargs": "*", "type": int, "help": "numbers of made-up records, ascending"})],
    )
    figures: list[Measured] = []
    folder = SHARED / "data" / "dedupe"
    if folder.is_dir():
        if asked.quick:
            print("bib-dedupe skipped: it takes a minute (--quick)")
        figures += labelled(folder, peers=[p for p in PEERS if not (asked.quick and p == "bib-dedupe")])
    else:
        print("The labelled sets skipped: the measuring data (../shared) is not on this machine.")
    sizes = asked.sizes if asked.sizes is not None else QUICK if asked.quick else SIZES
    report([*figures, *growth(sizes)], asked.json)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(_child(int(sys.argv[2]))))
    else:
        main()
