"""Web of Science's own format ("Plain text file"): every record, from PT to ER, becomes a record or a reject."""

from __future__ import annotations

import re
from dataclasses import replace

from leeszaal.works.dates import read_date
from leeszaal.works.decode import Text
from leeszaal.works.identifiers import find_dois, find_isbns
from leeszaal.works.kinds import refine, type_from_words
from leeszaal.works.language import normal_code
from leeszaal.works.names import institution, listed_names
from leeszaal.works.plain import split_keywords
from leeszaal.works.record import Reading, Record, Reject
from leeszaal.works.tagged import Tagged, read_tagged

__all__ = ["looks_like_webofscience", "read_webofscience"]

_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)")
_INDENT = re.compile(r" {2,}(.*)")
_START = re.compile(r"^PT [A-Z]\s*$", re.MULTILINE)
_END = re.compile(r"^ER\s*$", re.MULTILINE)
_PUBLICATION = {"J": "article", "B": "book", "S": "book", "P": "other"}
_FILE_TAGS = ("FN", "VR", "EF")


def looks_like_webofscience(text: str) -> bool:
    """Tell whether a text holds records as Web of Science writes them.

    Examples
    --------
    >>> looks_like_webofscience("FN Clarivate Analytics Web of Science\\nVR 1.0\\nPT J\\nAU Bos, A\\nER\\n\\nEF")
    True
    """
    return _START.search(text) is not None and (text.lstrip().startswith("FN ") or _END.search(text) is not None)


def _pages(record: Tagged) -> str | None:
    first, last = record.one("BP"), record.one("EP")
    if first and last and first != last:
        return f"{first}-{last}"
    return first or last or record.one("AR")


def _record(record: Tagged, number: int) -> Record | None:
    title = record.one("TI")
    if title is None:
        return None
    document, publication = record.one("DT"), record.one("PT") or ""
    kind = type_from_words(document)
    kind = kind if kind != "other" else _PUBLICATION.get(publication, "other")
    given, day = record.one("PY"), record.one("PD")
    # PD is "MAR 15", "MAR-APR", "SPR" or "2019 MAR"; PY the year.
    month = re.match(r"(?:\d{4} )?([A-Z]{3})(?:-[A-Z]{3})?(?: (\d{1,2}))?$", day or "")
    when = read_date(given, month[1], month[2]) if month else read_date(given)
    container = record.one("SO")
    dois = find_dois(record.one("DI"))
    isbns = find_isbns(" ".join(record.all("BN")))
    authors = listed_names(record.lines("AF", "AU"))
    if "AF" in record.taken:
        record.taken.add("AU")
    groups = tuple(institution(name) for tag in ("CA", "GP") for name in record.lines(tag))
    editors = listed_names(record.lines("BE", "ED"))
    given_language = record.one("LA")
    language = normal_code(given_language)
    keywords = split_keywords([*record.all("DE"), *record.all("ID")])
    pages = _pages(record)
    for tag, understood in (("DI", dois), ("BN", isbns), ("LA", language)):
        if not understood:
            record.taken.discard(tag)
    extra: dict[str, str] = {}
    # One cited reference, and one address, a line.
    for tag in ("CR", "C1"):
        if listed := record.lines(tag):
            extra[tag] = "; ".join(listed)
    if day and (when.date is None or len(when.date) == 4):
        extra["PD"] = day
    if len(dois) > 1:
        extra["DI"] = "; ".join(dois[1:])
    if len(isbns) > 1:
        extra["BN"] = "; ".join(isbns[1:])
    identifier = record.one("UT")
    made = Record(
        title=title,
        source_record_id=identifier or f"{number}",
        line=record.line,
        type=refine(kind, title, container),
        raw_type=document or publication,
        abstract=record.one("AB"),
        authors=(*authors, *groups),
        editors=editors,
        year=when.year,
        date=when.date,
        container=None if container == title else container,
        publisher=record.one("PU"),
        volume=record.one("VL"),
        issue=record.one("IS"),
        pages=pages,
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        language=language,
        keywords=keywords,
        note=when.unread,
    )
    return replace(made, extra=record.rest() | extra)


def read_webofscience(text: Text) -> Reading:
    """Read a plain text file of Web of Science.

    Returns
    -------
    Reading
        A record or reject for every PT; cited references, addresses and the like are in `extra` under their
        two letters.
    """
    records: list[Record] = []
    rejects: list[Reject] = []
    found = read_tagged(text.text, _TAG, _INDENT, lambda tag, _: tag == "PT", ends=frozenset({"ER"}), apart=_FILE_TAGS)
    for number, tagged in enumerate(found, 1):
        record = _record(tagged, number)
        if record is None:
            reason = "De verwijzing heeft geen titel (TI)."
            if "PT" not in tagged.values:
                reason = "De verwijzing begint niet met PT (het soort publicatie) en heeft geen titel."
            rejects.append(Reject(tagged.text, tagged.line, reason))
        else:
            records.append(record)
    return Reading("web-of-science", text.encoding, tuple(records), tuple(rejects), remarks=text.remarks)
