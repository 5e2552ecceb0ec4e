"""Harvest one question at one source: page by page to the disk, on from where it was, and honest about the end."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from leeszaal import __version__, progress
from leeszaal.files import sha256, write_text
from leeszaal.harvest.errors import CursorExpired, Malformed, SourceError, SourceRefused, SourceTrap
from leeszaal.harvest.secrets import redact, redact_bytes
from leeszaal.harvest.source import Page, Query, Source
from leeszaal.harvest.transport import Transport
from leeszaal.home import Home
from leeszaal.library.answers import Kept, append_page, pages_digest, repair, scan_pages
from leeszaal.library.evidence import rejected_text
from leeszaal.library.part import (
    MANIFEST,
    PAGES,
    RUN,
    Run,
    chain_of,
    content_mark,
    load_marks,
    move_to,
    part_folder,
    read_run,
    save_marks,
    start_run,
)
from leeszaal.works.numbers import format_number
from leeszaal.works.record import Reading, Reject

__all__ = ["Outcome", "fetch", "now"]

# So many pages in a row without anything that this harvest did not have: the source runs in a circle.
_CIRCLE = 2


def now() -> str:
    """Return this moment, UTC, ISO, fine enough to put two runs of one second in order."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Outcome:
    """How the harvest of one question ended.

    Attributes
    ----------
    received
        Records that came in this run, each of them new, known or rejected.
    changed
        How many of the known ones came back with another content.
    hits
        What the source reports as the whole.
    complete
        Everything that was asked for is here.
    limited
        It ended because the user's limit was reached.
    error, remedy
        Why it stopped, or "".
    refused
        The HTTP status with which the source refused the question, or 0.
    evidence
        Folder of the evidence, or "" when nothing came.
    """

    received: int
    new: int
    known: int
    changed: int
    rejected: int
    hits: int | None
    approximate: bool
    complete: bool
    limited: bool
    requests: int
    cost_usd: float | None
    error: str
    remedy: str
    evidence: str
    resumed: bool
    remark: str
    refused: int = 0


class _Tally:
    """What came, counted while it comes."""

    def __init__(self, known: Mapping[str, str], before: Mapping[str, str], rejected_before: int) -> None:
        self.known = known  # of every earlier run of this source
        self.chain = dict(before)  # of this harvest, over all the runs it took
        self.marks: dict[str, str] = {}  # of this run
        self.rejects: list[Reject] = []
        self.received = self.new = self.changed = 0
        self.rejected_before = rejected_before
        self.lap = set(before)  # since the source was last asked from the beginning
        self.circle = 0

    def add(self, reading: Reading) -> None:
        fresh = 0
        for record in reading.records:
            identifier = " ".join(record.source_record_id.split())
            mark = content_mark(record)
            earlier = self.marks.get(identifier, self.known.get(identifier))
            if earlier is None:
                self.new += 1
            elif earlier != mark:
                self.changed += 1
            if identifier not in self.lap:
                fresh += 1
                self.lap.add(identifier)
            self.marks[identifier] = self.chain[identifier] = mark
        self.received += reading.read
        self.rejects += reading.rejects
        self.circle = self.circle + 1 if reading.read and not fresh and not reading.rejects else 0

    @property
    def delivered(self) -> int:
        """Different records of this harvest, readable or not, over all the runs it took."""
        return len(self.chain) + len(self.rejects) + self.rejected_before


def fetch(
    home: Home,
    source: Source,
    transport: Transport,
    query: Query,
    run: Run,
    runs: Sequence[Mapping[str, Any]],
    limit: int | None,
) -> Outcome:
    """Harvest one question; the caller holds its lock.

    Parameters
    ----------
    home, source, transport
        Where to keep it, whom to ask, and the way there.
    query, run
        What to ask, and the run as it would start now; a part that was cut off comes before it.
    runs
        Finished runs of this source, oldest first.
    limit
        Most records to fetch over the whole chain, or None.

    Raises
    ------
    LeeszaalError
        When the evidence cannot be written; what was written before stays.
    """
    folder = part_folder(home, source.name, run.key)
    left = read_run(folder)
    if left is not None:
        run = replace(left, remark=_both(left.remark, run.remark))
        query = replace(query, text=run.query, params=run.params)
    else:
        start_run(folder, run)
    return _Fetch(home, source, transport, query, run, runs, limit, folder).go(resumed=left is not None)


