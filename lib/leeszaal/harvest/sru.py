"""SRU, the search protocol of KOOP, versions 1.2 and 2.0: one answer, and page after page.

Three things to know. A query that is not understood is answered with HTTP 200 and a diagnostic, without a number of
records: an error here, not "nothing found". The number of records may be an estimate, and says so. And a page may
be shorter than asked for without being the last, so that `nextRecordPosition` goes before our own counting.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from leeszaal.harvest.answer import Answer
from leeszaal.harvest.bundle import Part, pack
from leeszaal.harvest.errors import SourceError, SourceRefused, SourceTrap
from leeszaal.harvest.source import Estimate, Page, Query
from leeszaal.harvest.transport import Transport
from leeszaal.harvest.xmlread import all_texts, each, first_text, local, read_xml

__all__ = ["Answered", "SLACK", "answered", "estimate", "pages", "records_of", "short"]

# A total that the source itself calls an estimate may be this much too high before we call the delivery short.
SLACK = 0.02
# "First record position out of range": how some servers say that there is no more.
_BEYOND = "info:srw/diagnostic/1/61"


@dataclass(frozen=True)
class Answered:
    """One SRU answer.

    Attributes
    ----------
    records
        Elements.
    total
        `numberOfRecords`.
    approximate
        Whether the source calls that an estimate.
    following
        `nextRecordPosition`, or None.
    """

    records: tuple[Any, ...]
    total: int
    approximate: bool
    following: int | None


def records_of(root: Any) -> tuple[Any, ...]:
    """Return the record elements of an answer, or the root itself when it is a single record."""
    if local(root) == "record":
        return (root,)
    return tuple(one for one in each(root, "record") if local(one.getparent()) == "records")


def answered(root: Any, source: str, start: int) -> Answered:
    """Return what an SRU answer says.

    Raises
    ------
    SourceRefused
        When it holds a diagnostic instead of records.
    SourceTrap
        When it holds neither a number of records nor a diagnostic.
    """
    diagnostics = list(each(root, "diagnostic"))
    number = _number(first_text(root, "numberOfRecords"))
    uris = {uri for one in diagnostics for uri in all_texts(one, "uri")}
    if start > 1 and uris == {_BEYOND}:
        return Answered((), number or 0, True, None)
    # A surrogate diagnostic stands in the place of one record and leaves the rest of the answer sound.
    fatal = [one for one in diagnostics if local(one.getparent()) not in ("recordData", "record")]
    if fatal:
        said = "; ".join(
            " ".join(filter(None, (first_text(one, "message"), first_text(one, "details")))) for one in fatal
        )
        raise SourceRefused(
            f"{source} begrijpt de zoekvraag niet, al was het antwoord HTTP 200. De bron zegt: {said or uris}",
            "Controleer de zoekvraag; leeszaal harvest --plan laat haar zien zoals zij wordt verstuurd.",
        )
    if number is None:
        raise SourceTrap(
            f"{source} antwoordt zonder aantal treffers (numberOfRecords) en zonder foutmelding.",
            "Misschien is de bron veranderd. Meld dit bij de beheerder van Leeszaal.",
        )
    precision = first_text(root, "resultCountPrecision") or ""
    following = _number(first_text(root, "nextRecordPosition"))
    return Answered(records_of(root), number, "exact" not in precision and bool(precision), following)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None


def short(delivered: int, total: int, source: str) -> SourceTrap | None:
    """Return the error for a source that reports clearly more than it delivered, or None.

    For totals that are estimates: up to `SLACK` too few is still whole.
    """
    if delivered >= total * (1 - SLACK):
        return None
    return SourceTrap(
        f"{source} meldt ongeveer {total} treffers, maar hield op na {delivered}.",
        "Wat binnen is, is bewaard. Verdeel de zoekvraag over jaren (from_year, to_year) en probeer het opnieuw.",
    )


def _ask(transport: Transport, query: Query, start: int, size: int) -> tuple[Answer, Answered]:
    found: list[Any] = []

    def check(answer: Answer) -> None:
        found[:] = [read_xml(answer, "searchRetrieveResponse", "explainResponse")]

    asked = dict(query.params) | {"startRecord": str(start), "maximumRecords": str(size)}
    answer = transport.get(query.url, asked, check=check)
    return answer, answered(found[0], transport.source, start)


def estimate(transport: Transport, query: Query, size: int, *, texts: bool, remark: str = "") -> Estimate:
    """Ask for one record, to see how many there are."""
    _, found = _ask(transport, query, 1, 1)
    requests = max(math.ceil(found.total / size), 1) + (found.total if texts else 0)
    remarks = [remark] if remark else []
    if texts:
        remarks.append("Voor elke treffer wordt ook de tekst opgevraagd; dat is één verzoek per treffer.")
    return Estimate(found.total, found.approximate, requests, None, " ".join(remarks))


def pages(
    transport: Transport,
    query: Query,
    cursor: str | None,
    size: int,
    texts: Callable[[Any], Part | None] | None = None,
) -> Iterator[Page]:
    """Yield the pages from `cursor` (a record position) on.

    Parameters
    ----------
    size
        Records a page.
    texts
        Fetches the document of a record, or returns None when there is none to fetch.
    """
    start = int(cursor) if cursor else 1
    wanted = query.limit
    while True:
        number = size if wanted is None else max(1, min(size, wanted))
        answer, found = _ask(transport, query, start, number)
        parts = [part for one in found.records if (part := texts(one))] if texts else []
        reached = start - 1 + len(found.records)
        following = _following(found, start, number, transport.source)
        facts: dict[str, Any] = {}
        if texts:
            facts = {"texts": sum(part.status == 200 for part in parts), "documents": len(found.records)}
        page = Page(
            pack(answer.content, parts), None if start == 1 else str(start), None if following is None else str(following),
            len(found.records), found.total, found.approximate, facts,
        )  # fmt: skip
        error: SourceError | None = None
        if following is None and found.approximate:
            total = found.total or _last_total
            error = short(reached, total, transport.source)
        yield page if error is None else _unfinished(page, reached)
        if error is not None:
            raise error
        if following is None:
            return
        _last_total = found.total
        start = following
        if wanted is not None:
            wanted -= len(found.records)
