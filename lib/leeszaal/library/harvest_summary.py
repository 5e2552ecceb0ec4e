"""What a harvest would do and what it did, in figures and in Dutch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from leeszaal.harvest.source import Query, Source, get_source
from leeszaal.library.fetching import Outcome
from leeszaal.works.numbers import format_count, format_number

__all__ = ["HarvestSummary", "Harvested", "Planned", "summarise", "tell_plan"]


@dataclass(frozen=True)
class Planned:
    """What one question would do.

    Attributes
    ----------
    query
        Exactly as it will be sent.
    hits, approximate, requests, cost_usd
        What the source reports; None where it does not tell.
    since
        Only what is new or changed since this date is asked; None for everything.
    resumes
        How many records of it are here already, of a run that was cut off.
    error
        Why the source could not tell, or "".
    asked
        Whether the source was asked at all; False for a dry run.
    """

    search: str
    source: str
    language: str
    query: str
    hits: int | None
    approximate: bool
    requests: int | None
    cost_usd: float | None
    since: str | None
    resumes: int
    remark: str
    error: str
    asked: bool = True


@dataclass(frozen=True)
class Harvested:
    """What one question brought; see `Outcome` for the figures."""

    search: str
    source: str
    language: str
    query: str
    since: str | None
    hits: int | None
    approximate: bool
    received: int
    new: int
    known: int
    changed: int
    rejected: int
    complete: bool
    limited: bool
    resumed: bool
    requests: int
    cost_usd: float | None
    evidence: str
    error: str
    remark: str


@dataclass(frozen=True)
class HarvestSummary:
    """What was harvested, in all and per search and source.

    Attributes
    ----------
    received, new, known, changed, rejected
        Records: each one received is new, known (of which some changed) or rejected.
    complete
        Whether everything that was asked for is here. False when only a plan was made.
    plan
        What would be done, when that was asked.
    failed
        What stopped before its end, with reason and remedy.
    """

    received: int
    new: int
    known: int
    changed: int
    rejected: int
    complete: bool
    requests: int
    cost_usd: float | None
    runs: list[Harvested] = field(default_factory=list)
    plan: list[Planned] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)

    def tell(self) -> str:
        if not self.runs and not self.failed:
            return tell_plan(self.plan) + "\n\nEr is nog niets opgehaald. Ophalen: dezelfde opdracht met --yes"
        lines = [_tell_run(run) for run in self.runs]
        lines.append(
            f"Samen: {format_count(self.received, 'record', 'records')} ontvangen, {format_number(self.new)} nieuw, "
            f"{format_number(self.known)} al bekend (waarvan {format_number(self.changed)} veranderd), "
            f"{format_number(self.rejected)} niet leesbaar; {format_count(self.requests, 'verzoek', 'verzoeken')}"
            + (f", $ {format_number(self.cost_usd, 4)}" if self.cost_usd else "") + "."
        )  # fmt: skip
        for one in self.failed:
            lines.append(f"Niet volledig: {one['search']} bij {one['source']}. {one['error']}")
            if one["remedy"]:
                lines.append(f"→ {one['remedy']}")
        lines.append("Verder: leeszaal build" if self.received else "Er is niets nieuws.")
        return "\n".join(lines)


def _tell_run(run: Harvested) -> str:
    where = f"{run.search} bij {get_source(run.source).title}" + (f" ({run.language})" if run.language else "")
    line = f"{where}: {format_number(run.received)} ontvangen, {format_number(run.new)} nieuw"
    if run.hits is not None:
        line += (
            f"; de bron meldt {'ongeveer ' if run.approximate else ''}{format_count(run.hits, 'treffer', 'treffers')}"
        )
    if run.since:
        line += f", nieuw of veranderd sinds {run.since[:10]}"
    if run.limited:
        line += "; gestopt bij uw grens"
    return line + "." + (f" {run.remark}" if run.remark else "")


def tell_plan(plan: Sequence[Planned]) -> str:
    """Return the plan in Dutch: for each question what will be sent, what it brings and what it costs."""
    lines = []
    for one in plan:
        where = f"{one.search} bij {get_source(one.source).title}" + (f" ({one.language})" if one.language else "")
        lines += [where, f"  vraag     {one.query}"]
        if one.since:
            lines.append(f"  sinds     {one.since[:10]} (alleen wat nieuw of veranderd is)")
        if one.resumes:
            lines.append(f"  verder    waar de vorige keer ophield; {format_number(one.resumes)} records zijn er al")
        if one.error:
            lines.append(f"  fout      {one.error}")
        elif one.hits is not None:
            lines.append(f"  treffers  {'ongeveer ' if one.approximate else ''}{format_number(one.hits)}")
            price = f", $ {format_number(one.cost_usd, 4)}" if one.cost_usd is not None else ""
            if one.requests is not None:
                lines.append(f"  kosten    {format_count(one.requests, 'verzoek', 'verzoeken')}{price}")
        else:
            lines.append(f"  treffers  {'meldt deze bron niet vooraf' if one.asked else 'niet gevraagd'}")
        if one.remark:
            lines.append(f"  let op    {one.remark}")
    if not any(one.asked for one in plan):
        return "\n".join([*lines, "Er is niets verstuurd."])
    requests = sum(one.requests or 0 for one in plan)
    cost = sum(one.cost_usd or 0 for one in plan)
    lines.append(
        f"Samen ongeveer {format_count(requests, 'verzoek', 'verzoeken')}"
        + (f" en $ {format_number(cost, 4)}" if cost else "")
        + "."
    )
    return "\n".join(lines)


def summarise(done: Sequence[tuple[str, Source, Query, str | None, Outcome]], planned: list[Planned]) -> HarvestSummary:
    """Return what was harvested: for each question the search, source, query, date and outcome."""
    runs = [
        Harvested(
            search, source.name, query.language, query.text, since, one.hits, one.approximate, one.received,
            one.new, one.known, one.changed, one.rejected, one.complete, one.limited, one.resumed,
            one.requests, one.cost_usd, one.evidence, one.error, one.remark,
        )
        for search, source, query, since, one in done
    ]  # fmt: skip
    failed = [
        {
            "search": search,
            "source": source.title,
            "error": one.error or "Niet alles wat gevraagd is, is ontvangen.",
            "remedy": one.remedy,
        }
        for search, source, _, _, one in done
        if not one.complete
    ]
    costs = [run.cost_usd for run in runs if run.cost_usd is not None]
    return HarvestSummary(
        received=sum(run.received for run in runs),
        new=sum(run.new for run in runs),
        known=sum(run.known for run in runs),
        changed=sum(run.changed for run in runs),
        rejected=sum(run.rejected for run in runs),
        complete=bool(runs) and not failed,
        requests=sum(run.requests for run in runs),
        cost_usd=round(sum(costs), 6) if costs else None,
        runs=runs,
        plan=planned,
        failed=failed,
    )
