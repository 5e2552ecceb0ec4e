"""A table of works with a judgement each, under the column names that ASReview takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes
from leeszaal.reading.rows import read_rows
from leeszaal.works.decode import decode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Labelled", "from_frame", "read_labelled"]

TITLE = ("title", "primary_title", "titel")
ABSTRACT = ("abstract", "abstract note", "notes_abstract", "samenvatting")
LABEL = (
    "label_included",
    "included",
    "included_label",
    "final_included",
    "included_final",
    "included_flag",
    "label",
    "asreview_label",
    "relevant",
    "opgenomen",
)
#: Who said so, where several people judged the same works.
PERSON = (
    "leeszaal_person",
    "asreview_user_name",
    "person",
    "persoon",
    "reader",
    "lezer",
    "reviewer",
    "beoordelaar",
    "screener",
)
YES = {"1", "1.0", "true", "yes", "ja", "y", "j"}
NO = {"0", "0.0", "false", "no", "nee", "n"}
UNKNOWN = {"", "-1", "-1.0", "nan", "none", "<na>"}


@dataclass(frozen=True)
class Labelled:
    """Works with their labels, in the order of the table; `skipped` rows bore none."""

    titles: list[str]
    abstracts: list[str]
    labels: list[int]
    skipped: int
    remarks: list[str]


def _column(names: list[str], wanted: tuple[str, ...], where: str) -> str:
    found = [name for name in wanted if name in names]
    if not found:
        shown = ", ".join(f"‘{name}’" for name in names if name) or "geen kolommen"
        raise LeeszaalError(
            f"{where}: de kolom ‘{wanted[0]}’ ontbreekt. Er staat: {shown}.",
            f"{nearest(wanted[0], [n for n in names if n])} Geef de kolom een van deze namen: {', '.join(wanted)}.",
        )
    return found[0]


@dataclass(frozen=True)
class _Row:
    """One row of a table: where it stands, the work, its label in each column that may hold one, and whose that is."""

    place: str
    title: str
    abstract: str
    labels: tuple[str, ...]
    person: str


def _chosen(rows: list[_Row], columns: list[str], remarks: list[str]) -> int:
    """Return which column of labels counts: the one with most of them, the first where several have as many."""
    filled = [sum(row.labels[n].strip().casefold() not in UNKNOWN for row in rows) for n in range(len(columns))]
    best = filled.index(max(filled))
    others = [name for n, name in enumerate(columns) if n != best and filled[n]]
    if others:
        named = ", ".join(f"‘{name}’" for name in others)
        remarks.append(f"De oordelen komen uit kolom ‘{columns[best]}’; niet gebruikt: {named}.")
    return best


def _together(rows: list[_Row], labels: list[int], remarks: list[str]) -> tuple[list[_Row], list[int]]:
    """Make one of the rows in which several people judged one work; it is relevant when any of them said so."""
    by_work: dict[tuple[str, str], list[int]] = {}
    for n, row in enumerate(rows):
        by_work.setdefault((row.title.strip().casefold(), row.abstract.strip().casefold()), []).append(n)
    same = [ns for ns in by_work.values() if len({rows[n].person for n in ns if rows[n].person}) == len(ns) > 1]
    if not same:
        return rows, labels
    differ = sum(len({labels[n] for n in ns}) > 1 for ns in same)
    remarks.append(
        f"{len(same)} werken zijn door meer mensen beoordeeld en tellen één keer; over {differ} oordeelden zij "
        "verschillend: die tellen als relevant."
    )
    said = {ns[0]: max(labels[n] for n in ns) for ns in same}
    gone = {n for ns in same for n in ns[1:]}
    left = [n for n in range(len(rows)) if n not in gone]
    return [rows[n] for n in left], [said.get(n, labels[n]) for n in left]


def _collect(rows: list[_Row], columns: list[str], where: str, remarks: list[str]) -> Labelled:
    """Turn rows into works; a label that is neither yes nor no is an error."""
    column = _chosen(rows, columns, remarks)
    kept: list[_Row] = []
    labels: list[int] = []
    for row in rows:
        label = row.labels[column]
        word = label.strip().casefold()
        if word in UNKNOWN:
            continue
        if word not in YES | NO:
            raise LeeszaalError(
                f"{where}, {row.place}: het oordeel ‘{label}’ is geen 1 of 0.",
                "Verwacht: 1 (relevant), 0 (niet relevant) of leeg (nog niet beoordeeld).",
            )
        kept.append(row)
        labels.append(int(word in YES))
    skipped = len(rows) - len(kept)
    kept, labels = _together(kept, labels, remarks)
    relevant = sum(labels)
    if relevant < 3 or len(labels) - relevant < 3:
        raise LeeszaalError(
            f"{where}: {relevant} relevante en {len(labels) - relevant} andere werken; dat is te weinig.",
            "Naspelen vraagt minstens drie relevante en drie andere werken.",
        )
    return Labelled([row.title for row in kept], [row.abstract for row in kept], labels, skipped, remarks)


def from_frame(frame: pd.DataFrame) -> Labelled:
    """Read a table that is in memory.

    Raises
    ------
    LeeszaalError
        When a column is missing, a label is not 0 or 1, or one of both kinds is missing.
    """
    names = {str(name).strip().casefold(): name for name in frame.columns}
    _column(list(names), LABEL, "De tabel")
    columns = [name for name in LABEL if name in names]
    title = names[_column(list(names), TITLE, "De tabel")]
    abstract = next((names[name] for name in ABSTRACT if name in names), None)
    texts = frame.astype(object).where(frame.notna(), "")
    person = next((names[name] for name in PERSON if name in names), None)
    empty = [""] * len(texts)
    parts = [texts[title], *(empty if one is None else texts[one] for one in (abstract, person))]
    labels = zip(*(texts[names[name]].map(str) for name in columns), strict=True)
    rows = [
        _Row(f"rij {number}", str(one), str(two), tuple(said), str(who))
        for number, (one, two, who, said) in enumerate(zip(*parts, labels, strict=True), 1)
    ]
    return _collect(rows, columns, "De tabel", [])


def read_labelled(path: Path) -> Labelled:
    """Read a CSV file with works and their labels.

    Raises
    ------
    LeeszaalError
        When the file cannot be read, and as `from_frame`.
    """
    header = decode(read_bytes(path)).text.partition("\n")[0]
    if not header.strip():
        raise LeeszaalError(f"{path} is leeg.", "Verwacht: een eerste regel met title, abstract en label_included.")
    delimiter = max(",;\t", key=header.count)
    names = [name.strip().strip('"').strip().casefold() for name in header.split(delimiter)]
    label = _column(names, LABEL, f"{path}, regel 1")
    columns = [name for name in LABEL if name in names]
    title = _column(names, TITLE, f"{path}, regel 1")
    abstract = next((name for name in ABSTRACT if name in names), "abstract")
    person = next((name for name in PERSON if name in names), "person")
    found, remarks = read_rows(path, (title, abstract, person, *columns), (title, label))
    if abstract not in names:
        remarks = [*remarks, "Er is geen kolom ‘abstract’: alleen de titels zijn gelezen."]
    rows = [
        _Row(f"regel {row['line']}", row[title], row[abstract], tuple(row[name] for name in columns), row[person])
        for row in found
    ]
    return _collect(rows, columns, str(path), remarks)
