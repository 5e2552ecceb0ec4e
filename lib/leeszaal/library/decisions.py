"""What people decided: `leeszaal decide` and `leeszaal undo`.

A decision is bound to what a work *is*, never to a row: its id, its citekey, and every key by which one of its
records is recognised (DOI, ISBN, title with author and year). So it survives a rebuild, another order of the
evidence and another deduplicator. One that no longer finds its work is reported.
"""

from __future__ import annotations

import datetime
import getpass
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home, find_home
from leeszaal.library.decisionfile import VERBS, Row, append_row, read_decision_files
from leeszaal.library.store import read_table
from leeszaal.works.identifiers import find_dois
from leeszaal.works.numbers import format_count
from leeszaal.works.plain import fold, plain

__all__ = [
    "DecideSummary", "UndoSummary", "decide", "find_work", "known_names", "load_decisions", "lost_decisions",
    "open_decisions", "references", "require_work", "standing_rows", "undo",
]  # fmt: skip

_SCREENING = ("include", "exclude", "maybe")
_NEEDS_VALUE = {
    "tag": "het subthema, bijvoorbeeld ibt.stelsel",
    "untag": "het subthema, bijvoorbeeld ibt.stelsel",
    "merge": "het andere werk (citekey of nummer)",
    "name": "de naam",
    "note": "de notitie",
}
_WORDS = {
    "include": "opgenomen", "exclude": "uitgesloten", "maybe": "twijfel", "tag": "krijgt label",
    "untag": "verliest label", "merge": "is hetzelfde werk als", "split": "uit elkaar gehaald", "name": "heet",
    "note": "notitie",
}  # fmt: skip
_NEXT = {"merge": "build", "split": "build", "tag": "tag", "untag": "tag"}


@dataclass(frozen=True)
class DecideSummary:
    """The decision that was added, and to which file."""

    person: str
    verb: str
    work_id: str
    citekey: str
    value: str
    reason: str
    time: str
    file: str

    def tell(self) -> str:
        said = f"{self.citekey}: {_WORDS[self.verb]}" + (f" {self.value}" if self.value else "")
        lines = [said + (f" ({self.reason})" if self.reason else "") + f". Bewaard in {self.file}."]
        if self.verb in _NEXT:
            lines.append(f"Verder: leeszaal {_NEXT[self.verb]}")
        return "\n".join(lines)


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
        name = next((part[1:] for part in _parts(self.work) if part.startswith("@")), self.work)
        lines = [
            f"Teruggenomen: {name}: {_WORDS[self.verb]}" + (f" {self.value}" if self.value else "")
            + f" (van {self.time}). Beide regels staan in {self.file}."
        ]  # fmt: skip
        if self.verb in _NEXT:
            lines.append(f"Verder: leeszaal {_NEXT[self.verb]}")
        return "\n".join(lines)


def _parts(work: str) -> list[str]:
    return [part.strip() for part in work.split(" ; ") if part.strip()]


def references(work_id: str, citekey: str, keys: Iterable[str]) -> str:
    """Return how a decision names a work: its id, its citekey and all keys of its records, apart by " ; "."""
    return " ; ".join([work_id, f"@{citekey}", *dict.fromkeys(keys)])


def find_work(work: str, holders: Mapping[str, int]) -> int | None:
    """Return where a work stands by the first of its names that is known there, or None.

    The id goes first, then what its records are recognised by; the citekey last, as it says least about the work.
    What a person typed (a bare citekey, id or DOI) is found too.

    Parameters
    ----------
    work
        As `references` writes it, or as a person typed it.
    holders
        Name ("w…", "@citekey", identity key) to place.
    """
    parts = _parts(work)
    for part in [p for p in parts if not p.startswith("@")] + [p for p in parts if p.startswith("@")]:
        names = [part, f"@{part}", *(f"doi:{doi}" for doi in find_dois(part) if not part.startswith("doi:"))]
        for name in names:
            if name in holders:
                return holders[name]
    return None


