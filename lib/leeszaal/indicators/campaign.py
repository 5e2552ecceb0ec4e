"""What a turnout campaign may count on: the day, the room between elections, and the polling stations.

Room is the number of people who voted for the national parliament and, on balance, not for the province. It is a lower
bound of how many changed their habit (some do the reverse), and says nothing of who they are or whether they can be
moved. How much it differs from one pair of elections to the next is its uncertainty, and the only one that the figures
themselves give.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes
from leeszaal.home import Home
from leeszaal.indicators.analysis import votes_between
from leeszaal.indicators.cells import code_of, count_of, read_rows
from leeszaal.indicators.comparability import kind_of
from leeszaal.indicators.municipalities import load_municipalities
from leeszaal.indicators.turnout import Turnout

__all__ = ["SIZES", "election_pairs", "load_stations", "polling_day", "room_between", "size_classes"]

# From how many entitled to vote a municipality is large or of middle size; round numbers, chosen for Overijssel.
SIZES = (("groot", 50_000), ("middelgroot", 25_000), ("klein", 0))
_STATIONS = ("gemeentecode", "gemeente", "verkiezing", "stembureaus", "bron", "gecontroleerd")
_DAYS = 44  # from nomination to the vote, in 2019 and in 2023


def polling_day(year: int) -> datetime.date:
    """Return the day of an election in March by the rule that 2019 and 2023 followed.

    Nomination is on the Monday from 30 January to 5 February, in a leap year a day later (Kiesraad, Kieswet article
    F 1); the vote came 44 days after it in both years. It is a derivation and no publication: a decree may shift it.

    Examples
    --------
    >>> polling_day(2019).isoformat(), polling_day(2023).isoformat()
    ('2019-03-20', '2023-03-15')
    """
    leap = (datetime.date(year, 3, 1) - datetime.date(year, 2, 28)).days == 2
    first = datetime.date(year, 1, 31 if leap else 30)
    nomination = first + datetime.timedelta(days=(-first.weekday()) % 7)
    return nomination + datetime.timedelta(days=_DAYS)


def size_classes(turnout: Turnout, election: str) -> dict[str, str]:
    """Return the size of each municipality by its electorate at an election: a name of `SIZES` by code."""
    rows = turnout.of(election).dropna(subset=["kiesgerechtigden"])
    return {
        str(code): next(name for name, least in SIZES if size >= least)
        for code, size in zip(rows["gemeentecode"], rows["kiesgerechtigden"], strict=True)
    }


def election_pairs(turnout: Turnout, *, until: str = "") -> list[tuple[str, str]]:
    """Return each provincial election with the national one before it, oldest first, up to `until` (included)."""
    when = {name: turnout.of(name)["datum"].iloc[0] for name in turnout.elections}
    last = when[until] if until else max(when.values())
    pairs = []
    for provincial in turnout.elections:
        before = [n for n in turnout.elections if kind_of(n) == "TK" and when[n] < when[provincial]]
        if kind_of(provincial) == "PS" and when[provincial] <= last and before:
            pairs.append((before[-1], provincial))
    return pairs


def room_between(
    turnout: Turnout, pairs: Sequence[tuple[str, str]], groups: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return the room between national and provincial elections per municipality or group, and how it varies.

    Parameters
    ----------
    turnout
        See `load_turnout`.
    pairs
        A national and a provincial election each, oldest first (`election_pairs`); the last one gives the figures.
    groups
        Group by code; without it each municipality stands alone.

    Returns
    -------
    DataFrame
        `naam`, `gemeenten`, `kiesgerechtigden` (of the last provincial election), `stemmen` (room), `aandeel` (of all
        room), `per_duizend` (room per thousand people entitled to vote), `laag`, `hoog` (the lowest and highest
        `per_duizend` over all pairs), most per thousand first. A municipality for which a figure of a pair is unknown
        is left out of that pair.

    Raises
    ------
    LeeszaalError
        Without pairs, or when they are of other kinds.
    """
    if not pairs:
        raise LeeszaalError(
            "Er is geen verkiezing voor Provinciale Staten met een voor de Tweede Kamer ervoor.",
            "Vul de opkomst aan met: leeszaal turnout BESTAND",
        )
    tables = []
    for national, provincial in pairs:
        table = votes_between(turnout, national, provincial)
        electorate = turnout.of(provincial).set_index("gemeentecode")["kiesgerechtigden"]
        table["kiesgerechtigden"] = table["gemeentecode"].map(electorate)
        table = table.dropna(subset=["stemmen", "kiesgerechtigden"])
        names = table["gemeente"] if groups is None else table["gemeentecode"].map(dict(groups))
        sums = table.groupby(names.rename("naam"))[["stemmen", "kiesgerechtigden"]].sum().astype(float)
        sums["gemeenten"] = names.value_counts()
        sums["per_duizend"] = 1000 * sums["stemmen"] / sums["kiesgerechtigden"]
        tables.append(sums)
    last = tables[-1].copy()
    every = pd.concat([table["per_duizend"] for table in tables], axis=1)
    last["laag"], last["hoog"] = every.min(axis=1), every.max(axis=1)
    last["aandeel"] = last["stemmen"] / last["stemmen"].sum()
    last = last.astype({"gemeenten": int, "stemmen": int, "kiesgerechtigden": int}).reset_index()
    columns = ["naam", "gemeenten", "kiesgerechtigden", "stemmen", "aandeel", "per_duizend", "laag", "hoog"]
    return last[columns].sort_values(["per_duizend", "naam"], ascending=[False, True], ignore_index=True)


def load_stations(home: Home) -> pd.DataFrame:
    """Read `literature/indicators/polling-stations.csv`: how many polling stations a municipality had.

    Returns
    -------
    DataFrame
        `gemeentecode`, `gemeente`, `verkiezing`, `stembureaus` (int), `bron`, `gecontroleerd`.

    Raises
    ------
    LeeszaalError
        With file, line and what was expected, on the first mistake.
    """
    path = home.literature / "indicators" / "polling-stations.csv"
    names = load_municipalities(home)
    known = dict(zip(names["gemeentecode"], names["gemeente"], strict=True))
    seen: dict[tuple[str, str], int] = {}
    records = []
    for row in read_rows(read_bytes(path), home.relative(path), _STATIONS):
        code, _ = code_of(row, known)
        if code not in known:
            raise row.fail(f"{code} is geen gemeente van deze provincie.", "Verbeter de code.")
        number = count_of(row, "stembureaus")
        if not number:
            raise row.fail("er staat geen aantal stembureaus.", "Vul een geheel getal in, of laat de rij weg.")
        key = (code, row["verkiezing"])
        if key in seen:
            raise row.fail(f"{known[code]} staat voor {row['verkiezing']} al op regel {seen[key]}.", "Verwijder een.")
        seen[key] = row.line
        records.append([code, known[code], row["verkiezing"], number, row["bron"], row["gecontroleerd"]])
    return pd.DataFrame(records, columns=list(_STATIONS))
