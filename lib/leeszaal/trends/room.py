"""What a reading room holds for bursts and signals: its works, and everything that is counted in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from leeszaal.home import Home
from leeszaal.library.store import read_table
from leeszaal.reading import load_taxonomy
from leeszaal.trends.instruments import Instrument, instrument_units, load_instruments
from leeszaal.trends.units import Holdings, holdings, join_holdings, term_holdings, units_of

__all__ = ["Counted", "counted_in", "instruments_file"]

Names = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Counted:
    """Works, and what is counted in them.

    Attributes
    ----------
    works
        As the library holds them.
    held
        Themes, stable topics, instruments and terms.
    names_en
        (kind, unit) to its English name, where it differs.
    themes
        `work_id`, `theme`, or None.
    weak
        Topics left out because they are not stable.
    """

    works: pd.DataFrame
    held: Holdings
    names_en: Names
    themes: pd.DataFrame | None
    weak: int


def instruments_file(room: Home) -> Path:
    """Return where the list of instruments stands."""
    return room.literature / "instruments.yaml"


def counted_in(room: Home) -> Counted:
    """Return everything in a reading room that can carry a signal; a weak topic cannot.

    Raises
    ------
    LeeszaalError
        When the library, or its tags and topics, were not made, or the list of instruments is not right.
    """
    works = read_table(room, "works")
    units, weak = units_of(room)
    units = units[~((units["kind"] == "topic") & units["unit"].isin(weak))]
    path = instruments_file(room)
    instruments = load_instruments(path) if path.is_file() else []
    units = pd.concat([units, instrument_units(works, instruments)], ignore_index=True)
    nl, en = _names(room, units, instruments)
    held = join_holdings([holdings(works["work_id"], units, nl), term_holdings(works)])
    tags = room.library / "tags.parquet"
    themes = read_table(room, "tags")[["work_id", "theme"]] if tags.is_file() else None
    return Counted(works, held, en, themes, len(weak))


def _names(room: Home, units: pd.DataFrame, instruments: list[Instrument]) -> tuple[Names, Names]:
    """Return the Dutch and English names of units."""
    taxonomy = load_taxonomy(room.themes)
    known = set(taxonomy.labels())
    nl: Names = {}
    en: Names = {}
    for kind, unit in units[["kind", "unit"]].drop_duplicates().itertuples(index=False):
        if kind in ("theme", "label") and unit in known:
            nl[kind, unit], en[kind, unit] = (f"‘{taxonomy.label_name(unit, lang)}’" for lang in ("nl", "en"))
    for one in instruments:
        nl["instrument", one.id], en["instrument", one.id] = one.label["nl"], one.label["en"]
    if (room.library / "topics.parquet").is_file():
        topics = read_table(room, "topics")
        nl |= {("topic", str(int(t))): str(name) for t, name in zip(topics["topic"], topics["name"], strict=True)}
    return nl, en
