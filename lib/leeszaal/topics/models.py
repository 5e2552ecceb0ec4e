"""The models: NMF on the bridged matrix, and for those who ask KMeans or LDA.

All give the same thing, `Factors`: how strongly each work belongs to each topic, and the terms of each topic.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from leeszaal.topics.bridge import bridge_languages, unit_rows

__all__ = [
    "METHODS",
    "Factors",
    "fit_kmeans",
    "fit_lda",
    "fit_nmf",
    "fit_per_language",
    "nndsvd",
    "one_thread",
    "project",
]

METHODS = ("nmf", "kmeans", "lda")
INERTIA = 0.5
_NOTHING = 1e-6


@dataclass(frozen=True)
class Factors:
    """A fitted model of n works, k topics and m terms.

    Attributes
    ----------
    strength
        (n, k) float64 ≥ 0: how much of each work each topic explains.
    terms
        (k, m) float64 ≥ 0, rows of unit length.
    place
        ``place(rows)`` returns the strength of works that were not fitted, from the same kind of input.
    """

    strength: np.ndarray
    terms: np.ndarray
    place: Callable[[Any], np.ndarray] = field(compare=False, repr=False)

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
    unit = np.asarray(terms / safe[:, None], np.float64)
    return Factors(np.asarray(strength * length, dtype=np.float64), unit, lambda rows: project(rows, unit))


def project(matrix: Any, terms: np.ndarray, rounds: int = 200, tol: float = 1e-4) -> np.ndarray:
    """Return the weights (n, k) ≥ 0 that explain `matrix` (n, m) best by fixed `terms` (k, m).

    Coordinate descent on the normal equations, so that the large matrix is read once.
    """
    gram = terms @ terms.T
    target = np.asarray(matrix @ terms.T, dtype=np.float64)
    weights = np.zeros_like(target)
    for _ in range(rounds):
        moved = 0.0
        for t in range(len(terms)):
            if gram[t, t] <= 0:
                continue
            new = np.maximum(weights[:, t] + (target[:, t] - weights @ gram[:, t]) / gram[t, t], 0.0)
            moved = max(moved, float(np.abs(new - weights[:, t]).max(initial=0.0)))
            weights[:, t] = new
        if moved < tol:
            break
    return weights


def fit_nmf(
    matrix: Any,
    k: int,
    *,
    random_state: int | None = None,
    start: np.ndarray | None = None,
    inertia: float = INERTIA,
    tol: float = 1e-4,
    max_iter: int = 300,
) -> Factors:
    """Fit NMF by coordinate descent from NNDSVD, or from the terms of an earlier fit.

    Lee & Seung 1999, doi 10.1038/44565; Boutsidis & Gallopoulos 2008, doi 10.1016/j.patcog.2007.09.010. NNDSVD starts
    from an exact decomposition: from an approximate one a fit ends somewhere else with another seed (ARI .75 between
    two seeds on 947 parliamentary questions).

    Parameters
    ----------
    matrix
        (n, m) CSR, non-negative: bridged or plain TF-IDF.
    k
        Number of topics.
    random_state
        A seed fills the zeros of the start with small random numbers, to see whether the fit ends in the same place;
        None does not.
    start
        (r, m) terms of earlier topics. With r < k, the topics of a fresh fit that resemble them least are
        added; with r > k, the ones that explain least now are left out.
    inertia
        How much the earlier topics count beside the works: as works of their own, which say what the topic said, with
        together this share of the weight of the works that the topic explains now. An earlier topic that explains
        nothing any more thus holds nothing back.
    tol, max_iter
        When to stop.
    """
    if start is None:
        weights, terms = nndsvd(matrix, k)
        if random_state is not None:
            _fill(weights, terms, float(matrix.sum()) / np.prod(matrix.shape), random_state)
        return _descended(matrix, weights, terms, tol, max_iter)
    terms = np.asarray(start, dtype=np.float64)
    if len(terms) < k:
        new = fit_nmf(matrix, k, tol=tol, max_iter=max_iter).terms
        likeness = (new @ np.asarray(unit_rows(terms)).T).max(axis=1)
        terms = np.vstack([terms, new[np.sort(np.argsort(likeness, kind="stable")[: k - len(terms)])]])
    weights = project(matrix, terms)
    if len(terms) > k:
        explained = weights.sum(axis=0) * np.linalg.norm(terms, axis=1)
        kept = np.sort(np.argsort(-explained, kind="stable")[:k])
        terms = terms[kept]
        weights = project(matrix, terms)
    held = np.zeros(k)
    held[: len(start)] = np.sqrt(inertia * (weights[:, : len(start)] ** 2).sum(axis=0))
    return _descended(matrix, weights, terms, tol, max_iter, held)


def nndsvd(matrix: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a start for NMF, (n, k) and (k, m): the larger of the positive and negative halves of each component."""
    from scipy.sparse.linalg import svds

    least = min(matrix.shape)
    if matrix.nnz == 0:
        return np.zeros((matrix.shape[0], k)), np.zeros((k, matrix.shape[1]))
    if k < least:
        left, values, right = svds(matrix.astype(np.float64), k=k, v0=np.ones(least), tol=0)
    else:
        left, values, right = np.linalg.svd(np.asarray(matrix.todense(), dtype=np.float64), full_matrices=False)
    weights, terms = np.zeros((matrix.shape[0], k)), np.zeros((k, matrix.shape[1]))
    for t, at in enumerate(np.argsort(-values, kind="stable")[:k]):
        halves = [(np.maximum(s * left[:, at], 0), np.maximum(s * right[at], 0)) for s in (1, -1)]
        weighs = [float(np.linalg.norm(u) * np.linalg.norm(v)) for u, v in halves]
        u, v = halves[int(weighs[1] > weighs[0])]
        if max(weighs) > 0:
            size = np.sqrt(values[at] * max(weighs))
            weights[:, t], terms[t] = size * u / np.linalg.norm(u), size * v / np.linalg.norm(v)
    weights[weights < _NOTHING] = 0.0
    terms[terms < _NOTHING] = 0.0
    return weights, terms


