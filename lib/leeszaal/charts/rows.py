"""What the sorted figures share: a checked table, a scale, and a sheet with one row a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import clean, lattice, sheet, text_width
from leeszaal.charts.figure import FORMATS
from leeszaal.charts.hover import name_area
from leeszaal.charts.sentences import need, say
from leeszaal.errors import LeeszaalError, nearest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

__all__ = [
    "FOOT",
    "HEAD",
    "LEFT_MOST",
    "ROW",
    "bare_name",
    "check_unit",
    "checked_rows",
    "format_value",
    "missing_note",
    "nouns_of",
    "row_mark",
    "row_stage",
    "scale_between",
]

ROW, HEAD, FOOT, LEFT_MOST = 15.5, 20.0, 6.0, 150.0


def nouns_of(noun: tuple[str, str] | None, lang: str) -> tuple[str, str]:
    """Return singular and plural of what a row is; municipality when nothing is given."""
    return noun or (("gemeente", "gemeenten") if lang == "nl" else ("municipality", "municipalities"))


def bare_name(measure: str) -> str:
    """Return the name of a measure without its article, with a capital: "de opkomst" is "Opkomst"."""
    name = clean(measure)
    for article in ("de ", "het ", "the "):
        name = name.removeprefix(article)
    return name[:1].upper() + name[1:]


def checked_rows(frame: pd.DataFrame, columns: Sequence[str], what: str) -> pd.DataFrame:
    """Return names and numbers of `frame`; a name that stands there twice is an error."""
    need(frame, ["name", *columns], what)
    rows = frame[["name", *columns]].copy()
    rows["name"] = [clean(n) for n in rows["name"]]
    twice = rows["name"][rows["name"].duplicated()]
    if len(twice):
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ staat ‘{twice.iloc[0]}’ twee keer in de tabel.",
            "Geef één rij per naam.",
        )
    for column in columns:
        rows[column] = pd.to_numeric(rows[column]).astype(float)
        if np.isinf(rows[column]).any():
            raise LeeszaalError(f"Voor de figuur ‘{what}’ staat in ‘{column}’ een oneindig getal.", "Herstel de tabel.")
    return rows


def format_value(unit: str, value: float, lang: str) -> str:
    """Write a value in its unit."""
    return FORMATS[unit](value, lang)


def check_unit(unit: str) -> None:
    """Refuse a unit that does not exist."""
    if unit not in FORMATS or unit == "text":
        raise ValueError(f"unknown unit {unit!r}. {nearest(unit, FORMATS)}")


def missing_note(missing: int, lang: str) -> str:
    """Return what the subtitle says about rows without a figure."""
    return (
        ""
        if not missing
        else say(lang, f"; {missing} zonder cijfer niet getekend", f"; {missing} without a figure not drawn")
    )


def scale_between(values: np.ndarray, left: float, right: float) -> tuple[float, float]:
    """Return slope and start of a scale from `left` to `right`; from zero when the values come near it."""
    low, high = float(values.min()), float(values.max())
    if 0 <= low < 0.4 * high:
        low = 0.0
    room = high - low or abs(high) or 1.0
    return (right - left) / room, left - low * (right - left) / room


def row_mark(axes: Axes, name: str, y: float) -> None:
    """Say that the whole row at height `y`, with its label and value, stands for `name`."""
    name_area(axes, name, 0, y - ROW / 2, style.WIDTH, ROW)


def row_stage(names: Sequence[str], value_width: float, foot: float = 0) -> tuple[Sheet, Axes, float, float, float]:
    """Return a sheet for so many rows, axes in points, its height, and the left and right of the values."""
    height = HEAD + ROW * len(names) + FOOT + foot
    drawing = sheet(height)
    left = min(max(text_width(n, style.SMALL) for n in names), LEFT_MOST) + 14
    return drawing, lattice(drawing), height, left, style.WIDTH - value_width - 12
