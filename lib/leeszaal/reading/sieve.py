"""Which words of many texts can be part of a term at all: a sieve over all their letters at once.

A word is looked at by its first letters only, eight to a number of 64 bits, and the numbers of all words of all texts
are compared together. What falls through cannot be part of any term; what stays, one word in four or so, is looked up
by `leeszaal.reading.terms.Matcher`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from leeszaal.reading.text import HYPHENS

__all__ = ["LONGEST", "Kept", "Sieve", "head"]

LONGEST = 8  # letters that are compared at once
_FIRST = 3  # letters that are compared first, to be done with most words
_TABLE = 0x2200  # characters of which the folded letter is looked up
_STRANGE = 1  # a letter that no term of plain letters has: the word stays
_BITS = 19
_FEW_BITS = 10
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * letters) - 1 for letters in range(LONGEST + 1)], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Kept:
    """The words of some texts that stay, in their order; each array has one number for each.

    Parameters
    ----------
    texts
        The texts.
    text
        Of each word the text it is in.
    place
        Which word it is, counted through all texts with those that fell through.
    start, end
        Where it stands in its text.
    head, tail
        Its letters 1 to 8 and 9 to 16, plain and small, as one number each.
    whole
        Whether these say all of it: no more letters, and none that is not a letter of the plain alphabet or a digit.
    compounds
        Text, start and end of words with hyphens in them, whether their parts stay or not.
    never
        The words that were left out as asked for.
    """

    texts: Sequence[str]
    text: np.ndarray
    place: np.ndarray
    start: np.ndarray
    end: np.ndarray
    head: np.ndarray
    tail: np.ndarray
    whole: np.ndarray
    compounds: list[tuple[int, int, int]]
    never: _Places

    def words(self, among: np.ndarray | None = None) -> list[str]:
        """Return the words as they are written: all, or those with these numbers."""
        columns = (self.text, self.start, self.end)
        some = columns if among is None else [column[among] for column in columns]
        texts = self.texts
        return [texts[n][start:end] for n, start, end in zip(*(one.tolist() for one in some), strict=True)]


@dataclass(frozen=True, slots=True)
class _Places:
    """Words by their place among all, and where all start and end."""

    places: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    bounds: np.ndarray

    def of(self, text: int) -> list[tuple[int, int, int]]:
        """Return place, start and end of those of one text."""
        low, high = self.bounds[text : text + 2]
        first, last = np.searchsorted(self.places, np.searchsorted(self.starts, [low, high]))
        some = self.places[first:last]
        columns = (some, self.starts[some] - low, self.ends[some] - low)
        return list(zip(*(column.tolist() for column in columns), strict=True))


def _letter(character: str) -> int:
    """Return the code of the plain small letter of a character, 0 for what parts words."""
    if not character.isalnum():
        return _STRANGE if "\u0300" <= character <= "\u036f" else 0
    pieces = [c for c in unicodedata.normalize("NFKD", character).casefold() if not unicodedata.combining(c)]
    return ord(pieces[0]) if len(pieces) == 1 and pieces[0].isascii() else _STRANGE


@lru_cache(maxsize=1)
def _letters() -> np.ndarray:
    return np.array([*(_letter(chr(code)) for code in range(_TABLE)), _STRANGE], dtype=np.uint8)


def _plain(codes: np.ndarray) -> np.ndarray:
    """Return the plain small letters of characters, and zeros after them so that many may be read at once."""
    table = _letters()
    letters = np.zeros(len(codes) + 2 * LONGEST, dtype=np.uint8)
    letters[: len(codes)] = np.frombuffer(codes.astype(np.uint8).tobytes().translate(table[:256].tobytes()), np.uint8)
    beyond = np.flatnonzero(codes > 0xFF)
    letters[beyond] = table[np.minimum(codes[beyond], _TABLE)]
    for place in beyond[codes[beyond] >= _TABLE]:
        letters[place] = _letter(chr(codes[place]))
    return letters


def _slots(keys: np.ndarray, bits: int = _BITS) -> np.ndarray:
    return (keys * _MULTIPLIER) >> np.uint64(64 - bits)


def head(word: str) -> int:
    """Return the first eight letters of a folded word as one number.

    Examples
    --------
    >>> head("ab") == ord("a") + 256 * ord("b")
    True
    """
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
    >>> kept = Sieve(["archief"], ["wet"]).sift(["De wet", "Archieven en wetten, archiefzorg"])
    >>> kept.words(), kept.text.tolist(), kept.place.tolist()
    (['wet', 'archiefzorg'], [0, 1], [1, 5])
    """

    def __init__(self, begins: Iterable[str], whole: Iterable[str], never: Iterable[str] = ()) -> None:
        by_size: dict[int, set[int]] = {}
        for word in begins:
            by_size.setdefault(min(len(word), LONGEST), set()).add(head(word))
        by_size.setdefault(LONGEST, set()).update(head(word) for word in whole)
        # Two words in one slot only keep a word too many.
        self._tables = [(_MASKS[size], _table(keys)) for size, keys in sorted(by_size.items())]
        # What all of them have in front, to be done with most words; no longer than the shortest beginning.
        self._mask = _MASKS[min(_FIRST, *by_size)]
        self._first = _table({key & int(self._mask) for keys in by_size.values() for key in keys})
        self._never = np.zeros(1 << _FEW_BITS, dtype=np.uint64)  # here each slot holds its word, so that none is lost
        left_out = np.array(sorted(map(head, never)), dtype=np.uint64)
        self._never[_slots(left_out, _FEW_BITS)] = left_out

    def sift(self, texts: Sequence[str]) -> Kept:
        """Return the words of `texts` that stay."""
        codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        letters = _plain(codes)
        starts, ends = _edges(letters[: len(codes) + 1] != 0)
        # Eight letters are read as one number, at any place; those beyond the end of the word are taken off.
        eight = np.ndarray((len(codes) + LONGEST + 1,), dtype="<u8", buffer=letters, strides=(1,))
        sizes = ends - starts
        heads = eight[starts] & _MASKS[np.minimum(sizes, LONGEST)]
        stays = self._first[_slots(heads & self._mask)]
        some = np.flatnonzero(stays)
        stays[some] = self._may_be(heads[some])
        strange = np.flatnonzero(letters == _STRANGE)
        of = np.searchsorted(starts, strange, side="right") - 1
        stays[of[strange - starts[of] < LONGEST]] = True
        never = self._never[_slots(heads, _FEW_BITS)] == heads
        stays &= ~never
        kept = np.flatnonzero(stays)
        start, size = starts[kept], sizes[kept]
        bounds = np.cumsum([0, *(len(text) + 1 for text in texts)])
        text = np.searchsorted(bounds, start, side="right") - 1
        whole = np.ones(len(starts), dtype=bool)
        whole[of] = False
        return Kept(
            texts,
            text=text,
            place=kept,
            start=start - bounds[text],
            end=start + size - bounds[text],
            head=heads[kept],
            tail=eight[start + LONGEST] & _MASKS[np.clip(size, LONGEST, 2 * LONGEST) - LONGEST],
            whole=whole[kept] & (size <= 2 * LONGEST),
            compounds=_compounds(codes, starts, ends, bounds),
            never=_Places(np.flatnonzero(never), starts, ends, bounds),
        )

    def _may_be(self, heads: np.ndarray) -> np.ndarray:
        found = np.zeros(len(heads), dtype=bool)
        for mask, table in self._tables:
            found |= table[_slots(heads & mask)]
        return found


def _table(keys: Iterable[int]) -> np.ndarray:
    table = np.zeros(1 << _BITS, dtype=bool)
    table[_slots(np.array(sorted(keys), dtype=np.uint64))] = True
    return table


def _edges(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where words start and end; the last character is in none."""
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.concatenate([[0], edges])
    return edges[::2], edges[1::2]


def _compounds(
    codes: np.ndarray, starts: np.ndarray, ends: np.ndarray, bounds: np.ndarray
) -> list[tuple[int, int, int]]:
    """Return text, start and end of the words that are joined by hyphens."""
    near = np.flatnonzero(starts[1:] - ends[:-1] == 1)
    between = codes[ends[near]]
    near = near[np.logical_or.reduce([between == ord(sign) for sign in HYPHENS])]
    if not len(near):
        return []
    apart = np.flatnonzero(np.diff(near) > 1)
    start = starts[near[np.concatenate([[0], apart + 1])]]
    end = ends[near[np.concatenate([apart, [len(near) - 1]])] + 1]
    text = np.searchsorted(bounds, start, side="right") - 1
    columns = (text, start - bounds[text], end - bounds[text])
    return list(zip(*(column.tolist() for column in columns), strict=True))
