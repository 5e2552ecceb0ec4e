"""What a file told us: records, what could not be read, and how the file was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["TYPES", "WHOLE_WORKS", "Reading", "Record", "Reject"]

TYPES = ("article", "chapter", "book", "report", "thesis", "law", "case", "web", "conference", "other")
# Types whose ISBN names the work itself; a chapter carries the ISBN of the book it stands in.
WHOLE_WORKS = frozenset({"book", "report", "thesis"})


@dataclass(frozen=True)
class Record:
    """One reference as one source gave it, in the house's own fields.

    Attributes
    ----------
    title
        Plain text, never empty.
    source_record_id
        What the source itself calls the record (BibTeX key, RIS ID, CSV column), else its number in the file.
    line
        Line of the file on which it starts, counted from 1; None where lines mean nothing (JSON).
    authors, editors
        "family, given[, suffix]" with a particle in front of the family ("de Vries, Anna"); an institution or
        single name has no comma.
    citekey
        The citation key the source gave, or None.
    date
        ISO as precise as known ("2024", "2024-05", "2024-05-17").
    doi, isbn
        Bare lower-case DOI; thirteen digits.
    extra
        Everything the source said that has no field here, under the source's own names.
    """

    title: str
    source_record_id: str
    line: int | None = None
    citekey: str | None = None
    type: str = "other"
    raw_type: str = ""
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    year: int | None = None
    date: str | None = None
    container: str | None = None
    publisher: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    isbn: str | None = None
    url: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    note: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reject:
    """Something that stood where a record was expected, kept as it stood.

    Attributes
    ----------
    text
        Verbatim.
    line
        Line on which it starts, counted from 1; None where lines mean nothing.
    reason
        Dutch, for the person who made the file.
    """

    text: str
    line: int | None
    reason: str


@dataclass(frozen=True)
class Reading:
    """The outcome of reading one file: `len(records) + len(rejects)` is what stood in it.

    Attributes
    ----------
    format
        "bibtex", "ris", "csl-json", "csv", "excel", "endnote-xml", "nbib" or "web-of-science".
    encoding
        How the bytes were turned into text.
    dialect
        For tables the separator as a word ("komma", "puntkomma", "tab"), else "".
    remarks
        Dutch sentences about the file as a whole, such as removed NUL bytes.
    """

    format: str
    encoding: str
    records: tuple[Record, ...]
    rejects: tuple[Reject, ...] = ()
    dialect: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """How many references stood in the file, whether they could be read or not."""
        return len(self.records) + len(self.rejects)
