"""What would have been signalled in the past, and how often that held."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leeszaal.trends.bursts import burst_states
from leeszaal.trends.growth import FEWEST_NONZERO, FEWEST_WORKS, assess_trend
from leeszaal.trends.signals.detect import RECENT, detect
from leeszaal.trends.units import Panel

__all__ = ["AFTER", "BEFORE", "HELD", "RULES", "backtest", "held"]

BEFORE = 10  # years that a signal rests on
AFTER = 4  # years in which it must hold
HELD = 1.5  # times the share of the years before

# Each rule a reader may know, in the order of the table.
RULES = {
    "signal": "signaal (q < 0,05)",
    "p": "trendtoets, p < 0,05",
    "low": "ondergrens groei ≥ 5 %",
    "burst": "uitschieter (Kleinberg) tot nu",
    "double": "laatste drie jaar ≥ 2 × daarvoor",
    "all": "alles wat geteld is",
}


def held(panel: Panel, year: int) -> np.ndarray:
    """Return (S,) whether the share in the four years after `year` was 1.5 times that of the ten years up to it.

    1 it was, 0 it was not, NaN when those years are not all there, or there was nothing before.
    """
    before, after = panel.window(year - BEFORE + 1, year), panel.window(year + 1, year + AFTER)
    size = len(panel.works)
    if len(before.years) < BEFORE or len(after.years) < AFTER or not before.corpus.sum() or not after.corpus.sum():
        return np.full(size, np.nan)
    was = before.works.sum(axis=1) / before.corpus.sum()
    became = after.works.sum(axis=1) / after.corpus.sum()
    return np.where(was > 0, (became >= HELD * was).astype(float), np.nan)


def backtest(panel: Panel, kinds: np.ndarray) -> pd.DataFrame:
    """Apply every rule in every year of the past that has ten years before it and four after.

    Only counts known by then are used. Counted are units with ten works or more in the ten years; what they hold
    (topics, tags) was made today, with knowledge of later works.

    Parameters
    ----------
    panel
        Complete years, every one with a corpus.
    kinds
        (S,) kinds of the units.

    Returns
    -------
    DataFrame
        One row a rule: ``rule``, ``said`` (unit-years that it pointed at), ``held`` (of these), ``missed`` (rises
        that it did not point at), ``precision``, ``recall``; NaN where nothing was said or nothing rose. Empty when
        no year can be judged.
    """
    said = {rule: [0, 0, 0] for rule in RULES}
    judged = False
    for year in (
        range(int(panel.years.min()) + BEFORE - 1, int(panel.years.max()) - AFTER + 1) if len(panel.years) else ()
    ):
        before = panel.window(year - BEFORE + 1, year)
        if (before.corpus == 0).any():
            continue
        truth = held(panel, year)
        known = (before.works.sum(axis=1) >= FEWEST_WORKS) & ((before.works > 0).sum(axis=1) >= FEWEST_NONZERO)
        known &= ~np.isnan(truth)
        if not known.any():
            continue
        judged = True
        rose = truth[known] == 1
        for rule, points in _points(Panel(before.years, before.works[known], before.corpus), kinds[known]).items():
            said[rule][0] += int(points.sum())
            said[rule][1] += int((points & rose).sum())
            said[rule][2] += int((~points & rose).sum())
    rows = []
    for rule, (n, right, missed) in said.items() if judged else ():
        rows.append(
            (rule, n, right, missed, right / n if n else np.nan, right / (right + missed) if right + missed else np.nan)
        )
    return pd.DataFrame(rows, columns=["rule", "said", "held", "missed", "precision", "recall"])


def _points(panel: Panel, kinds: np.ndarray) -> dict[str, np.ndarray]:
    """Return what each rule points at."""
    fit = assess_trend(panel.works, panel.corpus, panel.years)
    last = panel.works[:, -RECENT:].sum(axis=1) / panel.corpus[-RECENT:].sum()
    past = panel.works[:, :-RECENT].sum(axis=1) / panel.corpus[:-RECENT].sum()
    states = burst_states(panel.works, np.broadcast_to(panel.corpus, panel.works.shape))
    return {
        "signal": detect(panel, kinds).signal,
        "p": (fit.p < 0.05) & (fit.growth > 0),
        "low": fit.low >= 0.05,
        "burst": states[:, -1] == 1,
        "double": last >= 2 * past,
        "all": np.ones(len(panel.works), dtype=bool),
    }
