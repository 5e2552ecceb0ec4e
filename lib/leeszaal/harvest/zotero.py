"""Zotero: a library of one's own or of a group, on zotero.org or in the Zotero on this machine.

Requests are made by pyzotero, over our own transport. What the service asks (documentation and pyzotero 1.16,
November 2026): a key for a closed library (`LEESZAAL_ZOTERO_KEY`), at most 100 items a page, and rest when an
answer says `Backoff`. pyzotero would sleep through any such wait, so the header is obeyed here and taken away.

What to know. A library has a version that rises with each change, and "what changed since version N" is the only
way in which Zotero says what is new: it does not know dates. The version of one library says nothing about
another, and that of the Zotero on this machine nothing about zotero.org. An item that is deleted is told by its
key only; one in the bin comes as an item that says so.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import CursorExpired, SourceRefused
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.query import And, Node, Term
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Estimate, Page, Query, base_url
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.harvest.zotero_client import LOCAL, WEB, Library, Told, ask, connect, library_of
from leeszaal.harvest.zotero_items import item_record
from leeszaal.works.record import Reading, Record, Reject

if TYPE_CHECKING:
    from pyzotero.zotero import Zotero as Pyzotero

__all__ = ["Zotero"]

PER_PAGE = 100
_PLACE = re.compile(r"(?P<base>.+)/(?P<kind>users|groups)/(?P<id>\d+)(?:/collections/(?P<collection>\w+))?/items/top")
_CURSOR = re.compile(r"(\d+|deleted)@(\d+)")
_TYPES = {
    "article": ("journalArticle", "magazineArticle", "newspaperArticle", "preprint"),
    "chapter": ("bookSection", "encyclopediaArticle", "dictionaryEntry"),
    "book": ("book",),
    "report": ("report",),
    "thesis": ("thesis",),
    "law": ("statute", "bill", "hearing"),
    "case": ("case",),
    "web": ("webpage", "blogPost", "forumPost"),
    "conference": ("conferencePaper", "presentation"),
}


class Zotero:
    """The source ``zotero``."""

    name = "zotero"
    title = "Zotero"
    url_variable = "LEESZAAL_ZOTERO_URL"
    limits = Limits(per_second=10, concurrency=1)
    options: tuple[str, ...] = ("collection", "library", "tag", "whole")

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]:
        """Return one query for each language, or one for all when the whole library or collection is wanted.

        Parameters
        ----------
        search
            Its options: `library`, `collection` (a key), `tag`, and `whole` to ask for everything.
        since
            "v" and a version of this library, from `watermark`. A date means nothing to Zotero: then everything is
            asked again.
        """
        library = library_of(search.option(self.name, "library"))
        base = base_url(self, search, LOCAL if library.local else WEB)
        collection = search.option(self.name, "collection")
        below = f"/collections/{collection}" if collection else ""
        url = f"{base}/{library.kind}s/{library.identifier}{below}/items/top"
        params = {"local": "1"} if library.local else {}
        if search.types:
            names = [name for kind in search.types for name in _TYPES.get(kind, ())]
            params["itemType"] = " || ".join(names) or "document"
        if search.option(self.name, "tag"):
            params["tag"] = str(search.option(self.name, "tag"))
        version = since[1:] if since and re.fullmatch(r"v\d+(@\S+)?", since) else None
        if version:
            params["since"], _, server = version.partition("@")
            if server:
                params["server"] = server
        nodes: dict[str, Node | None] = {"": None} if search.option(self.name, "whole") else {**search.nodes()}
        return tuple(
            self._query(url, params | ({"q": _words(node), "qmode": "everything"} if node else {}), language, library)
            for language, node in nodes.items()
        )

    def _query(self, url: str, params: Mapping[str, str], language: str, library: Library) -> Query:
        asked = " · ".join(f"{name}={value}" for name, value in params.items() if name not in ("local", "server"))
        return Query(self.name, f"{library.name}: {asked or 'alles'}", url, params, language)

    def watermark(self, facts: Mapping[str, Any]) -> str | None:
        """Return what `translate` takes as `since` to ask what changed after a run, from the facts of its last page."""
        version, server = facts.get("library_version"), facts.get("server")
        return None if version is None else f"v{version}" + (f"@{server}" if server else "")

    def estimate(self, transport: Transport, query: Query) -> Estimate:
        """Ask for a single item, to see how many there are."""
        zotero = self._connect(transport, query)
        hits = self._items(zotero, query, 0, 1).number("total-results")
        remark = "Zotero kan niet op jaar of taal kiezen, en zoekt naar werken met al deze woorden."
        return Estimate(
            hits, False, max(math.ceil(hits / PER_PAGE), 1) + 1, None, remark if "q" in query.params else ""
        )

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]:
        """Yield the items from `cursor` on, and for a question about changes at the end what was deleted.

        The cursor is a place and the version of the library at the start, which is the watermark: what changes
        while we read comes in the next run. When items disappear meanwhile, so that others move up past our
        place, the list is begun again.
        """
        zotero = self._connect(transport, query)
        names = _collection_names(zotero)
        version: int | None = None
        start = 0
        if cursor is not None:
            start, version = self._place(cursor)
        total: int | None = None
        while start >= 0:
            size = PER_PAGE if query.limit is None else max(1, min(PER_PAGE, query.limit))
            told = self._items(zotero, query, start, size)
            items, whole = told.json, told.number("total-results")
            version = self._check_version(zotero, query, version, told.number("last-modified-version"))
            if total is not None and whole < total:
                raise CursorExpired(
                    "Er verdwenen items uit de Zotero-bibliotheek terwijl zij werd gelezen.",
                    "Voer dezelfde opdracht opnieuw uit.",
                )
            total = whole
            more = start + len(items) < whole and bool(items)
            start = start + len(items) if more else -1
            deleted = "since" in query.params and not more
            following = f"{start}@{version}" if more else f"deleted@{version}" if deleted else None
            yield Page(
                _wrapped(query, version, names, told.content), cursor, following, len(items), whole,
                facts=_facts(zotero, version),
            )  # fmt: skip
            cursor = following
        if cursor is not None and version is not None:
            yield self._deleted(zotero, query, cursor, version)

    def _place(self, cursor: str) -> tuple[int, int]:
        found = _CURSOR.fullmatch(cursor)
        if found is None:
            raise CursorExpired(f"De plaats ‘{cursor}’ zegt Zotero niets.", "Voer dezelfde opdracht opnieuw uit.")
        return -1 if found[1] == "deleted" else int(found[1]), int(found[2])

    def _check_version(self, zotero: Pyzotero, query: Query, version: int | None, current: int) -> int:
        """Return the version at the start; refuse to ask for changes since a version of another library."""
        since, server = query.params.get("since"), query.params.get("server")
        other = server is not None and zotero.server_id not in (None, server)
        if other or (since is not None and current < int(since)):
            raise SourceRefused(
                "Deze Zotero-bibliotheek is een andere dan de vorige keer, of is teruggezet uit een reservekopie.",
                "Haal haar helemaal opnieuw op met --since begin.",
                status=400,
            )
        return current if version is None else version

    def _items(self, zotero: Pyzotero, query: Query, start: int, size: int) -> Told:
        found = _PLACE.fullmatch(query.url)
        assert found is not None  # `translate` made it
        asked = {name: value for name, value in query.params.items() if name not in ("local", "server")}
        # In the order of coming in: what is added meanwhile comes at the end, and nothing moves.
        asked |= {"sort": "dateAdded", "direction": "asc", "start": str(start), "limit": str(size), "format": "json"}
        if "since" in asked:
            asked["includeTrashed"] = "1"  # else something put in the bin would just be silent
        collection = found["collection"]
        method = partial(zotero.collection_items_top, collection) if collection else zotero.top
        return ask(zotero, partial(method, **asked), list)

    def _deleted(self, zotero: Pyzotero, query: Query, cursor: str, version: int) -> Page:
        told = ask(zotero, lambda: zotero.deleted(since=query.params["since"]), dict)
        gone = len(told.json.get("items") or ())
        content = _wrapped(query, version, {}, told.content, "deleted")
        return Page(content, cursor, None, 0, None, facts=_facts(zotero, version) | {"deleted": gone})

    def _connect(self, transport: Transport, query: Query) -> Pyzotero:
        found = _PLACE.fullmatch(query.url)
        assert found is not None  # `translate` made it
        library = Library(found["kind"].removesuffix("s"), found["id"], "local" in query.params)
        return connect(transport, library, found["base"])

    def read(self, content: bytes) -> Reading:
        """Read a stored page; notes, loose files and what lies in the bin are rejects that say so."""
        page = loads(content)
        records: list[Record] = []
        rejects: list[Reject] = []
        for item in page.get("items") or ():
            try:
                found = item_record(item, page["library"], page["collections"])
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                found = f"dit item van Zotero is niet te lezen ({type(error).__name__}: {error})"
            if isinstance(found, Record):
                records.append(found)
            else:
                rejects.append(Reject(json.dumps(item, ensure_ascii=False), None, found))
        gone = (page.get("deleted") or {}).get("items") or []
        remarks = (f"Verwijderd in Zotero: {', '.join(gone)}.",) if gone else ()
        return Reading(self.name, "utf-8", tuple(records), tuple(rejects), remarks=remarks)


def _words(node: Node) -> str:
    """Return a search as Zotero's quick search takes it: words and phrases that must all be there."""
    parts = node.parts if isinstance(node, And) else (node,)
    texts = []
    for part in parts:
        if not isinstance(part, Term):
            raise LeeszaalError(
                "Zotero kan niet zoeken met OF en NIET.",
                "Gebruik voor Zotero alleen woorden en EN, of haal de hele bibliotheek op met "
                "options: zotero: whole: true.",
            )
        if part.field not in ("", "title"):
            raise LeeszaalError(
                f"Zotero kan niet zoeken met ‘{part.field}:’.", f"Laat ‘{part.field}:’ weg voor deze bron."
            )
        texts.append(f'"{part.text}"' if " " in part.text else part.text)
    return " ".join(texts)


