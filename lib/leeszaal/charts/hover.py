"""Which works stand behind a mark: shown in a notebook under the pointer and in a list, left out in print.

No script and no request: the drawing stands in the page as SVG, and a mark has a title of its own.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from leeszaal.charts.canvas import clean
from leeszaal.works.numbers import format_count

__all__ = ["hover_html", "mark_id", "name_mark"]

_TIP = 6  # works named under the pointer; the list below holds all


def mark_id(name: object) -> str:
    """Return the id in the SVG of the mark that stands for `name`."""
    return "m-" + hashlib.sha256(str(name).encode()).hexdigest()[:12]


def name_mark(artist: Any, name: object) -> None:
    """Say that an artist (or the first of a list) stands for `name`: a year, a theme, a node."""
    (artist[0] if isinstance(artist, list) else artist).set_gid(mark_id(name))


def hover_html(svg: bytes, works: Mapping[str, Sequence[str]], alt: str, lang: str) -> str:
    """Return the drawing with a title on each mark that has works, and the same works as a folded list.

    Parameters
    ----------
    svg
        As `Figure.svg` gives.
    works
        Name of a mark to its works, as text.
    alt
        What a reader hears of the drawing as a whole.
    lang
        ``"nl"`` or ``"en"``.
    """
    text = re.sub(r"<\?xml[^>]*\?>\s*", "", svg.decode())
    for name, listed in works.items():
        shown = [clean(line) for line in listed[:_TIP]]
        more = len(listed) - len(shown)
        lines = [f"{clean(name)}: {_count(len(listed), lang)}", *shown]
        lines += [f"en {more} andere" if lang == "nl" else f"and {more} more"] if more else []
        title = html.escape("\n".join(lines))
        opened = f'<g id="{mark_id(name)}"'
        text = text.replace(f"{opened}>", f'{opened} style="cursor:help"><title>{title}</title>')
    label = f'role="img" aria-label="{html.escape(alt)}" style="width:100%;height:auto" '
    text = text.replace("<svg ", f"<svg {label}", 1)
    rows = "".join(
        f"<li>{html.escape(clean(name))} ({_count(len(listed), lang)})<ul>"
        + "".join(f"<li>{html.escape(clean(line))}</li>" for line in listed)
        + "</ul></li>"
        for name, listed in works.items()
        if listed
    )
    head = "Werken achter deze figuur" if lang == "nl" else "Works behind this figure"
    return f"{text}<details><summary>{head}</summary><ul>{rows}</ul></details>"


def _count(number: int, lang: str) -> str:
    return format_count(number, *(("werk", "werken") if lang == "nl" else ("work", "works")), lang)
