"""Feeds: RSS and Atom of journals and organisations that have no search.

A feed gives its newest items, whatever was asked; so the words of the search are looked for here, in title, summary
and keywords, and only what answers them is kept as a record. The feed itself is kept as it came. Which feeds are read
stands in searches.yaml (`options: feeds: feeds: [...]`); the two below were seen working in September 2026.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.answer import Answer
from leeszaal.harvest.bundle import pack, unpack
from leeszaal.harvest.errors import Malformed
from leeszaal.harvest.government import sent
from leeszaal.harvest.markup import untag
from leeszaal.harvest.matching import Sieve
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Estimate, Page, Query, base_url
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.works.language import normal_code
from leeszaal.works.names import natural_name
from leeszaal.works.plain import pick, plain
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["FEEDS", "Feeds"]

FEEDS = ("https://www.binnenlandsbestuur.nl/feeds/articles.rss", "https://ibestuur.nl/feeds/articles.rss")
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>\s*(?:<!--.*?-->\s*)*$", re.DOTALL)


class Feeds:
    """The source ``feeds``.

    Options: `feeds` (addresses), `select` ("query" to keep what answers the search, "all" to keep everything).
    """

    name = "feeds"
    title = "Nieuwsfeeds (RSS en Atom)"
    url_variable = "LEESZAAL_FEEDS_URL"
    limits = Limits(per_second=1, concurrency=1)
    options: tuple[str, ...] = ("feeds", "select")

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        given = search.option(self.name, "feeds")
        usual = [given] if isinstance(given, str) else list(given or FEEDS)
        one = base_url(self, search, "")
        params = Sieve.of(search, since, select=search.option(self.name, "select")).params()
        queries = []
        for url in [one] if one else usual:
            if urlsplit(str(url)).scheme not in ("http", "https"):
                raise LeeszaalError(
                    f"Zoekvraag ‘{search.name}’: ‘{url}’ is geen adres van een feed.", "Verwacht: https://…"
                )
            queries.append(Query(self.name, Sieve.read(params).tell(str(url)), str(url), params))
        return tuple(queries)

    def estimate(self, transport: Transport, query: Query) -> Estimate:
        del transport, query  # asking is fetching: there is nothing to be known beforehand
        remark = "Een feed heeft alleen de nieuwste berichten; wat past bij uw woorden, zoekt Leeszaal zelf uit."
        return Estimate(None, False, 1, None, remark)

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]:
        """Yield the feed: one page, with the words that were searched for; there is never a `cursor`."""
        del cursor
        accept = {"accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"}
        answer = transport.get(query.url, sent(query.params) or None, accept, check=_check)
        content = pack(answer.content, [Sieve.read(query.params).part()])
        reading = self.read(content)
        items = len(_parse(answer.content)["entries"])
        yield Page(content, None, None, reading.read, facts={"items": items})

    def read(self, content: bytes) -> Reading:
        """Read a stored feed: the items that answer the search."""
        body, parts = unpack(content)
        sieve = Sieve.unpack(parts)
        feed = _parse(body)
        records: list[Record] = []
        rejects: list[Reject] = []
        for item in feed["entries"]:
            record = _record(item, feed["feed"])
            if isinstance(record, Reject):
                rejects.append(record)
            elif sieve.passes(record):
                records.append(record)
        left = len(feed["entries"]) - len(records) - len(rejects)
        remarks = (f"{left} berichten passen niet bij de zoekvraag.",) if left else ()
        return Reading(self.name, feed.get("encoding") or "utf-8", tuple(records), tuple(rejects), remarks=remarks)


def _parse(content: bytes) -> Any:
    import feedparser

    # Bytes in a file object: a string could be taken for an address to fetch.
    return feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)


def _check(answer: Answer) -> None:
    """Raise when this is no feed, or only the beginning of one: feedparser reads as far as it comes, and is content."""
    feed = _parse(answer.content)
    if answer.looks_like_html or not feed.get("version"):
        raise Malformed(
            f"Dit is geen feed (RSS of Atom) maar iets anders, zoals een webpagina: {answer.url}",
            "Controleer het adres van de feed in searches.yaml.",
        )
    if feed.get("bozo") and not _END.search(answer.content.rstrip(b"\x00 \t\r\n")):
        raise Malformed(
            f"De feed houdt halverwege op ({feed.get('bozo_exception')}): {answer.url}",
            "Probeer het later opnieuw.",
        )


def _record(item: Mapping[str, Any], feed: Mapping[str, Any]) -> Record | Reject:
    title = untag(item.get("title"))
    link = plain(item.get("link"))
    identifier = pick(item.get("id"), link)
    if title is None or identifier is None:
        return Reject(repr(dict(item)), None, "dit bericht uit een feed heeft geen titel of geen adres")
    moment = item.get("published_parsed") or item.get("updated_parsed")
    date = datetime.date(*moment[:3]).isoformat() if moment else None
    names = [one.get("name") for one in item.get("authors") or ()] or [item.get("author")]
    summary = untag(item.get("summary"))
    return Record(
        title=title,
        source_record_id=identifier,
        type="web",
        raw_type="rss" if "published" in item else "feed",
        abstract=summary if summary != title else None,
        authors=tuple(dict.fromkeys(natural_name(name) for one in names if (name := untag(one)))),
        year=int(date[:4]) if date else None,
        date=date,
        container=untag(feed.get("title")),
        url=link,
        language=normal_code(item.get("language") or feed.get("language")),
        keywords=tuple(dict.fromkeys(word for tag in item.get("tags") or () if (word := untag(tag.get("term"))))),
    )
