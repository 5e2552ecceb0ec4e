"""Labels by meaning: what the pure decision does, the stored model, and the titles of another hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leeszaal.reading import evaluate_tags, load_taxonomy
from leeszaal.reading.meaning import STORED, Meaning, _fingerprint, _lessons, _load, can_judge, judge
from leeszaal.reading.reader import Reader, reader_of
from leeszaal.reading.rules import Evidence, Found, Rules
from leeszaal.reading.tag import reason
from leeszaal.reading.taxonomy import Subtheme, Taxonomy, Terms, Theme
from leeszaal.works import embedding

THEMES = {"a.een": "a", "a.twee": "a", "b.drie": "b"}
TITLE = Evidence("title", 0, 3, "Een", "een", "strong")
ABSTRACT = replace(TITLE, field="abstract")
needs_model = pytest.mark.skipif(not embedding.available(), reason="the embedding model is not installed")


def labels(kept: list[Found]) -> list[str]:
    return [one.label for one in kept]


def test_a_label_stays_while_its_theme_is_near() -> None:
    found = [Found("a.een", 1.0, (TITLE,)), Found("b.drie", 1.0, (TITLE,))]
    kept, new = judge(found, {"a.een": 0.001, "a.twee": 0.019, "b.drie": 0.019}, THEMES, True)
    assert (labels(kept), new) == (["a.een"], None)  # .001 + .019 is just near enough; .019 alone is not


def test_what_rests_on_more_than_the_title_stays() -> None:
    found = [Found("b.drie", 1.0, (TITLE, ABSTRACT))]
    kept, _ = judge(found, {"a.een": 0.0, "a.twee": 0.0, "b.drie": 0.0}, THEMES, True)
    assert labels(kept) == ["b.drie"]


@pytest.mark.parametrize(
    ("chance", "found", "context", "new"),
    [
        (0.40, [], True, "a.een"),
        (0.39, [], True, None),
        (0.90, [], False, None),
        (0.60, ["a.twee"], True, "a.een"),
        (0.59, ["a.twee"], True, None),
        (0.90, ["a.een"], True, None),
    ],
)
def test_a_label_is_given_when_it_is_likely(chance: float, found: list[str], context: bool, new: str | None) -> None:
    given = [Found(label, 1.0, (TITLE,)) for label in found]
    assert judge(given, {"a.een": chance, "a.twee": 0.1, "b.drie": 0.0}, THEMES, context)[1] == new


def small() -> Taxonomy:
    def sub(name: str, nl: tuple[str, ...], en: tuple[str, ...]) -> Subtheme:
        names = {"nl": nl[0], "en": en[0]}
        return Subtheme(name, name.partition(".")[0], names, names, Terms(nl=nl, en=en))

    return Taxonomy(
        themes=(
            Theme("dem", {}, (sub("dem.opkomst", ("opkomst bij verkiezingen", "kiezers*"), ("voter turnout",)),)),
            Theme("wat", {}, (sub("wat.water", ("waterschappen", "dijken"), ("water boards",)),)),
        ),
        context=Terms(nl=("stembus*",)),
        background=Terms(nl=("koken en recepten", "honden en katten"), en=("heart surgery",)),
    )


@needs_model
def test_another_taxonomy_is_trained_once(tmp_path: Path) -> None:
    taxonomy = small()
    once = Meaning(taxonomy, tmp_path)
    written = (tmp_path / "meaning.npz").stat().st_mtime_ns
    titles = ["Wie gaat er stemmen?", "Soep met wortels"]
    chances = once.chances(titles)
    assert chances.shape == (2, 2)
    assert chances[0, 0] > chances[0, 1]
    assert chances[1].sum() < chances[0].sum() <= 1 + 1e-6
    assert np.array_equal(Meaning(taxonomy, tmp_path).chances(titles), chances)
    assert (tmp_path / "meaning.npz").stat().st_mtime_ns == written
    (tmp_path / "meaning.npz").write_bytes(b"damaged")
    assert np.array_equal(Meaning(taxonomy, tmp_path).chances(titles), chances)


@needs_model
def test_a_title_in_other_words_gets_its_label_with_the_words_that_weigh() -> None:
    taxonomy = small()
    title = "Thuisblijvers bij de stembus"
    with_meaning = Reader(Rules(taxonomy), Meaning(taxonomy))
    assert Rules(taxonomy).read({"title": title}) == []
    (found,) = with_meaning.read([{"title": title}])[0]
    assert (found.label, found.method) == ("dem.opkomst", "meaning")
    assert 0.4 <= found.score <= 1
    assert "stembus" in [place.text for place in found.evidence]
    assert all(title[place.start : place.end] == place.text for place in found.evidence)
    assert reason(found).startswith("betekenis van de titel, vooral ‘")
    assert reason(found).endswith(f"(kans {found.score:.2f})".replace(".", ","))
    assert with_meaning.read([{"title": None}, {"title": "Soep met wortels"}]) == [[], []]


def test_without_subjects_that_belong_nowhere_meaning_is_left_out() -> None:
    taxonomy = replace(small(), background=Terms())
    assert not can_judge(taxonomy)
    assert reader_of(taxonomy).meaning is None
    assert reader_of(small(), rules_only=True).meaning is None


@needs_model
def test_the_stored_model_is_that_of_the_taxonomy(repository: Path) -> None:
    """Run scripts/meaning.py when this fails: the taxonomy was changed."""
    taxonomy = load_taxonomy(repository / "literature" / "themes.yaml")
    stored = _load(STORED, _fingerprint(_lessons(taxonomy)))
    assert stored is not None
    assert set(stored.labels) == {*taxonomy.labels(), "-"}


@needs_model
@pytest.mark.parametrize("part", ["development", "held-out"])
def test_titles_in_other_words_are_labelled(repository: Path, part: str) -> None:
    """A floor, so that a change that loses much is seen; the figures stand in benchmarks/tagging.py."""
    titles = repository / "tests" / "data" / f"titles-{part}.csv"
    both, rules = (evaluate_tags(titles, rules_only=only, home=repository) for only in (False, True))
    assert both.subthemes.f1.value > 0.75
    assert both.themes.f1.value > 0.85
    assert both.themes.f1.value > rules.themes.f1.value
    assert both.off_theme_tagged is not None
    assert both.off_theme_tagged.value <= 0.05
