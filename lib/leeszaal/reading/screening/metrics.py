"""How well an order of reading puts the relevant works in front: recall, work saved, loss and NDCG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Scores", "loss", "ndcg", "recall_at", "score", "wss"]


@dataclass(frozen=True)
class Scores:
    """The figures of one order of reading, each 0 to 1 (work saved may fall just below 0).

    Parameters
    ----------
    recall_5, recall_10, recall_20
        Share of the relevant works among the first 5, 10 and 20 % of the works.
    wss_95
        Work saved over sampling at a recall of .95.
    loss, ndcg
        As ASReview 3 defines them: loss 0 and NDCG 1 are the best there is.
    """

    recall_5: float
    recall_10: float
    recall_20: float
    wss_95: float
    loss: float
    ndcg: float


def _checked(labels: Sequence[int] | np.ndarray) -> np.ndarray:
    found = np.asarray(labels)
    if found.ndim != 1 or not np.isin(found, (0, 1)).all():
        raise ValueError("labels must be one row of zeros and ones, in the order of reading")
    if not 0 < found.sum() < len(found):
        raise ValueError("labels must hold both relevant and other works")
    return found.astype(np.int64)


def _first(share: float, n: int) -> int:
    return math.ceil(share * n - 1e-9)  # .1 × 30 is 3, also where a float says 3.0000000000000004


def recall_at(labels: Sequence[int] | np.ndarray, share: float) -> float:
    """Return the share of the relevant works among the first ⌈share × works⌉ that were read.

    Examples
    --------
    >>> recall_at([1, 0, 1, 0, 0, 0, 0, 0, 1, 0], 0.3)
    0.6666666666666666
    """
    found = _checked(labels)
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1, not {share}")
    return float(found[: _first(share, len(found))].sum() / found.sum())


def wss(labels: Sequence[int] | np.ndarray, recall: float = 0.95) -> float:
    """Return the work saved over sampling: the recall less the share of the works read when it is reached.

    Source: Cohen and others (2006), 10.1197/jamia.M1929: (true + false negatives) / works − (1 − recall).

    Examples
    --------
    >>> round(wss([1, 1, 0, 0, 0, 0, 0, 0, 0, 0]), 2)
    0.75
    """
    found = _checked(labels)
    if not 0 < recall <= 1:
        raise ValueError(f"recall must lie above 0 and at most at 1, not {recall}")
    needed = _first(recall, int(found.sum()))
    read = int(np.searchsorted(np.cumsum(found), needed)) + 1
    return recall - read / len(found)


def loss(labels: Sequence[int] | np.ndarray) -> float:
    """Return the area between the recall curve and the best one possible, over that of the worst (ASReview 3).

    With n works of which r relevant and c(i) found after i works: (r (n − (r−1)/2) − Σ c(i)) / (r (n − r)).

    Examples
    --------
    >>> loss([1, 1, 0, 0]), loss([0, 0, 1, 1]), loss([1, 0, 1, 0])
    (0.0, 1.0, 0.25)
    """
    found = _checked(labels)
    n, relevant = len(found), int(found.sum())
    best = relevant * (n - (relevant - 1) / 2)
    return float((best - np.cumsum(found).sum()) / (relevant * (n - relevant)))


def ndcg(labels: Sequence[int] | np.ndarray) -> float:
    """Return the normalised discounted cumulative gain over the whole order (ASReview 3; arXiv 1304.6480).

    Examples
    --------
    >>> ndcg([1, 1, 0, 0]), round(ndcg([0, 1]), 4)
    (1.0, 0.6309)
    """
    found = _checked(labels)
    discount = 1 / np.log2(np.arange(2, len(found) + 2))
    return float((found * discount).sum() / discount[: found.sum()].sum())


def score(labels: Sequence[int] | np.ndarray) -> Scores:
    """Return all figures of one order of reading; `labels` holds 1 (relevant) or 0 per work, first read first."""
    return Scores(
        recall_at(labels, 0.05),
        recall_at(labels, 0.10),
        recall_at(labels, 0.20),
        wss(labels),
        loss(labels),
        ndcg(labels),
    )
