"""Find works: `leeszaal works`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leeszaal import progress
from leeszaal.home import Home, find_home
from leeszaal.library.finder import load_finder, parse_query
from leeszaal.library.prisma import works_in
from leeszaal.works.names import ET_AL, family
from leeszaal.works.numbers import format_count, format_number

__all__ = ["WorksSummary", "find_works", "works"]


@dataclass(frozen=True)
class WorksSummary:
    """What was found, best first.

    Attributes
    ----------
    total
        How many works there are; `works` holds the first of them.
    works
        work_id, citekey, title, authors, year, type, score.
    """

    query: str
    total: int
    works: list[dict[str, Any]]

    def tell(self) -> str:
        if not self.total:
            return "Geen werken gevonden."
        lines = []
        for row in self.works:
            who = "; ".join(family(name) for name in row["authors"][:3] if name != ET_AL)
            who += " e.a." if len(row["authors"]) > 3 or ET_AL in row["authors"] else ""
            lines.append(
                f"{row['citekey']}: {who.strip() or 'zonder auteur'} ({row['year'] or 'z.j.'}). {row['title']}"
            )
        more = f", getoond: {format_number(len(self.works))}" if len(self.works) < self.total else ""
        return "\n".join([*lines, f"{format_count(self.total, 'werk', 'werken')}{more}."])


def find_works(
    query: str = "",
    *,
    in_: str | None = None,
    meaning: bool = False,
    limit: int | None = None,
    home: Home | Path | str | None = None,
) -> tuple[pd.DataFrame, int]:
    """Return the works that a query finds, best first, as rows of `load_works` with a column `score`; and how many.

    The arguments are those of `works`.
    """
    room = find_home(home)
    parts = parse_query(query)
    finder = load_finder(room)
    keep, total = finder.ask(parts, meaning=meaning, cache=room.embeddings)
    if in_ is not None:
        keep &= finder.ids.isin(works_in(in_, room))
    places = np.flatnonzero(keep)
    order = places[np.lexsort((finder.rank[places], -np.round(total[places], 9)))][:limit]
    return finder.rows(order).assign(score=np.round(total[order], 4)), len(places)


def works(
    query: str = "",
    *,
    in_: str | None = None,
    meaning: bool = False,
    limit: int | None = None,
    home: Home | Path | str | None = None,
) -> WorksSummary:
    """Find works in the library.

    Parameters
    ----------
    query
        Words (in any form, Dutch or English), "phrases" between quotes, and ``field:word``: title, abstract, keyword,
        author, container, year (2015, 2010-2015, 2010-), theme, type, language, decision, doi, citekey. All must be
        there; a minus in front says what must not. Empty for all works.
    in_
        A box of the PRISMA flow, see `leeszaal.library.works_in`.
    meaning
        Find works that are about the words, in Dutch or English, whether they hold them or not (cosine 0.3 and up).
    limit
        How many works to return at most; all are counted.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When a field, year, theme, decision or box is not known, or the library was not built.
    """
    with progress.stage("Zoeken"):
        found, total = find_works(query, in_=in_, meaning=meaning, limit=limit, home=home)
    rows: list[dict[str, Any]] = [
        {
            "work_id": row["work_id"], "citekey": row["citekey"], "title": row["title"],
            "authors": list(row["authors"]),
            "year": None if pd.isna(row["year"]) else int(row["year"]), "type": row["type"],
            "score": float(row["score"]),
        }
        for row in found.to_dict("records")
    ]  # fmt: skip
    return WorksSummary(query, total, rows)
