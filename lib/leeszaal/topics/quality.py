"""How good the topics are: coherence within each language, diversity, and the leak of language."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Company", "company", "diversity", "leak_bits", "npmi"]


@dataclass(frozen=True)
class Company:
    """How often terms stand together in the same works.

    Attributes
    ----------
    terms
        (t,) column numbers, ascending.
    joint
        (t, t) number of works with both; on the diagonal with the term itself.
    works
        Number of works counted.
    """

    terms: np.ndarray
    joint: np.ndarray
    works: int

    @functools.cached_property
    def npmi(self) -> np.ndarray:
        """Return the normalised pointwise mutual information of each pair, (t, t), −1 to 1; 0 on the diagonal."""
        n = max(self.works, 1)
        joint, single = self.joint / n, np.diag(self.joint) / n
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.log(joint / np.outer(single, single)) / -np.log(joint)
        found = np.where(joint <= 0, -1.0, np.where(joint >= 1, 1.0, found))
        np.fill_diagonal(found, 0.0)
        return np.asarray(found)

    @functools.cached_property
    def expected(self) -> np.ndarray:
        """Return the NPMI of each pair, (t, t), that is to be expected in as many other works.

        A pair that stood together in c works does so in none of as many others with a chance of 2^−c (counts are
        Poisson, with the prior 1/λ), and then its NPMI is −1: what rests on a single work hardly comes back.
        """
        never = 0.5**self.joint
        found = (1 - never) * self.npmi - never
        np.fill_diagonal(found, 0.0)
        return np.asarray(found)

    def places(self, terms: Sequence[int]) -> np.ndarray:
        """Return where these terms stand among `terms`, without those that no work has."""
        at = np.searchsorted(self.terms, np.asarray(terms, dtype=np.int64))
        return at[np.diag(self.joint)[at] > 0]

    def coherence(self, terms: Sequence[int]) -> float | None:
        """Return the mean NPMI of the pairs of `terms`; None when fewer than two of them occur."""
        at = self.places(terms)
        if len(at) < 2:
            return None
        return float(self.npmi[np.ix_(at, at)].sum() / (len(at) * (len(at) - 1)))


def company(counts: Any, terms: Iterable[int], rows: np.ndarray | None = None) -> Company:
    """Count in how many works (of `rows`, numbers or a mask) each two of `terms` stand together."""
    import scipy.sparse as sp

    wanted = np.unique(np.fromiter(terms, dtype=np.int64))
    few = sp.csr_matrix(counts[:, wanted] if rows is None else counts[rows][:, wanted], dtype=np.float32)
    few.data = np.ones_like(few.data)
    return Company(wanted, np.asarray((few.T @ few).toarray(), dtype=np.float64), few.shape[0])


def npmi(counts: Any, terms: Sequence[int]) -> float | None:
    """Return the mean normalised pointwise mutual information of the pairs of `terms`, −1 to 1.

    1: always in the same works; 0: as often together as chance; −1: never together. Compares models on one
    corpus, never corpora: short texts give low values. doi 10.1145/2684822.2685324.

    Parameters
    ----------
    counts
        (n, m) CSR, the works of one language.
    terms
        Column numbers; terms that do not occur are left out.

    Returns
    -------
    float or None
        None when fewer than two of the terms occur.
    """
    return company(counts, terms).coherence(terms)


def diversity(lists: Sequence[Sequence[int]]) -> float:
    """Return the share of different terms in the top lists of all topics: 1 when no term is shown twice.

    Examples
    --------
    >>> diversity([[1, 2], [2, 3]])
    0.75
    """
    shown = [term for terms in lists for term in terms]
    return len(set(shown)) / len(shown) if shown else 0.0


def leak_bits(topics: Sequence[int], languages: Sequence[str]) -> float:
    """Return the mutual information of topic and language in bits; 0: a topic tells nothing of the language.

    Examples
    --------
    >>> leak_bits([0, 0, 1, 1], ["nl", "nl", "en", "en"])
    1.0
    >>> leak_bits([0, 1, 0, 1], ["nl", "nl", "en", "en"])
    0.0
    """
    if len(topics) == 0:
        return 0.0
    _, rows = np.unique(np.asarray(topics), return_inverse=True)
    _, columns = np.unique(np.asarray(languages, dtype=str), return_inverse=True)
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    joint = table / table.sum()
    expected = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    positive = joint > 0
    return max(0.0, float((joint[positive] * np.log2(joint[positive] / expected[positive])).sum()))
