"""KOOP: the question in CQL, recorded answers field by field, and what goes wrong on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest_government import drain, identifiers, questions, room_of, search, transport, until
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.bundle import unpack
from leeszaal.harvest.errors import Malformed, SourceBusy, SourceDown, SourceRefused, SourceTrap
from leeszaal.harvest.koop import Koop
from leeszaal.harvest.publications import beginning, publication_text
from leeszaal.harvest.transport import Limits
from leeszaal.library.harvesting import harvest
from servers.base import Fault
from servers.koop import SruServer, answer, diagnostic, publication

SOURCE = Koop()


def words(text: str) -> str:
    (query,) = SOURCE.translate(search(SOURCE, text), None)
    return query.text.split(" AND (", 2)[2].removesuffix(") sortBy dt.date/sort.ascending")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("toezicht", 'cql.textAndIndexes="toezicht"'),
        ("gemeente*", 'cql.textAndIndexes="gemeente*"'),
        (
            '"lokaal bestuur" toezicht',
            'cql.textAndIndexes="lokaal bestuur" AND cql.textAndIndexes="toezicht"',
        ),
        (
            "a1 b1 NIET c1",
            '(cql.textAndIndexes="a1" AND cql.textAndIndexes="b1") NOT cql.textAndIndexes="c1"',
        ),
        (
            "(a1 OF b1) NIET (c1 OF d1)",
            '(cql.textAndIndexes="a1" OR cql.textAndIndexes="b1") NOT (cql.textAndIndexes="c1" OR cql.textAndIndexes="d1")',
        ),
        ("titel:opkomst auteur:Zwolle", 'dt.title="opkomst" AND dt.creator="Zwolle"'),
        ("a\\b", 'cql.textAndIndexes="a\\\\b"'),
    ],
)
def test_the_words_in_cql(text: str, sent: str) -> None:
    assert words(text) == sent


def test_the_whole_question() -> None:
    (query,) = questions(
        SOURCE, text={"nl": "toezicht", "en": "supervision"}, from_year=2015, to_year=2020, since="2026-01-31T10:00",
        options={"publications": ["provinciaal blad", "Kamerstukken"], "organisation_type": "provincie"},
    )  # fmt: skip
    assert query.text == (
        'c.product-area==officielepublicaties AND (w.publicatienaam=="Provinciaal blad" OR '
        'w.publicatienaam=="Kamerstuk") AND w.organisatietype=="provincie" AND (cql.textAndIndexes="toezicht") AND '
        "dt.date>=2015-01-01 AND dt.date<=2020-12-31 AND dt.modified>=2026-01-31 sortBy dt.date/sort.ascending"
    )
    assert query.url == "https://repository.overheid.nl/sru"
    assert query.params == {
        "operation": "searchRetrieve", "version": "2.0", "recordSchema": "gzd", "query": query.text,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"options": {"publications": ["Provincieblad"]}}, "Provinciaal blad"),
        ({"options": {"organisation_type": "gemente"}}, "gemeente"),
        ({"text": "abstract:toezicht"}, "abstract"),
        ({"text": {"en": "supervision"}}, "nl:"),
        ({"languages": ("en",)}, "Nederlandse teksten"),
        ({"types": ("article",)}, "article"),
        ({"text": "a" * 7000}, "te lang"),
    ],
)
def test_what_cannot_be_asked(settings: dict, said: str) -> None:
    with pytest.raises(LeeszaalError) as error:
        questions(SOURCE, **settings)
    assert said in f"{error.value.message} {error.value.remedy}"


def test_a_long_question_is_asked_in_parts() -> None:
    long = " OF ".join(f"gemeentebestuur{n}" for n in range(300))
    parts = questions(SOURCE, text=f"({long}) EN toezicht")
    assert len(parts) > 1
    for n in range(300):
        assert sum(f'"gemeentebestuur{n}"' in part.text for part in parts) == 1
    assert all('"toezicht"' in part.text for part in parts)


def test_pages_to_the_end() -> None:
    with SruServer(250) as server:
        (query,) = questions(SOURCE, server)
        assert query.url == f"{server.url}/sru"
        pages = drain(SOURCE, query)
        assert [page.received for page in pages] == [100, 100, 50]
        assert [(page.cursor, page.next_cursor) for page in pages] == [
            (None, "101"), ("101", "201"), ("201", None),
        ]  # fmt: skip
        assert len(set(identifiers(SOURCE, pages))) == 250
        assert identifiers(SOURCE, drain(SOURCE, query, "201")) == identifiers(SOURCE, pages)[200:]
        assert [one.params["startRecord"] for one in server.asked[:3]] == ["1", "101", "201"]


@pytest.mark.parametrize("trap", ["silent", "beyond"])
def test_pages_without_a_next_position(trap: str) -> None:
    with SruServer(250, trap=trap) as server:
        assert len(set(identifiers(SOURCE, drain(SOURCE, *questions(SOURCE, server))))) == 250


def test_nothing_found() -> None:
    with SruServer(0) as server:
        (page,) = drain(SOURCE, *questions(SOURCE, server))
    assert (page.received, page.total, page.next_cursor) == (0, 0, None)


def test_a_diagnostic_in_an_answer_that_says_200_is_an_error() -> None:
    with SruServer(trap="diagnostic") as server:
        pages, error = until(SOURCE, questions(SOURCE, server)[0], SourceRefused)
        assert len(server.asked) == 1
    assert pages == []
    assert "mismatched input 'c.product-area'" in error.message


def test_no_number_of_records_is_an_error() -> None:
    with SruServer(trap="nothing") as server:
        pages, error = until(SOURCE, questions(SOURCE, server)[0], SourceTrap)
    assert pages == []
    assert "numberOfRecords" in error.message


def test_an_estimate_a_little_too_high_is_complete() -> None:
    with SruServer(250, reported=254, estimate=True) as server:
        pages = drain(SOURCE, *questions(SOURCE, server))
    assert all(page.approximate for page in pages)
    assert pages[-1].next_cursor is None
    assert sum(page.received for page in pages) == 250


def test_an_estimate_too_low_does_not_end_the_harvest() -> None:
    with SruServer(250, reported=120, estimate=True, trap="silent") as server:
        pages = drain(SOURCE, *questions(SOURCE, server))
    assert sum(page.received for page in pages) == 250


@pytest.mark.parametrize("estimate", [True, False])
def test_reports_1200_and_delivers_1000(estimate: bool) -> None:
    with SruServer(1200, cap=1000, estimate=estimate) as server:
        pages, error = until(SOURCE, questions(SOURCE, server)[0], SourceTrap)
    assert sum(page.received for page in pages) == 1000
    assert "1.200" in error.message
    assert "1.000" in error.message


def test_a_position_that_stays_where_it_is() -> None:
    with SruServer(250, trap="circle") as server:
        _, error = until(SOURCE, questions(SOURCE, server)[0], SourceTrap)
        assert len(server.asked) == 1
    assert "dezelfde plaats" in error.message


@pytest.mark.parametrize(
    "kind", ["429", "429-date", "500", "503", "503-html", "reset", "cut", "truncated", "encoding", "html"]
)
def test_a_fault_that_passes(kind: str) -> None:
    with SruServer(150, (Fault(kind, frozenset({2}), 0.01),)) as server:
        pages = drain(SOURCE, *questions(SOURCE, server))
        assert len(server.asked) == 3
    assert len(set(identifiers(SOURCE, pages))) == 150


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [
        ("429-long", SourceBusy, "15 uur"),
        ("503", SourceDown, "503"),
        ("html", Malformed, "webpagina"),
        ("truncated", Malformed, "XML"),
        ("encoding", Malformed, "XML"),
        ("redirect", SourceRefused, "kring"),
    ],
)
def test_a_fault_that_stays(kind: str, error: type[Exception], said: str) -> None:
    with SruServer(150, (Fault(kind),)) as server:
        pages, found = until(SOURCE, questions(SOURCE, server)[0], error)
    assert pages == []
    assert said in found.message


def test_a_title_of_two_megabytes() -> None:
    with SruServer(20, trap="huge") as server:
        (page,) = drain(SOURCE, *questions(SOURCE, server))
    records = SOURCE.read(page.content).records
    assert len(records) == 20
    assert max(len(record.title) for record in records) == 9 * 230_000 - 1


def test_texts_come_along_and_are_counted() -> None:
    with SruServer(20) as server:
        (query,) = questions(SOURCE, server, options={"text": True})
        with transport(SOURCE) as way:
            estimate = SOURCE.estimate(way, query)
        assert (estimate.hits, estimate.requests) == (20, 22)
        server.asked.clear()
        pages = drain(SOURCE, query)
        assert not [one for one in server.asked if any(name.startswith("leeszaal") for name in one.params)]
    records = {r.source_record_id: r for page in pages for r in SOURCE.read(page.content).records}
    assert [page.received for page in pages] == [10, 10]
    assert records["prb-2015-0"].abstract == "Tekst 0."
    assert records["prb-2015-0"].extra["abstract_from"] == "text"
    assert records["prb-2019-4"].abstract == "Webtekst 4."  # there is no XML, so the web page
    assert records["prb-2020-5"].abstract is None  # there is neither
    assert records["prb-2024-9"].abstract is None  # PDF only: not even asked
    assert [page.facts["texts"] for page in pages] == [8, 8]
    body, parts = unpack(pages[0].content)
    assert body.startswith(b"<?xml")  # as it came
    assert parts[0].content.startswith(b"<officiele-publicatie>")
    assert SOURCE.read(pages[0].content).remarks == ("Van 1 publicaties is er geen tekst (alleen PDF).",)


def test_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Koop, "limits", Limits(100_000))
    with SruServer(250) as server:
        room = room_of(tmp_path, SOURCE, server)
        first = harvest(home=room, yes=True)
        assert (first.received, first.new, first.complete) == (250, 250, True)
        second = harvest(home=room, yes=True, since="2023-01-01")
        assert (second.received, second.new, second.known) == (50, 0, 50)


def test_the_same_page_again_and_again_is_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Koop, "limits", Limits(100_000))
    with SruServer(250, trap="repeat") as server:
        summary = harvest(home=room_of(tmp_path, SOURCE, server), yes=True)
    assert (summary.new, summary.complete, len(summary.failed)) == (100, False, 1)


def test_pages_that_overlap_count_each_record_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Koop, "limits", Limits(100_000))
    with SruServer(250, trap="duplicates") as server:
        summary = harvest(home=room_of(tmp_path, SOURCE, server), yes=True)
    assert (summary.received, summary.new, summary.known, summary.complete) == (255, 250, 5, True)


def test_what_the_kept_evidence_of_an_incomplete_harvest_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Koop, "limits", Limits(100_000))
    with SruServer(300, cap=200, estimate=True) as server:
        summary = harvest(home=room_of(tmp_path, SOURCE, server), yes=True)
    assert (summary.received, summary.complete) == (200, False)
    assert "hield op na 200" in summary.failed[0]["error"]


def test_records_field_by_field() -> None:
    record = (
        "<record><recordData><gzd><originalData><meta><owmskern><identifier>kst-29279-1000</identifier>"
        "<title>Rechtsstaat en Rechtsorde; Brief</title><type>Kamerstuk</type>"
        "<creator>Tweede Kamer der Staten-Generaal</creator><modified>2026-10-02</modified></owmskern><owmsmantel>"
        "<date>2026-10-01</date><available>2026-10-02</available><subject>Bestuur | Organisatie</subject></owmsmantel>"
        "<tpmeta><documenttitel>Brief over &lt;toezicht&gt;</documenttitel><indiener>A. de Vries</indiener>"
        "<ondernummer>1000</ondernummer><publicatienaam>Kamerstuk</publicatienaam><vergaderjaar>2026-2027</vergaderjaar>"
        "<dossiernummer>29279</dossiernummer></tpmeta></meta></originalData><enrichedData>"
        "<preferredUrl>https://zoek.officielebekendmakingen.nl/kst-29279-1000.html</preferredUrl></enrichedData>"
        "</gzd></recordData></record>"
    )
    (found,) = SOURCE.read(answer([record], 1)).records
    assert found.title == "Brief over <toezicht>"
    assert found.authors == ("de Vries, A.",)
    assert (found.type, found.container, found.volume, found.issue) == ("law", "Kamerstuk", "2026-2027", "1000")
    assert (found.year, found.date, found.language) == (2026, "2026-10-01", "nl")
    assert found.publisher == "Tweede Kamer der Staten-Generaal"
    assert found.note == "Kamerstukken 2026-2027, 29279, nr. 1000"
    assert found.keywords == ("Bestuur", "Organisatie")
    assert found.extra["dossiertitel"] == "Rechtsstaat en Rechtsorde; Brief"


def test_a_record_without_a_title_is_kept_as_it_stood() -> None:
    reading = SOURCE.read(answer([publication(1), "<sru:record><sru:recordData/></sru:record>"], 2))
    assert (len(reading.records), len(reading.rejects), reading.read) == (1, 1, 2)
    assert "recordData" in reading.rejects[0].text


def test_a_stored_diagnostic_holds_no_records() -> None:
    assert SOURCE.read(diagnostic("info:srw/diagnostic/1/61", "x")).read == 0


def test_the_recorded_answer(shared: Path) -> None:
    folder = shared / "data" / "api" / "koop"
    gmb, kst, blg = SOURCE.read((folder / "sru_2.0_gmb_kst_shape.xml").read_bytes()).records
    assert gmb.source_record_id == "gmb-2026-104512"
    assert gmb.title == "Beleidsregels afvalinzameling gemeente Pijnacker-Nootdorp"
    assert (gmb.type, gmb.raw_type) == ("law", "ander besluit van algemene strekking")
    assert gmb.authors == ("Gemeente Pijnacker-Nootdorp",)
    assert (gmb.container, gmb.volume, gmb.issue, gmb.date) == ("Gemeenteblad", "2026", "104512", "2026-04-02")
    assert gmb.url == "https://zoek.officielebekendmakingen.nl/gmb-2026-104512.html"
    assert gmb.keywords == ("Recht", "Organisatie en beleid")
    assert kst.title == "Motie van de leden Dassen en Stultiens over een SER-advies"
    assert kst.authors == ("Dassen, L.A.J.M.", "Stultiens, L.C.J.")
    assert kst.note == "Kamerstukken 2026-2027, 37020-IX, nr. 40"
    assert (blg.type, blg.extra["hoofddocument"], blg.date) == ("report", "kst-31305-412", "2024-02-12")


def test_the_recorded_record_without_namespaces(shared: Path) -> None:
    (found,) = SOURCE.read((shared / "data/api/koop/wetsuite/searchrec.xml").read_bytes()).records
    assert found.source_record_id == "gmb-2023-174296"
    assert (found.type, found.raw_type) == ("other", "omgevingsvergunning")  # a notice, no rule
    assert found.abstract == "verwijderen van asbest van het dak"
    assert found.authors == ("Gemeente Bergeijk",)


@pytest.mark.parametrize(
    ("name", "starts", "holds"),
    [
        ("prb.xml", "Provincie Utrecht Wet luchtvaart:", "maximaal 50 keer opstijgen en landen"),
        ("gmb.xml", "Ingediende aanvraag omgevingsvergunning", "kappen berk en dennenboom"),
        ("gmb.html", "Bekendmaking Wet op de kansspelen", "Bingoavond op 17 juni 2017."),
        ("bgr.xml", "Regeling mandatering bevoegdheden", "De secretaris is tevens algemeen directeur"),
        ("stb.xml", "Besluit van 9\u00a0maart 2018", "zilveren vijf-euromunt"),
        ("stb.html", "Besluit van 14 juli 2014", "Koninkrijksrelaties"),
    ],
)
def test_the_recorded_texts(shared: Path, name: str, starts: str, holds: str) -> None:
    text = publication_text((shared / "data/api/koop/wetsuite" / name).read_bytes()) or ""
    assert text.startswith(starts)
    assert holds in text
    assert "<" not in text


def test_the_beginning_of_a_text_ends_with_a_sentence() -> None:
    text = "De titel\nEen zin. Nog een zin. Een zin die niet past."
    assert beginning(text, "De titel", 25) == "Een zin. Nog een zin."
    assert beginning("Titel", "Titel") is None
    assert publication_text(b"%PDF-1.7 ...") is None
    assert publication_text(b"<a>no end") is None
