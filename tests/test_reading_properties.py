"""What must hold for any text: the matcher agrees with a slow one, spans slice, partitions add up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.reading.rules import MOST_LABELS, Rules
from leeszaal.reading.tag import tag_works
from leeszaal.reading.taxonomy import Taxonomy, load_taxonomy
from leeszaal.reading.terms import Matcher, Options

THEMES = Path(__file__).resolve().parents[1] / "literature" / "themes.yaml"
PLAIN = Options(stems=False, gap=0, free_order=False)
TERMS = [
    ("regio deal", "nl"),
    ("regio deal*", "nl"),
    ("archief*", "nl"),
    ("coördinatie", "nl"),
    ("toezicht op gemeente*", "nl"),
    ("policy", "en"),
    ("multi-level governance", "en"),
    ("Woo", "abbr"),
    ("GR", "abbr"),
]
WORDS = (
    "regio Regio REGIO deal deals Dealen regiodeal regiodeals regiodeale regio-deal regio\u2011deal archief",
    "hetarchief archiefinspecteur coördinatie coo\u0308rdinatie Coordinatie coördinaties toezicht op",
    "gemeente gemeenten gemeentelijke policy policies multi level multi-level governance Woo WOO woo",
    "Wooden GR gr groei 🙂 مجلس بلدي ß İ ﬁ _ - . ; , ' ’ ( )",
)
PIECES = st.sampled_from(" ".join(WORDS).split())
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from([" ", " ", " ", "", "-", ". ", "\n"])), max_size=14).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)


def slow_fold(text: str) -> str:
    """Fold a whole text at once, in a way of its own: decompose, leave out marks, casefold."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c for c in unicodedata.normalize("NFKD", plain.casefold()) if not unicodedata.combining(c))


def slow_find(term: str, kind: str, text: str) -> bool:
    """Tell by one regular expression a term whether it is in `text`."""
    if kind == "abbr":
        return re.search(rf"(?<![^\W_]){re.escape(term)}(?![^\W_])", text) is not None

    def pattern(word: str) -> str:
        bare = slow_fold(word.rstrip("*"))
        if word.endswith("*"):
            return re.escape(bare) + r"[^\W_]*"
        plural = f"|{re.escape(bare[:-1])}ies" if bare.endswith("y") else ""
        return rf"(?:{re.escape(bare)}(?:s|e|en)?{plural})"

    words = [word for word in re.split(r"[ -]", term) if word]
    forms = [r"[\W_]+".join(map(pattern, words))]
    if not {"op"} & set(words):
        forms.append(pattern("".join(words)))  # written as one word
    inside = r"(?<![^\W_])(?:" + "|".join(forms) + r")(?![^\W_])"
    folded = slow_fold(text)
    joined = re.sub("(?<=[^\\W_])[-\u2010\u2011](?=[^\\W_])", "", folded)
    return any(re.search(inside, version) is not None for version in (folded, joined))


@cache
def taxonomy() -> Taxonomy:
    return load_taxonomy(THEMES)


@cache
def few() -> Taxonomy:
    """Return three subthemes of the real taxonomy, quick to prepare."""
    kept = {"ibt.stelsel", "kob.openbaarheid", "reg.regiodeals"}
    themes = [
        replace(theme, subthemes=tuple(one for one in theme.subthemes if one.id in kept)) for theme in taxonomy().themes
    ]
    return replace(taxonomy(), themes=tuple(theme for theme in themes if theme.subthemes), ambiguous=())


@cache
def rules() -> Rules:
    return Rules(taxonomy())


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_fast_matcher_finds_what_a_slow_one_finds(text: str) -> None:
    found = {hit.term for hit in Matcher(TERMS, PLAIN).find(text)}
    assert found == {number for number, (term, kind) in enumerate(TERMS) if slow_find(term, kind, text)}


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_loose_matching_only_adds(text: str) -> None:
    plain = {(hit.term, hit.start, hit.end) for hit in Matcher(TERMS, PLAIN).find(text)}
    loose = {(hit.term, hit.start, hit.end) for hit in Matcher(TERMS).find(text)}
    assert plain <= loose


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.text(max_size=30))
def test_evidence_always_slices_to_its_text(title: str, abstract: str, noise: str) -> None:
    fields = {
        "title": noise + " Opkomst bij verkiezingen in de gemeente 🙂 " + title,
        "abstract": abstract + noise,
    }
    found = rules().read(fields)
    assert 0 < len(found) <= MOST_LABELS
    assert [label.score for label in found] == sorted((label.score for label in found), reverse=True)
    for label in found:
        assert label.evidence
        for place in label.evidence:
            assert 0 <= place.start < place.end <= len(fields[place.field])
            assert fields[place.field][place.start : place.end] == place.text
            assert place.text.strip() == place.text


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.booleans(), TEXTS), min_size=1, max_size=6), st.data())
def test_partitions_add_up_to_the_whole(rows: list[tuple[str, bool, str]], data: st.DataObject) -> None:
    works = pd.DataFrame(
        {
            "work_id": [f"w{number}" for number in range(len(rows))],
            "title": ["Toezicht op gemeenten: " + title if on else title for title, on, _ in rows],
            "abstract": [abstract or None for _, _, abstract in rows],
            "keywords": [["regio deal", title] if on else [] for title, on, _ in rows],
        }
    )
    cut = data.draw(st.integers(0, len(works)))
    whole = tag_works(works, few())
    parts = [tag_works(part, few()) for part in (works.iloc[:cut], works.iloc[cut:])]
    for index in (0, 1):
        together = pd.concat([part[index] for part in parts], ignore_index=True)
        pd.testing.assert_frame_equal(whole[index], together, check_dtype=False)
    read = {name: dict(zip(works["work_id"], works[name], strict=True)) for name in ("title", "abstract")}
    read["keywords"] = dict(zip(works["work_id"], works["keywords"].map("; ".join), strict=True))
    spans = whole[1]
    assert len(spans) >= sum(on for _, on, _ in rows)
    for work, name, start, end, text in zip(
        *(spans[column] for column in ("work_id", "field", "start", "end", "text")), strict=True
    ):
        assert read[name][work][start:end] == text
        assert name != "keywords" or ";" not in text  # no reason runs over two keywords


@pytest.mark.parametrize("order", [lambda rows: rows, lambda rows: rows[::-1]])
def test_what_was_read_before_changes_nothing(order: Callable[[list[str]], list[str]]) -> None:
    titles = [
        "Wgr en Wob",
        "WOB wgr",
        "wob",
        "woo",
        "Woo",
        "Regio-deal",
        "regio deal",
        "Regiodeals in de regio",
        "Opkomst",
    ]
    once = [[found.label for found in Rules(few()).read({"title": title})] for title in order(titles)]
    assert sum(map(bool, once)) >= 4
    shared = Rules(few())
    assert [[found.label for found in shared.read({"title": title})] for title in order(titles)] == once
