"""What readers said of a work, as one line of a file: the form in which labels go out and come in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leeszaal.library.zotero_sync import DECIDED, PREFIX
from leeszaal.reading.desk.pile import WORDS
from leeszaal.reading.screening.labelled import LABEL, NO, PERSON, UNKNOWN, YES
from leeszaal.works.plain import fold
from leeszaal.works.record import Record

__all__ = ["NAMES", "Labels", "labels_of_record", "labels_of_records", "labels_of_tags"]

#: The columns in which labels stand in a table, and the names of notes in RIS; ASReview reads `included`.
NAMES = ("person", "decision", "reason", "tags", "untags", "notes", "time")
_VERBS = {word: verb for verb, word in (*WORDS.items(), *DECIDED.items(), *((verb, verb) for verb in WORDS))}
_ASREVIEW = {"relevant": "include", "irrelevant": "exclude"}
_NOTES = re.compile(r"asreview_notes?|exported_notes(_\d+)?")  # of version 2 and later, and of version 1
_TAG = re.compile(r"asreview_tag_(.+)")


@dataclass(frozen=True)
class Labels:
    """What one person said of one work.

    Attributes
    ----------
    person
        "" where the file does not say who.
    verb
        "include", "exclude", "maybe", or "" for no judgement.
    time
        As it was written; "" where it is not known.
    problem
        Dutch: what is there and cannot be understood; "" for nothing.
    """

    person: str = ""
    verb: str = ""
    reason: str = ""
    tags: tuple[str, ...] = ()
    untags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    time: str = ""
    problem: str = ""

    def __bool__(self) -> bool:
        return bool(self.verb or self.tags or self.untags or self.notes or self.problem)

    def cells(self) -> dict[str, str]:
        """Return the cells of `NAMES`; what is empty is ""."""
        return {
            "person": self.person, "decision": WORDS.get(self.verb, ""), "reason": self.reason,
            "tags": "; ".join(self.tags), "untags": "; ".join(self.untags), "notes": _joined(self.notes),
            "time": self.time,
        }  # fmt: skip

    @property
    def included(self) -> str:
        """What ASReview reads: "1", "0", or "" for not judged or in doubt."""
        return {"include": "1", "exclude": "0"}.get(self.verb, "")

    @property
    def marks(self) -> tuple[str, ...]:
        """The judgement as a tag of Zotero."""
        return (PREFIX + DECIDED[self.verb],) if self.verb else ()


def _joined(notes: Sequence[str]) -> str:
    """Return notes as one text: a lone one as it stands, several as a JSON list, so that nothing can run together."""
    if len(notes) == 1 and not notes[0].startswith("["):
        return notes[0]
    return json.dumps(list(notes), ensure_ascii=False) if notes else ""


def _apart(text: str) -> tuple[str, ...]:
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            return (text,)
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(found)
    return (text,) if text else ()


def labels_of_records(records: Sequence[Record]) -> list[Labels]:
    """Return the labels of each reference of one file.

    Where ASReview kept its own column, another one is what the table held before: no word of this reader.
    """
    own = any("asreview_label" in map(str.casefold, record.extra) for record in records)
    return [labels_of_record(record, asreview=own) for record in records]


def labels_of_record(record: Record, *, asreview: bool = False) -> Labels:
    """Return the labels that stand in a record of a CSV, Excel or RIS file: of this house, or of ASReview.

    With `asreview` only its own column counts, not one that the table may have held before.

    Examples
    --------
    >>> labels_of_record(Record("t", "1", extra={"asreview_label": "1", "asreview_note": "mooi"}))
    Labels(person='', verb='include', reason='', tags=(), untags=(), notes=('mooi',), time='', problem='')
    >>> labels_of_record(Record("t", "1", extra={"ASReview": "irrelevant"})).verb
    'exclude'
    """
    said = {name.strip().casefold(): value for name, value in record.extra.items()}
    if any(f"leeszaal_{name}" in said for name in NAMES):
        return _own({name: said.get(f"leeszaal_{name}", "") for name in NAMES})
    verb, problem = _judgement(said, asreview)
    notes = [value for name, value in said.items() if _NOTES.fullmatch(name) and value]
    tags = [found[1] for name, value in said.items() if (found := _TAG.fullmatch(name)) and value.strip() in YES]
    return Labels(
        person=next((said[name].strip() for name in PERSON if said.get(name, "").strip()), ""),
        verb=verb,
        notes=(*notes, *(f"ASReview-label: {tag}" for tag in tags)),
        time=said.get("asreview_time", ""),
        problem=problem,
    )


def _own(cells: Mapping[str, str]) -> Labels:
    word = cells["decision"].strip().casefold()
    problem = f"‘{cells['decision']}’ is geen oordeel; verwacht: {', '.join(WORDS.values())}." if word else ""
    verb = _VERBS.get(word, "")
    return Labels(
        cells["person"], verb, cells["reason"], _listed(cells["tags"]), _listed(cells["untags"]),
        _apart(cells["notes"]), cells["time"], "" if verb else problem,
    )  # fmt: skip


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part for one in cell.split(";") if (part := one.strip()))


def _judgement(said: Mapping[str, str], asreview: bool) -> tuple[str, str]:
    """Return the verb of ASReview's label, and what is wrong with it (Dutch)."""
    marks = {_ASREVIEW[mark] for mark in said.get("asreview", "").split("; ") if mark in _ASREVIEW}
    if len(marks) == 1:
        return marks.pop(), ""
    if marks:
        return "", "ASReview noemt dit werk relevant én irrelevant."
    columns = ["asreview_label"] if asreview or "asreview_label" in said else list(LABEL)
    verbs: dict[str, str] = {}
    for name in columns:
        value = said.get(name, "").strip().casefold()
        if value in YES | NO:
            verbs.setdefault("include" if value in YES else "exclude", name)
        elif value not in UNKNOWN:
            return "", f"Het oordeel ‘{said[name]}’ in kolom ‘{name}’ is geen 1 of 0."
    if len(verbs) > 1:
        return "", f"Kolom ‘{verbs['include']}’ zegt 1 en kolom ‘{verbs['exclude']}’ zegt 0."
    return next(iter(verbs), ""), ""


def labels_of_tags(tags: Iterable[str], names: Mapping[str, str]) -> Labels:
    """Return the labels among the tags of an item of Zotero: those that begin with `PREFIX`.

    Parameters
    ----------
    tags
        All tags of the item.
    names
        Subtheme to what it is called there, see `leeszaal.library.zotero_sync.label_names`.

    Examples
    --------
    >>> found = labels_of_tags(["Leeszaal: opgenomen", "Leeszaal: A / B", "eigen"], {"a.b": "A / B"})
    >>> found.verb, found.tags
    ('include', ('a.b',))
    """
    own = [tag.removeprefix(PREFIX).strip() for tag in tags if tag.startswith(PREFIX)]
    by_name = {fold(name): label for label, name in names.items()} | {fold(label): label for label in names}
    verbs = list(dict.fromkeys(_VERBS[word.casefold()] for word in own if word.casefold() in _VERBS))
    rest = [word for word in own if word.casefold() not in _VERBS]
    unknown = [word for word in rest if fold(word) not in by_name]
    problem = f"Onbekend label in Zotero: {', '.join(unknown)}." if unknown else ""
    if len(verbs) > 1:
        problem = f"In Zotero staan twee oordelen: {' en '.join(DECIDED[verb] for verb in verbs)}. {problem}".strip()
    return Labels(
        verb=verbs[0] if len(verbs) == 1 else "",
        tags=tuple(by_name[fold(word)] for word in rest if fold(word) in by_name),
        problem=problem,
    )
