"""Crossref: the query as it is sent, and recorded answers field by field."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.crossref import SELECT, Crossref, _pace
from leeszaal.harvest.errors import CursorExpired, SourceRefused
from leeszaal.harvest.searches import Search
from leeszaal.harvest.transport import Limits, Transport
from servers.crossref import CrossrefServer, item

SOURCE = Crossref()


def read(*items: dict[str, object]) -> list[object]:
    return list(SOURCE.read(json.dumps({"message": {"items": items}}).encode()).records)


def test_the_question_in_its_own_words() -> None:
    search = Search(
        "x", ("crossref",),
        {"nl": '(toezicht OF "lokaal toezicht") EN gemeente* NIET banken titel:provincie auteur:jansen', "en": "supervision"},
        from_year=2010, to_year=2012, types=("thesis", "article"),
    )  # fmt: skip
    dutch, english = SOURCE.translate(search, "2026-01-31")
    assert (dutch.language, english.language) == ("nl", "en")
    assert dict(dutch.params) == {
        "query.bibliographic": "toezicht lokaal gemeente",
        "query.title": "provincie",
        "query.author": "jansen",
        "filter": "from-pub-date:2010,until-pub-date:2012,type:journal-article,type:posted-content,type:dissertation,"
        "from-index-date:2026-01-31",
        "select": SELECT,
    }
    assert "from-index-date:2026-01-31" in dutch.text
    assert "select" not in dutch.text


def test_what_it_cannot_be_asked() -> None:
    with pytest.raises(LeeszaalError, match="soort law"):
        SOURCE.translate(Search("x", ("crossref",), {"": "a1"}, types=("law",)), None)


@pytest.mark.parametrize(
    ("limit", "interval", "pace"),
    [
        ("10", "1s", 10.0),
        ("5", "1s", 5.0),
        ("60", "1m", 1.0),
        ("50", "", None),
        ("", "1s", None),
        ("0", "1s", None),
        ("9", "0s", None),
    ],
)
def test_the_pace_of_the_headers(limit: str, interval: str, pace: float | None) -> None:
    assert _pace({"x-rate-limit-limit": limit, "x-rate-limit-interval": interval}) == pace


def test_the_pace_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    with (
        CrossrefServer(1700, pool="public") as server,
        Transport("Crossref", limits=Limits(100_000), sleep=sleep, clock=lambda: now[0]) as transport,
    ):
        monkeypatch.setenv("LEESZAAL_CROSSREF_URL", server.url)
        (query,) = SOURCE.translate(Search("x", ("crossref",), {"": "a1"}), None)
        pages = list(SOURCE.pages(transport, query, None))
    assert [page.received for page in pages] == [500, 500, 500, 200, 0]
    assert pages[0].facts == {"pool": "public"}
    assert [round(one, 3) for one in slept] == [0.0, 0.2, 0.2, 0.2]  # the first answer tells the pace


def test_a_token_goes_in_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_CROSSREF_TOKEN", "plus-geheim-88")
    with CrossrefServer(3) as server, Transport("Crossref", limits=Limits(100_000), contact="a@b.nl") as transport:
        monkeypatch.setenv("LEESZAAL_CROSSREF_URL", server.url)
        (query,) = SOURCE.translate(Search("x", ("crossref",), {"": "a1"}), None)
        assert SOURCE.estimate(transport, query).hits == 3
    (asked,) = server.asked
    assert asked.headers["crossref-plus-api-token"] == "Bearer plus-geheim-88"
    assert asked.params["rows"] == "0"
    assert asked.params["mailto"] == "a@b.nl"
    assert "plus-geheim-88" not in str(asked.params)


def test_a_place_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with CrossrefServer(1700, expired=True) as server, Transport("Crossref", limits=Limits(100_000)) as transport:
        monkeypatch.setenv("LEESZAAL_CROSSREF_URL", server.url)
        (query,) = SOURCE.translate(Search("x", ("crossref",), {"": "a1"}), None)
        with pytest.raises(CursorExpired):
            next(SOURCE.pages(transport, query, "DnF1ZXJ5500"))


@pytest.mark.parametrize(
    "name", ["error_validation_400.json", "error_rows_too_big_400.json", "error_work_not_found_404_text.txt"]
)
def test_recorded_errors(shared: Path, name: str) -> None:
    content = (shared / "data" / "api" / "crossref" / name).read_bytes()
    status = 400 if "400" in name else 404
    client = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(status, content=content)))
    (query,) = SOURCE.translate(Search("x", ("crossref",), {"": "a1"}), None)
    with pytest.raises(SourceRefused) as caught:
        SOURCE.estimate(Transport("Crossref", client=client, limits=Limits(100_000)), query)
    assert caught.value.status == status
    assert not isinstance(caught.value, CursorExpired)


def test_a_recorded_page(shared: Path) -> None:
    reading = SOURCE.read((shared / "data" / "api" / "crossref" / "works_cursor_page1.json").read_bytes())
    assert (len(reading.records), len(reading.rejects)) == (20, 0)
    record = reading.records[0]
    assert record.title == "Widget Mania: Using a GUI Widget Framework"
    assert record.source_record_id == record.doi == "10.1007/978-1-4302-0197-7_9"
    assert (record.type, record.raw_type) == ("chapter", "book-chapter")
    assert (record.year, record.date) == (None, None)  # issued is [[null]]
    assert record.container == "Practical JavaScript™, DOM Scripting, and Ajax Projects"
    assert (record.publisher, record.pages, record.isbn) == ("Apress", "305-349", "9781590598160")
    assert record.url == "https://doi.org/10.1007/978-1-4302-0197-7_9"


def test_a_recorded_article(shared: Path) -> None:
    answer = json.loads((shared / "data" / "api" / "crossref" / "work_single_public.json").read_bytes())
    (record,) = read(answer["message"])
    assert record.authors[:2] == ("Sadasivan, Shankar", "Pond, Brooks B.")
    assert (record.year, record.volume, record.issue, record.pages) == (2012, "7", "3", "e33693")
    assert record.container == "PLoS ONE"
    assert (
        record.extra["updated-by"] == "correction 10.1371/annotation/c76da2c1-ccb8-4797-94c1-359d3ceceeda (publisher)"
    )
    assert "retracted" not in record.extra


def test_a_retraction(shared: Path) -> None:
    folder = shared / "data" / "api" / "crossref"
    retracted, notice = (
        json.loads((folder / name).read_bytes())["message"]
        for name in ("retracted_wakefield_trimmed.json", "retraction_notice_trimmed.json")
    )
    first, second = read(retracted, notice)
    assert first.extra["retracted"] == "true"
    assert "retraction 10.1016/s0140-6736(10)60175-4 (retraction-watch)" in first.extra["updated-by"]
    assert "retracted" not in second.extra
    assert second.extra["update-to"] == "retraction 10.1016/s0140-6736(97)11096-0 (retraction-watch)"


def test_names_subtitle_and_abstract() -> None:
    (record,) = read(item(4))
    assert record.title == "Gemeenten en het toezicht van de provincie (4): Een coördinerende rol"
    assert record.authors == ("de Vries, Anna", "Raad voor het Openbaar Bestuur")
    assert record.abstract == "Wie houdt toezicht op wie?"
    assert record.source_record_id == record.doi == "10.5555/crossref.4"
    (asked,) = read(item(1) | {"title": ["Wie bestuurt?"], "subtitle": ["Een vraag"]})
    assert asked.title == "Wie bestuurt? Een vraag"
    (same,) = read(item(1) | {"title": ["Bestuur: een vraag"], "subtitle": ["Een vraag"]})
    assert same.title == "Bestuur: een vraag"


@pytest.mark.parametrize(
    "spoiled", [{"title": []}, {"DOI": None}, {"author": ["Jansen"]}, {"issued": {"date-parts": 3}}, {"title": None}]
)
def test_a_work_of_another_shape_is_rejected_alone(spoiled: dict[str, object]) -> None:
    page = {"message": {"items": [item(1), item(2) | spoiled, "niets", item(3)]}}
    reading = SOURCE.read(json.dumps(page).encode())
    assert len(reading.records) == 2
    assert len(reading.rejects) == 2
    assert json.loads(reading.rejects[0].text) == item(2) | spoiled
