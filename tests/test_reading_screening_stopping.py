"""The stopping rule: by hand, against the rule written out, and in the worst case."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from leeszaal.reading.screening import advice, p_value, progress_of_recall, stop_of


def written_out(labels: list[int], works: int, total: int) -> float:
    """The rule over every start, from binomial coefficients alone."""
    n, found = len(labels), sum(labels)
    if total > found + works - n:
        return 0.0
    best = 1.0
    for start in range(n):
        urn, drawn, relevant = works - start, n - start, total - sum(labels[:start])
        hits = sum(labels[start:])
        ways = sum(comb(relevant, k) * comb(urn - relevant, drawn - k) for k in range(hits + 1))
        best = min(best, ways / comb(urn, drawn))
    return best


def test_p_value_by_hand() -> None:
    # Found 1 of 10 in 5 read; recall below 1 means two or more. The urn after the hit holds 9, of which 4 were drawn
    # without the other one: 5/9. The whole pile as urn says 1 - C(8,3)/C(10,5) = 7/9.
    assert p_value([1, 0, 0, 0, 0], 10, 1.0) == pytest.approx(5 / 9)
    # For a recall below one half three are needed, two of them among the 9: C(7,4)/C(9,4).
    assert p_value([1, 0, 0, 0, 0], 10, 0.5) == pytest.approx(35 / 126)


def test_p_value_is_the_rule_written_out() -> None:
    drawn = np.random.default_rng(5)
    for _ in range(150):
        n = int(drawn.integers(1, 40))
        works = n + int(drawn.integers(0, 30))
        labels = (drawn.random(n) < drawn.random()).astype(int).tolist()
        target = float(drawn.choice([0.5, 0.8, 0.9, 1.0]))
        total = int(sum(labels) / target + 1e-9) + 1
        assert p_value(labels, works, target) == pytest.approx(written_out(labels, works, total), abs=1e-9)


def test_standing_agrees_with_the_rule_and_the_bound() -> None:
    found = progress_of_recall([1] * 30 + [0] * 270, 400)
    assert (found.read, found.found, found.left_most) == (300, 30, 2)
    assert found.at_least == 93  # 30/32 = 93.75, rounded down
    assert found.reached
    assert found.certainty == "Met 95 % zekerheid is ten minste 93 % van de relevante werken gevonden."
    assert "u mag stoppen" in found.tell()
    # The rule alone would have stopped here; the sentence does not say 90 % yet, and so one reads on.
    early = progress_of_recall([1] * 30 + [0] * 235, 400)
    assert early.p < early.alpha
    assert early.at_least is not None
    assert early.at_least < 90
    assert not early.reached
    assert early.verdict == "Lees verder: het doel (90 % gevonden) is nog niet zeker gehaald."


def test_no_false_comfort() -> None:
    start = progress_of_recall([], 50)
    assert (start.at_least, start.left, start.left_most, start.reached) == (None, None, 50, False)
    assert "nog niet te zeggen" in start.tell()
    assert "Alle 50 ongelezen werken kunnen nog relevant zijn" in start.tell()
    nothing = progress_of_recall([0] * 4990, 5000)  # many misses are no ground to stop as long as nothing was found
    assert not nothing.reached
    assert nothing.at_least is None
    early = progress_of_recall([1, 1, 0, 1], 1000)
    assert early.at_least == 0
    assert "Lees verder" in early.tell()
    assert "u mag stoppen" not in early.tell()


def test_all_read_is_certain() -> None:
    done = progress_of_recall([0, 1, 0], 3)
    assert (done.at_least, done.left, done.left_most, done.reached) == (100, 0, 0, True)
    assert "Alles is gelezen" in done.tell()
    assert progress_of_recall([0, 0], 2).reached


def test_the_estimate_follows_hits_that_thin_out() -> None:
    drawn = np.random.default_rng(1)
    place = np.arange(1000)
    misses = []
    for _ in range(20):
        labels = (drawn.random(1000) < 0.5 * np.exp(-place / 120)).astype(int)
        found = progress_of_recall(labels[:300], 1000)
        assert found.left is not None
        assert 0 <= found.left <= found.left_most
        misses.append(found.left - labels[300:].sum())
    assert abs(np.mean(misses)) < 3  # some 5 are left of 60
    steady = progress_of_recall([1, 0, 0, 0] * 50, 400)
    assert steady.left == pytest.approx(50, abs=8)


def test_the_rule_keeps_its_word_in_the_worst_case() -> None:
    """Works in random order, a look at every fiftieth: neither the stop nor any look before it says too much."""
    drawn = np.random.default_rng(3)
    labels = np.zeros(300, dtype=int)
    labels[:30] = 1
    stops = [stop_of(drawn.permutation(labels), every=6) for _ in range(60)]
    assert np.mean([not stop.kept or stop.overstated > 0 for stop in stops]) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 60)


def test_stop_counts_what_it_saved() -> None:
    stop = stop_of([1] * 30 + [0] * 270 + [0] * 100)
    assert stop.kept
    assert stop.recall == 1
    assert stop.saved == pytest.approx(1 - stop.read / 400)
    assert progress_of_recall([1] * 30 + [0] * (stop.read - 30), 400).reached
    assert not progress_of_recall([1] * 30 + [0] * (stop.read - 34), 400).reached


def test_advice_beforehand() -> None:
    assert "bijna alles" in str(advice(299))
    assert advice(300) is None
    assert advice(300, 20) is None
    assert "minder dan 20" in str(advice(5000, 19))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: p_value([0, 2], 5), "zeros and ones"),
        (lambda: p_value([0, 1, 0], 2), "only 2"),
        (lambda: p_value([0, 1], 5, 0), "target"),
        (lambda: progress_of_recall([0, -1], 5), "zeros and ones"),
    ],
)
def test_bad_arguments(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
