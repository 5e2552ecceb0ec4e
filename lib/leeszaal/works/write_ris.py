"""Works as RIS, for EndNote, Zotero and screening tools; `read_ris` reads it back the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from leeszaal.works.names import listed_name
from leeszaal.works.rows import text_rows

__all__ = ["WRITER", "to_ris"]

WRITER = "Leeszaal"  # in DP: the ID is then a citekey
_KINDS = {
    "article": "JOUR", "chapter": "CHAP", "book": "BOOK", "report": "RPRT", "thesis": "THES", "law": "STAT",
    "case": "CASE", "web": "ELEC", "conference": "CONF", "other": "GEN",
}  # fmt: skip
_CONTAINER = {"article": "JO", "book": "T3"}
_RANGE = re.compile(r"([^\s-]+)-([^\s-]+)")


def _tags(row: dict[str, Any]) -> list[tuple[str, str | None]]:
    kind = str(row["type"] or "other")
    pages = _RANGE.fullmatch(row["pages"] or "")
    pages = pages if pages and pages[1] != pages[2] else None
    date = (row["date"] or "").replace("-", "/")
    return [
        ("TY", _KINDS.get(kind, "GEN")),
        ("ID", row["citekey"]),
        ("DP", WRITER),
        ("TI", row["title"]),
        *(("AU", listed_name(name)) for name in row["authors"]),
        *(("ED", listed_name(name)) for name in row["editors"]),
        ("PY", str(row["year"] or "")),
        ("DA", date + "/" * (3 - date.count("/")) if len(date) > 4 else ""),
        (_CONTAINER.get(kind, "T2"), row["container"]),
        ("PB", row["publisher"]),
        ("VL", row["volume"]),
        ("IS", row["issue"]),
        ("SP", pages[1] if pages else row["pages"]),
        ("EP", pages[2] if pages else ""),
        ("DO", row["doi"]),
        ("SN", row["isbn"]),
        ("UR", row["url"]),
        ("LA", row["language"]),
        # A comma would be read as the end of a keyword, unless there is a semicolon.
        *(("KW", f"{word};" if "," in word else word) for word in row["keywords"]),
        ("AB", row["abstract"]),
        ("N1", row["note"]),
    ]


def to_ris(works: pd.DataFrame, more: Sequence[Sequence[tuple[str, str]]] = ()) -> str:
    """Return works as RIS, in the order of the frame; the ID of a reference is its citekey.

    Parameters
    ----------
    works
        (n, ...) rows of `works.parquet`.
    more
        For each work (tag, value) pairs to write behind its own, such as labels as notes; by default none.

    Examples
    --------
    >>> row = {"citekey": "k", "type": "book", "title": "Recht", "authors": ["de Vries, Anna"], "year": 2020}
    >>> to_ris(pd.DataFrame([row])).splitlines()[3:6]
    ['TI  - Recht', 'AU  - de Vries, Anna', 'PY  - 2020']
    """
    references = []
    for row, extra in zip(text_rows(works), more or [()] * len(works), strict=True):
        # A line of a text that begins as a tag does would be read as one.
        lines = [f"{tag}  - {' '.join(value.splitlines())}" for tag, value in [*_tags(row), *extra] if value]
        references.append("\n".join([*lines, "ER  - \n"]))
    return "\n".join(references)
