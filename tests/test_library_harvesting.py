"""The verb `harvest`: what is new, what is known, on from where it was, and never silently short."""

from __future__ import annotations

import dataclasses
import gzip
import json
import logging
import os
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

import leeszaal
from harvest_room import identifiers, make_room, point
from leeszaal import cli
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, harvest, list_evidence, load_records, load_works
from leeszaal.library.part import finished_runs, locked, part_folder
from servers.base import Fault
from servers.crossref import CrossrefServer
from servers.openalex import OpenAlexServer

ASK = {"source": "openalex", "query": "toezicht", "yes": True}


def runs(room: Path) -> list[dict[str, object]]:
    return finished_runs(Home(room))


def test_everything_comes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(450) as server:
        point(monkeypatch, "openalex", server)
        summary = harvest(home=room, **ASK)
    assert (summary.received, summary.new, summary.known, summary.rejected) == (450, 450, 0, 0)
    assert summary.complete
    assert summary.failed == []
    assert summary.requests == len(server.asked) == 5
    assert summary.cost_usd == pytest.approx(0.005)
    assert len(set(identifiers(room))) == len(identifiers(room)) == 450
    (run,) = runs(room)
    for name in ("source", "query", "time", "software", "requests", "sha256"):
        assert run[name]
    assert json.dumps(dataclasses.asdict(summary))
    assert list((room / "literature" / "evidence" / "openalex").glob(".*")) == []


def test_a_second_run_asks_what_is_new_and_tells_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(150) as server:
        point(monkeypatch, "openalex", server)
        harvest(home=room, **ASK)
        server.size = 160
        server.change(7)
        server.asked.clear()
        summary = harvest(home=room, **ASK)
        assert "from_updated_date:" in server.asked[0].params["filter"]
        server.asked.clear()
        again = harvest(home=room, since="begin", **ASK)
        assert "from_updated_date" not in server.asked[0].params["filter"]
    assert (again.new, again.known, again.changed) == (0, 160, 0)
    assert (summary.received, summary.new, summary.known, summary.changed) == (160, 10, 150, 1)
    build(home=room)
    works = load_works(room)
    assert len(works) == 160
    assert works["title"].str.contains("gewijzigd").sum() == 1
    assert len(load_records(room)) == 160


def test_a_source_that_refuses_what_is_new_is_asked_for_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(150, refuse="from_updated_date") as server:
        point(monkeypatch, "openalex", server)
        harvest(home=room, **ASK)
        summary = harvest(home=room, **ASK)
        assert summary.complete
        assert (summary.received, summary.known) == (150, 150)
        assert "weigert" in summary.runs[0].remark
        refused = harvest(home=room, since="2026-01-31", **ASK)
    assert not refused.complete  # the date was the user's own, so it is not passed over
    assert "from_updated_date needs a subscription" in refused.failed[0]["error"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [("429-long", "15 uur"), ("500", "HTTP 500"), ("403", "HTTP 403"), ("html", "webpagina"), ("truncated", "JSON")],
)
def test_what_came_before_a_failure_is_kept_and_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, words: str
) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(450, (Fault(fault, frozenset(range(3, 100))),)) as server:
        point(monkeypatch, "openalex", server)
        first = harvest(home=room, **ASK)
        assert not first.complete
        assert first.received == 200
        assert words in first.failed[0]["error"]
        server.faults.clear()
        asked = len(server.asked)
        second = harvest(home=room, **ASK)
    assert second.complete
    assert second.runs[0].resumed
    assert (second.received, second.new) == (250, 250)
    assert len(server.asked) - asked == 3
    assert len(set(identifiers(room))) == len(identifiers(room)) == 450
    assert [run["complete"] for run in runs(room)] == [False, True]
    assert build(home=room).works == 450


