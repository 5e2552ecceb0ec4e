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
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import CursorExpired, Malformed, SourceDown, SourceRefused
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.query import And, Node, Term
from leeszaal.harvest.searches import Search
from leeszaal.harvest.secrets import secret
from leeszaal.harvest.source import Estimate, Page, Query, base_url
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.harvest.zotero_items import item_record
from leeszaal.works.record import Reading, Record, Reject

if TYPE_CHECKING:
    from pyzotero.zotero import Zotero as Pyzotero

__all__ = ["Library", "Zotero", "ask", "connect", "library_of"]

PER_PAGE = 100
WEB, LOCAL = "https://api.zotero.org", "http://127.0.0.1:23119/api"
_TRIES = 3
_LIBRARY = re.compile(r"(user|group):(\d+)")
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


@dataclass(frozen=True)
class Library:
    """One Zotero library.

    Attributes
    ----------
    kind
        "user" or "group".
    identifier
        Its number; "0" for the user's own library in the Zotero on this machine.
    local
        Whether it is asked of the Zotero on this machine.
    """

    kind: str
    identifier: str
    local: bool = False

    @property
    def name(self) -> str:
        """As the user writes it, and as the records name it: ``group:123``, ``local:group:123``."""
        return f"{'local:' if self.local else ''}{self.kind}:{self.identifier}"


def library_of(text: str | None) -> Library:
    """Return the library that the user names: ``user:123``, ``group:123``, ``local:user:0``, ``local:group:123``.

    Parameters
    ----------
    text
        By default the environment's `LEESZAAL_ZOTERO_LIBRARY`.

    Raises
    ------
    LeeszaalError
        When it is not such a name, or none is given.

    Examples
    --------
    >>> library_of("local:group:12")
    Library(kind='group', identifier='12', local=True)
    """
    said = (text or os.environ.get("LEESZAAL_ZOTERO_LIBRARY") or "").strip()
    found = _LIBRARY.fullmatch(said.removeprefix("local:"))
    if found is None:
        message = f"‘{said}’ is geen Zotero-bibliotheek." if said else "Er is geen Zotero-bibliotheek genoemd."
        raise LeeszaalError(
            message,
            "Noem er een bij options: zotero: library, of in LEESZAAL_ZOTERO_LIBRARY, als user:NUMMER of group:NUMMER; "
            "met local: ervoor voor de Zotero op deze computer (local:user:0). Het nummer staat op "
            "zotero.org/settings/keys en in het webadres van de groep.",
        )
    return Library(found[1], found[2], said.startswith("local:"))


def connect(transport: Transport, library: Library, base: str) -> Pyzotero:
    """Return a pyzotero client whose every request goes through `transport`."""
    from pyzotero.zotero import Zotero as Pyzotero

    from leeszaal.harvest.adapter import client_over

    client = client_over(transport)
    waits: list[float] = []

    def before(_: Any) -> None:
        while waits:
            transport.pause(waits.pop())

    def after(response: Any) -> None:
        for name in ("backoff", "retry-after"):  # pyzotero would sleep through these, however long
            said = response.headers.pop(name, None)
            if said and said.strip().isdigit() and response.status_code < 400:
                waits.append(float(said))

    client.event_hooks = {"request": [before], "response": [after]}
    key = None if library.local else secret("ZOTERO_KEY")
    zotero = Pyzotero(
        library.identifier, library.kind, key, local=library.local, client=client,
        local_api_key=secret("ZOTERO_LOCAL_KEY") if library.local else None,
    )  # fmt: skip
    zotero.endpoint = base
    return zotero


def ask(zotero: Pyzotero, asked: Callable[[], Any], kind: type, *, tries: int = _TRIES) -> Any:
    """Call pyzotero, and return the JSON that came; its errors become ours.

    Parameters
    ----------
    zotero, asked, kind
        The client, what to call on it, and `list` or `dict`.
    tries
        How often to ask when no JSON comes; 1 for what changes something.

    Raises
    ------
    SourceRefused, SourceDown, Malformed
        When Zotero refuses, is not there, or answers with something else than JSON of this kind.
    """
    from pyzotero import errors

    for attempt in range(tries):
        try:
            asked()
            content = zotero.request.content
            found = loads(content)
        except errors.PyZoteroError as error:
            raise _refused(zotero, error) from None
        except SourceDown as error:
            if zotero.local:
                raise SourceDown(
                    "De Zotero op deze computer is niet bereikbaar.",
                    "Start Zotero, en zet in Instellingen > Geavanceerd aan dat andere programma’s Zotero mogen lezen.",
                ) from error
            raise
        except ValueError:
            if attempt + 1 < tries:
                continue
            raise Malformed(
                f"Zotero stuurde een antwoord dat niet te lezen is als JSON: {zotero.request.url}",
                "Probeer het later opnieuw; wat al binnen was, is bewaard.",
            ) from None
        if isinstance(found, kind):
            return found
    raise Malformed(
        f"Zotero stuurde JSON van een andere vorm dan afgesproken ({type(found).__name__}): {zotero.request.url}",
        "Misschien is de bron veranderd. Meld dit bij de beheerder van Leeszaal.",
    )


