"""Take files into evidence: `leeszaal import`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, sha256
from leeszaal.home import Home, find_home
from leeszaal.library.evidence import Evidence, add_evidence, add_large_table, find_evidence, list_evidence
from leeszaal.works.large import LargeTable, large_table
from leeszaal.works.numbers import format_count, format_number
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading

__all__ = ["ImportSummary", "ImportedFile", "import_"]

_SOURCE = "import"
_LARGEST = 1_000_000_000  # bytes; what is no table is read whole, and takes some five times its size of memory
_STEP = 1_000_000  # bytes that move the bar by one


@dataclass(frozen=True)
class ImportedFile:
    """What became of one file.

    `read` is the number of entries in the file: each is a record or a reject. `known` tells that exactly this
    content was taken in before, so that nothing was added. `remarks` are sentences about the file as a whole,
    such as a sheet without titles that was passed over.
    """

    file: str
    format: str
    read: int
    records: int
    rejected: int
    known: bool
    evidence: str
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ImportSummary:
    """What became of every file; `failed` names those that could not be read, with reason and remedy."""

    files: list[ImportedFile]
    failed: list[dict[str, str]] = field(default_factory=list)

    def tell(self) -> str:
        lines = []
        for item in self.files:
            if item.known:
                lines.append(f"{item.file}: al eerder ingelezen ({format_count(item.records, 'record', 'records')}).")
                continue
            line = f"{item.file}: {format_count(item.records, 'record', 'records')} gelezen"
            if item.rejected:
                line += f", {item.rejected} niet: zie {item.evidence}/rejected.txt, met regelnummer en reden"
            lines += [line + ".", *(f"  {remark}" for remark in item.remarks)]
        lines += [
            f"Fout: {one['error']}\n→ {one['remedy']}" if one["remedy"] else f"Fout: {one['error']}"
            for one in self.failed
        ]
        if self.files:
            lines.append("Verder: leeszaal build")
        return "\n".join(lines)


def import_(
    files: Sequence[Path | str] | Path | str,
    *,
    home: Home | Path | str | None = None,
    id_column: str | None = None,
) -> ImportSummary:
    """Take files into evidence: BibTeX, RIS, CSL-JSON, EndNote XML, PubMed, Web of Science, Excel or CSV.

    A file that cannot be read at all does not stop the others; it is named in `failed`. A table as text (CSV, TSV)
    may be of any size: a large one is read in parts. Other files are read whole, up to 1 GB.

    Parameters
    ----------
    files
        One file or several.
    home
        The reading room; by default the nearest one.
    id_column
        The column of a table (CSV, Excel) that holds the record's own id.

    Raises
    ------
    LeeszaalError
        When the evidence cannot be written.
    """
    room = find_home(home)
    known = list_evidence(room)
    done: list[ImportedFile] = []
    failed: list[dict[str, str]] = []
    paths = [Path(name) for name in ([files] if isinstance(files, str | Path) else files)]
    with progress.stage("Inlezen", len(paths)):
        for path in paths:
            try:
                taken = _read(room, path, id_column, known)
            except LeeszaalError as error:
                failed.append({"file": str(path), "error": error.message, "remedy": error.remedy})
            else:
                # Not inside the `try`: where the evidence cannot be written, no other file will fare better.
                item = taken.same or taken.item or _keep(room, path.name, taken)
                known = [*known, item]
                done.append(
                    ImportedFile(
                        str(path),
                        item.format,
                        item.read,
                        item.records,
                        item.rejected,
                        taken.same is not None,
                        item.folder,
                        list(taken.remarks),
                    )
                )
            progress.advance()
    return ImportSummary(done, failed)


@dataclass(frozen=True)
class _Taken:
    """A file that could be read: `same` is the evidence that holds it already, `item` where it is kept by now."""

    content: bytes = b""
    options: dict[str, str] = field(default_factory=dict)
    same: Evidence | None = None
    reading: Reading | None = None
    item: Evidence | None = None
    remarks: Sequence[str] = ()


def _read(home: Home, path: Path, id_column: str | None, known: Sequence[Evidence]) -> _Taken:
    size = path.stat().st_size if path.is_file() else 0
    table = large_table(path, path.name) if size else None
    if table is not None:
        options = {"id_column": id_column} if id_column else {}
        return _read_large(home, table, options, find_evidence(known, _SOURCE, table.sha256, options))
    if size > _LARGEST:
        raise LeeszaalError(
            f"{path} is {format_number(size / 1e9, 1)} GB, meer dan Leeszaal in een keer leest "
            f"({format_number(_LARGEST / 1e9, 0)} GB).",
            "Verdeel het over meer bestanden, of exporteer het als CSV: een tabel mag zo groot zijn als zij is.",
        )
    content = read_bytes(path)
    digest = sha256(content)
    options = {"id_column": id_column} if id_column else {}
    same = find_evidence(known, _SOURCE, digest, options)
    if same is not None:
        return _Taken(same=same)
    reading = read_content(content, path.name, id_column=id_column)
    if reading.format not in ("csv", "excel"):  # only a table has columns
        options = {}
        same = find_evidence(known, _SOURCE, digest, options)
    return _Taken(content, options, same, reading, remarks=reading.remarks)


def _read_large(home: Home, table: LargeTable, options: dict[str, str], same: Evidence | None) -> _Taken:
    """Take in a table that does not fit in memory, with a bar of its own."""
    if same is not None:
        return _Taken(same=same)
    done = 0

    def read(position: int) -> None:
        nonlocal done
        progress.advance(position // _STEP - done)
        done = position // _STEP

    with progress.stage(table.name, table.size // _STEP):
        item, remarks = add_large_table(home, source=_SOURCE, table=table, options=options, read=read)
    return _Taken(item=item, remarks=remarks)


def _keep(home: Home, name: str, taken: _Taken) -> Evidence:
    assert taken.reading is not None
    return add_evidence(
        home, source=_SOURCE, name=name, content=taken.content, format=taken.reading.format,
        encoding=taken.reading.encoding, options=taken.options, records=len(taken.reading.records),
        rejects=taken.reading.rejects,
    )  # fmt: skip
