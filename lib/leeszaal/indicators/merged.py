"""Municipalities that no longer exist, and what they became."""

from __future__ import annotations

from dataclasses import dataclass

from leeszaal.files import read_bytes
from leeszaal.home import Home
from leeszaal.indicators.cells import date_of, read_rows

__all__ = ["Merger", "load_mergers"]

_COLUMNS = ("oude_gemeente", "oude_code", "nieuwe_code", "nieuwe_gemeente", "ingangsdatum", "bron")


@dataclass(frozen=True)
class Merger:
    """A municipality that became part of another one.

    Attributes
    ----------
    old, old_code
        Its name and, where a source gave it, its code.
    new_code, new
        The municipality of today.
    date
        Day from which it no longer exists, ISO.
    source
        Where that is written.
    """

    old: str
    old_code: str
    new_code: str
    new: str
    date: str
    source: str


def load_mergers(home: Home) -> tuple[Merger, ...]:
    """Read `literature/indicators/merged.csv`; a reading room without that file knows no mergers.

    Raises
    ------
    LeeszaalError
        When a column is missing or a date is none.
    """
    path = home.literature / "indicators" / "merged.csv"
    if not path.is_file():
        return ()
    return tuple(
        Merger(
            row["oude_gemeente"], row["oude_code"], row["nieuwe_code"], row["nieuwe_gemeente"],
            date_of(row, "ingangsdatum"), row["bron"],
        )
        for row in read_rows(read_bytes(path), home.relative(path), _COLUMNS)
    )  # fmt: skip
