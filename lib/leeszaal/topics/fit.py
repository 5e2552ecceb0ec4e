"""Topics of any table of works: from texts to named, numbered and measured topics."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from leeszaal import progress
from leeszaal.errors import LeeszaalError, listed, nearest
from leeszaal.topics import choose, match, models, quality
from leeszaal.topics.assign import Assigned, assign
from leeszaal.topics.bridge import bridge_languages
from leeszaal.topics.corpus import Corpus, sample_of
from leeszaal.topics.describe import Searched, described, leaning, words_frame
from leeszaal.topics.matrix import term_matrix
from leeszaal.topics.models import Factors
from leeszaal.topics.names import likeliest_labels
from leeszaal.topics.plan import make_plan, strengths
from leeszaal.topics.result import TERMS, TOPICS, WORDS, TopicModel
from leeszaal.topics.text import embedding_texts, read_terms
from leeszaal.works.language import detect_many

__all__ = ["FEWEST_WORKS", "fit_table"]

FEWEST_WORKS = 20
_FEWEST_TERMS = 10


def fit_table(
    frame: pd.DataFrame,
    k: int | None = None,
    random_state: int = 0,
    *,
    method: str = "nmf",
    embeddings: np.ndarray | Literal["auto"] | None = "auto",
    known: match.Known | None = None,
    search_terms: Iterable[str] = (),
    searched: Iterable[str] = (),
    labels: pd.DataFrame | None = None,
) -> TopicModel:
    """Fit topics to a table of works.

    Parameters
    ----------
    frame
        One row a work: `work_id` or `id` (unique), `title`, and where there are `abstract`, `keywords`
        (list), `year`, `language` ("nl", "en", …; where it is missing it is detected).
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
        Words of the one search that made the table; they do not count.
    searched
        Words of the several searches that made the table: they count, but stand in no label, unless they are of
        one topic.
    labels
        Columns `work_id`, `label` and `theme`: what works are tagged with, by the names that a reader knows. A topic
        that comes under a label, or else a theme, is called by it (`leeszaal.topics.names.likeliest_labels`).

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
    usable = np.diff(terms.counts.indptr) > 0
    if usable.sum() < FEWEST_WORKS:
        reason = (
            f"Er zijn {int(usable.sum())} werken met bruikbare woorden; voor onderwerpen zijn er minstens "
            f"{FEWEST_WORKS} nodig."
        )
        return _nothing(works, usable, method, random_state, known, reason)
    matrix = term_matrix(terms, rows=np.flatnonzero(usable))
    if len(matrix.terms) < _FEWEST_TERMS:
        reason = (
            f"De {int(usable.sum())} werken hebben samen {len(matrix.terms)} woorden die in meer dan "
            f"één werk en in hooguit de helft van de werken staan; nodig zijn er minstens {_FEWEST_TERMS}. "
            "Staat overal dezelfde titel?"
        )
        return _nothing(works, usable, method, random_state, known, reason)
    vectors = _embedded(works) if isinstance(embeddings, str) else embeddings
    if vectors is not None and len(vectors) != len(works):
        raise ValueError(f"embeddings have {len(vectors)} rows, frame has {len(works)}")
    take = np.flatnonzero(usable) if isinstance(embeddings, str) else order[usable]
    ids = works.loc[usable, "work_id"].tolist()
    languages = works.loc[usable, "language"].to_numpy(dtype=str)
    fitted = sample_of(ids, random_state)
    corpus = Corpus(ids, languages, matrix, terms.surfaces, vectors, take, fitted)
    del terms
    return _fit(corpus, works, usable, k, random_state, method, known, Searched.of(searched), labels)


