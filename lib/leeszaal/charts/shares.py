"""The share of the corpus per period: points with their interval, and what was counted under them."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import panel, rows_of, sheet, text_width, ticks, write
from leeszaal.charts.figure import Figure
from leeszaal.charts.hover import name_mark
from leeszaal.charts.sentences import counted, fit_alt, fit_title, need, say, shorten, slugify, until_label
from leeszaal.charts.years import FEW, SHORT, level_lines, one_unit, tidy_years
from leeszaal.errors import LeeszaalError
from leeszaal.trends.intervals import change_of_shares
from leeszaal.trends.periods import periods_of
from leeszaal.works.numbers import format_number, format_percent, format_range, format_years

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["share_over_periods"]

MOST = 8  # periods that can be drawn with a number each


def share_over_periods(
    frame: pd.DataFrame,
    name: str,
    *,
    source: str,
    unit: str | None = None,
    growth: pd.DataFrame | pd.Series | None = None,
    period: int | None = None,
    until: dt.date | None = None,
    slug: str | None = None,
    lang: str = "nl",
) -> Figure:
    """Draw the share of the corpus that is about something, per period.

    Parameters
    ----------
    frame
        One row a year: ``year``, ``works``, ``corpus``, optionally ``complete`` and ``unit`` (the trends
        table).
    name
        What the works are about, as it stands in a sentence.
    source
        See `leeszaal.charts.source_line`.
    unit
        Which unit, when the frame holds more than one.
    growth
        The growth table, or the row of this unit. With it the title follows its verdict; without it the title
        compares the first and the last complete period (Newcombe's interval of the difference).
    period
        Years in a point; by default as few as give eight points or fewer.
    until, slug, lang
        As for `counts_over_time`.

    Raises
    ------
    LeeszaalError
        When there are no rows, a column is missing, a year stands there twice, or works outnumber the corpus.
    """
    what = say(lang, "aandeel per periode", "share per period")
    years = tidy_years(one_unit(frame, unit, what), ["works", "corpus"], until, what)
    wrong = years[years["works"] > years["corpus"]]
    if len(wrong):
        row = wrong.iloc[0]
        raise LeeszaalError(
            f"In {row['year']} zijn er {row['works']} werken in een corpus van {row['corpus']}; "
            f"dat kan niet (figuur ‘{what}’).",
            "Reken de tabel opnieuw uit met: leeszaal trends",
        )
    n_full = int(years["complete"].sum())
    length = period if period is not None else max(1, -(-n_full // MOST))
    points = periods_of(years, length)
    rate_row = growth_row(growth, unit, what)
    label = until_label(until, lang)
    names = [format_years(a, b) for a, b in zip(points["first"], points["last"], strict=True)]
    columns = say(
        lang,
        "Periode Werken Corpus Aandeel Ondergrens Bovengrens Volledig",
        "Period Works Corpus Share Lower Upper Complete",
    ).split()
    table = points.assign(name=names)[["name", "works", "corpus", "share", "low", "high", "complete"]]
    whole = format_years(years["year"].min(), years["year"].max())
    rate = ""
    if rate_row is not None and pd.notna(rate_row["growth"]) and rate_row["verdict"] in ("rises", "falls", "steady"):
        bounds = format_range(rate_row["low"], rate_row["high"], 1, lang, percent=True)
        rate = say(lang, f"; groei per jaar {bounds} (95 %)", f"; growth per year {bounds} (95%)")
    tail = "" if points["complete"].all() else say(lang, f"; open punt: {label}", f"; open point: {label}")
    return Figure(
        slug=slug or slugify(f"{say(lang, 'aandeel', 'share')}-{name}"),
        title=_title(points, rate_row, name, len(years), lang),
        subtitle=say(
            lang,
            f"Aandeel van alle werken in de bibliotheek, {whole}; streep: 95 %-interval{rate}{tail}",
            f"Share of all works in the library, {whole}; whisker: 95% interval{rate}{tail}",
        ),
        alt=_alt(points, names, name, label, lang),
        source=source,
        table=table.set_axis(columns, axis=1),
        drawing=partial(_draw, points, names, label, lang),
        caption=say(lang, f"Aandeel van werken over {name}", f"Share of works on {name}"),
        formats=dict(zip(columns[:6], ["text", "number", "number", "percent1", "percent1", "percent1"], strict=True)),
        lang=lang,
    )


def growth_row(growth: pd.DataFrame | pd.Series | None, unit: str | None, what: str) -> pd.Series | None:
    """Return the row of `unit` in the growth table, or None when there is none."""
    if growth is None or isinstance(growth, pd.Series):
        return growth
    if growth.empty:
        return None
    need(growth, ["growth", "low", "high", "verdict"], what)
    rows = one_unit(growth, unit, what)
    return rows.iloc[0] if len(rows) else None


def _title(points: pd.DataFrame, row: pd.Series | None, name: str, n_years: int, lang: str) -> str:
    full = points[points["complete"]]
    total = int(points["works"].sum())
    verdict = None if row is None else str(row["verdict"])
    if total < FEW or verdict == "too_few":
        count = counted(total, "werk werken", "work works", lang)
        return fit_title(
            lambda n: say(
                lang,
                f"Over {n} is te weinig gevonden voor een trend: {count}",
                f"Too little was found on {n} to speak of a trend: {count}",
            ),
            name,
        )
    if len(full) < 2 or n_years < SHORT or verdict == "too_short":
        return fit_title(
            [
                lambda n: say(
                    lang,
                    f"De periode is te kort om voor {n} van een trend te spreken",
                    f"The period is too short to speak of a trend for {n}",
                )
            ],
            name,
        )
    if row is not None and verdict in ("rises", "falls"):
        rate = format_percent(abs(float(row["growth"])), 0 if abs(row["growth"]) >= 0.01 else 1, lang)
        verb = say(lang, "groeit" if verdict == "rises" else "daalt", "grows" if verdict == "rises" else "falls")
        return fit_title(
            [
                lambda n: say(
                    lang,
                    f"Het aandeel werken over {n} {verb} met ongeveer {rate} per jaar",
                    f"The share of works on {n} {verb} by about {rate} a year",
                ),
                lambda n: say(lang, f"Aandeel {n} {verb} ongeveer {rate} per jaar", f"{n} {verb} about {rate} a year"),
            ],
            name,
        )
    a, b = full.iloc[0], full.iloc[-1]
    change = change_of_shares((int(a.works), int(a.corpus)), (int(b.works), int(b.corpus))) if row is None else 0
    start, end = format_percent(a["share"], 1, lang), format_percent(b["share"], 1, lang)
    if change == 0:
        return fit_title(
            lambda n: say(
                lang,
                f"Het aandeel werken over {n} verandert niet duidelijk",
                f"The share of works on {n} shows no clear change",
            ),
            name,
        )
    verb = say(lang, "groeit" if change > 0 else "daalt", "grows" if change > 0 else "falls")
    return fit_title(
        [
            lambda n: say(
                lang,
                f"Het aandeel werken over {n} {verb} van {start} naar {end}",
                f"The share of works on {n} {verb} from {start} to {end}",
            )
        ],
        name,
    )


def _alt(points: pd.DataFrame, names: list[str], name: str, label: str, lang: str) -> str:
    topic = shorten(name, 60)
    full = points[points["complete"]]
    needed = [
        say(
            lang,
            f"Punten met interval: aandeel werken over {topic}.",
            f"Points, intervals: share of works on {topic}.",
        )
    ]
    shown = [(names[i], format_percent(points.loc[i, "share"], 1, lang)) for i in full.index]
    if len(shown) > 1:
        (p, a), (q, b) = shown[0], shown[-1]
        needed.append(say(lang, f"Van {a} in {p} naar {b} in {q}.", f"From {a} in {p} to {b} in {q}."))
    elif shown:
        needed.append(say(lang, f"In {shown[0][0]}: {shown[0][1]}.", f"In {shown[0][0]}: {shown[0][1]}."))
    extra = []
    if len(full) > 2 and full["share"].notna().any():
        best = full["share"].max()
        top = full.index[full["share"] == best]
        if len(top) == 1 and top[0] not in (full.index[0], full.index[-1]):
            where, value = names[top[0]], format_percent(best, 1, lang)
            extra.append(say(lang, f"Hoogste: {value} in {where}.", f"Highest: {value} in {where}."))
    for i in points.index[~points["complete"]]:
        value = format_percent(points.loc[i, "share"], 1, lang)
        extra.append(say(lang, f"Open punt {label} {names[i]}: {value}.", f"Open point {label} {names[i]}: {value}."))
    total = counted(int(points["works"].sum()), "werk werken", "work works", lang)
    extra.append(
        say(
            lang,
            f"Samen {total}; elke streep is een 95 %-interval.",
            f"Together {total}; each whisker is a 95% interval.",
        )
    )
    return fit_alt(needed, extra)


def _draw(points: pd.DataFrame, names: list[str], label: str, lang: str) -> Sheet:
    extra = 0 if points["complete"].all() else 12
    foot, head = 46.0 + extra, 18.0
    height = 236.0 + extra
    drawing = sheet(height)
    top = np.nanmax([0.0, *points["high"]])
    levels = ticks(max(top, 1e-4) * 1.04)
    digits = 0 if all(abs(v * 100 - round(v * 100)) < 1e-9 for v in levels) else 1
    marks = [format_percent(v, digits, lang) for v in levels]
    left = max(text_width(m, style.SMALL) for m in marks) + 8
    axes = panel(drawing, left, foot, style.WIDTH - left - 2, height - foot - head)
    n = len(points)
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_ylim(0, levels[-1])
    level_lines(axes, levels, marks, 6)
    room = (style.WIDTH - left) / n
    dense = n > 12
    colour = style.PALETTE[0]
    known = points["share"].notna()
    size = style.SMALL if room > 62 else style.SMALL - 1
    for i, row in enumerate(rows_of(points)):
        if known[i]:
            axes.plot([i, i], [row.low, row.high], color=colour, linewidth=1.4, zorder=2, clip_on=False)
            point = axes.plot(
                [i],
                [row.share],
                style.MARKERS[0],
                markersize=7.5,
                zorder=3,
                clip_on=False,
                markeredgewidth=1.7,
                markeredgecolor=colour,
                markerfacecolor=colour if row.complete else style.PAPER,
            )
            name_mark(point, names[i])
            if not dense or i in (0, n - 1) or row.share == points["share"].max():
                write(
                    axes,
                    i,
                    row.high,
                    format_percent(row.share, 1, lang),
                    shift=(0, 4),
                    across="center",
                    up="bottom",
                    colour=colour,
                    bold=True,
                    size=size,
                )
        if dense and i % 3 and i != n - 1:
            continue
        first, last = int(row.first), int(row.last)
        brief = names[i] if first == last or first // 100 != last // 100 else f"{first}–{last % 100:02d}"
        write(
            axes,
            i,
            0,
            [brief] if row.complete else [brief, label],
            shift=(0, -5),
            across="center",
            up="top",
            size=size,
            where=axes.get_xaxis_transform(),
        )
        if not dense:
            of = f"{say(lang, 'van', 'of')} {format_number(row.corpus, 0, lang)}"
            write(
                axes,
                i,
                0,
                [format_number(row.works, 0, lang), of],
                shift=(0, -18 - extra),
                across="center",
                up="top",
                size=style.SMALL - 1,
                colour=style.SECONDARY,
                where=axes.get_xaxis_transform(),
            )
    return drawing
