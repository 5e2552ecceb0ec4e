"""The bridge between languages: a work also speaks the words of the works nearest in meaning.

It does so in every language. Without this a model of a mixed corpus finds languages instead of subjects.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Neighbours", "Space", "bridge", "bridge_languages", "neighbours", "space_of", "unit_rows"]

NEIGHBOURS = 20
_SPARE = 12
_FEWEST = 20
_CHUNK = 1024
KEPT = 150


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


@dataclass(frozen=True)
class Space:
    """The embeddings of the works that others may lie near to, minus the mean of their language.

    Attributes
    ----------
    languages
        The L languages that works are bridged to.
    means
        Language to the mean of its embeddings; "" for languages with too few works for a mean of their own.
    members
        Per bridged language the numbers of its works, ascending.
    points
        (n, d) float32, unit length; zero for a work without an embedding, which so is near to none.
    """

    languages: tuple[str, ...]
    means: dict[str, np.ndarray]
    members: tuple[np.ndarray, ...]
    points: np.ndarray

    def centred(self, embeddings: np.ndarray, languages: Sequence[str]) -> np.ndarray:
        """Return embeddings (m, d) of works in these languages minus the mean of their language, unit length."""
        out = np.array(embeddings, dtype=np.float32)
        present = np.linalg.norm(out, axis=1) > 0
        for language, rows in _by_language(languages, self.languages).items():
            if language in self.means:
                out[rows & present] -= self.means[language]
        return np.asarray(unit_rows(out), dtype=np.float32)


def _by_language(languages: Sequence[str], bridged: Sequence[str]) -> dict[str, np.ndarray]:
    spoken = np.asarray(languages, dtype=str)
    spoken = np.where(np.isin(spoken, list(bridged)), spoken, "")
    return {str(language): spoken == language for language in np.unique(spoken)}


def space_of(embeddings: np.ndarray, languages: Sequence[str]) -> Space:
    """Centre embeddings by language.

    Parameters
    ----------
    embeddings
        (n, d), as `leeszaal.works.embedding.embed` gives them.
    languages
        n language codes; those with fewer than twenty works are centred together and not bridged to.
    """
    bridged = bridge_languages(languages)
    vectors = np.asarray(embeddings, dtype=np.float32)
    present = np.linalg.norm(vectors, axis=1) > 0
    means = {
        language: vectors[rows & present].mean(axis=0, dtype=np.float64).astype(np.float32)
        for language, rows in _by_language(languages, bridged).items()
        if (rows & present).any()
    }
    points = Space(bridged, means, (), vectors).centred(vectors, languages)
    present = np.linalg.norm(points, axis=1) > 0
    spoken = np.asarray(languages, dtype=str)
    members = tuple(np.flatnonzero(((spoken == name) if name else True) & present) for name in bridged)
    return Space(bridged, means, members, points)


def neighbours(
    space: Space, points: np.ndarray | None = None, *, q: int = NEIGHBOURS + _SPARE, workers: int = 2
) -> Neighbours:
    """Find the `q` works nearest in each language.

    More than the 20 that are used, so that a sample of the works finds its 20 without another search.

    Parameters
    ----------
    space
        The works to choose from.
    points
        (m, d) other works, as `Space.centred` gives them; by default the works of the space itself, and then a
        work is never its own neighbour.
    q
        Neighbours per language.
    workers
        Threads; the outcome is the same for any number.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    asked = space.points if points is None else points
    n = len(asked)
    index = np.full((n, len(space.languages), q), -1, dtype=np.int32)
    cosine = np.zeros((n, len(space.languages), q), dtype=np.float32)
    tables = [np.ascontiguousarray(space.points[rows].T) for rows in space.members]

    def search(start: int) -> None:
        stop = min(start + _CHUNK, n)
        for at, (rows, table) in enumerate(zip(space.members, tables, strict=True)):
            take = min(q, len(rows))
            if take == 0:
                continue
            near = asked[start:stop] @ table
            if points is None:
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

    # One BLAS thread in each worker: the same sums in the same order on every machine.
    with threadpool_limits(1), ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(search, range(0, n, _CHUNK)))
    return Neighbours(space.languages, index, cosine)


