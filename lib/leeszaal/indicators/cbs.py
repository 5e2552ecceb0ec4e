"""Fetch a table of CBS for the municipalities of the province, and keep it as it came."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from leeszaal import progress
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import write_text
from leeszaal.harvest.cbs import Cbs, one_of
from leeszaal.harvest.transport import Transport
from leeszaal.home import Home, find_home
from leeszaal.indicators.municipalities import load_municipalities
from leeszaal.indicators.odata import REGION_COLUMNS

if TYPE_CHECKING:
    import httpx2

__all__ = ["CbsFetched", "fetch_cbs", "ratio"]


@dataclass(frozen=True)
class CbsFetched:
    """What came in.

    Attributes
    ----------
    table, file
        Number of the table, and where the answer stands.
    rows, pages
        How many came.
    missing
        Municipalities of the province without a row.
    """

    table: str
    file: str
    rows: int
    pages: int
    missing: tuple[str, ...]

    def tell(self) -> str:
        lines = [f"CBS-tabel {self.table}: {self.rows} rijen in {self.pages} bladzijden, opgeslagen als {self.file}."]
        if self.missing:
            lines.append(f"Zonder cijfers: {', '.join(self.missing)}.")
        return "\n".join(lines)


def fetch_cbs(
    table: str,
    *,
    home: Home | Path | str | None = None,
    iv3: bool = False,
    year: int | None = None,
    client: httpx2.Client | None = None,
    today: datetime.date | None = None,
) -> CbsFetched:
    """Fetch a table for the municipalities of the province into `literature/indicators/cbs/`.

    Read it with `read_observations`, or with `read_iv3` for Iv3. A file that stands there is replaced once all pages
    are in.

    Parameters
    ----------
    table
        Its number: "45071NED".
    home
        The reading room.
    iv3
        The finances that municipalities report (Iv3) instead of a table of StatLine.
    year
        Only this year; by default all of them.
    client
        To send with, for tests.
    today
        Day noted in the file.

    Raises
    ------
    LeeszaalError
        When the number is none, the table has no column with municipalities, nothing is found, or the source fails.
    """
    room = find_home(home)
    if not re.fullmatch(r"[0-9A-Za-z]{4,12}", table, flags=re.ASCII):
        raise LeeszaalError(f"‘{table}’ is geen nummer van een CBS-tabel.", "Verwacht: een nummer zoals 45071NED.")
    names = load_municipalities(room)
    source = Cbs(iv3=iv3)
    with (
        progress.stage("CBS"),
        Transport(source.title, client=client, limits=source.limits) as transport,
    ):
        first = {key.strip() for key in source.first(transport, table)}
        column = next((name for name in REGION_COLUMNS if name in first), None)
        if column is None:
            raise LeeszaalError(
                f"Tabel {table} heeft geen kolom met gemeenten.", f"Verwacht een van: {', '.join(REGION_COLUMNS)}."
            )
        wanted = one_of(column, list(names["gemeentecode"]))
        if year is not None:
            wanted += f" and {one_of('Verslagsoort' if iv3 else 'Perioden', [str(year)])}"
        pages = list(source.pages(transport, table, wanted))
    rows = [dict(row) for page in pages for row in page.rows]
    if not rows:
        when = f" in {year}" if year is not None else ""
        raise LeeszaalError(
            f"Tabel {table} heeft{when} geen rijen over gemeenten van deze provincie.", "Kies een ander jaar of nummer."
        )
    there = {str(row.get(column, "")).strip() for row in rows}
    missing = tuple(names.loc[~names["gemeentecode"].isin(there), "gemeente"])
    day = (today or datetime.date.today()).isoformat()
    target = room.literature / "indicators" / "cbs" / f"{table}{'' if year is None else f'-{year}'}.json"
    content = {"bron": source.address(table), "filter": wanted, "opgehaald": day, "value": rows}
    write_text(target, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return CbsFetched(table, room.relative(target), len(rows), len(pages), missing)


def ratio(iv3: pd.DataFrame, above: Sequence[str], below: Sequence[str]) -> pd.DataFrame:
    """Return a ratio of sums of Iv3 items per municipality, year and report, as for a solvency ratio.

    Which items make a ratio of the BBV is for the user to look up: Iv3 changes its codes from time to time.

    Parameters
    ----------
    iv3
        From `read_iv3`.
    above, below
        The items (`taakveld`) that are added up above and below the line.

    Returns
    -------
    DataFrame
        `gemeentecode`, `gemeente`, `jaar`, `verslagsoort`, `verhouding` (float). A municipality that lacks one of the
        items, or has nothing below the line, has a gap: half a sum is no sum.

    Raises
    ------
    LeeszaalError
        When an item stands nowhere in the table.
    """
    known = set(iv3["taakveld"])
    for item in (*above, *below):
        if item not in known:
            raise LeeszaalError(f"De post ‘{item}’ staat niet in deze Iv3-tabel.", nearest(item, known))
    keys = ["gemeentecode", "gemeente", "jaar", "verslagsoort"]

    def total(items: Sequence[str]) -> pd.Series:
        chosen = iv3[iv3["taakveld"].isin(items)]
        wide = chosen.pivot_table(
            index=keys, columns="taakveld", values="duizend_euro", aggfunc=lambda x: x.sum(skipna=False), dropna=False
        )
        return wide.reindex(columns=list(dict.fromkeys(items))).sum(axis=1, skipna=False)

    one, two = total(above), total(below)
    index = pd.MultiIndex.from_frame(iv3[keys].drop_duplicates().sort_values(keys))
    values = one.reindex(index) / two.reindex(index).where(lambda amount: amount != 0)
    return values.rename("verhouding").astype(float).reset_index()
