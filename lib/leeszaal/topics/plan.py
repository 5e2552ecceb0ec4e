"""How a corpus is fitted by each model: the input of a sample, a fresh fit, the final one, and the works left over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from leeszaal import progress
from leeszaal.topics import match, models
from leeszaal.topics.bridge import NEIGHBOURS, bridge, bridge_languages, neighbours, space_of, unit_rows
from leeszaal.topics.corpus import Corpus
from leeszaal.topics.models import Factors

__all__ = ["Plan", "make_plan", "strengths"]

_BATCH = 8_192


@dataclass(frozen=True)
class Plan:
    """How this corpus is fitted.

    Attributes
    ----------
    prepare
        ``prepare(rows)`` returns the input of a fit on these of the fitted works (numbers among them), or on all.
    fresh
        ``fresh(input, k, seed)`` fits from nothing, quickly; with another seed than that of the plan, elsewhere.
    final
        ``final(input, k)`` fits in full, from the topics of an earlier run where there are any.
    batch
        ``batch(rows)`` returns the same kind of input for works outside the fit (numbers in the corpus).
    bridged
        Whether embeddings join the languages.
    notes
        What a reader must know, in Dutch.
    """

    prepare: Callable[[np.ndarray | None], Any]
    fresh: Callable[[Any, int, int], Factors]
    final: Callable[[Any, int], Factors]
    batch: Callable[[np.ndarray], Any]
    bridged: bool
    notes: tuple[str, ...]


def make_plan(corpus: Corpus, method: str, random_state: int, known: match.Known | None, workers: int) -> Plan:
    """Return how `corpus` is fitted by `method` ("nmf", "kmeans" or "lda")."""
    if method == "lda":
        return _lda(corpus, random_state)
    if method == "kmeans":
        return _kmeans(corpus, random_state)
    if corpus.embeddings is None and len(bridge_languages(corpus.languages[corpus.fitted].tolist())) > 1:
        return _apart(corpus, random_state)
    return _nmf(corpus, random_state, _start(corpus, known), workers)


def _start(corpus: Corpus, known: match.Known | None) -> np.ndarray | None:
    """Return the terms of earlier topics on this vocabulary, without those of which no term is left."""
    if known is None or not known.numbers:
        return None
    start = match.on_vocabulary(known, corpus.matrix.terms)
    start = start[np.linalg.norm(start, axis=1) > 0]
    return start if len(start) else None


def _among(corpus: Corpus, rows: np.ndarray | None) -> np.ndarray:
    return corpus.fitted if rows is None else corpus.fitted[rows]


def _lda(corpus: Corpus, random_state: int) -> Plan:
    counts = corpus.matrix.counts
    many = len(bridge_languages(corpus.languages.tolist())) > 1
    notes = ("LDA kent geen brug tussen talen: onderwerpen kunnen taalgroepen zijn.",) if many else ()
    return Plan(
        prepare=lambda rows: counts[_among(corpus, rows)],
        fresh=lambda given, k, seed: models.fit_lda(given, k, random_state=seed),
        final=lambda given, k: models.fit_lda(given, k, random_state=random_state),
        batch=lambda rows: counts[rows],
        bridged=False,
        notes=notes,
    )


def _apart(corpus: Corpus, random_state: int) -> Plan:
    tfidf, languages = corpus.matrix.tfidf, corpus.languages

    def fit(rows: np.ndarray, k: int, seed: int) -> Factors:
        elsewhere = None if seed == random_state else seed
        return models.fit_per_language(tfidf[rows], languages[rows].tolist(), k, random_state=elsewhere)

    note = "Zonder embeddings is er geen brug tussen de talen: elke taal heeft haar eigen onderwerpen."
    return Plan(
        prepare=lambda rows: _among(corpus, rows),
        fresh=fit,
        final=lambda rows, k: fit(rows, k, random_state),
        batch=lambda rows: tfidf[rows],
        bridged=False,
        notes=(note,),
    )


def _kmeans(corpus: Corpus, random_state: int) -> Plan:
    counts = corpus.matrix.counts
    if corpus.embeddings is None:
        points, batch = _reduced(corpus, random_state)
    else:
        space = space_of(corpus.vectors(corpus.fitted), corpus.languages[corpus.fitted].tolist())
        points = space.points

        def batch(rows: np.ndarray) -> np.ndarray:
            return space.centred(corpus.vectors(rows), corpus.languages[rows].tolist())

    def fit(rows: np.ndarray, k: int, seed: int) -> Factors:
        return models.fit_kmeans(points[rows], counts[corpus.fitted[rows]], k, random_state=seed)

    return Plan(
        prepare=lambda rows: np.arange(len(corpus.fitted)) if rows is None else rows,
        fresh=fit,
        final=lambda rows, k: fit(rows, k, random_state),
        batch=batch,
        bridged=corpus.embeddings is not None,
        notes=(),
    )


def _reduced(corpus: Corpus, random_state: int) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Return low-rank TF-IDF of the fitted works, and how other works get theirs."""
    from sklearn.decomposition import TruncatedSVD

    tfidf = corpus.matrix.tfidf[corpus.fitted]
    model = TruncatedSVD(min(50, min(tfidf.shape) - 1), random_state=random_state)
    points = np.asarray(unit_rows(model.fit_transform(tfidf)), dtype=np.float32)

    def batch(rows: np.ndarray) -> np.ndarray:
        return np.asarray(unit_rows(model.transform(corpus.matrix.tfidf[rows])), dtype=np.float32)

    return points, batch


