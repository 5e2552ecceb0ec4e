"""CSV and TSV: every row becomes a record or a reject."""

from __future__ import annotations

import csv
import io
import itertools
from collections import deque
from collections.abc import Iterable, Iterator
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

__all__ = [
    "Row", "Table", "find_table", "header_fields", "read_table", "reading_of", "require_columns", "row_record",
    "table_rows",
]  # fmt: skip

_SEPARATORS = {",": "komma", ";": "puntkomma", "\t": "tab"}
_HEAD = 1 << 20  # characters in which the names of the columns are looked for
_LONGEST_ROW = 1 << 24  # characters in a row; beyond it a quote was not closed
_FIELD_LIMIT = 2**31 - 1  # a cell may hold a whole abstract; the module's own limit is 131,072


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells, the line on which it starts, and the row as it stood."""

    cells: list[str]
    line: int
    text: str


class _Lines:
    """The lines of a table by number: read as they are asked for, kept until they are forgotten.

    Excel's ``sep=;`` on the first line is emptied, so that line numbers stay right.

    Attributes
    ----------
    too_long
        Whether the row that is being read has grown beyond what a row can be.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._left = iter(lines)
        self._kept: deque[str] = deque()
        self._first = 0
        self._size = 0
        self.too_long = False

    def start_at(self, number: int) -> Iterator[str]:
        """Yield the lines from `number` on, until a row is too long."""
        self.forget(number)
        self.too_long = False
        while (line := self._line(number)) is not None:
            if self._size > _LONGEST_ROW:
                self.too_long = True
                return
            self._size += len(line)
            number += 1
            yield line

    def forget(self, number: int) -> None:
        """Let go of the lines before `number`; a new row begins there."""
        self._size = 0
        while self._first < number and self._line(self._first) is not None:
            self._kept.popleft()
            self._first += 1

    def _line(self, number: int) -> str | None:
        while number - self._first >= len(self._kept):
            line = next(self._left, None)
            if line is None:
                return None
            is_separator = self._first + len(self._kept) == 0 and line.strip().lower().startswith("sep=")
            self._kept.append("\n" if is_separator else line)
        return self._kept[number - self._first]

    def text(self, start: int, stop: int) -> str:
        """Return lines as they stood, without the end of the last one."""
        return "".join(itertools.islice(self._kept, start - self._first, stop - self._first)).rstrip("\n")


def _rows(
    lines: _Lines, separator: str, width: int | None = None, start: int = 0, *, quoted: bool = True
) -> Iterator[Row]:
    """Yield the rows from line `start`; blank lines are skipped.

    A quote that is not closed would swallow the rest of the file. So a row over several lines that has not
    `width` cells is given up after its first line, and reading starts again on the next. With `quoted` off a
    quote is a letter like any other.
    """
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    while True:
        reader = csv.reader(lines.start_at(start), delimiter=separator, quoting=quoting)
        done = 0
        for cells in reader:
            first, done_before, done = start + done, done, reader.line_num
            if lines.too_long or any(cell.strip() for cell in cells):
                many = done - done_before > 1
                if lines.too_long or (many and width is not None and len(cells) != width):
                    yield Row([], first + 1, lines.text(first, first + 1))
                    start = first + 1
                    break
                yield Row(cells, first + 1, lines.text(first, start + done))
            lines.forget(start + done)
        else:
            return


def header_fields(text: str) -> tuple[str, Row, dict[str, list[int]]]:
    """Return the separator under which the first row names most fields, that row, and the fields' places."""
    csv.field_size_limit(_FIELD_LIMIT)
    end = text.find("\n", _HEAD)
    head = text if end < 0 else text[:end]  # not a copy of a large file for each separator
    best: tuple[int, int, str, Row, dict[str, list[int]]] | None = None
    for separator in _SEPARATORS:
        row = next(_rows(_Lines(io.StringIO(head)), separator), Row([], 1, ""))
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


@dataclass(frozen=True)
class Table:
    """How a table is to be read: its separator, its first row, which columns hold what, and whether quotes count."""

    separator: str
    header: Row
    found: dict[str, list[int]]
    id_place: int | None
    quoted: bool

    @property
    def dialect(self) -> str:
        """The separator as a word."""
        return _SEPARATORS[self.separator]


def find_table(head: str, name: str, id_column: str | None = None) -> Table:
    """Return how a table is to be read, from the beginning of its text; see `read_table`."""
    separator, header, found = header_fields(head)
    id_place = require_columns(name, header.cells, found, id_column)
    # Web of Science writes its titles between tabs as they are, with the quotes that are in them.
    quoted = not (separator == "\t" and from_web_of_science(header.cells))
    return Table(separator, header, found, id_place, quoted)


def table_rows(table: Table, lines: Iterable[str]) -> Iterator[Record | Reject]:
    """Yield what stands in each row of a table, in order.

    Parameters
    ----------
    table
        From `find_table`.
    lines
        All lines of the table with their ends, the first row among them.
    """
    header, width = table.header, len(table.header.cells)
    start = header.line - 1 + header.text.count("\n") + 1
    for number, row in enumerate(_rows(_Lines(lines), table.separator, width, start, quoted=table.quoted), 1):
        cells = row.cells
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            row = Row(cells[:width], row.line, row.text)
        if len(row.cells) != width:
            reason = (
                f"De regel heeft {len(cells)} cellen, de tabel {width} kolommen."
                if cells
                else "Een aanhalingsteken is niet gesloten, of de regel heeft te weinig of te veel cellen."
            )
            yield Reject(row.text, row.line, reason)
            continue
        record = row_record(row, header.cells, table.found, table.id_place, f"{number}")
        yield Reject(row.text, row.line, "De rij heeft geen titel.") if record is None else record


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
    table = find_table(text.text, name, id_column)
    return reading_of(table_rows(table, io.StringIO(text.text)), table, text.encoding, text.remarks)


def reading_of(rows: Iterable[Record | Reject], table: Table, encoding: str, remarks: tuple[str, ...] = ()) -> Reading:
    """Return rows as a reading."""
    records: list[Record] = []
    rejects: list[Reject] = []
    for row in rows:
        if isinstance(row, Record):
            records.append(row)
        else:
            rejects.append(row)
    return Reading("csv", encoding, tuple(records), tuple(rejects), table.dialect, remarks)
