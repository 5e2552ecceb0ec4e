"""The verb in a reading room: written, reused, grown, and the same to the byte."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library.store import table_bytes
from leeszaal.topics import load_assignments, load_curve, load_topics, topics, topics_of_file, verb
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
    (home.library / "works.parquet").write_bytes(table_bytes(frame))


def _prints(home: Home) -> dict[str, str]:
    names = ("topics.parquet", "assignments.parquet", "topic_terms.parquet", "topics.json")
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
        "topic", "name", "size", "share_nl", "share_en", "stability", "npmi_nl", "npmi_en", "words_nl",
        "words_en", "weak", "typical", "theme",
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


def test_a_library_that_shrank_to_nothing_and_grew_again_never_reuses_a_number(tmp_path: Path) -> None:
    works, _ = corpus()
    home = _home(tmp_path / "a", works)
    topics(home=home, k=3)
    _put(home, works.head(4))
    told = topics(home=home)
    assert told.topics == 0
    assert told.gone == [0, 1, 2]
    assert "Geen onderwerpen: Er zijn 4 werken" in told.tell()
    assert len(load_topics(home)) == 0
    assert load_assignments(home)["topic"].isna().all()
    _put(home, works)
    topics(home=home, k=3)
    assert load_topics(home)["topic"].tolist() == [3, 4, 5]


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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is leeg"),
        (b"id,titel\n1,x\n", "geen kolom ‘title’"),
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
