"""The verb `corpus`: read, deduplicate, tag, count and sort by topic what is too large for one process."""

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
from leeszaal.scale.assigning import assign_topics
from leeszaal.scale.corpus import Corpus, open_corpus
from leeszaal.scale.counting import count_corpus
from leeszaal.scale.deduping import deduplicate
from leeszaal.scale.importing import import_files
from leeszaal.scale.runner import Runner, open_runner
from leeszaal.scale.tagging import tag_corpus
from leeszaal.works.numbers import format_count, format_number

__all__ = ["STEPS", "CorpusSummary", "corpus"]

# In this order; each needs those before it.
STEPS = ("dedupe", "tag", "count", "topics")
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
        lines = [f"Corpus in {self.folder}"]
        for step, facts in self.steps.items():
            spent = "stond er al" if step in self.reused else f"{format_number(self.seconds[step], 1)} s"
            lines.append(f"  {_NAMES[step]:<11} {_TOLD[step](facts)} ({spent})")
        return "\n".join(lines)


_NAMES = {
    "import": "ingelezen", "dedupe": "ontdubbeld", "tag": "gelabeld", "count": "geteld", "topics": "onderwerpen",
}  # fmt: skip


def _tell_import(facts: dict[str, Any]) -> str:
    files, parts = format_count(facts["files"], "bestand", "bestanden"), format_count(facts["parts"], "deel", "delen")
    records = format_count(facts["records"], "record", "records")
    unread = "".join(f"\n      niet gelezen: {' '.join(why.split())}" for why in facts.get("unread", {}).values())
    return f"{records} uit {files} in {parts}, {format_number(facts['rejected'])} niet leesbaar{unread}"


def _tell_dedupe(facts: dict[str, Any]) -> str:
    works, pairs = format_count(facts["works"], "werk", "werken"), format_count(facts["maybe"], "paar", "paren")
    return f"{works}; {pairs} misschien hetzelfde"


def _tell_tag(facts: dict[str, Any]) -> str:
    tagged = format_count(facts["tagged"], "record", "records")
    return f"{tagged} met een label, samen {format_number(facts['tags'])}"


def _tell_count(facts: dict[str, Any]) -> str:
    counted, units = format_count(facts["counted"], "werk", "werken"), format_count(facts["units"], "thema", "thema’s")
    return f"{counted} met een jaar, {units}"


def _tell_topics(facts: dict[str, Any]) -> str:
    if facts["reason"]:
        return str(facts["reason"])
    found = format_count(facts["topics"], "onderwerp", "onderwerpen")
    placed = format_count(facts["placed"], "werk", "werken")
    return (
        f"{found} uit een steekproef van {format_number(facts['sample'])}; {placed} ingedeeld naar hun woorden, "
        f"die het in {format_number(100 * facts['agreement'])} % van de gevallen eens zijn met de steekproef"
    )


_TOLD = {
    "import": _tell_import, "dedupe": _tell_dedupe, "tag": _tell_tag, "count": _tell_count, "topics": _tell_topics,
}  # fmt: skip


def corpus(
    folder: Path | str,
    files: Sequence[Path | str] = (),
    *,
    steps: Sequence[str] | None = None,
    cluster: str | None = None,
    workers: int = 2,
    rows: int = 50_000,
    until: int | None = None,
    k: int | None = None,
    random_state: int = 0,
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
        Some of "dedupe", "tag", "count" and "topics"; by default all. What a step needs is done too.
    cluster, workers
        See `leeszaal.scale.runner.open_runner`.
    rows
        Records in a partition.
    until
        The year in which the newest records were gathered; this year by default.
    k, random_state
        Number of topics (by default the one that is proposed), and the seed of the sample and the fit.
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
        for step, run, made_from in _plan(place, runner, themes, year, before, (k, random_state)):
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
    place: Corpus, runner: Runner, themes: Path | None, year: int, records: str, fit: tuple[int | None, int]
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

    def topics() -> dict[str, Any]:
        works = place.steps()["dedupe"]["facts"]["works"]
        return assign_topics(place, works, runner, k=fit[0], random_state=fit[1])

    return [*plan, ("topics", topics, fingerprint(dedupe, fit))]


def _checked(steps: Sequence[str] | None) -> list[str]:
    wanted = list(STEPS if steps is None else steps)
    for step in wanted:
        if step not in STEPS:
            raise LeeszaalError(f"De stap ‘{step}’ is er niet.", nearest(step, STEPS))
    needed = {"count": ("dedupe", "tag"), "topics": ("dedupe",)}
    return [step for step in STEPS if step in wanted or any(step in needed.get(other, ()) for other in wanted)]
