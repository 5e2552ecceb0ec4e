"""How many relevant works there are at most: a bound that holds at all moments of a reading together.

A gambler bets, before each work, that it is a miss. If there are K relevant works and the order of reading is no worse
than chance, the next work is relevant with a chance q of at least (K − found) / unread. A stake of s, between 0 and 1,
then pays s·q at a miss and costs s·(1 − q) at a hit: on average it does not gain. Whoever cannot gain on average will
see a capital of 1 grow to 20 in at most one run in twenty, whenever one looks and however often (Ville 1939). So once
the capital against K has been 20, K is rejected with 95 % certainty, for good; and what a later look says keeps that
certainty, which a test for one moment does not (Howard and others 2021, 10.1214/20-AOS1991; sampling without
replacement: Waudby-Smith and Ramdas 2020, arXiv 2006.04347).

The stake may follow from what was read before. Ours lets the capital grow fastest when a share of the relevant works is
found and hits come half as often as they lately did: 0 while hits come thick, 1 after a long run of misses. It is the
same against every K, so that a larger K is never rejected later than a smaller one. Most of the capital is staked for
the share at which one stops, .9, and the rest for smaller shares, so that the bound says something on the way as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

__all__ = ["CERTAIN", "checked", "ever_too_low", "most_relevant", "most_relevant_at"]

CERTAIN = 0.05  # the chance that the bound is ever too low
#: Parts of the capital: how large, the recall they are staked for, and after what share of the pile a hit counts half
#: in the recent rate of hits.
_PARTS = ((0.7, 0.9, 0.05), (0.2, 0.5, 0.05), (0.1, 0.3, 0.02))
_LEAST_MEMORY = 5  # works
_FALL = 0.5  # the rate to come, as a share of the recent one


def _stakes(found: np.ndarray, works: int, recall: float, memory: float) -> np.ndarray:
    """Return the stake before each work, from what was read before it: each 0 to 1."""
    if not len(found):
        return np.zeros(0)
    before = np.concatenate([[0], np.cumsum(found)[:-1]])
    unread = works - np.arange(len(found))
    kept = 0.5 ** (1 / max(_LEAST_MEMORY, memory * works))
    hits = np.array(list(accumulate(found[:-1], lambda sum_, one: sum_ * kept + one, initial=0.5)))
    looked = np.array(list(accumulate(found[:-1], lambda sum_, _: sum_ * kept + 1, initial=1.0)))
    rate = _FALL * hits / looked
    supposed = np.minimum(1.0, (np.floor(before / recall + 1e-9) + 1 - before) / unread)
    with np.errstate(divide="ignore"):
        best = np.where(supposed < 1, (supposed - rate) / (supposed * (1 - supposed)), 1.0)
    return np.clip(best, 0.0, 1.0)


class _Path:
    """The capital against each number of relevant works, along one order of reading."""

    def __init__(self, found: np.ndarray, works: int, alpha: float) -> None:
        if not 0 < alpha < 1:
            raise ValueError(f"alpha must lie between 0 and 1, not {alpha}")
        self._hit = found.astype(bool)
        self._found = np.cumsum(found)
        self._before = self._found - found
        self._unread = works - np.arange(len(found))
        self._stakes = [(part, _stakes(found, works, recall, memory)) for part, recall, memory in _PARTS]
        self._works = works
        self._enough = -np.log(alpha)
        self._first: dict[int, int] = {}

    def rejected_after(self, total: int) -> int:
        """Return after how many works `total` was rejected; more than were read when it never was."""
        if total not in self._first:
            chance = np.clip((total - self._before) / self._unread, 0.0, 1.0)
            with np.errstate(divide="ignore"):  # one hit more than `total` ends the bets; no one asks about it then
                capital = [
                    np.log(part) + np.cumsum(np.log(np.where(self._hit, 1 - stake * (1 - chance), 1 + stake * chance)))
                    for part, stake in self._stakes
                ]
            rich = np.logaddexp.reduce(capital, axis=0) >= self._enough
            gone = total > self._found + self._unread - 1  # more than are left to be relevant
            where = np.flatnonzero(rich | gone)
            self._first[total] = int(where[0]) + 1 if len(where) else len(self._hit) + 1
        return self._first[total]

    def most(self, read: int) -> int:
        """Return the largest number not rejected after `read` works."""
        if read == 0:
            return self._works
        low = int(self._found[read - 1])
        high = low + int(self._unread[read - 1]) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (low, middle - 1) if self.rejected_after(middle) <= read else (middle, high)
        return low


def checked(labels: Sequence[int] | np.ndarray, works: int) -> np.ndarray:
    """Return labels as an array; they must be 0 or 1, and no more than there are works."""
    found = np.asarray(labels, dtype=np.int64)
    if found.ndim != 1 or not np.isin(found, (0, 1)).all():
        raise ValueError("labels must be one row of zeros and ones, in the order of reading")
    if works < len(found):
        raise ValueError(f"{len(found)} works are read, but there are only {works}")
    return found


def most_relevant(labels: Sequence[int] | np.ndarray, works: int, alpha: float = CERTAIN) -> int:
    """Return the largest number of relevant works in the whole pile that the reading so far allows.

    Over a whole run the chance that it is ever below the true number is at most `alpha`, whenever one looks.

    Parameters
    ----------
    labels
        1 (relevant) or 0 for each work read, in the order of reading.
    works
        All works of the pile, read and unread.
    alpha
        The chance to be wrong at any moment.

    Examples
    --------
    >>> most_relevant([], 10), most_relevant([1] * 10, 10), most_relevant([1] * 5 + [0] * 90, 100)
    (10, 10, 6)
    """
    found = checked(labels, works)
    return _Path(found, works, alpha).most(len(found))


def most_relevant_at(
    labels: Sequence[int] | np.ndarray, works: int, looks: Sequence[int], alpha: float = CERTAIN
) -> list[int]:
    """Return `most_relevant` after each of `looks` works read, in one pass.

    Examples
    --------
    >>> most_relevant_at([1] * 5 + [0] * 90, 100, [0, 10, 95])
    [100, 95, 6]
    """
    found = checked(labels, works)
    if any(not 0 <= look <= len(found) for look in looks):
        raise ValueError(f"looks must lie between 0 and {len(found)}")
    path = _Path(found, works, alpha)
    return [path.most(look) for look in looks]


def ever_too_low(labels: Sequence[int] | np.ndarray, alpha: float = CERTAIN) -> bool:
    """Tell of a pile that was read to the end whether the bound was below the true number at any moment.

    For simulations, which must show that this happens in at most `alpha` of the runs.

    Examples
    --------
    >>> ever_too_low([1] * 5 + [0] * 95), ever_too_low([0] * 95 + [1] * 5)
    (False, True)
    """
    found = checked(labels, len(labels))
    total = int(found.sum())
    first = _Path(found, len(found), alpha).rejected_after(total)
    return first <= len(found) and int(found[:first].sum()) < total
