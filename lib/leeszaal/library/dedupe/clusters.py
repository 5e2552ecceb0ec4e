"""From pairs to clusters: everything that is the same as the same, unless the cluster contradicts itself."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["components", "inner_pairs"]

Numbers = np.ndarray[Any, np.dtype[Any]]


def components(n: int, left: Numbers, right: Numbers) -> Numbers:
    """Return for each of `n` rows the lowest row it is connected with.

    Examples
    --------
    >>> components(5, np.array([0, 3]), np.array([2, 2])).tolist()
    [0, 1, 0, 0, 4]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    lowest = np.full(n, n, dtype=np.int64)
    np.minimum.at(lowest, label, np.arange(n))
    return lowest[label]


def inner_pairs(label: Numbers, largest: int) -> tuple[Numbers, Numbers]:
    """Return every two rows with one label; in a cluster above `largest`, each row with the first."""
    order = np.argsort(label, kind="stable")
    sorted_label = label[order]
    starts = np.flatnonzero(np.concatenate(([True], sorted_label[1:] != sorted_label[:-1]))) if len(label) else order
    sizes = np.diff(np.append(starts, len(label)))
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for size in np.unique(sizes[sizes > 1]):
        block = order[starts[sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(size, 1) if size <= largest else (np.zeros(size - 1, np.int64), np.arange(1, size))
        lefts.append(block[:, a].ravel())
        rights.append(block[:, b].ravel())
    return np.concatenate(lefts), np.concatenate(rights)
