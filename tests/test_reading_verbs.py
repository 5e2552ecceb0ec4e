"""The verbs: tag a library, tag a table, measure against a person's labels."""

from __future__ import annotations

import dataclasses
import importlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library.store import save_stage
from leeszaal.reading import evaluate_tags, load_spans, load_tags, tag, tag_file, tag_report
from leeszaal.reading.evaluate import agreement

THEMES = """version: 1
themes:
  - id: dem
    label: {nl: Democratie, en: Democracy}
    subthemes:
      - id: dem.opkomst
        label: {nl: opkomst, en: opkomst}
        definition: {nl: Over opkomst., en: About opkomst.}
        match:
          nl: [opkomst bij]
      - id: dem.ps
        label: {nl: ps, en: ps}
        definition: {nl: Over ps., en: About ps.}
        match:
          nl: [statenverkiezing*]
      - id: dem.burgerberaad
        label: {nl: burgerberaad, en: burgerberaad}
        definition: {nl: Over burgerberaad., en: About burgerberaad.}
        match:
          nl: [burgerberaad]
      - id: dem.raad
        label: {nl: raad, en: raad}
        definition: {nl: Over raad., en: About raad.}
        match:
          nl: [gemeenteraad*]
"""


@pytest.fixture
def room(tmp_path: Path) -> Home:
    home = Home((tmp_path / "zaal").resolve())
    home.literature.mkdir(parents=True)
    home.themes.write_text(THEMES, encoding="utf-8")
    (home.root / "_quarto.yml").write_text("", encoding="utf-8")
    works = pd.DataFrame(
        {
            "work_id": ["w0000000001", "w0000000002"],
            "citekey": ["a", "b"],
            "title": ["Opkomst bij de Statenverkiezingen", "Een recept voor soep"],
            "abstract": [None, None],
            "keywords": [["burgerberaad"], []],
        }
    )
    save_stage(home, "build", "x", {"works": works}, {})
    return home


def test_tag_writes_and_reuses(room: Home) -> None:
    first = tag(home=room)
    assert (first.works, first.tagged, first.reused) == (2, 1, False)
    tags, spans = load_tags(room), load_spans(room)
    assert {"dem.opkomst", "dem.ps", "dem.burgerberaad"} == set(tags["label"])
    assert set(tags["work_id"]) == set(spans["work_id"]) == {"w0000000001"}
    before = (room.library / "tags.parquet").read_bytes()
    again = tag(home=room)
    assert again == dataclasses.replace(first, reused=True)
    room.themes.write_text(room.themes.read_text(encoding="utf-8") + "\n# andere versie\n", encoding="utf-8")
    assert tag(home=room).reused is False
    assert (room.library / "tags.parquet").read_bytes() == before
    json.dumps(dataclasses.asdict(first))
    assert "1 van 2 werken hebben een subthema (50 %)" in first.tell()


def test_without_a_library_it_says_what_to_do(room: Home) -> None:
    (room.library / "works.parquet").unlink()
    with pytest.raises(LeeszaalError, match="leeszaal build"):
        tag(home=room)


def csv(folder: Path, text: str, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def test_tag_file(room: Home, tmp_path: Path) -> None:
    source = csv(tmp_path, "id,title,abstract,language\r\n1,Een burgerberaad over het klimaat,,nl\r\n2,Soep,,nl\r\n")
    summary = tag_file(source, tmp_path / "uit.csv", home=room)
    assert (summary.rows, summary.tagged, summary.tags) == (2, 1, 1)
    out = (tmp_path / "uit.csv").read_text(encoding="utf-8").splitlines()
    assert out == [
        "id,label,score,reason,span",
        "1,dem.burgerberaad,1,‘burgerberaad’ in titel,title:4-16",
        "2,,,,",
    ]
    json.dumps(dataclasses.asdict(summary))
    assert "1 van 2 regels" in summary.tell()


def test_tag_file_with_semicolons_and_latin_1(room: Home, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes("ID;Title\n1;Coöperatie en burgerberaad\n".encode("latin-1"))
    summary = tag_file(source, tmp_path / "uit.csv", home=room)
    assert summary.tagged == 1
    assert any("cp1252" in remark for remark in summary.remarks)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is leeg"),
        ("id,titel\n1,a\n", "regel 1: de kolom ‘title’ ontbreekt"),
        ("id,titel\n1,a\n", "Bedoelt u ‘titel’?"),
        ("id,title,title\n1,a,b\n", "staat er twee keer in"),
        ("id,title\n1,a\n1,b\n", "regel 3: het id ‘1’ staat ook op regel 2"),
        ("id,title\n,a\n", "regel 2: het id is leeg"),
        ("id,title\n1,a,b\n", "regel 2: 3 cellen, maar er zijn 2 kolommen"),
        ('id,title\n1,"a\n', "niet te lezen"),
    ],
)
def test_a_bad_table_is_said_so(room: Home, tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LeeszaalError) as caught:
        tag_file(csv(tmp_path, text), tmp_path / "uit.csv", home=room)
    assert said in str(caught.value)
    assert not (tmp_path / "uit.csv").exists()


def test_output_is_never_the_input_or_another_kind(room: Home, tmp_path: Path) -> None:
    source = csv(tmp_path, "id,title\n1,a\n")
    with pytest.raises(LeeszaalError, match="Kies een andere naam"):
        tag_file(source, source, home=room)
    with pytest.raises(LeeszaalError, match=r"\.csv"):
        tag_file(source, tmp_path / "uit.xlsx", home=room)


