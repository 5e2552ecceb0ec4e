"""The numbers of the PRISMA 2020 flow, from evidence and decisions alone, and the works behind each number.

Page and others 2021, *The PRISMA 2020 statement*, BMJ 372:n71. A work is in exactly one of the last boxes: taken up,
left out (with the reason), in doubt, disputed, or waiting.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home, find_home
from leeszaal.library.decisions import load_decisions
from leeszaal.library.store import read_table
from leeszaal.works.plain import fold

__all__ = ["prisma_table", "screening", "works_in"]

FOUND, UNIQUE, INCLUDED = "Gevonden records", "Unieke werken", "Opgenomen"
DOUBLE, OPEN, DOUBT, DISPUTED = "Dubbel", "Nog te beoordelen", "Twijfel", "Oneens"
NO_REASON = "Uitgesloten zonder reden"
_STATES = {"include": INCLUDED, "maybe": DOUBT}


def screening(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return where every work stands in the screening.

    Returns
    -------
    DataFrame
        work_id, citekey, box ("Opgenomen", "Twijfel", "Oneens", "Nog te beoordelen", or "Uitgesloten: <reden>"), verb
        ("include", "exclude", "maybe", "disputed" or "open"). What counts is the last word of each person; people who
        do not agree leave a work disputed.
    """
    room = find_home(home)
    works = read_table(room, "works")[["work_id", "citekey"]]
    said = load_decisions(room)
    said = said[
        said["verb"].isin(["include", "exclude", "maybe"])
        & (said["problem"] == "")
        & ~said["undone"].astype(bool)
        & said["work_id"].notna()
    ]
    last = said.drop_duplicates(["work_id", "person"], keep="last")
    voices: dict[str, list[tuple[str, str]]] = {}
    for row in last.itertuples():
        voices.setdefault(str(row.work_id), []).append((str(row.verb), str(row.reason)))
    states = [_state(voices.get(str(work_id), [])) for work_id in works["work_id"]]
    return works.assign(
        verb=pd.Series([verb for verb, _ in states], index=works.index, dtype=object),
        box=pd.Series([box for _, box in states], index=works.index, dtype=object),
    )


def _state(voices: list[tuple[str, str]]) -> tuple[str, str]:
    verbs = {verb for verb, _ in voices}
    if not verbs:
        return "open", OPEN
    if len(verbs) > 1:
        return "disputed", DISPUTED
    verb = verbs.pop()
    if verb == "exclude":
        reason = next((reason for _, reason in reversed(voices) if reason), "")
        return verb, f"Uitgesloten: {reason}" if reason else NO_REASON
    return verb, _STATES[verb]


def prisma_table(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the flow from what was found to what was taken up, for `leeszaal.charts.prisma_flow`.

    Returns
    -------
    DataFrame
        step, n, kind: "source" rows add up to the first "step"; the "excluded" rows between two steps are their
        difference. The first step counts records, the others works.

    Raises
    ------
    LeeszaalError
        When the library was not built or a file of decisions cannot be read.
    """
    room = find_home(home)
    records = read_table(room, "records")
    states = screening(room)
    counts = Counter(states["box"])
    out = sorted(
        (box for box in counts if box != INCLUDED), key=lambda box: (not box.startswith("Uit"), -counts[box], box)
    )
    rows = [(source, int(n), "source") for source, n in records["source"].value_counts().sort_index().items()]
    rows += [
        (FOUND, len(records), "step"),
        (DOUBLE, len(records) - len(states), "excluded"),
        (UNIQUE, len(states), "step"),
        *((box, counts[box], "excluded") for box in out),
        (INCLUDED, counts[INCLUDED], "step"),
    ]
    return pd.DataFrame(rows, columns=["step", "n", "kind"])


def works_in(box: str, home: Home | Path | str | None = None) -> list[str]:
    """Return the ids of the works behind a number of the flow; "Uitgesloten" is all that were left out.

    For a source: the works it told of. For "Dubbel": the works that more than one record tells of.

    Raises
    ------
    LeeszaalError
        When there is no such box, naming the nearest.
    """
    room = find_home(home)
    records, states = read_table(room, "records"), screening(room)
    boxes = {fold(name): states.loc[states["box"] == name, "work_id"].tolist() for name in states["box"].unique()}
    for name in (INCLUDED, OPEN, DOUBT, DISPUTED):
        boxes.setdefault(fold(name), [])
    boxes["uitgesloten"] = states.loc[states["verb"] == "exclude", "work_id"].tolist()
    boxes[fold(UNIQUE)] = boxes[fold(FOUND)] = states["work_id"].tolist()
    counts = records["work_id"].value_counts()
    boxes[fold(DOUBLE)] = sorted(counts[counts > 1].index)
    for source in records["source"].unique():
        boxes.setdefault(fold(source), sorted(set(records.loc[records["source"] == source, "work_id"])))
    if fold(box) not in boxes:
        names = [FOUND, DOUBLE, UNIQUE, "Uitgesloten", *sorted(set(states["box"])), *records["source"].unique()]
        raise LeeszaalError(f"Er is geen vak ‘{box}’.", nearest(box, list(dict.fromkeys(names))))
    return list(boxes[fold(box)])
