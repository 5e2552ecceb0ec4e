"""Municipalities that no longer exist, and what they became."""

from __future__ import annotations

from dataclasses import dataclass

from leeszaal.files import read_bytes
from leeszaal.home import Home
from leeszaal.indicators.cells import Row, date_of, read_rows

__all__ = ["Merger", "load_mergers"]

_COLUMNS = ("oude_gemeente", "oude_code", "nieuwe_code", "nieuwe_gemeente", "nieuwe_was", "ingangsdatum", "bron")


@dataclass(frozen=True)
class Merger:
    """A municipality that became part of another one.

    Attributes
    ----------
    old, old_code
        Its name and, where a source gave it, its code.
    new_code, new
        The municipality of today.
    joined
        The municipality of today was there already ("bestaand"), and its own figures count too; else it is new
        ("nieuw").
    date
        Day from which the old one, or its code, no longer exists, ISO.
    source
        Where that is written.
    """

    old: str
    old_code: str
    new_code: str
    new: str
    joined: bool
    date: str
    source: str


def load_mergers(home: Home) -> tuple[Merger, ...]:
    """Read `literature/indicators/merged.csv`; a reading room without that file knows no mergers.

    Raises
    ------
    LeeszaalError
        When a column is missing, a date is none, or a word is unknown.
    """
    path = home.literature / "indicators" / "merged.csv"
    if not path.is_file():
        return ()
    return tuple(_merger(row) for row in read_rows(read_bytes(path), home.relative(path), _COLUMNS))


def _merger(row: Row) -> Merger:
    if row["nieuwe_was"] not in ("nieuw", "bestaand"):
        raise row.fail(f"‘{row['nieuwe_was']}’ past niet in de kolom ‘nieuwe_was’.", "Verwacht: nieuw of bestaand.")
    return Merger(
        row["oude_gemeente"], row["oude_code"], row["nieuwe_code"], row["nieuwe_gemeente"],
        row["nieuwe_was"] == "bestaand", date_of(row, "ingangsdatum"), row["bron"],
    )  # fmt: skip
