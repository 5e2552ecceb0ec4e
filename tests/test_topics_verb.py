"""The verb in a reading room: written, reused, grown, and the same to the byte."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leeszaal.charts import topics_of_file
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import subject_decisions, undo
from leeszaal.library.store import read_table, table_bytes
from leeszaal.topics import load_assignments, load_curve, load_topics, topic_words, topics, verb
from leeszaal.works import embedding
from topics_corpus import corpus


@pytest.fixture(autouse=True)
def _known_embeddings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every title the embedding that the made-up corpus has for it."""
    table = {}
    for per_cell in (20, 30):
        works, vectors = corpus(per_cell=per_cell)
        table.update(zip(works["title"], vectors, strict=True))

    def embed(texts: list[str], *, cache: Path | None = None) -> np.ndarray:
        assert cache is None or cache.parent.name == "library"
        return np.array([table.get(text, np.zeros(16)) for text in texts], dtype=np.float32).reshape(-1, 16)

    monkeypatch.setattr(embedding, "embed", embed)
    monkeypatch.setattr(embedding, "available", lambda: True)


def _home(folder: Path, works: pd.DataFrame) -> Home:
    home = Home(folder)
    home.library.mkdir(parents=True)
    (folder / "_quarto.yml").write_text("project:\n", encoding="utf-8")
    home.themes.write_text("themes: []\n", encoding="utf-8")
    _put(home, works)
    return home


def _put(home: Home, works: pd.DataFrame) -> None:
    frame = works[["work_id", "title", "language"]].assign(abstract=None, keywords=[[] for _ in range(len(works))])
    frame["year"] = 2015 + np.arange(len(frame)) % 10
    (home.library / "works.parquet").write_bytes(table_bytes(frame))


def _prints(home: Home) -> dict[str, str]:
    names = ("topics.parquet", "assignments.parquet", "topic_words.parquet", "topics.json")
    return {name: hashlib.sha256((home.library / name).read_bytes()).hexdigest() for name in names}


def test_two_rooms_with_the_same_works_are_the_same_to_the_byte(tmp_path: Path) -> None:
    works, _ = corpus()
    first, second = _home(tmp_path / "a", works), _home(tmp_path / "b", works)
    told = topics(home=first)
    topics(home=second)
    assert _prints(first) == _prints(second)
    assert json.loads(json.dumps(asdict(told)))["topics"] == len(load_topics(first))
    assert load_curve(first)["k"].tolist()[0] == 2
    assert load_assignments(first)["topic"].dtype == "Int32"
    assert load_topics(first).columns.tolist() == [
        "topic", "name", "size", "share_nl", "share_en", "share_other", "stability", "npmi_nl", "npmi_en", "npmi_other",
        "npmi_model_nl", "npmi_model_en", "npmi_model_other", "words_nl", "words_en", "words_other", "weak", "weak_why",
        "typical", "theme", "status", "parent", "proposed_name", "named_by",
    ]  # fmt: skip


def test_a_second_call_reuses_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = _home(tmp_path / "a", corpus()[0])
    first = topics(home=home, k=3)
    before = _prints(home)
    monkeypatch.setattr(verb, "fit_table", lambda *_a, **_k: pytest.fail("fitted again"))
    again = topics(home=home, k=3)
    assert again.reused
    assert again.names == first.names
    assert "niets veranderd" in again.tell()
    assert _prints(home) == before


def test_new_tags_change_the_nearest_theme_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    works, _ = corpus()
    home = _home(tmp_path / "a", works)
    topics(home=home, k=3)
    assert load_topics(home)["theme"].isna().all()
    numbers = load_assignments(home)
    tags = works[["work_id"]].assign(
        theme=works["subject"].map({"toezicht": "ibt", "verkiezing": "dem", "regio": "reg"})
    )
    (home.library / "tags.parquet").write_bytes(table_bytes(tags))
    monkeypatch.setattr(verb, "fit_table", lambda *_a, **_k: pytest.fail("fitted again"))
    told = topics(home=home, k=3)
    assert not told.reused
    assert set(load_topics(home)["theme"]) == {"ibt", "dem", "reg"}
    pd.testing.assert_frame_equal(numbers, load_assignments(home))


def test_a_grown_library_keeps_its_numbers_and_says_so(tmp_path: Path) -> None:
    works, _ = corpus(per_cell=30)
    part = works[np.arange(len(works)) % 30 < 21]
    home = _home(tmp_path / "a", part)
    topics(home=home, k=3)
    before = load_assignments(home)
    names = dict(zip(load_topics(home)["topic"], load_topics(home)["name"], strict=True))
    _put(home, works)
    told = topics(home=home, k=3)
    assert told.kept == [0, 1, 2]
    assert "3 gebleven" in told.tell()
    assert dict(zip(load_topics(home)["topic"], load_topics(home)["name"], strict=True)) == names
    both = before.merge(load_assignments(home), on="work_id").dropna()
    assert (both["topic_x"] == both["topic_y"]).mean() > 0.9


