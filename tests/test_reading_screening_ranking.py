"""Which work comes next: weights by hand, the cold start, the blend, and languages without labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leeszaal.reading import load_taxonomy
from leeszaal.reading.screening import describe, features, rank, replay, retrain_every, text_of
from leeszaal.reading.screening.ranking import weights

TEXTS = [f"interbestuurlijk toezicht provincie geval{i}" for i in range(12)] + [
    f"opkomst bij verkiezingen kiezers stad{i}" for i in range(12)
]
TRUTH = np.array([1] * 12 + [0] * 12)


def test_weights_by_hand() -> None:
    # One included, three excluded: raw 1 and 1/(9.8 × 3); scaled so that four weights sum to four.
    raw = np.array([1, 1 / 29.4, 1 / 29.4, 1 / 29.4])
    assert weights([1, 0, 0, 0]) == pytest.approx(raw * 4 / raw.sum())
    with pytest.raises(ValueError, match="both"):
        weights([1, 1])


def test_retraining_comes_every_fiftieth() -> None:
    assert [retrain_every(n) for n in (3, 49, 100, 5000)] == [1, 1, 2, 100]


def test_what_stands_in_nearly_every_text_is_left_out() -> None:
    found = features(["altijd een", "altijd twee", *["altijd drie"] * 38])
    names = set(found.vectorizer.get_feature_names_out())
    assert "altijd" not in names
    assert {"een", "altijd een", "drie"} <= names


def test_a_word_of_the_title_counts_three_times() -> None:
    """Sublinear: 1 + ln 3 against 1 for another word that is as rare; no pair runs over from title to title."""
    texts = ["griffie dijken", "griffie dijken", "water"]
    found = features(texts, titles=["griffie", "dijken", ""])
    row = dict(zip(found.names[found.matrix[0].indices], found.matrix[0].data, strict=True))
    assert row["griffi"] / row["dijken"] == pytest.approx(1 + np.log(3))  # stemmed as English: no language is given
    assert set(found.names) == {"griffi", "dijken", "griffi dijken", "water"}
    plain = features(texts)
    assert plain.matrix[0].toarray() == pytest.approx(plain.matrix[1].toarray())
    with pytest.raises(ValueError, match="titles has 1 rows for 3 texts"):
        features(texts, titles=["a"])


def test_cold_start_follows_the_description() -> None:
    found = features(TEXTS)
    ranking = rank(found, np.full(24, -1), description="toezicht door de provincie")
    assert ranking.basis == "likeness"
    assert set(ranking.order()[:12]) == set(range(12))
    assert "toezicht" in [term for term, _ in ranking.why(found, 0)]


def test_one_known_work_is_enough_to_begin() -> None:
    known = np.full(24, -1)
    known[20] = 1
    ranking = rank(features(TEXTS), known)
    assert ranking.basis == "likeness"
    assert set(ranking.order(np.arange(20))[:8]) == set(range(12, 20))


def test_nothing_to_go_by_is_chance_and_the_same_chance_again() -> None:
    found = features(TEXTS)
    one, two = (rank(found, np.full(24, -1), random_state=4) for _ in range(2))
    assert one.basis == "chance"
    assert (one.scores == two.scores).all()
    assert one.why(found, 0) == []
    assert (rank(found, np.full(24, -1), random_state=5).scores != one.scores).any()


def test_the_description_counts_until_ten_labels() -> None:
    found = features(TEXTS)
    for n, basis in ((9, "both"), (10, "model")):
        known = np.full(24, -1)
        known[: n - 2], known[12:14] = 1, 0
        assert rank(found, known, description="toezicht").basis == basis
    known = np.full(24, -1)
    known[:10] = 0  # ten labels of one kind teach nothing yet
    assert rank(found, known, description="kiezers").basis == "likeness"


def test_the_model_says_which_words_lift_a_work() -> None:
    found = features(TEXTS)
    known = np.where(np.arange(24) % 2 == 0, TRUTH, -1)
    ranking = rank(found, known)
    assert set(ranking.order(np.flatnonzero(known < 0))[:6]) == {1, 3, 5, 7, 9, 11}
    why = ranking.why(found, 1, 3)
    assert len(why) == 3
    assert all(part > 0 for _, part in why)
    assert [part for _, part in why] == sorted((part for _, part in why), reverse=True)
    assert not {"geval1", "opkomst"} & {term for term, _ in why}


def test_a_language_without_labels_is_ranked_by_embedding() -> None:
    texts = [*TEXTS, *[f"een heel ander woord {chr(97 + i)}{chr(97 + i)}" for i in range(12)]]
    points = np.zeros((36, 2))
    points[:12, 0] = points[12:24, 1] = 1
    points[24:, 0], points[24:, 1] = np.linspace(0.1, 1, 12), np.linspace(1, 0.1, 12)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    known = np.array([*TRUTH, *[-1] * 12])
    languages = ["nl"] * 24 + ["en"] * 12
    mixed = rank(features(texts, languages=languages, embedding=points), known)
    assert mixed.order(np.arange(24, 36)).tolist() == list(range(35, 23, -1))
    without = rank(features(texts), known)
    assert (mixed.scores[:24] == without.scores[:24]).all()  # in the labelled language words decide, as ever
    assert mixed.scores[24:].mean() == pytest.approx(without.scores[:24].mean())


def test_works_without_words_come_last_and_do_not_break() -> None:
    assert text_of(None, None).strip() == ""
    found = features(["", " ", "!"])
    assert rank(found, [1, 0, -1]).order([2]).tolist() == [2]
    order = replay(features([*TEXTS, ""]), np.array([*TRUTH, 0]), prior=[0, 12])
    assert sorted(order) == list(range(25))


def test_a_theme_is_described_in_both_languages(repository: Path) -> None:
    taxonomy = load_taxonomy(repository / "literature" / "themes.yaml")
    whole = describe(taxonomy, "ibt")
    part = taxonomy.themes[0].subthemes[0]
    for text in (part.definition["nl"], part.definition["en"], part.label["nl"]):
        assert text in describe(taxonomy, part.id)
    assert len(whole) > len(describe(taxonomy, "ibt.stelsel"))


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="labels must"):
        rank(features(TEXTS), [1, 0])
    with pytest.raises(ValueError, match="languages has 1"):
        features(TEXTS, languages=["nl"])
