"""Snowballing: from chosen works one step back (what they cite) and one step forward (what cites them).

Through OpenAlex, as a harvest like any other: what comes is evidence, stands in the search log under
"sneeuwbal-terug" and "sneeuwbal-vooruit", and becomes part of the library with the next build. Chosen works are
found in OpenAlex by their DOI; those without one, and those that OpenAlex does not know, are named.

The method is that of C. Wohlin, "Guidelines for snowballing in systematic literature studies" (EASE 2014).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leeszaal import progress
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.harvest.openalex import SELECT, OpenAlex
from leeszaal.harvest.source import Query, base_url
from leeszaal.harvest.transport import Budget, Transport
from leeszaal.home import Home, find_home
from leeszaal.library.enriching import contact_of
from leeszaal.library.evidence import SNOWBALL
from leeszaal.library.fetching import Outcome, fetch, now
from leeszaal.library.part import Run, finished_runs, latest_run, locked, part_folder, query_key
from leeszaal.library.store import read_table
from leeszaal.works.identifiers import find_dois
from leeszaal.works.numbers import format_count, format_number

__all__ = ["DIRECTIONS", "Rolled", "SnowballSummary", "snowball"]

# Direction to the filter of OpenAlex and the name in the search log.
DIRECTIONS = {"back": ("cited_by", f"{SNOWBALL}-terug"), "forward": ("cites", f"{SNOWBALL}-vooruit")}
_WORDS = {"back": "terug (wat zij aanhalen)", "forward": "vooruit (wie hen aanhaalt)"}
_TOGETHER = 50  # works in one question: OpenAlex takes no more than 100, and a URL of 4,094 bytes


@dataclass(frozen=True)
class Rolled:
    """One direction for a group of works: what it would bring, and what it brought."""

    direction: str
    query: str
    works: int
    hits: int | None
    requests: int
    cost_usd: float | None
    received: int = 0
    new: int = 0
    known: int = 0
    rejected: int = 0
    complete: bool = False
    error: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class SnowballSummary:
    """What snowballing brought; without `yes` what it would bring.

    Attributes
    ----------
    works
        Chosen works.
    without_doi, unknown
        Citekeys of those without a DOI, and of those that OpenAlex does not know.
    rolls
        Per direction and group of works.
    """

    works: int
    without_doi: list[str]
    unknown: list[str]
    rolls: list[Rolled]
    planned: bool
    received: int
    new: int
    known: int
    rejected: int
    requests: int
    cost_usd: float | None
    complete: bool
    failed: list[dict[str, str]] = field(default_factory=list)

    def tell(self) -> str:
        """Return the outcome in Dutch."""
        lines = [f"Sneeuwbal vanaf {format_count(self.works, 'werk', 'werken')}, bij OpenAlex."]
        if self.without_doi:
            lines.append(f"Zonder DOI, dus niet te vinden: {', '.join(self.without_doi)}.")
        if self.unknown:
            lines.append(f"Niet bekend bij OpenAlex: {', '.join(self.unknown)}.")
        if self.planned:
            return "\n".join([*lines, *_tell_plan(self.rolls)])
        for one in self.rolls:
            lines.append(
                f"{_WORDS[one.direction]}: {format_number(one.received)} ontvangen, {format_number(one.new)} nieuw."
            )
        for fault in self.failed:
            lines += [f"Niet volledig: {fault['error']}", f"→ {fault['remedy']}"]
        lines.append("Verder: leeszaal build" if self.received else "Er is niets nieuws.")
        return "\n".join(lines)


def _tell_plan(rolls: Sequence[Rolled]) -> list[str]:
    lines = []
    for one in rolls:
        hits = "onbekend" if one.hits is None else format_number(one.hits)
        price = "" if one.cost_usd is None else f", $ {one.cost_usd:.4f}"
        lines += [
            f"{_WORDS[one.direction]}, voor {format_count(one.works, 'werk', 'werken')}",
            f"  vraag     {one.query}",
            f"  treffers  {hits}",
            f"  kosten    {format_count(one.requests, 'verzoek', 'verzoeken')}{price}",
        ]
    cost = sum(one.cost_usd or 0 for one in rolls)
    requests = sum(one.requests for one in rolls)
    lines.append(
        f"Samen {format_count(requests, 'verzoek', 'verzoeken')}" + (f" en $ {cost:.4f}" if cost else "") + "."
    )
    return lines


def snowball(
    works: Sequence[str] | str,
    *,
    home: Home | Path | str | None = None,
    directions: Sequence[str] = ("back", "forward"),
    plan: bool = False,
    yes: bool = False,
    question: Callable[[str], bool] | None = None,
    limit: int | None = None,
    budget: int | None = None,
    budget_usd: float | None = None,
    max_wait: float = 60.0,
) -> SnowballSummary:
    """Harvest what chosen works cite and what cites them.

    Parameters
    ----------
    works
        Citekeys or work ids.
    home
        The reading room; by default the nearest one.
    directions
        "back", "forward", or both.
    plan
        Only say what it would bring and cost; this takes a few requests itself.
    yes
        Harvest without asking first.
    question
        Called with the plan in Dutch; harvests when it returns True. Without `yes` or `question` only the plan is
        made.
    limit
        Most records for each direction and group of fifty works.
    budget, budget_usd
        Most requests and most dollars.
    max_wait
        Seconds to wait at a stretch when OpenAlex asks for it.

    Raises
    ------
    LeeszaalError
        When a work or direction is unknown, none of the works can be found in OpenAlex, or evidence cannot be
        written; `SourceError` when OpenAlex does not even answer which works it knows.
    """
    for one in directions:
        if one not in DIRECTIONS:
            raise LeeszaalError(f"‘{one}’ is geen richting.", nearest(one, DIRECTIONS))
    room = find_home(home)
    dois, without = _chosen(room, [works] if isinstance(works, str) else works)
    source = OpenAlex()
    transport = Transport(
        source.title,
        limits=source.limits,
        budget=Budget(budget, budget_usd),
        contact=contact_of(room),
        max_wait=max_wait,
    )
    with transport, progress.stage("Sneeuwbal"):
        ids = _identifiers(source, transport, sorted(dois))
        unknown = [citekey for doi, citekey in dois.items() if doi not in ids]
        if not ids:
            raise LeeszaalError(
                "Geen van deze werken is bij OpenAlex te vinden.",
                "Kies werken met een DOI die OpenAlex kent.",
            )
        queries = list(_queries(source, sorted(set(ids.values())), directions))
        rolls = [_estimated(source, transport, direction, query, count) for direction, query, count in queries]
        agreed = not plan and (yes or (question is not None and question("\n".join(_tell_plan(rolls)))))
        if agreed:
            rolls = [
                _roll(room, source, transport, query, roll, limit)
                for (_, query, _), roll in zip(queries, rolls, strict=True)
            ]
        return _summary(len(dois) + len(without), without, unknown, rolls, transport, planned=not agreed)


def _chosen(home: Home, names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return DOI to citekey of the chosen works, and the citekeys of those without a DOI."""
    table = read_table(home, "works")
    places = {name: place for column in ("work_id", "citekey") for place, name in enumerate(table[column])}
    if not names:
        raise LeeszaalError("Er is geen werk genoemd om vanaf te sneeuwballen.", "Noem een of meer citekeys.")
    dois: dict[str, str] = {}
    without = []
    for name in dict.fromkeys(names):
        if name.removeprefix("@") not in places:
            raise LeeszaalError(f"Er is geen werk ‘{name}’ in de bibliotheek.", nearest(name, list(table["citekey"])))
        row = table.iloc[places[name.removeprefix("@")]]
        if isinstance(row["doi"], str):
            dois[row["doi"]] = str(row["citekey"])
        else:
            without.append(str(row["citekey"]))
    return dois, without


