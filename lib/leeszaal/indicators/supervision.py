"""Judgments of supervision that people fill in: checked, counted, and never computed.

A judgment (groen, oranje, rood) is an administrative decision. What is here reads it, shows where sources differ and
counts; nothing here derives a colour, averages colours, or ranks a municipality.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes
from leeszaal.home import Home
from leeszaal.indicators.cells import code_of, date_of, read_rows
from leeszaal.indicators.municipalities import load_municipalities

__all__ = [
    "DOMAINS",
    "JUDGMENTS",
    "WATER_DOMAINS",
    "Supervision",
    "load_supervision",
    "read_supervision",
    "supervision_trend",
]

COLUMNS = ("gemeentecode", "jaar", "domein", "oordeel", "bron", "peildatum")
# The domains for municipalities in the annual reports of the province for 2018 and 2019, under the names of that time.
DOMAINS = ("financiën", "omgevingsrecht", "ruimtelijke ordening", "archief", "huisvesting statushouders")
WATER_DOMAINS = ("financiën", "archief", "waterbeleid")
JUDGMENTS = ("groen", "oranje", "rood")
_EXAMPLE = "voorbeeld"


@dataclass(frozen=True)
class Supervision:
    """Judgments, as their makers gave them.

    Attributes
    ----------
    rows
        One row a municipality, year and domain: `gemeentecode`, `gemeente`, `jaar` (int), `domein`, `oordeel`, `bron`,
        `peildatum`, `regel`. Judgments on which sources disagree are not in it.
    disagreements
        All rows of a municipality, year and domain for which sources give different judgments.
    example
        The judgments are invented, to show the form.
    every
        All rows of the file, in its order; a source that says the same as another one is in it.
    notes
        Dutch sentences on what was repaired or set apart.
    """

    rows: pd.DataFrame
    disagreements: pd.DataFrame
    every: pd.DataFrame
    example: bool
    notes: tuple[str, ...]


def load_supervision(home: Home, *, example: bool = False) -> Supervision:
    """Read `literature/indicators/supervision.csv`, or the example beside it.

    Parameters
    ----------
    home
        The reading room.
    example
        Read `supervision-example.csv`, whose municipalities do not exist.

    Raises
    ------
    LeeszaalError
        When there is no such file, or on the first mistake in it, with its line.
    """
    path = home.literature / "indicators" / ("supervision-example.csv" if example else "supervision.csv")
    if not path.is_file() and not example:
        raise LeeszaalError(
            "Er zijn nog geen oordelen: literature/indicators/supervision.csv bestaat niet.",
            "Neem supervision-example.csv als voorbeeld en lees uw bestand in met: leeszaal supervision BESTAND",
        )
    names = load_municipalities(home)
    known = dict(zip(names["gemeentecode"], names["gemeente"], strict=True))
    return read_supervision(read_bytes(path), home.relative(path), known, example=example)


def read_supervision(
    content: bytes, name: str, known: Mapping[str, str], *, domains: Iterable[str] = DOMAINS, example: bool = False
) -> Supervision:
    """Read a table of judgments.

    Parameters
    ----------
    content, name
        The bytes of the CSV, and how to call it in an error.
    known
        Name by code of the municipalities of the province.
    domains
        What may stand in the column `domein`.
    example
        The table is an example: its municipalities may not exist, and each source must say that it is one.

    Raises
    ------
    LeeszaalError
        On an unknown municipality, domain or judgment, a year or date that cannot be, a missing source, the same source
        twice, or an invented row among real ones.
    """
    allowed = tuple(domains)
    records: list[dict[str, object]] = []
    seen: dict[tuple[object, ...], int] = {}
    repaired = 0
    for row in read_rows(content, name, COLUMNS):
        code, mended = code_of(row, dict(known))
        repaired += mended
        if example == (code in known):
            raise row.fail(
                f"{code} is {'een echte gemeente' if example else 'geen gemeente van deze provincie'}.",
                "Gebruik in een voorbeeld alleen verzonnen gemeenten." if example else nearest(code, known),
            )
        if not row["bron"]:
            raise row.fail("er staat geen bron.", "Vul de kolom ‘bron’: waar staat dit oordeel?")
        if example != (_EXAMPLE in row["bron"].casefold()):
            raise row.fail(
                f"de bron ‘{row['bron']}’ past niet.",
                "In een voorbeeld zegt elke bron dat het een voorbeeld is."
                if example
                else "Een voorbeeld telt niet mee.",
            )
        for column, words in (("domein", allowed), ("oordeel", JUDGMENTS)):
            if row[column] not in words:
                raise row.fail(f"‘{row[column]}’ is geen {column}.", f"{nearest(row[column], words)}")
        date = date_of(row, "peildatum")
        if not re.fullmatch(r"20\d\d", row["jaar"], flags=re.ASCII) or int(row["jaar"]) > int(date[:4]):
            raise row.fail(
                f"‘{row['jaar']}’ past niet als jaar bij een peildatum van {date}.",
                "Verwacht: vier cijfers, niet later dan de peildatum.",
            )
        key = (code, int(row["jaar"]), row["domein"])
        if (*key, row["bron"]) in seen:
            raise row.fail(
                f"dit oordeel staat al op regel {seen[*key, row['bron']]}, met dezelfde bron.",
                "Verwijder een van de twee.",
            )
        seen[*key, row["bron"]] = row.line
        title = known.get(code) or row.cells.get("gemeente") or code
        records.append(
            dict(zip(("gemeentecode", "jaar", "domein"), key, strict=True))
            | {"gemeente": title, "oordeel": row["oordeel"], "bron": row["bron"], "peildatum": date, "regel": row.line}
        )
    columns = ["gemeentecode", "gemeente", "jaar", "domein", "oordeel", "bron", "peildatum", "regel"]
    frame = pd.DataFrame(records, columns=columns).sort_values(["gemeentecode", "domein", "jaar", "regel"])
    keys = ["gemeentecode", "jaar", "domein"]
    apart = frame.groupby(keys)["oordeel"].transform("nunique") > 1 if len(frame) else pd.Series([], dtype=bool)
    notes = []
    if example:
        notes.append("Dit is een voorbeeld: de gemeenten en de oordelen zijn verzonnen.")
    if repaired:
        notes.append(f"Gemeentecodes zonder GM of voorloopnul, aangevuld omdat de naam in de rij klopt: {repaired}.")
    if len(frame) and apart.any():
        pairs = frame[apart].groupby(keys).ngroups
        notes.append(
            f"Van {pairs} {'oordeel' if pairs == 1 else 'oordelen'} verschillen de bronnen: niet geteld, wel getoond."
        )
    agreed = frame[~apart].drop_duplicates(keys).reset_index(drop=True) if len(frame) else frame
    differing = frame[apart].reset_index(drop=True) if len(frame) else frame
    return Supervision(agreed, differing, frame.sort_values("regel", ignore_index=True), example, tuple(notes))


def supervision_trend(supervision: Supervision, groups: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Count judgments per domain and year, and per region where `groups` is given.

    Parameters
    ----------
    supervision
        See `load_supervision`.
    groups
        Region by municipality code. A municipality in no region is counted under "".

    Returns
    -------
    DataFrame
        `domein`, (`regio`,) `jaar`, one column a judgment, `zonder` (municipalities that have a judgment in this
        domain in another year and none in this one: a gap, not a green). Every year from the first to the last is
        there.
    """
    rows = supervision.rows
    index = ["domein"] if groups is None else ["domein", "regio"]
    if rows.empty:
        return pd.DataFrame(columns=[*index, "jaar", *JUDGMENTS, "zonder"])
    if groups is not None:
        rows = rows.assign(regio=[groups.get(code, "") for code in rows["gemeentecode"]])
    years = range(int(rows["jaar"].min()), int(rows["jaar"].max()) + 1)
    table = []
    for key, part in rows.groupby(index, sort=True):
        everyone = part["gemeentecode"].nunique()
        for year in years:
            now = part.loc[part["jaar"] == year, "oordeel"]
            counts = [int((now == judgment).sum()) for judgment in JUDGMENTS]
            table.append([*key, year, *counts, everyone - len(now)])
    return pd.DataFrame(table, columns=[*index, "jaar", *JUDGMENTS, "zonder"])
