"""Tweede Kamer: the documents of the House of Representatives, by OData.

`https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0`, no key, at most 250 documents a page, and no published limits:
two requests a second here. OData compares letters, not words: "toezicht" is found inside "toezichthouder" too. Words
are looked for in the title (of the dossier) and the subject (of the document). The next page is found by the link in
the page; a page without one before the announced number is reached is an error, not the end.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.answer import Answer
from leeszaal.harvest.errors import CursorExpired, SourceRefused, SourceTrap
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.government import dutch_node, endpoint, split_or, wanted_types
from leeszaal.harvest.query import And, Node, Not, Or, Term
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Estimate, Page, Query
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.works.dates import read_date
from leeszaal.works.names import institution, natural_name
from leeszaal.works.numbers import format_number
from leeszaal.works.plain import pick, plain
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["TweedeKamer"]

_DEFAULT = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0"
_SITE = "https://www.tweedekamer.nl"
_PER_PAGE = 250
# Many web servers refuse a question of more than 2,048 characters; the rest of it needs some 600.
_LONGEST = 1400
_SELECT = (
    "Id,Soort,DocumentNummer,Titel,Onderwerp,Datum,Vergaderjaar,Kamer,Volgnummer,Citeertitel,DatumRegistratie,"
    "ContentType,GewijzigdOp,Verwijderd"
)
_EXPAND = (
    "Kamerstukdossier($select=Nummer,Toevoeging,Titel),DocumentActor($select=ActorNaam,ActorFractie,Functie,Relatie)"
)
_FIELDS = {"": ("Titel", "Onderwerp"), "title": ("Titel", "Onderwerp"), "abstract": ("Onderwerp",)}
_WRITERS = ("eerste ondertekenaar", "mede ondertekenaar", "ondertekenaar", "auteur", "indiener")


class TweedeKamer:
    """The source ``tweedekamer``.

    Options: `kinds` (values of Soort, such as "Brief regering"; by default all), `filter` (OData of your own, added
    to the question), `expand` ("" to leave out dossiers and signatories).
    """

    name = "tweedekamer"
    title = "Tweede Kamer"
    url_variable = "LEESZAAL_TWEEDEKAMER_URL"
    limits = Limits(per_second=2, concurrency=1)
    options: tuple[str, ...] = ("kinds", "filter", "expand")

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        wanted_types(search, ("law", "report", "other"), self.title)
        node = dutch_node(search, self.title)
        nodes = split_or(node, lambda part: len(quote(_odata(part))) <= _LONGEST, self.title, search.name)
        return tuple(self._query(search, part, since) for part in nodes)

    def _query(self, search: Search, node: Node, since: str | None) -> Query:
        parts = ["Verwijderd eq false", _odata(node)]
        kinds = search.option(self.name, "kinds")
        if kinds:
            names = [kinds] if isinstance(kinds, str) else kinds
            parts.append("(" + " or ".join(f"Soort eq {_text(str(name))}" for name in names) + ")")
        if search.from_year is not None:
            parts.append(f"Datum ge {search.from_year}-01-01T00:00:00Z")
        if search.to_year is not None:
            parts.append(f"Datum lt {search.to_year + 1}-01-01T00:00:00Z")
        if search.option(self.name, "filter"):
            parts.append(f"({search.option(self.name, 'filter')})")
        if since:
            parts.append(f"GewijzigdOp ge {since[:10]}T00:00:00Z")
        text = " and ".join(parts)
        # In order of change, so that what changes while we read comes at the end. No $top: with it, no next links.
        params = {"$filter": text, "$select": _SELECT, "$orderby": "GewijzigdOp", "$count": "true"}
        expand = search.option(self.name, "expand")
        if expand != "":
            params["$expand"] = str(expand or _EXPAND)
        url = endpoint(self, search, _DEFAULT)
        return Query(self.name, f"$filter={text}", f"{url}/Document", params, "nl")

    def estimate(self, transport: Transport, query: Query) -> Estimate:
        asked = {"$filter": query.params["$filter"], "$count": "true", "$top": "1", "$select": "Id"}
        _, found = self._get(transport, query.url, asked)
        hits = found.get("@odata.count")
        return Estimate(hits, False, max(math.ceil(hits / _PER_PAGE), 1) if hits is not None else None)

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]:
        """Yield the pages from `cursor` on: how many came before, and the question in the last next link."""
        before, _, link = (cursor or "0 ").partition(" ")
        seen, seen_links, total = int(before), {link}, None
        while True:
            asked = dict(parse_qsl(link, keep_blank_values=True)) if link else dict(query.params)
            try:
                answer, found = self._get(transport, query.url, asked)
            except SourceRefused as error:
                if link and error.status in (400, 404, 410):
                    raise CursorExpired(error.message, error.remedy, status=error.status) from None
                raise
            count = found.get("@odata.count")
            total = count if isinstance(count, int) else total
            seen += len(found["value"])
            following = self._following(found)
            error_at_end = None
            if following is None and total is not None and seen < total:
                error_at_end = SourceTrap(
                    f"{self.title} meldt {format_number(total)} documenten, maar verwijst na "
                    f"{format_number(seen)} niet meer naar een volgende bladzijde.",
                    "Wat binnen is, is bewaard. Voer dezelfde opdracht later opnieuw uit.",
                )
            after = f"{seen} {following}" if following is not None else f"{seen} " if error_at_end else None
            yield Page(answer.content, cursor, after, len(found["value"]), total)
            if error_at_end:
                raise error_at_end
            if following is None:
                return
            if following in seen_links:
                raise SourceTrap(
                    f"{self.title} blijft op dezelfde plaats: een bladzijde verwijst naar een die er al was.",
                    "Wat binnen is, is bewaard. Probeer het later opnieuw.",
                )
            seen_links.add(following)
            cursor, link = after, following

    def _following(self, found: Mapping[str, Any]) -> str | None:
        """Return the question of the next link, without its machine: a page cannot send us elsewhere."""
        link = found.get("@odata.nextLink")
        if not link:
            return None
        asked = urlsplit(str(link)).query
        if not asked:
            raise SourceTrap(
                f"{self.title} verwijst naar een volgende bladzijde zonder te zeggen welke: {link}",
                "Misschien is de bron veranderd. Meld dit bij de beheerder van Leeszaal.",
            )
        return asked

    def _get(self, transport: Transport, url: str, params: Mapping[str, str]) -> tuple[Answer, dict[str, Any]]:
        parsed: dict[str, Any] = {}

        def check(answer: Answer) -> None:
            parsed.clear()
            parsed.update(answer.json())

        answer = transport.get(url, params, {"accept": "application/json"}, check=check)
        if not isinstance(parsed.get("value"), list):
            said = parsed.get("error")
            raise SourceTrap(
                f"{self.title} antwoordt in een andere vorm dan afgesproken (geen ‘value’): {answer.url}"
                + (f"\nDe bron zegt: {said}" if said else ""),
                "Misschien is de bron veranderd. Meld dit bij de beheerder van Leeszaal.",
            )
        return answer, parsed

    def read(self, content: bytes) -> Reading:
        """Read a stored page."""
        records: list[Record] = []
        rejects: list[Reject] = []
        for document in loads(content)["value"]:
            reason = "dit document van de Tweede Kamer is niet te lezen"
            try:
                if document.get("Verwijderd"):
                    raise ValueError("de Kamer heeft het verwijderd")
                records.append(_record(document))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                text = json.dumps(document, ensure_ascii=False)
                rejects.append(Reject(text, None, f"{reason} ({error})"))
        return Reading(self.name, "utf-8", tuple(records), tuple(rejects))


def _text(text: str) -> str:
    """Return a text for OData, in single quotes.

    Examples
    --------
    >>> _text("Commissie Ina's")
    "'Commissie Ina''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _odata(node: Node) -> str:
    if isinstance(node, Term):
        if node.field not in _FIELDS:
            raise LeeszaalError(
                f"De Tweede Kamer kan niet zoeken met ‘{node.field}:’.",
                f"Laat ‘{node.field}:’ weg voor deze bron, of geef haar een eigen zoekvraag.",
            )
        tests = (f"contains(tolower({field}),{_text(node.text.lower())})" for field in _FIELDS[node.field])
        return "(" + " or ".join(tests) + ")"
    if isinstance(node, Not):
        return f"not {_odata(node.part)}"
    word = " and " if isinstance(node, And) else " or "
    assert isinstance(node, And | Or)
    return "(" + word.join(_odata(part) for part in node.parts) + ")"