def test_a_library_that_shrank_to_nothing_has_its_numbers_and_names_back_when_it_grows_again(tmp_path: Path) -> None:
    works, _ = corpus(per_cell=30)
    home = _home(tmp_path / "a", works[np.arange(len(works)) % 30 < 21])
    topics(home=home, k=3, names={1: "Eigen naam"})
    first = load_topics(home)
    _put(home, works.head(4))
    told = topics(home=home)
    assert told.topics == 0
    assert told.gone == [0, 1, 2]
    assert "Geen onderwerpen: Er zijn 4 werken" in told.tell()
    assert len(load_topics(home)) == 0
    assert load_assignments(home)["topic"].isna().all()
    _put(home, works)
    topics(home=home, k=3)
    assert load_topics(home)["topic"].tolist() == [0, 1, 2]
    assert load_topics(home)["name"].tolist() == first["name"].tolist()


def test_a_library_that_shrank_says_which_topics_are_gone(tmp_path: Path) -> None:
    works, _ = corpus(per_cell=30)
    home = _home(tmp_path / "a", works)
    topics(home=home, k=3)
    subject = works.set_index("work_id").loc[load_topics(home)["typical"].str[0], "subject"].tolist()
    lost = subject.index("regio")
    topics(home=home, k=3, names={lost: "De regio"})
    _put(home, works[works["subject"] != "regio"])
    told = topics(home=home, k=2)
    assert told.gone == [lost]
    assert len(told.kept) == 2
    assert told.lost_names == [f"Onderwerp {lost} (‘De regio’) is er niet meer."]
    assert told.lost_names[0] in told.tell()
    _put(home, works)
    assert topics(home=home, k=3).names[str(lost)] == "De regio"  # the same library, the same topics


def test_the_library_may_be_deleted_and_everything_comes_back_to_the_byte(tmp_path: Path) -> None:
    works, _ = corpus(per_cell=30)
    home = _home(tmp_path / "a", works[np.arange(len(works)) % 30 < 21])
    topics(home=home, k=3)
    _put(home, works)
    topics(home=home, k=2, names={0: "Eerste"})
    before, register = _prints(home), home.topics_register.read_bytes()
    assert register.count(b"\n") == 2
    shutil.rmtree(home.library)
    home.library.mkdir()
    _put(home, works)
    told = topics(home=home, k=2)
    assert _prints(home) == before
    assert home.topics_register.read_bytes() == register
    assert len(told.kept) == 2
    assert len(told.gone) == 1
    assert load_topics(home)["status"].tolist() == ["kept", "kept"]
    assert told.names["0"] == "Eerste"


def test_a_line_of_the_register_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    home = _home(tmp_path / "a", corpus()[0])
    topics(home=home, k=3)
    with home.topics_register.open("a", encoding="utf-8") as file:
        file.write('{"fitted_from": "x"}\n')
    with pytest.raises(LeeszaalError, match=r"literature/topics.jsonl, regel 2, is niet te lezen"):
        topics(home=home, k=4)


def test_a_name_that_a_person_gave_sticks_and_can_be_taken_back(tmp_path: Path) -> None:
    works, _ = corpus(per_cell=30)
    home = _home(tmp_path / "a", works[np.arange(len(works)) % 30 < 21])
    proposed = topics(home=home, k=3).names["2"]
    told = topics(home=home, k=3, names={2: "Wat wij zoeken"})
    assert told.names["2"] == "Wat wij zoeken"
    assert load_topics(home).loc[2, ["proposed_name", "name"]].tolist() == [proposed, "Wat wij zoeken"]
    assert load_topics(home)["named_by"].notna().tolist() == [False, False, True]
    topics(home=home, k=3, names={2: "Wat wij zoeken"})
    assert len(subject_decisions(home, "topic")) == 1
    _put(home, works)
    assert topics(home=home, k=3).names["2"] == "Wat wij zoeken"
    undo(home=home)
    assert topics(home=home, k=3).names["2"] == proposed
    with pytest.raises(LeeszaalError, match=r"geen onderwerp 9\.\nBekende nummers: 0, 1, 2"):
        topics(home=home, k=3, names={9: "Niets"})


def test_words_of_a_topic_in_a_period(tmp_path: Path) -> None:
    works, _ = corpus()
    home = _home(tmp_path / "a", works)
    topics(home=home, k=3)
    every, late = topic_words(home), topic_words(home, 2024)
    assert set(every["language"]) == {"nl", "en"}
    spoken = set(" ".join(works.loc[np.arange(len(works)) % 10 == 9, "title"]).split())
    for row in late.itertuples():
        assert {part for word in row.words.split(", ") for part in word.split()} <= spoken
    assert topic_words(home, 2030).empty
    with pytest.raises(LeeszaalError, match="eindigt voor zij begint"):
        topic_words(home, 2024, 2020)


