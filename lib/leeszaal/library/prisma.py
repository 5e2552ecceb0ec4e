"""The numbers of the PRISMA 2020 flow, from evidence and decisions alone, and the works behind each number.

Page and others 2021, *The PRISMA 2020 statement*, BMJ 372:n71. A work is in exactly one of the last boxes: taken up,
left out (with the reason), in doubt, disputed, waiting, or in one of the reading room's own (`literature/prisma.yaml`).

In an update of a living review, works that were taken up or left out before a date and are so still go aside; of them
those taken up are the "previous studies". All others are new: found since, undecided then, or decided otherwise now.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home, find_home
from leeszaal.library.boxes import DATABASES, GROUPS, OwnBox, Plan, load_plan, moment_of
from leeszaal.library.evidence import list_evidence
from leeszaal.library.finder import load_finder, parse_query
from leeszaal.library.index import Numbers
from leeszaal.library.screened import DISPUTED, DOUBT, EXCLUDED, INCLUDED, NO_REASON, OPEN, screening
from leeszaal.library.store import read_table
from leeszaal.works.plain import fold

__all__ = ["Box", "prisma_boxes", "prisma_remarks", "prisma_table", "review_since", "works_in"]

FOUND, DOUBLE, UNIQUE = "Gevonden records", "Dubbel", "Unieke werken"
PREVIOUS, DROPPED, LEFT_OUT = "Eerder opgenomen", "Sindsdien anders besloten", "Eerder uitgesloten"
WAITING, KNOWN, NEW = "Van eerder, nog of weer te beoordelen", "Al eerder beoordeeld", "Nieuw opgenomen"
OTHER_WAYS = "Andere wegen"
_TAKEN = (
    FOUND, DOUBLE, UNIQUE, INCLUDED, EXCLUDED, OPEN, DOUBT, DISPUTED, NO_REASON, PREVIOUS, DROPPED, LEFT_OUT, WAITING,
    KNOWN, NEW, OTHER_WAYS, *GROUPS.values(),
)  # fmt: skip


@dataclass(frozen=True)
class Box:
    """One number of the flow and the works behind it.

    Attributes
    ----------
    name, n
        What it is called, and its number: of records up to "Dubbel", of works from there on.
    kind
        "previous", "dropped", "source", "other", "step" or "excluded", as `leeszaal.charts.prisma_flow` takes them;
        "aside" for what can be asked and does not stand in the flow.
    works
        The works, by id. For a source: those it told of. For "Dubbel": those that more than one record tells of.
    """

    name: str
    n: int
    kind: str
    works: tuple[str, ...]


def _box(name: str, kind: str, works: pd.Series) -> Box:
    return Box(name, len(works), kind, tuple(works))


def _of_records(name: str, kind: str, records: pd.DataFrame) -> Box:
    return Box(name, len(records), kind, tuple(sorted(set(records["work_id"]))))


def review_since(home: Home | Path | str | None = None, since: str | None = None) -> str:
    """Return the moment (UTC, ISO) from which works are new, "" where the flow is not that of an update.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    since
        A date ("2026-06-01") or "paper:naam" for its last signed version; "" for none. By default what
        `literature/prisma.yaml` says.
    """
    room = find_home(home)
    return moment_of(room, load_plan(room, _TAKEN).since if since is None else since)


def prisma_boxes(home: Home | Path | str | None = None, *, since: str | None = None) -> list[Box]:
    """Return every number of the flow with its works, in the order of the flow; what stands beside it comes last.

    The arguments are those of `review_since`.

    Raises
    ------
    LeeszaalError
        When the library was not built, or `literature/prisma.yaml` or a file of decisions cannot be read.
    """
    room = find_home(home)
    plan = load_plan(room, _TAKEN)
    moment = moment_of(room, plan.since if since is None else since)
    states, records = screening(room), read_table(room, "records")[["source", "evidence", "work_id"]]
    if moment:
        settled, begin = _before(room, moment, states)
        new = states[~settled]
        fresh = records["evidence"].map({item.folder: item.time for item in list_evidence(room)}).fillna("") >= moment
    else:
        begin, new, fresh = [], states, pd.Series(True, index=records.index)
    ours = records["work_id"].isin(new["work_id"])
    sources, groups = _sources(room, plan, records[fresh])
    asked = records[fresh | ours]
    counts = records.loc[ours, "work_id"].value_counts()
    double = Box(DOUBLE, int(ours.sum()) - len(new), "excluded", tuple(sorted(counts[counts > 1].index)))
    if moment:
        sources.insert(
            sum(box.kind == "source" for box in sources), _of_records(WAITING, "source", records[~fresh & ours])
        )
    boxes = [*begin, *sources, _of_records(FOUND, "step", asked)]
    if moment:
        boxes.append(_of_records(KNOWN, "excluded", records[fresh & ~ours]))
    boxes += [double, _box(UNIQUE, "step", new["work_id"])]
    boxes += _screened(room, plan, new)
    included = states.loc[states["verb"] == "include", "work_id"]
    if moment:
        boxes.append(_box(NEW, "step", new.loc[new["verb"] == "include", "work_id"]))
    boxes.append(_box(INCLUDED, "step", included))
    boxes += _aside(states, settled if moment else None, {fold(box.name) for box in boxes})
    boxes += groups
    _no_name_twice(plan, boxes)
    return boxes


def _sources(room: Home, plan: Plan, records: pd.DataFrame) -> tuple[list[Box], list[Box]]:
    """Return a box a source, databases and registers first, and one a group where there is more than that."""
    placed = {item.folder: plan.place_of(item) for item in list_evidence(room)}
    names = records["evidence"].map({folder: name for folder, (name, _) in placed.items()}).fillna(records["source"])
    group = records["evidence"].map({folder: found for folder, (_, found) in placed.items()}).fillna(DATABASES)
    boxes, groups = [], []
    for key, title in GROUPS.items():
        part = records[group == key]
        kind, before = ("source", "") if key == DATABASES else ("other", f"{title}: ")
        boxes += [_of_records(f"{before}{name}", kind, own) for name, own in part.groupby(names[part.index])]
        if len(part):
            groups.append(_of_records(title, "aside", part))
    if any(box.kind == "other" for box in boxes):
        return boxes, [*groups, _of_records(OTHER_WAYS, "aside", records[group != DATABASES])]
    return boxes, []


def _before(room: Home, moment: str, states: pd.DataFrame) -> tuple[pd.Series, list[Box]]:
    """Return which works were taken up or left out before `moment` and still are, and the column of what was."""
    then = screening(room, before=moment)["verb"]
    settled = then.isin(["include", "exclude"]) & (then == states["verb"])
    previous = states[then == "include"]
    return settled, [
        _box(PREVIOUS, "previous", previous["work_id"]),
        _box(DROPPED, "dropped", previous.loc[previous["verb"] != "include", "work_id"]),
    ]


def _screened(room: Home, plan: Plan, new: pd.DataFrame) -> list[Box]:
    """Return the boxes between the works that are new and those of them that were taken up."""
    boxes = []
    left = new
    for own in plan.boxes:
        if own.step:
            boxes.append(_box(own.name, "step", left["work_id"]))
            continue
        out = _taken_out(room, plan, own, left)
        boxes.append(_box(own.name, "excluded", left.loc[out, "work_id"]))
        left = left[~out]
    left = left[left["verb"] != "include"]
    reasons = left.loc[left["verb"] == "exclude", "box"].value_counts()
    order = sorted(reasons.index, key=lambda name: (-reasons[name], name))
    waiting = left["box"].value_counts()
    order += sorted((OPEN, DOUBT, DISPUTED), key=lambda name: (-waiting.get(name, 0), name))
    return boxes + [_box(name, "excluded", left.loc[left["box"] == name, "work_id"]) for name in order]


def _taken_out(room: Home, plan: Plan, own: OwnBox, left: pd.DataFrame) -> Numbers:
    """Return which of the works that are left a box takes out."""
    if own.reasons:
        reasons = {fold(reason) for reason in own.reasons}
        return np.array([bool(reason) and fold(reason) in reasons for reason in left["reason"]], dtype=bool)
    finder = load_finder(room)
    try:
        found = finder.ask(parse_query(own.query), meaning=own.meaning, cache=room.embeddings)[0]
    except LeeszaalError as error:
        raise plan.error(f"het vak ‘{own.name}’: {error.message}", own, error.remedy) from error
    # A question never goes over what a person took up.
    asked = ~left["verb"].isin(["include", "disputed"]) & left["work_id"].isin(finder.ids[found])
    return asked.to_numpy(dtype=bool)


def _aside(states: pd.DataFrame, settled: pd.Series | None, names: set[str]) -> list[Box]:
    """Return what can be asked too: all that was left out, by reason where the flow has these in other boxes."""
    excluded = states[states["verb"] == "exclude"]
    boxes = [_box(EXCLUDED, "aside", excluded["work_id"])]
    if settled is not None:
        boxes.append(_box(LEFT_OUT, "aside", excluded.loc[settled[excluded.index], "work_id"]))
    reasons = [(str(name), part) for name, part in excluded.groupby("box") if fold(str(name)) not in names]
    return boxes + [_box(name, "aside", part["work_id"]) for name, part in reasons]


def _no_name_twice(plan: Plan, boxes: list[Box]) -> None:
    names = [fold(box.name) for box in boxes]
    for own in plan.boxes:
        if names.count(fold(own.name)) > 1:
            raise plan.error(
                f"het vak ‘{own.name}’ heet als een bron of een reden.", own, "Geef elk vak een eigen naam."
            )


def prisma_table(home: Home | Path | str | None = None, *, since: str | None = None) -> pd.DataFrame:
    """Return the flow from what was found to what was taken up, for `leeszaal.charts.prisma_flow`.

    The arguments are those of `review_since`.

    Returns
    -------
    DataFrame
        step, n, kind: "source" rows (databases and registers) and "other" rows (websites, organisations, citations)
        add up to the first "step"; the "excluded" rows between two steps are their
        difference. The first step counts records, the others works. In an update "previous" and "dropped" rows go
        before the sources; their difference and the step before the last add up to the last.

    Raises
    ------
    LeeszaalError
        See `prisma_boxes`.
    """
    rows = [
        (box.name, box.n, box.kind)
        for box in prisma_boxes(home, since=since)
        if box.kind != "aside" and (box.n or box.name not in (OPEN, DOUBT, DISPUTED))
    ]
    return pd.DataFrame(rows, columns=["step", "n", "kind"])


def prisma_remarks(home: Home | Path | str | None = None) -> list[str]:
    """Return which reasons in `literature/prisma.yaml` nobody gave, where one much like it was given (Dutch)."""
    room = find_home(home)
    plan = load_plan(room, _TAKEN)
    if not any(own.reasons for own in plan.boxes):
        return []
    given = {fold(reason): reason for reason in screening(room)["reason"] if reason}
    remarks = []
    for own in plan.boxes:
        for reason in own.reasons:
            close = [] if fold(reason) in given else difflib.get_close_matches(fold(reason), given, n=1)
            if close:
                said = plan.error(f"niemand gaf de reden ‘{reason}’.", own, "").message
                remarks.append(f"{said} Bedoelt u ‘{given[close[0]]}’?")
    return remarks


def works_in(box: str, home: Home | Path | str | None = None, *, since: str | None = None) -> list[str]:
    """Return the ids of the works behind a number of the flow; "Uitgesloten" is all that were left out.

    Parameters
    ----------
    box
        Its name, whatever the capitals; see `prisma_boxes`.
    home, since
        See `review_since`.

    Raises
    ------
    LeeszaalError
        When there is no such box, naming the nearest.
    """
    boxes = prisma_boxes(home, since=since)
    for one in boxes:
        if fold(one.name) == fold(box):
            return list(one.works)
    raise LeeszaalError(f"Er is geen vak ‘{box}’.", nearest(box, [one.name for one in boxes]))
