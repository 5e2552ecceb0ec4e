"""The search log: where, when and how was searched, and what that brought: `leeszaal log`.

The rows hold what PRISMA-S asks to report of a search (Rethlefsen et al. 2021, Systematic Reviews 10:39): the
source (item 1), the question as it was sent (8), limits (9), earlier searches that were brought up to date (12),
the date (13) and the number of records (15).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import write_text
from leeszaal.harvest.source import get_source, source_names
from leeszaal.home import Home, find_home
from leeszaal.library.evidence import Evidence, list_evidence
from leeszaal.library.part import finished_runs
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_list, format_number

__all__ = ["LogSummary", "LoggedSearch", "log"]

# The source of what a person brought.
FILE = "bestand"
FORMATS = ("markdown", "csv")
_HEADS = {
    "search": "Zoekvraag", "source": "Bron", "language": "Taal", "query": "Vraag zoals verstuurd", "date": "Datum",
    "since": "Nieuw of veranderd sinds", "hits": "Treffers volgens de bron", "received": "Ontvangen", "new": "Nieuw",
    "known": "Al bekend", "rejected": "Niet leesbaar", "complete": "Volledig", "limit": "Grens",
    "requests": "Verzoeken",
    "remark": "Opmerking", "evidence": "Bewijs",
}  # fmt: skip


@dataclass(frozen=True)
class LoggedSearch:
    """One search at one source on one day, or one file that a person brought.

    Attributes
    ----------
    hits
        What the source reported; `approximate` when it calls that an estimate; None where it does not tell.
    since
        Date from which changes were asked, or "".
    """

    search: str
    source: str
    language: str
    query: str
    date: str
    since: str
    hits: int | None
    approximate: bool
    received: int
    new: int
    known: int
    rejected: int
    complete: bool
    limit: int | None
    requests: int
    remark: str
    evidence: str


@dataclass(frozen=True)
class LogSummary:
    """The search log.

    Attributes
    ----------
    searches
        Oldest first.
    sentence
        One Dutch sentence for the method section of a paper.
    text
        The log in the format that was asked, or "".
    """

    searches: list[LoggedSearch]
    sentence: str
    text: str = ""
    file: str = ""

    def tell(self) -> str:
        if self.file:
            return f"Het zoeklogboek staat in {self.file}."
        if self.text:
            return self.text.rstrip("\n")
        if not self.searches:
            return "Er is nog niet gezocht.\nBegin met: leeszaal harvest --plan"
        return "\n".join([*(_tell(one) for one in self.searches), "", "Voor de methode van uw paper:", self.sentence])


def _tell(one: LoggedSearch) -> str:
    line = f"{one.date}  {one.source}, {one.search}: {format_number(one.received)} ontvangen"
    line += f", {format_number(one.new)} nieuw"
    if one.hits is not None:
        line += f", {'ongeveer ' if one.approximate else ''}{format_count(one.hits, 'treffer', 'treffers')}"
    return line + ("" if one.complete else ", niet volledig")


def log(
    *,
    home: Home | Path | str | None = None,
    format: str | None = None,  # noqa: A002
    output: Path | str | None = None,
) -> LogSummary:
    """Return the search log.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    format
        "markdown" or "csv" for the whole log as text; by default a line for each search.
    output
        A file to write that text to; its suffix (.md, .csv) names the format when `format` does not.

    Raises
    ------
    LeeszaalError
        When the format is unknown, a manifest is damaged, or the file cannot be written.
    """
    room = find_home(home)
    path = Path(output) if output is not None else None
    if format is None and path is not None:
        format = {".md": "markdown", ".csv": "csv"}.get(path.suffix.lower(), path.suffix.lower() or "md")  # noqa: A001
    if format is not None and format not in FORMATS:
        raise LeeszaalError(f"Het zoeklogboek bestaat niet als ‘{format}’.", nearest(format, FORMATS))
    searches = _rows(room)
    text = "" if format is None else _csv(searches) if format == "csv" else _markdown(searches)
    if path is not None:
        write_text(path, text)
    return LogSummary(searches, _sentence(searches), text, str(path) if path is not None else "")


def _title(name: str) -> str:
    return get_source(name).title if name in source_names() else name


def _rows(home: Home) -> list[LoggedSearch]:
    rows = [(str(run["started"]), _searched(run)) for run in finished_runs(home)]
    rows += [(item.time, _brought(item)) for item in list_evidence(home) if item.source == "import"]
    return [row for _, row in sorted(rows, key=lambda one: (one[0], one[1].evidence))]


def _searched(run: Mapping[str, Any]) -> LoggedSearch:
    return LoggedSearch(
        search=run["search"],
        source=_title(run["source"]),
        language=run["language"],
        query=run["query"],
        date=run["started"][:10],
        since=(run["since"] or "")[:10],
        hits=run["total"],
        approximate=run["approximate"],
        received=run["received"],
        new=run["new"],
        known=run["known"],
        rejected=run["rejected"],
        complete=run["complete"],
        limit=run["limit"] if run["limited"] else None,
        requests=run["requests"],
        remark=" ".join(text for text in (run["remark"], run["error"]) if text),
        evidence=run["folder"],
    )


def _brought(item: Evidence) -> LoggedSearch:
    return LoggedSearch(
        search=item.name,
        source=FILE,
        language="",
        query="",
        date=item.time[:10],
        since="",
        hits=None,
        approximate=False,
        received=item.read,
        new=item.records,
        known=0,
        rejected=item.rejected,
        complete=True,
        limit=None,
        requests=0,
        remark="",
        evidence=item.folder,
    )


def _cells(one: LoggedSearch) -> list[str]:
    values: dict[str, Any] = asdict(one)
    values["hits"] = "" if one.hits is None else f"{'ongeveer ' if one.approximate else ''}{one.hits}"
    values["complete"] = "ja" if one.complete else "nee"
    return ["" if values[name] is None else str(values[name]) for name in _HEADS]


def _csv(searches: Iterable[LoggedSearch]) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(_HEADS.values())
    for one in searches:
        # A spreadsheet takes a cell that starts with one of these for a formula.
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in _cells(one)])
    return sink.getvalue()


def _markdown(searches: Iterable[LoggedSearch]) -> str:
    lines = [f"| {' | '.join(_HEADS.values())} |", f"| {' | '.join('---' for _ in _HEADS)} |"]
    lines += [f"| {' | '.join(escape_markdown(cell) for cell in _cells(one))} |" for one in searches]
    return "\n".join(lines) + "\n"


def _sentence(searches: list[LoggedSearch]) -> str:
    """Return where and when was searched and what that brought, as one sentence."""
    asked = [one for one in searches if one.source != FILE]
    files = [one for one in searches if one.source == FILE]
    if not asked and not files:
        return ""
    parts = []
    if asked:
        days = sorted({one.date for one in asked})
        when = (
            f"Op {format_date(days[0])}"
            if len(days) == 1
            else f"Tussen {format_date(days[0])} en {format_date(days[-1])}"
        )
        sources = format_list(sorted({one.source for one in asked}, key=str.casefold))
        names = sorted({one.search for one in asked if one.search != "los"})
        which = (
            f" met de {'zoekvraag' if len(names) == 1 else 'zoekvragen'} {format_list([f'‘{name}’' for name in names])}"
            if names
            else ""
        )
        received, new = sum(one.received for one in asked), sum(one.new for one in asked)
        parts.append(
            f"{when} is gezocht in {sources}{which}; dat leverde "
            f"{format_count(received, 'record', 'records')} op, waarvan "
            f"{format_number(new)} {'verschillend' if new == 1 else 'verschillende'}"
        )
    if files:
        count = sum(one.new for one in files)
        more = f"{format_count(count, 'record', 'records')} uit {format_count(len(files), 'bestand', 'bestanden')}"
        parts.append(f"daarnaast {'is' if count == 1 else 'zijn'} {more} ingelezen" if asked else f"Ingelezen: {more}")
    sentence = "; ".join(parts) if asked else parts[0]
    short = [one for one in asked if not one.complete]
    if short:
        sentence += f" ({format_count(len(short), 'zoekactie was', 'zoekacties waren')} niet volledig)"
    return sentence + "."
