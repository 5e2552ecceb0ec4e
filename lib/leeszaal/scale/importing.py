"""Read files into the partitions of a corpus, a file a task."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, sha256, write_text
from leeszaal.library.store import fingerprint
from leeszaal.scale.corpus import RECORDS, Corpus
from leeszaal.scale.runner import Runner
from leeszaal.works.read import read_content
from leeszaal.works.record import Record, Reject

__all__ = ["import_files"]

_NAMES = ("authors", "editors", "keywords")


def import_files(corpus: Corpus, files: Sequence[Path], rows: int, runner: Runner) -> dict[str, Any]:
    """Read `files` into partitions of at most `rows` records and return the figures.

    The same files in the same order give the same partitions; a file that did not change is not asked for twice. A file
    that holds nothing readable is set aside with its reason, and the others are read.

    Raises
    ------
    LeeszaalError
        When a file is not there or is named twice, or none of them can be read.
    """
    for path in files:
        if not path.is_file():
            raise LeeszaalError(f"{path} bestaat niet, of is geen bestand.", "Controleer de naam en de map.")
    twice = {path.name for path in files if [other.name for other in files].count(path.name) > 1}
    if twice:
        raise LeeszaalError(
            f"Twee bestanden heten {sorted(twice)[0]}.", "Geef ze verschillende namen: een record wordt ernaar genoemd."
        )
    digests = runner.map("Bestanden", _digest, [(path,) for path in files])
    made_from = fingerprint([path.name for path in files], digests, rows)
    done = corpus.steps().get("import")
    if done and done["made_from"] == made_from and len(corpus.parts()) == done["facts"]["parts"]:
        return dict(done["facts"])
    told = runner.map("Inlezen", _read_file, [(corpus, i, path, rows) for i, path in enumerate(files)])
    _number(corpus, [one["chunks"] for one in told])
    unread = {path.name: one["failed"] for path, one in zip(files, told, strict=True) if one["failed"]}
    if len(unread) == len(files):
        raise LeeszaalError(next(iter(unread.values())))
    facts = {
        "files": len(files), "records": sum(one["records"] for one in told),
        "rejected": sum(one["rejected"] for one in told), "parts": len(corpus.parts()), "unread": unread,
    }  # fmt: skip
    corpus.note("import", made_from, facts)
    return facts


def _digest(path: Path) -> str:
    return sha256(read_bytes(path))


def _read_file(corpus: Corpus, number: int, path: Path, rows: int) -> dict[str, Any]:
    """Write the records of one file as chunks beside the partitions; they get their number when all are there."""
    try:
        reading = read_content(read_bytes(path), path.name)
    except LeeszaalError as error:
        return {"chunks": 0, "records": 0, "rejected": 0, "failed": str(error)}
    chunks = 0
    records = iter(reading.records)
    for chunk in iter(lambda: list(islice(records, rows)), []):
        corpus.save_part(_new(number), chunks, _frame(path.name, chunk), RECORDS)
        chunks += 1
    if reading.rejects:
        write_text(corpus.root / "rejected" / f"{path.name}.txt", "\n".join(_told(reading.rejects)))
    return {"chunks": chunks, "records": len(reading.records), "rejected": len(reading.rejects), "failed": ""}


def _new(number: int) -> str:
    return f".work/read/{number:06d}"


def _number(corpus: Corpus, chunks: Sequence[int]) -> None:
    """Give the chunks their number as partitions; partitions of an earlier import go."""
    folder = corpus.root / "records"
    folder.mkdir(parents=True, exist_ok=True)
    part = 0
    for number, count in enumerate(chunks):
        for chunk in range(count):
            corpus.part(_new(number), chunk).replace(corpus.part("records", part))
            part += 1
    for path in folder.glob("part-*.parquet"):
        if int(path.stem.removeprefix("part-")) >= part:
            path.unlink()


def _frame(name: str, records: Sequence[Record]) -> pd.DataFrame:
    fields = [field for field in RECORDS.names if field not in ("file", "extra")]
    rows = [
        [name, *(list(getattr(r, f)) if f in _NAMES else getattr(r, f) for f in fields), _extra(r)] for r in records
    ]
    frame = pd.DataFrame(rows, columns=["file", *fields, "extra"])[RECORDS.names]
    return frame.astype({"year": "Int32", "line": "Int32"})


def _extra(record: Record) -> str:
    return json.dumps(dict(record.extra), ensure_ascii=False, sort_keys=True) if record.extra else ""


def _told(rejects: Sequence[Reject]) -> Iterator[str]:
    for reject in rejects:
        place = f"regel {reject.line}" if reject.line else "plaats onbekend"
        yield f"{place}: {reject.reason}\n{reject.text}\n"
