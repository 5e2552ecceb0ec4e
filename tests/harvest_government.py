"""A source at a local server without waiting, for the tests of the government sources, feeds and repositories."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harvest_room import make_room
from leeszaal.harvest.searches import Search
from leeszaal.harvest.source import Page, Query, Source
from leeszaal.harvest.transport import Budget, Limits, Transport
from servers.base import LocalServer


def search(source: Source, text: str | Mapping[str, str] = "toezicht", **settings: Any) -> Search:
    """Return a search for one source; `options` are those of that source."""
    options = settings.pop("options", None)
    given = {"": text} if isinstance(text, str) else dict(text)
    return Search("proef", (source.name,), given, options={source.name: options} if options else {}, **settings)


def questions(source: Source, server: LocalServer | None = None, **settings: Any) -> tuple[Query, ...]:
    """Return what a search becomes, asked at `server`."""
    since = settings.pop("since", None)
    text = settings.pop("text", "toezicht")
    options = dict(settings.pop("options", None) or {})
    if server is not None:
        options["url"] = server.url + settings.pop("path", "")
    return source.translate(search(source, text, options=options, **settings), since)


def transport(source: Source, slept: list[float] | None = None, **settings: Any) -> Transport:
    """Return a transport without a pace; what it would have waited goes into `slept`."""
    waits = [] if slept is None else slept
    settings.setdefault("max_wait", 60.0)
    return Transport(source.title, limits=Limits(100_000), budget=Budget(), sleep=waits.append, **settings)


def drain(source: Source, query: Query, cursor: str | None = None, **settings: Any) -> list[Page]:
    """Return all pages."""
    with transport(source, **settings) as way:
        return list(source.pages(way, query, cursor))


def until(source: Source, query: Query, kind: type[Exception], **settings: Any) -> tuple[list[Page], Any]:
    """Return the pages that came before an error of this kind, and the error."""
    pages: list[Page] = []
    with transport(source, **settings) as way:
        try:
            for page in source.pages(way, query, None):
                pages.append(page)
        except kind as error:
            return pages, error
    raise AssertionError(f"no {kind.__name__} after {len(pages)} pages")


def identifiers(source: Source, pages: list[Page]) -> list[str]:
    """Return the records of all pages, in order, doubles included."""
    return [record.source_record_id for page in pages for record in source.read(page.content).records]


def room_of(folder: Path, source: Source, server: LocalServer, extra: str = "", limits: str = "") -> Path:
    """Lay out a room with one search, `proef`, that asks this source at a local server."""
    return make_room(
        folder,
        f"""version: 1
searches:
  proef:
    theme: ibt
    sources: [{source.name}]
    query: toezicht
{limits}    options:
      {source.name}:
        url: {server.url}
{extra}""",
    )
