"""Labels out: what readers decided, beside the works, as CSV, Excel or RIS that ASReview and Zotero read."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import write_bytes
from leeszaal.home import Home, find_home
from leeszaal.library.build import load_works
from leeszaal.library.decisions import load_decisions
from leeszaal.library.zotero_sync import PREFIX, label_names
from leeszaal.reading.desk.labels import NAMES, Labels
from leeszaal.reading.desk.state import READING, SCREENING
from leeszaal.works.numbers import format_count
from leeszaal.works.rows import WORK_FIELDS, text_rows
from leeszaal.works.write_csv import cells_of, sheet_bytes
from leeszaal.works.write_ris import to_ris

__all__ = ["LabelsOutSummary", "all_labels", "labels_out"]

_SUFFIXES = (".csv", ".xlsx", ".ris")


@dataclass(frozen=True)
class LabelsOutSummary:
    """What was written.

    Attributes
    ----------
    rows, works
        Lines (one a person and work), and the works they are about.
    people
        Person to the number of works with a label of theirs.
    unlabelled
        Works written without any label, for a program that goes on screening them.
    lost
        Decisions about works that are not in the library (they stay in `literature/decisions/`).
    """

    output: str
    rows: int
    works: int
    people: dict[str, int] = field(default_factory=dict)
    unlabelled: int = 0
    lost: int = 0

    def tell(self) -> str:
        """Return the summary in Dutch."""
        lines = [f"Labels van {format_count(self.works, 'werk', 'werken')} geschreven naar {self.output}."]
        lines += [f"  {person}: {format_count(count, 'werk', 'werken')}" for person, count in self.people.items()]
        if self.unlabelled:
            lines.append(f"Daarbij {format_count(self.unlabelled, 'werk', 'werken')} zonder oordeel.")
        if self.lost:
            lines.append(
                f"Niet geschreven: {format_count(self.lost, 'beslissing', 'beslissingen')} over werken die niet in de "
                "bibliotheek staan."
            )
        return "\n".join(lines)


def all_labels(home: Home, person: str | None = None) -> tuple[dict[tuple[str, str], Labels], int]:
    """Return what stands of every person about every work, and how many decisions lost their work.

    Returns
    -------
    dict
        (work_id, person) to their labels, in the order in which they were first said; `time` is that of the last one.
    int
        Standing decisions whose work is not in the library.
    """
    frame = load_decisions(home)
    frame = frame[frame["verb"].isin(READING) & ~frame["undone"].astype(bool)]
    if person is not None:
        frame = frame[frame["person"] == person]
    lost = int((frame["problem"] != "").sum())
    said: dict[tuple[str, str], list[Any]] = {}
    for row in frame[frame["problem"] == ""].itertuples():
        said.setdefault((str(row.work_id), str(row.person)), []).append(row)
    return {key: _labels(key[1], rows) for key, rows in said.items()}, lost


def _labels(person: str, rows: list[Any]) -> Labels:
    judged = [row for row in rows if row.verb in SCREENING]
    tags = {str(row.value): row.verb == "tag" for row in rows if row.verb in ("tag", "untag")}
    return Labels(
        person=person,
        verb=str(judged[-1].verb) if judged else "",
        reason=str(judged[-1].reason) if judged else "",
        tags=tuple(label for label, yes in tags.items() if yes),
        untags=tuple(label for label, yes in tags.items() if not yes),
        notes=tuple(str(row.value) for row in rows if row.verb == "note"),
        time=str((judged or rows)[-1].time),
    )


def labels_out(
    output: Path | str,
    *,
    person: str | None = None,
    everything: bool = False,
    home: Home | Path | str | None = None,
) -> LabelsOutSummary:
    """Write the labels of readers with their works; `labels_in` reads them back without loss.

    Parameters
    ----------
    output
        ".csv", ".xlsx" or ".ris": a line for each person and work. The column `included` (in RIS a note,
        ``ASReview_relevant``) is what ASReview reads; in RIS the judgement and the labels are keywords too, under the
        names that they have in Zotero.
    person
        Only this reader's; by default everybody's. ASReview wants one line a work, so name one person for it.
    everything
        Also the works without labels, for a program that goes on screening them.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the format is not known, there are no labels, the library was not built, or the file cannot be written.
    """
    from leeszaal.library.deciding import person_name

    room, path = find_home(home), Path(output)
    if path.suffix.lower() not in _SUFFIXES:
        raise LeeszaalError(
            f"‘{path.suffix}’ is geen indeling voor labels.",
            nearest(path.suffix.lower(), _SUFFIXES) or f"Kies uit: {', '.join(_SUFFIXES)}.",
        )
    found, lost = all_labels(room, person_name(person) if person else None)
    if not found and not everything:
        raise LeeszaalError("Er zijn nog geen labels om te schrijven.", "Lees eerst een stapel, in notebook 3.")
    works = load_works(room).set_index("work_id", drop=False)
    keys = [key for key in found if key[0] in works.index]
    labelled = {work for work, _ in keys}
    rest = [work for work in works.index if work not in labelled] if everything else []
    frame = works.loc[[work for work, _ in keys] + rest]
    labels = [found[key] for key in keys] + [Labels()] * len(rest)
    write_bytes(path, _WRITERS[path.suffix.lower()](frame, labels, label_names(room)))
    people: dict[str, int] = {}
    for _, who in keys:
        people[who] = people.get(who, 0) + 1
    return LabelsOutSummary(str(path), len(keys), len(labelled), dict(sorted(people.items())), len(rest), lost)


def _table(works: pd.DataFrame, labels: list[Labels]) -> list[list[str]]:
    head = ["work_id", *WORK_FIELDS, "included", *(f"leeszaal_{name}" for name in NAMES)]
    rows = []
    for work_id, row, own in zip(works["work_id"], text_rows(works), labels, strict=True):
        rows.append([work_id, *(str(cell) for cell in cells_of(row)), own.included, *own.cells().values()])
    return [head, *rows]


def _csv(works: pd.DataFrame, labels: list[Labels], _: dict[str, str]) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=";", lineterminator="\r\n")
    for row in _table(works, labels):  # a spreadsheet would run some texts as formulas
        writer.writerow([f" {cell}" if cell[:1] in tuple("=+-@") else cell for cell in row])
    return sink.getvalue().encode("utf-8-sig")


def _excel(works: pd.DataFrame, labels: list[Labels], _: dict[str, str]) -> bytes:
    return sheet_bytes("Labels", _table(works, labels))


def _ris(works: pd.DataFrame, labels: list[Labels], names: dict[str, str]) -> bytes:
    more = []
    for work_id, own in zip(works["work_id"], labels, strict=True):
        mark = {"1": "relevant", "0": "irrelevant"}.get(own.included, "not_seen")
        tags = [*own.marks, *(PREFIX + names.get(label, label) for label in own.tags)]
        said = {name: value for name, value in {"work": work_id, **own.cells()}.items() if value}
        more.append([
            *(("KW", tag) for tag in tags),
            ("N1", f"ASReview_{mark}"),
            *(("N1", f"leeszaal_{name}: {json.dumps(value, ensure_ascii=False)}") for name, value in said.items()),
        ])  # fmt: skip
    return to_ris(works, more).encode()


_WRITERS = {".csv": _csv, ".xlsx": _excel, ".ris": _ris}