def _person(person: str | None) -> str:
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


def _now() -> str:
    return datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def standing_rows(home: Home, *verbs: str) -> list[Row]:
    """Return the decisions that stand (not taken back, readable), oldest first, of these verbs or of all."""
    return [
        row for row in read_decision_files(home)
        if not row.undone and not row.problem and row.verb != "undo" and (not verbs or row.verb in verbs)
    ]  # fmt: skip


def known_names(home: Home) -> tuple[pd.DataFrame, dict[str, int], pd.Series]:
    """Return the works, every name of a work to its row among them, and the keys of each work (by `work_id`)."""
    works = read_table(home, "works")[["work_id", "citekey", "title"]]
    names = read_table(home, "identifiers")
    keys = names[names["kind"] == "key"]
    place = {work_id: i for i, work_id in enumerate(works["work_id"])}
    holders: dict[str, int] = {}
    for work_id, value in zip(keys["work_id"], keys["value"], strict=True):
        holders.setdefault(value, place[work_id])
    # The names a record would give its work if it stood alone, as it may have when the decision was made; its mark.
    other = names[names["kind"].isin(["id", "mark", "citekey"])]
    for work_id, kind, value in zip(other["work_id"], other["kind"], other["value"], strict=True):
        holders[f"@{value}" if kind == "citekey" else value] = place[work_id]
    return works, holders, keys.groupby("work_id", sort=False)["value"].agg(list)


def decide(
    verb: str,
    citekey_or_work_id: str,
    value: str = "",
    reason: str = "",
    *,
    person: str | None = None,
    home: Home | Path | str | None = None,
) -> DecideSummary:
    """Add a decision about a work.

    Parameters
    ----------
    verb
        "include", "exclude" or "maybe" (screening); "tag" or "untag" (`value` is the subtheme); "merge" (`value` is the
        other work); "split" (`value` is a record of the work, as `leeszaal.library.explain_work` names it, which is
        taken apart; empty for every record apart); "name" (`value` names the topic this work belongs to); "note".
    citekey_or_work_id
        The work. A DOI is understood too.
    value, reason
        What, and why.
    person
        Who decides; by default the environment variable `LEESZAAL_PERSON`, else the login name.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the verb, the work or the value is not known, or the decision cannot be written.
    """
    room = find_home(home)
    if verb not in VERBS or verb == "undo":
        raise LeeszaalError(
            f"‘{verb}’ is geen soort beslissing.",
            nearest(verb, [v for v in VERBS if v != "undo"]) or f"Kies uit: {', '.join(VERBS[:-1])}.",
        )
    value, reason = plain(value) or "", plain(reason) or ""
    if verb in _NEEDS_VALUE and not value:
        raise LeeszaalError(f"Bij ‘{verb}’ hoort een waarde: {_NEEDS_VALUE[verb]}.", "")
    works, holders, keys = known_names(room)
    place = require_work(citekey_or_work_id, works, holders)
    work_id, citekey = str(works["work_id"].iloc[place]), str(works["citekey"].iloc[place])
    shown, kept = value, value
    if verb == "merge":
        other = require_work(value, works, holders)
        if other == place:
            raise LeeszaalError(f"{citekey} kan niet worden samengevoegd met zichzelf.", "Noem een ander werk.")
        other_id, shown = str(works["work_id"].iloc[other]), str(works["citekey"].iloc[other])
        kept = references(other_id, shown, keys.get(other_id, []))
    elif verb == "split":
        kept = _parts_of(room, work_id, citekey, value)
    row = Row(_now(), _person(person), verb, references(work_id, citekey, keys.get(work_id, [])), kept, reason, "", 0)
    path = append_row(room, row)
    return DecideSummary(row.person, verb, work_id, citekey, shown, reason, row.time, room.relative(path))


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
    who = _person(person)
    # The last line of the file, whatever its time says: the clock of a computer may be wrong.
    own = [
        row for row in read_decision_files(room)
        if row.person == who and row.verb != "undo" and not row.undone and not row.problem
    ]  # fmt: skip
    last = max(own, key=lambda row: row.line, default=None)
    if last is None:
        raise LeeszaalError(f"Er is geen beslissing van {who} om terug te nemen.", "Noem een ander met --person NAAM.")
    path = append_row(room, Row(_now(), who, "undo", last.work, f"{last.verb} {last.time}", "", "", 0))
    return UndoSummary(who, last.verb, last.work, last.value, last.time, room.relative(path))


def load_decisions(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return every line of every person, oldest first, with the work it is about as the library is now.

    Returns
    -------
    DataFrame
        time, person, verb, work, value, reason, file, line, undone, problem (Dutch, "" when there is none), and
        work_id, citekey (None where the work is not found).
    """
    room = find_home(home)
    rows = read_decision_files(room)
    frame = pd.DataFrame([vars(row) for row in rows], columns=list(Row.__dataclass_fields__))
    if not (room.library / "identifiers.parquet").is_file():
        return frame.assign(work_id=None, citekey=None)
    works, holders, _ = known_names(room)
    places = [find_work(row.work, holders) for row in rows]
    frame["work_id"] = pd.Series([None if p is None else works["work_id"].iloc[p] for p in places], dtype=object)
    frame["citekey"] = pd.Series([None if p is None else works["citekey"].iloc[p] for p in places], dtype=object)
    for i, (row, place) in enumerate(zip(rows, places, strict=True)):
        if not row.problem and row.verb != "undo":
            frame.loc[i, "problem"] = _lost(row, place, holders)
    return frame


def _lost(row: Row, place: int | None, holders: Mapping[str, int]) -> str:
    if place is None:
        return f"Het werk ‘{row.work}’ staat niet in de bibliotheek."
    if row.verb == "merge" and find_work(row.value, holders) is None:
        return f"Het andere werk ‘{row.value}’ staat niet in de bibliotheek."
    if row.verb == "split" and sum(any(m in holders for m in part.split()) for part in row.value.split("|")) < 2:
        return "De records die dit uit elkaar haalt zijn er niet meer."
    if row.verb in _NEEDS_VALUE and not row.value:
        return f"Bij ‘{row.verb}’ hoort een waarde: {_NEEDS_VALUE[row.verb]}."
    return ""


def lost_decisions(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the decisions that stand but cannot be followed, with why (`problem`); see `load_decisions`."""
    frame = load_decisions(home)
    return frame[(frame["problem"] != "") & ~frame["undone"].astype(bool)].reset_index(drop=True)


def _subject(verb: str, value: str) -> str:
    if verb in _SCREENING:
        return "screening"
    return f"tag {value}" if verb in ("tag", "untag") else verb if verb == "name" else ""


def open_decisions(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return what people do not agree on, for the queue to ask: the last word of each person on it.

    Returns
    -------
    DataFrame
        work_id, citekey, subject ("screening", "tag <label>", "name"), person, verb, value, reason, time; one row a
        person, rows of one question together.
    """
    frame = load_decisions(home)
    frame = frame[(frame["problem"] == "") & ~frame["undone"].astype(bool) & (frame["verb"] != "undo")]
    subjects = [_subject(verb, value) for verb, value in zip(frame["verb"], frame["value"], strict=True)]
    frame = frame.assign(subject=pd.Series(subjects, index=frame.index, dtype=object))
    frame = frame[(frame["subject"] != "") & frame["work_id"].notna()]
    last = frame.drop_duplicates(["work_id", "subject", "person"], keep="last")
    word = last["verb"] + " " + last["value"].where(last["verb"] == "name", "")
    differs = word.groupby([last["work_id"], last["subject"]]).transform("nunique") > 1
    columns: Sequence[str] = ["work_id", "citekey", "subject", "person", "verb", "value", "reason", "time"]
    return last[differs].sort_values(["work_id", "subject", "person"])[list(columns)].reset_index(drop=True)
