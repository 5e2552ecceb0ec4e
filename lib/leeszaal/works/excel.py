"""Excel (.xlsx): every row of every sheet that has a column with titles becomes a record or a reject."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.works.columns import find_columns
from leeszaal.works.numbers import format_count
from leeszaal.works.plain import plain
from leeszaal.works.record import Reading, Record, Reject
from leeszaal.works.table import Row, require_columns, row_record

__all__ = ["looks_like_excel", "read_excel"]

_WORKBOOK = "xl/workbook.xml"
_SEARCHED = 20  # rows in which the names of the columns are looked for: people put a heading above their table
_UNPACKED = 1 << 30  # bytes; a million references with abstracts is a quarter of this
_REMEDY = "Open het bestand in Excel, sla het opnieuw op als .xlsx, of sla de tabel op als CSV."


def _rows(count: int) -> str:
    return format_count(count, "rij", "rijen")


@dataclass(frozen=True)
class _Sheet:
    name: str
    rows: list[tuple[int, list[str]]]  # number as Excel shows it, cells as text; rows without text are left out


def looks_like_excel(content: bytes) -> bool:
    """Tell whether these are the bytes of an Excel workbook (.xlsx, .xlsm)."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return _WORKBOOK in parts.namelist()
    except zipfile.BadZipFile:
        return False


def _check_parts(content: bytes, name: str) -> bool:
    """Refuse a workbook that would fill the memory or expands entities; tell whether a sheet has formulas."""
    formulas = False
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        size = sum(part.file_size for part in parts.infolist())
        if size > _UNPACKED:
            raise LeeszaalError(
                f"{name} is uitgepakt {size / 1e9:.1f} GB, meer dan Leeszaal in een keer leest (1 GB).",
                "Verdeel de tabel over meer bestanden.",
            )
        for part in parts.infolist():
            if not part.filename.endswith((".xml", ".rels")):
                continue
            text = parts.read(part)
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise LeeszaalError(
                    f"{name} bevat in {part.filename} een documenttype, wat in een Excel-bestand niet hoort.",
                    _REMEDY,
                )
            formulas = formulas or (part.filename.startswith("xl/worksheets/") and b"<f" in text)
    return formulas


def _text(value: Any) -> str:
    """Write a cell as a person would type it: a whole number without ``.0``, a date as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _cells(row: Sequence[Any]) -> list[str]:
    """Return the cells as text; what Excel could not calculate (``#N/A``) is empty."""
    cells = ["" if cell.data_type == "e" else _text(cell.value) for cell in row]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _workbook(content: bytes, name: str, *, data_only: bool) -> Any:
    import openpyxl  # 150 ms

    try:
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise LeeszaalError(f"Het Excel-bestand {name} is beschadigd ({error}).", _REMEDY) from error


def _sheets(book: Any, name: str) -> Iterator[_Sheet]:
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # other programs write a wrong one, and then rows would be cut off
        rows: list[tuple[int, list[str]]] = []
        try:
            for number, row in enumerate(sheet.iter_rows(), 1):
                cells = _cells(row)
                if cells:
                    rows.append((number, cells))
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
            raise LeeszaalError(
                f"Blad ‘{sheet.title}’ van {name} is na {len(rows)} gevulde rijen niet verder te lezen ({error}).",
                _REMEDY,
            ) from error
        yield _Sheet(sheet.title, rows)


def _header(sheet: _Sheet) -> int | None:
    """Return which row has the names of the columns: among the first, the one that names most fields."""
    best, found = None, 0
    for place, (_, cells) in enumerate(sheet.rows[:_SEARCHED]):
        fields = find_columns(cells)
        if "title" in fields and len(fields) > found:
            best, found = place, len(fields)
    return best


def _uncalculated(content: bytes, name: str) -> int:
    """Count the formulas of which the outcome is not in the file (Excel never opened it)."""
    outcomes, formulas = _workbook(content, name, data_only=True), _workbook(content, name, data_only=False)
    count = 0
    for one, other in zip(outcomes.worksheets, formulas.worksheets, strict=True):
        one.reset_dimensions()
        other.reset_dimensions()
        for row, same in zip(one.iter_rows(), other.iter_rows(), strict=True):
            count += sum(a.value is None and b.data_type == "f" for a, b in zip(row, same, strict=True))
    return count


def _read_sheet(
    sheet: _Sheet, place: int, name: str, id_column: str | None, label: str
) -> tuple[list[Record], list[Reject]]:
    header = sheet.rows[place][1]
    found = find_columns(header)
    id_place = require_columns(f"{name}, blad ‘{sheet.name}’", header, found, id_column)
    records: list[Record] = []
    rejects: list[Reject] = []
    for number, cells in sheet.rows[place + 1 :]:
        width = max(len(header), len(cells))
        names = header + [""] * (width - len(header))
        row = Row(cells + [""] * (width - len(cells)), number, "\t".join(cells))
        record = row_record(row, names, found, id_place, f"{label}{number}")
        if record is None:
            rejects.append(
                Reject(row.text, number, f"{label}de rij heeft geen titel." if label else "De rij heeft geen titel.")
            )
        else:
            records.append(record)
    return records, rejects


def read_excel(content: bytes, name: str, id_column: str | None = None) -> Reading:
    """Read a workbook with one reference a row.

    Parameters
    ----------
    content
        The bytes of the file.
    name
        Its name, for messages.
    id_column
        The column with the source's own number of a record; kept as `source_record_id`. Without it a record
        is called after its sheet and row.

    Returns
    -------
    Reading
        Every filled row under the names of the columns as a record or reject, with the row's number as Excel
        shows it. Sheets without a column of titles are named in `remarks`, with how many rows they have;
        so are rows above the names of the columns and formulas without an outcome.

    Raises
    ------
    LeeszaalError
        When the workbook is damaged, or no sheet has a column with titles.
    """
    formulas = _check_parts(content, name)
    sheets = list(_sheets(_workbook(content, name, data_only=True), name))
    records: list[Record] = []
    rejects: list[Reject] = []
    remarks: list[str] = []
    heads = {sheet.name: _header(sheet) for sheet in sheets}
    used = [sheet.name for sheet in sheets if heads[sheet.name] is not None]
    if not used:
        first = next((sheet.rows[0][1] for sheet in sheets if sheet.rows), [])
        require_columns(name, [plain(cell) or "" for cell in first], {}, None)
    for sheet in sheets:
        place = heads[sheet.name]
        if place is None:
            if sheet.rows:
                remarks.append(
                    f"Blad ‘{sheet.name}’ ({_rows(len(sheet.rows))}) heeft geen kolom met titels en is overgeslagen."
                )
            continue
        if place:
            remarks.append(f"Blad ‘{sheet.name}’: overgeslagen boven de kolomnamen: {_rows(place)}.")
        label = f"{sheet.name}: " if len(used) > 1 else ""
        good, bad = _read_sheet(sheet, place, name, id_column, label)
        records += good
        rejects += bad
    if formulas and (missing := _uncalculated(content, name)):
        remarks.append(
            f"{format_count(missing, 'formule', 'formules')} zonder uitkomst in het bestand, als leeg gelezen: "
            "open en bewaar het bestand in Excel."
        )
    return Reading("excel", "xlsx", tuple(records), tuple(rejects), remarks=tuple(remarks))
