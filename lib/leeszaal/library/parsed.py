"""What was read of each piece of evidence, kept as columns: reading and comparing are done once for each record.

Evidence never changes, so what is read of it does not either, as long as the software that reads it is the same. A
file of columns bears the hash of both in its name (`literature/library/parsed/<hash>.parquet`); any of them may be
deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leeszaal import progress
from leeszaal.files import write_bytes
from leeszaal.home import Home
from leeszaal.library.dedupe.blocks import Keys, read_keys
from leeszaal.library.dedupe.features import Features, read_features
from leeszaal.library.evidence import Evidence
from leeszaal.library.identity import base_key, known_keys, own_name, record_mark
from leeszaal.library.readings import is_harvest, readings_of
from leeszaal.works.identifiers import find_dois, find_isbns
from leeszaal.works.record import Record

__all__ = [
    "COMPARED", "Parsed", "code_mark", "columns_of", "content_rows", "features_of", "forget", "keys_of",
    "latest_records", "lists_of", "read_parsed", "records_of",
]  # fmt: skip

# What two records are compared by, and by which they are the same record.
COMPARED = (
    "title", "authors", "year", "container", "volume", "issue", "pages", "doi", "isbn", "abstract", "type", "language",
)  # fmt: skip

_AT_ONCE = 20_000  # records that are made into columns at a time
_TEXT, _MANY = pa.string(), pa.list_(pa.string())
_LISTS = ("authors", "editors", "keywords")
_SAID = [f.name for f in fields(Record) if f.name != "extra"]
_FEATURES: dict[str, pa.DataType] = {
    **dict.fromkeys(("words", "year"), pa.int16()),
    **dict.fromkeys(("literal", "preprint", "column", "erratum", "reply"), pa.bool_()),
}
_KEYS = [f.name for f in fields(Keys) if f.name not in ("words", "counts")]
_COMPARABLE = [f.name for f in fields(Features) if f.name != "more_dois"]
_SCHEMA = pa.schema(
    [
        *((n, pa.int32() if n in ("line", "year") else _MANY if n in _LISTS else _TEXT) for n in _SAID),
        ("extra_names", _MANY), ("extra_values", _MANY),
        ("said", pa.binary(16)), ("own", _TEXT), ("base", _TEXT), ("mark", _TEXT), ("origin", _TEXT), ("known", _MANY),
        ("name_kinds", _MANY), ("names", _MANY),
        *((f"f_{name}", _FEATURES.get(name, _TEXT)) for name in _COMPARABLE), ("f_more_dois", _MANY),
        *((f"k_{name}", pa.uint64()) for name in _KEYS), ("k_words", pa.list_(pa.uint64())),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Parsed:
    """The records of all evidence as columns, in the order of the evidence.

    Attributes
    ----------
    table
        One row a record.
    number
        For each row which piece of evidence it stands in.
    starts
        For each piece of evidence its first row, and the number of rows at the end.
    rejected
        How many could not be read.
    """

    table: pa.Table
    number: np.ndarray[Any, np.dtype[Any]]
    starts: list[int]
    rejected: int


@lru_cache(maxsize=1)
def code_mark() -> str:
    """Return a hash of the software that reads and compares, so that another version reads anew."""
    here = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for folder in (here.parent / "works", here.parent / "harvest", here / "dedupe"):
        for path in sorted(folder.glob("*.py")):
            digest.update(path.read_bytes())
    for name in ("parsed.py", "identity.py", "readings.py", "answers.py"):
        digest.update((here / name).read_bytes())
    return digest.hexdigest()


def _path(home: Home, item: Evidence) -> Path:
    # A harvest that goes on from another is read by itself; who else holds the same record is seen to later.
    said = [code_mark(), item.source, item.name, item.format, item.sha256, item.options, is_harvest(home, item)]
    key = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
    return home.library / "parsed" / f"{key}.parquet"


def read_parsed(home: Home, evidence: Sequence[Evidence], *, keep: bool = True) -> Parsed:
    """Read all evidence as columns; what was read before is not read again.

    Parameters
    ----------
    home, evidence
        The reading room and its evidence, oldest first.
    keep
        Whether to use and keep what is read; without it everything is read from the evidence itself.

    Raises
    ------
    LeeszaalError
        When evidence that was not read before is damaged, or comes from a source that this version does not know.
    """
    tables, rejected = [], 0
    for item in progress.track(evidence):
        path = _path(home, item)
        table = _kept(path) if keep else None
        if table is None:
            table = _read(home, item)
            if keep:
                sink = pa.BufferOutputStream()
                pq.write_table(table, sink, compression="lz4", write_page_checksum=True)
                write_bytes(path, sink.getvalue().to_pybytes())
        tables.append(table)
        rejected += int(table.schema.metadata[b"rejected"])
    sizes = [len(table) for table in tables]
    whole = pa.concat_tables([t.replace_schema_metadata(None) for t in tables]) if tables else _SCHEMA.empty_table()
    starts = np.cumsum([0, *sizes]).tolist()
    return Parsed(whole, np.repeat(np.arange(len(sizes)), sizes), starts, rejected)


def _read(home: Home, item: Evidence) -> pa.Table:
    """Read one piece of evidence as columns; as records there are never more than some tens of thousands at a time."""
    harvested = item.source if is_harvest(home, item) else ""
    tables, records, lost = [], list[Record](), 0
    for reading in readings_of(home, item):
        records += reading.records
        lost += len(reading.rejects)
        if len(records) >= _AT_ONCE:
            tables.append(columns_of(records, harvested))
            records = []
    tables.append(columns_of(records, harvested))
    return pa.concat_tables(tables).replace_schema_metadata({"rejected": str(lost)})


def _kept(path: Path) -> pa.Table | None:
    """Return what was read before, or None when it is not there or not as it was written."""
    if not path.is_file():
        return None
    try:
        table = pq.read_table(path, page_checksum_verification=True, memory_map=False)
    except (OSError, pa.ArrowException):
        return None
    same = table.schema.equals(_SCHEMA) and b"rejected" in (table.schema.metadata or {})
    return table if same else None


def forget(home: Home, evidence: Sequence[Evidence]) -> None:
    """Remove what was read of evidence that is there no more, or by another version of the software."""
    used = {_path(home, item).name for item in evidence}
    for path in (home.library / "parsed").glob("*.parquet"):
        if path.name not in used:
            path.unlink(missing_ok=True)


def columns_of(records: Sequence[Record], harvested: str = "") -> pa.Table:
    """Return records as columns, with what comparing, naming and merging need to know of each by itself.

    Parameters
    ----------
    records
        The records of one piece of evidence.
    harvested
        The source they were harvested from, whose own number of a record is a name that stays; "" for a file.
    """
    columns: dict[str, list[Any]] = {name: [getattr(r, name) for r in records] for name in _SAID}
    columns["extra_names"] = [list(r.extra) for r in records]
    columns["extra_values"] = [list(r.extra.values()) for r in records]
    said = [repr([getattr(r, name) for name in COMPARED]) for r in records]
    columns["said"] = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in said]
    columns["own"] = [own_name(r) for r in records]
    columns["base"] = [base_key(r) for r in records]
    columns["mark"] = [record_mark(r) for r in records]
    columns["known"] = [known_keys(r) for r in records]
    columns["origin"] = [f"{harvested}:{r.source_record_id}" if harvested else None for r in records]
    names = [_names(r, origin) for r, origin in zip(records, columns["origin"], strict=True)]
    columns["name_kinds"] = [[kind for kind, _ in own] for own in names]
    columns["names"] = [[value for _, value in own] for own in names]
    frame = pd.DataFrame({name: pd.Series(columns[name], dtype=object) for name in COMPARED})
    features = read_features(frame.astype({"year": "Int32"}))
    for name in _COMPARABLE:
        columns[f"f_{name}"] = list(getattr(features, name))
    columns["f_more_dois"] = [sorted(features.more_dois.get(i, ())) for i in range(len(records))]
    arrays = {name: pa.array(columns[name], kind) for name, kind in _named() if name in columns}
    keys = read_keys(features)
    ends = pa.array(np.concatenate(([0], np.cumsum(keys.counts))), pa.int32())
    arrays |= {f"k_{name}": pa.array(getattr(keys, name)) for name in _KEYS}
    arrays["k_words"] = pa.ListArray.from_arrays(ends, pa.array(keys.words))
    return pa.table(arrays, schema=_SCHEMA)


def _named() -> Iterator[tuple[str, pa.DataType]]:
    for field in _SCHEMA:
        yield field.name, field.type


def _names(record: Record, origin: str | None) -> list[tuple[str, str]]:
    """Return by what a record can be named, beside its id and citekey: kind and value."""
    dois = [record.doi or "", *find_dois(record.extra.get("doi"))]
    isbns = [record.isbn or "", *find_isbns(record.extra.get("isbn"))]
    found = [("mark", record_mark(record)), *(("key", key) for key in known_keys(record))]
    found += [("key", origin)] if origin else []
    for kind, values in (("doi", dois), ("isbn", isbns), ("url", [record.url or ""])):
        found += [(kind, value) for value in dict.fromkeys(value for value in values if value)]
    return found


def records_of(table: pa.Table) -> list[Record]:
    """Return the rows of a table of `columns_of` as records again."""
    out = []
    for row in table.select([*_SAID, "extra_names", "extra_values"]).to_pylist():
        extra = dict(zip(row.pop("extra_names"), row.pop("extra_values"), strict=True))
        out.append(Record(**row | {name: tuple(row[name]) for name in _LISTS}, extra=extra))
    return out


def content_rows(table: pa.Table) -> np.ndarray[Any, np.dtype[Any]]:
    """Return for each record the row of `Parsed.table` that counts.

    A source that is harvested again gives a record again. Only what it said last counts, in the place where the
    record first stood, so that the order of the records does not change when a source corrects one.
    """
    origin = table.column("origin").to_pandas()
    rows = np.arange(len(table))
    harvested = origin.notna().to_numpy()
    if not harvested.any():
        return rows
    rows[harvested] = pd.Series(rows[harvested]).groupby(origin[harvested].to_numpy()).transform("last").to_numpy()
    again = np.zeros(len(rows), dtype=bool)
    again[harvested] = origin[harvested].duplicated().to_numpy()
    return rows[~again]


def latest_records(home: Home, evidence: Sequence[Evidence]) -> list[tuple[Evidence, Record]]:
    """Return every record as its source said it last, with the evidence it stands in, in the order of the evidence."""
    parsed = read_parsed(home, evidence)
    rows = content_rows(parsed.table)
    items = [evidence[i] for i in parsed.number[rows]]
    return list(zip(items, records_of(parsed.table.take(rows)), strict=True))


def lists_of(column: pa.ChunkedArray) -> list[list[str]]:
    """Return a column of lists of text as Python has them; `to_pylist` takes ten times as long.

    Examples
    --------
    >>> lists_of(pa.chunked_array([[["a", "b"], []]]))
    [['a', 'b'], []]
    """
    lists = column.combine_chunks()
    values = lists.flatten().to_numpy(zero_copy_only=False).tolist()
    ends = np.cumsum(lists.value_lengths().to_numpy(), dtype=np.int64).tolist()
    return [values[start:stop] for start, stop in pairwise([0, *ends])]


def features_of(table: pa.Table) -> Features:
    """Return what comparing needs to know of each row of a table of `columns_of`."""
    arrays = {name: table.column(f"f_{name}").to_numpy() for name in _COMPARABLE}
    several = table.column("f_more_dois")
    lengths = several.combine_chunks().value_lengths().to_numpy()
    return Features(**arrays, more_dois={int(i): frozenset(several[int(i)].as_py()) for i in np.flatnonzero(lengths)})


def keys_of(table: pa.Table) -> Keys:
    """Return what the keys of each row of a table of `columns_of` are made of."""
    words = table.column("k_words").combine_chunks()
    return Keys(
        **{name: table.column(f"k_{name}").to_numpy() for name in _KEYS},
        words=words.flatten().to_numpy(),
        counts=words.value_lengths().to_numpy().astype(np.int64),
    )
