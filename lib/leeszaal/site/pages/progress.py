"""The page for the two supervisors: what was searched, read, decided, written and signed, and what is still open.

Every figure comes from evidence and decisions, with the day each of them bears; so this page is the same whenever the
library is built again. The month is that of the newest of them, not that of the day on which the site was made.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from leeszaal.library import subject_decisions
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_date, format_month, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    import pandas as pd

    from leeszaal.site.pages.write import Room

__all__ = ["months", "part"]

_SCREENING = ("include", "exclude", "maybe")


def months(days: Iterable[str]) -> tuple[str, str]:
    """Return the month of the newest of these days (ISO) and the month before it, as ``2026-11``; empty without days.

    Examples
    --------
    >>> months(["2026-01-05", "2025-11-30"]), months([])
    (('2026-01', '2025-12'), ('', ''))
    """
    newest = max((day[:7] for day in days if len(day) >= 7), default="")
    if not newest:
        return "", ""
    first = datetime.date.fromisoformat(f"{newest}-01")
    return newest, (first - datetime.timedelta(days=1)).isoformat()[:7]


def part(room: Room) -> str:
    """Return the computed part of the page."""
    searches = [(one.date, one) for one in room.log.searches]
    said = room.decisions
    said = said[(said["problem"] == "") & ~said["undone"].astype(bool) & (said["verb"] != "undo")]
    signed = subject_decisions(room.home, "paper")
    signed = signed[signed["verb"] == "sign"]
    this, last = months([*(day for day, _ in searches), *said["time"].astype(str)])
    if not this:
        return "Er is nog niets gedaan: geen enkele zoekvraag, en geen enkele beslissing.\n"
    read = said[said["verb"].isin(_SCREENING)].drop_duplicates(["work_id", "person"])
    rows: list[tuple[str, list[tuple[str, int]]]] = [
        ("Zoekvragen en ingelezen bestanden", [(day, 1) for day, _ in searches]),
        ("Records ontvangen", [(day, one.received) for day, one in searches]),
        ("Records die nieuw waren", [(day, one.new) for day, one in searches]),
        ("Werken gelezen", _days(read)),
        ("Besluit: opnemen", _days(said[said["verb"] == "include"])),
        ("Besluit: uitsluiten", _days(said[said["verb"] == "exclude"])),
        ("Besluit: twijfel", _days(said[said["verb"] == "maybe"])),
        ("Andere besluiten, zoals labels en namen", _days(said[~said["verb"].isin((*_SCREENING, "sign"))])),
        ("Papers getekend", _days(signed)),
    ]
    table = pipe_table(
        ["Wat", _month(this), _month(last), "In totaal"],
        [[name, *(format_number(n) for n in _sums(events, this, last))] for name, events in rows],
        "lrrr",
    )
    day = max([*(day for day, _ in searches), *(str(time)[:10] for time in said["time"])])
    people = sorted(set(said["person"]))
    who = f" Besluiten zijn er van {escape_markdown(', '.join(people))}." if people else ""
    return (
        f"::: {{.stand}}\nTot en met {format_date(day)}, de dag van de laatste zoekvraag of het laatste besluit.{who}\n:::\n\n"
        f"## Deze maand en de vorige\n\n{table}\n\n## Wat is er geschreven?\n\n{_written(room, signed)}\n\n"
        f"## Wat staat er open?\n\n{_open(room)}\n"
    )


def _days(frame: pd.DataFrame) -> list[tuple[str, int]]:
    return [(str(time)[:10], 1) for time in frame["time"]]


def _sums(events: list[tuple[str, int]], this: str, last: str) -> tuple[int, int, int]:
    now, before = (sum(n for day, n in events if day.startswith(month)) for month in (this, last))
    return now, before, sum(n for _, n in events)


def _month(month: str) -> str:
    return f"{format_month(int(month[5:]))} {month[:4]}"


def _written(room: Room, signed: pd.DataFrame) -> str:
    """Return each paper with the day of its figures, and who signed it last."""
    if not room.papers:
        return "Er is nog geen paper gemaakt."
    rows = []
    for paper in room.papers:
        own = signed[signed["name"] == paper.slug]
        by = (
            f"{format_date(str(own['time'].iloc[-1])[:10])}, {escape_markdown(own['person'].iloc[-1])}"
            if len(own)
            else "nog niet"
        )
        rows.append([f"[{paper.title}](papers/{paper.slug}/{paper.slug}.html)", format_date(paper.date or None), by])
    return pipe_table(["Paper", "Stand van de cijfers", "Getekend"], rows, "lll")


def _open(room: Room) -> str:
    """Return what waits for a person, each number a door to its works."""
    states = room.screening
    rows = []
    for verb, name in {
        "open": "Werken die nog niemand beoordeelde",
        "maybe": "Werken in twijfel",
        "disputed": "Werken waarover lezers het oneens zijn",
    }.items():
        works = states.loc[states["verb"] == verb, "work_id"]
        rows.append([name, room.doors.to(format_number(len(works)), f"open-{verb}", name, works)])
    rows.append(["Paren die misschien hetzelfde werk zijn", format_number(len(room.pairs))])
    new = int((room.signals["status"] == "nieuw").sum())
    rows.append(
        ["Nieuwe signalen waarover nog niet is beslist", f"[{format_number(new)}](signalen.html)" if new else "0"]
    )
    return pipe_table(["Wat wacht", "Aantal"], rows, "lr")
