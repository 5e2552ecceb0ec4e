"""Rows on their way from one partition to another: an Arrow file a writer, a batch a reader.

Every writer leaves one file with a batch for each reader, empty ones too, so that a reader takes its own batch out of
each file without reading the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from leeszaal.files import writing

__all__ = ["gather", "load", "save", "scatter"]

Numbers = np.ndarray[Any, np.dtype[Any]]
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


def scatter(path: Path, table: pa.Table, reader: Numbers, readers: int) -> None:
    """Write `table` to `path`, each row in the batch of its reader.

    Parameters
    ----------
    path
        File to write, in one rename.
    table
        `n` rows.
    reader, readers
        For each row, who reads it, from 0; and how many there are. The order of rows with one reader is kept.
    """
    order = np.argsort(reader, kind="stable")
    sorted_table = table.take(pa.array(order)).combine_chunks()
    bounds = np.searchsorted(reader[order], np.arange(readers + 1))
    batches = sorted_table.to_batches(max_chunksize=max(len(sorted_table), 1))
    whole = batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)
    _write(path, table.schema, (whole.slice(a, b - a) for a, b in pairwise(bounds)))


def gather(paths: Iterable[Path], reader: int) -> pa.Table:
    """Return the rows that the writers of `paths` left for one reader, in the order of the paths."""
    batches = []
    schema = None
    for path in paths:
        with pa.memory_map(str(path)) as source:
            opened = pa.ipc.open_file(source)
            schema = opened.schema
            batches.append(opened.get_batch(reader))
    if schema is None:
        raise ValueError("gather needs at least one file")
    return pa.Table.from_batches(batches, schema=schema)


def save(path: Path, table: pa.Table) -> None:
    """Write a table that one reader takes whole."""
    scatter(path, table, np.zeros(len(table), dtype=np.int64), 1)


def load(path: Path) -> pa.Table:
    """Read what `save` wrote."""
    return gather([path], 0)


def _write(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    partial = path.with_name(f".{path.name}.{np.random.default_rng().integers(2**62):x}")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with pa.OSFile(str(partial), "wb") as sink, pa.ipc.new_file(sink, schema, options=_OPTIONS) as writer:
            for batch in batches:
                writer.write_batch(batch)
        partial.replace(path)
