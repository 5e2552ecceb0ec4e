"""The front page: what is new, what it means for the province, and where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.site.pages import signals
from leeszaal.site.pages.papers import kind_of, paper_list
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.papers import PublishedPaper
    from leeszaal.site.pages.write import Room

__all__ = ["DIRECTIONS", "part"]

# Never by colour or arrow alone: the word says it.
DIRECTIONS = {
    "rises": "↗ stijgt",
    "falls": "↘ daalt",
    "steady": "→ gelijk",
    "too_short": "te kort om te zeggen",
    "too_few": "te weinig om te zeggen",
}
_NEWEST = 4
_FINDINGS = ("signalenbrief", "trendpaper", "opkomstpaper")  # kinds that tell a finding, in the order of their urgency


def part(room: Room) -> str:
    """Return the computed part of the front page."""
    dutch = [paper for paper in room.papers if paper.lang == "nl"]
    featured = min(dutch, key=_rank, default=None)
    new = int((room.signals["status"] == "nieuw").sum())
    told = format_count(new, "nieuw signaal", "nieuwe signalen") if new else "geen nieuwe signalen"
    pieces = [
        f"::: {{.stand}}\nStand {format_date(room.reference_date or None)} · "
        f"[{format_count(len(room.works), 'werk', 'werken')}](literatuur.html) · [{told}](signalen.html)\n:::",
        _featured(featured) if featured is not None else "",
        "::::: {.kolommen}\n"
        f"::: {{.kolom}}\n## Nieuwe signalen {{#signalen}}\n\n{_signals(room)}\n:::\n\n"
        f"::: {{.kolom}}\n## Thema's {{#themas}}\n\n{_themes(room)}\n:::\n:::::",
        _papers(room, featured),
    ]
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _rank(paper: PublishedPaper) -> tuple[bool, int, int]:
    """Sort papers for the top of the page: what says something for the province, then newest, then a finding before a frame."""
    kind = kind_of(paper).lower()
    return (
        not (paper.message and paper.meaning),
        -int(paper.date.replace("-", "") or 0),
        _FINDINGS.index(kind) if kind in _FINDINGS else len(_FINDINGS),
    )


def _featured(paper: PublishedPaper) -> str:
    meaning = f"\n\n**Voor Overijssel:** {paper.meaning}" if paper.meaning else ""
    return (
        "::: {.kernboodschap .uitgelicht}\n[Dit kwartaal]{.label}\n\n"
        f"[{paper.message or paper.title}]{{.uitspraak}}{meaning}\n\n"
        f"[Lees de paper]({_page(paper)}){{.knop}} [{paper.minutes} min]{{.feiten}}\n:::"
    )


def _page(paper: PublishedPaper) -> str:
    return f"papers/{paper.slug}/{paper.slug}.html"


def _signals(room: Room) -> str:
    listed = signals.short_list(room)
    if listed:
        return f"{listed}\n\n[Alle signalen](signalen.html)"
    return (
        f"Niets stijgt zo duidelijk dat het een signaal is{signals.tested(room)}. De bibliotheek is daarvoor nog klein."
        "\n\n[Wat een signaal is](signalen.html)"
    )


def _themes(room: Room) -> str:
    rows = [
        [
            f"[{escape_markdown(room.taxonomy.label_name(theme.id))}](themas/{theme.id}.html)",
            DIRECTIONS[room.verdict(theme.id)],
            f"[{format_number(len(room.works_of(theme.id)))}](literatuur.html?thema={theme.id}){{.deur}}",
        ]
        for theme in room.taxonomy.themes
    ]
    return pipe_table(["Thema", "Aandeel", "Werken"], rows, "llr")


def _papers(room: Room, featured: PublishedPaper | None) -> str:
    newest = [paper for paper in room.papers if paper is not featured][:_NEWEST]
    newest = newest or ([featured] if featured is not None else [])
    if not newest:
        return ""
    every = f"\n\n[Alle papers]({'papers.html'})" if len(room.papers) > len(newest) else ""
    return f"## Nieuwste papers {{#papers}}\n\n:::: {{.paperlijst}}\n{paper_list(newest, level=3)}\n::::{every}"
