"""Do the tests of trends and signals keep their promise? False alarms, power and false discoveries on simulated years.

Series of ten years in a corpus that grows 6 % a year, with variance μ + .1μ², for the shipped code:

- false alarms at p < .05 without growth, power at 10, 20 and 30 % annual growth of the share, and coverage of the 95 %
  interval of growth, unpooled (as when fewer than ten units are tested);
- 30 units of which five rise, at q < .10, with and without pooled dispersion. The sizes are drawn log-uniformly from 4
  to 60 works a year: the plan does not state its sizes, and of twenty mixes tried this one came
  nearest (equal thirds of 5, 20 and 100 works gives power .12, .60, .86 unpooled and .17, .72, .93 pooled);
- autocorrelated years (AR .5) without growth, at p < .05, and at q < .10 and p < .01 among 30 units;
- signals: the share of no-change libraries with any signal, and of units that carry one, over fifteen years;
- bursts: how often a flat series has one and has one marked, and how often a clear one is marked;
- power by number of years, for the curves of docs/trends.md (``--plot FILE.svg``).

A note says what the table of the plan gives. ``--series N`` and ``--seed N`` set how many series, and the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from common import Measured, arguments, report
from scipy.stats import t as student

from leeszaal.trends.bursts import burst_states, panel_bursts
from leeszaal.trends.growth import benjamini_hochberg, fit_loglinear, pooled_dispersion
from leeszaal.trends.signals.detect import detect
from leeszaal.trends.units import Panel

YEARS = 10
EXTRA = 0.1
# Works a year to what the plan's table gives: false alarms, and power at 10, 20 and 30 % growth.
PLAN = {5: (0.02, 0.20, 0.64, 0.88), 20: (0.05, 0.47, 0.92, 0.99), 100: (0.04, 0.60, 0.97, 1.0)}
PLAN_30 = {"unpooled": (0.11, 0.61, 0.88), "pooled": (0.15, 0.75, 0.95)}
GROWTH = (0.1, 0.2, 0.3)


def corpus_of(size: float, years: int = YEARS) -> np.ndarray:
    """Return (T,) a corpus of `size` works in the first year that grows 6 % a year."""
    return np.round(size * 1.06 ** np.arange(years))


def series(
    generator: np.random.Generator, level: np.ndarray, growth: np.ndarray, corpus: np.ndarray, extra: float = EXTRA
) -> np.ndarray:
    """Return counts (S, T) that average `level` (S,) works a year, with the share growing `growth` (S,) a year."""
    years = np.arange(len(corpus))
    shape = corpus * (1 + growth[:, None]) ** years
    mean = level[:, None] * len(corpus) * shape / shape.sum(axis=1, keepdims=True)
    return np.minimum(generator.negative_binomial(1 / extra, 1 / (1 + extra * mean)), corpus)


def outcomes(counts: np.ndarray, corpus: np.ndarray, pool: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return p, and the interval of log growth; p is 1 for series that are not tested."""
    years = counts.shape[1]
    enough = (counts.sum(axis=1) >= 10) & ((counts > 0).sum(axis=1) >= 3)
    p, low, high = np.ones(len(counts)), np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    if not enough.any():
        return p, low, high
    fit = fit_loglinear(counts[enough], corpus, np.arange(years))
    if pool:
        phi, freedom = pooled_dispersion(fit.dispersion, fit.mean, years), years + 6
    else:
        phi, freedom = np.maximum(fit.dispersion, 1.0), years - 2
    error = fit.error * np.sqrt(phi)
    p[enough] = 2 * student.sf(np.abs(fit.slope / error), freedom)
    width = student.ppf(0.975, freedom) * error
    low[enough], high[enough] = fit.slope - width, fit.slope + width
    return p, low, high


def levels(generator: np.random.Generator, count: int) -> Iterator[Measured]:
    """Yield false alarms, power and coverage by works a year."""
    for level, plan in PLAN.items():
        corpus = corpus_of(level * 20)
        for growth, expected in zip((0.0, *GROWTH), plan, strict=True):
            counts = series(generator, np.full(count, float(level)), np.full(count, growth), corpus)
            p, low, high = outcomes(counts, corpus)
            inside = ((low <= np.log1p(growth)) & (np.log1p(growth) <= high))[~np.isnan(low)].mean()
            what = "false alarms" if growth == 0 else f"power at {growth:.0%} growth"
            note = f"plan {expected:.2f}; the 95 % interval covers {inside:.3f}"
            yield Measured(f"{level} works a year", "leeszaal", what, float((p < 0.05).mean()), note=note)


