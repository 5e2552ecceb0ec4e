"""Which words show what a topic is about, in each language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leeszaal.topics.quality import Company, company

__all__ = ["Words", "of_language", "shown_words", "strongest"]

_CANDIDATES = 40
_CORE = 2
_EXCLUSIVE = 0.5
_SHARED = 0.7
_COMPANY = 6
_INSIDE = 0.7


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
    counts: Any,
    strength: np.ndarray,
    inside: np.ndarray,
    allowed: np.ndarray,
    *,
    names: Sequence[str] | None = None,
    top: int = 10,
) -> Words:
    """Choose the words shown for each topic in one language: those that many of its core works have, and few others.

    The bridge lends a work the words of its neighbours, so the strongest terms of the model occur together less in one
    and the same work. Four steps win that coherence back (`benchmarks/topics_peers.py` prints both figures):

    1. the share of the works that have the term, each weighted by the square of how strongly it belongs to the topic;
    2. times the root of the share of that which is in this topic: frequent and exclusive, as in FREX (Bischof &
       Airoldi 2012, arXiv 1206.4631);
    3. only in topics where that is at least 70 % of what it is in the topic where it is highest: a word of everywhere
       tells no topics apart;
    4. of the forty best, one after the other the term with the largest product of that weight and the sixth power of
       (1 + mean NPMI with the terms already chosen) / 2, where that NPMI is the one to be expected in other works.

    Parameters
    ----------
    counts
        (n, m) CSR, not bridged.
    strength
        (n, k).
    inside
        (n,) which works are in the language.
    allowed
        (m,) which terms are; see `of_language`.
    names
        The m terms. Given these, a word is left out that hardly stands on its own beside a compound that holds it.
    top
        Terms per topic.
    """
    core = np.where(inside[:, None], strength, 0.0) ** _CORE
    total = core.sum(axis=0)
    often = np.asarray(_presence(counts).T @ core).T / np.where(total > 0, total, 1.0)[:, None]
    weight = often * (often / np.maximum(often.sum(axis=0), 1e-12)) ** _EXCLUSIVE
    weight[weight < _SHARED * weight.max(axis=0)] = 0.0
    candidates = strongest(weight, allowed, _CANDIDATES)
    met = company(counts, {j for row in candidates for j, _ in row}, inside)
    if names is not None:
        candidates = [_without_parts(row, met, names) for row in candidates]
    return Words([_coherent(row, met, top) for row in candidates], met)


def _without_parts(row: list[tuple[int, float]], met: Company, names: Sequence[str]) -> list[tuple[int, float]]:
    """Leave out words that are half of a compound in the row, when 70 % of the works with the word have the compound.

    A compound also counts as its parts (`leeszaal.topics.text`): "werkgevers" brings "gevers" along.
    """
    at = np.searchsorted(met.terms, [j for j, _ in row])
    words = [str(names[j]) for j, _ in row]
    kept = []
    for word, own, pair in zip(words, at, row, strict=True):
        holds = [
            other
            for compound, other in zip(words, at, strict=True)
            if other != own
            and any(part != word and part.startswith(word) | part.endswith(word) for part in compound.split())
        ]
        if all(met.joint[own, other] < _INSIDE * met.joint[own, own] for other in holds):
            kept.append(pair)
    return kept


def _coherent(row: Sequence[tuple[int, float]], met: Company, top: int) -> list[tuple[int, float]]:
    """Return the best terms of a topic, each chosen for its weight and its company with those chosen before."""
    if len(row) < 3:
        return list(row)
    at = np.searchsorted(met.terms, [j for j, _ in row])
    together = met.expected[np.ix_(at, at)]
    weight = np.array([score for _, score in row])
    fits = (1 + together.sum(axis=1) / (len(row) - 1)) / 2
    chosen = [int(np.argmax(weight * fits**_COMPANY))]
    while len(chosen) < min(top, len(row)):
        worth = weight * ((1 + together[:, chosen].mean(axis=1)) / 2) ** _COMPANY
        worth[chosen] = -1.0
        chosen.append(int(np.argmax(worth)))
    return [row[at] for at in chosen]
