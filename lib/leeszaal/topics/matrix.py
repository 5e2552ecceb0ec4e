"""From terms to the matrix that every model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leeszaal.topics.text import Terms

__all__ = ["TermMatrix", "term_matrix"]

RARE = 0.0002


@dataclass(frozen=True)
class TermMatrix:
    """Counts and weights of n works × m terms.

    Attributes
    ----------
    terms
        The m terms, in alphabetical order.
    counts, tfidf
        CSR matrices (n, m): occurrences (int32), and sublinear TF-IDF of unit length per row (float32).
    """

    terms: np.ndarray
    counts: Any
    tfidf: Any


def term_matrix(
    terms: Terms | Sequence[Sequence[str]],
    *,
    rows: np.ndarray | None = None,
    max_df: float = 0.5,
    min_df: int | None = None,
) -> TermMatrix:
    """Count terms and weigh them by sublinear TF-IDF.

    Parameters
    ----------
    terms
        What `read_terms` returned, or per work its terms.
    rows
        Works to take; by default all.
    max_df
        A term in a larger share of the works says nothing and is left out.
    min_df
        A term in fewer works is left out; by default 3, and 2 under 500 works; in a large corpus one in 5,000 works.

    Returns
    -------
    TermMatrix
        With zero terms when none is left.

    Examples
    --------
    >>> term_matrix([["raad", "staten"], ["raad", "burger"], ["burger"], ["regio"]]).terms.tolist()
    ['burger', 'raad']
    """
    import scipy.sparse as sp
    from sklearn.feature_extraction.text import TfidfTransformer

    given = terms if isinstance(terms, Terms) else _counted(terms)
    counts, names = given.counts if rows is None else given.counts[rows], given.vocabulary
    n = counts.shape[0]
    least = min_df if min_df is not None else max(2 if n < 500 else 3, round(RARE * n))
    frequency = np.bincount(counts.indices, minlength=len(names))
    kept = np.flatnonzero((frequency >= least) & (frequency <= max_df * n))
    kept = kept[np.argsort(names[kept].astype(str), kind="stable")]
    counts = sp.csr_matrix(counts[:, kept])
    counts.sort_indices()
    if counts.shape[1] == 0:
        return TermMatrix(np.array([], dtype=object), counts, counts.astype(np.float32))
    tfidf = TfidfTransformer(sublinear_tf=True).fit_transform(counts.astype(np.float32))
    return TermMatrix(names[kept], counts, sp.csr_matrix(tfidf, dtype=np.float32))


def _counted(documents: Sequence[Sequence[str]]) -> Terms:
    """Return the terms of documents that were cut into terms elsewhere."""
    import scipy.sparse as sp

    index: dict[str, int] = {}
    columns: list[int] = []
    starts = [0]
    for document in documents:
        columns.extend(index.setdefault(term, len(index)) for term in document)
        starts.append(len(columns))
    counts = sp.csr_matrix(
        (np.ones(len(columns), dtype=np.int32), np.asarray(columns, dtype=np.int32), np.asarray(starts)),
        shape=(len(documents), len(index)),
    )
    counts.sum_duplicates()
    return Terms(np.array(list(index), dtype=object), counts, {})
