"""An inverted index of works, kept on disk: words by their Dutch and English stems, phrases, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leeszaal.works.language import STEMMERS
from leeszaal.works.plain import fold, folded_words

__all__ = ["Index", "stems"]

Numbers = np.ndarray[Any, np.dtype[Any]]


@lru_cache(maxsize=1)
def _stemmers() -> tuple[Any, Any]:
    from Stemmer import Stemmer

    return Stemmer(STEMMERS["nl"]), Stemmer(STEMMERS["en"])


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
    return dutch.stemWord(word), english.stemWord(word)


class Index:
    """Which works hold which words; made by `Index.of`, kept on disk by `save` and `load`.

    Attributes
    ----------
    names
        The fields.
    n
        Number of works.
    """

    _ARRAYS = ("stream", "work", "field", "order", "starts", "marks", "bounds")

    def __init__(self, names: Sequence[str], words: pa.Table, arrays: Mapping[str, Numbers]) -> None:
        self.names, self._table, self._arrays = list(names), words, dict(arrays)
        self._stream, self._work, self._field = arrays["stream"], arrays["work"], arrays["field"]
        self._order, self._starts = arrays["order"], arrays["starts"]
        self.n = arrays["marks"].shape[1]
        self._words = dict(zip(words.column("word").to_pylist(), range(len(words)), strict=True))
        self._by_stem = [_grouped(words.column(name)) for name in ("dutch", "english")]

    @classmethod
    def of(cls, fields: Mapping[str, Sequence[str]], before: Index | None = None) -> Index:
        """Return the index of `fields`.

        Parameters
        ----------
        fields
            Name of a field to its texts, one a work, in the order of the works.
        before
            An index of the same fields of other works: texts that are in it are not read again.
        """
        if before is not None and before.names != list(fields):
            before = None
        known = dict(before._words) if before is not None else {}
        n = len(next(iter(fields.values()), []))
        parts: dict[str, list[Numbers]] = {name: [] for name in ("stream", "work", "field", "marks", "bounds")}
        shift = 0
        for number, texts in enumerate(fields.values()):
            marks = pd.util.hash_array(np.array([*texts, ""], dtype=object), categorize=False)[:-1]
            stream, lengths = _read(texts, marks, known, before, number)
            parts["stream"].append(stream)
            parts["work"].append(np.repeat(np.arange(n, dtype=np.int32), lengths))
            parts["field"].append(np.full(len(stream), number, dtype=np.int8))
            parts["marks"].append(marks)
            parts["bounds"].append(shift + np.concatenate(([0], np.cumsum(lengths))))
            shift += len(stream)
        arrays = {name: np.concatenate(parts[name]) for name in ("stream", "work", "field")}
        arrays |= {name: np.stack(parts[name]) for name in ("marks", "bounds")}
        order = np.argsort(arrays["stream"], kind="stable")
        arrays["starts"] = np.searchsorted(arrays["stream"][order], np.arange(len(known) + 1))
        arrays["order"] = order.astype(np.uint32 if len(order) < 2**32 else np.int64)
        fresh = list(known)[len(before._table) if before is not None else 0 :]
        dutch, english = (stemmer.stemWords(fresh) for stemmer in _stemmers())
        words = pa.table(
            [pa.array(c, pa.string()) for c in (fresh, dutch, english)], names=["word", "dutch", "english"]
        )
        return cls(list(fields), words if before is None else pa.concat_tables([before._table, words]), arrays)

    def save(self, folder: Path) -> None:
        """Write the index into an empty folder."""
        for name in self._ARRAYS:
            np.save(folder / f"{name}.npy", self._arrays[name])
        pq.write_table(self._table, folder / "words.parquet")

    @classmethod
    def load(cls, folder: Path, names: Sequence[str]) -> Index:
        """Return an index from the disk; its arrays stay there and are read where a question touches them.

        Raises
        ------
        OSError, ValueError, pyarrow.ArrowException
            When it is not there or not whole.
        """
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in cls._ARRAYS}
        return cls(names, pq.read_table(folder / "words.parquet"), arrays)

    def _at(self, words: Iterable[int]) -> Numbers:
        parts = [self._order[self._starts[word] : self._starts[word + 1]] for word in words]
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)

    def _numbers(self, word: str) -> list[int]:
        """Return the words with a stem in common with `word`."""
        found: dict[int, None] = {}
        for (place, order, starts), stem in zip(self._by_stem, stems(word), strict=True):
            if stem in place:
                found |= dict.fromkeys(order[starts[place[stem]] : starts[place[stem] + 1]].tolist())
        return list(found)

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


def _grouped(stems_: pa.ChunkedArray) -> tuple[dict[str, int], Numbers, Numbers]:
    """Return the place of each stem, the words in the order of their stem, and where each stem starts among them."""
    codes, unique = pd.factorize(stems_.to_numpy())
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(unique) + 1))
    return dict(zip(unique.tolist(), range(len(unique)), strict=True)), order, starts


def _read(
    texts: Sequence[str], marks: Numbers, known: dict[str, int], before: Index | None, field: int
) -> tuple[Numbers, Numbers]:
    """Return the numbers of the words of all texts, one after the other, and how many each has; −1 ends a text.

    `known` learns the words that are new.
    """
    n = len(texts)
    old = np.full(n, -1, dtype=np.int64)
    if before is not None and before.n:
        there = np.asarray(before._arrays["marks"][field])
        order = np.argsort(there)
        place = order[np.minimum(np.searchsorted(there[order], marks), before.n - 1)]
        old = np.where(there[place] == marks, place, -1)
    lengths = np.zeros(n, dtype=np.int64)
    fresh: list[int] = []
    for work in np.flatnonzero(old < 0).tolist():
        words = folded_words(texts[work])
        fresh += [known.setdefault(word, len(known)) for word in words]
        fresh.append(-1)  # so that no phrase runs from one text into the next
        lengths[work] = len(words) + 1
    kept = np.flatnonzero(old >= 0)
    if before is not None and len(kept):
        bounds = np.asarray(before._arrays["bounds"][field])
        lengths[kept] = bounds[old[kept] + 1] - bounds[old[kept]]
    ends = np.cumsum(lengths)
    out = np.empty(int(ends[-1]) if n else 0, dtype=np.int32)
    new = np.repeat(old < 0, lengths)
    out[new] = fresh
    if before is not None and len(kept):
        inside = np.arange(int(lengths[kept].sum())) - np.repeat(
            np.cumsum(lengths[kept]) - lengths[kept], lengths[kept]
        )
        out[~new] = before._stream[np.repeat(bounds[old[kept]], lengths[kept]) + inside]
    return out, lengths
