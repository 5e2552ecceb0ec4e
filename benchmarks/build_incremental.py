"""Measure what a thousand new records cost in a library of a hundred thousand, beside building it from nothing.

    python benchmarks/build_incremental.py [--quick] [--json FILE] [--size 100000] [--extra 1000]

The records are those of `dedupe.py` (seeded; one in five a messy copy), with abstracts of sixty words, as CSV.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from common import Measured, arguments, report
from dedupe import synthetic

import leeszaal
from leeszaal.library.searching import find_works


def main() -> None:
    """Build, add, build again; then throw the library away, build from nothing and compare the bytes."""
    more = [(f"--{name}", {"type": int, "default": n}) for name, n in (("size", 100_000), ("extra", 1_000))]
    options = arguments((__doc__ or "").splitlines()[0], add=more)
    size, extra = (5_000, 500) if options.quick else (options.size, options.extra)
    os.environ.setdefault("LEESZAAL_PERSON", "bench")
    records = synthetic(size + extra)
    records["authors"] = ["; ".join(names) for names in records["authors"]]
    rng = np.random.default_rng(1)
    words = np.array(sorted({word for title in records["title"].head(2_000) for word in title.split()}), dtype=object)
    records["abstract"] = [" ".join(row) for row in words[rng.integers(0, len(words), (len(records), 60))]]
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "zaal"
        (root / "literature").mkdir(parents=True)
        (root / "_quarto.yml").touch()
        (root / "literature" / "themes.yaml").touch()

        def timed(job: str, what: object) -> None:
            clock, cpu = time.perf_counter(), time.process_time()
            what()  # type: ignore[operator]
            figures.append(Measured(job, "leeszaal", "wall clock", time.perf_counter() - clock, "s"))
            figures.append(Measured(job, "leeszaal", "CPU", time.process_time() - cpu, "s"))
            report(figures[-2:])

        for name, part in (("a.csv", records.iloc[:size]), ("b.csv", records.iloc[size:])):
            part.drop(columns="work").to_csv(Path(folder) / name, index=False)
        timed(f"import {size}", lambda: leeszaal.import_(Path(folder) / "a.csv", home=root))
        timed(f"build {size} from nothing", lambda: leeszaal.build(home=root))
        timed(f"first question over {size}", lambda: find_works("toezicht", home=root, limit=20))
        timed(f"import {extra} more", lambda: leeszaal.import_(Path(folder) / "b.csv", home=root))
        timed(f"build {extra} more", lambda: leeszaal.build(home=root))
        timed("first question after it", lambda: find_works("toezicht", home=root, limit=20))
        timed("the same question again", lambda: find_works("toezicht", home=root, limit=20))
        tables = {path.name: path.read_bytes() for path in (root / "literature" / "library").glob("*.parquet")}
        shutil.rmtree(root / "literature" / "library")
        timed(f"build {size + extra} from nothing", lambda: leeszaal.build(home=root))
        same = all((root / "literature" / "library" / name).read_bytes() == content for name, content in tables.items())
        figures.append(Measured("the same bytes either way", "leeszaal", "tables", len(tables) if same else 0))
    report(figures, options.json)


if __name__ == "__main__":
    main()
