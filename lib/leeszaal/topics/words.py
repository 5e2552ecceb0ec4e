"""Which words show what a topic is about, in each language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leeszaal.topics.quality import Company, company

__all__ = ["Words", "of_language", "shown_words", "strongest"]

_CANDIDATES = 40
_TRUST = 5
_COMPANY = 3


@dataclass(frozen=True)
class Words:
    """The words of k topics in one language.

    Attributes
    ----------
    lists
        Per topic pairs of column number and weight, in the order in which they are shown.
    company
        How often all these stand together, in the works of the language.
    """

    lists: list[list[tuple[int, float]]]
    company: Company

    def coherence(self, topic: int, top: int = 10) -> float | None:
        """Return the NPMI of the first `top` words of a topic."""
        return self.company.coherence([j for j, _ in self.lists[topic][:top]])


def _presence(counts: Any) -> Any:
    import scipy.sparse as sp

    return sp.csr_matrix((np.ones(counts.nnz, dtype=np.float32), counts.indices, counts.indptr), shape=counts.shape)


def of_language(counts: Any, spoken: np.ndarray, language: str) -> np.ndarray:
    """Return which of the m terms count for a language.

    At least two of its works have it, and it is not mainly of another language: its share there is at least 30 % of
    the sum of its shares over languages.
    """
    presence = _presence(counts)
    names, sizes = np.unique(spoken, return_counts=True)
    shares = {
        str(name): np.asarray(presence.T @ (spoken == name).astype(np.float32)) / size
        for name, size in zip(names, sizes, strict=True)
        # A handful of works in a third language must not decide which language a term is of.
        if name == language or size >= 20
    }
    if language not in shares:
        return np.zeros(counts.shape[1], dtype=bool)
    mine = shares[language]
    return np.asarray((mine * (spoken == language).sum() >= 2 - 1e-3) & (mine >= 0.3 * sum(shares.values())))


def strongest(terms: np.ndarray, allowed: np.ndarray, top: int = 10) -> list[list[tuple[int, float]]]:
    """Return per topic its strongest terms in the model (k, m), of those that are allowed (m,)."""
    lists = []
    for row in np.where(allowed, terms, 0.0):
        order = np.argsort(-row, kind="stable")[:top]
        lists.append([(int(j), float(row[j])) for j in order if row[j] > 0])
    return lists


def shown_words(
    tfidf: Any, counts: Any, strength: np.ndarray, inside: np.ndarray, allowed: np.ndarray, *, top: int = 10
) -> Words:
    """Choose the words shown for each topic in one language: those of its core works, by their own TF-IDF.

    The bridge lends a work the words of its neighbours, so the strongest terms of the model occur together less in one
    and the same work. Three steps win that coherence back (`benchmarks/topics_peers.py` prints both figures):

    1. a mean of the works' own TF-IDF, weighted by the third power of how strongly a work belongs to the topic;
    2. times the root of the share of it that is in this topic, as in class-based TF-IDF (arXiv 2203.05794);
    3. of the forty best, one after the other the term with the largest product of that weight and the third power of
       (1 + mean NPMI with the terms already chosen) / 2, counted without one of the works that have both: what rests
       on a single work does not come back in others.

    Parameters
    ----------
    tfidf, counts
        (n, m) CSR, not bridged.
    strength
        (n, k).
    inside
        (n,) which works are in the language.
    allowed
        (m,) which terms are; see `of_language`.
    top
        Terms per topic.
    """
    core = np.where(inside[:, None], strength, 0.0) ** 3
    total = core.sum(axis=0)
    scores = np.asarray(tfidf.T @ core).T / np.where(total > 0, total, 1.0)[:, None]
    everywhere = np.maximum(scores.sum(axis=0), 1e-12)
    candidates = strongest(scores * np.sqrt(scores / everywhere), allowed, _CANDIDATES)
    met = company(counts, {j for row in candidates for j, _ in row}, inside)
    return Words([_coherent(row, met, top) for row in candidates], met)


def _coherent(row: Sequence[tuple[int, float]], met: Company, top: int) -> list[tuple[int, float]]:
    """Return the best terms of a topic, each chosen for its weight and its company with those chosen before."""
    if len(row) < 3:
        return list(row)
    at = np.searchsorted(met.terms, [j for j, _ in row])
    # Of a handful of works the company of a word says little: shrunk to half at five works.
    often = np.diag(met.joint)[at]
    least = np.minimum(often[:, None], often[None, :])
    together = met.without_one[np.ix_(at, at)] * least / (least + _TRUST)
    weight = np.array([score for _, score in row])
    fits = 1 + together.sum(axis=1) / (len(row) - 1)
    chosen = [int(np.argmax(weight * fits**_COMPANY))]
    while len(chosen) < min(top, len(row)):
        worth = weight * ((1 + together[:, chosen].mean(axis=1)) / 2) ** _COMPANY
        worth[chosen] = -1.0
        chosen.append(int(np.argmax(worth)))
    return [row[at] for at in chosen]
