"""Topics of any table of works: from texts to named, numbered and measured topics."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.topics import choose, match, models, quality
from leeszaal.topics.bridge import bridge, bridge_languages, centre, neighbours, unit_rows
from leeszaal.topics.describe import Corpus, leaning, topics_frame
from leeszaal.topics.matrix import term_matrix
from leeszaal.topics.models import Factors
from leeszaal.topics.result import TERMS, TOPICS, TopicModel
from leeszaal.topics.text import embedding_texts, read_terms
from leeszaal.works.language import detect_many

__all__ = ["FEWEST_WORKS", "fit_table"]

FEWEST_WORKS = 20
_FEWEST_TERMS = 10
_ALIEN = 0.03
_DIFFUSE = 0.5


def fit_table(
    frame: pd.DataFrame,
    k: int | None = None,
    random_state: int = 0,
    *,
    method: str = "nmf",
    embeddings: np.ndarray | Literal["auto"] | None = "auto",
    known: match.Known | None = None,
    search_terms: Iterable[str] = (),
) -> TopicModel:
    """Fit topics to a table of works.

    Parameters
    ----------
    frame
        One row a work: `work_id` or `id` (unique), `title`, and where there are `abstract`, `keywords`
        (list), `language` ("nl", "en", …; without this column it is detected).
    k
        Number of topics; by default the one that the stability curve proposes (`leeszaal.topics.choose`).
    random_state
        Seed of samples and models.
    method
        "nmf" (bridged, the default), "kmeans" (c-TF-IDF) or "lda".
    embeddings
        (n, d) float32 of unit length in the order of `frame`; "auto" measures them when that is possible;
        None does without, and then two languages get a model each.
    known
        Topics of an earlier fit, whose numbers and names stay with the topics that continue them.
    search_terms
        Words of the search that made the table; they do not count.

    Returns
    -------
    TopicModel
        With no topics and a `reason` when there is too little text for any.

    Raises
    ------
    LeeszaalError
        When a column is missing, ids repeat, the method is unknown, or k is out of range.
    """
    works = _checked(frame, method)
    order = np.argsort(works["work_id"].to_numpy(dtype=object), kind="stable")
    works = works.iloc[order].reset_index(drop=True)
    terms = read_terms(works, search_terms=search_terms)
    usable = np.array([len(document) > 0 for document in terms.documents], dtype=bool)
    if usable.sum() < FEWEST_WORKS:
        reason = (
            f"Er zijn {int(usable.sum())} werken met bruikbare woorden; voor onderwerpen zijn er minstens "
            f"{FEWEST_WORKS} nodig."
        )
        return _nothing(works, usable, method, random_state, known, reason)
    matrix = term_matrix([d for d, use in zip(terms.documents, usable, strict=True) if use])
    if len(matrix.terms) < _FEWEST_TERMS:
        reason = (
            f"De {int(usable.sum())} werken hebben samen {len(matrix.terms)} woorden die in meer dan "
            f"één werk en in hooguit de helft van de werken staan; nodig zijn er minstens {_FEWEST_TERMS}. "
            "Staat overal dezelfde titel?"
        )
        return _nothing(works, usable, method, random_state, known, reason)
    if isinstance(embeddings, str):
        vectors = _embedded(works)
    else:
        vectors = None if embeddings is None else np.asarray(embeddings, dtype=np.float32)[order]
    if vectors is not None and len(vectors) != len(works):
        raise ValueError(f"embeddings have {len(vectors)} rows, frame has {len(works)}")
    corpus = Corpus(
        works.loc[usable, "work_id"].tolist(),
        works.loc[usable, "language"].tolist(),
        matrix,
        terms.surfaces,
        None if vectors is None else vectors[usable],
    )
    return _fit(corpus, works, usable, k, random_state, method, known)


def _checked(frame: pd.DataFrame, method: str) -> pd.DataFrame:
    if method not in models.METHODS:
        raise LeeszaalError(f"De methode ‘{method}’ is er niet.", nearest(method, models.METHODS))
    id_column = "work_id" if "work_id" in frame else "id"
    for column in (id_column, "title"):
        if column not in frame:
            raise LeeszaalError(
                f"De tabel heeft geen kolom ‘{column}’; wel: {', '.join(map(str, frame.columns)) or 'geen'}.",
                "Nodig zijn id en title; abstract, keywords, year en language helpen.",
            )
    works = pd.DataFrame({"work_id": frame[id_column].astype("string").astype(object).tolist()})
    blank = works["work_id"].isna() | (works["work_id"] == "")
    if blank.any():
        raise LeeszaalError(
            f"Rij {int(np.argmax(blank)) + 1} heeft geen {id_column}.", "Geef elk werk een eigen kenmerk."
        )
    double = works["work_id"].duplicated()
    if double.any():
        raise LeeszaalError(
            f"Het kenmerk ‘{works.loc[double, 'work_id'].iloc[0]}’ komt meer dan eens voor in {id_column}.",
            "Geef elk werk een eigen kenmerk.",
        )
    for column in ("title", "abstract", "keywords"):
        works[column] = pd.Series(frame[column].tolist(), dtype=object) if column in frame else None
    if "language" in frame:
        works["language"] = [v if isinstance(v, str) else "" for v in frame["language"].tolist()]
    else:
        works["language"] = [code or "" for code in detect_many(embedding_texts(works))]
    return works


def _embedded(works: pd.DataFrame) -> np.ndarray | None:
    from leeszaal.works import embedding

    return np.asarray(embedding.embed(embedding_texts(works))) if embedding.available() else None


def _nothing(
    works: pd.DataFrame,
    usable: np.ndarray,
    method: str,
    random_state: int,
    known: match.Known | None,
    reason: str,
) -> TopicModel:
    assignments = pd.DataFrame(
        {"work_id": works["work_id"], "topic": pd.array([pd.NA] * len(works), dtype="Int32"), "weight": 0.0}
    )
    return TopicModel(
        topics=TOPICS.empty_table().to_pandas(),
        assignments=assignments,
        terms=TERMS.empty_table().to_pandas(),
        curve=pd.DataFrame({"k": [], "stability": [], "worst": []}).astype({"k": int}),
        k=0,
        proposed=False,
        method=method,
        bridged=False,
        random_state=random_state,
        works=len(works),
        without_words=int((~usable).sum()),
        unfit=int(usable.sum()),
        diversity=0.0,
        leak_bits=0.0,
        gone=known.numbers if known else (),
        next_number=known.next_number if known else 0,
        reason=reason,
    )


@dataclass(frozen=True)
class _Plan:
    """How this corpus is fitted: input per sample, fresh fit, final fit."""

    prepare: Callable[[np.ndarray | None], Any]
    fresh: Callable[[Any, int], Factors]
    final: Callable[[Any, int], Factors]
    bridged: bool
    notes: tuple[str, ...]


def _plan(corpus: Corpus, method: str, random_state: int, known: match.Known | None, workers: int) -> _Plan:
    tfidf, counts = corpus.matrix.tfidf, corpus.matrix.counts
    languages = np.asarray(corpus.languages, dtype=str)
    spoken = bridge_languages(corpus.languages)
    start = None if known is None or not known.numbers else match.on_vocabulary(known, corpus.matrix.terms)
    if start is not None:
        start = start[np.linalg.norm(start, axis=1) > 0]
        start = start if len(start) else None

    def at(rows: np.ndarray | None) -> np.ndarray:
        return np.arange(tfidf.shape[0]) if rows is None else rows

    if method == "lda":
        many = ("LDA kent geen brug tussen talen: onderwerpen kunnen taalgroepen zijn.",) if len(spoken) > 1 else ()

        def lda(given: Any, k: int) -> Factors:
            return models.fit_lda(given, k, random_state=random_state)

        return _Plan(lambda rows: counts[at(rows)], lda, lda, False, many)
    if method == "kmeans":
        points = _points(corpus, spoken, random_state)

        def kmeans(rows: Any, k: int) -> Factors:
            return models.fit_kmeans(points[rows], counts[rows], k, random_state=random_state)

        return _Plan(at, kmeans, kmeans, corpus.embeddings is not None, ())
    if corpus.embeddings is None and len(spoken) > 1:

        def apart(rows: Any, k: int) -> Factors:
            return models.fit_per_language(tfidf[rows], languages[rows].tolist(), k, random_state=random_state)

        note = "Zonder embeddings is er geen brug tussen de talen: elke taal heeft haar eigen onderwerpen."
        return _Plan(at, apart, apart, False, (note,))
    near = None
    if corpus.embeddings is not None:
        near = neighbours(corpus.embeddings, corpus.languages, workers=workers)

    def prepare(rows: np.ndarray | None) -> Any:
        return tfidf[at(rows)] if near is None else bridge(tfidf, near, rows=rows)

    def fresh(given: Any, k: int) -> Factors:
        # A looser stop than the final fit: the top terms are the same and the sweep takes half the time.
        return models.fit_nmf(given, k, random_state=random_state, tol=1e-3)

    def final(given: Any, k: int) -> Factors:
        return models.fit_nmf(given, k, random_state=random_state, start=start)

    notes = () if near is not None else ("Zonder embeddings telt alleen wat werken letterlijk gemeen hebben.",)
    return _Plan(prepare, fresh, final, near is not None, notes)


def _points(corpus: Corpus, spoken: Sequence[str], random_state: int) -> np.ndarray:
    if corpus.embeddings is not None:
        return centre(corpus.embeddings, corpus.languages, spoken)
    from sklearn.decomposition import TruncatedSVD

    rank = min(50, min(corpus.matrix.tfidf.shape) - 1)
    return np.asarray(
        unit_rows(TruncatedSVD(rank, random_state=random_state).fit_transform(corpus.matrix.tfidf)),
        dtype=np.float32,
    )


def _fit(
    corpus: Corpus,
    works: pd.DataFrame,
    usable: np.ndarray,
    k: int | None,
    random_state: int,
    method: str,
    known: match.Known | None,
) -> TopicModel:
    n, m = corpus.matrix.tfidf.shape
    fewest = len(bridge_languages(corpus.languages)) if corpus.embeddings is None and method == "nmf" else 2
    fewest = max(2, fewest)
    # Doubles add nothing: more topics than different works, or than terms, cannot be told apart.
    different = len({tuple(row) for row in np.split(corpus.matrix.counts.indices, corpus.matrix.counts.indptr[1:-1])})
    most = min(different, m) - 1
    if k is not None and not fewest <= k <= most:
        raise LeeszaalError(
            f"{k} onderwerpen kan niet bij {n} werken met {m} woorden.",
            f"Kies een aantal van {fewest} tot en met {most}, of laat het weg voor een voorstel.",
        )
    tried = [k] if k is not None else [c for c in choose.candidates(n, m) if fewest <= c <= most] or [fewest]
    if most < fewest:
        reason = f"De {n} werken hebben maar {different} verschillende teksten: te weinig voor onderwerpen."
        return _nothing(works, usable, method, random_state, known, reason)
    workers = min(2, os.cpu_count() or 1)
    with models.one_thread():
        plan = _plan(corpus, method, random_state, known, workers)
        rows = choose.samples(n, random_state)
        swept = choose.sweep(plan.prepare, lambda given, c: plan.fresh(given, c).terms, tried, rows, workers=workers)
        before = len(known.numbers) if known is not None else None
        chosen = k if k is not None else choose.propose(swept.curve, prefer=before)
        factors = plan.final(plan.prepare(None), chosen)
    model = _described(corpus, works, usable, factors, swept.refits[chosen], known)
    return replace(
        model,
        curve=swept.curve.round(4) if k is None else swept.curve.iloc[:0],
        k=len(model.topics),
        proposed=k is None,
        method=method,
        bridged=plan.bridged,
        random_state=random_state,
        notes=plan.notes + model.notes,
    )


def _described(
    corpus: Corpus,
    works: pd.DataFrame,
    usable: np.ndarray,
    factors: Factors,
    refits: Sequence[Sequence[Sequence[int]]],
    known: match.Known | None,
) -> TopicModel:
    """Number, name and measure the topics of a fit, and assign the works."""
    topic, weight, own = _assigned(factors, corpus.matrix.tfidf)
    sizes = np.bincount(topic[topic >= 0], minlength=factors.terms.shape[0])
    order = [int(t) for t in np.argsort(-sizes, kind="stable") if sizes[t] > 0]
    renumber = np.full(len(sizes) + 1, -1)
    renumber[order] = np.arange(len(order))
    topic = renumber[topic]
    factors = Factors(factors.strength[:, order], factors.terms[order])
    matched = match.match_topics(factors.terms, corpus.matrix.terms, known)
    topics = topics_frame(corpus, factors, topic, own, matched, refits, known)
    numbers = np.array([*matched.numbers, -1])[topic]
    assignments = pd.DataFrame({"work_id": works["work_id"]})
    assigned = np.full(len(works), -1)
    assigned[usable] = numbers
    shares = np.zeros(len(works))
    shares[usable] = np.where(numbers >= 0, weight.round(4), 0.0)
    assignments["topic"] = pd.array([None if t < 0 else int(t) for t in assigned], dtype="Int32")
    assignments["weight"] = shares
    inside = topic >= 0
    tops = choose.top_terms(factors.terms)
    return TopicModel(
        topics=topics,
        assignments=assignments,
        terms=match.known_frame(np.array(matched.numbers), factors.terms, corpus.matrix.terms),
        curve=pd.DataFrame(),
        k=len(order),
        proposed=False,
        method="",
        bridged=False,
        random_state=0,
        works=len(works),
        without_words=int((~usable).sum()),
        unfit=int((~inside).sum()),
        diversity=round(quality.diversity(tops), 4),
        leak_bits=round(quality.leak_bits(topic[inside], np.asarray(corpus.languages)[inside].tolist()), 4),
        kept=matched.kept,
        new=matched.new,
        gone=matched.gone,
        next_number=max([*matched.numbers, -1, (known.next_number if known else 0) - 1]) + 1,
        notes=leaning(topics, corpus.languages),
    )


def _assigned(factors: Factors, tfidf: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return per work its topic (−1 for none), the share of it, and the cosine of its own terms with it.

    A work fits none when its own words are hardly those of its topic *and* the model spreads it over many
    topics. One of both is no ground: a short title may share no word, and a broad work may belong to several
    topics.
    """
    best = factors.best
    total = factors.strength.sum(axis=1)
    top = factors.strength[np.arange(len(best)), best]
    share = np.divide(top, total, out=np.zeros_like(top), where=total > 0)
    own = np.asarray(tfidf @ factors.terms.T)[np.arange(len(best)), best]
    alien = (own < _ALIEN) & (share < _DIFFUSE)
    return np.where(alien | (total <= 0), -1, best), share, own
