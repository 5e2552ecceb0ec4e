"""Decide and take back: `leeszaal decide` and `leeszaal undo`."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home, find_home
from leeszaal.library.decisionfile import VERBS, Row, append_row, read_decision_files, utc_now
from leeszaal.library.decisions import NEEDS_VALUE, find_work, known_names, references
from leeszaal.library.store import read_table
from leeszaal.library.subjects import parse_subject, require_subject, say_subject, unfit
from leeszaal.works.numbers import format_count
from leeszaal.works.plain import fold, plain

__all__ = ["DecideSummary", "UndoSummary", "decide", "person_name", "require_work", "undo"]

_WORDS = {
    "include": "opgenomen", "exclude": "uitgesloten", "maybe": "twijfel", "tag": "krijgt label",
    "untag": "verliest label", "merge": "is hetzelfde werk als", "split": "uit elkaar gehaald", "name": "heet",
    "note": "notitie", "follow": "wordt gevolgd", "expire": "is vervallen", "sign": "akkoord",
}  # fmt: skip
_NEXT = {"merge": "build", "split": "build", "tag": "tag", "untag": "tag"}


def _next(verb: str, subject: str) -> list[str]:
    step = _NEXT.get(verb) if parse_subject(subject) is None else None
    return [f"Verder: leeszaal {step}"] if step else []


@dataclass(frozen=True)
class DecideSummary:
    """The decision that was added, and to which file.

    Attributes
    ----------
    subject
        What it is about: the citekey of a work, or "topic:7", "signal:…", "paper:…".
    work_id, citekey
        Of the work; "" when it is about something else.
    """

    person: str
    verb: str
    subject: str
    work_id: str
    citekey: str
    value: str
    reason: str
    time: str
    file: str

    def tell(self) -> str:
        word = "staat los van" if self.verb == "split" and self.value else _WORDS[self.verb]
        said = f"{say_subject(self.subject)}: {word}" + (f" {self.value}" if self.value else "")
        lines = [said + (f" ({self.reason})" if self.reason else "") + f". Bewaard in {self.file}."]
        return "\n".join([*lines, *_next(self.verb, self.subject)])


@dataclass(frozen=True)
class UndoSummary:
    """The decision that was taken back; it stays in the file, with a line below that undoes it."""

    person: str
    verb: str
    work: str
    value: str
    time: str
    file: str

    def tell(self) -> str:
        lines = [
            f"Teruggenomen: {say_subject(self.work)}: {_WORDS[self.verb]}" + (f" {self.value}" if self.value else "")
            + f" (van {self.time}). Beide regels staan in {self.file}."
        ]  # fmt: skip
        return "\n".join([*lines, *_next(self.verb, self.work)])


def person_name(person: str | None) -> str:
    """Return who decides, as the name of a file: `person`, else `LEESZAAL_PERSON`, else the login name."""
    said = person or os.environ.get("LEESZAAL_PERSON") or ""
    if not said:
        try:
            said = getpass.getuser()
        except (KeyError, OSError, ImportError):  # a computer without logins
            said = "iemand"
    slug = re.sub(r"[^a-z0-9]+", "-", fold(said))
    if not slug.strip("-"):
        raise LeeszaalError(
            f"‘{said}’ kan geen naam van een persoon zijn: er staat geen letter in.",
            "Noem uzelf met --person NAAM of met de variabele LEESZAAL_PERSON.",
        )
    return slug.strip("-")


def decide(
    verb: str,
    subject: str,
    value: str = "",
    reason: str = "",
    *,
    person: str | None = None,
    home: Home | Path | str | None = None,
) -> DecideSummary:
    """Add a decision about a work, a topic, a signal or a paper.

    Parameters
    ----------
    verb
        "include", "exclude" or "maybe" (screening); "tag" or "untag" (`value` is the subtheme); "merge" (`value` is the
        other work); "split" (`value` is another work, which this one is not; or a record of the work, as
        `leeszaal.library.explain_work` names it, which is taken apart; empty for every record apart); "name" (`value`
        names the topic this work belongs to); "note". Of a topic "name" and "note"; of a signal "follow", "expire" and
        "note"; of a paper "sign" and "note".
    subject
        The work, by its citekey, `work_id` or DOI; else "topic:<number>", "signal:<id>" or "paper:<slug>".
    value, reason
        What, and why.
    person
        Who decides; by default the environment variable `LEESZAAL_PERSON`, else the login name.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the verb, the subject or the value is not known, they do not fit, or the decision cannot be written.
    """
    room = find_home(home)
    if verb not in VERBS or verb == "undo":
        raise LeeszaalError(
            f"‘{verb}’ is geen soort beslissing.",
            nearest(verb, [v for v in VERBS if v != "undo"]) or f"Kies uit: {', '.join(VERBS[:-1])}.",
        )
    value, reason = plain(value) or "", plain(reason) or ""
    if verb in NEEDS_VALUE and not value:
        raise LeeszaalError(f"Bij ‘{verb}’ hoort een waarde: {NEEDS_VALUE[verb]}.", "")
    if misfit := unfit(verb, subject):
        raise LeeszaalError(misfit, "")
    if parse_subject(subject):
        name = require_subject(room, subject)
        row = Row(utc_now(), person_name(person), verb, name, value, reason, "", 0)
        path = append_row(room, row)
        return DecideSummary(row.person, verb, name, "", "", value, reason, row.time, room.relative(path))
    works, holders, keys = known_names(room)
    place = require_work(subject, works, holders)
    work_id, citekey = str(works["work_id"].iloc[place]), str(works["citekey"].iloc[place])
    shown, kept = value, value
    if verb == "merge":
        other = require_work(value, works, holders)
        if other == place:
            raise LeeszaalError(f"{citekey} kan niet worden samengevoegd met zichzelf.", "Noem een ander werk.")
        other_id, shown = str(works["work_id"].iloc[other]), str(works["citekey"].iloc[other])
        kept = references(other_id, shown, keys.get(other_id, []))
    elif verb == "split":
        apart = find_work(value.removeprefix("@"), holders) if value else None
        if apart is not None and apart != place:  # two works that may be taken for one, and are not
            shown = str(works["citekey"].iloc[apart])
            kept = " | ".join(" ".join(_marks(room, i)) for i in (work_id, str(works["work_id"].iloc[apart])))
        else:
            kept = _parts_of(room, work_id, citekey, value)
    row = Row(
        utc_now(), person_name(person), verb, references(work_id, citekey, keys.get(work_id, [])), kept, reason, "", 0
    )
    path = append_row(room, row)
    return DecideSummary(row.person, verb, citekey, work_id, citekey, shown, reason, row.time, room.relative(path))


def require_work(name: str, works: pd.DataFrame, holders: Mapping[str, int]) -> int:
    """Return the row of the work that a person named.

    Raises
    ------
    LeeszaalError
        When there is no such work, naming the nearest citekey.
    """
    said = (plain(name) or "").removeprefix("@")
    found = find_work(said, holders) if said else None
    if found is None:
        raise LeeszaalError(
            f"Er is geen werk ‘{name}’ in de bibliotheek.",
            nearest(said, works["citekey"].tolist()) or "Noem de citekey van een werk.",
        )
    return found


def _marks(home: Home, work_id: str) -> list[str]:
    names = read_table(home, "identifiers")
    return list(dict.fromkeys(names.loc[(names["work_id"] == work_id) & (names["kind"] == "mark"), "value"]))


def _parts_of(home: Home, work_id: str, citekey: str, value: str) -> str:
    """Return which records of a work do not belong together: groups of marks, apart by " | "."""
    marks = read_table(home, "identifiers")
    records = read_table(home, "records")
    own = marks[(marks["work_id"] == work_id) & (marks["kind"] == "mark")].sort_values("record")
    names = [f"{records['evidence'].iloc[i]}#{records['source_record_id'].iloc[i]}" for i in own["record"]]
    groups = list(dict.fromkeys(own["value"]))
    if len(groups) < 2:
        raise LeeszaalError(
            f"{citekey} valt niet te splitsen: het komt uit {format_count(len(own), 'record', 'gelijke records')}.", ""
        )
    if not value:
        return " | ".join(groups)
    hits = {
        mark for name, mark in zip(names, own["value"], strict=True) if value in (name, mark, name.split("#", 1)[1])
    }
    if not hits:
        raise LeeszaalError(f"{citekey} heeft geen record ‘{value}’.", f"Kies uit: {', '.join(names)}.")
    if hits == set(groups):
        raise LeeszaalError(f"‘{value}’ noemt alle records van {citekey}.", f"Kies uit: {', '.join(names)}.")
    return " | ".join([" ".join(m for m in groups if m not in hits), " ".join(m for m in groups if m in hits)])


def undo(*, person: str | None = None, home: Home | Path | str | None = None) -> UndoSummary:
    """Take back the last decision of a person that still stands, by adding a line; again takes back the one before.

    Raises
    ------
    LeeszaalError
        When there is nothing to take back, or the line cannot be written.
    """
    room = find_home(home)
    who = person_name(person)
    # The last line of the file, whatever its time says: the clock of a computer may be wrong.
    own = [
        row for row in read_decision_files(room)
        if row.person == who and row.verb != "undo" and not row.undone and not row.problem
    ]  # fmt: skip
    last = max(own, key=lambda row: row.line, default=None)
    if last is None:
        raise LeeszaalError(f"Er is geen beslissing van {who} om terug te nemen.", "Noem een ander met --person NAAM.")
    path = append_row(room, Row(utc_now(), who, "undo", last.work, f"{last.verb} {last.time}", "", "", 0))
    return UndoSummary(who, last.verb, last.work, last.value, last.time, room.relative(path))
