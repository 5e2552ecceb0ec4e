"""How many works a year, and which share of the corpus that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.trends.intervals import wilson

__all__ = ["Years", "check_years", "pick_unit", "usable_years", "year_numbers", "yearly_counts"]

_FIRST_YEAR = 1500


@dataclass(frozen=True)
class Years:
    """The works that can be placed in time.

    Attributes
    ----------
    works
        `work_id` and `year` (int64), one row a work with a year that is possible.
    without
        Works without a year.
    future
        Works dated after the year of the peildatum, left out.
    """

    works: pd.DataFrame
    without: int
    future: int


def check_years(from_year: int | None, to_year: int | None) -> None:
    """Refuse a period that runs backwards.

    Raises
    ------
    LeeszaalError
        When `from_year` comes after `to_year`.
    """
    if from_year is not None and to_year is not None and from_year > to_year:
        raise LeeszaalError(
            f"De periode begint in {from_year} en eindigt in {to_year}: dat is andersom.",
            "Zet bij from_year het eerste jaar en bij to_year het laatste.",
        )


def year_numbers(years: pd.Series) -> np.ndarray:
    """Return years as whole numbers, 0 where there is none or it is before 1500; later than today is possible.

    Examples
    --------
    >>> year_numbers(pd.Series([2020, None, 12, 20019], dtype=object)).tolist()
    [2020, 0, 0, 20019]
    """
    year = pd.to_numeric(years, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(year) & (year >= _FIRST_YEAR), np.nan_to_num(year), 0).astype(np.int64)


def usable_years(works: pd.DataFrame, peildatum_year: int) -> Years:
    """Return the works with a year from 1500 to the year of the peildatum, and count the others.

    Parameters
    ----------
    works
        `work_id` and `year` (number or missing).
    peildatum_year
        The year in which the newest evidence was gathered.
    """
    year = year_numbers(works["year"])
    known, later = year > 0, year > peildatum_year
    kept = known & ~later
    frame = pd.DataFrame({"work_id": works.loc[kept, "work_id"].to_numpy(), "year": year[kept]})
    return Years(frame, int((~known).sum()), int(later.sum()))


def yearly_counts(
    works: pd.DataFrame,
    units: pd.DataFrame,
    *,
    peildatum_year: int,
    from_year: int | None = None,
    to_year: int | None = None,
) -> pd.DataFrame:
    """Count the works of each unit in each year, beside the whole corpus of that year.

    Every year from the first to the last is there, also those without works, and every unit in every year.

    Parameters
    ----------
    works
        `work_id`, `year`; the corpus. Works without a possible year do not count (`usable_years` says how
        many).
    units
        `kind`, `unit`, `work_id`: which works a unit holds; doubles count once, works outside `works` not at
        all.
    peildatum_year
        The year in which the newest evidence was gathered: it is not complete yet.
    from_year, to_year
        The period, both years included; by default all years in which there are works.

    Returns
    -------
    DataFrame
        `kind`, `unit`, `year`, `works`, `corpus`, `share`, `low`, `high` (95 % interval of the share),
        `complete`; empty when no work has a year in the period.
    """
    check_years(from_year, to_year)
    dated = usable_years(works, peildatum_year).works
    low = from_year if from_year is not None else (int(dated["year"].min()) if len(dated) else 0)
    high = to_year if to_year is not None else (int(dated["year"].max()) if len(dated) else -1)
    dated = dated[dated["year"].between(low, high)]
    pairs = units[["kind", "unit"]].drop_duplicates().sort_values(["kind", "unit"])
    years = np.arange(low, high + 1) if len(dated) else np.array([], dtype=np.int64)
    corpus = dated.groupby("year").size().reindex(years, fill_value=0)
    merged = units[["kind", "unit", "work_id"]].drop_duplicates().merge(dated, on="work_id")
    found = merged.groupby(["kind", "unit", "year"]).size().rename("works").reset_index()
    kinds = [str(kind) for kind in pairs["kind"]]
    names = [str(unit) for unit in pairs["unit"]]
    rows = len(names) * len(years)
    frame = pd.DataFrame(
        {
            "kind": pd.Series(np.repeat(np.array(kinds, dtype=object), len(years)), dtype="str"),
            "unit": pd.Series(np.repeat(np.array(names, dtype=object), len(years)), dtype="str"),
            "year": np.tile(years, len(names)).astype(np.int32),
            "corpus": np.tile(corpus.to_numpy(dtype=np.int32), len(names)),
        }
    )
    found = found.astype({"kind": frame["kind"].dtype, "unit": frame["unit"].dtype, "year": np.int32})
    frame = frame.merge(found, on=["kind", "unit", "year"], how="left", validate="one_to_one")
    frame["works"] = frame["works"].fillna(0).astype(np.int32)
    frame = frame[["kind", "unit", "year", "works", "corpus"]]
    n = frame["corpus"].to_numpy(dtype=np.float64)
    frame["share"] = np.divide(frame["works"].to_numpy(np.float64), n, out=np.full(rows, np.nan), where=n > 0)
    frame["low"], frame["high"] = wilson(frame["works"].to_numpy(), n)
    frame["complete"] = (frame["year"] < peildatum_year).to_numpy(dtype=bool)
    return frame


def pick_unit(counts: pd.DataFrame, unit: str, kind: str | None = None) -> pd.DataFrame:
    """Return the rows of one unit of a table with `kind` and `unit`.

    Raises
    ------
    LeeszaalError
        When it is not there; names the nearest one.
    """
    rows = counts if kind is None else counts[counts["kind"] == kind]
    found = rows[rows["unit"] == unit]
    if found.empty:
        what = {"theme": "thema", "label": "subthema", "topic": "onderwerp"}.get(kind or "", "thema of onderwerp")
        raise LeeszaalError(
            f"Over ‘{unit}’ zijn geen cijfers: dat {what} is er niet.", nearest(unit, map(str, rows["unit"]))
        )
    return found.reset_index(drop=True)
