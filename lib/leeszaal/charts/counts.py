"""Works per year, with the interval of each count."""

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
from leeszaal.charts.sentences import counted, fit_alt, fit_title, say, shorten, slugify, times, until_label
from leeszaal.charts.years import FEW, SHORT, end_years, level_lines, one_unit, tidy_years, year_axis
from leeszaal.trends.intervals import change_of_counts, garwood
from leeszaal.works.numbers import format_number, format_years

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["counts_over_time"]


def counts_over_time(
    frame: pd.DataFrame,
    name: str,
    *,
    source: str,
    unit: str | None = None,
    until: dt.date | None = None,
    slug: str | None = None,
    lang: str = "nl",
) -> Figure:
    """Draw the number of works per year.

    The title compares the first with the last three complete years (fewer when there are fewer than six), and
    names a change only when an exact test at 5 % sees one, in five years or more and ten works or more.

    Parameters
    ----------
    frame
        One row a year: ``year``, ``works``, optionally ``complete`` and ``unit`` (the trends table).
    name
        What the works are about, as it stands in a sentence: "interbestuurlijk toezicht".
    source
        See `leeszaal.charts.source_line`.
    unit
        Which unit, when the frame holds more than one.
    until
        The day the library was made: an incomplete last year is drawn open and called "t/m oktober".
    slug, lang
        Name of the files, language of the reader.

    Raises
    ------
    LeeszaalError
        When there are no rows, a column is missing, or a year stands there twice.
    """
    what = say(lang, "werken per jaar", "works per year")
    years = tidy_years(one_unit(frame, unit, what), ["works"], until, what)
    years["works"] = years["works"].astype(int)
    bounds = [garwood(k) for k in years["works"]]
    years["low"], years["high"] = [b[0] for b in bounds], [b[1] for b in bounds]
    period = format_years(years["year"].min(), years["year"].max())
    partly = not years["complete"].all()
    label = until_label(until, lang)
    columns = say(lang, "Jaar Werken Ondergrens Bovengrens Volledig", "Year Works Lower Upper Complete").split()
    table = years[["year", "works", "low", "high", "complete"]].set_axis(columns, axis=1)
    tail = say(lang, f"; open punt: {label}", f"; open point: {label}") if partly else ""
    return Figure(
        slug=slug or slugify(f"{say(lang, 'werken', 'works')}-per-{say(lang, 'jaar', 'year')}-{name}"),
        title=_title(years, name, lang),
        subtitle=say(
            lang,
            f"Aantal werken per jaar, {period}; band: 95 %-interval{tail}",
            f"Number of works per year, {period}; band: 95% interval{tail}",
        ),
        alt=_alt(years, name, label, lang),
        source=source,
        table=table,
        drawing=partial(_draw, years, label, lang),
        caption=say(lang, f"Werken per jaar over {name}", f"Works per year on {name}"),
        formats=dict(zip(columns[:4], ("year", "number", "number1", "number1"), strict=True)),
        lang=lang,
    )


def _title(years: pd.DataFrame, name: str, lang: str) -> str:
    full = years[years["complete"]]
    total = int(years["works"].sum())
    period = format_years(years["year"].min(), years["year"].max())
    if total == 0:
        return fit_title(
            lambda n: say(
                lang,
                f"Over {n} zijn geen werken gevonden ({period})",
                f"No works on {n} were found ({period})",
            ),
            name,
        )
    if len(years) == 1:
        count = counted(total, "werk werken", "work works", lang)
        verb = say(lang, "verscheen" if total == 1 else "verschenen", "appeared")
        return fit_title(
            lambda n: say(lang, f"In {period} {verb} {count} over {n}", f"In {period} {count} on {n} {verb}"),
            name,
        )
    if total < FEW:
        count = counted(total, "werk werken", "work works", lang)
        return fit_title(
            lambda n: say(
                lang,
                f"Over {n} is te weinig gevonden voor een trend: {count}",
                f"Too little was found on {n} to speak of a trend: {count}",
            ),
            name,
        )
    if len(full) < SHORT:
        return fit_title(
            lambda n: say(
                lang,
                f"De periode {period} is te kort voor een trend in werken over {n}",
                f"The period {period} is too short for a trend in works on {n}",
            ),
            name,
        )
    return _change(full, name, lang)


