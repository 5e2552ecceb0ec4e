"""Text to words: folded (lower case, no accents) for comparing, with places in the original for showing."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["HYPHENS", "STOP_WORDS", "fold", "hyphenated", "places", "words"]

_BETWEEN = bytes(code if chr(code).isalnum() else 32 for code in range(256))
_SIGNS = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2010\u2011\u20ac"  # the usual ones beyond Latin-1
_LETTERS = re.compile(r"[^\W_]+")
_LOOSE_ACCENT = re.compile(r"[\u0300-\u036f]")
_WITH_LOOSE_ACCENTS = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")  # ten times slower, and seldom needed
HYPHENS = "-\u2010\u2011"
_HYPHEN = re.compile(f"[{HYPHENS}]")
_HYPHENATED = re.compile(rf"[^\W_]+(?:[{HYPHENS}][^\W_]+)+")

#: Words without content of their own: they may stand between the words of a phrase.
_DUTCH = "de het een van voor in op en of aan met bij tot door te om naar over uit als der den des"
_ENGLISH = "the a an of for in on and or to with by at from as its their is are be"
STOP_WORDS = frozenset(f"{_DUTCH} {_ENGLISH}".split())


def fold(text: str) -> tuple[str, list[int] | None]:
    """Return `text` in lower case without accents, and for each character its place in `text`.

    Returns
    -------
    tuple
        The folded text, and a list as long as it with places in the original (None: the same places).

    Examples
    --------
    >>> fold("Coöperatie")
    ('cooperatie', None)
    >>> fold("ﬁets")[0]
    'fiets'
    """
    if text.isascii():
        return text.lower(), None
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for piece in unicodedata.normalize("NFKD", character).casefold():
            if not unicodedata.combining(piece):
                folded.append(piece)
                places.append(place)
    same = len(places) == len(text) and all(place == index for index, place in enumerate(places))
    return "".join(folded), None if same else places


def words(text: str) -> list[str]:
    """Return the words of `text` as they are written; hyphens, underscores and apostrophes part words.

    Western text is cut at a table of signs, many times as fast as by a pattern; dashes and curly quotes are made plain
    first.
    """
    plain = text
    if not plain.isascii():
        for sign in _SIGNS:
            plain = plain.replace(sign, " ")
    try:
        return plain.encode("latin-1").translate(_BETWEEN).decode("latin-1").split()
    except UnicodeEncodeError:
        return (_WITH_LOOSE_ACCENTS if _LOOSE_ACCENT.search(plain) else _LETTERS).findall(plain)


def places(text: str, tokens: list[str], last: int) -> list[tuple[int, int]]:
    """Return start and end in `text` of its `tokens` (as `words` gives them), up to number `last`.

    Between two words stands nothing a word could begin with, so the next place where a word is found is its
    own; several times faster than match objects, which matters for long abstracts.

    Examples
    --------
    >>> places("een en een", ["een", "en", "een"], 2)
    [(0, 3), (4, 6), (7, 10)]
    """
    found = []
    end = 0
    for token in tokens[: last + 1]:
        start = text.index(token, end)
        end = start + len(token)
        found.append((start, end))
    return found


def hyphenated(text: str) -> list[tuple[str, str]]:
    """Return the words with hyphens in them, as written and written as one.

    Examples
    --------
    >>> hyphenated("de (regio-deal)")
    [('regio-deal', 'regiodeal')]
    """
    return [(whole, _HYPHEN.sub("", whole)) for whole in _HYPHENATED.findall(text)]
