"""Read a file of references, whatever its format; the name and the content decide together."""

from __future__ import annotations

from pathlib import Path, PurePath

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes
from leeszaal.works.bibtex import read_bibtex
from leeszaal.works.bibtex_scan import blocks
from leeszaal.works.csljson import read_csljson
from leeszaal.works.decode import Text, decode, decode_start, require_text
from leeszaal.works.endnote import looks_like_endnote, read_endnote
from leeszaal.works.excel import looks_like_excel, read_excel
from leeszaal.works.nbib import looks_like_nbib, read_nbib
from leeszaal.works.record import Reading
from leeszaal.works.ris import looks_like_ris, read_ris
from leeszaal.works.table import header_fields, read_table
from leeszaal.works.webofscience import looks_like_webofscience, read_webofscience

__all__ = ["is_table", "read_content", "read_file", "recognise", "require_filled"]

_BY_SUFFIX = {
    ".bib": "bibtex", ".bibtex": "bibtex", ".biblatex": "bibtex", ".ris": "ris", ".json": "csl-json",
    ".csl": "csl-json", ".nbib": "nbib", ".medline": "nbib", ".ciw": "web-of-science", ".xml": "endnote-xml",
    ".csv": "csv", ".tsv": "csv", ".tab": "csv",
}  # fmt: skip
_KNOWN = (
    "Leeszaal leest BibTeX (.bib), RIS (.ris), CSL-JSON (.json), EndNote XML (.xml), PubMed (.nbib), Web of "
    "Science (.txt, .ciw) en tabellen (.xlsx, .csv, .tsv)."
)
# First bytes of what people also try, with what to do instead.
_OTHER_FILES = (
    (
        b"PK\x03\x04",
        "Dit lijkt een Word-bestand, een beschadigde Excel-map of een zip: sla de tabel op als CSV, of pak de zip uit.",
    ),
    (b"\xd0\xcf\x11\xe0", "Dit lijkt een oud Excel- of Word-bestand: sla de tabel op als .xlsx of CSV."),
    (b"%PDF", "Dit is een pdf: exporteer de verwijzingen uit Zotero of de catalogus."),
    (b"\x1f\x8b", "Dit is een gecomprimeerd bestand: pak het eerst uit."),
)


def recognise(text: str, name: str) -> str | None:
    """Return "bibtex", "ris", "csl-json", "csv", "endnote-xml", "nbib" or "web-of-science"; None if none fits.

    What is inside goes before the extension, because files are renamed.

    Examples
    --------
    >>> recognise("TY  - JOUR", "export.txt"), recognise("@book{a, title={b}}", "x"), recognise("tekst", "x")
    ('ris', 'bibtex', None)
    """
    claimed = _BY_SUFFIX.get(PurePath(name).suffix.lower())
    start = text.lstrip()[:1]
    if start and start in "[{" and (claimed in (None, "csl-json") or text.rstrip()[-1] in "]}"):
        return "csl-json"
    if looks_like_endnote(text):
        return "endnote-xml"
    if claimed == "csv" and header_fields(text)[2]:
        return "csv"
    if looks_like_ris(text):
        return "ris"
    if looks_like_nbib(text):
        return "nbib"
    if looks_like_webofscience(text):
        return "web-of-science"
    if next(blocks(text), None) is not None and claimed != "csv":
        return "bibtex"
    if claimed is None and "title" in header_fields(text)[2]:
        return "csv"
    return None if claimed == "endnote-xml" else claimed  # any other XML is not ours to guess at


def read_content(content: bytes, name: str, *, id_column: str | None = None) -> Reading:
    """Read the bytes of a file of references.

    Parameters
    ----------
    content
        The file as it came.
    name
        Its name, for the extension and for messages.
    id_column
        For a table: the column with the source's own number of a record.

    Returns
    -------
    Reading
        Everything in it, as records and rejects.

    Raises
    ------
    LeeszaalError
        When the format is unknown, the file holds nothing, or its one structure (JSON, the header of a table)
        is broken.

    Examples
    --------
    >>> read_content("@book{k, title = {Wie bestuurt?}, year = 2020}".encode(), "a.bib").records[0].title
    'Wie bestuurt?'
    """
    if looks_like_excel(content):
        return require_filled(read_excel(content, name, id_column), name)
    for magic, advice in _OTHER_FILES:
        if content.startswith(magic):
            raise LeeszaalError(
                f"{name} is geen bestand met verwijzingen dat Leeszaal kan lezen.", f"{advice} {_KNOWN}"
            )
    text = decode(content)
    if not text.text.strip():
        raise LeeszaalError(f"{name} is leeg.", "Exporteer de verwijzingen opnieuw.")
    require_text(text, name)
    kind = recognise(text.text, name)
    if kind is None:
        raise LeeszaalError(
            f"De indeling van {name} is niet herkend. Het begint met ‘{text.text.strip()[:40]}’.", _KNOWN
        )
    return require_filled(_read(kind, text, name, id_column), name)


def is_table(head: bytes, name: str) -> bool:
    """Tell whether a file that begins with `head` is a table as text: CSV or TSV."""
    return not any(head.startswith(magic) for magic, _ in _OTHER_FILES) and (
        recognise(decode_start(head).text, name) == "csv"
    )


def require_filled(reading: Reading, name: str) -> Reading:
    """Return what was read of a file; raise when that is nothing at all."""
    if not reading.read:
        empty = "Onder de namen van de kolommen staat niets. Exporteer de tabel opnieuw."
        remedy = empty if reading.format == "csv" else _KNOWN
        raise LeeszaalError(f"In {name} staat geen enkele verwijzing (gelezen als {reading.format}).", remedy)
    return reading


def _read(kind: str, text: Text, name: str, id_column: str | None) -> Reading:
    if kind == "bibtex":
        return read_bibtex(text)
    if kind == "ris":
        return read_ris(text)
    if kind == "csl-json":
        return read_csljson(text, name)
    if kind == "endnote-xml":
        return read_endnote(text)
    if kind == "nbib":
        return read_nbib(text)
    if kind == "web-of-science":
        return read_webofscience(text)
    return read_table(text, name, id_column)


def read_file(path: Path | str, *, id_column: str | None = None) -> Reading:
    """Read a file of references from disk; see `read_content`."""
    path = Path(path)
    return read_content(read_bytes(path), path.name, id_column=id_column)
