"""How a finding is laid out in every kind of paper: four lines, a figure or table, the writer's reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from leeszaal.papers.wording import phrase

if TYPE_CHECKING:
    from leeszaal.charts import Figure
    from leeszaal.papers.contents import Block, Paper

__all__ = ["finding", "show", "works_behind"]


def show(figure: Figure) -> str:
    """Write the files of a figure beside the notebook and return its Markdown."""
    figure.save(Path("figures"))
    return figure.markdown()


def finding(paper: Paper, slot: str, parts: Mapping[str, str], shown: str = "", behind: str = "werken") -> Block:
    """Lay out one finding: its heading, the computed lines, the figure or table, the writer's interpretation.

    Parameters
    ----------
    paper, slot
        The paper, and the section of its template.
    parts
        Text by kind of line (``what``, ``evidence``, ``strength``, ``counter``), in this order.
    shown
        Markdown of a figure or table.
    behind
        The value whose works are those of the figure or table; the page leads to them. Empty: it shows no works.
    """
    from leeszaal.papers.contents import Block

    lines = "\n\n".join(f"**{_label(name, paper.lang)}** {text[:1].upper()}{text[1:]}" for name, text in parts.items())
    written = paper.written(slot)
    reading = (
        f'::: {{.duiding custom-style="Duiding"}}\n**{phrase("reading", paper.lang)}.** {written}\n:::\n'
        if written
        else ""
    )
    shown = "\n\n".join(part for part in (shown.rstrip("\n"), works_behind(paper, behind) if shown else "") if part)
    return Block("\n\n".join(part for part in (paper.heading(slot), lines, shown, reading) if part))


def works_behind(paper: Paper, name: str) -> str:
    """Return a line that leads to the works behind a figure or table: for the page alone, as paper has no doors."""
    words = "De werken hierachter, als lijst, CSV of BibTeX" if paper.lang == "nl" else "The works behind this"
    link = paper.door(name, words)
    if link == words:
        return ""
    log = "het zoeklog" if paper.lang == "nl" else "the search log"
    line = f"{link} · [{log}](../../werkwijze.html#zoeklog){{.deur}}"
    return f'::: {{.content-visible when-format="html"}}\n::: {{.bronregel}}\n{line}\n:::\n:::'


def _label(name: str, lang: str) -> str:
    words = phrase(name, lang)
    return words if words.endswith("?") else f"{words}."