def test_agreement_by_hand() -> None:
    # right: a a b -, given: a b b a  ->  hits 2, given 4, right 3
    both = agreement([{"a"}, {"a"}, {"b"}, set()], [{"a"}, {"b"}, {"b"}, {"a"}], ["a", "b", "c"])
    assert (both.precision.value, both.recall.value) == (0.5, 0.6667)
    assert both.f1.value == round(4 / 7, 4)
    # a: P 1/2, R 1/2, F 1/2; b: P 1/2, R 1, F 2/3; c is nowhere
    assert (both.macro_precision.value, both.macro_recall.value) == (0.5, 0.75)
    assert both.macro_f1.value == round((1 / 2 + 2 / 3) / 2, 4)
    assert both.labels == 2
    assert both.f1.low <= both.f1.value <= both.f1.high


def test_agreement_of_perfect_labels_has_no_spread() -> None:
    both = agreement([{"a"}] * 5, [{"a"}] * 5, ["a"])
    assert (both.f1.low, both.f1.value, both.f1.high) == (1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="truth has 1 titles"):
        agreement([{"a"}], [], ["a"])


def test_evaluate(room: Home, tmp_path: Path) -> None:
    gold = csv(
        tmp_path,
        "citekey_or_id,title,language,labels,note\n"
        "a,Een burgerberaad,nl,dem.burgerberaad,\nb,Soep,nl,dem.raad,\nc,Soep,nl,,\nd,Burgerberaad,nl,,\n",
    )
    found = evaluate_tags(gold, home=room)
    assert (found.titles, found.off_theme) == (4, 2)
    assert (found.subthemes.precision.value, found.subthemes.recall.value) == (0.5, 0.5)
    assert (found.themes.precision.value, found.themes.recall.value) == (0.5, 0.5)
    assert found.off_theme_tagged is not None
    assert found.off_theme_tagged.value == 0.5
    assert found.wrong == [
        {"id": "b", "label": "dem.raad", "fault": "missed"},
        {"id": "d", "label": "dem.burgerberaad", "fault": "extra"},
    ]
    assert found.terms == [{"label": "dem.burgerberaad", "term": "burgerberaad", "right": 1, "wrong": 1}]
    assert evaluate_tags(gold, home=room) == found
    assert "0,50" in found.tell()
    assert "Vaakst gemist: dem.raad (1)." in found.tell()
    assert "Vaakst ten onrechte gegeven: dem.burgerberaad (1)." in found.tell()
    assert (found.by_meaning, "op betekenis" in found.tell()) == (0, False)
    json.dumps(dataclasses.asdict(found))


def test_evaluate_names_an_unknown_label(room: Home, tmp_path: Path) -> None:
    gold = csv(tmp_path, "title,labels\nEen,dem.burgerberaat\n")
    with pytest.raises(LeeszaalError) as caught:
        evaluate_tags(gold, home=room)
    assert "regel 2" in str(caught.value)
    assert "Bedoelt u ‘dem.burgerberaad’?" in str(caught.value)
    with pytest.raises(LeeszaalError, match="geen regels"):
        evaluate_tags(csv(tmp_path, "title,labels\n"), home=room)


def test_the_rules_hold_on_titles_labelled_by_hand(room: Home, shared: Path, repository: Path) -> None:
    """A floor, so that a change that loses much is seen; these titles helped to choose the terms."""
    shutil.copy(repository / "literature" / "themes.yaml", room.themes)
    shutil.copytree(repository / "literature" / "examples", room.literature / "examples")
    found = evaluate_tags(shared / "domain" / "gold.csv", home=room)
    assert found.subthemes.f1.value > 0.78
    assert found.themes.f1.value > 0.87


def test_report(room: Home) -> None:
    tag(home=room)
    found = tag_report(home=room, count=2)
    assert (found.doubtful, found.reviewed, found.terms) == (0, 0, [])
    assert [row["why"] for row in found.rows] == ["random", "random"]
    assert found == tag_report(home=room, count=2)
    assert "‘burgerberaad’ in trefwoorden" in tag_report(home=room).tell()
    json.dumps(dataclasses.asdict(found))
    with pytest.raises(ValueError, match="count"):
        tag_report(home=room, count=0)


def test_the_report_puts_doubt_first_and_counts_terms(room: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    works = pd.DataFrame(
        {
            "work_id": ["w1", "w2", "w3"],
            "citekey": ["een", "twee", "drie"],
            "title": ["Iets", "Burgerberaad", "Burgerberaad"],
            "abstract": ["Over burgerberaad", None, None],
            "keywords": [[], [], []],
        }
    )
    save_stage(room, "build", "y", {"works": works}, {})
    said = pd.DataFrame(
        [("untag", "w2", "dem.burgerberaad", "", False, "piet", "2026-01-02T03:04:05Z", "piet.csv", 2)],
        columns=["verb", "work_id", "value", "problem", "undone", "person", "time", "file", "line"],
    )
    for name in ("leeszaal.reading.tag", "leeszaal.reading.report"):
        monkeypatch.setattr(importlib.import_module(name), "load_decisions", lambda home: said)  # noqa: ARG005
    tag(home=room)
    found = tag_report(home=room)
    assert [(row["citekey"], row["why"]) for row in found.rows] == [("een", "thin"), ("drie", "random")]
    assert found.terms == [{"label": "dem.burgerberaad", "term": "burgerberaad", "right": 0, "wrong": 1}]
    assert "vaker fout dan goed (goed/fout): burgerberaad (dem.burgerberaad: 0/1)" in found.tell()
