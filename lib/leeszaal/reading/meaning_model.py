"""The model that tells what a title is about: learned from example titles, terms and definitions.

A title is seen as its pieces of two to five letters within words (TF-IDF), so that a compound, an inflection or a word
of the other language that looks alike counts too, and as its place among all meanings (`leeszaal.works.embedding`). One
ridge regression a label on both learns which titles have that label; one more learns which titles have any: the gate.
The pieces carry most of it; where the embedding model is absent they do it alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from leeszaal import progress
from leeszaal.files import read_bytes, write_bytes
from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.works import embedding

__all__ = ["MODEL_VERSION", "Lesson", "Model", "fingerprint_of", "lessons_of", "load", "train"]

MODEL_VERSION = 2
_RIDGE = 0.25
_BESIDE_PIECES = 1.0  # what the place among meanings weighs, beside the pieces
_TERM = 0.3  # what a term or a definition weighs, beside an example title
_NOWHERE = 3.0  # what a text that belongs nowhere weighs for the gate: there are few of them
_GATE = 0.7  # how much a title is lowered that seems to belong nowhere


@dataclass(frozen=True)
class Lesson:
    """A text of which the labels are known; none: it belongs nowhere."""

    text: str
    labels: tuple[str, ...]
    weight: float


def lessons_of(taxonomy: Taxonomy) -> list[Lesson]:
    """Return every text of which the labels are known: examples, terms, names, definitions, what belongs nowhere."""
    found = [Lesson(one.title, one.labels, 1.0) for one in taxonomy.examples]
    for subtheme in taxonomy.subthemes:
        texts = [term for term, kind in subtheme.match.pairs() if kind != "abbr"]
        texts += [*subtheme.label.values(), *subtheme.definition.values()]
        found += [Lesson(text.replace("*", ""), (subtheme.id,), _TERM) for text in texts]
    return found + [Lesson(term, (), 1.0) for term, _ in taxonomy.background.pairs()]


def fingerprint_of(lessons: Sequence[Lesson]) -> str:
    """Return what a model depends on, as one short text."""
    name = embedding.model_name() if embedding.available() else ""
    settings = [MODEL_VERSION, _RIDGE, _BESIDE_PIECES, _NOWHERE, _GATE, name]
    told = [[one.text, one.labels, one.weight] for one in lessons]
    return hashlib.sha256(json.dumps([settings, told], ensure_ascii=False).encode("utf-8")).hexdigest()


def _vectorizer(vocabulary: Sequence[str] | None = None) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        sublinear_tf=True,
        min_df=3 if vocabulary is None else 1,
        vocabulary=vocabulary,
    )


@dataclass(frozen=True)
class Model:
    """Points are ``pieces @ by_piece + places @ by_place``: one column a label, the last one the gate.

    Parameters
    ----------
    labels
        The labels, in the order of the columns.
    vocabulary, rarity
        The pieces, and the inverse document frequency of each.
    by_piece, by_place
        Pieces × (labels + 1) and dimensions of the embedding × (labels + 1); `by_place` has no rows without it.
    slope, start
        The log-odds of a label are ``slope * points + start``.
    """

    labels: tuple[str, ...]
    vocabulary: tuple[str, ...]
    rarity: np.ndarray
    by_piece: np.ndarray
    by_place: np.ndarray
    slope: float
    start: float

    @cached_property
    def _seen(self) -> Any:
        vectorizer = _vectorizer(self.vocabulary)
        vectorizer.idf_ = self.rarity
        return vectorizer

    def pieces(self, titles: Sequence[str]) -> Any:
        """Return the pieces of each title: sparse, rows of unit length."""
        return self._seen.transform(titles)

    def points(self, titles: Sequence[str], places: np.ndarray | None) -> np.ndarray:
        """Return the points of each label per title; `places` are the embeddings of the titles, or None."""
        raw = self.pieces(titles) @ self.by_piece
        if places is not None and len(self.by_place):
            raw = raw + places @ self.by_place
        return _gated(raw)

    def weights(self, title: str, words: Sequence[str], label: int) -> list[float]:
        """Return what each of the `words` of a title adds to its points of a label."""
        row = self.pieces([title])
        gram = dict(zip(row.indices.tolist(), (row.data * self.by_piece[row.indices, label]).tolist(), strict=True))
        made = self.pieces(words)
        return [sum(gram.get(int(piece), 0.0) for piece in made[n].indices) for n in range(len(words))]

    def chances(self, points: np.ndarray) -> np.ndarray:
        """Return the chance that belongs to points."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * points + self.start))))