def _refused(zotero: Pyzotero, error: Exception) -> SourceRefused:
    from pyzotero import errors

    said = str(error)
    found = re.search(r"Code: (\d+)", said)
    status = int(found[1]) if found else 0
    where = f"bibliotheek {zotero.library_type.rstrip('s')}:{zotero.library_id}"
    if isinstance(error, errors.ServerIDMismatchError):
        message = f"Dit is niet dezelfde Zotero als de vorige keer ({where})."
        remedy = "Haal de bibliotheek eerst opnieuw op met --since begin."
    elif status in (401, 403):
        message = f"Zotero geeft geen toegang tot {where} (HTTP {status})."
        remedy = (
            "Maak een sleutel op zotero.org/settings/keys die deze bibliotheek mag lezen (en voor terugschrijven ook mag "
            "schrijven), en zet die in LEESZAAL_ZOTERO_KEY."
        )
    elif status == 404:
        message, remedy = f"Zotero kent {where} of deze collectie niet (HTTP 404).", "Controleer het nummer."
    else:
        response = re.search(r"Response: (.*)", said)
        message = f"Zotero accepteert de vraag niet (HTTP {status}). Zotero zegt: {response[1] if response else said}"
        remedy = "Controleer de zoekvraag; leeszaal harvest --plan laat haar zien."
    return SourceRefused(message, remedy, status=status, content=said.encode())


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
        self._items(zotero, query, 0, 1)
        hits = int(zotero.request.headers.get("total-results", 0))
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
            items = self._items(zotero, query, start, size)
            headers = zotero.request.headers
            current, whole = int(headers.get("last-modified-version", 0)), int(headers.get("total-results", 0))
            version = self._check_version(zotero, query, version, current)
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
                _wrapped(query, version, names, zotero.request.content), cursor, following, len(items), whole,
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
        """Return the version at the start; refuse a question about changes since a version that is not of this library."""
        since, server = query.params.get("since"), query.params.get("server")
        other = server is not None and zotero.server_id not in (None, server)
        if other or (since is not None and current < int(since)):
            raise SourceRefused(
                "Deze Zotero-bibliotheek is een andere dan de vorige keer, of is teruggezet uit een reservekopie.",
                "Haal haar helemaal opnieuw op met --since begin.",
                status=400,
            )
        return current if version is None else version

    def _items(self, zotero: Pyzotero, query: Query, start: int, size: int) -> list[Any]:
        found = _PLACE.fullmatch(query.url)
        assert found is not None  # `translate` made it
        asked = {name: value for name, value in query.params.items() if name not in ("local", "server")}
        # In the order of coming in: what is added meanwhile comes at the end, and nothing moves.
        asked |= {"sort": "dateAdded", "direction": "asc", "start": str(start), "limit": str(size), "format": "json"}
        if "since" in asked:
            asked["includeTrashed"] = "1"  # else something put in the bin would just be silent
        collection = found["collection"]

        def call() -> None:
            if collection:
                zotero.collection_items_top(collection, **asked)
            else:
                zotero.top(**asked)

        items: list[Any] = ask(zotero, call, list)
        return items

    def _deleted(self, zotero: Pyzotero, query: Query, cursor: str, version: int) -> Page:
        found = ask(zotero, lambda: zotero.deleted(since=query.params["since"]), dict)
        gone = len(found.get("items") or ())
        content = _wrapped(query, version, {}, zotero.request.content, "deleted")
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
    start = 0
    while True:
        at = start
        part = ask(zotero, lambda: zotero.collections(start=str(at), limit=str(PER_PAGE), format="json"), list)
        for one in part:
            found[one["key"]] = (str(one["data"]["name"]), str(one["data"].get("parentCollection") or ""))
        start += len(part)
        if not part or start >= int(zotero.request.headers.get("total-results", 0)):
            break

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
    """Put an answer, as it came, in an envelope that says of which library it is and what its collections are called."""
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
