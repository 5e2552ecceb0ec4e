"""Words and terms: what matches what, and that places are always places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.reading.terms import Matcher, Options
from leeszaal.reading.text import fold, hyphenated, places, words

PLAIN = Options(stems=False, gap=0, free_order=False)


def found(term: str, kind: str, text: str, options: Options | None = None) -> list[str]:
    return [text[hit.start : hit.end] for hit in Matcher([(term, kind)], options).find(text)]


@pytest.mark.parametrize(
    ("term", "kind", "text", "expected"),
    [
        ("gemeente", "nl", "Kleine gemeenten en de GEMEENTE", ["gemeenten", "GEMEENTE"]),
        ("mayor", "en", "Mayors and the mayor", ["Mayors", "mayor"]),
        ("griffie", "nl", "gemeentegriffie", []),
        ("archief*", "nl", "De archiefinspecteur in het stadsarchief", ["archiefinspecteur"]),
        (
            "regio deal",
            "nl",
            "Regiodeals, regio-deal en regio deal",
            ["Regiodeals", "regio-deal", "regio deal"],
        ),
        ("coproductie", "nl", "Co-productie", ["Co-productie"]),
        ("cooperatie", "nl", "De coöperatie", ["coöperatie"]),
        ("Woo", "abbr", "De Woo, niet woo of WOO", ["Woo"]),
        ("P&C", "abbr", "De P&C-cyclus", ["P&C"]),
        ("goed bestuur", "nl", "goed openbaar bestuur", []),
        ("e-depot*", "nl", "het e-depotbeleid", ["e-depotbeleid"]),
        ("city", "en", "Cities", ["Cities"]),
        ("beleid", "nl", "_beleid_", ["beleid"]),
    ],
)
def test_plain_matching(term: str, kind: str, text: str, expected: list[str]) -> None:
    assert found(term, kind, text, PLAIN) == expected


def test_a_loose_accent_belongs_to_its_letter() -> None:
    text = "De coo\u0308peratie"
    assert found("cooperatie", "nl", text, PLAIN) == ["coo\u0308peratie"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Municipal mergers", ["Municipal mergers"]),
        ("A municipal and costly merger", ["municipal and costly merger"]),
        ("Merger of the municipal kind", ["Merger of the municipal"]),
        ("Merger municipal", []),  # the other way round only with a small word between
        ("Municipal one two three merger", []),
    ],
)
def test_loose_matching(text: str, expected: list[str]) -> None:
    options = Options(stems=True, gap=2, free_order=True)
    assert found("municipal merger", "en", text, options) == expected


def test_without_free_order_the_order_counts() -> None:
    options = Options(stems=True, gap=2, free_order=False)
    assert found("municipal merger", "en", "Merger of the municipal kind", options) == []


TEXTS = st.text(st.sampled_from("aeé\u0301 -_.;Gg‑ß\U0001f600ıİtoezicht archief"), max_size=60)


@given(TEXTS)
def test_places_are_those_of_the_words(text: str) -> None:
    tokens = words(text)
    assert [text[start:end] for start, end in places(text, tokens, len(tokens) - 1)] == tokens


@given(TEXTS)
def test_a_hit_holds_its_term(text: str) -> None:
    matcher = Matcher([("toezicht", "nl"), ("archief*", "nl"), ("goed toezicht", "nl"), ("GG", "abbr")])
    for hit in matcher.find(text):
        assert 0 <= hit.start < hit.end <= len(text)
        piece = fold(text[hit.start : hit.end])[0]
        bare = "".join(words(piece))
        assert {0: "toezicht" in bare, 1: bare.startswith("archief"), 2: "goed" in bare, 3: bare == "gg"}[hit.term]


@given(st.text(max_size=40))
def test_folding_keeps_places(text: str) -> None:
    folded, where = fold(text)
    assert where is None or (len(where) == len(folded) and where == sorted(where))
    assert where is not None or len(folded) == len(text)


def test_hyphenated_words_are_read_as_one() -> None:
    assert hyphenated("in-de-plaats-stelling, ja") == [("in-de-plaats-stelling", "indeplaatsstelling")]
