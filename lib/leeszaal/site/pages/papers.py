"""The page with all papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.site.pages.start import paper_list

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["part"]


def part(room: Room) -> str:
    """Return the list of papers, or what to do when there is none."""
    if not room.papers:
        return "Er zijn nog geen papers gemaakt. Maak er een met `leeszaal paper NAAM`.\n"
    return paper_list(room) + "\n"
