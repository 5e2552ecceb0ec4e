"""Topics of a table: two languages together, the same answer twice, and what cannot be fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from leeszaal.errors import LeeszaalError
from leeszaal.topics.assign import assign
from leeszaal.topics.corpus import Corpus
from leeszaal.topics.fit import fit_table
from leeszaal.topics.match import known_from
from leeszaal.topics.matrix import TermMatrix
from leeszaal.topics.models import Factors
from leeszaal.topics.quality import leak_bits
from leeszaal.topics.result import TopicModel, pick_topic
from topics_corpus import corpus


@pytest.fixture(scope="module")
def fitted() -> tuple[pd.DataFrame, TopicModel]:
    works, vectors = corpus()
    return works, fit_table(works, k=3, embeddings=vectors)


def _joined(works: pd.DataFrame, model: TopicModel) -> pd.DataFrame:
    return model.assignments.merge(works, on="work_id")


def test_dutch_and_english_works_on_one_subject_share_a_topic(
    fitted: tuple[pd.DataFrame, TopicModel],
) -> None:
    works, model = fitted
    joined = _joined(works, model)
    table = pd.crosstab(joined["subject"], joined["topic"])
    assert (table.max(axis=1) >= 38).all()
    assert table.idxmax(axis=1).nunique() == 3
    assert model.leak_bits <= 0.01
    assert model.bridged
    assert model.notes == ()


def test_without_the_bridge_topics_are_languages_and_it_says_so() -> None:
    works, _ = corpus()
    model = fit_table(works, k=4, embeddings=None)
    joined = _joined(works, model).dropna(subset=["topic"])
    assert leak_bits(joined["topic"].tolist(), joined["language"].tolist()) > 0.9
    assert not model.bridged
    assert "Zonder embeddings" in model.notes[0]


def test_each_topic_carries_words_figures_and_typical_works(fitted: tuple[pd.DataFrame, TopicModel]) -> None:
    works, model = fitted
    topics = model.topics
    assert topics["topic"].tolist() == [0, 1, 2]
    assert topics["size"].sum() + model.unfit == len(works)
    assert topics["size"].is_monotonic_decreasing
    assert (topics["stability"] > 0.5).all()
    assert not topics["weak"].any()
    assert topics["share_nl"].between(0.4, 0.6).all()
    vocabulary = {row.subject: set() for row in works.itertuples()}
    for row in works[works["language"] == "nl"].itertuples():
        vocabulary[row.subject] |= set(row.title.split())
    joined = _joined(works, model)
    for row in topics.itertuples():
        subject = joined.loc[joined["topic"] == row.topic, "subject"].mode().iloc[0]
        assert {part for word in row.words_nl.split(", ")[:5] for part in word.split()} <= vocabulary[subject]
        assert len(row.typical) == 3
        assert set(works.set_index("work_id").loc[row.typical, "subject"]) == {subject}
        assert set(row.name.lower().replace(" en ", " ").replace(",", "").split()) <= vocabulary[subject]
    assert topics["name"].is_unique


def test_the_order_of_the_rows_changes_nothing(fitted: tuple[pd.DataFrame, TopicModel]) -> None:
    works, model = fitted
    _, vectors = corpus()
    order = np.random.default_rng(5).permutation(len(works))
    other = fit_table(works.iloc[order], k=3, embeddings=vectors[order])
    pd.testing.assert_frame_equal(model.topics, other.topics)
    pd.testing.assert_frame_equal(model.assignments, other.assignments)
    pd.testing.assert_frame_equal(model.terms, other.terms)


def test_the_number_of_topics_is_proposed_by_a_curve() -> None:
    works, vectors = corpus(per_cell=15)
    model = fit_table(works, embeddings=vectors)
    assert model.proposed
    assert model.curve["k"].tolist() == [2, 3, 4, 5, 6]
    assert model.curve.set_index("k").loc[3, "stability"] == model.curve["stability"].max()
    assert model.k >= 3


def test_a_grown_corpus_keeps_numbers_and_names() -> None:
    works, vectors = corpus(per_cell=25)
    part = np.arange(len(works)) % 25 < 17
    first = fit_table(works[part], k=3, embeddings=vectors[part])
    names = {row.topic: f"Eigen naam {row.topic}" for row in first.topics.itertuples()}
    renumbered = first.terms.assign(topic=first.terms["topic"].map({0: 5, 1: 2, 2: 8}))
    known = known_from(renumbered, {5: names[0], 2: names[1], 8: names[2]}, 9)
    second = fit_table(works, k=3, embeddings=vectors, known=known)
    assert second.kept == (2, 5, 8)
    assert second.new == second.gone == ()
    assert second.next_number == 9
    assert dict(zip(second.topics["topic"], second.topics["name"], strict=True)) == {
        5: names[0],
        2: names[1],
        8: names[2],
    }
    both = first.assignments.merge(second.assignments, on="work_id").dropna()
    assert (both["topic_x"].map({0: 5, 1: 2, 2: 8}) == both["topic_y"]).mean() > 0.95


def test_another_subject_gets_a_new_number_and_a_lost_one_is_retired() -> None:
    works, vectors = corpus(per_cell=25)
    two = works["subject"] != "regio"
    first = fit_table(works[two], k=2, embeddings=vectors[two])
    names = dict(zip(first.topics["topic"], first.topics["name"], strict=True))
    known = known_from(first.terms, names, first.next_number)
    other = works["subject"] != "toezicht"
    second = fit_table(works[other], k=2, embeddings=vectors[other], known=known)
    assert len(second.kept) == len(second.gone) == 1
    assert second.new == (2,)
    third = fit_table(
        works[two],
        k=2,
        embeddings=vectors[two],
        known=known_from(second.terms, {}, second.next_number),
    )
    assert set(third.topics["topic"]) == {second.kept[0], 3}


def test_a_work_that_fits_nowhere_is_said_to_fit_nowhere() -> None:
    works, vectors = corpus()
    odd = pd.DataFrame(
        {
            "work_id": ["x1", "x2"],
            "title": ["12 34", "kwantumzwaartekracht neutrino"],
            "language": "nl",
            "subject": "-",
        }
    )
    middle = vectors.mean(axis=0) / np.linalg.norm(vectors.mean(axis=0))
    model = fit_table(pd.concat([works, odd]), k=3, embeddings=np.vstack([vectors, middle, middle]))
    found = model.assignments.set_index("work_id").loc[["x1", "x2"]]
    assert found["topic"].isna().tolist()[0]
    assert found["weight"].tolist()[0] == 0.0
    assert model.without_words == 1
    assert model.works == len(works) + 2


@pytest.mark.parametrize("method", ["kmeans", "lda"])
def test_the_other_models_give_the_same_tables(method: str) -> None:
    works, vectors = corpus()
    model = fit_table(works, k=3, method=method, embeddings=vectors)
    again = fit_table(works, k=3, method=method, embeddings=vectors)
    assert model.method == method
    assert len(model.topics) == 3
    pd.testing.assert_frame_equal(model.topics, again.topics)
    pd.testing.assert_frame_equal(model.assignments, again.assignments)


def test_kmeans_finds_the_subjects_without_embeddings_in_one_language() -> None:
    works, _ = corpus(per_cell=30)
    dutch = works[works["language"] == "nl"]
    model = fit_table(dutch, k=3, method="kmeans", embeddings=None)
    table = pd.crosstab(_joined(dutch, model)["subject"], _joined(dutch, model)["topic"])
    assert table.idxmax(axis=1).nunique() == 3


def test_one_language_only() -> None:
    works, vectors = corpus(per_cell=30)
    dutch = (works["language"] == "nl").to_numpy()
    model = fit_table(works[dutch], k=3, embeddings=vectors[dutch])
    assert model.topics["share_nl"].tolist() == [1.0, 1.0, 1.0]
    assert model.topics["npmi_en"].isna().all()
    assert (model.topics["words_en"] == "").all()
    assert model.leak_bits == 0.0


def test_five_works_give_no_topics_and_a_reason() -> None:
    works, vectors = corpus()
    model = fit_table(works.head(5), embeddings=vectors[:5])
    assert len(model.topics) == 0
    assert "Er zijn 5 werken" in model.reason
    assert "20 nodig" in model.reason
    assert model.assignments["topic"].isna().all()
    assert model.unfit == 5


def test_no_works_at_all() -> None:
    model = fit_table(pd.DataFrame({"id": [], "title": []}))
    assert "Er zijn 0 werken" in model.reason
    assert len(model.assignments) == 0


def test_the_same_title_everywhere_gives_no_topics_and_a_reason() -> None:
    works, vectors = corpus()
    model = fit_table(works.assign(title="Toezicht op de archieven van de provincie"), embeddings=vectors)
    assert len(model.topics) == 0
    assert "dezelfde titel" in model.reason


def test_three_titles_repeated_give_at_most_two_topics() -> None:
    works, vectors = corpus()
    titles = works["subject"].map(
        {
            "toezicht": "toezicht provincie archief begroting",
            "verkiezing": "verkiezing opkomst kiezer stembureau",
            "regio": "regio samenwerking grens landschap",
        }
    )
    model = fit_table(works.assign(title=titles, language="nl"), embeddings=vectors)
    assert len(model.topics) == 2


def test_very_long_abstracts_and_missing_ones() -> None:
    works, vectors = corpus()
    abstracts = [title * 3000 if at % 40 == 0 else None for at, title in enumerate(works["title"])]
    model = fit_table(works.assign(abstract=abstracts), k=3, embeddings=vectors)
    assert len(model.topics) == 3


@pytest.mark.parametrize("k", [1, 0, -2, 5000])
def test_an_impossible_number_of_topics_names_the_range(k: int) -> None:
    works, vectors = corpus()
    with pytest.raises(LeeszaalError, match=r"Kies een aantal van 2 tot en met \d+"):
        fit_table(works, k=k, embeddings=vectors)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"id": ["a"], "titel": ["x"]}), "geen kolom ‘title’; wel: id, titel"),
        (pd.DataFrame({"title": ["x"]}), "geen kolom ‘id’"),
        (pd.DataFrame({"id": ["a", "a"], "title": ["x", "y"]}), "‘a’ komt meer dan eens voor"),
        (pd.DataFrame({"id": ["a", None], "title": ["x", "y"]}), "Rij 2 heeft geen id"),
    ],
)
def test_a_table_that_is_none_says_what_is_missing(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(LeeszaalError, match=message):
        fit_table(frame)


def test_an_unknown_method_names_the_nearest() -> None:
    with pytest.raises(LeeszaalError, match="Bedoelt u ‘kmeans’"):
        fit_table(pd.DataFrame({"id": ["a"], "title": ["x"]}), method="kmean")


def test_embeddings_of_another_length_are_a_programmer_error() -> None:
    works, vectors = corpus()
    with pytest.raises((ValueError, IndexError)):
        fit_table(works, embeddings=vectors[:-1])


def test_a_topic_number_that_is_not_there(fitted: tuple[pd.DataFrame, TopicModel]) -> None:
    assert pick_topic(fitted[1].topics, 1)["topic"] == 1
    with pytest.raises(LeeszaalError, match=r"geen onderwerp 9\.\nBekende nummers: 0, 1, 2"):
        pick_topic(fitted[1].topics, 9)


def _fitted_none(points: np.ndarray, spoken: np.ndarray, topic: np.ndarray) -> list[int]:
    n, k = len(points), int(topic.max()) + 1
    counts = sp.csr_matrix(np.ones((n, 2)))
    matrix = TermMatrix(np.array(["w0", "w1"], dtype=object), counts, counts)
    made = Corpus([f"{i:03}" for i in range(n)], spoken, matrix, {}, points, np.arange(n), np.arange(n))
    strength = np.eye(k)[topic]
    found = assign(made, Factors(strength, np.ones((k, 2)), lambda rows: rows), strength)
    assert (found.topic[found.topic >= 0] == topic[found.topic >= 0]).all()
    return np.flatnonzero(found.topic < 0).tolist()


def _fan(degrees: np.ndarray) -> np.ndarray:
    return np.column_stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]).astype(np.float32)


def test_a_work_fits_none_beside_the_works_in_its_own_language() -> None:
    # Dutch works lie round 0 degrees, English ones round 90; a Dutch work at 90 is a stranger among Dutch ones.
    fan = np.tile([-15.0, -10.0, -5.0, 5.0, 10.0, 15.0], 7)
    degrees = np.concatenate([fan, 90 + fan])
    spoken = np.repeat(["nl", "en"], 42)
    topic = np.arange(84) % 3
    assert _fitted_none(_fan(degrees), spoken, topic) == []
    degrees[[3, 60]] = 90, 0
    assert _fitted_none(_fan(degrees), spoken, topic) == [3, 60]


def test_a_topic_with_its_fair_share_that_lies_apart_is_no_collection_of_strangers() -> None:
    degrees = np.concatenate([np.linspace(-20, 20, 40), np.linspace(80, 100, 10)])
    topic = np.concatenate([np.arange(40) % 4, np.full(10, 4)])
    spoken = np.full(50, "nl")
    assert _fitted_none(_fan(degrees), spoken, topic) == []  # 10 of 50 works, 5 topics: a fair share
    assert _fitted_none(_fan(degrees[:49]), spoken[:49], topic[:49]) == list(range(40, 49))


def test_a_language_with_a_handful_of_works_is_no_reason_to_fit_none() -> None:
    degrees = np.concatenate([np.linspace(-20, 20, 30), np.linspace(80, 100, 5)])
    spoken = np.repeat(["nl", "fr"], [30, 5])
    assert _fitted_none(_fan(degrees), spoken, np.arange(35) % 3) == []
