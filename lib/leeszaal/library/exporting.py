"""Out again: `leeszaal export`. What was written is read back and compared, so that a loss is told, not found later."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal import progress
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import write_bytes
from leeszaal.home import Home, find_home
from leeszaal.library.build import load_works
from leeszaal.library.searching import find_works
from leeszaal.works.csl import to_csl
from leeszaal.works.numbers import format_count
from leeszaal.works.read import read_content
from leeszaal.works.rows import WORK_FIELDS, text_rows
from leeszaal.works.write_bibtex import to_bibtex
from leeszaal.works.write_csv import to_csv, to_excel
from leeszaal.works.write_ris import to_ris

__all__ = ["ExportSummary", "export", "lost_in_writing", "written"]

_DASHES = re.compile(r"\s*[-\u2010-\u2014]+\s*")
_SHOWN = 5


def _json(works: pd.DataFrame) -> bytes:
    items = to_csl(works)
    for item, row in zip(items, text_rows(works), strict=True):
        item["title"] = row["title"]  # as it is: what reads this may not be citeproc
        for ours, theirs in (("container", "container-title"), ("publisher", "publisher")):
            if row[ours]:
                item[theirs] = row[ours]
        if row["keywords"]:
            item["keyword"] = "; ".join(row["keywords"]) + (";" if len(row["keywords"]) == 1 else "")
    return (json.dumps(items, ensure_ascii=False, indent=1) + "\n").encode()


_WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    ".bib": lambda works: to_bibtex(works).encode(),
    ".ris": lambda works: to_ris(works).encode(),
    ".json": _json,
    ".csv": to_csv,
    ".xlsx": to_excel,
}


@dataclass(frozen=True)
class ExportSummary:
    """What was written.

    Attributes
    ----------
    differs
        Field to the citekeys of works of which this format cannot hold it as it is (found by reading it back).
    """

    output: str
    works: int
    differs: dict[str, list[str]]

    def tell(self) -> str:
        lines = [f"{format_count(self.works, 'werk', 'werken')} geschreven naar {self.output}."]
        for field, keys in self.differs.items():
            more = f" en {len(keys) - _SHOWN} meer" if len(keys) > _SHOWN else ""
            lines.append(f"Niet precies te bewaren in deze indeling: {field} van {', '.join(keys[:_SHOWN])}{more}.")
        return "\n".join(lines)


def written(works: pd.DataFrame, suffix: str) -> bytes:
    """Return works in the format of an extension (".bib", ".ris", ".json", ".csv", ".xlsx").

    Raises
    ------
    LeeszaalError
        When there is no such format.
    """
    if suffix.lower() not in _WRITERS:
        raise LeeszaalError(
            f"‘{suffix}’ is geen indeling die Leeszaal schrijft.",
            nearest(suffix.lower(), list(_WRITERS)) or f"Kies uit: {', '.join(_WRITERS)}.",
        )
    return _WRITERS[suffix.lower()](works)


def _same(field: str, one: Any, other: Any) -> bool:
    if field == "pages":
        return _DASHES.sub("-", one or "") == _DASHES.sub("-", other or "")
    if field == "date":  # a year alone says nothing beside `year`
        return bool((one if one and len(one) > 4 else None) == (other if other and len(other) > 4 else None))
    return bool(one == other)


def lost_in_writing(works: pd.DataFrame, content: bytes, suffix: str) -> dict[str, list[str]]:
    """Return of each field the citekeys of works that come back otherwise when `content` is read.

    A work that does not come back at all is under "title".
    """
    read = {
        str(record.citekey): record
        for record in (read_content(content, f"export{suffix}").records if len(works) else ())
    }
    lost: dict[str, list[str]] = {}
    for row in text_rows(works):
        record = read.get(str(row["citekey"]))
        if record is None:
            lost.setdefault("title", []).append(row["citekey"])
            continue
        for field in WORK_FIELDS:
            back = getattr(record, field)
            if not _same(field, row[field], list(back) if isinstance(back, tuple) else back):
                lost.setdefault(field, []).append(row["citekey"])
    return lost


def export(
    output: Path | str,
    *,
    citekeys: Sequence[str] | None = None,
    query: str | None = None,
    in_: str | None = None,
    home: Home | Path | str | None = None,
) -> ExportSummary:
    """Write the works of the library to a file; its extension says in which format.

    Parameters
    ----------
    output
        ".bib" (BibTeX), ".ris", ".json" (CSL-JSON), ".csv" or ".xlsx". A file that is there already is replaced.
    citekeys
        Which works; by default all.
    query, in_
        Only the works that a question finds, or those in a box of the PRISMA flow; see `leeszaal.library.works`.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the format or a citekey is not known, the library was not built, or the file cannot be written.
    """
    room, path = find_home(home), Path(output)
    with progress.stage("Exporteren"):
        frame = load_works(room)
        if citekeys is not None:
            known = set(frame["citekey"])
            missing = next((key for key in citekeys if key not in known), None)
            if missing is not None:
                raise LeeszaalError(f"Er is geen werk ‘{missing}’ in de bibliotheek.", nearest(missing, sorted(known)))
            frame = frame[frame["citekey"].isin(list(citekeys))]
        if query is not None or in_ is not None:
            found, _ = find_works(query or "", in_=in_, home=room)
            frame = frame[frame["work_id"].isin(found["work_id"])]
        frame = frame.sort_values("citekey", key=lambda keys: keys.str.casefold(), kind="stable")
        content = written(frame, path.suffix)
        differs = lost_in_writing(frame, content, path.suffix.lower())
        write_bytes(path, content)
    return ExportSummary(str(path), len(frame), differs)
