"""Level against growth: what is small and growing, what is large and flat."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import lattice, rows_of, sheet, text_width, wrap, write
from leeszaal.charts.figure import Figure
from leeszaal.charts.hover import name_mark
from leeszaal.charts.labels import Label, draw_label, place
from leeszaal.charts.sentences import fit_alt, fit_title, need, say, shorten
from leeszaal.errors import LeeszaalError
from leeszaal.works.numbers import format_list, format_number, format_percent, format_years

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

__all__ = ["emergence"]

HEIGHT, FOOT, HEAD, LEFT, RIGHT = 310.0, 36.0, 24.0, 46.0, 8.0
LIMITS = (-0.6, 1.0)  # growth outside these is drawn at the edge


def emergence(
    growth: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    *,
    source: str,
    noun: tuple[str, str] | None = None,
    slug: str = "opkomst-en-groei",
    lang: str = "nl",
) -> Figure:
    """Draw the yearly growth of each unit against its number of works, with the 95 % interval.

    Parameters
    ----------
    growth
        One row a unit: ``unit``, ``works``, ``growth``, ``low``, ``high`` (0.05 is 5 % a year), ``verdict``,
        optionally ``from_year`` and ``to_year`` (the growth table). Units without a growth figure are counted
        in the subtitle.
    names
        Unit to its name; a unit without one keeps its identifier.
    source
        See `leeszaal.charts.source_line`.
    noun
        Singular and plural of a unit; topic(s) by default.
    slug, lang
        Name of the files, language of the reader.
    """
    called = names or {}
    what = say(lang, "omvang en groei", "level and growth")
    need(growth, ["unit", "works", "growth", "low", "high", "verdict"], what)
    if growth["unit"].duplicated().any():
        twice = growth.loc[growth["unit"].duplicated(), "unit"].iloc[0]
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ staat ‘{twice}’ twee keer in de tabel.", "Geef één rij per eenheid."
        )
    one, many = noun or (("onderwerp", "onderwerpen") if lang == "nl" else ("topic", "topics"))
    rows = growth.assign(name=[called.get(str(u), called.get(u, str(u))) for u in growth["unit"]])
    rows = rows.sort_values(["works", "name"], ascending=[False, True], ignore_index=True)
    for column in ("growth", "low", "high"):
        rows[column] = pd.to_numeric(rows[column]).astype(float)
    known = rows[rows["growth"].notna()].reset_index(drop=True)
    left_out = len(rows) - len(known)
    outside = int(((known["low"] < LIMITS[0]) | (known["high"] > LIMITS[1])).sum())
    period = ""
    if {"from_year", "to_year"} <= set(rows.columns):
        period = ", " + format_years(rows["from_year"].min(), rows["to_year"].max())
    labels, unnamed = _labels(known)
    notes = [
        say(
            lang,
            f"Groei per jaar tegen aantal werken{period}; streep: 95 %-interval",
            f"Growth per year against number of works{period}; whisker: 95% interval",
        )
    ]
    if left_out:
        nouns = one if left_out == 1 else many
        notes.append(
            say(
                lang,
                f"{left_out} {nouns} met te weinig werken of jaren niet getekend",
                f"{left_out} {nouns} with too few works or years not drawn",
            )
        )
    if outside:
        notes.append(
            say(
                lang,
                f"{outside} {'streep loopt' if outside == 1 else 'strepen lopen'} buiten beeld",
                f"{outside} {'whisker runs' if outside == 1 else 'whiskers run'} off the sheet",
            )
        )
    if unnamed:
        notes.append(
            say(
                lang,
                f"{unnamed} {'naam' if unnamed == 1 else 'namen'} alleen in de tabel",
                f"{unnamed} {'name' if unnamed == 1 else 'names'} in the table only",
            )
        )
    columns = [
        one.capitalize(),
        *say(lang, "Werken Groei Ondergrens Bovengrens Oordeel", "Works Growth Lower Upper Verdict").split(),
    ]
    table = rows[["name", "works", "growth", "low", "high"]].assign(
        verdict=[_verdict(v, lang) for v in rows["verdict"]]
    )
    return Figure(
        slug=slug,
        title=_title(known, (one, many), lang),
        subtitle="; ".join(notes),
        alt=_alt(known, left_out, many, period.removeprefix(", "), lang),
        source=source,
        table=table.set_axis(columns, axis=1),
        drawing=partial(_draw, known, labels, lang),
        caption=say(
            lang,
            f"Omvang en groei van {len(known)} {one if len(known) == 1 else many}",
            f"Level and growth of {len(known)} {one if len(known) == 1 else many}",
        ),
        formats=dict(zip(columns[1:5], ("number", "percent1", "percent1", "percent1"), strict=True)),
        lang=lang,
    )


def _verdict(verdict: str, lang: str) -> str:
    words = {
        "rises": ("groeit", "rises"),
        "falls": ("daalt", "falls"),
        "steady": ("geen duidelijke trend", "no clear trend"),
        "too_short": ("te kort om te zeggen", "too short to say"),
        "too_few": ("te weinig werken", "too few works"),
    }
    return say(lang, *words[verdict]) if verdict in words else str(verdict)


def _small(known: pd.DataFrame) -> pd.Series:
    """Tell which units have fewer works than the middle one."""
    return known["works"] < known["works"].median()


def _title(known: pd.DataFrame, noun: tuple[str, str], lang: str) -> str:
    many = noun[1]
    n = len(known)
    if n == 0:
        return say(
            lang,
            f"Er is te weinig om de groei van deze {many} te noemen",
            f"There is too little to tell the growth of these {many}",
        )
    up, down = known[known["verdict"] == "rises"], known[known["verdict"] == "falls"]
    if n == 1:
        verb = (
            say(lang, "groeit duidelijk", "clearly grows")
            if len(up)
            else say(lang, "daalt duidelijk", "clearly falls")
            if len(down)
            else say(lang, "verandert niet duidelijk", "shows no clear change")
        )
        return fit_title(lambda x: f"{x} {verb}", str(known.loc[0, "name"]))
    if up.empty and down.empty:
        return say(
            lang,
            f"Geen van de {n} {many} groeit of krimpt duidelijk",
            f"None of the {n} {many} clearly grows or shrinks",
        )
    if up.empty:
        verb = say(lang, "daalt" if len(down) == 1 else "dalen", "falls" if len(down) == 1 else "fall")
        return say(
            lang,
            f"Geen van de {n} {many} groeit duidelijk, {len(down)} {verb}",
            f"None of the {n} {many} clearly grows, {len(down)} {verb}",
        )
    small = up[_small(known).loc[up.index]]
    rises = say(lang, "groeit" if len(up) == 1 else "groeien", "grows" if len(up) == 1 else "grow")
    brief = say(lang, f"{len(up)} van de {n} {many} {rises} duidelijk", f"{len(up)} of the {n} {many} clearly {rises}")
    if 1 <= len(small) <= 2:
        named = [str(x) for x in small.sort_values("growth", ascending=False)["name"]]
        verb = (
            say(lang, "is klein en groeit", "is small and grows")
            if len(small) == 1
            else say(lang, "zijn klein en groeien", "are small and grow")
        )
        return fit_title(
            [
                lambda *x: f"{format_list(x, lang)} {verb}",
                lambda *_: brief,
            ],
            *named,
        )
    if len(small) > 2:
        return say(
            lang,
            f"{len(small)} van de {n} {many} zijn klein en groeien",
            f"{len(small)} of the {n} {many} are small and grow",
        )
    return brief


def _alt(known: pd.DataFrame, left_out: int, many: str, period: str, lang: str) -> str:
    when = f", {period}" if period else ""
    needed = [
        say(
            lang,
            f"Punten{when}: groei per jaar tegen aantal werken van {len(known)} {many}.",
            f"Points{when}: yearly growth against number of works of {len(known)} {many}.",
        )
    ]
    for verdict, nl, en in (("rises", "Groeit", "Growing"), ("falls", "Daalt", "Falling")):
        part = known[known["verdict"] == verdict]
        if len(part):
            part = part.reindex(part["growth"].abs().sort_values(ascending=False, kind="stable").index)
            row = part.iloc[0]
            others = say(lang, f" en {len(part) - 1} meer", f" and {len(part) - 1} more") if len(part) > 1 else ""
            rate = format_percent(row["growth"], 0, lang)
            needed.append(f"{say(lang, nl, en)}: {shorten(row['name'], 36)} ({rate}){others}.")
    flat = int((known["verdict"] == "steady").sum())
    extra = [say(lang, f"{flat} zonder duidelijke trend.", f"{flat} without a clear trend.")] if flat else []
    if left_out:
        extra.append(say(lang, f"{left_out} met te weinig gegevens.", f"{left_out} with too little data."))
    extra.append(say(lang, "Elke streep is een 95 %-interval.", "Each whisker is a 95% interval."))
    return fit_alt(needed, extra)


def _frame(known: pd.DataFrame) -> tuple[np.ndarray, list[float], tuple[float, float], bool]:
    """Return middles in points, levels of growth, their limits, and whether works are on a log scale."""
    works = known["works"].to_numpy(float)
    logarithmic = bool(len(works) and works.max() / max(works.min(), 1) > 8)
    low = min(0.0, float(known["low"].fillna(known["growth"]).clip(*LIMITS).min())) if len(known) else 0.0
    high = max(0.0, float(known["high"].fillna(known["growth"]).clip(*LIMITS).max())) if len(known) else 0.1
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if (high - low) / s <= 6 or s == 0.5)
    levels = [round(step * i, 4) for i in range(int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9)) + 1)]
    bottom, top = levels[0], max(levels[-1], levels[0] + step)
    x = _across(works, works, logarithmic)
    y = FOOT + (known["growth"].clip(*LIMITS).to_numpy(float) - bottom) / (top - bottom) * (HEIGHT - FOOT - HEAD)
    return np.column_stack([x, y]), levels, (bottom, top), logarithmic


def _up(value: float, limits: tuple[float, float]) -> float:
    bottom, top = limits
    return FOOT + (min(max(value, bottom), top) - bottom) / (top - bottom) * (HEIGHT - FOOT - HEAD)


def _across(values: np.ndarray, works: np.ndarray, logarithmic: bool) -> np.ndarray:
    if not len(works):
        return np.zeros(0)
    scale = np.log10 if logarithmic else np.asarray
    low = scale(np.array([max(works.min(), 1.0) * 0.85]))[0] if logarithmic else 0.0
    high = scale(np.array([works.max() * (1.25 if logarithmic else 1.08) + 1e-9]))[0]
    return LEFT + (scale(np.maximum(values, 1.0) if logarithmic else values) - low) / (high - low) * (
        style.WIDTH - LEFT - RIGHT
    )


def _labels(known: pd.DataFrame) -> tuple[dict[int, Label], int]:
    """Return where the names of what moves and of the two largest stand, and how many found no place."""
    if known.empty:
        return {}, 0
    middles, _, limits, _ = _frame(known)
    whiskers = [
        (x - 3, _up(low, limits), x + 3, _up(high, limits))
        for (x, _), low, high in zip(
            middles, known["low"].fillna(known["growth"]), known["high"].fillna(known["growth"]), strict=True
        )
    ]
    moving = known[known["verdict"].isin(["rises", "falls"])]
    strong = list(moving.reindex(moving["growth"].abs().sort_values(ascending=False, kind="stable").index).index)
    chosen = strong + [i for i in known.index[:2] if i not in strong]
    order = chosen + [i for i in known.index if i not in chosen]
    texts = [wrap(str(known.loc[i, "name"]), 130, style.SMALL) for i in chosen]
    box = (LEFT + 2, FOOT + 2, style.WIDTH - 2, HEIGHT - 14)
    radii = np.full(len(order), 5.0)
    places = place(middles[order], radii, texts, box, taken=whiskers)
    found = {i: p for i, p in zip(chosen, places, strict=True) if p is not None}
    for position, i in enumerate(chosen):
        if i in found:
            continue
        # No room beside the point: then at either end of its whisker.
        for end in (whiskers[i][1], whiskers[i][3]):
            moved, free = (
                middles[order].copy(),
                whiskers + [(p.left, p.bottom, p.left + p.width, p.bottom + p.height) for p in found.values()],
            )
            moved[position] = (middles[i][0], end)
            asked = [texts[position] if k == position else [] for k in range(len(chosen))]
            label = place(moved, np.where(np.arange(len(order)) == position, 1.0, 5.0), asked, box, taken=free)[
                position
            ]
            if label is not None:
                found[i] = label
                break
    return found, len(chosen) - len(found)


def _draw(known: pd.DataFrame, labels: dict[int, Label], lang: str) -> Sheet:
    drawing = sheet(HEIGHT)
    axes = lattice(drawing)
    middles, levels, (bottom, top), logarithmic = _frame(known)
    up = partial(_up, limits=(bottom, top))
    for level in levels:
        y = up(level)
        zero = abs(level) < 1e-9
        axes.plot(
            [LEFT, style.WIDTH - RIGHT],
            [y, y],
            color=style.GREY if zero else style.GRID,
            linewidth=1.0 if zero else 0.7,
            zorder=0,
        )
        text = ("+" if level > 1e-9 else "") + format_percent(level, 0, lang)
        write(axes, LEFT - 6, y, text, across="right", size=style.SMALL, colour=style.SECONDARY)
    write(
        axes,
        0,
        HEIGHT,
        say(lang, "↑ groei per jaar", "↑ growth per year"),
        up="top",
        size=style.SMALL,
        colour=style.SECONDARY,
    )
    _works_axis(axes, known["works"].to_numpy(float), logarithmic, lang)
    looks = {"rises": (style.PALETTE[1], style.MARKERS[0]), "falls": (style.PALETTE[2], style.MARKERS[1])}
    for i, row in enumerate(rows_of(known)):
        colour, marker = looks.get(str(row.verdict), (style.GREY, style.MARKERS[0]))
        x, y = middles[i]
        moving = str(row.verdict) in looks
        if np.isfinite(row.low) and np.isfinite(row.high):
            axes.plot(
                [x, x],
                [up(row.low), up(row.high)],
                color=colour if moving else style.GREY,
                linewidth=1.3 if moving else 0.9,
                zorder=2 if moving else 1,
            )
        point = axes.plot(
            [x],
            [y],
            marker,
            color=colour,
            markersize=8 if moving else 6,
            zorder=4 if moving else 3,
            markeredgecolor=style.PAPER,
            markeredgewidth=0.8,
        )
        name_mark(point, row.name)
        if i in labels:
            ink = colour if moving else style.SECONDARY
            draw_label(axes, labels[i], colour=ink)
    return drawing


def _works_axis(axes: Axes, works: np.ndarray, logarithmic: bool, lang: str) -> None:
    if not len(works):
        return
    if logarithmic:
        marks = [
            m * 10**p for p in range(7) for m in (1, 2, 5) if works.min() * 0.85 <= m * 10**p <= works.max() * 1.25
        ]
    else:
        step = next(m * 10**p for p in range(7) for m in (1, 2, 5) if works.max() / (m * 10**p) <= 5)
        marks = [step * i for i in range(int(works.max() // step) + 1)]
    right = -1e9
    for mark, x in zip(marks, _across(np.array(marks, float), works, logarithmic), strict=True):
        text = format_number(mark, 0, lang)
        half = text_width(text, style.SMALL) / 2
        if x - half < right + 6:
            continue
        right = x + half
        write(axes, x, FOOT - 5, text, across="center", up="top", size=style.SMALL, colour=style.SECONDARY)
    scale = say(lang, " (elke stap even veel keer zo groot)", " (equal steps multiply)") if logarithmic else ""
    write(
        axes,
        style.WIDTH - RIGHT,
        3,
        say(lang, f"aantal werken{scale} →", f"number of works{scale} →"),
        across="right",
        up="bottom",
        size=style.SMALL,
        colour=style.SECONDARY,
    )
