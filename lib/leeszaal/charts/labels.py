"""Names beside points without overlap, and bubbles pushed apart: plain geometry in points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from leeszaal.charts import style
from leeszaal.charts.canvas import leading, text_width, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Label", "draw_label", "place", "push_apart"]

_TURNS = (
    0,
    180,
    90,
    270,
    45,
    315,
    135,
    225,
    20,
    340,
    160,
    200,
    65,
    115,
    245,
    295,
    10,
    350,
    170,
    190,
    80,
    100,
    260,
    280,
)
_DISTANCES = (3.0, 7.0, 13.0, 20.0, 29.0, 40.0, 54.0, 70.0)


@dataclass(frozen=True)
class Label:
    """Where the text of a point stands: its box, and the line that leads to it (None when beside it)."""

    lines: tuple[str, ...]
    left: float
    bottom: float
    width: float
    height: float
    lead: tuple[float, float, float, float] | None
    across: Literal["left", "center", "right"] = "center"


def place(
    points: np.ndarray,
    radii: np.ndarray,
    texts: Sequence[Sequence[str]],
    box: tuple[float, float, float, float],
    size: float = style.SMALL,
    taken: Sequence[tuple[float, float, float, float]] = (),
) -> list[Label | None]:
    """Find a free place for each text beside its point, the first texts first.

    Parameters
    ----------
    points, radii
        Middles (n, 2) and radii (n,) of all marks, in points; no text covers a mark.
    texts
        Lines of text for the first ``len(texts)`` points, the most important first; an empty one asks for no
        place.
    box
        Left, bottom, right, top: no text outside.
    size
        Of the letters.
    taken
        Boxes (left, bottom, right, top) that are not free.

    Returns
    -------
    list of Label or None
        None where there is no free place: the caller says how many names are in the table only.
    """
    boxes: list[tuple[float, float, float, float]] = list(taken)
    found: list[Label | None] = []
    for i, lines in enumerate(texts):
        if not lines:
            found.append(None)
            continue
        width = max(text_width(line, size) for line in lines) + 2
        height = leading(size) * len(lines)
        label = _find(i, points, radii, tuple(lines), (width, height), box, boxes)
        found.append(label)
        if label is not None:
            boxes.append((label.left, label.bottom, label.left + width, label.bottom + height))
    return found


def _find(
    i: int,
    points: np.ndarray,
    radii: np.ndarray,
    lines: tuple[str, ...],
    extent: tuple[float, float],
    box: tuple[float, float, float, float],
    boxes: Sequence[tuple[float, float, float, float]],
) -> Label | None:
    (x, y), (width, height) = points[i], extent
    for distance in _DISTANCES:
        for turn in _TURNS:
            dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            reach = radii[i] + distance
            edge_x, edge_y = x + dx * reach, y + dy * reach
            # The point of the box nearest to the mark lies on the ray: sideways by dx, up by dy.
            left = edge_x - width * (1 - dx) / 2
            bottom = edge_y - height * (1 - dy) / 2
            right, top = left + width, bottom + height
            if left < box[0] or bottom < box[1] or right > box[2] or top > box[3]:
                continue
            if any(left < b[2] and right > b[0] and bottom < b[3] and top > b[1] for b in boxes):
                continue
            near_x, near_y = np.clip(points[:, 0], left, right), np.clip(points[:, 1], bottom, top)
            if (np.hypot(points[:, 0] - near_x, points[:, 1] - near_y) < radii + 1).any():
                continue
            lead = None
            if distance > 10:
                end = (min(max(x, left), right), min(max(y, bottom), top))
                lead = (x + dx * radii[i], y + dy * radii[i], float(end[0]), float(end[1]))
                if _crosses(lead, i, points, radii, boxes):
                    continue
            across: Literal["left", "center", "right"] = "left" if left >= x else "right" if right <= x else "center"
            return Label(lines, float(left), float(bottom), width, height, lead, across)
    return None


def _crosses(
    lead: tuple[float, float, float, float],
    own: int,
    points: np.ndarray,
    radii: np.ndarray,
    boxes: Sequence[tuple[float, float, float, float]],
) -> bool:
    """Tell whether a leading line runs over another mark or a text."""
    steps = np.linspace(0.1, 1, 12)
    x, y = lead[0] + steps * (lead[2] - lead[0]), lead[1] + steps * (lead[3] - lead[1])
    for left, bottom, right, top in boxes:
        if ((x > left) & (x < right) & (y > bottom) & (y < top)).any():
            return True
    others = np.arange(len(points)) != own
    gaps = np.hypot(points[others, 0][:, None] - x, points[others, 1][:, None] - y)
    return bool((gaps < radii[others][:, None]).any())


def draw_label(
    axes: Axes, label: Label, size: float = style.SMALL, colour: str = style.INK, bold: bool = False
) -> None:
    """Write a label on axes measured in points, with its leading line."""
    if label.lead is not None:
        x0, y0, x1, y1 = label.lead
        axes.plot([x0, x1], [y0, y1], color=style.GREY, linewidth=0.7, zorder=1, solid_capstyle="butt")
    anchor = label.left + label.width * {"left": 0.0, "center": 0.5, "right": 1.0}[label.across]
    write(
        axes,
        anchor,
        label.bottom + label.height / 2,
        label.lines,
        across=label.across,
        size=size,
        colour=colour,
        bold=bold,
    )


def push_apart(
    points: np.ndarray, radii: np.ndarray, box: tuple[float, float, float, float], gap: float = 2
) -> np.ndarray:
    """Move discs apart, as little as needed, within `box`, until none overlaps or 200 rounds have passed."""
    moved = points.astype(float).copy()
    wanted = radii[:, None] + radii[None] + gap
    for _ in range(200):
        steps = moved[None] - moved[:, None]
        near = np.hypot(steps[..., 0], steps[..., 1]) < wanted - 1e-6
        pairs = np.argwhere(np.triu(near, k=1))
        if not len(pairs):
            break
        for i, j in pairs:
            step = moved[j] - moved[i]
            distance = float(np.hypot(step[0], step[1]))
            short = wanted[i, j] - distance
            if short <= 0:  # an earlier pair of this round moved them apart already
                continue
            # Two on the same spot part along a direction that depends on their numbers only.
            way = step / distance if distance > 1e-9 else np.array([math.cos(i + j), math.sin(i + j)])
            moved[i] -= way * short / 2
            moved[j] += way * short / 2
        moved[:, 0] = np.clip(moved[:, 0], box[0] + radii, box[2] - radii)
        moved[:, 1] = np.clip(moved[:, 1], box[1] + radii, box[3] - radii)
    return moved
