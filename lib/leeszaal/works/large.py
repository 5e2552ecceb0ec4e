"""Tables too large to hold in memory, read in parts: once to know the bytes, once for the rows.

What comes out is what `leeszaal.works.read.read_content` gives for the same bytes, which a test holds it to.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from leeszaal.errors import LeeszaalError
from leeszaal.files import reading
from leeszaal.works.decode import decode_start, encoding_of_start, nul_remark, require_text
from leeszaal.works.read import is_table, require_filled
from leeszaal.works.record import Reading
from leeszaal.works.table import find_table, reading_of, table_rows

__all__ = ["LARGE", "LargeTable", "large_table"]

LARGE = 64_000_000  # bytes; a smaller file is read whole
_ROWS = 20_000  # in one part
_BLOCK = 1 << 20
_HEAD = 1 << 22  # bytes in which format and columns are looked for
_LONGEST_LINE = 1 << 24  # characters
_NOT_CP1252 = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])


@dataclass(frozen=True)
class LargeTable:
    """A table on the disk, of which the bytes are known.

    Attributes
    ----------
    path, name
        Where it stands, perhaps compressed by gzip (".gz"), and what it is called.
    size, sha256
        How many bytes it has, and their hash.
    encoding, mark
        How they are turned into text, and how many of the first are only the mark of that.
    """

    path: Path
    name: str
    size: int
    sha256: str
    encoding: str
    mark: int

    def open(self) -> BinaryIO:
        """Open it at its beginning."""
        return _opened(self.path)

    def readings(self, *, id_column: str | None = None, read: Callable[[int], None] | None = None) -> Iterator[Reading]:
        """Yield what stands in it, some 20,000 rows at a time; what there is to say of the whole comes with the last.

        Parameters
        ----------
        id_column
            The column with the source's own number of a record.
        read
            Told after each part how many bytes were read by then.

        Raises
        ------
        LeeszaalError
            When there is no column with titles, nothing can be read of it, or a line is longer than a line can be.
        """
        with reading(self.path), self.open() as stream:
            head = decode_start(stream.read(_HEAD))
        table = find_table(head.text, self.name, id_column)
        with reading(self.path), self.open() as stream:
            lines = _TextLines(self, stream)
            rows = table_rows(table, lines)
            made = None
            while part := list(itertools.islice(rows, _ROWS)):
                if made is not None:
                    yield made
                made = reading_of(part, table, self.encoding)
                if read is not None:
                    read(stream.tell())
            made = require_filled(made or reading_of([], table, self.encoding), self.name)
            yield replace(made, remarks=(nul_remark(lines.nuls),) if lines.nuls else ())


class _TextLines:
    """The lines of a table as text, without NUL characters, which are counted."""

    def __init__(self, table: LargeTable, stream: BinaryIO) -> None:
        self.table, self.stream, self.nuls = table, stream, 0

    def __iter__(self) -> Iterator[str]:
        self.stream.read(self.table.mark)
        text = io.TextIOWrapper(self.stream, encoding=self.table.encoding)
        number = 0
        while line := text.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE:
                raise LeeszaalError(
                    f"{self.table.name}, regel {number}: de regel is langer dan {_LONGEST_LINE >> 20} miljoen tekens.",
                    "Dit is waarschijnlijk geen tabel met een verwijzing per regel; exporteer haar opnieuw.",
                )
            if "\0" in line:
                self.nuls += line.count("\0")
                line = line.replace("\0", "")
            yield line.removeprefix("\ufeff") if number == 1 else line
        text.detach()


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def large_table(path: Path, name: str, *, least: int | None = None) -> LargeTable | None:
    """Return a file as a table to be read in parts; None when it is not that large, or no table.

    Parameters
    ----------
    path
        The file, or the same compressed by gzip (".gz").
    name
        Its name, for the extension and for messages.
    least
        The number of bytes on the disk from which a file is large; by default `LARGE`.
    """
    if path.stat().st_size <= (LARGE if least is None else least):
        return None

    with reading(path):
        with _opened(path) as stream:
            head = stream.read(_HEAD)
        if not is_table(head, name):
            return None
        require_text(decode_start(head), name)
        encoding, mark = encoding_of_start(head)
        decoder = codecs.getincrementaldecoder(encoding)()
        digest, size, odd = hashlib.sha256(), 0, False
        with _opened(path) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                odd = odd or len(block.translate(None, _NOT_CP1252)) < len(block)
                if encoding not in ("cp1252", "latin-1"):
                    try:
                        decoder.decode(block[mark:] if size == 0 else block)
                    except UnicodeDecodeError:
                        encoding = "cp1252"
                size += len(block)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            encoding = "cp1252"
    if encoding == "cp1252" and odd:
        encoding = "latin-1"
    return LargeTable(path, name, size, digest.hexdigest(), encoding, mark)
