"""Learning from corrections: when it learns, abstains and counts, and what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from leeszaal.reading.learned import LEAST, SURE, Proposal, _chance, _curve, _gain, learn
from leeszaal.reading.proposals import propose, with_promoted
from leeszaal.reading.tag import TAGS

LABELS = ["a.een", "b.twee"]
THEMES = {"a.een": "a", "b.twee": "b"}
ABOUT = ("dijken en polders bij hoog water", "peilbeheer in polders en dijken", "dijken keren het water in polders")
OTHER = ("kiezers stemmen op partijen", "partijen en kiezers in debat", "debat van partijen voor kiezers")


def pile(reviewed: int = 60, later: int = 12) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Works of which every second is about water; the rule for it finds none, people tagged them all."""
    n = reviewed + later
    texts = [f"{(ABOUT if i % 2 == 0 else OTHER)[i % 3]} nummer{chr(97 + i % 26)}" for i in range(n)]
    given, right = np.zeros((n, 2), dtype=bool), np.zeros((n, 2), dtype=bool)
    right[::2, 0] = True
    return texts, given, right, np.arange(n) < reviewed


def test_below_twenty_works_a_label_has_only_its_rule() -> None:
    texts, given, right, reviewed = pile(reviewed=2 * LEAST - 2)
    lesson = learn(texts, given, right, reviewed, LABELS)
    assert lesson.positives == {"a.een": LEAST - 1, "b.twee": 0}
    assert (lesson.gains, lesson.promoted, lesson.proposals) == ({}, (), ())


def test_what_the_rule_misses_is_learned_and_counts() -> None:
    texts, given, right, reviewed = pile()
    lesson = learn(texts, given, right, reviewed, LABELS)
    assert lesson.reviewed == 60
    assert list(lesson.gains) == ["a.een"]
    gain, low, _ = lesson.gains["a.een"]
    assert gain > 0.9  # the rule alone has 0
    assert low > 0
    assert lesson.promoted == ("a.een",)
    assert [one.work for one in lesson.proposals] == list(range(60, 72, 2))
    assert all(SURE <= one.chance <= 1 for one in lesson.proposals)
    first = lesson.proposals[0]
    assert {name for name, _ in first.features} <= {"dijken", "polders", "hoog", "water", "bij", "keren", "peilbeheer"}
    assert [part for _, part in first.features] == sorted((part for _, part in first.features), reverse=True)
    assert first.reason().startswith("geleerd van beslissingen, vooral ‘")
    assert lesson == learn(texts, given, right, reviewed, LABELS)


def test_labels_without_a_pattern_give_no_proposal_that_counts() -> None:
    texts, given, right, reviewed = pile(reviewed=80)
    drawn = np.random.default_rng(2)
    right[:, 0] = drawn.random(len(texts)) < 0.4
    given[:, 0] = right[:, 0]  # the rule knows
    lesson = learn(texts, given, right, reviewed, LABELS)
    assert lesson.promoted == ()
    assert lesson.gains["a.een"][0] <= 0


def test_the_gain_by_hand() -> None:
    rule = np.array([True, False, False, False])
    both = np.array([True, True, False, False])
    right = np.array([True, True, True, False])
    gain, low, high = _gain(rule, both, right, 0)
    assert gain == round(4 / 5 - 2 / 4, 4)  # F1 2·2/(2+3) against 2·1/(1+3)
    assert low <= gain <= high


def test_the_curve_makes_chances_of_scores() -> None:
    scores = np.repeat([-1.0, 1.0], 100)
    right = np.r_[np.arange(100) < 10, np.arange(100) < 90]
    assert _chance(np.array([-1.0, 0.0, 1.0]), _curve(scores, right)) == pytest.approx([0.1, 0.5, 0.9], abs=0.005)


def test_a_reason_in_dutch() -> None:
    one = Proposal(0, "a.een", 0.914, (("dijken", 1.2), ("regel: b.twee", 0.3)))
    assert one.reason() == "geleerd van beslissingen, vooral ‘dijken’, ‘regel: b.twee’ (kans 0,91)"


def test_from_decisions_to_tags() -> None:
    texts, _, right, reviewed = pile()
    works = pd.DataFrame({"work_id": [f"w{i}" for i in range(72)], "title": texts, "abstract": [None] * 72})
    kinds = {field.name: {"string": "str", "double": "float64", "int32": "int32"}[str(field.type)] for field in TAGS}
    row = ("w60", "b", "b.twee", 1.0, 1, "rule", "‘x’ in titel")
    tags = pd.DataFrame([row], columns=TAGS.names).astype(kinds)
    decisions = pd.DataFrame(
        [
            ("tag" if right[i, 0] else "untag", f"w{i}", "a.een", "", False, "piet", f"2026-01-01T00:00:{i:02}Z")
            for i in np.flatnonzero(reviewed)
        ],
        columns=["verb", "work_id", "value", "problem", "undone", "person", "time"],
    )
    lesson, proposals = propose(works, tags, decisions, THEMES)
    assert lesson.promoted == ("a.een",)
    assert proposals["work_id"].tolist() == [f"w{i}" for i in range(60, 72, 2)]
    both = with_promoted(tags, proposals)
    assert both[both["work_id"] == "w60"][["label", "rank", "method"]].values.tolist() == [
        ["b.twee", 1, "rule"],
        ["a.een", 2, "model"],
    ]
    assert with_promoted(tags, proposals.assign(counts=False)).equals(tags)
    none, empty = propose(works, tags, decisions.iloc[:0], THEMES)
    assert (none.reviewed, len(empty)) == (0, 0)


def test_bad_arguments() -> None:
    texts, given, right, reviewed = pile()
    with pytest.raises(ValueError, match="a row per work"):
        learn(texts[1:], given, right, reviewed, LABELS)
