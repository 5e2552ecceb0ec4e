"""Sorted lines: the change of each name from one moment to another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import HALF, clean, rows_of, text_width, wrap, write
from leeszaal.charts.figure import Figure
from leeszaal.charts.rows import (
    FOOT,
    HEAD,
    LEFT_MOST,
    ROW,
    bare_name,
    check_unit,
    checked_rows,
    format_value,
    missing_note,
    nouns_of,
    row_mark,
    row_stage,
    scale_between,
)
from leeszaal.charts.sentences import fit_alt, fit_title, say, shorten
from leeszaal.errors import LeeszaalError

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["change_plot"]


def change_plot(
    frame: pd.DataFrame,
    measure: str,
    *,
    source: str,
    labels: tuple[str, str],
    unit: str = "percent1",
    noun: tuple[str, str] | None = None,
    slug: str = "verandering",
    lang: str = "nl",
) -> Figure:
    """Draw the change of each name from one moment to another, the largest rise on top.

    Parameters
    ----------
    frame
        ``name``, ``before``, ``after`` (shares for the percent units). A row that misses one is counted, not
        drawn.
    measure
        What changes, singular and with its article: "de opkomst".
    source
        See `leeszaal.charts.source_line`.
    labels
        The two moments: ("2018", "2022").
    unit, noun, slug, lang
        As for `dot_plot`.
    """
    what = say(lang, "verandering", "change")
    if len({str(text) for text in labels}) < 2:
        raise ValueError(f"the two moments need different labels, not {labels}")
    check_unit(unit)
    rows = checked_rows(frame, ["before", "after"], what)
    one, many = nouns_of(noun, lang)
    rows["change"] = (rows["after"] - rows["before"]).round(12)
    rows = rows.sort_values(["change", "name"], ascending=[False, True], na_position="last", ignore_index=True)
    known = rows[rows["change"].notna()]
    if known.empty:
        raise LeeszaalError(f"Voor de figuur ‘{what}’ heeft geen enkele rij twee waarden.", "Controleer de tabel.")
    up, down = int((known["change"] > 0).sum()), int((known["change"] < 0).sum())
    n, same = len(known), len(known) - up - down
    name, bare = clean(measure), bare_name(measure)

    def title() -> str:
        if n == 1:
            verb = say(
                lang,
                "stijgt" if up else "daalt" if down else "blijft gelijk",
                "rises" if up else "falls" if down else "stays the same",
            )
            return fit_title(
                lambda m, x: say(lang, f"In {x} {verb} {m}", f"In {x} {m} {verb}"),
                name,
                str(known["name"].iloc[0]),
            )
        if same == n:
            return fit_title(
                lambda m: say(lang, f"In alle {n} {many} blijft {m} gelijk", f"In all {n} {many} {m} stays the same"),
                name,
            )
        if up == n or down == n:
            verb = say(lang, "stijgt" if up else "daalt", "rises" if up else "falls")
            return fit_title(
                lambda m: say(lang, f"In alle {n} {many} {verb} {m}", f"In all {n} {many} {m} {verb}"), name
            )
        verbs = [(down, say(lang, "daalt", "falls")), (up, say(lang, "stijgt", "rises"))]
        (most, verb), (least, other) = verbs if down >= up else verbs[::-1]
        if least == 0:
            return fit_title(
                lambda m: say(
                    lang, f"{m} {verb} in {most} van de {n} {many}", f"{m} {verb} in {most} of the {n} {many}"
                ),
                name,
            )
        return fit_title(
            lambda m: say(
                lang,
                f"{m} {verb} in {most} van de {n} {many} en {other} in {least}",
                f"{m} {verb} in {most} of the {n} {many} and {other} in {least}",
            ),
            name,
        )

    top, end = (
        f"{shorten(r['name'], 30)}, {_signed(unit, r['change'], lang)}" for r in (known.iloc[0], known.iloc[-1])
    )
    where = f"{shorten(name, 40)} in {n} {one if n == 1 else many}"
    alt = fit_alt(
        [
            say(
                lang,
                f"Verandering van {where}, {labels[0]} tot {labels[1]}: stijging in {up}, daling in {down}.",
                f"Change of {where}, {labels[0]} to {labels[1]}: a rise in {up}, a fall in {down}.",
            ),
            say(lang, f"Bovenaan {top}; onderaan {end}.", f"At the top {top}; at the bottom {end}."),
        ],
        [
            say(
                lang,
                "Een streep loopt van de eerste naar de tweede waarde.",
                "A line runs from the first to the second value.",
            )
        ],
    )
    columns = [one.capitalize(), str(labels[0]), str(labels[1]), say(lang, "Verandering", "Change")]
    points = say(lang, " in procentpunten", " in percentage points") if unit.startswith("percent") else ""
    formats = dict(zip(columns[1:], (unit, unit, unit.replace("percent", "number")), strict=True))
    table = rows.assign(change=rows["change"] * 100) if points else rows
    return Figure(
        slug=slug,
        title=title(),
        subtitle=say(
            lang,
            f"{bare} per {one}, van {labels[0]} (open) naar {labels[1]} (dicht); rechts het verschil{points}",
            f"{bare} per {one}, {labels[0]} (open) to {labels[1]} (filled); right: the change{points}",
        )
        + missing_note(len(rows) - n, lang),
        alt=alt,
        source=source,
        table=table.set_axis(columns, axis=1),
        drawing=partial(_draw_change, known, unit, labels, lang),
        caption=say(lang, f"Verandering van {name}", f"Change of {name}"),
        formats=formats,
        lang=lang,
    )


def _signed(unit: str, change: float, lang: str) -> str:
    """Return a change with its sign: in percentage points for shares."""
    share = unit.startswith("percent")
    text = format_value(unit.replace("percent", "number") if share else unit, change * 100 if share else change, lang)
    return ("+" if change > 0 and text.strip("0,.") else "") + text


def _draw_change(known: pd.DataFrame, unit: str, labels: tuple[str, str], lang: str) -> Sheet:
    texts = [_signed(unit, v, lang) for v in known["change"]]
    foot = 12.0
    drawing, axes, height, left, right = row_stage(
        list(known["name"]), max(text_width(t, style.SMALL, True) for t in texts) + 12, foot
    )
    values = known[["before", "after"]].to_numpy(float)
    slope, start = scale_between(values.ravel(), left + 4, right - 4)
    for i, (row, text) in enumerate(zip(rows_of(known), texts, strict=True)):
        y = height - HEAD - (i + 0.5) * ROW
        colour = style.PALETTE[1] if row.change > 0 else style.PALETTE[2] if row.change < 0 else style.SECONDARY
        row_mark(axes, row.name, y)
        a, b = start + slope * row.before, start + slope * row.after
        axes.plot([left, right], [y, y], color=style.GRID, linewidth=0.7, zorder=0)
        axes.plot(
            [a, b],
            [y, y],
            color=colour,
            linewidth=2.0,
            zorder=2,
            solid_capstyle="butt",
            linestyle="-" if row.change >= 0 else style.DASHES[2],
        )
        axes.plot(
            [a],
            [y],
            "o",
            markersize=5.5,
            markerfacecolor=style.PAPER,
            markeredgecolor=colour,
            markeredgewidth=1.3,
            zorder=3,
        )
        axes.plot(
            [b],
            [y],
            style.MARKERS[0] if row.change >= 0 else style.MARKERS[1],
            markersize=6,
            color=colour,
            zorder=4,
        )
        write(
            axes,
            left - 9,
            y,
            wrap(row.name, LEFT_MOST, style.SMALL, most=1)[0],
            across="right",
            size=style.SMALL,
        )
        write(axes, style.WIDTH - 2, y, text, across="right", size=style.SMALL, colour=colour, bold=True)
    ends = start + slope * values[0]
    rooms = [(labels[0], ends[0]), (labels[1], ends[1])]
    sides: tuple[HALF, HALF] = ("center", "center")
    if abs(ends[0] - ends[1]) < max(text_width(str(t), style.SMALL) for t in labels) + 6:
        way = 1 if ends[1] >= ends[0] else -1
        rooms = [(labels[0], ends[0] - way * 3), (labels[1], ends[1] + way * 3)]
        sides = ("right", "left") if way > 0 else ("left", "right")
    for (text, x), side in zip(rooms, sides, strict=True):
        write(
            axes,
            x,
            height - HEAD + 2,
            str(text),
            across=side,
            up="bottom",
            size=style.SMALL,
            colour=style.SECONDARY,
        )
    levels = _marks(values)
    step = (levels[1] - levels[0]) * (100 if unit.startswith("percent") else 1) if len(levels) > 1 else 1.0
    plain = unit.removesuffix("1") if abs(step - round(step)) < 1e-9 else unit
    for level in levels:
        x = start + slope * level
        axes.plot([x, x], [FOOT + foot, height - HEAD], color=style.GRID, linewidth=0.6, zorder=0)
        write(
            axes,
            x,
            FOOT + foot - 3,
            format_value(plain, level, lang),
            across="center",
            up="top",
            size=style.SMALL - 1,
            colour=style.SECONDARY,
        )
    return drawing


def _marks(values: np.ndarray) -> list[float]:
    """Return round values inside the range, for the thin upright lines."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return []
    step = 10 ** np.floor(np.log10(high - low))
    step = next(s for s in (step / 2, step, step * 2) if (high - low) / s <= 5.01 or s == step * 2)
    return [round(float(step * k), 12) for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]
