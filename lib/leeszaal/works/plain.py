"""Small decisions about text that every reader shares."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["fold", "folded_words", "pick", "plain", "split_keywords"]

# Blanks and control characters; a no-break space is part of the text and stays.
_BLANK = re.compile(r"[\x00-\x20\x7f-\x84\x86-\x9f\u2028\u2029]+")
_COMMA = re.compile(r",(?![^()]*\))|\n")  # not the comma in "cyst (diagnosis, surgery)"
_WORD = re.compile(r"[^\W_]+")
_PLAIN_WORD = re.compile(r"[a-z0-9]+")


def plain(text: object) -> str | None:
    """Return `text` on one line without outer blanks, or None when nothing is left.

    Examples
    --------
    >>> plain("  Wie \\n bestuurt?  "), plain("   ")
    ('Wie bestuurt?', None)
    """
    if text is None:
        return None
    return _BLANK.sub(" ", str(text)).strip(" \u00a0\x85") or None


def pick(*texts: object) -> str | None:
    """Return the first of `texts` that is not empty."""
    for text in texts:
        found = plain(text)
        if found is not None:
            return found
    return None


def fold(text: str | None) -> str:
    """Return the letters and digits of `text`, lower case, without accents, words apart by one space.

    Two titles that fold alike are the same title to a reader.

    Examples
    --------
    >>> fold("Het raadsel van de régio: «waarom?»")
    'het raadsel van de regio waarom'
    """
    return " ".join(folded_words(text))


def folded_words(text: str | None) -> list[str]:
    """Return the words of `fold(text)`."""
    if not text:
        return []
    if text.isascii():
        return _PLAIN_WORD.findall(text.lower())
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return _WORD.findall(bare)


def split_keywords(values: Iterable[str | None]) -> tuple[str, ...]:
    """Split keywords at semicolons, or at commas where there is no semicolon; the first of each is kept.

    Examples
    --------
    >>> split_keywords(["toezicht; Toezicht ;bestuur", "a, b"])
    ('toezicht', 'bestuur', 'a', 'b')
    """
    found: dict[str, str] = {}
    for value in values:
        for part in re.split(";" if ";" in (value or "") else _COMMA, value or ""):
            word = plain(part)
            if word:
                found.setdefault(word.casefold(), word)
    return tuple(found.values())
