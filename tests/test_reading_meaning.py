"""Labels by meaning: what the pure decision does, the stored model, and the titles of another hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leeszaal.reading import evaluate_tags, load_taxonomy
from leeszaal.reading.meaning import ALONE, BESIDE, STORED, SUPPORTED, TOGETHER, Meaning, can_judge, judge
from leeszaal.reading.meaning_model import _solve, fingerprint_of, lessons_of, load
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


def test_a_label_of_the_rules_stays_while_it_has_some_points() -> None:
    found = [Found("a.een", 1.0, (TITLE,)), Found("b.drie", 1.0, (TITLE,))]
    kept, new = judge(found, {"a.een": SUPPORTED, "a.twee": 0.0, "b.drie": SUPPORTED - 0.01})
    assert (labels(kept), new) == (["a.een"], [])


def test_what_rests_on_more_than_the_title_stays() -> None:
    found = [Found("b.drie", 1.0, (TITLE, ABSTRACT))]
    kept, _ = judge(found, {"a.een": 0.0, "a.twee": 0.0, "b.drie": 0.0})
    assert labels(kept) == ["b.drie"]


@pytest.mark.parametrize(
    ("points", "found", "new"),
    [
        (ALONE, [], ["a.een"]),
        (ALONE - 0.01, [], []),
        (BESIDE, ["a.twee"], ["a.een"]),
        (BESIDE - 0.01, ["a.twee"], []),
        (0.90, ["a.een"], []),
    ],
)
def test_a_label_is_given_when_it_has_enough_points(points: float, found: list[str], new: list[str]) -> None:
    given = [Found(label, 1.0, (TITLE,)) for label in found]
    assert judge(given, {"a.een": points, "a.twee": 0.1, "b.drie": 0.0})[1] == new


@pytest.mark.parametrize(
    ("points", "new"),
    [
        ({"a.een": 0.2, "a.twee": 0.21, "b.drie": 0.25}, ["a.twee"]),
        ({"a.een": 0.2, "a.twee": 0.19, "b.drie": 0.25}, []),
        ({"a.een": TOGETHER, "a.twee": -0.3}, ["a.een"]),
        ({}, []),
    ],
)
def test_a_theme_that_is_sure_gives_its_first_label(points: dict[str, float], new: list[str]) -> None:
    assert judge([], points)[1] == new
    kept = Found("b.drie", 1.0, (TITLE,))
    assert judge([kept], points | {"b.drie": 0.2})[0] == [kept]


def test_a_title_gets_three_labels_at_most_the_surest_first() -> None:
    given = [Found("a.een", 1.0, (TITLE,))]
    points = {"a.een": 0.5, "a.twee": 0.6, "b.drie": 0.9, "b.vier": 0.7}
    assert judge(given, points)[1] == ["b.drie", "b.vier"]
    assert judge([], points)[1] == ["b.drie", "b.vier", "a.twee"]


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
    points = once.points(titles)
    assert points.shape == (2, 2)
    assert points[0, 0] > points[0, 1]
    assert points[1].max() < points[0].max()
    assert np.array_equal(Meaning(taxonomy, tmp_path).points(titles), points)
    assert (tmp_path / "meaning.npz").stat().st_mtime_ns == written
    (tmp_path / "meaning.npz").write_bytes(b"damaged")
    assert np.array_equal(Meaning(taxonomy, tmp_path).points(titles), points)
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


def test_what_a_model_says_of_a_lesson_it_had_not_seen_is_what_one_without_it_says() -> None:
    drawn = np.random.default_rng(0)
    features = drawn.normal(size=(12, 5))
    likeness, weights = features @ features.T, drawn.uniform(0.3, 3, 12)
    right = drawn.integers(0, 2, (12, 2)).astype(float)
    _, unseen = _solve(likeness.copy(), weights, right)
    for out in range(12):
        others = np.delete(np.arange(12), out)
        found, _ = _solve(likeness[np.ix_(others, others)], weights[others], right[others])
        assert likeness[out, others] @ found == pytest.approx(unseen[out])


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
    [("development", 0.78, 0.84), ("held-out", 0.85, 0.9), ("other-hand", 0.75, 0.85), ("unseen", 0.75, 0.85)],
)
def test_titles_in_other_words_are_labelled(repository: Path, part: str, subthemes: float, themes: float) -> None:
    """A floor, so that a change that loses much is seen; the figures stand in benchmarks/tagging.py."""
    titles = repository / "tests" / "data" / f"titles-{part}.csv"
    both, rules = (evaluate_tags(titles, rules_only=only, home=repository) for only in (False, True))
    assert both.subthemes.f1.value > max(subthemes, rules.subthemes.f1.value)
    assert both.themes.f1.value > max(themes, rules.themes.f1.value)
    assert both.off_theme_tagged is not None
    assert both.off_theme_tagged.value <= 0.05
