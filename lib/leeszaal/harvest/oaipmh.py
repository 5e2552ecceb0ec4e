"""OAI-PMH: the repositories of the universities, by sets and dates.

OAI-PMH hands over whole collections and cannot search. So the words of the search are looked for here, in title,
abstract, keywords and names, and only what answers them is kept as a record (`select: all` keeps everything). The
pages are kept as they came. Repositories on Pure have a set for each year of publication, so that `from_year` and
`to_year` limit what is handed over; elsewhere the years are looked at here. Only Dublin Core (`oai_dc`) is read.

Why not the usual library (oaipmh-scythe 0.16): it lets a repairing parser read the answers, so that one cut short
between two records looks whole, and a web page looks like an empty list; a record with an empty `metadata` ends the
harvest; and a client of one's own can be given to it only behind its back. What remains of it is a loop.

What servers do: errors come as HTTP 200, or as 422; `Retry-After` stands on answers that are in order, and then means
nothing unless the server also says that no requests are left; tokens expire, or come back as they were; and
`completeListSize` may be an estimate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.answer import Answer
from leeszaal.harvest.bundle import pack, unpack
from leeszaal.harvest.errors import CursorExpired, SourceRefused, SourceTrap
from leeszaal.harvest.government import sent
from leeszaal.harvest.markup import untag
from leeszaal.harvest.matching import Sieve
from leeszaal.harvest.repositories import UNIVERSITIES, Repository, find_repositories
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Estimate, Page, Query, base_url
from leeszaal.harvest.sru import SLACK
from leeszaal.harvest.transport import Limits, Transport, retry_after
from leeszaal.harvest.xmlread import all_texts, as_text, each, first, first_text, local, parse, read_xml
from leeszaal.works.dates import When, read_date
from leeszaal.works.identifiers import find_dois, find_isbns
from leeszaal.works.kinds import type_from_words
from leeszaal.works.language import normal_code
from leeszaal.works.names import listed_names, natural_name
from leeszaal.works.numbers import format_number
from leeszaal.works.plain import split_keywords
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["OaiPmh"]

_PREFIX = "oai_dc"
_NOTHING = ("No description provided.",)
# "Journal of Local Government, 5(9), 16-23" and "J Smith, 'Title', Journal, vol. 3".
_REFERENCE = re.compile(r"(.{3,}?),\s*(?:\d|vol\.|pp\.)")
# Words of dc:type, as COAR, DRIVER, OpenAIRE and Pure use them, where the general list would go wrong.
_TYPES = {
    "contributiontojournal": "article",
    "contributiontobookanthology": "chapter",
    "contributiontoconference": "conference",
    "bookpart": "chapter",
    "doctoralthesis": "thesis",
    "masterthesis": "thesis",
    "bachelorthesis": "thesis",
    "workingpaper": "report",
    "preprint": "article",
    "lecture": "conference",
    "annotation": "article",
}


class OaiPmh:
    """The source ``oaipmh``.

    Options: `repositories` (names, see `repositories`; "universiteiten" for all universities), `url` (a repository
    that is not in the list), `sets` (names of sets, instead of those by year), `select` ("query" or "all").
    """

    name = "oaipmh"
    title = "Repositories (OAI-PMH)"
    url_variable = "LEESZAAL_OAIPMH_URL"
    limits = Limits(per_second=1, concurrency=1)
    options: tuple[str, ...] = ("repositories", "sets", "select")

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        sieve = Sieve.of(search, select=search.option(self.name, "select"))
        given = search.option(self.name, "sets") or []
        queries = []
        for place in self._places(search):
            named = [given] if isinstance(given, str) else [str(one) for one in given]
            for chosen in named or _sets_by_year(place, search):
                params = {"verb": "ListRecords", "metadataPrefix": _PREFIX}
                if chosen:
                    params["set"] = chosen
                if since:
                    params["from"] = since[:10]
                asked = f"{place.url}?" + "&".join(f"{name}={value}" for name, value in params.items())
                queries.append(Query(self.name, sieve.tell(asked), place.url, params | sieve.params()))
        return tuple(queries)

    def _places(self, search: Search) -> tuple[Repository, ...]:
        url = base_url(self, search, "")
        if url:
            return (Repository("", url, url),)
        names = search.option(self.name, "repositories")
        if not names:
            raise LeeszaalError(
                f"Zoekvraag ‘{search.name}’ noemt geen repository voor OAI-PMH.",
                "Zet onder options: oaipmh: repositories: [twente, tilburg]. Bekend zijn onder meer: "
                f"{', '.join(UNIVERSITIES)}; universiteiten staat voor allemaal. Of noem een url.",
            )
        return find_repositories([names] if isinstance(names, str) else [str(name) for name in names])

    def estimate(self, transport: Transport, query: Query) -> Estimate:
        """Ask for the first page, because there is no smaller question."""
        found = _ask(transport, query.url, sent(query.params), first_page=True)
        requests = None
        if found.size is not None:
            requests = max(-(-found.size // max(found.received, 1)), 1)
        told = (
            f"hebben {format_number(found.size)} records"
            if found.size is not None
            else "hebben een onbekend aantal records"
        )
        remark = (
            f"Deze bron kan niet zoeken. De gevraagde verzamelingen {told}; Leeszaal haalt ze op en zoekt er zelf in."
        )
        return Estimate(None, False, requests or (1 if found.token is None else None), None, remark)

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]:
        """Yield the pages from `cursor` on: how many records came before, and the token of the next page."""
        before, _, token = (cursor or "0 ").partition(" ")
        seen, tokens, size = int(before), {token}, None
        sieve = Sieve.read(query.params)
        while True:
            asked = {"verb": "ListRecords", "resumptionToken": token} if token else sent(query.params)
            found = _ask(transport, query.url, asked, first_page=not token)
            content = pack(found.answer.content, [sieve.part()])
            size = found.size if found.size is not None else size
            seen += found.received
            error = _too_few(seen, size) if found.token is None else None
            after = f"{seen} {found.token or ''}" if found.token is not None or error else None
            facts = {"handed_over": found.received, "deleted": found.deleted}
            if size is not None:
                facts["list_size"] = size
            yield Page(content, cursor, after, self.read(content).read, None, facts=facts)
            if error is not None:
                raise error
            if found.token is None:
                return
            if found.token in tokens:
                raise SourceTrap(
                    f"{query.url} blijft op dezelfde plaats: een bladzijde verwijst naar een die er al was (na "
                    f"{format_number(seen)} records).",
                    "Wat binnen is, is bewaard. Probeer het later opnieuw.",
                )
            tokens.add(found.token)
            _rest(transport, found.answer)
            cursor, token = after, found.token

    def read(self, content: bytes) -> Reading:
        """Read a stored page: the records that answer the search. Withdrawn records are left out, and told."""
        body, parts = unpack(content)
        sieve = Sieve.unpack(parts)
        records: list[Record] = []
        rejects: list[Reject] = []
        deleted = left = 0
        for one in each(parse(body), "record"):
            if _is_deleted(one):
                deleted += 1
                continue
            record = _record(one)
            if isinstance(record, Reject):
                rejects.append(record)
            elif sieve.passes(record):
                records.append(record)
            else:
                left += 1
        told = ((deleted, "records zijn door de bron ingetrokken."), (left, "records passen niet bij de zoekvraag."))
        remarks = tuple(f"{format_number(count)} {text}" for count, text in told if count)
        return Reading(self.name, "utf-8", tuple(records), tuple(rejects), remarks=remarks)


def _sets_by_year(place: Repository, search: Search) -> list[str]:
    """Return the sets to ask for: one a year where a repository has those and a first year is asked, else all."""
    if not place.by_year or search.from_year is None:
        return [""]
    last = search.to_year if search.to_year is not None else datetime.now(UTC).year + 1  # some are dated ahead
    return [f"publications:year{year}" for year in range(search.from_year, last + 1)]


@dataclass(frozen=True)
class _Found:
    answer: Answer
    received: int
    deleted: int
    token: str | None
    size: int | None


def _ask(transport: Transport, url: str, params: Mapping[str, str], *, first_page: bool) -> _Found:
    """Ask for one page.

    Raises
    ------
    CursorExpired
        When the repository no longer knows the token.
    SourceRefused
        When it reports another error, with whatever HTTP status.
    """
    roots: list[Any] = []

    def check(answer: Answer) -> None:
        roots[:] = [read_xml(answer, "OAI-PMH")]

    # Errors of the protocol come with these too.
    answer = transport.get(
        url, params, {"accept": "text/xml, application/xml"}, check=check, allow=(400, 404, 410, 422)
    )
    root = roots[0]
    errors = {one.get("code") or "?": (one.text or "").strip() for one in root if local(one) == "error"}
    if "noRecordsMatch" in errors:
        return _Found(answer, 0, 0, None, 0)
    if errors:
        said = "; ".join(f"{code} {text}".strip() for code, text in errors.items())
        if "badResumptionToken" in errors and not first_page:
            raise CursorExpired(
                f"{url} kent de plaats niet meer waar het ophalen ophield ({said}).",
                "Voer dezelfde opdracht opnieuw uit; het ophalen begint dan van voren af aan.",
                status=answer.status,
            )
        raise SourceRefused(
            f"{url} accepteert de vraag niet (HTTP {answer.status}): {said}",
            "Controleer het adres, en de namen onder sets in searches.yaml.",
            status=answer.status,
        )
    if answer.status != 200 or first(root, "ListRecords") is None:
        raise SourceTrap(
            f"{url} antwoordt met HTTP {answer.status}, zonder records en zonder foutmelding.",
            "Controleer het adres van de repository.",
        )
    records = list(each(root, "record"))
    resumption = first(root, "resumptionToken")
    token = (resumption.text or "").strip() if resumption is not None else ""
    size = resumption.get("completeListSize") if resumption is not None else None
    return _Found(
        answer,
        len(records),
        sum(map(_is_deleted, records)),
        token or None,
        int(size) if size and size.isdigit() else None,
    )


def _too_few(seen: int, size: int | None) -> SourceTrap | None:
    """Return the error for a list that ends clearly before its announced size, which may be an estimate."""
    if size is None or seen >= size * (1 - SLACK):
        return None
    return SourceTrap(
        f"De repository meldt {format_number(size)} records en leverde er {format_number(seen)}.",
        "Wat binnen is, is bewaard. Probeer het later opnieuw.",
    )


def _rest(transport: Transport, answer: Answer) -> None:
    """Wait when an answer that is in order says that it was the last one for now."""
    if answer.headers.get("x-ratelimit-remaining", "").strip() == "0":
        seconds = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
        if seconds:
            transport.pause(seconds)


def _is_deleted(record: Any) -> bool:
    header = first(record, "header")
    return header is not None and header.get("status") == "deleted"


def _record(element: Any) -> Record | Reject:
    """Return one record in Dublin Core."""
    header, dc = first(element, "header"), first(element, "metadata")
    identifier = first_text(header, "identifier") if header is not None else None
    title = untag(first_text(dc, "title")) if dc is not None else None
    if identifier is None or title is None:
        return Reject(as_text(element), None, "dit record heeft geen " + ("titel" if identifier else "kenmerk"))
    own = all_texts(dc, "identifier")
    kinds = all_texts(dc, "type")
    when = _when(all_texts(dc, "date"))
    dois = find_dois(" ".join(own))
    isbns = find_isbns(" ".join(text for text in own if "isbn" in text.casefold()))
    texts = [
        text for one in all_texts(dc, "description") if (text := untag(one, heading=True)) and text not in _NOTHING
    ]
    kind = _type(kinds)
    return Record(
        title=title,
        source_record_id=identifier,
        type=kind,
        raw_type=" ; ".join(kinds),
        abstract=max(texts, key=len, default=None),
        authors=_names(all_texts(dc, "creator")),
        editors=() if all_texts(dc, "creator") else _names(all_texts(dc, "contributor")),
        year=when.year,
        date=when.date,
        container=_container(all_texts(dc, "source")),
        publisher=first_text(dc, "publisher"),
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        url=_url(own),
        language=normal_code(first_text(dc, "language")),
        keywords=_keywords(all_texts(dc, "subject")),
        extra={
            name: value
            for name, value in (
                ("datestamp", first_text(header, "datestamp")),
                ("sets", " ".join(all_texts(header, "setSpec")) or None),
                ("rights", first_text(dc, "rights")), ("source", first_text(dc, "source")),
            )
            if value is not None
        },
    )  # fmt: skip


def _names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return names: most are "family, given", some are in natural order."""
    return listed_names(text if "," in text else natural_name(text) for text in texts)