def test_words_that_were_searched_for_and_are_everywhere_are_in_no_label(tmp_path: Path) -> None:
    works, _ = corpus()
    titles = [f"overheid overheid {title}" if at % 5 < 2 else title for at, title in enumerate(works["title"])]
    home = _home(tmp_path / "a", works.assign(title=titles))
    topics(home=home, k=3)
    assert read_table(home, "topic_words")["word"].str.contains("overheid").any()
    query = "overheid EN (opkomst OF verkiezing* OF kiezer)"
    (home.literature / "searches.yaml").write_text(
        f"version: 1\nsearches:\n  een:\n    sources: [openalex]\n    query:\n      nl: {query}\n", encoding="utf-8"
    )
    topics(home=home, k=3)
    found = load_topics(home)
    assert not found["words_nl"].str.contains("overheid").any()
    assert not found["name"].str.contains("overheid", case=False).any()


def test_without_a_library_it_says_what_to_do(tmp_path: Path) -> None:
    home = _home(tmp_path / "a", corpus()[0])
    (home.library / "works.parquet").unlink()
    with pytest.raises(LeeszaalError, match="leeszaal build"):
        topics(home=home)


def test_a_table_in_a_file(tmp_path: Path) -> None:
    works, _ = corpus()
    shuffled = works.sample(frac=1, random_state=1)
    source = tmp_path / "in.csv"
    shuffled.rename(columns={"work_id": "id"})[["id", "title", "language"]].to_csv(source, index=False)
    told = topics_of_file(source, tmp_path / "out", k=3, random_state=4)
    found = pd.read_csv(tmp_path / "out" / "topics.csv")
    placed = pd.read_csv(tmp_path / "out" / "assignments.csv", dtype={"topic": "Int32"})
    assert told.topics == len(found) == 3
    assert placed.columns.tolist() == ["id", "topic", "weight"]
    assert placed["id"].tolist() == shuffled["work_id"].tolist()
    assert placed["topic"].notna().mean() > 0.9
    quality = json.loads((tmp_path / "out" / "quality.json").read_text(encoding="utf-8"))
    assert quality["random_state"] == 4
    assert {path.name for path in (tmp_path / "out" / "figures").glob("*.svg")} == {
        "stabiliteit.svg",
        "samenhang-nl.svg",
        "samenhang-en.svg",
    }
    first = (tmp_path / "out" / "assignments.csv").read_bytes()
    topics_of_file(source, tmp_path / "again", k=3, random_state=4)
    assert (tmp_path / "again" / "assignments.csv").read_bytes() == first


@pytest.mark.parametrize(
    "content",
    [
        "id;title\n1;Toezicht é\n".encode("cp1252"),
        "\ufeffid,title\n1,Toezicht é\n".encode(),
        "id\ttitle\r\n1\tToezicht é\r\n".encode(),
    ],
)
def test_files_as_people_save_them(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    told = topics_of_file(source, tmp_path / "out")
    assert told.works == 1
    assert "Er zijn 1 werken" in told.reason
    assert (tmp_path / "out" / "assignments.csv").read_text(encoding="utf-8") == "id,topic,weight\n1,,0.0\n"


def test_columns_with_dutch_names_and_no_id(tmp_path: Path) -> None:
    frame = corpus()[0]
    plain, dutch = tmp_path / "plain.csv", tmp_path / "dutch.csv"
    ids = [str(line) for line in range(2, len(frame) + 2)]
    texts = frame.assign(id=ids, abstract="")[["id", "title", "abstract", "language"]]
    texts.to_csv(plain, index=False)
    named = texts.drop(columns="id").rename(columns={"title": "Titel", "abstract": "Samenvatting", "language": "Taal"})
    named.to_csv(dutch, index=False, sep=";", encoding="utf-8-sig")
    topics_of_file(plain, tmp_path / "a", k=3)
    told = topics_of_file(dutch, tmp_path / "b", k=3)
    assert "geen kolom id; elke regel heet naar zijn regelnummer" in told.tell()
    for name in ("topics.csv", "assignments.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is leeg"),
        (b"id,naam\n1,x\n", "geen kolom ‘title’"),
        (b'id,title\n1,"x\n2,y\n', "niet als tabel te lezen"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, message: str) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    with pytest.raises(LeeszaalError, match=message):
        topics_of_file(source, tmp_path / "out")


def test_the_summary_tells_what_is_wrong_with_the_topics(tmp_path: Path) -> None:
    home = _home(tmp_path / "a", corpus()[0])
    told = topics(home=home, k=3).tell()
    assert told.startswith("3 onderwerpen (zoals gevraagd) in 120 werken.")
    assert topics(home=home).tell().startswith(f"{len(load_topics(home))} onderwerpen (voorgesteld")


def test_a_table_without_years_for_half_and_in_other_languages(tmp_path: Path) -> None:
    works, _ = corpus()
    frame = works.rename(columns={"work_id": "id"})[["id", "title"]].assign(
        language=["de", "fr", ""] * 40, year=["2019", "", "onbekend", "20", "2021-05", ""] * 20
    )
    frame.to_csv(tmp_path / "in.csv", index=False)
    told = topics_of_file(tmp_path / "in.csv", tmp_path / "out", k=3)
    found = pd.read_csv(tmp_path / "out" / "topics.csv")
    assert told.topics == 3
    assert found["words_other"].notna().all()
    assert not found["name"].str.contains("Zonder kenmerkende").any()
