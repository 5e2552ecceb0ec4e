"""EndNote XML: every ``<record>`` becomes a record or a reject.

Each record is parsed by itself, cut out of the text: a broken one costs only itself, and because a piece has no
document type, no entity can be declared or expanded. EndNote wraps its values in ``<style>``, Mendeley and
others do not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from leeszaal.works.dates import read_date
from leeszaal.works.decode import Text
from leeszaal.works.identifiers import find_dois, find_isbns
from leeszaal.works.kinds import refine, type_from_words
from leeszaal.works.language import normal_code
from leeszaal.works.names import listed_names
from leeszaal.works.plain import pick, plain, split_keywords
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["looks_like_endnote", "read_endnote"]

_OPEN = re.compile(r"<record(?=[\s>])")
_CLOSE = "</record>"
# The XML of EndNote is old HTML in places: &nbsp; and control characters that no XML may hold.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*;)")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*(?:[0-8bcBCeEfF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
_PLACES = {
    "title": "titles/title",
    "bare title": "title",
    "second": "titles/secondary-title",
    "journal": "periodical/full-title",
    "abstract": "abstract",
    "year": "dates/year",
    "volume": "volume",
    "number": "number",
    "pages": "pages",
    "publisher": "publisher",
    "language": "language",
    "doi": "electronic-resource-num",
    "isbn": "isbn",
    "identifier": "rec-number",
}
_WHOLE = ("book", "report", "thesis")


def looks_like_endnote(text: str) -> bool:
    """Tell whether a text is EndNote XML.

    Examples
    --------
    >>> looks_like_endnote("<xml><records><record><ref-type>17</ref-type>"), looks_like_endnote("<html>")
    (True, False)
    """
    return text.lstrip().startswith("<") and "<record" in text and "<ref-type" in text


def _pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the line, the text and whether it is closed, of every record."""
    starts = [found.start() for found in _OPEN.finditer(text)]
    line, seen = 1, 0
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        line, seen = line + text.count("\n", seen, start), start
        end = text.find(_CLOSE, start, following)
        yield line, text[start : following if end < 0 else end + len(_CLOSE)], end >= 0


def _mend(piece: str) -> str:
    piece = _CONTROL.sub("", piece)
    return _ENTITY.sub(lambda found: html.escape(html.unescape(found[0])), piece)


def _said(element: ElementTree.Element | None) -> str:
    """Return all text in an element, whatever styles it is wrapped in."""
    return "".join(element.itertext()) if element is not None else ""


class _Values:
    """The values of one record by their place, remembering which were taken."""

    def __init__(self, record: ElementTree.Element) -> None:
        self.record = record
        self.taken: set[int] = set()

    def all(self, place: str) -> list[str]:
        found = self.record.findall(place)
        self.taken.update(map(id, found))
        return [text for element in found if (text := _said(element)).strip()]

    def one(self, name: str) -> str | None:
        found = self.record.find(_PLACES[name])
        if found is None:
            return None
        self.taken.add(id(found))
        return plain(_said(found))

    def rest(self) -> dict[str, str]:
        """Return what nobody took, under the names of the elements (``custom1``, ``accession-num``)."""
        left: dict[str, list[str]] = {}

        def walk(element: ElementTree.Element) -> None:
            for child in element:
                if id(child) in self.taken:
                    continue
                if len(child) and any(grand.tag != "style" for grand in child):
                    walk(child)
                elif text := plain(_said(child)):
                    left.setdefault(child.tag, []).append(text)

        walk(self.record)
        return {name: "; ".join(texts) for name, texts in left.items()}


def _kind(values: _Values) -> str:
    found = values.record.find("ref-type")
    if found is None:
        return ""
    values.taken.add(id(found))
    return plain(found.get("name")) or plain(_said(found)) or ""


