"""95 % intervals for a count, a share and the difference of two: what tables hold and figures draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["LEVEL", "change_of_counts", "change_of_shares", "garwood", "wilson"]

LEVEL = 0.95
_Z = 1.959963984540054  # 97.5th percentile of the normal distribution


def garwood(count: float) -> tuple[float, float]:
    """Return the exact 95 % interval of a Poisson mean, given one count (Garwood, Biometrika 28, 1936).

    Examples
    --------
    >>> [round(bound, 2) for bound in garwood(10)]
    [4.8, 18.39]
    """
    if count < 0:
        raise ValueError(f"a count is 0 or more, not {count}")
    from scipy.special import gammaincinv  # 2·Γ⁻¹(k, q) is the q-th quantile of χ² with 2k degrees of freedom

    tail = (1 - LEVEL) / 2
    low = 0.0 if count == 0 else float(gammaincinv(count, tail))
    return low, float(gammaincinv(count + 1, 1 - tail))


def wilson(count: ArrayLike, total: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % score interval of each share (Wilson, JASA 22, 1927); NaN where there is nothing to share.

    Parameters
    ----------
    count, total
        Numbers or arrays of one shape; 0 <= count <= total.

    Examples
    --------
    >>> low, high = wilson([1, 0], [10, 10])
    >>> [(round(float(a), 3), round(float(b), 3)) for a, b in zip(low, high)]
    [(0.018, 0.404), (0.0, 0.278)]
    """
    y, n = np.asarray(count, dtype=np.float64), np.asarray(total, dtype=np.float64)
    if ((y < 0) | (y > n)).any():
        raise ValueError("count must lie between 0 and total")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = y / n
        middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    low = np.where(y == 0, 0.0, np.clip(middle - half, 0.0, 1.0))
    high = np.where(y == n, 1.0, np.clip(middle + half, 0.0, 1.0))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def change_of_counts(first: int, first_years: int, last: int, last_years: int) -> int:
    """Return 1 when the yearly count rose, -1 when it fell, 0 when chance explains the difference (p >= .05).

    Given their sum, the later of two Poisson counts is binomial with its share of the years (Przyborowski and
    Wilenski, Biometrika 31, 1940); two-sided exact test.

    Examples
    --------
    >>> change_of_counts(10, 3, 40, 3), change_of_counts(40, 3, 10, 3), change_of_counts(10, 3, 14, 3)
    (1, -1, 0)
    """
    if first + last == 0:
        return 0
    from scipy.special import gammaln  # not binomtest: importing scipy.stats takes longer than a whole paper may

    total, share = int(first + last), last_years / (first_years + last_years)
    k = np.arange(total + 1)
    chance = np.exp(
        gammaln(total + 1) - gammaln(k + 1) - gammaln(total - k + 1)
        + k * np.log(share) + (total - k) * np.log1p(-share)
    )  # fmt: skip
    # Two-sided: all outcomes that are no likelier than this one.
    if chance[chance <= chance[int(last)] * (1 + 1e-7)].sum() >= 1 - LEVEL:
        return 0
    return 1 if last / last_years > first / first_years else -1


def change_of_shares(first: tuple[int, int], last: tuple[int, int]) -> int:
    """Return 1, -1 or 0: did the share rise or fall from (count, total) `first` to `last`, beyond chance?

    The 95 % interval of the difference by Newcombe's hybrid score method (Statistics in Medicine 17, 1998,
    method 10).

    Examples
    --------
    >>> change_of_shares((10, 500), (40, 500)), change_of_shares((2, 100), (3, 100))
    (1, 0)
    """
    (k1, n1), (k2, n2) = first, last
    if n1 == 0 or n2 == 0:
        return 0
    p1, p2 = k1 / n1, k2 / n2
    (l1, l2), (u1, u2) = (bound.tolist() for bound in wilson([k1, k2], [n1, n2]))
    low = p2 - p1 - math.hypot(p2 - l2, u1 - p1)
    high = p2 - p1 + math.hypot(u2 - p2, p1 - l1)
    return 1 if low > 0 else -1 if high < 0 else 0
