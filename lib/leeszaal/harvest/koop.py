"""KOOP: the official publications (gazettes and parliamentary papers) by SRU 2.0.

`https://repository.overheid.nl/sru` has the Staatscourant, Kamerstukken, Provinciaal blad, Gemeenteblad, Blad
gemeenschappelijke regeling and Waterschapsblad. No key; three requests a second went well. The answers hold
descriptions only. With `text: true` the text of each publication is fetched too, as XML or else as a web page; its
beginning becomes the abstract where there is none. Many appendices exist as PDF only: these stay without text.

Search words are looked for in the text and in all indexes; ``title:`` in the title, ``author:`` in the name of the
organisation that publishes. "Utrecht" is both a municipality and a province: say which with `organisation_type`.
Written from documentation and other people's code; the service itself was not called (October 2026).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.harvest import sru
from leeszaal.harvest.bundle import Part, unpack
from leeszaal.harvest.cql import quoted, to_cql
from leeszaal.harvest.errors import SourceDown, SourceRefused
from leeszaal.harvest.government import OURS, dutch_node, endpoint, organisation, split_or, wanted_types
from leeszaal.harvest.publications import beginning, publication_text
from leeszaal.harvest.query import Node
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Estimate, Page, Query
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.harvest.xmlread import all_texts, as_text, each, first, first_text, parse, whole_text
from leeszaal.works.dates import read_date
from leeszaal.works.language import normal_code
from leeszaal.works.names import natural_name
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["PUBLICATIONS", "Koop"]

PUBLICATIONS = (
    "Staatscourant", "Kamerstuk", "Provinciaal blad", "Gemeenteblad", "Blad gemeenschappelijke regeling",
    "Waterschapsblad",
)  # fmt: skip
ORGANISATION_TYPES = (
    "gemeente", "provincie", "waterschap", "regionaal samenwerkingsorgaan", "ministerie", "staten generaal",
)  # fmt: skip
_DEFAULT = "https://repository.overheid.nl/sru"
# The repository asks robots to stay away from its documents; this is the site made for reading them.
_TEXTS = "https://zoek.officielebekendmakingen.nl"
# With texts a page is small, because a page that is broken off is fetched again.
_PER_PAGE, _PER_PAGE_WITH_TEXT = 100, 10
_TEXT = OURS + "text"
_INDEXES = {"": "cql.textAndIndexes={}", "title": "dt.title={}", "author": "dt.creator={}"}
# Words of a rubriek that make a publication law rather than a notice.
_LAW = ("regeling", "verordening", "beleidsregel", "strekking", "wet", "besluit van algemene", "verdrag", "mandaat")


class Koop:
    """The source ``koop``.

    Options: `publications` (names of the papers, by default all six), `organisation_type`, `text` (true to fetch
    the text too), `connection` (for a server that asks for `x-connection`).
    """

    name = "koop"
    title = "Officiële bekendmakingen (KOOP)"
    url_variable = "LEESZAAL_SRU_URL"
    limits = Limits(per_second=3, concurrency=1)
    options: tuple[str, ...] = ("publications", "organisation_type", "text", "connection")

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        wanted_types(search, ("law", "report", "other"), self.title)
        nodes = split_or(
            dutch_node(search, self.title),
            lambda part: len(quote(to_cql(part, _INDEXES, self.title))) <= sru.LONGEST,
            self.title,
            search.name,
        )
        return tuple(self._query(search, part, since) for part in nodes)

    def _query(self, search: Search, node: Node, since: str | None) -> Query:
        parts = ["c.product-area==officielepublicaties", _papers(search)]
        kind = search.option(self.name, "organisation_type")
        if kind is not None:
            if kind not in ORGANISATION_TYPES:
                raise LeeszaalError(
                    f"Zoekvraag ‘{search.name}’: ‘{kind}’ is geen soort organisatie bij KOOP.",
                    nearest(str(kind), ORGANISATION_TYPES),
                )
            parts.append(f"w.organisatietype=={quoted(str(kind))}")
        parts.append(f"({to_cql(node, _INDEXES, self.title)})")
        if search.from_year is not None:
            parts.append(f"dt.date>={search.from_year}-01-01")
        if search.to_year is not None:
            parts.append(f"dt.date<={search.to_year}-12-31")
        if since:
            parts.append(f"dt.modified>={since[:10]}")
        # Oldest first, so that what is published while we read comes at the end.
        text = " AND ".join(parts) + " sortBy dt.date/sort.ascending"
        params = {"operation": "searchRetrieve", "version": "2.0", "recordSchema": "gzd", "query": text}
        connection = search.option(self.name, "connection")
        if connection:
            params["x-connection"] = str(connection)
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
            transport, query, cursor, _PER_PAGE_WITH_TEXT, lambda record: _document(transport, base, record)
        )

    def read(self, content: bytes) -> Reading:
        """Read a stored page: an SRU answer, with or without the texts of its publications."""
        answer, parts = unpack(content)
        documents = {part.name: part.content for part in parts if part.status == 200}
        records: list[Record] = []
        rejects: list[Reject] = []
        for one in sru.records_of(parse(answer)):
            record = read_publication(one, documents)
            if isinstance(record, Record):
                records.append(record)
            else:
                rejects.append(record)
        missing = sum(part.status != 200 for part in parts)
        remarks = (f"Van {missing} publicaties is er geen tekst (alleen PDF).",) if missing else ()
        return Reading(self.name, "utf-8", tuple(records), tuple(rejects), remarks=remarks)


def _papers(search: Search) -> str:
    given = search.option("koop", "publications") or PUBLICATIONS
    names = [given] if isinstance(given, str) else list(given)
    aliases = {"kamerstukken": "Kamerstuk"}
    known = {name.casefold(): name for name in PUBLICATIONS} | aliases
    found = []
    for name in names:
        if str(name).casefold() not in known:
            raise LeeszaalError(
                f"Zoekvraag ‘{search.name}’: er is geen publicatie ‘{name}’ bij KOOP.",
                nearest(str(name), PUBLICATIONS),
            )
        found.append(known[str(name).casefold()])
    return "(" + " OR ".join(f"w.publicatienaam=={quoted(name)}" for name in dict.fromkeys(found)) + ")"


def text_base(url: str, default: str, texts: str) -> str:
    """Return where the texts are: `texts`, or the same machine when the service itself was replaced by another."""
    given, usual = urlsplit(url), urlsplit(default)
    return texts if given.netloc == usual.netloc else f"{given.scheme}://{given.netloc}"


def fetch_document(transport: Transport, name: str, urls: tuple[str, ...]) -> Part:
    """Return the first of `urls` that exists; a part with the status when none does."""
    status = 404
    for url in urls:
        try:
            answer = transport.get(url, allow=(404, 410))
        except (SourceDown, SourceRefused) as error:  # one text that fails is counted, and stops nothing else
            status = getattr(error, "status", 0)
            continue
        status = answer.status
        if status == 200:
            return Part(name, 200, answer.headers.get("content-type", ""), answer.content)
    return Part(name, status, "", b"")


def _document(transport: Transport, base: str, record: Any) -> Part | None:
    """Fetch the text of a publication, as XML or else as a web page; None when it is PDF only."""
    identifier = first_text(record, "identifier")
    forms = {one.get("manifestation") for one in each(record, "itemUrl")}
    wanted = [form for form in ("xml", "html") if not forms or form in forms]
    if identifier is None or not wanted:
        return None
    place = quote(identifier, safe="-_.")
    return fetch_document(transport, identifier, tuple(f"{base}/{place}.{form}" for form in wanted))


def read_publication(element: Any, documents: Mapping[str, bytes]) -> Record | Reject:
    """Return one publication from its `record` element, with the text of `documents` (by identifier) if it is there."""
    meta = first(element, "originalData")
    meta = element if meta is None else meta
    identifier = first_text(meta, "identifier")
    title = first_text(meta, "documenttitel", "title")
    if identifier is None or title is None:
        missing = "kenmerk" if identifier is None else "titel"
        return Reject(as_text(element), None, f"deze publicatie van KOOP heeft geen {missing}")
    kind = first_text(meta, "organisatietype")
    creator = first(meta, "creator")
    body = organisation(whole_text(creator), _scheme(creator) or kind)
    people = tuple(natural_name(name) for name in all_texts(meta, "indiener"))
    when = read_date(first_text(meta, "date", "issued", "available", "modified"))
    paper = first_text(meta, "publicatienaam")
    document = documents.get(identifier)
    text = publication_text(document) if document is not None else None
    abstract = first_text(meta, "abstract")
    rubriek = first_text(meta, "type")
    whole_title = first_text(meta, "title")
    return Record(
        title=title,
        source_record_id=identifier,
        type=_type(identifier, paper, all_texts(meta, "type")),
        raw_type=rubriek or "",
        abstract=abstract or (beginning(text, title) if text else None),
        authors=people or ((body,) if body else ()),
        year=when.year,
        date=when.date,
        container=paper,
        publisher=body,
        volume=first_text(meta, "vergaderjaar", "jaargang"),
        issue=first_text(meta, "publicatienummer", "ondernummer"),
        url=first_text(element, "preferredUrl") or f"{_TEXTS}/{identifier}.html",
        language=normal_code(first_text(meta, "language")) or "nl",
        keywords=tuple(
            dict.fromkeys(word for one in all_texts(meta, "subject") for word in one.split(" | "))
        ),
        note=_note(meta, paper),
        extra={
            name: value
            for name, value in (
                ("modified", first_text(meta, "modified")), ("rubriek", first_text(meta, "subrubriek")),
                ("dossiernummer", first_text(meta, "dossiernummer")), ("organisatietype", kind),
                ("hoofddocument", first_text(meta, "hoofddocument")),
                ("dossiertitel", whole_title if whole_title != title else None),
                ("pdf", _form(element, "pdf")), ("xml", _form(element, "xml")),
                ("abstract_from", "text" if text and not abstract else None),
            )
            if value is not None
        },
    )  # fmt: skip


def _scheme(creator: Any) -> str | None:
    scheme = creator.get("scheme") if creator is not None else None
    return str(scheme) if scheme else None


def _form(element: Any, name: str) -> str | None:
    return next((whole_text(one) for one in each(element, "itemUrl") if one.get("manifestation") == name), None)


def _type(identifier: str, paper: str | None, rubrieken: tuple[str, ...]) -> str:
    """Return "report" for an appendix, "law" for papers of parliament and rules, "other" for notices."""
    if identifier.startswith("blg-") or "Bijlage" in rubrieken:
        return "report"
    words = " ; ".join(rubrieken).casefold()
    parliament = paper in ("Kamerstuk", "Staatsblad", "Tractatenblad")
    return "law" if parliament or any(word in words for word in _LAW) else "other"


def _note(meta: Any, paper: str | None) -> str | None:
    """Return how a paper of parliament is cited: dossier, number, year."""
    dossier, number = first_text(meta, "dossiernummer"), first_text(meta, "ondernummer")
    if paper != "Kamerstuk" or dossier is None:
        return None
    year = first_text(meta, "vergaderjaar")
    return ", ".join(
        filter(None, (f"Kamerstukken {year}" if year else "Kamerstukken", dossier, f"nr. {number}" if number else None))
    )