def _record(element: ElementTree.Element, line: int, number: int) -> Record | None:
    values = _Values(element)
    title = values.one("title") or values.one("bare title")
    if title is None:
        return None
    raw = _kind(values)
    kind = type_from_words(raw)
    second, journal = values.one("second"), values.one("journal")
    container = pick(journal, second) if kind not in ("chapter", "conference") else pick(second, journal)
    extra: dict[str, str] = {}
    if kind in _WHOLE and second:  # the series of a book, the department of a report
        container = None
    for name, other in (("secondary-title", second), ("full-title", journal)):
        if other and other not in (container, title):
            extra[name] = other
    year_text = values.one("year")
    precise = plain(" ".join(values.all("dates/pub-dates/date")))
    when = read_date(year_text)
    dated = (
        read_date(precise)
        if precise and re.search(r"\d{4}", precise)
        else read_date(year_text, *_month_and_day(precise))
    )
    if dated.year is not None and when.year in (None, dated.year):
        when = dated
    if precise and (when.date is None or len(when.date) == 4):
        extra["pub-dates"] = precise
    urls = [
        url for text in [*values.all("urls/related-urls/url"), *values.all("urls/web-urls/url")] if (url := plain(text))
    ]
    given_doi, given_isbn = values.one("doi"), values.one("isbn")
    dois = find_dois(given_doi) or find_dois(" ".join(urls))
    isbns = find_isbns(given_isbn)
    language = values.one("language")
    notes = [note for text in values.all("notes") if (note := plain(text))]
    for name, text, understood in (
        ("electronic-resource-num", given_doi, dois), ("isbn", given_isbn, isbns),
        ("language", language, normal_code(language)), ("dates/year", when.unread, None),
    ):  # fmt: skip
        if text and not understood:
            extra[name] = text
    editors = values.all("contributors/secondary-authors/author")
    record = Record(
        title=title,
        source_record_id=values.one("identifier") or f"{number}",
        line=line,
        citekey=None,
        type=refine(kind, title, container, *notes),
        raw_type=raw,
        abstract=values.one("abstract"),
        authors=listed_names([*values.all("contributors/authors/author"), *values.all("contributors/author")]),
        editors=listed_names(editors),
        year=when.year,
        date=when.date,
        container=None if container == title else container,
        publisher=values.one("publisher"),
        volume=values.one("volume"),
        issue=values.one("number"),
        pages=values.one("pages"),
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        url=urls[0] if urls else None,
        language=normal_code(language),
        keywords=split_keywords(values.all("keywords/keyword")),
        note=pick(" ".join(notes), when.unread),
        extra=extra,
    )
    for name, found, used in (("doi", dois, 1), ("isbn", isbns, 1), ("urls", urls, 1)):
        if len(found) > used:
            extra[name] = "; ".join(found[used:])
    for name, text in values.rest().items():
        extra.setdefault(name, text)
    return record


def _month_and_day(text: str | None) -> tuple[str | None, str | None]:
    """Split "Mar 15" or "15 maart" into a month and a day."""
    words = re.findall(r"[^\W\d_]{3,}", text or "")
    numbers = re.findall(r"(?<!\d)\d{1,2}(?!\d)", text or "")
    return (words[0] if words else None), (numbers[0] if len(numbers) == 1 else None)


def read_endnote(text: Text) -> Reading:
    """Read EndNote XML as EndNote, Mendeley, Zotero, Covidence and others write it.

    Returns
    -------
    Reading
        A record or a reject for every ``<record>``.
    """
    records: list[Record] = []
    rejects: list[Reject] = []
    for number, (line, piece, closed) in enumerate(_pieces(text.text), 1):
        if not closed:
            rejects.append(Reject(piece.strip(), line, "De verwijzing is niet afgesloten met </record>."))
            continue
        try:
            element = ElementTree.fromstring(_mend(piece))
        except ElementTree.ParseError as error:
            rejects.append(Reject(piece, line, f"De verwijzing is geen geldige XML ({error})."))
            continue
        record = _record(element, line, number)
        if record is None:
            rejects.append(Reject(piece, line, "De verwijzing heeft geen titel (<title>)."))
        else:
            records.append(record)
    return Reading("endnote-xml", text.encoding, tuple(records), tuple(rejects), remarks=text.remarks)
