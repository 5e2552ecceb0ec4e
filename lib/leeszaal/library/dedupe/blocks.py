"""Which records are worth comparing: those that share a rare key. Growth stays near-linear in the records."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from leeszaal.library.dedupe.features import Features

__all__ = [
    "LARGEST", "Candidates", "Keys", "WordTimes", "block_keys", "block_pairs", "candidates", "read_keys", "word_times",
]  # fmt: skip

# A key that more records share than this tells too little to compare them all by it.
LARGEST = 60
# Pairs of rare words are many and weak, so their blocks stay small.
_LARGEST_WORDS = 30
_RARE = 4
# Keys of letters from both ends of the title; shorter titles count whole.
_HEAD, _TAIL = 24, 20

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Candidates:
    """Pairs of rows to compare, `left < right`, each once, in order.

    Attributes
    ----------
    skipped
        Kind of key → number of blocks that were too large to compare within.
    """

    left: Numbers
    right: Numbers
    skipped: dict[str, int]


@dataclass(frozen=True)
class WordTimes:
    """In how many titles each word stands, over records that need not be in memory.

    Attributes
    ----------
    words
        Hashes of the words that stand in two titles or more, ascending.
    times
        The number of titles of each.
    """

    words: Numbers
    times: Numbers

    def of(self, words: Numbers) -> Numbers:
        """Return the number of titles of each of `words` (hashes); 1 for a word that is not among them."""
        place = np.minimum(np.searchsorted(self.words, words), max(len(self.words) - 1, 0))
        if not len(self.words):
            return np.ones(len(words), dtype=np.int64)
        return np.where(self.words[place] == words, self.times[place], 1)


@dataclass(frozen=True, slots=True)
class Keys:
    """What the keys of `n` records are made of: a number for each text, 0 where it is missing.

    Attributes
    ----------
    head, tail, six
        The first 24, last 20 and first six letters of the title.
    first, page, last, volume, isbn
        Of the fields of that name.
    words, counts
        The different words of every title, one title after the other, and how many each has.
    """

    head: Numbers
    tail: Numbers
    six: Numbers
    first: Numbers
    page: Numbers
    last: Numbers
    volume: Numbers
    isbn: Numbers
    words: Numbers
    counts: Numbers

    def take(self, rows: Numbers) -> Keys:
        """Return the keys of `rows` (ascending) alone."""
        if len(rows) == len(self.head):
            return self
        kept = np.zeros(len(self.head), dtype=bool)
        kept[rows] = True
        arrays = {c.name: getattr(self, c.name)[rows] for c in fields(self) if c.name != "words"}
        return Keys(**arrays, words=self.words[np.repeat(kept, self.counts)])


def read_keys(f: Features) -> Keys:
    """Return what the keys of each record are made of."""
    compact = [t.replace(" ", "") for t in f.title]
    ends = [[t[:_HEAD] for t in compact], [t[-_TAIL:] for t in compact], [t[:6] for t in compact]]
    split = [dict.fromkeys(t.split()) for t in f.title]
    head, tail, six, first, page, last, volume, isbn = (
        _hashed(texts) for texts in (*ends, f.first, f.page, f.last, f.volume, f.isbn)
    )
    return Keys(
        head, tail, six, first, page, last, volume, isbn,
        words=_hashed([w for words in split for w in words]),
        counts=np.fromiter((len(words) for words in split), np.int64, len(split)),
    )  # fmt: skip


def candidates(features: Features, keys: Keys | None = None) -> Candidates:
    """Return the pairs of records that share a key which at most `LARGEST` records have."""
    n = len(features)
    if n < 2:
        empty = np.zeros(0, dtype=np.int64)
        return Candidates(empty, empty, {})
    found, skipped = [], {}
    for name, rows, codes, largest in block_keys(features, keys=keys):
        pairs, over = block_pairs(rows, codes, largest, n, beside=name == "doi")
        found.append(pairs)
        if over:
            skipped[name] = over
    codes = np.unique(np.concatenate(found))
    return Candidates(codes // n, codes % n, skipped)


def block_keys(
    f: Features, words: WordTimes | None = None, keys: Keys | None = None
) -> list[tuple[str, Numbers, Numbers, int]]:
    """Return name, rows, hashed keys and largest block of each kind of key; rows without it are left out.

    Parameters
    ----------
    f
        What is known of each record.
    words
        How rare words are where `f` is a part of all records; by default `f` is all there is.
    keys
        What the keys are made of, where that was worked out before.
    """
    k = keys if keys is not None else read_keys(f)
    head, first, page, last, volume = k.head, k.first, k.page, k.last, k.volume
    year = f.year.astype(np.uint64)
    has_title, has_first, has_page, has_last = f.words > 0, first != 0, page != 0, last != 0
    has_volume, has_year = volume != 0, f.year > 0
    out = [
        ("title", has_title, head),
        ("title end", has_title, k.tail),
        ("title and name", has_title & has_first, _joined(head, first)),
        ("title and year", has_title & has_year, _joined(head, year)),
        ("pages and volume", has_last & has_volume, _joined(_joined(page, last), volume)),
        ("page, volume and year", has_page & has_volume & has_year, _joined(_joined(page, volume), year)),
        ("name and page", has_first & has_page, _joined(first, page)),
        ("name, year and letters", has_first & has_year & has_title, _joined(_joined(first, year), k.six)),
        ("isbn", k.isbn != 0, k.isbn),
    ]
    named = [(name, np.flatnonzero(mask), codes[mask], LARGEST) for name, mask, codes in out]
    named.append(("doi", *_dois(f), LARGEST))
    named.append(("rare words", *_rare_words(k, words), _LARGEST_WORDS))
    return named


def _dois(f: Features) -> tuple[Numbers, Numbers]:
    rows: list[int] = np.flatnonzero(f.doi != "").tolist()
    dois = [f.doi[i] for i in rows]
    for row, several in sorted(f.more_dois.items()):
        others = sorted(several - {f.doi[row]})
        rows += [row] * len(others)
        dois += others
    return np.array(rows, dtype=np.int64), _hashed(dois)


def word_times(keys: Keys) -> WordTimes:
    """Return in how many titles each word stands, those that stand in one alone too."""
    return WordTimes(*np.unique(keys.words, return_counts=True))


def _rare_words(k: Keys, known: WordTimes | None = None) -> tuple[Numbers, Numbers]:
    """Return a key for each pair of the four rarest words of each title that other titles have too."""
    rows = np.repeat(np.arange(len(k.counts)), k.counts)
    if not len(rows):
        return rows, rows.astype(np.uint64)
    if known is None:
        codes, _ = pd.factorize(k.words)
        times = np.bincount(codes)[codes]
    else:
        times = known.of(k.words)
    shared = times > 1
    rows, words, times = rows[shared], k.words[shared], times[shared]
    # Ties are broken by the hash of the word, never by the order of the records.
    order = np.lexsort((words, times, rows))
    rows, words = rows[order], words[order]
    start = np.concatenate(([True], rows[1:] != rows[:-1])) if len(rows) else np.zeros(0, bool)
    place = np.arange(len(rows)) - np.maximum.accumulate(np.where(start, np.arange(len(rows)), 0))
    keep = place < _RARE
    rows, words, place = rows[keep], words[keep], place[keep]
    table = np.zeros((len(k.counts), _RARE), dtype=np.uint64)
    table[rows, place] = words
    table.sort(axis=1)
    out_rows, out_keys = [], []
    for a in range(_RARE):
        for b in range(a + 1, _RARE):
            both = np.flatnonzero((table[:, a] != 0) & (table[:, b] != 0))
            out_rows.append(both)
            out_keys.append(_joined(table[both, a], table[both, b]))
    return np.concatenate(out_rows), np.concatenate(out_keys)


def _hashed(values: Any) -> Numbers:
    """Return a number for each text, the same on every machine; 0 for no text."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    out = pd.util.hash_array(array)
    return np.where(array == "", np.uint64(0), out | np.uint64(1))


