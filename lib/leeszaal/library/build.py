"""Build the library from evidence: `leeszaal build`. The same evidence gives the same bytes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.library.evidence import Evidence, list_evidence, read_evidence
from leeszaal.library.merge import cluster_records, identity_keys, merged_fields
from leeszaal.library.store import fingerprint, is_current, read_stamp, read_table, save_stage, table_bytes
from leeszaal.works.language import detect
from leeszaal.works.numbers import format_count
from leeszaal.works.read import read_content
from leeszaal.works.record import Record

__all__ = ["BuildSummary", "build", "load_records", "load_works"]

# Rises when the same evidence would give other rows, so that a library made by an older version is made anew.
RULES = 1

_TEXT = pa.string()
_NAMES = pa.list_(pa.string())
WORKS = pa.schema(
    [
        ("work_id", _TEXT), ("title", _TEXT), ("abstract", _TEXT), ("authors", _NAMES), ("editors", _NAMES),
        ("year", pa.int32()), ("date", _TEXT), ("container", _TEXT), ("publisher", _TEXT), ("volume", _TEXT),
        ("issue", _TEXT), ("pages", _TEXT), ("doi", _TEXT), ("isbn", _TEXT), ("url", _TEXT), ("type", _TEXT),
        ("language", _TEXT), ("language_source", _TEXT), ("keywords", _NAMES), ("note", _TEXT), ("citekey", _TEXT),
        ("n_records", pa.int32()),
    ]
)  # fmt: skip
RECORDS = pa.schema(
    [
        ("source", _TEXT), ("source_record_id", _TEXT), ("evidence", _TEXT), ("line", pa.int32()), ("work_id", _TEXT),
        ("title", _TEXT), ("raw_type", _TEXT),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class BuildSummary:
    """What the library holds; `merged` records told of a work that another had told of."""

    works: int
    records: int
    rejected: int
    merged: int
    languages: dict[str, int]
    reused: bool

    def tell(self) -> str:
        names = {"nl": "Nederlands", "en": "Engels", "de": "Duits", "": "taal onbekend"}
        spread = ", ".join(f"{count} {names.get(code, code)}" for code, count in self.languages.items())
        state = "is nog gelijk aan de vorige keer" if self.reused else "is gebouwd"
        return (
            f"De bibliotheek {state}: {format_count(self.works, 'werk', 'werken')} uit "
            f"{format_count(self.records, 'record', 'records')} ({spread}).\n"
            f"{format_count(self.merged, 'record', 'records')} over een werk dat er al was; {self.rejected} niet leesbaar."
        )


def load_works(home: Home) -> pd.DataFrame:
    """Return the works, one row each, sorted by `work_id`."""
    works = read_table(home, "works")
    return works.assign(
        year=works["year"].astype("Int32"), **{name: [list(v) for v in works[name]] for name in ("authors", "editors", "keywords")}
    )


def load_records(home: Home) -> pd.DataFrame:
    """Return every source record and the work it tells of, in the order of the evidence."""
    return read_table(home, "records")


def build(*, home: Home | Path | str | None = None) -> BuildSummary:
    """Make the library from all evidence: `works.parquet` and `records.parquet`.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When there is no evidence yet, evidence is damaged, or the library cannot be written; the old one stays.
    """
    room = find_home(home)
    evidence = list_evidence(room)
    if not evidence:
        raise LeeszaalError(
            "Er is nog niets ingelezen, dus er valt geen bibliotheek te bouwen.",
            f"Lees eerst iets in, bijvoorbeeld: leeszaal import {room.relative(room.starter) if room.starter.is_file() else 'BESTAND'}",
        )
    made_from = fingerprint(RULES, [(item.folder, item.sha256, item.options) for item in evidence])
    reused = is_current(room, "build", made_from)
    if not reused:
        with progress.stage("Bouwen"):
            _build(room, evidence, made_from)
    facts = (read_stamp(room, "build") or {})["facts"]
    return BuildSummary(
        facts["works"], facts["records"], facts["rejected"], facts["records"] - facts["works"], facts["languages"], reused
    )


def _build(home: Home, evidence: list[Evidence], made_from: str) -> None:
    sources: list[Evidence] = []
    records: list[Record] = []
    rejected = 0
    for item in progress.track(evidence):
        reading = read_content(read_evidence(home, item), item.name, id_column=item.options.get("id_column"))
        records += reading.records
        sources += [item] * len(reading.records)
        rejected += len(reading.rejects)
    works, ids = _works(records)
    rows = [
        {"source": item.source, "source_record_id": record.source_record_id, "evidence": item.folder, "line": record.line,
         "work_id": work_id, "title": record.title, "raw_type": record.raw_type}
        for item, record, work_id in zip(sources, records, ids, strict=True)
    ]  # fmt: skip
    record_table = pd.DataFrame(rows, columns=RECORDS.names).astype({"line": "Int32"})
    spread = works["language"].fillna("").value_counts().sort_index().sort_values(ascending=False, kind="stable")
    facts = {
        "works": len(works), "records": len(records), "rejected": rejected,
        "languages": {str(code): int(count) for code, count in spread.items()},
        "reference_date": max(item.time for item in evidence),
    }  # fmt: skip
    tables = {"works": table_bytes(works, WORKS), "records": table_bytes(record_table, RECORDS)}
    save_stage(home, "build", made_from, tables, facts)


def _works(records: list[Record]) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of works and, for each record, the id of its work."""
    ids = [""] * len(records)
    rows: list[dict[str, Any]] = []
    taken: dict[str, int] = {}
    keys: set[str] = set()
    for cluster in cluster_records(records):
        members = [records[index] for index in cluster.members]
        work_id = _work_id(members[0], taken)
        for index in cluster.members:
            ids[index] = work_id
        row = merged_fields(members) | {"work_id": work_id, "n_records": len(members)}
        row["title"] = row["title"] or "[zonder titel]"
        row["citekey"] = _citekey(members, row, keys)
        rows.append(row)
    works = pd.DataFrame(rows, columns=WORKS.names)
    works = works.astype({"year": "Int32", "n_records": "Int32"})
    works["language"], works["language_source"] = _languages(works)
    return works.sort_values("work_id", kind="stable").reset_index(drop=True), ids


