"""What is counted through time: themes, topics, policy instruments and terms, and the works each holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library.store import read_table

__all__ = ["Holdings", "Panel", "holdings", "join_holdings", "panel_of", "term_holdings", "units_of"]


@dataclass(frozen=True)
class Holdings:
    """S units, and which of n works each holds.

    Attributes
    ----------
    kind, unit
        (S,) text: what sort of unit, and its identifier.
    name
        (S,) text: how a reader knows it.
    held
        CSC matrix (n, S) of ones.
    """

    kind: np.ndarray
    unit: np.ndarray
    name: np.ndarray
    held: Any

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, places: np.ndarray) -> Holdings:
        """Return the units at `places` (numbers or a mask)."""
        return Holdings(self.kind[places], self.unit[places], self.name[places], self.held[:, places])

    def works_of(self, place: int) -> np.ndarray:
        """Return the numbers of the works that the unit at `place` holds, in order."""
        return np.sort(self.held.indices[self.held.indptr[place] : self.held.indptr[place + 1]])


@dataclass(frozen=True)
class Panel:
    """Works of S units in T years, beside the corpus.

    Attributes
    ----------
    years
        (T,) whole numbers, one after the other.
    works
        (S, T) counts.
    corpus
        (T,) counts.
    """

    years: np.ndarray
    works: np.ndarray
    corpus: np.ndarray

    def window(self, first: int, last: int) -> Panel:
        """Return the years from `first` to `last`, both included, as far as they are there."""
        inside = (self.years >= first) & (self.years <= last)
        return Panel(self.years[inside], self.works[:, inside], self.corpus[inside])

    def without_gaps(self) -> Panel:
        """Return the years after the last one in which the corpus has no work."""
        empty = np.flatnonzero(self.corpus == 0)
        start = int(empty[-1]) + 1 if len(empty) else 0
        return Panel(self.years[start:], self.works[:, start:], self.corpus[start:])


def units_of(room: Home) -> tuple[pd.DataFrame, set[str]]:
    """Return which works each theme, label and topic holds (`kind`, `unit`, `work_id`), and the weak topics."""
    parts = []
    weak: set[str] = set()
    if (room.library / "tags.parquet").is_file():
        tags = read_table(room, "tags")
        for kind, column in (("theme", "theme"), ("label", "label")):
            parts.append(tags[["work_id", column]].rename(columns={column: "unit"}).assign(kind=kind))
    if (room.library / "assignments.parquet").is_file():
        assigned = read_table(room, "assignments").dropna(subset=["topic"])
        named = assigned.assign(unit=assigned["topic"].astype(int).astype(str), kind="topic")
        parts.append(named[["work_id", "unit", "kind"]])
        topics = read_table(room, "topics")
        weak = {str(int(t)) for t in topics.loc[topics["weak"].astype(bool), "topic"]}
    if not parts:
        raise LeeszaalError(
            "Er zijn nog geen thema's en geen onderwerpen om te tellen.",
            "Maak ze met: leeszaal tag, en daarna: leeszaal topics",
        )
    return pd.concat(parts, ignore_index=True)[["kind", "unit", "work_id"]].drop_duplicates(), weak


def holdings(work_ids: pd.Series, units: pd.DataFrame, names: dict[tuple[str, str], str] | None = None) -> Holdings:
    """Turn pairs of unit and work into a matrix; works that are not among `work_ids` do not count.

    Parameters
    ----------
    work_ids
        The n works, in the order of the rows.
    units
        `kind`, `unit`, `work_id`; doubles count once.
    names
        (kind, unit) to its name for readers; the unit itself where there is none.
    """
    import scipy.sparse as sp

    index = pd.Index(work_ids)
    rows = index.get_indexer(pd.Index(units["work_id"]))
    kinds, every_kind = pd.factorize(units["kind"], sort=True)
    named_units, every_unit = pd.factorize(units["unit"], sort=True)
    distinct, columns = np.unique(kinds * max(len(every_unit), 1) + named_units, return_inverse=True)
    pairs = [(str(every_kind[at // len(every_unit)]), str(every_unit[at % len(every_unit)])) for at in distinct]
    known = rows >= 0
    held = sp.csc_matrix(
        (np.ones(int(known.sum()), dtype=np.int32), (rows[known], columns[known])), shape=(len(index), len(pairs))
    )
    held.sum_duplicates()
    held.data[:] = 1
    named = [(names or {}).get(pair, pair[1]) for pair in pairs]
    kind, unit = (np.array([pair[at] for pair in pairs], dtype=object) for at in (0, 1))
    return Holdings(kind, unit, np.array(named, dtype=object), held)


def join_holdings(parts: list[Holdings]) -> Holdings:
    """Put units of several sorts side by side; all over the same works."""
    import scipy.sparse as sp

    kind, unit, name = (np.concatenate([getattr(part, field) for part in parts]) for field in ("kind", "unit", "name"))
    return Holdings(kind, unit, name, sp.hstack([part.held for part in parts], format="csc"))


def term_holdings(works: pd.DataFrame, *, fewest: int = 3, search_terms: Iterable[str] = ()) -> Holdings:
    """Return the terms of the works (`read_terms`) that stand in `fewest` works or more, and in half at most.

    Parameters
    ----------
    works
        `title`, and where there are `abstract`, `keywords`, `language`.
    fewest
        Works that a term must stand in.
    search_terms
        Words of the search that made the corpus, which every work has.
    """
    import scipy.sparse as sp

    from leeszaal.topics.matrix import term_matrix
    from leeszaal.topics.text import read_terms

    terms = read_terms(works, search_terms=search_terms)
    matrix = term_matrix(terms.documents, min_df=fewest)
    held = sp.csc_matrix(matrix.counts, dtype=np.int32)
    held.data[:] = 1
    unit = matrix.terms.astype(object)
    name = np.array([terms.surfaces.get(term, term) for term in unit], dtype=object)
    return Holdings(np.full(len(unit), "term", dtype=object), unit, name, held)


def panel_of(years: np.ndarray, held: Any, first: int, last: int) -> Panel:
    """Count the works of each unit in each year from `first` to `last`.

    Parameters
    ----------
    years
        (n,) the year of each work; outside the span it does not count.
    held
        (n, S) sparse matrix of ones.
    first, last
        The span, both included.
    """
    import scipy.sparse as sp

    year = np.asarray(years, dtype=np.int64)
    inside = np.flatnonzero((year >= first) & (year <= last))
    at = year[inside] - first
    span = max(last - first + 1, 0)
    placed = sp.csr_matrix((np.ones(len(inside), dtype=np.int32), (at, inside)), shape=(span, len(year)))
    counts = np.asarray((placed @ held).todense(), dtype=np.int64).T
    return Panel(np.arange(first, last + 1), counts, np.bincount(at, minlength=span))
