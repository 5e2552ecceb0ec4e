"""Why a work says what it says: of each field, which record it was taken from and what the others said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from leeszaal.home import Home, find_home
from leeszaal.library.deciding import require_work
from leeszaal.library.decisions import known_names, load_decisions
from leeszaal.library.evidence import list_evidence
from leeszaal.library.parsed import read_parsed, records_of
from leeszaal.library.store import read_table
from leeszaal.works.record import Record

__all__ = ["FIELDS", "IDENTIFIERS", "WorkExplained", "explain_work", "field_rows"]

_TEXT = pa.string()
IDENTIFIERS = pa.schema([("work_id", _TEXT), ("kind", _TEXT), ("value", _TEXT), ("record", pa.int32())])
FIELDS = pa.schema(
    [
        ("work_id", _TEXT), ("field", _TEXT), ("value", _TEXT), ("evidence", _TEXT), ("record", pa.int32()),
        ("chosen", pa.bool_()), ("rule", _TEXT),
    ]
)  # fmt: skip

_EARLIEST = "het vroegste record dat dit noemt"
RULES = {
    "abstract": "de langste",
    "authors": "de langste lijst die niet eindigt op ‘et al.’",
    "editors": "de langste lijst die niet eindigt op ‘et al.’",
    "keywords": "alle, elk één keer",
    "date": "de nauwkeurigste binnen het gekozen jaar",
    "type": "het vroegste record met een herkende soort",
}
_ORDER = (
    "title", "authors", "editors", "year", "date", "container", "publisher", "volume", "issue", "pages", "doi", "isbn",
    "url", "type", "language", "keywords", "abstract", "note",
)  # fmt: skip


def _written(value: Any) -> str | None:
    if value is None or value in ((), ""):
        return None
    return json.dumps(list(value), ensure_ascii=False) if isinstance(value, tuple | list) else str(value)


def field_rows(
    work_id: str,
    records: Sequence[Record],
    places: Sequence[int],
    evidence: Sequence[str],
    merged: dict[str, Any],
) -> Iterator[tuple[str, str, str, str, int, bool, str]]:
    """Yield what each record of a work says of each field, as rows of `FIELDS`, the chosen ones marked.

    Parameters
    ----------
    work_id
        The work.
    records, places, evidence
        The records of the work, earliest first; their places among all; the evidence each stands in.
    merged
        What the work says, from `leeszaal.library.merge.merged_fields`.
    """
    for field in _ORDER:
        final, taken = merged[field], False
        for record, place, folder in zip(records, places, evidence, strict=True):
            said = getattr(record, field)
            value = _written(said)
            if value is None:
                continue
            if field == "keywords":
                chosen = True
            else:
                chosen = not taken and value == _written(final)
                taken = taken or chosen
            yield work_id, field, value, folder, place, chosen, RULES.get(field, _EARLIEST)
    for record, place, folder in zip(records, places, evidence, strict=True):
        for name, said in sorted(record.extra.items()):
            if value := _written(said):
                yield work_id, name, value, folder, place, False, "niet overgenomen; blijft in het bronbestand"


@dataclass(frozen=True)
class WorkExplained:
    """A work, its records, what each says, its identifiers, and the decisions about it.

    Attributes
    ----------
    fields
        field, value, evidence, record (place among all records), chosen, rule.
    identifiers
        kind, value, record.
    records
        Names as `decide("split", …)` takes them: evidence, "#", and the source's own number.
    decisions
        time, person, verb, value, reason, undone.
    """

    work_id: str
    citekey: str
    records: list[str]
    fields: list[dict[str, Any]]
    identifiers: list[dict[str, Any]]
    decisions: list[dict[str, Any]]

    def tell(self) -> str:
        lines = [f"{self.citekey} ({self.work_id}), uit {len(self.records)} record(s):"]
        number = {row["record"]: 0 for row in self.identifiers}
        for i, record in enumerate(sorted(number), 1):
            number[record] = i
        lines += [f"  [{i}] {name}" for i, name in enumerate(self.records, 1)]
        before = ""
        for row in self.fields:
            if row["field"] != before:
                lines.append(f"{row['field']} — {row['rule']}")
                before = row["field"]
            value = row["value"] if len(row["value"]) <= 100 else row["value"][:99] + "…"
            lines.append(f"  {'→' if row['chosen'] else ' '} [{number.get(row['record'], '?')}] {value}")
        for row in self.decisions:
            undone = " (teruggenomen)" if row["undone"] else ""
            lines.append(f"besluit {row['time']} {row['person']}: {row['verb']} {row['value']} {row['reason']}{undone}")
        return "\n".join(lines)


def explain_work(citekey: str, home: Home | Path | str | None = None) -> WorkExplained:
    """Return of each field of a work which record it was taken from, by which rule, and what the others said.

    Parameters
    ----------
    citekey
        The work: citekey, id or DOI.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the work is not known or the library was not built.
    """
    room = find_home(home)
    works, holders, _ = known_names(room)
    place = require_work(citekey, works, holders)
    work_id = str(works["work_id"].iloc[place])
    records = read_table(room, "records")
    own = records[records["work_id"] == work_id]
    names = [f"{e}#{i}" for e, i in zip(own["evidence"], own["source_record_id"], strict=True)]
    fields = read_table(room, "fields")
    fields = fields[fields["work_id"] == work_id]
    if fields.empty:  # one record: everything was taken from it
        item = next(one for one in list_evidence(room) if one.folder == own["evidence"].iloc[0])
        named = own.iloc[0]
        mine = [
            record for record in records_of(read_parsed(room, [item]).table)
            if (record.source_record_id, record.title) == (named["source_record_id"], named["title"])
            and (record.line is None or record.line == named["line"])
        ][-1:]  # fmt: skip
        said = {name: getattr(record, name) for record in mine for name in _ORDER}
        rows = field_rows(work_id, mine, [int(own.index[0])][: len(mine)], own["evidence"].tolist()[: len(mine)], said)
        fields = pd.DataFrame(list(rows), columns=FIELDS.names)
    names_of = read_table(room, "identifiers")
    decisions = load_decisions(room)
    decisions = decisions[(decisions["work_id"] == work_id) & (decisions["verb"] != "undo")]
    return WorkExplained(
        work_id,
        str(works["citekey"].iloc[place]),
        names,
        _rows(fields, "field", "value", "evidence", "record", "chosen", "rule"),
        _rows(names_of[names_of["work_id"] == work_id], "kind", "value", "record"),
        _rows(decisions, "time", "person", "verb", "value", "reason", "undone"),
    )


def _rows(frame: pd.DataFrame, *columns: str) -> list[dict[str, Any]]:
    return list(json.loads(frame[list(columns)].to_json(orient="records", force_ascii=False)))
