"""From works to terms, and from terms to the matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from leeszaal.topics import text
from leeszaal.topics.matrix import term_matrix
from leeszaal.topics.text import embedding_texts, read_terms


def _terms(*titles: str, language: str = "nl", **more: object) -> list[set[str]]:
    frame = pd.DataFrame({"title": list(titles), "language": language, **more})
    return [set(document) for document in read_terms(frame).documents]


def test_stop_words_of_both_languages_numbers_and_short_words_go() -> None:
    assert _terms("The 3 provincies van 2024 en of the is ab toezicht") == [{"provincie", "toezicht"}]


def test_lemmas_follow_the_language_of_the_work() -> None:
    assert _terms("municipalities governing elections", language="en") == [{"municipality", "govern", "election"}]
    assert _terms("gemeenten", "provincies") == [{"gemeente"}, {"provincie"}]


def test_words_about_the_publication_go_and_words_of_the_field_stay() -> None:
    assert _terms("A review of the literature: states and members", language="en") == [{"state", "member"}]


def test_dutch_compounds_also_count_as_their_parts() -> None:
    found = _terms("waterschapsverkiezing", "verkiezingen", "waterschappen")
    assert found[0] == {"waterschapsverkiezing", "waterschap", "verkiezing"}


def test_a_compound_is_left_whole_when_its_head_is_no_word_of_the_corpus() -> None:
    assert _terms("waterschapsverkiezing") == [{"waterschapsverkiezing"}]


def test_english_words_are_not_split() -> None:
    assert _terms("waterschapsverkiezing verkiezing", language="en")[0] == {
        "waterschapsverkiezing",
        "verkiezing",
    }


def test_phrases_that_belong_together_count_as_one_term_and_show_as_written() -> None:
    titles = ["provinciale staten kiezen", "provinciale staten vergaderen", "provinciale staten besluiten"]
    titles += [f"{word} regeling" for word in ("burger", "inkomen", "woning", "energie", "verkeer", "landbouw")]
    terms = read_terms(pd.DataFrame({"title": titles, "language": "nl"}))
    phrases = {term for document in terms.documents for term in document if " " in term}
    assert len(phrases) == 1
    assert terms.surfaces[phrases.pop()] == "provinciale staten"


def test_words_on_both_sides_of_a_stop_word_or_a_field_are_no_phrase() -> None:
    frame = pd.DataFrame({"title": ["kwaliteit van bestuur"] * 5, "abstract": ["toezicht"] * 5, "language": "nl"})
    assert all(" " not in term for document in read_terms(frame).documents for term in document)


def test_search_terms_do_not_count_in_any_form() -> None:
    frame = pd.DataFrame({"title": ["Gemeenten en toezicht"], "language": "nl"})
    assert read_terms(frame, search_terms=["gemeente"]).documents == (("toezicht",),)


def test_keywords_and_abstract_count_and_missing_text_is_no_text() -> None:
    frame = pd.DataFrame(
        {
            "title": ["toezicht", None],
            "abstract": pd.array([None, "archief"], dtype="string"),
            "keywords": [np.array(["regio", "norm"]), None],
            "language": [None, "nl"],
        }
    )
    assert [set(d) for d in read_terms(frame).documents] == [{"toezicht", "regio", "norm"}, {"archief"}]


def test_markup_emoji_and_other_scripts_do_no_harm() -> None:
    assert _terms("<jats:p>$x_1${toezicht} 🎉 الحكم المحلي</jats:p>")[0] >= {"toezicht"}
    assert _terms("<p>toezicht</p> x < y")[0] == {"toezicht"}


def test_a_mark_between_two_words_keeps_them_apart() -> None:
    titles = ["provinciale staten"] * 7 + ["provinciale. Staten"]
    titles += [f"{word} regeling" for word in ("burger", "inkomen", "woning", "energie", "verkeer", "landbouw")] * 2
    terms = read_terms(pd.DataFrame({"title": titles, "language": "nl"}))
    phrases = [[term for term in document if " " in term] for document in terms.documents[:8]]
    assert [len(each) > 0 for each in phrases] == [True] * 7 + [False]


def test_blocks_of_works_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    titles = ["provinciale staten kiezen", None, "waterschapsverkiezing", "staten van de provincie"] * 5
    titles += [f"{word} regeling" for word in ("burger", "inkomen", "woning", "energie", "verkeer", "landbouw")] * 2
    frame = pd.DataFrame({"title": titles, "language": "nl"})
    whole = read_terms(frame)
    monkeypatch.setattr(text, "_CHUNK", 3)
    parts = read_terms(frame)
    assert whole.documents == parts.documents
    assert whole.surfaces == parts.surfaces


def test_the_embedded_text_is_title_and_start_of_the_abstract() -> None:
    frame = pd.DataFrame({"title": ["Titel", "Alleen"], "abstract": ["x" * 5000, None]})
    first, second = embedding_texts(frame)
    assert first.startswith("Titel. xxx")
    assert len(first) == 800
    assert second == "Alleen"


def test_tfidf_by_hand() -> None:
    matrix = term_matrix([["raad", "raad", "burger"], ["raad"], ["burger"], ["regio"], ["regio"]])
    assert matrix.terms.tolist() == ["burger", "raad", "regio"]
    # each in 2 of 5: the same idf, so row 1 is (1, 1 + ln 2, 0) scaled to length one
    row = np.array([1.0, 1 + np.log(2), 0.0])
    assert matrix.tfidf[0].toarray()[0] == pytest.approx(row / np.linalg.norm(row), abs=1e-6)
    assert matrix.counts[0].toarray()[0].tolist() == [1, 2, 0]


def test_too_common_and_too_rare_terms_are_left_out() -> None:
    documents = [["overal", "eens"], ["overal", "vaker"], ["overal", "vaker"], ["overal"], ["overal"]]
    assert term_matrix(documents).terms.tolist() == ["vaker"]
    assert term_matrix(documents, min_df=3).terms.tolist() == []
    assert term_matrix([[], []]).tfidf.shape == (2, 0)
    many = [["twee"] if at < 2 else ["drie"] if at < 5 else [] for at in range(500)]
    assert term_matrix(many).terms.tolist() == ["drie"]
