"""What a mark stands for: shown in a notebook under the pointer and in a list, left out in print.

No script and no request: the drawing stands in the page as SVG, and a mark has a title of its own: its numbers, and
the works behind it where there are any. Who uses no pointer finds the same in the table and in the list of works.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leeszaal.charts.canvas import clean
from leeszaal.works.numbers import format_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["hover_html", "mark_id", "marked", "name_area", "name_mark"]

_TIP = 6  # works named under the pointer; the list below holds all


def mark_id(name: object) -> str:
    """Return the id in the SVG of the mark that stands for `name`."""
    return "m-" + hashlib.sha256(str(name).encode()).hexdigest()[:12]


def name_mark(artist: Any, name: object) -> None:
    """Say that an artist (or the first of a list) stands for `name`: a year, a theme, a node."""
    (artist[0] if isinstance(artist, list) else artist).set_gid(mark_id(name))


def name_area(axes: Axes, name: object, left: float, bottom: float, width: float, height: float) -> None:
    """Say that all of an area, with the text in it, stands for `name`; nothing of it is seen."""
    from matplotlib.patches import Rectangle

    area = Rectangle((left, bottom), width, height, facecolor="none", edgecolor="none", zorder=20)
    axes.add_patch(area).set_gid(mark_id(name))


def marked(svg: bytes, names: Iterable[str]) -> bool:
    """Tell whether the drawing has a mark for any of these names."""
    text = svg.decode()
    return any(f'<g id="{mark_id(name)}">' in text for name in names)


def hover_html(
    svg: bytes, numbers: Mapping[str, Sequence[str]], works: Mapping[str, Sequence[str]], alt: str, lang: str
) -> str:
    """Return the drawing with a title on each mark, and the works behind the marks as a folded list.

    Parameters
    ----------
    svg
        As `Figure.svg` gives.
    numbers
        Name of a mark to what the table says of it, a line each; used where there are no works.
    works
        Name of a mark to its works, as text.
    alt
        What a reader hears of the drawing as a whole.
    lang
        ``"nl"`` or ``"en"``.
    """
    text = re.sub(r"<\?xml[^>]*\?>\s*", "", svg.decode())
    for name in {**numbers, **works}:
        title = html.escape("\n".join(_tip(name, numbers.get(name, ()), works.get(name, ()), lang)))
        opened = f'<g id="{mark_id(name)}"'
        text = text.replace(f"{opened}>", f'{opened} style="cursor:help;pointer-events:all"><title>{title}</title>')
    label = f'role="img" aria-label="{html.escape(alt)}" style="width:100%;height:auto" '
    text = text.replace("<svg ", f"<svg {label}", 1)
    if not any(works.values()):
        return text
    rows = "".join(
        f"<li>{html.escape(clean(name))} ({_count(len(listed), lang)})<ul>"
        + "".join(f"<li>{html.escape(clean(line))}</li>" for line in listed)
        + "</ul></li>"
        for name, listed in works.items()
        if listed
    )
    head = "Werken achter deze figuur" if lang == "nl" else "Works behind this figure"
    return f"{text}<details><summary>{head}</summary><ul>{rows}</ul></details>"


def _tip(name: str, numbers: Sequence[str], works: Sequence[str], lang: str) -> list[str]:
    """Return the lines under the pointer."""
    if not works:
        return [clean(name), *(clean(line) for line in numbers)]
    shown = [clean(line) for line in works[:_TIP]]
    more = len(works) - len(shown)
    rest = [f"en {more} andere" if lang == "nl" else f"and {more} more"] if more else []
    return [f"{clean(name)}: {_count(len(works), lang)}", *shown, *rest]


def _count(number: int, lang: str) -> str:
    return format_count(number, *(("werk", "werken") if lang == "nl" else ("work", "works")), lang)
