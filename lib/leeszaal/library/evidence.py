"""Evidence: what a source said, kept as it came; append-only, never edited.

One folder an answer: `literature/evidence/<source>/<time>-<hash>/` with

- `content.gz`: the bytes as they came;
- `manifest.json`: source, name, hash, time, options, counts;
- `rejected.txt`, when there is something that could not be read: verbatim, with line and reason.

A folder is made under a hidden name and becomes final in one rename, so what a kill leaves behind is either
whole or not there.
"""

from __future__ import annotations

import contextlib
import datetime
import gzip
import json
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from leeszaal import __version__
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, sha256, write_bytes, write_text, writing
from leeszaal.home import Home
from leeszaal.works.large import LARGE, LargeTable, large_table
from leeszaal.works.record import Reject

__all__ = [
    "SNOWBALL", "Evidence", "add_evidence", "add_large_table", "find_evidence", "list_evidence", "read_evidence",
    "read_large_evidence", "rejected_text",
]  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """One answer of a source, as its manifest describes it.

    Parameters
    ----------
    source
        Where it came from: ``"import"`` for files a person brought.
    name
        The name of the file or query.
    format, encoding
        How it was read.
    sha256
        Hash of the bytes as they came.
    time
        When it came in, UTC, ISO.
    options
        What else decides how it is read, such as `id_column`.
    records, rejected
        How many records were read, and how many could not be.
    software
        The version of Leeszaal that took it in.
    folder
        The folder of the evidence, as seen from the reading room.
    """

    source: str
    name: str
    format: str
    encoding: str
    sha256: str
    time: str
    options: dict[str, str]
    records: int
    rejected: int
    software: str
    folder: str = ""

    @property
    def read(self) -> int:
        """How many references the answer held, whether they could be read or not."""
        return self.records + self.rejected


# How the searches are called that follow references: "sneeuwbal-terug".
SNOWBALL = "sneeuwbal"
# What a manifest must hold; a later version may add to it.
_MANIFEST = tuple(one.name for one in fields(Evidence) if one.name != "folder")


def list_evidence(home: Home) -> list[Evidence]:
    """Return all evidence, oldest first (by time, then hash).

    Raises
    ------
    LeeszaalError
        When a manifest cannot be read, naming it.
    """
    found = []
    for path in home.evidence.glob("*/*/manifest.json"):
        if any(part.startswith(".") for part in path.relative_to(home.evidence).parts):
            continue  # not finished
        try:
            manifest = json.loads(read_bytes(path))
            found.append(Evidence(**{name: manifest[name] for name in _MANIFEST}, folder=home.relative(path.parent)))
        except (ValueError, TypeError, KeyError) as error:
            raise LeeszaalError(
                f"{home.relative(path)} is beschadigd ({error!r}).",
                "Zet dit bestand terug uit een reservekopie of uit git.",
            ) from error
    return sorted(found, key=lambda item: (item.time, item.sha256, item.folder))


def find_evidence(known: Sequence[Evidence], source: str, digest: str, options: Mapping[str, str]) -> Evidence | None:
    """Return the evidence that holds exactly this content, read with the same options, or None."""
    for item in known:
        if item.source == source and item.sha256 == digest and item.options == dict(options):
            return item
    return None


def read_evidence(home: Home, item: Evidence) -> bytes:
    """Return the bytes of an answer as they came.

    Raises
    ------
    LeeszaalError
        When they cannot be read or are not what they were (the hash differs).
    """
    path = home.root / item.folder / "content.gz"
    with _undamaged(home, path):
        content = gzip.decompress(read_bytes(path))
    if sha256(content) != item.sha256:
        raise _damaged(home, path)
    return content


