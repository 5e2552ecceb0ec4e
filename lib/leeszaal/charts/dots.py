"""Sorted dots with their names: one value each, or a change from one moment to another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import clean, lattice, rows_of, sheet, text_width, wrap, write
from leeszaal.charts.figure import FORMATS, Figure
from leeszaal.charts.sentences import fit_alt, fit_title, need, say, shorten
from leeszaal.errors import LeeszaalError, nearest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

__all__ = ["change_plot", "dot_plot"]

ROW, HEAD, FOOT, LEFT_MOST = 15.5, 20.0, 6.0, 150.0


def _nouns(noun: tuple[str, str] | None, lang: str) -> tuple[str, str]:
    return noun or (("gemeente", "gemeenten") if lang == "nl" else ("municipality", "municipalities"))


def _checked(frame: pd.DataFrame, columns: Sequence[str], what: str) -> pd.DataFrame:
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
            raise LeeszaalError(
                f"Voor de figuur ‘{what}’ staat in ‘{column}’ een oneindig getal.", "Herstel de tabel."
            )
    return rows


def _format(unit: str, value: float, lang: str) -> str:
    return FORMATS[unit](value, lang)


def _unit(unit: str) -> None:
    if unit not in FORMATS or unit == "text":
        raise ValueError(f"unknown unit {unit!r}. {nearest(unit, FORMATS)}")


def _missing_note(missing: int, lang: str) -> str:
    return (
        ""
        if not missing
        else say(lang, f"; {missing} zonder cijfer niet getekend", f"; {missing} without a figure not drawn")
    )


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
    _unit(unit)
    rows = _checked(frame, ["value"], what)
    unknown = [h for h in highlight if h not in set(rows["name"])]
    if unknown:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ is ‘{unknown[0]}’ niet in de tabel.", nearest(unknown[0], rows["name"])
        )
    if len(highlight) > 3:
        raise ValueError(f"at most three names can be highlighted, not {len(highlight)}")
    one, many = _nouns(noun, lang)
    rows = rows.sort_values(["value", "name"], ascending=[False, True], na_position="last", ignore_index=True)
    known = rows[rows["value"].notna()]
    if known.empty:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ heeft geen enkele rij een waarde.", "Controleer de tabel."
        )
    columns = [
        one.capitalize(),
        clean(measure).removeprefix("de ").removeprefix("het ").removeprefix("the ").capitalize(),
    ]
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
    text = partial(_format, unit, lang=lang)

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
        more = (
            f" {say(lang, 'en', 'and')} {len(names) - 1} {say(lang, 'meer', 'more')}"
            if len(names) > 1
            else ""
        )
        return shorten(names[0], 30) + more

    alt = fit_alt(
        [
            say(
                lang,
                f"Punten, gesorteerd: {shorten(measure, 50)} in {len(known)} {one if len(known) == 1 else many}{shorten(when, 50)}.",
                f"Dots, sorted: {shorten(measure, 50)} in {len(known)} {one if len(known) == 1 else many}{shorten(when, 50)}.",
            ),
            say(
                lang,
                f"Laagst {first(ends)}, {text(low)}; hoogst {first(tops)}, {text(high)}; mediaan {text(middle)}.",
                f"Lowest {first(ends)}, {text(low)}; highest {first(tops)}, {text(high)}; median {text(middle)}.",
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
        + _missing_note(len(rows) - len(known), lang),
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


def _scale(values: np.ndarray, left: float, right: float, zero: bool) -> tuple[float, float]:
    """Return slope and start of a scale from `left` to `right`; from zero when the values come near it."""
    low, high = float(values.min()), float(values.max())
    if zero or (low >= 0 and low < 0.4 * high):
        low = min(low, 0.0)
    room = high - low or abs(high) or 1.0
    return (right - left) / room, left - low * (right - left) / room


def _stage(
    names: Sequence[str], value_width: float, foot: float = 0
) -> tuple[Sheet, Axes, float, float, float]:
    height = HEAD + ROW * len(names) + FOOT + foot
    drawing = sheet(height)
    left = min(max(text_width(n, style.SMALL) for n in names), LEFT_MOST) + 14
    return drawing, lattice(drawing), height, left, style.WIDTH - value_width - 12


def _draw_dots(known: pd.DataFrame, middle: float, unit: str, highlight: tuple[str, ...], lang: str) -> Sheet:
    texts = [_format(unit, v, lang) for v in known["value"]]
    drawing, axes, height, left, right = _stage(
        list(known["name"]), max(text_width(t, style.SMALL, True) for t in texts)
    )
    slope, start = _scale(known["value"].to_numpy(float), left, right, zero=False)
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
    label = f"{say(lang, 'mediaan', 'median')} {_format(unit, middle, lang)}"
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
            style.PALETTE[highlight.index(row.name)]
            if chosen
            else style.PALETTE[0]
            if not highlight
            else style.GREY
        )
        marker = style.MARKERS[highlight.index(row.name)] if chosen else style.MARKERS[0]
        x = start + slope * row.value
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
        What changes, with its article: "de opkomst".
    source
        See `leeszaal.charts.source_line`.
    labels
        The two moments: ("2018", "2022").
    unit, noun, slug, lang
        As for `dot_plot`.
    """
    what = say(lang, "verandering", "change")
    _unit(unit)
    rows = _checked(frame, ["before", "after"], what)
    one, many = _nouns(noun, lang)
    rows["change"] = (rows["after"] - rows["before"]).round(12)
    rows = rows.sort_values(
        ["change", "name"], ascending=[False, True], na_position="last", ignore_index=True
    )
    known = rows[rows["change"].notna()]
    if known.empty:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ heeft geen enkele rij twee waarden.", "Controleer de tabel."
        )
    up, down = int((known["change"] > 0).sum()), int((known["change"] < 0).sum())
    n, same = len(known), len(known) - up - down
    rises = say(lang, "stijgt" if up == 1 else "stijgen", "rises" if up == 1 else "rise")
    falls = say(lang, "daalt" if down == 1 else "dalen", "falls" if down == 1 else "fall")
    name = clean(measure)
    bare = name.removeprefix("de ").removeprefix("het ").removeprefix("the ").capitalize()

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
                lambda m: say(
                    lang, f"In alle {n} {many} blijft {m} gelijk", f"In all {n} {many} {m} stays the same"
                ),
                name,
            )
        if up == n or down == n:
            verb = say(lang, "stijgt" if up else "daalt", "rises" if up else "falls")
            return fit_title(
                lambda m: say(lang, f"In alle {n} {many} {verb} {m}", f"In all {n} {many} {m} {verb}"), name
            )
        if down >= up:
            return say(
                lang,
                f"{down} van de {n} {many} {falls}, {up} {rises}",
                f"{down} of the {n} {many} {falls}, {up} {rises}",
            )
        return say(
            lang,
            f"{up} van de {n} {many} {rises}, {down} {falls}",
            f"{up} of the {n} {many} {rises}, {down} {falls}",
        )

    best, worst = known.iloc[0], known.iloc[-1]
    alt = fit_alt(
        [
            say(
                lang,
                f"Verandering van {shorten(name, 40)} in {n} {one if n == 1 else many}, {labels[0]} tot {labels[1]}: {up} {rises}, {down} {falls}.",
                f"Change of {shorten(name, 40)} in {n} {one if n == 1 else many}, {labels[0]} to {labels[1]}: {up} {rises}, {down} {falls}.",
            ),
            say(
                lang,
                f"Bovenaan {shorten(best['name'], 30)}, {_signed(unit, best['change'], lang)}; onderaan {shorten(worst['name'], 30)}, {_signed(unit, worst['change'], lang)}.",
                f"At the top {shorten(best['name'], 30)}, {_signed(unit, best['change'], lang)}; at the bottom {shorten(worst['name'], 30)}, {_signed(unit, worst['change'], lang)}.",
            ),
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
            f"{bare} per {one}, van {labels[0]} (open) naar {labels[1]} (dicht); rechts de verandering{points}",
            f"{bare} per {one}, from {labels[0]} (open) to {labels[1]} (filled); on the right the change{points}",
        )
        + _missing_note(len(rows) - n, lang),
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
    text = _format(
        unit.replace("percent", "number") if share else unit, change * 100 if share else change, lang
    )
    return ("+" if change > 0 and text.strip("0,.") else "") + text


def _draw_change(known: pd.DataFrame, unit: str, labels: tuple[str, str], lang: str) -> Sheet:
    texts = [_signed(unit, v, lang) for v in known["change"]]
    foot = 12.0
    drawing, axes, height, left, right = _stage(
        list(known["name"]), max(text_width(t, style.SMALL, True) for t in texts) + 12, foot
    )
    values = known[["before", "after"]].to_numpy(float)
    slope, start = _scale(values.ravel(), left + 4, right - 4, zero=False)
    for i, (row, text) in enumerate(zip(rows_of(known), texts, strict=True)):
        y = height - HEAD - (i + 0.5) * ROW
        colour = (
            style.PALETTE[1] if row.change > 0 else style.PALETTE[2] if row.change < 0 else style.SECONDARY
        )
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
    if abs(ends[0] - ends[1]) < max(text_width(str(t), style.SMALL) for t in labels) + 6:
        way = 1 if ends[1] >= ends[0] else -1
        rooms = [(labels[0], ends[0] - way * 3), (labels[1], ends[1] + way * 3)]
        sides = ("right", "left") if way > 0 else ("left", "right")
    else:
        sides = ("center", "center")
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
    for level in _marks(values, unit):
        x = start + slope * level
        axes.plot([x, x], [FOOT + foot, height - HEAD], color=style.GRID, linewidth=0.6, zorder=0)
        write(
            axes,
            x,
            FOOT + foot - 3,
            _format(unit.removesuffix("1"), level, lang),
            across="center",
            up="top",
            size=style.SMALL - 1,
            colour=style.SECONDARY,
        )
    return drawing


def _marks(values: np.ndarray, unit: str) -> list[float]:
    """Return round values inside the range, for the thin upright lines."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return []
    step = 10 ** np.floor(np.log10(high - low))
    step = next(s for s in (step / 2, step, step * 2) if (high - low) / s <= 5.01 or s == step * 2)
    return [float(step * k) for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]
