"""Studies told in several ways: abstracts of congresses, translated titles, abbreviated journals, supplements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from leeszaal.library.dedupe import find_duplicates
from leeszaal.library.dedupe.features import read_features
from leeszaal.library.dedupe.points import compare
from leeszaal.library.dedupe.titles import bare_title, numerals, replaced_words

STUDY = {
    "title": "Bortezomib and dexamethasone in newly diagnosed multiple myeloma: a randomised trial",
    "authors": "Smith, J. A.; Jones, B.; de Vries, C.",
    "year": 2011,
    "container": "Blood",
    "volume": "118",
    "issue": "21",
    "pages": "1234",
    "type": "article",
}
PLACED = {**STUDY, "container": "Deutsche Medizinische Wochenschrift", "pages": "935-940"}


def changed(record: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {name: value for name, value in (record | other).items() if value is not None}


def outcome(left: dict[str, Any], right: dict[str, Any]) -> str:
    found = find_duplicates(pd.DataFrame([left, right]))
    if len(found.same):
        return "same"
    if len(found.related):
        return str(found.related["relation"][0])
    return "maybe" if len(found.maybe) else "apart"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(STUDY, changed(STUDY, title=STUDY["title"] + " [abstract no: 134]"), "same", id="note"),
        pytest.param(STUDY, changed(STUDY, pages="Abstract no. 1234", authors="Smith, J."), "same", id="page in words"),
        pytest.param(changed(STUDY, pages="e43268"), changed(STUDY, pages="43268", issue=None), "same", id="e-page"),
        pytest.param(
            changed(STUDY, title="Effects of TNF-α on β-thalassaemia patients", pages=None),
            changed(STUDY, title="Effects of TNF-alpha on beta-thalassemia patients"),
            "same",
            id="Greek letters",
        ),
        pytest.param(
            changed(STUDY, title=STUDY["title"] + " after twelve months", pages=None),
            changed(STUDY, title=STUDY["title"] + " after 12 months"),
            "same",
            id="numbers in words",
        ),
        pytest.param(
            changed(PLACED, authors=None, container="Dtsch Med Wochenschr", issue=None, title="Myelom: die neue Therapie im Vergleich"),
            PLACED,
            "same",
            id="other title, no author, same pages",
        ),
        pytest.param(
            changed(STUDY, container="JAMA", volume=None, pages=None),
            changed(STUDY, container="Journal of the American Medical Association"),
            "same",
            id="initials of a journal",
        ),
        pytest.param(STUDY, changed(STUDY, year=2012, volume="120", pages=None), "maybe", id="again a year later"),
        pytest.param(
            changed(STUDY, issue="Suppl 1", pages="S12"),
            changed(STUDY, issue=None, pages="1500-1510"),
            "maybe",
            id="supplement and journal",
        ),
        pytest.param(
            STUDY,
            changed(STUDY, container="ASCO Annual Meeting", volume=None, issue=None, pages=None),
            "maybe",
            id="congress and journal",
        ),
        pytest.param(
            changed(STUDY, pages=None),
            changed(STUDY, title=STUDY["title"].replace("Bortezomib", "Lenalidomide")),
            "maybe",
            id="another drug, same issue",
        ),
        pytest.param(
            changed(STUDY, volume=None, issue=None, pages="44-53"),
            changed(STUDY, volume=None, issue=None, pages="44-53", title=STUDY["title"].replace("newly", "recently")),
            "same",
            id="another word, same pages",
        ),
        pytest.param(
            changed(STUDY, type="thesis", container=None, volume="Ph.D.", issue=None, pages="215 p"),
            changed(STUDY, type="thesis", container=None, volume=None, issue=None, pages=None),
            "same",
            id="degree for a volume",
        ),
        pytest.param(
            changed(STUDY, type="thesis", container=None, volume="Ph.D.", issue=None, pages="215 p", year=2010),
            changed(STUDY, container="Dissertation Abstracts International", volume="73", issue="3-B", pages="1524"),
            "maybe",
            id="thesis and its abstract",
        ),
    ],
)  # fmt: skip
def test_a_study_told_twice(left: dict[str, Any], right: dict[str, Any], expected: str) -> None:
    assert outcome(left, right) == expected
    assert outcome(right, left) == expected


@pytest.mark.parametrize(
    ("a", "b", "replaced"),
    [
        ("iron deficiency in older men", "iron deficiency in older women", True),
        ("iron deficiency in older men", "iron deficiency in older men a review", False),
        ("post operative care of tumours", "postoperative care of tumors", False),
        ("survival after 2 years", "survival after three years", False),
        ("", "survival", False),
    ],
)
def test_words_in_the_place_of_others(a: str, b: str, replaced: bool) -> None:
    assert replaced_words(a, b) is replaced
    assert replaced_words(b, a) is replaced


@pytest.mark.parametrize(
    ("written", "page", "last"),
    [
        ("Abstract 1234", "1234", ""),
        ("no. 12", "12", ""),
        ("pp. 3-9", "3", "9"),
        ("215 p", "", ""),
        ("blz. 12-5", "12", "15"),
        ("S33-38", "s33", "s38"),
    ],
)
def test_pages_as_they_are_written(written: str, page: str, last: str) -> None:
    found = read_features(pd.DataFrame({"title": ["x"], "pages": [written]}))
    assert (found.page[0], found.last[0]) == (page, last)


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("Dtsch-Med-Wochenschr", "Deutsche medizinische Wochenschrift (1946)", 1),
        ("Jpn J Clin Oncol", "Japanese Journal of Clinical Oncology", 1),
        ("J Natl Cancer Inst", "Journal of the National Cancer Institute", 1),
        ("Bestuurskunde", "Beleid en Maatschappij", -1),
    ],
)
def test_journals_as_they_are_abbreviated(one: str, other: str, sign: int) -> None:
    found = read_features(pd.DataFrame({"title": ["x", "x"], "container": [one, other]}))
    assert compare(found, np.array([0]), np.array([1]), workers=1).journal.tolist() == [sign]


def test_a_supplement_page_without_its_letter_cannot_be_told() -> None:
    found = read_features(pd.DataFrame({"title": ["x"] * 3, "pages": ["S33", "33", "E33"]}))
    assert compare(found, np.array([0, 1]), np.array([1, 2]), workers=1).page.tolist() == [0, 1]


def test_titles_as_they_are_written() -> None:
    assert bare_title("Cure [abstract no: 134]") == "cure"
    assert bare_title("[Abstract]") == "abstract"
    assert bare_title("Effect of IFN-α, 5 µg") == "effect of ifn alpha 5 mu g"
    assert numerals("twintig gemeenten in twelve years") == "12 20"
