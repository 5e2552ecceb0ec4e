"""Which words of many texts can be part of a term at all: a sieve over all their letters at once.

A word is looked at by its first letters only, eight to a number of 64 bits, and the numbers of all words of all texts
are compared together. What falls through cannot be part of any term; what stays, one word in five or so, is looked at
one by one by `leeszaal.reading.terms.Matcher`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

__all__ = ["BEGIN", "LONGEST", "Sieve", "Word"]

#: A word of a text: its number in the text, and where it starts and ends.
Word = tuple[int, int, int]
BEGIN = 5  # letters of a beginning that are compared
LONGEST = 8  # letters of a whole word that are compared
_AT_ONCE = 1 << 20  # characters
_TABLE = 0x2200  # characters of which the folded letter is looked up
_STRANGE = 1  # a letter that no term of plain letters has: the word stays
_BITS = 19
_FEW_BITS = 10
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def _letter(character: str) -> int:
    """Return the code of the plain small letter of a character, 0 for what parts words."""
    if not character.isalnum():
        return _STRANGE if "\u0300" <= character <= "\u036f" else 0
    pieces = [c for c in unicodedata.normalize("NFKD", character).casefold() if not unicodedata.combining(c)]
    return ord(pieces[0]) if len(pieces) == 1 and pieces[0].isascii() else _STRANGE


@lru_cache(maxsize=1)
def _letters() -> np.ndarray:
    return np.array([_letter(chr(code)) for code in range(_TABLE)], dtype=np.uint8)


def _mask(letters: int) -> np.uint64:
    return np.uint64((1 << 8 * letters) - 1)


def _slots(keys: np.ndarray, bits: int = _BITS) -> np.ndarray:
    return (keys * _MULTIPLIER) >> np.uint64(64 - bits)


def _key(word: str) -> int:
    codes = [ord(c) if c.isascii() else _STRANGE for c in word]
    return int.from_bytes(bytes(codes[:LONGEST]), "little")


class Sieve:
    """Keeps the words that may be part of a term.

    Parameters
    ----------
    begins
        Folded beginnings of words that may be.
    whole
        Folded words that may be.
    never
        Folded words of at most eight letters that are left out all the same.

    Examples
    --------
    >>> list(Sieve(["archief"], ["wet"]).words(["De wet", "Archieven en wetten, archiefzorg"]))
    [[(1, 3, 6)], [(0, 0, 9), (3, 21, 32)]]
    """

    def __init__(self, begins: Iterable[str], whole: Iterable[str], never: Iterable[str] = ()) -> None:
        by_size: dict[int, set[int]] = {}
        for word in begins:
            by_size.setdefault(min(len(word), BEGIN), set()).add(_key(word[:BEGIN]))
        by_size.setdefault(LONGEST, set()).update(_key(word) for word in whole)
        # Two words in one slot only keep a word too many.
        self._tables = []
        for size, keys in sorted(by_size.items()):
            table = np.zeros(1 << _BITS, dtype=bool)
            table[_slots(np.array(sorted(keys), dtype=np.uint64))] = True
            self._tables.append((_mask(size), table))
        self._never = np.zeros(1 << _FEW_BITS, dtype=np.uint64)  # here each slot holds its word, so that none is lost
        left_out = np.array(sorted(map(_key, never)), dtype=np.uint64)
        self._never[_slots(left_out, _FEW_BITS)] = left_out

    def words(self, texts: Iterable[str]) -> Iterator[list[Word]]:
        """Yield for each text the words that stay, in their order."""
        waiting: list[str] = []
        size = 0
        for text in texts:
            waiting.append(text)
            size += len(text) + 1
            if size > _AT_ONCE:
                yield from self._some(waiting)
                waiting, size = [], 0
        yield from self._some(waiting)

    def _some(self, texts: Sequence[str]) -> Iterator[list[Word]]:
        if not texts:
            return
        codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        letters = np.zeros(len(codes) + LONGEST, dtype=np.uint8)
        letters[: len(codes)] = _letters()[np.minimum(codes, _TABLE - 1)]
        for place in np.flatnonzero(codes >= _TABLE):
            letters[place] = _letter(chr(codes[place]))
        inside = letters[: len(codes) + 1] != 0
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        if inside[0]:
            edges = np.concatenate([[0], edges])
        starts, ends = edges[::2], edges[1::2]
        keys = np.zeros(len(starts), dtype=np.uint64)
        strange = np.zeros(len(starts), dtype=bool)
        alive = np.ones(len(starts), dtype=bool)
        for n in range(LONGEST):
            letter = letters[starts + n]
            alive &= letter != 0
            strange |= alive & (letter == _STRANGE)
            keys |= np.where(alive, letter, 0).astype(np.uint64) << np.uint64(8 * n)
        stays = strange
        for mask, table in self._tables:
            stays = stays | table[_slots(keys & mask)]
        stays &= self._never[_slots(keys, _FEW_BITS)] != keys
        kept = np.flatnonzero(stays)
        bounds = np.concatenate([[0], np.cumsum([len(text) + 1 for text in texts])])
        first = np.searchsorted(starts, bounds)  # the number of the first word of each text, among all
        parts = np.searchsorted(kept, first).tolist()
        of = np.searchsorted(bounds, starts[kept], side="right") - 1
        numbers = (kept - first[of]).tolist()
        begin, end = (starts[kept] - bounds[of]).tolist(), (ends[kept] - bounds[of]).tolist()
        for low, high in pairwise(parts):
            yield list(zip(numbers[low:high], begin[low:high], end[low:high], strict=True))
