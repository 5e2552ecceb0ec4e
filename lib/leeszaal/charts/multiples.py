"""One small panel a theme, all on the same axes, so that sizes may be compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import HALF, leading, panel, rows_of, sheet, text_width, ticks, wrap, write
from leeszaal.charts.figure import Figure
from leeszaal.charts.hover import name_mark
from leeszaal.charts.sentences import arrow, counted, fit_alt, fit_title, need, say, shorten, until_label
from leeszaal.charts.years import FEW, SHORT, end_years, tidy_years
from leeszaal.trends.intervals import change_of_shares
from leeszaal.works.numbers import format_list, format_percent, format_years

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["direction_of", "small_multiples"]

_VERDICTS = {"rises": 1, "falls": -1, "steady": 0}
COLUMNS = 3


def direction_of(years: pd.DataFrame, verdict: str | None) -> int | None:
    """Return 1 (rises), -1 (falls), 0 (no clear change) or None (too few works or years to say).

    Parameters
    ----------
    years
        The years of one unit: ``works``, ``corpus``, ``complete``.
    verdict
        That of the growth table, which then decides; None compares the first and the last three complete
        years.
    """
    if verdict is not None:
        return _VERDICTS.get(verdict)
    full = years[years["complete"]]
    if int(years["works"].sum()) < FEW or len(full) < SHORT:
        return None
    first, last = end_years(full)
    early = (int(first["works"].sum()), int(first["corpus"].sum()))
    return change_of_shares(early, (int(last["works"].sum()), int(last["corpus"].sum())))


def small_multiples(
    frame: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    *,
    source: str,
    growth: pd.DataFrame | None = None,
    noun: tuple[str, str] | None = None,
    most: int = 12,
    until: dt.date | None = None,
    slug: str = "themas",
    lang: str = "nl",
) -> Figure:
    """Draw the share of each theme per year, a panel a theme on shared axes.

    Parameters
    ----------
    frame
        One row a unit and year: ``unit``, ``year``, ``works``, ``corpus``, optionally ``complete``.
    names
        Unit to its name; a unit without one keeps its identifier.
    source
        See `leeszaal.charts.source_line`.
    growth
        The growth table (``unit``, ``verdict``): decides who rises and falls. Without it the first and the
        last three complete years are compared.
    noun
        Singular and plural of what a panel is; theme(s) by default.
    most
        The largest so many are drawn; the title, alt text and table are about those, and the subtitle says
        so.
    until, slug, lang
        As for `counts_over_time`.
    """
    called = names or {}
    what = say(lang, "kleine figuren per thema", "small panels per theme")
    need(frame, ["unit", "year", "works", "corpus"], what)
    if most < 1:
        raise ValueError(f"most must be 1 or more, not {most}")
    one, many = noun or (("thema", "thema’s") if lang == "nl" else ("theme", "themes"))
    verdicts: dict[str, str] = {}
    if growth is not None:
        if len(growth):
            need(growth, ["unit", "verdict"], what)
        verdicts = {str(u): str(v) for u, v in zip(growth["unit"], growth["verdict"], strict=True)}
    sizes = frame.groupby(frame["unit"].astype(str))["works"].sum()
    order = sorted(sizes.index, key=lambda u: (-int(sizes[u]), u))
    shown = order[:most]
    series = {u: tidy_years(frame[frame["unit"].astype(str) == u], ["works", "corpus"], until, what) for u in shown}
    for years in series.values():
        years["share"] = years["works"] / years["corpus"].where(years["corpus"] > 0)
    directions = {u: direction_of(series[u], verdicts.get(u) if growth is not None else None) for u in shown}
    labels = {u: called.get(u, u) for u in shown}
    first, last = int(frame["year"].min()), int(frame["year"].max())
    period = format_years(first, last)
    columns = (
        [one.capitalize(), "Jaar", "Werken", "Aandeel", "Volledig"]
        if lang == "nl"
        else [one.capitalize(), "Year", "Works", "Share", "Complete"]
    )
    table = pd.concat(
        [series[u].assign(name=labels[u])[["name", "year", "works", "share", "complete"]] for u in shown],
        ignore_index=True,
    ).set_axis(columns, axis=1)
    partly = any(not s["complete"].all() for s in series.values())
    label = until_label(until, lang)
    part = (
        say(
            lang,
            f"; de {len(shown)} grootste van {len(order)}",
            f"; the {len(shown)} largest of {len(order)}",
        )
        if len(order) > len(shown)
        else ""
    )
    part += say(lang, f"; open punt: {label}", f"; open point: {label}") if partly else ""
    return Figure(
        slug=slug,
        title=_title(directions, labels, (one, many), lang),
        subtitle=say(
            lang,
            f"Aandeel van alle werken per jaar, {period}; bij de lijn het laatste volledige jaar{part}",
            f"Share of all works per year, {period}; the number is that of the last complete year{part}",
        ),
        alt=_alt(series, directions, labels, period, many, lang),
        source=source,
        table=table,
        drawing=partial(_draw, series, directions, labels, (first, last), lang),
        caption=say(
            lang,
            f"Aandeel per jaar van {len(shown)} {many if len(shown) != 1 else one}",
            f"Share per year of {len(shown)} {many if len(shown) != 1 else one}",
        ),
        formats=dict(zip(columns[1:4], ("year", "number", "percent1"), strict=True)),
        lang=lang,
    )


def _title(directions: Mapping[str, int | None], labels: Mapping[str, str], noun: tuple[str, str], lang: str) -> str:
    up = [u for u, d in directions.items() if d == 1]
    down = [u for u, d in directions.items() if d == -1]
    n, many = len(directions), noun[1]
    only = next(iter(directions))
    if n == 1 and directions[only] is not None:
        verb = {
            1: say(lang, "groeit", "grows"),
            -1: say(lang, "daalt", "falls"),
            0: say(lang, "verandert niet duidelijk", "shows no clear change"),
        }[directions[only] or 0]
        return fit_title(lambda x: say(lang, f"Het aandeel van {x} {verb}", f"The share of {x} {verb}"), labels[only])
    if all(d is None for d in directions.values()):
        return say(
            lang,
            "Er is te weinig om van een trend te spreken" + (f" bij deze {many}" if n > 1 else ""),
            "There is too little to speak of a trend" + (f" for these {many}" if n > 1 else ""),
        )
    if not up and not down:
        return say(
            lang,
            f"Geen van de {n} {many} verandert duidelijk",
            f"None of the {n} {many} clearly changes",
        )
    rises = say(lang, "groeit" if len(up) == 1 else "groeien", "grows" if len(up) == 1 else "grow")
    falls = say(lang, "daalt" if len(down) == 1 else "dalen", "falls" if len(down) == 1 else "fall")
    of = say(lang, f"van de {n} {many}", f"of the {n} {many}")
    if up and down:
        brief = say(
            lang,
            f"{len(up)} {of} {rises}, {len(down)} {falls}",
            f"{len(up)} {of} {rises}, {len(down)} {falls}",
        )
        if len(up) == len(down) == 1:
            return fit_title(
                [
                    lambda a, b: say(lang, f"{a} {rises}, {b} {falls}", f"{a} {rises}, {b} {falls}"),
                    lambda *_: brief,
                ],
                labels[up[0]],
                labels[down[0]],
            )
        return brief
    some, verb = (up, rises) if up else (down, falls)
    brief = f"{len(some)} {of} {verb}"
    if len(some) <= 2:
        named = format_list([labels[u] for u in some], lang)
        word = say(lang, "alleen", "only")
        return fit_title([lambda x: f"{word} {x} {verb}", lambda _: brief], named)
    return brief


def _alt(
    series: Mapping[str, pd.DataFrame],
    directions: Mapping[str, int | None],
    labels: Mapping[str, str],
    period: str,
    many: str,
    lang: str,
) -> str:
    def group(value: int | None) -> list[str]:
        return [labels[u] for u, d in directions.items() if d == value]

    def named(items: list[str]) -> str:
        text = format_list([shorten(x, 32) for x in items], lang) if len(items) <= 2 else shorten(items[0], 32)
        text = text if len(items) <= 2 else say(lang, f"onder meer {text}", f"among them {text}")
        return f" ({text})" if items else ""

    up, down, flat, unknown = group(1), group(-1), group(0), group(None)
    lines = counted(len(series), "lijn lijnen", "line lines", lang)
    counts = []
    if up:
        counts.append(f"{len(up)} {say(lang, 'stijgt' if len(up) == 1 else 'stijgen', 'rising')}{named(up)}")
    if flat:
        counts.append(f"{len(flat)} {say(lang, 'niet duidelijk anders', 'without clear change')}")
    if down:
        counts.append(f"{len(down)} {say(lang, 'daalt' if len(down) == 1 else 'dalen', 'falling')}{named(down)}")
    if unknown:
        counts.append(f"{len(unknown)} {say(lang, 'te klein of te kort', 'too small or too short')}")
    needed = [f"{lines}, {period}: {', '.join(counts)}."]
    last = {u: s[s["complete"]].iloc[-1] for u, s in series.items() if s["complete"].any()}
    extra = []
    if last:
        top = max(last, key=lambda u: (float(last[u]["share"]) if pd.notna(last[u]["share"]) else -1.0, u))
        value = format_percent(last[top]["share"], 1, lang)
        extra.append(
            say(
                lang,
                f"Grootste in {int(last[top]['year'])}: {shorten(labels[top], 40)}, {value}.",
                f"Largest in {int(last[top]['year'])}: {shorten(labels[top], 40)}, {value}.",
            )
        )
    extra.append(
        say(
            lang,
            f"Alle {many} op dezelfde assen: aandeel van alle werken per jaar.",
            f"All {many} on the same axes: share of all works per year.",
        )
    )
    return fit_alt(needed, extra)


def _draw(
    series: Mapping[str, pd.DataFrame],
    directions: Mapping[str, int | None],
    labels: Mapping[str, str],
    span: tuple[int, int],
    lang: str,
) -> Sheet:
    count = len(series)
    across = min(COLUMNS, count)
    down = -(-count // across)
    gap, right = 8.0, 44.0
    top = max((float(s["share"].max()) for s in series.values() if s["share"].notna().any()), default=0.0)
    levels = ticks(max(top, 1e-4), most=3)
    digits = 0 if all(abs(v * 100 - round(v * 100)) < 1e-9 for v in levels) else 1
    marks = [format_percent(v, digits, lang) for v in levels]
    left = max(text_width(m, style.SMALL - 1) for m in marks) + 6
    width = (style.WIDTH - left - gap * (across - 1)) / across - right
    titles = {u: wrap(labels[u], width + right - 4, style.SMALL, bold=True) for u in series}
    head = leading(style.SMALL) * max(len(t) for t in titles.values()) + leading(style.SMALL - 1) + 8
    plot, foot = (62.0 if down > 2 else 96.0), 24.0
    height = down * (head + plot + foot)
    drawing = sheet(height)
    first, last = span
    for i, (unit, years) in enumerate(series.items()):
        row, column = divmod(i, across)
        x = left + column * (width + right + gap)
        y = height - (row + 1) * (head + plot + foot) + foot
        axes = panel(drawing, x, y, width, plot)
        axes.set_xlim((first, last) if last > first else (first - 1, last + 1))
        axes.set_ylim(0, levels[-1])
        direction = directions[unit]
        colour = {1: style.PALETTE[1], -1: style.PALETTE[2]}.get(direction or 0, style.GREY)
        word = (
            arrow(direction, lang) if direction is not None else say(lang, "te weinig om te zeggen", "too few to say")
        )
        ink = style.SECONDARY if colour == style.GREY else colour
        corner = axes.transAxes
        low = 4 + leading(style.SMALL - 1)
        write(axes, 0, 1, word, shift=(0, 4), up="bottom", size=style.SMALL - 1, colour=ink, where=corner)
        write(axes, 0, 1, titles[unit], shift=(0, low), up="bottom", size=style.SMALL, bold=True, where=corner)
        for level, mark in zip(levels, marks, strict=True):
            zero = level == 0
            axes.axhline(level, color=style.GREY if zero else style.GRID, linewidth=0.8 if zero else 0.6, zorder=0)
            if column == 0:
                write(
                    axes,
                    0,
                    level,
                    mark,
                    shift=(-4, 0),
                    across="right",
                    size=style.SMALL - 1,
                    colour=style.SECONDARY,
                    where=axes.get_yaxis_transform(),
                )
        edges: tuple[tuple[int, HALF], ...] = ((first, "left"), (last, "right"))
        for year, side in edges:
            if side == "left" or last > first:
                write(
                    axes,
                    year,
                    0,
                    str(year),
                    shift=(0, -4),
                    across=side,
                    up="top",
                    size=style.SMALL - 1,
                    colour=style.SECONDARY,
                    where=axes.get_xaxis_transform(),
                )
        full, open_ = years[years["complete"]], years[~years["complete"]]
        if len(full):
            whole = full.set_index("year")["share"].reindex(range(int(full["year"].min()), int(full["year"].max()) + 1))
            line = axes.plot(
                whole.index,
                whole.to_numpy(float),
                color=colour,
                linewidth=1.8,
                clip_on=False,
                zorder=3,
                linestyle=style.DASHES[1] if direction == -1 else "-",
            )
            name_mark(line, labels[unit])
            end = full.iloc[-1]
            if pd.notna(end["share"]):
                axes.plot(
                    [end["year"]],
                    [end["share"]],
                    style.MARKERS[1] if direction == -1 else style.MARKERS[0],
                    color=colour,
                    markersize=4.5,
                    clip_on=False,
                    zorder=4,
                )
                move = 6 if open_.empty else 11
                write(
                    axes,
                    end["year"],
                    end["share"],
                    format_percent(end["share"], 1, lang),
                    shift=(move, 0),
                    size=style.SMALL - 1,
                    colour=ink,
                    bold=True,
                )
        for year in rows_of(open_):
            axes.plot(
                [year.year],
                [year.share],
                "o",
                markersize=4,
                markerfacecolor=style.PAPER,
                markeredgecolor=colour,
                markeredgewidth=1.1,
                clip_on=False,
                zorder=4,
            )
    return drawing
