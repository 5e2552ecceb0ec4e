"""Every number is a door: behind it stands a list of works, which a reader of the page can open, filter and take away.

A run keeps its lists in the executed notebook (``metadata.leeszaal.lists``), so that they are of the same run as the
numbers. The page of all works opens a list by its name; a PDF and a Word file show the number alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["WHOLE", "WorkList", "door", "linked", "lists_of"]

# The list of all works that a paper is about; the page of the paper leads to it beside its PDF and Word file.
WHOLE = "werken"


@dataclass(frozen=True)
class WorkList:
    """The works behind a number: what they are, in the reader's language, and their ids."""

    title: str
    works: tuple[str, ...]


def door(text: str, slug: str, name: str) -> str:
    """Return Markdown, for the page of a paper, that links `text` (Markdown) to a list of that paper.

    Parameters
    ----------
    text
        What the reader sees, such as a number.
    slug
        The paper.
    name
        Of the list; unique in the paper: the name of the value or figure.

    Examples
    --------
    >>> door("42", "toezicht", "deelthema.leren.werken")
    '[42](../../literatuur.html?lijst=toezicht.deelthema.leren.werken){.deur}'
    """
    return f"[{text}](../../literatuur.html?lijst={slug}.{name}){{.deur}}"


def linked(shown: str, slug: str) -> list[str]:
    """Return the names of the lists of a paper to which Markdown links, in order.

    Examples
    --------
    >>> linked(door("42", "toezicht", "deelthema.leren.werken"), "toezicht")
    ['deelthema.leren.werken']
    """
    return re.findall(rf"\?lijst={re.escape(slug)}\.([\w.]+)\)", shown)


def lists_of(notebook: Mapping[str, Any]) -> dict[str, WorkList]:
    """Return the lists that an executed notebook (as JSON) keeps, by name; empty when it has none."""
    kept = notebook.get("metadata", {}).get("leeszaal", {}).get("lists", {})
    return {name: WorkList(str(one["title"]), tuple(one["works"])) for name, one in kept.items()}