def _identifiers(source: OpenAlex, transport: Transport, dois: Sequence[str]) -> dict[str, str]:
    """Return DOI to OpenAlex id for those that OpenAlex knows."""
    url = f"{base_url(source, None, 'https://api.openalex.org')}/works"
    found: dict[str, str] = {}
    for start in range(0, len(dois), _TOGETHER):
        # A bar or comma would end the value.
        part = [doi for doi in dois[start : start + _TOGETHER] if not set(doi) & set("|,")]
        params = {"filter": f"doi:{'|'.join(part)}", "select": "id,doi", "per_page": "100"}
        query = Query(source.name, f"filter={params['filter']}", url, {"filter": params["filter"], "select": "id,doi"})
        for page in source.pages(transport, query, None):
            for work in _works(page.content):
                for doi in find_dois(work.get("doi")):
                    found.setdefault(doi, str(work["id"]).rsplit("/", 1)[-1])
    return {doi: found[doi] for doi in dois if doi in found}


def _works(content: bytes) -> list[dict[str, Any]]:
    from leeszaal.harvest.fastjson import loads

    found: list[dict[str, Any]] = loads(content)["results"]
    return found


def _queries(source: OpenAlex, ids: Sequence[str], directions: Sequence[str]) -> Iterator[tuple[str, Query, int]]:
    url = f"{base_url(source, None, 'https://api.openalex.org')}/works"
    for direction in directions:
        for start in range(0, len(ids), _TOGETHER):
            part = ids[start : start + _TOGETHER]
            text = f"{DIRECTIONS[direction][0]}:{'|'.join(part)}"
            yield direction, Query(source.name, f"filter={text}", url, {"filter": text, "select": SELECT}), len(part)


