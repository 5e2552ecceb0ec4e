"""Woo: what government bodies publish at open.overheid.nl, by the interface behind its own search page.

It is not documented, and has one trap that matters: a parameter it does not know is ignored, and then it answers
with everything (some 700,000 documents). So a total that comes near everything is checked against an empty search,
and the dates on a page against the dates that were asked. A page has 10, 20 or 50 results. Words stand for themselves
and phrases stand in quotes, but nothing is known about AND, OR and NOT; so a search becomes one question for each
combination of its alternatives, and what stands under NIET comes along all the same. Asking for what is new goes by
the date of publication; a document that was changed later is not found that way.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.answer import Answer
from leeszaal.harvest.errors import SourceRefused, SourceTrap
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.government import dutch_node, endpoint, wanted_types
from leeszaal.harvest.query import And, Node, Not, Term
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Estimate, Page, Query
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.works.dates import read_date
from leeszaal.works.kinds import type_from_words
from leeszaal.works.language import normal_code
from leeszaal.works.names import institution
from leeszaal.works.numbers import format_number
from leeszaal.works.plain import plain
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["Woo", "alternatives"]

_DEFAULT = "https://open.overheid.nl/overheid/openbaarmakingen/api/v0"
_SIZES = (50, 20, 10)
_MOST_QUESTIONS = 40
# A total from here on is compared with the total of an empty search; this near to it, our words were ignored.
_SUSPECT, _EVERYTHING = 100_000, 0.98
_VERSION = re.compile(r"_\d+$")


class Woo:
    """The source ``woo``.

    Options: `extra` (parameters of your own, name to value, such as informatiecategorie).
    """

    name = "woo"
    title = "Open overheid (Woo)"
    url_variable = "LEESZAAL_WOO_URL"
    limits = Limits(per_second=2, concurrency=1)
    options: tuple[str, ...] = ("extra",)

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        wanted_types(search, ("report", "law", "other"), self.title)
        url = f"{endpoint(self, search, _DEFAULT)}/zoek"
        params = {"sort": "publicatiedatum", "order": "asc"}
        if since or search.from_year is not None:
            start = max(since[:10] if since else "", f"{search.from_year}-01-01" if search.from_year else "")
            params["publicatiedatumVan"] = _day(start)
        if search.to_year is not None:
            params["publicatiedatumTot"] = _day(f"{search.to_year}-12-31")
        extra = search.option(self.name, "extra") or {}
        if not isinstance(extra, dict):
            raise LeeszaalError(
                f"Zoekvraag ‘{search.name}’: ‘extra’ bij woo is geen lijst van namen en waarden.",
                "Zo kan het: extra: {informatiecategorie: onderzoeksrapporten}",
            )
        params |= {str(name): str(value) for name, value in extra.items()}
        queries = []
        for words in alternatives(dutch_node(search, self.title), search.name):
            asked = {"zoektekst": words} | params
            text = "&".join(f"{name}={value}" for name, value in asked.items())
            queries.append(Query(self.name, text, url, asked, "nl"))
        return tuple(queries)

    def estimate(self, transport: Transport, query: Query) -> Estimate:
        _, found = self._get(transport, query, 0, 10)
        total = found["totaal"]
        self._check_whole(transport, query, total)
        remark = "Deze bron is niet gedocumenteerd. Wat in uw zoekvraag onder NIET staat, komt toch mee."
        return Estimate(total, False, max(math.ceil(total / _SIZES[0]), 1), None, remark)

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]:
        """Yield the pages from `cursor` (a place in the list, from 0) on."""
        start = int(cursor) if cursor else 0
        wanted = query.limit
        checked = False
        while True:
            size = _SIZES[0] if wanted is None else min((s for s in _SIZES if s >= wanted), default=_SIZES[0])
            try:
                answer, found = self._get(transport, query, start, size)
            except SourceRefused as error:
                if start == 0:
                    raise
                raise SourceTrap(
                    f"{self.title} levert niets voorbij resultaat {format_number(start)} ({error.message})",
                    "Wat binnen is, is bewaard. Verdeel de zoekvraag over jaren (from_year, to_year).",
                ) from None
            total, results = found["totaal"], found["resultaten"]
            if not checked:
                self._check_whole(transport, query, total)
                checked = True
            self._check_dates(query, results)
            reached = start + len(results)
            more = bool(results) and reached < total
            short = not more and reached < total
            before, after = (str(start) if start else None), (str(reached) if more or short else None)
            yield Page(answer.content, before, after, len(results), total)
            if short:
                raise SourceTrap(
                    f"{self.title} meldt {format_number(total)} documenten, maar hield op na {format_number(reached)}.",
                    "Wat binnen is, is bewaard. Verdeel de zoekvraag over jaren (from_year, to_year).",
                )
            if not more:
                return
            start = reached
            if wanted is not None:
                wanted = max(wanted - len(results), 1)

    def _check_whole(self, transport: Transport, query: Query, total: int) -> None:
        """Raise when a total is so large that our words were not looked at."""
        if total < _SUSPECT:
            return
        empty = Query(self.name, "", query.url, dict(query.params) | {"zoektekst": ""})
        _, found = self._get(transport, empty, 0, 10)
        if total >= found["totaal"] * _EVERYTHING:
            raise SourceTrap(
                f"{self.title} negeert de zoekvraag: met en zonder woorden zijn er {format_number(total)} documenten.",
                "Er is niets bewaard. Misschien heten de parameters bij de bron nu anders; meld dit bij de beheerder.",
            )

    def _check_dates(self, query: Query, results: list[Any]) -> None:
        """Raise when most of a page lies outside the dates that were asked, so that these were not looked at."""
        first, last = (_iso(query.params.get(f"publicatiedatum{end}")) for end in ("Van", "Tot"))
        dates = [day for one in results if (day := (one.get("document") or {}).get("openbaarmakingsdatum"))]
        outside = [day for day in dates if (first and day < first) or (last and day > last)]
        if len(outside) > len(dates) / 2:
            raise SourceTrap(
                f"{self.title} negeert de datum: gevraagd {first or '…'} tot en met {last or '…'}, en er kwam "
                f"{outside[0]}.",
                "Waarschijnlijk heten de parameters bij de bron nu anders; meld dit bij de beheerder van Leeszaal.",
            )

    def _get(self, transport: Transport, query: Query, start: int, size: int) -> tuple[Answer, dict[str, Any]]:
        parsed: dict[str, Any] = {}

        def check(answer: Answer) -> None:
            parsed.clear()
            parsed.update(answer.json())

        asked = dict(query.params) | {"start": str(start), "aantalResultaten": str(size)}
        answer = transport.get(query.url, asked, {"accept": "application/json"}, check=check)
        if not isinstance(parsed.get("totaal"), int) or not isinstance(parsed.get("resultaten"), list):
            raise SourceTrap(
                f"{self.title} antwoordt in een andere vorm dan afgesproken, zonder ‘totaal’: {answer.url}",
                "Deze bron is niet gedocumenteerd en misschien veranderd. Meld dit bij de beheerder van Leeszaal.",
            )
        return answer, parsed

    def read(self, content: bytes) -> Reading:
        """Read a stored page: a list of results, or the full description of one document."""
        found = loads(content)
        results = found.get("resultaten", [found])
        records: list[Record] = []
        rejects: list[Reject] = []
        for one in results:
            try:
                document = one["document"]
                records.append(_full(one) if "titelcollectie" in document else _brief(one))
            except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
                reason = f"dit document van open.overheid.nl is niet te lezen ({type(error).__name__}: {error})"
                rejects.append(Reject(json.dumps(one, ensure_ascii=False), None, reason))
        return Reading(self.name, "utf-8", tuple(records), tuple(rejects))


def _day(iso: str) -> str:
    """Return dd-mm-jjjj for an ISO date, as this source wants it."""
    return "-".join(reversed(iso.split("-")))


def _iso(day: str | None) -> str | None:
    return "-".join(reversed(day.split("-"))) if day else None


def alternatives(node: Node, name: str) -> tuple[str, ...]:
    """Return a search as questions without OR: words apart by a space, phrases in quotes.

    Together they find at least what the search asks for; what stands under NIET is not left out.

    Raises
    ------
    LeeszaalError
        When there are too many combinations, or a field this source does not have.

    Examples
    --------
    >>> from leeszaal.harvest.query import parse
    >>> alternatives(parse('(toezicht OF "lokaal bestuur") EN provincie NIET zorg'), "los")
    ('toezicht provincie', '"lokaal bestuur" provincie')
    """
    found = tuple(dict.fromkeys(" ".join(words) for words in _ways(node)))
    if len(found) > _MOST_QUESTIONS:
        raise LeeszaalError(
            f"De zoekvraag ‘{name}’ wordt bij open.overheid.nl {len(found)} vragen; {_MOST_QUESTIONS} is het meeste.",
            "Maak de groepen met OF korter, of geef deze bron een eigen, kortere zoekvraag.",
        )
    return found


def _ways(node: Node) -> list[tuple[str, ...]]:
    if isinstance(node, Term):
        if node.field not in ("", "title", "abstract"):
            raise LeeszaalError(
                f"Open.overheid.nl kan niet zoeken met ‘{node.field}:’.",
                f"Laat ‘{node.field}:’ weg voor deze bron, of geef haar een eigen zoekvraag.",
            )
        return [(f'"{node.text}"' if node.is_phrase else node.text,)]
    if isinstance(node, Not):
        return [()]
    if isinstance(node, And):
        ways: list[tuple[str, ...]] = [()]
        for part in node.parts:
            ways = [(*left, *right) for left in ways for right in _ways(part)]
            if len(ways) > 10_000:  # far beyond what can be asked; the caller counts
                return ways
        return ways
    return [way for part in node.parts for way in _ways(part)]


def _brief(one: Mapping[str, Any]) -> Record:
    """Return a result of a list."""
    document = one["document"]
    title = plain(document.get("titel"))
    if title is None:
        raise ValueError("geen titel")
    when = read_date(document.get("openbaarmakingsdatum"))
    publisher = plain(document.get("publisher"))
    body = institution(publisher[0].upper() + publisher[1:]) if publisher else None
    kind = plain(document.get("documentsoort")) or ""
    return Record(
        title=title,
        source_record_id=_VERSION.sub("", document["id"]),
        type=_type(kind),
        raw_type=kind,
        abstract=plain(document.get("omschrijving")),
        authors=(body,) if body else (),
        year=when.year,
        date=when.date,
        publisher=body,
        url=plain(document.get("pid")),
        language="nl",
        extra=_said(
            version=document["id"], modified=document.get("mutatiedatumtijd"), supplier=document.get("aanbieder"),
            file_type=one.get("bestandsType"), file_size=one.get("bestandsgrootte"), pages=one.get("aantalPaginas"),
        ),
    )  # fmt: skip


def _full(one: Mapping[str, Any]) -> Record:
    """Return the full description of one document."""
    document, versions = one["document"], one.get("versies") or [{}]
    title = plain(document["titelcollectie"].get("officieleTitel"))
    if title is None:
        raise ValueError("geen titel")
    classes = document.get("classificatiecollectie") or {}
    latest = versions[-1]
    when = read_date(latest.get("openbaarmakingsdatum"))
    name = plain((document.get("publisher") or document.get("verantwoordelijke") or {}).get("label"))
    body = institution(name[0].upper() + name[1:]) if name else None
    kind = next(iter(_labels(classes, "documentsoorten")), "")
    pid = document["pid"]
    file: Mapping[str, Any] = next(iter(latest.get("bestanden") or ()), {})
    return Record(
        title=title,
        source_record_id=pid.rsplit("/", 1)[-1],
        type=_type(kind),
        raw_type=kind,
        abstract=plain(" ".join(document.get("omschrijvingen") or ())),
        authors=(body,) if body else (),
        year=when.year,
        date=when.date,
        publisher=body,
        url=pid,
        language=normal_code((document.get("language") or {}).get("label")) or "nl",
        keywords=(
            *_labels(classes, "onderwerpenRonl"), *_labels(classes, "trefwoorden"), *_labels(classes, "themas"),
            *_labels(classes, "informatiecategorieen"),
        ),
        extra=_said(
            modified=latest.get("mutatiedatumtijd"), file=file.get("id"), file_type=file.get("mime-type"),
            pages=file.get("paginas"), version=latest.get("nummer"),
        ),
    )  # fmt: skip


def _labels(classes: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the labels of one kind; "Onbekend" says nothing."""
    found = (one.get("label") if isinstance(one, dict) else one for one in classes.get(name) or ())
    return tuple(text for one in found if (text := plain(one)) and text.casefold() != "onbekend")


def _said(**given: Any) -> dict[str, str]:
    return {name: str(value) for name, value in given.items() if value is not None}


def _type(kind: str) -> str:
    found = type_from_words(kind)
    return found if found in ("law", "report") else "other" if kind else "report"
