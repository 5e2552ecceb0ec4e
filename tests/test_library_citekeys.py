"""A citekey that was given stays, whatever comes in before it, is corrected or is taken apart."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, decide, load_works
from leeszaal.library.citekeys import Pin, give_citekeys, read_pins
from leeszaal.library.evidence import add_evidence
from leeszaal.works.read import read_content


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("LEESZAAL_PERSON", "anna")
    root = tmp_path / "room"
    (root / "literature").mkdir(parents=True)
    (root / "_quarto.yml").touch()
    (root / "literature" / "themes.yaml").touch()
    return Home(root)


def add(room: Home, text: str, minute: int) -> None:
    reading = read_content(text.encode(), "a.bib")
    moment = datetime.datetime(2026, 11, 1, 12, minute, tzinfo=datetime.UTC)
    add_evidence(
        room, source="import", name="a.bib", content=text.encode(), format=reading.format, encoding=reading.encoding,
        options={}, records=len(reading.records), rejects=reading.rejects, time=moment,
    )  # fmt: skip


def keys(room: Home) -> dict[str, str]:
    build(home=room)
    works = load_works(room)
    return dict(zip(works["title"], works["citekey"], strict=True))


def test_evidence_that_turns_out_to_be_earlier_takes_no_key(room: Home) -> None:
    add(room, "@book{smit, title={Wie bestuurt de regio?}, author={Smit, A.}, year=2020}", 30)
    assert keys(room) == {"Wie bestuurt de regio?": "smit"}
    # Somebody else had taken these in before: another work by that key, and the same work by another key.
    add(room, "@book{smit, title={Iets heel anders over water}, author={Smit, B.}, year=1990}", 1)
    add(room, "@book{smit2020, title={Wie bestuurt de regio?}, author={Smit, A.}, year=2020}", 2)
    assert keys(room) == {"Wie bestuurt de regio?": "smit", "Iets heel anders over water": "smita"}
    assert [pin.citekey for pin in read_pins(room)] == ["smit", "smita"]


def test_works_that_are_merged_and_taken_apart_have_their_own_keys_again(room: Home) -> None:
    add(room, "@book{een, title={Het eerste boek}, year=1990}\n@book{twee, title={Het tweede boek}, year=1995}", 1)
    assert set(keys(room).values()) == {"een", "twee"}
    decide("merge", "twee", "een", home=room)
    assert set(keys(room).values()) == {"een"}
    decide("split", "een", home=room)
    assert keys(room) == {"Het eerste boek": "een", "Het tweede boek": "twee"}


def test_two_people_who_gave_one_key_to_two_works() -> None:
    names = [["rec:a", "doi:10.1/a"], ["rec:b", "doi:10.1/b"], ["rec:c", "doi:10.1/c"]]
    pins = [Pin("1", "smit", "rec:a"), Pin("2", "Smit", "rec:b"), Pin("3", "weg", "rec:z ; doi:10.1/c")]
    given = give_citekeys(["x", "smit", "x"], names, [(0,), (1,), (2,)], pins)
    assert given.keys == ["smit", "smita", "weg"]
    assert given.new == [1]
    assert "aan twee werken gegeven" in given.remarks[0]
    # Of two works that are known by one name each keeps its own key.
    pins = [Pin("1", "k1", "said:1 ; text:q"), Pin("1", "k2", "said:2 ; text:q")]
    given = give_citekeys(["y", "y"], [["said:9", "text:q"], ["said:1", "text:q"]], [(0,), (1,)], pins)
    assert given.keys == ["k2", "k1"]


def test_a_spoilt_file_is_named_and_a_last_line_that_was_cut_off_does_no_harm(room: Home) -> None:
    add(room, "@book{een, title={Het eerste boek}, year=1990}", 1)
    keys(room)
    path = room.literature / "citekeys" / "anna.csv"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole + "2026-11-26T10:00:00Z,tw", encoding="utf-8")
    add(room, "@book{twee, title={Het tweede boek}, year=1995}", 2)
    assert set(keys(room).values()) == {"een", "twee"}
    assert [pin.citekey for pin in read_pins(room)] == ["een", "twee"]
    path.write_text("iets anders\n" + whole, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"literature/citekeys/anna.csv, regel 1"):
        read_pins(room)
