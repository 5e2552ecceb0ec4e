"""Measure how long a search takes: python benchmarks/search.py [--works 100000]

The works are seeded: titles of nine and abstracts of 120 words, drawn after Zipf from 120,000 made-up words.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from common import Measured, arguments, report

from leeszaal.library.finder import Finder, parse_query, texts_of
from leeszaal.library.index import Index

_ENDS = ["", "en", "ing", "ingen", "s", "heid", "ed", "ment"]


def synthetic(n: int, *, random_state: int = 0) -> pd.DataFrame:
    """Return `n` works with the columns that a search looks at."""
    rng = np.random.default_rng(random_state)
    syllables = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "aa", "ie", "oe")]
    stems = ["".join(rng.choice(syllables, rng.integers(2, 5))) for _ in range(15_000)]
    words = np.array([stem + end for stem in stems for end in _ENDS], dtype=object)
    ends = np.cumsum(1 / np.arange(1, len(words) + 1) ** 0.9)
    drawn = words[np.minimum(np.searchsorted(ends / ends[-1], rng.random((n, 129))), len(words) - 1)]
    years = rng.integers(1980, 2027, n)
    return pd.DataFrame(
        {
            "work_id": [f"w{i:010x}" for i in range(n)], "citekey": [f"k{i}" for i in range(n)],
            "title": [" ".join(row[:9]) for row in drawn], "abstract": [" ".join(row[9:]) for row in drawn],
            "keywords": [[] for _ in range(n)], "authors": [[f"{word}, A."] for word in drawn[:, 0]],
            "editors": [[] for _ in range(n)], "container": None, "year": years, "type": "article", "language": "nl",
        }
    )  # fmt: skip


def main() -> None:
    """Measure the time to make the index, to load it, and of each kind of query once loaded."""
    options = arguments((__doc__ or "").split("\n")[0], add=[("--works", {"type": int, "default": 100_000})])
    n = 5_000 if options.quick else options.works
    works = synthetic(n)
    table = pa.Table.from_pandas(works.assign(doi=None), preserve_index=False)
    job = f"search {n:,} works"
    start = time.process_time()
    index = Index.of(texts_of(table))
    figures = [Measured(job, "leeszaal", "index made, CPU", time.process_time() - start, "s")]
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder))
        start = time.perf_counter()
        index = Index.load(Path(folder), index.names)
        finder = Finder(table, index, pd.DataFrame(columns=["work_id", "label", "theme"]), {})
        figures.append(Measured(job, "leeszaal", "loaded from the disk", time.perf_counter() - start, "s"))
        figures += _ask(finder, works, job)
    report(figures, options.json)


def _ask(finder: Finder, works: pd.DataFrame, job: str) -> list[Measured]:
    """Return the median of five for each kind of query, with the number of works it finds."""
    common, rare = works["title"].str.split().str[0].value_counts().index[[0, -1]]
    pair = " ".join(works["title"].iloc[0].split()[:2])
    figures = []
    for kind, query in {
        "a common word": common,
        "a rare word": rare,
        "two words": f"{common} {rare}",
        "a phrase": f'"{pair}"',
        "a field and years": f"title:{common} year:2010-2015",
        "without a word": f"-{common} type:article",
    }.items():
        times = []
        for _ in range(5):
            start = time.perf_counter()
            keep, _total = finder.score(parse_query(query))
            times.append(time.perf_counter() - start)
        note = f"{int(keep.sum())} works"
        figures.append(Measured(job, "leeszaal", f"{kind}, median", 1000 * sorted(times)[2], "ms", note=note))
    return figures


if __name__ == "__main__":
    main()
