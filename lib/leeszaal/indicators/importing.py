"""Add an election to `turnout.csv`: what stands there is left as it is, the new rows come below."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes
from leeszaal.home import Home, find_home
from leeszaal.indicators.cells import Row, appended, count_of, read_rows
from leeszaal.indicators.kiesraad import Count, Counts, read_counts
from leeszaal.indicators.merged import load_mergers
from leeszaal.indicators.municipalities import load_municipalities
from leeszaal.indicators.turnout import COLUMNS, COUNTS, Record, check_record, read_turnout

__all__ = ["TurnoutImported", "import_turnout"]


@dataclass(frozen=True)
class TurnoutImported:
    """What was added to the turnout.

    Attributes
    ----------
    files
        The files that were read.
    elections
        The elections in them.
    added, same, apart
        Rows added; rows that were there already, with the same figures; rows added beside other figures from another
        source.
    outside
        Municipalities outside this province, passed over.
    known
        All elections in the table now.
    notes
        Dutch sentences on what does not add up, and on the table as a whole.
    """

    files: tuple[str, ...]
    elections: tuple[str, ...]
    added: int
    same: int
    apart: int
    outside: int
    known: tuple[str, ...]
    notes: tuple[str, ...]

    def tell(self) -> str:
        """Return a Dutch account of some lines."""
        lines = []
        if self.files:
            lines.append(f"Opkomst: {_rows(self.added)} toegevoegd aan turnout.csv ({', '.join(self.elections)}).")
        if self.same:
            lines.append(
                f"{_rows(self.same)} stonden er al, met dezelfde cijfers." if self.same > 1 else "1 rij stond er al."
            )
        if self.apart:
            lines.append(
                f"{_rows(self.apart)} met andere cijfers dan een eerdere bron: beide staan erin. Kijk welke klopt."
            )
        if self.outside:
            lines.append(f"Gemeenten buiten deze provincie, overgeslagen: {self.outside}.")
        lines += self.notes
        lines.append(f"In de tabel: {', '.join(self.known) or 'nog niets'}.")
        return "\n".join(lines)


def _rows(number: int) -> str:
    return "1 rij" if number == 1 else f"{number} rijen"


def import_turnout(
    files: Sequence[Path | str] | Path | str,
    *,
    home: Home | Path | str | None = None,
    today: datetime.date | None = None,
) -> TurnoutImported:
    """Add the results in `files` (EML 510 or the JSON of verkiezingsuitslagen.nl) to `turnout.csv`.

    A file that was read before adds nothing. Figures that differ from those of another source are added beside them.
    The table is written once, in one rename, after all files were read and the whole was checked.

    Parameters
    ----------
    files
        One file or several; none only tells what the table holds.
    home
        The reading room.
    today
        Day written in the column `gecontroleerd`; by default the day itself.

    Raises
    ------
    LeeszaalError
        When a file is no count, holds no municipality of this province, or cannot be (more votes than voters).
    """
    room = find_home(home)
    paths = [Path(files)] if isinstance(files, (str, Path)) else [Path(file) for file in files]
    day = (today or datetime.date.today()).isoformat()
    names = load_municipalities(room)
    known = dict(zip(names["gemeentecode"], names["gemeente"], strict=True))
    mergers = load_mergers(room)
    target = room.literature / "indicators" / "turnout.csv"
    content = read_bytes(target) if target.exists() else (",".join(COLUMNS) + "\n").encode()
    told = room.relative(target) if target.exists() else "turnout.csv"
    before = read_turnout(content, told, known, mergers)
    old = {merger.old_code: merger.old for merger in mergers if merger.old_code and merger.old_code not in known}
    there: dict[tuple[str, str, str], set[tuple[int | None, ...]]] = {}
    taken: set[tuple[str, ...]] = set()
    for cells in read_rows(content, told, COLUMNS):
        # As they stand in the file: a municipality that merged later has its own code there, and is not added up.
        key = (cells["gemeentecode"], cells["verkiezing"], cells["deel"])
        there.setdefault(key, set()).add(tuple(count_of(cells, name) for name in COUNTS))
        taken.add((*key, cells["bron"]))
    for frame in (before.parts, before.disagreements):
        for row in frame.to_dict("records"):
            key = (str(row["gemeentecode"]), str(row["verkiezing"]), str(row["deel"]))
            counts = tuple(None if pd.isna(row[name]) else int(row[name]) for name in COUNTS)
            there.setdefault(key, set()).add(counts)
            taken.add((*key, str(row["bron"])))
    added: list[Record] = []
    same = apart = outside = 0
    elections, notes = [], []
    with progress.stage("Opkomst inlezen"):
        for path in paths:
            counts_of_file = read_counts(read_bytes(path), path.name)
            elections.append(counts_of_file.verkiezing)
            notes += [f"{path.name}: {note}" for note in counts_of_file.notes]
            ours = 0
            for count in counts_of_file.rows:
                record = _record(count, counts_of_file, {**old, **known}, path.name, day)
                if record is None:
                    outside += 1
                    continue
                ours += 1
                key = (record.gemeentecode, record.verkiezing, record.deel)
                if record.counts in there.get(key, set()):
                    same += 1
                    continue
                if (*key, record.bron) in taken:
                    record = _renamed(record, path.name, taken)
                apart += key in there
                there.setdefault(key, set()).add(record.counts)
                taken.add((*key, record.bron))
                added.append(record)
            if not ours:
                raise LeeszaalError(
                    f"{path.name} bevat geen gemeente van deze provincie ({len(counts_of_file.rows)} andere).",
                    "Kies de telling van deze provincie, of vul municipalities.csv aan.",
                )
        after = content if not added else appended(content, _rows_of(added))
        turnout = read_turnout(after, told, known, mergers)
        if added:
            write_bytes(target, after)
    return TurnoutImported(
        tuple(path.name for path in paths), tuple(dict.fromkeys(elections)), len(added), same, apart, outside,
        turnout.elections, tuple(dict.fromkeys([*notes, *turnout.notes])),
    )  # fmt: skip


def _record(count: Count, counts: Counts, known: dict[str, str], name: str, day: str) -> Record | None:
    """Return a count as a row of the table, or None for a municipality elsewhere; `known` holds the merged ones too."""
    code = count.gemeentecode or {_folded(title): code for code, title in known.items()}.get(
        _folded(count.gemeente), ""
    )
    if code not in known:
        return None
    check = f"ingelezen op {day}; niet met een tweede bron vergeleken"
    record = Record(
        code, known[code], counts.verkiezing, counts.datum, counts.deel, count.kiesgerechtigden, count.uitgebracht,
        count.geldig, count.blanco, count.ongeldig, counts.bron, check,
    )  # fmt: skip
    check_record(record, Row(f"{name}, {known[code]}", 0, {}))
    return record


def _renamed(record: Record, name: str, taken: set[tuple[str, ...]]) -> Record:
    """Give a row of the same counting office, with other figures, a source of its own: a corrected count."""
    source = f"{record.bron}, bestand {name}"
    number = 2
    while (record.gemeentecode, record.verkiezing, record.deel, source) in taken:
        source = f"{record.bron}, bestand {name} ({number})"
        number += 1
    return replace(record, bron=source)


def _folded(title: str) -> str:
    """Return a name without accents, case and an addition as in "Hengelo (O)"."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\s*\(.*\)$", "", title)).encode("ascii", "ignore").decode()
    return " ".join(plain.casefold().split())


def _rows_of(records: list[Record]) -> list[dict[str, object]]:
    """Return records as rows of the table, oldest election first, with their turnout."""
    rows = []
    for record in sorted(records, key=lambda r: (r.datum, r.verkiezing, r.gemeentecode, r.bron)):
        turnout = None if record.opkomst is None else f"{record.opkomst:.2f}"
        rows.append(
            {column: getattr(record, column) for column in COLUMNS if column != "opkomst"} | {"opkomst": turnout}
        )
    return rows