def _change(full: pd.DataFrame, name: str, lang: str) -> str:
    first, last = end_years(full)
    a, b = int(first["works"].sum()), int(last["works"].sum())
    early, late = (format_years(f["year"].min(), f["year"].max()) for f in (first, last))
    change = change_of_counts(a, len(first), b, len(last))
    if change == 0:
        return fit_title(
            lambda n: say(
                lang,
                f"Het aantal werken over {n} verandert niet duidelijk",
                f"The number of works on {n} shows no clear change",
            ),
            name,
        )
    ratio = (b / len(last)) / (a / len(first)) if a else 0.0
    if change > 0 and ratio >= 1.5 and a >= FEW:
        word = times(ratio, lang)
        long = lambda n: say(  # noqa: E731
            lang,
            f"Over {n} verschenen in {late} {word} zoveel werken als in {early}",
            f"{late} saw {word} as many works on {n} as {early}",
        )
        short = lambda n: say(  # noqa: E731
            lang,
            f"Over {n} verschijnt {word} zoveel als in {early}",
            f"Works on {n} are {word} those of {early}",
        )
        return fit_title([long, short], name)
    # A ratio to a handful of works means little: the numbers themselves, then.
    more = say(lang, "meer" if change > 0 else "minder", "more" if change > 0 else "fewer")
    years = len(first)
    span = say(lang, f"{years} jaar" if years > 1 else "jaar", f"{years} years" if years > 1 else "year")
    return fit_title(
        [
            lambda n: say(
                lang,
                f"Over {n} verschenen in {late} {more} werken ({b}) dan in {early} ({a})",
                f"{late} saw {more} works on {n} ({b}) than {early} ({a})",
            ),
            lambda n: say(
                lang,
                f"Over {n} verschijnt {more}: van {a} naar {b} werken per {span}",
                f"{more.capitalize()} works appear on {n}: from {a} to {b} in {span}",
            ),
        ],
        name,
    )


def _alt(years: pd.DataFrame, name: str, label: str, lang: str) -> str:
    full, open_ = years[years["complete"]], years[~years["complete"]]
    period = format_years(years["year"].min(), years["year"].max())
    topic = shorten(name, 60)
    needed = [
        say(
            lang,
            f"Lijn, {period}: werken per jaar over {topic}.",
            f"Line, {period}: works per year on {topic}.",
        )
    ]
    if len(full) > 1:
        a, b = full.iloc[0], full.iloc[-1]
        needed.append(
            say(
                lang,
                f"Van {a.works} in {a.year} naar {b.works} in {b.year}.",
                f"From {a.works} in {a.year} to {b.works} in {b.year}.",
            )
        )
    elif len(full) == 1:
        row = full.iloc[0]
        needed.append(say(lang, f"In {row.year}: {row.works}.", f"In {row.year}: {row.works}."))
    extra = []
    if len(full) > 2 and full["works"].nunique() > 1:
        top = full.loc[full["works"] == full["works"].max()]
        place = say(lang, "in", "in") + " " + str(top["year"].iloc[0])
        if len(top) == 1:
            extra.append(
                say(
                    lang,
                    f"Hoogste punt {place}: {top['works'].iloc[0]}.",
                    f"Highest {place}: {top['works'].iloc[0]}.",
                )
            )
    for row in rows_of(open_):
        extra.append(
            say(
                lang,
                f"Open punt: {row.works} in {row.year}, {label}.",
                f"Open: {row.works} in {row.year}, {label}.",
            )
        )
    total = format_number(int(years["works"].sum()), 0, lang)
    extra.append(
        say(
            lang,
            f"Samen {total}; een band toont het 95 %-interval.",
            f"Together {total}; a band shows the 95% interval.",
        )
    )
    return fit_alt(needed, extra)


