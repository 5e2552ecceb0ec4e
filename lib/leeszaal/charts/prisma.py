"""The PRISMA flow: how many works were found, left out and why, and read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import clean, lattice, leading, rows_of, sheet, text_width, wrap, write
from leeszaal.charts.figure import Figure
from leeszaal.charts.sentences import fit_alt, need, say, shorten
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.works.numbers import format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

__all__ = ["prisma_flow"]

KINDS = ("source", "step", "excluded")


@dataclass(frozen=True)
class _Stage:
    """One box: its name and number, where it came from, and what left between the box before and this one."""

    name: str
    n: int
    sources: tuple[tuple[str, int], ...]
    out: tuple[tuple[str, int], ...]


def prisma_flow(frame: pd.DataFrame, *, source: str, as_of: str = "", slug: str = "prisma", lang: str = "nl") -> Figure:
    """Draw the flow of works from search to reading (Page and others, PRISMA 2020, BMJ 372:n71).

    Parameters
    ----------
    frame
        In the order of the flow: ``step`` (text), ``n`` (whole number), ``kind``: ``"source"`` rows come
        before the first step and add up to it, ``"step"`` is a box, ``"excluded"`` rows stand between two
        steps and are the difference.
    source
        See `leeszaal.charts.source_line`.
    as_of
        Date or period of the search, for the subtitle.
    slug, lang
        Name of the files, language of the reader.

    Raises
    ------
    LeeszaalError
        When the numbers do not add up: the difference between two steps must be what was left out between
        them.
    """
    what = say(lang, "stroom van werken", "flow of works")
    need(frame, ["step", "n", "kind"], what)
    stages = _stages(frame, what)
    first, last = stages[0], stages[-1]
    number = [format_number(x, 0, lang) for x in (last.n, first.n)]
    words = say(lang, "Stap Aantal Soort", "Step Number Kind").split()
    kinds = {
        "source": say(lang, "bron", "source"),
        "step": say(lang, "stap", "step"),
        "excluded": say(lang, "afgevallen", "left out"),
    }
    table = pd.DataFrame(
        {
            words[0]: [clean(s) for s in frame["step"]],
            words[1]: frame["n"].astype(int).to_numpy(),
            words[2]: [kinds[k] for k in frame["kind"]],
        }
    )
    when = f", {as_of}" if as_of else ""
    return Figure(
        slug=slug,
        title=_title(stages, number, lang),
        subtitle=say(
            lang,
            f"Aantal werken per stap van zoeken tot lezen{when}; rechts wat afviel en waarom",
            f"Number of works per step from search to reading{when}; on the right what was left out and why",
        ),
        alt=_alt(stages, lang),
        source=source,
        table=table,
        drawing=partial(_draw, stages, lang),
        caption=say(lang, "Van zoeken tot lezen (PRISMA)", "From search to reading (PRISMA)"),
        lang=lang,
        steps=tuple(_steps(stages, lang)),
    )


def _stages(frame: pd.DataFrame, what: str) -> tuple[_Stage, ...]:
    stages: list[_Stage] = []
    sources: list[tuple[str, int]] = []
    out: list[tuple[str, int]] = []
    for i, row in enumerate(rows_of(frame), start=1):
        if row.kind not in KINDS:
            raise LeeszaalError(
                f"Voor de figuur ‘{what}’ is ‘{row.kind}’ (rij {i}) geen soort.",
                nearest(str(row.kind), KINDS),
            )
        if pd.isna(row.n) or int(row.n) != row.n or row.n < 0:
            raise LeeszaalError(
                f"Voor de figuur ‘{what}’ is ‘{row.n}’ bij ‘{row.step}’ (rij {i}) geen aantal.",
                "Geef een heel getal, 0 of meer.",
            )
        name, n = clean(row.step), int(row.n)
        if row.kind == "source":
            if stages or out:
                raise LeeszaalError(
                    f"Voor de figuur ‘{what}’ staat bron ‘{name}’ (rij {i}) na een stap.",
                    "Zet bronnen bovenaan.",
                )
            sources.append((name, n))
        elif row.kind == "excluded":
            if not stages:
                raise LeeszaalError(
                    f"Voor de figuur ‘{what}’ valt ‘{name}’ (rij {i}) af voor de eerste stap.",
                    "Begin met een stap.",
                )
            out.append((name, n))
        else:
            _add_up(stages, sources, out, name, n, what)
            stages.append(_Stage(name, n, tuple(sources), tuple(out)))
            sources, out = [], []
    if out or not stages:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ ontbreekt een laatste stap.", "Sluit af met een rij van soort ‘step’."
        )
    return tuple(stages)


def _add_up(
    stages: list[_Stage],
    sources: list[tuple[str, int]],
    out: list[tuple[str, int]],
    name: str,
    n: int,
    what: str,
) -> None:
    if sources and sum(k for _, k in sources) != n:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ zijn de bronnen samen {sum(k for _, k in sources)}, maar stap ‘{name}’ telt {n}.",
            "De getallen van de bronnen moeten optellen tot de eerste stap.",
        )
    if stages:
        before, gone = stages[-1], sum(k for _, k in out)
        if before.n - gone != n:
            raise LeeszaalError(
                f"Voor de figuur ‘{what}’ klopt stap ‘{name}’ niet: "
                f"{before.n} min {gone} is {before.n - gone}, niet {n}.",
                "Elk werk dat afvalt hoort bij een reden (soort ‘excluded’).",
            )


def _title(stages: tuple[_Stage, ...], number: list[str], lang: str) -> str:
    last, first = number
    if stages[0].n == 0:
        return say(lang, "De zoekvraag leverde geen werken op", "The search found no works")
    if len(stages) == 1:
        noun = say(lang, "werk" if stages[0].n == 1 else "werken", "work" if stages[0].n == 1 else "works")
        verb = say(lang, "is" if stages[0].n == 1 else "zijn", "was" if stages[0].n == 1 else "were")
        return say(lang, f"Er {verb} {first} {noun} gevonden", f"{first} {noun} {verb} found")
    found = say(
        lang,
        "gevonden werk" if stages[0].n == 1 else "gevonden werken",
        "work found" if stages[0].n == 1 else "works found",
    )
    stayed = say(lang, "bleef" if stages[-1].n == 1 else "bleven", "remained")
    return say(lang, f"Van {first} {found} {stayed} er {last} over", f"Of {first} {found} {last} {stayed}")


def _alt(stages: tuple[_Stage, ...], lang: str) -> str:
    path = ", ".join(f"{shorten(s.name, 26)} {format_number(s.n, 0, lang)}" for s in stages)
    needed = [say(lang, f"Stroomschema in {len(stages)} stappen: {path}.", f"Flow in {len(stages)} steps: {path}.")]
    gone = [item for s in stages for item in s.out]
    extra = []
    if gone:
        name, n = max(gone, key=lambda item: item[1])
        extra.append(
            say(
                lang,
                f"Meest afgevallen: {format_number(n, 0, lang)}, {shorten(name, 40)}.",
                f"Most left out: {format_number(n, 0, lang)}, {shorten(name, 40)}.",
            )
        )
    extra.append(
        say(
            lang,
            "Dezelfde stappen staan als genummerde lijst bij de tabel.",
            "The same steps are a numbered list.",
        )
    )
    return fit_alt(needed, extra)


def _steps(stages: tuple[_Stage, ...], lang: str) -> list[str]:
    lines = []
    for stage in stages:
        text = f"{stage.name}: {format_number(stage.n, 0, lang)}"
        if stage.sources:
            text += " (" + ", ".join(f"{name} {format_number(n, 0, lang)}" for name, n in stage.sources) + ")"
        if stage.out:
            gone = ", ".join(f"{name} {format_number(n, 0, lang)}" for name, n in stage.out)
            text += say(lang, f"; afgevallen: {gone}", f"; left out: {gone}")
        lines.append(text)
    return lines


def _draw(stages: tuple[_Stage, ...], lang: str) -> Sheet:
    from matplotlib.patches import FancyArrowPatch, Rectangle

    step, size, pad = leading(style.SMALL), style.SMALL, 8.0
    wide, out_left = 190.0, 222.0
    out_wide = style.WIDTH - out_left - 1
    names = [wrap(s.name, wide - 2 * pad, style.SIZE, most=3) for s in stages]
    inner = [_pairs(s.sources, wide - 2 * pad, size, lang) for s in stages]
    heights = [
        2 * pad + 20 + leading(style.SIZE) * len(a) + (step * sum(len(x) for x, _ in b) + 3 if b else 0)
        for a, b in zip(names, inner, strict=True)
    ]
    outs = [_pairs(s.out, out_wide - 2 * pad, size, lang) for s in stages]
    out_high = [step * sum(len(x) for x, _ in o) + 2 * pad if o else 0.0 for o in outs]
    gaps = [0.0, *(max(26.0, h + 12) for h in out_high[1:])]
    height = sum(heights) + sum(gaps) + 2
    drawing = sheet(height)
    axes = lattice(drawing)
    axes.set_aspect("auto")
    y = height - 1
    spine = 1 + wide / 2
    for i, stage in enumerate(stages):
        if i:
            axes.add_patch(
                FancyArrowPatch(
                    (spine, y),
                    (spine, y - gaps[i]),
                    arrowstyle="-|>",
                    mutation_scale=9,
                    shrinkA=0,
                    shrinkB=0,
                    color=style.SECONDARY,
                    linewidth=1.1,
                )
            )
            if outs[i]:
                middle = y - gaps[i] / 2
                axes.add_patch(
                    FancyArrowPatch(
                        (spine, middle),
                        (out_left, middle),
                        arrowstyle="-|>",
                        mutation_scale=9,
                        shrinkA=0,
                        shrinkB=0,
                        color=style.GREY,
                        linewidth=1.0,
                    )
                )
                axes.add_patch(
                    Rectangle(
                        (out_left, middle - out_high[i] / 2),
                        out_wide,
                        out_high[i],
                        facecolor=style.PAPER,
                        edgecolor=style.GREY,
                        linewidth=0.9,
                    )
                )
                _list(axes, outs[i], out_left, out_wide, middle + out_high[i] / 2 - pad, pad, size)
            y -= gaps[i]
        final = i == len(stages) - 1 and i > 0
        axes.add_patch(
            Rectangle(
                (1, y - heights[i]),
                wide,
                heights[i],
                facecolor=style.BAND if final else style.PAPER,
                edgecolor=style.PALETTE[0],
                linewidth=1.6 if final else 1.1,
            )
        )
        top = y - pad
        write(
            axes,
            1 + pad,
            top,
            format_number(stage.n, 0, lang),
            up="top",
            size=15,
            bold=True,
            colour=style.PALETTE[0],
        )
        write(axes, 1 + pad, top - 20, names[i], up="top")
        if inner[i]:
            _list(axes, inner[i], 1, wide, top - 20 - leading(style.SIZE) * len(names[i]) - 3, pad, size)
        y -= heights[i]
    return drawing


def _pairs(items: tuple[tuple[str, int], ...], width: float, size: float, lang: str) -> list[tuple[list[str], str]]:
    numbers = [format_number(n, 0, lang) for _, n in items]
    room = max((text_width(n, size, bold=True) for n in numbers), default=0) + 8
    return [(wrap(name, width - room, size, most=2), n) for (name, _), n in zip(items, numbers, strict=True)]


def _list(
    axes: Axes,
    pairs: list[tuple[list[str], str]],
    left: float,
    wide: float,
    top: float,
    pad: float,
    size: float,
) -> None:
    for lines, number in pairs:
        write(axes, left + pad, top, lines, up="top", size=size, colour=style.SECONDARY)
        write(
            axes,
            left + wide - pad,
            top,
            number,
            up="top",
            across="right",
            size=size,
            bold=True,
            colour=style.SECONDARY,
        )
        top -= leading(size) * len(lines)
