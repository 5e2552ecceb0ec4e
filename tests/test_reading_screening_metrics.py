"""The figures of an order of reading, by hand."""

from __future__ import annotations

import math

import pytest

from leeszaal.reading.screening import loss, ndcg, recall_at, score, wss

ORDER = [1, 0, 1, 0, 0, 0, 0, 0, 1, 0] + [0] * 9 + [1]  # 20 works, 4 relevant: at 1, 3, 9 and 20


@pytest.mark.parametrize(("share", "found"), [(0, 0), (0.05, 1), (0.1, 1), (0.11, 2), (0.2, 2), (0.45, 3), (1, 4)])
def test_recall_counts_what_is_found_in_the_first_part(share: float, found: int) -> None:
    assert recall_at(ORDER, share) == found / 4


def test_a_share_that_a_float_makes_a_hair_too_large_is_not_rounded_up() -> None:
    assert 0.07 * 100 > 7  # 7.000000000000001
    assert recall_at([0] * 7 + [1] * 93, 0.07) == 0


def test_work_saved() -> None:
    # 95 % of 4 is 3.8, so the fourth at place 20 is needed: .95 - 20/20. For .75 the third, at place 9.
    assert wss(ORDER) == pytest.approx(-0.05)
    assert wss(ORDER, 0.75) == pytest.approx(0.75 - 9 / 20)
    assert wss([1] * 20 + [0] * 80) == pytest.approx(0.95 - 0.19)


def test_loss() -> None:
    # The k-th relevant work at place p counts p - k; the worst is r (n - r): (0 + 1 + 6 + 16) / (4 × 16).
    assert loss(ORDER) == pytest.approx(23 / 64)


def test_ndcg() -> None:
    gained = 1 + 1 / 2 + 1 / math.log2(10) + 1 / math.log2(21)
    best = 1 + 1 / math.log2(3) + 1 / 2 + 1 / math.log2(5)
    assert ndcg(ORDER) == pytest.approx(gained / best)


def test_all_figures_at_once() -> None:
    found = score(ORDER)
    assert (found.recall_5, found.recall_10, found.recall_20) == (0.25, 0.25, 0.5)
    assert (found.wss_95, found.loss, found.ndcg) == (wss(ORDER), loss(ORDER), ndcg(ORDER))


@pytest.mark.parametrize("labels", [[], [0, 0], [1, 1], [0, 2], [[0, 1], [1, 0]]])
@pytest.mark.parametrize("figure", [loss, ndcg, wss, score])
def test_an_order_without_both_kinds_has_no_figures(figure, labels) -> None:
    with pytest.raises(ValueError, match="labels must"):
        figure(labels)


def test_shares_outside_nought_and_one_are_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        recall_at(ORDER, 1.5)
    with pytest.raises(ValueError, match="recall"):
        wss(ORDER, 0)
