"""The front page: what is new, what it means for the province, and where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_number, format_percent, format_range, format_years
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.papers import PublishedPaper
    from leeszaal.site.pages.write import Room

__all__ = ["DIRECTIONS", "part"]

# Never by colour or arrow alone: the word says it.
DIRECTIONS = {
    "rises": "↗ stijgt",
    "falls": "↘ daalt",
    "steady": "→ geen duidelijke verandering",
    "too_short": "te kort om te zeggen",
    "too_few": "te weinig om te zeggen",
}
_MOST = 5


def part(room: Room) -> str:
    """Return the computed part of the front page."""
    newest = next((paper for paper in room.papers if paper.lang == "nl"), None)
    pieces = [
        f"::: {{.stand}}\nStand {format_date(room.reference_date or None)} · {format_count(len(room.works), 'werk', 'werken')} · "
        f"{format_count(len(room.papers), 'paper', 'papers')}\n:::",
        _featured(newest) if newest is not None else "",
        "## Wat verandert er?\n\n" + _signals(room),
        "## Thema's\n\n" + _themes(room),
        "## Papers\n\n" + paper_list(room) if room.papers else "",
    ]
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _featured(paper: PublishedPaper) -> str:
    meaning = f"\n\n**Voor Overijssel:** {paper.meaning}" if paper.meaning else ""
    return (
        "::: {.kernboodschap}\n[Uitgelicht]{.label}\n\n"
        f"[{paper.message or paper.title}]{{.uitspraak}}{meaning}\n\n"
        f"[Lees de paper](papers/{paper.slug}/{paper.slug}.html){{.knop}} ({paper.minutes} min)\n:::"
    )


def _signals(room: Room) -> str:
    found = room.growth[room.growth["verdict"].isin(["rises", "falls"]) & (room.growth["kind"] != "topic")]
    if found.empty:
        tested = int(room.growth["verdict"].isin(["steady"]).sum())
        return (
            f"Geen enkel thema stijgt of daalt duidelijk{_period(room)}. Er is genoeg literatuur om dat te toetsen voor "
            f"{format_count(tested, 'thema of onderwerp', 'thema’s en onderwerpen')}; bij de andere is het te weinig of te kort."
        )
    rows = found.sort_values(["q", "unit"], kind="stable").head(_MOST)
    lines = []
    for row in rows.to_dict("records"):
        name = escape_markdown(room.taxonomy.label_name(row["unit"], "nl"))
        margin = format_range(row["low"], row["high"], 0, percent=True)
        verb = "stijgt" if row["verdict"] == "rises" else "daalt"
        works = format_count(row["works"], "werk", "werken")
        lines.append(f"- **{name}** {verb}: {format_percent(row['growth'], 0)} per jaar (marge {margin}), {works}")
    return "\n".join(lines)


def _period(room: Room) -> str:
    """Say over which years was looked; nothing when there are none."""
    years = room.growth[["from_year", "to_year"]].dropna()
    if years.empty:
        return ""
    return f" over {format_years(int(years['from_year'].min()), int(years['to_year'].max()))}"


def _themes(room: Room) -> str:
    growth = room.growth.set_index("unit")
    rows = []
    for theme in room.taxonomy.themes:
        count = room.tags.loc[room.tags["theme"] == theme.id, "work_id"].nunique()
        verdict = str(growth.loc[theme.id, "verdict"]) if theme.id in growth.index else "too_few"
        name = escape_markdown(room.taxonomy.label_name(theme.id, "nl"))
        rows.append([f"[{name}](themas.html#thema-{theme.id})", format_number(count), DIRECTIONS[verdict]])
    return pipe_table(["Thema", "Werken", "Aandeel in de bibliotheek"], rows, "lrl")


def paper_list(room: Room) -> str:
    """Return the papers as a list, newest first."""
    lines = []
    for paper in room.papers:
        folder = f"papers/{paper.slug}/{paper.slug}"
        facts = " · ".join(
            fact
            for fact in (
                paper.theme,
                format_date(paper.date or None),
                f"{paper.minutes} min",
            )
            if fact
        )
        subtitle = f"{paper.subtitle} " if paper.subtitle else ""
        lines.append(
            f"- [{paper.title}]({folder}.html). {subtitle}\n  {facts} · [PDF]({folder}.pdf) · [Word]({folder}.docx)"
        )
    return "\n".join(lines)
