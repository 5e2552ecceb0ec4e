"""CVDR and BWB: the rules of municipalities, provinces and water authorities, and the law of the state, by SRU 1.2.

Both stand at `https://zoekservice.overheid.nl/sru/Search` and differ in `x-connection` and in their indexes: CVDR
is searched by `keyword` (title and text), BWB by the title of the law only. Each version of a rule is a record of
its own. With `valid_on: 2026-01-01` only the versions in force on that day are asked for; with `text: true` the text
is fetched too, and its beginning becomes the abstract. Written from documentation and recordings of the documents;
the service itself was not called (October 2026).
"""

from __future__ import annotations

import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from leeszaal.errors import LeeszaalError
from leeszaal.harvest import sru
from leeszaal.harvest.bundle import Part, unpack
from leeszaal.harvest.cql import to_cql
from leeszaal.harvest.government import OURS, dutch_node, endpoint, organisation, split_or, wanted_types
from leeszaal.harvest.koop import fetch_document, text_base
from leeszaal.harvest.publications import beginning, publication_text
from leeszaal.harvest.query import Node
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Estimate, Page, Query
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.harvest.xmlread import all_texts, as_text, first, first_text, local, parse, whole_text
from leeszaal.works.dates import read_date
from leeszaal.works.language import normal_code
from leeszaal.works.names import institution
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["Bwb", "Cvdr", "Register"]

_DEFAULT = "https://zoekservice.overheid.nl/sru/Search"
_TEXTS = "https://repository.officiele-overheidspublicaties.nl"
_PER_PAGE, _PER_PAGE_WITH_TEXT = 50, 10
_TEXT = OURS + "text"
_CVDR_ID = re.compile(r"(?:CVDR)?(\d+)_(\d+)")


@dataclass(frozen=True)
class Register:
    """What one of the two registers has of its own.

    Attributes
    ----------
    connection
        Value of `x-connection`.
    indexes
        Our field to its CQL clause.
    day
        CQL for the versions in force on a day.
    year
        Index with the year of publication in it.
    """

    connection: str
    indexes: Mapping[str, str]
    day: str
    year: str


class _Sru12(ABC):
    """What the two sources share; see `Source`."""

    name: str
    title: str
    url_variable: str
    register: Register
    limits = Limits(per_second=3, concurrency=1)
    options: tuple[str, ...] = ("text", "valid_on")

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        wanted_types(search, ("law",), self.title)
        nodes = split_or(
            dutch_node(search, self.title),
            lambda part: len(quote(to_cql(part, self.register.indexes, self.title))) <= sru.LONGEST,
            self.title,
            search.name,
        )
        return tuple(self._query(search, part, since) for part in nodes)

    def _query(self, search: Search, node: Node, since: str | None) -> Query:
        parts = [f"({to_cql(node, self.register.indexes, self.title)})"]
        day = search.option(self.name, "valid_on")
        if day is not None:
            parts.append(self.register.day.format(day=_day(day, search)))
        if search.from_year is not None:
            parts.append(f"{self.register.year}>={search.from_year}-01-01")
        if search.to_year is not None:
            parts.append(f"{self.register.year}<={search.to_year}-12-31")
        if since:
            parts.append(f"dcterms.modified>={since[:10]}")
        text = " AND ".join(parts)
        params = {
            "operation": "searchRetrieve", "version": "1.2", "x-connection": self.register.connection, "query": text,
        }  # fmt: skip
        if search.option(self.name, "text"):
            params[_TEXT] = "true"
        return Query(self.name, text, endpoint(self, search, _DEFAULT), params, "nl")

    def estimate(self, transport: Transport, query: Query) -> Estimate:
        texts = _TEXT in query.params
        return sru.estimate(transport, query, _PER_PAGE_WITH_TEXT if texts else _PER_PAGE, texts=texts)

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]:
        if _TEXT not in query.params:
            return sru.pages(transport, query, cursor, _PER_PAGE)
        base = text_base(query.url, _DEFAULT, _TEXTS)
        return sru.pages(
            transport, query, cursor, _PER_PAGE_WITH_TEXT, lambda one: self._document(transport, base, one)
        )

    def read(self, content: bytes) -> Reading:
        """Read a stored page, or the XML of a single rule."""
        answer, parts = unpack(content)
        documents = {part.name: part.content for part in parts if part.status == 200}
        root = parse(answer)
        found = (root,) if local(root) == "cvdr" else sru.records_of(root)
        outcome = [self._record(one, documents) for one in found]
        missing = sum(part.status != 200 for part in parts)
        return Reading(
            self.name,
            "utf-8",
            tuple(one for one in outcome if isinstance(one, Record)),
            tuple(one for one in outcome if isinstance(one, Reject)),
            remarks=(f"Van {missing} regelingen kwam de tekst niet binnen.",) if missing else (),
        )

    def _document(self, transport: Transport, base: str, element: Any) -> Part | None:
        """Fetch the XML of a rule; the machine is ours to choose, the answer only names the path."""
        identifier = self._identifier(element)
        given = first_text(element, "publicatieurl_xml", "locatie_toestand")
        path = urlsplit(given or "").path
        if identifier is None or not path:
            return None
        return fetch_document(transport, identifier, (base + path,))

    @abstractmethod
    def _identifier(self, element: Any) -> str | None:
        """Return how the source names the rule of a record."""

    @abstractmethod
    def _record(self, element: Any, documents: Mapping[str, bytes]) -> Record | Reject:
        """Read one record, with the documents that came along."""