def _work_id(first: Record, taken: dict[str, int]) -> str:
    """Return the id of a work: a hash of how its earliest record is known, so that it outlives every rebuild."""
    known = identity_keys(first) or [f"{first.title or ''}|{'; '.join(first.authors)}|{first.year}|{first.container or ''}"]
    number = taken.get(known[0], 0)
    taken[known[0]] = number + 1
    name = known[0] if number == 0 else f"{known[0]}#{number}"
    return "w" + hashlib.sha256(name.encode()).hexdigest()[:10]


def _citekey(members: list[Record], row: dict[str, Any], keys: set[str]) -> str:
    """Return the name by which papers cite a work: the earliest given key, or authorYEARword; never one that is taken."""
    given = next((clean for r in members if r.citekey and (clean := _clean_key(r.citekey))), None)
    base = given or _made_key(row)
    key, number = base, 0
    while key in keys:
        number += 1
        key = f"{base}{_letters(number)}"
    keys.add(key)
    return key


def _clean_key(text: str) -> str:
    """Return a key as Pandoc and Quarto can read it: letters, digits and single punctuation inside."""
    key = re.sub(r"[^A-Za-z0-9_:-]+", "-", _ascii(text)).strip("-_:")
    key = re.sub(r"([_:-])[_:-]+", r"\1", key)
    # A key that begins like a cross-reference would be read as one.
    return f"w-{key}" if re.match(r"(fig|tbl|sec|eq|lst|tip|nte|wrn|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr)-", key) else key


def _ascii(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _made_key(row: dict[str, Any]) -> str:
    family = row["authors"][0].partition(",")[0] if row["authors"] else "anon"
    words = re.findall(r"[a-z0-9]+", _ascii(row["title"]).lower())
    word = next((w for w in words if len(w) > 3), words[0] if words else "werk")
    name = re.sub(r"[^a-z]", "", _ascii(family).lower())[:20] or "anon"
    return f"{name}{row['year'] if row['year'] is not None else 'zj'}{word}"


def _letters(number: int) -> str:
    """Return a, b, … z, aa, ab, … for 1, 2, …"""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _languages(works: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return language and where it was known from: given by the source, else detected, else unknown."""
    given = works["language"]
    missing = given.isna()
    texts = [
        f"{title}. {abstract or ''}"[:2000]
        for title, abstract in zip(works.loc[missing, "title"], works.loc[missing, "abstract"], strict=True)
    ]
    found = pd.Series(detect(texts), index=works.index[missing], dtype=object) if texts else pd.Series(dtype=object)
    language = given.astype(object).where(~missing, found.reindex(works.index))
    source = pd.Series("given", index=works.index).where(~missing, "detected").where(language.notna(), "unknown")
    return language, source
