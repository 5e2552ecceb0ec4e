"""What a source is, and the register in which each stands under its name.

A source is one module that translates a search, asks for pages and reads a stored page. It keeps nothing, waits
for nothing and retries nothing: that is the transport's work. It writes nothing: that is the library's work.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.harvest.searches import Search
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.works.record import Reading

__all__ = ["Estimate", "Page", "Query", "Source", "Versioned", "base_url", "get_source", "register", "source_names"]


@dataclass(frozen=True)
class Query:
    """One question to one source.

    Attributes
    ----------
    source
        Name of the source.
    text
        The question exactly as the source gets it, for the plan and the search log.
    url
        Address it goes to, without paging and without secrets.
    params
        Parameters, without paging and without secrets.
    language
        "nl" or "en" where a source is asked once per language, else "".
    limit
        Records still wanted, for a source that can ask for a smaller page; no part of what is asked.
    """

    source: str
    text: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    limit: int | None = None


@dataclass(frozen=True)
class Estimate:
    """What a question would bring and cost.

    Attributes
    ----------
    hits
        What the source reports, or None when it does not tell.
    approximate
        Whether the source itself calls that number an estimate.
    requests
        How many requests it takes, or None when `hits` is unknown.
    cost_usd
        In dollars, for a source that counts credits.
    remark
        Dutch, what the user should know before saying yes.
    """

    hits: int | None
    approximate: bool = False
    requests: int | None = None
    cost_usd: float | None = None
    remark: str = ""


@dataclass(frozen=True)
class Page:
    """One answer as it came, and where it stands in the whole.

    Attributes
    ----------
    content
        The bytes as they came.
    cursor
        What was asked to get this page; None for the first.
    next_cursor
        What to ask for the next page; None when this is the last.
    received
        How many records (readable or not) stand on the page.
    total
        What the source reports as the size of the whole, or None.
    approximate
        Whether `total` is an estimate, so that it proves nothing.
    facts
        What else the source told about the answer: credits used, credits left, pool.
    """

    content: bytes
    cursor: str | None
    next_cursor: str | None
    received: int
    total: int | None = None
    approximate: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class Source(Protocol):
    """What each source can do.

    `pages` yields at least one page, of which the last has no `next_cursor` (also when nothing was found), and raises
    a `SourceError` when something is wrong; what it yielded before is kept by the caller. `read`
    is pure and fast: a stored page becomes records, without the network. An option that a search may give under
    `options:` stands in `options`; anything else there is an error.
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def url_variable(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def options(self) -> tuple[str, ...]: ...

    def translate(self, search: Search, since: str | None) -> tuple[Query, ...]: ...

    def estimate(self, transport: Transport, query: Query) -> Estimate: ...

    def pages(self, transport: Transport, query: Query, cursor: str | None) -> Iterator[Page]: ...

    def read(self, content: bytes) -> Reading: ...


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Make `source` known under its name; returns it, so that a module may keep it."""
    if source.name in _sources:
        raise ValueError(f"a source called {source.name!r} is registered already")
    _sources[source.name] = source
    return source


def source_names() -> list[str]:
    """Return the names of all sources, in alphabetical order."""
    return sorted(_sources)


def get_source(name: str) -> Source:
    """Return the source called `name`.

    Raises
    ------
    LeeszaalError
        When there is none, naming the nearest.
    """
    try:
        return _sources[name]
    except KeyError:
        raise LeeszaalError(f"Er is geen bron ‘{name}’.", nearest(name, _sources)) from None


@runtime_checkable
class Versioned(Protocol):
    """A source that asks for changes by a version of its own instead of a date."""

    def watermark(self, facts: Mapping[str, Any]) -> str | None:
        """Return what `translate` takes as `since`, from the facts of a run's last page; None when they do not tell."""
        ...


def base_url(source: Source, search: Search | None, default: str) -> str:
    """Return the address of a source: from the search's options, else the environment, else `default`."""
    given = search.option(source.name, "url") if search is not None else None
    return str(given or os.environ.get(source.url_variable) or default).rstrip("/")
