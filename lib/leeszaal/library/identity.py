"""By what a record is recognised, and the two names of a work that must never change: its id and its citekey.

Both belong to the *earliest record* of a work, in the order of the evidence, and are given to every record
whether it turns out to be the earliest or not. Evidence is append-only, so what comes in later can never
shift them: not when a duplicate arrives, and not when two works turn out to be one (the earlier keeps its
names).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from leeszaal.works.names import ET_AL, family, split_particle
from leeszaal.works.plain import fold
from leeszaal.works.record import WHOLE_WORKS, Record

__all__ = ["citekeys", "identity_keys", "work_ids"]

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


def work_ids(records: Iterable[Record]) -> list[str]:
    """Return for each record the id of its work if this is the earliest record of it: "w" and ten hex digits.

    The id is a hash of how the record is first known (DOI, ISBN, title with author and year), so that the
    same work has the same id in another reading room; a later record that is known in the same way is told
    apart by its number.
    """
    seen: dict[str, int] = {}
    taken: set[str] = set()
    out = []
    for record in records:
        known = identity_keys(record) or [
            f"text:{fold(record.title)}|{'; '.join(record.authors)}|{record.year}|{record.container}"
        ]
        while True:
            number = seen.get(known[0], 0)
            seen[known[0]] = number + 1
            found = "w" + hashlib.sha256(f"{known[0]}#{number}".encode()).hexdigest()[:10]
            if found not in taken:
                break
        taken.add(found)
        out.append(found)
    return out


def citekeys(records: Iterable[Record]) -> list[str]:
    """Return for each record the key by which papers cite its work if this is the earliest record of it.

    The key the source gave, made of letters, digits and ``_:-``; without one, family name, year and first
    long word of the title. No two records have the same (capitals do not count): a later one gets a letter
    behind it.

    Examples
    --------
    >>> first = Record("Wie bestuurt?", "1", authors=("de Vries, Anna",), year=2020)
    >>> citekeys([first, Record("X", "2", citekey="O'Neil 1"), Record("Y", "3", citekey="O'Neil 1")])
    ['devries2020bestuurt', 'O-Neil-1', 'O-Neil-1a']
    """
    taken: set[str] = set()
    out = []
    for record in records:
        base = _clean_key(record.citekey or "") or _made_key(record)
        key, number = base, 0
        while key.casefold() in taken:
            number += 1
            key = base + _letters(number)
        taken.add(key.casefold())
        out.append(key)
    return out


def _ascii(text: str) -> str:
    letters = text.translate(_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", letters) if c.isascii())


_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "Ø": "O", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d", "ı": "i"})


def _clean_key(text: str) -> str:
    """Return a key as Pandoc and Quarto can read it: letters, digits and single punctuation inside."""
    key = re.sub(r"[^A-Za-z0-9_:-]+", "-", _ascii(text))
    key = re.sub(r"([_:-])[_:-]+", r"\1", key).strip("-_:")
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
