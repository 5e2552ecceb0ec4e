"""Build the library from evidence: `leeszaal build`. The same evidence gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.library.decided import merge_and_split
from leeszaal.library.decisionfile import Row
from leeszaal.library.decisions import standing_rows
from leeszaal.library.duplicates import find_works
from leeszaal.library.evidence import Evidence, list_evidence
from leeszaal.library.explain import FIELDS, IDENTIFIERS, field_rows, identifier_rows
from leeszaal.library.identity import citekeys, work_ids
from leeszaal.library.merge import merged_fields
from leeszaal.library.readings import read_all
from leeszaal.library.store import fingerprint, is_current, read_stamp, read_table, save_stage, table_bytes
from leeszaal.works.language import detect_many
from leeszaal.works.numbers import format_count, format_number
from leeszaal.works.record import Record

__all__ = ["BuildSummary", "Library", "assemble", "build", "load_records", "load_works"]

# Rises when the same evidence would give other rows, so that a library made by an older version is made anew.
RULES = 3

# Characters of title and abstract that are enough to hear a language.
_ENOUGH = 400

_TEXT = pa.string()
_NAMES = pa.list_(pa.string())
WORKS = pa.schema(
    [
        ("work_id", _TEXT), ("title", _TEXT), ("abstract", _TEXT), ("authors", _NAMES), ("editors", _NAMES),
        ("year", pa.int32()), ("date", _TEXT), ("container", _TEXT), ("publisher", _TEXT), ("volume", _TEXT),
        ("issue", _TEXT), ("pages", _TEXT), ("doi", _TEXT), ("isbn", _TEXT), ("url", _TEXT), ("type", _TEXT),
        ("language", _TEXT), ("language_source", _TEXT), ("keywords", _NAMES), ("note", _TEXT), ("citekey",
        _TEXT),
        ("n_records", pa.int32()),
    ]
)  # fmt: skip
RECORDS = pa.schema(
    [
        ("source", _TEXT), ("source_record_id", _TEXT), ("evidence", _TEXT), ("line", pa.int32()),
        ("work_id", _TEXT),
        ("title", _TEXT), ("raw_type", _TEXT),
    ]
)  # fmt: skip
# Works that are alike but not one: "maybe" waits for a person, the other kinds say what the second is of the first.
ALIKE = pa.schema([("left", _TEXT), ("right", _TEXT), ("kind", _TEXT), ("points", pa.float64()), ("reason", _TEXT)])


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
            told += f"\nMisschien hetzelfde werk: {pairs}; zie literature/library/alike.parquet."
        return "\n".join([told, *self.remarks])


def load_works(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the works, one row each, sorted by `work_id`; authors, editors and keywords are lists."""
    works = read_table(find_home(home), "works").astype({"year": "Int32"})
    for name in ("authors", "editors", "keywords"):
        works[name] = [list(values) for values in works[name]]
    return works


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
    made_from = fingerprint(
        RULES, [(item.folder, item.sha256, item.options) for item in evidence], [vars(row) for row in decisions]
    )
    reused = is_current(room, "build", made_from)
    if not reused:
        with progress.stage("Bouwen"):
            _build(room, evidence, decisions, made_from)
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


def _build(home: Home, evidence: list[Evidence], decisions: list[Row], made_from: str) -> None:
    sources, records, rejected = read_all(home, evidence)
    library = assemble(sources, records, decisions)
    spread = (
        library.works["language"].fillna("").value_counts().sort_index().sort_values(ascending=False, kind="stable")
    )
    facts = {
        "works": len(library.works), "records": len(records), "rejected": rejected,
        "languages": {str(code): int(count) for code, count in spread.items()},
        "reference_date": max(item.time for item in evidence), "remarks": library.remarks,
        "maybe": int((library.alike["kind"] == "maybe").sum()),
    }  # fmt: skip
    save_stage(home, "build", made_from, library.tables(), facts)


@dataclass(frozen=True)
class Library:
    """The tables of a library, and what there is to say of the decisions it was built with."""

    works: pd.DataFrame
    records: pd.DataFrame
    identifiers: pd.DataFrame
    fields: pd.DataFrame
    alike: pd.DataFrame
    remarks: list[str]

    def tables(self) -> dict[str, bytes]:
        """Return the tables as they are written: Parquet, by name."""
        return {
            "works": table_bytes(self.works, WORKS),
            "records": table_bytes(self.records, RECORDS),
            "identifiers": table_bytes(self.identifiers, IDENTIFIERS),
            "fields": table_bytes(self.fields, FIELDS),
            "alike": table_bytes(self.alike, ALIKE),
        }


def assemble(sources: Sequence[Evidence], records: Sequence[Record], decisions: Sequence[Row]) -> Library:
    """Return the library that evidence and decisions make; nothing is written.

    Parameters
    ----------
    sources, records
        Every record with the evidence it stands in, in the order of the evidence.
    decisions
        Those that stand, oldest first.
    """
    ids, keys = work_ids(records), citekeys(records)
    alike = find_works(records)
    clusters, remarks = merge_and_split(records, alike.clusters, ids, keys, decisions)
    work_of = [""] * len(records)
    rows: list[dict[str, Any]] = []
    fields: list[tuple[object, ...]] = []
    for places in clusters:
        work_id = ids[places[0]]
        for place in places:
            work_of[place] = work_id
        own = [records[place] for place in places]
        merged = merged_fields(own)
        rows.append(merged | {"work_id": work_id, "citekey": keys[places[0]], "n_records": len(places)})
        if len(places) > 1:
            fields += field_rows(work_id, own, places, [sources[place].folder for place in places], merged)
    works = pd.DataFrame(rows, columns=WORKS.names).astype({"year": "Int32", "n_records": "Int32"})
    works["language"], works["language_source"] = _languages(works)
    names = [row for i, record in enumerate(records) for row in identifier_rows(record, i, ids[i], keys[i], work_of[i])]
    record_rows = [
        (item.source, record.source_record_id, item.folder, record.line, work_id, record.title, record.raw_type)
        for item, record, work_id in zip(sources, records, work_of, strict=True)
    ]
    return Library(
        works.sort_values("work_id", kind="stable").reset_index(drop=True),
        pd.DataFrame(record_rows, columns=RECORDS.names).astype({"line": "Int32"}),
        pd.DataFrame(names, columns=IDENTIFIERS.names),
        pd.DataFrame(fields, columns=FIELDS.names),
        _alike_works(alike.pairs, work_of),
        remarks,
    )


def _alike_works(pairs: pd.DataFrame, work_of: Sequence[str]) -> pd.DataFrame:
    """Return the pairs of works that are alike but not one, each once; those that are one by now are left out."""
    table = pairs.assign(**{side: [work_of[int(place)] for place in pairs[side]] for side in ("left", "right")})
    table = table[table["left"] != table["right"]].drop_duplicates(["left", "right", "kind"])
    return table.sort_values(["kind", "left", "right"], ignore_index=True)[ALIKE.names]


def _languages(works: pd.DataFrame) -> tuple[list[str | None], list[str]]:
    """Return each language and how it is known: given by a source, detected in the text, or unknown."""
    given = [None if pd.isna(code) else str(code) for code in works["language"]]
    texts = [
        None if code else f"{title}. {'' if pd.isna(abstract) else abstract}"[:_ENOUGH]
        for code, title, abstract in zip(given, works["title"], works["abstract"], strict=True)
    ]
    found = detect_many(progress.track(texts, len(texts)))
    sources = [
        "given" if code else "detected" if other else "unknown" for code, other in zip(given, found, strict=True)
    ]
    return [code or other for code, other in zip(given, found, strict=True)], sources
