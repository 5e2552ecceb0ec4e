"""Zotero: `leeszaal.harvest.zotero`, against a local server that speaks as the recordings do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest_room import identifiers, make_room
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import CursorExpired, Malformed, SourceBusy, SourceDown, SourceRefused
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Page, Query
from leeszaal.harvest.transport import Budget, Limits, Transport
from leeszaal.harvest.zotero import Zotero
from leeszaal.harvest.zotero_client import Library, library_of
from leeszaal.library.harvesting import harvest
from servers.base import Fault
from servers.zotero import ZoteroServer, key_of

SOURCE = Zotero()


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_ZOTERO_KEY", "geheim-zotero")
    monkeypatch.delenv("LEESZAAL_ZOTERO_LIBRARY", raising=False)
    monkeypatch.setattr(Zotero, "limits", Limits(100_000))


def search(server: ZoteroServer, query: str = "toezicht", **options: Any) -> Search:
    given = {"library": "group:12", "whole": True, "url": server.base} | options
    return Search("z", ("zotero",), {"": query}, options={"zotero": given})


def transport(**options: Any) -> Transport:
    return Transport("Zotero", limits=Limits(100_000), sleep=lambda _: None, **options)


def pages(server: ZoteroServer, since: str | None = None, cursor: str | None = None, **options: Any) -> list[Page]:
    (query,) = SOURCE.translate(search(server, **options), since)
    with transport() as way:
        return list(SOURCE.pages(way, query, cursor))


def keys(found: list[Page]) -> list[str]:
    return [
        record.source_record_id.rpartition("/")[2] for page in found for record in SOURCE.read(page.content).records
    ]


def test_a_whole_library_with_its_watermark() -> None:
    with ZoteroServer(250) as server:
        found = pages(server)
    assert keys(found) == [key_of(n) for n in range(250)]
    assert [(page.cursor, page.next_cursor, page.received, page.total) for page in found] == [
        (None, "100@251", 100, 250), ("100@251", "200@251", 100, 250), ("200@251", None, 50, 250),
    ]  # fmt: skip
    assert [SOURCE.watermark(page.facts) for page in found] == ["v251"] * 3
    assert {one.headers["user-agent"].split("/")[0] for one in server.asked} == {"Leeszaal"}


def test_every_field() -> None:
    with ZoteroServer(1) as server:
        (page,) = pages(server)
    (record,) = SOURCE.read(page.content).records
    assert record.source_record_id == "group:12/22222222"
    assert (record.title, record.type, record.raw_type) == (
        "Interbestuurlijk toezicht, deel 0",
        "article",
        "journalArticle",
    )
    assert (record.authors, record.editors) == (("de Vries, Anna", "Raad van State"), ("Bos, Bert",))
    assert (record.year, record.date, record.container) == (2019, "2019-05-17", "Bestuurskunde")
    assert (record.volume, record.pages, record.doi, record.language) == ("12", "3-19", "10.5555/zot.0", "nl")
    assert (record.citekey, record.note, record.keywords) == ("vries0", None, ("toezicht", "Overijssel"))
    assert record.extra == {"collections": "Overijssel / Kwaliteit", "automatic tags": "Overijssel", "version": "1"}


def test_only_what_changed_since_and_what_is_gone() -> None:
    with ZoteroServer(30) as server:
        mark = SOURCE.watermark(pages(server)[-1].facts)
        server.change(key_of(3), title="Anders")
        server.change(key_of(4), deleted=1)
        server.delete(key_of(5))
        found = pages(server, since=mark)
        again = pages(server, since=SOURCE.watermark(found[-1].facts))
    readings = [SOURCE.read(page.content) for page in found]
    assert [record.title for record in readings[0].records] == ["Anders"]
    assert [reject.reason for reject in readings[0].rejects] == ["dit item ligt in de prullenbak van Zotero"]
    assert (readings[1].read, readings[1].remarks) == (0, (f"Verwijderd in Zotero: {key_of(5)}.",))
    assert found[1].facts == {"library_version": 34, "deleted": 1}
    assert [page.received for page in again] == [0, 0]


def test_an_older_version_than_the_watermark_is_another_library() -> None:
    with ZoteroServer(5) as server, pytest.raises(SourceRefused, match="andere dan de vorige keer") as caught:
        pages(server, since="v999")
    assert caught.value.status == 400


def test_the_program_on_this_machine_needs_no_key_and_is_known_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEESZAAL_ZOTERO_KEY")
    with ZoteroServer(3, local=True) as server:
        found = pages(server, library="local:user:0")
        mark = SOURCE.watermark(found[-1].facts)
        assert mark == "v4@kast-1"
        assert keys(pages(server, since=mark, library="local:user:0")) == []
        server.server = "kast-2"
        with pytest.raises(SourceRefused, match=r"andere|niet dezelfde"):
            pages(server, since=mark, library="local:user:0")
    (record,) = SOURCE.read(found[0].content).records[:1]
    assert record.source_record_id == "local:user:0/22222222"


def test_no_zotero_on_this_machine() -> None:
    (query,) = SOURCE.translate(
        Search(
            "z",
            ("zotero",),
            {"": "x"},
            options={"zotero": {"library": "local:user:0", "url": "http://127.0.0.1:9/api"}},
        ),
        None,
    )
    with transport(tries=1) as way, pytest.raises(SourceDown, match="Zotero op deze computer") as caught:
        next(SOURCE.pages(way, query, None))
    assert "Start Zotero" in caught.value.remedy


def test_a_wrong_key_names_the_library_and_not_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_ZOTERO_KEY", "verkeerde-sleutel")
    with (
        ZoteroServer(1) as server,
        pytest.raises(SourceRefused, match="geen toegang tot bibliotheek group:12") as caught,
    ):
        pages(server)
    assert "verkeerde-sleutel" not in str(caught.value)


def test_a_library_that_does_not_exist() -> None:
    with ZoteroServer(1) as server, pytest.raises(SourceRefused, match="404"):
        pages(server, library="group:13")


def test_words_a_collection_types_and_a_tag_are_sent() -> None:
    with ZoteroServer(12) as server:
        asked = Search(
            "z", ("zotero",), {"nl": '"interbestuurlijk toezicht" EN vries1'}, types=("article",),
            options={"zotero": {"library": "group:12", "collection": "KOBKOBKO", "tag": "toezicht", "url": server.url}},
        )  # fmt: skip
        (query,) = SOURCE.translate(asked, None)
        with transport() as way:
            list(SOURCE.pages(way, query, None))
            assert SOURCE.estimate(way, query).hits is not None
    sent = server.asked[1]
    assert sent.path == "/groups/12/collections/KOBKOBKO/items/top"
    assert sent.params["q"] == '"interbestuurlijk toezicht" vries1'
    assert sent.params["itemType"] == "journalArticle || magazineArticle || newspaperArticle || preprint"
    assert sent.params["tag"] == "toezicht"
    assert query.text.startswith("group:12: itemType=journalArticle")
    assert 'q="interbestuurlijk toezicht" vries1' in query.text


@pytest.mark.parametrize("query", ["a OF b", "a NIET b"])
def test_what_zotero_cannot_search_is_said(query: str) -> None:
    asked = Search("z", ("zotero",), {"": query}, options={"zotero": {"library": "group:12"}})
    with pytest.raises(LeeszaalError, match="OF en NIET") as caught:
        SOURCE.translate(asked, None)
    assert "whole: true" in caught.value.remedy


def test_a_date_means_nothing_to_zotero_so_everything_is_asked() -> None:
    asked = Search("z", ("zotero",), {"": "x"}, options={"zotero": {"library": "group:12"}})
    assert SOURCE.translate(asked, "2026-01-01") == SOURCE.translate(asked, None)


def test_names_of_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    assert library_of("user:7") == Library("user", "7")
    with pytest.raises(LeeszaalError, match="geen Zotero-bibliotheek genoemd"):
        library_of(None)
    with pytest.raises(LeeszaalError, match="‘groep 12’"):
        library_of("groep 12")
    monkeypatch.setenv("LEESZAAL_ZOTERO_LIBRARY", "local:group:12")
    assert library_of(None) == Library("group", "12", local=True)


def test_going_on_where_it_stopped() -> None:
    with ZoteroServer(250) as server:
        assert keys(pages(server, cursor="200@251")) == [key_of(n) for n in range(200, 250)]
        with pytest.raises(CursorExpired):
            pages(server, cursor="onzin")


def test_items_that_disappear_while_reading_begin_the_list_again() -> None:
    with ZoteroServer(250) as server:
        (query,) = SOURCE.translate(search(server), None)
        with transport() as way:
            found = SOURCE.pages(way, query, None)
            next(found)
            server.delete(key_of(3))
            with pytest.raises(CursorExpired, match="verdwenen"):
                list(found)


def test_backoff_is_obeyed_by_us_and_not_slept_through() -> None:
    waited: list[float] = []
    with ZoteroServer(150, backoff=7) as server:
        (query,) = SOURCE.translate(search(server), None)
        with Transport("Zotero", limits=Limits(100_000), sleep=waited.append) as way:
            assert len(keys(list(SOURCE.pages(way, query, None)))) == 150
        assert waited.count(7.0) == 2  # three requests, and no wait after the last
        server.backoff = 54_000
        with transport() as way, pytest.raises(SourceBusy, match="15 uur"):
            list(SOURCE.pages(way, query, None))


@pytest.mark.parametrize("kind", ["429", "500", "503-html", "reset", "cut", "truncated"])
def test_faults_that_pass(kind: str) -> None:
    with ZoteroServer(120, (Fault(kind, frozenset({2})),)) as server:
        assert len(keys(pages(server))) == 120


def test_a_page_that_stays_html() -> None:
    with ZoteroServer(1, (Fault("html"),)) as server, pytest.raises(Malformed):
        pages(server)


def test_the_budget_holds() -> None:
    with ZoteroServer(250) as server:
        (query,) = SOURCE.translate(search(server), None)
        with transport(budget=Budget(requests=3)) as way, pytest.raises(LeeszaalError, match="budget van 3"):
            list(SOURCE.pages(way, query, None))
    assert len(server.asked) == 3


def test_the_harvest_keeps_all_and_not_the_key(tmp_path: Path) -> None:
    with ZoteroServer(230, loose_note=True) as server:
        room = make_room(
            tmp_path / "zaal",
            "version: 1\nsearches:\n  eigen:\n    sources: [zotero]\n    query: toezicht\n    options:\n"
            f"      zotero: {{library: 'group:12', whole: true, url: '{server.url}'}}\n",
        )
        first = harvest(home=room, yes=True)
        server.delete(key_of(7))
        server.change(key_of(8), title="Een andere titel")
        second = harvest(home=room, yes=True)
    assert second.received == 1, "only what changed since the version of the first run"
    assert (first.received, first.new, first.rejected, first.complete) == (231, 230, 1, True)
    assert (second.new, second.complete) == (0, True)
    assert len(set(identifiers(room, "zotero"))) == 230
    for path in room.rglob("*"):
        if path.is_file():
            assert b"geheim-zotero" not in path.read_bytes()


def _recorded(shared: Path) -> Iterator[dict[str, Any]]:
    for name in ("items_doc.json", "item_doc.json"):
        found = json.loads((shared / "data" / "api" / "zotero" / name).read_bytes())
        yield from found if isinstance(found, list) else [found]


def test_the_recordings(shared: Path) -> None:
    page = {"library": "user:475425", "collections": {"9KH9TNSJ": "Holmes"}, "items": list(_recorded(shared))}
    reading = SOURCE.read(json.dumps(page).encode())
    assert (len(reading.records), reading.rejects) == (21, ())
    by_key = {record.source_record_id.rpartition("/")[2]: record for record in reading.records}
    article = by_key["PQKBRC33"]
    assert (article.title, article.authors) == ("Sherlock Holmes in Babylon", ("Buck, R. Creighton",))
    assert (article.date, article.volume, article.issue, article.pages) == ("1980-05-01", "87", "5", "335-345")
    assert (article.doi, article.extra["collections"]) == ("10.2307/2321200", "Holmes")
    book = by_key["X42A7DEE"]
    assert (book.authors, book.year, book.isbn) == (("Institute of Physics (Great Britain)",), 1993, "9780750303217")
    assert "Craven, A. J (contributor)" in book.extra["creators"]


def test_the_query_says_exactly_what_is_asked() -> None:
    asked = Search("z", ("zotero",), {"": "x"}, options={"zotero": {"library": "user:1", "whole": True}})
    (query,) = SOURCE.translate(asked, "v12")
    assert query == Query("zotero", "user:1: since=12", "https://api.zotero.org/users/1/items/top", {"since": "12"}, "")
