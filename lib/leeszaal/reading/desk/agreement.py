"""Do two readers of one pile agree? Cohen's kappa with its interval, and the works on which they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from leeszaal.home import Home, find_home
from leeszaal.library.build import load_works
from leeszaal.library.decisions import load_decisions
from leeszaal.reading.desk.order import shorten
from leeszaal.reading.desk.pile import WORDS, opinions
from leeszaal.reading.desk.state import SCREENING
from leeszaal.works.numbers import format_count, format_number, format_percent, format_range

__all__ = ["AgreementSummary", "Kappa", "Pair", "agreement", "agreement_frame", "cohen_kappa"]

_Z = 1.959963984540054  # of 95 %
_ADDED = 2.0  # works, spread over the table, for the interval
_FEW = 50  # works; below it the interval says more than the number


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of two readers.

    Attributes
    ----------
    works, same
        Works both judged, and those they judged alike.
    value
        1 when they agree in everything, 0 when they agree as often as chance would have it; None when there are no
        works, or both gave all works the same judgement, so that chance alone would do as well.
    low, high
        The 95 % interval; None with `value`.
    """

    works: int
    same: int
    value: float | None
    low: float | None
    high: float | None


def cohen_kappa(table: np.ndarray | Sequence[Sequence[int]]) -> Kappa:
    """Return Cohen's kappa (1960, 10.1177/001316446002000104) with a 95 % interval.

    The interval takes the large-sample variance of Fleiss, Cohen and Everitt (1969, 10.1037/h0028106) at a table to
    which two works were added, spread evenly over its cells; without them the interval is too short, and at full
    agreement it has no length at all. With 20 to 200 works it then held the true value in 93 to 99 % of simulated
    tables, the plain one in 43 to 95 % (`benchmarks/reading_desk.py`).

    Parameters
    ----------
    table
        (k, k) counts: a row for each judgement of the one, a column for the same judgement of the other.

    Examples
    --------
    Of 50 works both include 20 and exclude 15; they agree on .7, and by chance on .5.

    >>> found = cohen_kappa([[20, 5], [10, 15]])
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (0.4, 0.14, 0.63)
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any():
        raise ValueError(f"table must be square and hold counts, not {counts.shape}")
    works, same = int(counts.sum()), int(np.trace(counts))
    used = (counts.sum(0) + counts.sum(1)) > 0
    if used.sum() < 2:  # no works, or one judgement throughout
        return Kappa(works, same, None, None, None)
    counts = counts[np.ix_(used, used)]
    value, _ = _kappa(counts / works)
    more = counts + _ADDED / counts.size
    middle, variance = _kappa(more / more.sum())
    reach = _Z * np.sqrt(variance / more.sum())
    low, high = min(middle - reach, value), max(middle + reach, value)
    return Kappa(works, same, round(value, 10), max(-1.0, float(low)), min(1.0, float(high)))


def _kappa(shares: np.ndarray) -> tuple[float, float]:
    """Return kappa of a table of shares, and its variance times the number of works."""
    rows, columns = shares.sum(1), shares.sum(0)
    seen, chance = float(np.trace(shares)), float(rows @ columns)
    on = np.diag(shares) * ((1 - chance) - (rows + columns) * (1 - seen)) ** 2
    off = shares * (columns[:, None] + rows[None, :]) ** 2
    spread = on.sum() + (1 - seen) ** 2 * (off.sum() - np.trace(off)) - (seen * chance - 2 * chance + seen) ** 2
    return (seen - chance) / (1 - chance), max(0.0, float(spread) / (1 - chance) ** 4)


@dataclass(frozen=True)
class Pair:
    """How two readers agree; the numbers are those of `Kappa`, the counts by judgement in `table`."""

    one: str
    other: str
    works: int
    same: int
    kappa: float | None
    low: float | None
    high: float | None
    table: list[list[int]]

    def tell(self) -> str:
        """Return the outcome in Dutch."""
        head = f"{self.one} en {self.other}: {format_count(self.works, 'werk', 'werken')} door beiden beoordeeld, "
        head += f"{format_number(self.same)} gelijk ({format_percent(self.same / self.works)})."
        if self.kappa is None:
            return f"{head} Cohens kappa is niet te zeggen: u gaf alle werken hetzelfde oordeel."
        margin = format_range(self.low, self.high, 2)
        few = " Het zijn nog weinig werken: let op de marge." if self.works < _FEW else ""
        return f"{head} Cohens kappa: {format_number(self.kappa, 2)} (95 %-marge {margin}).{few}"


@dataclass(frozen=True)
class AgreementSummary:
    """How readers agree, and the works on which they now differ.

    Attributes
    ----------
    pairs
        Every two readers who judged a work in common.
    disputed
        citekey, title, and `words`: what each said last, with the reason (Dutch).
    """

    pairs: list[Pair]
    disputed: list[dict[str, str]]

    def tell(self) -> str:
        """Return the outcome in Dutch."""
        if not self.pairs:
            return "Er zijn nog geen twee lezers die hetzelfde werk beoordeelden."
        lines = [pair.tell() for pair in self.pairs]
        lines.append(f"Nu oneens over {format_count(len(self.disputed), 'werk', 'werken')}.")
        lines += [f"  {one['citekey']}: {shorten(one['title'], 70)}\n    {one['words']}" for one in self.disputed]
        if self.disputed:
            lines.append('Bespreek ze en beslis opnieuw, met again = "oneens" in notebook 3.')
        return "\n".join(lines)


def agreement(*, home: Home | Path | str | None = None) -> AgreementSummary:
    """Tell how readers agree, two by two.

    Kappa compares the first judgement of each that stands: what readers said on their own, before they talked. The list
    of disputes compares their last, so that it empties as they settle them.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the library was not built, or a file of decisions cannot be read.
    """
    room = find_home(home)
    frame = load_decisions(room)
    frame = frame[(frame["problem"] == "") & ~frame["undone"].astype(bool) & frame["work_id"].notna()]
    said = opinions(frame)
    first = {work: {who: verb for who, verb, _ in reversed(voices)} for work, voices in said.items()}
    last = {work: {who: (verb, why) for who, verb, why in voices} for work, voices in said.items()}
    people = sorted({who for voices in first.values() for who in voices})
    pairs = [pair for one, other in combinations(people, 2) if (pair := _pair(one, other, first)) is not None]
    named = load_works(room).set_index("work_id")[["citekey", "title"]]
    disputed = [
        {"citekey": str(named.at[work, "citekey"]), "title": str(named.at[work, "title"]), "words": _words(voices)}
        for work, voices in last.items()
        if len({verb for verb, _ in voices.values()}) > 1
    ]
    return AgreementSummary(pairs, sorted(disputed, key=lambda one: one["citekey"].casefold()))


def _pair(one: str, other: str, first: dict[str, dict[str, str]]) -> Pair | None:
    table = np.zeros((len(SCREENING), len(SCREENING)), dtype=int)
    for voices in first.values():
        if one in voices and other in voices:
            table[SCREENING.index(voices[one]), SCREENING.index(voices[other])] += 1
    if not table.sum():
        return None
    found = cohen_kappa(table)
    return Pair(one, other, found.works, found.same, found.value, found.low, found.high, table.tolist())


def _words(voices: dict[str, tuple[str, str]]) -> str:
    return "; ".join(
        f"{who}: {WORDS[verb]}" + (f" ({why})" if why else "") for who, (verb, why) in sorted(voices.items())
    )


def agreement_frame(found: AgreementSummary) -> pd.DataFrame:
    """Return the pairs as a table for a reader."""
    rows = [
        {
            "Lezers": f"{pair.one} en {pair.other}", "Werken": pair.works, "Gelijk": pair.same,
            "Kappa": "–" if pair.kappa is None else format_number(pair.kappa, 2),
            "Marge (95 %)": "–" if pair.low is None else format_range(pair.low, pair.high, 2),
            "Nu oneens": sum(pair.one in one["words"] and pair.other in one["words"] for one in found.disputed),
        }
        for pair in found.pairs
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Lezers", "Werken", "Gelijk", "Kappa", "Marge (95 %)", "Nu oneens"])
