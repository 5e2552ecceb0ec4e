"""From points to chances: does a title belong anywhere, and if it does, how sure is each label?

A label with many points says more when the others have few, and a title whose points are spread over the themes is one
that belongs nowhere. So two logistic curves read a handful of such signals: one for the titles that have a label, over
all labels together, and one over all titles for whether they have any. They are fitted to what models said of example
titles by a hand that they had not seen (`leeszaal.reading.meaning_model`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Curve", "fit", "signals_of_labels", "signals_of_titles", "themes_of"]

_MOST = 1.2  # the gate of a title that certainly belongs somewhere is about 1; beyond, more says no more


@dataclass(frozen=True)
class Curve:
    """A logistic curve: the log-odds are ``signals @ weights + start``."""

    weights: np.ndarray
    start: float

    def chances(self, signals: np.ndarray) -> np.ndarray:
        """Return the chance that goes with each row of signals (the last axis)."""
        return np.asarray(1 / (1 + np.exp(-np.clip(signals @ self.weights + self.start, -30, 30))))


def themes_of(labels: Sequence[str]) -> np.ndarray:
    """Return a number for the theme of each label.

    Examples
    --------
    >>> themes_of(["kob.digitaal", "dem.raad", "dem.ps"]).tolist()
    [1, 0, 0]
    """
    names = [label.partition(".")[0] for label in labels]
    order = sorted(set(names))
    return np.array([order.index(name) for name in names], dtype=int)


def _sums(points: np.ndarray, themes: np.ndarray) -> np.ndarray:
    """Return titles × themes: the points above 0 of the labels of each theme together."""
    above = np.maximum(points, 0)
    return np.stack([above[:, themes == theme].sum(axis=1) for theme in range(int(themes.max()) + 1)], axis=1)


def _two_best(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the most points of each title, and the most but one (0 where there is one label)."""
    if points.shape[1] < 2:
        return points.max(axis=1), np.zeros(len(points))
    two = np.partition(points, -2, axis=1)
    return two[:, -1], two[:, -2]


def signals_of_labels(points: np.ndarray, themes: np.ndarray) -> np.ndarray:
    """Return titles × labels × 5: the points and their root, the most of another label, of its theme, of other themes.

    Parameters
    ----------
    points
        Titles × labels.
    themes
        The number of the theme of each label.
    """
    first, second = _two_best(points)
    other = np.where(points == first[:, None], second[:, None], first[:, None])
    sums = _sums(points, themes)
    own = sums[:, themes]
    return np.stack(
        [
            points,
            np.sqrt(np.maximum(points, 0)),
            other,
            own - np.maximum(points, 0),
            sums.sum(axis=1, keepdims=True) - own,
        ],
        axis=2,
    )


def signals_of_titles(points: np.ndarray, gate: np.ndarray, themes: np.ndarray) -> np.ndarray:
    """Return titles × 6: the gate, the two best labels, the best theme, all labels, and gate times best theme."""
    first, second = _two_best(points)
    sums = _sums(points, themes)
    gate, best = np.minimum(gate, _MOST), sums.max(axis=1)
    return np.stack([gate, first, second, best, sums.sum(axis=1), gate * best], axis=1)


def fit(signals: np.ndarray, right: np.ndarray) -> Curve:
    """Return the curve that turns signals into chances.

    Parameters
    ----------
    signals
        Cases × signals.
    right
        Per case whether it is so; where all cases are alike, the chance is the same (near 0 or 1) everywhere.
    """
    right = right.astype(bool)
    if right.all() or not right.any():
        count = len(right) + 2
        share = (right.sum() + 1) / count
        return Curve(np.zeros(signals.shape[1]), float(np.log(share / (1 - share))))
    from sklearn.linear_model import LogisticRegression

    middle, spread = signals.mean(axis=0), signals.std(axis=0)
    spread[spread == 0] = 1
    found = LogisticRegression(C=1.0, max_iter=1000).fit((signals - middle) / spread, right)
    weights = found.coef_[0] / spread
    return Curve(weights, float(found.intercept_[0] - middle @ weights))
