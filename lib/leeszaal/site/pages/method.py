"""The page on the method: what came in from where, what became of it, and what the figures cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.library import list_evidence, log
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["part"]


def part(room: Room) -> str:
    """Return the computed part of the page."""
    evidence = list_evidence(room.home)
    rejected = sum(item.rejected for item in evidence)
    tagged = room.tags["work_id"].nunique()
    undated = int(room.works["year"].isna().sum())
    table = _search_log(room)
    steps = [
        f"{format_count(len(room.records) + rejected, 'vermelding', 'vermeldingen')} ingelezen uit {format_count(len(evidence), 'bestand', 'bestanden')}",
        f"{format_number(rejected)} daarvan niet leesbaar; die zijn bewaard, met plaats en reden",
        f"{format_count(len(room.records) - len(room.works), 'record', 'records')} over een werk dat er al was",
        f"{format_count(len(room.works), 'werk', 'werken')} in de bibliotheek, waarvan {format_number(undated)} zonder jaar",
        f"{format_count(tagged, 'werk', 'werken')} met een of meer thema's",
    ]
    listed = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    return f"## Van bron naar bibliotheek\n\n{listed}\n\n## Zoeklog\n\n{table}\n"


def _search_log(room: Room) -> str:
    """Return the search log as a table: what was asked where and when, and what came of it."""
    rows = []
    for one in log(home=room.home).searches:
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
