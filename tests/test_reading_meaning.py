"""Labels by meaning: what the pure decision does, the stored model, and the titles of another hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leeszaal.reading import evaluate_tags, load_taxonomy
from leeszaal.reading.meaning import (
    ALONE,
    ANYWHERE,
    BESIDE,
    NOWHERE,
    POSSIBLE,
    STORED,
    SURELY,
    TOGETHER,
    Meaning,
    can_judge,
    judge,
)
from leeszaal.reading.meaning_curve import fit, signals_of_labels, signals_of_titles, themes_of
from leeszaal.reading.meaning_model import _parts, _solve, fingerprint_of, lessons_of, load
from leeszaal.reading.reader import Reader, reader_of
from leeszaal.reading.rules import Evidence, Found, Rules
from leeszaal.reading.tag import reason
from leeszaal.reading.taxonomy import Example, Subtheme, Taxonomy, Terms, Theme
from leeszaal.works import embedding

TITLE = Evidence("title", 0, 3, "Een", "een", "strong")
ABSTRACT = replace(TITLE, field="abstract")
needs_model = pytest.mark.skipif(not embedding.available(), reason="the embedding model is not installed")


def labels(kept: list[Found]) -> list[str]:
    return [one.label for one in kept]


def test_a_label_of_the_rules_stays_while_it_is_possible() -> None:
    found = [Found("a.een", 1.0, (TITLE,)), Found("b.drie", 1.0, (TITLE,))]
    chances = {"a.een": POSSIBLE, "a.twee": 0.0, "b.drie": POSSIBLE - 0.001}
    assert [labels(judge(found, chances, ANYWHERE)[0]), judge(found, chances, ANYWHERE)[1]] == [["a.een"], []]
    assert judge(found, chances, ANYWHERE - 0.01) == ([], [])


def test_what_rests_on_more_than_the_title_stays() -> None:
    found = [Found("b.drie", 1.5, (TITLE, ABSTRACT))]
    kept, _ = judge(found, {"a.een": 0.0, "a.twee": 0.0, "b.drie": 0.0}, 0.0)
    assert labels(kept) == ["b.drie"]


def test_one_word_of_an_abstract_counts_where_the_title_may_belong_somewhere() -> None:
    one, two = Found("b.drie", 0.5, (ABSTRACT,)), Found("b.drie", 1.0, (ABSTRACT, replace(ABSTRACT, start=9)))
    assert judge([one], {}, NOWHERE)[0] == [one]
    assert judge([one], {}, NOWHERE - 0.01)[0] == []
    assert judge([two], {}, 0.0)[0] == [two]
    keyword = Found("b.drie", 0.5, (replace(TITLE, field="keywords"),))
    assert judge([keyword], {}, 0.0)[0] == [keyword]


@pytest.mark.parametrize(
    ("chance", "anywhere", "found", "new"),
    [
        (ALONE, SURELY, [], ["a.een"]),
        (ALONE - 0.01, SURELY, [], []),
        (ALONE, SURELY - 0.01, [], []),
        (BESIDE, SURELY, ["a.twee"], ["a.een"]),
        (BESIDE - 0.01, SURELY, ["a.twee"], []),
        (BESIDE, SURELY - 0.01, ["a.twee"], []),
        (0.90, 1.0, ["a.een"], []),
    ],
)
def test_a_label_is_given_when_it_is_likely_enough(
    chance: float, anywhere: float, found: list[str], new: list[str]
) -> None:
    given = [Found(label, 1.0, (TITLE,)) for label in found]
    assert judge(given, {"a.een": chance, "a.twee": 0.1, "b.drie": 0.0}, anywhere)[1] == new


@pytest.mark.parametrize(
    ("chances", "new"),
    [
        ({"a.een": 0.39, "a.twee": 0.42, "b.drie": 0.45}, ["a.twee"]),
        ({"a.een": 0.39, "a.twee": 0.4, "b.drie": 0.45}, []),
        ({}, []),
    ],
)
def test_a_theme_that_is_likely_gives_its_first_label(chances: dict[str, float], new: list[str]) -> None:
    assert (TOGETHER, judge([], chances, SURELY)[1]) == (0.8, new)
    kept = Found("b.drie", 1.0, (TITLE,))
    assert judge([kept], chances | {"b.drie": 0.2}, SURELY) == ([kept], [])


def test_a_title_gets_three_labels_at_most_the_surest_first() -> None:
    given = [Found("a.een", 1.0, (TITLE,))]
    chances = {"a.een": 0.5, "a.twee": 0.71, "b.drie": 0.9, "b.vier": 0.8}
    assert judge(given, chances, 1.0)[1] == ["b.drie", "b.vier"]
    assert judge([], chances, 1.0)[1] == ["b.drie", "b.vier", "a.twee"]


def small() -> Taxonomy:
    def sub(name: str, nl: tuple[str, ...], en: tuple[str, ...]) -> Subtheme:
        names = {"nl": nl[0], "en": en[0]}
        return Subtheme(name, name.partition(".")[0], names, names, Terms(nl=nl, en=en))

    dem = ("Wie blijft er thuis bij de stembus?", "Kiezers en thuisblijvers", "Thuisblijven op verkiezingsdag")
    wat = ("Dijken versterken", "Het waterschap en de dijkgraaf", "Peil en polder")
    off = (
        "Soep met wortels",
        "Recepten voor honden",
        "Hartoperatie bij katten",
        "Koken voor het hart",
        "Soep voor katten",
    )
    return Taxonomy(
        themes=(
            Theme("dem", {}, (sub("dem.opkomst", ("opkomst bij verkiezingen", "kiezers*"), ("voter turnout",)),)),
            Theme("wat", {}, (sub("wat.water", ("waterschappen", "dijken"), ("water boards",)),)),
        ),
        background=Terms(nl=("koken en recepten", "honden en katten"), en=("heart surgery",)),
        examples=tuple(
            Example(title, labels)
            for titles, labels in ((dem, ("dem.opkomst",)), (wat, ("wat.water",)), (off, ()))
            for title in titles
        ),
    )


def test_another_taxonomy_is_trained_once(tmp_path: Path) -> None:
    taxonomy = small()
    once = Meaning(taxonomy, tmp_path)
    written = (tmp_path / "meaning.npz").stat().st_mtime_ns
    titles = ["Kiezers die thuisblijven", "Soep met wortels"]
    chances, anywhere = once.chances(titles)
    assert chances.shape == (2, 2)
    assert chances[0, 0] > chances[0, 1]
    assert anywhere[0] > anywhere[1]
    assert np.array_equal(Meaning(taxonomy, tmp_path).chances(titles)[0], chances)
    assert (tmp_path / "meaning.npz").stat().st_mtime_ns == written
    (tmp_path / "meaning.npz").write_bytes(b"damaged")
    assert np.array_equal(Meaning(taxonomy, tmp_path).chances(titles)[0], chances)
    more = replace(taxonomy, examples=(*taxonomy.examples, Example("Water in de kelder", ())))
    Meaning(more, tmp_path)
    assert (tmp_path / "meaning.npz").stat().st_mtime_ns > written


@pytest.mark.parametrize("embedded", [pytest.param(True, marks=needs_model), False])
def test_a_title_in_other_words_gets_its_label_with_the_words_that_weigh(
    embedded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not embedded:
        monkeypatch.setattr(embedding, "available", lambda: False)
    taxonomy = small()
    title = "De thuisblijvers van de stembusgang"
    with_meaning = Reader(Rules(taxonomy), Meaning(taxonomy))
    assert Rules(taxonomy).read({"title": title}) == []
    (found,) = with_meaning.read([{"title": title}])[0]
    assert (found.label, found.method) == ("dem.opkomst", "meaning")
    assert 0 < found.score <= 1
    assert "thuisblijvers" in [place.text for place in found.evidence]
    assert all(title[place.start : place.end] == place.text for place in found.evidence)
    assert reason(found).startswith("betekenis van de titel, vooral ‘")
    assert reason(found).endswith(f"(kans {found.score:.2f})".replace(".", ","))
    assert with_meaning.read([{"title": None}, {"title": "Soep met wortels"}]) == [[], []]


def test_what_a_model_says_of_a_part_it_had_not_seen_is_what_one_without_it_says() -> None:
    drawn = np.random.default_rng(0)
    features = drawn.normal(size=(12, 5))
    likeness, weights = features @ features.T, drawn.uniform(0.3, 3, 12)
    right = drawn.integers(0, 2, (12, 2)).astype(float)
    parts = [np.array([0]), np.array([3, 7, 11]), np.array([1, 2])]
    _, unseen = _solve(likeness.copy(), weights, right, parts)
    for part, said in zip(parts, unseen, strict=True):
        others = np.setdiff1d(np.arange(12), part)
        found, _ = _solve(likeness[np.ix_(others, others)], weights[others], right[others], [])
        assert likeness[np.ix_(part, others)] @ found == pytest.approx(said)


def test_the_examples_of_a_hand_are_left_out_together() -> None:
    taxonomy = small()
    assert [len(part) for part in _parts(taxonomy)] == [3, 2, 2, 2, 2]
    hands = replace(taxonomy, examples=tuple(replace(e, hand="xyz"[n % 3]) for n, e in enumerate(taxonomy.examples)))
    assert [part.tolist() for part in _parts(hands)] == [[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8]]


def test_signals_of_points_by_hand() -> None:
    themes = themes_of(["a.een", "a.twee", "b.drie"])
    points = np.array([[0.64, 0.25, -0.1]])
    assert signals_of_labels(points, themes)[0] == pytest.approx(
        np.array([[0.64, 0.8, 0.25, 0.25, 0.0], [0.25, 0.5, 0.64, 0.64, 0.0], [-0.1, 0.0, 0.64, 0.0, 0.89]])
    )
    assert signals_of_titles(points, np.array([2.0]), themes)[0] == pytest.approx([1.2, 0.64, 0.25, 0.89, 0.89, 1.068])
    assert signals_of_titles(points[:, :1], np.array([0.5]), themes[:1])[0] == pytest.approx(
        [0.5, 0.64, 0.0, 0.64, 0.64, 0.32]
    )


def test_a_curve_rises_with_what_speaks_for_it() -> None:
    signals = np.array([[0.0, 1.0], [0.2, 1.0], [0.4, 1.0], [0.6, 1.0], [0.8, 1.0], [1.0, 1.0]])
    curve = fit(signals, np.array([0, 0, 1, 0, 1, 1]))
    low, high = curve.chances(np.array([[0.0, 1.0], [1.0, 1.0]]))
    assert 0 < low < 0.5 < high < 1
    assert curve.weights[1] == 0  # the same everywhere: says nothing
    never = fit(signals, np.zeros(6))
    assert never.chances(signals) == pytest.approx(np.full(6, 1 / 8))


def test_without_subjects_that_belong_nowhere_meaning_is_left_out() -> None:
    taxonomy = replace(small(), background=Terms(), examples=())
    assert not can_judge(taxonomy)
    assert reader_of(taxonomy).meaning is None
    assert reader_of(small(), rules_only=True).meaning is None


@needs_model
def test_the_stored_model_is_that_of_the_taxonomy(repository: Path) -> None:
    """Run scripts/meaning.py when this fails: the terms or the examples were changed."""
    taxonomy = load_taxonomy(repository / "literature" / "themes.yaml")
    stored = load(STORED, fingerprint_of(lessons_of(taxonomy)))
    assert stored is not None
    assert stored.labels == tuple(taxonomy.labels())


@needs_model
@pytest.mark.parametrize(
    ("part", "subthemes", "themes"),
    [("development", 0.82, 0.88), ("held-out", 0.88, 0.92), ("other-hand", 0.77, 0.86), ("unseen", 0.8, 0.88)],
)
def test_titles_in_other_words_are_labelled(repository: Path, part: str, subthemes: float, themes: float) -> None:
    """A floor, so that a change that loses much is seen; the figures stand in benchmarks/tagging.py."""
    titles = repository / "tests" / "data" / f"titles-{part}.csv"
    both, rules = (evaluate_tags(titles, rules_only=only, home=repository) for only in (False, True))
    assert both.subthemes.f1.value > max(subthemes, rules.subthemes.f1.value)
    assert both.themes.f1.value > max(themes, rules.themes.f1.value)
    assert both.off_theme_tagged is not None
    assert both.off_theme_tagged.value <= 0.08
    assert (rules.by_meaning, 0 < both.by_meaning_right <= both.by_meaning) == (0, True)
    assert f"Alleen op betekenis gegeven: {both.by_meaning} label" in both.tell()
    known = {(row["label"], row["term"]) for row in rules.terms}
    assert {(row["label"], row["term"]) for row in both.terms} <= known  # the words of meaning are nobody's terms
