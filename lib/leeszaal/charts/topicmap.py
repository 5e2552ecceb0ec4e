"""A map of topics: near each other is alike, as far as a sheet of paper allows."""

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
from leeszaal.charts.labels import Label, draw_label, place, push_apart
from leeszaal.charts.sentences import fit_alt, fit_title, need, say, shorten
from leeszaal.errors import LeeszaalError
from leeszaal.works.numbers import format_list, format_percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["positions_from", "topic_map", "word_similarity"]

HEIGHT, KEY = 380.0, 34.0
NAMED = 30  # more names than this cannot be read on a page


def word_similarity(topics: pd.DataFrame) -> np.ndarray:
    """Return how alike topics are by their words: the cosine of words weighted by one over their rank.

    For when the topic-term matrix is not at hand.

    Parameters
    ----------
    topics
        ``words_nl`` and ``words_en``: comma separated, best first; missing is fine.

    Returns
    -------
    ndarray, shape (n, n)
        Between 0 and 1, ones on the diagonal.
    """
    need(topics, ["words_nl", "words_en"], "topic map")
    weights: list[dict[str, float]] = []
    for row in rows_of(topics[["words_nl", "words_en"]]):
        own: dict[str, float] = {}
        for cell in row:
            words = [w.strip() for w in str(cell).split(",") if w.strip()] if isinstance(cell, str) else []
            for rank, word in enumerate(words, start=1):
                own[word] = max(own.get(word, 0.0), 1 / rank)
        weights.append(own)
    vocabulary = {word: i for i, word in enumerate(sorted({w for own in weights for w in own}))}
    matrix = np.zeros((len(weights), max(len(vocabulary), 1)))
    for i, own in enumerate(weights):
        for word, value in own.items():
            matrix[i, vocabulary[word]] = value
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix = matrix / np.where(lengths > 0, lengths, 1)
    alike = matrix @ matrix.T
    np.fill_diagonal(alike, 1.0)
    return np.clip(alike, 0, 1)


def positions_from(similarity: np.ndarray) -> np.ndarray:
    """Return positions on a plane by classical scaling (Torgerson, Psychometrika 17, 1952).

    Parameters
    ----------
    similarity
        Shape (n, n), symmetric, ones on the diagonal; the distance is the root of 2 - 2 s.

    Returns
    -------
    ndarray, shape (n, 2)
        The same for the same input: no random start, and the largest coordinate of each axis is positive.
    """
    similar = np.asarray(similarity, dtype=float)
    n = len(similar)
    if similar.shape != (n, n) or not np.allclose(similar, similar.T, atol=1e-8):
        raise ValueError(f"similarity must be a symmetric square, not of shape {similar.shape}")
    squared = np.maximum(2 - 2 * similar, 0)
    centre = np.eye(n) - 1 / max(n, 1)
    values, vectors = np.linalg.eigh(-0.5 * centre @ squared @ centre)
    found = np.zeros((n, 2))
    for axis, k in enumerate(np.argsort(values)[::-1][:2]):
        column = vectors[:, k] * np.sqrt(max(values[k], 0.0))
        column = np.round(column, 9)  # eigenvectors differ in the last digits from one BLAS to another
        found[:, axis] = -column if column[np.argmax(np.abs(column))] < 0 else column
    return found


