"""Which topic a work belongs to, and whether it belongs to any.

A work fits none when it lies far from what the works in its language are about: the cosine of its meaning with the
mean of the others, itself left out, is more than two and a half times the spread below the median of its language
(Leys et al. 2013, doi 10.1016/j.jesp.2013.03.013: 1.4826 times the median absolute deviation). Nearest neighbours tell
less: a handful of works from elsewhere lie near to each other. Where the meaning of works is not known, their TF-IDF
takes its place.

- The median is that of the language, as works in one language lie nearer or farther on the whole; the spread is that of
  the language or of all works, whichever is larger: that of a few works is known badly, and a language is no reason to
  fit none.
- Of a language with fewer than twenty works nothing is said.
- A topic that holds its fair share of the works and lies apart as a whole is a subject of its own: its works stay.

`benchmarks/topics_methods.py` prints how many works of a set, and of works mixed in from another, fit none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leeszaal.topics.bridge import bridge_languages
from leeszaal.topics.corpus import Corpus
from leeszaal.topics.models import Factors

__all__ = ["Assigned", "assign", "centrality", "outlying"]

_SIGMA = 1.4826
_FAR = 2.5
_BATCH = 50_000


@dataclass(frozen=True)
class Assigned:
    """Per work (n,): its topic (−1: none), the share of that topic in it, and the cosine of its own terms with it."""

    topic: np.ndarray
    share: np.ndarray
    own: np.ndarray


def assign(corpus: Corpus, factors: Factors, strength: np.ndarray) -> Assigned:
    """Give each work its topic.

    Parameters
    ----------
    corpus, factors
        The n works, and the k topics.
    strength
        (n, k), as `leeszaal.topics.plan.strengths` gives it.
    """
    best = strength.argmax(axis=1)
    total = strength.sum(axis=1)
    share = np.divide(strength.max(axis=1), total, out=np.zeros(len(total)), where=total > 0)
    own = np.empty(len(best))
    for at in range(0, len(best), _BATCH):
        rows = slice(at, at + _BATCH)
        mine = np.asarray(corpus.matrix.tfidf[rows] @ factors.terms.T)
        own[rows] = mine[np.arange(len(mine)), best[rows]]
    groups = _groups(corpus.languages)
    far = outlying([_centrality(corpus, members) for members in groups])
    strange = np.zeros(len(best), dtype=bool)
    for members, outside in zip(groups, far, strict=True):
        strange[members] = outside
    strange &= ~_apart(best, strange, strength.shape[1])
    return Assigned(np.where(strange | (total <= 0), -1, best), share, own)


def _groups(languages: np.ndarray) -> list[np.ndarray]:
    """Return the row numbers of the works in each language that has enough of them."""
    return [
        np.flatnonzero(languages == name) if name else np.arange(len(languages))
        for name in bridge_languages(languages.tolist())
    ]


def _centrality(corpus: Corpus, members: np.ndarray) -> np.ndarray:
    def points(rows: slice) -> Any:
        mine = members[rows]
        return corpus.matrix.tfidf[mine] if corpus.embeddings is None else corpus.vectors(mine)

    return centrality(points, len(members))


def _apart(topic: np.ndarray, strange: np.ndarray, k: int) -> np.ndarray:
    """Return which works are in a topic of at least 1/k of the works, at least half of which lie far."""
    many = np.bincount(topic, minlength=k)
    far = np.bincount(topic[strange], minlength=k)
    return np.asarray(((many * k >= len(topic)) & (2 * far >= many))[topic])


def centrality(points: Callable[[slice], Any], n: int) -> np.ndarray:
    """Return the cosine of each of n points with the mean of the others; nan for a point at the origin.

    Parameters
    ----------
    points
        ``points(rows)`` returns these rows, of unit length or zero, dense or CSR; called twice for each of the n.
    n
        Number of points.

    Examples
    --------
    >>> square = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> centrality(lambda rows: square[rows], 3).round(2).tolist()
    [0.71, 0.71, 0.0]
    """
    parts = [slice(at, min(at + _BATCH, n)) for at in range(0, n, _BATCH)]
    total = np.sum([np.asarray(points(part).sum(axis=0), dtype=np.float64).ravel() for part in parts], axis=0)
    out = np.full(n, np.nan)
    for part in parts:
        mine = points(part)
        square = np.asarray(mine.multiply(mine).sum(axis=1) if hasattr(mine, "multiply") else (mine * mine).sum(axis=1))
        square = square.ravel().astype(np.float64)
        along = np.asarray(mine @ total, dtype=np.float64).ravel()
        rest = np.sqrt(np.maximum(total @ total - 2 * along + square, 0.0) * square)
        np.divide(along - square, rest, out=out[part], where=rest > 1e-9)
    return out


def outlying(groups: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return per group which values lie far below its median; see the head of this module.

    Examples
    --------
    >>> [far.tolist() for far in outlying([np.array([0.5, 0.6, 0.7, 0.0]), np.array([0.2, 0.3, 0.25])])]
    [[False, False, False, True], [False, False, False]]
    """
    below = [values - np.nanmedian(values) if np.isfinite(values).any() else values for values in groups]
    off = np.abs(np.concatenate([np.zeros(0), *below]))
    overall = float(np.nanmedian(off)) if np.isfinite(off).any() else 0.0
    found = []
    for values in below:
        spread = max(overall, float(np.nanmedian(np.abs(values)))) if np.isfinite(values).any() else overall
        found.append(np.asarray(np.nan_to_num(values) < -_FAR * _SIGMA * spread))
    return found
