"""The page with all papers, filtered by kind, theme and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.site.pages.literature import form_script
from leeszaal.works.numbers import format_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leeszaal.papers import PublishedPaper
    from leeszaal.site.pages.write import Room

__all__ = ["kind_of", "paper_list", "part"]


def kind_of(paper: PublishedPaper) -> str:
    """Return what kind of paper it is, as a reader calls it."""
    return paper.kind or ("Trendpaper" if paper.lang == "nl" else "Trend paper")


def part(room: Room) -> str:
    """Return the list of papers with its filters, or what to do when there is none."""
    if not room.papers:
        return "Er zijn nog geen papers gemaakt. Maak er een met `leeszaal paper NAAM`.\n"
    kinds = sorted({kind_of(paper) for paper in room.papers})
    themes = sorted({paper.theme for paper in room.papers if paper.theme})
    years = sorted({paper.date[:4] for paper in room.papers if paper.date}, reverse=True)
    form = form_script(
        "papers", "paper", "papers", "Zoek in titel en kernboodschap",
        [("soort", "Soort", [(_token(kind), kind) for kind in kinds]),
         ("thema", "Thema", [(_token(theme), theme.replace("\\", "")) for theme in themes]),
         ("jaar", "Jaar", [(year, year) for year in years])],
    )  # fmt: skip
    return f"```{{=html}}\n{form}\n```\n\n::: {{#papers}}\n{paper_list(room.papers)}\n:::\n"


def _token(text: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in text.casefold())


def paper_list(papers: Sequence[PublishedPaper], root: str = "", level: int = 2) -> str:
    """Return the papers as blocks: kind and date, title, what it says, and its other forms."""
    return "\n\n".join(_block(paper, root, level) for paper in papers)


def _block(paper: PublishedPaper, root: str, level: int) -> str:
    folder = f"{root}papers/{paper.slug}/{paper.slug}"
    lang = f' lang="{paper.lang}"' if paper.lang != "nl" else ""
    facts = [kind_of(paper), paper.theme, format_date(paper.date or None), f"{paper.minutes} min lezen"]
    said = paper.message or paper.subtitle
    marks = f'data-soort="{_token(kind_of(paper))}" data-thema="{_token(paper.theme)}" data-jaar="{paper.date[:4]}"'
    return (
        f"::: {{.paperkaart data-item=ja {marks}}}\n"
        f"{'#' * level} [[{paper.title}]{{{lang.strip() or '.titel'}}}]({folder}.html)\n\n"
        f"{' · '.join(fact for fact in facts if fact)} · [PDF]({folder}.pdf) · [Word]({folder}.docx)\n\n"
        + (f"[{said}]{{{lang.strip() or '.kern'}}}\n" if said else "")
        + ":::"
    )