def _keywords(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the subjects; a single one may hold several, apart by commas or semicolons."""
    words = tuple(word for one in texts if (word := untag(one)))
    return split_keywords(words) if len(words) == 1 else tuple(dict.fromkeys(words))


def _when(texts: tuple[str, ...]) -> When:
    """Return the date of publication; of several (embargo, deposit) the earliest."""
    found = [when for text in texts if (when := read_date(text)).year is not None]
    return min(found, key=lambda when: (when.year, when.date or ""), default=When())


def _type(kinds: tuple[str, ...]) -> str:
    """Return our type for dc:type ("info:eu-repo/semantics/doctoralThesis", "Article", ...)."""
    words = [text.rsplit("/", 1)[-1] for text in kinds]
    for word in words:
        key = word.replace(" ", "").replace("-", "").casefold()
        if key in _TYPES:
            return _TYPES[key]
    return next((found for word in words if (found := type_from_words(word)) != "other"), "other")


def _url(places: tuple[str, ...]) -> str | None:
    """Return the address of the record: a page of its own before a DOI or a file."""
    links = [text for text in places if text.startswith(("http://", "https://"))]
    pages = [text for text in links if "doi.org/" not in text and not text.lower().endswith(".pdf")]
    return next(iter(pages or links), None)


def _container(sources: tuple[str, ...]) -> str | None:
    """Return the name of the journal or book that a reference names, where it has a form we know."""
    for text in sources:
        found = _REFERENCE.match(text.rsplit("', ", 1)[-1])
        if found:
            return found[1]
    return None
