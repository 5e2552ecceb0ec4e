"""Feeds: what answers the search is kept, half a feed is not, and items field by field."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest_government import drain, questions, room_of, transport, until
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.bundle import unpack
from leeszaal.harvest.errors import Malformed
from leeszaal.harvest.feeds import FEEDS, Feeds
from leeszaal.harvest.matching import Sieve, matches
from leeszaal.harvest.query import parse
from leeszaal.harvest.transport import Limits
from leeszaal.library.harvesting import harvest
from leeszaal.works.plain import fold
from servers.base import Fault
from servers.feeds import ATOM, FeedServer, rss

SOURCE = Feeds()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("toezicht", True), ("toezichthoud*", True), ("zicht", False), ('"de toezichthouder"', True),
        ("provincies", False), ("toezicht NIET provincie", False), ("toezicht NIET zorg", True),
        ("zorg OF provincie", True), ("titel:toezicht", True), ("titel:provincie", False), ("régio", True),
    ],
)  # fmt: skip
def test_the_words_are_looked_for_here(text: str, found: bool) -> None:
    title, rest = fold("De toezichthouder"), fold("in de Provincie en de regio")
    assert matches(parse(text), {"title": title, "": f"{title} ; {rest}"}) is found


def test_the_usual_feeds_and_own_ones() -> None:
    assert [query.url for query in questions(SOURCE)] == list(FEEDS)
    (query,) = questions(SOURCE, options={"feeds": "https://example.org/a.rss"}, from_year=2020, since="2026-01-01T1")
    assert query.text == "https://example.org/a.rss · hier gezocht: toezicht ; 2020- ; sinds 2026-01-01"
    assert Sieve.read(query.params) == Sieve("toezicht", 2020, None, "2026-01-01")
    with pytest.raises(LeeszaalError, match="geen adres"):
        questions(SOURCE, options={"feeds": ["example.org"]})
    with pytest.raises(LeeszaalError, match="select"):
        questions(SOURCE, options={"select": "alles"})


def test_what_answers_the_search_is_kept() -> None:
    with FeedServer() as server:
        (page,) = drain(SOURCE, questions(SOURCE, server)[0])
        assert not server.asked[0].params  # what we look for stays here
    assert (page.received, page.total, page.facts["items"]) == (10, None, 20)
    assert unpack(page.content)[0] == rss()  # as it came
    assert SOURCE.read(page.content).remarks == ("10 berichten passen niet bij de zoekvraag.",)


def test_everything_can_be_kept_and_since_leaves_out_what_is_older() -> None:
    with FeedServer() as server:
        (page,) = drain(SOURCE, questions(SOURCE, server, options={"select": "all"})[0])
        assert page.received == 20
        (page,) = drain(SOURCE, questions(SOURCE, server, since="2026-09-05")[0])
    dates = [record.date for record in SOURCE.read(page.content).records]
    assert dates
    assert min(date for date in dates if date) >= "2026-09-05"


def test_items_field_by_field() -> None:
    found = SOURCE.read(rss(2)).records[1]
    assert (found.title, found.source_record_id) == ("Toezicht op gemeenten 1 é", "nieuws-1")
    assert (found.type, found.container, found.language) == ("web", "Nieuws van het bestuur", "nl")
    assert (found.abstract, found.date, found.year) == ("Bericht 1 over bestuur.", "2026-09-02", 2026)
    assert (found.url, found.keywords) == ("https://example.org/nieuws/1", ("Bestuur",))


def test_atom() -> None:
    reading = SOURCE.read(ATOM)
    (found,) = reading.records
    assert (found.title, found.source_record_id, found.authors) == (
        "Toezicht in de provincie",
        "urn:1",
        ("de Vries, Anna",),
    )
    assert (found.date, found.url, found.abstract) == ("2026-09-02", "https://example.org/1", "Kort.")
    assert len(reading.rejects) == 1  # no title


@pytest.mark.parametrize("kind", ["html", "truncated"])
def test_no_feed_or_half_a_feed(kind: str) -> None:
    with FeedServer(faults=(Fault(kind),)) as server:
        pages, error = until(SOURCE, questions(SOURCE, server)[0], Malformed)
    assert pages == []
    assert server.url in error.message


def test_a_feed_with_a_flaw_is_read() -> None:
    flawed = rss(3).replace(b"Nieuws van het bestuur", b"Nieuws &eacute; bestuur")  # an entity that XML does not know
    with FeedServer(flawed) as server:
        (page,) = drain(SOURCE, questions(SOURCE, server, options={"select": "all"})[0])
    assert page.received == 3


def test_an_empty_feed_is_no_error() -> None:
    with FeedServer(rss(0)) as server, transport(SOURCE) as way:
        (query,) = questions(SOURCE, server)
        assert SOURCE.estimate(way, query).hits is None
        assert not server.asked
        assert [page.received for page in SOURCE.pages(way, query, None)] == [0]


def test_a_second_harvest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Feeds, "limits", Limits(100_000))
    with FeedServer() as server:
        room = room_of(tmp_path, SOURCE, server)
        first = harvest(home=room, yes=True)
        assert (first.received, first.new, first.complete) == (10, 10, True)
        again = harvest(home=room, yes=True, since="begin")
        assert (again.received, again.new, again.known) == (10, 0, 10)
