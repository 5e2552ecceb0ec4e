"""Which records are one work, and what its row says.

Records are one work when they share a DOI, or an ISBN (whole works only: a chapter carries the ISBN of its book), or
the normalised title, the first author's family name and the year. How each field is chosen:

| field | rule |
| --- | --- |
| abstract | the longest |
| authors, editors, keywords | the longest list; of equal ones the earliest |
| everything else | the earliest record that has it |

Earliest is in the order of the evidence. Evidence is append-only, so an identity never changes because more came in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leeszaal.works.record import Record

__all__ = ["Cluster", "cluster_records", "identity_keys", "merged_fields", "normalised_title"]

_WHOLE = frozenset({"book", "report", "thesis"})
_FIRST = ("title", "year", "date", "container", "publisher", "volume", "issue", "pages", "doi", "isbn", "url", "note")


@dataclass(frozen=True)
class Cluster:
    """The records of one work: their places in the evidence, earliest first."""

    members: tuple[int, ...]


def normalised_title(title: str) -> str:
    """Return a title for comparison: letters and digits of any script, without accents, case or punctuation.

    Examples
    --------
    >>> normalised_title("Samen-werken: aan Bestuurskrácht!")
    'samen werken aan bestuurskracht'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain))


def identity_keys(record: Record) -> list[str]:
    """Return every key by which a record may be recognised as a work that is already there."""
    keys = []
    if record.doi:
        keys.append(f"doi:{record.doi}")
    if record.isbn and record.type in _WHOLE:
        keys.append(f"isbn:{record.isbn}")
    title = normalised_title(record.title or "")
    if title and record.authors and record.year is not None:
        family = normalised_title(record.authors[0].partition(",")[0])
        keys.append(f"title:{title}|{family}|{record.year}|{_part(record)}")
    return keys


def _part(record: Record) -> str:
    """Tell a part from a whole: a chapter named after its book is not the book."""
    return "chapter" if record.type == "chapter" else ""


def cluster_records(records: Sequence[Record]) -> list[Cluster]:
    """Group records into works: records that share a key, directly or through others, are one work.

    Returns
    -------
    list of Cluster
        In the order of their earliest record; every record is in exactly one.
    """
    parent = list(range(len(records)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    holder: dict[str, int] = {}
    for index, record in enumerate(records):
        for key in identity_keys(record):
            if key in holder:
                first, second = sorted((root(holder[key]), root(index)))
                parent[second] = first
            else:
                holder[key] = index
    members: dict[int, list[int]] = {}
    for index in range(len(records)):
        members.setdefault(root(index), []).append(index)
    return [Cluster(tuple(found)) for found in members.values()]


def merged_fields(records: Sequence[Record]) -> dict[str, Any]:
    """Return the fields of a work from its records, earliest first, by the rules above."""
    fields: dict[str, Any] = {name: next((v for r in records if (v := getattr(r, name)) is not None), None) for name in _FIRST}
    fields["abstract"] = max((r.abstract for r in records if r.abstract), key=len, default=None)
    for name in ("authors", "editors", "keywords"):
        fields[name] = list(max((getattr(r, name) for r in records), key=len))
    # "other" is what a reader makes of a kind it does not know, so any other word of a source beats it.
    fields["type"] = next((r.type for r in records if r.type != "other"), "other")
    fields["language"] = next((r.language for r in records if r.language), None)
    return fields
