"""Tag any table: a CSV file with titles in, a CSV file with labels and reasons out."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import write_text
from leeszaal.home import Home, find_home
from leeszaal.reading.reader import reader_of
from leeszaal.reading.rows import read_rows
from leeszaal.reading.tag import reason
from leeszaal.reading.taxonomy import load_taxonomy

__all__ = ["TagFileSummary", "tag_file"]

_COLUMNS = ("id", "title", "abstract", "language", "keywords")
_REQUIRED = ("id", "title")
_OUT = ("id", "label", "score", "reason", "span")


@dataclass(frozen=True)
class TagFileSummary:
    """What `tag_file` did.

    Parameters
    ----------
    rows, tagged, tags
        Rows read, rows with at least one label, and labels given.
    without_title
        Rows that have no title (they can still be tagged by their abstract).
    output
        The file written.
    remarks
        What a person should know about how the file was read.
    """

    rows: int
    tagged: int
    tags: int
    without_title: int
    output: str
    remarks: list[str]

    def tell(self) -> str:
        """Return the summary in Dutch, for the command line."""
        lines = [f"{self.tagged} van {self.rows} regels kregen een label; samen {self.tags} labels."]
        if self.without_title:
            lines.append(f"{self.without_title} regels hebben geen titel.")
        return "\n".join([*lines, *self.remarks, f"Geschreven: {self.output}"])


def tag_file(
    input: Path | str,  # noqa: A002 (the name on the command line)
    output: Path | str,
    *,
    rules_only: bool = False,
    home: Home | Path | str | None = None,
) -> TagFileSummary:
    """Tag a table with the themes of a reading room.

    Parameters
    ----------
    input
        CSV with the columns id and title; abstract, keywords and language are optional, all others are left
        alone. The terms of both languages are looked for in every row, so language may be empty.
    output
        CSV to write: one row per label with id, label, score, reason and span (``field:start-end``, parted by
        spaces; ends exclusive). A row without a label stands there with an empty label.
    rules_only
        Leave out what titles mean: some three times faster.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the table cannot be read (a column missing, an id empty or twice) or written.
    """
    room = find_home(home)
    source, target = Path(input), Path(output)
    if target.suffix.lower() != ".csv":
        raise LeeszaalError(f"{target} eindigt niet op .csv.", f"Noem bijvoorbeeld: {target.with_suffix('.csv')}")
    if target.resolve() == source.resolve():
        raise LeeszaalError(f"{target} is ook het bestand dat wordt gelezen.", "Kies een andere naam bij --output.")
    reader = reader_of(load_taxonomy(room.themes), rules_only=rules_only, keep=room.embeddings)
    rows, remarks = read_rows(source, _COLUMNS, _REQUIRED)
    seen: dict[str, str] = {}
    for row in rows:
        if not row["id"]:
            raise LeeszaalError(f"{source}, regel {row['line']}: het id is leeg.", "Geef elke regel een eigen id.")
        if row["id"] in seen:
            raise LeeszaalError(
                f"{source}, regel {row['line']}: het id ‘{row['id']}’ staat ook op regel {seen[row['id']]}.",
                "Geef elke regel een eigen id.",
            )
        seen[row["id"]] = row["line"]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_OUT)
    tagged = tags = 0
    with progress.stage("Labelen"):
        texts = [{name: row[name] for name in ("title", "abstract", "keywords")} for row in rows]
        for row, labels in zip(rows, reader.read(progress.track(texts)), strict=True):
            tagged += bool(labels)
            tags += len(labels)
            for found in labels:
                span = " ".join(f"{e.field}:{e.start}-{e.end}" for e in found.evidence)
                writer.writerow([row["id"], found.label, f"{found.score:g}", reason(found), span])
            if not labels:
                writer.writerow([row["id"], "", "", "", ""])
    write_text(target, out.getvalue())
    without = sum(not row["title"] for row in rows)
    return TagFileSummary(len(rows), tagged, tags, without, str(target), remarks)
