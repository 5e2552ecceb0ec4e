"""Decisions about topics, signals and papers: the same file, the same undo, the same way to report what is gone."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pytest

from leeszaal.cli import main
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import (
    build,
    check,
    decide,
    load_decisions,
    lost_decisions,
    open_decisions,
    subject_decisions,
    undo,
)
from leeszaal.library.decisionfile import COLUMNS
from leeszaal.library.evidence import add_evidence
from leeszaal.library.store import save_stage


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    root = tmp_path / "room"
    (root / "papers" / "opkomst").mkdir(parents=True)
    (root / "papers" / "opkomst" / "paper.yaml").touch()
    (root / "literature").mkdir()
    (root / "_quarto.yml").touch()
    (root / "literature" / "themes.yaml").touch()
    monkeypatch.setenv("LEESZAAL_PERSON", "anna")
    home = Home(root)
    content = b"@book{topic7, title={Toezicht}, author={Smit, A.}, year=2020}"
    add_evidence(
        home, source="import", name="a.bib", content=content, format="bibtex", encoding="utf-8", options={}, records=1,
        rejects=[], time=datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC),
    )  # fmt: skip
    build(home=home)
    save_stage(home, "topics", "x", {"topics": pd.DataFrame({"topic": [7, 12]})}, {})
    save_stage(home, "signals", "x", {"signals": pd.DataFrame({"signal_id": ["opkomst-2024"]})}, {})
    return home


def test_a_topic_a_signal_and_a_paper_are_decided_about(room: Home):
    assert decide("name", "topic:7", "Financieel toezicht", home=room).tell().startswith(
        "onderwerp 7: heet Financieel toezicht. Bewaard in literature/decisions/anna.csv."
    )  # fmt: skip
    decide("follow", "signal:opkomst-2024", reason="raakt de verkiezingen", home=room)
    decide("sign", "Paper:opkomst", "versie 2", home=room)
    decide("note", "topic7", "over het werk met die citekey", home=room)
    assert subject_decisions(room, "topic")[["person", "verb", "subject", "value", "name"]].values.tolist() == [
        ["anna", "name", "topic:7", "Financieel toezicht", "7"]
    ]
    assert subject_decisions(room, "signal")["reason"].tolist() == ["raakt de verkiezingen"]
    assert subject_decisions(room, "paper")["subject"].tolist() == ["paper:opkomst"]
    frame = load_decisions(room)
    assert frame["kind"].tolist() == ["topic", "signal", "paper", "work"]
    assert frame["work_id"].notna().tolist() == [False, False, False, True]
    assert check(home=room).failed == []


def test_undo_takes_back_what_was_said_last_whatever_it_was_about(room: Home):
    decide("note", "topic7", "een werk", home=room)
    decide("name", "topic:7", "Eerste naam", home=room)
    decide("name", "topic:7", "Tweede naam", home=room)
    said = undo(home=room)
    assert (said.verb, said.work, said.value) == ("name", "topic:7", "Tweede naam")
    assert "Teruggenomen: onderwerp 7: heet Tweede naam" in said.tell()
    assert subject_decisions(room, "topic")["value"].tolist() == ["Eerste naam"]
    assert undo(home=room).value == "Eerste naam"
    assert subject_decisions(room, "topic").empty
    assert undo(home=room).value == "een werk"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("name", "topic:8", "x"), "Er is geen onderwerp ‘8’"),
        (("follow", "signal:opkomst-2023"), "Bedoelt u ‘opkomst-2024’"),
        (("sign", "paper:opkomt"), "Bedoelt u ‘opkomst’"),
        (("name", "topic:7"), "hoort een waarde"),
        (("exclude", "topic:7"), "geen beslissing over een onderwerp; kies uit: name, note"),
        (("sign", "topic7"), "geen beslissing over een werk"),
        (("name", "topic:", "x"), "Er is geen werk ‘topic:’"),
        (("flolow", "signal:opkomst-2024"), "Bedoelt u ‘follow’"),
    ],
)
def test_what_does_not_fit_leaves_no_line(room: Home, arguments: tuple[str, ...], message: str):
    with pytest.raises(LeeszaalError) as caught:
        decide(*arguments, home=room)
    assert message in str(caught.value)
    assert not room.decisions.exists()


def test_before_there_are_topics_the_message_names_what_makes_them(room: Home):
    (room.library / "topics.parquet").unlink()
    with pytest.raises(LeeszaalError) as caught:
        decide("name", "topic:7", "x", home=room)
    assert caught.value.remedy == "leeszaal topics"
    with pytest.raises(LeeszaalError, match="‘tpic’ is geen soort"):
        subject_decisions(room, "tpic")


def test_what_is_there_no_more_is_reported_and_kept(room: Home):
    decide("name", "topic:12", "Wordt opgeheven", home=room)
    save_stage(room, "topics", "y", {"topics": pd.DataFrame({"topic": [7]})}, {})
    assert lost_decisions(room)["problem"].tolist() == ["Er is (nu) geen onderwerp ‘12’."]
    told = check(home=room)
    assert (told.failed, told.remarks) == (
        [], ["literature/decisions/anna.csv, regel 2: Er is (nu) geen onderwerp ‘12’."],
    )  # fmt: skip
    assert subject_decisions(room, "topic")["value"].tolist() == ["Wordt opgeheven"]


def test_people_who_do_not_agree_are_asked(room: Home):
    for who, name in (("anna", "Toezicht"), ("bram", "Controle")):
        decide("name", "topic:7", name, home=room, person=who)
        decide("follow" if who == "anna" else "expire", "signal:opkomst-2024", home=room, person=who)
        decide("sign", "paper:opkomst", home=room, person=who)
    asked = open_decisions(room)
    assert asked[["citekey", "subject", "person", "verb", "value"]].values.tolist() == [
        ["signal:opkomst-2024", "follow", "anna", "follow", ""],
        ["signal:opkomst-2024", "follow", "bram", "expire", ""],
        ["topic:7", "name", "anna", "name", "Toezicht"],
        ["topic:7", "name", "bram", "name", "Controle"],
    ]


def test_a_file_saved_by_excel_is_read(room: Home):
    path = room.decisions / "anna.csv"
    path.parent.mkdir()
    rows = [
        ";".join(COLUMNS),
        "24-11-2026 09:30;anna;Name;Topic:7 ;Toezicht;",
        "24-11-2026 09:31;anna;sign;topic:7;;",
        "24-11-2026 09:32;anna;follow;vries2020;;",
    ]
    path.write_bytes("\r\n".join(rows).encode("utf-8-sig"))
    assert subject_decisions(room, "topic")["value"].tolist() == ["Toezicht"]
    assert lost_decisions(room)["problem"].tolist() == [
        "‘sign’ is geen beslissing over een onderwerp; kies uit: name, note.",
        "‘follow’ is geen beslissing over een werk; kies uit: include, exclude, maybe, tag, untag, merge, split, name, note.",
    ]
    decide("name", "topic:7", "Beter; naam", home=room)
    assert subject_decisions(room, "topic")["value"].tolist() == ["Toezicht", "Beter; naam"]


def test_on_the_command_line(room: Home, capsys: pytest.CaptureFixture[str]):
    assert main(["decide", "name", "topic:7", "Toezicht", "--person", "Bram", "--home", str(room.root)]) == 0
    assert "onderwerp 7: heet Toezicht. Bewaard in literature/decisions/bram.csv." in capsys.readouterr().out
    assert main(["undo", "--person", "Bram", "--home", str(room.root)]) == 0
    assert "Teruggenomen: onderwerp 7: heet Toezicht" in capsys.readouterr().out
