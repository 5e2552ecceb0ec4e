"""Write the computed parts of the pages to `_parts/` and `figures/`, a page for each theme, and what readers download."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

import leeszaal
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes, write_text, writing
from leeszaal.home import Home
from leeszaal.library import (
    Evidence,
    LogSummary,
    list_evidence,
    load_decisions,
    load_works,
    log,
    screening,
)
from leeszaal.library.store import fingerprint, read_stamp, read_table
from leeszaal.papers import PublishedPaper, published_papers
from leeszaal.papers.sources import references
from leeszaal.papers.tables import Tables
from leeszaal.reading import Taxonomy, load_tags, load_taxonomy
from leeszaal.site.pages.doors import Doors
from leeszaal.trends import load_growth

__all__ = ["Room", "write_parts"]

_SIGNALS = ("signal_id", "statement", "statement_en", "kind", "name", "theme", "since", "strength", "works", "growth", "low", "high",
            "q", "counter", "status")  # fmt: skip


@dataclass(frozen=True)
class Room(Tables):
    """Everything the pages tell about, read once."""

    home: Home
    doors: Doors = field(default_factory=Doors)

    @cached_property
    def works(self) -> pd.DataFrame:
        return load_works(self.home)

    @cached_property
    def sorted_works(self) -> pd.DataFrame:
        """The works by first author, in the order of the page with all works."""
        from leeszaal.site.pages.literature import sorted_works

        return sorted_works(self.works)

    @cached_property
    def tags(self) -> pd.DataFrame:
        return load_tags(self.home)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        return load_taxonomy(self.home.themes)

    @cached_property
    def theme_ids(self) -> set[str]:
        return {theme.id for theme in self.taxonomy.themes}

    @cached_property
    def growth(self) -> pd.DataFrame:
        return load_growth(self.home)

    @cached_property
    def signals(self) -> pd.DataFrame:
        """The signals; no rows where they have not been looked for yet."""
        return self._table("signals", _SIGNALS)

    @cached_property
    def signal_works(self) -> pd.DataFrame:
        return self._table("signal_works", ("signal_id", "work_id"))

    @cached_property
    def signals_record(self) -> Mapping[str, Any] | None:
        """What the rule for signals would have said on this library before, and how much of it came out; None: not tried."""
        tried = (read_stamp(self.home, "signals") or {}).get("facts", {}).get("backtest", [])
        return next((one for one in tried if one["rule"] == "signal"), None)

    @cached_property
    def signals_tested(self) -> int:
        """How many themes, topics, terms and instruments were tested."""
        return int((read_stamp(self.home, "signals") or {}).get("facts", {}).get("tested", 0))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """The pairs of works that may be one, and wait for a person."""
        alike = self._table("alike", ("left", "right", "kind"))
        return alike[alike["kind"] == "maybe"]

    def _table(self, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
        if not (self.home.library / f"{name}.parquet").is_file():
            return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})
        return read_table(self.home, name)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        return load_decisions(self.home)

    @cached_property
    def screening(self) -> pd.DataFrame:
        return screening(self.home)

    @cached_property
    def evidence(self) -> list[Evidence]:
        return list_evidence(self.home)

    @cached_property
    def log(self) -> LogSummary:
        return log(home=self.home)

    @cached_property
    def papers(self) -> list[PublishedPaper]:
        return published_papers(self.home)

    def works_of(self, theme: str) -> set[str]:
        """Return the ids of the works that carry a theme."""
        return set(self.tags.loc[self.tags["theme"] == theme, "work_id"])

    def labels_of(self, theme: str) -> list[str]:
        """Return the subthemes of a theme."""
        return [label for label in self.taxonomy.labels() if self.taxonomy.theme_of(label) == theme and label != theme]

    def verdict(self, unit: str) -> str:
        """Return what may be said of the share of a theme: "rises", "falls", "steady", "too_short" or "too_few"."""
        found = self.growth.loc[self.growth["unit"] == unit, "verdict"]
        return str(found.iloc[0]) if len(found) else "too_few"


def write_parts(home: Home) -> None:
    """Write `_parts/`, `themas/`, `figures/` and `downloads/` of a reading room.

    Raises
    ------
    LeeszaalError
        When there is no library yet, naming the verb that makes it, or a file cannot be written.
    """
    from leeszaal.site.pages import (
        feed,
        literature,
        method,
        papers,
        progress,
        readinglist,
        signals,
        start,
        theme,
        themes,
    )

    room = Room(home)
    parts = {
        "start": start.part(room),
        "papers": papers.part(room),
        "themas": themes.part(room),
        "signalen": signals.part(room),
        "literatuur": literature.part(room),
        "leeslijst": readinglist.part(room),
        "werkwijze": method.part(room),
        "voortgang": progress.part(room),
    }
    for name, text in parts.items():
        write_text(home.root / "_parts" / f"{name}.md", text)
    pages = {one.id: theme.page(room, one.id) for one in room.taxonomy.themes}
    _write_theme_pages(home.root / "themas", pages)
    cited = {key for paper in room.papers for key in paper.cited}
    sources = json.dumps(references(home, room.works, cited), ensure_ascii=False, indent=1)
    write_text(home.root / "_parts" / "references.json", sources + "\n")
    for paper in room.papers:
        room.doors.add(paper.slug, paper.lists)
    downloads = home.root / "downloads"
    rests_on = _rests_on(room)
    if not _current(home, rests_on):
        figures = [themes.figure(room), method.figure(room), *(theme.figure(room, one) for one in pages)]
        made = [path for one in figures if one is not None for path in one.save(home.root / "figures")]
        _remember(home, rests_on, [*made, *literature.write_data(room, downloads)])
    write_text(downloads / "zoeklog.csv", log(home=home, format="csv").text)
    write_text(downloads / "lijsten.js", room.doors.script(list(room.sorted_works["work_id"])))
    write_bytes(downloads / "lijsten.csv", room.doors.table(room.sorted_works))
    website = (yaml.safe_load(read_bytes(home.root / "_quarto.yml")) or {}).get("website") or {}
    write_bytes(
        downloads / "feed.xml",
        feed.feed(room, str(website.get("title") or "Leeszaal"), str(website.get("site-url") or "")),
    )


def _rests_on(room: Room) -> str:
    """Return a fingerprint of all that the figures of the pages and the list of works are made from; no paper is."""
    home = room.home
    code = sorted(path for path in Path(leeszaal.__file__).parent.rglob("*") if path.suffix in (".py", ".js"))
    decided = sorted(path for path in home.decisions.rglob("*") if path.is_file())
    settings, tables = sorted(home.literature.glob("*.yaml")), sorted(home.library.glob("*.parquet"))
    gathered = [one.folder for one in room.evidence]
    return fingerprint(leeszaal.__version__, gathered, *settings, *decided, *tables, *code)


def _kept(home: Home) -> Path:
    return home.root / ".leeszaal" / "pages.json"


def _current(home: Home, rests_on: str) -> bool:
    """Tell whether the figures and the list of works were made from exactly this, and are all there as they were made."""
    try:
        kept = json.loads(read_bytes(_kept(home)))
        sizes = {name: (home.root / name).stat().st_size for name in kept["sizes"]}
        return bool(kept["rests_on"] == rests_on and sizes == kept["sizes"])
    except (LeeszaalError, OSError, ValueError, KeyError, TypeError):
        return False


def _remember(home: Home, rests_on: str, made: list[Path]) -> None:
    sizes = {home.relative(path): path.stat().st_size for path in made}
    write_text(_kept(home), json.dumps({"rests_on": rests_on, "sizes": sizes}))


def _write_theme_pages(folder: Path, pages: dict[str, str]) -> None:
    """Write a page for each theme, and take away that of a theme that is no more."""
    for name, text in pages.items():
        write_text(folder / f"{name}.qmd", text)
    for path in folder.glob("*.qmd"):
        if path.stem not in pages:
            with writing(path):
                path.unlink()
