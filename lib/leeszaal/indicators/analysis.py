"""What turnout shows: level, spread, rank, expectation, and what a point means in voters. Pure: tables in, tables out.

A turnout is a full count, not a sample, so an interval here never means counting error. It says how much a municipality
usually moves from one election to the next: the part of its turnout that neither its own level nor the election
explains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.indicators.comparability import compare, kind_of, measure_for, shares
from leeszaal.indicators.turnout import Turnout

__all__ = [
    "Usual",
    "level",
    "points_in_voters",
    "rank",
    "region_change",
    "series",
    "spread",
    "usual_movement",
    "votes_between",
]


@dataclass(frozen=True)
class Usual:
    """How much a municipality usually moves beside the province.

    Attributes
    ----------
    sd
        Standard deviation of the residual of turnout ~ municipality + election, as a share.
    df
        Its degrees of freedom, (municipalities - 1) × (elections - 1).
    elections
        The elections it rests on, oldest first.
    """

    sd: float
    df: int
    elections: tuple[str, ...]


def series(turnout: Turnout, kind: str, measure: str | None = None) -> tuple[pd.DataFrame, str]:
    """Return turnout of every municipality at all elections of a kind, and the measure.

    Parameters
    ----------
    turnout
        See `load_turnout`.
    kind
        "PS", "TK", …
    measure
        "uitgebracht" or "geldig"; by default the fullest one that all of them have.

    Returns
    -------
    DataFrame
        (municipalities, elections) shares, indexed by code; a missing year is a gap.

    Raises
    ------
    LeeszaalError
        When there is no election of this kind with a turnout.
    """
    elections = [name for name in turnout.elections if kind_of(name) == kind]
    rated = [e for e in elections if turnout.of(e)["kiesgerechtigden"].notna().any()]
    if not rated:
        kinds = ", ".join(sorted({kind_of(name) for name in turnout.elections}))
        raise LeeszaalError(f"Van verkiezingen van de soort ‘{kind}’ is geen opkomst bekend.", f"Er zijn: {kinds}.")
    measure = measure or measure_for(turnout, *rated)
    table = pd.concat([shares(turnout, election, measure) for election in rated], axis=1)
    return table.astype("Float64").sort_index(), measure


def level(turnout: Turnout, election: str, measure: str | None = None) -> tuple[pd.DataFrame, str]:
    """Return the turnout of each municipality at one election, high to low, and the measure.

    Returns
    -------
    DataFrame
        `gemeentecode`, `gemeente`, `opkomst` (share), `kiesgerechtigden`.
    """
    measure = measure or measure_for(turnout, election)
    table = turnout.of(election)[["gemeentecode", "gemeente", "kiesgerechtigden"]].copy()
    table["opkomst"] = table["gemeentecode"].map(shares(turnout, election, measure)).astype("Float64")
    table = table.sort_values(["opkomst", "gemeente"], ascending=[False, True], ignore_index=True)
    return table[["gemeentecode", "gemeente", "opkomst", "kiesgerechtigden"]], measure


def spread(turnout: Turnout, kind: str, measure: str | None = None) -> tuple[pd.DataFrame, str]:
    """Return how far apart the municipalities lie at each election of a kind, and the measure.

    Returns
    -------
    DataFrame
        A row an election: `verkiezing`, `gemeenten` (with a figure), `geheel` (turnout of all of them together),
        `laagst`, `kwart`, `mediaan`, `driekwart`, `hoogst`, `spreiding` (standard deviation, n - 1); shares.
    """
    table, measure = series(turnout, kind, measure)
    rows = []
    for election in table.columns:
        values = table[election].dropna().to_numpy(float)
        counts = turnout.of(election).dropna(subset=[measure, "kiesgerechtigden"])
        quarters = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
        whole = float(counts[measure].sum() / counts["kiesgerechtigden"].sum())
        deviation = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
        rows.append([election, len(values), whole, *quarters, deviation])
    columns = ["verkiezing", "gemeenten", "geheel", "laagst", "kwart", "mediaan", "driekwart", "hoogst", "spreiding"]
    return pd.DataFrame(rows, columns=columns), measure


def usual_movement(table: pd.DataFrame) -> Usual:
    """Return the spread of what neither municipality nor election explains.

    Fits turnout = municipality + election by least squares on the municipalities without a gap, as in a two-way
    analysis of variance without repetition.

    Parameters
    ----------
    table
        (municipalities, elections) shares, from `series`.

    Raises
    ------
    LeeszaalError
        When fewer than two elections or two municipalities are complete.

    Examples
    --------
    >>> table = pd.DataFrame({"PS2019": [0.50, 0.60], "PS2023": [0.56, 0.64]}, index=["a", "b"])
    >>> round(usual_movement(table).sd, 4), usual_movement(table).df
    (0.01, 1)
    """
    whole = table.dropna()
    if whole.shape[0] < 2 or whole.shape[1] < 2:
        raise LeeszaalError(
            "De gewone schommeling is niet te berekenen: daarvoor zijn twee verkiezingen en twee gemeenten nodig.",
            "Vul eerdere verkiezingen van dezelfde soort aan.",
        )
    y = whole.to_numpy(float)
    residual = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0, keepdims=True) + y.mean()
    df = (y.shape[0] - 1) * (y.shape[1] - 1)
    return Usual(float(np.sqrt((residual**2).sum() / df)), df, tuple(map(str, whole.columns)))


def rank(
    turnout: Turnout,
    election: str,
    measure: str | None = None,
    *,
    share_within: float = 0.95,
    draws: int = 4000,
    random_state: int = 0,
) -> tuple[pd.DataFrame, Usual, str]:
    """Return ranks with an interval: where a municipality would stand if only its usual movement were different.

    Each draw adds a normal deviation of `usual_movement` to every turnout and ranks again; the interval holds the
    middle `share_within` of the ranks (Goldstein and Spiegelhalter, 1996, on league tables and their limitations).
    Movement is not steady: predicted from the elections before, 84% of the municipalities fell inside the 95% interval
    of `laag` and `hoog` at provincial elections (`benchmarks/indicators.py`). Read it as the least that is open.

    Returns
    -------
    table
        `gemeentecode`, `gemeente`, `opkomst`, `laag`, `hoog` (share: turnout ± its usual movement), `rang` (1 =
        highest), `rang_van`, `rang_tot`. A municipality without a figure has gaps.
    usual
        The movement the interval rests on.
    measure
        "uitgebracht" or "geldig", the same for all elections of this kind.

    Raises
    ------
    LeeszaalError
        When there are fewer than two elections of this kind.
    """
    from scipy.special import stdtrit

    if not 0 < share_within < 1 or draws < 100:
        raise ValueError("share_within must lie between 0 and 1, draws must be at least 100")
    table, measure = series(turnout, kind_of(election), measure)
    usual = usual_movement(table)
    result, _ = level(turnout, election, measure)
    known = result["opkomst"].notna().to_numpy()
    y = result.loc[known, "opkomst"].to_numpy(float)
    noise = np.random.default_rng(random_state).normal(0.0, usual.sd, (draws, len(y)))
    places = np.argsort(np.argsort(-(y + noise), axis=1), axis=1) + 1
    edges = np.quantile(places, [(1 - share_within) / 2, (1 + share_within) / 2], axis=0, method="nearest")
    half = float(stdtrit(usual.df, (1 + share_within) / 2)) * usual.sd
    result["laag"], result["hoog"] = (result["opkomst"] - half).clip(0, 1), (result["opkomst"] + half).clip(0, 1)
    result["rang"] = result["opkomst"].rank(ascending=False, method="min").astype("Int64")
    for column, values in zip(("rang_van", "rang_tot"), edges, strict=True):
        result.loc[known, column] = values
        result[column] = result[column].astype("Int64")
    columns = ["gemeentecode", "gemeente", "opkomst", "laag", "hoog", "rang", "rang_van", "rang_tot"]
    return result[columns], usual, measure


def points_in_voters(turnout: Turnout, election: str, groups: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return how many voters one percentage point of turnout is, by municipality or by group of them.

    Parameters
    ----------
    turnout, election
        The electorate is that of this election.
    groups
        Group (a region) by code; without it each municipality stands alone.

    Returns
    -------
    DataFrame
        `naam`, `gemeenten`, `kiesgerechtigden`, `stemmen_per_punt` (a hundredth of the electorate, rounded), largest
        first. A municipality whose electorate is unknown is left out of its group, so `gemeenten` counts those that
        are in.
    """
    rows = turnout.of(election).dropna(subset=["kiesgerechtigden"])
    if rows.empty:
        raise LeeszaalError(
            f"Van {election} is het aantal kiesgerechtigden niet bekend.", "Kies een andere verkiezing."
        )
    names = rows["gemeente"] if groups is None else rows["gemeentecode"].map(dict(groups))
    table = rows.groupby(names.rename("naam"))["kiesgerechtigden"].agg(["size", "sum"]).reset_index()
    table.columns = pd.Index(["naam", "gemeenten", "kiesgerechtigden"])
    table["stemmen_per_punt"] = (table["kiesgerechtigden"].astype(float) / 100).round().astype("Int64")
    return table.sort_values(["kiesgerechtigden", "naam"], ascending=[False, True], ignore_index=True)


