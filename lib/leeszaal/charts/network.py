"""Who is connected with whom: authors, works or terms, the ten best connected named."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import lattice, sheet, wrap
from leeszaal.charts.figure import Figure
from leeszaal.charts.hover import name_mark
from leeszaal.charts.labels import Label, draw_label, place, push_apart
from leeszaal.charts.sentences import counted, fit_alt, fit_title, need, say, shorten
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.works.numbers import format_count, format_list

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["network"]

HEIGHT = 360.0
NAMED = 10


def network(
    edges: pd.DataFrame,
    *,
    source: str,
    nodes: pd.DataFrame | None = None,
    noun: tuple[str, str] | None = None,
    link: str = "",
    random_state: int = 0,
    slug: str = "netwerk",
    lang: str = "nl",
) -> Figure:
    """Draw a network; the ten nodes with the most connections get their name.

    Parameters
    ----------
    edges
        One row a connection: ``a``, ``b``, optionally ``weight``. Direction and repetition do not count; a
        node with itself is an error.
    source
        See `leeszaal.charts.source_line`.
    nodes
        ``node``, optionally ``name`` and ``group``; by default all that stand in `edges`, grouped by
        connected part.
    noun
        Singular and plural of a node; author(s) by default.
    link
        What a line means, for the subtitle: "lijn: samen een werk geschreven".
    random_state
        Where the layout starts.
    slug, lang
        Name of the files, language of the reader.

    Notes
    -----
    Layout by Fruchterman and Reingold (Software: Practice and Experience 21, 1991), bubbles pushed apart
    afterwards.
    """
    what = say(lang, "netwerk", "network")
    need(edges, ["a", "b"], what)
    one, many = noun or (("auteur", "auteurs") if lang == "nl" else ("author", "authors"))
    pairs, ids, names, given = _tidy(edges, nodes, what)
    n = len(ids)
    degree = np.zeros(n, dtype=int)
    for i, j in pairs:
        degree[i] += 1
        degree[j] += 1
    part = _parts(n, pairs)
    group = [f"{say(lang, 'groep', 'group')} {g + 1}" for g in part] if given is None else given
    order = sorted(range(n), key=lambda i: (-degree[i], names[i]))
    sizes = pd.Series(group).value_counts()
    coloured = sorted(sizes.index, key=lambda g: (-sizes[g], g))[: len(style.PALETTE)] if len(sizes) > 1 else [group[0]]
    plan = _plan(n, pairs, degree, names, order, random_state)
    words = [one.capitalize(), *say(lang, "Groep Verbindingen", "Group Connections").split()]
    table = pd.DataFrame({words[0]: names, words[1]: group, words[2]: degree}).iloc[order]
    lost = sum(plan[2].get(i) is None for i in order[:NAMED])
    nodes_text = format_count(n, one, many, lang)
    links_text = counted(len(pairs), "verbinding verbindingen", "connection connections", lang)
    notes = [
        say(
            lang,
            f"{nodes_text} en {links_text}; groter is meer verbindingen",
            f"{nodes_text} and {links_text}; larger is more connections",
        )
    ]
    if link:
        notes.append(link)
    if lost:
        notes.append(
            say(
                lang,
                f"{lost} {'naam' if lost == 1 else 'namen'} alleen in de tabel",
                f"{lost} {'name' if lost == 1 else 'names'} in the table only",
            )
        )
    return Figure(
        slug=slug,
        title=_title(degree, names, order, (one, many), lang),
        subtitle="; ".join(notes),
        alt=_alt(degree, names, order, len(pairs), len(sizes), int(max(part) + 1), (one, many), lang),
        source=source,
        table=table,
        drawing=partial(_draw, plan, pairs, names, group, coloured),
        caption=say(lang, f"Netwerk van {n} {one if n == 1 else many}", f"Network of {n} {one if n == 1 else many}"),
        lang=lang,
    )


Pairs = list[tuple[int, int]]


def _tidy(
    edges: pd.DataFrame, nodes: pd.DataFrame | None, what: str
) -> tuple[Pairs, list[str], list[str], list[str] | None]:
    ends = [(str(a), str(b)) for a, b in zip(edges["a"], edges["b"], strict=True)]
    if nodes is None:
        ids = sorted({x for pair in ends for x in pair})
        names, group = ids, None
    else:
        need(nodes, ["node"], what)
        ids = [str(x) for x in nodes["node"]]
        names = [str(x) for x in nodes["name"]] if "name" in nodes.columns else ids
        group = ["–" if pd.isna(g) else str(g) for g in nodes["group"]] if "group" in nodes.columns else None
        if len(set(ids)) < len(ids):
            raise LeeszaalError(
                f"Voor de figuur ‘{what}’ staat een knoop twee keer in de tabel.", "Geef één rij per knoop."
            )
    index: Mapping[str, int] = {x: i for i, x in enumerate(ids)}
    found: set[tuple[int, int]] = set()
    for a, b in ends:
        for x in (a, b):
            if x not in index:
                raise LeeszaalError(
                    f"Voor de figuur ‘{what}’ verbindt een lijn ‘{x}’, die geen knoop is.", nearest(x, ids)
                )
        if a == b:
            raise LeeszaalError(f"Voor de figuur ‘{what}’ is ‘{a}’ met zichzelf verbonden.", "Haal die rij weg.")
        found.add((min(index[a], index[b]), max(index[a], index[b])))
    return sorted(found), ids, names, group


def _parts(n: int, pairs: Pairs) -> list[int]:
    """Return the connected part of each node, numbered from the largest."""
    root = list(range(n))

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, j in pairs:
        root[max(top(i), top(j))] = min(top(i), top(j))
    tops = [top(i) for i in range(n)]
    ranked = sorted(set(tops), key=lambda t: (-tops.count(t), t))
    return [ranked.index(t) for t in tops]


def _title(degree: np.ndarray, names: list[str], order: list[int], noun: tuple[str, str], lang: str) -> str:
    best = int(degree[order[0]])
    tied = [i for i in order if degree[i] == best]
    many = noun[1]
    if len(tied) == 1:
        return fit_title(
            [
                lambda x: say(
                    lang,
                    f"{x} is met {best} van de {len(names) - 1} andere {many} verbonden, het meest van allen",
                    f"{x} is connected with {best} of the {len(names) - 1} other {many}, more than anyone",
                ),
                lambda x: say(lang, f"{x} heeft de meeste verbindingen ({best})", f"{x} has most connections ({best})"),
            ],
            names[tied[0]],
        )
    links = counted(best, "verbinding verbindingen", "connection connections", lang)
    if len(tied) == 2:
        return fit_title(
            lambda a, b: say(
                lang, f"{a} en {b} hebben elk {links}, de meeste", f"{a} and {b} each have {links}, the most"
            ),
            *[names[i] for i in tied],
        )
    return say(
        lang,
        f"Geen van de {len(names)} {many} steekt eruit: {len(tied)} hebben elk {links}",
        f"None of the {len(names)} {many} stands out: {len(tied)} each have {links}",
    )


def _alt(
    degree: np.ndarray,
    names: list[str],
    order: list[int],
    links: int,
    groups: int,
    parts: int,
    noun: tuple[str, str],
    lang: str,
) -> str:
    n = len(names)
    nodes = format_count(n, noun[0], noun[1], lang)
    lines = counted(links, "verbinding verbindingen", "connection connections", lang)
    clusters = counted(groups, "groep groepen", "group groups", lang)
    best = format_list([f"{shorten(names[i], 30)} ({degree[i]})" for i in order[:3]], lang)
    loose = (
        say(lang, f"Het valt in {parts} losse delen uiteen.", f"It falls into {parts} separate parts.")
        if parts > 1
        else say(lang, "Alles hangt samen.", "All of it is connected.")
    )
    return fit_alt(
        [
            say(
                lang,
                f"Netwerk van {nodes} met {lines} in {clusters}.",
                f"Network of {nodes} with {lines} in {clusters}.",
            ),
            say(lang, f"Meeste verbindingen: {best}.", f"Most connections: {best}."),
        ],
        [
            loose,
            say(
                lang,
                "De tien met de meeste verbindingen staan bij naam.",
                "The ten best connected are named.",
            ),
        ],
    )


Plan = tuple[np.ndarray, np.ndarray, dict[int, Label | None]]


def _plan(n: int, pairs: Pairs, degree: np.ndarray, names: list[str], order: list[int], seed: int) -> Plan:
    radii = np.clip(3 + 9 * np.sqrt(degree / max(int(degree.max()), 1)), 3, 12) * (1.0 if n <= 60 else 0.6)
    box = (60.0, 12.0, style.WIDTH - 60, HEIGHT - 12)
    where = _layout(n, pairs, seed)
    low, high = where.min(axis=0), where.max(axis=0)
    span = np.where(high - low > 1e-9, high - low, 1.0)
    middles = np.array(box[:2]) + (where - low) / span * (np.array(box[2:]) - np.array(box[:2]))
    middles = push_apart(np.round(middles, 6), radii, (20.0, 4.0, style.WIDTH - 20, HEIGHT - 4), gap=3)
    texts = [wrap(names[i], 110, style.SMALL) for i in order[:NAMED]]
    labels = place(middles[order], radii[order], texts, (0, 0, style.WIDTH, HEIGHT))
    return middles, radii, dict(zip(order, labels, strict=False))


def _layout(n: int, pairs: Pairs, seed: int) -> np.ndarray:
    """Fruchterman–Reingold in a unit square with a weak pull to the middle, 150 rounds."""
    rng = np.random.default_rng(seed)
    where = rng.uniform(-0.5, 0.5, (n, 2))
    ideal = 0.9 / np.sqrt(n)
    joined = np.zeros((n, n))
    for i, j in pairs:
        joined[i, j] = joined[j, i] = 1
    for heat in np.linspace(0.1, 0.002, 150):
        step = where[:, None] - where[None]
        far = np.maximum(np.hypot(step[..., 0], step[..., 1]), 1e-3)
        force = ideal**2 / far**2 - joined * far / ideal
        move = (step * force[..., None]).sum(axis=1) - 0.8 * where
        size = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-9)[:, None]
        where = where + move / size * np.minimum(size, heat)
    return where


def _draw(plan: Plan, pairs: Pairs, names: list[str], group: list[str], coloured: list[str]) -> Sheet:
    drawing = sheet(HEIGHT)
    axes = lattice(drawing)
    middles, radii, labels = plan
    for i, j in pairs:
        axes.plot(
            middles[[i, j], 0],
            middles[[i, j], 1],
            color=style.blend(style.GREY, 0.55),
            linewidth=0.7,
            zorder=0,
        )
    for i in range(len(middles)):
        known = group[i] in coloured
        colour = style.PALETTE[coloured.index(group[i])] if known else style.GREY
        marker = style.MARKERS[coloured.index(group[i])] if known else style.MARKERS[0]
        point = axes.plot(
            [middles[i, 0]],
            [middles[i, 1]],
            marker,
            markersize=1.8 * radii[i],
            color=colour,
            markeredgecolor=style.PAPER,
            markeredgewidth=0.8,
            zorder=2,
        )
        name_mark(point, names[i])
    for label in labels.values():
        if label is not None:
            draw_label(axes, label)
    return drawing
