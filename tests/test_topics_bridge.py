"""The bridge, computed once more by hand."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
import scipy.sparse as sp

from leeszaal.topics.bridge import bridge, bridge_languages, neighbours, space_of
from leeszaal.topics.matrix import term_matrix
from topics_corpus import corpus


def _plain(tfidf: np.ndarray, vectors: np.ndarray, languages: list[str], q: int) -> np.ndarray:
    """Return the bridged matrix by the formula, one work at a time."""
    spoken = np.array(languages)
    points = vectors.astype(np.float64)
    for language in set(languages):
        points[spoken == language] -= points[spoken == language].mean(axis=0)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    out = np.zeros_like(tfidf)
    for i in range(len(tfidf)):
        parts = []
        for language in sorted(set(languages)):
            others = [j for j in np.flatnonzero(spoken == language) if j != i]
            cosine = {j: points[i] @ points[j] for j in others}
            near = [j for j in sorted(others, key=lambda j: -cosine[j])[:q] if cosine[j] > 0]
            if near:
                total = sum(cosine[j] for j in near)
                parts.append(sum(cosine[j] / total * tfidf[j] for j in near))
        out[i] = 0.1 * tfidf[i] + 0.9 * np.mean(parts, axis=0)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def test_the_bridge_is_the_formula() -> None:
    works, vectors = corpus(per_cell=8, seed=3)
    languages = works["language"].tolist()
    tfidf = term_matrix([title.split() for title in works["title"]]).tfidf
    found = bridge(tfidf, neighbours(space_of(vectors, languages)), q=5)
    expected = _plain(tfidf.toarray().astype(np.float64), vectors, languages, q=5)
    assert found.toarray() == pytest.approx(expected, abs=1e-4)


def test_a_work_is_never_its_own_neighbour_not_even_among_doubles() -> None:
    works, vectors = corpus(per_cell=10)
    vectors[:5] = vectors[0]
    near = neighbours(space_of(vectors, works["language"].tolist()))
    assert not (near.index == np.arange(len(works))[:, None, None]).any()
    assert (np.diff(near.cosine, axis=2) <= 1e-6).all()


def test_neighbours_are_found_in_each_language_and_of_the_same_subject() -> None:
    works, vectors = corpus(per_cell=20)
    near = neighbours(space_of(vectors, works["language"].tolist()), q=10)
    assert near.languages == ("en", "nl")
    spoken, subject = works["language"].to_numpy(), works["subject"].to_numpy()
    assert (spoken[near.index[:, 0]] == "en").all()
    assert (spoken[near.index[:, 1]] == "nl").all()
    assert (subject[near.index] == subject[:, None, None]).mean() > 0.98


def test_chunks_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    works, vectors = corpus(per_cell=10)
    languages = works["language"].tolist()
    whole = neighbours(space_of(vectors, languages), workers=1)
    monkeypatch.setattr(import_module("leeszaal.topics.bridge"), "_CHUNK", 7)
    parts = neighbours(space_of(vectors, languages), workers=3)
    assert (whole.index == parts.index).all()
    assert whole.cosine == pytest.approx(parts.cosine, abs=1e-6)


def test_a_sample_only_knows_its_own_works() -> None:
    works, vectors = corpus(per_cell=10)
    tfidf = term_matrix([title.split() for title in works["title"]]).tfidf
    near = neighbours(space_of(vectors, works["language"].tolist()))
    rows = np.arange(0, 60, 2)
    blank = tfidf.tolil()
    blank[1::2] = 0
    assert bridge(tfidf, near, rows=rows).toarray() == pytest.approx(bridge(blank.tocsr(), near, rows=rows).toarray())
    assert bridge(tfidf, near, rows=rows).shape[0] == 30


def test_a_work_without_embedding_or_words_speaks_for_itself() -> None:
    works, vectors = corpus(per_cell=10)
    vectors[0] = 0.0
    tfidf = term_matrix([title.split() for title in works["title"]]).tfidf
    near = neighbours(space_of(vectors, works["language"].tolist()))
    assert (near.index[0] == -1).all()
    assert not (near.index == 0).any()
    assert bridge(tfidf, near)[0].toarray() == pytest.approx(tfidf[0].toarray(), abs=1e-6)


def test_languages_with_too_few_works_are_bridged_but_not_to() -> None:
    languages = ["nl"] * 25 + ["en"] * 30 + ["de"] * 3 + [""] * 40
    assert bridge_languages(languages) == ("en", "nl")
    assert bridge_languages(["nl"] * 5) == ("",)
    vectors = np.random.default_rng(0).normal(size=(98, 8)).astype(np.float32)
    centred = space_of(vectors, languages).points
    assert np.linalg.norm(centred, axis=1) == pytest.approx(np.ones(98), abs=1e-5)
    assert neighbours(space_of(vectors, languages)).index.shape == (98, 2, 32)


def test_equal_embeddings_give_no_neighbours_but_no_error() -> None:
    near = neighbours(space_of(np.ones((30, 4), dtype=np.float32) / 2, ["nl"] * 30))
    tfidf = sp.csr_matrix(np.eye(30, dtype=np.float32))
    assert np.isfinite(bridge(tfidf, near).toarray()).all()


def test_works_outside_the_space_are_bridged_to_it_and_nobody_to_them() -> None:
    works, vectors = corpus(per_cell=20)
    languages = works["language"].tolist()
    inside = np.arange(len(works)) % 2 == 0
    tfidf = term_matrix([title.split() for title in works["title"]]).tfidf
    spoken = [language for language, use in zip(languages, inside, strict=True) if use]
    space = space_of(vectors[inside], spoken)
    other = [language for language, use in zip(languages, inside, strict=True) if not use]
    near = neighbours(space, space.centred(vectors[~inside], other), q=5)
    assert near.index.shape == (60, 2, 5)
    subject = works["subject"].to_numpy()
    assert (subject[inside][near.index] == subject[~inside][:, None, None]).mean() > 0.95
    found = bridge(tfidf[inside], near, others=tfidf[~inside], q=5).toarray()
    first = np.zeros(tfidf.shape[1])
    for at in range(2):
        weight = near.cosine[0, at] / near.cosine[0, at].sum()
        first += 0.45 * (weight[:, None] * tfidf[inside][near.index[0, at]].toarray()).sum(axis=0)
    first += 0.1 * tfidf[~inside][0].toarray()[0]
    assert found[0] == pytest.approx(first / np.linalg.norm(first), abs=1e-5)
    itself = space.centred(vectors[inside], spoken)
    assert itself == pytest.approx(space.points, abs=1e-5)
