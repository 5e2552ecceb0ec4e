"""Kleinberg's bursts against every possible path."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.trends.bursts import burst_gains, burst_states, burst_table, panel_bursts


def _cost(path: tuple[int, ...], y: list[int], n: list[int], s: float, gamma: float) -> float:
    """Return the cost of a path as Kleinberg defines it, without the binomial coefficients."""
    p0 = sum(y) / sum(n)
    p = (p0, min(s * p0, 0.9999))
    cost, before = 0.0, 0
    for state, works, size in zip(path, y, n, strict=True):
        cost += gamma * np.log(len(y)) * max(state - before, 0)
        cost -= works * np.log(p[state]) + (size - works) * np.log(1 - p[state])
        before = state
    return cost


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(13, 30)), min_size=3, max_size=8))
def test_the_path_is_the_cheapest_of_all(series: list[tuple[int, int]]) -> None:
    y, n = [a for a, _ in series], [b for _, b in series]
    if sum(y) == 0:
        return
    found = tuple(burst_states(np.array([y]), np.array([n]))[0].tolist())
    best = min(_cost(path, y, n, 2.0, 1.0) for path in itertools.product((0, 1), repeat=len(y)))
    assert _cost(found, y, n, 2.0, 1.0) == pytest.approx(best, abs=1e-9)


def test_a_tiny_series_by_hand() -> None:
    y, n = [1, 1, 9, 1], [10, 10, 10, 10]
    # p₀ = 12/40 = .3, p₁ = .6: year 3 wins 9·ln 2 + ln(.4/.7) = 5.6787, minus ln 4
    states = burst_states(np.array([y]), np.array([n]))
    assert states.tolist() == [[0, 0, 1, 0]]
    gain = 9 * np.log(2) + np.log(0.4 / 0.7) - np.log(4)
    assert burst_gains(np.array([y]), np.array([n]), states).tolist() == pytest.approx([gain])


def test_the_gain_is_of_the_best_burst_and_zero_without_one() -> None:
    n = np.full((2, 7), 20)
    y = np.array([[1, 8, 1, 1, 12, 12, 1], [3, 3, 3, 3, 3, 3, 3]])
    states = burst_states(y, n)
    assert states.tolist() == [[0, 1, 0, 0, 1, 1, 0], [0] * 7] or states[0, 4:6].all()
    gains = burst_gains(y, n, states)
    assert gains[0] > 0
    assert gains[1] == 0.0


def _counts(series: dict[str, list[int]], corpus: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"kind": "label", "unit": unit, "year": 2010 + at, "works": y, "corpus": corpus, "complete": True}
            for unit, works in series.items()
            for at, y in enumerate(works)
        ]
    )


def test_a_clear_burst_is_marked_and_noise_is_not() -> None:
    found = burst_table(
        _counts(
            {
                "burst": [5, 6, 4, 5, 6, 5, 4, 30, 32, 28, 5, 6, 4, 5],
                "flat": [5, 8, 3, 9, 4, 7, 5, 6, 3, 8, 5, 6, 4, 5],
                "few": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
            },
            400,
        )
    ).set_index("unit")
    assert bool(found.loc["burst", "marked"])
    assert (found.loc["burst", "from_year"], found.loc["burst", "to_year"]) == (2017, 2019)
    assert found.loc["burst", "works"] == 90
    assert not found.drop(index="burst")["marked"].any()


def test_the_same_answer_twice_and_independent_of_other_units() -> None:
    series = {"a": [5, 6, 4, 5, 6, 5, 14, 15, 5, 4], "b": [9, 3, 8, 4, 9, 3, 8, 4, 9, 3]}
    both = burst_table(_counts(series, 100))
    alone = burst_table(_counts({"a": series["a"]}, 100))
    pd.testing.assert_frame_equal(both[both["unit"] == "a"].reset_index(drop=True), alone)


def test_short_and_empty_series_have_no_bursts() -> None:
    assert burst_table(_counts({"a": [1, 9, 1, 1]}, 100)).empty
    assert panel_bursts(np.zeros((1, 8)), np.full(8, 10), np.arange(8)).empty


@pytest.mark.parametrize(("works", "corpus"), [([[1, 2, 3]], [[4, 0, 4]]), ([[5, 2, 3]], [[4, 4, 4]])])
def test_impossible_counts_are_programmer_errors(works: list[list[int]], corpus: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="corpus"):
        burst_states(np.array(works), np.array(corpus))