def topic_map(
    topics: pd.DataFrame,
    *,
    source: str,
    positions: np.ndarray | None = None,
    similarity: np.ndarray | None = None,
    groups: Mapping[str, str] | None = None,
    slug: str = "kaart-van-onderwerpen",
    lang: str = "nl",
) -> Figure:
    """Draw topics as bubbles on a plane, larger with more works, coloured by their group.

    Parameters
    ----------
    topics
        One row a topic: ``name``, ``size``, optionally ``group`` or ``theme`` (``"ibt.stelsel"`` counts as
        ``"ibt"``).
    source
        See `leeszaal.charts.source_line`.
    positions
        Shape (n, 2). Without it `positions_from` the `similarity`, and without that `word_similarity` of the
        topics.
    similarity
        Shape (n, n): how alike topics are; also gives the three nearest in the table.
    groups
        Group to its name for readers.
    slug, lang
        Name of the files, language of the reader.

    Notes
    -----
    Bubbles are pushed apart until none overlaps, and the axes have no meaning: distance is an approximation,
    which the subtitle says. At most four groups are coloured, the largest; the rest is grey.
    """
    what = say(lang, "kaart van onderwerpen", "map of topics")
    need(topics, ["name", "size"], what)
    rows = topics.reset_index(drop=True)
    n = len(rows)
    if rows["size"].isna().any() or (rows["size"] < 0).any():
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ is de grootte van een onderwerp leeg of kleiner dan 0.",
            "Maak de onderwerpen opnieuw met: leeszaal topics",
        )
    alike = similarity if similarity is not None else (word_similarity(rows) if positions is None else None)
    where = positions_from(alike) if positions is None and alike is not None else np.asarray(positions, dtype=float)
    if where.shape != (n, 2) or not np.isfinite(where).all():
        raise ValueError(f"positions must be finite and of shape ({n}, 2), not {where.shape}")
    distance = (
        -np.asarray(alike, dtype=float) if alike is not None else np.linalg.norm(where[:, None] - where[None], axis=2)
    )
    group = _groups(rows, groups or {}, lang)
    near = [
        [
            str(rows.loc[j, "name"])
            for j in np.argsort(np.where(np.arange(n) == i, np.inf, distance[i]), kind="stable")[:3]
            if j != i
        ]
        for i in range(n)
    ]
    words = say(lang, "Onderwerp Groep Werken Dichtstbij", "Topic Group Works Nearest").split()
    table = pd.DataFrame(
        {
            words[0]: rows["name"].astype(str),
            words[1]: group,
            words[2]: rows["size"].astype(int),
            words[3]: ["; ".join(x) for x in near],
        }
    )
    order = _coloured(group, rows["size"].to_numpy(), lang)
    plan = _plan(rows, where)
    unnamed = sum(label is None for label in plan[2])
    notes = [
        say(
            lang,
            f"{n} {'onderwerp' if n == 1 else 'onderwerpen'}; groter is meer werken; afstand is een benadering",
            f"{n} {'topic' if n == 1 else 'topics'}; larger is more works; distance is an approximation",
        )
    ]
    if unnamed:
        notes.append(
            say(
                lang,
                f"{unnamed} {'naam staat' if unnamed == 1 else 'namen staan'} alleen in de tabel",
                f"{unnamed} {'name is' if unnamed == 1 else 'names are'} in the table only",
            )
        )
    return Figure(
        slug=slug,
        title=_title(rows, group, order, lang),
        subtitle="; ".join(notes),
        alt=_alt(rows, group, order, lang),
        source=source,
        table=table.sort_values([words[2], words[0]], ascending=[False, True], kind="stable", ignore_index=True),
        drawing=partial(_draw, plan, rows["name"].astype(str).tolist(), group, order, lang),
        caption=say(lang, "Kaart van de onderwerpen", "Map of the topics"),
        lang=lang,
    )


def _other(lang: str) -> str:
    return say(lang, "overig", "other")


def _groups(rows: pd.DataFrame, names: Mapping[str, str], lang: str) -> list[str]:
    column = next((c for c in ("group", "theme") if c in rows.columns), None)
    if column is None:
        return [_other(lang)] * len(rows)
    keys = [None if pd.isna(v) else str(v) for v in rows[column]]
    if column == "theme":
        keys = [None if k is None else k.split(".")[0] for k in keys]
    return [_other(lang) if k is None else names.get(k, k) for k in keys]


def _coloured(group: list[str], size: np.ndarray, lang: str) -> list[str]:
    """Return the groups that get a colour, largest first, at most four."""
    sums = pd.Series(size).groupby(group).sum()
    ranked = sorted((g for g in sums.index if g != _other(lang)), key=lambda g: (-sums[g], g))
    return ranked[: len(style.PALETTE)]


def _title(rows: pd.DataFrame, group: list[str], order: list[str], lang: str) -> str:
    n, total = len(rows), float(rows["size"].sum())
    if n == 1:
        return fit_title(
            lambda x: say(lang, f"Er is één onderwerp: {x}", f"There is one topic: {x}"),
            str(rows.loc[0, "name"]),
        )
    if total == 0:
        return say(lang, f"Bij geen van de {n} onderwerpen horen werken", f"None of the {n} topics has works")
    sums = pd.Series(rows["size"].to_numpy()).groupby(group).sum()
    if len(order) > 1 and sums[order[0]] > sums[order[1]]:
        share = format_percent(float(sums[order[0]]) / total, 0, lang)
        named = len({g for g in group if g != _other(lang)})
        return fit_title(
            [
                lambda g: say(
                    lang,
                    f"{n} onderwerpen vallen in {named} groepen; {g} is de grootste, met {share} van de werken",
                    f"{n} topics fall into {named} groups; {g} is the largest, with {share} of the works",
                ),
                lambda g: say(
                    lang,
                    f"{g} is de grootste van {named} groepen ({share})",
                    f"{g} is the largest of {named} groups ({share})",
                ),
            ],
            order[0],
        )
    best = rows["size"].max()
    top = rows.loc[rows["size"] == best, "name"].astype(str).tolist()
    share = format_percent(float(best) / total, 0, lang)
    if len(top) == 1:
        return fit_title(
            [
                lambda x: say(
                    lang,
                    f"Van {n} onderwerpen is ‘{x}’ het grootste, met {share} van de werken",
                    f"Of {n} topics ‘{x}’ is the largest, with {share} of the works",
                ),
                lambda x: say(
                    lang,
                    f"‘{x}’ is het grootste onderwerp ({share})",
                    f"‘{x}’ is the largest topic ({share})",
                ),
            ],
            top[0],
        )
    return say(
        lang,
        f"Van {n} onderwerpen zijn er {len(top)} even groot en het grootst ({share} elk)",
        f"Of {n} topics {len(top)} are equally large and largest ({share} each)",
    )


