"""The verb `corpus`: read, deduplicate, tag and count what is too large for one process."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home, find_home
from leeszaal.library.store import fingerprint
from leeszaal.scale.corpus import Corpus, open_corpus
from leeszaal.scale.counting import count_corpus
from leeszaal.scale.deduping import deduplicate
from leeszaal.scale.importing import import_files
from leeszaal.scale.runner import Runner, open_runner
from leeszaal.scale.tagging import tag_corpus
from leeszaal.works.numbers import format_count, format_number

__all__ = ["STEPS", "CorpusSummary", "corpus"]

# In this order; each needs those before it.
STEPS = ("dedupe", "tag", "count")
# Rises when the same records would give another outcome.
_RULES = 1


@dataclass(frozen=True)
class CorpusSummary:
    """What a corpus holds.

    Attributes
    ----------
    steps
        Step → its figures.
    reused
        Steps that were done before, from the same records.
    seconds
        Step → seconds it took this time.
    """

    folder: str
    steps: dict[str, dict[str, Any]]
    reused: list[str]
    seconds: dict[str, float]

    def tell(self) -> str:
        """Return the summary in Dutch, for the command line."""
        said = {
            "import": lambda f: (
                f"{format_count(f['records'], 'record', 'records')} uit "
                f"{format_count(f['files'], 'bestand', 'bestanden')} in {format_count(f['parts'], 'deel', 'delen')}, "
                f"{format_number(f['rejected'])} niet leesbaar"
            ),
            "dedupe": lambda f: (
                f"{format_count(f['works'], 'werk', 'werken')}; "
                f"{format_count(f['maybe'], 'paar', 'paren')} misschien hetzelfde"
            ),
            "tag": lambda f: (
                f"{format_count(f['tagged'], 'record', 'records')} met een label, samen {format_number(f['tags'])}"
            ),
            "count": lambda f: (
                f"{format_count(f['counted'], 'werk', 'werken')} met een jaar, "
                f"{format_count(f['units'], 'thema', 'thema’s')}"
            ),
        }
        names = {"import": "ingelezen", "dedupe": "ontdubbeld", "tag": "gelabeld", "count": "geteld"}
        lines = [f"Corpus in {self.folder}"]
        for step, facts in self.steps.items():
            spent = "stond er al" if step in self.reused else f"{format_number(self.seconds[step], 1)} s"
            lines.append(f"  {names[step]:<11} {said[step](facts)} ({spent})")
        return "\n".join(lines)


def corpus(
    folder: Path | str,
    files: Sequence[Path | str] = (),
    *,
    steps: Sequence[str] | None = None,
    cluster: str | None = None,
    workers: int = 2,
    rows: int = 50_000,
    until: int | None = None,
    home: Home | Path | str | None = None,
) -> CorpusSummary:
    """Work through any number of records in partitions, on one process, all cores or a Dask cluster.

    The outcome is that of one process, whatever the partitions and workers. What was done is not done again, and a run
    that was cut off goes on with the step it was at.

    Parameters
    ----------
    folder
        Where the corpus is or will be; all workers must see it under this path.
    files
        What to read, in any format `leeszaal import` reads; empty to go on with what is there.
    steps
        Some of "dedupe", "tag" and "count"; by default all.
    cluster, workers
        See `leeszaal.scale.runner.open_runner`.
    rows
        Records in a partition.
    until
        The year in which the newest records were gathered; this year by default.
    home
        The reading room whose themes are used; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When a file, the corpus or the cluster cannot be read, or a step is unknown.
    """
    wanted = _checked(steps)
    if rows < 1:
        raise LeeszaalError(f"Een deel van {rows} records kan niet.", "Geef --rows een getal van 1 of meer.")
    place = open_corpus(folder)
    paths = [Path(name) for name in files]
    if not paths and "import" not in place.steps():
        raise LeeszaalError(f"In {place.root} is nog niets ingelezen.", "Noem de bestanden die in het corpus moeten.")
    themes = find_home(home).themes if {"tag", "count"} & set(wanted) else None
    year = until or datetime.datetime.now(tz=datetime.UTC).year
    done: dict[str, dict[str, Any]] = {}
    seconds: dict[str, float] = {}
    with open_runner(cluster, workers) as runner:
        if paths:
            started = time.perf_counter()
            done["import"] = import_files(place, paths, rows, runner)
            seconds["import"] = round(time.perf_counter() - started, 1)
        else:
            done["import"] = place.steps()["import"]["facts"]
            seconds["import"] = 0.0
        reused = [] if paths else ["import"]
        before = place.steps()["import"]["made_from"]
        for step, run, made_from in _plan(place, runner, themes, year, before):
            known = place.steps().get(step)
            if known and known["made_from"] == made_from:
                done[step] = known["facts"]
                reused.append(step)
            elif step in wanted:
                started = time.perf_counter()
                done[step] = run()
                place.note(step, made_from, done[step])
                seconds[step] = round(time.perf_counter() - started, 1)
    return CorpusSummary(str(place.root), done, reused, seconds)


def _plan(
    place: Corpus, runner: Runner, themes: Path | None, year: int, records: str
) -> list[tuple[str, Callable[[], dict[str, Any]], str]]:
    """Return each step, how it is done, and what its outcome is made from."""
    dedupe = fingerprint(_RULES, records)
    plan: list[tuple[str, Callable[[], dict[str, Any]], str]] = [("dedupe", lambda: deduplicate(place, runner), dedupe)]
    if themes is not None:
        tagged = fingerprint(_RULES, records, themes)
        plan += [
            ("tag", lambda: tag_corpus(place, themes, runner), tagged),
            ("count", lambda: count_corpus(place, year, runner), fingerprint(dedupe, tagged, year)),
        ]
    return plan


def _checked(steps: Sequence[str] | None) -> list[str]:
    wanted = list(STEPS if steps is None else steps)
    for step in wanted:
        if step not in STEPS:
            raise LeeszaalError(f"De stap ‘{step}’ is er niet.", nearest(step, STEPS))
    if "count" in wanted and wanted != list(STEPS):
        return list(STEPS)
    return wanted
