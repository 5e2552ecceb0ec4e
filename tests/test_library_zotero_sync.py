"""Bringing tags back to Zotero: `leeszaal.library.zotero_sync`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from harvest_room import make_room
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import SourceRefused
from leeszaal.home import Home
from leeszaal.library import build, harvest, load_works
from leeszaal.library.deciding import decide
from leeszaal.library.store import save_stage, table_bytes
from leeszaal.library.zotero_sync import PREFIX, zotero_push
from servers.base import Asked, Reply
from servers.zotero import ZoteroServer, key_of

THEMES = """
themes:
  - id: ibt
    label: {nl: Interbestuurlijk toezicht, en: Supervision}
    subthemes:
      - id: ibt.stelsel
        label: {nl: Stelsel, en: System}
"""
OURS = f"{PREFIX}Interbestuurlijk toezicht / Stelsel"


def make(folder: Path, library: str = "group:12", works: int = 3) -> Path:
    room = make_room(folder / "zaal")
    (room / "literature" / "themes.yaml").write_text(THEMES, encoding="utf-8")
    records = pd.DataFrame(
        {
            "source": ["zotero"] * works + ["import"],
            "source_record_id": [f"{library}/{key_of(n)}" for n in range(works)] + ["x"],
            "work_id": [f"w{n}" for n in range(works)] + ["w0"],
        }
    )
    tags = pd.DataFrame({"work_id": ["w0", "w1"], "label": ["ibt.stelsel", "ibt.stelsel"]})
    home = Home(room)
    save_stage(home, "build", "x", {"records": table_bytes(records)}, {})
    save_stage(home, "tag", "x", {"tags": table_bytes(tags)}, {})
    return room


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEESZAAL_ZOTERO_KEY", "geheim-zotero")
    return make(tmp_path)


def point(monkeypatch: pytest.MonkeyPatch, server: ZoteroServer) -> None:
    monkeypatch.setenv("LEESZAAL_ZOTERO_URL", server.base)


def tags_of(server: ZoteroServer, number: int) -> list[str]:
    return [tag["tag"] for tag in server.items[key_of(number)]["data"]["tags"]]


def test_without_yes_nothing_is_written(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ZoteroServer(3) as server:
        point(monkeypatch, server)
        summary = zotero_push(home=room, library="group:12")
    assert {one.method for one in server.asked} == {"GET"}
    assert [(one.key, one.add, one.state) for one in summary.changes] == [
        (key_of(0), [OURS], "planned"), (key_of(1), [OURS], "planned"),
    ]  # fmt: skip
    assert (summary.items, summary.written, summary.complete) == (3, 0, False)
    assert "Er is niets veranderd" in summary.tell()
    json.dumps(dataclasses.asdict(summary))


def test_tags_are_added_taken_away_and_the_others_stay(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ZoteroServer(3) as server:
        server.change(key_of(2), tags=[{"tag": "eigen"}, {"tag": f"{PREFIX}oud"}])
        point(monkeypatch, server)
        summary = zotero_push(home=room, library="group:12", decisions={"w1": "include"}, yes=True)
        assert (summary.written, summary.complete) == (3, True)
        assert tags_of(server, 0) == ["toezicht", "Overijssel", OURS]
        assert tags_of(server, 1) == ["toezicht", "Overijssel", OURS, f"{PREFIX}opgenomen"]
        assert tags_of(server, 2) == ["eigen"]
        assert server.items[key_of(0)]["data"]["title"] == "Interbestuurlijk toezicht, deel 0"
        (sent,) = [json.loads(one.body) for one in server.asked if one.method == "POST"]
        assert {name for one in sent for name in one} == {"key", "version", "tags"}
        again = zotero_push(home=room, library="group:12", decisions={"w1": "include"}, yes=True)
    assert (again.changes, again.complete) == ([], True)
    assert "niets te doen" in again.tell()


class Meanwhile(ZoteroServer):
    """Someone changes an item between our reading and our writing."""

    def handle(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            self.change(key_of(0), tags=[{"tag": "van een ander"}])
        return super().handle(asked)


def test_what_someone_else_changed_meanwhile_is_not_overwritten(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Meanwhile(3) as server:
        point(monkeypatch, server)
        summary = zotero_push(home=room, library="group:12", yes=True)
        assert tags_of(server, 0) == ["van een ander"]
        assert tags_of(server, 1) == ["toezicht", "Overijssel", OURS]
    assert (summary.written, summary.conflicts, summary.complete) == (1, 1, False)
    assert "niets overschreven" in summary.tell()


def test_more_than_fifty_go_in_parts_and_what_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_ZOTERO_KEY", "geheim-zotero")
    room = make(tmp_path, works=120)
    with ZoteroServer(120) as server:
        server.delete(key_of(119))
        point(monkeypatch, server)
        decided = {f"w{n}": "exclude" for n in range(120)}
        summary = zotero_push(home=room, library="group:12", decisions=decided, yes=True)
    assert (summary.written, summary.gone) == (119, [key_of(119)])
    assert [len(json.loads(one.body)) for one in server.asked if one.method == "POST"] == [50, 50, 19]


@pytest.mark.parametrize(("remember", "asked"), [(True, 1), (False, 2)])
def test_the_program_asks_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remember: bool, asked: int) -> None:
    room = make(tmp_path, "local:user:0", works=60)
    with ZoteroServer(60, local=True) as server:
        server.remember = remember
        point(monkeypatch, server)
        decided = {f"w{n}": "include" for n in range(60)}
        summary = zotero_push(home=room, library="local:user:0", decisions=decided, yes=True)
    assert (summary.written, server.authorised) == (60, asked)


def test_a_question_is_asked_with_the_plan(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    with ZoteroServer(3) as server:
        point(monkeypatch, server)
        summary = zotero_push(home=room, library="group:12", question=lambda text: bool(asked.append(text)))
    assert (summary.written, len(asked)) == (0, 1)
    assert f"+ {OURS}" in asked[0]


def test_no_work_of_this_library(room: Path) -> None:
    with pytest.raises(LeeszaalError, match="group:99"):
        zotero_push(home=room, library="group:99")


def test_an_unknown_decision(room: Path) -> None:
    with pytest.raises(LeeszaalError, match="misschien"):
        zotero_push(home=room, library="group:12", decisions={"w0": "misschien"})


def test_a_key_that_may_not_read(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_ZOTERO_KEY", "verkeerde-sleutel")
    with ZoteroServer(3) as server:
        point(monkeypatch, server)
        with pytest.raises(SourceRefused, match="geen toegang"):
            zotero_push(home=room, library="group:12", yes=True)


def test_an_answer_that_breaks_off_is_not_sent_again(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(ZoteroServer):
        def handle(self, asked: Asked) -> Any:
            reply = super().handle(asked)
            return Reply(b'{"succ', 200, reply.headers) if asked.method == "POST" else reply

    with Broken(3) as server:
        point(monkeypatch, server)
        summary = zotero_push(home=room, library="group:12", yes=True)
    assert sum(one.method == "POST" for one in server.asked) == 1
    assert (summary.written, summary.complete, len(summary.failed)) == (0, False, 1)


def test_from_harvest_to_decision_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_ZOTERO_KEY", "geheim-zotero")
    monkeypatch.setenv("LEESZAAL_ZOTERO_LIBRARY", "group:12")
    folder = make_room(tmp_path / "zaal")
    (folder / "literature" / "themes.yaml").write_text(THEMES, encoding="utf-8")
    with ZoteroServer(3) as server:
        for number in range(3):
            server.change(
                key_of(number), title=f"{('Wie bestuurt', 'Toezicht op', 'Opkomst bij')[number]} iets {number}"
            )
        point(monkeypatch, server)
        harvest(home=folder, source="zotero", query="iets", yes=True)
        build(home=folder)
        save_stage(Home(folder), "tag", "x", {"tags": pd.DataFrame({"work_id": [], "label": []}).astype(str)}, {})
        works = load_works(folder)
        first = works.loc[works["title"].eq("Wie bestuurt iets 0"), "citekey"].item()
        decide("maybe", first, home=folder, person="anna")
        decide("include", first, home=folder, person="bert")
        summary = zotero_push(home=folder, yes=True)
        assert tags_of(server, 0) == ["toezicht", "Overijssel", f"{PREFIX}opgenomen"]
    assert (summary.items, summary.written, summary.complete) == (3, 1, True)
