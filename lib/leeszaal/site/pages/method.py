"""The page on the method: what came in from where, what became of it, and what the figures cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.charts import Figure, prisma_flow, source_line
from leeszaal.library import prisma_boxes, prisma_table, review_since
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room


__all__ = ["figure", "part"]


def figure(room: Room) -> Figure:
    """Draw the flow from what was found to what was taken up."""
    since = review_since(room.home)
    return prisma_flow(
        prisma_table(room.home),
        source=source_line(len(room.works), room.reference_date or None),
        as_of=format_date(room.reference_date) if room.reference_date else "",
        since=format_date(since[:10]) if since else "",
    )


def part(room: Room) -> str:
    """Return the computed part of the page."""
    return (
        "\n\n".join(
            [
                "## Van bron naar bibliotheek {#stroom}",
                figure(room).markdown(),
                _boxes(room),
                _remarks(room),
                "## Zoeklog {#zoeklog}",
                _search_log(room),
            ]
        )
        + "\n"
    )


def _boxes(room: Room) -> str:
    """Return every number of the flow as a door to the works behind it."""
    doors = []
    for number, box in enumerate(prisma_boxes(room.home), start=1):
        if box.n:
            text = f"{escape_markdown(box.name)} ({format_number(box.n)})"
            doors.append(room.doors.to(text, f"stroom-{number}", box.name, list(box.works)))
    return f"De werken achter elk getal: {' · '.join(doors)}."


def _remarks(room: Room) -> str:
    rejected = sum(item.rejected for item in room.evidence)
    undated = int(room.works["year"].isna().sum())
    tagged = set(room.tags["work_id"])
    with_theme = room.doors.to(
        format_count(len(tagged), "werk", "werken"), "met-thema", "Werken met een of meer thema’s", sorted(tagged)
    )
    one = len(room.evidence) == 1
    unread = (
        f"{format_count(rejected, 'vermelding was niet leesbaar; die is', 'vermeldingen waren niet leesbaar; die zijn')} bewaard, met plaats en reden."
        if rejected
        else "Elke vermelding was leesbaar."
    )
    return (
        f"- {format_count(len(room.evidence), 'bestand of antwoord van een bron', 'bestanden en antwoorden van bronnen')}, bewaard zoals {'het kwam' if one else 'zij kwamen'}.\n"
        f"- {unread}\n"
        f"- {with_theme} met een of meer thema's; {format_number(undated)} zonder jaar."
    )


def _search_log(room: Room) -> str:
    """Return the search log as a table: what was asked where and when, and what came of it."""
    rows = []
    for one in room.log.searches:
        asked = (
            f"{escape_markdown(one.search)}: `{one.query}`"
            if one.query and "`" not in one.query
            else escape_markdown(one.search)
        )
        hits = "–" if one.hits is None else f"{'ongeveer ' if one.approximate else ''}{format_number(one.hits)}"
        rows.append(
            [
                escape_markdown(one.source),
                asked,
                format_date(one.date),
                hits,
                format_number(one.received),
                format_number(one.new),
                format_number(one.rejected),
                "ja" if one.complete else "nee",
            ]
        )
    heads = ["Bron", "Gevraagd", "Datum", "Treffers", "Ontvangen", "Nieuw", "Niet leesbaar", "Volledig"]
    whole = "[De hele log als tabel (CSV)](downloads/zoeklog.csv)."
    return f"{pipe_table(heads, rows, 'lllrrrrl')}\n\n{whole}"
