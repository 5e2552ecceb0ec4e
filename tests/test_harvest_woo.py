"""Woo: questions without AND and OR, everything that comes by mistake, and documents field by field."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from harvest_government import drain, identifiers, questions, room_of, transport, until
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import Malformed, SourceBusy, SourceRefused, SourceTrap
from leeszaal.harvest.query import parse
from leeszaal.harvest.transport import Limits
from leeszaal.harvest.woo import Woo, alternatives
from leeszaal.library.harvesting import harvest
from servers.base import Fault
from servers.woo import WooServer, result, unknown_parameters

SOURCE = Woo()


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("toezicht", ("toezicht",)),
        ('"lokaal bestuur" toezicht', ('"lokaal bestuur" toezicht',)),
        ("(a1 OF b1) EN (c1 OF d1)", ("a1 c1", "a1 d1", "b1 c1", "b1 d1")),
        ("a1 NIET b1", ("a1",)),
        ("a1 OF a1", ("a1",)),
        ("gemeente*", ("gemeente",)),
    ],
)
def test_the_words(text: str, sent: tuple[str, ...]) -> None:
    assert alternatives(parse(text), "proef") == sent


def test_too_many_combinations() -> None:
    group = "(" + " OF ".join(f"w{n}" for n in range(10)) + ")"
    with pytest.raises(LeeszaalError, match="100 vragen"):
        questions(SOURCE, text=f"{group} EN {group.replace('w', 'x')}")
    with pytest.raises(LeeszaalError, match="vragen"):
        questions(SOURCE, text=" EN ".join(group.replace("w", f"v{n}x") for n in range(12)))
    with pytest.raises(LeeszaalError, match="author"):
        questions(SOURCE, text="auteur:jansen")


def test_the_whole_question() -> None:
    (query,) = questions(
        SOURCE, from_year=2015, to_year=2020, since="2019-06-01T10:00", options={"extra": {"documentsoort": "nota"}}
    )
    assert query.url == "https://open.overheid.nl/overheid/openbaarmakingen/api/v0/zoek"
    assert query.text == (
        "zoektekst=toezicht&sort=publicatiedatum&order=asc&publicatiedatumVan=01-06-2019&"
        "publicatiedatumTot=31-12-2020&documentsoort=nota"
    )
    with pytest.raises(LeeszaalError, match="extra"):
        questions(SOURCE, options={"extra": "nota"})


def test_pages_of_fifty() -> None:
    with WooServer(120) as server:
        (query,) = questions(SOURCE, server, from_year=2010, to_year=2030)
        pages = drain(SOURCE, query)
        assert [page.received for page in pages] == [50, 50, 20]
        assert [page.cursor for page in pages] == [None, "50", "100"]
        assert len(set(identifiers(SOURCE, pages))) == 120
        assert {one.params["aantalResultaten"] for one in server.asked} == {"50"}
        assert not any(unknown_parameters(one) for one in server.asked)
        assert identifiers(SOURCE, drain(SOURCE, query, "100")) == identifiers(SOURCE, pages)[100:]


@pytest.mark.parametrize(("limit", "size"), [(1, "10"), (15, "20"), (30, "50"), (80, "50")])
def test_only_sizes_that_the_source_knows(limit: int, size: str) -> None:
    from dataclasses import replace

    with WooServer(120) as server, transport(SOURCE) as way:
        next(iter(SOURCE.pages(way, replace(questions(SOURCE, server)[0], limit=limit), None)))
        assert server.asked[0].params["aantalResultaten"] == size


def test_words_that_are_ignored() -> None:
    with WooServer(120, trap="renamed") as server:
        (query,) = questions(SOURCE, server)
        pages, error = until(SOURCE, query, SourceTrap)
        assert pages == []
        assert "negeert de zoekvraag" in error.message
        assert "663.177" in error.message
        with transport(SOURCE) as way, pytest.raises(SourceTrap):
            SOURCE.estimate(way, query)


def test_many_hits_that_are_not_everything() -> None:
    with WooServer(60, reported=120_000) as server:
        (query,) = questions(SOURCE, server)
        with transport(SOURCE) as way:
            assert SOURCE.estimate(way, query).hits == 120_000


def test_dates_that_are_ignored() -> None:
    with WooServer(120, trap="dates") as server:
        pages, error = until(SOURCE, questions(SOURCE, server, from_year=2022)[0], SourceTrap)
    assert pages == []
    assert "negeert de datum" in error.message
    assert "2022-01-01" in error.message


@pytest.mark.parametrize(
    ("settings", "received", "said"),
    [
        ({"trap": "short"}, 70, "hield op na 70"),
        ({"size": 200, "cap": 100}, 100, "voorbij resultaat 100"),
        ({"trap": "shape"}, 0, "totaal"),
    ],
)
def test_silent_traps(settings: dict, received: int, said: str) -> None:
    with WooServer(**settings) as server:
        pages, error = until(SOURCE, questions(SOURCE, server)[0], SourceTrap)
    assert sum(page.received for page in pages) == received
    assert said in error.message
    assert all(page.next_cursor is not None for page in pages)


def test_a_page_size_the_source_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[Woo.__module__], "_SIZES", (30,))
    with WooServer() as server:
        _, error = until(SOURCE, questions(SOURCE, server)[0], SourceRefused)
    assert error.status == 400


@pytest.mark.parametrize(
    ("kind", "error"),
    [("html", Malformed), ("truncated", Malformed), ("encoding", Malformed), ("429-long", SourceBusy)],
)
def test_faults_that_stay(kind: str, error: type[Exception]) -> None:
    with WooServer(20, (Fault(kind),)) as server:
        pages, _ = until(SOURCE, questions(SOURCE, server)[0], error)
    assert pages == []


def test_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Woo, "limits", Limits(100_000))
    with WooServer(120) as server:
        room = room_of(tmp_path, SOURCE, server)
        assert harvest(home=room, yes=True).new == 120
        again = harvest(home=room, yes=True, since="2023-01-01")
        assert (again.received, again.new, again.complete) == (24, 0, True)
        assert server.asked[-1].params["publicatiedatumVan"] == "01-01-2023"


def test_a_result_field_by_field() -> None:
    content = json.dumps({"totaal": 2, "resultaten": [result(7), {"document": {"id": "x"}}]}).encode()
    reading = SOURCE.read(content)
    (found,) = reading.records
    assert found.source_record_id == "00000000-0000-4000-8000-000000000007"  # without the version
    assert found.title == "Onderzoek toezicht provincie, deel 7 é"
    assert (found.abstract, found.year, found.date) == ("Samenvatting 7.", 2022, "2022-02-03")
    assert found.authors == ("Ministerie van Binnenlandse Zaken",)
    assert found.extra["version"] == "00000000-0000-4000-8000-000000000007_1"
    assert "geen titel" in reading.rejects[0].reason


def test_recorded_answers(shared: Path) -> None:
    folder = shared / "data" / "api" / "woo"
    (brief,) = SOURCE.read((folder / "zoek_list.json").read_bytes()).records
    (full,) = SOURCE.read((folder / "zoek_detail.json").read_bytes()).records
    for found in (brief, full):
        assert found.source_record_id == "eef2edec-019e-4085-8e2e-4d3f42686431"
        assert found.title == "Kaart Oudemolen 10km"
        assert found.date == "2026-03-21"
        assert (found.abstract or "").startswith("Deze kaart toont het vervoersbeperkingsgebied 10 km")
        assert found.url == "https://open.overheid.nl/documenten/eef2edec-019e-4085-8e2e-4d3f42686431"
        assert found.authors[0].startswith("Ministerie van Landbouw")
        assert "," not in found.authors[0]
        assert found.extra["file_type"] == "application/pdf"
    assert (full.raw_type, full.type) == ("kaart", "other")
    assert full.keywords == ("Vogelgriep", "ontwerpen van wet- en regelgeving met adviesaanvraag")
