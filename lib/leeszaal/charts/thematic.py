"""A thematic map: groups of terms by how central and how dense they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import HALF, lattice, sheet, wrap, write
from leeszaal.charts.figure import Figure
from leeszaal.charts.hover import name_mark
from leeszaal.charts.labels import Label, draw_label, place, push_apart
from leeszaal.charts.sentences import counted, fit_alt, fit_title, need, say, shorten
from leeszaal.works.numbers import format_list

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["thematic_figure"]

HEIGHT, MARGIN, NAMED = 330.0, 26.0, 14
# Quadrant to its name, and to where it stands: right and up are high.
QUADRANTS = {
    "motor": (("dragend", "motor themes"), (1, 1)),
    "niche": (("apart", "niche themes"), (0, 1)),
    "basic": (("basis", "basic themes"), (1, 0)),
    "emerging": (("opkomend of verdwijnend", "emerging or declining"), (0, 0)),
}
Plan = tuple[np.ndarray, np.ndarray, list[Label | None], tuple[float, float]]


def thematic_figure(themes: pd.DataFrame, *, source: str, slug: str = "themakaart", lang: str = "nl") -> Figure:
    """Draw groups of terms: to the right more connected with other groups, higher up more tightly knit.

    Parameters
    ----------
    themes
        As `leeszaal.trends.networks.thematic_map` gives.
    source
        See `leeszaal.charts.source_line`.
    slug, lang
        Name of the files, language of the reader.

    Notes
    -----
    Both axes show the rank of a group, so that one extreme group does not press the others together; the figures
    themselves stand in the table. The lines are the medians.
    """
    what = say(lang, "themakaart", "thematic map")
    columns = ["name", "terms", "size", "works", "centrality", "density", "quadrant"]
    rows = need(themes, columns, what).sort_values(["works", "name"], ascending=[False, True], ignore_index=True)
    plan = _plan(rows)
    lost = sum(label is None for label in plan[2])
    heads = say(
        lang,
        "Groep Termen Aantal Werken Centraliteit Dichtheid Kwadrant",
        "Group Terms Number Works Centrality Density Quadrant",
    ).split()
    table = rows[columns].assign(quadrant=[say(lang, *QUADRANTS[str(q)][0]) for q in rows["quadrant"]])
    note = say(
        lang,
        "Groepen termen die samen voorkomen; rechts: meer verbonden met andere, boven: hechter; groter is meer werken",
        "Groups of terms that occur together; right: more connected to others, up: tighter; larger is more works",
    )
    if lost:
        note += say(lang, f"; {lost} namen alleen in de tabel", f"; {lost} names in the table only")
    return Figure(
        slug=slug,
        title=_title(rows, lang),
        subtitle=note,
        alt=_alt(rows, lang),
        source=source,
        table=table.set_axis(heads, axis=1),
        drawing=partial(_draw, rows, plan, lang),
        caption=say(lang, f"Kaart van {len(rows)} groepen termen", f"Map of {len(rows)} groups of terms"),
        formats={heads[4]: "number2", heads[5]: "number2"},
        lang=lang,
    )


def _title(rows: pd.DataFrame, lang: str) -> str:
    motor = rows[rows["quadrant"] == "motor"]
    top = (motor if len(motor) else rows).iloc[0]
    if len(motor):
        return fit_title(
            [
                lambda n: say(
                    lang,
                    f"{n} draagt het veld: hecht en met veel andere termen verbonden",
                    f"{n} carries the field: tight and connected with many other terms",
                ),
                lambda n: say(lang, f"{n} draagt het veld", f"{n} carries the field"),
            ],
            str(top["name"]),
        )
    return fit_title(
        lambda n: say(lang, f"Geen groep draagt het veld; {n} is het grootst", f"No group carries; {n} leads"),
        str(top["name"]),
    )


def _alt(rows: pd.DataFrame, lang: str) -> str:
    groups = counted(len(rows), "groep groepen", "group groups", lang)
    needed = [say(lang, f"Kaart van {groups} termen, naar centraliteit en dichtheid.", f"Map of {groups} of terms.")]
    for key, (words, _) in QUADRANTS.items():
        names = [shorten(str(n), 34) for n in rows.loc[rows["quadrant"] == key, "name"].head(2)]
        if names:
            needed.append(f"{say(lang, *words).capitalize()}: {format_list(names, lang)}.")
    return fit_alt(
        needed[:4],
        [*needed[4:], say(lang, "Een groter rondje staat voor meer werken.", "A larger bubble stands for more works.")],
    )


def _plan(rows: pd.DataFrame) -> Plan:
    n = len(rows)
    radii = np.clip(4 + 14 * np.sqrt(rows["works"].to_numpy(float) / max(float(rows["works"].max()), 1)), 4, 18)
    box = (MARGIN + 40, MARGIN + 20, style.WIDTH - 60, HEIGHT - 40)
    middles, cross = np.zeros((n, 2)), []
    for axis, column in enumerate(("centrality", "density")):
        rank = rows[column].rank(method="average").to_numpy() - 1
        low, high = box[axis], box[axis + 2]
        middles[:, axis] = low + (rank / max(n - 1, 1) if n > 1 else np.full(n, 0.5)) * (high - low)
        # Groups at the median itself count as high, so the line stands just before them.
        above = rows[column] >= rows[column].median()
        edge = middles[above.to_numpy(), axis].min()
        under = middles[~above.to_numpy(), axis]
        cross.append((edge + under.max()) / 2 if len(under) else edge - 20)
    middles = push_apart(middles, radii, (MARGIN, MARGIN, style.WIDTH - 10, HEIGHT - 22), gap=6)
    texts = [wrap(str(name), 110, style.SMALL) for name in rows["name"].head(NAMED)]
    corners = [(0.0, HEIGHT - 16, style.WIDTH, HEIGHT), (0.0, 0.0, style.WIDTH, MARGIN - 4)]
    labels = place(middles, radii, texts, (MARGIN - 8, MARGIN, style.WIDTH, HEIGHT - 16), taken=corners)
    return middles, radii, [*labels, *([None] * (n - len(labels)))], (cross[0], cross[1])


def _draw(rows: pd.DataFrame, plan: Plan, lang: str) -> Sheet:
    drawing = sheet(HEIGHT)
    axes = lattice(drawing)
    middles, radii, labels, (x, y) = plan
    axes.plot([x, x], [MARGIN, HEIGHT - 18], color=style.GRID, linewidth=0.9, zorder=0)
    axes.plot([MARGIN, style.WIDTH - 4], [y, y], color=style.GRID, linewidth=0.9, zorder=0)
    for number, (key, (words, (right, up))) in enumerate(QUADRANTS.items()):
        colour = style.PALETTE[number]
        at = (style.WIDTH - 4 if right else MARGIN, HEIGHT - 8 if up else MARGIN - 10)
        side: HALF = "right" if right else "left"
        write(axes, *at, say(lang, *words), across=side, size=style.SMALL, colour=colour, bold=True)
        for i in np.flatnonzero(rows["quadrant"] == key):
            marker = style.MARKERS[number]
            point = axes.plot(
                [middles[i, 0]], [middles[i, 1]], marker,
                markersize=2 * radii[i] * {"s": 0.886, "D": 0.8}.get(marker, 1.0),
                markerfacecolor=style.blend(colour, 0.35), markeredgecolor=colour, markeredgewidth=1.3, zorder=2,
            )  # fmt: skip
            name_mark(point, rows["name"].iloc[i])
    for label in labels:
        if label is not None:
            draw_label(axes, label)
    middle, small, grey = style.WIDTH / 2, style.SMALL - 1, style.SECONDARY
    more = say(lang, "meer verbonden →", "more connected →")
    write(axes, middle, MARGIN - 10, more, across="center", size=small, colour=grey)
    write(axes, middle, HEIGHT - 8, say(lang, "↑ hechter", "↑ tighter"), across="center", size=small, colour=grey)
    return drawing
