"""What stands in a reading room, and what must be made again: `leeszaal status`."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from leeszaal.home import Home, find_home
from leeszaal.library import list_evidence
from leeszaal.library.store import read_stamp
from leeszaal.works.numbers import format_count, format_date

__all__ = ["StatusSummary", "status"]

# Each stage and the one before it: a stage is stale when the one before it was written later.
_STAGES = ("build", "tag", "topics", "trends", "signals")


@dataclass(frozen=True)
class StatusSummary:
    """The state of a reading room.

    Parameters
    ----------
    home
        Its folder.
    evidence, records, rejected
        Files (or answers) taken in; records in them; what could not be read.
    works
        Works in the library, 0 when it was not built.
    stages
        Stage to "current", "stale" or "missing".
    papers
        Slug to whether it has been run.
    site
        When the site was made (ISO), empty when it was not.
    """

    home: str
    evidence: int
    records: int
    rejected: int
    works: int
    stages: dict[str, str]
    papers: dict[str, bool]
    site: str

    def tell(self) -> str:
        words = {
            "current": "klaar",
            "stale": "verouderd: maak opnieuw met leeszaal {}",
            "missing": "nog niet gemaakt: leeszaal {}",
        }
        files = format_count(self.evidence, "bestand", "bestanden")
        taken = f"{files}, {format_count(self.records, 'record', 'records')}"
        lines = [
            f"Leeszaal in {self.home}",
            f"  ingelezen   {taken}, {self.rejected} niet leesbaar",
            f"  bibliotheek {format_count(self.works, 'werk', 'werken')}",
        ]
        lines += [f"  {stage:<11} {words[state].format(stage)}" for stage, state in self.stages.items()]
        for slug, made in self.papers.items():
            lines.append(f"  paper       {slug}: {'gemaakt' if made else f'nog niet gemaakt: leeszaal paper {slug}'}")
        made_on = f"gemaakt op {format_date(self.site)}" if self.site else "nog niet gemaakt: leeszaal site"
        lines.append(f"  site        {made_on}")
        return "\n".join(lines)


def status(*, home: Home | Path | str | None = None) -> StatusSummary:
    """Tell what stands in the reading room; nothing is changed.

    Raises
    ------
    LeeszaalError
        When there is no reading room, or a manifest of the evidence is damaged.
    """
    room = find_home(home)
    evidence = list_evidence(room)
    index = room.site / "index.html"
    made = datetime.date.fromtimestamp(index.stat().st_mtime).isoformat() if index.is_file() else ""
    return StatusSummary(
        home=str(room.root),
        evidence=len(evidence),
        records=sum(item.records for item in evidence),
        rejected=sum(item.rejected for item in evidence),
        works=int(((read_stamp(room, "build") or {}).get("facts") or {}).get("works", 0)),
        stages=_stages(room),
        papers={slug: (room.papers / slug / f"{slug}.ipynb").is_file() for slug in room.paper_slugs()},
        site=made,
    )


def _stages(home: Home) -> dict[str, str]:
    states: dict[str, str] = {}
    newest = max((path.stat().st_mtime for path in home.evidence.glob("*/*/manifest.json")), default=0.0)
    stale = False
    for stage in _STAGES:
        path = home.library / f"{stage}.json"
        if not path.is_file():
            states[stage], stale = "missing", True
            continue
        moment = path.stat().st_mtime
        changed = max(newest, home.themes.stat().st_mtime) if stage == "tag" else newest
        stale = stale or moment < changed
        states[stage] = "stale" if stale else "current"
        newest = max(newest, moment) if stage == "build" else newest
    return states
