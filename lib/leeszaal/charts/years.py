"""A table of years made ready for drawing, and the axes that several figures share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import write, year_ticks
from leeszaal.charts.sentences import need
from leeszaal.errors import LeeszaalError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["EDGE", "end_years", "level_lines", "one_unit", "tidy_years", "year_axis"]

EDGE = 3  # years at either end that a title compares
SHORT = 5  # fewer complete years than this are too short for a finding
FEW = 10  # fewer works than this are too few for one


def one_unit(frame: pd.DataFrame, unit: str | None, what: str) -> pd.DataFrame:
    """Return the rows of `unit`; without a `unit` column, or with one unit and None asked, all rows."""
    if "unit" not in frame.columns or frame.empty:
        return frame
    units = sorted(frame["unit"].astype(str).unique())
    if unit is None:
        if len(units) > 1:
            raise LeeszaalError(
                f"De tabel voor ‘{what}’ heeft {len(units)} eenheden, zoals {', '.join(units[:3])}.",
                "Noem er een met unit=….",
            )
        return frame
    return frame[frame["unit"].astype(str) == unit]


def tidy_years(frame: pd.DataFrame, columns: Sequence[str], until: dt.date | None, what: str) -> pd.DataFrame:
    """Return `frame` by year with a column ``complete``; a year that stands there twice is an error.

    Without that column the last year is incomplete when `until` falls in it before 31 December.
    """
    need(frame, ["year", *columns], what)
    tidy = frame.copy()
    if tidy["year"].isna().any():
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ hebben {int(tidy['year'].isna().sum())} rijen geen jaar.",
            "Laat die rijen weg en noem hun aantal in de tekst.",
        )
    tidy["year"] = tidy["year"].astype(int)
    double = tidy["year"][tidy["year"].duplicated()]
    if len(double):
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ staat het jaar {int(double.iloc[0])} meer dan een keer in de tabel.",
            "Geef de rijen van één thema of onderwerp, met één rij per jaar.",
        )
    for column in columns:
        if tidy[column].isna().any() or (tidy[column] < 0).any():
            year = int(tidy.loc[tidy[column].isna() | (tidy[column] < 0), "year"].iloc[0])
            raise LeeszaalError(
                f"Voor de figuur ‘{what}’ klopt de kolom ‘{column}’ in {year} niet: leeg of kleiner dan 0.",
                "Reken de tabel opnieuw uit met: leeszaal trends",
            )
    tidy = tidy.sort_values("year", ignore_index=True)
    if "complete" not in tidy.columns:
        early = until is not None and (until.month, until.day) != (12, 31)
        tidy["complete"] = [not (early and until is not None and y >= until.year) for y in tidy["year"]]
    tidy["complete"] = tidy["complete"].astype(bool)
    return tidy


def end_years(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the first and the last rows that a title compares: three each, fewer when they would meet."""
    edge = max(1, min(EDGE, len(frame) // 2))
    return frame.head(edge), frame.tail(edge)


def level_lines(axes: Axes, levels: Sequence[float], labels: Sequence[str], left: float) -> None:
    """Draw thin horizontal lines with their values at the left; the zero line is dark."""
    for level, label in zip(levels, labels, strict=True):
        zero = level == 0
        axes.axhline(level, color=style.GREY if zero else style.GRID, linewidth=0.9 if zero else 0.7, zorder=0)
        write(
            axes,
            0,
            level,
            label,
            shift=(-left, 0),
            across="right",
            colour=style.SECONDARY,
            size=style.SMALL,
            where=axes.get_yaxis_transform(),
        )


def year_axis(axes: Axes, first: int, last: int, size: float = style.SMALL, most: int = 7, drop: float = 6) -> None:
    """Write the years under the axes."""
    for year in year_ticks(first, last, most):
        write(
            axes,
            year,
            0,
            str(year),
            shift=(0, -drop),
            across="center",
            up="top",
            colour=style.SECONDARY,
            size=size,
            where=axes.get_xaxis_transform(),
        )