def _joined(a: Numbers, b: Numbers) -> Numbers:
    """Return one number for two; wrapping around is what a hash does."""
    with np.errstate(over="ignore"):
        return (a * np.uint64(0x9E3779B97F4A7C15)) ^ (b * np.uint64(0xC2B2AE3D27D4EB4F) + (a >> np.uint64(29)))


def block_pairs(rows: Numbers, keys: Numbers, largest: int, n: int, *, beside: bool) -> tuple[Numbers, int]:
    """Return left × n + right for every two rows with one key, and how many keys too many rows share.

    With `beside`, rows with such a key are compared with the first and the next of them.
    """
    order = np.lexsort((rows, keys))
    rows, keys = rows[order], keys[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, np.int64)
    sizes = np.diff(np.append(starts, len(keys)))
    found = [np.zeros(0, dtype=np.int64)]
    for size in np.unique(sizes):
        if not 2 <= size <= largest:
            continue
        block = rows[starts[sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(size, 1)
        found.append((block[:, a] * n + block[:, b]).ravel())
    for start, size in zip(starts[sizes > largest], sizes[sizes > largest], strict=True) if beside else ():
        block = rows[start : start + size]
        found += [block[0] * n + block[1:], block[:-1] * n + block[1:]]
    codes = np.unique(np.concatenate(found))
    return codes[codes // n != codes % n], int((sizes > largest).sum())
