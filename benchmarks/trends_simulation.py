"""Does the growth test keep its promise? False alarms, power and false discoveries on simulated years.

Series of ten years in a corpus that grows 6 % a year, with variance μ + .1μ². Prints, for the shipped quasi-
Poisson test (unpooled, as when fewer than ten units are tested):

- false alarms at p < .05 without growth, and power at 10, 20 and 30 % annual growth of the share;
- coverage of the 95 % interval of growth;
- for 30 units of which five rise, found at q < .10 with and without pooled dispersion, and the false
discoveries; - bursts: how often a flat series has one, and how often it is marked.

    python benchmarks/trends_simulation.py [--series N] [--seed N]
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from scipy.stats import t as student

from leeszaal.trends.bursts import burst_states, find_bursts
from leeszaal.trends.growth import benjamini_hochberg, fit_loglinear, pooled_dispersion

YEARS = 10
EXTRA = 0.1


def series(
    generator: np.random.Generator, count: int, level: float, growth: float, extra: float = EXTRA
) -> tuple[np.ndarray, np.ndarray]:
    """Return counts (count, 10) around `level` works a year, and the corpus (10,)."""
    years = np.arange(YEARS)
    corpus = np.round(level * 20 * 1.06**years)
    shape = corpus * (1 + growth) ** years
    mean = level * YEARS * shape / shape.sum()
    drawn = generator.negative_binomial(1 / extra, 1 / (1 + extra * mean), size=(count, YEARS))
    return np.minimum(drawn, corpus), corpus


def tested(counts: np.ndarray, corpus: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return p, and the interval of log growth; p is 1 for series that are not tested."""
    enough = (counts.sum(axis=1) >= 10) & ((counts > 0).sum(axis=1) >= 3)
    p, low, high = np.ones(len(counts)), np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    fit = fit_loglinear(counts[enough], corpus, np.arange(YEARS))
    error = fit.error * np.sqrt(np.maximum(fit.dispersion, 1.0))
    p[enough] = 2 * student.sf(np.abs(fit.slope / error), YEARS - 2)
    width = student.ppf(0.975, YEARS - 2) * error
    low[enough], high[enough] = fit.slope - width, fit.slope + width
    return p, low, high


def levels(generator: np.random.Generator, count: int) -> pd.DataFrame:
    """Return false alarms, power and coverage by works a year."""
    rows = []
    for level in (5, 20, 100):
        row: dict[str, float] = {"works a year": level}
        for growth in (0.0, 0.1, 0.2, 0.3):
            counts, corpus = series(generator, count, level, growth)
            p, low, high = tested(counts, corpus)
            row["false alarms" if growth == 0 else f"power {growth:.0%}"] = float((p < 0.05).mean())
            inside = (low <= np.log1p(growth)) & (np.log1p(growth) <= high)
            row[f"coverage {growth:.0%}"] = float(inside[~np.isnan(low)].mean())
            if growth == 0:
                row["p < .01"] = float((p < 0.01).mean())
        rows.append(row)
    return pd.DataFrame(rows).set_index("works a year")


def discoveries(generator: np.random.Generator, rounds: int) -> pd.DataFrame:
    """Return what is found among 30 units of 20 works a year of which five rise, at q < .10."""
    rows = []
    for growth in (0.1, 0.2, 0.3):
        found = {"unpooled": [0, 0], "pooled": [0, 0]}
        shares: dict[str, list[float]] = {"unpooled": [], "pooled": []}
        for _ in range(rounds):
            up, corpus = series(generator, 5, 20, growth)
            flat, _ = series(generator, 25, 20, 0.0)
            counts = np.vstack([up, flat])
            fit = fit_loglinear(counts, corpus, np.arange(YEARS))
            for name in found:
                if name == "pooled":
                    phi, freedom = pooled_dispersion(fit.dispersion, fit.mean, YEARS), YEARS + 6
                else:
                    phi, freedom = np.maximum(fit.dispersion, 1.0), YEARS - 2
                p = 2 * student.sf(np.abs(fit.slope) / (fit.error * np.sqrt(phi)), freedom)
                hit = benjamini_hochberg(p) < 0.10
                found[name][0] += int(hit[:5].sum())
                shares[name].append(float(hit[5:].sum() / max(hit.sum(), 1)))
        row: dict[str, float] = {"growth": growth}
        for name in found:
            row[f"{name} power"] = found[name][0] / (5 * rounds)
            row[f"{name} false"] = float(np.mean(shares[name]))
        rows.append(row)
    return pd.DataFrame(rows).set_index("growth")


def burst_levels(generator: np.random.Generator, count: int) -> pd.DataFrame:
    """Return how often flat series have a burst and have one marked, and how often a clear one is marked."""
    rows = []
    for level in (5, 20, 100):
        for extra in (0.1, 0.3):
            flat, corpus = series(generator, count, level, 0.0, extra)
            raised = np.minimum(flat * np.where((np.arange(YEARS) >= 5) & (np.arange(YEARS) < 8), 3, 1), corpus)
            size = np.broadcast_to(corpus, flat.shape)
            filled = flat.sum(axis=1) > 0
            row = {"works a year": level, "extra variance": extra}
            row["flat: any burst"] = float((burst_states(flat[filled], size[filled]) == 1).any(axis=1).mean())
            for name, counts in (("flat: marked", flat), ("three times as high: marked", raised)):
                marks = []
                for at, one in enumerate(counts):
                    found, threshold = find_bursts(one, corpus, random_state=at)
                    marks.append(any(gain > threshold for _, _, gain in found))
                row[name] = float(np.mean(marks))
            rows.append(row)
    return pd.DataFrame(rows).set_index(["works a year", "extra variance"])


def main() -> int:
    """Simulate and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    generator = np.random.default_rng(given.seed)
    print(levels(generator, given.series).round(2).to_string(), "\n")
    print(discoveries(generator, max(50, given.series // 8)).round(2).to_string(), "\n")
    print(burst_levels(generator, max(50, given.series // 16)).round(2).to_string())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
