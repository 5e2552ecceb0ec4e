"""Harvest sources into evidence: `leeszaal harvest`."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from leeszaal import progress
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.harvest.errors import SourceError
from leeszaal.harvest.searches import Search, read_contact, read_searches
from leeszaal.harvest.source import Query, Source, Versioned, get_source
from leeszaal.harvest.transport import Budget, Transport
from leeszaal.home import Home, find_home
from leeszaal.library.fetching import Outcome, fetch, now
from leeszaal.library.harvest_summary import Harvested, HarvestSummary, Planned, summarise, tell_plan
from leeszaal.library.part import (
    Run,
    finished_runs,
    latest_run,
    locked,
    part_folder,
    query_key,
)

__all__ = ["HarvestSummary", "Harvested", "Planned", "harvest"]

# The name of a search that stands in no file.
LOOSE = "los"


@dataclass(frozen=True)
class _Job:
    search: Search
    source: Source
    query: Query
    whole: Query
    run: Run
    limit: int | None
    automatic: bool  # whether `since` was our own idea
    have: int  # records of this chain that are here already


def harvest(
    names: Sequence[str] | str | None = None,
    *,
    home: Home | Path | str | None = None,
    plan: bool = False,
    yes: bool = False,
    ask: Callable[[str], bool] | None = None,
    source: str | None = None,
    query: str | None = None,
    limit: int | None = None,
    since: str | None = None,
    dry_run: bool = False,
    max_wait: float = 60.0,
    budget: int | None = None,
    budget_usd: float | None = None,
) -> HarvestSummary:
    """Harvest searches into evidence.

    Parameters
    ----------
    names
        Searches of `literature/searches.yaml`; by default all.
    home
        The reading room; by default the nearest one.
    plan
        Only make the plan: what will be sent, how much the sources report and what it costs.
    yes
        Harvest without a plan and without asking.
    ask
        Called with the plan in Dutch; harvests when it returns True. Without `yes` or `ask` only a plan is made.
    source
        Only this source; with `query` a search that stands in no file.
    query
        A search in the boolean form.
    limit
        Most records for each search and source.
    since
        ISO date: only what is new or changed since. By default the day of the last complete run, if any; "begin"
        asks for everything again.
    dry_run
        Show what would be sent, without going to the network.
    max_wait
        Seconds to wait at a stretch when a source asks for it.
    budget, budget_usd
        Most requests and most dollars for this run.

    Raises
    ------
    LeeszaalError
        When a search, source, date or file is not right. What goes wrong at a source stands in `failed`.
    """
    room = find_home(home)
    path = room.literature / "searches.yaml"
    searches = _searches(path, names, source, query, limit)
    jobs = _jobs(room, searches, source, _date(since))
    if dry_run:
        return summarise([], [_planned(job, asked=False) for job in jobs])
    budgets = Budget(budget, budget_usd)
    contact = os.environ.get("LEESZAAL_CONTACT", "").strip() or (read_contact(path) if path.is_file() else "")
    with _Transports(budgets, contact, max_wait) as transports:
        planned: list[Planned] = []
        if not yes:
            with progress.stage("Plannen", len(jobs)):
                planned = [_estimated(job, transports.to(job.source)) for job in progress.track(jobs)]
            if plan or ask is None or not ask(tell_plan(planned)):
                return summarise([], planned)
        done = []
        for job in jobs:
            with progress.stage(job.source.title):
                done.append(_run(room, job, transports.to(job.source)))
    return summarise([(job.search.name, job.source, job.query, job.run.since, one) for job, one in done], planned)


class _Transports:
    """One transport for each source, closed together."""

    def __init__(self, budget: Budget, contact: str, max_wait: float) -> None:
        self._settings = {"budget": budget, "contact": contact, "max_wait": max_wait}
        self._made: dict[str, Transport] = {}

    def to(self, source: Source) -> Transport:
        if source.name not in self._made:
            self._made[source.name] = Transport(source.title, limits=source.limits, **self._settings)  # type: ignore[arg-type]
        return self._made[source.name]

    def __enter__(self) -> _Transports:
        return self

    def __exit__(self, *_: object) -> None:
        for transport in self._made.values():
            transport.close()


def _searches(
    path: Path, names: Sequence[str] | str | None, source: str | None, query: str | None, limit: int | None
) -> list[Search]:
    if limit is not None and limit < 1:
        raise LeeszaalError(f"De grens is {limit}.", "Verwacht: 1 of meer.")
    if query is not None:
        if source is None:
            raise LeeszaalError("Bij een losse zoekvraag hoort een bron.", "Noem er een met --source, zoals openalex.")
        if names:
            raise LeeszaalError(
                "Noem een zoekvraag uit searches.yaml, of een losse met --query, niet allebei.",
                "Laat een van de twee weg.",
            )
        return [Search(LOOSE, (get_source(source).name,), {"": query}, limit=limit)]
    known = read_searches(path)
    wanted = [names] if isinstance(names, str) else list(names or known)
    for name in wanted:
        if name not in known:
            raise LeeszaalError(f"Er is geen zoekvraag ‘{name}’ in {path}.", nearest(name, known))
    chosen = [known[name] for name in wanted]
    if source is not None:
        one = get_source(source).name
        chosen = [replace(search, sources=(one,)) for search in chosen if one in search.sources]
        if not chosen:
            raise LeeszaalError(
                f"Geen van deze zoekvragen vraagt iets aan {one}.", f"Voeg {one} toe bij sources in {path}."
            )
    return chosen if limit is None else [_limited(search, limit) for search in chosen]


def _limited(search: Search, limit: int) -> Search:
    """Let the limit of the command line go before those of the file."""
    own = {name: {k: v for k, v in options.items() if k != "limit"} for name, options in search.options.items()}
    return replace(search, limit=limit, options=own)


def _date(since: str | None) -> str | None:
    if since is None or since == "begin":
        return since
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", since) is None:
            raise ValueError
        return datetime.date.fromisoformat(since).isoformat()
    except ValueError:
        raise LeeszaalError(
            f"‘{since}’ is geen datum.", "Verwacht: jjjj-mm-dd, zoals 2026-01-31, of ‘begin’ voor alles."
        ) from None


def _jobs(home: Home, searches: Sequence[Search], only: str | None, since: str | None) -> list[_Job]:
    jobs: list[_Job] = []
    seen: set[str] = set()
    for search in searches:
        for name in search.sources:
            if only is not None and name != only:
                continue
            source = get_source(name)
            runs = finished_runs(home, name)
            for whole in source.translate(search, None):
                job = _job(search, source, whole, runs, since)
                if job.run.key not in seen:  # two searches that ask the very same
                    seen.add(job.run.key)
                    jobs.append(job)
    return jobs


def _job(search: Search, source: Source, whole: Query, runs: Sequence[Mapping[str, Any]], since: str | None) -> _Job:
    """Decide how a question goes on: from where it stopped, with what is new since, or from the beginning."""
    explicit = since if since != "begin" else None
    most = search.limit_for(source.name)
    key = query_key(whole, explicit)
    last = latest_run(runs, key)
    resumes = cursor = None
    chain_started = start = now()
    have, automatic = 0, False
    date = explicit
    grown = last is not None and last["limited"] and (most is None or most > last["delivered"])
    if since != "begin" and last is not None:
        if last["next_cursor"] and (not last["complete"] or grown):
            resumes, cursor, date = last["folder"], last["next_cursor"], last["since"]
            chain_started, have = last["chain_started"], last["delivered"]
        elif explicit is None and last["complete"]:
            # A day of overlap: the clocks and time zones of two machines need not agree, and what is known is known.
            day = datetime.date.fromisoformat(last["chain_started"][:10]) - datetime.timedelta(days=1)
            # A source that counts versions instead of days tells itself where its last answer stood.
            mark = source.watermark(last.get("facts", {})) if isinstance(source, Versioned) else None
            date, automatic = mark or day.isoformat(), True
        elif explicit is None:
            date = last["since"]
            automatic = date is not None
    query = whole if date is None else _since(source, search, whole, date)
    run = Run(
        key, search.name, search.theme, source.name, query.text, query.url, dict(query.params), query.language, date,
        start, chain_started, resumes, cursor,
    )  # fmt: skip
    return _Job(search, source, query, whole, run, most, automatic, have)


def _since(source: Source, search: Search, whole: Query, date: str) -> Query:
    """Return the question for what is new or changed since `date`, in the language of the whole one."""
    asked = source.translate(search, date)
    return next((query for query in asked if query.language == whole.language), asked[0])


def _planned(job: _Job, **estimate: Any) -> Planned:
    facts = {
        "hits": None,
        "approximate": False,
        "requests": None,
        "cost_usd": None,
        "remark": "",
        "error": "",
    } | estimate
    return Planned(
        job.search.name,
        job.source.name,
        job.query.language,
        job.query.text,
        since=job.run.since,
        resumes=job.have,
        **facts,
    )


def _estimated(job: _Job, transport: Transport) -> Planned:
    try:
        found = job.source.estimate(transport, job.query)
    except SourceError as error:
        return _planned(job, error=error.message)
    return _planned(
        job, hits=found.hits, approximate=found.approximate, requests=found.requests, cost_usd=found.cost_usd,
        remark=found.remark,
    )  # fmt: skip


def _run(home: Home, job: _Job, transport: Transport) -> tuple[_Job, Outcome]:
    """Harvest one question; what goes wrong becomes part of the outcome, so that the others still get their turn."""
    folder = part_folder(home, job.source.name, job.run.key)
    before = transport.requests
    try:
        with locked(folder):
            runs = finished_runs(home, job.source.name)
            outcome = fetch(home, job.source, transport, job.query, job.run, runs, job.limit)
            if job.automatic and outcome.refused in (400, 403) and not outcome.received:
                job = _without_since(job)
                outcome = fetch(home, job.source, transport, job.query, job.run, runs, job.limit)
    except LeeszaalError as error:
        outcome = Outcome(
            0, 0, 0, 0, 0, None, False, False, False, transport.requests - before, None, error.message,
            error.remedy, "",
            False, "", 0,
        )  # fmt: skip
    return job, outcome


def _without_since(job: _Job) -> _Job:
    """Ask for everything, because the source does not let us ask for what is new."""
    remark = (
        f"{job.source.title} weigert de vraag naar alleen wat nieuw is sinds {job.run.since}; daarom is alles opnieuw "
        "gevraagd."
    )
    whole = job.whole
    run = replace(job.run, query=whole.text, params=dict(whole.params), since=None, remark=remark)
    return replace(job, query=whole, run=run, automatic=False)
