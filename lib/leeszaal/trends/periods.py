"""Shares per period of years, for text and tables: fewer and steadier numbers than one a year."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from leeszaal.trends.counts import check_years, wilson

__all__ = ["five_year_periods", "period_shares"]


def five_year_periods(from_year: int, to_year: int, length: int = 5) -> list[tuple[int, int]]:
    """Cut a span of years into periods of `length`, back from the last year; a shorter rest comes first.

    Parameters
    ----------
    from_year, to_year
        The span, both included.
    length
        Years a period.

    Examples
    --------
    >>> five_year_periods(2012, 2024)
    [(2012, 2014), (2015, 2019), (2020, 2024)]
    """
    check_years(from_year, to_year)
    periods = []
    end = to_year
    while end >= from_year:
        periods.append((max(from_year, end - length + 1), end))
        end -= length
    return periods[::-1]


def period_shares(counts: pd.DataFrame, periods: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """Sum yearly counts over periods.

    Parameters
    ----------
    counts
        As `yearly_counts` gives; incomplete years are left out.
    periods
        (first year, last year), both included, in order and without overlap.

    Returns
    -------
    DataFrame
        `kind`, `unit`, `period` ("2010–2014"), `from_year`, `to_year`, `works`, `corpus`, `share`, `low`,
        `high` (95 %, Wilson), and against the period before `change` (difference of shares), `change_low`,
        `change_high` (95 %, Newcombe 1998, method 10); null in the first period and where a corpus is empty.
    """
    for (_, end), (start, _) in itertools.pairwise(periods):
        if start <= end:
            raise ValueError("periods must be in order and must not overlap")
    used = counts[counts["complete"]]
    units = counts[["kind", "unit"]].drop_duplicates().sort_values(["kind", "unit"], ignore_index=True)
    tables = []
    for start, end in periods:
        check_years(start, end)
        part = used[used["year"].between(start, end)].groupby(["kind", "unit"])[["works", "corpus"]].sum()
        table = units.merge(part.reset_index(), on=["kind", "unit"], how="left").fillna({"works": 0, "corpus": 0})
        table.insert(2, "period", f"{start}–{end}" if end > start else str(start))
        table.insert(3, "from_year", start)
        table.insert(4, "to_year", end)
        tables.append(table.astype({"works": np.int64, "corpus": np.int64}))
    if not tables:
        raise ValueError("at least one period is needed")
    frame = pd.concat(tables, ignore_index=True)
    frame = frame.sort_values(["kind", "unit", "from_year"], ignore_index=True)
    y, n = frame["works"].to_numpy(np.float64), frame["corpus"].to_numpy(np.float64)
    frame["share"] = np.divide(y, n, out=np.full(len(y), np.nan), where=n > 0)
    frame["low"], frame["high"] = wilson(y, n)
    before = frame.groupby(["kind", "unit"])[["share", "low", "high"]].shift(1)
    frame["change"] = frame["share"] - before["share"]
    down = np.sqrt((frame["share"] - frame["low"]) ** 2 + (before["high"] - before["share"]) ** 2)
    up = np.sqrt((frame["high"] - frame["share"]) ** 2 + (before["share"] - before["low"]) ** 2)
    frame["change_low"], frame["change_high"] = frame["change"] - down, frame["change"] + up
    return frame
