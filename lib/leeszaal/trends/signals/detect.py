"""Which units grow or appear against their past: one test a unit, corrected for all that was tested.

Pure: from counts to decisions. What is found here is told by `leeszaal.trends.signals.tell`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from leeszaal.trends.growth import (
    FEWEST_NONZERO,
    FEWEST_WORKS,
    FEWEST_YEARS,
    assess_trend,
    benjamini_hochberg,
    step_columns,
)
from leeszaal.trends.units import Panel

__all__ = ["GROUPS", "LEVEL", "RECENT", "Tested", "detect", "jump_year", "strength_of", "weighted"]

LEVEL = 0.05  # of q: in at most one no-change library in twenty any signal is found
RECENT = 3  # years that count as new
FEWEST_NEW = 3  # works in them
GROUPS = 2  # groups of authors behind a signal
_P = 0.01
_ENOUGH = 20
_CLEAR = 0.05


@dataclass(frozen=True)
class Tested:
    """The outcome for S units.

    Attributes
    ----------
    p, q
        (S,) one-sided p, and q over all that was tested; NaN where nothing was.
    growth, low, high
        (S,) yearly growth of the share with its 95 % interval; NaN for units tested by counting.
    signal
        (S,) whether it is a signal.
    appears
        (S,) whether there was nothing before the last three years.
    dispersion
        (S,) φ; NaN where there is none.
    tested
        How many units were.
    """

    p: np.ndarray
    q: np.ndarray
    growth: np.ndarray
    low: np.ndarray
    high: np.ndarray
    signal: np.ndarray
    appears: np.ndarray
    dispersion: np.ndarray
    tested: int


def detect(
    panel: Panel,
    kinds: np.ndarray,
    *,
    groups: Callable[[int], np.ndarray] | None = None,
    level: float = LEVEL,
    steps: tuple[int, ...] = (),
) -> Tested:
    """Test every unit for growth or appearance.

    A unit with ten works or more, in three years or more, is tested by the quasi-Poisson trend of its share
    (`fit_loglinear`, dispersion pooled over all such units of its kind). A smaller one by counting: had its share
    stayed the same, each of its groups of authors would have begun in the last three years with the chance that
    the corpus gives them (binomial, one-sided). Groups and not works, because one project that writes five papers
    is one event. q-values are over everything tested, with half of the weight for terms and half for the rest
    (Genovese, Roeder & Wasserman 2006, doi 10.1093/biomet/93.3.509): the list of terms is long and any, the rest is
    short and chosen beforehand.

    A signal has q < `level` and p < .01, grows, has three works or more in the last three years, and two groups of
    authors behind it.

    Parameters
    ----------
    panel
        Complete years only.
    kinds
        (S,) the kind of each unit; "term" is the kind that is explored.
    groups
        Number of a unit to the first year of each of its groups of authors; by default each work is its own group.
    level
        Of q.
    steps
        Years in which a source began or stopped: the trend is tested beside a step in each, and what is tested by
        counting is not tested at all, as counting cannot tell a new source from a new thing.
    """
    from scipy.stats import binom

    used = panel.corpus > 0
    works, corpus, years = panel.works[:, used].astype(np.float64), panel.corpus[used], panel.years[used]
    size = len(works)
    out = {name: np.full(size, np.nan) for name in ("p", "q", "growth", "low", "high", "dispersion")}
    total = works.sum(axis=1)
    recent = years > (years.max() if len(years) else 0) - RECENT
    new = works[:, recent].sum(axis=1)
    appears = (new > 0) & (new == total)
    columns = step_columns(years, steps)
    if len(years) - columns.shape[1] < FEWEST_YEARS:
        return Tested(**out, signal=np.zeros(size, dtype=bool), appears=appears, tested=0)
    long = (total >= FEWEST_WORKS) & ((works > 0).sum(axis=1) >= FEWEST_NONZERO)
    for kind in np.unique(kinds[long].astype(str)):
        at = np.flatnonzero(long & (kinds == kind))
        found = assess_trend(works[at], corpus, years, columns)
        out["p"][at] = found.p_up
        for name in ("growth", "low", "high", "dispersion"):
            out[name][at] = getattr(found, name)
    short = np.flatnonzero(~long & (total >= FEWEST_NEW) & (columns.shape[1] == 0))
    chance = float(corpus[recent].sum() / corpus.sum())
    out["p"][short] = binom.sf(new[short] - 1, total[short], chance)
    several = np.ones(size, dtype=bool)
    if groups is not None:
        for few in short[(out["p"][short] < _P) & (new[short] >= FEWEST_NEW)]:
            begun = groups(int(few))
            begun = begun[(begun >= years.min()) & (begun <= years.max())]
            out["p"][few] = binom.sf((begun > years.max() - RECENT).sum() - 1, len(begun), chance)
    tested = ~np.isnan(out["p"])
    out["q"][tested] = weighted(out["p"][tested], kinds[tested] == "term")
    hopeful = tested & (out["q"] < level) & (out["p"] < _P) & (new >= FEWEST_NEW)
    if groups is not None:
        for one in np.flatnonzero(hopeful):
            several[one] = len(groups(int(one))) >= GROUPS
    return Tested(**out, signal=hopeful & several, appears=appears, tested=int(tested.sum()))


def weighted(p: np.ndarray, explored: np.ndarray) -> np.ndarray:
    """Return q-values with half of the weight for what is explored and half for the rest.

    Examples
    --------
    >>> p = np.array([0.01, 0.002, 0.5, 0.5, 0.5, 0.5])
    >>> weighted(p, np.array([False, True, True, True, True, True])).round(3).tolist()[:2]
    [0.02, 0.02]
    """
    m, many = len(p), int(explored.sum())
    if many in (0, m):
        return benjamini_hochberg(p)
    weight = np.where(explored, m / (2 * many), m / (2 * (m - many)))
    return benjamini_hochberg(np.minimum(p / weight, 1.0))


def strength_of(q: float, works: int, low: float) -> str:
    """Return how strong a signal is, in the words of a reader.

    "sterk": q < .01, twenty works or more, and a growth of at least 5 % a year at the lower end of its interval;
    "zwak": under twenty works; "redelijk": what lies between.

    Examples
    --------
    >>> strength_of(0.001, 40, 0.08), strength_of(0.03, 40, 0.08), strength_of(0.001, 9, float("nan"))
    ('sterk', 'redelijk', 'zwak')
    """
    if works < _ENOUGH:
        return "zwak"
    return "sterk" if q < 0.01 and low >= _CLEAR else "redelijk"


def jump_year(works: np.ndarray, corpus: np.ndarray, years: np.ndarray) -> int:
    """Return the year from which a share lies higher: the step up with the highest Poisson likelihood.

    Parameters
    ----------
    works, corpus, years
        (T,); `corpus` above zero.

    Examples
    --------
    >>> jump_year(np.array([1, 1, 2, 6, 5, 7]), np.full(6, 100), np.arange(2015, 2021))
    2018
    """
    y, n = np.cumsum(works, dtype=np.float64), np.cumsum(corpus, dtype=np.float64)
    before, after = y[:-1], y[-1] - y[:-1]
    low, high = before / n[:-1], after / (n[-1] - n[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(before > 0, before * np.log(low), 0.0) + np.where(after > 0, after * np.log(high), 0.0)
    gain = np.where(high > low, gain, -np.inf)
    if not np.isfinite(gain).any():
        return int(years[0])
    return int(years[1 + int(np.argmax(gain))])
