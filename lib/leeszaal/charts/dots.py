"""Sorted dots: one value a name, with the median."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import rows_of, text_width, wrap, write
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
from leeszaal.errors import LeeszaalError, nearest

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["dot_plot"]


def dot_plot(
    frame: pd.DataFrame,
    measure: str,
    *,
    source: str,
    period: str = "",
    unit: str = "percent1",
    noun: tuple[str, str] | None = None,
    highlight: Sequence[str] = (),
    slug: str = "stippen",
    lang: str = "nl",
) -> Figure:
    """Draw one value a name, sorted from high to low, with the median as a line.

    Parameters
    ----------
    frame
        ``name``, ``value`` (a share for the percent units). A missing value is counted, not drawn.
    measure
        What the value is, as it stands in a sentence with an article: "de opkomst".
    source
        See `leeszaal.charts.source_line`.
    period
        For the subtitle: "gemeenteraadsverkiezingen 2022".
    unit
        One of `leeszaal.charts.FORMATS`.
    noun
        Singular and plural of a row; municipality by default.
    highlight
        At most three names that get a colour.
    slug, lang
        Name of the files, language of the reader.
    """
    what = say(lang, "gesorteerde stippen", "sorted dots")
    check_unit(unit)
    rows = checked_rows(frame, ["value"], what)
    unknown = [h for h in highlight if h not in set(rows["name"])]
    if unknown:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ is ‘{unknown[0]}’ niet in de tabel.", nearest(unknown[0], rows["name"])
        )
    if len(highlight) > 3:
        raise ValueError(f"at most three names can be highlighted, not {len(highlight)}")
    one, many = nouns_of(noun, lang)
    rows = rows.sort_values(["value", "name"], ascending=[False, True], na_position="last", ignore_index=True)
    known = rows[rows["value"].notna()]
    if known.empty:
        raise LeeszaalError(f"Voor de figuur ‘{what}’ heeft geen enkele rij een waarde.", "Controleer de tabel.")
    columns = [one.capitalize(), bare_name(measure)]
    if columns[0] == columns[1]:
        columns[1] = say(lang, "Waarde", "Value")
    when = f", {period}" if period else ""
    high, low, middle = (
        float(known["value"].iloc[0]),
        float(known["value"].iloc[-1]),
        float(known["value"].median()),
    )
    tops = known.loc[known["value"] == high, "name"].tolist()
    ends = known.loc[known["value"] == low, "name"].tolist()
    text = partial(format_value, unit, lang=lang)

    def title() -> str:
        if len(known) == 1:
            return fit_title(
                lambda m, n: say(lang, f"In {n} is {m} {text(high)}", f"In {n} {m} is {text(high)}"),
                measure,
                tops[0],
            )
        if high == low:
            return fit_title(
                lambda m: say(
                    lang,
                    f"In alle {len(known)} {many} is {m} {text(high)}",
                    f"In all {len(known)} {many} {m} is {text(high)}",
                ),
                measure,
            )
        if len(tops) == len(ends) == 1:
            return fit_title(
                [
                    lambda m, a, b: say(
                        lang,
                        f"In {a} is {m} het hoogst ({text(high)}), in {b} het laagst ({text(low)})",
                        f"{m} is highest in {a} ({text(high)}), lowest in {b} ({text(low)})",
                    ),
                    lambda m, a, b: say(
                        lang,
                        f"In {a} is {m} het hoogst, in {b} het laagst",
                        f"{m} is highest in {a}, lowest in {b}",
                    ),
                ],
                measure,
                tops[0],
                ends[0],
            )
        return fit_title(
            lambda m: say(
                lang,
                f"{m} loopt van {text(low)} tot {text(high)}",
                f"{m} ranges from {text(low)} to {text(high)}",
            ),
            measure,
        )

    def first(names: list[str]) -> str:
        more = f" {say(lang, 'en', 'and')} {len(names) - 1} {say(lang, 'meer', 'more')}" if len(names) > 1 else ""
        return shorten(names[0], 30) + more

    where = f"{shorten(measure, 50)} in {len(known)} {one if len(known) == 1 else many}{shorten(when, 50)}"
    bottom, best, mid = f"{first(ends)}, {text(low)}", f"{first(tops)}, {text(high)}", text(middle)
    alt = fit_alt(
        [
            say(lang, f"Punten, gesorteerd: {where}.", f"Dots, sorted: {where}."),
            say(
                lang,
                f"Laagst {bottom}; hoogst {best}; mediaan {mid}.",
                f"Lowest {bottom}; highest {best}; median {mid}.",
            ),
        ],
        [say(lang, "Naast elke punt staan naam en waarde.", "Each dot has its name and value.")],
    )
    return Figure(
        slug=slug,
        title=title(),
        subtitle=say(
            lang,
            f"{columns[1]} per {one}{when}; lijn: mediaan",
            f"{columns[1]} per {one}{when}; line: median",
        )
        + missing_note(len(rows) - len(known), lang),
        alt=alt,
        source=source,
        table=rows.set_axis(columns, axis=1),
        drawing=partial(_draw_dots, known, middle, unit, tuple(highlight), lang),
        caption=say(
            lang,
            f"{columns[1]} in {len(known)} {one if len(known) == 1 else many}",
            f"{columns[1]} in {len(known)} {one if len(known) == 1 else many}",
        ),
        formats={columns[1]: unit},
        lang=lang,
    )


def _draw_dots(known: pd.DataFrame, middle: float, unit: str, highlight: tuple[str, ...], lang: str) -> Sheet:
    texts = [format_value(unit, v, lang) for v in known["value"]]
    drawing, axes, height, left, right = row_stage(
        list(known["name"]), max(text_width(t, style.SMALL, True) for t in texts)
    )
    slope, start = scale_between(known["value"].to_numpy(float), left, right)
    at = start + slope * middle
    bottom = FOOT
    axes.plot(
        [at, at],
        [bottom, height - HEAD + 4],
        color=style.SECONDARY,
        linewidth=0.9,
        linestyle=style.DASHES[2],
        zorder=1,
    )
    label = f"{say(lang, 'mediaan', 'median')} {format_value(unit, middle, lang)}"
    half = text_width(label, style.SMALL) / 2
    write(
        axes,
        min(max(at, half), style.WIDTH - half),
        height - HEAD + 6,
        label,
        across="center",
        up="bottom",
        size=style.SMALL,
        colour=style.SECONDARY,
    )
    for i, (row, text) in enumerate(zip(rows_of(known), texts, strict=True)):
        y = height - HEAD - (i + 0.5) * ROW
        chosen = row.name in highlight
        colour = (
            style.PALETTE[highlight.index(row.name)] if chosen else style.PALETTE[0] if not highlight else style.GREY
        )
        marker = style.MARKERS[highlight.index(row.name)] if chosen else style.MARKERS[0]
        x = start + slope * row.value
        row_mark(axes, row.name, y)
        axes.plot([left, right], [y, y], color=style.GRID, linewidth=0.7, zorder=0)
        axes.plot([x], [y], marker, color=colour, markersize=7, zorder=3)
        ink = style.SECONDARY if colour == style.GREY else colour
        write(
            axes,
            left - 9,
            y,
            wrap(row.name, LEFT_MOST, style.SMALL, most=1)[0],
            across="right",
            size=style.SMALL,
            bold=chosen,
        )
        write(
            axes,
            x + 7,
            y,
            text,
            size=style.SMALL,
            colour=ink,
            bold=chosen or not highlight,
            ground=style.PAPER,
        )
    return drawing
