"""Which work to read next: active learning on the words of title and abstract, with a cold start from a description.

The model is ELAS u4 of ASReview 3 (10.1038/s42256-020-00287-7): TF-IDF over single words and pairs, and a linear
support vector machine in which the excluded works weigh less than the included ones. Unlike there, words are compared
by their stem, in the language of the work, which finds the last relevant works sooner; and a word of the title counts
three times, which finds the first ones sooner (both judged on three reviews, see `benchmarks/screening.py`). Before
there are labels of both kinds, works are ranked by their likeness to a description (the names, definitions and terms of
a theme) and to what was included; until ten labels that likeness counts along.

Words do not cross languages: trained on English labels they rank Dutch works by chance. So a work in a language that
has no ten labels yet is ranked by its embedding and by the description, where these are given. In one language
embeddings win nothing over words (`benchmarks/screening.py` shows both), and so they keep out of it there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from leeszaal.reading.taxonomy import Subtheme, Taxonomy
from leeszaal.works.language import STEMMERS

__all__ = ["BLEND_UNTIL", "Features", "Ranking", "describe", "features", "rank", "retrain_every", "text_of", "weights"]

BLEND_UNTIL = 10  # labels
_C = 0.11
_RATIO = 9.8
_TITLE = 3  # how often a word of the title counts
_WORD = re.compile(r"\b\w\w+\b")


@dataclass(frozen=True)
class Features:
    """The works as the model sees them.

    Parameters
    ----------
    matrix
        Sparse, works × terms, rows of unit length (a work without words is all zeros).
    vectorizer
        What made it, so that a description can be laid beside the works.
    embedding
        Works × dimensions, rows of unit length; None to do without.
    languages
        One per work; empty where all count as one language.
    texts
        As they were given, so that terms can be shown as they are written.
    """

    matrix: Any
    vectorizer: Any
    embedding: np.ndarray | None = None
    languages: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @cached_property
    def names(self) -> np.ndarray:
        """The term of each column; scikit-learn would sort them all anew at each call, a tenth of a second or more."""
        return np.array(sorted(self.vectorizer.vocabulary_, key=self.vectorizer.vocabulary_.__getitem__), dtype=object)

    def written(self, work: int) -> dict[str, str]:
        """Return how each term of a work, and each word of it, is written there first."""
        words = _WORD.findall(self.texts[work].lower()) if self.texts else []
        stems = _stems(words, self.languages[work] if self.languages else "")
        said: dict[str, str] = {}
        for stem, word in zip(stems, words, strict=True):
            said.setdefault(stem, word)
        for n in range(len(words) - 1):
            said.setdefault(f"{stems[n]} {stems[n + 1]}", f"{words[n]} {words[n + 1]}")
        return said


@dataclass(frozen=True)
class Ranking:
    """A score per work, and why.

    Parameters
    ----------
    scores
        One per work; higher is read earlier. Comparable within one ranking only.
    basis
        ``"model"``, ``"both"`` (likeness counts along), ``"likeness"`` or ``"chance"`` (nothing to go by).
    slope
        What each term adds to a score, times its value in the work; None when chance decides.
    foreign
        Which works are ranked by their meaning instead, as their language has too few labels; None for none.
    """

    scores: np.ndarray
    basis: str
    slope: np.ndarray | None
    foreign: np.ndarray | None = None

    def order(self, among: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        """Return work numbers, the best first; of equals the lowest number first.

        Parameters
        ----------
        among
            The works to order; by default all.
        """
        chosen = np.arange(len(self.scores)) if among is None else np.asarray(among, dtype=np.int64)
        chosen = np.sort(chosen)
        return chosen[np.argsort(-self.scores[chosen], kind="stable")]

    def why(self, found: Features, work: int, n: int = 5) -> list[tuple[str, float]]:
        """Return the `n` terms of one work that lift it most, with what each adds, the strongest first.

        Nothing when terms play no part: by chance, and in a language with too few labels.
        """
        if self.slope is None or (self.foreign is not None and self.foreign[work]):
            return []
        row = found.matrix[work]
        parts = row.data * self.slope[row.indices]
        names, written = found.names, found.written(work)
        best = sorted(zip(-parts, row.indices, strict=True))[:n]
        return [(written.get(names[term], str(names[term])), float(-part)) for part, term in best if part < 0]


def text_of(title: str | None, abstract: str | None) -> str:
    """Return what the model reads of a work."""
    return f"{title or ''} {abstract or ''}"


def _stems(words: list[str], language: str) -> list[str]:
    from Stemmer import Stemmer  # one for each call: it may not be shared between threads

    return list(Stemmer(STEMMERS.get(language, STEMMERS["en"])).stemWords(words))


def _stemmed(text: str, language: str = "") -> list[str]:
    return _stems(_WORD.findall(text.lower()), language)


def _terms(parts: list[list[str]]) -> list[str]:
    """Return the stems of each part of a work and the pairs of those that follow each other."""
    return [term for part in parts for term in (*part, *(f"{one} {other}" for one, other in pairwise(part)))]


def features(
    texts: Sequence[str],
    *,
    titles: Sequence[str] = (),
    languages: Sequence[str | None] = (),
    embedding: np.ndarray | None = None,
) -> Features:
    """Turn texts into TF-IDF over stems and pairs of them: sublinear, without what stands in over 95 % of the texts.

    Parameters
    ----------
    texts
        One per work; see `text_of`.
    titles
        One per work, whose words count more than once; empty where they are not known apart.
    languages, embedding
        One per work, the latter as `leeszaal.works.embedding.embed` makes them. The language tells how words are
        stemmed (by default as English); both are needed to rank across languages.

    Examples
    --------
    >>> features(["toezicht op gemeenten", "de opkomst bij verkiezingen"]).matrix.shape
    (2, 12)
    """
    for name, given in (
        ("titles", titles),
        ("languages", languages),
        ("embedding", () if embedding is None else embedding),
    ):
        if len(given) not in (0, len(texts)):
            raise ValueError(f"{name} has {len(given)} rows for {len(texts)} texts")
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    spoken = tuple(language or "" for language in languages)
    tongues = spoken or ("",) * len(texts)
    parts = [[_stemmed(*pair)] for pair in zip(texts, tongues, strict=True)]
    for part, title, language in zip(parts, titles, tongues, strict=False):  # no titles: nothing more
        part += [_stemmed(title, language)] * (_TITLE - 1)
    vectorizer = TfidfVectorizer(analyzer=_terms, sublinear_tf=True, max_df=0.95)
    try:
        matrix = vectorizer.fit_transform(parts)
    except ValueError:  # no words at all, or none that tell one text from another
        vectorizer = TfidfVectorizer(analyzer=_terms, vocabulary={"": 0}).fit([[]])
        matrix = csr_matrix((len(texts), 1))
    return Features(matrix.tocsr(), vectorizer, embedding, spoken, tuple(texts))


def describe(taxonomy: Taxonomy, name: str) -> str:
    """Return the text of a theme or subtheme in both languages: names, definitions and terms."""
    taxonomy.require(name)
    parts: list[str] = []
    for theme in taxonomy.themes:
        if theme.id == name:
            parts += theme.label.values()
        for subtheme in theme.subthemes:
            if name in (theme.id, subtheme.id):
                parts += _subtheme_text(subtheme)
    return " . ".join(parts)


def _subtheme_text(subtheme: Subtheme) -> list[str]:
    terms = subtheme.match
    return [*subtheme.label.values(), *subtheme.definition.values(), *terms.nl, *terms.en, *terms.abbr]


def weights(labels: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return the weight of each labelled work: 1 for included, r / (9.8 e) for excluded, scaled to mean 1.

    Here r and e are the numbers of included and excluded works.

    Examples
    --------
    >>> weights([1, 0, 0]).round(3)
    array([2.722, 0.139, 0.139])
    """
    kinds = np.asarray(labels)
    included = int((kinds == 1).sum())
    excluded = len(kinds) - included
    if not included or not excluded:
        raise ValueError("weights need both included and excluded works")
    raw = np.where(kinds == 1, 1.0, included / (_RATIO * excluded))
    return raw * (len(raw) / raw.sum())


