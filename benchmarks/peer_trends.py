"""Test many series with one peer and print its seconds and what it found: run by `trends_statistics.py`."""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable

import numpy as np


def _statsmodels(counts: np.ndarray, corpus: np.ndarray) -> dict[str, list[float]]:
    import statsmodels.api as sm
    from scipy.stats import t as student

    years = np.arange(counts.shape[1], dtype=float)
    design = sm.add_constant(years)
    p, low, high = [], [], []
    freedom = len(years) - 2
    for row in counts:
        fit = sm.GLM(row, design, family=sm.families.Poisson(), offset=np.log(corpus)).fit()
        error = fit.bse[1] * np.sqrt(max(fit.pearson_chi2 / freedom, 1.0))
        width = student.ppf(0.975, freedom) * error
        p.append(2 * student.sf(abs(fit.params[1] / error), freedom))
        low.append(fit.params[1] - width)
        high.append(fit.params[1] + width)
    return {"p": p, "low": low, "high": high}


def _pymannkendall(counts: np.ndarray, corpus: np.ndarray) -> dict[str, list[float]]:
    import pymannkendall

    return {"p": [float(pymannkendall.original_test(row / corpus).p) for row in counts]}


PEERS: dict[str, Callable[[np.ndarray, np.ndarray], dict[str, list[float]]]] = {
    "statsmodels": _statsmodels,
    "pymannkendall": _pymannkendall,
}


def main() -> None:
    """Test all series once, the import not counted."""
    table = np.load(sys.argv[2])
    test = PEERS[sys.argv[1]]
    test(table["counts"][:2], table["corpus"])
    started = time.process_time()
    found = test(table["counts"], table["corpus"])
    seconds = time.process_time() - started
    print(json.dumps({"cpu_seconds": seconds, "version": importlib.metadata.version(sys.argv[1]), **found}))


if __name__ == "__main__":
    main()
