"""What waits for a person: works that may be one, and questions on which people do not agree. `leeszaal queue`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.home import Home, find_home
from leeszaal.library.build import as_frame
from leeszaal.library.deciding import decide
from leeszaal.library.decisions import open_decisions, standing_rows
from leeszaal.library.store import read_arrow, read_table
from leeszaal.library.subjects import say_subject
from leeszaal.works.numbers import format_count, format_number

__all__ = ["KINDS", "QueueSummary", "questions", "queue"]

KINDS = {
    "maybe": "misschien hetzelfde werk", "erratum": "verbetering bij het andere werk",
    "reply": "reactie op het andere werk", "preprint": "voorpublicatie van het andere werk",
    "part": "deel van het andere werk", "elsewhere": "ook elders verschenen",
}  # fmt: skip
_SHOWN = (
    "title", "authors", "year", "container", "volume", "issue", "pages", "doi", "isbn", "type", "language", "n_records",
)  # fmt: skip


@dataclass(frozen=True)
class QueueSummary:
    """What waits, and what was decided.

    Attributes
    ----------
    pairs
        left, right (citekeys), kind, reason, points, and `differs`: field to what either says.
    disagreements
        subject, question, and voices: person, verb, value, reason.
    total
        Pairs there are; `pairs` holds the first of them.
    decided
        Sentences of what was decided while asking.
    """

    pairs: list[dict[str, Any]]
    disagreements: list[dict[str, Any]]
    total: int
    decided: list[str] = field(default_factory=list)

    def tell(self) -> str:
        lines = list(self.decided)
        for pair in self.pairs:
            lines.append(f"{pair['left']} en {pair['right']}: {KINDS[pair['kind']]} ({pair['reason']})")
            lines += [f"    {name}: {one} ↔ {other}" for name, (one, other) in pair["differs"].items()]
        if self.pairs:
            one = self.pairs[0]
            lines += [
                f"Hetzelfde werk: leeszaal decide merge {one['left']} {one['right']}",
                f"Twee werken:    leeszaal decide split {one['left']} {one['right']}",
                "Of beantwoord ze één voor één: leeszaal queue --ask",
            ]
        if len(self.pairs) < self.total:
            lines.append(f"Getoond: {format_number(len(self.pairs))} van {format_count(self.total, 'paar', 'paren')}.")
        for asked in self.disagreements:
            voices = "; ".join(
                f"{v['person']}: {v['verb']}" + (f" {v['value']}" if v["value"] else "")
                + (f" ({v['reason']})" if v["reason"] else "") for v in asked["voices"]
            )  # fmt: skip
            lines.append(
                f"Niet iedereen denkt hetzelfde over {say_subject(asked['subject'])} ({asked['question']}): {voices}"
            )
        return "\n".join(lines) or "Er wacht niets op een beslissing."


def questions(home: Home | Path | str | None = None, *, related: bool = False) -> pd.DataFrame:
    """Return the pairs of works that wait for a person, most alike first.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    related
        Also works that are related and not one (errata, preprints, parts), about which nothing is asked.

    Returns
    -------
    DataFrame
        left, right (work_id), kind, points, reason. A pair of which somebody said that it is two works ("split") is
        not among them.
    """
    room = find_home(home)
    alike = read_table(room, "alike")
    if not related:
        alike = alike[alike["kind"] == "maybe"]
    names = read_table(room, "identifiers")
    marks = names[names["kind"] == "mark"].groupby("value")["work_id"].agg(set).to_dict()
    apart: set[frozenset[str]] = set()
    for row in standing_rows(room, "split"):
        parts = [set().union(*(marks.get(mark, set()) for mark in part.split())) for part in row.value.split("|")]
        apart |= {frozenset((a, b)) for i, part in enumerate(parts) for a in part for o in parts[i + 1 :] for b in o}
    open_ = [frozenset(pair) not in apart for pair in zip(alike["left"], alike["right"], strict=True)]
    keys = ["points", "left", "right"]
    alike = alike[pd.Series(open_, index=alike.index, dtype=bool)]
    return alike.sort_values(keys, ascending=[False, True, True], kind="stable", ignore_index=True)


def queue(
    *,
    limit: int | None = 20,
    related: bool = False,
    ask: Callable[[dict[str, Any]], str] | None = None,
    person: str | None = None,
    home: Home | Path | str | None = None,
) -> QueueSummary:
    """Return what waits for a person, and put it to them where `ask` is given.

    Parameters
    ----------
    limit
        Pairs to show at most; all are counted.
    related
        Also works that are related and not one.
    ask
        Is handed a pair as `QueueSummary.pairs` has it and returns "same", "different", "skip" or "stop".
    person
        Who decides; see `leeszaal.decide`.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the library was not built, or a decision cannot be written.
    """
    room = find_home(home)
    waiting = questions(room, related=related)
    works = as_frame(read_arrow(room, "works").drop_columns(["abstract"])).set_index("work_id")
    pairs = [_pair(works, row) for row in waiting.head(limit if limit is not None else len(waiting)).to_dict("records")]
    total, decided, left = len(waiting), [], list(pairs)
    for pair in pairs if ask is not None else ():
        answer = ask(pair) if pair["kind"] == "maybe" and ask is not None else "skip"
        if answer == "stop":
            break
        if answer in ("same", "different"):
            verb = "merge" if answer == "same" else "split"
            said = decide(verb, pair["left"], pair["right"], person=person, home=room)
            decided.append(said.tell().split("\n", 1)[0])
            left.remove(pair)
    if any(" is hetzelfde werk als " in one for one in decided):
        decided.append("Verder: leeszaal build")
    return QueueSummary(left, _disagreements(room), total - (len(pairs) - len(left)), decided)


def _pair(works: pd.DataFrame, row: Mapping[Any, Any]) -> dict[str, Any]:
    one, other = works.loc[row["left"]], works.loc[row["right"]]
    said = {name: (_said(one[name]), _said(other[name])) for name in _SHOWN}
    return {
        "left": one["citekey"], "right": other["citekey"], "kind": row["kind"], "reason": row["reason"],
        "points": float(row["points"]), "differs": {n: v for n, v in said.items() if v[0] != v[1] or n == "title"},
    }  # fmt: skip


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value) or "–"
    return "–" if pd.isna(value) else str(value)


def _disagreements(home: Home) -> list[dict[str, Any]]:
    asked = open_decisions(home)
    return [
        {
            "subject": str(subject), "question": str(question),
            "voices": rows[["person", "verb", "value", "reason"]].to_dict("records"),
        } for (subject, question), rows in asked.groupby(["citekey", "subject"], sort=False)
    ]  # fmt: skip
