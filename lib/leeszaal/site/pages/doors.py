"""The lists of works behind the numbers of the site: named once, opened by the page of all works."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from leeszaal.papers.doors import WorkList

__all__ = ["Doors"]


@dataclass(frozen=True)
class Doors:
    """Every list of works that a page leads to, by name; filled while the pages are written."""

    lists: dict[str, WorkList] = field(default_factory=dict)

    def to(self, text: str, name: str, title: str, works: Iterable[str], root: str = "") -> str:
        """Return Markdown that links `text` to the list `name`; without works there is nothing to open.

        Parameters
        ----------
        text
            What the reader sees, as Markdown.
        name
            Of the list: letters, digits, dots and hyphens.
        title
            What the works are, in Dutch.
        works
            Their ids.
        root
            From the page to the root of the site, such as ``"../"``.
        """
        found = tuple(works)
        if not found:
            return text
        self.lists[name] = WorkList(title, found)
        return f"[{text}]({root}literatuur.html?lijst={name}){{.deur}}"

    def add(self, prefix: str, lists: Mapping[str, WorkList]) -> None:
        """Take over the lists of a paper, each under the name of the paper and its own."""
        self.lists.update({f"{prefix}.{name}": one for name, one in lists.items()})

    def script(self, order: Sequence[str]) -> str:
        """Return the lists as a classic script, a work as its place in `order`; equal lists are kept once.

        A work that is not in the library any more is left out: its list says something about the library of now.
        """
        places = {work_id: place for place, work_id in enumerate(order)}
        kept: dict[tuple[int, ...], int] = {}
        names = {}
        for name, one in sorted(self.lists.items()):
            works = tuple(sorted(places[work_id] for work_id in set(one.works) if work_id in places))
            names[name] = [one.title, kept.setdefault(works, len(kept))]
        content = json.dumps({"namen": names, "lijsten": list(kept)}, ensure_ascii=False, separators=(",", ":"))
        return f"window.LIJSTEN={content};\n"

    def table(self, works: pd.DataFrame) -> bytes:
        """Return the lists as CSV, a line for each work of each list: for who reads without scripts."""
        known = works.set_index("work_id")[["citekey", "title", "year"]]
        listed = [
            (name, one.title, work) for name, one in sorted(self.lists.items()) for work in dict.fromkeys(one.works)
        ]
        rows = pd.DataFrame(listed, columns=["lijst", "lijst_titel", "work_id"])
        rows = rows[rows["work_id"].isin(known.index)]
        found = known.loc[rows["work_id"]].reset_index(drop=True)
        table = pd.concat([rows.drop(columns="work_id").reset_index(drop=True), found], axis=1)
        return table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
