"""A harvest under way, and the finished ones: where it stands, what it goes on from, and how it becomes final.

A harvest is written to `literature/evidence/<source>/.part-<key>/` and becomes final in one rename. A harvest that
stops with an error becomes final too, with `complete: false` and the place to go on (`next_cursor`): what came is
used by the next build, and the next run goes on from there. Such runs form a chain, each naming the one it
`resumes`.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes, write_text, writing
from leeszaal.harvest.source import Query
from leeszaal.home import Home
from leeszaal.works.record import Record

__all__ = [
    "Run",
    "chain_of",
    "content_mark",
    "finished_runs",
    "latest_run",
    "load_marks",
    "locked",
    "move_to",
    "part_folder",
    "query_key",
    "read_run",
    "save_marks",
    "start_run",
]

PAGES, IDS, MANIFEST, RUN = "pages.gz", "ids.gz", "manifest.json", "run.json"


@dataclass(frozen=True)
class Run:
    """What is fixed when a harvest starts; everything else follows from its pages.

    Attributes
    ----------
    key
        Of the question, see `query_key`.
    since
        Date from which changes were asked, or None for everything.
    started, chain_started
        When this run and the first run of its chain began, UTC, ISO.
    resumes
        Folder of the run it goes on from, or None.
    cursor
        Where it begins; None for the beginning.
    remark
        Dutch, what a reader of the log should know.
    """

    key: str
    search: str
    theme: str
    source: str
    query: str
    url: str
    params: dict[str, str]
    language: str
    since: str | None
    started: str
    chain_started: str
    resumes: str | None = None
    cursor: str | None = None
    remark: str = ""


def query_key(query: Query, since: str | None = None) -> str:
    """Return 16 hexadecimal digits for a question: where it goes, what it asks, and a date the user set.

    The port is left out: a local server that is started again is the same server.
    """
    place = urlsplit(query.url)
    said = [query.source, place.scheme, place.hostname, place.path, query.text, dict(query.params), since]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def part_folder(home: Home, source: str, key: str) -> Path:
    """Return where the harvest of this question is written while it is under way."""
    return home.evidence / source / f".part-{key}"


def start_run(folder: Path, run: Run) -> None:
    """Make the folder of a harvest that begins; pages of a run that nobody can name any more step aside."""
    with writing(folder):
        if (folder / PAGES).exists():
            folder.rename(Path(tempfile.mkdtemp(dir=folder.parent, prefix=".onbekend-")) / folder.name)
        folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / RUN, json.dumps(asdict(run), ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def read_run(folder: Path) -> Run | None:
    """Return the harvest that was cut off here, or None when there is none."""
    try:
        return Run(**json.loads(read_bytes(folder / RUN)))
    except (LeeszaalError, ValueError, TypeError):
        return None


def finished_runs(home: Home, source: str | None = None) -> list[dict[str, Any]]:
    """Return the manifests of finished harvests with their `folder`, oldest first."""
    found = []
    for path in home.evidence.glob(f"{source or '*'}/*/{MANIFEST}"):
        if path.parent.name.startswith(".") or not (path.parent / PAGES).is_file():
            continue
        try:
            manifest = json.loads(read_bytes(path))
            found.append({**manifest, "folder": home.relative(path.parent), "key": str(manifest["key"])})
        except (ValueError, KeyError, TypeError) as error:
            raise LeeszaalError(
                f"{home.relative(path)} is beschadigd ({error!r}).",
                "Zet dit bestand terug uit een reservekopie of uit git.",
            ) from error
    return sorted(found, key=lambda one: (one["time"], one["folder"]))


def latest_run(runs: Sequence[Mapping[str, Any]], key: str) -> Mapping[str, Any] | None:
    """Return the last finished run of a question, or None."""
    return next((run for run in reversed(runs) if run["key"] == key), None)


def chain_of(runs: Sequence[Mapping[str, Any]], folder: str | None) -> list[Mapping[str, Any]]:
    """Return a run and those it goes on from, first one first."""
    by_folder = {run["folder"]: run for run in runs}
    chain: list[Mapping[str, Any]] = []
    while folder in by_folder:
        chain.insert(0, by_folder[folder])
        folder = by_folder[folder]["resumes"]
    return chain


def content_mark(record: Record) -> str:
    """Return a short hash of what a reader sees of a record: it changes when the source corrects something."""
    seen = (
        record.title, record.abstract, record.authors, record.editors, record.year, record.container, record.volume,
        record.issue, record.pages, record.doi, record.isbn, record.url, record.type,
    )  # fmt: skip
    return hashlib.blake2b(repr(seen).encode(), digest_size=8).hexdigest()


def save_marks(folder: Path, marks: Mapping[str, str]) -> None:
    """Write which records a run holds, so that the next run need not read its pages."""
    lines = "".join(f"{mark}\t{' '.join(identifier.split())}\n" for identifier, mark in marks.items())
    write_bytes(folder / IDS, gzip.compress(lines.encode(), mtime=0))


def load_marks(home: Home, runs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return record id to mark for the records of these runs; of several marks the last."""
    marks: dict[str, str] = {}
    for run in runs:
        path = home.root / str(run["folder"]) / IDS
        for line in gzip.decompress(read_bytes(path)).decode().splitlines():
            mark, _, identifier = line.partition("\t")
            marks[identifier] = mark
    return marks


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a question for this process; the system lets go of it when the process ends, however it ends.

    Raises
    ------
    LeeszaalError
        When another process is harvesting the same.
    """
    path = folder.with_name(folder.name + ".lock")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+b")
    try:
        try:
            _hold(stream)
        except OSError:
            raise LeeszaalError(
                "Deze zoekvraag wordt op dit moment al geoogst, in een ander venster of notebook.",
                "Wacht tot dat klaar is en probeer het opnieuw.",
            ) from None
        yield
        if sys.platform != "win32":  # there an open file cannot be removed, and an empty one does no harm
            path.unlink(missing_ok=True)
    finally:
        stream.close()


if sys.platform == "win32":
    import msvcrt

    def _hold(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _hold(stream: IO[bytes]) -> None:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def move_to(part: Path, parent: Path, name: str) -> Path:
    """Give a finished part its final name in one rename, and return it."""
    target = parent / name
    number = 1
    while target.exists():
        number += 1
        target = parent / f"{name}_{number}"
    with writing(target):
        part.chmod(0o755)
        part.rename(target)
        if sys.platform != "win32":  # the rename itself must survive a power cut
            handle = os.open(parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    return target