def _nmf(corpus: Corpus, random_state: int, start: np.ndarray | None, workers: int) -> Plan:
    tfidf = corpus.matrix.tfidf if corpus.whole else corpus.matrix.tfidf[corpus.fitted]

    def fresh(given: Any, k: int, seed: int) -> Factors:
        # A looser stop than the final fit: the top terms are the same and the sweep takes half the time.
        return models.fit_nmf(given, k, random_state=None if seed == random_state else seed, tol=1e-3)

    def final(given: Any, k: int) -> Factors:
        return models.fit_nmf(given, k, start=start)

    if corpus.embeddings is None:
        return Plan(
            prepare=lambda rows: tfidf if rows is None else tfidf[rows],
            fresh=fresh,
            final=final,
            batch=lambda rows: corpus.matrix.tfidf[rows],
            bridged=False,
            notes=("Zonder embeddings telt alleen wat werken letterlijk gemeen hebben.",),
        )
    space = space_of(corpus.vectors(corpus.fitted), corpus.languages[corpus.fitted].tolist())
    near = neighbours(space, workers=workers)

    def batch(rows: np.ndarray) -> Any:
        points = space.centred(corpus.vectors(rows), corpus.languages[rows].tolist())
        found = neighbours(space, points, q=NEIGHBOURS, workers=workers)
        return bridge(tfidf, found, others=corpus.matrix.tfidf[rows])

    return Plan(
        prepare=lambda rows: bridge(tfidf, near, rows=rows),
        fresh=fresh,
        final=final,
        batch=batch,
        bridged=True,
        notes=(),
    )


def strengths(corpus: Corpus, plan: Plan, factors: Factors) -> np.ndarray:
    """Return how strongly each of the n works belongs to each topic (n, k); works outside the fit go in batches."""
    if corpus.whole:
        return factors.strength
    out = np.zeros((len(corpus.ids), factors.strength.shape[1]))
    out[corpus.fitted] = factors.strength
    left = np.setdiff1d(np.arange(len(corpus.ids)), corpus.fitted)
    progress.advance(0, len(left))
    for at in range(0, len(left), _BATCH):
        rows = left[at : at + _BATCH]
        out[rows] = factors.place(plan.batch(rows))
        progress.advance(len(rows))
    return out
