"""Pages of a harvest as they came, in one file that survives a kill at any moment.

`pages.gz` is one gzip member a page, one after the other: a line of JSON (number, cursor, next cursor, counts,
time, hash of the body) and the body. A page is appended and synced before the next is asked for. A last member
that was cut off by a kill is found by its missing end and dropped, so that the file always ends after a whole
page; ``zcat`` reads it too.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from leeszaal.errors import LeeszaalError
from leeszaal.files import sha256, writing

__all__ = ["Kept", "append_page", "pages_digest", "read_pages", "repair", "scan_pages"]

_CHUNK = 1 << 16


@dataclass(frozen=True)
class Kept:
    """What is known of a kept page beside its body.

    Attributes
    ----------
    number
        From 1, in the order in which they came.
    cursor, next_cursor
        Where it stood in the whole; a `next_cursor` of None means that it was the last.
    received
        Records on it.
    total
        What the source reported as the whole, or None; `approximate` when it calls that an estimate.
    time
        When it came, UTC, ISO.
    sha256
        Of the body.
    facts
        What else the source told.
    """

    number: int
    cursor: str | None
    next_cursor: str | None
    received: int
    total: int | None
    approximate: bool
    time: str
    sha256: str
    facts: dict[str, Any] = field(default_factory=dict)


def append_page(path: Path, kept: Kept, content: bytes) -> None:
    """Add one page to the end of the file; when this returns, it is on the disk.

    Raises
    ------
    LeeszaalError
        When it cannot be written (a full disk): the half page is taken off again.
    """
    head = json.dumps(asdict(kept), ensure_ascii=False, sort_keys=True).encode()
    member = gzip.compress(head + b"\n" + content, compresslevel=6, mtime=0)
    with writing(path), path.open("ab") as stream:
        before = stream.tell()
        try:
            stream.write(member)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            stream.truncate(before)
            raise


def scan_pages(path: Path) -> Iterator[tuple[Kept, bytes, int]]:
    """Yield each whole page, its body, and where in the file it ends; stop at one that is not whole."""
    with path.open("rb") as stream:
        start = 0
        while True:
            stream.seek(start)
            found = _member(stream)
            if found is None:
                return
            raw, length = found
            head, _, body = raw.partition(b"\n")
            try:
                kept = Kept(**json.loads(head))
            except (ValueError, TypeError):
                return
            if sha256(body) != kept.sha256:
                return
            start += length
            yield kept, body, start


def _member(stream: BinaryIO) -> tuple[bytes, int] | None:
    """Return the gzip member that starts here and its length on disk, or None when it is not whole."""
    unpack = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    read = 0
    while not unpack.eof:
        piece = stream.read(_CHUNK)
        if not piece:
            return None
        read += len(piece)
        try:
            parts.append(unpack.decompress(piece))
        except zlib.error:
            return None
    return b"".join(parts), read - len(unpack.unused_data)


def repair(path: Path) -> list[Kept]:
    """Cut off what is not whole and return what is known of the pages that are."""
    if not path.is_file():
        return []
    pages, end = [], 0
    for kept, _, stop in scan_pages(path):
        pages.append(kept)
        end = stop
    if path.stat().st_size != end:
        with writing(path), path.open("r+b") as stream:
            stream.truncate(end)
            os.fsync(stream.fileno())
    return pages


def pages_digest(hashes: list[str]) -> str:
    """Return one hash for a run: of the hashes of its pages, in order."""
    return sha256("\n".join(hashes).encode())


def read_pages(path: Path, digest: str) -> Iterator[tuple[Kept, bytes]]:
    """Yield the pages of a finished run, and check at the end that they are what they were.

    Raises
    ------
    LeeszaalError
        When the file is missing or damaged.
    """
    hashes, end = [], 0
    size = path.stat().st_size if path.is_file() else -1
    if size >= 0:
        for kept, body, stop in scan_pages(path):
            hashes.append(kept.sha256)
            end = stop
            yield kept, body
    if size != end or pages_digest(hashes) != digest:
        raise LeeszaalError(
            f"{path} is niet meer wat het was: de controlesom klopt niet.",
            "Zet dit bestand terug uit een reservekopie of uit git.",
        )
