"""An inverted index of works, in memory: words by their Dutch and English stems, phrases, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from leeszaal.works.plain import fold

__all__ = ["Index", "stems"]

Numbers = np.ndarray[Any, np.dtype[Any]]


@lru_cache(maxsize=1)
def _stemmers() -> tuple[Any, Any]:
    from nltk.stem.snowball import DutchStemmer, EnglishStemmer

    return DutchStemmer(), EnglishStemmer()


@lru_cache(maxsize=1 << 19)
def stems(word: str) -> tuple[str, str]:
    """Return the Dutch and the English stem of a folded word (Snowball; Porter 2001).

    Examples
    --------
    >>> stems("gemeenten") == stems("gemeente"), stems("governing")[1]
    (False, 'govern')
    >>> stems("gemeenten")[0] == stems("gemeente")[0]
    True
    """
    dutch, english = _stemmers()
    return dutch.stem(word), english.stem(word)


class Index:
    """Which works hold which words.

    Parameters
    ----------
    fields
        Name of a field to its texts, one a work, in the order of the works.

    Attributes
    ----------
    n
        Number of works.
    """

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self.names = list(fields)
        self.n = len(next(iter(fields.values()), []))
        self._words: dict[str, int] = {}
        known = self._words
        stream: list[Numbers] = []
        works: list[Numbers] = []
        marks: list[Numbers] = []
        for mark, texts in enumerate(fields.values()):
            ids: list[int] = []
            lengths = np.zeros(self.n, dtype=np.int64)
            for work, text in enumerate(texts):
                words = fold(text).split() if text else []
                ids += [known.setdefault(word, len(known)) for word in words]
                ids.append(-1)  # so that no phrase runs from one text into the next
                lengths[work] = len(words) + 1
            stream.append(np.array(ids, dtype=np.int32))
            works.append(np.repeat(np.arange(self.n, dtype=np.int32), lengths))
            marks.append(np.full(len(ids), mark, dtype=np.int8))
        self._stream = np.concatenate(stream) if stream else np.zeros(0, np.int32)
        self._work = np.concatenate(works) if works else np.zeros(0, np.int32)
        self._field = np.concatenate(marks) if marks else np.zeros(0, np.int8)
        self._order = np.argsort(self._stream, kind="stable").astype(np.int64)
        self._starts = np.searchsorted(self._stream[self._order], np.arange(len(known) + 1))
        self._by_stem: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
        for word, number in known.items():
            for table, stem in zip(self._by_stem, stems(word), strict=True):
                table.setdefault(stem, []).append(number)

    def _at(self, words: Iterable[int]) -> Numbers:
        parts = [self._order[self._starts[word] : self._starts[word + 1]] for word in words]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _numbers(self, word: str) -> list[int]:
        """Return the words with a stem in common with `word`."""
        found = [
            number for table, stem in zip(self._by_stem, stems(word), strict=True) for number in table.get(stem, [])
        ]
        return list(dict.fromkeys(found))

    def score(self, text: str, weights: Mapping[str, float], *, phrase: bool = False) -> Numbers:
        """Return how much each work speaks of `text`: 0 where it does not.

        Parameters
        ----------
        text
            Words: all of them must be there, in any form of the word.
        weights
            Field to what a hit in it counts; other fields are not looked at.
        phrase
            Exactly these words, in this order.

        Returns
        -------
        ndarray of float
            (n,) The weight of the best field a word is in, times its inverse document frequency, summed.
        """
        words = fold(text).split()
        table = np.array([weights.get(name, 0.0) for name in self.names])
        if not words:
            return np.zeros(self.n)
        if phrase:
            places = self._at([self._words[w] for w in words[:1] if w in self._words])
            for step, word in enumerate(words[1:], 1):
                wanted = self._words.get(word, -2)
                after = places + step
                inside = after < len(self._stream)
                places = places[inside][self._stream[after[inside]] == wanted]
            return self._weigh(places, table)
        total = np.zeros(self.n)
        everywhere = np.ones(self.n, dtype=bool)
        for word in words:
            own = self._weigh(self._at(self._numbers(word)), table)
            everywhere &= own > 0
            total += own
        return np.where(everywhere, total, 0.0)

    def _weigh(self, places: Numbers, table: Numbers) -> Numbers:
        best = np.zeros(self.n)
        np.maximum.at(best, self._work[places], table[self._field[places]])
        hits = int((best > 0).sum())
        return best * (np.log1p(self.n / hits) if hits else 0.0)
