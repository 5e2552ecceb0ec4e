"""DOI, ISBN and pinned citekey, each as one form from the many in which they are written."""

from __future__ import annotations

import re
from urllib.parse import unquote

from leeszaal.works.plain import plain

__all__ = ["find_dois", "find_isbns", "split_citekey"]

# A name after SICI has its place between angle or square brackets: "87[2445:HTDAW]2.0.CO;2".
_PLACE = r"(?:<\d[^\s<>]{0,40}>|\[\w{1,9}:[^\s\[\]]{1,40}\])(?=\d\.\d\.)"
_DOI = re.compile(rf"(?<![\d.])10\.\d{{4,9}}(?:\.\d+)*/(?:[^\s\"<>{{}}|\\^`\[\]]|{_PLACE})+", re.IGNORECASE)
# In a link the slash may be escaped, and those brackets; other escapes may belong to the name.
_ESCAPED = re.compile(
    r"10\.\d{4,9}(?:%2f|/[^\s\"<>]*(?:%28sici%29|%3c[^\s<>]{1,40}%3e\d\.\d\.|%5b[^\s\[\]]{1,50}%5d\d\.\d\.))",
    re.IGNORECASE,
)
_TEX = re.compile(r"\{?\\text(less|greater)(?:\{\}|(?![a-zA-Z])\s*)\}?")
_BRACKETS = (("&lt;", "<"), ("&gt;", ">"), ("$<$", "<"), ("$>$", ">"), ("\\_", "_"), ("\\%", "%"), ("\\&", "&"))
# Where one DOI ends and the next begins: a separator followed by something that introduces a DOI.
_NEXT = re.compile(r"[;,\s]+(?=(?:https?://|doi\b|10\.\d{4,9}/))", re.IGNORECASE)
# Where a DOI inside a link ends and the rest of the query begins.
_QUERY = re.compile(r"[?]|(?<!;2-)#|&(?:amp;)?\w+=")
_DASH = r"[- \u2010-\u2015]?"
_ISBN = re.compile(rf"(?<![\dXx])(?:97[89]{_DASH})?\d(?:{_DASH}\d){{8}}{_DASH}[\dXx](?![\dXx])")

# A line of Zotero's field Extra; and the same where a format made one line of them.
_KEY_LINE = re.compile(r"^[ \t]*(?:citation[ -]?key|citekey|bibtex\*?)[ \t]*:[ \t]*(\S+)[ \t]*$", re.I | re.M)
_KEY_INSIDE = re.compile(r"(?:^|(?<=[\s;]))Citation Key:[ \t]*([^\s;]+);?")


def _clean(doi: str) -> str:
    doi = _QUERY.split(doi)[0]
    doi = doi.rstrip(".,;:'\u2019\u201d*")
    for opening, closing in ("()", "[]", "<>"):
        while doi.endswith(closing) and doi.count(closing) > doi.count(opening):
            doi = doi[:-1].rstrip(".,;:")
    return doi.lower()


def find_dois(text: str | None) -> tuple[str, ...]:
    """Return the DOIs in `text`, bare and lower case, in order and once each.

    Parameters
    ----------
    text
        A DOI field or a URL: a prefix such as ``https://doi.org/`` or ``doi:``, a closing dot, percent
        escapes, capitals, and several DOIs in one field are all understood.

    Examples
    --------
    >>> find_dois("https://doi.org/10.1111/PADM.12104.; doi:10.5553/PLC/258999292019001003002")
    ('10.1111/padm.12104', '10.5553/plc/258999292019001003002')
    >>> find_dois("10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2")
    ('10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2',)
    >>> find_dois("geen")
    ()
    """
    if not text or "10." not in text:
        return ()
    if _ESCAPED.search(text):
        text = unquote(text)
    text = _TEX.sub(lambda found: "<" if found[1] == "less" else ">", text)
    for written, meant in _BRACKETS:
        text = text.replace(written, meant)
    found: dict[str, None] = {}
    for part in _NEXT.split(text):
        for match in _DOI.finditer(part):
            doi = _clean(match.group())
            if "/" in doi and doi.split("/", 1)[1]:
                found[doi] = None
    return tuple(found)


def _to_13(digits: str) -> str | None:
    """Return the thirteen digits of a valid ISBN-10 or ISBN-13, or None."""
    if len(digits) == 10:
        total = sum((10 - i) * (10 if c == "X" else int(c)) for i, c in enumerate(digits))
        if total % 11:
            return None
        digits = "978" + digits[:9]
        weight = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(digits))
        return digits + str(-weight % 10)
    if digits[:3] not in ("978", "979") or "X" in digits:
        return None
    weight = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(digits))
    return None if weight % 10 else digits


def find_isbns(text: str | None) -> tuple[str, ...]:
    """Return the valid ISBNs in `text` as thirteen digits, in order and once each.

    An ISBN-10 becomes its ISBN-13; a number whose check digit is wrong is no ISBN.

    Examples
    --------
    >>> find_isbns("0-7619-5504-6 (pbk) 978-90-365-5218-9")
    ('9780761955047', '9789036552189')
    """
    found: dict[str, None] = {}
    for match in _ISBN.finditer(text or ""):
        digits = re.sub(r"[^\dX]", "", match.group().upper())
        isbn = _to_13(digits)
        if isbn:
            found[isbn] = None
    return tuple(found)


def split_citekey(text: str | None, given: str | None = None) -> tuple[str | None, str | None]:
    """Take the citekey that Better BibTeX pinned out of a note.

    Parameters
    ----------
    text
        Zotero's field Extra, in which such a key stands as ``Citation Key: x``, or the note that a format made of it.
    given
        The key that the source gave elsewhere; it goes before another in the note, which then stays there.

    Returns
    -------
    tuple
        The citekey, or None; and what else the note says on one line, or None.

    Examples
    --------
    >>> split_citekey("PMID: 12\\nCitation Key: vries.2020")
    ('vries.2020', 'PMID: 12')
    >>> split_citekey("Citation Key: a; gelezen", "b")
    ('b', 'Citation Key: a; gelezen')
    """
    found = _KEY_LINE.search(text or "") or _KEY_INSIDE.search(text or "")
    if text is None or found is None or (given and given.casefold() != found[1].casefold()):
        return given, plain(text)
    return given or found[1], plain(f"{text[: found.start()]} {text[found.end() :]}")