@pytest.mark.parametrize(
    ("settings", "words", "received"),
    [
        ({"size": 400, "reported": 12_000}, "meldt 12.000 treffers en leverde er 400", 400),
        ({"size": 400, "trap": "repeat"}, "verwijst naar zichzelf", 200),
        ({"size": 400, "trap": "endless"}, "kring", 600),
    ],
)
def test_silent_traps_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, object], words: str, received: int
) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(**settings) as server:  # type: ignore[arg-type]
        point(monkeypatch, "openalex", server)
        summary = harvest(home=room, **ASK)
        assert not summary.complete
        assert words in summary.failed[0]["error"]
        assert summary.received == received
        assert runs(room)[0]["next_cursor"] is None  # there is no place to go on from
        assert cli.main(["harvest", "--home", str(room), "--source", "openalex", "--query", "x", "--yes"]) == 1


@pytest.mark.parametrize(
    ("settings", "words", "received"),
    [
        ({"trap": "stuck"}, "twee keer dezelfde bladzijde", 500),
        ({"trap": "endless"}, "kring", 2000),
        ({"cap": 1000}, "meldt 1.700 treffers en leverde er 1.000", 1000),
        ({"trap": "no-cursor"}, "meldt 1.700 treffers en leverde er 500", 500),
    ],
)
def test_traps_of_crossref(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, object], words: str, received: int
) -> None:
    room = make_room(tmp_path / "room")
    with CrossrefServer(1700, **settings) as server:  # type: ignore[arg-type]
        point(monkeypatch, "crossref", server)
        summary = harvest(home=room, source="crossref", query="toezicht", yes=True)
    assert not summary.complete
    assert words in summary.failed[0]["error"]
    assert summary.received == received


@pytest.mark.parametrize("trap", ["", "constant"])
def test_crossref_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trap: str) -> None:
    room = make_room(tmp_path / "room")
    with CrossrefServer(1700, trap=trap) as server:
        point(monkeypatch, "crossref", server)
        summary = harvest(home=room, source="crossref", query="toezicht", yes=True)
    assert summary.complete
    assert summary.new == 1700
    assert len(set(identifiers(room, "crossref"))) == 1700


def test_pages_that_overlap_and_come_out_of_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(450, trap="shuffled") as server:
        point(monkeypatch, "openalex", server)
        summary = harvest(home=room, **ASK)
    assert summary.complete
    assert summary.new == 450
    assert summary.received == summary.new + summary.known > 450
    assert build(home=room).works == 450


def test_a_place_that_the_source_forgot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(450, (Fault("500", frozenset(range(3, 100))),)) as server:
        point(monkeypatch, "openalex", server)
        harvest(home=room, **ASK)
        server.faults.clear()
        server.forget()
        summary = harvest(home=room, **ASK)
    assert summary.complete
    assert (summary.new, summary.known) == (250, 200)
    assert "opnieuw begonnen" in summary.runs[0].remark


def test_a_work_of_two_megabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(50, trap="huge") as server:
        point(monkeypatch, "openalex", server)
        assert harvest(home=room, **ASK).complete
    build(home=room)
    assert load_works(room)["abstract"].str.len().max() > 2_000_000


def test_a_limit_and_then_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(450) as server:
        point(monkeypatch, "openalex", server)
        first = harvest(home=room, limit=130, **ASK)
        assert (first.received, first.complete, first.runs[0].limited) == (130, True, True)
        rest = harvest(home=room, **ASK)
    assert (rest.received, rest.new, rest.complete) == (320, 320, True)
    assert len(set(identifiers(room))) == 450


def test_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(450) as server:
        point(monkeypatch, "openalex", server)
        first = harvest(home=room, budget=2, **ASK)
        assert (first.received, first.complete, first.requests) == (200, False, 2)
        assert "budget" in first.failed[0]["error"].lower()
        dollars = harvest(home=room, budget_usd=0.0005, **ASK)
        assert (dollars.received, dollars.complete) == (100, False)
        assert harvest(home=room, **ASK).received == 150


