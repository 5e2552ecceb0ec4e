"""Which records are one work, and what its row says.

Which records are one work is decided in `leeszaal.library.duplicates`. Each field is then chosen by this rule, where
*earliest* is in the order of the evidence:

| field | rule |
| --- | --- |
| abstract | the longest; of equal ones the earliest |
| authors, editors | the longest list that does not end in "et al."; of equal ones the earliest |
| keywords | all, each once, earliest first |
| date | the most precise one within the chosen year; of equal ones the earliest |
| type | the earliest that is not "other" |
| everything else | the earliest that has it |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leeszaal.works.names import ET_AL
from leeszaal.works.record import Record

__all__ = ["merged_fields"]

_EARLIEST = (
    "title",
    "year",
    "container",
    "publisher",
    "volume",
    "issue",
    "pages",
    "doi",
    "isbn",
    "url",
    "language",
    "note",
)


def _fullest(lists: Sequence[tuple[str, ...]]) -> list[str]:
    def fullness(names: tuple[str, ...]) -> tuple[bool, int]:
        return bool(names) and names[-1] != ET_AL, len(names)

    return list(sorted(lists, key=fullness, reverse=True)[0])


def merged_fields(records: Sequence[Record]) -> dict[str, Any]:
    """Return the fields of a work from its records, earliest first; what none of them has is None."""
    fields: dict[str, Any] = {
        name: next((value for r in records if (value := getattr(r, name)) is not None), None) for name in _EARLIEST
    }
    dates = [r.date for r in records if r.date and (fields["year"] is None or r.year == fields["year"])]
    fields["date"] = max(dates, key=len, default=None)
    fields["abstract"] = max((r.abstract for r in records if r.abstract), key=len, default=None)
    fields["authors"] = _fullest([r.authors for r in records])
    fields["editors"] = _fullest([r.editors for r in records])
    keywords: dict[str, str] = {}
    for word in (word for r in records for word in r.keywords):
        keywords.setdefault(word.casefold(), word)
    fields["keywords"] = list(keywords.values())
    fields["type"] = next((r.type for r in records if r.type != "other"), "other")
    return fields
