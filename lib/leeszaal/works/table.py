"""CSV and TSV: every row becomes a record or a reject."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from leeszaal.errors import LeeszaalError, listed, nearest
from leeszaal.works.columns import COLUMNS, author_cell, find_columns, from_web_of_science, keyword_cell
from leeszaal.works.dates import read_date
from leeszaal.works.decode import Text
from leeszaal.works.identifiers import find_dois, find_isbns, split_citekey
from leeszaal.works.kinds import refine, type_from_words
from leeszaal.works.language import normal_code
from leeszaal.works.plain import fold, pick, plain
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["Row", "header_fields", "read_table", "require_columns", "row_record"]

_SEPARATORS = {",": "komma", ";": "puntkomma", "\t": "tab"}
_HEAD = 1 << 20  # characters in which the names of the columns are looked for
_FIELD_LIMIT = 2**31 - 1  # a cell may hold a whole abstract; the module's own limit is 131,072


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells, the line on which it starts, and the row as it stood."""

    cells: list[str]
    line: int
    text: str


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; Excel's ``sep=;`` is emptied, so that line numbers stay right."""
    lines = text.split("\n")
    if lines and lines[0].strip().lower().startswith("sep="):
        lines[0] = ""
    return [line + "\n" for line in lines]


def _rows(
    lines: list[str], separator: str, width: int | None = None, start: int = 0, *, quoted: bool = True
) -> Iterator[Row]:
    """Yield the rows from line `start`; blank lines are skipped.

    A quote that is not closed would swallow the rest of the file. So a row over several lines that has not
    `width` cells is given up after its first line, and reading starts again on the next. With `quoted` off a
    quote is a letter like any other.
    """
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    while start < len(lines):
        reader = csv.reader(itertools.islice(lines, start, None), delimiter=separator, quoting=quoting)
        done = 0
        for cells in reader:
            first, done_before, done = start + done, done, reader.line_num
            if any(cell.strip() for cell in cells):
                many = done - done_before > 1
                if many and width is not None and len(cells) != width:
                    yield Row([], first + 1, lines[first].rstrip("\n"))
                    start = first + 1
                    break
                yield Row(cells, first + 1, "".join(lines[first : start + done]).rstrip("\n"))
        else:
            return


def header_fields(text: str) -> tuple[str, Row, dict[str, list[int]]]:
    """Return the separator under which the first row names most fields, that row, and the fields' places."""
    csv.field_size_limit(_FIELD_LIMIT)
    end = text.find("\n", _HEAD)
    lines = _lines(text if end < 0 else text[:end])  # not a copy of a large file for each separator
    best: tuple[int, int, str, Row, dict[str, list[int]]] | None = None
    for separator in _SEPARATORS:
        row = next(_rows(lines, separator), Row([], 1, ""))
        found = find_columns(row.cells)
        if best is None or (len(found), len(row.cells)) > best[:2]:
            best = (len(found), len(row.cells), separator, row, found)
    assert best is not None
    return best[2], best[3], best[4]


def require_columns(name: str, header: list[str], found: dict[str, list[int]], id_column: str | None) -> int | None:
    """Return the place of the id column; raise when it, or a title column, is missing."""
    names = [plain(cell) or "" for cell in header]
    if "title" not in found:
        raise LeeszaalError(
            f"In {name} is geen kolom met titels gevonden. Gevonden kolommen: {listed(names)}.",
            f"Noem de kolom met titels op de eerste regel een van: {', '.join(COLUMNS['title'][:5])}.",
        )
    if id_column is None:
        return None
    folded = [fold(cell) for cell in names]
    if id_column in names:
        return names.index(id_column)
    if fold(id_column) in folded:
        return folded.index(fold(id_column))
    raise LeeszaalError(f"{name} heeft geen kolom ‘{id_column}’.", nearest(id_column, names))


class _Cells:
    """One row by field, remembering which columns were used."""

    def __init__(self, row: Row, found: dict[str, list[int]]) -> None:
        self.row, self.found = row, found
        self.used: set[int] = set()

    def raw(self, field: str) -> str | None:
        for place in self.found.get(field, []):
            if plain(self.row.cells[place]):
                self.used.add(place)
                return self.row.cells[place]
        return None

    def text(self, field: str) -> str | None:
        return plain(self.raw(field))


