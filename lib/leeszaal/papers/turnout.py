"""Turnout as papers use it: computed once for a pair of elections, with the values that a writer's text may name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from leeszaal.indicators import (
    Comparison,
    Expectation,
    Turnout,
    compare,
    election_pairs,
    expectation,
    load_municipalities,
    load_stations,
    load_turnout,
    points_in_voters,
    polling_day,
    region_change,
    room_between,
    series,
    size_classes,
    spread,
)
from leeszaal.indicators.comparability import KINDS, kind_of
from leeszaal.indicators.expectation import AS_EXPECTED, HIGHER, LOWER
from leeszaal.papers.values import Value, ValueGroup
from leeszaal.works.numbers import format_count, format_date, format_number, format_percent, format_range

if TYPE_CHECKING:
    from leeszaal.home import Home

__all__ = [
    "MEASURES",
    "SIZE_NAMES",
    "Figures",
    "election_name",
    "figures_of",
    "percent",
    "points",
    "source_of",
    "stations",
    "turnout_values",
]

SIZE_NAMES = {"groot": "de grootste", "middelgroot": "de middelgrote", "klein": "de kleine"}
MEASURES = {"geldig": "geldige stemmen", "uitgebracht": "uitgebrachte stemmen"}


class Figures(NamedTuple):
    """What is computed of turnout for two elections of one kind.

    Attributes
    ----------
    turnout, both
        All turnout, and the two elections side by side.
    regions
        One row a region: `naam`, `gemeenten`, `eerste`, `tweede`, `verschil`, `kiesgerechtigden`, `stemmen_per_punt`,
        `verwacht`, `laag`, `hoog`, `oordeel`.
    expected
        Turnout beside its expectation.
    by_size
        Room by size of the municipality (`room_between`), by name of the size.
    sizes
        Size by code.
    gaps
        For each provincial election, oldest first: how much more room per thousand there is in large municipalities
        than in small ones.
    """

    turnout: Turnout
    both: Comparison
    regions: pd.DataFrame
    expected: Expectation
    by_size: pd.DataFrame
    sizes: dict[str, str]
    gaps: tuple[float, ...]


def figures_of(home: Home, earlier: str, election: str) -> Figures:
    """Return the turnout of two elections, computed once for each state of the tables.

    Raises
    ------
    LeeszaalError
        When an election is unknown, the two are not comparable, or there is no earlier turnout to expect from.
    """
    folder = home.literature / "indicators"
    stamp = tuple(path.stat().st_mtime_ns for path in sorted(folder.glob("*.csv")))
    return _computed(home, earlier, election, stamp)


@lru_cache(maxsize=4)
def _computed(home: Home, earlier: str, election: str, stamp: tuple[int, ...]) -> Figures:
    del stamp  # part of the key alone: a table that changed is read again
    turnout = load_turnout(home)
    names = load_municipalities(home)
    groups = dict(zip(names["gemeentecode"], names["regio"], strict=True))
    both = compare(turnout, earlier, election)
    changed, _ = region_change(turnout, earlier, election, groups, both.measure)
    sizes = size_classes(turnout, election)
    pairs = election_pairs(turnout, until=election)
    by_size = room_between(turnout, pairs, sizes).set_index("naam")
    rooms = [room_between(turnout, [pair], sizes).set_index("naam")["per_duizend"] for pair in pairs]
    gaps = tuple(float(one["groot"] - one["klein"]) for one in rooms)
    voters = points_in_voters(turnout, election, groups)
    expected = expectation(turnout, election, groups, both.measure)
    regions = changed.merge(voters[["naam", "stemmen_per_punt"]], on="naam")
    regions = regions.merge(expected.regions[["naam", "verwacht", "laag", "hoog", "oordeel"]], on="naam")
    return Figures(turnout, both, regions, expected, by_size, sizes, gaps)


def election_name(election: str) -> str:
    """Return what a reader calls an election: "Provinciale Staten 2023"."""
    return f"{KINDS[kind_of(election)]} {election[-4:]}"


def percent(share: float) -> str:
    """Write a turnout with one decimal."""
    return format_percent(share, 1)


def points(share: float) -> str:
    """Write a difference of turnouts (0.05) in percentage points."""
    return f"{format_number(100 * share, 1)} procentpunt"


def source_of(figures: Figures, election: str) -> str:
    """Return the source line of a figure on one election."""
    rows = figures.turnout.of(election)
    return (
        f"Kiesraad, via openbare bestanden; {format_count(len(rows), 'gemeente', 'gemeenten')}, "
        f"{MEASURES[figures.both.measure]}, verkiezing van {format_date(rows['datum'].iloc[0])}"
    )


def _count(number: int) -> Value:
    return Value(number, format_number(number))


def _small_above_large(figures: Figures) -> int:
    """Count the elections of this kind at which small municipalities together had a higher turnout than large ones."""
    table, measure = series(figures.turnout, kind_of(figures.both.second), figures.both.measure)
    counted = 0
    for election in table.columns:
        rows = figures.turnout.of(str(election)).dropna(subset=[measure, "kiesgerechtigden"])
        sums = rows.groupby(rows["gemeentecode"].map(figures.sizes))[[measure, "kiesgerechtigden"]].sum()
        share = sums[measure] / sums["kiesgerechtigden"]
        counted += bool(share["klein"] > share["groot"])
    return counted


def _word(word: str, choices: tuple[str, ...]) -> Value:
    return Value(word, word, choices=dict.fromkeys(choices, ()))


def _whole(figures: Figures, election: str) -> float:
    rows = figures.turnout.of(election).dropna(subset=[figures.both.measure, "kiesgerechtigden"])
    return float(rows[figures.both.measure].sum() / rows["kiesgerechtigden"].sum())


def turnout_values(home: Home, figures: Figures, next_year: int) -> ValueGroup:
    """Return the values on turnout: `opkomst`, `punt`, `ruimte`, `regios`, `stembureaus`, `verkiezing`.

    Parameters
    ----------
    home
        The reading room.
    figures
        See `figures_of`.
    next_year
        Year of the election to come.
    """
    election, earlier = figures.both.second, figures.both.first
    now, before = _whole(figures, election), _whole(figures, earlier)
    change = figures.both.table["verschil"].dropna().astype(float)
    rows = figures.turnout.of(election)
    electorate = int(rows["kiesgerechtigden"].sum())
    found = spread(figures.turnout, kind_of(election), figures.both.measure)[0]
    at: dict[Any, Any] = found[found["verkiezing"] == election].iloc[0].to_dict()
    history = found["geheel"]
    day = polling_day(next_year)
    room = int(figures.by_size["stemmen"].sum())
    group = ValueGroup(
        verkiezing=ValueGroup(
            naam=Value(election, election_name(election)),
            vorige=Value(earlier, election_name(earlier)),
            dag=Value(day.isoformat(), f"woensdag {format_date(day)}" if day.weekday() == 2 else format_date(day)),
            jaar=Value(day.year, str(day.year)),
        ),
        opkomst=ValueGroup(
            nu=Value(now, percent(now)),
            vorige=Value(before, percent(before)),
            verschil=Value(now - before, points(now - before)),
            richting=_word("stijgend" if now > before else "dalend", ("stijgend", "dalend")),
            laagst=Value(float(at["laagst"]), percent(at["laagst"])),
            hoogst=Value(float(at["hoogst"]), percent(at["hoogst"])),
            mediaan=Value(float(at["mediaan"]), percent(at["mediaan"])),
            laagst_ooit=Value(float(history.min()), percent(history.min())),
            hoogst_ooit=Value(float(history.max()), percent(history.max())),
            stijgers=Value(int((change > 0).sum()), format_number(int((change > 0).sum()))),
            gemeenten=Value(len(change), format_number(len(change))),
            kiesgerechtigden=Value(electorate, format_number(electorate)),
            kleine_hoger=_count(_small_above_large(figures)),
            verkiezingen=_count(len(found)),
            spreiding=Value(float(at["spreiding"]), points(at["spreiding"])),
            spreiding_hoogst=Value(float(found["spreiding"].max()), points(found["spreiding"].max())),
            niet_gestemd=Value(1 - now, percent(1 - now)),
        ),
        punt=ValueGroup(
            overijssel=Value(round(electorate / 100), format_number(round(electorate / 100))),
        ),
        ruimte=ValueGroup(
            stemmen=Value(room, format_number(room)),
            verschil=Value(figures.gaps[-1], format_number(figures.gaps[-1])),
            verschil_eerder=Value(max(figures.gaps[:-1]), format_number(max(figures.gaps[:-1]))),
            een_op_honderd=Value(round(room / 100), format_number(round(room / 100))),
        ),
        regios=ValueGroup(),
    )
    for row in figures.regions.to_dict("records"):
        key = str(row["naam"]).replace("-", "_")
        group.group("regios")[key] = ValueGroup(
            opkomst=Value(float(row["tweede"]), percent(row["tweede"])),
            verschil=Value(float(row["verschil"]), points(row["verschil"])),
            gemeenten=Value(int(row["gemeenten"]), format_number(int(row["gemeenten"]))),
            aandeel=Value(row["kiesgerechtigden"] / electorate, format_percent(row["kiesgerechtigden"] / electorate)),
            oordeel=_word(str(row["oordeel"]), (AS_EXPECTED, HIGHER, LOWER)),
        )
        group.group("punt")[key] = Value(int(row["stemmen_per_punt"]), format_number(int(row["stemmen_per_punt"])))
    for row in figures.by_size.reset_index().to_dict("records"):
        group.group("ruimte")[str(row["naam"])] = ValueGroup(
            gemeenten=Value(int(row["gemeenten"]), format_number(int(row["gemeenten"]))),
            stemmen=Value(int(row["stemmen"]), format_number(int(row["stemmen"]))),
            kiezers=Value(
                row["kiesgerechtigden"] / figures.by_size["kiesgerechtigden"].sum(),
                format_percent(row["kiesgerechtigden"] / figures.by_size["kiesgerechtigden"].sum()),
            ),
            aandeel=Value(float(row["aandeel"]), format_percent(row["aandeel"])),
            per_duizend=Value(float(row["per_duizend"]), format_number(row["per_duizend"])),
            marge=Value(None, format_range(row["laag"], row["hoog"])),
        )
    counts = stations(home, figures)
    group["stembureaus"] = ValueGroup(
        nu=Value(int(counts["nu"].sum()), format_number(int(counts["nu"].sum()))),
        vorige=Value(int(counts["toen"].sum()), format_number(int(counts["toen"].sum()))),
        kiezers=Value(
            float(electorate / counts["nu"].sum()), format_number(round(electorate / counts["nu"].sum()))
        ),
    )  # fmt: skip
    return group


def stations(home: Home, figures: Figures) -> pd.DataFrame:
    """Return polling stations then and now (`toen`, `nu`) and the electorate (`kiesgerechtigden`), by code."""
    wide = load_stations(home).pivot(index="gemeentecode", columns="verkiezing", values="stembureaus")
    counts = wide[[figures.both.first, figures.both.second]].dropna().astype(int).set_axis(["toen", "nu"], axis=1)
    electorate = figures.turnout.of(figures.both.second).set_index("gemeentecode")["kiesgerechtigden"]
    return counts.assign(kiesgerechtigden=electorate.reindex(counts.index).astype(float))
