"""The PRISMA flow: how many works were found, left out and why, and read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import clean, lattice, leading, rows_of, sheet, text_width, wrap, write
from leeszaal.charts.figure import Figure
from leeszaal.charts.hover import name_area
from leeszaal.charts.sentences import fit_alt, need, say, shorten
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.works.numbers import format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

__all__ = ["prisma_flow"]

KINDS = ("previous", "dropped", "source", "other", "step", "excluded")
_PAD = 8.0  # points
_Line = tuple[str, list[str], str]  # a name, the same in lines, and its number


@dataclass(frozen=True)
class _Stage:
    """One box: its name and number, where it came from, and what left between the box before and this one.

    `others` is what came by other methods than databases and registers.
    """

    name: str
    n: int
    sources: tuple[tuple[str, int], ...]
    out: tuple[tuple[str, int], ...]
    others: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class _Flow:
    """The boxes from above to below, and what was taken up before, which joins them in the last."""

    stages: tuple[_Stage, ...]
    previous: _Stage | None = None

    @property
    def kept(self) -> int:
        """How many of before are in it still."""
        return self.previous.n - sum(n for _, n in self.previous.out) if self.previous else 0


def prisma_flow(
    frame: pd.DataFrame,
    *,
    source: str,
    as_of: str = "",
    since: str = "",
    slug: str = "prisma",
    lang: str = "nl",
) -> Figure:
    """Draw the flow of works from search to reading (Page and others, PRISMA 2020, BMJ 372:n71).

    Parameters
    ----------
    frame
        In the order of the flow: ``step`` (text), ``n`` (whole number), ``kind``: ``"source"`` rows
        (databases and registers) and ``"other"`` rows (websites, organisations, citations: a column of their own)
        come before the first step and add up to it, ``"step"`` is a box, ``"excluded"`` rows stand between two
        steps and are the difference. For the update of a living review one ``"previous"`` row goes before all
        others (what the version before took up), with ``"dropped"`` rows after it (what of that is out by now);
        what is left of it is added to the last step.
    source
        See `leeszaal.charts.source_line`.
    as_of
        Date or period of the search, for the subtitle.
    since
        From when works are new, for the subtitle of an update.
    slug, lang
        Name of the files, language of the reader.

    Raises
    ------
    LeeszaalError
        When the numbers do not add up: the difference between two steps must be what was left out between
        them, and the last holds what was taken up before too.
    """
    what = say(lang, "stroom van werken", "flow of works")
    need(frame, ["step", "n", "kind"], what)
    flow = _flow(frame, what)
    first, last = flow.stages[0], flow.stages[-1]
    number = [format_number(x, 0, lang) for x in (last.n, first.n)]
    words = say(lang, "Stap Aantal Soort", "Step Number Kind").split()
    kinds = {
        "previous": say(lang, "eerder", "before"),
        "dropped": say(lang, "eerder, afgevallen", "before, left out"),
        "source": say(lang, "bron", "source"),
        "other": say(lang, "bron, andere weg", "source, other method"),
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
    if flow.previous is not None:
        when += say(lang, "; links wat er al was", "; on the left what was there")
        when += say(lang, f" vóór {since}", f" before {since}") if since else ""
    return Figure(
        slug=slug,
        title=_title(flow, number, lang),
        subtitle=say(
            lang,
            f"Aantal werken per stap van zoeken tot lezen{when}; rechts wat afviel en waarom",
            f"Number of works per step from search to reading{when}; on the right what was left out and why",
        ),
        alt=_alt(flow, lang),
        source=source,
        table=table,
        drawing=partial(_draw, flow, lang),
        caption=say(lang, "Van zoeken tot lezen (PRISMA)", "From search to reading (PRISMA)"),
        lang=lang,
        steps=tuple(_steps(flow, lang)),
    )


def _flow(frame: pd.DataFrame, what: str) -> _Flow:
    stages: list[_Stage] = []
    before: list[tuple[str, int]] = []
    sources: list[tuple[str, int]] = []
    others: list[tuple[str, int]] = []
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
        if row.kind in ("previous", "dropped"):
            if stages or sources or others or out or (row.kind == "previous") == bool(before):
                raise LeeszaalError(
                    f"Voor de figuur ‘{what}’ staat ‘{name}’ (soort ‘{row.kind}’, rij {i}) niet op zijn plaats.",
                    "Begin met één rij ‘previous’, dan de rijen ‘dropped’, dan pas de rest.",
                )
            before.append((name, n))
        elif row.kind in ("source", "other"):
            if stages or out:
                raise LeeszaalError(
                    f"Voor de figuur ‘{what}’ staat bron ‘{name}’ (rij {i}) na een stap.",
                    "Zet bronnen bovenaan.",
                )
            (sources if row.kind == "source" else others).append((name, n))
        elif row.kind == "excluded":
            if not stages:
                raise LeeszaalError(
                    f"Voor de figuur ‘{what}’ valt ‘{name}’ (rij {i}) af voor de eerste stap.",
                    "Begin met een stap.",
                )
            out.append((name, n))
        else:
            together = sum(k for _, k in (*sources, *others))
            if (sources or others) and together != n:
                raise LeeszaalError(
                    f"Voor de figuur ‘{what}’ zijn de bronnen samen {together}, maar stap ‘{name}’ telt {n}.",
                    "De getallen van de bronnen moeten optellen tot de eerste stap.",
                )
            stages.append(_Stage(name, n, tuple(sources), tuple(out), tuple(others)))
            sources, others, out = [], [], []
    if out or not stages:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ ontbreekt een laatste stap.", "Sluit af met een rij van soort ‘step’."
        )
    flow = _Flow(tuple(stages), _Stage(*before[0], (), tuple(before[1:])) if before else None)
    _add_up(flow, what)
    return flow


def _add_up(flow: _Flow, what: str) -> None:
    """Raise an error when the difference of two steps is not what was left out, or joined, between them."""
    if flow.kept < 0 or (flow.previous and len(flow.stages) < 2):
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ past wat er eerder was niet bij de rest.",
            "Er valt niet meer af dan er was, en er zijn ten minste twee stappen.",
        )
    for before, stage in pairwise(flow.stages):
        gone = sum(k for _, k in stage.out)
        joined = flow.kept if stage is flow.stages[-1] else 0
        expected = before.n - gone + joined
        if expected != stage.n or gone > before.n:
            plus = f" plus {joined} van eerder" if joined else ""
            raise LeeszaalError(
                f"Voor de figuur ‘{what}’ klopt stap ‘{stage.name}’ niet: "
                f"{before.n} min {gone}{plus} is {expected}, niet {stage.n}.",
                "Elk werk dat afvalt hoort bij een reden (soort ‘excluded’).",
            )


def _title(flow: _Flow, number: list[str], lang: str) -> str:
    stages, (last, first) = flow.stages, number
    if flow.previous is not None:
        return _title_of_update(stages[-1].n - flow.kept, flow.kept, lang)
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
    if stages[-1].n == 0:
        nobody = f"Van {first} {found} is nog niets opgenomen"
        return say(lang, nobody, f"Nothing of {first} {found} has been included yet")
    stayed = say(lang, "bleef" if stages[-1].n == 1 else "bleven", "remained")
    return say(lang, f"Van {first} {found} {stayed} er {last} over", f"Of {first} {found} {last} {stayed}")


def _title_of_update(new: int, kept: int, lang: str) -> str:
    number, old = format_number(new, 0, lang), format_number(kept, 0, lang)
    if new == 0:
        return say(lang, f"Er kwam geen werk bij de {old} van eerder", f"No work joined the {old} of before")
    came = "kwam" if new == 1 else "kwamen"
    what = say(lang, "werk" if new == 1 else "werken", "work" if new == 1 else "works")
    return say(
        lang, f"Er {came} {number} {what} bij de {old} van eerder", f"{number} {what} joined the {old} of before"
    )


def _alt(flow: _Flow, lang: str) -> str:
    stages = flow.stages
    most = 26 if len(stages) < 5 else 18
    path = ", ".join(f"{shorten(s.name, most)} {format_number(s.n, 0, lang)}" for s in stages)
    needed = [say(lang, f"Stroomschema in {len(stages)} stappen: {path}.", f"Flow in {len(stages)} steps: {path}.")]
    if flow.previous is not None:
        kept = format_number(flow.kept, 0, lang)
        needed.append(say(lang, f"In de laatste zitten {kept} van eerder.", f"The last holds {kept} of before."))
    gone = [item for s in stages for item in s.out]
    extra = []
    if gone:
        name, n = max(gone, key=lambda item: item[1])
        extra.append(
            say(
                lang,
                f"Meest afgevallen: {shorten(name, 60)} ({format_number(n, 0, lang)}).",
                f"Most left out: {shorten(name, 60)} ({format_number(n, 0, lang)}).",
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


def _steps(flow: _Flow, lang: str) -> list[str]:
    lines = []
    for stage in (*([flow.previous] if flow.previous else []), *flow.stages):
        text = f"{stage.name}: {format_number(stage.n, 0, lang)}"
        if stage.others:
            ways = zip(_ways(lang), (stage.sources, stage.others), strict=True)
            text += f" ({'; '.join(f'{way.lower()}: {_named(items, lang)}' for way, items in ways if items)})"
        elif stage.sources:
            text += f" ({_named(stage.sources, lang)})"
        if stage.out:
            text += say(lang, "; afgevallen: ", "; left out: ") + _named(stage.out, lang)
        lines.append(text)
    if flow.previous:
        kept = format_number(flow.kept, 0, lang)
        lines[-1] += say(lang, f"; van eerder: {kept}", f"; of before: {kept}")
    return lines


def _ways(lang: str) -> tuple[str, str]:
    """Return the names of the two columns in which works are found."""
    return (
        say(lang, "Via databanken en registers", "Via databases and registers"),
        say(lang, "Via andere wegen", "Via other methods"),
    )


def _named(items: tuple[tuple[str, int], ...], lang: str) -> str:
    return ", ".join(f"{name} {format_number(n, 0, lang)}" for name, n in items)


def _draw(flow: _Flow, lang: str) -> Sheet:
    step = leading(style.SMALL)
    # With a column for what was before, the others make room.
    left, wide, out_left = (1.0, 190.0, 222.0) if flow.previous is None else (127.0, 152.0, 299.0)
    out_wide = style.WIDTH - out_left - 1
    first = flow.stages[0]
    ways = [
        _Text.of(_Stage(way, sum(n for _, n in items), items, ()), across, lang)
        for way, items, across in zip(_ways(lang), (first.sources, first.others), (wide, out_wide), strict=True)
    ]
    two_ways = bool(first.others)
    above = max(box.height for box in ways) + 26 if two_ways else 0.0
    boxes = [_Text.of(stage, wide, lang) for stage in flow.stages]
    if two_ways:
        boxes[0] = _Text.of(replace(first, sources=()), wide, lang)
    outs = [_pairs(stage.out, out_wide - 2 * _PAD, style.SMALL, lang) for stage in flow.stages]
    out_high = [step * sum(len(x) for _, x, _ in o) + 2 * _PAD if o else 0.0 for o in outs]
    gaps = [0.0, *(max(26.0, h + 12) for h in out_high[1:])]
    before = None
    if flow.previous is not None:
        before = _Text.of(replace(flow.previous, sources=flow.previous.out), 108, lang)
        # The column ends above the middle of the last box, where its line turns.
        room = sum(gaps) + sum(box.height for box in boxes) - boxes[-1].height / 2
        gaps[-1] += max(0.0, before.height + 12 - room)
    drawing = sheet(above + sum(box.height for box in boxes) + sum(gaps) + 2)
    axes = lattice(drawing)
    axes.set_aspect("auto")
    y = sum(box.height for box in boxes) + sum(gaps) + 1
    spine = left + wide / 2
    if before is not None:
        turn = 1 + boxes[-1].height / 2
        axes.plot([55, 55], [y - before.height, turn], color=style.SECONDARY, linewidth=1.1, solid_capstyle="butt")
        _arrow(axes, (55, turn), (left, turn), style.SECONDARY)
        _frame(axes, before, 1, 108, y)
    if two_ways:
        top, turn = y + above, y - boxes[0].height / 2
        _frame(axes, ways[0], left, wide, top)
        _frame(axes, ways[1], out_left, out_wide, top)
        _arrow(axes, (spine, top - ways[0].height), (spine, y), style.SECONDARY)
        corner = out_left + out_wide / 2
        axes.plot([corner, corner], [top - ways[1].height, turn], color=style.SECONDARY, linewidth=1.1)
        _arrow(axes, (corner, turn), (left + wide, turn), style.SECONDARY)
    for i, box in enumerate(boxes):
        if i:
            _arrow(axes, (spine, y), (spine, y - gaps[i]), style.SECONDARY)
            if outs[i]:
                middle = y - gaps[i] / 2
                _arrow(axes, (spine, middle), (out_left, middle), style.GREY)
                top = middle + out_high[i] / 2
                _rectangle(axes, out_left, top, out_wide, out_high[i], style.GREY)
                _list(axes, outs[i], out_left, out_wide, top - _PAD)
            y -= gaps[i]
        _frame(axes, box, left, wide, y, final=i == len(boxes) - 1 and i > 0)
        y -= box.height
    return drawing


@dataclass(frozen=True)
class _Text:
    """What is written in a box of the flow: its number, its name in lines, and what it is made of."""

    title: str
    number: str
    name: list[str]
    inner: list[_Line]

    @classmethod
    def of(cls, stage: _Stage, wide: float, lang: str) -> _Text:
        width = wide - 2 * _PAD
        inner = _pairs(stage.sources, width, style.SMALL, lang)
        number = format_number(stage.n, 0, lang)
        return cls(stage.name, number, wrap(stage.name, width, style.SIZE, most=3), inner)

    @property
    def height(self) -> float:
        inner = leading(style.SMALL) * sum(len(x) for _, x, _ in self.inner) + 3 if self.inner else 0
        return 2 * _PAD + 20 + leading(style.SIZE) * len(self.name) + inner


def _frame(axes: Axes, box: _Text, left: float, wide: float, top: float, *, final: bool = False) -> None:
    """Draw a box with its text, from its upper left corner."""
    _rectangle(axes, left, top, wide, box.height, style.PALETTE[0], 1.6 if final else 1.1, final)
    name_area(axes, box.title, left, top - box.height, wide, box.height)
    top -= _PAD
    write(axes, left + _PAD, top, box.number, up="top", size=15, bold=True, colour=style.PALETTE[0])
    write(axes, left + _PAD, top - 20, box.name, up="top")
    _list(axes, box.inner, left, wide, top - 20 - leading(style.SIZE) * len(box.name) - 3)


def _rectangle(
    axes: Axes,
    left: float,
    top: float,
    wide: float,
    high: float,
    colour: str,
    line: float = 0.9,
    shaded: bool = False,
) -> None:
    from matplotlib.patches import Rectangle

    face = style.BAND if shaded else style.PAPER
    axes.add_patch(Rectangle((left, top - high), wide, high, facecolor=face, edgecolor=colour, linewidth=line))


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    from matplotlib.patches import FancyArrowPatch

    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=9,
            shrinkA=0,
            shrinkB=0,
            color=colour,
            linewidth=1.1,
        )
    )


def _pairs(items: tuple[tuple[str, int], ...], width: float, size: float, lang: str) -> list[_Line]:
    numbers = [format_number(n, 0, lang) for _, n in items]
    room = max((text_width(n, size, bold=True) for n in numbers), default=0) + 8
    return [(name, wrap(name, width - room, size, most=3), n) for (name, _), n in zip(items, numbers, strict=True)]


def _list(axes: Axes, pairs: list[_Line], left: float, wide: float, top: float) -> None:
    put = partial(write, axes, up="top", size=style.SMALL, colour=style.SECONDARY)
    for name, lines, number in pairs:
        high = leading(style.SMALL) * len(lines)
        put(left + _PAD, top, lines)
        put(left + wide - _PAD, top, number, across="right", bold=True)
        name_area(axes, name, left, top - high, wide, high)
        top -= high
