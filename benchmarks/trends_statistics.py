"""Trend statistics: growth of a share with its 95 % interval and p for thousands of series, beside the peers.

Statsmodels fits the same model (a quasi-Poisson generalised linear model with the corpus as offset), so that its
numbers must be ours: the largest difference is printed. pymannkendall does another test, of the shares, and gives
no growth with an interval; its seconds are there for the size of the thing only.

    python benchmarks/trends_statistics.py [--quick] [--json FILE]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import Measured, PeerUnavailable, arguments, report, run_peer
from trends_simulation import YEARS, corpus_of, outcomes, series

PEERS = {
    "statsmodels": (("statsmodels==0.14.6",), "quasi-Poisson, the same model"),
    "pymannkendall": (("pymannkendall==1.4.3",), "another test, on shares"),
}


def main() -> int:
    """Measure."""
    options = arguments(__doc__ or "")
    generator = np.random.default_rng(0)
    many = 200 if options.quick else 4_000
    level = np.exp(generator.uniform(np.log(5), np.log(100), many))
    corpus = corpus_of(2_000)
    counts = series(generator, level, np.repeat([0.0, 0.1], many // 2), corpus)
    counts = counts[(counts.sum(axis=1) >= 10) & ((counts > 0).sum(axis=1) >= 3)]
    job = f"trend of {len(counts)} series of {YEARS} years"
    outcomes(counts, corpus)
    started = time.process_time()
    p, low, high = outcomes(counts, corpus)
    figures = [Measured(job, "leeszaal", "CPU", time.process_time() - started, "s")]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "series.npz"
        np.savez(table, counts=counts, corpus=corpus)
        for name, (requirements, note) in PEERS.items():
            try:
                answer = run_peer(name, requirements, Path(__file__).with_name("peer_trends.py"), name, str(table))
            except PeerUnavailable as error:
                print(f"{name} skipped: {error}", file=sys.stderr)
                continue
            version = answer["version"]
            figures.append(Measured(job, name, "CPU", answer["cpu_seconds"], "s", version, note))
            if "low" in answer:
                theirs = np.array([answer["p"], answer["low"], answer["high"]])
                worst = float(np.abs(theirs - np.array([p, low, high])).max())
                figures.append(Measured(job, name, "largest difference in p or interval", worst, "", version, note))
    report(figures, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
