"""When a share jumped up: Kleinberg's bursts, exact, and marked only when chance does not give as much."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from leeszaal import progress
from leeszaal.trends.units import Holdings, Panel

__all__ = ["burst_gains", "burst_states", "burst_table", "bursts_of", "panel_bursts"]

SIMULATIONS = 200
_LEVEL = 0.95
_CERTAIN = 0.9999
_FEWEST_YEARS = 5
_CHUNK = 100  # series simulated together


def _gains_per_year(works: np.ndarray, corpus: np.ndarray, s: float) -> np.ndarray:
    """Return (S, T): the log-likelihood that the raised share s·p₀ wins on the base share p₀, per year."""
    total = works.sum(axis=1, keepdims=True)
    size = corpus.sum(axis=1, keepdims=True)
    base = np.clip(total / size, 1e-12, _CERTAIN)
    high = np.minimum(s * base, _CERTAIN)
    return works * np.log(high / base) + (corpus - works) * np.log((1 - high) / (1 - base))


def burst_states(works: np.ndarray, corpus: np.ndarray, *, s: float = 2.0, gamma: float = 1.0) -> np.ndarray:
    """Return the cheapest path of states (Viterbi): 0 is the base share, 1 a share `s` times as high.

    Kleinberg 2002, doi 10.1023/A:1024940629314, two states, for batches (works in a corpus per year). Going
    up costs gamma·ln T, staying and going down nothing; a series begins in the base state. On a tie the path
    stays low.

    Parameters
    ----------
    works, corpus
        (S, T) counts; `corpus` above zero.
    s
        How many times higher the raised share is.
    gamma
        Price of going up.

    Returns
    -------
    ndarray
        (S, T) of 0 and 1.

    Examples
    --------
    >>> burst_states(np.array([[1, 1, 9, 8, 1, 1]]), np.full((1, 6), 20)).tolist()
    [[0, 0, 1, 1, 0, 0]]
    """
    y = np.atleast_2d(np.asarray(works, dtype=np.float64))
    n = np.broadcast_to(np.asarray(corpus, dtype=np.float64), y.shape)
    if (n <= 0).any():
        raise ValueError("the corpus must be above zero in every year")
    if (y > n).any() or (y < 0).any():
        raise ValueError("works must lie between zero and the corpus")
    gain = _gains_per_year(y, n, s)
    up = gamma * np.log(y.shape[1])
    low = np.zeros(len(y))
    high = np.full(len(y), -np.inf)
    from_high = np.zeros(y.shape, dtype=bool)
    stay_high = np.zeros(y.shape, dtype=bool)
    for at in range(y.shape[1]):
        from_high[:, at] = high > low
        stay_high[:, at] = high >= low - up
        low, high = np.maximum(low, high), np.maximum(high, low - up) + gain[:, at]
    states = np.zeros(y.shape, dtype=np.int8)
    now = high > low
    for at in range(y.shape[1] - 1, -1, -1):
        states[:, at] = now
        now = np.where(now, stay_high[:, at], from_high[:, at])
    return states


def burst_gains(
    works: np.ndarray, corpus: np.ndarray, states: np.ndarray, *, s: float = 2.0, gamma: float = 1.0
) -> np.ndarray:
    """Return per series the gain of its best burst: log-likelihood minus the price of going up; 0 without.

    Parameters
    ----------
    works, corpus
        (S, T) counts.
    states
        (S, T), as `burst_states` gives.
    s, gamma
        As for `burst_states`.
    """
    y = np.atleast_2d(np.asarray(works, dtype=np.float64))
    gain = _gains_per_year(y, np.broadcast_to(np.asarray(corpus, dtype=np.float64), y.shape), s)
    up = gamma * np.log(y.shape[1])
    best = np.zeros(len(y))
    running = np.zeros(len(y))
    before = np.zeros(len(y), dtype=bool)
    for at in range(y.shape[1]):
        inside = states[:, at] == 1
        running = np.where(inside, np.where(before, running, -up) + gain[:, at], 0.0)
        best = np.maximum(best, running)
        before = inside
    return best


def _stretches(
    works: np.ndarray, corpus: np.ndarray, states: np.ndarray, s: float, gamma: float
) -> list[tuple[int, int, int, float]]:
    """Return series, first place, last place and gain of every stretch in the raised state."""
    edges = np.diff(np.pad(states, ((0, 0), (1, 1))), axis=1)
    series, first = np.nonzero(edges == 1)
    last = np.nonzero(edges == -1)[1] - 1
    won = np.cumsum(np.pad(_gains_per_year(works, np.broadcast_to(corpus, works.shape), s), ((0, 0), (1, 0))), axis=1)
    gain = won[series, last + 1] - won[series, first] - gamma * np.log(works.shape[1])
    return list(zip(series.tolist(), first.tolist(), last.tolist(), gain.tolist(), strict=True))


def _thresholds(
    works: np.ndarray, corpus: np.ndarray, random_state: int, s: float, gamma: float, simulations: int
) -> np.ndarray:
    """Return (S,) the 95th percentile of the best gain in flat series like each of these, none of which is empty."""
    flat = works.sum(axis=1, keepdims=True) / corpus.sum() * corpus
    drawn = np.empty((len(works), simulations, works.shape[1]))
    for at, mean in enumerate(flat):  # each from the same seed, so that no series changes what another gets
        phi = _year_to_year(works[at], mean)
        drawn[at] = _flat_series(np.random.default_rng(random_state), mean, phi, simulations)
    every = np.minimum(drawn, corpus).reshape(-1, works.shape[1])
    gains = np.zeros(len(every))
    filled = every.sum(axis=1) > 0
    some = every[filled]
    if len(some):
        gains[filled] = burst_gains(some, corpus, burst_states(some, corpus, s=s, gamma=gamma), s=s, gamma=gamma)
    return np.quantile(gains.reshape(len(works), simulations), _LEVEL, axis=1)


def _year_to_year(works: np.ndarray, mean: np.ndarray) -> float:
    """Return the dispersion φ ≥ 1 from the differences between successive years (after von Neumann 1941).

    Around a flat line a burst counts as noise and hides itself: of clear bursts (three years, three times as
    high) one in twenty was marked. Differences see only its two edges: a third to all are, at false alarms of
    0 to 8 % (`benchmarks/trends_simulation.py`).
    """
    residual = (works - mean) / np.sqrt(mean)
    return max(1.0, float((np.diff(residual) ** 2).sum() / (2 * (len(works) - 1))))


def _flat_series(generator: np.random.Generator, mean: np.ndarray, phi: float, count: int) -> np.ndarray:
    shape = (count, len(mean))
    if phi <= 1.0 + 1e-9:
        return generator.poisson(np.broadcast_to(mean, shape)).astype(np.float64)
    return generator.negative_binomial(np.broadcast_to(mean / (phi - 1), shape), 1 / phi).astype(np.float64)


def panel_bursts(
    works: np.ndarray,
    corpus: np.ndarray,
    years: np.ndarray,
    *,
    random_state: int = 0,
    simulations: int = SIMULATIONS,
) -> pd.DataFrame:
    """Find the bursts of many series at once.

    Parameters
    ----------
    works
        (S, T) counts.
    corpus, years
        (T,); `corpus` above zero.
    random_state
        Seed; every series gets the same one, so that leaving out a series changes nothing for the others.
    simulations
        Flat series for each series with a burst.

    Returns
    -------
    DataFrame
        `series` (its number), `from_year`, `to_year`, `works` (in the burst), `gain`, `threshold`, `marked`; empty
        for fewer than five years.
    """
    y, n = np.asarray(works, dtype=np.float64), np.asarray(corpus, dtype=np.float64)
    columns = ["series", "from_year", "to_year", "works", "gain", "threshold", "marked"]
    if y.shape[1] < _FEWEST_YEARS:
        return pd.DataFrame([], columns=columns)
    some = np.flatnonzero(y.sum(axis=1) > 0)
    states = np.zeros(y.shape, dtype=np.int8)
    if len(some):
        states[some] = burst_states(y[some], n)
    threshold = np.zeros(len(y))
    raised = np.flatnonzero(states.any(axis=1))
    for chunk in progress.track([raised[at : at + _CHUNK] for at in range(0, len(raised), _CHUNK)]):
        threshold[chunk] = _thresholds(y[chunk], n, random_state, 2.0, 1.0, simulations)
    rows = [
        (int(raised[at]), int(years[first]), int(years[last]), int(y[raised[at], first : last + 1].sum()), gain)
        for at, first, last, gain in _stretches(y[raised], n, states[raised], 2.0, 1.0)
    ]
    frame = pd.DataFrame(rows, columns=columns[:5])
    frame["threshold"] = threshold[frame["series"].to_numpy(np.int64)]
    return frame.assign(marked=frame["gain"] > frame["threshold"])


def bursts_of(held: Holdings, panel: Panel, steps: Iterable[int] = ()) -> pd.DataFrame:
    """Find the bursts of every unit of a panel: `kind`, `unit`, `name` and the columns of `panel_bursts`.

    A burst that begins in one of the `steps`, a year in which a source came or went, is not marked: the source explains
    it.
    """
    used = panel.corpus > 0
    found = panel_bursts(panel.works[:, used], panel.corpus[used], panel.years[used])
    at = found["series"].to_numpy(np.int64)
    named = {"kind": held.kind[at], "unit": held.unit[at], "name": held.name[at]}
    table = pd.concat([pd.DataFrame(named, dtype=object), found.drop(columns="series")], axis=1)
    explained = table["from_year"].isin(list(steps))
    return table.assign(marked=table["marked"].astype(bool) & ~explained)


def burst_table(counts: pd.DataFrame, *, random_state: int = 0, simulations: int = SIMULATIONS) -> pd.DataFrame:
    """Find the bursts of every unit.

    On flat series the method "finds" a burst in a third to two thirds of all, so `marked` tells which to
    believe.

    Parameters
    ----------
    counts
        As `yearly_counts` gives; only complete years with a corpus count.
    random_state
        Seed; every unit gets the same one, so that leaving out a unit changes nothing for the others.
    simulations
        Flat series per unit.

    Returns
    -------
    DataFrame
        `kind`, `unit`, `from_year`, `to_year`, `works` (in the burst), `gain`, `threshold`, `marked`; empty
        for series under five years.
    """
    used = counts[counts["complete"] & (counts["corpus"] > 0)].sort_values(["kind", "unit", "year"])
    tables = []
    for kind, rows in used.groupby("kind", sort=True):
        wide = rows.pivot(index="unit", columns="year", values="works").sort_index()
        corpus = rows.drop_duplicates("year").set_index("year")["corpus"].reindex(wide.columns).to_numpy()
        found = panel_bursts(
            wide.to_numpy(), corpus, wide.columns.to_numpy(), random_state=random_state, simulations=simulations
        )
        units = wide.index.to_numpy(dtype=object)[found["series"].to_numpy(np.int64)]
        tables.append(found.drop(columns="series").assign(kind=str(kind), unit=units))
    columns = ["kind", "unit", "from_year", "to_year", "works", "gain", "threshold", "marked"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame([], columns=columns)
