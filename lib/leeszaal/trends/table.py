"""Trends of any table of works, outside a reading room: read it, count it, test it."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.topics import read_works_csv
from leeszaal.trends.bursts import panel_bursts
from leeszaal.trends.counts import check_years, counts_of, year_numbers
from leeszaal.trends.growth import FEWEST_WORKS, growth_table
from leeszaal.trends.signals.backtest import backtest
from leeszaal.trends.signals.find import WINDOW, Found, find_signals
from leeszaal.trends.signals.room import join_holdings
from leeszaal.trends.units import Holdings, Panel, holdings, term_holdings
from leeszaal.works.columns import author_cell, find_columns
from leeszaal.works.numbers import format_count
from leeszaal.works.plain import fold

__all__ = ["TableTrends", "WorksTable", "bursts_of", "read_trend_table", "table_trends"]

_LABELS = ("label", "labels", "theme", "thema", "topic", "onderwerp")
_FIELDS = ("title", "abstract", "year", "language", "keywords", "authors", "container")
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
        `work_id`, `title`, `abstract`, `year` (0 where unknown), `language`, `authors`, `container`.
    labels
        `kind` ("label"), `unit`, `work_id`; empty when the table has no such column.
    last
        The last complete year.
    remarks
        Dutch: what a person should know about how the file was read.
    """

    name: str
    works: pd.DataFrame
    labels: pd.DataFrame
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


def read_trend_table(path: Path, *, to_year: int | None = None) -> WorksTable:
    """Read a table of works with years.

    Needed is a column with the year; `id`, `title`, `abstract`, `language`, `keywords`, authors, journal and a column
    label, theme or topic (several apart by semicolons) are used where they are there. Names of columns may be Dutch.

    Parameters
    ----------
    path
        A CSV file, read as `read_works_csv` does.
    to_year
        The last complete year; by default the year before the last one in the table, as that may still be growing.

    Raises
    ------
    LeeszaalError
        When there is no such column, no row has a possible year, or an id stands there twice.
    """
    frame = read_works_csv(path)
    names = [str(column) for column in frame.columns]
    places = find_columns(names)
    if "year" not in places and "date" not in places:
        raise LeeszaalError(
            f"{path} heeft geen kolom met het jaar; er staan: {', '.join(names)}.",
            nearest("year", names),
        )
    cell = {field: frame.iloc[:, places[field][0]].tolist() for field in _FIELDS if field in places}
    cell.setdefault("year", frame.iloc[:, places.get("year", places.get("date", [0]))[0]].tolist())
    folded = {fold(name): name for name in reversed(names)}
    remarks = []
    key = folded.get("id") or folded.get("work id")
    ids = [str(value) if value is not None else "" for value in frame[key]] if key else []
    if not key:
        ids = [str(number) for number in range(2, len(frame) + 2)]
        remarks.append("Er is geen kolom id; elke regel heet naar zijn regelnummer.")
    _unique(path, ids)
    years = [_year(value) for value in cell["year"]]
    today = datetime.date.today().year
    beside = zip(cell["year"], years, strict=True)
    odd = [str(v).strip() for v, year in beside if year > today + 1 or (v is not None and _LONG.fullmatch(str(v)))]
    if odd:
        rows = format_count(len(odd), "regel heeft", "regels hebben")
        remarks.append(f"{rows} een jaar dat niet kan, zoals {odd[0]}.")
    year = year_numbers(pd.Series(years, dtype="int64"))
    year[year > today + 1] = 0
    missing = int((year == 0).sum())
    if missing:
        words = ("regel zonder bruikbaar jaar telt", "regels zonder bruikbaar jaar tellen")
        remarks.append(f"{format_count(missing, *words)} niet mee.")
    if not (year > 0).any():
        raise LeeszaalError(
            f"Geen enkele regel van {path} heeft een bruikbaar jaar.", "Schrijf het jaar als vier cijfers, zoals 2021."
        )
    check_years(None, to_year)
    last = to_year if to_year is not None else int(year.max()) - 1
    if to_year is None:
        newest = int(year.max())
        remarks.append(
            f"{newest} kan nog aangroeien en telt niet mee in de groei; is het volledig, zeg dan --to-year {newest}."
        )
    works = pd.DataFrame({"work_id": ids, "year": year})
    for field in ("title", "abstract", "language", "container"):
        works[field] = pd.Series(cell.get(field, [None] * len(works)), dtype=object)
    works["keywords"] = pd.Series(cell.get("keywords", [None] * len(works)), dtype=object)
    written = cell.get("authors", [None] * len(works))
    works["authors"] = pd.Series([list(author_cell(v)) if v else [] for v in written], dtype=object)
    label = next((folded[name] for name in _LABELS if name in folded), None)
    return WorksTable(path.name, works, _labels(works, frame[label] if label else None), last, remarks)


def _unique(path: Path, ids: list[str]) -> None:
    seen: dict[str, int] = {}
    for line, name in enumerate(ids, start=2):
        if name in seen or not name:
            why = f"staat ook op regel {seen[name]}" if name else "ontbreekt"
            raise LeeszaalError(
                f"{path}, regel {line}: de id ‘{name}’ {why}.", "Geef elke regel een eigen id, of laat de kolom id weg."
            )
        seen[name] = line


def _labels(works: pd.DataFrame, column: pd.Series | None) -> pd.DataFrame:
    pairs = [
        ("label", name.strip(), work_id)
        for work_id, cell in zip(works["work_id"], column if column is not None else [], strict=False)
        if cell is not None
        for name in str(cell).split(";")
        if name.strip()
    ]
    return pd.DataFrame(pairs, columns=["kind", "unit", "work_id"], dtype=object)


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


def bursts_of(held: Holdings, panel: Panel) -> pd.DataFrame:
    """Return the bursts of every unit: `kind`, `unit`, `name` and the columns of `panel_bursts`."""
    used = panel.corpus > 0
    found = panel_bursts(panel.works[:, used], panel.corpus[used], panel.years[used])
    at = found["series"].to_numpy(np.int64)
    named = {"kind": held.kind[at], "unit": held.unit[at], "name": held.name[at]}
    return pd.concat([pd.DataFrame(named, dtype=object), found.drop(columns="series")], axis=1)
