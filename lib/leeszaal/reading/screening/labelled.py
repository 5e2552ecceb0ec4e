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


def _collect(rows: list[tuple[str, str, str, str]], where: str, remarks: list[str]) -> Labelled:
    """Turn (place, title, abstract, label) rows into works; a label that is neither yes nor no is an error."""
    titles: list[str] = []
    abstracts: list[str] = []
    labels: list[int] = []
    skipped = 0
    for place, title, abstract, label in rows:
        word = label.strip().casefold()
        if word in UNKNOWN:
            skipped += 1
            continue
        if word not in YES | NO:
            raise LeeszaalError(
                f"{where}, {place}: het oordeel ‘{label}’ is geen 1 of 0.",
                "Verwacht: 1 (relevant), 0 (niet relevant) of leeg (nog niet beoordeeld).",
            )
        titles.append(title)
        abstracts.append(abstract)
        labels.append(int(word in YES))
    relevant = sum(labels)
    if relevant < 3 or len(labels) - relevant < 3:
        raise LeeszaalError(
            f"{where}: {relevant} relevante en {len(labels) - relevant} andere werken; dat is te weinig.",
            "Naspelen vraagt minstens drie relevante en drie andere werken.",
        )
    return Labelled(titles, abstracts, labels, skipped, remarks)


def from_frame(frame: pd.DataFrame) -> Labelled:
    """Read a table that is in memory.

    Raises
    ------
    LeeszaalError
        When a column is missing, a label is not 0 or 1, or one of both kinds is missing.
    """
    names = {str(name).strip().casefold(): name for name in frame.columns}
    label = names[_column(list(names), LABEL, "De tabel")]
    title = names[_column(list(names), TITLE, "De tabel")]
    abstract = next((names[name] for name in ABSTRACT if name in names), None)
    texts = frame.astype(object).where(frame.notna(), "")
    parts = texts[abstract] if abstract is not None else [""] * len(texts)
    rows = [
        (f"rij {number}", str(one), str(two), str(three))
        for number, (one, two, three) in enumerate(zip(texts[title], parts, texts[label], strict=True), 1)
    ]
    return _collect(rows, "De tabel", [])


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
    title = _column(names, TITLE, f"{path}, regel 1")
    abstract = next((name for name in ABSTRACT if name in names), "abstract")
    found, remarks = read_rows(path, (title, abstract, label), (title, label))
    if abstract not in names:
        remarks = [*remarks, "Er is geen kolom ‘abstract’: alleen de titels zijn gelezen."]
    rows = [(f"regel {row['line']}", row[title], row[abstract], row[label]) for row in found]
    return _collect(rows, str(path), remarks)
