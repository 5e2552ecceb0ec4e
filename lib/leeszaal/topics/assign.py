"""Which topic a work belongs to, and whether it belongs to any.

A work fits none when neither its words nor its meaning say that it fits:

- its *words* do not when they are no likelier among the other works of its topic than in the corpus as a whole (the
  log-likelihood ratio, without the work itself, is not above 0);
- its *meaning* does not when it lies farther from its nearest works than a typical work does: below the median by
  more than a standard deviation (1.4826 times the median absolute deviation). Where the meaning of works is not known,
  the likeness of its words to its topic is taken instead.

One of both is no ground: a short title may share no word with the rest of its topic, and a work may be far from the
others and yet in their words. Both are judged among the works in the same language: works in another one share no
words with it and lie nearer or farther on the whole, and a language is no reason to fit none.
`benchmarks/topics_methods.py` prints how many works of a set, and of works mixed in from another, fit none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from leeszaal.topics.bridge import bridge_languages
from leeszaal.topics.corpus import Corpus
from leeszaal.topics.models import Factors

__all__ = ["Assigned", "assign", "likelier"]

_SIGMA = 1.4826
_BATCH = 50_000


@dataclass(frozen=True)
class Assigned:
    """Per work (n,): its topic (−1: none), the share of that topic in it, and the cosine of its own terms with it."""

    topic: np.ndarray
    share: np.ndarray
    own: np.ndarray


def assign(corpus: Corpus, factors: Factors, strength: np.ndarray, near: np.ndarray | None) -> Assigned:
    """Give each work its topic.

    Parameters
    ----------
    corpus, factors
        The n works, and the k topics.
    strength, near
        (n, k) and (n,), as `leeszaal.topics.plan.strengths` gives them.
    """
    best = strength.argmax(axis=1)
    total = strength.sum(axis=1)
    share = np.divide(strength.max(axis=1), total, out=np.zeros(len(total)), where=total > 0)
    own = np.empty(len(best))
    for at in range(0, len(best), _BATCH):
        rows = slice(at, at + _BATCH)
        mine = np.asarray(corpus.matrix.tfidf[rows] @ factors.terms.T)
        own[rows] = mine[np.arange(len(mine)), best[rows]]
    far, strange = np.zeros(len(best), dtype=bool), np.zeros(len(best), dtype=bool)
    for group in _groups(corpus.languages):
        far[group] = _far((own if near is None else near)[group])
        strange[group] = likelier(corpus.matrix.counts[group], best[group], strength.shape[1]) <= 0
    return Assigned(np.where((far & strange) | (total <= 0), -1, best), share, own)


def _groups(languages: np.ndarray) -> list[np.ndarray]:
    """Return the row numbers of the works in each language; languages with too few for a bridge go together."""
    bridged = bridge_languages(languages.tolist())
    rest = np.flatnonzero(~np.isin(languages, bridged))
    return [rows for rows in (*(np.flatnonzero(languages == name) for name in bridged), rest) if len(rows)]


def _far(near: np.ndarray) -> np.ndarray:
    middle = np.median(near)
    return np.asarray(near < middle - _SIGMA * np.median(np.abs(near - middle)))


def likelier(counts: Any, topic: np.ndarray, k: int) -> np.ndarray:
    """Return per work how much likelier its words are in its topic than in the corpus, in nats.

    Each word counts once. Its chance in the topic is half that among the other works of the topic and half that in
    the other works of the corpus, so that one strange word does not decide.

    Parameters
    ----------
    counts
        (n, m) CSR.
    topic
        (n,) topic of each work.
    k
        Number of topics.
    """
    import scipy.sparse as sp

    n, m = counts.shape
    presence = sp.csr_matrix((np.ones(counts.nnz, dtype=np.float32), counts.indices, counts.indptr), shape=(n, m))
    member = sp.csr_matrix((np.ones(n, dtype=np.float32), (topic, np.arange(n))), shape=(k, n))
    inside = np.asarray((member @ presence).toarray(), dtype=np.float64)
    length = np.diff(counts.indptr)
    in_topic, everywhere = inside.sum(axis=1), inside.sum(axis=0)
    out = np.zeros(n)
    for at in range(0, n, _BATCH):
        stop = min(at + _BATCH, n)
        words = counts.indices[counts.indptr[at] : counts.indptr[stop]]
        work = np.repeat(np.arange(at, stop), length[at:stop])
        others = np.maximum(everywhere.sum() - length[work], 1)
        corpus = (everywhere[words] - 1 + 1 / m) / others
        own = (inside[topic[work], words] - 1) / np.maximum(in_topic[topic[work]] - length[work], 1)
        ratio = np.log((own + corpus) / (2 * corpus))
        out[at:stop] = np.bincount(work - at, weights=ratio, minlength=stop - at)
    return out
