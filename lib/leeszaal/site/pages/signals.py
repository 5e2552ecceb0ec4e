"""The page with signals: what is small and growing, how strong that is, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_number, format_percent, format_range

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["STATES", "part", "short_list", "tested"]

# A word of the table to how a reader sees it; the order is that of the page.
STATES = {"nieuw": "nieuw", "gevolgd": "wordt gevolgd", "vervallen": "vervallen"}
_STRENGTHS = ("sterk", "redelijk", "zwak")
_MOST = 5


def _ordered(signals: pd.DataFrame) -> pd.DataFrame:
    """Sort by status, then by strength and number of works."""
    rank = signals.assign(
        state=signals["status"].map({name: place for place, name in enumerate(STATES)}).fillna(len(STATES)),
        grade=signals["strength"].map({name: place for place, name in enumerate(_STRENGTHS)}).fillna(len(_STRENGTHS)),
    )
    return rank.sort_values(
        ["state", "grade", "works", "signal_id"], ascending=[True, True, False, True], kind="stable"
    ).drop(columns=["state", "grade"])


def short_list(room: Room, theme: str = "", root: str = "") -> str:
    """Return at most five signals as a list, those that lapsed left out; empty when there are none."""
    found = room.signals[room.signals["status"] != "vervallen"]
    if theme:
        found = found[found["theme"] == theme]
    lines = []
    for row in _ordered(found).head(_MOST).to_dict("records"):
        lines.append(
            f"- [{escape_markdown(row['statement'])}]({root}signalen.html#signaal-{_anchor(row)}) "
            f"[{escape_markdown(row['strength'])}, {_works(room, row, root)}]{{.feiten}}"
        )
    return "\n".join(lines)


def part(room: Room) -> str:
    """Return the computed part of the page: every signal, or why there is none."""
    signals = room.signals
    if signals.empty:
        return _none(room)
    pieces = []
    for state, name in STATES.items():
        found = _ordered(signals[signals["status"] == state])
        if len(found):
            pieces.append(f"## {name[:1].upper()}{name[1:]} {{#{state}}}")
            pieces += [_signal(room, row) for row in found.to_dict("records")]
    pieces.append(_record(room))
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _none(room: Room) -> str:
    return (
        f"## Nu geen signalen {{#geen}}\n\nOp dit moment stijgt niets zo duidelijk dat het een signaal is{tested(room)}. Met meer werken "
        f"in de bibliotheek kan dat anders worden.\n\n{_record(room)}\n"
    )


def tested(room: Room) -> str:
    """Say how much was tested, as a clause behind a comma; nothing when the test did not run."""
    count = room.signals_tested
    return (
        f", van de {format_number(count)} onderwerpen, woorden, instrumenten en thema's die wij toetsten"
        if count
        else ""
    )


def _record(room: Room) -> str:
    """Say how the rule would have done on this library: what it said before, and how much of that came out."""
    one = room.signals_record
    if one is None:
        return ""
    rises = int(one["held"]) + int(one["missed"])
    said = int(one["said"])
    head = "## Hoe vaak komt een signaal uit? {#proef}\n\nWij deden de proef op de oudere jaren van deze bibliotheek, met alleen wat toen bekend was. "
    told = (
        f"De regel had toen {format_count(said, 'signaal', 'signalen')} gegeven; {format_number(one['held'])} daarvan kwam uit."
        if said
        else "De regel had toen geen enkel signaal gegeven."
    )
    missed = f" Van de {format_count(rises, 'stijging', 'stijgingen')} die er waren, werden er {format_number(one['missed'])} niet gezien."
    return head + told + (missed if rises else "") + " Een signaal is dus een tip om te lezen, en geen voorspelling."


def _anchor(row: Mapping[Any, Any]) -> str:
    return "".join(sign if sign.isalnum() or sign in "-." else "-" for sign in str(row["signal_id"]))


def _works(room: Room, row: Mapping[Any, Any], root: str = "") -> str:
    behind = room.signal_works.loc[room.signal_works["signal_id"] == row["signal_id"], "work_id"]
    text = format_count(int(row["works"]), "werk", "werken")
    return room.doors.to(text, f"signaal-{_anchor(row)}", f"Signaal: {row['statement']}", behind, root)


def _signal(room: Room, row: Mapping[Any, Any]) -> str:
    theme = str(row["theme"] or "")
    name = escape_markdown(room.taxonomy.label_name(theme)) if theme in room.theme_ids else ""
    facts = [f"sinds {int(row['since'])}" if pd.notna(row["since"]) else "", str(row["kind"])]
    if pd.notna(row["growth"]):
        margin = format_range(row["low"], row["high"], 0, percent=True)
        facts.append(f"{format_percent(row['growth'], 0)} per jaar (marge {margin})")
    listed = "\n\n".join(
        f"{term}\n:   {text}"
        for term, text in {
            "Thema": f"[{name}](themas/{theme}.html)" if name else "",
            "Sterkte": f"{escape_markdown(row['strength'])}, {_works(room, row)}",
            "Wat wij zien": escape_markdown(" · ".join(fact for fact in facts if fact)),
            "Wat ertegen pleit": escape_markdown(row["counter"] or "Daarover is niets bekend."),
        }.items()
        if text
    )
    return f"::: {{#signaal-{_anchor(row)} .signaal}}\n### {escape_markdown(row['statement'])}\n\n{listed}\n:::"
