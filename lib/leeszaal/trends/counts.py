"""How many works a year, and which share of the corpus that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.trends.intervals import wilson
from leeszaal.trends.units import Panel, holdings, panel_of

__all__ = ["Years", "check_years", "counts_of", "pick_unit", "usable_years", "year_numbers", "yearly_counts"]

_FIRST_YEAR, _LAST_YEAR = 1500, 2200


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
    """Refuse a period that runs backwards, or a year that cannot be.

    Raises
    ------
    LeeszaalError
        When `from_year` comes after `to_year`, or either lies outside 1500 to 2200.
    """
    for name, year in (("from_year", from_year), ("to_year", to_year)):
        if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise LeeszaalError(
                f"{name} is {year}; zo’n jaar komt hier niet voor.",
                f"Geef een jaar van {_FIRST_YEAR} tot en met {_LAST_YEAR}.",
            )
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
    held = holdings(dated["work_id"], units)
    panel = panel_of(dated["year"].to_numpy(), held.held, low, high if len(dated) else low - 1)
    return counts_of(held.kind, held.unit, panel, peildatum_year)


def counts_of(kind: np.ndarray, unit: np.ndarray, panel: Panel, peildatum_year: int) -> pd.DataFrame:
    """Lay out a panel as the table that `yearly_counts` gives.

    Parameters
    ----------
    kind, unit
        (S,) what each series is of.
    panel
        Its counts.
    peildatum_year
        The year that is not complete yet.
    """
    size, span = panel.works.shape
    works, corpus = panel.works.ravel(), np.tile(panel.corpus, size)
    low, high = wilson(works, corpus)
    year = np.tile(panel.years, size).astype(np.int32)
    return pd.DataFrame(
        {
            "kind": pd.Series(np.repeat(np.asarray(kind, dtype=object), span), dtype="str"),
            "unit": pd.Series(np.repeat(np.asarray(unit, dtype=object), span), dtype="str"),
            "year": year,
            "works": works.astype(np.int32),
            "corpus": corpus.astype(np.int32),
            "share": np.divide(works, corpus, out=np.full(len(works), np.nan), where=corpus > 0),
            "low": low,
            "high": high,
            "complete": year < peildatum_year,
        }
    )


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
