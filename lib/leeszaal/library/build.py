"""Build the library from evidence: `leeszaal build`. The same evidence gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.library.evidence import Evidence, list_evidence
from leeszaal.library.identity import citekeys, work_ids
from leeszaal.library.merge import cluster_records, merged_fields
from leeszaal.library.readings import read_all
from leeszaal.library.store import fingerprint, is_current, read_stamp, read_table, save_stage, table_bytes
from leeszaal.works.language import detect_many
from leeszaal.works.numbers import format_count, format_number
from leeszaal.works.record import Record

__all__ = ["BuildSummary", "build", "load_records", "load_works"]

# Rises when the same evidence would give other rows, so that a library made by an older version is made anew.
RULES = 1

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
    """

    works: int
    records: int
    rejected: int
    merged: int
    languages: dict[str, int]
    reused: bool

    def tell(self) -> str:
        names = {"nl": "Nederlands", "en": "Engels", "de": "Duits", "": "taal onbekend"}
        spread = ", ".join(
            f"{format_number(count)} {names.get(code, code)}" for code, count in self.languages.items()
        )
        state = "is nog gelijk aan de vorige keer" if self.reused else "is gebouwd"
        return (
            f"De bibliotheek {state}: {format_count(self.works, 'werk', 'werken')} uit "
            f"{format_count(self.records, 'record', 'records')} ({spread}).\n"
            f"{format_count(self.merged, 'record', 'records')} over een werk dat er al was; "
            f"{format_number(self.rejected)} niet leesbaar."
        )


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
    """Make the library from all evidence: `works.parquet` and `records.parquet`.

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
    made_from = fingerprint(RULES, [(item.folder, item.sha256, item.options) for item in evidence])
    reused = is_current(room, "build", made_from)
    if not reused:
        with progress.stage("Bouwen"):
            _build(room, evidence, made_from)
    facts = (read_stamp(room, "build") or {})["facts"]
    return BuildSummary(
        facts["works"],
        facts["records"],
        facts["rejected"],
        facts["records"] - facts["works"],
        facts["languages"],
        reused,
    )


def _build(home: Home, evidence: list[Evidence], made_from: str) -> None:
    sources, records, rejected = read_all(home, evidence)
    works, ids = _works(records)
    rows = [
        {"source": item.source, "source_record_id": record.source_record_id, "evidence": item.folder,
        "line": record.line,
         "work_id": work_id, "title": record.title, "raw_type": record.raw_type}
        for item, record, work_id in zip(sources, records, ids, strict=True)
    ]  # fmt: skip
    record_table = pd.DataFrame(rows, columns=RECORDS.names).astype({"line": "Int32"})
    spread = (
        works["language"].fillna("").value_counts().sort_index().sort_values(ascending=False, kind="stable")
    )
    facts = {
        "works": len(works), "records": len(records), "rejected": rejected,
        "languages": {str(code): int(count) for code, count in spread.items()},
        "reference_date": max(item.time for item in evidence),
    }  # fmt: skip
    tables = {"works": table_bytes(works, WORKS), "records": table_bytes(record_table, RECORDS)}
    save_stage(home, "build", made_from, tables, facts)


def _works(records: list[Record]) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of works and, for each record, the id of its work."""
    ids, keys = work_ids(records), citekeys(records)
    work_of = [""] * len(records)
    rows: list[dict[str, Any]] = []
    for places in cluster_records(records):
        first = places[0]
        for place in places:
            work_of[place] = ids[first]
        names = {"work_id": ids[first], "citekey": keys[first], "n_records": len(places)}
        rows.append(merged_fields([records[place] for place in places]) | names)
    works = pd.DataFrame(rows, columns=WORKS.names).astype({"year": "Int32", "n_records": "Int32"})
    works["language"], works["language_source"] = _languages(works)
    return works.sort_values("work_id", kind="stable").reset_index(drop=True), work_of


def _languages(works: pd.DataFrame) -> tuple[list[str | None], list[str]]:
    """Return each language and how it is known: given by a source, detected in the text, or unknown."""
    given = [None if pd.isna(code) else str(code) for code in works["language"]]
    texts = [
        None if code else f"{title}. {'' if pd.isna(abstract) else abstract}"[:_ENOUGH]
        for code, title, abstract in zip(given, works["title"], works["abstract"], strict=True)
    ]
    found = detect_many(progress.track(texts, len(texts)))
    sources = [
        "given" if code else "detected" if other else "unknown"
        for code, other in zip(given, found, strict=True)
    ]
    return [code or other for code, other in zip(given, found, strict=True)], sources
