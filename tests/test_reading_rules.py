"""Which terms make a label, which veto it, and what the reason says."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.reading.rules import Found, Rules
from leeszaal.reading.tag import reason, tag_works
from leeszaal.reading.taxonomy import Ambiguous, Subtheme, Taxonomy, Terms, Theme

NAMES = {"nl": "naam", "en": "name"}


def sub(name: str, match: Terms, weak: Terms = Terms(), exclude: Terms = Terms()) -> Subtheme:  # noqa: B008
    return Subtheme(name, name.partition(".")[0], NAMES, NAMES, match, weak, exclude)


TAXONOMY = Taxonomy(
    themes=(
        Theme(
            "a",
            NAMES,
            (
                sub("a.integer", Terms(nl=("integriteit*",)), exclude=Terms(nl=("integriteit van data",))),
                sub("a.fusie", Terms(nl=("fusie",), abbr=("GR",)), weak=Terms(en=("size",))),
                sub("a.stem", Terms(nl=("stemmen", "kiezer*"))),
                sub("a.raad", Terms(nl=("raad", "goede raad"))),
            ),
        ),
    ),
    context=Terms(nl=("gemeente*",), en=("dutch",)),
    ambiguous=(
        Ambiguous(("GR",), "nl", needs_any=("regio*",), veto_any=("motor",)),
        Ambiguous(("raad",), "nl", veto_any=("commissaris*",)),
    ),
)


def labels(title: str, **fields: str) -> list[str]:
    return [found.label for found in Rules(TAXONOMY).read({"title": title, **fields})]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Integriteitsbeleid", ["a.integer"]),
        ("Integriteit van data", []),
        ("Integriteit van data en integriteit van mensen", ["a.integer"]),
        ("Size", []),
        ("Size of a Dutch firm", ["a.fusie"]),
        ("Size en fusie", ["a.fusie"]),
        ("De GR", []),
        ("De GR in de regio", ["a.fusie"]),
        ("De GR in de regio, een motor", []),
        ("De gr in de regio", []),
        ("De raad", ["a.raad"]),
        ("De raad van commissarissen", []),
        ("Goede raad van commissarissen", ["a.raad"]),
        ("Niets", []),
        ("", []),
    ],
)
def test_rules(title: str, expected: list[str]) -> None:
    assert labels(title) == expected


def test_at_most_three_by_score_and_then_in_file_order() -> None:
    assert labels("raad, fusie, integriteit, stemmen, kiezers") == ["a.stem", "a.integer", "a.fusie"]


def test_scores_by_hand() -> None:
    found = Rules(TAXONOMY).read({"title": "Fusie and size", "abstract": "fusie fusie kiezer", "keywords": "kiezer"})
    # fusie 1 (title; again in the abstract is the same reason) + size 0.5; kiezer 1 (keywords)
    assert [(f.label, f.score) for f in found] == [("a.fusie", 1.5), ("a.stem", 1.0)]


def test_a_word_in_an_abstract_counts_half() -> None:
    (found,) = Rules(TAXONOMY).read({"title": "Iets", "abstract": "Over een fusie"})
    assert (found.label, found.score) == ("a.fusie", 0.5)
    assert reason(found) == "‘fusie’ in samenvatting"


def test_a_phrase_does_not_run_over_keywords() -> None:
    rules = Rules(replace(TAXONOMY, ambiguous=()))
    (found,) = rules.read({"keywords": "goede; raad"})
    assert [(e.term, e.start, e.end) for e in found.evidence] == [("raad", 7, 11)]


def test_the_wider_of_two_places_is_the_reason() -> None:
    (found,) = Rules(TAXONOMY).read({"title": "Goede raad"})
    assert [(e.term, e.text) for e in found.evidence] == [("goede raad", "Goede raad")]


def test_reason_counts_what_it_leaves_out() -> None:
    words = "integriteit, integriteiten, integriteitsbeleid, integriteitscode, integriteit"
    (found,) = Rules(TAXONOMY).read({"title": words})
    expected = "‘integriteit’ in titel, ‘integriteiten’ in titel, ‘integriteitsbeleid’ in titel en 1 meer"
    assert reason(found) == expected
    weak = Rules(TAXONOMY).read({"title": "Dutch size"})[0]
    assert reason(weak) == "‘size’ in titel (half)"
    assert reason(Found("a.raad", 1.0, ())) == ""


WORDS = st.sampled_from(
    ["Fusie", "size", "GR", "regio-deal", "é", "integriteit van data", "kiezer", ";", "—", "😀", "raad"]
)


@given(st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=6))
def test_spans_are_slices(title: str, keywords: list[str]) -> None:
    works = pd.DataFrame({"work_id": ["w1"], "title": [title], "abstract": [None], "keywords": [keywords]})
    tags, spans = tag_works(works, TAXONOMY)
    fields = {"title": title, "keywords": "; ".join(keywords)}
    for row in spans.itertuples():
        assert fields[row.field][row.start : row.end] == row.text
    assert set(tags["label"]) == set(spans["label"])
    assert len(tags) <= 3


def test_tag_works_by_hand() -> None:
    works = pd.DataFrame({"work_id": ["w1", "w2", "w3"], "title": ["Fusie", pd.NA, "Kiezers in de raad"]})
    tags, spans = tag_works(works, TAXONOMY)
    assert tags.to_dict("list") == {
        "work_id": ["w1", "w3", "w3"],
        "theme": ["a", "a", "a"],
        "label": ["a.fusie", "a.stem", "a.raad"],
        "score": [1.0, 1.0, 1.0],
        "rank": [1, 1, 2],
        "method": ["rule", "rule", "rule"],
        "reason": ["‘Fusie’ in titel", "‘Kiezers’ in titel", "‘raad’ in titel"],
    }
    assert spans["start"].tolist() == [0, 0, 14]


def test_no_works_give_empty_tables() -> None:
    tags, spans = tag_works(pd.DataFrame({"work_id": [], "title": []}), TAXONOMY)
    assert len(tags) == len(spans) == 0
    assert list(spans) == ["work_id", "label", "field", "start", "end", "text", "term", "strength"]


def test_programmer_errors() -> None:
    with pytest.raises(ValueError, match="no column 'title'"):
        tag_works(pd.DataFrame({"work_id": ["w1"]}), TAXONOMY)
    with pytest.raises(ValueError, match="'w1' is there more than once"):
        tag_works(pd.DataFrame({"work_id": ["w1", "w1"], "title": ["a", "b"]}), TAXONOMY)
