"""How good the topics are: coherence within each language, diversity, and the leak of language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["diversity", "leak_bits", "npmi", "shown_terms"]

_TRUST = 5


def npmi(counts: Any, terms: Sequence[int]) -> float | None:
    """Return the mean normalised pointwise mutual information of the pairs of `terms`, −1 to 1.

    1: always in the same works; 0: as often together as chance; −1: never together. Compares models on one
    corpus, never corpora: short texts give low values. doi 10.1145/2684822.2685324.

    Parameters
    ----------
    counts
        (n, m) CSR, the works of one language.
    terms
        Column numbers; terms that do not occur are left out.

    Returns
    -------
    float or None
        None when fewer than two of the terms occur.
    """
    n = counts.shape[0]
    if n == 0 or len(terms) < 2:
        return None
    there = (counts[:, list(terms)].toarray() > 0).astype(np.float64)
    there = there[:, there.any(axis=0)]
    if there.shape[1] < 2:
        return None
    joint = there.T @ there / n
    single = np.diag(joint)
    values = []
    for i in range(len(single)):
        for j in range(i):
            if joint[i, j] == 0:
                values.append(-1.0)
            elif joint[i, j] >= 1:
                values.append(1.0)
            else:
                values.append(float(np.log(joint[i, j] / (single[i] * single[j])) / -np.log(joint[i, j])))
    return float(np.mean(values))


def diversity(lists: Sequence[Sequence[int]]) -> float:
    """Return the share of different terms in the top lists of all topics: 1 when no term is shown twice.

    Examples
    --------
    >>> diversity([[1, 2], [2, 3]])
    0.75
    """
    shown = [term for terms in lists for term in terms]
    return len(set(shown)) / len(shown) if shown else 0.0


def leak_bits(topics: Sequence[int], languages: Sequence[str]) -> float:
    """Return the mutual information of topic and language in bits; 0: a topic tells nothing of the language.

    Examples
    --------
    >>> leak_bits([0, 0, 1, 1], ["nl", "nl", "en", "en"])
    1.0
    >>> leak_bits([0, 1, 0, 1], ["nl", "nl", "en", "en"])
    0.0
    """
    if len(topics) == 0:
        return 0.0
    _, rows = np.unique(np.asarray(topics), return_inverse=True)
    _, columns = np.unique(np.asarray(languages, dtype=str), return_inverse=True)
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    joint = table / table.sum()
    expected = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    positive = joint > 0
    return max(0.0, float((joint[positive] * np.log2(joint[positive] / expected[positive])).sum()))


def shown_terms(
    tfidf: Any, counts: Any, strength: np.ndarray, spoken: np.ndarray, language: str, *, top: int = 10
) -> list[list[tuple[int, float]]]:
    """Choose the terms shown for each topic in one language: those of its core works, by their own TF-IDF.

    The bridge lends a work the words of its neighbours, so the strongest terms of the model occur together
    less in one and the same work. A mean of the works' own TF-IDF, weighted by the fourth power of how
    strongly a work belongs to the topic, wins part of that coherence back, and preferring terms that occur
    with the other candidates the rest (`benchmarks/topics_methods.py` prints both).

    A term counts for a language when at least two of its works have it and it is not mainly of another
    language: its share there is at least 30 % of the sum of its shares over languages.

    Parameters
    ----------
    tfidf, counts
        (n, m) CSR, not bridged.
    strength
        (n, k).
    spoken
        (n,) language codes.
    language
        The language of the terms.
    top
        Terms per topic.

    Returns
    -------
    list of list
        Per topic pairs of column number and weight, best first, at most `top`.
    """
    names, sizes = np.unique(spoken, return_counts=True)
    shares = {}
    for name, size in zip(names, sizes, strict=True):
        shares[str(name)] = np.asarray((counts[spoken == name] > 0).sum(axis=0)).ravel() / size
    if language not in shares:
        return [[] for _ in range(strength.shape[1])]
    inside = spoken == language
    mine = shares[language]
    # A handful of works in a third language must not decide which language a term is of.
    whole = sum(share for name, share in shares.items() if name == language or (spoken == name).sum() >= 20)
    allowed = (mine * inside.sum() >= 2 - 1e-9) & (mine >= 0.3 * np.asarray(whole))
    core = strength[inside] ** 4
    total = core.sum(axis=0)
    scores = np.asarray((tfidf[inside].T @ core).T) / np.where(total > 0, total, 1.0)[:, None]
    scores[:, ~allowed] = 0.0
    return [_coherent(row, counts[inside], top) for row in scores]


def _coherent(row: np.ndarray, counts: Any, top: int) -> list[tuple[int, float]]:
    """Return the best terms of a topic, preferring those that share works with the other candidates.

    Of twice as many candidates as are shown, each weight is multiplied by how often, against chance, the term
    occurs with the others: (1 + mean NPMI) / 2.
    """
    order = [int(j) for j in np.argsort(-row, kind="stable")[: 2 * top] if row[j] > 0]
    if len(order) < 3:
        return [(j, float(row[j])) for j in order]
    there = (counts[:, order].toarray() > 0).astype(np.float64)
    joint = there.T @ there / len(there)
    single = np.diag(joint)
    with np.errstate(divide="ignore", invalid="ignore"):
        together = np.log(joint / np.outer(single, single)) / -np.log(joint)
    together = np.where(joint <= 0, -1.0, np.where(joint >= 1, 1.0, together))
    # Of a handful of works the company of a word says little: shrunk to half at five works.
    often = there.sum(axis=0)
    least = np.minimum(often[:, None], often[None, :])
    together = together * least / (least + _TRUST)
    np.fill_diagonal(together, 0.0)
    fits = (1 + together.sum(axis=1) / (len(order) - 1)) / 2
    ranked = sorted(zip(order, row[order] * fits, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [(j, float(score)) for j, score in ranked[:top]]