def _record(document: Mapping[str, Any]) -> Record:
    """Return one document; raises when it has no title."""
    subject, title = plain(document.get("Onderwerp")), plain(document.get("Titel"))
    shown = pick(subject, title, document.get("Citeertitel"), document.get("Soort"))
    if shown is None:
        raise ValueError("geen titel")
    number = plain(document.get("DocumentNummer"))
    when = read_date((document.get("Datum") or document.get("DatumRegistratie") or "")[:10])
    dossier = _dossier(document)
    sequence = document.get("Volgnummer")
    kind = plain(document.get("Soort")) or ""
    issue = str(sequence) if isinstance(sequence, int) and sequence > 0 else None
    year = plain(document.get("Vergaderjaar"))
    page = f"{_SITE}/kamerstukken/detail?id={number}&did={number}" if number else None
    extra = {
        "document_number": number, "modified": document.get("GewijzigdOp"), "content_type": document.get("ContentType"),
        "dossier": dossier, "dossiertitel": title if title != shown else None,
        "resource": f"{_DEFAULT}/Document({document['Id']})/resource",
    }  # fmt: skip
    return Record(
        title=shown,
        source_record_id=document["Id"],
        type=_type(kind, dossier),
        raw_type=kind,
        authors=_writers(document) or ("Tweede Kamer der Staten-Generaal",),
        year=when.year,
        date=when.date,
        container="Kamerstukken II" if dossier else None,
        publisher="Tweede Kamer der Staten-Generaal",
        volume=year,
        issue=issue if dossier else None,
        url=page or extra["resource"],
        language="nl",
        note=_citation(dossier, issue, year),
        extra={name: str(value) for name, value in extra.items() if value},
    )