def row_record(
    row: Row, header: list[str], found: dict[str, list[int]], id_place: int | None, number: str
) -> Record | None:
    """Return the record in a row, or None when it has no title.

    Parameters
    ----------
    row
        With a cell for every column.
    header, found
        The names of the columns, and from `find_columns` which of them hold which field.
    id_place
        The column with the source's own number of a record.
    number
        What the record is called where that is empty.
    """
    take = _Cells(row, found)
    title = take.text("title")
    if title is None:
        return None
    extra: dict[str, str] = {}
    dated, given = read_date(take.text("date")), read_date(take.text("year"))
    when = dated if dated.year is not None and given.year in (None, dated.year) else given
    for field, moment in (("date", dated), ("year", given)):
        if moment.unread:
            extra[field] = moment.unread
    pages, first, last = take.text("pages"), take.text("first_page"), take.text("last_page")
    if pages is None:
        pages = f"{first}-{last}" if first and last and first != last else first or last
    kind = take.text("type") or ""
    dois = find_dois(take.text("doi")) or find_dois(take.text("url"))
    isbns = find_isbns(take.text("isbn"))
    if len(dois) > 1:
        extra["doi"] = "; ".join(dois[1:])
    if len(isbns) > 1:
        extra["isbn"] = "; ".join(isbns[1:])
    language = normal_code(take.text("language"))
    # What was looked at but not understood is kept as it stands.
    for field, understood in (("doi", dois), ("isbn", isbns), ("language", language)):
        if not understood:
            take.used -= set(found.get(field, []))
    container, citekey = take.text("container"), take.text("citekey")
    citekey, note = split_citekey(take.raw("note"), citekey)
    own = plain(row.cells[id_place]) if id_place is not None else None
    record = Record(
        title=title,
        source_record_id=own or number,
        line=row.line,
        type=refine(type_from_words(kind), title, container, note),
        raw_type=kind,
        abstract=take.text("abstract"),
        authors=author_cell(take.raw("authors")),
        editors=author_cell(take.raw("editors")),
        year=when.year,
        date=when.date,
        container=container,
        publisher=take.text("publisher"),
        volume=take.text("volume"),
        issue=take.text("issue"),
        pages=pages,
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        url=take.text("url"),
        language=language,
        keywords=keyword_cell(take.raw("keywords")),
        note=pick(note, dated.unread, given.unread),
    )
    for place, cell in enumerate(row.cells):
        value = plain(cell)
        if place in found.get("note", []) and place not in take.used:  # Zotero has Notes and Extra
            citekey, value = split_citekey(cell, citekey)
        if place not in take.used and place != id_place and value:
            name = plain(header[place]) or f"kolom {place + 1}"
            extra[name] = f"{extra[name]}; {value}" if extra.get(name, value) != value else value
    return replace(record, citekey=citekey, extra=extra)


def read_table(text: Text, name: str, id_column: str | None = None) -> Reading:
    """Read a table with one reference a row and the names of the columns on the first row.

    Parameters
    ----------
    text
        The file; separated by commas, semicolons or tabs, whichever makes most sense of the first row.
    name
        Its name, for messages.
    id_column
        The column that holds the source's own number of a record; kept as `source_record_id`.

    Raises
    ------
    LeeszaalError
        When no column holds titles, or `id_column` does not exist (naming the nearest).

    Returns
    -------
    Reading
        A row without a title, or with another number of cells than there are columns, is a reject.
    """
    separator, header, found = header_fields(text.text)
    id_place = require_columns(name, header.cells, found, id_column)
    width = len(header.cells)
    records: list[Record] = []
    rejects: list[Reject] = []
    lines = _lines(text.text)
    start = header.line - 1 + header.text.count("\n") + 1
    # Web of Science writes its titles between tabs as they are, with the quotes that are in them.
    quoted = not (separator == "\t" and from_web_of_science(header.cells))
    for number, row in enumerate(_rows(lines, separator, width, start, quoted=quoted), 1):
        cells = row.cells
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            row = Row(cells[:width], row.line, row.text)
        if len(row.cells) != width:
            reason = (
                f"De regel heeft {len(cells)} cellen, de tabel {width} kolommen."
                if cells
                else "Een aanhalingsteken is niet gesloten, of de regel heeft te weinig of te veel cellen."
            )
            rejects.append(Reject(row.text, row.line, reason))
            continue
        record = row_record(row, header.cells, found, id_place, f"{number}")
        if record is None:
            rejects.append(Reject(row.text, row.line, "De rij heeft geen titel."))
        else:
            records.append(record)
    return Reading("csv", text.encoding, tuple(records), tuple(rejects), _SEPARATORS[separator], text.remarks)
