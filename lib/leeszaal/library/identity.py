"""By what a record is recognised, and the two names of a work: its id and its citekey.

Both belong to the *earliest record* of a work, in the order of the evidence, and are given to every record
whether it turns out to be the earliest or not. Evidence is append-only, so what comes in later does not
shift them: not when a duplicate arrives, and not when two works turn out to be one (the earlier keeps its
names). What papers cite by must not change whatever happens, so citekeys that were given are kept as well: see
`leeszaal.library.citekeys`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterable

from leeszaal.works.names import ET_AL, family, split_particle
from leeszaal.works.plain import fold
from leeszaal.works.record import WHOLE_WORKS, Record

__all__ = ["base_key", "identity_keys", "known_keys", "own_name", "record_mark", "unique_key", "work_ids"]

# A key that begins like a cross-reference of Quarto would be read as one.
_CROSSREF = re.compile(r"(?:fig|tbl|sec|eq|lst|tip|nte|wrn|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr)-")


def identity_keys(record: Record) -> list[str]:
    """Return every key by which a record may be recognised as telling of a work that is already there.

    - Its DOI. A chapter often carries the DOI of its book, so it is recognised by DOI and the start of its
      title.
    - Its ISBN, for a whole work: a chapter carries that of its book.
    - Its title, first author's family name and year, all three known; a chapter is no book of the same title.

    Examples
    --------
    >>> identity_keys(Record("Wie bestuurt?", "1", authors=("de Vries, Anna",), year=2020))
    ['title:wie bestuurt|vries|2020|']
    """
    keys = []
    title = fold(record.title)
    if record.doi:
        if record.type != "chapter":
            keys.append(f"doi:{record.doi}")
        keys.append(f"doi:{record.doi}|{' '.join(title.split()[:3])}")
    if record.isbn and record.type in WHOLE_WORKS:
        keys.append(f"isbn:{record.isbn}")
    if title and record.year is not None and record.authors and record.authors[0] != ET_AL:
        name = fold(split_particle(family(record.authors[0]).lower())[1])
        keys.append(f"title:{title}|{name}|{record.year}|{'chapter' if record.type == 'chapter' else ''}")
    return keys


def known_keys(record: Record) -> list[str]:
    """Return what a decision knows a record by: its identity keys, or a hash of its text when it has none."""
    return identity_keys(record) or [f"text:{hashlib.sha256(_text(record).encode()).hexdigest()[:16]}"]


def _text(record: Record) -> str:
    return f"{fold(record.title)}|{'; '.join(record.authors)}|{record.year}|{record.container}"


def record_mark(record: Record) -> str:
    """Return by what a record is told apart from another record of the same work: a hash of what it says."""
    said = [record.source_record_id, fold(record.title), record.year, record.doi, record.isbn, record.type]
    return "rec:" + hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def own_name(record: Record) -> str:
    """Return how a record is first known: DOI, ISBN, title with author and year, or else all its text."""
    return next(iter(identity_keys(record)), f"text:{_text(record)}")


def work_ids(own: Iterable[str]) -> list[str]:
    """Return for each record the id of its work if this is the earliest record of it: "w" and ten hex digits.

    The id is a hash of how the record is first known (`own_name`), so that the same records give the same id in another
    reading room; a later record that is known in the same way is told apart by its number. A row that was exported may
    know more than the earliest record did (a DOI from a later one), and so be known otherwise where it is read in: what
    goes along from room to room is the citekey. An id that followed what a later record adds would not stay.
    """
    seen: dict[str, int] = {}
    taken: set[str] = set()
    out = []
    for name in own:
        while True:
            number = seen.get(name, 0)
            seen[name] = number + 1
            found = "w" + hashlib.sha256(f"{name}#{number}".encode()).hexdigest()[:10]
            if found not in taken:
                break
        taken.add(found)
        out.append(found)
    return out


def base_key(record: Record) -> str:
    """Return the key by which papers would cite a record.

    The key the source gave, made of letters, digits and single ``_.+:-`` inside; without one, family name, year and
    first long word of the title.

    Examples
    --------
    >>> base_key(Record("Wie bestuurt?", "1", authors=("de Vries, Anna",), year=2020))
    'devries2020bestuurt'
    >>> base_key(Record("X", "2", citekey="O'Neil 1"))
    'O-Neil-1'
    """
    return _clean_key(record.citekey or "") or _made_key(record)


def unique_key(base: str, taken: Container[str]) -> str:
    """Return `base`, with a letter behind it where that key is taken (capitals do not count).

    Examples
    --------
    >>> unique_key("O-Neil-1", {"o-neil-1"})
    'O-Neil-1a'
    """
    key, number = base, 0
    while key.casefold() in taken:
        number += 1
        key = base + _letters(number)
    return key


def _ascii(text: str) -> str:
    letters = text.translate(_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", letters) if c.isascii())


_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "Ø": "O", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d", "ı": "i"})


def _clean_key(text: str) -> str:
    """Return a key as Pandoc and Quarto can read it: letters, digits and single punctuation inside."""
    key = re.sub(r"[^A-Za-z0-9_.+:-]+", "-", _ascii(text))
    key = re.sub(r"[.+]+(?=[_:-])|(?<=[_:-])[.+]+", "", key)
    key = re.sub(r"([_.+:-])[_.+:-]+", r"\1", key).strip("-_.+:")
    return f"w-{key}" if _CROSSREF.match(key) else key


def _made_key(record: Record) -> str:
    name = re.sub(r"[^a-z]", "", _ascii(family(record.authors[0])).lower())[:20] if record.authors else ""
    words = re.findall(r"[a-z0-9]+", _ascii(record.title).lower())
    word = next((w for w in words if len(w) > 3), words[0] if words else "werk")
    return f"{name or 'anon'}{record.year or 'zj'}{word}"


def _letters(number: int) -> str:
    """Return a, b, … z, aa, ab, … for 1, 2, …"""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
