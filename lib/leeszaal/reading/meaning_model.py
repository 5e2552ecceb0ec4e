"""The model that tells what a title is about: learned from example titles, terms and definitions.

A title is seen as its pieces of two to five letters within words (TF-IDF), so that a compound, an inflection or a word
of the other language that looks alike counts too, and as its place among all meanings (`leeszaal.works.embedding`). One
ridge regression a label on both learns which titles have that label; one more learns which titles have any: the gate.
The pieces carry most of it; where the embedding model is absent they do it alone. What the points of a title are worth
is told by two curves (`leeszaal.reading.meaning_curve`), fitted to points of titles by a hand that the model left out.
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
from leeszaal.reading.meaning_curve import Curve, fit, signals_of_labels, signals_of_titles, themes_of
from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.works import embedding

__all__ = ["MODEL_VERSION", "Lesson", "Model", "fingerprint_of", "lessons_of", "load", "train"]

MODEL_VERSION = 3
_RIDGE = 0.25
_BESIDE_PIECES = 1.0  # what the place among meanings weighs, beside the pieces
_TERM = 0.3  # what a term or a definition weighs, beside an example title
_NOWHERE = 2.0  # what a text that belongs nowhere weighs: there are few of them
_AT_ONCE = 10_000  # titles
_HANDS = 3  # where fewer hands (files) wrote the examples,
_PARTS = 5  # so many parts take their place when the curves are fitted


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
    settings = [MODEL_VERSION, _RIDGE, _BESIDE_PIECES, _NOWHERE, name]
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
    of_label, of_title
        The chance of a label for a title that has one, and the chance that a title has any.
    """

    labels: tuple[str, ...]
    vocabulary: tuple[str, ...]
    rarity: np.ndarray
    by_piece: np.ndarray
    by_place: np.ndarray
    of_label: Curve
    of_title: Curve

    @cached_property
    def _seen(self) -> Any:
        vectorizer = _vectorizer(self.vocabulary)
        vectorizer.idf_ = self.rarity
        return vectorizer

    def pieces(self, titles: Sequence[str]) -> Any:
        """Return the pieces of each title: sparse, rows of unit length."""
        return self._seen.transform(titles)

    def points(self, titles: Sequence[str], places: np.ndarray | None) -> np.ndarray:
        """Return the points of each label and of the gate per title; `places` are the embeddings, or None."""
        points = self.pieces(titles) @ self.by_piece
        if places is not None and len(self.by_place):
            points = points + places @ self.by_place
        return np.asarray(points)

    def weights(self, title: str, words: Sequence[str], label: int) -> list[float]:
        """Return what each of the `words` of a title adds to its points of a label."""
        row = self.pieces([title])
        gram = dict(zip(row.indices.tolist(), (row.data * self.by_piece[row.indices, label]).tolist(), strict=True))
        made = self.pieces(words)
        return [sum(gram.get(int(piece), 0.0) for piece in made[n].indices) for n in range(len(words))]

    def chances(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the chance of each label for titles that have one, and per title the chance that it has any."""
        themes = themes_of(self.labels)
        labels = np.empty((len(points), len(self.labels)), dtype=np.float32)
        titles = np.empty(len(points), dtype=np.float32)
        for start in range(0, len(points), _AT_ONCE):  # the signals take five times the room of the points
            part = slice(start, start + _AT_ONCE)
            labels[part] = self.of_label.chances(signals_of_labels(points[part, :-1], themes))
            titles[part] = self.of_title.chances(signals_of_titles(points[part, :-1], points[part, -1], themes))
        return labels, titles


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
                of_label=Curve(stored["of_label"][:-1], float(stored["of_label"][-1])),
                of_title=Curve(stored["of_title"][:-1], float(stored["of_title"][-1])),
            )
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        return None


def _solve(
    likeness: np.ndarray, weights: np.ndarray, right: np.ndarray, parts: Sequence[np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the coefficient of each lesson, and what a model without the lessons of each part says of these.

    With A the inverse of likeness and ridge together, the lessons of a part err by the inverse of their block of A
    times their coefficients, when they are left out: no model needs to be made again.
    """
    from scipy.linalg import cho_factor, cho_solve, solve

    factor = cho_factor(likeness + np.diag((_RIDGE / weights).astype(likeness.dtype)), lower=True, overwrite_a=True)
    found = cho_solve(factor, right.astype(likeness.dtype))
    inverse = _lower_inverse(factor[0])
    unseen = []
    for part in parts:
        half = inverse[:, part]
        unseen.append(right[part] - solve((half.T @ half).astype(float), found[part].astype(float), assume_a="pos"))
    return found, unseen


def _lower_inverse(lower: np.ndarray) -> np.ndarray:
    from scipy.linalg import get_lapack_funcs

    (invert,) = get_lapack_funcs(("trtri",), (lower,))
    inverse, fault = invert(np.tril(lower), lower=1)
    if fault:
        raise ValueError(f"the lessons cannot be solved (LAPACK: {fault})")
    return np.asarray(inverse)


def _parts(taxonomy: Taxonomy) -> list[np.ndarray]:
    """Return the examples of each hand (each file), or equal parts in order where there are fewer than three hands."""
    hands = np.array([one.hand for one in taxonomy.examples])
    names = sorted(set(hands.tolist()))
    if len(names) < _HANDS:
        return [part for part in np.array_split(np.arange(len(hands)), _PARTS) if len(part)]
    return [np.flatnonzero(hands == name) for name in names]


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
    lessons = lessons_of(taxonomy)
    texts, labels = [one.text for one in lessons], taxonomy.labels()
    right = np.array([[label in one.labels for label in labels] for one in lessons], dtype=float)
    some = right.max(axis=1)
    weights = np.array([one.weight for one in lessons]) * np.where(some > 0, 1, _NOWHERE)
    places = np.zeros((len(texts), 0), dtype=np.float32)
    if embedding.available():
        places = embedding.embed(texts, cache=cache)
    progress.note("alles is gelezen; nu wordt het model berekend")
    vectorizer = _vectorizer()
    pieces = vectorizer.fit_transform(texts).astype(np.float32)
    likeness = (pieces @ pieces.T).toarray()
    likeness += _BESIDE_PIECES * (places @ places.T)
    shown = np.arange(len(taxonomy.examples))  # a term is another kind of text than a title
    parts = _parts(taxonomy)
    if not right[shown].any() or right[shown].all():
        shown = np.arange(len(lessons))
        parts = np.array_split(shown, _PARTS)
    found, said = _solve(likeness, weights, np.hstack([right, some[:, None]]), parts)
    unseen = np.zeros((len(shown), len(labels) + 1))
    for part, one in zip(parts, said, strict=True):
        unseen[part] = one
    of_label, of_title = _curves(unseen, right[shown], labels)
    content = io.BytesIO()
    np.savez_compressed(
        content,
        fingerprint=np.array(fingerprint_of(lessons)),
        labels=np.array(labels),
        vocabulary=np.array("\n".join(vectorizer.get_feature_names_out())),
        rarity=vectorizer.idf_.astype(np.float32),
        by_piece=np.asarray(pieces.T @ found).astype(np.float16),
        by_place=(_BESIDE_PIECES * places.T @ found).astype(np.float16),
        of_label=np.append(of_label.weights, of_label.start),
        of_title=np.append(of_title.weights, of_title.start),
    )
    write_bytes(path, content.getvalue())


def _curves(unseen: np.ndarray, right: np.ndarray, labels: Sequence[str]) -> tuple[Curve, Curve]:
    """Fit the curve of the labels to the titles that have one, and that of the titles to all."""
    themes, some = themes_of(labels), right.max(axis=1) > 0
    of_label = signals_of_labels(unseen[some, :-1], themes)
    of_title = signals_of_titles(unseen[:, :-1], unseen[:, -1], themes)
    return fit(of_label.reshape(-1, of_label.shape[2]), right[some].ravel()), fit(of_title, some)
