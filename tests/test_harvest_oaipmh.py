"""OAI-PMH: sets and dates, tokens and their traps, and Dublin Core field by field."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from harvest_government import drain, identifiers, questions, room_of, transport, until
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import CursorExpired, Malformed, SourceBusy, SourceDown, SourceRefused, SourceTrap
from leeszaal.harvest.oaipmh import OaiPmh
from leeszaal.harvest.repositories import REPOSITORIES, UNIVERSITIES, find_repositories
from leeszaal.harvest.transport import Limits
from leeszaal.library.harvesting import harvest
from servers.base import Fault
from servers.oaipmh import OaiServer

SOURCE = OaiPmh()
ALL = {"select": "all"}


def test_repositories_by_name() -> None:
    assert REPOSITORIES["twente"].url == "https://ris.utwente.nl/ws/oai"
    assert find_repositories(["twente", "universiteiten"])[0].name == "twente"
    assert {one.name for one in find_repositories(["universiteiten"])} == set(UNIVERSITIES)
    with pytest.raises(LeeszaalError) as error:
        find_repositories(["twene"])
    assert "twente" in error.value.remedy
    with pytest.raises(LeeszaalError, match="noemt geen repository"):
        questions(SOURCE)


def test_repositories_are_those_that_answered(shared: Path) -> None:
    with (shared / "data/api/oaipmh/nl_oai_endpoints.csv").open(encoding="utf-8", newline="") as file:
        answered = {row["OAI-endpoint"] for row in csv.DictReader(file) if row["oai_status"] == "ok"}
    assert {one.url for one in REPOSITORIES.values()} <= answered


def test_a_question_for_each_year_where_there_are_such_sets() -> None:
    found = questions(
        SOURCE, options={"repositories": ["twente", "leiden"]}, from_year=2023, to_year=2024, since="2026-01-31T1"
    )
    assert [query.params.get("set") for query in found] == ["publications:year2023", "publications:year2024", None]
    assert found[0].text == (
        "https://ris.utwente.nl/ws/oai?verb=ListRecords&metadataPrefix=oai_dc&set=publications:year2023&from=2026-01-31"
        " · hier gezocht: toezicht ; 2023-2024"
    )
    (query,) = questions(SOURCE, options={"repositories": "twente", "sets": "openaire"}, from_year=2023)
    assert query.params["set"] == "openaire"


def test_pages_by_token() -> None:
    with OaiServer(240) as server:
        (query,) = questions(SOURCE, server, options=ALL)
        pages = drain(SOURCE, query)
        assert [page.received for page in pages] == [50, 50, 50, 50, 40]
        assert identifiers(SOURCE, pages) == [f"oai:example.org:{n}" for n in range(240)]
        assert server.asked[1].params == {"verb": "ListRecords", "resumptionToken": "50||"}
        assert identifiers(SOURCE, drain(SOURCE, query, pages[2].next_cursor)) == identifiers(SOURCE, pages)[150:]


def test_what_answers_the_search_is_kept() -> None:
    with OaiServer(240) as server:
        pages = drain(SOURCE, questions(SOURCE, server, from_year=2020)[0])
    expected = [n for n in range(240) if n % 3 != 2 and 2015 + n % 10 >= 2020]
    assert identifiers(SOURCE, pages) == [f"oai:example.org:{n}" for n in expected]
    assert sum(page.received for page in pages) == len(expected)
    assert sum(page.facts["handed_over"] for page in pages) == 240
    assert all(page.total is None for page in pages)  # how many answer is known to nobody beforehand


def test_nothing_matches() -> None:
    with OaiServer(0) as server:
        (page,) = drain(SOURCE, questions(SOURCE, server)[0])
    assert (page.received, page.next_cursor) == (0, None)


@pytest.mark.parametrize("status", [200, 422])
def test_an_error_of_the_protocol_whatever_the_status(status: int) -> None:
    with OaiServer(240, status=status) as server:
        (query,) = questions(SOURCE, server)
        wrong = type(query)(query.source, query.text, query.url, dict(query.params) | {"metadataPrefix": "x"})
        pages, error = until(SOURCE, wrong, SourceRefused)
        assert len(server.asked) == 1
    assert pages == []
    assert "cannotDisseminateFormat" in error.message


@pytest.mark.parametrize("status", [200, 422])
def test_a_token_that_expired(status: int) -> None:
    with OaiServer(240, status=status, trap="expired") as server:
        pages, error = until(SOURCE, questions(SOURCE, server, options=ALL)[0], CursorExpired)
    assert len(pages) == 1
    assert "badResumptionToken" in error.message


@pytest.mark.parametrize(
    ("settings", "received", "said"),
    [
        ({"trap": "repeat"}, 100, "dezelfde plaats"),
        ({"trap": "circle"}, 150, "dezelfde plaats"),
        ({"trap": "short"}, 100, "meldt 240 records en leverde er 100"),
        ({"trap": "empty"}, 0, "zonder records"),
        ({"size": 100, "reported": 120}, 100, "meldt 120"),
    ],
)
def test_silent_traps(settings: dict, received: int, said: str) -> None:
    with OaiServer(**settings) as server:
        pages, error = until(SOURCE, questions(SOURCE, server, options=ALL)[0], SourceTrap)
    assert sum(page.received for page in pages) == received
    assert said in error.message
    assert all(page.next_cursor is not None for page in pages)


def test_a_list_size_that_is_a_little_too_high_is_an_estimate() -> None:
    with OaiServer(240, reported=243) as server:
        assert drain(SOURCE, questions(SOURCE, server, options=ALL)[0])[-1].next_cursor is None


def test_retry_after_on_an_answer_that_is_in_order() -> None:
    slept: list[float] = []
    with OaiServer(120, trap="rest") as server:
        assert len(drain(SOURCE, questions(SOURCE, server, options=ALL)[0], slept=slept)) == 3
    assert max(slept, default=0) < 1  # 49 seconds for every page would be three hours for a university
    slept.clear()
    with OaiServer(120, trap="spent") as server:
        drain(SOURCE, questions(SOURCE, server, options=ALL)[0], slept=slept)
    assert slept.count(0.2) == 2  # between the pages, because no requests are left


def test_withdrawn_records_are_told_and_are_no_shortage() -> None:
    with OaiServer(100, trap="deleted") as server:
        pages = drain(SOURCE, questions(SOURCE, server, options=ALL)[0])
    assert sum(page.received for page in pages) == 90
    assert sum(page.facts["deleted"] for page in pages) == 10
    assert SOURCE.read(pages[0].content).remarks == ("5 records zijn door de bron ingetrokken.",)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("html", Malformed), ("truncated", Malformed), ("encoding", Malformed), ("429-long", SourceBusy),
        ("503", SourceDown), ("redirect", SourceRefused),
    ],
)  # fmt: skip
def test_faults_that_stay(kind: str, error: type[Exception]) -> None:
    with OaiServer(100, (Fault(kind),)) as server:
        pages, _ = until(SOURCE, questions(SOURCE, server)[0], error)
    assert pages == []


def test_a_record_of_two_megabytes() -> None:
    with OaiServer(20, trap="huge") as server:
        (page,) = drain(SOURCE, questions(SOURCE, server, options=ALL)[0])
    assert max(len(record.title) for record in SOURCE.read(page.content).records) > 2_000_000


def test_an_estimate_says_how_much_must_be_handed_over() -> None:
    with OaiServer(1240) as server, transport(SOURCE) as way:
        found = SOURCE.estimate(way, questions(SOURCE, server)[0])
    assert (found.hits, found.requests) == (None, 25)
    assert "1.240 records" in found.remark


def test_only_what_changed_and_a_place_that_was_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OaiPmh, "limits", Limits(100_000))
    with OaiServer(240) as server:
        room = room_of(tmp_path, SOURCE, server, extra="        select: all\n")
        assert harvest(home=room, yes=True).new == 240
        again = harvest(home=room, yes=True, since="2024-01-01")
        assert (again.received, again.new, again.complete) == (24, 0, True)
        assert server.asked[-1].params["from"] == "2024-01-01"


def test_dublin_core_field_by_field() -> None:
    content = b"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header>
<identifier>oai:ris.utwente.nl:publications/ab-12</identifier><datestamp>2024-05-01T10:00:00Z</datestamp>
<setSpec>publications:year2021</setSpec></header><metadata><dc xmlns="http://purl.org/dc/elements/1.1/">
<title>Toezicht &amp;amp; vertrouwen</title><creator>de Vries, A.</creator><creator>Bea Jansen</creator>
<subject>toezicht; provincie</subject><description>Kort.</description><description>&lt;p&gt;De lange samenvatting.&lt;/p&gt;</description>
<date>2022-11-02</date><date>2021</date><type>info:eu-repo/semantics/doctoralThesis</type><language>nld</language>
<identifier>https://research.utwente.nl/en/publications/ab-12</identifier><identifier>https://doi.org/10.3990/1.9789036552189</identifier>
<identifier>urn:isbn:978-90-365-5218-9</identifier><source>Vries, A 2021, 'Toezicht', Bestuurskunde, vol. 30, no. 2, pp. 3-14.</source>
<publisher>University of Twente</publisher></dc></metadata></record><record><header><identifier>oai:x:2</identifier></header>
<metadata/></record></ListRecords></OAI-PMH>"""
    reading = SOURCE.read(content)
    (found,) = reading.records
    assert found.title == "Toezicht & vertrouwen"
    assert found.source_record_id == "oai:ris.utwente.nl:publications/ab-12"
    assert found.authors == ("de Vries, A.", "Jansen, Bea")
    assert (found.type, found.language) == ("thesis", "nl")
    assert (found.year, found.date) == (2021, "2021")  # the earliest: the other is a deposit
    assert found.abstract == "De lange samenvatting."
    assert (found.doi, found.isbn) == ("10.3990/1.9789036552189", "9789036552189")
    assert found.url == "https://research.utwente.nl/en/publications/ab-12"
    assert (found.container, found.publisher) == ("Bestuurskunde", "University of Twente")
    assert found.keywords == ("toezicht", "provincie")
    assert "geen titel" in reading.rejects[0].reason