def retrain_every(works: int) -> int:
    """Return after how many new labels the model is trained anew: a fiftieth of the pile."""
    return max(1, works // 50)


def _direction(found: Features, description: str, included: np.ndarray) -> np.ndarray | None:
    """Return the unit vector of the description and the included works together; None when there is neither."""
    parts = []
    if description.strip():
        told = [[_stemmed(description, language)] for language in sorted({"nl", "en", *found.languages})]
        parts.append(np.asarray(found.vectorizer.transform(told).mean(axis=0)).ravel())
    if len(included):
        parts.append(np.asarray(found.matrix[included].mean(axis=0)).ravel())
    total = sum((part / norm for part in parts if (norm := np.linalg.norm(part))), np.zeros(found.matrix.shape[1]))
    length = np.linalg.norm(total)
    return total / length if length else None


def _spread(scores: np.ndarray) -> float:
    return float(scores.std()) or 1.0


def rank(
    found: Features, labels: Sequence[int] | np.ndarray, *, description: str = "", random_state: int = 0
) -> Ranking:
    """Score all works by the labels there are.

    Parameters
    ----------
    found
        The works.
    labels
        One per work: 1 included, 0 excluded, −1 not labelled.
    description
        What is looked for, in any words; it counts until there are ten labels of both kinds.
    random_state
        Seed of the solver, and of the order when there is nothing to go by.

    Examples
    --------
    >>> texts = ["toezicht op gemeenten", "opkomst bij verkiezingen", "toezicht door Rijk", "opkomst in de stad"]
    >>> rank(features(texts), [1, 0, -1, -1]).order([2, 3])
    array([2, 3])
    """
    known = np.asarray(labels, dtype=np.int64)
    if known.shape != (len(found),) or not np.isin(known, (-1, 0, 1)).all():
        raise ValueError("labels must hold 1, 0 or -1 for each work")
    labelled = np.flatnonzero(known >= 0)
    included = np.flatnonzero(known == 1)
    both = 0 < len(included) < len(labelled)
    blend = 0.0 if both and len(labelled) >= BLEND_UNTIL else 1.0
    slope = None
    if both:
        slope = _train(found.matrix[labelled], known[labelled], random_state)
        if not blend:
            scores = found.matrix @ slope
            mixed, foreign = _across(found, known, scores, description, random_state)
            return Ranking(mixed, "model", slope, foreign)
        blend = 1 - len(labelled) / BLEND_UNTIL
    direction = _direction(found, description, included)
    if direction is None:
        if slope is not None:
            return Ranking(found.matrix @ slope, "model", slope)
        return Ranking(np.random.default_rng(random_state).random(len(found)), "chance", None)
    if slope is None:
        return Ranking(found.matrix @ direction, "likeness", direction)
    # Both on one scale, that of their spread over the works, so that neither drowns the other.
    likeness = direction / _spread(found.matrix @ direction)
    mixed = blend * likeness + (1 - blend) * slope / _spread(found.matrix @ slope)
    return Ranking(found.matrix @ mixed, "both", mixed)


def _across(
    found: Features, known: np.ndarray, scores: np.ndarray, description: str, random_state: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """Score works in a language with too few labels by embedding and description, on the scale of the others.

    Also returned: which works those are; None when there are none.
    """
    languages = np.array(found.languages)
    if found.embedding is None or not len(languages):
        return scores, None
    names, place, counts = np.unique(languages, return_inverse=True, return_counts=True)
    labelled = np.bincount(place, weights=known >= 0, minlength=len(names))
    foreign = (labelled < np.minimum(BLEND_UNTIL, counts))[place]
    if not foreign.any() or foreign.all():
        return scores, None
    from sklearn.svm import LinearSVC

    taught = known >= 0
    model = LinearSVC(C=_C, loss="squared_hinge", max_iter=10_000, random_state=random_state)
    model.fit(found.embedding[taught], known[taught], sample_weight=weights(known[taught]))
    own = (found.embedding @ model.coef_[0])[foreign]
    own = own / _spread(own)
    direction = _direction(found, description, np.array([], dtype=np.int64))
    if direction is not None:
        likeness = (found.matrix @ direction)[foreign]
        own = own + likeness / _spread(likeness)
    # No one knows whether the languages are equally rich, so they are read as if they were: same mean, same spread.
    home = scores[~foreign]
    mixed = scores.copy()
    mixed[foreign] = (own - own.mean()) / _spread(own) * home.std() + home.mean()
    return mixed, foreign


def _train(matrix: Any, labels: np.ndarray, random_state: int) -> np.ndarray:
    """Return what each term adds, according to the labelled works; terms that none of them has add nothing."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=_C, loss="squared_hinge", max_iter=10_000, random_state=random_state)
    model.fit(matrix, labels, sample_weight=weights(labels))
    return np.asarray(model.coef_[0])
