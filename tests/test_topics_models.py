"""The start of NMF and the weight of an earlier fit, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from leeszaal.topics.models import fit_nmf, nndsvd

# Two subjects of two words, and a work between them.
_TWO = sp.csr_matrix(np.array([[1, 1, 0, 0], [2, 2, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]], dtype=float))


def test_the_start_is_the_exact_decomposition_with_its_larger_halves() -> None:
    # Singular vectors of a diagonal matrix are its axes: sqrt(value) on both sides.
    weights, terms = nndsvd(sp.csr_matrix(np.diag([9.0, 4.0, 1.0])), 2)
    assert weights == pytest.approx(np.array([[3.0, 0], [0, 2], [0, 0]]), abs=1e-6)
    assert terms == pytest.approx(np.array([[3.0, 0, 0], [0, 2, 0]]), abs=1e-6)


def test_as_many_topics_as_words_and_an_empty_matrix_are_no_error() -> None:
    assert nndsvd(_TWO, 4)[1].shape == (4, 4)
    assert (nndsvd(sp.csr_matrix((5, 4)), 2)[0] == 0).all()


def test_without_a_seed_a_fit_repeats_itself_and_a_shaken_start_ends_in_the_same_place() -> None:
    fits = [fit_nmf(_TWO, 2, random_state=seed, tol=1e-9, max_iter=2000) for seed in (None, None, 1, 2)]
    assert (fits[0].terms == fits[1].terms).all()
    assert (fits[2].strength != fits[0].strength).any()
    for fit in fits[1:]:
        order = fit.terms.argmax(axis=1).argsort()
        assert fit.terms[order] == pytest.approx(fits[0].terms[fits[0].terms.argmax(axis=1).argsort()], abs=0.02)


@pytest.mark.parametrize(("inertia", "expected"), [(0.0, (2 / 3) ** 0.5), (1e6, 0.0)])
def test_an_earlier_topic_holds_its_terms_back_as_far_as_its_inertia(inertia: float, expected: float) -> None:
    # One topic said [1, 0, 0]; now all works say [1, 1, 1].
    works = sp.csr_matrix(np.full((6, 3), 3**-0.5))
    found = fit_nmf(works, 1, start=np.array([[1.0, 0, 0]]), inertia=inertia, tol=1e-9, max_iter=2000)
    assert np.linalg.norm(found.terms[0, 1:]) == pytest.approx(expected, abs=1e-3)


def test_an_earlier_topic_that_no_work_holds_any_more_makes_room() -> None:
    works = sp.csr_matrix(np.array([[1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 1, 1], [0, 0, 0, 1, 1]], dtype=float))
    start = np.array([[1.0, 1, 0, 0, 0], [0, 0, 1, 1e-3, 0]])
    found = fit_nmf(works, 2, start=start, inertia=0.5)
    assert sorted(found.best.tolist()) == [0, 0, 1, 1]
    assert found.terms[1] == pytest.approx([0, 0, 0, 2**-0.5, 2**-0.5], abs=1e-3)