def _collection_names(zotero: Pyzotero) -> dict[str, str]:
    """Return for each collection its name with those above it: "Toezicht / Uitspraken"."""
    found: dict[str, tuple[str, str]] = {}
    start, whole = 0, 1
    while start < whole:
        asked = {"start": str(start), "limit": str(PER_PAGE), "format": "json"}
        told = ask(zotero, partial(zotero.collections, **asked), list)
        for one in told.json:
            found[one["key"]] = (str(one["data"]["name"]), str(one["data"].get("parentCollection") or ""))
        start += len(told.json)
        whole = told.number("total-results") if told.json else 0

    def path(key: str) -> str:
        names: list[str] = []
        seen: set[str] = set()
        while key in found and key not in seen:
            seen.add(key)
            names.insert(0, found[key][0])
            key = found[key][1]
        return " / ".join(names)

    return {key: path(key) for key in found}


def _wrapped(query: Query, version: int, names: Mapping[str, str], content: bytes, kind: str = "items") -> bytes:
    """Put an answer, as it came, in an envelope that names its library and the collections."""
    found = _PLACE.fullmatch(query.url)
    assert found is not None
    library = Library(found["kind"].removesuffix("s"), found["id"], "local" in query.params)
    head = {"library": library.name, "version": version, "collections": dict(sorted(names.items()))}
    return json.dumps(head, ensure_ascii=False)[:-1].encode() + f', "{kind}": '.encode() + content + b"}"


def _facts(zotero: Pyzotero, version: int) -> dict[str, Any]:
    facts: dict[str, Any] = {"library_version": version}
    if zotero.local and zotero.server_id:
        facts["server"] = zotero.server_id
    return facts
