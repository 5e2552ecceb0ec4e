"""Labels in: what was decided elsewhere (another reading room, ASReview, Zotero) becomes decisions here."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.library.deciding import person_name
from leeszaal.library.decisionfile import Row, append_row
from leeszaal.library.decisions import find_work, known_names, references
from leeszaal.library.evidence import list_evidence
from leeszaal.library.identity import known_keys
from leeszaal.library.parsed import latest_records
from leeszaal.library.zotero_sync import label_names
from leeszaal.reading.desk.labels import Labels, labels_of_records, labels_of_tags
from leeszaal.reading.desk.labels_out import all_labels
from leeszaal.reading.desk.order import shorten
from leeszaal.reading.desk.pile import WORDS
from leeszaal.reading.tag import load_tags
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.works.numbers import format_count
from leeszaal.works.plain import fold, plain
from leeszaal.works.read import read_file
from leeszaal.works.record import Record

__all__ = ["LabelsInSummary", "labels_in"]

ZOTERO = "zotero"
_SHOWN = 10


@dataclass(frozen=True)
class LabelsInSummary:
    """What became of the labels in a file.

    Attributes
    ----------
    read
        References in it; `labelled` of them bear a label.
    added
        Decisions written, and `people` how many for each person.
    known
        Labels that stood here already.
    conflicts
        Dutch: judgements that differ from what the same person said here later, or at a time not known; those here
        stay.
    unknown
        Titles of labelled references that are no work of this library.
    remarks
        Dutch: what could not be understood.
    """

    source: str
    read: int
    labelled: int
    added: int
    people: dict[str, int]
    known: int
    conflicts: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def tell(self) -> str:
        """Return the summary in Dutch."""
        lines = [
            f"{self.source}: {format_count(self.read, 'verwijzing', 'verwijzingen')}, waarvan {self.labelled} met een "
            f"label. {format_count(self.added, 'beslissing', 'beslissingen')} toegevoegd; {self.known} stonden er al."
        ]
        lines += [f"  {person}: {count}" for person, count in self.people.items()]
        for head, found in (
            ("Niet overgenomen, want hier staat een ander oordeel", self.conflicts),
            ("Niet in de bibliotheek (lees ze eerst in met leeszaal import)", self.unknown),
            ("Niet begrepen", self.remarks),
        ):
            if found:
                lines.append(f"{head}: {len(found)}")
                lines += [f"  {shorten(one, 100)}" for one in found[:_SHOWN]]
                lines += [f"  … en nog {len(found) - _SHOWN}; zie --json"] if len(found) > _SHOWN else []
        if self.added:
            lines.append("Verder: leeszaal tag")
        return "\n".join(lines)


def labels_in(
    source: Path | str, *, person: str | None = None, home: Home | Path | str | None = None
) -> LabelsInSummary:
    """Take in labels; only what is new is written, as decisions like any other.

    Parameters
    ----------
    source
        A RIS, CSV or Excel file that `labels_out` wrote, or that ASReview exported (versions 1 to 3: the label, note,
        time, tags and user name); or "zotero": the tags that begin with "Leeszaal: " in what was last harvested from
        Zotero. A tag that is not there (any more) says nothing.
    person
        Whose labels these are where the file does not say; by default as in `leeszaal.decide`.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the file cannot be read or holds no labels, the library was not built, or a decision cannot be written
        (what was written before it stays).
    """
    room = find_home(home)
    who = person_name(person)
    books = _Books(room)
    if str(source) == ZOTERO:
        told, read = list(_from_zotero(room)), -1
        read = len(told)
    else:
        records = read_file(source).records
        told, read = list(zip(records, labels_of_records(records), strict=True)), len(records)
    labelled = [(record, labels) for record, labels in told if labels]
    if not labelled:
        raise LeeszaalError(
            f"In {source} staan geen labels.",
            "Verwacht: een kolom included, asreview_label of leeszaal_decision; in RIS een notitie ASReview_relevant; "
            "in Zotero een label dat begint met ‘Leeszaal: ’.",
        )
    for record, labels in labelled:
        books.take(record, labels, who, machine=str(source) == ZOTERO)
    for row in sorted(books.rows, key=lambda row: row.time):
        append_row(room, row)
    people: dict[str, int] = {}
    for row in books.rows:
        people[row.person] = people.get(row.person, 0) + 1
    return LabelsInSummary(
        str(source), read, len(labelled), len(books.rows), dict(sorted(people.items())), books.known,
        books.conflicts, books.unknown, books.remarks,
    )  # fmt: skip


def _from_zotero(home: Home) -> Iterable[tuple[Record, Labels]]:
    names = label_names(home)
    for item, record in latest_records(home, list_evidence(home)):
        if item.source == ZOTERO:
            yield record, labels_of_tags(record.keywords, names)


class _Books:
    """Works out which decisions are new; writes nothing."""

    def __init__(self, home: Home) -> None:
        works, self._holders, self._keys = known_names(home)
        self._works = works
        titles = [fold(title) for title in works["title"]]
        counts = Counter(titles)
        self._titles = {title: place for place, title in enumerate(titles) if title and counts[title] == 1}
        self._said, _ = all_labels(home)
        self._anyone: dict[str, list[Labels]] = {}
        for (work, _person), labels in self._said.items():
            self._anyone.setdefault(work, []).append(labels)
        self._subthemes = set(load_taxonomy(home.themes).labels())
        tags = (
            load_tags(home) if (home.library / "tags.parquet").is_file() else pd.DataFrame(columns=["work_id", "label"])
        )
        self._has = set(zip(tags["work_id"], tags["label"], strict=True))
        self._now = datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.rows: list[Row] = []
        self.known = 0
        self.conflicts: list[str] = []
        self.unknown: list[str] = []
        self.remarks: list[str] = []

    def _find(self, record: Record) -> int | None:
        own = {name.strip().casefold(): value for name, value in record.extra.items()}
        names = [own.get("work_id", ""), own.get("leeszaal_work", ""), *known_keys(record)]
        if record.citekey:
            names.append(f"@{record.citekey}")
        found = find_work(" ; ".join(name for name in names if name), self._holders)
        return found if found is not None else self._titles.get(fold(record.title))

    def take(self, record: Record, labels: Labels, who: str, *, machine: bool) -> None:
        """Add what is new in the labels of one reference; with `machine` they say what anyone here said too."""
        place = self._find(record)
        if place is None:
            self.unknown.append(record.title)
            return
        work, citekey = str(self._works["work_id"].iloc[place]), str(self._works["citekey"].iloc[place])
        if labels.problem:
            self.remarks.append(f"{citekey}: {labels.problem}")
        person = person_name(labels.person) if labels.person else who
        here = self._said.get((work, person), Labels())
        time = _time(labels.time) or self._now
        name = references(work, citekey, self._keys.get(work, []))

        def add(verb: str, value: str = "", reason: str = "") -> None:
            self.rows.append(Row(time, person, verb, name, value, plain(reason) or "", "", 0))

        others = self._anyone.get(work, []) if machine else []
        if labels.verb:
            if (labels.verb, labels.reason) == (here.verb, here.reason) or any(o.verb == labels.verb for o in others):
                self.known += 1
            elif here.verb and not (labels.time and time > here.time):
                self.conflicts.append(f"{citekey}: hier {WORDS[here.verb]}, daar {WORDS[labels.verb]} ({person})")
            else:
                add(labels.verb, reason=labels.reason)
        for verb, told, opposite in (("tag", labels.tags, here.untags), ("untag", labels.untags, here.tags)):
            for label in told:
                if label not in self._subthemes:
                    self.remarks.append(f"{citekey}: het subthema ‘{label}’ bestaat niet")
                elif label in (here.tags if verb == "tag" else here.untags) or (machine and (work, label) in self._has):
                    self.known += 1
                elif label in opposite and not (labels.time and time > here.time):
                    self.conflicts.append(f"{citekey}: label {label} ({person})")
                else:
                    add(verb, label)
        for note in labels.notes:
            if note in here.notes:
                self.known += 1
            else:
                add("note", note)
        self._said[work, person] = _joined(here, labels, time)


def _joined(here: Labels, labels: Labels, time: str) -> Labels:
    """Return what stands after the labels came in, so that a work that is there twice is taken in once."""
    verb, reason = (labels.verb, labels.reason) if labels.verb else (here.verb, here.reason)
    tags = tuple(dict.fromkeys([*(tag for tag in here.tags if tag not in labels.untags), *labels.tags]))
    untags = tuple(dict.fromkeys([*(tag for tag in here.untags if tag not in labels.tags), *labels.untags]))
    notes = tuple(dict.fromkeys([*here.notes, *labels.notes]))
    return Labels(here.person, verb, reason, tags, untags, notes, max(here.time, time))


def _time(text: str) -> str:
    """Return a time as the files of decisions have it, or "" when it is none; without a zone it is taken as UTC."""
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
