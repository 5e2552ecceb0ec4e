"""Tables that people fill in: read strictly, each mistake with its file, its line and what was expected."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leeszaal.errors import LeeszaalError, nearest

__all__ = ["Row", "appended", "code_of", "count_of", "date_of", "percent_of", "read_rows"]

_CODE = re.compile(r"GM\d{4}")


@dataclass(frozen=True)
class Row:
    """One row of a table, with its place.

    Attributes
    ----------
    where
        "literature/indicators/turnout.csv, regel 12".
    line
        Line in the file, the header being 1.
    cells
        Stripped text by column; "" for an empty cell.
    """

    where: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def fail(self, message: str, remedy: str) -> LeeszaalError:
        """Return an error that begins with the place of this row."""
        return LeeszaalError(f"{self.where}: {message}", remedy)


def read_rows(content: bytes, name: str, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a CSV with at least `columns`; a semicolon as separator (Excel in Dutch) is understood.

    A row that is empty throughout is passed over.

    Raises
    ------
    LeeszaalError
        When the file is not UTF-8, lacks a column, or a row has too many or too few cells.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise LeeszaalError(
            f"{name}, regel {line}: dit teken is geen UTF-8.",
            "Sla het bestand op als CSV UTF-8 (in Excel: ‘CSV UTF-8’).",
        ) from None
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in columns if column not in header]
    if missing:
        raise LeeszaalError(
            f"{name} mist de kolom ‘{missing[0]}’.",
            f"{nearest(missing[0], header)} Verwacht: {', '.join(columns)}.",
        )
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{name}, regel {reader.line_num}"
        if len(cells) != len(header):
            raise LeeszaalError(
                f"{where}: {len(cells)} cellen, verwacht {len(header)}.",
                f"Zet tekst met ‘{separator}’ erin tussen aanhalingstekens.",
            )
        yield Row(where, reader.line_num, {key: cell.strip() for key, cell in zip(header, cells, strict=True)})


def appended(content: bytes, rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return a table with rows below it, in its own columns, separator and line ends; what stood there is kept.

    Parameters
    ----------
    content
        The bytes of the CSV, with its header.
    rows
        Value by column; None or no value is an empty cell, a column that the table lacks is left out.
    """
    text = content.decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    separator = _separator(text)
    header = [cell.strip() for cell in next(csv.reader([first.rstrip("\r")], delimiter=separator))]
    ends = "\r\n" if first.endswith("\r") else "\n"
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, lineterminator=ends)
    for row in rows:
        writer.writerow(["" if row.get(column) is None else row[column] for column in header])
    return content + (b"" if content.endswith(b"\n") else ends.encode()) + stream.getvalue().encode()


def _separator(text: str) -> str:
    first = text.split("\n", 1)[0]
    return ";" if first.count(";") > first.count(",") else ","


def count_of(row: Row, column: str) -> int | None:
    """Return a count, or None for an empty cell.

    Raises
    ------
    LeeszaalError
        When it is no whole number of zero or more; 54.122 is refused, because it may be a fraction or a thousand.
    """
    text = row[column]
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise row.fail(
            f"‘{text}’ in de kolom ‘{column}’ is geen aantal.",
            "Verwacht: een geheel getal zonder punt of komma, zoals 54122.",
        )
    return int(text)


def percent_of(row: Row, column: str) -> float | None:
    """Return a percentage between 0 and 100, or None for an empty cell; a decimal comma is read as a point.

    Raises
    ------
    LeeszaalError
        When it is no number, or below 0 or above 100.
    """
    text = row[column].removesuffix("%").rstrip()
    if not text:
        return None
    if not re.fullmatch(r"-?\d+([.,]\d+)?", text, flags=re.ASCII):
        raise row.fail(
            f"‘{row[column]}’ in de kolom ‘{column}’ is geen percentage.", "Verwacht: een getal zoals 41.29."
        )
    value = float(text.replace(",", "."))
    if not 0 <= value <= 100:
        raise row.fail(
            f"‘{row[column]}’ in de kolom ‘{column}’ is geen percentage dat kan.",
            "Verwacht: een getal van 0 tot en met 100.",
        )
    return value


def date_of(row: Row, column: str) -> str:
    """Return an ISO date.

    Raises
    ------
    LeeszaalError
        When it is not a date of the form jjjj-mm-dd.
    """
    text = row[column]
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, flags=re.ASCII):
            raise ValueError
        datetime.date.fromisoformat(text)
    except ValueError:
        raise row.fail(
            f"‘{text}’ in de kolom ‘{column}’ is geen datum.", "Verwacht: jaar-maand-dag, zoals 2023-03-15."
        ) from None
    return text


def code_of(row: Row, known: dict[str, str], column: str = "gemeentecode", name: str = "gemeente") -> tuple[str, bool]:
    """Return the municipality code of a row, and whether it had to be repaired.

    A spreadsheet turns GM0141 or 0141 into 141. That is repaired only where the name in the row confirms it.

    Parameters
    ----------
    row
        The row.
    known
        Name by code.
    column, name
        The columns with code and name.

    Raises
    ------
    LeeszaalError
        When it is no code, or the name in the row belongs to another one.
    """
    text = row[column]
    title = row.cells.get(name, "")
    code = text
    if not _CODE.fullmatch(text):
        digits = text.upper().removeprefix("GM").strip()
        code = f"GM{digits.zfill(4)}"
        if not _CODE.fullmatch(code) or not digits.isascii() or known.get(code) != title:
            hint = f" Bedoelt u {code}?" if code in known else ""
            raise row.fail(f"‘{text}’ is geen gemeentecode.", f"Verwacht: GM en vier cijfers, zoals GM0141.{hint}")
    if title and code in known and known[code] != title:
        raise row.fail(
            f"bij code {code} hoort {known[code]}, niet ‘{title}’.",
            f"Verbeter de code of de naam. {nearest(title, known.values())}",
        )
    return code, code != text
