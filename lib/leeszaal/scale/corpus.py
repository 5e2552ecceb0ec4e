"""A corpus: works in partitions on disk, for what does not fit in one process, and what was found out about them.

    corpus.json                       the steps that were done, from what, and their figures
    records/part-00000.parquet …      the records as they were read; what could not be read in rejected/
    works/part-00000.parquet …        for each record the first record of its work
    same.parquet maybe.parquet related.parquet
    tags/part-00000.parquet …         subthemes with their reasons
    counts.parquet growth.parquet     works a year, and what grows
    topics.parquet assignments/…      the topics, and the topic of each work

A record is known by one number: its partition × 2³² + its place in it. Numbers rise in the order in which the records
were read, so that the order of all tables is that of one process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_text
from leeszaal.library.store import table_bytes

__all__ = ["RECORDS", "SHIFT", "Corpus", "open_corpus", "partition_of", "read_part"]

SHIFT = 32
_FORMAT = 1
_TEXT, _NAMES = pa.string(), pa.list_(pa.string())
RECORDS = pa.schema(
    [
        ("file", _TEXT), ("source_record_id", _TEXT), ("line", pa.int32()), ("citekey", _TEXT), ("type", _TEXT),
        ("raw_type", _TEXT), ("title", _TEXT), ("abstract", _TEXT), ("authors", _NAMES), ("editors", _NAMES),
        ("year", pa.int32()), ("date", _TEXT), ("container", _TEXT), ("publisher", _TEXT), ("volume", _TEXT),
        ("issue", _TEXT), ("pages", _TEXT), ("doi", _TEXT), ("isbn", _TEXT), ("url", _TEXT), ("language", _TEXT),
        ("keywords", _NAMES), ("note", _TEXT), ("extra", _TEXT),
    ]
)  # fmt: skip

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Corpus:
    """The paths of one corpus, all below `root`."""

    root: Path

    @property
    def work(self) -> Path:
        """Where rows on their way from one partition to another stand; may be deleted at any time."""
        return self.root / ".work"

    def part(self, table: str, number: int) -> Path:
        """Return the file of one partition of a table."""
        return self.root / table / f"part-{number:05d}.parquet"

    def parts(self) -> list[int]:
        """Return the numbers of the partitions of records, in order."""
        return [int(path.stem.removeprefix("part-")) for path in sorted((self.root / "records").glob("part-*.parquet"))]

    def save(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table that is not partitioned."""
        from leeszaal.files import write_bytes

        write_bytes(self.root / f"{name}.parquet", table_bytes(frame))

    def save_part(self, table: str, number: int, frame: pd.DataFrame, schema: pa.Schema | None = None) -> None:
        """Write one partition of a table."""
        from leeszaal.files import write_bytes

        write_bytes(self.part(table, number), table_bytes(frame, schema))

    def steps(self) -> dict[str, Any]:
        """Return what was done: step → `made_from` and `facts`; empty for a new corpus.

        Raises
        ------
        LeeszaalError
            When the file cannot be read or was written by a newer version.
        """
        path = self.root / "corpus.json"
        if not path.exists():
            return {}
        try:
            content = json.loads(read_bytes(path))
            version, steps = content["format"], content["steps"]
        except (ValueError, KeyError, TypeError) as error:
            raise LeeszaalError(
                f"{path} is niet te lezen ({error}).", "Verwijder de map en maak het corpus opnieuw uit de bestanden."
            ) from error
        if version != _FORMAT:
            raise LeeszaalError(
                f"{path} is gemaakt door een andere versie van Leeszaal (indeling {version}, verwacht {_FORMAT}).",
                "Maak het corpus opnieuw in een lege map.",
            )
        return dict(steps)

    def note(self, step: str, made_from: str, facts: Mapping[str, Any]) -> None:
        """Remember that a step was done."""
        steps = {**self.steps(), step: {"made_from": made_from, "facts": dict(facts)}}
        content = json.dumps({"format": _FORMAT, "steps": steps}, indent=2, ensure_ascii=False, sort_keys=True)
        write_text(self.root / "corpus.json", content + "\n")


def open_corpus(folder: Path | str) -> Corpus:
    """Return the corpus in `folder`, which may not exist yet.

    Raises
    ------
    LeeszaalError
        When the folder holds something else.
    """
    root = Path(folder)
    if root.exists() and not root.is_dir():
        raise LeeszaalError(f"{root} is een bestand, geen map.", "Noem een lege map voor het corpus.")
    if root.is_dir() and not (root / "corpus.json").exists():
        other = [path.name for path in root.iterdir() if not path.name.startswith(".") and path.name != "records"]
        if other:
            raise LeeszaalError(
                f"In {root} staat al iets anders dan een corpus: {sorted(other)[0]}.", "Noem een lege map."
            )
    return Corpus(root.resolve())


def partition_of(records: Numbers) -> Numbers:
    """Return the partition each record stands in."""
    return records >> SHIFT


def read_part(corpus: Corpus, number: int, columns: list[str] | None = None) -> pd.DataFrame:
    """Return one partition of records, indexed by the number of the record (``record``)."""
    frame = pq.read_table(corpus.part("records", number), columns=columns).to_pandas()
    start = number << SHIFT
    frame.index = pd.Index(np.arange(start, start + len(frame), dtype=np.int64), name="record")
    return frame