def read_large_evidence(home: Home, item: Evidence) -> LargeTable | None:
    """Return evidence as a table to be read in parts, after its bytes were checked; None when it is not that large.

    Raises
    ------
    LeeszaalError
        When they cannot be read or are not what they were (the hash differs).
    """
    path = home.root / item.folder / "content.gz"
    if item.format != "csv" or not path.is_file():
        return None
    with _undamaged(home, path):
        table = large_table(path, item.name, least=LARGE // 4)  # text takes a quarter of its size there
    if table is not None and table.sha256 != item.sha256:
        raise _damaged(home, path)
    return table


@contextlib.contextmanager
def _undamaged(home: Home, path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(home, path) from error


def _damaged(home: Home, path: Path) -> LeeszaalError:
    return LeeszaalError(
        f"{home.relative(path)} is niet meer wat het was: de controlesom klopt niet.",
        "Zet dit bestand terug uit een reservekopie of uit git.",
    )


def add_evidence(
    home: Home,
    *,
    source: str,
    name: str,
    content: bytes,
    format: str,  # noqa: A002
    encoding: str,
    options: Mapping[str, str],
    records: int,
    rejects: Sequence[Reject],
    time: datetime.datetime | None = None,
) -> Evidence:
    """Keep one answer of a source, in one rename.

    Returns
    -------
    Evidence
        With the folder it now stands in.

    Raises
    ------
    LeeszaalError
        When it cannot be written; nothing is left behind.
    """
    moment = (time or datetime.datetime.now(tz=datetime.UTC)).replace(microsecond=0)
    item = Evidence(
        source, name, format, encoding, sha256(content), _written(moment), dict(options), records, len(rejects),
        __version__,
    )  # fmt: skip
    with _work_folder(home, source) as work:
        write_bytes(work / "content.gz", gzip.compress(content, mtime=0))
        if rejects:
            write_text(work / "rejected.txt", rejected_text(name, rejects))
        return _finished(home, work, item)


def add_large_table(
    home: Home,
    *,
    source: str,
    table: LargeTable,
    options: Mapping[str, str],
    read: Callable[[int], None] | None = None,
) -> tuple[Evidence, tuple[str, ...]]:
    """Keep a table that is too large to hold in memory, in one rename; see `add_evidence`.

    Parameters
    ----------
    home, source
        Where, and where it came from.
    table
        From `leeszaal.works.large.large_table`.
    options
        What else decides how it is read.
    read
        Told how many bytes were read by then.

    Returns
    -------
    tuple
        The evidence, and what there is to say of the table as a whole (Dutch).
    """
    moment = datetime.datetime.now(tz=datetime.UTC).replace(microsecond=0)
    records = rejected = 0
    remarks: tuple[str, ...] = ()
    with _work_folder(home, source) as work:
        with writing(work), (work / "told").open("w", encoding="utf-8", newline="\n") as told:
            for part in table.readings(id_column=options.get("id_column"), read=read):
                records, rejected = records + len(part.records), rejected + len(part.rejects)
                remarks += part.remarks
                told.writelines(f"{line}\n" for reject in part.rejects for line in _reject_lines(reject))
        with writing(work):
            if rejected:
                with (work / "rejected.txt").open("wb") as target, (work / "told").open("rb") as body:
                    target.write(f"{_rejected_head(table.name, rejected)}\n".encode())
                    shutil.copyfileobj(body, target)
            (work / "told").unlink()
            with (
                table.open() as content,
                (work / "content.gz").open("wb") as target,
                gzip.GzipFile("", "wb", 6, target, mtime=0) as packed,
            ):
                shutil.copyfileobj(content, packed, 1 << 20)
        item = Evidence(
            source, table.name, "csv", table.encoding, table.sha256, _written(moment), dict(options), records,
            rejected, __version__,
        )  # fmt: skip
        return _finished(home, work, item), remarks


def _written(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextlib.contextmanager
def _work_folder(home: Home, source: str) -> Iterator[Path]:
    """Make a hidden folder beside the evidence of a source; what is in it when the block ends is gone."""
    parent = home.evidence / source
    with writing(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob(".*"):
            shutil.rmtree(left, ignore_errors=True)  # of a run that was cut off
        work = Path(tempfile.mkdtemp(dir=parent, prefix="."))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)  # gone already, unless something went wrong


def _finished(home: Home, work: Path, item: Evidence) -> Evidence:
    """Write the manifest and give the folder its name."""
    manifest = {key: value for key, value in asdict(item).items() if key != "folder"} | {"read": item.read}
    write_text(work / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    folder = work.parent / f"{re.sub('[-:]', '', item.time)}-{item.sha256[:8]}"
    with writing(folder):
        work.chmod(0o755)
        number = 1
        while folder.exists():  # the same content with other options, in the same second
            number += 1
            folder = folder.with_name(f"{folder.name.split('_')[0]}_{number}")
        work.rename(folder)
    return replace(item, folder=home.relative(folder))


def rejected_text(name: str, rejects: Sequence[Reject]) -> str:
    """Return what could not be read from `name`, for a person: how many, and each with place, reason and text."""
    return "\n".join(_rejected_lines(name, rejects)) + "\n"


def _rejected_lines(name: str, rejects: Sequence[Reject]) -> Iterator[str]:
    yield _rejected_head(name, len(rejects))
    for reject in rejects:
        yield from _reject_lines(reject)


def _rejected_head(name: str, count: int) -> str:
    return f"Niet gelezen uit {name}: {count}. Per geval: de plaats, de reden en de tekst."


def _reject_lines(reject: Reject) -> Iterator[str]:
    place = f"regel {reject.line}" if reject.line is not None else "regel onbekend"
    yield ""
    yield f"=== {place}: {reject.reason}"
    yield reject.text