class Cvdr(_Sru12):
    """The source ``cvdr``: rules of decentralised governments."""

    name = "cvdr"
    title = "Lokale regelgeving (CVDR)"
    url_variable = "LEESZAAL_CVDR_URL"
    register = Register(
        "cvdr",
        {"": "keyword={}", "title": "dcterms.title={}", "author": "dcterms.creator={}"},
        "overheidrg.inwerkingtredingDatum<={day} NOT overheidrg.uitwerkingtredingDatum<={day}",
        "dcterms.issued",
    )

    def _identifier(self, element: Any) -> str | None:
        """Return "CVDR100394_2": rule and version. Older records leave the letters out."""
        text = first_text(element, "identifier")
        found = _CVDR_ID.fullmatch(text or "")
        return f"CVDR{found[1]}_{found[2]}" if found else text

    def _record(self, element: Any, documents: Mapping[str, bytes]) -> Record | Reject:
        meta = first(element, "meta")
        identifier, title = self._identifier(element), first_text(element, "title")
        if meta is None or identifier is None or title is None:
            return Reject(as_text(element), None, "deze regeling van CVDR heeft geen kenmerk of titel")
        creator = first(meta, "creator")
        body = organisation(whole_text(creator), creator.get("scheme") if creator is not None else None)
        kind = first_text(element, "organisatietype")
        if kind and body and " " not in body:
            body = organisation(body, kind)
        when = read_date(first_text(meta, "issued", "inwerkingtredingDatum", "modified"))
        text = publication_text(documents[identifier]) if identifier in documents else None
        if text is None and local(element) == "cvdr":
            text = publication_text(as_text(element).encode())
        number, _, version = identifier.partition("_")
        return Record(
            title=title,
            source_record_id=identifier,
            type="law",
            raw_type=first_text(meta, "type") or "",
            abstract=beginning(text, title) if text else None,
            authors=(body,) if body else (),
            year=when.year,
            date=when.date,
            publisher=body,
            url=first_text(element, "preferred_url")
            or f"https://lokaleregelgeving.overheid.nl/{number}/{version or 1}",
            language=normal_code(first_text(meta, "language")) or "nl",
            keywords=all_texts(meta, "subject"),
            extra=_said(
                modified=first_text(meta, "modified"),
                valid_from=first_text(meta, "inwerkingtredingDatum"),
                valid_to=first_text(meta, "uitwerkingtredingDatum"),
                published_in=first_text(meta, "isFormatOf"),
                decided_by=first_text(meta, "isRatifiedBy"),
                rests_on="; ".join(all_texts(meta, "source")) or None,
                xml=first_text(element, "publicatieurl_xml"),
                abstract_from="text" if text else None,
            ),
        )


class Bwb(_Sru12):
    """The source ``bwb``: laws, orders and ministerial regulations of the state."""

    name = "bwb"
    title = "Wetten van het Rijk (BWB)"
    url_variable = "LEESZAAL_BWB_URL"
    register = Register(
        "BWB",
        {"": "overheidbwb.titel={}", "title": "overheidbwb.titel={}", "author": "overheid.authority={}"},
        "overheidbwb.geldigheidsdatum=={day}",
        "overheidbwb.geldigheidsperiode_startdatum",
    )

    def _identifier(self, element: Any) -> str | None:
        """Return "BWBR0005537 2026-01-01_0": law and version."""
        law = first_text(element, "identifier")
        place = urlsplit(first_text(element, "locatie_toestand") or "").path.split("/")
        version = next((part for part in place if re.match(r"\d{4}-\d\d-\d\d_", part)), None)
        if version is None:
            version = first_text(element, "geldigheidsperiode_startdatum")
        return f"{law} {version}" if law and version else law

    def _record(self, element: Any, documents: Mapping[str, bytes]) -> Record | Reject:
        identifier, title = self._identifier(element), first_text(element, "title")
        if identifier is None or title is None:
            return Reject(as_text(element), None, "deze wet van BWB heeft geen kenmerk of titel")
        law = identifier.split(" ")[0]
        start = first_text(element, "geldigheidsperiode_startdatum")
        when = read_date(start or first_text(element, "issued", "modified"))
        authority = first_text(element, "authority", "creator")
        text = publication_text(documents[identifier]) if identifier in documents else None
        return Record(
            title=title,
            source_record_id=identifier,
            type="law",
            raw_type=first_text(element, "type") or "",
            abstract=beginning(text, title) if text else None,
            authors=(institution(authority),) if authority else (),
            year=when.year,
            date=when.date,
            url=f"https://wetten.overheid.nl/{law}" + (f"/{start}" if start else ""),
            language="nl",
            keywords=tuple(
                dict.fromkeys([*all_texts(element, "rechtsgebied"), *all_texts(element, "overheidsdomein")])
            ),
            extra=_said(
                bwb=law,
                modified=first_text(element, "modified"),
                valid_from=start,
                valid_to=first_text(element, "geldigheidsperiode_einddatum"),
                xml=first_text(element, "locatie_toestand"),
                abstract_from="text" if text else None,
            ),
        )


def _said(**given: str | None) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}


def _day(given: Any, search: Search) -> str:
    """Return an option that must be a date as ISO text; YAML may have read it as one."""
    text = given.isoformat()[:10] if isinstance(given, datetime.date) else str(given)
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise LeeszaalError(
            f"Zoekvraag ‘{search.name}’: ‘{given}’ is geen dag (valid_on).", "Verwacht: jjjj-mm-dd, zoals 2026-01-01."
        ) from None
