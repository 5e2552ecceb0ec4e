"""Tweede Kamer: the question in OData, next links, and documents field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvest_government import drain, identifiers, questions, room_of, transport, until
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import CursorExpired, Malformed, SourceBusy, SourceRefused, SourceTrap
from leeszaal.harvest.transport import Limits
from leeszaal.harvest.tweedekamer import TweedeKamer
from leeszaal.library.harvesting import harvest
from servers.base import Fault
from servers.tweedekamer import ODataServer, document

SOURCE = TweedeKamer()


def found_in(word: str) -> str:
    return f"(contains(tolower(Titel),'{word}') or contains(tolower(Onderwerp),'{word}'))"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Toezicht", found_in("toezicht")),
        ("gemeente*", found_in("gemeente")),
        ("Ina's", found_in("ina''s")),
        ("a1 b1", f"({found_in('a1')} and {found_in('b1')})"),
        ("(a1 OF b1) NIET c1", f"(({found_in('a1')} or {found_in('b1')}) and not {found_in('c1')})"),
        ("samenvatting:a1", "(contains(tolower(Onderwerp),'a1'))"),
    ],
)
def test_the_words_in_odata(text: str, sent: str) -> None:
    (query,) = questions(SOURCE, text=text)
    assert query.params["$filter"] == f"Verwijderd eq false and {sent}"


def test_the_whole_question() -> None:
    (query,) = questions(
        SOURCE, text={"nl": "a1", "en": "b1"}, from_year=2015, to_year=2020, since="2026-01-31",
        options={"kinds": ["Motie", "Brief regering"], "filter": "Volgnummer gt 3", "expand": ""},
    )  # fmt: skip
    assert query.params["$filter"].split(" and ", 2)[2] == (
        "(Soort eq 'Motie' or Soort eq 'Brief regering') and Datum ge 2015-01-01T00:00:00Z and "
        "Datum lt 2021-01-01T00:00:00Z and (Volgnummer gt 3) and GewijzigdOp ge 2026-01-31T00:00:00Z"
    )
    assert "$expand" not in query.params
    assert "$top" not in query.params  # with it, the service sends no next links
    assert query.url == "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/Document"


def test_what_cannot_be_asked() -> None:
    with pytest.raises(LeeszaalError, match="author"):
        questions(SOURCE, text="auteur:Jansen")


def test_a_long_question_is_asked_in_parts() -> None:
    parts = questions(SOURCE, text=" OF ".join(f"gemeentebestuur{n}" for n in range(40)))
    assert len(parts) > 1
    assert sum(part.params["$filter"].count("contains") for part in parts) == 80


def test_pages_by_next_link() -> None:
    with ODataServer(600) as server:
        (query,) = questions(SOURCE, server)
        assert query.url == f"{server.url}/OData/v4/2.0/Document"
        pages = drain(SOURCE, query)
        assert [page.received for page in pages] == [250, 250, 100]
        assert len(set(identifiers(SOURCE, pages))) == 600
        assert pages[-1].next_cursor is None
        assert identifiers(SOURCE, drain(SOURCE, query, pages[0].next_cursor)) == identifiers(SOURCE, pages)[250:]


def test_an_estimate_asks_for_one() -> None:
    with ODataServer(600) as server, transport(SOURCE) as way:
        found = SOURCE.estimate(way, questions(SOURCE, server)[0])
        assert (found.hits, found.requests, found.approximate) == (600, 3, False)
        assert server.asked[0].params["$top"] == "1"


def test_a_link_to_another_machine_is_followed_at_ours() -> None:
    with ODataServer(600, trap="elsewhere") as server:
        assert len(identifiers(SOURCE, drain(SOURCE, questions(SOURCE, server)[0]))) == 600
        assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("settings", "received", "said"),
    [
        ({"trap": "nolink"}, 500, "verwijst na 500 niet meer"),
        ({"trap": "repeat"}, 500, "dezelfde plaats"),
        ({"trap": "error"}, 0, "not valid"),
        ({"reported": 12_000}, 600, "12.000"),
    ],
)
def test_silent_traps(settings: dict, received: int, said: str) -> None:
    with ODataServer(600, **settings) as server:
        pages, error = until(SOURCE, questions(SOURCE, server)[0], SourceTrap)
    assert sum(page.received for page in pages) == received
    assert said in error.message
    assert all(page.next_cursor is not None for page in pages)  # none of them says that it is the last


def test_a_token_that_is_no_longer_known() -> None:
    with ODataServer(600, trap="expired") as server:
        _, error = until(SOURCE, questions(SOURCE, server)[0], CursorExpired)
    assert error.status == 400


def test_a_bad_question() -> None:
    with ODataServer(600) as server:
        (query,) = questions(SOURCE, server, options={"filter": "Volgnummer eq 'x' eq 3"})
        _, error = until(SOURCE, query, SourceRefused)
    assert "not valid" in error.message


def test_deleted_documents_are_told() -> None:
    with ODataServer(20, trap="deleted") as server:
        (page,) = drain(SOURCE, questions(SOURCE, server)[0])
    reading = SOURCE.read(page.content)
    assert (len(reading.records), len(reading.rejects)) == (18, 2)
    assert "verwijderd" in reading.rejects[0].reason


@pytest.mark.parametrize(
    ("kind", "error"),
    [("html", Malformed), ("truncated", Malformed), ("encoding", Malformed), ("429-long", SourceBusy)],
)
def test_faults_that_stay(kind: str, error: type[Exception]) -> None:
    with ODataServer(20, (Fault(kind),)) as server:
        pages, _ = until(SOURCE, questions(SOURCE, server)[0], error)
    assert pages == []


def test_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TweedeKamer, "limits", Limits(100_000))
    with ODataServer(600) as server:
        room = room_of(tmp_path, SOURCE, server)
        assert harvest(home=room, yes=True).new == 600
        again = harvest(home=room, yes=True, since="2024-01-01")
        assert (again.received, again.new, again.complete) == (60, 0, True)


def test_a_document_field_by_field() -> None:
    given = document(7) | {
        "Kamerstukdossier": [{"Nummer": 36800, "Toevoeging": "VII"}],
        "DocumentActor": [
            {"ActorNaam": "vaste commissie voor Binnenlandse Zaken", "Relatie": "Volgcommissie"},
            {"ActorNaam": "B. Jansen", "ActorFractie": "Y", "Relatie": "Mede ondertekenaar"},
            {"ActorNaam": "A. de Vries", "ActorFractie": "X", "Relatie": "Eerste ondertekenaar"},
        ],
    }
    (found,) = SOURCE.read(json.dumps({"value": [given]}).encode()).records
    assert found.source_record_id == "00000000-0000-4000-8000-000000000007"
    assert found.title == "Toezicht op provincies en gemeenten, deel 7 é"
    assert found.authors == ("de Vries, A.", "Jansen, B.")
    assert (found.type, found.raw_type, found.container) == ("law", "Brief regering", "Kamerstukken II")
    assert (found.volume, found.issue, found.year, found.date) == ("2021-2022", "7", 2022, "2022-03-08")
    assert found.note == "Kamerstukken II 2021-2022, 36800-VII, nr. 7"
    assert found.url == "https://www.tweedekamer.nl/kamerstukken/detail?id=2022D00007&did=2022D00007"
    assert found.extra["dossiertitel"] == "Interbestuurlijk toezicht"


def test_recorded_answers(shared: Path) -> None:
    folder = shared / "data" / "api" / "tweedekamer"
    assert SOURCE.read((folder / "verslag_empty.json").read_bytes()).read == 0
    first, second = SOURCE.read((folder / "verslag_two.json").read_bytes()).records
    assert first.source_record_id == "3849ce47-0ccb-417d-b883-7c13f31900e5"
    assert (first.title, first.raw_type, first.year) == ("Voorpublicatie", "Voorpublicatie", None)
    assert first.extra["modified"] == "2024-04-05T11:27:48.3707026+02:00"
    assert first.extra["content_type"] == "text/xml"
    assert second.source_record_id == "db2dd399-803b-4147-a92c-ebccdf21d23d"
