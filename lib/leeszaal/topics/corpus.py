"""The works with usable words, ready for a model; of a large corpus a sample is fitted and the rest is placed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leeszaal.topics.matrix import TermMatrix

__all__ = ["LARGEST", "Corpus", "sample_of"]

# Above this many works a model is fitted to a sample, and the others are placed in its topics in batches. A fit says
# the same from there on, and grows faster than the corpus: each work speaks the words of its neighbours too.
LARGEST = 10_000


@dataclass(frozen=True)
class Corpus:
    """The n works with usable words.

    Attributes
    ----------
    ids, languages
        n ids, in alphabetical order, and language codes.
    matrix
        Their terms.
    surfaces
        Term to its written form.
    embeddings
        (N, d) float32, one row a work, in the order of the table; may be a file on disk (`numpy.memmap`).
    take
        (n,) the row of each work in `embeddings`.
    fitted
        Row numbers of the works that are fitted, ascending: all of them, or a sample.
    """

    ids: list[str]
    languages: np.ndarray
    matrix: TermMatrix
    surfaces: dict[str, str]
    embeddings: np.ndarray | None
    take: np.ndarray
    fitted: np.ndarray

    @property
    def whole(self) -> bool:
        """Whether every work is fitted."""
        return len(self.fitted) == len(self.ids)

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the embeddings of these works."""
        if self.embeddings is None:
            raise ValueError("this corpus has no embeddings")
        return np.asarray(self.embeddings[self.take[rows]], dtype=np.float32)


def sample_of(ids: Sequence[str], random_state: int, size: int = LARGEST) -> np.ndarray:
    """Return the row numbers of at most `size` works, ascending; of a corpus that grew mostly the same works.

    The works whose id and seed give the smallest hash: a new work pushes at most one other out.
    """
    if len(ids) <= size:
        return np.arange(len(ids))
    digests = [hashlib.blake2b(f"{random_state}:{work}".encode(), digest_size=8).digest() for work in ids]
    order = np.argsort(np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64), kind="stable")
    return np.sort(order[:size])
