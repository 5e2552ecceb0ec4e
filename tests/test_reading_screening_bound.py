"""The bound on the number of relevant works: by hand, monotone, and kept over all looks of a run."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.reading.screening import ever_too_low, most_relevant, most_relevant_at

PARTS = ((0.7, 0.9, 0.05), (0.2, 0.5, 0.05), (0.1, 0.3, 0.02))  # of the capital, recall staked for, memory


def stakes(labels: list[int], works: int, recall: float, memory: float) -> list[float]:
    """The stakes of one part of the capital, one work after another."""
    kept, hits, looked, found, out = 0.5 ** (1 / max(5, memory * works)), 0.5, 1.0, 0, []
    for read, label in enumerate(labels):
        rate = 0.5 * hits / looked
        supposed = min(1.0, (math.floor(found / recall + 1e-9) + 1 - found) / (works - read))
        out.append(1.0 if supposed == 1 else min(1.0, max(0.0, (supposed - rate) / (supposed * (1 - supposed)))))
        hits, looked, found = hits * kept + label, looked * kept + 1, found + label
    return out


def written_out(labels: list[int], works: int, alpha: float) -> list[int]:
    """The bound after each work, by the capital against each number of relevant works, one work after another."""
    parts = [(part, stakes(labels, works, recall, memory)) for part, recall, memory in PARTS]
    capital = [[part for part, _ in parts] for _ in range(works + 1)]
    standing, found, most = set(range(works + 1)), 0, []
    for read, label in enumerate(labels):
        for total in range(found, works + 1):
            chance = min(1.0, (total - found) / (works - read))
            for number, (_, bets) in enumerate(parts):
                capital[total][number] *= 1 - bets[read] * (1 - chance) if label else 1 + bets[read] * chance
            if math.log(max(sum(capital[total]), 1e-300)) >= -math.log(alpha) - 1e-12:
                standing.discard(total)
        found += label
        most.append(max([k for k in standing if found <= k < found + works - read], default=found))
        most[-1] = max(found, min([most[-1], *most[:-1]]))
    return most


def test_by_hand() -> None:
    # Of two works one is read, a miss. Each part bets that half of .5 is the rate of hits: of one relevant work in two
    # it stakes (1/2 - 1/4) / (1/2 × 1/2) = 1. So the capital against one relevant work grows from 1 to 1.5.
    assert most_relevant([0], 2, alpha=1 / 1.49) == 0
    assert most_relevant([0], 2, alpha=1 / 1.51) == 1
    assert most_relevant([], 10) == 10
    assert most_relevant([1] * 10, 10) == 10
    assert most_relevant_at([0, 1, 0], 3, [0, 1, 2, 3]) == [3, 2, 2, 1]


@settings(max_examples=60)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=60), st.integers(0, 40), st.sampled_from([0.05, 0.3]))
def test_it_is_the_capital_written_out(labels: list[int], unread: int, alpha: float) -> None:
    works = len(labels) + unread
    expected = written_out(labels, works, alpha)
    assert most_relevant_at(labels, works, range(1, len(labels) + 1), alpha) == expected
    assert most_relevant(labels, works, alpha) == expected[-1]
    assert sum(labels) <= expected[-1] <= works
    found = np.cumsum(labels)
    assert all(
        b <= max(a, f) for a, b, f in zip(expected[:-1], expected[1:], found[1:], strict=True)
    )  # ruled out for good


@pytest.mark.parametrize(("works", "relevant"), [(120, 8), (400, 60)])
def test_in_random_order_it_is_seldom_ever_too_low(works: int, relevant: int) -> None:
    """The worst order assumed: below the truth after any work at all in at most 5 % of the runs."""
    drawn = np.random.default_rng(11)
    pile = np.repeat([1, 0], [relevant, works - relevant])
    orders = [drawn.permutation(pile) for _ in range(200)]
    assert np.mean([ever_too_low(order) for order in orders]) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)
    assert np.mean([ever_too_low(order, 0.5) for order in orders]) > 0.2  # the test above can fail
    assert (
        np.mean([most_relevant(order[: works // 2], works) for order in orders[:20]]) < works / 2
    )  # it says something


@settings(max_examples=60)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=40))
def test_too_low_at_any_moment_is_what_looking_always_shows(labels: list[int]) -> None:
    most = most_relevant_at(labels, len(labels), range(len(labels) + 1), 0.3)
    assert ever_too_low(labels, 0.3) == (min(most) < sum(labels))


def test_hits_that_come_first_make_it_sharp() -> None:
    assert most_relevant([1] * 40 + [0] * 300, 1000) < 60


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: most_relevant([0, 2], 5), "zeros and ones"),
        (lambda: most_relevant([0, 1, 0], 2), "only 2"),
        (lambda: most_relevant([0], 2, 0), "alpha"),
        (lambda: most_relevant_at([0], 2, [2]), "looks"),
    ],
)
def test_bad_arguments(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
