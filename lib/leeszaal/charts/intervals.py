"""95 % intervals for a count, a share and the difference of two: what figures draw and titles lean on."""

from __future__ import annotations

import math

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
    from scipy.stats import chi2

    tail = (1 - LEVEL) / 2
    low = 0.0 if count == 0 else float(chi2.ppf(tail, 2 * count)) / 2
    return low, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2


def wilson(count: float, total: float) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson, JASA 22, 1927); NaN when there is nothing to share.

    Examples
    --------
    >>> [round(bound, 3) for bound in wilson(1, 10)]
    [0.018, 0.404]
    """
    if count < 0 or count > total:
        raise ValueError(f"count must lie between 0 and total, not {count} of {total}")
    if total == 0:
        return math.nan, math.nan
    share = count / total
    middle = share + _Z**2 / (2 * total)
    spread = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    low = 0.0 if count == 0 else max(0.0, (middle - spread) / scale)
    high = 1.0 if count == total else min(1.0, (middle + spread) / scale)
    return low, high


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
    from scipy.stats import binomtest

    expected = last_years / (first_years + last_years)
    if binomtest(int(last), int(first + last), expected).pvalue >= 1 - LEVEL:
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
    (l1, u1), (l2, u2) = wilson(k1, n1), wilson(k2, n2)
    low = p2 - p1 - math.hypot(p2 - l2, u1 - p1)
    high = p2 - p1 + math.hypot(u2 - p2, p1 - l1)
    return 1 if low > 0 else -1 if high < 0 else 0