def test_nothing_found_is_a_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(0) as server:
        point(monkeypatch, "openalex", server)
        summary = harvest(home=room, **ASK)
    assert summary.complete
    assert summary.received == 0
    assert len(runs(room)) == 1
    assert "Er is niets nieuws." in summary.tell()


def test_a_work_that_cannot_be_read_is_kept_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(120) as server:
        server.spoil(5)
        point(monkeypatch, "openalex", server)
        summary = harvest(home=room, **ASK)
    assert (summary.received, summary.new, summary.rejected, summary.complete) == (120, 119, 1, True)
    (item,) = list_evidence(Home(room))
    text = (room / item.folder / "rejected.txt").read_text(encoding="utf-8")
    assert "geen titel" in text
    assert "W1000005" in text


def test_a_plan_costs_one_request_a_question_and_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    said = []
    with OpenAlexServer(450) as server:
        point(monkeypatch, "openalex", server)
        summary = harvest(home=room, source="openalex", query="toezicht EN gemeente*")
        harvest(home=room, source="openalex", query="toezicht", ask=lambda plan: bool(said.append(plan)))
        assert len(server.asked) == 2
        shown = harvest(home=room, source="openalex", query="toezicht", dry_run=True)
        assert len(server.asked) == 2
        harvest(home=room, source="openalex", query="toezicht", ask=lambda _: True)
        assert len(server.asked) == 2 + 1 + 5
    (planned,) = summary.plan
    assert (planned.hits, planned.requests, planned.cost_usd) == (450, 5, pytest.approx(0.005))
    assert planned.query == "filter=title_and_abstract.search.exact:toezicht AND gemeente*"
    assert planned.query in summary.tell()
    assert "$ 0,0050" in said[0]
    assert not summary.complete
    assert "Er is niets verstuurd." in shown.tell()


SEARCHES = """
version: 1
contact: stage@overijssel.nl
searches:
  toezicht:
    theme: ibt
    sources: [openalex, crossref]
    query: {nl: toezicht EN gemeente*, en: supervision}
    from_year: 2010
    options:
      crossref: {limit: 300}
  anders:
    sources: [openalex]
    query: iets
"""


def test_searches_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room", SEARCHES)
    with OpenAlexServer(150) as alex, CrossrefServer(900) as cross:
        point(monkeypatch, "openalex", alex)
        point(monkeypatch, "crossref", cross)
        summary = harvest("toezicht", home=room, yes=True)
        assert "stage@overijssel.nl" in alex.asked[0].headers["user-agent"]
        assert cross.asked[0].params["mailto"] == "stage@overijssel.nl"
        assert [(run.source, run.language, run.received) for run in summary.runs] == [
            ("openalex", "", 150),
            ("crossref", "nl", 300),
            ("crossref", "en", 300),
        ]
        everything = harvest(home=room, source="openalex", yes=True)
    assert [run.search for run in everything.runs] == ["toezicht", "anders"]
    assert "mailto" not in "".join(str(run["params"]) for run in runs(room))
    text = leeszaal.log(home=room).sentence
    assert "gezocht in Crossref en OpenAlex met de zoekvragen ‘anders’ en ‘toezicht’" in text