def _alt(rows: pd.DataFrame, group: list[str], order: list[str], lang: str) -> str:
    n = len(rows)
    noun = say(lang, "onderwerp" if n == 1 else "onderwerpen", "topic" if n == 1 else "topics")
    counts = pd.Series(group).value_counts()
    parts = [f"{shorten(g, 34)} ({counts[g]})" for g in order]
    other = n - sum(int(counts[g]) for g in order)
    if other and parts:
        parts.append(f"{say(lang, 'overig', 'other')} ({other})")
    listed = f": {format_list(parts, lang)}" if parts else ""
    needed = [
        say(
            lang,
            f"Kaart, {n} {noun}{listed}; afstand is een benadering.",
            f"Map, {n} {noun}{listed}; distance is approximate.",
        )
    ]
    large = rows.sort_values(["size", "name"], ascending=[False, True]).head(2)
    named = format_list(
        [
            f"{shorten(str(r.name_), 40)} ({int(r.size_)})"
            for r in rows_of(large.rename(columns={"name": "name_", "size": "size_"}))
        ],
        lang,
    )
    extra = [
        say(lang, f"Grootste: {named}.", f"Largest: {named}."),
        say(lang, "Een groter rondje staat voor meer werken.", "A larger bubble stands for more works."),
    ]
    return fit_alt(needed, extra)


Plan = tuple[np.ndarray, np.ndarray, list[Label | None]]


def _plan(rows: pd.DataFrame, where: np.ndarray) -> Plan:
    """Return middles and radii in points, and the place of each name (None where there is no room)."""
    n, size = len(rows), rows["size"].to_numpy(float)
    # All bubbles together take an eighteenth of the sheet at most, and none is wider than two thirds of an
    # inch.
    total = max(float(size.sum()), 1.0)
    area = 0.055 * style.WIDTH * HEIGHT
    radii = np.clip(np.sqrt(area * size / total / np.pi), 3.5, 24.0)
    side = 74.0
    box = (side, 14.0, style.WIDTH - side, HEIGHT - KEY - 8)
    low, high = where.min(axis=0), where.max(axis=0)
    span = np.where(high - low > 1e-9, high - low, 1.0)
    # Both axes fill the sheet: what counts is who is near whom.
    middles = np.array([box[0], box[1]]) + (where - low) / span * np.array([box[2] - box[0], box[3] - box[1]])
    middles[:, high - low <= 1e-9] = (np.array([box[0] + box[2], box[1] + box[3]]) / 2)[high - low <= 1e-9]
    wider = (side - 30, 4.0, style.WIDTH - side + 30, HEIGHT - KEY)
    middles = push_apart(middles, radii, wider, gap=11)
    order = sorted(range(n), key=lambda i: (-size[i], str(rows.loc[i, "name"])))
    texts = [wrap(str(rows.loc[i, "name"]), 112, style.SMALL, most=4) for i in order[:NAMED]]
    found = place(middles[order], radii[order] * 1.15, texts, (0, 0, style.WIDTH, HEIGHT - KEY + 4))
    labels: list[Label | None] = [None] * n
    for i, label in zip(order, found, strict=False):
        labels[i] = label
    return middles, radii, labels


def _draw(plan: Plan, names: list[str], group: list[str], order: list[str], lang: str) -> Sheet:
    drawing = sheet(HEIGHT)
    axes = lattice(drawing)
    middles, radii, labels = plan
    looks = {g: (style.PALETTE[i], style.MARKERS[i]) for i, g in enumerate(order)}
    for i in np.argsort(-radii, kind="stable"):
        colour, marker = looks.get(group[i], (style.GREY, style.MARKERS[0]))
        # A square of the same area as the disc; a diamond whose corners stay near it.
        points = 2 * radii[i] * {"s": 0.886, "D": 0.8}.get(marker, 1.0)
        point = axes.plot(
            [middles[i, 0]],
            [middles[i, 1]],
            marker,
            markersize=points,
            markerfacecolor=style.blend(colour, 0.35),
            markeredgecolor=colour,
            markeredgewidth=1.3,
            zorder=2,
        )
        name_mark(point, names[i])
    for label in labels:
        if label is not None:
            draw_label(axes, label)
    x, y = 5.0, HEIGHT - 8.0
    shown = [*order, *([_other(lang)] if order and any(g not in looks for g in group) else [])]
    for name in shown:
        colour, marker = looks.get(name, (style.GREY, style.MARKERS[0]))
        text = wrap(name, 240, style.SMALL, most=1)[0]
        width = text_width(text, style.SMALL, bold=True) + 26
        if x + width > style.WIDTH and x > 5:
            x, y = 5.0, y - 14
        axes.plot([x], [y], marker, markersize=7, color=colour)
        write(
            axes,
            x + 8,
            y,
            text,
            size=style.SMALL,
            bold=True,
            colour=colour if name in looks else style.SECONDARY,
        )
        x += width
    return drawing
