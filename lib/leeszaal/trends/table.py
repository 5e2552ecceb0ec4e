"""Trends of any table of works, outside a reading room: read it, count it, test it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.topics import name_rows, read_works_csv
from leeszaal.trends.bursts import bursts_of
from leeszaal.trends.counts import check_years, counts_of, year_numbers
from leeszaal.trends.growth import FEWEST_WORKS, growth_table
from leeszaal.trends.signals.backtest import backtest
from leeszaal.trends.signals.find import WINDOW, Found, find_signals
from leeszaal.trends.units import Holdings, Panel, holdings, join_holdings, term_holdings
from leeszaal.works.columns import author_cell, find_columns
from leeszaal.works.numbers import format_count
from leeszaal.works.plain import fold

__all__ = ["TableTrends", "WorksTable", "read_trend_table", "read_works_table", "table_trends"]

_LABELS = ("label", "labels", "theme", "thema", "topic", "onderwerp")
_FIELDS = ("title", "abstract", "year", "language", "keywords", "authors", "container", "type")
_YEAR = re.compile(r"\s*(\d{4})(?:[-/.]\d.*)?(?:\.0+)?\s*")
_LONG = re.compile(r"\s*\d{5,}\s*")


@dataclass(frozen=True)
class WorksTable:
    """Works of a file, and the labels that stand beside them.

    Attributes
    ----------
    name
        Of the file.
    works
        `work_id`, `title`, `abstract`, `year` (0 where unknown), `language`, `keywords`, `authors`, `container`,
        `type`.
    labels
        `kind` ("label"), `unit`, `work_id`; empty when the table has no such column.
    references
        `work_id`, `cited`; likewise.
    last
        The last complete year; 0 when nobody asked.
    remarks
        Dutch: what a person should know about how the file was read.
    """

    name: str
    works: pd.DataFrame
    labels: pd.DataFrame
    references: pd.DataFrame
    last: int
    remarks: list[str]


@dataclass(frozen=True)
class TableTrends:
    """What was found in a table: the frames of `yearly_counts`, `growth_table`, `panel_bursts` and `find_signals`."""

    corpus: pd.DataFrame
    counts: pd.DataFrame
    growth: pd.DataFrame
    bursts: pd.DataFrame
    backtest: pd.DataFrame
    found: Found


def _year(cell: object) -> int:
    match = _YEAR.fullmatch(str(cell)) if cell is not None else None
    return int(match.group(1)) if match else 0


def read_works_table(path: Path) -> WorksTable:
    """Read a table of works.

    `id`, `title`, `abstract`, `year`, `language`, `keywords`, authors, journal, type, `references` and a column label,
    theme or topic (several apart by semicolons) are used where they are there. Names of columns may be Dutch.

    Parameters
    ----------
    path
        A CSV file, read as `leeszaal.topics.read_works_csv` does.

    Raises
    ------
    LeeszaalError
        When the file cannot be read, or an id is missing or stands there twice.
    """
    frame = read_works_csv(path)
    key, remarks = name_rows(frame)
    names = [str(column) for column in frame.columns]
    places = find_columns(names)
    blank: list[Any] = [None] * len(frame)
    cell = {field: frame.iloc[:, places[field][0]].tolist() if field in places else blank for field in _FIELDS}
    folded = {fold(name): name for name in reversed(names)}
    ids = [str(value) if value is not None else "" for value in frame[key]]
    _unique(path, ids)
    year, told = _years(cell["year"])
    works = pd.DataFrame({"work_id": pd.Series(ids, dtype=object), "year": year})
    for field in ("title", "abstract", "language", "keywords", "container", "type"):
        works[field] = pd.Series(cell[field], dtype=object)
    works["authors"] = pd.Series([list(author_cell(value)) if value else [] for value in cell["authors"]], dtype=object)
    label = next((folded[name] for name in _LABELS if name in folded), None)
    cited = folded.get("references") or folded.get("referenced works") or folded.get("referenties")
    labels = _pairs(ids, frame[label] if label else blank, ("work_id", "unit"))
    labels.insert(0, "kind", "label")
    references = _pairs(ids, frame[cited] if cited else blank, ("work_id", "cited"))
    return WorksTable(path.name, works, labels[["kind", "unit", "work_id"]], references, 0, [*remarks, *told])


def _years(cells: list[Any]) -> tuple[np.ndarray, list[str]]:
    """Return the year of each row, 0 where there is none that can be, and what must be told of that."""
    years = [_year(value) for value in cells]
    today = datetime.date.today().year
    beside = zip(cells, years, strict=True)
    odd = [str(v).strip() for v, year in beside if year > today + 1 or (v is not None and _LONG.fullmatch(str(v)))]
    told = []
    if odd:
        rows = format_count(len(odd), "regel heeft", "regels hebben")
        told.append(f"{rows} een jaar dat niet kan, zoals {odd[0]}.")
    found = year_numbers(pd.Series(years, dtype="int64"))
    return np.where(found > today + 1, 0, found), told


def read_trend_table(path: Path, *, to_year: int | None = None) -> WorksTable:
    """Read a table of works of which the years are known; see `read_works_table`.

    Parameters
    ----------
    path
        A CSV file with a column for the year.
    to_year
        The last complete year; by default the year before the last one in the table, as that may still be growing.

    Raises
    ------
    LeeszaalError
        When no row has a possible year, or `to_year` cannot be; and as `read_works_table`.
    """
    check_years(None, to_year)
    table = read_works_table(path)
    year = table.works["year"].to_numpy()
    if not (year > 0).any():
        raise LeeszaalError(
            f"Geen enkele regel van {path} heeft een bruikbaar jaar.",
            "Nodig is een kolom year (of jaar) met vier cijfers, zoals 2021.",
        )
    remarks = list(table.remarks)
    missing = int((year == 0).sum())
    if missing:
        words = ("regel zonder bruikbaar jaar telt", "regels zonder bruikbaar jaar tellen")
        remarks.append(f"{format_count(missing, *words)} niet mee.")
    newest = int(year.max())
    if to_year is None:
        remarks.append(
            f"{newest} kan nog aangroeien en telt niet mee in de groei; is het volledig, zeg dan --to-year {newest}."
        )
    return replace(table, last=newest - 1 if to_year is None else to_year, remarks=remarks)


def _unique(path: Path, ids: list[str]) -> None:
    seen: dict[str, int] = {}
    for line, name in enumerate(ids, start=2):
        if name in seen or not name:
            why = f"staat ook op regel {seen[name]}" if name else "ontbreekt"
            raise LeeszaalError(
                f"{path}, regel {line}: de id ‘{name}’ {why}.", "Geef elke regel een eigen id, of laat de kolom id weg."
            )
        seen[name] = line


def _pairs(ids: list[str], cells: Iterable[Any], names: tuple[str, str]) -> pd.DataFrame:
    """Return a row for each part of each cell, the parts apart by semicolons."""
    pairs = [
        (work_id, part.strip())
        for work_id, cell in zip(ids, cells, strict=True)
        if cell is not None
        for part in str(cell).split(";")
        if part.strip()
    ]
    return pd.DataFrame(pairs, columns=list(names), dtype=object).drop_duplicates(ignore_index=True)


def table_trends(table: WorksTable, *, from_year: int | None = None) -> TableTrends:
    """Count and test labels and terms of a table.

    Growth and bursts are of the labels, and of the terms with ten works or more.

    Parameters
    ----------
    table
        As `read_trend_table` gives.
    from_year
        Where the window begins; by default fifteen years before its end.
    """
    check_years(from_year, table.last)
    works = table.works
    held = join_holdings([holdings(works["work_id"], table.labels), term_holdings(works)])
    found = find_signals(works, held, last=table.last, first=from_year)
    year = year_numbers(works["year"])
    counted = (held.kind == "label") | (np.asarray((held.held[(year > 0)]).sum(axis=0)).ravel() >= FEWEST_WORKS)
    open_year = np.flatnonzero(year == table.last + 1)
    panel = _with_open(found.panel, held, open_year, table.last + 1)
    shown = held.take(np.flatnonzero(counted))
    window = Panel(panel.years, panel.works[counted], panel.corpus)
    first = from_year if from_year is not None else max(found.first, table.last - WINDOW + 1)
    counts = counts_of(shown.kind, shown.unit, window, table.last + 1)
    whole = found.panel.window(first, table.last)
    return TableTrends(
        corpus=pd.DataFrame({"year": panel.years, "works": panel.corpus, "complete": panel.years <= table.last}),
        counts=counts,
        growth=growth_table(counts, from_year=first, to_year=table.last),
        bursts=bursts_of(shown, Panel(whole.years, whole.works[counted], whole.corpus)),
        backtest=backtest(found.panel.without_gaps(), held.kind),
        found=found,
    )


def _with_open(panel: Panel, held: Holdings, works: np.ndarray, year: int) -> Panel:
    """Add the year that is not complete, when it has works."""
    if not len(works):
        return panel
    more = np.asarray(held.held[works].sum(axis=0)).ravel()[:, None]
    return Panel(np.append(panel.years, year), np.hstack([panel.works, more]), np.append(panel.corpus, len(works)))