def _checked(frame: pd.DataFrame, method: str) -> pd.DataFrame:
    if method not in models.METHODS:
        raise LeeszaalError(f"De methode ‘{method}’ is er niet.", nearest(method, models.METHODS))
    id_column = "work_id" if "work_id" in frame else "id"
    for column in (id_column, "title"):
        if column not in frame:
            raise LeeszaalError(
                f"De tabel heeft geen kolom ‘{column}’; wel: {listed(map(str, frame.columns))}.",
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
        twice = works.loc[double, "work_id"].iloc[0]
        rows = (np.flatnonzero(works["work_id"] == twice) + 1).tolist()
        raise LeeszaalError(
            f"Het kenmerk ‘{twice}’ komt meer dan eens voor in {id_column} (rij {rows[0]} en {rows[1]}).",
            "Geef elk werk een eigen kenmerk.",
        )
    for column in ("title", "abstract", "keywords"):
        works[column] = pd.Series(frame[column].tolist(), dtype=object) if column in frame else None
    works["year"] = _years(frame["year"]) if "year" in frame else pd.array([pd.NA] * len(works), dtype="Int32")
    given = frame["language"].tolist() if "language" in frame else [None] * len(works)
    works["language"] = [v if isinstance(v, str) else "" for v in given]
    if "language" not in frame:
        works["language"] = [code or "" for code in detect_many(embedding_texts(works))]
    return works


def _years(column: pd.Series) -> pd.Series:
    """Return years as Int32; what is no year of four digits is missing."""
    found = column.astype("string").str.extract(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")[0]
    return pd.to_numeric(found).astype("Int32").reset_index(drop=True)


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
        words=WORDS.empty_table().to_pandas(),
        terms=TERMS.empty_table().to_pandas(),
        curve=pd.DataFrame({name: [] for name in choose.CURVE}, dtype=float).astype({"k": int}),
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


def _fit(
    corpus: Corpus,
    works: pd.DataFrame,
    usable: np.ndarray,
    k: int | None,
    random_state: int,
    method: str,
    known: match.Known | None,
    searched: Searched,
    labels: pd.DataFrame | None,
) -> TopicModel:
    n, m = corpus.matrix.tfidf.shape
    apart = corpus.embeddings is None and method == "nmf"
    fewest = max(2, len(bridge_languages(corpus.languages.tolist())) if apart else 2)
    # Doubles add nothing: more topics than different works, or than terms, cannot be told apart.
    counts = corpus.matrix.counts
    different = len({row.tobytes() for row in np.split(counts.indices, counts.indptr[1:-1])})
    most = min(different, m, len(corpus.fitted)) - 1
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
        plan = make_plan(corpus, method, random_state, known, workers)
        swept = choose.sweep(
            plan.prepare,
            plan.fresh,
            tried,
            choose.samples(len(corpus.fitted), random_state),
            judge=lambda factors: described(corpus, factors, factors.strength, corpus.fitted).judged(),
            random_state=random_state,
            workers=workers,
        )
        before = len(known.numbers) if known is not None else None
        chosen = k if k is not None else choose.propose(swept.curve, prefer=before)
        progress.note("indelen")
        factors = plan.final(plan.prepare(None), chosen)
        strength = strengths(corpus, plan, factors)
        assigned = assign(corpus, factors, strength)
    refits = (swept.refits[chosen], swept.reseeded[chosen])
    model = _described(corpus, works, usable, factors, strength, assigned, refits, known, searched, labels)
    return replace(
        model,
        curve=swept.curve.round(4),
        k=len(model.topics),
        proposed=k is None,
        method=method,
        bridged=plan.bridged,
        random_state=random_state,
        notes=plan.notes + _sampled(corpus) + model.notes,
    )


def _sampled(corpus: Corpus) -> tuple[str, ...]:
    if corpus.whole:
        return ()
    return (
        f"Het model is gemaakt op {len(corpus.fitted)} van de {len(corpus.ids)} werken; "
        "de andere zijn daarna ingedeeld.",
    )


def _described(
    corpus: Corpus,
    works: pd.DataFrame,
    usable: np.ndarray,
    factors: Factors,
    strength: np.ndarray,
    assigned: Assigned,
    refits: tuple[list[list[tuple[int, ...]]], list[list[tuple[int, ...]]]],
    known: match.Known | None,
    searched: Searched,
    labels: pd.DataFrame | None,
) -> TopicModel:
    """Number, name and measure the topics of a fit."""
    sizes = np.bincount(assigned.topic[assigned.topic >= 0], minlength=factors.terms.shape[0])
    order = [int(t) for t in np.argsort(-sizes, kind="stable") if sizes[t] > 0]
    renumber = np.full(len(sizes) + 1, -1)
    renumber[order] = np.arange(len(order))
    topic = renumber[assigned.topic]
    factors = Factors(factors.strength[:, order], factors.terms[order], factors.place)
    matched = match.match_topics(factors.terms, corpus.matrix.terms, known)
    numbers = np.array([*matched.numbers, -1])[topic]
    split, merged = _descent(corpus, numbers, matched, known)
    shown = described(corpus, factors, strength[:, order], np.arange(len(topic)))
    called = _called(corpus.ids, topic, labels)
    topics = shown.topics_frame(topic, assigned.own, matched, split, refits, known, searched, called)
    assignments = pd.DataFrame({"work_id": works["work_id"]})
    placed, shares = np.full(len(works), -1), np.zeros(len(works))
    placed[usable] = numbers
    shares[usable] = np.where(numbers >= 0, assigned.share.round(4), 0.0)
    assignments["topic"] = pd.array([None if t < 0 else int(t) for t in placed], dtype="Int32")
    assignments["weight"] = shares
    inside = topic >= 0
    return TopicModel(
        topics=topics,
        assignments=assignments,
        words=words_frame(shown, topic, matched.numbers, works.loc[usable, "year"].reset_index(drop=True)),
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
        diversity=round(shown.diversity(), 4),
        leak_bits=round(quality.leak_bits(topic[inside], corpus.languages[inside].tolist()), 4),
        kept=matched.kept,
        new=matched.new,
        gone=matched.gone,
        next_number=max([*matched.numbers, -1, (known.next_number if known else 0) - 1]) + 1,
        split=split,
        merged=merged,
        notes=leaning(topics, corpus.languages.tolist()),
    )


def _called(ids: list[str], topic: np.ndarray, labels: pd.DataFrame | None) -> dict[int, str]:
    """Return place of a topic to its label, or else its theme."""
    found: dict[int, str] = {}
    if labels is None:
        return found
    for column in ("theme", "label"):
        carried: dict[str, set[str]] = {}
        for work, name in labels[["work_id", column]].dropna().itertuples(index=False):
            carried.setdefault(str(work), set()).add(str(name))
        found |= likeliest_labels(topic, [carried.get(work, set()) for work in ids])
    return found


def _descent(
    corpus: Corpus, numbers: np.ndarray, matched: match.Matched, known: match.Known | None
) -> tuple[dict[int, int], dict[int, int]]:
    if known is None or not known.numbers or not (matched.new or matched.gone):
        return {}, {}
    rows = corpus.fitted
    near = np.asarray(corpus.matrix.tfidf[rows] @ match.on_vocabulary(known, corpus.matrix.terms).T)
    before = np.where(near.max(axis=1) > 0, np.array(known.numbers)[near.argmax(axis=1)], -1)
    return match.descent(before, numbers[rows], matched)