def _type(kind: str, dossier: str | None) -> str:
    if any(word in kind.casefold() for word in ("bijlage", "rapport", "jaarverslag")):
        return "report"
    return "law" if dossier else "other"


def _dossier(document: Mapping[str, Any]) -> str | None:
    """Return "36800-VII" for the first dossier a document is in."""
    for one in document.get("Kamerstukdossier") or ():
        if one.get("Nummer"):
            extra = plain(one.get("Toevoeging"))
            return f"{one['Nummer']}-{extra}" if extra else str(one["Nummer"])
    return None


def _writers(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return who signed: persons as names, others as they stand; the first signatory first."""
    actors = [one for one in document.get("DocumentActor") or () if plain(one.get("ActorNaam"))]
    signed = [one for one in actors if (one.get("Relatie") or "").casefold() in _WRITERS]
    signed.sort(key=lambda one: not (one.get("Relatie") or "").casefold().startswith("eerste"))
    names = []
    for one in signed:
        name = plain(one["ActorNaam"]) or ""
        person = one.get("ActorFractie") or one.get("Functie")
        names.append(natural_name(name) if person and "," not in name else institution(name))
    return tuple(dict.fromkeys(names))


def _citation(dossier: str | None, number: str | None, year: str | None) -> str | None:
    """Return how the paper is cited, or None when it is no numbered paper."""
    if dossier is None:
        return None
    parts = ("Kamerstukken II" + (f" {year}" if year else ""), dossier, f"nr. {number}" if number else None)
    return ", ".join(part for part in parts if part)
