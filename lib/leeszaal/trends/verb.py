"""The verb `trends`: which themes, subthemes and topics grow in a reading room's library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal import progress
from leeszaal.home import Home, find_home
from leeszaal.library.store import fingerprint, is_current, read_stamp, read_table, save_stage, table_bytes
from leeszaal.trends.bursts import bursts_of
from leeszaal.trends.counts import check_years, pick_unit, usable_years, year_numbers, yearly_counts
from leeszaal.trends.coverage import Coverage, coverage_of
from leeszaal.trends.growth import FEWEST_WORKS, growth_table
from leeszaal.trends.room import counted_in, instruments_file
from leeszaal.trends.units import panel_of, units_of
from leeszaal.works.numbers import format_count, format_years

__all__ = ["TrendsSummary", "load_bursts", "load_growth", "load_trends", "peildatum_year", "trends"]

WINDOW = 15
_METHOD_VERSION = 3
_DATE = re.compile(r"(?<!\d)(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_COUNTED = [("works", pa.int32()), ("corpus", pa.int32()), ("share", pa.float64())]
_INTERVAL = [("low", pa.float64()), ("high", pa.float64())]
TRENDS = pa.schema(
    [
        ("kind", pa.string()),
        ("unit", pa.string()),
        ("year", pa.int32()),
        *_COUNTED,
        *_INTERVAL,
        ("complete", pa.bool_()),
    ]
)
GROWTH = pa.schema(
    [
        ("kind", pa.string()),
        ("unit", pa.string()),
        ("works", pa.int32()),
        ("from_year", pa.int32()),
        ("to_year", pa.int32()),
        ("growth", pa.float64()),
        *_INTERVAL,
        ("p", pa.float64()),
        ("q", pa.float64()),
        ("dispersion", pa.float64()),
        ("verdict", pa.string()),
    ]
)
BURSTS = pa.schema(
    [
        ("kind", pa.string()),
        ("unit", pa.string()),
        ("name", pa.string()),
        ("from_year", pa.int32()),
        ("to_year", pa.int32()),
        ("works", pa.int32()),
        ("gain", pa.float64()),
        ("threshold", pa.float64()),
        ("marked", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class TrendsSummary:
    """Figures of one run of `trends`.

    Attributes
    ----------
    works, without_year, future
        Works in the library; of these without a possible year; and dated after the peildatum.
    peildatum
        The year of the newest evidence, which is not complete.
    from_year, to_year
        The period of the growth figures; 0 when there is none.
    units, tested
        Units that were counted, and that had enough works and years for a test.
    weak_topics
        Topics left out of the test because they are not stable.
    rises, falls
        Units with strong evidence, as "kind:unit".
    bursts
        Bursts that chance does not give, of what does not rise all the time, Dutch: what, when, in how many works.
    notes
        Dutch: about sources that were not there throughout.
    reused
        Whether the tables of an earlier run were still current.
    """

    works: int
    without_year: int
    future: int
    peildatum: int
    from_year: int
    to_year: int
    units: int
    tested: int
    weak_topics: int
    rises: list[str]
    falls: list[str]
    bursts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reused: bool = False

    def tell(self) -> str:
        """Return the summary in Dutch, several lines."""
        dated = self.works - self.without_year - self.future
        lines = [f"{dated} van {self.works} werken hebben een bruikbaar jaar."]
        if self.without_year:
            lines.append(f"{self.without_year} werken zonder jaar tellen niet mee.")
        if self.future:
            lines.append(f"{self.future} werken met een jaar na {self.peildatum} tellen niet mee.")
        if self.from_year == 0:
            lines.append("Er is geen volledig jaar met werken: over groei valt niets te zeggen.")
            return "\n".join(lines)
        lines.append(
            f"Groei {self.from_year}–{self.to_year}: {self.tested} van {self.units} thema's, subthema's en "
            "onderwerpen hebben genoeg werken en jaren om te toetsen."
        )
        lines.append(f"Sterke aanwijzing voor groei: {', '.join(self.rises) or 'geen'}.")
        lines.append(f"Sterke aanwijzing voor krimp: {', '.join(self.falls) or 'geen'}.")
        lines.append(f"Korte opleving die toeval niet verklaart: {'; '.join(self.bursts) or 'geen'}.")
        lines += self.notes
        if self.weak_topics:
            lines.append(f"{self.weak_topics} wankele onderwerpen zijn niet getoetst.")
        lines.append(f"{self.peildatum} is nog niet volledig en telt niet mee in de groei.")
        if self.reused:
            lines.append("Er was niets veranderd; de bestaande tabellen zijn gebruikt.")
        return "\n".join(lines)


def peildatum_year(room: Home, works: pd.DataFrame) -> int:
    """Return the year of the newest evidence.

    Taken from the dates in the names below literature/evidence, so that the outcome depends on the evidence
    and not on the clock. Without any date: the last year in which there are works, which is then held to be
    incomplete.
    """
    dates = [m.groups() for path in room.evidence.rglob("*") for m in _DATE.finditer(path.name)]
    if dates:
        return max(int(year) for year, _, _ in dates)
    years = usable_years(works, 9999).works["year"]
    return int(years.max()) if len(years) else 1


def window_of(works: pd.DataFrame, last: int, first: int | None = None) -> tuple[int, int]:
    """Return the years over which growth is told: the last fifteen with works, up to `last`; (0, 0) without any.

    Parameters
    ----------
    works
        `year`.
    last
        The last complete year.
    first
        The first year, when it was chosen.
    """
    year = year_numbers(works["year"])
    known = year[(year >= (first or 1)) & (year <= last)]
    if not len(known):
        return (first or 0, 0) if first is not None else (0, 0)
    end = int(known.max())
    return first if first is not None else max(int(known.min()), end - WINDOW + 1), end


def trends(
    *,
    home: Home | Path | str | None = None,
    from_year: int | None = None,
    to_year: int | None = None,
    peildatum: int | None = None,
) -> TrendsSummary:
    """Count every theme, subtheme and topic per year, test for growth, find bursts, and write the tables.

    The tables are trends.parquet, growth.parquet and bursts.parquet in the library; bursts are of instruments and terms
    too.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    from_year, to_year
        The period, both included. By default all years are counted, and growth is over the last fifteen
        complete ones.
    peildatum
        The year in which the newest evidence was gathered, not complete; see `peildatum_year`.

    Raises
    ------
    LeeszaalError
        When the period runs backwards, or the library or its tags were not made.
    """
    check_years(from_year, to_year)
    room = find_home(home)
    with progress.stage("Trends"):
        works = read_table(room, "works")
        year = peildatum if peildatum is not None else peildatum_year(room, works)
        tables = [room.library / f"{name}.parquet" for name in ("works", "records", "tags", "topics", "assignments")]
        made_from = fingerprint(
            _METHOD_VERSION, from_year, to_year, year, room.literature / "searches.yaml", room.themes,
            instruments_file(room), *tables,
        )  # fmt: skip
        if is_current(room, "trends", made_from):
            return replace(_remembered(room), reused=True)
        units, weak = units_of(room)
        counts = yearly_counts(works, units, peildatum_year=year, from_year=from_year, to_year=to_year)
        first, last = window_of(works, min(year - 1, to_year if to_year is not None else year - 1), from_year)
        strong = counts[~((counts["kind"] == "topic") & counts["unit"].isin(weak))]
        coverage = coverage_of(room, works, first, last)
        if coverage.left_out:
            some = works[~works["work_id"].isin(coverage.left_out)]
            counted = yearly_counts(some, units, peildatum_year=year, from_year=from_year, to_year=to_year)
            strong = counted[~((counted["kind"] == "topic") & counted["unit"].isin(weak))]
        growth = growth_table(strong, from_year=first, to_year=last, steps=coverage.steps)
        dated = usable_years(works, year)
        bursts = _bursts(room, first, last, coverage)
        moved = {v: growth[growth["verdict"] == v] for v in ("rises", "falls")}
        summary = TrendsSummary(
            works=len(works),
            without_year=dated.without,
            future=dated.future,
            peildatum=year,
            from_year=first,
            to_year=last,
            units=len(units[["kind", "unit"]].drop_duplicates()),
            tested=int(growth["p"].notna().sum()),
            weak_topics=len(weak),
            rises=[f"{k}:{u}" for k, u in zip(moved["rises"]["kind"], moved["rises"]["unit"], strict=True)],
            bursts=[_told(row) for row in _flares(bursts, growth).to_dict("records")],
            notes=list(coverage.notes),
            falls=[f"{k}:{u}" for k, u in zip(moved["falls"]["kind"], moved["falls"]["unit"], strict=True)],
        )
        tables_made = {"trends": (counts, TRENDS), "growth": (growth, GROWTH), "bursts": (bursts, BURSTS)}
        content = {name: table_bytes(frame, schema) for name, (frame, schema) in tables_made.items()}
        facts = {key: value for key, value in asdict(summary).items() if key != "reused"}
        save_stage(room, "trends", made_from, content, facts)
    return summary


def _bursts(room: Home, first: int, last: int, coverage: Coverage) -> pd.DataFrame:
    """Return the bursts of all that is counted in ten works of the window or more; see `bursts_of`."""
    counted = counted_in(room)
    year = year_numbers(counted.works["year"])
    year[counted.works["work_id"].isin(coverage.left_out).to_numpy()] = 0
    panel = panel_of(year, counted.held.held, first, last)
    enough = panel.works.sum(axis=1) >= (FEWEST_WORKS if last else np.inf)
    some = replace(panel, works=panel.works[enough])
    return bursts_of(counted.held.take(np.flatnonzero(enough)), some, coverage.steps)


def _flares(bursts: pd.DataFrame, growth: pd.DataFrame) -> pd.DataFrame:
    """Return the marked bursts of what does not rise all the time: of that the growth tells already."""
    rising = growth.loc[growth["verdict"] == "rises", ["kind", "unit"]]
    known = pd.MultiIndex.from_frame(bursts[["kind", "unit"]]).isin(pd.MultiIndex.from_frame(rising))
    return bursts[bursts["marked"] & ~known]


def _told(burst: Mapping[Any, Any]) -> str:
    years = format_years(burst["from_year"], burst["to_year"])
    return f"{burst['name']} ({years}, {format_count(burst['works'], 'werk', 'werken')})"


def _remembered(room: Home) -> TrendsSummary:
    facts: dict[str, Any] = (read_stamp(room, "trends") or {}).get("facts", {})
    return TrendsSummary(**facts)


def load_trends(
    home: Home | Path | str | None = None, unit: str | None = None, kind: str | None = None
) -> pd.DataFrame:
    """Return yearly counts and shares, of one unit when asked; see `yearly_counts` for the columns.

    Raises
    ------
    LeeszaalError
        When the table was not made, or there is no such unit.
    """
    table = read_table(find_home(home), "trends")
    return table if unit is None else pick_unit(table, unit, kind)


def load_growth(
    home: Home | Path | str | None = None, unit: str | None = None, kind: str | None = None
) -> pd.DataFrame:
    """Return growth per unit, of one unit when asked; see `growth_table` for the columns.

    Raises
    ------
    LeeszaalError
        When the table was not made, or there is no such unit.
    """
    table = read_table(find_home(home), "growth")
    return table if unit is None else pick_unit(table, unit, kind)


def load_bursts(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the bursts of themes, topics, instruments and terms; see `panel_bursts`, with `kind`, `unit` and `name`.

    Raises
    ------
    LeeszaalError
        When the table was not made.
    """
    return read_table(find_home(home), "bursts")