def _estimated(source: OpenAlex, transport: Transport, direction: str, query: Query, count: int) -> Rolled:
    found = source.estimate(transport, query)
    return Rolled(direction, query.text, count, found.hits, found.requests or 1, found.cost_usd)


def _roll(home: Home, source: OpenAlex, transport: Transport, query: Query, roll: Rolled, limit: int | None) -> Rolled:
    """Harvest one direction, on from where it stopped; what goes wrong becomes part of the outcome."""
    key = query_key(query)
    folder = part_folder(home, source.name, key)
    try:
        with locked(folder):
            runs = finished_runs(home, source.name)
            last = latest_run(runs, key)
            moment = now()
            resumes = cursor = None
            started = moment
            if last is not None and not last["complete"] and last["next_cursor"]:
                resumes, cursor, started = last["folder"], last["next_cursor"], last["chain_started"]
            run = Run(
                key, DIRECTIONS[roll.direction][1], "", source.name, query.text, query.url, dict(query.params), "",
                None, moment, started, resumes, cursor,
            )  # fmt: skip
            outcome = fetch(home, source, transport, query, run, runs, limit)
    except LeeszaalError as error:
        return _with(roll, None, error.message, error.remedy)
    return _with(roll, outcome, outcome.error, outcome.remedy)


def _with(roll: Rolled, outcome: Outcome | None, error: str, remedy: str) -> Rolled:
    figures = (0, 0, 0, 0, False)
    if outcome is not None:
        figures = (outcome.received, outcome.new, outcome.known, outcome.rejected, outcome.complete)
    return Rolled(
        roll.direction, roll.query, roll.works, roll.hits, roll.requests, roll.cost_usd, *figures, error, remedy
    )


def _summary(
    works: int, without: list[str], unknown: list[str], rolls: list[Rolled], transport: Transport, *, planned: bool
) -> SnowballSummary:
    failed = [
        {"error": one.error or "Niet alles wat gevraagd is, is ontvangen.", "remedy": one.remedy}
        for one in rolls
        if not planned and not one.complete
    ]
    used = transport.budget.used_usd
    return SnowballSummary(
        works, without, unknown, rolls, planned,
        received=sum(one.received for one in rolls), new=sum(one.new for one in rolls),
        known=sum(one.known for one in rolls), rejected=sum(one.rejected for one in rolls),
        requests=transport.requests, cost_usd=round(used, 6) if used else None,
        complete=not planned and not failed, failed=failed,
    )  # fmt: skip
