"""BibTeX and BibLaTeX: every block becomes a record or a reject."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from leeszaal.works.bibtex_scan import Block, FieldError, blocks, fields, value_text
from leeszaal.works.dates import read_date
from leeszaal.works.decode import Text
from leeszaal.works.identifiers import find_dois, find_isbns, split_citekey
from leeszaal.works.kinds import refine, type_from_bibtex
from leeszaal.works.language import normal_code
from leeszaal.works.latex import unlatex
from leeszaal.works.names import bibtex_names
from leeszaal.works.plain import plain, split_keywords
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["read_bibtex"]

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_COMMENT = "Dit is een opmerking in het bestand (@comment), geen verwijzing."
_NO_TITLE = "De verwijzing heeft geen titel."
# Fields that a chapter or paper takes from the work it stands in; its own words go first.
_FROM_PARENT = (
    "publisher", "year", "date", "month", "editor", "address", "location", "isbn", "series", "volume",
    "organization",
    "institution", "school", "language", "langid", "url", "urldate", "eventtitle", "venue",
)  # fmt: skip
# Verbatim in LaTeX too: no accents, no dashes.
_VERBATIM = {"url", "doi", "file", "isbn", "issn", "eprint", "urldate", "eid"}
_DROP_EMPTY = ("", "{}")
_JOIN = {"author": " and ", "editor": " and ", "keywords": "; ", "keyword": "; "}

Fields = dict[str, str]


def _verbatim(value: str) -> str:
    r"""Undo what people escape in a URL: ``\_``, ``\&``, ``\%``, ``\#``, ``\~{}``, ``\url{...}``."""
    value = (
        value.removeprefix("\\url")
        .replace("{\\textasciitilde}", "~")
        .replace("\\~{}", "~")
        .replace("\\textasciitilde", "~")
    )
    for sign in "_&%#~$":
        value = value.replace("{\\" + sign + "}", sign).replace("\\" + sign, sign)
    return value.replace("{", "").replace("}", "")


def _collect(found: list[tuple[str, list[tuple[str, str]]]], macro: Callable[[str], str | None]) -> Fields:
    """Return the fields by name; one that occurs twice keeps both values, joined."""
    out: Fields = {}
    for name, pieces in found:
        value = value_text(pieces, macro).strip()
        if name in out and value not in _DROP_EMPTY and value != out[name]:
            out[name] = out[name] + _JOIN.get(name, "; ") + value if out[name] else value
        else:
            out.setdefault(name, value)
    return out


def _inherit(own: Fields, parent: Fields) -> Fields:
    """Give a chapter what it lacks from its parent: its title becomes the booktitle."""
    out = dict(own)
    for child, name in (("booktitle", "title"), ("booktitle", "booktitle"), ("booksubtitle", "subtitle")):
        if not out.get(child) and parent.get(name):
            out[child] = parent[name]
    dated = out.get("date") or out.get("year")
    for name in _FROM_PARENT:
        if not out.get(name) and parent.get(name) and not (dated and name in ("year", "date", "month")):
            out[name] = parent[name]
    return out


class _Taken:
    """The fields of one entry, remembering which were used."""

    def __init__(self, values: Fields) -> None:
        self.values = values
        self.used: set[str] = set()

    def raw(self, *names: str) -> str | None:
        """Return the first filled field; all named ones count as used when it is found."""
        for name in names:
            if plain(self.values.get(name)) not in (None, "{}"):
                self.used.add(name)
                return self.values[name]
        return None

    def text(self, *names: str) -> str | None:
        found = self.raw(*names)
        return None if found is None else plain(unlatex(found))

    def rest(self) -> dict[str, str]:
        out = {}
        for name, value in self.values.items():
            if name not in self.used:
                text = plain(_verbatim(value) if name in _VERBATIM else unlatex(value))
                if text:
                    out[name] = text
        return out


def _title(take: _Taken) -> str | None:
    """Return the title with its subtitle; a volume without one of its own has the title of the whole."""
    main = take.text("title") or take.text("maintitle") or take.text("booktitle") or take.text("shorttitle")
    sub = take.text("subtitle")
    mark = " " if not main or main.endswith((":", "?", "!")) else ": "
    return plain(mark.join(part for part in (main, sub) if part))


def _url(take: _Taken) -> str | None:
    found = take.raw("url", "link")
    if found is None and "http" in take.values.get("howpublished", ""):
        found = take.raw("howpublished")
    if found is None:
        return None
    start = found.find("http")
    address = plain(_verbatim(found[max(start, 0) :]))
    return address.split(" ")[0] if address and start >= 0 else address


def _pages(text: str | None) -> str | None:
    """Return pages with a plain hyphen, as the other formats have them."""
    return text and re.sub(r"\s*[-\u2010-\u2014]+\s*", "-", text)