def _fill(weights: np.ndarray, terms: np.ndarray, mean: float, random_state: int) -> None:
    """Put small random numbers in the place of zeros, up to a hundredth of the mean of the matrix."""
    generator = np.random.default_rng(random_state)
    for part in (weights, terms):
        empty = part == 0
        part[empty] = mean / 100 * generator.random(int(empty.sum()))


def _descended(
    matrix: Any,
    weights: np.ndarray,
    terms: np.ndarray,
    tol: float,
    max_iter: int,
    held: np.ndarray | None = None,
) -> Factors:
    """Return what coordinate descent ends in; a topic that is `held` (k,) is a work of its own with that weight."""
    import scipy.sparse as sp
    from sklearn.decomposition import NMF

    n, dtype = matrix.shape[0], matrix.dtype
    if held is not None and held.any():
        matrix = sp.csr_matrix(sp.vstack([matrix, sp.csr_matrix((held[:, None] * terms).astype(dtype))]))
        weights = np.vstack([weights, np.diag(held)])
    model = NMF(len(terms), init="custom", tol=tol, max_iter=max_iter)
    start = {"W": np.ascontiguousarray(weights, dtype=dtype), "H": np.ascontiguousarray(terms, dtype=dtype)}
    # Where nothing is left unexplained, scikit-learn draws the root of a zero that was rounded to below zero.
    with np.errstate(invalid="ignore"):
        found = model.fit_transform(matrix, **start)
    return _factors(found[:n], model.components_)


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

    def place(rows: np.ndarray) -> np.ndarray:
        near = np.clip(np.asarray(rows, dtype=np.float64) @ middle.T, 0.0, None)
        return np.where(np.arange(k) == near.argmax(axis=1)[:, None], np.maximum(near, 1e-6), 0.0)

    near = np.clip(np.asarray(points, dtype=np.float64) @ middle.T, 0.0, None)
    strength = np.where(np.arange(k) == model.labels_[:, None], np.maximum(near, 1e-6), 0.0)
    per_topic = np.vstack([np.asarray(counts[model.labels_ == t].sum(axis=0)).ravel() for t in range(k)])
    share = per_topic / np.maximum(per_topic.sum(axis=1, keepdims=True), 1)
    rarity = np.log1p(per_topic.sum() / k / np.maximum(per_topic.sum(axis=0), 1))
    return Factors(strength, np.asarray(unit_rows(share * rarity)), place)


def fit_lda(counts: Any, k: int, *, random_state: int = 0) -> Factors:
    """Fit latent Dirichlet allocation by variational Bayes; on plain counts, because LDA needs them whole."""
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(k, random_state=random_state, max_iter=20, learning_method="batch")
    strength = model.fit_transform(counts)
    terms = np.asarray(unit_rows(model.components_))
    return Factors(np.asarray(strength, dtype=np.float64), terms, lambda rows: np.asarray(model.transform(rows)))


def fit_per_language(tfidf: Any, languages: Sequence[str], k: int, *, random_state: int | None = None) -> Factors:
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

    def place(rows: Any) -> np.ndarray:
        return np.asarray(rows @ terms.T)

    strength = np.zeros((len(spoken), len(terms)))
    at = 0
    placed = np.zeros(len(spoken), dtype=bool)
    for rows, fit in zip(members, fits, strict=True):
        strength[np.ix_(rows, np.arange(at, at + len(fit.terms)))] = fit.strength
        placed[rows] = True
        at += len(fit.terms)
    if not placed.all():
        rest = np.flatnonzero(~placed)
        strength[rest] = place(tfidf[rest])
    return Factors(strength, terms, place)
