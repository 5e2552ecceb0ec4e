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
from leeszaal.harvest.errors import SourceRefused, SourceTrap
from leeszaal.harvest.government import sent
from leeszaal.harvest.source import Estimate, Page, Query
from leeszaal.harvest.transport import Transport
from leeszaal.harvest.xmlread import all_texts, each, first_text, local, read_xml
from leeszaal.works.numbers import format_number

__all__ = ["LONGEST", "SLACK", "Answered", "answered", "estimate", "pages", "records_of", "short"]

# A total that the source itself calls an estimate may be this much too high before we call the delivery short.
SLACK = 0.02
# Of the words in a query, as sent: most web servers refuse an address of more than 8,192 characters.
LONGEST = 6000
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


def short(delivered: int, total: int, source: str, *, approximate: bool) -> SourceTrap | None:
    """Return the error for a source that reports more than it delivered, or None.

    A total that is an estimate may be up to `SLACK` too high.
    """
    if delivered >= total * ((1 - SLACK) if approximate else 1):
        return None
    return SourceTrap(
        f"{source} meldt {'ongeveer ' if approximate else ''}{format_number(total)} treffers, maar hield op na "
        f"{format_number(delivered)}.",
        "Wat binnen is, is bewaard. Verdeel de zoekvraag over jaren (from_year, to_year) en probeer het opnieuw.",
    )


def _ask(transport: Transport, query: Query, start: int, size: int) -> tuple[Answer, Answered]:
    found: list[Any] = []

    def check(answer: Answer) -> None:
        found[:] = [read_xml(answer, "searchRetrieveResponse", "explainResponse")]

    asked = sent(query.params) | {"startRecord": str(start), "maximumRecords": str(size)}
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
    """Yield pages of `size` records from `cursor` (a record position) on.

    With `texts`, which fetches the document of a record (None when there is none to fetch), each page carries the
    documents it names.
    """
    start = int(cursor) if cursor else 1
    wanted, total = query.limit, 0
    while True:
        number = size if wanted is None else max(1, min(size, wanted))
        answer, found = _ask(transport, query, start, number)
        total = found.total or total
        parts = [part for one in found.records if (part := texts(one))] if texts else []
        facts = {"texts": sum(part.status == 200 for part in parts)} if texts else {}
        reached = start - 1 + len(found.records)
        following = _following(found, start, number, transport.source)
        error = None
        if following is None:
            error = short(reached, total, transport.source, approximate=found.approximate)
        # A page without a next one says that all is here, which is not so when the source stopped too early.
        after = str(reached + 1) if error else None if following is None else str(following)
        before = None if start == 1 else str(start)
        content = pack(answer.content, parts)
        yield Page(content, before, after, len(found.records), found.total, found.approximate, facts)
        if error is not None:
            raise error
        if following is None:
            return
        start = following
        if wanted is not None:
            wanted -= len(found.records)


def _following(found: Answered, start: int, asked: int, source: str) -> int | None:
    """Return the position of the next page, or None when this was the last."""
    received = len(found.records)
    if found.following is not None and received:
        if found.following <= start:
            raise SourceTrap(
                f"{source} blijft op dezelfde plaats: na record {start} verwijst het naar record {found.following}.",
                "Wat binnen is, is bewaard. Probeer het later opnieuw.",
            )
        return found.following
    reached = start - 1 + received
    more = reached < found.total or (found.approximate and received >= asked)
    return start + received if received and more else None