def _gated(raw: np.ndarray) -> np.ndarray:
    """Lower the points of titles that seem to belong nowhere."""
    return np.asarray(raw[:, :-1] + _GATE * (np.minimum(raw[:, -1:], 1) - 1))


def load(path: Path, fingerprint: str) -> Model | None:
    """Return the model in `path` if it was trained on lessons with this fingerprint; a damaged file holds none."""
    if not path.is_file():
        return None
    try:
        with np.load(io.BytesIO(read_bytes(path)), allow_pickle=False) as stored:
            if str(stored["fingerprint"]) != fingerprint:
                return None
            return Model(
                labels=tuple(stored["labels"].astype(str).tolist()),
                vocabulary=tuple(str(stored["vocabulary"]).split("\n")),
                rarity=stored["rarity"].astype(float),
                by_piece=stored["by_piece"].astype(np.float32),
                by_place=stored["by_place"].astype(np.float32),
                slope=float(stored["curve"][0]),
                start=float(stored["curve"][1]),
            )
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        return None


def _solve(likeness: np.ndarray, weights: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficient of each lesson, and what a model that had not seen a lesson says of it."""
    from scipy.linalg import cho_factor, cho_solve

    factor = cho_factor(likeness + np.diag(_RIDGE / weights), lower=True, overwrite_a=True)
    found = cho_solve(factor, right)
    inverse = np.einsum("ij,ij->j", *[_lower_inverse(factor[0])] * 2)
    return found, right - found / inverse[:, None]


def _lower_inverse(lower: np.ndarray) -> np.ndarray:
    from scipy.linalg.lapack import dtrtri

    inverse, fault = dtrtri(np.tril(lower), lower=1)
    if fault:
        raise ValueError(f"the lessons cannot be solved (LAPACK: {fault})")
    return np.asarray(inverse)


def train(taxonomy: Taxonomy, path: Path, *, cache: Path | None = None) -> None:
    """Train the model of a taxonomy and write it to `path`.

    Parameters
    ----------
    taxonomy
        With examples, or with subjects that belong nowhere (`background`).
    path
        An ``.npz`` file.
    cache
        Where the embeddings of the lessons are kept; see `leeszaal.works.embedding.embed`.
    """
    from sklearn.linear_model import LogisticRegression

    lessons = lessons_of(taxonomy)
    texts, labels = [one.text for one in lessons], taxonomy.labels()
    right = np.array([[label in one.labels for label in labels] for one in lessons], dtype=float)
    some = right.max(axis=1)
    weights = np.array([one.weight for one in lessons])
    vectorizer = _vectorizer()
    pieces = vectorizer.fit_transform(texts)
    likeness = (pieces @ pieces.T).toarray()
    places = np.zeros((len(texts), 0))
    if embedding.available():
        with progress.stage("Leren"):
            places = embedding.embed(texts, cache=cache).astype(float)
        likeness += _BESIDE_PIECES * (places @ places.T)
    of_label, unseen = _solve(likeness.copy(), weights, right)
    of_gate, gate = _solve(likeness, np.where(some > 0, weights, _NOWHERE * weights), some[:, None])
    found = np.hstack([of_label, of_gate])
    shown = np.arange(len(lessons)) < len(taxonomy.examples)  # a term is another kind of text than a title
    if not right[shown].any() or right[shown].all():
        shown = np.ones(len(lessons), dtype=bool)
    points = _gated(np.hstack([unseen, gate]))[shown]
    curve = LogisticRegression(C=1e6).fit(points.reshape(-1, 1), right[shown].ravel())
    content = io.BytesIO()
    np.savez_compressed(
        content,
        fingerprint=np.array(fingerprint_of(lessons)),
        labels=np.array(labels),
        vocabulary=np.array("\n".join(vectorizer.get_feature_names_out())),
        rarity=vectorizer.idf_.astype(np.float32),
        by_piece=np.asarray(pieces.T @ found).astype(np.float16),
        by_place=(_BESIDE_PIECES * places.T @ found).astype(np.float16),
        curve=np.array([curve.coef_[0, 0], curve.intercept_[0]]),
    )
    write_bytes(path, content.getvalue())
