"""Works as a table: CSV that Dutch Excel opens well, or an Excel workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from leeszaal.works.columns import author_cell, keyword_cell
from leeszaal.works.names import listed_name
from leeszaal.works.rows import WORK_FIELDS, text_rows

__all__ = ["cells_of", "sheet_bytes", "to_csv", "to_excel"]


def cells_of(row: dict[str, Any]) -> list[Any]:
    """Return the cells of a work; a lone name or keyword that would be taken apart gets a semicolon behind it."""
    out: list[Any] = []
    for name in WORK_FIELDS:
        value = row[name]
        if name in ("authors", "editors", "keywords"):
            read = keyword_cell if name == "keywords" else author_cell
            text = "; ".join(value if name == "keywords" else [listed_name(one) for one in value])
            value = f"{text};" if len(value) == 1 and list(read(text)) != value else text
        out.append("" if value is None else value)
    return out


def to_csv(works: pd.DataFrame) -> bytes:
    """Return works as CSV: semicolons, UTF-8 with a mark, Windows line ends.

    A cell that a spreadsheet would run as a formula gets a blank in front, which readers take off again.

    Parameters
    ----------
    works
        (n, ...) rows of `works.parquet`.

    Examples
    --------
    >>> works = pd.DataFrame([{"citekey": "k", "title": "Recht; en meer", "year": 2020}])
    >>> to_csv(works).decode("utf-8-sig").splitlines()[1]
    'k;;"Recht; en meer";;;2020;;;;;;;;;;;;;'
    """
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=";", lineterminator="\r\n")
    writer.writerow(WORK_FIELDS)
    for row in text_rows(works):
        writer.writerow([f" {cell}" if str(cell)[:1] in tuple("=+-@") else cell for cell in cells_of(row)])
    return sink.getvalue().encode("utf-8-sig")


def to_excel(works: pd.DataFrame) -> bytes:
    """Return works as an Excel workbook with one sheet; every text is a text, never a formula.

    Parameters
    ----------
    works
        (n, ...) rows of `works.parquet`.
    """
    return sheet_bytes("Werken", [WORK_FIELDS, *(cells_of(row) for row in text_rows(works))])


def sheet_bytes(name: str, rows: Iterable[Sequence[Any]], widths: Sequence[float] = ()) -> bytes:
    """Return an Excel workbook with one sheet, its first row frozen; every text is a text, never a formula.

    Parameters
    ----------
    name
        Of the sheet.
    rows
        The header first.
    widths
        Of the columns from the first, in characters; the others keep Excel's own.
    """
    import openpyxl  # 150 ms
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=value) for value in row]
        for cell, value in zip(cells, row, strict=True):
            if isinstance(value, str):
                cell.data_type = "s"
        sheet.append(cells)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()
