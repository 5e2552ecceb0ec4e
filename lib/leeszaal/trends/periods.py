"""Years added up to periods: fewer and steadier numbers than one a year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leeszaal.trends.intervals import wilson

__all__ = ["periods_of"]


def periods_of(years: pd.DataFrame, length: int) -> pd.DataFrame:
    """Add up years to periods of `length` years, counted back from the last complete year.

    Years before the first whole period form a shorter one; an incomplete year stays apart.

    Parameters
    ----------
    years
        ``year``, ``works``, ``corpus``, ``complete``: one unit, each year once.
    length
        Years in a period, 1 or more.

    Returns
    -------
    DataFrame
        ``first``, ``last``, ``works``, ``corpus``, ``share``, ``low``, ``high`` (Wilson, 95 %), ``complete``.

    Examples
    --------
    >>> years = pd.DataFrame({"year": [2019, 2020, 2021], "works": [1, 2, 3], "corpus": 10, "complete": True})
    >>> periods_of(years, 2)[["first", "last", "works"]].to_numpy().tolist()
    [[2019, 2019, 1], [2020, 2021, 5]]
    """
    if length < 1:
        raise ValueError(f"a period is 1 year or longer, not {length}")
    rows = years.sort_values("year")
    year, complete = rows["year"].to_numpy(np.int64), rows["complete"].to_numpy(bool)
    start, end = (int(year[complete].min()), int(year[complete].max())) if complete.any() else (0, 0)
    # How many periods before the last one; an incomplete year is its own key, after all others.
    key = np.where(complete, (end - year) // length, -1 - (year - year.min()))
    keys = np.concatenate([np.arange(key.max(), -1, -1), np.unique(key[key < 0])[::-1]])
    # A period of which no year is in the table still stands there, empty.
    sums = rows.assign(key=key).groupby("key")[["works", "corpus"]].sum().reindex(keys, fill_value=0)
    last = np.where(keys >= 0, end - keys * length, year.min() - 1 - keys)
    first = np.where(keys >= 0, np.maximum(start, last - length + 1), last)
    works, corpus = sums["works"].to_numpy(np.int64), sums["corpus"].to_numpy(np.int64)
    low, high = wilson(works, corpus)
    share = np.divide(works, corpus, out=np.full(len(sums), np.nan), where=corpus > 0)
    return pd.DataFrame(
        {"first": first, "last": last, "works": works, "corpus": corpus, "share": share, "low": low, "high": high,
         "complete": keys >= 0}
    )  # fmt: skip
