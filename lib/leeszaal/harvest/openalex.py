"""OpenAlex: scholarly works, by cursor, with a key and counted credits.

Our own thin client, because the usual one hides the credit headers, has no timeout and sleeps through a
`Retry-After` of hours. What the service asks (documentation, November 2026): a free key (`LEESZAAL_OPENALEX_KEY`)
for $1 of credit a day, without one about $0.10; a search costs $0.001 a page of at most 100; at most 100 requests
a second; the whole URL at most 4,094 bytes.

Two things to know. Words are stemmed, by an English stemmer, unless a query has a word that ends in ``*``: then
the field without stemming is searched, because only there a ``*`` works. And asking for what changed since a
date (`from_updated_date`) may be kept for paying users: the harvest then asks for everything again and says so.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.answer import Answer
from leeszaal.harvest.errors import CursorExpired, SourceRefused, SourceTrap
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.markup import untag
from leeszaal.harvest.query import And, Node, Not, Or, Term, terms
from leeszaal.harvest.searches import Search
from leeszaal.harvest.secrets import secret
from leeszaal.harvest.source import Estimate, Page, Query, base_url
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.works.identifiers import find_dois
from leeszaal.works.names import natural_name
from leeszaal.works.plain import plain
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["OpenAlex"]

PER_PAGE = 100
_LONGEST_URL = 4094
# What paging, the key and the choice of fields add to the URL.
_ROOM = 700
SELECT = (
    "id,doi,title,publication_year,publication_date,language,type,authorships,primary_location,open_access,biblio,"
    "keywords,abstract_inverted_index,is_retracted,referenced_works,cited_by_count,updated_date"
)
_HEADED = re.compile(r"(?:abstract|samenvatting|summary)\b", re.IGNORECASE)
_TYPES = {
    "article": "article", "review": "article", "letter": "article", "editorial": "article", "preprint": "article",
    "journal-article": "article", "posted-content": "article", "proceedings-article": "conference",
    "monograph": "book", "erratum": "article", "retraction": "article", "book-chapter": "chapter",
    "reference-entry": "chapter",
    "book-section": "chapter", "book": "book", "report": "report", "standard": "report", "dissertation": "thesis",
}  # fmt: skip
# Our types to theirs. A conference paper is an article there; web pages, laws and rulings are not kept.
_ASKED = {
    "article": "article|review|letter|editorial|preprint", "conference": "article", "chapter": "book-chapter",
    "book": "book", "report": "report|standard", "thesis": "dissertation", "other": "other",
}  # fmt: skip


class OpenAlex:
    """The source ``openalex``."""

    name = "openalex"
    title = "OpenAlex"
    url_variable = "LEESZAAL_OPENALEX_URL"
    limits = Limits(per_second=100, concurrency=4)
    options: tuple[str, ...] = ("filter",)

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        """Return one query, or one for each language when together they are too long for a URL."""
        together = self._query(search, search.node(), since, "")
        if _length(together) <= _LONGEST_URL - _ROOM:
            return (together,)
        apart = tuple(self._query(search, node, since, code) for code, node in search.nodes().items())
        for query in apart:
            if _length(query) > _LONGEST_URL - _ROOM:
                raise LeeszaalError(
                    f"De zoekvraag ‘{search.name}’ is te lang voor OpenAlex: {_length(query)} tekens; "
                    f"{_LONGEST_URL - _ROOM} passen er.",
                    "Verdeel haar over twee zoekvragen; dubbele vondsten worden vanzelf samengevoegd.",
                )
        return apart

    def _query(self, search: Search, node: Node, since: str | None, language: str) -> Query:
        filters = _searches(node)
        if search.from_year is not None:
            filters.append(f"from_publication_date:{search.from_year}-01-01")
        if search.to_year is not None:
            filters.append(f"to_publication_date:{search.to_year}-12-31")
        if search.types:
            asked = dict.fromkeys(t for ours in search.types for t in _ASKED.get(ours, "").split("|") if t)
            if not asked:
                raise LeeszaalError(
                    f"OpenAlex kent geen werken van de soort {', '.join(search.types)} (zoekvraag ‘{search.name}’).",
                    f"Het kent: {', '.join(_ASKED)}.",
                )
            filters.append(f"type:{'|'.join(asked)}")
        if search.languages:
            filters.append(f"language:{'|'.join(search.languages)}")
        extra = search.option(self.name, "filter")
        if extra:
            filters.append(str(extra))
        if since:
            filters.append(f"from_updated_date:{since[:10]}")
        text = ",".join(filters)
        url = base_url(self, search, "https://api.openalex.org")
        return Query(self.name, f"filter={text}", f"{url}/works", {"filter": text, "select": SELECT}, language)

    def estimate(self, transport: Transport, query: Query) -> Estimate:
        """Ask for a single work, to see how many there are and what a page costs."""
        asked = {"filter": query.params["filter"], "select": "id", "per_page": "1"}
        found = self._get(transport, query.url, asked)
        meta = found[1]["meta"]
        pages = max(math.ceil(meta["count"] / PER_PAGE), 1)
        cost = _number(meta.get("cost_usd"))
        left = _number(found[0].headers.get("x-ratelimit-remaining-usd"))
        remarks = []
        if secret("OPENALEX_KEY") is None:
            remarks.append("Zonder sleutel (LEESZAAL_OPENALEX_KEY) is het tegoed ongeveer $ 0,10 per dag.")
        if cost is not None and left is not None and pages * cost > left:
            remarks.append(f"Uw tegoed van vandaag ($ {left:.2f}) is daarvoor niet genoeg.")
        total = pages * cost if cost is not None else None
        return Estimate(meta["count"], False, pages, total, " ".join(remarks))

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]:
        """Yield the pages from `cursor` on; the last one has no next cursor."""
        wanted = query.limit
        while True:
            size = PER_PAGE if wanted is None else max(1, min(PER_PAGE, wanted))
            asked = dict(query.params) | {"per_page": str(size), "cursor": cursor or "*"}
            try:
                answer, found = self._get(transport, query.url, asked)
            except SourceRefused as error:
                if cursor is not None and error.status in (400, 404, 410) and b"ursor" in error.content:
                    raise CursorExpired(error.message, error.remedy, status=error.status) from None
                raise
            works, meta = found["results"], found["meta"]
            following = meta.get("next_cursor") if works else None
            yield Page(answer.content, cursor, following, len(works), meta["count"], facts=_facts(answer, meta))
            if following is None:
                return
            if following == cursor:
                raise SourceTrap(
                    "OpenAlex blijft op dezelfde plaats: de bladzijde verwijst naar zichzelf als de volgende.",
                    "Wat binnen is, is bewaard. Probeer het later opnieuw.",
                )
            cursor = following
            if wanted is not None:
                wanted -= len(works)

    def _get(self, transport: Transport, url: str, params: Mapping[str, str]) -> tuple[Answer, dict[str, Any]]:
        key = secret("OPENALEX_KEY")
        parsed: dict[str, Any] = {}

        def check(answer: Answer) -> None:
            parsed.update(answer.json())

        answer = transport.get(url, dict(params) | ({"api_key": key} if key else {}), check=check)
        meta = parsed.get("meta")
        if (
            not isinstance(parsed.get("results"), list)
            or not isinstance(meta, dict)
            or not isinstance(meta.get("count"), int)
        ):
            raise SourceTrap(
                f"OpenAlex antwoordt in een andere vorm dan afgesproken (geen ‘results’ of ‘meta.count’): {answer.url}",
                "Misschien is de bron veranderd. Meld dit bij de beheerder van Leeszaal.",
            )
        transport.budget.add_cost(_number(meta.get("cost_usd")) or 0.0)
        return answer, parsed

    def read(self, content: bytes) -> Reading:
        """Read a stored page."""
        records: list[Record] = []
        rejects: list[Reject] = []
        for work in loads(content)["results"]:
            try:
                records.append(_record(work))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                reason = f"dit werk van OpenAlex is niet te lezen ({type(error).__name__}: {error})"
                rejects.append(Reject(json.dumps(work, ensure_ascii=False), None, reason))
        return Reading(self.name, "utf-8", tuple(records), tuple(rejects))


def _length(query: Query) -> int:
    return len(f"{query.url}?{urlencode(query.params)}")


def _searches(node: Node) -> list[str]:
    """Return the search as filters: one for each field, which together must all hold."""
    parts = node.parts if isinstance(node, And) else (node,)
    by_field: dict[str, list[Node]] = {}
    for part in parts:
        fields = {term.field for term in _all_terms(part)}
        if "author" in fields:
            raise LeeszaalError(
                "OpenAlex kan niet op auteur zoeken met ‘author:’.", "Laat ‘author:’ weg voor deze bron."
            )
        if len(fields) > 1:
            raise LeeszaalError(
                "OpenAlex kan ‘title:’ en gewone woorden niet in één OF-groep zoeken.",
                "Zet ze in groepen van elkaar gescheiden door EN, of geef elk woord ‘title:’.",
            )
        by_field.setdefault(fields.pop(), []).append(part)
    filters = []
    for field, group in by_field.items():
        if all(isinstance(part, Not) for part in group):
            raise LeeszaalError(
                f"OpenAlex kan niet zoeken op alleen wat er niet in ‘{field or 'tekst'}’ staat.",
                "Noem bij hetzelfde veld ook een woord dat er wel in moet staan.",
            )
        whole = group[0] if len(group) == 1 else And(tuple(group))
        name = {"": "title_and_abstract", "title": "title", "abstract": "abstract"}[field]
        exact = ".exact" if any(term.prefix for term in _all_terms(whole)) else ""
        filters.append(f"{name}.search{exact}:{_boolean(whole)}")
    return filters


def _all_terms(node: Node) -> list[Term]:
    if isinstance(node, Not):
        return _all_terms(node.part)
    return terms(node) if isinstance(node, Term) else [t for part in node.parts for t in _all_terms(part)]


def _boolean(node: Node, inside: bool = False) -> str:
    """Return a search with capital operators; a comma or bar would end the filter, so these become spaces."""
    if isinstance(node, Term):
        text = " ".join(node.text.replace(",", " ").replace("|", " ").split())
        return f'"{text}"' if " " in text else text + ("*" if node.prefix else "")
    if isinstance(node, Not):
        return f"NOT {_boolean(node.part, True)}"
    word = " OR " if isinstance(node, Or) else " AND "
    if isinstance(node, And):  # OpenAlex's NOT is binary: "a NOT b", without an AND before it
        positive = [p for p in node.parts if not isinstance(p, Not)]
        negative = [p for p in node.parts if isinstance(p, Not)]
        text = " ".join([word.join(_boolean(p, True) for p in positive), *(_boolean(p, True) for p in negative)])
    else:
        text = word.join(_boolean(part, True) for part in node.parts)
    return f"({text})" if inside else text


def _number(value: Any) -> float | None:
    try:
        return float(value) if value is not None else None
    except (TypeError, ValueError):
        return None


def _facts(answer: Answer, meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the answer cost and what is left, as far as told."""
    told = {
        "cost_usd": _number(meta.get("cost_usd")),
        "remaining_usd": _number(answer.headers.get("x-ratelimit-remaining-usd")),
        "remaining": _number(answer.headers.get("x-ratelimit-remaining")),
    }
    return {name: value for name, value in told.items() if value is not None}


