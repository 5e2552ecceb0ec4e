"""Which years each source and search covers, so that a source that came later is not taken for a trend."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from leeszaal.harvest.searches import read_searches
from leeszaal.home import Home
from leeszaal.library.part import finished_runs
from leeszaal.library.store import read_table
from leeszaal.trends.counts import year_numbers
from leeszaal.works.numbers import format_count, format_list, format_percent

__all__ = ["Coverage", "Stream", "coverage_of", "decide_coverage", "streams_of"]

_ENOUGH = 0.5  # of the works must come from what was there throughout, to leave out the rest
# Sources that give what is new and nothing from before they were first asked.
_ONLY_NEW = ("feeds",)


@dataclass(frozen=True)
class Stream:
    """One search at one source.

    Attributes
    ----------
    source, search
        Their names.
    start
        The first year of publication that it covers whole; 0 when nothing limits it.
    end
        The last one; 9999 when nothing limits it.
    """

    source: str
    search: str
    start: int = 0
    end: int = 9999


@dataclass(frozen=True)
class Coverage:
    """What may be counted for growth.

    Attributes
    ----------
    left_out
        Works that only a source tells of that was not there throughout.
    steps
        Years in which a source began that cannot be left out: the model gets a step there.
    notes
        Dutch, for the reader.
    """

    left_out: frozenset[str] = frozenset()
    steps: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def streams_of(room: Home) -> tuple[dict[str, Stream], list[Stream]]:
    """Return the stream of each folder of evidence that came from a harvest, and all streams.

    When it begins and ends is read from the log: `from_year` and `to_year` of the search, the date since which it was
    first asked, for feeds the day of the first answer; it ends in the year before it was last asked. A file that a
    person brought has no such limits that anything knows of.
    """
    runs = finished_runs(room)
    path = room.literature / "searches.yaml"
    searches = read_searches(path) if path.is_file() else {}
    by_stream: dict[tuple[str, str], list[dict[str, object]]] = {}
    for run in runs:
        by_stream.setdefault((str(run["source"]), str(run["search"])), []).append(run)
    streams: list[Stream] = []
    folders: dict[str, Stream] = {}
    for (source, search), mine in by_stream.items():
        known = searches.get(search)
        first = min(mine, key=lambda run: str(run["started"]))
        begins = [known.from_year or 0 if known else 0]
        if source in _ONLY_NEW:
            begins.append(int(str(first["started"])[:4]) + 1)
        elif first.get("since"):
            begins.append(int(str(first["since"])[:4]) + 1)
        end = max(int(str(run["started"])[:4]) for run in mine) - 1
        stream = Stream(source, search, max(begins), min(end, known.to_year or end if known else end))
        streams.append(stream)
        folders |= {str(run["folder"]): stream for run in mine}
    return folders, streams


def coverage_of(room: Home, works: pd.DataFrame, first: int, last: int) -> Coverage:
    """Decide what may be counted for growth from `first` to `last`; see `decide_coverage`."""
    folders, _ = streams_of(room)
    if not folders:
        return Coverage()
    records = read_table(room, "records")[["work_id", "evidence"]].drop_duplicates()
    return decide_coverage(works, records.assign(stream=records["evidence"].map(folders)), first, last)


def decide_coverage(works: pd.DataFrame, told: pd.DataFrame, first: int, last: int) -> Coverage:
    """Leave out what only later or stopped sources tell of, or put a step where one began.

    Works that only such a source tells of are left out, from counts and corpus alike, when at least half of the works
    of the window remain. Otherwise everything counts, and the model gets a step in each year in which one began;
    one that stopped gets a step in the year after.

    Parameters
    ----------
    works
        `work_id`, `year`.
    told
        `work_id`, `stream`: what told of it; missing for a file that a person brought.
    first, last
        The window, complete years.
    """
    distinct = {stream for stream in told["stream"] if isinstance(stream, Stream)}
    partial = {stream for stream in distinct if stream.start > first or stream.end < last}
    if not partial:
        return Coverage()
    year = year_numbers(works["year"])
    inside = set(works["work_id"].to_numpy()[(year >= first) & (year <= last)])
    whole = told.loc[[stream not in partial for stream in told["stream"]], "work_id"]
    left_out = frozenset(inside & set(told["work_id"]) - set(whole))
    named = sorted(f"{one.source} (‘{one.search}’, {_span(one, first, last)})" for one in partial)
    which = f"Niet over alle jaren {first}–{last} gezocht: {format_list(named)}."
    if not left_out:
        return Coverage()
    share = 1 - len(left_out) / len(inside)
    if share >= _ENOUGH:
        count = format_count(len(left_out), "werk telt", "werken tellen")
        rest = f"{count} daarom niet mee in de groei: alleen wat daar niet van afhangt ({format_percent(share, 0)})."
        return Coverage(left_out, (), (which, rest))
    years = {one.start for one in partial if one.start > first} | {one.end + 1 for one in partial if one.end < last}
    steps = tuple(sorted(year for year in years if first < year <= last))
    said = "Daarvan hangt het grootste deel af; de groei is berekend naast een sprong in " + format_list(
        [str(year) for year in steps]
    )
    return Coverage(frozenset(), steps, (which, said + ", en zegt dus minder."))


def _span(stream: Stream, first: int, last: int) -> str:
    parts = []
    if stream.start > first:
        parts.append(f"vanaf {stream.start}")
    if stream.end < last:
        parts.append(f"tot en met {stream.end}")
    return " ".join(parts)
