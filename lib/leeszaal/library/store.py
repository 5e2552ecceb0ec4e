"""The derived tables of a reading room: Parquet files that are replaced whole and know what they came from.

A stage writes its tables first and its *stamp* (`literature/library/<stage>.json`) last. The stamp holds the
fingerprint of everything the tables were made from, so that a second call reuses them, and a run that was cut
off between two files is seen and done again.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes, write_text
from leeszaal.home import Home

__all__ = ["fingerprint", "is_current", "read_stamp", "read_table", "save_stage", "table_bytes"]

_MADE_BY = {
    "works": "build", "records": "build", "identifiers": "build", "fields": "build", "alike": "build",
    "tags": "tag", "tag_spans": "tag", "topics": "topics", "assignments": "topics",
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


def table_bytes(frame: pd.DataFrame, schema: pa.Schema | None = None) -> bytes:
    """Return `frame` as Parquet, the same bytes for the same content on the same versions."""
    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", version="2.6")
    return sink.getvalue()


def save_stage(
    home: Home,
    stage: str,
    made_from: str,
    tables: Mapping[str, pd.DataFrame | bytes],
    facts: Mapping[str, Any],
) -> None:
    """Write the `tables` of a stage and then its stamp.

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
    """
    contents = {n: t if isinstance(t, bytes) else table_bytes(t) for n, t in tables.items()}
    for name, content in contents.items():
        write_bytes(home.library / f"{name}.parquet", content)
    stamp = {"stage": stage, "made_from": made_from, "tables": sorted(contents), "facts": dict(facts)}
    write_text(home.library / f"{stage}.json", json.dumps(stamp, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


def read_stamp(home: Home, stage: str) -> dict[str, Any] | None:
    """Return the stamp of a stage, or None when it has not run (or its stamp cannot be read)."""
    path = home.library / f"{stage}.json"
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def is_current(home: Home, stage: str, made_from: str) -> bool:
    """Tell whether the tables of `stage` are there and were made from exactly this."""
    stamp = read_stamp(home, stage)
    return (
        stamp is not None
        and stamp.get("made_from") == made_from
        and all((home.library / f"{name}.parquet").is_file() for name in stamp.get("tables", []))
    )


def read_table(home: Home, name: str) -> pd.DataFrame:
    """Read one derived table.

    Raises
    ------
    LeeszaalError
        When the table is not there yet (naming the verb that makes it) or cannot be read.
    """
    path = home.library / f"{name}.parquet"
    if not path.is_file():
        verb = _MADE_BY.get(name, "build")
        raise LeeszaalError(f"{home.relative(path)} is er nog niet.", f"Maak haar met: leeszaal {verb}")
    try:
        return pd.read_parquet(io.BytesIO(read_bytes(path)))
    except (pa.ArrowException, ValueError) as error:
        verb = _MADE_BY.get(name, "build")
        raise LeeszaalError(
            f"{home.relative(path)} is beschadigd: {error}", f"Maak haar opnieuw met: leeszaal {verb}"
        ) from error