def test_recorded_answers(shared: Path) -> None:
    folder = shared / "data" / "api" / "oaipmh"
    reading = SOURCE.read((folder / "list_records_1.xml").read_bytes())
    assert (len(reading.records), reading.rejects) == (50, ())
    first = reading.records[0]
    assert first.source_record_id == "oai:zenodo.org:19355137"
    assert (first.doi, first.year, first.publisher) == ("10.5281/zenodo.19355137", 2025, "UFPel")
    assert first.authors == ("Ferreira, Jamile Wayne", "Borba, Carolina Wudich")
    assert (first.abstract or "").startswith("O trabalho culinário e de costura são atividades")
    assert first.container == "D'GENERUS: Revista de Estudos Feministas e de Gênero"
    (single,) = SOURCE.read((folder / "get_record_2.xml").read_bytes()).records
    assert single.title == "Research Data Management Organiser (RDMO)"
    assert (len(single.authors), single.authors[0], single.date) == (9, "Klar, Jochen", "2023-12-11")


@pytest.mark.parametrize(("name", "code"), [("list_records_3", "badArgument"), ("list_sets_1", "badResumptionToken")])
def test_recorded_errors(shared: Path, name: str, code: str) -> None:
    import httpx2

    body = (shared / "data" / "api" / "oaipmh" / f"{name}.xml").read_bytes()
    client = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(422, content=body)))
    (query,) = questions(SOURCE, options={"url": "https://example.org/oai"})
    with transport(SOURCE, client=client) as way, pytest.raises(SourceRefused, match=code):
        list(SOURCE.pages(way, query, "50 token"))


def test_a_recorded_empty_list(shared: Path) -> None:
    assert SOURCE.read((shared / "data/api/oaipmh/list_records_2.xml").read_bytes()).read == 0