def _draw(years: pd.DataFrame, label: str, lang: str) -> Sheet:
    height, foot, head = 236.0, 24.0, 20.0
    drawing = sheet(height)
    full, open_ = years[years["complete"]], years[~years["complete"]]
    levels = ticks(float(years["high"].max()), whole=True)
    names = [format_number(v, 0, lang) for v in levels]
    left = max(text_width(n, style.SMALL) for n in names) + 18
    right = 34.0 if open_.empty else max(34.0, text_width(label, style.SMALL) + 14)
    axes = panel(drawing, left, foot, style.WIDTH - left - right, height - foot - head)
    first, last = int(years["year"].min()), int(years["year"].max())
    axes.set_xlim((first, last) if last > first else (first - 1, last + 1))
    axes.set_ylim(0, levels[-1])
    level_lines(axes, levels, names, 12)
    year_axis(axes, first, last)
    colour = style.PALETTE[0]
    if len(full):
        # A year that is missing from the table breaks the line: nothing is known there.
        whole = full.set_index("year").reindex(range(int(full["year"].min()), int(full["year"].max()) + 1))
        x, works = whole.index.to_numpy(), whole["works"].to_numpy(float)
        low, high = whole["low"].to_numpy(float), whole["high"].to_numpy(float)
        axes.fill_between(x, low, high, color=style.BAND, linewidth=0, zorder=1)
        axes.plot(x, works, color=colour, solid_capstyle="round", clip_on=False, zorder=3)
        # What the pointer finds: every year has its own place, also where the line runs on.
        for row in rows_of(full):
            name_mark(
                axes.plot([row.year], [row.works], "o", markersize=11, alpha=0, clip_on=False, zorder=6), row.year
            )
        alone = np.isfinite(works) & ~_has_neighbour(works)
        axes.vlines(x[alone], low[alone], high[alone], color=style.GREY, linewidth=1.2, zorder=2)
        axes.plot(x[alone], works[alone], "o", color=colour, markersize=5, clip_on=False, zorder=4)
        for row in rows_of(_named(full)):
            axes.plot([row.year], [row.works], "o", color=colour, markersize=5.5, clip_on=False, zorder=4)
            write(
                axes,
                row.year,
                row.works,
                format_number(row.works, 0, lang),
                shift=(0, 8),
                across="center",
                up="bottom",
                colour=colour,
                bold=True,
                # A year on its own has its interval as a line, right through the number.
                ground=style.PAPER if row.year in x[alone] else None,
            )
    for row in rows_of(open_):
        before = full[full["year"] == row.year - 1]
        if len(before):
            axes.plot(
                [row.year - 1, row.year],
                [before["works"].iloc[0], row.works],
                color=colour,
                linewidth=1.4,
                linestyle=style.DASHES[2],
                clip_on=False,
                zorder=2,
            )
        axes.vlines([row.year], [row.low], [row.high], color=style.GREY, linewidth=1.2, zorder=2, clip_on=False)
        point = axes.plot(
            [row.year],
            [row.works],
            "o",
            markersize=6.5,
            markerfacecolor=style.PAPER,
            markeredgecolor=colour,
            markeredgewidth=1.6,
            clip_on=False,
            zorder=4,
        )
        name_mark(point, row.year)
        # To the right: above or below, it would meet the line or the number of the year before.
        write(
            axes,
            row.year,
            row.works,
            [format_number(row.works, 0, lang), label],
            shift=(9, 0),
            across="left",
            size=style.SMALL,
            colour=colour,
        )
    return drawing


def _has_neighbour(works: np.ndarray) -> np.ndarray:
    known = np.isfinite(works)
    return np.r_[False, known[:-1]] | np.r_[known[1:], False]


def _named(full: pd.DataFrame) -> pd.DataFrame:
    """Return the years that get a number: first, last, and the highest when it stands free of both."""
    first, last = full.iloc[0], full.iloc[-1]
    top = full.iloc[int(full["works"].to_numpy().argmax())]
    span = max(int(last["year"]) - int(first["year"]), 1)
    chosen = [int(first["year"]), int(last["year"])]
    if all(abs(int(top["year"]) - year) / span > 0.06 for year in chosen):
        chosen.append(int(top["year"]))
    return full[full["year"].isin(chosen)]