def votes_between(turnout: Turnout, national: str, provincial: str) -> pd.DataFrame:
    """Return how many more valid votes a national election drew than a provincial one: the room a campaign has.

    This compares numbers of votes, not turnouts: it says how many people who once came to a polling station did not
    come to the other, at least. Who they are, and whether a campaign can move them, it does not say.

    Parameters
    ----------
    turnout
        See `load_turnout`.
    national, provincial
        An election of kind TK and one of kind PS: "TK2021", "PS2023".

    Returns
    -------
    DataFrame
        `gemeentecode`, `gemeente`, `stemmen` (difference in valid votes, Int64; missing where one is unknown),
        `punten` (the same in percentage points of the provincial electorate), largest number first.

    Raises
    ------
    LeeszaalError
        When the kinds are others: only these two ask the same of a voter, Dutch nationality and 18 years (CBS, 2023).
    """
    if (kind_of(national), kind_of(provincial)) != ("TK", "PS"):
        raise LeeszaalError(
            f"De stemmen van {national} en {provincial} zijn zo niet naast elkaar te zetten.",
            "Noem een verkiezing voor de Tweede Kamer en een voor Provinciale Staten, zoals TK2021 en PS2023.",
        )
    one, two = (turnout.of(election).set_index("gemeentecode") for election in (national, provincial))
    table = pd.DataFrame({"gemeente": two["gemeente"], "stemmen": one["geldig"].reindex(two.index) - two["geldig"]})
    table["punten"] = (100 * table["stemmen"] / two["kiesgerechtigden"]).astype("Float64")
    table = table.reset_index(names="gemeentecode")
    return table.sort_values(["stemmen", "gemeente"], ascending=[False, True], ignore_index=True)


