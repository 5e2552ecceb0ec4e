"""What waits for a person: shown with what differs, answered one by one, and not asked again."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeszaal.cli import main
from leeszaal.home import Home
from leeszaal.library import build, check, decide, import_, load_works, queue, undo

BIB = """@article{een, title={Regionale samenwerking en democratische legitimiteit}, author={Jansen, P.}, year=2015, doi={10.1000/aaa.1}}
@article{twee, title={Regionale samenwerking en democratische legitimiteit}, author={Jansen, P.}, year=2016, doi={10.2000/bbb.2}}
@article{drie, title={Erratum: Regionale samenwerking en democratische legitimiteit}, author={Jansen, P.}, year=2016}
@article{vier, title={Een heel ander onderwerp: de waterschappen}, author={Bakker, M.}, year=2011}
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("LEESZAAL_PERSON", "anna")
    root = tmp_path / "room"
    (root / "literature").mkdir(parents=True)
    (root / "_quarto.yml").touch()
    (root / "literature" / "themes.yaml").touch()
    (tmp_path / "a.bib").write_text(BIB, encoding="utf-8")
    import_(tmp_path / "a.bib", home=root)
    build(home=root)
    return Home(root)


def test_a_pair_is_shown_with_what_differs(room: Home):
    found = queue(home=room)
    assert (found.total, [(p["left"], p["right"]) for p in found.pairs]) in [
        (1, [("een", "twee")]),
        (1, [("twee", "een")]),
    ]
    assert {"year", "doi"} < set(found.pairs[0]["differs"])
    assert "leeszaal decide split" in found.tell()
    kinds = [pair["kind"] for pair in queue(home=room, related=True).pairs]
    assert "maybe" in kinds
    assert "erratum" in kinds


@pytest.mark.parametrize(("answer", "works"), [("same", 3), ("different", 4)])
def test_an_answer_is_a_decision_that_is_not_asked_again(room: Home, answer: str, works: int):
    asked: list[set[str]] = []
    found = queue(home=room, ask=lambda pair: asked.append({pair["left"], pair["right"]}) or answer)
    assert asked == [{"een", "twee"}]
    assert (found.total, len(found.decided)) == (0, 2 if answer == "same" else 1)
    assert build(home=room).remarks == []
    assert len(load_works(room)) == works
    assert queue(home=room).tell() == "Er wacht niets op een beslissing."
    assert check(home=room).failed == []
    undo(home=room)
    build(home=room)
    assert queue(home=room).total == 1


def test_two_works_stay_two_whatever_comes_in(room: Home, tmp_path: Path):
    decide("split", "een", "twee", home=room)
    # A record with both DOIs would make them one.
    path = tmp_path / "b.csv"
    path.write_text("title;doi\nRegionale samenwerking;10.1000/aaa.1 10.2000/bbb.2\n", encoding="utf-8")
    import_(path, home=room)
    build(home=room)
    keys = load_works(room)["citekey"].tolist()
    assert {"een", "twee"} <= set(keys)
    assert check(home=room).failed == []


def test_what_people_do_not_agree_on_is_asked(room: Home):
    decide("include", "vier", reason="gaat over Overijssel", home=room)
    decide("exclude", "vier", home=room, person="Bram")
    asked = queue(home=room).disagreements
    assert [(one["subject"], one["question"], len(one["voices"])) for one in asked] == [("vier", "screening", 2)]
    assert "vier (screening): anna: include (gaat over Overijssel); bram: exclude" in queue(home=room).tell()


def test_on_the_command_line(room: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    assert main(["queue", "--home", str(room.root)]) == 0
    assert "misschien hetzelfde werk" in capsys.readouterr().out
    monkeypatch.setattr("click.prompt", lambda *_, **__: "t")
    assert main(["queue", "--ask", "--home", str(room.root)]) == 0
    out = capsys.readouterr().out
    assert "10.1000/aaa.1" in out
    assert "staat los van" in out
