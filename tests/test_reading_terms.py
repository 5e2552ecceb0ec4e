"""Words and terms: what matches what, and that places are always places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.reading.sieve import Sieve
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


@pytest.mark.parametrize(
    ("term", "kind", "text", "expected"),
    [
        ("planning region", "en", "Plans of the region", ["Plans of the region"]),
        ("city charter", "en", "Charters for cities", ["Charters for cities"]),
        ("open bestuur", "nl", "Openbaarheid van het bestuur", []),  # one stem, another word
        ("door-to-door", "en", "Going door to door", ["door to door"]),  # "door" is a small word in Dutch
        ("de stem uit", "nl", "Breng de stem uit, of stem uit protest", ["de stem uit"]),
        ("e-overheid", "nl", "Burger en overheid", []),
    ],
)
def test_short_stems_and_small_words(term: str, kind: str, text: str, expected: list[str]) -> None:
    assert found(term, kind, text) == expected


@given(st.lists(TEXTS, max_size=5))
def test_many_texts_together_are_read_as_one_by_one(texts: list[str]) -> None:
    matcher = Matcher([("toezicht", "nl"), ("archief*", "nl"), ("goed toezicht", "nl"), ("GG", "abbr")])
    assert [scan.hits() for scan in matcher.scan_all(texts)] == [matcher.find(text) for text in texts]


@given(TEXTS)
def test_the_sieve_keeps_what_it_should_and_where_it_stands(text: str) -> None:
    (kept,) = Sieve(["archief"], ["gg", "toezicht"]).words([text])
    tokens = words(text)
    assert [text[start:end] for _, start, end in kept] == [tokens[number] for number, _, _ in kept]
    folded = [fold(token)[0] for token in tokens]
    wanted = {n for n, word in enumerate(folded) if word in ("gg", "toezicht") or word.startswith("archief")}
    assert wanted <= {number for number, _, _ in kept}
