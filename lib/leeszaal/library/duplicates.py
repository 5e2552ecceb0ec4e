"""Which records tell of one work: those that share an identifier, and those that comparison finds alike.

Records are one work when they share a DOI or an ISBN, when the comparison of `leeszaal.library.dedupe` says so, or
when title, first author and year are the same and nothing else they say contradicts it. What comparison cannot decide
is kept for a person (`maybe`), or as a relation between two works (an erratum, a preprint, a part).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from leeszaal.library.dedupe import find_duplicates
from leeszaal.library.merge import join, shared_keys
from leeszaal.works.record import Record

__all__ = ["Alike", "find_works"]

_COMPARED = (
    "title", "authors", "year", "container", "volume", "issue", "pages", "doi", "isbn", "abstract", "type", "language",
)  # fmt: skip
# Two records with one title, author and year that differ in one of these may well be two works.
_TELLING = ("doi", "container", "volume", "issue", "pages", "abstract")


@dataclass(frozen=True)
class Alike:
    """The records of each work, and the pairs of works that are alike but not one.

    Attributes
    ----------
    clusters
        The places of the records of each work, earliest first, in the order of their earliest record.
    pairs
        `left`, `right` (places of records), `kind` ("maybe": for a person to decide; "erratum", "reply", "preprint",
        "part" or "elsewhere": another work about the same), `points`, `reason` (Dutch).
    """

    clusters: list[tuple[int, ...]]
    pairs: pd.DataFrame


def find_works(records: Sequence[Record]) -> Alike:
    """Group records into works; which records are together does not depend on their order.

    Parameters
    ----------
    records
        All records, in the order of the evidence.
    """
    # A record that came twice says nothing new: it stands with the first, and the first alone is compared.
    first_of: dict[tuple[object, ...], int] = {}
    copies = [(first_of.setdefault(_said(record), place), place) for place, record in enumerate(records)]
    places = list(first_of.values())
    frame = pd.DataFrame(list(first_of), columns=list(_COMPARED), index=places).astype({"year": "Int32"})
    frame["authors"] = pd.Series([list(records[place].authors) for place in places], index=places, dtype=object)
    found = find_duplicates(frame)
    pairs = pd.concat(
        [found.maybe.assign(kind="maybe"), found.related.rename(columns={"relation": "kind"})], ignore_index=True
    )
    related: dict[int, set[int]] = {}
    for left, right in zip(found.related["left"], found.related["right"], strict=True):
        related.setdefault(int(left), set()).add(int(right))
        related.setdefault(int(right), set()).add(int(left))
    one = [*copies, *((int(first), int(place)) for place, first in found.clusters.items())]  # type: ignore[call-overload]
    for key, sharers in shared_keys(records).items():
        apart = any(related.get(place, set()) & set(sharers) for place in sharers)
        if not key.startswith("title:") or (not apart and _agree([records[place] for place in sharers])):
            one += [(sharers[0], place) for place in sharers[1:]]
    columns = ["left", "right", "kind", "points", "reason"]
    return Alike(join(len(records), one), pairs[columns].sort_values(["left", "right", "kind"], ignore_index=True))


def _said(record: Record) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in _COMPARED)


def _agree(records: Sequence[Record]) -> bool:
    """Tell whether records say the same wherever they say something; all at once, so that order plays no part."""
    return all(len({value for r in records if (value := getattr(r, name)) is not None}) <= 1 for name in _TELLING)