@lru_cache(maxsize=65_536)
def _name(text: str) -> str:
    return natural_name(plain(text) or "")


def _abstract(index: Mapping[str, list[int]] | None) -> str | None:
    """Return the text of an inverted index: each word with its places.

    Examples
    --------
    >>> _abstract({"is": [1], "it": [0, 2]})
    'it is it'
    """
    if not index:
        return None
    words = [""] * sum(map(len, index.values()))
    try:
        for word, places in index.items():
            for place in places:
                words[place] = word
        text = " ".join(filter(None, words))
    except IndexError:  # a place was left out, so the last ones lie beyond the end
        text = " ".join(word for _, word in sorted((p, word) for word, places in index.items() for p in places))
    if text.isprintable() and "<" not in text and "&" not in text and not _HEADED.match(text):
        return text or None
    return untag(text, heading=True)


def _record(work: Mapping[str, Any]) -> Record:
    """Return one work; raises when what should be a list, text or number is something else."""
    title = untag(work.get("title") or work.get("display_name"))
    if not title:
        raise ValueError("geen titel")
    identifier = work["id"].rsplit("/", 1)[-1]
    location = work.get("primary_location") or {}
    source = location.get("source") or {}
    biblio = work.get("biblio") or {}
    date = work.get("publication_date")
    dois = find_dois(work.get("doi"))
    kind = work.get("type") or ""
    pages = "-".join(dict.fromkeys(p for p in (biblio.get("first_page"), biblio.get("last_page")) if p))
    extra = {
        name: str(value)
        for name, value in (
            ("openalex", identifier), ("language", work.get("language")), ("cited_by", work.get("cited_by_count")),
            ("oa_url", (work.get("open_access") or {}).get("oa_url")),
            ("retracted", "true" if work.get("is_retracted") else None),
        )
        if value is not None
    }  # fmt: skip
    return Record(
        title=title,
        source_record_id=identifier,
        type=_type(kind, source),
        raw_type=kind,
        abstract=_abstract(work.get("abstract_inverted_index")),
        authors=tuple(
            n for n in (_name(a["author"].get("display_name") or "") for a in work.get("authorships") or ()) if n
        ),
        year=work.get("publication_year"),
        date=date if date and str(work.get("publication_year")) == date[:4] else None,
        container=source.get("display_name"),
        publisher=source.get("host_organization_name"),
        volume=biblio.get("volume") or None,
        issue=biblio.get("issue") or None,
        pages=pages or None,
        doi=dois[0] if dois else None,
        url=location.get("landing_page_url"),
        # Their language is wrong in several percent of the works, so the library hears it in the text itself.
        language=None,
        keywords=tuple(k["display_name"] for k in work.get("keywords") or () if k.get("display_name")),
        extra=extra,
    )


def _type(kind: str, source: Mapping[str, Any]) -> str:
    found = _TYPES.get(kind, "other")
    return "conference" if found == "article" and source.get("type") == "conference" else found
