"""PubMed's own format (.nbib, also called MEDLINE): every PMID begins a record or a reject."""

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

__all__ = ["looks_like_nbib", "read_nbib"]

_TAG = re.compile(r"([A-Z]{2,4}) {0,2}- ?(.*)")
_INDENT = re.compile(r" {4,}(.*)")
_START = re.compile(r"^PMID- ?\d", re.MULTILINE)
_DAY = re.compile(r"(\d{4})(?: ([A-Z][a-z]{2})(?:[- /][A-Z][a-z]{2})?)?(?: (\d{1,2}))?(?![\d-])")
# PubMed puts a full stop behind a title, and square brackets around one that it translated.
_TRANSLATED = re.compile(r"^\[(.+)\]\.?$")
_KINDS = ("Case Reports", "Journal Article", "Review", "Editorial", "Letter", "Comment", "News")


def looks_like_nbib(text: str) -> bool:
    """Tell whether a text holds a PubMed record.

    Examples
    --------
    >>> looks_like_nbib("PMID- 30996023\\nTI  - Titel."), looks_like_nbib("TY  - JOUR")
    (True, False)
    """
    return _START.search(text) is not None


def _title(text: str) -> str:
    translated = _TRANSLATED.match(text)
    text = translated[1] if translated else text
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def _type(kinds: list[str], book: bool) -> str:
    if any(kind in _KINDS for kind in kinds):
        return "article"
    found = [kind for words in kinds if (kind := type_from_words(words)) != "other"]
    return found[0] if found else "book" if book else "article"


def _identifier(record: Tagged, mark: str) -> str:
    """Return the identifiers that are marked as `mark` ("10.1/x [doi]")."""
    texts = [*record.all("LID"), *record.all("AID")]
    return " ".join(text.removesuffix(f"[{mark}]").strip() for text in texts if text.endswith(f"[{mark}]"))


def _record(record: Tagged, number: int) -> Record | None:
    original = record.one("TT")
    title = original or record.one("TI", "BTI")
    if title is None:
        return None
    if original:
        record.taken.discard("TI")  # the English translation is kept beside the title
    given = record.one("DP")
    parts = _DAY.match(given or "")
    when = read_date(parts[1], parts[2], parts[3]) if parts else read_date(given)
    kinds = record.all("PT")
    container = record.one("JT", "TA", "BTI", "CTI")
    if "JT" in record.taken:
        record.taken.add("TA")
    container = None if container == title else container
    dois = find_dois(_identifier(record, "doi"))
    isbns = find_isbns(" ".join(record.all("ISBN")))
    languages = record.all("LA")
    authors = listed_names(record.all("FAU", "AU"))
    if "FAU" in record.taken:
        record.taken.add("AU")
    editors = listed_names(record.all("FED", "ED"))
    if "FED" in record.taken:
        record.taken.add("ED")
    # MeSH terms carry a star for "main subject" and their qualifiers behind a slash.
    subjects = [term.replace("*", "").split("/")[0] for term in record.all("MH")]
    words = [word.lstrip("*") for word in record.all("OT")]
    record.taken.discard("MH")
    extra: dict[str, str] = {}
    if given and when.date is not None and len(when.date) == 4 and given != when.date:
        extra["DP"] = given
    if len(dois) > 1:
        extra["doi"] = "; ".join(dois[1:])
    if len(isbns) > 1:
        extra["ISBN"] = "; ".join(isbns[1:])
    language = normal_code(languages[0]) if languages else None
    if languages and (language is None or len(languages) > 1):
        extra["LA"] = "; ".join(languages)
    raw = "; ".join(kinds)
    made = Record(
        title=_title(title),
        source_record_id=record.one("PMID") or f"{number}",
        line=record.line,
        type=refine(_type(kinds, "BTI" in record.values), title, container),
        raw_type=raw,
        abstract=record.one("AB"),
        authors=(*authors, *map(institution, record.all("CN"))),
        editors=editors,
        year=when.year,
        date=when.date,
        container=container,
        publisher=record.one("PB"),
        volume=record.one("VI"),
        issue=record.one("IP"),
        pages=record.one("PG"),
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        language=language,
        keywords=split_keywords([*words, *subjects]),
        note=when.unread,
    )
    return replace(made, extra=record.rest() | extra)


def read_nbib(text: Text) -> Reading:
    """Read a file that PubMed wrote ("Save as PubMed", or "Send to citation manager").

    Returns
    -------
    Reading
        A record or reject for every PMID; the tags without a field here are in `extra` (``PMC``, ``AD``,
        ``MH``).
    """
    records: list[Record] = []
    rejects: list[Reject] = []
    found = read_tagged(
        text.text, _TAG, _INDENT, lambda tag, so_far: tag == "PMID" and "PMID" in so_far.values, blank_ends=True
    )
    for number, tagged in enumerate(found, 1):
        record = _record(tagged, number)
        if record is None:
            rejects.append(Reject(tagged.text, tagged.line, "De verwijzing heeft geen titel (TI)."))
        else:
            records.append(record)
    return Reading("nbib", text.encoding, tuple(records), tuple(rejects), remarks=text.remarks)