class _Fetch:
    def __init__(
        self, home: Home, source: Source, transport: Transport, query: Query, run: Run,
        runs: Sequence[Mapping[str, Any]], limit: int | None, folder: Path,
    ) -> None:  # fmt: skip
        self.home, self.source, self.transport, self.query, self.run = home, source, transport, query, run
        self.limit, self.folder, self.remark = limit, folder, run.remark
        chain = chain_of(runs, run.resumes)
        rejected = sum(one["rejected"] for one in chain)
        self.tally = _Tally(load_marks(home, runs), load_marks(home, chain), rejected)
        self.totals = [one["total"] for one in chain if one["total"] is not None]
        self.pages: list[Kept] = []
        self.cursor = run.cursor
        self.requests_before = transport.requests
        self.cost: float | None = None
        self.ended = self.limited = False
        self.fetched = 0

    def go(self, *, resumed: bool) -> Outcome:
        if resumed:
            self._take_up()
        error: SourceError | None = None
        try:
            if not self.ended and not self._enough():
                try:
                    self._pages()
                except SourceRefused as refused:
                    if not self._place_is_lost(refused):
                        raise
                    self._begin_again()
                    self._pages()
            error = self._shortage()
        except SourceError as stopped:
            error = stopped
        return self._finish(error, resumed or self.run.resumes is not None)

    def _take_up(self) -> None:
        """Count what an earlier process kept here before it was cut off."""
        self.pages = repair(self.folder / PAGES)
        for kept, body, _ in scan_pages(self.folder / PAGES) if self.pages else ():
            self.tally.add(self.source.read(body))
            progress.advance(kept.received)
            self._note(kept.total, kept.facts, kept.approximate)
        self.tally.circle = 0
        if self.pages:
            self.cursor = self.pages[-1].next_cursor
            self.ended = self.cursor is None

    def _note(self, total: int | None, facts: Mapping[str, Any], approximate: bool) -> None:
        if total is not None and not approximate:
            self.totals.append(total)
        if facts.get("cost_usd") is not None:
            self.cost = (self.cost or 0.0) + float(facts["cost_usd"])
        if total is not None:
            progress.advance(0, total if self.limit is None else min(total, self.limit))
        if facts.get("remaining_usd") is not None:
            progress.note(f"tegoed $ {float(facts['remaining_usd']):.2f}")

    def _wanted(self) -> int | None:
        return None if self.limit is None else max(self.limit - self.tally.delivered, 0)

    def _enough(self) -> bool:
        self.limited = self._wanted() == 0
        return self.limited

    def _pages(self) -> None:
        pages = self.source.pages(self.transport, replace(self.query, limit=self._wanted()), self.cursor)
        for page in pages:
            self._keep(page)
            if page.next_cursor is None:
                self.ended = True
                return
            if self.tally.circle >= _CIRCLE:
                raise SourceTrap(
                    f"{self.source.title} draait in een kring: {_CIRCLE} bladzijden achter elkaar met "
                    "alleen records die "
                    f"er al waren (na {format_number(self.tally.delivered)}).",
                    "Wat binnen is, is bewaard. Probeer het later opnieuw.",
                )
            if self._enough():
                return
        raise SourceTrap(  # a source ends with a page that says so
            f"{self.source.title} hield op zonder te zeggen dat dit de laatste bladzijde was.",
            "Wat binnen is, is bewaard. Probeer het later opnieuw.",
        )

    def _keep(self, page: Page) -> None:
        content = redact_bytes(page.content)
        facts = dict(page.facts) | ({"redacted": True} if content != page.content else {})
        try:
            reading = self.source.read(content)
        except (ValueError, KeyError, TypeError) as error:
            raise Malformed(
                f"Een bladzijde van {self.source.title} is niet te lezen ({type(error).__name__}: {error}).",
                "Wat daarvoor binnenkwam, is bewaard. Probeer het later opnieuw.",
            ) from None
        kept = Kept(
            len(self.pages) + 1, page.cursor, page.next_cursor, reading.read, page.total, page.approximate, now(),
            sha256(content), facts,
        )  # fmt: skip
        append_page(self.folder / PAGES, kept, content)
        self.pages.append(kept)
        self.fetched += 1
        self.cursor = page.next_cursor
        self.tally.add(reading)
        progress.advance(reading.read)
        self._note(page.total, page.facts, page.approximate)

    def _place_is_lost(self, error: SourceRefused) -> bool:
        """Tell whether the source no longer knows the place from which we asked it to go on."""
        if self.cursor is None:
            return False
        return isinstance(error, CursorExpired) or (self.fetched == 0 and error.status in (400, 404, 410, 422))

    def _begin_again(self) -> None:
        self.cursor = None
        self.tally.lap.clear()
        self.remark = _both(
            self.remark,
            f"{self.source.title} kende de plaats niet meer waar de vorige keer ophield; daarom opnieuw begonnen.",
        )

    def _total(self) -> int | None:
        """Return the reported size of the whole; of several, the smallest: works come in while we read."""
        return min(self.totals, default=None)

    def _shortage(self) -> SourceError | None:
        total = self._total()
        if self.limited or total is None or self.tally.delivered >= total:
            return None
        return SourceTrap(
            f"{self.source.title} meldt {format_number(total)} treffers en leverde er "
            f"{format_number(self.tally.delivered)}.",
            "Wat binnen is, is bewaard. Voer dezelfde opdracht later opnieuw uit, of verdeel de zoekvraag over jaren.",
        )

    def _finish(self, error: SourceError | None, resumed: bool) -> Outcome:
        complete = error is None and (self.ended or self.limited)
        requests = self.transport.requests - self.requests_before
        evidence = ""
        if self.pages:
            evidence = self._finalise(error, complete, requests)
        else:
            (self.folder / RUN).unlink(missing_ok=True)
            self.folder.rmdir()
        tally, kept = self.tally, self.pages
        rejected = len(tally.rejects)
        last = next((one for one in reversed(kept) if one.total is not None), None)
        return Outcome(
            tally.received, tally.new, tally.received - tally.new - rejected, tally.changed, rejected,
            last.total if last else self._total(), bool(last and last.approximate), complete, self.limited, requests,
            self.cost, error.message if error else "", error.remedy if error else "", evidence, resumed, self.remark,
            error.status if isinstance(error, SourceRefused) else 0,
        )  # fmt: skip

    def _finalise(self, error: SourceError | None, complete: bool, requests: int) -> str:
        tally = self.tally
        resumable = (error is not None and error.resumable) or (self.limited and not self.ended)
        time = now()
        digest = pages_digest([kept.sha256 for kept in self.pages])
        last = next((kept for kept in reversed(self.pages) if kept.total is not None), None)
        manifest = {name: value for name, value in asdict(self.run).items() if name != "source"} | {
            # What every evidence has, whatever it came from.
            "source": self.source.name, "name": self.run.search, "format": self.source.name, "encoding": "utf-8",
            "sha256": digest, "time": time, "options": {}, "records": tally.received - len(tally.rejects),
            "rejected": len(tally.rejects), "read": tally.received, "software": __version__,
            # What a harvest adds.
            "pages": len(self.pages), "requests": max(requests, len(self.pages)), "cost_usd": self.cost,
            "total": last.total if last else None, "approximate": bool(last and last.approximate),
            "received": tally.received, "new": tally.new, "changed": tally.changed,
            "known": tally.received - tally.new - len(tally.rejects), "delivered": tally.delivered,
            "complete": complete,
            "limited": self.limited, "limit": self.limit, "next_cursor": self.cursor if resumable else None,
            "error": error.message if error else "", "remark": self.remark, "facts": dict(self.pages[-1].facts),
        }  # fmt: skip
        save_marks(self.folder, tally.marks)
        if tally.rejects:
            write_text(self.folder / "rejected.txt", redact(rejected_text(self.run.search, tally.rejects)))
        write_text(self.folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        stamp = time[:19].replace("-", "").replace(":", "") + "Z"
        final = move_to(self.folder, self.folder.parent, f"{stamp}-{digest[:8]}")
        (final / RUN).unlink(missing_ok=True)  # not before: a kill in between would leave pages of an unknown run
        return self.home.relative(final)


def _both(first: str, second: str) -> str:
    return " ".join(dict.fromkeys(text for text in (first, second) if text))
