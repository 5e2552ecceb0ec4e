"""Write the computed parts of the pages to `_parts/` and `figures/`, and what readers can download to `downloads/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from leeszaal.files import read_bytes, write_bytes, write_text
from leeszaal.home import Home
from leeszaal.library import load_records, load_works, log
from leeszaal.library.store import read_stamp
from leeszaal.papers import PublishedPaper, published_papers
from leeszaal.reading import Taxonomy, load_tags, load_taxonomy
from leeszaal.trends import load_growth, load_trends
from leeszaal.works.csl import to_csl

__all__ = ["Room", "write_parts"]


@dataclass(frozen=True)
class Room:
    """Everything the pages tell about, read once."""

    home: Home

    @cached_property
    def works(self) -> pd.DataFrame:
        return load_works(self.home)

    @cached_property
    def records(self) -> pd.DataFrame:
        return load_records(self.home)

    @cached_property
    def tags(self) -> pd.DataFrame:
        return load_tags(self.home)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        return load_taxonomy(self.home.themes)

    @cached_property
    def trends(self) -> pd.DataFrame:
        return load_trends(self.home)

    @cached_property
    def growth(self) -> pd.DataFrame:
        return load_growth(self.home)

    @cached_property
    def papers(self) -> list[PublishedPaper]:
        return published_papers(self.home)

    @cached_property
    def reference_date(self) -> str:
        """The day of the newest evidence, ISO."""
        return str((read_stamp(self.home, "build") or {}).get("facts", {}).get("reference_date", ""))[:10]


def write_parts(home: Home) -> None:
    """Write `_parts/*.md`, `_parts/references.json`, `figures/` and `downloads/` of a reading room.

    Raises
    ------
    LeeszaalError
        When there is no library yet, naming the verb that makes it, or a file cannot be written.
    """
    from leeszaal.site.pages import literature, method, papers, start, themes

    room = Room(home)
    parts = {
        "start": start.part(room),
        "papers": papers.part(room),
        "themas": themes.part(room),
        "literatuur": literature.part(room),
        "werkwijze": method.part(room),
    }
    for name, text in parts.items():
        write_text(home.root / "_parts" / f"{name}.md", text)
    cited = {key for paper in room.papers for key in paper.cited}
    references = to_csl(room.works[room.works["citekey"].isin(cited)].sort_values("citekey"))
    write_text(home.root / "_parts" / "references.json", json.dumps(references, ensure_ascii=False, indent=1) + "\n")
    themes.figure(room).save(home.root / "figures")
    write_bytes(home.root / "downloads" / "werken.csv", literature.csv(room))
    write_text(home.root / "downloads" / "zoeklog.csv", log(home=home, format="csv").text)
    write_bytes(home.root / "downloads" / "werken.js", read_bytes(Path(__file__).parents[1] / "data" / "werken.js"))