def _record(key: str, kind: str, values: Fields, line: int, number: int) -> Record | None:
    """Return the record for the fields of one entry, or None when it has no title."""
    take = _Taken(values)
    title = _title(take)
    if title is None:
        return None
    extra: dict[str, str] = {}
    authors = bibtex_names(take.raw("author"))
    editors = bibtex_names(take.raw("editor"))
    month = unlatex(take.raw("month") or "")
    in_month = re.search(r"\d{1,2}", month) if not month.isdigit() else None  # "1~jan"
    day = take.raw("day") or (in_month.group() if in_month else None)
    when = read_date(unlatex(take.raw("date") or take.raw("year") or ""), month, day)
    if when.unread:
        extra["year"] = when.unread
    container = take.text("journal", "journaltitle", "booktitle", "series") if kind != "book" else take.text("series")
    if "booktitle" in take.used and (subtitle := take.text("booksubtitle")):
        container = f"{container}: {subtitle}"
    publisher = take.text("publisher", "institution", "school", "organization")
    how = take.values.get("howpublished", "")
    if container is None and "http" not in how and (said := take.text("howpublished")):
        container = said
    type_ = refine(type_from_bibtex(kind), container, title, values.get("number"), values.get("note"))
    if type_ == "web" and container is None:  # the name of the site
        container, publisher = publisher, None
    dois = find_dois(_verbatim(take.raw("doi") or "")) or find_dois(_verbatim(take.values.get("url", "")))
    isbns = find_isbns(take.raw("isbn"))
    if len(dois) > 1:
        extra["doi"] = "; ".join(dois[1:])
    if len(isbns) > 1 or (not isbns and take.values.get("isbn")):
        extra["isbn"] = "; ".join(isbns[1:]) or str(plain(take.values["isbn"]))
    language = normal_code(take.text("langid") or take.text("language", "hyphenation"))
    # What was looked at but not understood is kept as it stands.
    take.used -= {"doi"} if not dois else set()
    take.used -= {"langid", "language", "hyphenation"} if not language else set()
    take.used -= {"month", "day"} if when.date is None or len(when.date) == 4 else set()
    citekey, note = split_citekey(take.text("note", "annote", "pubstate"), key or None)
    return Record(
        title=title,
        source_record_id=key or f"{number}",
        line=line,
        citekey=citekey,
        type=type_,
        raw_type=kind,
        abstract=take.text("abstract"),
        authors=authors,
        editors=editors,
        year=when.year,
        date=when.date,
        container=container,
        publisher=publisher,
        volume=take.text("volume"),
        issue=take.text("number", "issue"),
        pages=_pages(take.text("pages")),
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        url=_url(take),
        language=language,
        keywords=split_keywords([take.text("keywords"), take.text("keyword"), take.text("author_keywords")]),
        note=note or when.unread,
        extra=extra | {name: value for name, value in take.rest().items() if name not in extra},
    )


def _macros(found: list[Block]) -> dict[str, str]:
    """Return what the @string blocks define, in lower case; a later one may use an earlier one."""
    known: dict[str, str] = {month: month for month in _MONTH_NAMES.split()}
    for block in found:
        if block.kind == "string" and not block.trouble:
            try:
                _, defined = fields(Block("string", "," + block.body, block.text, block.line))
            except FieldError:
                continue  # reported as a reject by `read_bibtex`
            known.update({name: value_text(pieces, lambda word: known.get(word.lower())) for name, pieces in defined})
    return known


def _parents(entries: Mapping[str, tuple[str, Fields]], values: Fields) -> list[Fields]:
    """Return the fields of the works that an entry names as its parent, nearest first."""
    line, seen = [], set()
    name = values.get("crossref", "").strip().casefold()
    while name and name not in seen and name in entries:
        seen.add(name)
        line.append(entries[name][1])
        name = entries[name][1].get("crossref", "").strip().casefold()
    return line


def read_bibtex(text: Text) -> Reading:
    """Read a BibTeX file.

    Returns
    -------
    Reading
        One record or reject for every ``@word{`` outside another block. Rejected, with the reason: a block
        that is not closed or cannot be taken apart, an entry without a title, an entry behind a percent sign,
        and a ``@comment`` (kept, because people park entries in one).

    Notes
    -----
    ``@string`` macros, months and ``#`` are expanded; a chapter takes from its ``crossref`` what it lacks.
    Entries with the same key are all kept; one without a key is known by its number in the file.
    """
    found = list(blocks(text.text))
    known = _macros(found)
    rejects: list[Reject] = []
    entries: list[tuple[Block, str, Fields]] = []
    for block in found:
        if block.trouble:
            rejects.append(Reject(block.text, block.line, block.trouble))
        elif block.kind == "comment":
            rejects.append(Reject(block.text, block.line, _COMMENT))
        elif block.kind != "preamble":
            body = "," + block.body if block.kind == "string" else block.body
            try:
                key, pieces = fields(Block(block.kind, body, block.text, block.line))
            except FieldError as error:
                rejects.append(Reject(block.text, block.line, str(error)))
                continue
            if block.kind != "string":
                entries.append((block, key, _collect(pieces, lambda word: known.get(word.lower()))))
    by_key: dict[str, tuple[str, Fields]] = {}
    for _, key, values in entries:
        by_key.setdefault(key.casefold(), (key, values))
    records: list[Record] = []
    for number, (block, key, values) in enumerate(entries, 1):
        for parent in _parents(by_key, values):
            values = _inherit(values, parent)
        record = _record(key, block.kind, values, block.line, number)
        if record is None:
            rejects.append(Reject(block.text, block.line, _NO_TITLE))
        else:
            records.append(record)
    rejects.sort(key=lambda r: r.line or 0)
    return Reading("bibtex", text.encoding, tuple(records), tuple(rejects), remarks=text.remarks)