def region_change(
    turnout: Turnout, first: str, second: str, groups: Mapping[str, str], measure: str | None = None
) -> tuple[pd.DataFrame, str]:
    """Return the turnout of groups of municipalities (regions) at two elections, and the measure.

    Only municipalities with a figure in both elections count, so that the group is the same in both.

    Returns
    -------
    DataFrame
        `naam`, `gemeenten`, `eerste`, `tweede`, `verschil` (shares), `kiesgerechtigden` (of the second), in order of
        name.
    """
    both = compare(turnout, first, second, measure)
    there = set(both.table.loc[both.table["verschil"].notna(), "gemeentecode"])
    parts = []
    for election in (first, second):
        rows = turnout.of(election)
        rows = rows[rows["gemeentecode"].isin(there)]
        parts.append(rows.groupby(rows["gemeentecode"].map(dict(groups)))[[both.measure, "kiesgerechtigden"]].sum())
    one, two = parts
    table = pd.DataFrame(
        {
            "eerste": one[both.measure] / one["kiesgerechtigden"],
            "tweede": two[both.measure] / two["kiesgerechtigden"],
            "kiesgerechtigden": two["kiesgerechtigden"],
        }
    )
    table.insert(2, "verschil", table["tweede"] - table["eerste"])
    counts = pd.Series([groups.get(code) for code in sorted(there)]).value_counts()
    table.insert(0, "gemeenten", counts.reindex(table.index))
    return table.sort_index().reset_index(names="naam"), both.measure
