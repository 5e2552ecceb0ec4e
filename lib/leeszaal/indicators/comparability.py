"""Which turnouts may stand side by side: the rules in code, each refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.indicators.turnout import Turnout
from leeszaal.works.numbers import format_number

__all__ = ["KINDS", "Comparison", "compare", "kind_of", "measure_for", "shares", "voters_apart"]

# CBS, "Bijna 13,3 miljoen kiesgerechtigden bij Provinciale Statenverkiezingen" (2023): nationality plays no part for
# a water authority; a province asks for Dutch nationality and residence.
KINDS: dict[str, str] = {
    "PS": "Provinciale Staten",
    "WS": "waterschap",
    "GR": "gemeenteraad",
    "TK": "Tweede Kamer",
    "EP": "Europees Parlement",
    "OEK": "referendum over het verdrag met Oekraïne",
    "WIV": "referendum over de Wiv",
    "EK": "Eerste Kamer",
}
_MEASURES = {"uitgebracht": "alle uitgebrachte stemmen", "geldig": "de geldige stemmen"}
_VOTES = {"uitgebracht": "uitgebrachte stemmen", "geldig": "geldige stemmen"}


@dataclass(frozen=True)
class Comparison:
    """Two elections of one kind side by side, by one measure.

    Attributes
    ----------
    first, second
        The elections, the older one first.
    measure
        "uitgebracht" (votes cast) or "geldig" (valid votes): the same for both.
    table
        One row a municipality: `gemeentecode`, `gemeente`, `eerste`, `tweede` (shares of the electorate), `verschil`
        (share), `kiesgerechtigden` (of the second). A municipality that misses one election keeps a gap.
    missing
        Municipalities without a figure in either election.
    note
        Dutch sentence on the measure, for the subtitle or the source line.
    """

    first: str
    second: str
    measure: str
    table: pd.DataFrame
    missing: tuple[str, ...]
    note: str


def kind_of(election: str) -> str:
    """Return the kind of an election: "PS" for "PS2023"."""
    return election[:-4]


def shares(turnout: Turnout, election: str, measure: str) -> pd.Series:
    """Return the turnout of each municipality as a share, by code; a gap where votes or electorate are unknown.

    Raises
    ------
    LeeszaalError
        When the election is unknown, or no municipality has a figure by this measure.
    """
    _check_measure(measure)
    rows = turnout.of(election).set_index("gemeentecode")
    values = (rows[measure] / rows["kiesgerechtigden"]).astype("Float64")
    if values.notna().sum() == 0:
        raise LeeszaalError(_why_none(rows, election, measure), _remedy(turnout, election, measure))
    return values.rename(election)


def measure_for(turnout: Turnout, *elections: str) -> str:
    """Return the fullest measure that every municipality of all `elections` has.

    Votes cast where all of them are known; else valid votes. Mixing would make a municipality that counts its blank
    votes look better than one that does not.

    Raises
    ------
    LeeszaalError
        When neither will do, with the election and what it lacks.
    """
    for measure in _MEASURES:
        if all(_whole(turnout, election, measure) for election in elections):
            return measure
    for election in elections:
        rows = turnout.of(election)
        if not (rows["geldig"] / rows["kiesgerechtigden"]).notna().any():
            raise LeeszaalError(_why_none(rows, election, "geldig"), _remedy(turnout, election, "geldig"))
    return "geldig"


def compare(turnout: Turnout, first: str, second: str, measure: str | None = None) -> Comparison:
    """Put two elections side by side, or refuse with the reason.

    Parameters
    ----------
    turnout
        See `load_turnout`.
    first, second
        Elections of the same kind, the older one first: "PS2019", "PS2023".
    measure
        "uitgebracht" or "geldig"; by default the fullest one both have for all municipalities.

    Raises
    ------
    LeeszaalError
        When the elections have other electorates, are the same, stand in the wrong order, or one of them lacks the
        measure.
    """
    one, two = turnout.of(first), turnout.of(second)
    if first == second:
        raise LeeszaalError(f"{first} is twee keer genoemd.", "Noem twee verschillende verkiezingen.")
    if kind_of(first) != kind_of(second):
        raise LeeszaalError(
            f"De opkomst van {first} en {second} is niet te vergelijken: {voters_apart(turnout, first, second)}",
            f"Vergelijk verkiezingen van dezelfde soort. {_same_kind(turnout, second)}",
        )
    if one["datum"].iloc[0] > two["datum"].iloc[0]:
        raise LeeszaalError(f"{first} is later dan {second}.", "Noem de oudste verkiezing eerst.")
    if measure is None:
        measure = measure_for(turnout, first, second)
    _check_measure(measure)
    for election in (first, second):
        if not _whole(turnout, election, measure) and _whole(turnout, election, "geldig"):
            raise LeeszaalError(_why_none(turnout.of(election), election, measure), _remedy(turnout, election, measure))
    table = pd.concat(
        [shares(turnout, first, measure).rename("eerste"), shares(turnout, second, measure).rename("tweede")], axis=1
    )
    names = pd.concat([one, two]).drop_duplicates("gemeentecode", keep="last").set_index("gemeentecode")
    table["verschil"] = table["tweede"] - table["eerste"]
    table["gemeente"] = names["gemeente"]
    table["kiesgerechtigden"] = two.set_index("gemeentecode")["kiesgerechtigden"]
    table = table.sort_index().reset_index(names="gemeentecode")
    table = table[["gemeentecode", "gemeente", "eerste", "tweede", "verschil", "kiesgerechtigden"]]
    missing = tuple(table.loc[table["verschil"].isna(), "gemeente"])
    return Comparison(first, second, measure, table, missing, _note(turnout, (first, second), measure))


def voters_apart(turnout: Turnout, first: str, second: str) -> str:
    """Return a Dutch sentence on how the electorates of two kinds of election differ, with the counts of this table."""
    kinds = f"{KINDS.get(kind_of(first), kind_of(first))} en {KINDS.get(kind_of(second), kind_of(second))}"
    if {kind_of(first), kind_of(second)} == {"PS", "WS"}:
        why = (
            "voor het waterschap mogen ook inwoners zonder de Nederlandse nationaliteit stemmen, "
            "voor Provinciale Staten niet"
        )
    else:
        why = (
            f"het zijn verschillende verkiezingen ({kinds}), met een ander belang en niet altijd dezelfde "
            "kiesgerechtigden"
        )
    one, two = turnout.of(first), turnout.of(second)
    if one["datum"].iloc[0] == two["datum"].iloc[0]:
        counts = [frame["kiesgerechtigden"].sum(skipna=False) for frame in (one, two)]
        if not pd.isna(counts[0]) and not pd.isna(counts[1]):
            numbers = " en ".join(format_number(int(count)) for count in counts)
            why += f" (op dezelfde dag {numbers} kiesgerechtigden)"
    return f"{why}."


def _whole(turnout: Turnout, election: str, measure: str) -> bool:
    rows = turnout.of(election)
    return bool((rows[measure].notna() & rows["kiesgerechtigden"].notna()).all())


def _check_measure(measure: str) -> None:
    if measure not in _MEASURES:
        raise LeeszaalError(f"De maatstaf ‘{measure}’ bestaat niet.", nearest(measure, _MEASURES))


def _why_none(rows: pd.DataFrame, election: str, measure: str) -> str:
    if rows["kiesgerechtigden"].isna().all():
        return f"Van {election} is geen opkomst bekend: het aantal kiesgerechtigden ontbreekt."
    lacking = int(rows[measure].isna().sum())
    return f"Van {election} is het aantal {_VOTES[measure]} van {lacking} van de {len(rows)} gemeenten niet bekend."


def _remedy(turnout: Turnout, election: str, measure: str) -> str:
    if measure != "geldig" and _whole(turnout, election, "geldig"):
        return "Vergelijk op geldige stemmen (maatstaf ‘geldig’), ook voor de andere jaren."
    return "Vul de tabel aan, of kies een andere verkiezing."


def _same_kind(turnout: Turnout, election: str) -> str:
    others = [name for name in turnout.elections if kind_of(name) == kind_of(election) and name != election]
    return f"Bij {election} horen: {', '.join(others)}." if others else ""


def _note(turnout: Turnout, elections: tuple[str, ...], measure: str) -> str:
    text = f"Opkomst naar {_MEASURES[measure]}, als aandeel van de kiesgerechtigden."
    if measure == "geldig":
        short = [e for e in elections if not _whole(turnout, e, "uitgebracht")]
        if short:
            which = " en ".join(short)
            text += f" Van {which} is per gemeente niet meer bekend; daarom gelden voor elk jaar de geldige stemmen."
    return text
