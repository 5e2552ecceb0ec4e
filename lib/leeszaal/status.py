"""What stands in a reading room, and what must be made again: `leeszaal status`."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.library import list_evidence, prisma_boxes, prisma_remarks
from leeszaal.library.store import read_stamp
from leeszaal.works.numbers import format_count, format_date, format_number

__all__ = ["StatusSummary", "status"]

# What goes out of the flow is set off from its steps; what stands beside it comes last.
_MARKS = {"previous": "", "dropped": "− ", "source": "+ ", "step": "", "excluded": "− ", "aside": "ook: "}
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
    boxes
        Every number of the PRISMA flow: box, n, kind (see `leeszaal.library.Box`) and works, how many works
        `leeszaal works --in BOX` gives (for a number of records these are fewer). Empty while there is no library.
    remarks
        What is odd about the boxes, or why they cannot be counted (Dutch).
    """

    home: str
    evidence: int
    records: int
    rejected: int
    works: int
    stages: dict[str, str]
    papers: dict[str, bool]
    site: str
    boxes: list[dict[str, Any]]
    remarks: list[str]

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
        if self.boxes:
            lines.append('Van gevonden tot opgenomen (de werken achter een getal: leeszaal works --in "NAAM")')
        wide = max((len(format_number(box["n"])) for box in self.boxes), default=0)
        for box in self.boxes:
            works = f" ({format_count(box['works'], 'werk', 'werken')})" if box["works"] != box["n"] else ""
            mark = _MARKS[box["kind"]]
            lines.append(f"  {format_number(box['n']):>{wide}}  {mark}{box['box']}{works}")
        lines += [f"Let op: {remark}" for remark in self.remarks]
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
    boxes, remarks = _boxes(room)
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
        boxes=boxes,
        remarks=remarks,
    )


def _boxes(home: Home) -> tuple[list[dict[str, Any]], list[str]]:
    if not (home.library / "works.parquet").is_file():
        return [], []
    try:
        boxes, remarks = prisma_boxes(home), prisma_remarks(home)
    except LeeszaalError as error:  # the rest of the status is told all the same
        return [], [f"het schema van gevonden tot opgenomen is niet te maken. {error}"]
    return [{"box": one.name, "n": one.n, "kind": one.kind, "works": len(one.works)} for one in boxes], remarks


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
        changed = max(newest, *(path.stat().st_mtime for path in home.taxonomy)) if stage == "tag" else newest
        stale = stale or moment < changed
        states[stage] = "stale" if stale else "current"
        newest = max(newest, moment) if stage == "build" else newest
    return states
