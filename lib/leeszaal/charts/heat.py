"""A grid of themes by period, with the number in each cell."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import lattice, sheet, text_width, wrap, write
from leeszaal.charts.figure import Figure
from leeszaal.charts.hover import name_mark
from leeszaal.charts.sentences import fit_alt, fit_title, need, say, shorten, until_label
from leeszaal.charts.years import tidy_years
from leeszaal.errors import LeeszaalError
from leeszaal.works.numbers import format_list, format_number, format_percent, format_years

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["cell_colour", "heat_map"]

MOST_COLUMNS = 10
_SHORT = {"maart": "mrt", "onvolledig": "deels", "incomplete": "part"}
_STEP = 0.65  # of the highest value: from here on the cells are dark


def cell_colour(value: float, highest: float) -> str:
    """Return the ground of a cell: white at nothing, the deepest colour of the palette at the highest value.

    The middle tones on which neither dark nor white text keeps 4.5:1 are left out, so the scale makes one
    step there.
    """
    if not highest > 0 or not value > 0:
        return style.PAPER
    level = min(value / highest, 1.0)
    dark_ends, white_starts = _tones()
    if level < _STEP:
        share = 0.06 + (dark_ends - 0.06) * level / _STEP
    else:
        share = white_starts + (1 - white_starts) * (level - _STEP) / (1 - _STEP)
    return style.blend(style.PALETTE[0], share)


@functools.cache
def _tones() -> tuple[float, float]:
    """Return the deepest tint that dark text can stand on and the lightest one for white text (4.6:1)."""
    tints = [i / 200 for i in range(201)]
    dark = max(t for t in tints if style.contrast(style.INK, style.blend(style.PALETTE[0], t)) >= 4.6)
    white = min(t for t in tints if style.contrast(style.PAPER, style.blend(style.PALETTE[0], t)) >= 4.6)
    return dark, white


def heat_map(
    frame: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    *,
    source: str,
    measure: str = "works",
    from_year: int | None = None,
    to_year: int | None = None,
    period: int | None = None,
    noun: tuple[str, str] | None = None,
    until: dt.date | None = None,
    slug: str = "raster",
    lang: str = "nl",
) -> Figure:
    """Draw themes by period as a grid, most works on top, the number in each cell.

    Parameters
    ----------
    frame
        One row a unit and year: ``unit``, ``year``, ``works``, optionally ``corpus`` (needed for shares),
        ``complete``.
    names
        Unit to its name; a unit without one keeps its identifier.
    source
        See `leeszaal.charts.source_line`.
    measure
        ``"works"`` (a number) or ``"share"`` (of all works).
    from_year, to_year
        The period of the columns, both included; that of the rows by default.
    period
        Years in a column; by default as few as give ten columns or fewer.
    noun, until, slug, lang
        As for `small_multiples`.

    Notes
    -----
    A year of the period that a unit has no row for counts as no works; for shares it is unknown (a dash).
    """
    what = say(lang, "raster van thema’s en jaren", "grid of themes and years")
    if measure not in ("works", "share"):
        raise ValueError(f"measure is 'works' or 'share', not {measure!r}")
    counted = ["works"] if measure == "works" else ["works", "corpus"]
    need(frame, ["unit", "year", *counted], what)
    start = int(frame["year"].min()) if from_year is None else from_year
    end = int(frame["year"].max()) if to_year is None else to_year
    if start > end:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ ligt het eerste jaar ({start}) na het laatste ({end}).",
            "Kies een vroeger eerste jaar.",
        )
    frame = need(frame[frame["year"].between(start, end)], [], what)
    one, _ = noun or (("thema", "thema’s") if lang == "nl" else ("theme", "themes"))
    rows = {
        str(u): tidy_years(part, counted, until, what)
        for u, part in frame.groupby(frame["unit"].astype(str), sort=True)
    }
    order = sorted(rows, key=lambda u: (-int(rows[u]["works"].sum()), u))
    columns = _columns(start, end, rows, period, until, lang)
    numbers = np.full((len(order), len(columns)), np.nan)
    for i, unit in enumerate(order):
        for j, (_, first, last, _) in enumerate(columns):
            part = rows[unit][rows[unit]["year"].between(first, last)]
            below = 1 if measure == "works" else int(part["corpus"].sum())
            numbers[i, j] = int(part["works"].sum()) / below if below else np.nan
    labels = [(names or {}).get(u, u) for u in order]
    heads = [c[0] for c in columns]
    table = pd.DataFrame(numbers, columns=heads)
    if measure == "works":
        table = table.astype("Int64")
    table.insert(0, one.capitalize(), labels)
    whole = format_years(start, end)
    tail = "" if all(c[3] for c in columns) else "; " + until_label(until, lang) + f": {columns[-1][1]}"
    unit_text = (
        say(lang, "Aantal werken", "Number of works")
        if measure == "works"
        else say(lang, "Aandeel van alle werken", "Share of all works")
    )
    return Figure(
        slug=slug,
        title=_title(numbers, labels, columns, measure, lang),
        subtitle=say(
            lang,
            f"{unit_text} per {one} en periode, {whole}; donkerder is meer{tail}",
            f"{unit_text} per {one} and period, {whole}; darker is more{tail}",
        ),
        alt=_alt(numbers, labels, columns, measure, one, lang),
        source=source,
        table=table,
        drawing=partial(_draw, numbers, labels, columns, measure, lang),
        caption=say(lang, f"{unit_text} per {one} en periode", f"{unit_text} per {one} and period"),
        formats=dict.fromkeys(heads, "number" if measure == "works" else "percent1"),
        lang=lang,
    )


Column = tuple[str, int, int, bool]  # its name, first and last year, complete


def _columns(
    start: int,
    end: int,
    rows: Mapping[str, pd.DataFrame],
    period: int | None,
    until: dt.date | None,
    lang: str,
) -> list[Column]:
    early = until is not None and (until.month, until.day) != (12, 31)
    open_years = {int(y) for r in rows.values() for y in r.loc[~r["complete"], "year"]}
    if early and until is not None:
        open_years |= set(range(max(start, until.year), end + 1))
    full = [y for y in range(start, end + 1) if y not in open_years]
    length = period if period is not None else max(1, -(-len(full) // MOST_COLUMNS))
    if length < 1:
        raise ValueError(f"a period is 1 year or longer, not {length}")
    found: list[Column] = []
    # Counted back from the last complete year, so that the newest period is a whole one.
    for last in reversed(range(full[-1], full[0] - 1, -length) if full else range(0)):
        first = max(full[0], last - length + 1)
        found.append((format_years(first, last), first, last, True))
    for year in sorted(open_years):
        found.append((f"{year} {until_label(until, lang)}", year, year, False))
    return found


def _value(value: float, measure: str, lang: str) -> str:
    return format_number(value, 0, lang) if measure == "works" else format_percent(value, 1, lang)


def _title(numbers: np.ndarray, labels: list[str], columns: list[Column], measure: str, lang: str) -> str:
    full = [j for j, c in enumerate(columns) if c[3]] or list(range(len(columns)))
    part = numbers[:, full]
    if not np.nansum(part) > 0:
        return say(
            lang,
            "In deze periode zijn er geen werken over deze thema’s",
            "There are no works on these themes in this period",
        )
    best = np.nanmax(part)
    cells = [(int(i), full[int(j)]) for i, j in np.argwhere(part == best)]
    value = _value(best, measure, lang) + (
        say(lang, " werk" if best == 1 else " werken", " work" if best == 1 else " works") if measure == "works" else ""
    )
    if len(cells) > 3:
        return say(
            lang,
            f"De aandacht is verspreid: geen enkele cel telt meer dan {value}",
            f"Attention is spread: no cell has more than {value}",
        )
    units = sorted({i for i, _ in cells})
    if len(units) == 1:
        periods = format_list([columns[j][0] for _, j in cells], lang)
        return fit_title(
            [
                lambda n: say(
                    lang,
                    f"De meeste aandacht krijgt {n}, in {periods}: {value}",
                    f"{n} gets most attention, in {periods}: {value}",
                ),
                lambda n: say(lang, f"{n} piekt in {periods} met {value}", f"{n} peaks in {periods} at {value}"),
            ],
            labels[units[0]],
        )
    return fit_title(
        [
            lambda *n: say(
                lang,
                f"{format_list(n, lang)} pieken het hoogst, met {value}",
                f"{format_list(n, lang)} peak highest, at {value}",
            )
        ],
        *[labels[i] for i in units],
    )


def _alt(numbers: np.ndarray, labels: list[str], columns: list[Column], measure: str, one: str, lang: str) -> str:
    kind = say(
        lang,
        f"Raster, {len(labels)} × {len(columns)}: {one} en periode, {columns[0][0]} tot {columns[-1][0]}.",
        f"Grid, {len(labels)} × {len(columns)}: {one} by period, {columns[0][0]} to {columns[-1][0]}.",
    )
    needed, extra = [kind], []
    if np.nansum(numbers) > 0:
        i, j = (int(v) for v in np.unravel_index(int(np.nanargmax(numbers)), numbers.shape))
        value = _value(numbers[i, j], measure, lang)
        needed.append(
            say(
                lang,
                f"Piek: {shorten(labels[i], 50)} in {columns[j][0]}, {value}.",
                f"Peak: {shorten(labels[i], 50)} in {columns[j][0]}, {value}.",
            )
        )
        zero = int(np.sum(numbers == 0))
        cells = say(lang, "cel" if zero == 1 else "cellen", "cell" if zero == 1 else "cells")
        extra.append(say(lang, f"{zero} {cells} zonder werken.", f"{zero} {cells} without works."))
    extra.append(
        say(
            lang,
            "In elke cel staat het getal; donkerder is meer.",
            "Each cell has its number; darker is more.",
        )
    )
    return fit_alt(needed, extra)


def _draw(numbers: np.ndarray, labels: list[str], columns: list[Column], measure: str, lang: str) -> Sheet:
    from matplotlib.patches import Rectangle

    size = style.SMALL
    widest = max(text_width(label, size) for label in labels)
    left = min(widest + 12, 150.0)
    lines = [wrap(label, left - 8, size) for label in labels]
    cell = min((style.WIDTH - left) / len(columns), 72.0)
    row = 24.0 if all(len(x) == 1 for x in lines) else 27.0
    heads = [_head(c, cell, until_size=size - 1) for c in columns]
    head = 12.0 * max(len(h) for h in heads) + 6
    height = head + row * len(labels) + 2
    drawing = sheet(height)
    axes = lattice(drawing)
    highest = float(np.nanmax(numbers)) if np.isfinite(numbers).any() else 0.0
    digits = 0 if measure == "works" or cell < 40 else 1
    for j, names in enumerate(heads):
        write(
            axes,
            left + (j + 0.5) * cell,
            height - head + 4,
            names,
            across="center",
            up="bottom",
            size=size - 1,
            colour=style.SECONDARY,
        )
    for i, name in enumerate(lines):
        middle = height - head - (i + 0.5) * row
        write(axes, left - 8, middle, name, across="right", size=size)
        for j in range(len(columns)):
            value = numbers[i, j]
            ground = cell_colour(value, highest)
            cell_drawn = axes.add_patch(
                Rectangle(
                    (left + j * cell + 0.75, middle - row / 2 + 0.75),
                    cell - 1.5,
                    row - 1.5,
                    facecolor=ground,
                    edgecolor=style.GRID if ground == style.PAPER else "none",
                    linewidth=0.6,
                )
            )
            name_mark(cell_drawn, f"{labels[i]}, {columns[j][0]}")
            number = value if measure == "works" else value * 100
            text = format_number(number, digits, lang)
            write(
                axes,
                left + (j + 0.5) * cell,
                middle,
                text,
                across="center",
                size=size,
                colour=style.ink_on(ground),
            )
    return drawing


def _head(column: Column, width: float, until_size: float) -> list[str]:
    """Return the name of a column in one, two or three lines."""
    name, first, last, complete = column
    if not complete:
        words = name.removeprefix(f"{first} ").split(" ")
        if text_width(words[-1], until_size) > width:  # "oktober" in a narrow column
            words[-1] = _SHORT.get(words[-1], words[-1][:3])
        return [str(first), *wrap(" ".join(words), width, until_size)]
    if text_width(name, until_size) <= width - 4:
        return [name]
    return [f"{first}–", str(last)]