def discoveries(generator: np.random.Generator, rounds: int) -> Iterator[Measured]:
    """Yield what is found among 30 units of mixed size of which five rise, at q < .10."""
    corpus = corpus_of(2000)
    for at, growth in enumerate(GROWTH):
        hits: dict[str, list[np.ndarray]] = {name: [] for name in PLAN_30}
        for _ in range(rounds):
            level = np.exp(generator.uniform(np.log(4), np.log(60), 30))
            counts = series(generator, level, np.repeat([growth, 0.0], [5, 25]), corpus)
            for name, found in hits.items():
                found.append(benjamini_hochberg(outcomes(counts, corpus, pool=name == "pooled")[0]) < 0.10)
        for name, found in hits.items():
            every = np.array(found)
            false = float(np.mean(every[:, 5:].sum(axis=1) / np.maximum(every.sum(axis=1), 1)))
            note = f"plan {PLAN_30[name][at]:.2f}; false discoveries {false:.3f}, plan .04 to .07"
            what = f"power at {growth:.0%} growth, {name}"
            yield Measured("30 units, five rise, q < .10", "leeszaal", what, float(every[:, :5].mean()), note=note)


def autocorrelated(generator: np.random.Generator, rounds: int) -> Iterator[Measured]:
    """Yield false alarms among 30 units of 20 works a year whose years hang together (AR .5), without growth."""
    corpus = corpus_of(2000)
    single, strong = [], []
    for _ in range(rounds):
        state = generator.normal(size=30)
        factor = np.empty((30, YEARS))
        for year in range(YEARS):
            factor[:, year] = np.exp(np.sqrt(EXTRA) * state - EXTRA / 2)
            state = 0.5 * state + np.sqrt(0.75) * generator.normal(size=30)
        counts = np.minimum(generator.poisson(20 * factor * corpus / corpus.mean()), corpus)
        p = outcomes(counts, corpus)[0]
        single.append((p < 0.05).mean())
        pooled = outcomes(counts, corpus, pool=True)[0]
        strong.append(((benjamini_hochberg(pooled) < 0.10) & (pooled < 0.01)).mean())
    job = "autocorrelated years (.5), no growth"
    yield Measured(job, "leeszaal", "false alarms, p < .05", float(np.mean(single)), note="plan .13 to .19")
    yield Measured(job, "leeszaal", "“rises” or “falls” (q < .10 and p < .01)", float(np.mean(strong)))


def signal_level(generator: np.random.Generator, rounds: int) -> Iterator[Measured]:
    """Yield how often a library without any change has a signal: 100 units with a name and 400 terms, of every size."""
    kinds = np.array(["label"] * 100 + ["term"] * 400, dtype=object)
    for start in (100, 2000):
        corpus = corpus_of(start, 15)
        years = np.arange(2010, 2025)
        some, units = 0, 0
        for _ in range(rounds):
            level = np.exp(generator.uniform(np.log(0.2), np.log(start / 10), 500))
            counts = series(generator, level, np.zeros(500), corpus)
            found = detect(Panel(years, counts.astype(np.int64), corpus.astype(np.int64)), kinds).signal
            some += bool(found.any())
            units += int(found.sum())
        job = f"signals, 500 units without change, {start} works in the first year"
        note = f"{rounds} libraries; goal at most .05"
        yield Measured(job, "leeszaal", "libraries with any signal", some / rounds, note=note)
        yield Measured(job, "leeszaal", "units with a signal", units / rounds / 500)


