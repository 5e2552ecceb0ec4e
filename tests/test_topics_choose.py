"""Stability, coherence, leak, names and numbers, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from leeszaal.topics.choose import average_jaccard, candidates, propose, samples, stability, sweep, top_terms
from leeszaal.topics.match import Known, Matched, descent, known_frame, known_from, match_topics, on_vocabulary
from leeszaal.topics.models import Factors
from leeszaal.topics.names import likeliest_labels, nearest_themes, propose_name, show_terms, typical_works
from leeszaal.topics.quality import company, diversity, leak_bits, npmi
from leeszaal.topics.words import of_language, shown_words, strongest


def test_average_jaccard_by_hand() -> None:
    # depths 1, 2, 3: {a}/{b} 0, {a,b}/{a,b} 1, {a,b,c}/{a,b,d} 2/4
    assert average_jaccard([1, 2, 3], [2, 1, 4]) == pytest.approx((0 + 1 + 0.5) / 3)
    assert average_jaccard([], []) == 0.0
    assert average_jaccard([1], []) == 0.0


def test_stability_pairs_topics_one_to_one() -> None:
    reference = [(1, 2), (3, 4)]
    assert stability(reference, [[(3, 4), (1, 2)]]).tolist() == [1.0, 1.0]
    assert stability(reference, [[(3, 4), (1, 2)], [(1, 2), (8, 9)]]).tolist() == [1.0, 0.5]
    # one refit topic cannot serve two: the second topic finds nothing
    assert stability([(1, 2), (1, 2)], [[(1, 2)]]).tolist() == [1.0, 0.0]
    assert stability(reference, []).tolist() == [0.0, 0.0]


def test_top_terms_skip_terms_without_weight() -> None:
    assert top_terms(np.array([[0.0, 3.0, 1.0], [0.0, 0.0, 0.0]])) == [(1, 2), ()]


def test_samples_are_repeatable_and_without_doubles() -> None:
    first, second = samples(100, 7), samples(100, 7)
    assert len(first) == 8
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert all(len(set(rows.tolist())) == 80 and (np.diff(rows) > 0).all() for rows in first)
    assert len(samples(100_000, 0, count=1)[0]) == 4_000


def test_sweep_calls_every_k_on_every_sample_and_from_other_seeds() -> None:
    seen = []

    def fit(rows: object, k: int, seed: int) -> Factors:
        seen.append((None if rows is None else len(rows), k, seed))  # type: ignore[arg-type]
        return Factors(np.ones((1, k)), np.roll(np.eye(k, 6), seed % 2, axis=1), lambda _: np.ones((1, k)))

    measures = {"npmi_nl": 0.1, "npmi_en": None, "diversity": 0.5, "separation": 0.4}
    found = sweep(lambda rows: rows, fit, [2, 3], samples(10, 0, count=3), judge=lambda _: measures, random_state=4)
    assert found.curve["stability"].tolist() == [1.0, 1.0]
    expected = [(size, k, 4) for size in (None, 8, 8, 8) for k in (2, 3)]
    expected += [(None, k, seed) for seed in (5, 6) for k in (2, 3)]
    assert sorted(seen, key=str) == sorted(expected, key=str)
    assert len(found.refits[3]) == 3
    # seed 5 finds {2,3} for {1,2}: one of two topics comes back; seed 6 finds all
    assert found.curve["seeds"].tolist() == pytest.approx([0.75, (1 + 2 / 3) / 2])
    assert found.curve["score"].tolist() == pytest.approx([0.75 * 0.4 * 0.5, (1 + 2 / 3) / 2 * 0.4 * 0.5])
    assert np.isnan(found.curve["npmi_en"]).all()


@pytest.mark.parametrize(
    ("score", "worst", "prefer", "expected"),
    [
        ([0.20, 0.30, 0.40, 0.10], [0.5, 0.5, 0.4, 0.5], None, 4),
        ([0.20, 0.30, 0.40, 0.10], [0.5, 0.5, 0.2, 0.5], None, 3),
        ([0.20, 0.37, 0.40, 0.10], [0.5, 0.5, 0.4, 0.5], 3, 3),
        ([0.20, 0.35, 0.40, 0.10], [0.5, 0.5, 0.4, 0.5], 3, 4),
        ([0.20, 0.39, 0.40, 0.10], [0.5, 0.1, 0.4, 0.5], 3, 4),
        ([0.20, 0.25, 0.10, 0.10], [0.1, 0.1, 0.1, 0.1], None, 5),
    ],
)
def test_the_proposed_number(score: list[float], worst: list[float], prefer: int | None, expected: int) -> None:
    curve = pd.DataFrame({"k": [2, 3, 4, 5], "score": score, "worst": worst, "stability": [0.1, 0.2, 0.3, 0.4]})
    assert propose(curve, prefer=prefer) == expected


def test_candidates_leave_fifteen_works_a_topic() -> None:
    assert candidates(312, 800)[-1] == 20
    assert candidates(25, 800) == [2]
    assert candidates(10_000, 6) == [2, 3, 4, 5]


def test_npmi_by_hand() -> None:
    counts = sp.csr_matrix([[1, 1, 0, 1], [2, 1, 0, 1], [0, 0, 3, 1], [0, 0, 1, 1]])
    assert npmi(counts, [0, 1]) == pytest.approx(1.0)
    assert npmi(counts, [0, 2]) == pytest.approx(-1.0)
    # terms 0 and 3: p(0)=.5, p(3)=1, joint .5 → log(1)/… = 0
    assert npmi(counts, [0, 3]) == pytest.approx(0.0)
    assert npmi(counts, [0, 1, 2]) == pytest.approx((1 - 1 - 1) / 3)
    assert npmi(counts, [0]) is None
    assert npmi(counts[:0], [0, 1]) is None


def test_diversity_and_leak() -> None:
    assert diversity([(1, 2), (3, 4)]) == 1.0
    assert diversity([]) == 0.0
    # ¾/¼ against ¼/¾: 1 − H(¼) = .1887 bits
    assert leak_bits([0] * 4 + [1] * 4, ["nl"] * 3 + ["en"] + ["nl"] + ["en"] * 3) == pytest.approx(0.188722, abs=1e-6)
    assert leak_bits([], []) == 0.0


def test_words_shown_come_from_the_core_works_in_their_own_language() -> None:
    counts = sp.csr_matrix([[1, 0, 1, 0], [1, 0, 0, 0], [0, 1, 1, 0], [0, 1, 0, 1]])
    strength = np.array([[1.0], [0.9], [0.5], [1.0]])
    spoken = np.array(["nl", "nl", "en", "en"])
    for language, expected in (("nl", [0]), ("en", [1])):
        allowed = of_language(counts, spoken, language)
        found = shown_words(counts, strength, spoken == language, allowed)
        assert [j for j, _ in found.lists[0]] == expected
    assert not of_language(counts, spoken, "de").any()


def test_words_that_keep_company_go_before_a_stranger_of_the_same_weight() -> None:
    # terms 0, 1 and 2 stand together; 3 stands alone, as often
    counts = sp.csr_matrix(np.repeat([[1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1]], 10, axis=0))
    allowed = np.ones(4, dtype=bool)
    found = shown_words(counts, np.ones((40, 1)), np.ones(40, dtype=bool), allowed, top=3)
    assert [j for j, _ in found.lists[0]] == [0, 1, 2]
    assert found.coherence(0) == pytest.approx(1.0)
    assert strongest(np.array([[0.1, 0.4, 0.0, 0.2]]), np.array([True, False, True, True])) == [[(3, 0.2), (0, 0.1)]]


def test_a_word_of_everywhere_stands_in_no_list_but_that_of_its_own_topic() -> None:
    # term 0: of half of the works of topic 0 and of all of topic 1; terms 1 and 2 each of one topic
    counts = sp.csr_matrix(np.repeat([[1, 1, 0], [0, 1, 0], [1, 0, 1], [1, 0, 1]], 10, axis=0))
    strength = np.repeat([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], 10, axis=0)
    found = shown_words(counts, strength, np.ones(40, dtype=bool), np.ones(3, dtype=bool))
    # .5·√(1/3) = .29 in topic 0 is less than 70 % of 1·√(2/3) = .82 in topic 1
    assert [[j for j, _ in row] for row in found.lists] == [[1], [2, 0]]
    assert dict(found.lists[1]) == pytest.approx({2: 1.0, 0: (2 / 3) ** 0.5})


def test_half_of_a_compound_is_left_out_where_it_does_not_stand_alone() -> None:
    names = ["gevers", "werk", "werkgevers", "loon"]
    # of ten works with "gevers" eight have "werkgevers"; of sixteen with "werk" eight
    counts = np.array([[1, 1, 1, 0]] * 8 + [[1, 0, 0, 1]] * 2 + [[0, 1, 0, 1]] * 8)
    strength, everything = np.ones((18, 1)), np.ones(18, dtype=bool)
    allowed = np.ones(4, dtype=bool)
    found = shown_words(sp.csr_matrix(counts), strength, everything, allowed, names=names)
    assert sorted(names[j] for j, _ in found.lists[0]) == ["loon", "werk", "werkgevers"]
    whole = shown_words(sp.csr_matrix(counts), strength, everything, allowed)
    assert len(whole.lists[0]) == 4


def test_company_that_is_to_be_expected() -> None:
    # together in 2 of 4 works, each in 2: NPMI 1, and with chance ¼ never again
    found = company(sp.csr_matrix([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]]), [0, 1, 2])
    assert found.expected[0, 1] == pytest.approx(0.75 * 1 - 0.25)
    assert found.expected[0, 2] == -1.0
    assert found.expected[0, 0] == 0.0


def test_company_counts_works_with_both() -> None:
    counts = sp.csr_matrix([[3, 1, 0], [1, 0, 0], [0, 2, 0]])
    found = company(counts, [2, 0, 1])
    assert found.joint.tolist() == [[2, 1, 0], [1, 2, 0], [0, 0, 0]]
    assert found.coherence([0, 2]) is None
    # p(0,1) = 1/3, p(0) = p(1) = 2/3
    assert found.coherence([0, 1]) == pytest.approx(np.log(3 / 4) / np.log(3))
    assert company(counts, [0, 1], np.array([True, False, False])).works == 1


def test_new_topics_split_off_and_lost_ones_go_up_in_another() -> None:
    before = np.array([0, 0, 0, 1, 1, 1, 2, 2, -1, 3])
    after = np.array([0, 0, 4, 4, 1, 1, 1, 1, 4, 5])
    matched = Matched((0, 1, 4, 5), (0, 1), (4, 5), (2, 3))
    assert descent(before, after, matched) == ({4: 0, 5: 3}, {2: 1, 3: 5})
    assert descent(before, np.full(10, -1), Matched((), (), (), (0,))) == ({}, {})


def test_a_phrase_takes_the_place_of_its_words() -> None:
    terms, scores = ["lokale", "democratie", "burger", "lokale democratie"], [0.4, 0.39, 0.3, 0.25]
    assert show_terms(terms, scores, {}) == ["lokale democratie", "burger"]
    assert show_terms(terms, [0.4, 0.39, 0.3, 0.1], {}) == ["lokale", "democratie", "burger"]
    assert show_terms(["a b", "c"], [2, 1], {"a b": "A B"}, top=1) == ["A B"]


def test_names_are_dutch_different_and_without_loose_adjectives() -> None:
    assert propose_name(["provinciale", "toezicht", "archief"], []) == "Toezicht en archief"
    assert propose_name(["toezicht"], ["budget", "turnout"]) == "Toezicht, budget en turnout"
    assert propose_name(["toezicht", "wet", "interbestuurlijk toezicht"], []) == "Interbestuurlijk toezicht en wet"
    # verbs wait, and so does what says the same again; two Dutch terms are not filled up with an English one
    assert propose_name(["gaan", "burgertoppen", "stemmen", "vindt"], ["voting"]) == "Burgertoppen en stemmen"
    assert propose_name(["intergemeentelijke samenwerking", "regionale samenwerking", "recht"], []) == (
        "Intergemeentelijke samenwerking en recht"
    )
    assert propose_name(["verkiezingen", "waterschapsverkiezingen", "raad"], []) == "Verkiezingen en raad"
    assert propose_name([], []) == "Zonder kenmerkende woorden"
    words = ["regio", "grens", "woning", "energie"]
    first = propose_name(words, [])
    second = propose_name(words, [], [first])
    third = propose_name(words, [], [first, second])
    assert first == "Regio, grens en woning"
    assert second == "Regio, grens, woning en energie"
    assert third == "Regio, grens, woning en energie (2)"


def test_a_topic_under_a_label_is_called_by_it() -> None:
    name = "Opkomst bij verkiezingen"
    assert propose_name(["opkomst", "verkiezing", "waterschap"], ["turnout"], label=name) == f"{name}: waterschap"
    assert propose_name(["opkomst"], ["turnout"], label=name) == name
    words = ["waterschap", "raad", "burger"]
    first = propose_name(words, [], label=name)
    assert first == f"{name}: waterschap en raad"
    assert propose_name(words, [], [first], label=name) == f"{name}: waterschap, raad en burger"


def test_a_label_names_a_topic_when_it_is_of_that_topic() -> None:
    topic = np.array([0] * 4 + [1] * 6 + [-1] * 2)
    all_over, mine, few = {"overal"}, {"van nul"}, {"zelden"}
    labels = [all_over | mine, all_over | mine, all_over | few, all_over, *[all_over] * 6, set(), set()]
    # "van nul" stands in 2 of 4, and nowhere else; "overal" is everywhere; "zelden" in 1 of 4.
    assert likeliest_labels(topic, labels) == {0: "van nul"}
    # A narrower label coincides less: 2 of 4 against 3 of 4, both only here.
    wide = [{"breed"}, {"breed", "smal"}, {"breed", "smal"}, set(), *[set()] * 8]
    assert likeliest_labels(topic, wide) == {0: "breed"}
    assert likeliest_labels(np.full(12, -1), labels) == {}


def test_typical_works_are_strong_and_speak_its_words() -> None:
    strength = np.array([[0.9, 0.1], [0.8, 0.1], [0.7, 0.2], [0.1, 0.9]])
    own = np.array([0.0, 0.5, 0.5, 0.5])
    found = typical_works(["b", "a", "c", "d"], strength, np.array([0, 0, 0, 1]), own, 2, count=2)
    assert found == [["a", "c"], ["d"]]


def test_nearest_theme_is_the_most_over_represented_one() -> None:
    assignments = pd.DataFrame({"work_id": list("abcdef"), "topic": pd.array([0, 0, 0, 1, 1, None], dtype="Int32")})
    tags = pd.DataFrame({"work_id": list("abcdeaf"), "theme": ["ibt", "ibt", "kob", "kob", "kob", "kob", "kob"]})
    assert nearest_themes(assignments, tags) == {0: "ibt", 1: "kob"}
    assert nearest_themes(assignments, tags.iloc[:0]) == {}


def _known() -> Known:
    return Known((4, 7), ("Vier", "Zeven"), np.array(["a", "b", "c"]), np.array([[1.0, 0, 0], [0, 0.6, 0.8]]), 9)


def test_topics_keep_their_numbers_when_terms_move() -> None:
    vocabulary = np.array(["new", "c", "b", "a"])
    terms = np.array([[0.3, 0.7, 0.6, 0.0], [0.2, 0.0, 0.0, 1.0]])
    terms /= np.linalg.norm(terms, axis=1, keepdims=True)
    found = match_topics(terms, vocabulary, _known())
    assert (found.numbers, found.kept, found.new, found.gone) == ((7, 4), (4, 7), (), ())


def test_a_topic_that_is_not_like_any_gets_a_number_never_used() -> None:
    found = match_topics(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]), np.array(["a", "b", "z"]), _known())
    assert (found.numbers, found.kept, found.new, found.gone) == ((9, 4), (4,), (9,), (7,))


def test_without_history_numbers_count_from_zero() -> None:
    found = match_topics(np.eye(3), np.array(list("abc")), None)
    assert (found.numbers, found.new) == ((0, 1, 2), (0, 1, 2))


def test_terms_of_topics_survive_a_table() -> None:
    known = _known()
    frame = known_frame(np.array(known.numbers), known.terms, known.vocabulary)
    back = known_from(frame, {4: "Vier", 7: "Zeven"}, 9)
    assert back.numbers == known.numbers
    assert back.names == known.names
    assert back.terms == pytest.approx(known.terms, abs=1e-6)
    assert on_vocabulary(back, np.array(["q"])).tolist() == [[0.0], [0.0]]
