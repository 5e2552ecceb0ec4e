"""Build the library from evidence: `leeszaal build`. The same evidence and decisions give the same bytes.

What a build before found is used where it still holds (`leeszaal.library.assembling`), so that a thousand new records
in a large library take seconds; deleting `literature/library` only costs time.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.library.assembling import Before, Library, assemble
from leeszaal.library.citekeys import append_pins, read_pins
from leeszaal.library.deciding import person_name
from leeszaal.library.decisionfile import Row
from leeszaal.library.decisions import standing_rows
from leeszaal.library.evidence import Evidence, list_evidence
from leeszaal.library.parsed import Parsed, code_mark, forget, read_parsed
from leeszaal.library.store import (
    fingerprint,
    is_current,
    read_arrow,
    read_stamp,
    read_table,
    save_stage,
    unchanged_table,
)
from leeszaal.works.numbers import format_count, format_number

__all__ = ["BuildSummary", "as_frame", "build", "load_records", "load_works", "made_anew"]

# Rises when the same evidence would give other rows, so that a library made by an older version is made anew.
RULES = 4


@dataclass(frozen=True)
class BuildSummary:
    """What the library holds.

    Attributes
    ----------
    merged
        Records that told of a work another record had told of.
    languages
        Language code ("" for unknown) to number of works, most first.
    reused
        True when nothing had changed since the last build.
    remarks
        Dutch: decisions to merge or split that could not be followed, or changed nothing.
    maybe
        Pairs of works that may be one; a person decides.
    """

    works: int
    records: int
    rejected: int
    merged: int
    languages: dict[str, int]
    reused: bool
    remarks: list[str] = field(default_factory=list)
    maybe: int = 0

    def tell(self) -> str:
        names = {"nl": "Nederlands", "en": "Engels", "de": "Duits", "": "taal onbekend"}
        spread = ", ".join(f"{format_number(count)} {names.get(code, code)}" for code, count in self.languages.items())
        state = "is nog gelijk aan de vorige keer" if self.reused else "is gebouwd"
        told = (
            f"De bibliotheek {state}: {format_count(self.works, 'werk', 'werken')} uit "
            f"{format_count(self.records, 'record', 'records')} ({spread}).\n"
            f"{format_count(self.merged, 'record', 'records')} over een werk dat er al was; "
            f"{format_number(self.rejected)} niet leesbaar."
        )
        if self.maybe:
            pairs = format_count(self.maybe, "paar", "paren")
            told += f"\nMisschien hetzelfde werk: {pairs}; zie leeszaal queue."
        return "\n".join([told, *self.remarks])


def load_works(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the works, one row each, sorted by `work_id`; authors, editors and keywords are lists."""
    return as_frame(read_arrow(find_home(home), "works"))


def as_frame(works: pa.Table) -> pd.DataFrame:
    """Return a table of works as a frame: years may be missing, several values are a list."""
    frame = works.to_pandas().astype({"year": "Int32"})
    for name in ("authors", "editors", "keywords"):
        frame[name] = pd.Series(works.column(name).to_pylist(), index=frame.index, dtype=object)
    return frame


def load_records(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return every source record and the work it tells of, in the order of the evidence."""
    return read_table(find_home(home), "records")


def build(*, home: Home | Path | str | None = None) -> BuildSummary:
    """Make the library from all evidence and decisions: works, records, and of each field where it comes from.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When there is no evidence yet, evidence is damaged, or the library cannot be written; the old one
        stays.
    """
    room = find_home(home)
    evidence = list_evidence(room)
    if not evidence:
        example = room.relative(room.starter) if room.starter.is_file() else "BESTAND"
        raise LeeszaalError(
            "Er is nog niets ingelezen, dus er valt geen bibliotheek te bouwen.",
            f"Lees eerst iets in, bijvoorbeeld: leeszaal import {example}",
        )
    decisions = standing_rows(room, "merge", "split")
    reused = is_current(room, "build", _made_from(room, evidence, decisions))
    if not reused:
        with progress.stage("Bouwen"):
            _build(room, evidence, decisions)
    facts = (read_stamp(room, "build") or {})["facts"]
    return BuildSummary(
        facts["works"],
        facts["records"],
        facts["rejected"],
        facts["records"] - facts["works"],
        facts["languages"],
        reused,
        facts["remarks"],
        facts["maybe"],
    )


def _made_from(home: Home, evidence: Sequence[Evidence], decisions: Sequence[Row]) -> str:
    return fingerprint(
        RULES,
        [(item.folder, item.sha256, item.options) for item in evidence],
        [vars(row) for row in decisions],
        *sorted((home.literature / "citekeys").glob("*.csv")),
    )


def _build(home: Home, evidence: Sequence[Evidence], decisions: Sequence[Row]) -> None:
    parsed = read_parsed(home, evidence)
    library = assemble(evidence, parsed, decisions, read_pins(home), _before(home, evidence, parsed))
    # The keys first: one that was written down and not given does no harm, one that was given must be written down.
    append_pins(home, person_name(None), library.given)
    spread = library.works.column("language").to_pandas().fillna("").value_counts()
    spread = spread.sort_index().sort_values(ascending=False, kind="stable")
    facts = {
        "works": len(library.works), "records": len(library.records), "rejected": parsed.rejected,
        "languages": {str(code): int(count) for code, count in spread.items()},
        "reference_date": max(item.time for item in evidence), "remarks": library.remarks,
        "maybe": library.alike.column("kind").to_pylist().count("maybe"),
        "rules": RULES, "code": code_mark(),
        "evidence": [[i.folder, i.sha256, stop - start] for i, start, stop in _spans(evidence, parsed)],
    }  # fmt: skip
    tables = library.tables() | {"members": library.members, "judged": library.judged}
    save_stage(home, "build", _made_from(home, evidence, decisions), tables, facts)
    forget(home, evidence)


def _spans(evidence: Sequence[Evidence], parsed: Parsed) -> list[tuple[Evidence, int, int]]:
    return list(zip(evidence, parsed.starts, parsed.starts[1:], strict=False))


def _before(home: Home, evidence: Sequence[Evidence], parsed: Parsed) -> Before | None:
    """Return what the build before found, or None when there is none of this version that is whole."""
    stamp = read_stamp(home, "build")
    if stamp is None or stamp["facts"].get("rules") != RULES or stamp["facts"].get("code") != code_mark():
        return None
    names = ("works", "fields", "members", "judged")
    with ThreadPoolExecutor(2) as threads:  # hashing and unpacking leave the interpreter free
        found = dict(zip(names, threads.map(lambda name: unchanged_table(home, stamp, name), names), strict=True))
    if any(table is None for table in found.values()):
        return None
    now = {(item.folder, item.sha256): (start, stop) for item, start, stop in _spans(evidence, parsed)}
    rows = []
    for folder, digest, count in stamp["facts"]["evidence"]:
        start, stop = now.get((folder, digest), (0, -1))
        rows.append(np.arange(start, stop) if stop - start == count else np.full(count, -1, dtype=np.int64))
    return Before(**found, rows=np.concatenate([*rows, [-1]]).astype(np.int64))


def made_anew(home: Home, evidence: Sequence[Evidence]) -> Library:
    """Return the library as it follows from evidence and decisions alone: everything is read and compared anew."""
    parsed = read_parsed(home, evidence, keep=False)
    return assemble(evidence, parsed, standing_rows(home, "merge", "split"), read_pins(home))