def burst_levels(generator: np.random.Generator, count: int) -> Iterator[Measured]:
    """Yield how often flat series have a burst and have one marked, and how often a clear one is marked."""
    years = np.arange(YEARS)
    for level in (5, 20, 100):
        corpus = corpus_of(level * 20)
        for extra, plan in ((0.1, ".33 to .61"), (0.3, ".63 to .96")):
            flat = series(generator, np.full(count, float(level)), np.zeros(count), corpus, extra)
            flat = flat[flat.sum(axis=1) > 0]
            raised = np.minimum(flat * np.where((years >= 5) & (years < 8), 3, 1), corpus)
            job = f"bursts, {level} works a year, variance μ + {extra}μ²"
            seen = float((burst_states(flat, corpus) == 1).any(axis=1).mean())
            yield Measured(job, "leeszaal", "flat series with one", seen, note=f"plan {plan}")
            for what, counts in (("flat series with one marked", flat), ("three times as high, marked", raised)):
                found = panel_bursts(counts, corpus, years)
                marked = found.loc[found["marked"], "series"].nunique() / len(counts)
                yield Measured(job, "leeszaal", what, float(marked))


def curves(generator: np.random.Generator, count: int) -> dict[tuple[int, int], list[tuple[float, float]]]:
    """Return power at p < .05 by (years, works a year): pairs of growth and power."""
    found: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for years in (8, 10, 15):
        for level in (5, 20, 100):
            corpus = corpus_of(level * 20, years)
            for growth in np.arange(0, 0.325, 0.025):
                counts = series(generator, np.full(count, float(level)), np.full(count, growth), corpus)
                p = outcomes(counts, corpus)[0]
                found.setdefault((years, level), []).append((float(growth), float((p < 0.05).mean())))
    return found


def plot(found: dict[tuple[int, int], list[tuple[float, float]]], file: Path) -> None:
    """Draw the power curves, a panel for each number of years."""
    from leeszaal.charts import style
    from leeszaal.charts.canvas import panel, sheet, write

    drawing = sheet(190.0)
    for at, years in enumerate((8, 10, 15)):
        axes = panel(drawing, 34 + at * 140, 26, 104, 138)
        axes.set_xlim(0, 0.3)
        axes.set_ylim(0, 1)
        write(axes, 0, 1, f"{years} years", shift=(0, 12), size=style.SMALL, bold=True)
        for level in (0, 0.5, 1):
            axes.axhline(level, color=style.GREY if level == 0 else style.GRID, linewidth=0.7, zorder=0)
            if at == 0:
                write(axes, 0, level, f"{level:.0%}", shift=(-5, 0), across="right", size=style.SMALL - 1)
        for growth in (0, 0.1, 0.2, 0.3):
            write(axes, growth, 0, f"{growth:.0%}", shift=(0, -6), across="center", up="top", size=style.SMALL - 1)
        for number, works in enumerate((5, 20, 100)):
            x, y = zip(*found[years, works], strict=True)
            colour = style.PALETTE[number]
            axes.plot(x, y, color=colour, linewidth=1.8, linestyle=style.DASHES[number])
            near = min(range(len(y)), key=lambda i: abs(y[i] - (0.25, 0.5, 0.75)[number]))
            ends = {"shift": (-4, 4) if number == 2 else (5, -3), "across": "right" if number == 2 else "left"}
            write(axes, x[near], y[near], str(works), size=style.SMALL - 1, colour=colour, bold=True, **ends)
    with style.look():
        drawing.savefig(file, format=file.suffix[1:], metadata={"Date": None} if file.suffix == ".svg" else None)


def main() -> int:
    """Simulate and print; return the exit code."""
    given = arguments(
        (__doc__ or "").split("\n")[0],
        add=[
            ("--series", {"type": int, "default": 8000}),
            ("--seed", {"type": int, "default": 0}),
            ("--plot", {"type": Path, "metavar": "FILE", "help": "draw the power curves there"}),
        ],
    )
    count = 400 if given.quick else given.series
    generator = np.random.default_rng(given.seed)
    figures = [
        *levels(generator, count),
        *discoveries(generator, max(20, count // 2)),
        *autocorrelated(generator, max(20, count // 8)),
        *signal_level(generator, max(20, count // 8)),
        *burst_levels(generator, max(50, count // 8)),
    ]
    report(figures, given.json)
    found = curves(generator, count)
    print("\n| years | works a year | " + " | ".join(f"{growth:.0%}" for growth, _ in found[10, 5][::2]) + " |")
    print("| --- | --- |" + " ---: |" * len(found[10, 5][::2]))
    for (years, level), points in found.items():
        print(f"| {years} | {level} | " + " | ".join(f"{power:.2f}" for _, power in points[::2]) + " |")
    if given.plot is not None:
        plot(found, given.plot)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