def bridge(
    tfidf: Any,
    near: Neighbours,
    *,
    own: float = 0.1,
    q: int = NEIGHBOURS,
    rows: np.ndarray | None = None,
    others: Any = None,
    keep: int = KEPT,
    workers: int = 2,
) -> Any:
    """Return X', the TF-IDF of each work mixed with that of its neighbours in every language.

    X'ᵢ = own·Xᵢ + (1−own)·mean over l of Σ_{j∈N(i,l)} sᵢⱼXⱼ, unit length; sᵢⱼ are the positive cosines of the
    `q` nearest works, summing to one.

    Parameters
    ----------
    tfidf
        (n, m) CSR: the works that are neighbours.
    near
        The neighbours of all n works, or of the `others`.
    own
        Weight of the work's own TF-IDF.
    q
        Neighbours per language.
    rows
        Row numbers of a sample, ascending; then only these works are there, as rows and as neighbours.
    others
        (o, m) CSR: works that are mixed with their neighbours but are nobody's neighbour themselves.
    keep
        Terms per work that are kept, the strongest ones: the others are many, weigh little and make a fit slow.
    workers
        Threads; the outcome is the same for any number.

    Returns
    -------
    CSR matrix
        (n, m), (len(rows), m) or (o, m).
    """
    import scipy.sparse as sp

    n = tfidf.shape[0]
    chosen = np.arange(n) if rows is None else np.asarray(rows)
    asked = chosen if others is None else np.arange(others.shape[0])
    place = np.full(n + 1, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    index = place[near.index[asked]]
    present = index >= 0
    # Only the first q that are in the sample count.
    present &= np.cumsum(present, axis=2) <= q
    weight = np.where(present, near.cosine[asked], 0.0).astype(np.float64)
    total = weight.sum(axis=2, keepdims=True)
    reached = total[:, :, 0] > 0
    weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    spoken = reached.sum(axis=1)
    share = np.divide(1.0 - own, spoken, out=np.zeros(len(asked)), where=spoken > 0)
    weight *= share[:, None, None]
    row = np.broadcast_to(np.arange(len(asked))[:, None, None], index.shape)[weight > 0]
    mixed = sp.csr_matrix((weight[weight > 0], (row, index[weight > 0])), shape=(len(asked), len(chosen)))
    # A work's own terms are those of one more neighbour: itself, or a row below those of the works that are there.
    if others is None:
        among = tfidf if rows is None else tfidf[chosen]
        mixed = mixed + own * sp.identity(len(chosen), format="csr")
    else:
        among = sp.vstack([tfidf if rows is None else tfidf[chosen], others], format="csr")
        mixed = sp.hstack([mixed, own * sp.identity(len(asked))], format="csr")
    mixed = mixed.astype(np.float32)

    def part(start: int) -> Any:
        return _strongest(sp.csr_matrix(mixed[start : start + _CHUNK] @ among), keep)

    with ThreadPoolExecutor(max_workers=workers) as pool:
        parts = list(pool.map(part, range(0, len(asked), _CHUNK)))
    out = sp.vstack(parts, format="csr") if parts else sp.csr_matrix((0, tfidf.shape[1]), dtype=np.float32)
    return sp.csr_matrix(unit_rows(out))


def _strongest(matrix: Any, keep: int) -> Any:
    """Return a CSR matrix with at most `keep` of each row's largest values; equal ones at the edge all go."""
    for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        if stop - start > keep:
            row = matrix.data[start:stop]
            row[row <= np.partition(row, stop - start - keep - 1)[stop - start - keep - 1]] = 0.0
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix
