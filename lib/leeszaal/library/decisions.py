"""What people decided, and what each decision is about as the library is now.

A decision is bound to what a work *is*, never to a row: its id, its citekey, and every key by which one of its
records is recognised (DOI, ISBN, title with author and year). So it survives a rebuild, another order of the
evidence and another deduplicator. One that no longer finds its work is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home, find_home
from leeszaal.library.decisionfile import Row, read_decision_files
from leeszaal.library.store import read_arrow
from leeszaal.library.subjects import SUBJECTS, missing, parse_subject
from leeszaal.works.identifiers import find_dois

__all__ = [
    "NEEDS_VALUE", "find_work", "known_names", "load_decisions", "lost_decisions", "names_in", "open_decisions",
    "references", "standing_rows", "subject_decisions",
]  # fmt: skip

_FOLLOWING = ("follow", "expire")
_SCREENING = ("include", "exclude", "maybe")
NEEDS_VALUE = {
    "tag": "het subthema, bijvoorbeeld ibt.stelsel",
    "untag": "het subthema, bijvoorbeeld ibt.stelsel",
    "merge": "het andere werk (citekey of nummer)",
    "name": "de naam",
    "note": "de notitie",
}


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
        for name in names_in(part):
            if name in holders:
                return holders[name]
    return None


def standing_rows(home: Home, *verbs: str) -> list[Row]:
    """Return the decisions that stand (not taken back, readable), oldest first, of these verbs or of all."""
    return [
        row for row in read_decision_files(home)
        if not row.undone and not row.problem and row.verb != "undo" and (not verbs or row.verb in verbs)
    ]  # fmt: skip


def known_names(home: Home, wanted: Iterable[str] | None = None) -> tuple[pd.DataFrame, dict[str, int], pd.Series]:
    """Return the works, every name of a work to its row among them, and the keys of each work (by `work_id`).

    Parameters
    ----------
    home
        The reading room.
    wanted
        The names to look for, as `names_in` gives them; by default all that there are.
    """
    works = read_arrow(home, "works").select(["work_id", "citekey", "title"]).to_pandas()
    table = read_arrow(home, "identifiers")
    if wanted is not None:
        values = pa.array({name.removeprefix("@") for name in wanted} | set(wanted), pa.string())
        table = table.filter(pc.is_in(table.column("value"), values))
    names = table.to_pandas()
    place = dict(zip(works["work_id"], range(len(works)), strict=True))
    keys = names[names["kind"] == "key"]
    holders: dict[str, int] = {}
    for work_id, value in zip(keys["work_id"], keys["value"], strict=True):
        holders.setdefault(value, place[work_id])
    # The names a record would give its work if it stood alone, as it may have when the decision was made; its mark.
    other = names[names["kind"].isin(["id", "mark", "citekey"])]
    for work_id, kind, value in zip(other["work_id"], other["kind"], other["value"], strict=True):
        holders[f"@{value}" if kind == "citekey" else value] = place[work_id]
    return works, holders, keys.groupby("work_id", sort=False)["value"].agg(list)


def names_in(work: str) -> list[str]:
    """Return every name by which `find_work` looks for a work."""
    out = []
    for part in _parts(work):
        out += [part, f"@{part}", *(f"doi:{doi}" for doi in find_dois(part) if not part.startswith("doi:"))]
    return out


def load_decisions(home: Home | Path | str | None = None, *, before: str = "") -> pd.DataFrame:
    """Return every line of every person, oldest first, with the work it is about as the library is now.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    before
        UTC, ISO: only lines of before that moment, so that what was taken back later still stands. By default all.

    Returns
    -------
    DataFrame
        time, person, verb, work, value, reason, file, line, undone, problem (Dutch, "" when there is none), kind
        ("work", "topic", "signal" or "paper"), and work_id, citekey (None where there is no such work).
    """
    room = find_home(home)
    rows = read_decision_files(room, before)
    frame = pd.DataFrame([vars(row) for row in rows], columns=list(Row.__dataclass_fields__))
    named = [parse_subject(row.work) for row in rows]
    frame["kind"] = pd.Series(["work" if name is None else name[0] for name in named], dtype=object)
    built = (room.library / "identifiers.parquet").is_file()
    wanted = {name for row in rows for said in (row.work, *row.value.split("|")) for name in names_in(said)}
    wanted |= {mark for row in rows if row.verb == "split" for mark in row.value.split()}
    works, holders = known_names(room, wanted)[:2] if built else (pd.DataFrame(), {})
    places = [None if name else find_work(row.work, holders) for row, name in zip(rows, named, strict=True)]
    for column in ("work_id", "citekey"):
        values = [None if p is None else works[column].iloc[p] for p in places]
        frame[column] = pd.Series(values, index=frame.index, dtype=object)
    for i, (row, place) in enumerate(zip(rows, places, strict=True)):
        if not row.problem and row.verb != "undo":
            if named[i]:
                frame.loc[i, "problem"] = missing(room, row.work) or _unsaid(row)
            elif built:
                frame.loc[i, "problem"] = _lost(row, place, holders)
    return frame


def subject_decisions(home: Home | Path | str | None, kind: str) -> pd.DataFrame:
    """Return the decisions that stand about topics, signals or papers, oldest first.

    Parameters
    ----------
    home
        The reading room; None for the nearest one.
    kind
        "topic", "signal" or "paper".

    Returns
    -------
    DataFrame
        time, person, verb, subject ("topic:7"), value, reason, and name ("7": the subject without its kind). What is
        there no more (a topic that was retired) is among them; `lost_decisions` reports it.

    Raises
    ------
    LeeszaalError
        When there is no such kind, or a file of decisions cannot be read.
    """
    if kind not in SUBJECTS:
        raise LeeszaalError(f"‘{kind}’ is geen soort waarover een beslissing gaat.", nearest(kind, SUBJECTS))
    rows = []
    for row in standing_rows(find_home(home)):
        found = parse_subject(row.work)
        if found and found[0] == kind:
            rows.append((row.time, row.person, row.verb, f"{kind}:{found[1]}", row.value, row.reason, found[1]))
    return pd.DataFrame(rows, columns=["time", "person", "verb", "subject", "value", "reason", "name"], dtype=object)


def _lost(row: Row, place: int | None, holders: Mapping[str, int]) -> str:
    if place is None:
        return f"Het werk ‘{row.work}’ staat niet in de bibliotheek."
    if row.verb == "merge" and find_work(row.value, holders) is None:
        return f"Het andere werk ‘{row.value}’ staat niet in de bibliotheek."
    if row.verb == "split" and sum(any(m in holders for m in part.split()) for part in row.value.split("|")) < 2:
        return "De records die dit uit elkaar haalt zijn er niet meer."
    return _unsaid(row)


def _unsaid(row: Row) -> str:
    if row.verb in NEEDS_VALUE and not row.value:
        return f"Bij ‘{row.verb}’ hoort een waarde: {NEEDS_VALUE[row.verb]}."
    return ""


def lost_decisions(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the decisions that stand but cannot be followed, with why (`problem`); see `load_decisions`."""
    frame = load_decisions(home)
    return frame[(frame["problem"] != "") & ~frame["undone"].astype(bool)].reset_index(drop=True)


def _question(verb: str, value: str) -> str:
    if verb in _SCREENING:
        return "screening"
    if verb in _FOLLOWING:
        return "follow"
    return f"tag {value}" if verb in ("tag", "untag") else verb if verb == "name" else ""


def open_decisions(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return what people do not agree on, for the queue to ask: the last word of each person on it.

    Returns
    -------
    DataFrame
        work_id, citekey, subject ("screening", "tag <label>", "name", "follow"), person, verb, value, reason, time; one
        row a person, rows of one question together. What is asked about a topic or a signal has no `work_id`, and its
        name ("topic:7") for a citekey.
    """
    frame = load_decisions(home)
    frame = frame[(frame["problem"] == "") & ~frame["undone"].astype(bool) & (frame["verb"] != "undo")]
    subjects = [_question(verb, value) for verb, value in zip(frame["verb"], frame["value"], strict=True)]
    frame = frame.assign(subject=pd.Series(subjects, index=frame.index, dtype=object))
    frame["citekey"] = frame["citekey"].where(frame["kind"] == "work", frame["work"])
    frame = frame[(frame["subject"] != "") & frame["citekey"].notna()]
    last = frame.drop_duplicates(["citekey", "subject", "person"], keep="last")
    word = last["verb"] + " " + last["value"].where(last["verb"] == "name", "")
    differs = word.groupby([last["citekey"], last["subject"]]).transform("nunique") > 1
    columns: Sequence[str] = ["work_id", "citekey", "subject", "person", "verb", "value", "reason", "time"]
    return last[differs].sort_values(["work_id", "citekey", "subject", "person"])[list(columns)].reset_index(drop=True)
