"""Who writes, where, in which language and what kind of work: counts that describe a set of works."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from leeszaal.trends.counts import year_numbers
from leeszaal.works.names import ET_AL

__all__ = ["PARTS", "authors_of", "describe_works"]

# What is described, and the column that holds it.
PARTS = {
    "journals": "container",
    "authors": "authors",
    "institutions": "institution",
    "languages": "language",
    "types": "type",
}


def authors_of(works: pd.DataFrame) -> pd.DataFrame:
    """Return `work_id`, `author`: each author of each work once, "et al." left out.

    Names are taken as the sources write them: "de Vries, A." and "de Vries, Anna" are two.
    """
    pairs = [
        (work_id, str(name))
        for work_id, names in zip(works["work_id"], works["authors"], strict=True)
        for name in dict.fromkeys(names if isinstance(names, Iterable) and not isinstance(names, str) else ())
        if str(name).strip() and str(name) != ET_AL
    ]
    return pd.DataFrame(pairs, columns=["work_id", "author"], dtype=object)


def describe_works(works: pd.DataFrame, institutions: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    """Count journals, authors, institutions, languages and types.

    Parameters
    ----------
    works
        `work_id`, `year`, and where there are `container`, `authors` (lists), `language`, `type`.
    institutions
        `work_id`, `institution`, where known.

    Returns
    -------
    dict
        For each part of which something is known a table: `name`, `works`, `share` (of the works that have any),
        `of` (how many those are), `first`, `last` (years; 0 when unknown), most works first.

    Examples
    --------
    >>> works = pd.DataFrame({"work_id": ["a", "b"], "year": [2019, 2021], "language": ["nl", "nl"]})
    >>> describe_works(works)["languages"].to_numpy().tolist()
    [['nl', 2, 1.0, 2, 2019, 2021]]
    """
    found = {}
    for part, column in PARTS.items():
        if part == "authors" and column in works:
            pairs = authors_of(works).rename(columns={"author": "name"})
        elif part == "institutions":
            pairs = (institutions if institutions is not None else pd.DataFrame(columns=["work_id", column])).rename(
                columns={column: "name"}
            )
        elif column in works:
            pairs = works[["work_id", column]].rename(columns={column: "name"}).dropna(subset=["name"])
            pairs = pairs[pairs["name"].astype(str).str.strip() != ""]
        else:
            continue
        if len(pairs):
            found[part] = _counted(pairs.drop_duplicates(), works)
    return found


def _counted(pairs: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    years = pd.Series(year_numbers(works["year"]), index=works["work_id"].to_numpy())
    year = pairs["work_id"].map(years).to_numpy()
    dated = pairs.assign(year=np.where(year > 0, year, np.nan))
    table = dated.groupby("name").agg(works=("work_id", "size"), first=("year", "min"), last=("year", "max"))
    table = table.reset_index().sort_values(["works", "name"], ascending=[False, True], ignore_index=True)
    of = int(pairs["work_id"].nunique())
    table.insert(2, "share", table["works"] / of)
    table.insert(3, "of", of)
    return table.fillna({"first": 0, "last": 0}).astype({"first": np.int64, "last": np.int64, "works": np.int64})
