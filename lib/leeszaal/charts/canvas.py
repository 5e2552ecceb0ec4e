"""A sheet measured in points, with the few marks that the figures are made of.

Every line of text is an object of its own, anchored where it belongs: text in an SVG is set by the reader's
machine in the reader's font, so only its anchor is ours.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from leeszaal.charts import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

__all__ = [
    "clean",
    "lattice",
    "leading",
    "panel",
    "rows_of",
    "sheet",
    "text_width",
    "ticks",
    "wrap",
    "write",
    "year_ticks",
]

HALF = Literal["left", "center", "right"]
_UNFIT = ("Cc", "Cs", "Zl", "Zp")


def clean(text: object) -> str:
    r"""Return `text` on one line, without the control characters that XML cannot hold.

    Examples
    --------
    >>> clean("a\x00b\n c")
    'a b c'
    """
    kept = "".join(" " if unicodedata.category(c) in _UNFIT or c in "\ufffe\uffff" else c for c in str(text))
    return " ".join(part for part in kept.split(" ") if part)


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float = style.SIZE, bold: bool = False) -> float:
    """Return the width of `text` in points, set in the layout font."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(
        family=[style.LAYOUT_FONT], size=size, weight="bold" if bold else "normal", style="normal", variant="normal",
        stretch="normal",
    )  # fmt: skip
    with style.quiet():
        return float(text_to_path.get_text_width_height_descent(text or " ", font, ismath=False)[0])


def leading(size: float) -> float:
    """Return the distance between two lines of text of this size, in points."""
    return size * 1.25


def wrap(text: str, width: float, size: float = style.SIZE, bold: bool = False, most: int = 2) -> list[str]:
    """Break `text` into at most `most` lines of `width` points; what does not fit ends in an ellipsis.

    The whole text always stands in the table of the figure.
    """
    lines: list[str] = []
    words = clean(text).split(" ")
    while words:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size, bold) <= width:
            line = f"{line} {words.pop(0)}"
        last = len(lines) == most - 1
        if text_width(line, size, bold) > width or (last and words):
            whole = " ".join([line, *words]) if last else line
            line = _cut(whole, width, size, bold)
        lines.append(line)
        if last:
            break
    return lines


def _cut(text: str, width: float, size: float, bold: bool) -> str:
    if text_width(text, size, bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + "…", size, bold) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" ,;:-") + "…"


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """Return the rows as tuples with the columns as attributes, of whatever type the columns are."""
    return list(frame.itertuples(index=False))


def sheet(height: float, width: float = style.WIDTH) -> Sheet:
    """Return an empty sheet of `width` by `height` points."""
    from matplotlib.figure import Figure as Sheet

    return Sheet(figsize=(width / 72, height / 72), dpi=72)


def panel(drawing: Sheet, left: float, bottom: float, width: float, height: float) -> Axes:
    """Add axes without frame or ticks at a place given in points."""
    whole = drawing.get_size_inches() * 72
    axes = drawing.add_axes((left / whole[0], bottom / whole[1], width / whole[0], height / whole[1]))
    axes.set_axis_off()
    return axes


def lattice(drawing: Sheet) -> Axes:
    """Add axes over the whole sheet; their coordinates are points, from the lower left corner."""
    whole = drawing.get_size_inches() * 72
    axes = panel(drawing, 0, 0, whole[0], whole[1])
    axes.set_xlim(0, whole[0])
    axes.set_ylim(0, whole[1])
    return axes


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str | Sequence[str],
    *,
    shift: tuple[float, float] = (0, 0),
    size: float = style.SIZE,
    colour: str = style.INK,
    bold: bool = False,
    across: HALF = "left",
    up: Literal["top", "center", "bottom"] = "center",
    where: Any = None,
    ground: str | None = None,
) -> None:
    """Write one line, or several under each other, at data position (`x`, `y`) moved by `shift` points.

    Parameters
    ----------
    axes, x, y
        Where.
    text
        The line or lines.
    shift
        To the right and up, in points.
    size, colour, bold
        How.
    across, up
        Which side of the text stands at the point.
    where
        The coordinate system of `x` and `y`; that of the data by default.
    ground
        Colour of a plate behind the text, or None.
    """
    lines = [text] if isinstance(text, str) else list(text)
    step = leading(size)
    # Distance from the anchor to the middle of the first line; lines are then centred on their own middle.
    first = {"top": -step / 2, "center": step * (len(lines) - 1) / 2, "bottom": step * (len(lines) - 0.5)}[up]
    for i, line in enumerate(lines):
        plate = None if ground is None else {"facecolor": ground, "edgecolor": "none", "pad": 1.2}
        axes.annotate(
            clean(line),
            (x, y),
            xycoords=where if where is not None else "data",
            xytext=(shift[0], shift[1] + first - i * step),
            textcoords="offset points",
            ha=across,
            va="center",
            fontsize=size,
            color=colour,
            fontweight="bold" if bold else "normal",
            annotation_clip=False,
            bbox=plate,
        )


def ticks(highest: float, most: int = 4, whole: bool = False) -> list[float]:
    """Return round values from 0 up to at least `highest`, at most `most` steps.

    Examples
    --------
    >>> ticks(47), ticks(3, whole=True)
    ([0.0, 20.0, 40.0, 60.0], [0.0, 1.0, 2.0, 3.0])
    """
    highest = max(float(highest), 1e-9)
    power = 10.0 ** float(np.floor(np.log10(highest / most)))
    step = next(power * m for m in (1, 2, 2.5, 5, 10, 20) if power * m * most >= highest * (1 - 1e-9))
    if whole:
        step = max(1.0, step if step == round(step) else float(np.ceil(step)))
    count = int(np.ceil(highest / step - 1e-9))
    return [round(step * i, 12) for i in range(max(count, 1) + 1)]


def year_ticks(first: int, last: int, most: int = 7) -> list[int]:
    """Return the years to print under an axis: the first, the last, and round ones between them.

    Examples
    --------
    >>> year_ticks(2003, 2025)
    [2003, 2010, 2015, 2020, 2025]
    """
    if last - first < most:
        return list(range(first, last + 1))
    step = next(s for s in (2, 5, 10, 20, 25, 50, 100, 200, 500) if (last - first) / s <= most - 1)
    room = (last - first) / 10
    between = [y for y in range(first - first % step, last, step) if y - first >= room and last - y >= room]
    return [first, *between, last]
