"""The page with the themes: how the attention moved, and a door to the page of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.charts import Figure, heat_map, source_line
from leeszaal.site.pages.start import DIRECTIONS
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["figure", "part", "subthemes"]

_YEARS = 25  # before that the starter library holds a handful of works a year
_PERIOD = 5  # one year of a small library says nothing: two works make a share of 50 %


def figure(room: Room) -> Figure:
    """Draw the share of each theme in the library, period by period."""
    frame = room.trends[room.trends["kind"] == "theme"]
    last = int(frame.loc[frame["complete"], "year"].max())
    names = {theme.id: room.taxonomy.label_name(theme.id, "nl") for theme in room.taxonomy.themes}
    works = int(room.works["year"].between(last - _YEARS + 1, last).sum())
    return heat_map(
        frame,
        names,
        source=source_line(works, room.reference_date or None),
        measure="share",
        from_year=last - _YEARS + 1,
        to_year=last,
        period=_PERIOD,
        slug="themas",
    )


def part(room: Room) -> str:
    """Return the computed part of the page."""
    pieces = [figure(room).markdown()]
    for theme in room.taxonomy.themes:
        count = format_count(len(room.works_of(theme.id)), "werk", "werken")
        pieces.append(f"## {escape_markdown(room.taxonomy.label_name(theme.id, 'nl'))} {{#thema-{theme.id}}}")
        pieces.append(
            f"[{count}](literatuur.html?thema={theme.id}){{.deur}} in de bibliotheek · "
            f"{DIRECTIONS[room.verdict(theme.id)]} · [alles over dit thema](themas/{theme.id}.html)"
        )
        pieces.append(subthemes(room, theme.id))
    return "\n\n".join(pieces) + "\n"


def subthemes(room: Room, theme: str, root: str = "") -> str:
    """Return the subthemes of a theme as a table: what each is about, how many works."""
    counts = room.tags["label"].value_counts()
    rows = []
    for label in room.taxonomy.labels():
        if room.taxonomy.theme_of(label) == theme and label != theme:
            name = escape_markdown(room.taxonomy.label_name(label, "nl"))
            definition = escape_markdown(room.taxonomy.definition(label, "nl"))
            count = int(counts.get(label, 0))
            number = format_number(count)
            rows.append(
                [name, definition, f"[{number}]({root}literatuur.html?thema={label}){{.deur}}" if count else number]
            )
    return pipe_table(["Deelthema", "Waar het over gaat", "Werken"], rows, "llr")
