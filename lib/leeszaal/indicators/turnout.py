"""Turnout at elections: one row a municipality and election, checked, with its source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes
from leeszaal.home import Home
from leeszaal.indicators.cells import Row, code_of, count_of, date_of, percent_of, read_rows
from leeszaal.indicators.merged import Merger, load_mergers
from leeszaal.indicators.municipalities import load_municipalities
from leeszaal.works.numbers import format_number

__all__ = ["COLUMNS", "COUNTS", "Record", "Turnout", "load_turnout", "read_turnout"]

COUNTS = ("kiesgerechtigden", "uitgebracht", "geldig", "blanco", "ongeldig")
COLUMNS = (
    "gemeentecode", "gemeente", "verkiezing", "datum", "deel", *COUNTS, "opkomst", "maatstaf", "bron", "gecontroleerd",
)  # fmt: skip
_TOTALS = {"totaal", "total", "overijssel", "provincie overijssel", "nederland", "som", "alle gemeenten"}


@dataclass(frozen=True)
class Record:
    """The figures of one area at one election; a count that is not known is None.

    Attributes
    ----------
    deel
        Part of the municipality the row is about (a water authority), or "" for the whole.
    uitgebracht, geldig, blanco, ongeldig
        Votes cast, valid, blank and invalid. Cast is the sum of the other three.
    bron, gecontroleerd
        Where the figures come from, and what they were checked against.
    regel
        Line in the file.
    """

    gemeentecode: str
    gemeente: str
    verkiezing: str
    datum: str
    deel: str
    kiesgerechtigden: int | None
    uitgebracht: int | None
    geldig: int | None
    blanco: int | None
    ongeldig: int | None
    bron: str
    gecontroleerd: str
    regel: int = 0

    @property
    def maatstaf(self) -> str:
        """The fullest measure the row allows: "uitgebracht" (votes cast) or "geldig" (valid votes)."""
        return "geldig" if self.uitgebracht is None else "uitgebracht"

    @property
    def opkomst(self) -> float | None:
        """Turnout in percent by `maatstaf`, or None where the electorate or the votes are unknown."""
        votes = self.geldig if self.uitgebracht is None else self.uitgebracht
        return None if votes is None or not self.kiesgerechtigden else 100 * votes / self.kiesgerechtigden

    @property
    def counts(self) -> tuple[int | None, ...]:
        return tuple(getattr(self, name) for name in COUNTS)


@dataclass(frozen=True)
class Turnout:
    """What is known of turnout.

    Attributes
    ----------
    rows
        One row a municipality and election: `gemeentecode`, `gemeente`, `verkiezing`, `datum`, the `COUNTS` (Int64,
        missing where unknown), `bron`, `gecontroleerd`. Parts of a municipality are added up.
    parts
        The rows as they stand in the file, parts apart (with `deel`).
    totals
        Rows that are a sum (a province, a country), kept apart so that nothing counts twice.
    disagreements
        All rows of a municipality and election for which sources give different figures.
    notes
        Dutch sentences on what was repaired, added up or kept apart.
    """

    rows: pd.DataFrame
    parts: pd.DataFrame
    totals: pd.DataFrame
    disagreements: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def elections(self) -> tuple[str, ...]:
        """The elections, oldest first."""
        when = self.rows.drop_duplicates("verkiezing").sort_values(["datum", "verkiezing"])
        return tuple(when["verkiezing"])

    def of(self, election: str) -> pd.DataFrame:
        """Return the rows of one election.

        Raises
        ------
        LeeszaalError
            When there is no such election; the nearest one is named.
        """
        found = self.rows[self.rows["verkiezing"] == election]
        if found.empty:
            raise LeeszaalError(f"Van ‘{election}’ staat er geen opkomst in.", nearest(election, self.elections))
        return found.reset_index(drop=True)


def load_turnout(home: Home) -> Turnout:
    """Read `literature/indicators/turnout.csv`, and the sums of `turnout-province.csv` where that is there.

    Raises
    ------
    LeeszaalError
        With file, line and what was expected, on the first mistake.
    """
    folder = home.literature / "indicators"
    names = load_municipalities(home)
    known = dict(zip(names["gemeentecode"], names["gemeente"], strict=True))
    path = folder / "turnout.csv"
    turnout = read_turnout(read_bytes(path), home.relative(path), known, load_mergers(home))
    sums = folder / "turnout-province.csv"
    if sums.is_file():
        totals = [
            record_of(replace(row, cells={**row.cells, "deel": ""}), "", row["provincie"])
            for row in read_rows(
                read_bytes(sums), home.relative(sums), ["provincie", *(c for c in COLUMNS[2:] if c != "deel")]
            )
        ]
        turnout = replace(turnout, totals=pd.concat([turnout.totals, frame_of(totals)], ignore_index=True))
    return turnout


def read_turnout(content: bytes, name: str, known: dict[str, str], mergers: Iterable[Merger] = ()) -> Turnout:
    """Read a table of turnout.

    Parameters
    ----------
    content, name
        The bytes of the CSV, and how to call it in an error.
    known
        Name by code of the municipalities of today.
    mergers
        Municipalities that no longer exist, and what they became.

    Raises
    ------
    LeeszaalError
        On a column, code, number, date or percentage that cannot be, figures that contradict one another, or the same
        source twice with different figures.
    """
    old = {merger.old: merger for merger in mergers}
    merged_codes = {merger.old_code: merger for merger in old.values() if merger.old_code}
    records: list[Record] = []
    totals: list[Record] = []
    ancestors: list[tuple[Record, Merger]] = []
    repaired = commas = 0
    for row in read_rows(content, name, COLUMNS):
        commas += "," in row["opkomst"]
        code, title = row["gemeentecode"], row["gemeente"]
        if title.casefold() in _TOTALS or re.fullmatch(r"(PV|NL|LD)\d*", code):
            totals.append(record_of(row, code, title))
            continue
        merger = old.get(title) if code not in known else None
        merger = merger or merged_codes.get(code)
        if merger is not None and code not in known:
            ancestors.append((record_of(row, merger.new_code, title), _still_there(row, merger)))
            continue
        code, mended = code_of(row, known)
        repaired += mended
        if code not in known:
            raise row.fail(
                f"{code} ({title or 'zonder naam'}) is geen gemeente van deze provincie.",
                f"{nearest(title, known.values())} Een opgeheven gemeente hoort in merged.csv.",
            )
        records.append(record_of(row, code, known[code]))
    notes = []
    if repaired:
        notes.append(f"Gemeentecodes zonder GM of voorloopnul, aangevuld omdat de naam in de rij klopt: {repaired}.")
    if commas:
        notes.append(f"Percentages met een komma, gelezen als decimaal getal: {commas}.")
    if totals:
        notes.append(
            f"{len(totals)} {'rij met een totaal is' if len(totals) == 1 else 'rijen met totalen zijn'} apart gehouden."
        )
    records, told = _united(records, ancestors, old.values(), known)
    kept, apart = _one_a_source(records, name)
    if not apart.empty:
        places = apart.groupby(["verkiezing", "gemeente"], sort=True).ngroups
        notes.append(
            f"Van {places} {'uitslag' if places == 1 else 'uitslagen'} verschillen de bronnen; gerekend is met "
            "de bovenste, en alle staan in de tabel met verschillen."
        )
    parts = frame_of(kept)
    return Turnout(_whole(parts), parts, frame_of(totals), apart, tuple(notes + told))


def record_of(row: Row, code: str, title: str) -> Record:
    """Return the figures of a row, after checking that they can be and do not contradict one another."""
    date = date_of(row, "datum")
    election = row["verkiezing"]
    if not re.fullmatch(r"[A-Z]{2,3}\d{4}", election, flags=re.ASCII) or election[-4:] != date[:4]:
        raise row.fail(
            f"‘{election}’ past niet bij een verkiezing op {date}.", f"Verwacht: soort en jaar, zoals PS{date[:4]}."
        )
    numbers = {column: count_of(row, column) for column in COUNTS}
    percent = percent_of(row, "opkomst")
    record = Record(
        code, title, election, date, row["deel"], **numbers,
        bron=row["bron"], gecontroleerd=row["gecontroleerd"], regel=row.line,
    )  # fmt: skip
    if not record.bron:
        raise row.fail("er staat geen bron.", "Vul de kolom ‘bron’: waar komen deze cijfers vandaan?")
    check_record(record, row)
    if row["maatstaf"] != record.maatstaf:
        raise row.fail(
            f"de maatstaf is ‘{row['maatstaf']}’, maar de rij telt {record.maatstaf}e stemmen.",
            f"Verwacht: {record.maatstaf}.",
        )
    if percent is not None and (record.opkomst is None or abs(percent - record.opkomst) > 0.0051):
        counted = "niet te berekenen" if record.opkomst is None else f"{format_number(record.opkomst, 2)} %"
        raise row.fail(
            f"de opkomst is {format_number(percent, 2)} %, maar uit de aantallen volgt {counted}.",
            "Verbeter de aantallen, of laat de opkomst leeg.",
        )
    return record


def check_record(record: Record, row: Row) -> None:
    """Refuse counts that contradict one another: more votes than voters is a turnout above 100 percent."""
    cast, valid, blank, invalid = record.uitgebracht, record.geldig, record.blanco, record.ongeldig
    if record.kiesgerechtigden == 0:
        raise row.fail("het aantal kiesgerechtigden is 0.", "Laat een onbekend aantal leeg.")
    if valid is None and cast is None:
        raise row.fail("er staan geen stemmen.", "Vul ‘uitgebracht’ of ‘geldig’, of laat de hele rij weg.")
    if record.opkomst is not None and record.opkomst > 100:
        raise row.fail(
            f"de opkomst is {format_number(record.opkomst, 2)} %: meer stemmen dan kiesgerechtigden.",
            "Verwacht: hoogstens 100 %. Controleer de aantallen bij de bron.",
        )
    if cast is not None and valid is not None and valid > cast:
        raise row.fail(
            f"{format_number(valid)} geldige stemmen is meer dan de {format_number(cast)} uitgebrachte.",
            "Controleer de aantallen bij de bron.",
        )
    if (
        cast is not None
        and valid is not None
        and blank is not None
        and invalid is not None
        and valid + blank + invalid != cast
    ):
        raise row.fail(
            f"geldig, blanco en ongeldig zijn samen {format_number(valid + blank + invalid)}, "
            f"uitgebracht is {format_number(cast)}.",
            "Controleer de aantallen bij de bron.",
        )


def frame_of(records: Iterable[Record]) -> pd.DataFrame:
    """Return records as a table with counts as Int64, in order of date, election, code and part."""
    fields = [name for name in COLUMNS if name not in ("opkomst", "maatstaf")] + ["regel"]
    frame = pd.DataFrame([[getattr(record, field) for field in fields] for record in records], columns=fields)
    frame = frame.astype(dict.fromkeys(COUNTS, "Int64"))
    return frame.sort_values(["datum", "verkiezing", "gemeentecode", "deel"], kind="stable", ignore_index=True)


def _still_there(row: Row, merger: Merger) -> Merger:
    if row["datum"] >= merger.date:
        raise row.fail(
            f"{merger.old} bestaat sinds {merger.date} niet meer en hoort nu bij {merger.new}.",
            f"Vul de cijfers in bij {merger.new_code} ({merger.new}).",
        )
    return merger


def _united(
    records: list[Record], ancestors: list[tuple[Record, Merger]], mergers: Iterable[Merger], known: dict[str, str]
) -> tuple[list[Record], list[str]]:
    """Add municipalities that merged later to what they became; only where all that became it are there.

    A municipality that took in others has its own row, of the old and smaller area: that is not today's either, so it
    goes with them or not at all.
    """
    groups: dict[tuple[str, str, str], list[tuple[Record, Merger]]] = {}
    for record, merger in ancestors:
        groups.setdefault((merger.new_code, record.verkiezing, record.bron), []).append((record, merger))
    whole = list(mergers)
    kept, told = list(records), []
    for (code, election, source), members in sorted(groups.items()):
        title = known.get(code, members[0][1].new)
        first = members[0][0]
        own = [r for r in kept if (r.gemeentecode, r.verkiezing, r.bron) == (code, election, source)]
        there = sorted({merger.old for _, merger in members} | {record.gemeente for record in own})
        later = [merger for merger in whole if merger.new_code == code and merger.date > first.datum]
        needed = {merger.old for merger in later} | {title for merger in later if merger.joined}
        lacking = sorted(needed - set(there))
        kept = [record for record in kept if record not in own]
        names = ", ".join(there)
        if lacking or len(members) + len(own) != len(there):
            why = f"{', '.join(lacking)} ontbreekt" if lacking else "een rij staat er dubbel"
            told.append(f"{election}: {names} (nu {title}) is niet opgeteld en telt niet mee: {why}.")
            continue
        parts = [*own, *(record for record, _ in members)]
        sums: dict[str, Any] = {name: _sum(getattr(record, name) for record in parts) for name in COUNTS}
        kept.append(
            replace(first, gemeentecode=code, gemeente=title, deel="", **sums, gecontroleerd=f"opgeteld uit {names}")
        )
        told.append(f"{election}: {title} is opgeteld uit {names}, omdat die daarna zijn samengevoegd.")
    return kept, told


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if any(number is None for number in known) else sum(n for n in known if n is not None)


def _one_a_source(records: list[Record], name: str) -> tuple[list[Record], pd.DataFrame]:
    """Keep the topmost row of each municipality, election and part; return all rows of those that disagree."""
    groups: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record.gemeentecode, record.verkiezing, record.deel), []).append(record)
    kept, apart = [], []
    for members in groups.values():
        seen: dict[str, Record] = {}
        for record in members:
            if record.bron in seen:
                raise LeeszaalError(
                    f"{name}, regel {record.regel}: {record.gemeente} staat voor {record.verkiezing} al op regel "
                    f"{seen[record.bron].regel}, met dezelfde bron.",
                    "Verwijder een van de twee, of noem de andere bron.",
                )
            seen[record.bron] = record
        kept.append(members[0])
        if len({record.counts for record in members}) > 1:
            apart += members
    return kept, frame_of(apart)


def _whole(parts: pd.DataFrame) -> pd.DataFrame:
    """Add up the parts of a municipality; a count that one part lacks is unknown for the whole.

    Where the whole has a row of its own, its parts are left out: they would count twice.
    """
    keys = ["gemeentecode", "gemeente", "verkiezing", "datum"]
    whole = (parts["deel"] == "").groupby([parts[key] for key in keys]).transform("any")
    rows = []
    for key, part in parts[(parts["deel"] == "") | ~whole].groupby(keys, sort=False):
        sums = [_sum(None if pd.isna(number) else int(number) for number in part[name]) for name in COUNTS]
        texts = ["; ".join(dict.fromkeys(part[name])) for name in ("bron", "gecontroleerd")]
        rows.append([*key, *sums, *texts])
    frame = pd.DataFrame(rows, columns=[*keys, *COUNTS, "bron", "gecontroleerd"]).astype(dict.fromkeys(COUNTS, "Int64"))
    return frame.sort_values(["datum", "verkiezing", "gemeentecode"], ignore_index=True)
