"""The models: NMF on the bridged matrix, and for those who ask KMeans or LDA.

All give the same thing, `Factors`: how strongly each work belongs to each topic, and the terms of each topic.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from leeszaal.topics.bridge import bridge_languages, unit_rows

__all__ = ["METHODS", "Factors", "fit_kmeans", "fit_lda", "fit_nmf", "fit_per_language", "one_thread"]

METHODS = ("nmf", "kmeans", "lda")


@dataclass(frozen=True)
class Factors:
    """A fitted model of n works, k topics and m terms.

    Attributes
    ----------
    strength
        (n, k) float64 ≥ 0: how much of each work each topic explains.
    terms
        (k, m) float64 ≥ 0, rows of unit length.
    """

    strength: np.ndarray
    terms: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The strongest topic of each work, (n,) int; the lowest number wins a tie."""
        return np.asarray(self.strength.argmax(axis=1))


@contextmanager
def one_thread() -> Iterator[None]:
    """Run BLAS on one thread, so that sums come out the same on every machine, and silence slow convergence.

    That NMF may stop at its last iteration is no error: what matters, stability, is measured.
    """
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def _factors(strength: np.ndarray, terms: np.ndarray) -> Factors:
    length = np.linalg.norm(terms, axis=1)
    safe = np.where(length > 0, length, 1.0)
    return Factors(np.asarray(strength * length, dtype=np.float64), np.asarray(terms / safe[:, None], np.float64))


def fit_nmf(
    matrix: Any,
    k: int,
    *,
    random_state: int = 0,
    start: np.ndarray | None = None,
    tol: float = 1e-4,
    max_iter: int = 300,
) -> Factors:
    """Fit NMF by coordinate descent from NNDSVD, or from the terms of an earlier fit.

    Lee & Seung 1999, doi 10.1038/44565.

    Parameters
    ----------
    matrix
        (n, m) CSR, non-negative: bridged or plain TF-IDF.
    k
        Number of topics.
    random_state
        Seed of the decomposition behind NNDSVD.
    start
        (r, m) terms of earlier topics. With r < k, the topics of a fresh fit that resemble them least are
        added; with r > k, the ones that explain least now are left out.
    tol, max_iter
        When to stop.
    """
    from sklearn.decomposition import NMF

    def fresh() -> NMF:
        return NMF(k, init="nndsvd", random_state=random_state, tol=tol, max_iter=max_iter)

    if start is None:
        model = fresh()
        weights = model.fit_transform(matrix)
        return _factors(weights, model.components_)
    terms = np.asarray(start, dtype=np.float64)
    if len(terms) < k:
        model = fresh().fit(matrix)
        new = np.asarray(unit_rows(model.components_))
        likeness = (new @ np.asarray(unit_rows(terms)).T).max(axis=1)
        terms = np.vstack([terms, new[np.sort(np.argsort(likeness, kind="stable")[: k - len(terms)])]])
    weights = _project(matrix, terms, max_iter)
    if len(terms) > k:
        explained = weights.sum(axis=0) * np.linalg.norm(terms, axis=1)
        kept = np.sort(np.argsort(-explained, kind="stable")[:k])
        terms = terms[kept]
        weights = _project(matrix, terms, max_iter)
    model = NMF(k, init="custom", random_state=random_state, tol=tol, max_iter=max_iter)
    dtype = matrix.dtype
    found = model.fit_transform(
        matrix, W=np.ascontiguousarray(weights, dtype=dtype), H=np.ascontiguousarray(terms, dtype=dtype)
    )
    return _factors(found, model.components_)


def _project(matrix: Any, terms: np.ndarray, max_iter: int) -> np.ndarray:
    """Return the weights (n, k) that explain `matrix` best by fixed `terms`."""
    from sklearn.decomposition import non_negative_factorization

    weights, _, _ = non_negative_factorization(
        matrix,
        H=np.ascontiguousarray(terms, dtype=matrix.dtype),
        n_components=len(terms),
        init="custom",
        update_H=False,
        max_iter=max_iter,
    )
    return np.asarray(weights)


def fit_kmeans(points: np.ndarray, counts: Any, k: int, *, random_state: int = 0) -> Factors:
    """Cluster works by KMeans and describe the clusters by c-TF-IDF (arXiv 2203.05794).

    Parameters
    ----------
    points
        (n, d) language-centred embeddings, or a low-rank TF-IDF.
    counts
        (n, m) CSR, occurrences.
    k
        Number of clusters.
    random_state
        Seed of the ten starts.
    """
    from sklearn.cluster import KMeans

    model = KMeans(k, n_init=10, random_state=random_state).fit(points)
    middle = np.asarray(unit_rows(model.cluster_centers_))
    near = np.clip(np.asarray(points, dtype=np.float64) @ middle.T, 0.0, None)
    strength = np.where(np.arange(k) == model.labels_[:, None], np.maximum(near, 1e-6), 0.0)
    per_topic = np.vstack([np.asarray(counts[model.labels_ == t].sum(axis=0)).ravel() for t in range(k)])
    share = per_topic / np.maximum(per_topic.sum(axis=1, keepdims=True), 1)
    rarity = np.log1p(per_topic.sum() / k / np.maximum(per_topic.sum(axis=0), 1))
    return Factors(strength, np.asarray(unit_rows(share * rarity)))


def fit_lda(counts: Any, k: int, *, random_state: int = 0) -> Factors:
    """Fit latent Dirichlet allocation by variational Bayes; on plain counts, because LDA needs them whole."""
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(k, random_state=random_state, max_iter=20, learning_method="batch")
    strength = model.fit_transform(counts)
    return Factors(np.asarray(strength, dtype=np.float64), np.asarray(unit_rows(model.components_)))


def fit_per_language(tfidf: Any, languages: Sequence[str], k: int, *, random_state: int = 0) -> Factors:
    """Fit one NMF per language, for when there are no embeddings to bridge them.

    The k topics are divided over the languages by their number of works, at least one each; a topic then
    holds works of one language only. Works in a language with too few works for a model go to the nearest
    topic.
    """
    spoken = np.asarray(languages, dtype=str)
    groups = bridge_languages(languages)
    groups = groups if len(groups) <= k else groups[:k]
    members = [np.flatnonzero(spoken == name) if name else np.arange(len(spoken)) for name in groups]
    sizes = np.array([len(rows) for rows in members], dtype=float)
    quota = np.ones(len(groups), dtype=int)
    while quota.sum() < k:
        quota[int(np.argmax(sizes / (quota + 0.5)))] += 1
    fits = [
        fit_nmf(tfidf[rows], min(int(q), len(rows) - 1), random_state=random_state)
        for rows, q in zip(members, quota, strict=True)
    ]
    terms = np.vstack([fit.terms for fit in fits])
    strength = np.zeros((len(spoken), len(terms)))
    at = 0
    placed = np.zeros(len(spoken), dtype=bool)
    for rows, fit in zip(members, fits, strict=True):
        strength[np.ix_(rows, np.arange(at, at + len(fit.terms)))] = fit.strength
        placed[rows] = True
        at += len(fit.terms)
    if not placed.all():
        rest = np.flatnonzero(~placed)
        strength[rest] = np.asarray(tfidf[rest] @ terms.T)
    return Factors(strength, terms)
