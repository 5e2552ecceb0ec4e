"""Intervals against published or exact values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.trends.intervals import change_of_counts, change_of_shares, garwood, wilson


def test_garwood_against_the_tables():
    assert garwood(0) == pytest.approx((0, 3.689), abs=0.001)  # -ln(0.025)
    assert garwood(10) == pytest.approx((4.795, 18.390), abs=0.001)


def test_wilson_by_hand():
    # p = 0.5, n = 4, z² = 3.8415: (0.5 + 0.4802 ± 1.96 * sqrt(0.0625 + 0.06)) / 1.9604
    low, high = wilson([2, 0, 20, 0], [4, 20, 20, 0])
    assert (low[0], high[0]) == pytest.approx((0.15, 0.85), abs=0.001)
    assert low[1] == 0
    assert high[2] == 1
    assert math.isnan(low[3])
    assert math.isnan(high[3])
    # one number works as well: n 10, y 5: middle .5, half z/(1+z²/10)·√(.025 + z²/400)
    half = 1.959964 / 1.3841459 * math.sqrt(0.025 + 3.841459 / 400)
    assert [float(bound) for bound in wilson(5, 10)] == pytest.approx([0.5 - half, 0.5 + half], abs=1e-6)


def test_a_change_needs_more_than_chance():
    assert change_of_counts(10, 3, 40, 3) == 1
    assert change_of_counts(40, 3, 10, 3) == -1
    assert change_of_counts(10, 3, 14, 3) == 0
    assert change_of_counts(0, 3, 0, 3) == 0
    assert change_of_counts(30, 1, 30, 3) == -1  # the same number in three times the years


def test_the_exact_tests_are_those_of_scipy():
    from scipy.stats import binomtest, chi2

    for first, last, early, late in np.random.default_rng(1).integers([0, 1, 1, 1], [60, 60, 9, 9], (300, 4)).tolist():
        p = binomtest(last, first + last, late / (early + late)).pvalue
        assert (change_of_counts(first, early, last, late) == 0) == (p >= 0.05), (first, last, early, late)
    for count in (1, 7, 4000):
        assert garwood(count) == pytest.approx((chi2.ppf(0.025, 2 * count) / 2, chi2.ppf(0.975, 2 * count + 2) / 2))
    assert change_of_shares((10, 500), (40, 500)) == 1
    assert change_of_shares((40, 500), (10, 500)) == -1
    assert change_of_shares((2, 100), (3, 100)) == 0
    assert change_of_shares((0, 0), (3, 100)) == 0


def test_newcombe_against_his_paper():
    # Table II of Newcombe 1998, 56/70 against 48/80, method 10: 0.0524 to 0.3339: clearly different.
    assert change_of_shares((48, 80), (56, 70)) == 1
    # 9/10 against 3/10: 0.1705 to 0.8090.
    assert change_of_shares((3, 10), (9, 10)) == 1
    # 5/56 against 0/29: -0.0381 to 0.1926: not.
    assert change_of_shares((0, 29), (5, 56)) == 0


@pytest.mark.parametrize("call", [lambda: garwood(-1), lambda: wilson(3, 2), lambda: wilson(-1, 2)])
def test_impossible_counts(call):
    with pytest.raises(ValueError, match=r"must|is 0 or more"):
        call()


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_interval(pair):
    low, high = wilson(*pair)
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1
