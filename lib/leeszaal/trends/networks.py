"""Networks of works, authors and terms: who is cited together, who cites the same, who writes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["Network", "coauthorship", "cocitation", "coupling", "network_of", "thematic_map"]

_STEM = 5  # letters that words of one stem share


@dataclass(frozen=True)
class Network:
    """A network.

    Attributes
    ----------
    nodes
        One row a node: `node`, `name`, `size` (in how many works), `degree`, `group` (from 1, the largest first), most
        connected first.
    edges
        One row a pair: `a`, `b`, `weight` (in how many works together), `strength` (Salton's cosine,
        c_ij / √(c_i·c_j)), strongest first.
    left_out
        Nodes with too few works or no connection.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    left_out: int


def _matrix(rows: pd.Series, columns: pd.Series) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return a sparse matrix of ones, and the names of its rows and columns in order."""
    import scipy.sparse as sp

    i, row_names = pd.factorize(rows, sort=True)
    j, column_names = pd.factorize(columns, sort=True)
    found = sp.csr_matrix((np.ones(len(i), dtype=np.int64), (i, j)), shape=(len(row_names), len(column_names)))
    found.sum_duplicates()
    found.data[:] = 1
    return found, np.asarray(row_names, dtype=object), np.asarray(column_names, dtype=object)


def network_of(
    together: Any,
    names: Sequence[str],
    *,
    called: Mapping[str, str] | None = None,
    fewest: int = 1,
    fewest_size: int = 1,
    random_state: int = 0,
) -> Network:
    """Turn a matrix of how often things occur together into a network with groups (Louvain).

    Parameters
    ----------
    together
        (n, n) symmetric sparse matrix; the diagonal says in how many works each occurs.
    names
        The n nodes.
    called
        Node to its name for readers.
    fewest
        Pairs that occur together less often are left out.
    fewest_size
        Nodes in fewer works are left out.
    random_state
        Of the search for groups (Blondel et al. 2008, doi 10.1088/1742-5468/2008/10/P10008).
    """
    import networkx as nx
    import scipy.sparse as sp

    size = together.diagonal()
    upper = sp.triu(together, k=1).tocoo()
    kept = (upper.data >= fewest) & (size[upper.row] >= fewest_size) & (size[upper.col] >= fewest_size)
    i, j, weight = upper.row[kept], upper.col[kept], upper.data[kept]
    strength = weight / np.sqrt(size[i].astype(np.float64) * size[j])
    label = np.asarray(names, dtype=object)
    edges = pd.DataFrame({"a": label[i], "b": label[j], "weight": weight.astype(np.int64), "strength": strength})
    edges = edges.sort_values(["weight", "strength", "a", "b"], ascending=[False, False, True, True], ignore_index=True)
    graph = nx.Graph()
    graph.add_nodes_from(sorted(set(edges["a"]) | set(edges["b"])))
    graph.add_weighted_edges_from(edges[["a", "b", "strength"]].itertuples(index=False))
    parts = nx.community.louvain_communities(graph, weight="weight", seed=random_state) if len(graph) else []
    ranked = sorted((sorted(part) for part in parts), key=lambda part: (-len(part), part[0]))
    group = {node: number for number, part in enumerate(ranked, start=1) for node in part}
    place = {node: at for at, node in enumerate(label)}
    rows = [
        (node, (called or {}).get(node, node), int(size[place[node]]), int(graph.degree(node)), group[node])
        for node in graph
    ]
    nodes = pd.DataFrame(rows, columns=["node", "name", "size", "degree", "group"])
    nodes = nodes.sort_values(["degree", "size", "node"], ascending=[False, False, True], ignore_index=True)
    return Network(nodes, edges, len(label) - len(nodes))


def cocitation(references: pd.DataFrame, *, called: Mapping[str, str] | None = None, fewest: int = 2) -> Network:
    """Connect what is cited together (Small 1973, doi 10.1002/asi.4630240406).

    Parameters
    ----------
    references
        `work_id`, `cited`.
    called
        What is cited to its name.
    fewest
        Works that must cite both, and so each.

    Examples
    --------
    >>> pairs = pd.DataFrame({"work_id": list("aabbc"), "cited": list("xyxyx")})
    >>> cocitation(pairs).edges[["a", "b", "weight"]].to_numpy().tolist()
    [['x', 'y', 2]]
    """
    matrix, _, cited = _matrix(references["work_id"], references["cited"])
    often = np.asarray(matrix.sum(axis=0)).ravel() >= fewest
    some = matrix[:, often]
    found = network_of(some.T @ some, list(cited[often]), called=called, fewest=fewest)
    return Network(found.nodes, found.edges, len(cited) - len(found.nodes))


def coupling(references: pd.DataFrame, *, called: Mapping[str, str] | None = None, fewest: int = 2) -> Network:
    """Connect works that cite the same (Kessler 1963, doi 10.1002/asi.5090140103).

    Parameters
    ----------
    references
        `work_id`, `cited`.
    called
        Work to its name.
    fewest
        References that two works must share.

    Examples
    --------
    >>> pairs = pd.DataFrame({"work_id": list("aabbc"), "cited": list("xyxyx")})
    >>> coupling(pairs, fewest=1).edges[["a", "b", "weight"]].to_numpy().tolist()
    [['a', 'b', 2], ['a', 'c', 1], ['b', 'c', 1]]
    """
    matrix, works, _ = _matrix(references["work_id"], references["cited"])
    return network_of(matrix @ matrix.T, list(works), called=called, fewest=fewest)


def coauthorship(authors: pd.DataFrame, *, fewest: int = 1, fewest_works: int = 2) -> Network:
    """Connect authors who wrote a work together.

    Parameters
    ----------
    authors
        `work_id`, `author`.
    fewest
        Works that two must have written together.
    fewest_works
        Works that each must have written.
    """
    matrix, _, names = _matrix(authors["work_id"], authors["author"])
    return network_of(matrix.T @ matrix, list(names), fewest=fewest, fewest_size=fewest_works)


def group_name(terms: Sequence[str]) -> str:
    """Return what a group of terms, the most frequent first, is called: its first two, as a phrase where they form one.

    A term that only repeats the first one (the same first five letters) says nothing new.

    Examples
    --------
    >>> group_name(["local", "government", "local government", "size"])
    'local government'
    >>> group_name(["democratie", "democratische", "partijen"])
    'democratie en partijen'
    """
    first = terms[0]
    said = {part[:_STEM] for part in first.split()}
    for second in terms[1:]:
        new = {part[:_STEM] for part in second.split()} - said
        if not new:
            continue
        pair = set(first.split()) | set(second.split())
        return next((term for term in terms if " " in term and pair == set(term.split())), f"{first} en {second}")
    return first


def thematic_map(terms: pd.DataFrame, *, fewest: int = 3, random_state: int = 0) -> tuple[pd.DataFrame, Network]:
    """Group terms that stand together, and place each group by centrality and density.

    After Callon, Courtial & Laville 1991, doi 10.1007/BF02019280. The equivalence of two terms is
    e = c_ij² / (c_i·c_j). Centrality is 10 times the sum of e with terms of other groups; density is 100 times the sum
    of e within the group, divided by its number of terms. Groups of one are left out.

    Parameters
    ----------
    terms
        `work_id`, `term`.
    fewest
        Works that must hold a term, and a pair of terms.
    random_state
        Of the search for groups.

    Returns
    -------
    DataFrame
        One row a group: `group`, `name` (see `group_name`), `terms` (all, by frequency), `size` (number),
        `works`, `centrality`, `density`, `quadrant` ("motor", "basic", "niche" or "emerging", against the medians).
    Network
        The terms.
    """
    matrix, _, names = _matrix(terms["work_id"], terms["term"])
    found = network_of(matrix.T @ matrix, list(names), fewest=fewest, fewest_size=fewest, random_state=random_state)
    group = dict(zip(found.nodes["node"], found.nodes["group"], strict=True))
    value = (found.edges["strength"] ** 2).to_numpy(np.float64)
    one, other = (found.edges[end].map(group).to_numpy() for end in ("a", "b"))
    column = {name: at for at, name in enumerate(names)}
    rows = []
    for number, members in found.nodes.groupby("group"):
        if len(members) < 2:
            continue
        listed = members.sort_values(["size", "node"], ascending=[False, True])["node"].tolist()
        across = (one != other) & ((one == number) | (other == number))
        inside = (one == number) & (other == number)
        held = matrix[:, [column[name] for name in listed]].sum(axis=1)
        rows.append(
            (number, group_name(listed), "; ".join(listed), len(listed), int((np.asarray(held).ravel() > 0).sum()),
             10 * float(value[across].sum()), 100 * float(value[inside].sum()) / len(listed))
        )  # fmt: skip
    columns = ["group", "name", "terms", "size", "works", "centrality", "density"]
    frame = pd.DataFrame(rows, columns=columns)
    central = frame["centrality"] >= frame["centrality"].median()
    dense = frame["density"] >= frame["density"].median()
    named = np.select([central & dense, central, dense], ["motor", "basic", "niche"], "emerging")
    return frame.assign(quadrant=named.astype(object) if len(frame) else []), found
