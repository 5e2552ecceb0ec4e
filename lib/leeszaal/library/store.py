"""The derived tables of a reading room: Parquet files that are replaced whole and know what they came from.

A stage writes its tables beside the old ones, then says in one small file what is to take their place, then renames
them. Whoever reads after a run that was cut off finishes the renaming when that file is there, and finds the old
tables when it is not: never some of each. The *stamp* of a stage (`literature/library/<stage>.json`) holds the
fingerprint of everything its tables were made from, so that a second call reuses them.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes, write_text, writing
from leeszaal.home import Home

__all__ = [
    "fingerprint", "is_current", "read_arrow", "read_stamp", "read_table", "recover", "save_stage", "table_bytes",
    "unchanged_table",
]  # fmt: skip

# The form in which stages write. It rises when a reader must know the difference: tables of an older form that can be
# read as they are stay in `_READABLE`, others are made anew by their stage. 0: stamps that did not say; 1: with hashes.
FORMAT = 1
_READABLE = (0, 1)
_LEFT = 3600.0  # seconds

_MADE_BY = {
    "works": "build", "records": "build", "identifiers": "build", "fields": "build", "alike": "build",
    "tags": "tag", "tag_spans": "tag", "topics": "topics", "assignments": "topics", "topic_words": "topics",
    "trends": "trends", "growth": "trends",
    "signals": "signals", "signal_works": "signals", "new_terms": "signals",
}  # fmt: skip


def fingerprint(*parts: object) -> str:
    """Return a short hash of `parts`: files by their content, everything else by its JSON form."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            content = part.read_bytes() if part.is_file() else b""
        else:
            content = json.dumps(part, sort_keys=True, ensure_ascii=False, default=str).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:32]


def table_bytes(frame: pd.DataFrame | pa.Table, schema: pa.Schema | None = None) -> bytes:
    """Return `frame` as Parquet, the same bytes for the same content on the same versions."""
    table = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    table = table.replace_schema_metadata(None)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", version="2.6")
    return sink.getvalue()


def save_stage(
    home: Home,
    stage: str,
    made_from: str,
    tables: Mapping[str, pd.DataFrame | pa.Table | bytes],
    facts: Mapping[str, Any],
) -> None:
    """Put the `tables` of a stage and its stamp in the place of the old ones, all or none.

    Parameters
    ----------
    home, stage
        Where, and whose tables.
    made_from
        The fingerprint of everything that went in.
    tables
        Table name to frame (or to ready Parquet bytes, for a fixed schema).
    facts
        Anything else to remember, JSON-serialisable: counts, settings, `random_state`.

    Raises
    ------
    LeeszaalError
        When they cannot be written; the old ones stay.
    """
    recover(home)
    with ThreadPoolExecutor(2) as threads:  # packing leaves the interpreter free
        packed = threads.map(lambda t: t if isinstance(t, bytes) else table_bytes(t), tables.values())
        contents = {f"{name}.parquet": content for name, content in zip(tables, packed, strict=True)}
    stamp = {
        "stage": stage, "format": FORMAT, "made_from": made_from, "tables": sorted(tables), "facts": dict(facts),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    }  # fmt: skip
    contents[f"{stage}.json"] = (json.dumps(stamp, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()
    with writing(home.library):
        home.library.mkdir(parents=True, exist_ok=True)
        for left in home.library.glob(f".new-{stage}-*"):  # of a run that was killed; not of one that is under way
            if time.time() - left.stat().st_mtime > _LEFT:
                shutil.rmtree(left, ignore_errors=True)
        new = Path(tempfile.mkdtemp(dir=home.library, prefix=f".new-{stage}-"))
    try:
        for name, content in contents.items():
            write_bytes(new / name, content)
        write_text(home.library / f".ready{new.name.removeprefix('.new')}", "\n".join(contents))
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    recover(home)


def recover(home: Home) -> None:
    """Finish what a run that was cut off had ready to take the place of older tables."""
    for ready in sorted(home.library.glob(".ready-*")):
        new = ready.with_name(f".new{ready.name.removeprefix('.ready')}")
        with writing(ready), contextlib.suppress(FileNotFoundError):  # somebody else finishes it at the same time
            for name in ready.read_text(encoding="utf-8").split("\n"):
                if (new / name).is_file():
                    (new / name).replace(home.library / name)
            ready.unlink()
            shutil.rmtree(new, ignore_errors=True)


def read_stamp(home: Home, stage: str) -> dict[str, Any] | None:
    """Return the stamp of a stage, or None when it has not run (or its stamp cannot be read).

    Raises
    ------
    LeeszaalError
        When a later version of Leeszaal wrote it, in a form that this one does not know.
    """
    recover(home)
    path = home.library / f"{stage}.json"
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(stamp, dict):
        return None
    if stamp.get("format", 0) not in _READABLE:
        raise LeeszaalError(
            f"{home.relative(path)} heeft indeling {stamp['format']}; deze versie kent er geen boven de {FORMAT}.",
            "Werk Leeszaal bij, of verwijder literature/library en bouw opnieuw: leeszaal build",
        )
    return stamp


def is_current(home: Home, stage: str, made_from: str) -> bool:
    """Tell whether the tables of `stage` are there and were made from exactly this, in the form of this version."""
    stamp = read_stamp(home, stage)
    return (
        stamp is not None
        and stamp.get("made_from") == made_from
        and stamp.get("format") == FORMAT
        and all((home.library / f"{name}.parquet").is_file() for name in stamp.get("tables", []))
    )


def unchanged_table(home: Home, stamp: Mapping[str, Any], name: str) -> pa.Table | None:
    """Return a table that is still what its stage wrote, to the byte; None when it is not."""
    try:
        content = (home.library / f"{name}.parquet").read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != stamp.get("sha256", {}).get(f"{name}.parquet"):
        return None
    return pq.read_table(io.BytesIO(content))


def read_arrow(home: Home, name: str) -> pa.Table:
    """Read one derived table as it stands in memory, without a Python object for each value.

    Raises
    ------
    LeeszaalError
        When the table is not there yet (naming the verb that makes it), cannot be read, or was written by a later
        version in a form that this one does not know.
    """
    verb = _MADE_BY.get(name, "build")
    read_stamp(home, verb)
    path = home.library / f"{name}.parquet"
    if not path.is_file():
        raise LeeszaalError(f"{home.relative(path)} is er nog niet.", f"Maak haar met: leeszaal {verb}")
    try:
        return pq.read_table(io.BytesIO(read_bytes(path)))
    except (pa.ArrowException, ValueError) as error:
        raise LeeszaalError(
            f"{home.relative(path)} is beschadigd: {error}", f"Maak haar opnieuw met: leeszaal {verb}"
        ) from error


def read_table(home: Home, name: str) -> pd.DataFrame:
    """Read one derived table; see `read_arrow` for what may be wrong with it."""
    return read_arrow(home, name).to_pandas()
