"""Snowballing: `leeszaal.library.snowballing`, with OpenAlex."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from harvest_room import identifiers, make_room, point
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, import_, load_works
from leeszaal.library.part import finished_runs
from leeszaal.library.snowballing import snowball
from servers.base import Fault
from servers.enrichment import CitingOpenAlexServer

# Work 1 cites 2 and 3; 4, 5 and 6 cite work 1; 6 cites work 11 as well.
GRAPH = {1: [2, 3], 4: [1], 5: [1], 6: [1, 11]}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = make_room(tmp_path / "zaal")
    source = tmp_path / "a.bib"
    source.write_text(
        "@article{een, title={Intergovernmental supervision, part 1}, author={de Vries, Anna}, year=2006,"
        " doi={10.5555/leeszaal.1}}\n"
        "@article{elf, title={Part eleven}, author={Bos, A.}, year=2016, doi={10.5555/leeszaal.11}}\n"
        "@article{los, title={Zonder doi}, author={Bos, A.}, year=2016}\n"
        "@article{vreemd, title={Onbekend}, author={Bos, A.}, year=2016, doi={10.9999/onbekend}}\n",
        encoding="utf-8",
    )
    import_(source, home=folder)
    build(home=folder)
    return folder


def test_a_plan_tells_what_it_brings_and_costs(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CitingOpenAlexServer(GRAPH, 20) as server:
        point(monkeypatch, "openalex", server)
        summary = snowball(["een", "los", "vreemd"], home=room, plan=True)
    assert (summary.works, summary.without_doi, summary.unknown, summary.planned) == (3, ["los"], ["vreemd"], True)
    assert [(one.direction, one.query, one.hits, one.requests) for one in summary.rolls] == [
        ("back", "filter=cited_by:W1000001", 2, 1),
        ("forward", "filter=cites:W1000001", 3, 1),
    ]
    assert [one.cost_usd for one in summary.rolls] == [0.0001, 0.0001]
    assert "Samen 2 verzoeken en $ 0.0002." in summary.tell()
    assert finished_runs(Home(room)) == []
    json.dumps(dataclasses.asdict(summary))


def test_one_step_back_and_forward_becomes_part_of_the_library(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CitingOpenAlexServer(GRAPH, 20) as server:
        point(monkeypatch, "openalex", server)
        summary = snowball("een", home=room, yes=True)
        again = snowball("een", home=room, yes=True)
    assert (summary.received, summary.new, summary.complete) == (5, 5, True)
    assert (again.received, again.new, again.known) == (5, 0, 5)
    assert sorted(set(identifiers(room))) == [f"W100000{n}" for n in (2, 3, 4, 5, 6)]
    assert {run["search"] for run in finished_runs(Home(room))} == {"sneeuwbal-terug", "sneeuwbal-vooruit"}
    build(home=room)
    assert len(load_works(room)) == 4 + 5


def test_several_works_in_one_question_and_one_direction(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CitingOpenAlexServer(GRAPH, 20) as server:
        point(monkeypatch, "openalex", server)
        summary = snowball(["een", "elf"], home=room, directions=["forward"], yes=True)
        sent = [one.params["filter"] for one in server.asked]
    assert sent[-1] == "cites:W1000001|W1000011"
    assert (summary.received, len(summary.rolls)) == (3, 1)


def test_more_than_fifty_works_are_asked_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(tmp_path / "zaal")
    numbers = [n for n in range(1, 80) if n % 10]
    source = tmp_path / "a.csv"
    source.write_text(
        "title,year,doi,citekey\n"
        + "".join(f"Titel nummer {n} hier,2000,10.5555/leeszaal.{n},k{n}\n" for n in numbers),
        encoding="utf-8",
    )
    import_(source, home=room)
    build(home=room)
    names = load_works(room)["citekey"].tolist()
    with CitingOpenAlexServer({90: [1], 91: [79]}, 100) as server:
        point(monkeypatch, "openalex", server)
        summary = snowball(names, home=room, directions=["forward"], yes=True)
    assert [one.works for one in summary.rolls] == [50, len(numbers) - 50]
    assert summary.received == 2


def test_what_came_before_a_failure_is_kept(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = {n: [1] for n in range(2, 400)}
    with CitingOpenAlexServer(graph, 400, faults=(Fault("429-long", frozenset({5})),)) as server:
        point(monkeypatch, "openalex", server)
        first = snowball("een", home=room, directions=["forward"], yes=True)
        second = snowball("een", home=room, directions=["forward"], yes=True)
    assert (first.received, first.complete) == (200, False)
    assert "15 uur" in first.tell()
    assert (second.received, second.new, second.complete) == (198, 198, True)
    assert len(identifiers(room)) == len(set(identifiers(room))) == 398


def test_a_question_gets_the_plan(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    with CitingOpenAlexServer(GRAPH, 20) as server:
        point(monkeypatch, "openalex", server)
        summary = snowball("een", home=room, question=lambda text: bool(said.append(text)))
    assert summary.planned
    assert "filter=cites:W1000001" in said[0]


def test_unknown_works_and_directions(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LeeszaalError, match="geen werk ‘vremd’") as caught:
        snowball("vremd", home=room)
    assert "‘vreemd’" in caught.value.remedy
    with pytest.raises(LeeszaalError, match="geen richting"):
        snowball("een", home=room, directions=["backward"])
    with pytest.raises(LeeszaalError, match="geen werk genoemd"):
        snowball([], home=room)
    with CitingOpenAlexServer(GRAPH, 20) as server:
        point(monkeypatch, "openalex", server)
        with pytest.raises(LeeszaalError, match="Geen van deze werken"):
            snowball(["vreemd", "los"], home=room)


def test_the_budget_in_dollars_holds(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = {n: [1] for n in range(2, 400)}
    with CitingOpenAlexServer(graph, 400) as server:
        point(monkeypatch, "openalex", server)
        summary = snowball("een", home=room, directions=["forward"], yes=True, budget_usd=0.0003)
    assert not summary.complete
    assert "budget van $ 0.0003" in summary.tell()
