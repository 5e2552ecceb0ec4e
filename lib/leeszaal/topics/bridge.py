"""The bridge between languages: a work also speaks the words of the works nearest in meaning.

It does so in every language. Without this a model of a mixed corpus finds languages instead of subjects.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from leeszaal import progress

__all__ = ["Neighbours", "bridge", "bridge_languages", "centre", "neighbours", "unit_rows"]

NEIGHBOURS = 20
_SPARE = 12
_FEWEST = 20
_CHUNK = 1024


@dataclass(frozen=True)
class Neighbours:
    """The works nearest to each of n works, per language, nearest first.

    Attributes
    ----------
    languages
        The L languages that works are bridged to.
    index
        (n, L, q) int32, row numbers of neighbours; -1 where there is none.
    cosine
        (n, L, q) float32, their cosine.
    """

    languages: tuple[str, ...]
    index: np.ndarray
    cosine: np.ndarray


def unit_rows(matrix: Any) -> Any:
    """Return a CSR or dense matrix with rows of length one; empty rows stay empty."""
    from sklearn.preprocessing import normalize

    return normalize(matrix, norm="l2", axis=1)


def bridge_languages(languages: Sequence[str], fewest: int = _FEWEST) -> tuple[str, ...]:
    """Return the languages with enough works to be bridged to; when there is none, all works count as one."""
    names, counts = np.unique(np.asarray(languages, dtype=str), return_counts=True)
    found = tuple(str(name) for name, n in zip(names, counts, strict=True) if n >= fewest and name)
    return found or ("",)


def centre(embeddings: np.ndarray, languages: Sequence[str], bridged: Sequence[str]) -> np.ndarray:
    """Return the embeddings minus the mean of their language, unit length.

    Works in a language with too few works for a mean of its own are centred together. A work without an
    embedding (a row of zeros) keeps a row of zeros and so has no neighbours.

    Parameters
    ----------
    embeddings
        (n, d) unit length.
    languages
        n language codes.
    bridged
        The languages with a mean of their own.
    """
    out = np.asarray(embeddings, dtype=np.float32).copy()
    present = np.linalg.norm(out, axis=1) > 0
    spoken = np.array([language if language in set(bridged) else "" for language in languages])
    for language in np.unique(spoken):
        rows = (spoken == language) & present
        if rows.any():
            out[rows] -= out[rows].mean(axis=0, dtype=np.float64).astype(np.float32)
    return np.asarray(unit_rows(out), dtype=np.float32)


def neighbours(
    embeddings: np.ndarray,
    languages: Sequence[str],
    *,
    q: int = NEIGHBOURS + _SPARE,
    workers: int = 2,
) -> Neighbours:
    """Find the `q` works nearest to each work in each language, never the work itself.

    More than the 20 that are used, so that a sample of the works finds its 20 without another search.

    Parameters
    ----------
    embeddings
        (n, d), as `leeszaal.works.embedding.embed` gives them; rows of zeros have no neighbours.
    languages
        n language codes.
    q
        Neighbours per language.
    workers
        Threads; the outcome is the same for any number.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    bridged = bridge_languages(languages)
    points = centre(embeddings, languages, bridged)
    present = np.linalg.norm(points, axis=1) > 0
    spoken = np.asarray(languages, dtype=str)
    n = len(points)
    index = np.full((n, len(bridged), q), -1, dtype=np.int32)
    cosine = np.zeros((n, len(bridged), q), dtype=np.float32)
    members = [np.flatnonzero(((spoken == name) if name else True) & present) for name in bridged]
    tables = [np.ascontiguousarray(points[rows].T) for rows in members]

    def search(start: int) -> None:
        stop = min(start + _CHUNK, n)
        for at, (rows, table) in enumerate(zip(members, tables, strict=True)):
            take = min(q, len(rows))
            if take == 0:
                continue
            near = points[start:stop] @ table
            own = np.searchsorted(rows, np.arange(start, stop))
            inside = (own < len(rows)) & (rows[np.minimum(own, len(rows) - 1)] == np.arange(start, stop))
            near[np.flatnonzero(inside), own[inside]] = -np.inf
            # A fixed order among equal cosines (doubles in the corpus) as well.
            best = np.argpartition(-near, take - 1, axis=1)[:, :take] if take < len(rows) else None
            if best is None:
                best = np.tile(np.arange(len(rows)), (stop - start, 1))
            best.sort(axis=1)
            values = np.take_along_axis(near, best, axis=1)
            order = np.argsort(-values, axis=1, kind="stable")
            values = np.take_along_axis(values, order, axis=1)
            found = rows[np.take_along_axis(best, order, axis=1)].astype(np.int32)
            found[values <= 0] = -1
            index[start:stop, at, :take] = found
            cosine[start:stop, at, :take] = np.maximum(values, 0)
        progress.advance(0)

    # One BLAS thread in each worker: the same sums in the same order on every machine.
    with threadpool_limits(1), ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(search, range(0, n, _CHUNK)))
    return Neighbours(bridged, index, cosine)


def bridge(
    tfidf: Any, near: Neighbours, *, own: float = 0.1, q: int = NEIGHBOURS, rows: np.ndarray | None = None
) -> Any:
    """Return X', the TF-IDF of each work mixed with that of its neighbours in every language.

    X'ᵢ = own·Xᵢ + (1−own)·mean over l of Σ_{j∈N(i,l)} sᵢⱼXⱼ, unit length; sᵢⱼ are the positive cosines of the
    `q` nearest works, summing to one.

    Parameters
    ----------
    tfidf
        (n, m) CSR.
    near
        The neighbours of all n works.
    own
        Weight of the work's own TF-IDF.
    q
        Neighbours per language.
    rows
        Row numbers of a sample, ascending; then only these works are there, as rows and as neighbours.

    Returns
    -------
    CSR matrix
        (n, m) or (len(rows), m).
    """
    import scipy.sparse as sp

    n = tfidf.shape[0]
    chosen = np.arange(n) if rows is None else np.asarray(rows)
    place = np.full(n + 1, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    index = place[near.index[chosen]]
    present = index >= 0
    # Only the first q that are in the sample count.
    present &= np.cumsum(present, axis=2) <= q
    weight = np.where(present, near.cosine[chosen], 0.0).astype(np.float64)
    total = weight.sum(axis=2, keepdims=True)
    reached = total[:, :, 0] > 0
    weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    spoken = reached.sum(axis=1)
    share = np.divide(1.0 - own, spoken, out=np.zeros(len(chosen)), where=spoken > 0)
    weight *= share[:, None, None]
    row = np.broadcast_to(np.arange(len(chosen))[:, None, None], index.shape)[weight > 0]
    mix = sp.csr_matrix((weight[weight > 0], (row, index[weight > 0])), shape=(len(chosen), len(chosen)))
    mix = (mix + sp.identity(len(chosen)) * own).tocsr().astype(np.float32)
    out = mix @ tfidf[chosen]
    out.sort_indices()
    return sp.csr_matrix(unit_rows(out))
