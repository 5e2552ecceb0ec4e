"""Take files into evidence: `leeszaal import`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, sha256
from leeszaal.home import Home, find_home
from leeszaal.library.evidence import Evidence, add_evidence, find_evidence, list_evidence
from leeszaal.works.numbers import format_count
from leeszaal.works.read import read_content

__all__ = ["ImportSummary", "ImportedFile", "import_"]


@dataclass(frozen=True)
class ImportedFile:
    """What became of one file.

    `read` is the number of entries in the file: each is a record or a reject. `known` tells that exactly this content
    was taken in before, so that nothing was added.
    """

    file: str
    format: str
    read: int
    records: int
    rejected: int
    known: bool
    evidence: str


@dataclass(frozen=True)
class ImportSummary:
    """What became of every file; `failed` names those of which nothing could be read."""

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
                line += f", {item.rejected} niet; die staan met regelnummer en reden in {item.evidence}/rejected.txt"
            lines.append(line + ".")
        lines += [f"Fout: {one['error']}\n→ {one['remedy']}" if one["remedy"] else f"Fout: {one['error']}" for one in self.failed]
        if self.files:
            lines.append("Verder: leeszaal build")
        return "\n".join(lines)


def import_(
    files: Sequence[Path | str] | Path | str, *, home: Home | Path | str | None = None, id_column: str | None = None
) -> ImportSummary:
    """Take files into evidence: BibTeX, RIS, CSL-JSON or CSV.

    A file that cannot be read at all does not stop the others; it is named in `failed`.

    Parameters
    ----------
    files
        One file or several.
    home
        The reading room; by default the nearest one.
    id_column
        The column of a CSV that holds the record's own id.

    Raises
    ------
    LeeszaalError
        When the evidence cannot be written.
    """
    room = find_home(home)
    known = list_evidence(room)
    done: list[ImportedFile] = []
    failed: list[dict[str, str]] = []
    names = [files] if isinstance(files, str | Path) else list(files)
    with progress.stage("Inlezen", len(names)):
        for name in names:
            path = Path(name)
            try:
                content = read_bytes(path)
                item, fresh = _take_in(room, path, content, id_column, known)
            except LeeszaalError as error:
                if isinstance(error.__cause__, OSError) and path.is_file():
                    raise  # the reading room cannot be written: no other file will fare better
                failed.append({"file": str(path), "error": error.message, "remedy": error.remedy})
            else:
                known = [*known, item] if fresh else known
                done.append(
                    ImportedFile(
                        str(path), item.format, item.records + item.rejected, item.records, item.rejected, not fresh, item.folder
                    )
                )
            progress.advance()
    return ImportSummary(done, failed)


def _take_in(home: Home, path: Path, content: bytes, id_column: str | None, known: Sequence[Evidence]) -> tuple[Evidence, bool]:
    options = {"id_column": id_column} if id_column else {}
    same = find_evidence(known, "import", sha256(content), options)
    if same is not None:
        return same, False
    reading = read_content(content, path.name, id_column=id_column)
    item = add_evidence(
        home, source="import", name=path.name, content=content, format=reading.format, encoding=reading.encoding,
        options=options, records=len(reading.records), rejects=reading.rejects,
    )  # fmt: skip
    return item, True
