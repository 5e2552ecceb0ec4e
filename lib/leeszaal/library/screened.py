"""Where every work stands in the screening, by the last word of each person."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from leeszaal.home import Home, find_home
from leeszaal.library.decisions import load_decisions
from leeszaal.library.store import read_table
from leeszaal.works.plain import fold

__all__ = ["DISPUTED", "DOUBT", "EXCLUDED", "INCLUDED", "NO_REASON", "OPEN", "screening"]

INCLUDED, EXCLUDED, OPEN, DOUBT, DISPUTED = "Opgenomen", "Uitgesloten", "Nog te beoordelen", "Twijfel", "Oneens"
NO_REASON = "Uitgesloten zonder reden"
_BOXES = {"include": INCLUDED, "maybe": DOUBT, "open": OPEN, "disputed": DISPUTED}


def screening(home: Home | Path | str | None = None, *, before: str = "") -> pd.DataFrame:
    """Return where every work stands in the screening.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    before
        UTC, ISO: where they stood at that moment, by the decisions of before it. By default as they stand now.

    Returns
    -------
    DataFrame
        work_id, citekey, verb ("include", "exclude", "maybe", "disputed" or "open"), box ("Opgenomen", "Twijfel",
        "Oneens", "Nog te beoordelen", or "Uitgesloten: <reden>") and reason ("" where there is none). What counts is
        the last word of each person; people who do not agree leave a work disputed. Reasons that differ in capitals
        or punctuation alone are one, written as most do.
    """
    room = find_home(home)
    works = read_table(room, "works")[["work_id", "citekey"]]
    said = load_decisions(room, before=before)
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
    written = _written([reason for _, reason in states if reason])
    reasons = [written[fold(reason)] if reason else "" for _, reason in states]
    boxes = [_box(verb, reason) for (verb, _), reason in zip(states, reasons, strict=True)]
    columns = {"verb": [verb for verb, _ in states], "box": boxes, "reason": reasons}
    return works.assign(
        **{name: pd.Series(values, index=works.index, dtype=object) for name, values in columns.items()}
    )


def _state(voices: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the verb of a work, and the last reason given where all leave it out."""
    verbs = {verb for verb, _ in voices}
    if len(verbs) != 1:
        return ("disputed" if verbs else "open"), ""
    verb = verbs.pop()
    return verb, next((reason for _, reason in reversed(voices) if reason), "") if verb == "exclude" else ""


def _box(verb: str, reason: str) -> str:
    if verb == "exclude":
        return f"{EXCLUDED}: {reason}" if reason else NO_REASON
    return _BOXES[verb]


def _written(reasons: list[str]) -> dict[str, str]:
    """Return how each reason is written most, by its folded form; of two as often, the first by alphabet."""
    counts = Counter(reasons)
    best: dict[str, str] = {}
    for reason in sorted(counts, key=lambda reason: (-counts[reason], reason)):
        best.setdefault(fold(reason), reason)
    return best