def test_one_source_that_fails_leaves_the_others_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room", SEARCHES)
    with OpenAlexServer(150, (Fault("503"),)) as alex, CrossrefServer(900) as cross:
        point(monkeypatch, "openalex", alex)
        point(monkeypatch, "crossref", cross)
        summary = harvest("toezicht", home=room, yes=True)
    assert not summary.complete
    assert len(summary.failed) == 1
    assert summary.received == 600


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"source": "openalx", "query": "a"}, "Bedoelt u ‘openalex’?"),
        ({"query": "a"}, "hoort een bron"),
        ({"names": ["toezicht"], "source": "openalex", "query": "a"}, "niet allebei"),
        ({"names": ["toezigt"]}, "Bedoelt u ‘toezicht’?"),
        ({"names": ["anders"], "source": "crossref"}, "Geen van deze zoekvragen"),
        ({"since": "31-01-2026"}, "jjjj-mm-dd"),
        ({"since": "2026-02-30"}, "geen datum"),
        ({"source": "openalex", "query": "(a", "yes": True}, "haakje"),
        ({"source": "openalex", "query": "a", "limit": 0}, "1 of meer"),
    ],
)
def test_words_that_are_wrong(tmp_path: Path, words: dict[str, object], message: str) -> None:
    room = make_room(tmp_path / "room", SEARCHES)
    with pytest.raises(LeeszaalError) as caught:
        harvest(home=room, **words)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_two_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(150) as server:
        point(monkeypatch, "openalex", server)
        harvest(home=room, **ASK)
        key = str(runs(room)[0]["key"])
        with locked(part_folder(Home(room), "openalex", key)):
            summary = harvest(home=room, **ASK)
        assert "al geoogst" in summary.failed[0]["error"]
        assert harvest(home=room, **ASK).complete


def test_a_full_disk_keeps_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        real(handle)

    with OpenAlexServer(450) as server:
        point(monkeypatch, "openalex", server)
        with monkeypatch.context() as patch:
            patch.setattr("leeszaal.library.answers.os.fsync", full)
            first = harvest(home=room, **ASK)
        assert "de schijf is vol" in first.failed[0]["error"]
        second = harvest(home=room, **ASK)
    assert second.complete
    assert second.runs[0].resumed
    assert sorted(set(identifiers(room))) == sorted(identifiers(room))
    assert len(identifiers(room)) == 450


def test_interrupted_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "room")
    with OpenAlexServer(450) as server:
        point(monkeypatch, "openalex", server)
        with monkeypatch.context() as patch:
            patch.setattr("leeszaal.library.fetching._CIRCLE", 0)  # any error in the middle will do
            patch.setattr("leeszaal.library.fetching.SourceTrap", KeyboardInterrupt)
            with pytest.raises(KeyboardInterrupt):
                harvest(home=room, **ASK)
        assert runs(room) == []
        summary = harvest(home=room, **ASK)
    assert summary.complete
    assert summary.runs[0].resumed
    assert len(set(identifiers(room))) == len(identifiers(room)) == 450


SECRET = "planted+secret/42=="  # with characters that a URL writes in another way


@pytest.mark.parametrize("settings", [{}, {"trap": "echo"}, {"key": "another"}, {"faults": (Fault("500"),)}])
def test_a_planted_secret_is_nowhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    settings: dict[str, object],
) -> None:
    monkeypatch.setenv("LEESZAAL_OPENALEX_KEY", f" {SECRET}\n")
    caplog.set_level(logging.DEBUG)
    room = make_room(tmp_path / "room")
    with OpenAlexServer(120, **settings) as server:  # type: ignore[arg-type]
        point(monkeypatch, "openalex", server)
        for words in (["--yes", "--json"], ["--yes"], ["--plan"]):
            cli.main(["harvest", "--home", str(room), "--source", "openalex", "--query", "toezicht", *words])
        assert {asked.params["api_key"] for asked in server.asked} == {SECRET}
    cli.main(["build", "--home", str(room)])
    cli.main(["log", "--home", str(room), "--output", str(room / "log.md")])
    spoken = "".join(capsys.readouterr()) + caplog.text
    assert "GET" in caplog.text
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    contents = [path.read_bytes() for path in written]
    contents += [gzip.decompress(path.read_bytes()) for path in written if path.suffix == ".gz"]
    for form in (SECRET, quote(SECRET, safe=""), quote_plus(SECRET), json.dumps(SECRET)[1:-1]):
        assert form not in spoken
        assert not [path for path, content in zip(written, contents, strict=False) if form.encode() in content]
        assert not any(form.encode() in content for content in contents)
