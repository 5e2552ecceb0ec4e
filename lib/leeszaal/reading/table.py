"""Tag any table: a CSV file with titles in, a CSV file with labels and reasons out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from leeszaal import progress
from leeszaal.errors import LeeszaalError, listed, nearest
from leeszaal.files import read_bytes, write_text
from leeszaal.home import Home, find_home
from leeszaal.reading.reader import reader_of
from leeszaal.reading.tag import reason
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.works.decode import decode, require_text

__all__ = ["TagFileSummary", "read_rows", "tag_file"]

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


def read_rows(path: Path, known: tuple[str, ...], required: tuple[str, ...]) -> tuple[list[dict[str, str]], list[str]]:
    """Read a CSV file with a header; the delimiter (comma, semicolon or tab) is seen from the header.

    Returns
    -------
    tuple
        The rows with the columns of `known` (missing cells are ``""``) and ``line`` (as text), and remarks
        in Dutch.

    Raises
    ------
    LeeszaalError
        When the file is empty, a required column is missing, a column is there twice, or a row has more
        cells than there are columns.
    """
    decoded = decode(read_bytes(path))
    remarks = list(decoded.remarks)
    if decoded.encoding not in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        remarks.append(f"{path.name} is geen UTF-8 en is gelezen als {decoded.encoding}.")
    require_text(decoded, str(path))
    header = decoded.text.partition("\n")[0]
    if not header.strip():
        raise LeeszaalError(f"{path} is leeg.", f"Verwacht: een eerste regel met {', '.join(required)}.")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter, strict=True)
    rows: list[dict[str, str]] = []
    try:
        names = [name.strip().casefold() for name in next(reader)]
        for name in required:
            if name not in names:
                raise LeeszaalError(
                    f"{path}, regel 1: de kolom ‘{name}’ ontbreekt. Er staat: {listed(n for n in names if n)}.",
                    f"{nearest(name, [n for n in names if n])} Geef de kolom de naam ‘{name}’.",
                )
        double = [name for name, count in Counter(names).items() if count > 1 and name in known]
        if double:
            raise LeeszaalError(f"{path}, regel 1: de kolom ‘{double[0]}’ staat er twee keer in.", "Verwijder er een.")
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                raise LeeszaalError(
                    f"{path}, regel {line}: {len(cells)} cellen, maar er zijn {len(names)} kolommen.",
                    f"Zet tekst met ‘{delimiter}’ erin tussen dubbele aanhalingstekens.",
                )
            row = dict(zip(names, cells, strict=False))
            rows.append({**{name: row.get(name, "").strip() for name in known}, "line": str(line)})
    except csv.Error as error:
        raise LeeszaalError(
            f"{path}, regel {reader.line_num}: deze regel is niet te lezen ({error}).",
            "Kijk of elk dubbel aanhalingsteken ook wordt gesloten.",
        ) from error
    return rows, remarks


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
        Leave out what titles mean: some fifteen times faster.
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
    reader = reader_of(load_taxonomy(room.themes), rules_only=rules_only)
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
