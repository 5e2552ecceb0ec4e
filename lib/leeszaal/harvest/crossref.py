"""Crossref: what publishers register with a DOI, by cursor.

The package habanero knows which filters and fields Crossref has, and is used for that. It does not send our
requests: it calls `httpx2.get` itself and cannot be handed a client, so that the pace, `Retry-After`, the budget
and the count of requests would not hold; and it keeps all pages in memory until the last one came.

What to know. Crossref has no AND, OR or NOT: it looks for works that look like the words and puts the best first,
so a search there wants a limit. A cursor never becomes null and may come back unchanged, while the next page
differs: only an empty page is the end. A cursor lives some minutes; one that is gone is an error 404, and the
harvest begins again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.answer import Answer
from leeszaal.harvest.errors import CursorExpired, SourceRefused, SourceTrap
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.markup import untag
from leeszaal.harvest.query import Node, terms
from leeszaal.harvest.searches import Search
from leeszaal.harvest.secrets import secret
from leeszaal.harvest.source import Estimate, Page, Query, base_url
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.works.dates import read_date
from leeszaal.works.identifiers import find_dois, find_isbns
from leeszaal.works.names import institution, person
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["Crossref"]

ROWS = 500
SELECT = (
    "DOI,ISBN,URL,abstract,author,container-title,editor,issue,issued,page,published,publisher,subject,subtitle,"
    "title,type,update-to,updated-by,volume,indexed"
)
_TYPES = {
    "journal-article": "article",
    "posted-content": "article",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "reference-entry": "chapter",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "proceedings": "book",
    "report": "report",
    "standard": "report",
    "dissertation": "thesis",
    "proceedings-article": "conference",
}
_FIELDS = {"": "query.bibliographic", "abstract": "query.bibliographic", "title": "query.title"}
_INTERVAL = re.compile(r"(\d+)([smh]?)")
_UNIT = {"": 1, "s": 1, "m": 60, "h": 3600}


class Crossref:
    """The source ``crossref``."""

    name = "crossref"
    title = "Crossref"
    url_variable = "LEESZAAL_CROSSREF_URL"
    limits = Limits(per_second=5, concurrency=1)
    options: tuple[str, ...] = ()

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        """Return one query for each language: words of two languages in one list find neither."""
        return tuple(self._query(search, node, since, code) for code, node in search.nodes().items())

    def _query(self, search: Search, node: Node, since: str | None, language: str) -> Query:
        from habanero.filterhandler import filter_handler
        from habanero.select import validate_select

        validate_select(SELECT)
        asked: dict[str, Any] = {}
        if search.from_year is not None:
            asked["from_pub_date"] = str(search.from_year)
        if search.to_year is not None:
            asked["until_pub_date"] = str(search.to_year)
        if search.types:
            asked["type"] = [theirs for theirs, ours in _TYPES.items() if ours in search.types]
            if not asked["type"]:
                raise LeeszaalError(
                    f"Crossref kent geen werken van de soort {', '.join(search.types)} (zoekvraag ‘{search.name}’).",
                    f"Het kent: {', '.join(sorted(set(_TYPES.values())))}.",
                )
        if since:
            asked["from_index_date"] = since[:10]
        params = _words(node)
        if asked:
            params["filter"] = str(filter_handler(asked))
        text = " · ".join(f"{name}={value}" for name, value in params.items())
        url = base_url(self, search, "https://api.crossref.org")
        return Query(self.name, text, f"{url}/works", params | {"select": SELECT}, language)

    def estimate(self, transport: Transport, query: Query) -> Estimate:
        """Ask for no rows, to see how many works look like the words."""
        params = {name: value for name, value in query.params.items() if name != "select"} | {"rows": "0"}
        _, message = self._get(transport, query.url, params)
        hits = message["total-results"]
        remark = (
            "Crossref kent geen EN, OF en NIET: het zoekt werken die op de woorden lijken, de beste eerst. "
            "Stel een grens in met --limit of limit."
        )
        return Estimate(hits, False, math.ceil(hits / ROWS) + 1, None, remark)

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]:
        """Yield the pages from `cursor` on, until an empty one."""
        wanted = query.limit
        before: list[Any] = []
        while True:
            rows = ROWS if wanted is None else max(1, min(ROWS, wanted))
            asked = dict(query.params) | {"rows": str(rows), "cursor": cursor or "*"}
            try:
                answer, message = self._get(transport, query.url, asked)
            except SourceRefused as error:
                if cursor is not None and error.status in (400, 404) and b"cursor" in error.content.lower():
                    raise CursorExpired(error.message, error.remedy, status=error.status) from None
                raise
            items = message["items"]
            names = [item.get("DOI") if isinstance(item, dict) else None for item in items]
            if items and names == before:
                raise SourceTrap(
                    "Crossref stuurt twee keer dezelfde bladzijde: de plaats in de lijst schuift niet op.",
                    "Wat binnen is, is bewaard. Probeer het later opnieuw.",
                )
            # A cursor that is missing ends the list too; whether that was the end shows in the number of works.
            following = (message.get("next-cursor") or None) if items else None
            facts = {"pool": answer.headers["x-api-pool"]} if "x-api-pool" in answer.headers else {}
            yield Page(answer.content, cursor, following, len(items), message["total-results"], facts=facts)
            if following is None:
                return
            before, cursor = names, following
            if wanted is not None:
                wanted -= len(items)

    def _get(self, transport: Transport, url: str, params: Mapping[str, str]) -> tuple[Answer, dict[str, Any]]:
        token = secret("CROSSREF_TOKEN")
        headers = {"Crossref-Plus-API-Token": f"Bearer {token}"} if token else {}
        sent = dict(params) | ({"mailto": transport.contact} if transport.contact else {})
        found: dict[str, Any] = {}

        def check(answer: Answer) -> None:
            found.update(answer.json())

        answer = transport.get(url, sent, headers, check=check)
        pace = _pace(answer.headers)
        if pace is not None:
            transport.slow_to(pace)
        message = found.get("message")
        if (
            not isinstance(message, dict)
            or not isinstance(message.get("items"), list)
            or not isinstance(message.get("total-results"), int)
        ):
            raise SourceTrap(
                f"Crossref antwoordt in een andere vorm dan afgesproken (geen ‘message.items’): {answer.url}",
                "Misschien is de bron veranderd. Meld dit bij de beheerder van Leeszaal.",
            )
        return answer, message

    def read(self, content: bytes) -> Reading:
        """Read a stored page."""
        records: list[Record] = []
        rejects: list[Reject] = []
        for item in loads(content)["message"]["items"]:
            try:
                records.append(_record(item))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                reason = f"dit werk van Crossref is niet te lezen ({type(error).__name__}: {error})"
                rejects.append(Reject(json.dumps(item, ensure_ascii=False), None, reason))
        return Reading(self.name, "utf-8", tuple(records), tuple(rejects))


def _words(node: Node) -> dict[str, str]:
    """Return the words that are asked for, once each, by the field in which Crossref looks for them."""
    found: dict[str, dict[str, None]] = {}
    for term in terms(node):
        found.setdefault(_FIELDS.get(term.field, "query.author"), {}).update(dict.fromkeys(term.text.split()))
    return {name: " ".join(words) for name, words in found.items()}


def _pace(headers: Mapping[str, str]) -> float | None:
    """Return the requests a second that an answer allows, or None when it does not say.

    Examples
    --------
    >>> _pace({"x-rate-limit-limit": "10", "x-rate-limit-interval": "1s"})
    10.0
    """
    interval = _INTERVAL.fullmatch(headers.get("x-rate-limit-interval", ""))
    most = headers.get("x-rate-limit-limit", "")
    if interval is None or not most.isdigit() or not int(most) or not int(interval[1]):
        return None
    return int(most) / (int(interval[1]) * _UNIT[interval[2]])


@lru_cache(maxsize=65_536)
def _person(family: str, given: str, suffix: str) -> str:
    return person(family, given or None, None, suffix or None)


def _names(values: Any) -> tuple[str, ...]:
    names = []
    for value in values or ():
        if value.get("family"):
            names.append(_person(value["family"], value.get("given") or "", value.get("suffix") or ""))
        else:
            names.append(institution(untag(value.get("name") or value.get("given")) or ""))
    return tuple(name for name in names if name)


def _first(values: Any) -> str | None:
    if isinstance(values, str):
        return untag(values)
    return next((text for text in map(untag, values or ()) if text), None)


def _title(item: Mapping[str, Any]) -> str:
    title, subtitle = _first(item.get("title")), _first(item.get("subtitle"))
    if title is None:
        raise ValueError("geen titel")
    if subtitle and subtitle.casefold() not in title.casefold():
        return f"{title} {subtitle}" if title.endswith((":", "?", "!")) else f"{title}: {subtitle}"
    return title


def _notices(item: Mapping[str, Any]) -> dict[str, str]:
    """Return what Crossref says of retractions and corrections: "retraction 10.1/x (retraction-watch)"."""
    return {
        name: "; ".join(
            f"{one.get('type', '')} {one.get('DOI', '').lower()} ({one.get('source') or 'publisher'})"
            for one in item[name]
        )
        for name in ("updated-by", "update-to")
        if item.get(name)
    }


def _record(item: Mapping[str, Any]) -> Record:
    """Return one work; raises when what should be a list, text or number is something else."""
    title = _title(item)
    doi = find_dois(item["DOI"])[0] if find_dois(item["DOI"]) else None
    parts = [str(part) for part in ((item.get("issued") or {}).get("date-parts") or [[None]])[0] if part is not None]
    when = read_date(parts[0], *parts[1:3]) if parts else read_date(None)
    kind = item.get("type") or ""
    isbns = find_isbns(" ".join(item.get("ISBN") or ()))
    notices = _notices(item)
    retracted = any(one.get("type") in ("retraction", "withdrawal", "removal") for one in item.get("updated-by") or ())
    return Record(
        title=title,
        source_record_id=item["DOI"].lower(),
        type=_TYPES.get(kind, "other"),
        raw_type=kind,
        abstract=untag(item.get("abstract"), heading=True),
        authors=_names(item.get("author")),
        editors=_names(item.get("editor")),
        year=when.year,
        date=when.date,
        container=_first(item.get("container-title")),
        publisher=untag(item.get("publisher")),
        volume=item.get("volume"),
        issue=item.get("issue"),
        pages=item.get("page"),
        doi=doi,
        isbn=isbns[0] if isbns else None,
        url=item.get("URL"),
        keywords=tuple(item.get("subject") or ()),
        extra=notices | ({"retracted": "true"} if retracted else {}),
    )
