"""Words and terms: what matches what, and that places are always places."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.reading.sieve import Sieve, head
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.reading.terms import Matcher, Options, _check
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


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_the_sieve_keeps_what_it_should_and_where_it_stands(texts: list[str]) -> None:
    kept = Sieve(["archief"], ["gg", "toezicht"], ["ae"]).sift(texts)
    tokens = [(n, token) for n, text in enumerate(texts) for token in words(text)]
    assert list(zip(kept.text.tolist(), kept.words(), strict=True)) == [tokens[place] for place in kept.place.tolist()]
    folded = [fold(token)[0] for _, token in tokens]
    wanted = {n for n, word in enumerate(folded) if word in ("gg", "toezicht") or word.startswith("archief")}
    assert wanted <= set(kept.place.tolist())
    left = [(place, texts[n][start:end]) for n in range(len(texts)) for place, start, end in kept.never.of(n)]
    assert left == [(n, tokens[n][1]) for n, word in enumerate(folded) if word == "ae"]
    for word, whole, head_ in zip(kept.words(), kept.whole.tolist(), kept.head.tolist(), strict=True):
        assert head(fold(word)[0]) == head_ or not whole
        assert whole == (len(word) <= 16 and all(len(fold(c)[0]) == 1 and fold(c)[0].isascii() for c in word))


def simply(matcher: Matcher, text: str) -> tuple[set[tuple[int, int, int]], set[tuple[str, int]]]:
    """Look for all terms in one text, at every word, without any short cut."""
    known = matcher._known
    tokens = words(text)
    kinds = [known.kinds[kind] for kind in known.look(tokens)]
    found = set()
    beside = {}
    for n, (token, place) in enumerate(zip(tokens, places(text, tokens, len(tokens) - 1), strict=True)):
        if fold(token)[0] not in known.small:
            beside[n] = (*place, kinds[n].atoms)
            found |= {(*place, term) for term in kinds[n].terms}
        elif token.lower() in known.small:
            beside[n] = (*place, frozenset({known.small[token.lower()]}))
    for n in beside:
        for pattern in (known.patterns[index] for index in kinds[n].patterns):
            if span := _check(pattern, text, beside, n):
                found.add((*span, pattern.term))
    joined = {
        (whole, term)
        for whole, one in hyphenated(text)
        for kind in known.look([one])
        for term in known.kinds[kind].terms
    }
    return found, joined


@cache
def every_term() -> Matcher:
    """Return a matcher of all terms of the taxonomy."""
    themes = load_taxonomy(Path(__file__).resolve().parents[1] / "literature" / "themes.yaml").subthemes
    return Matcher(
        {pair: None for one in themes for part in (one.match, one.weak, one.exclude) for pair in part.pairs()}
    )


@cache
def pieces() -> list[str]:
    """Return the words of all terms, some words of no term, and what parts words in odd ways."""
    terms = sorted({piece.rstrip("*") for term, _ in every_term().terms for piece in (*term.split(), term)})
    odd = "the of de van associated There\u2019s co\u0308 \u0130n \ufb01ets WOO d\xe9 \U0001f642 ( _ - ;"
    return [*terms, *odd.split(), "\n"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_short_cuts_find_what_every_word_by_itself_finds(data: st.DataObject) -> None:
    piece = st.tuples(st.sampled_from(pieces()), st.sampled_from(["", "", "", "s", "en", "ing", "beleid"]))
    gap = st.sampled_from([" ", " ", " ", " ", "-", ", ", "\u2011", " of ", " van de ", " x y z "])
    text = st.lists(st.tuples(piece, gap), max_size=25).map(
        lambda parts: "".join(word + ending + between for (word, ending), between in parts)
    )
    texts = data.draw(st.lists(st.one_of(text, text.map(str.upper)), min_size=1, max_size=4))
    scans = every_term().scan_all(texts)
    assert [(scan.found, scan.joined) for scan in scans] == [simply(every_term(), text) for text in texts]
