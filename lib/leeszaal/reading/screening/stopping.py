"""When to stop reading: what may be said of the relevant works that were not read yet.

The rule is that of Callaghan and Müller-Hansen (2020), 10.1186/s13643-020-01521-4. Take any moment i in the reading as
the start of an urn with the works that were unread then. Were what followed drawn from it at random, then few hits
among many draws would make it unlikely that many relevant works are left; an order of reading that is better than
chance draws more of them, so the rule errs on the safe side. The smallest probability over all starts counts.

Looking often, and taking the smallest of many, costs certainty; so the rule is tested at .02 where 95 % is stated. Even
then what it says of one moment does not hold for all moments together: with works in random order, the worst that is
assumed, the sentence "at least X %" that follows from it said too much at some look in 27 to 83 % of runs. So that
sentence comes from `leeszaal.reading.screening.bound`, which keeps its 95 % over a whole run, and the reading may stop
when the rule and the sentence both say so. `benchmarks/screening.py` shows how often each errs and what that costs. An
order that is worse than chance is not covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leeszaal.reading.screening.bound import checked, most_relevant

__all__ = ["ALPHA", "STATED", "TARGET", "Standing", "advice", "p_value", "progress_of_recall"]

ALPHA = 0.02  # where the rule is tested
STATED = 95  # per cent of certainty stated, over all looks of a run together
TARGET = 0.9
FEW_WORKS = 300
FEW_FOUND = 20
_BINS = 40


def _p(found: np.ndarray, works: int, total: int) -> float:
    """Return the smallest probability, over all urn starts, of so few hits when there are `total` relevant works."""
    from scipy.stats import hypergeom

    n, hits = len(found), int(found.sum())
    if total > hits + works - n:
        return 0.0  # more than there are works left to be relevant
    if n == 0:
        return 1.0
    # The smallest is always at the very start or just after a hit: an urn opened one miss earlier holds the same
    # relevant works, of which one draw more found none. So the other starts need not be looked at.
    starts = np.concatenate([[0], np.flatnonzero(found) + 1])
    before = np.arange(hits + 1)  # found when the urn of each start was opened
    return float(np.min(hypergeom.cdf(hits - before, works - starts, total - before, n - starts)))


def p_value(labels: Sequence[int] | np.ndarray, works: int, target: float = TARGET) -> float:
    """Return the p-value of the hypothesis that the recall is still below `target`.

    Parameters
    ----------
    labels
        1 (relevant) or 0 for each work read, in the order of reading.
    works
        All works of the pile, read and unread.
    target
        The recall aimed at, above 0 and at most 1.

    Examples
    --------
    With 5 of 10 works read, one hit among them, a recall below 1 needs a second relevant work among the 10. The start
    after the hit leaves an urn of 9 from which 4 were drawn without it: 5/9.

    >>> round(p_value([1, 0, 0, 0, 0], 10, 1.0), 4)
    0.5556
    """
    found = checked(labels, works)
    if not 0 < target <= 1:
        raise ValueError(f"target must lie above 0 and at most at 1, not {target}")
    return _p(found, works, int(np.floor(found.sum() / target + 1e-9)) + 1)


def _expected(found: np.ndarray, works: int) -> float:
    """Estimate how many relevant works are unread: hits thin out as e^(a + b × place), b at most 0 (Poisson).

    The line is fitted to the hits in equal stretches of the reading and drawn on over what is unread.
    """
    n, left = len(found), works - len(found)
    if n == 0 or left == 0:
        return 0.0 if left == 0 else float("nan")
    edges = np.unique(np.linspace(0, n, min(_BINS, n) + 1).astype(int))
    counts = np.add.reduceat(found, edges[:-1]).astype(float)
    size = np.diff(edges).astype(float)
    place = (edges[:-1] + edges[1:]) / 2 / n
    if counts.sum() == 0:
        return 0.5 / n * left  # half a hit: nothing found is not the same as nothing there
    a, b = float(np.log(counts.sum() / n)), 0.0
    for _ in range(50):
        mu = size * np.exp(np.clip(a + b * place, -30, 30))
        slope = np.array([(counts - mu).sum(), ((counts - mu) * place).sum() - b / 100])
        # A faint pull of b towards 0 (a normal prior, sd 10) keeps the fit finite when all hits come first.
        bend = np.array([[mu.sum(), (mu * place).sum()], [(mu * place).sum(), (mu * place**2).sum() + 1 / 100]])
        step = np.clip(np.linalg.solve(bend, slope), -3, 3)
        a, b = a + step[0], b + step[1]
        if np.abs(step).max() < 1e-8:
            break
    if b > 0:  # hits that come faster and faster say that the order fails, not that the rest is rich
        a, b = float(np.log(counts.sum() / n)), 0.0
    ahead = 1 + (np.arange(left) + 0.5) / n
    return float(np.exp(a + b * ahead).sum())


@dataclass(frozen=True)
class Standing:
    """Where the reading stands, and what may be said of what is left.

    Parameters
    ----------
    works, read, found
        All works of the pile; those read; and the relevant ones among those.
    target
        The recall aimed at.
    p
        The p-value of "the recall is still below the target", for this moment alone.
    reached
        Whether the reading may stop: `p` is below `alpha`, and `at_least` has come to the target; or all was read.
    at_least
        The share of the relevant works that is found at the least, in per cents rounded down; None when nothing was
        found yet. Over a whole run this is ever too high with a chance of 5 % at most.
    left, left_most
        Estimate of the relevant works that are unread (None where too little was read for one), and its upper bound,
        which holds as `at_least` does; the lower bound is 0.
    alpha
        Where the rule was tested.
    """

    works: int
    read: int
    found: int
    target: float
    p: float
    reached: bool
    at_least: int | None
    left: int | None
    left_most: int
    alpha: float

    @property
    def counts(self) -> str:
        """How far the reading is, in Dutch."""
        return f"Gelezen: {self.read} van {self.works} {_werken(self.works)}. Relevant: {self.found}."

    @property
    def certainty(self) -> str:
        """What share is found at the least, in Dutch."""
        if self.read == self.works:
            return "Alles is gelezen: er kan niets meer gemist zijn."
        if self.at_least is None:
            return "Er is nog niets relevants gevonden. Daarom is nog niet te zeggen welk deel gevonden is."
        return f"Met {STATED} % zekerheid is ten minste {self.at_least} % van de relevante werken gevonden."

    @property
    def remaining(self) -> str:
        """How many relevant works may be left unread, in Dutch; empty when all was read."""
        unread = self.works - self.read
        if not unread:
            return ""
        if self.left_most == 0:
            return f"In de {unread} ongelezen {_werken(unread)} zit vermoedelijk niets relevants meer."
        if self.left is None:
            most = (
                f"Er kunnen nog {self.left_most} relevante werken over zijn"
                if self.left_most < unread
                else f"Alle {unread} ongelezen werken kunnen nog relevant zijn"
                if unread > 1
                else "Het ene ongelezen werk kan nog relevant zijn"
            )
            return f"{most}: er is te weinig gelezen voor een schatting."
        return (
            f"Nog ongelezen en relevant: naar schatting {self.left} "
            f"(met {STATED} % zekerheid tussen 0 en {self.left_most})."
        )

    @property
    def verdict(self) -> str:
        """Whether one may stop, in Dutch; empty when all was read."""
        aim = f"{100 * self.target:.0f} %"
        if self.read == self.works:
            return ""
        if self.reached:
            return f"Het doel ({aim} gevonden) is met {STATED} % zekerheid gehaald: u mag stoppen."
        if self.at_least is None or self.at_least < 50:
            return "Lees verder: het is nog te vroeg om te stoppen."
        return f"Lees verder: het doel ({aim} gevonden) is nog niet zeker gehaald."

    def tell(self) -> str:
        """Return the standing in Dutch, a sentence a line."""
        return "\n".join(filter(None, (self.counts, self.certainty, self.remaining, self.verdict)))


def _werken(n: int) -> str:
    return "werk" if n == 1 else "werken"


def progress_of_recall(
    labels: Sequence[int] | np.ndarray, works: int, *, target: float = TARGET, alpha: float = ALPHA
) -> Standing:
    """Tell how far the reading is, what share of the relevant works is found, and whether it may stop.

    Look as often as you like: the sentence keeps its 95 % over all looks together, as long as the works come in an
    order that is no worse than chance (that of the model, or a drawn one).

    Parameters
    ----------
    labels
        1 (relevant) or 0 for each work read, in the order of reading; also those known beforehand, first. Count a
        "maybe" as relevant: who leaves it open should not stop the sooner for it.
    works
        All works of the pile, read and unread.
    target, alpha
        The recall aimed at, and where the rule is tested.

    Examples
    --------
    >>> print(progress_of_recall([1] * 30 + [0] * 270, 400).tell())
    Gelezen: 300 van 400 werken. Relevant: 30.
    Met 95 % zekerheid is ten minste 93 % van de relevante werken gevonden.
    Nog ongelezen en relevant: naar schatting 0 (met 95 % zekerheid tussen 0 en 2).
    Het doel (90 % gevonden) is met 95 % zekerheid gehaald: u mag stoppen.
    """
    found = checked(labels, works)
    hits = int(found.sum())
    most = most_relevant(found, works)
    p = p_value(found, works, target)
    guess = _expected(found, works) if len(found) >= _BINS or len(found) == works else float("nan")
    met = bool(hits) and p < alpha and hits >= target * most - 1e-9
    return Standing(
        works=works,
        read=len(found),
        found=hits,
        target=target,
        p=p,
        reached=met or len(found) == works,
        at_least=100 * hits // most if hits else None,
        left=None if np.isnan(guess) else min(round(guess), most - hits),
        left_most=most - hits,
        alpha=alpha,
    )


def advice(works: int, expected: float | None = None) -> str | None:
    """Say beforehand, in Dutch, that the stopping rule will save little; None when there is no reason to.

    Parameters
    ----------
    works
        All works of the pile.
    expected
        How many relevant works are expected, where someone knows.
    """
    if works < FEW_WORKS:
        return (
            f"Deze stapel is klein ({works} {_werken(works)}): de stopregel bespaart hier waarschijnlijk weinig. "
            "Reken erop dat u bijna alles leest."
        )
    if expected is not None and expected < FEW_FOUND:
        return (
            f"Bij minder dan {FEW_FOUND} relevante werken bespaart de stopregel waarschijnlijk weinig. "
            "Reken erop dat u bijna alles leest."
        )
    return None
