"""Everything once: from the starter library to the site."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.library import build, import_
from leeszaal.papers.rerun import run_papers
from leeszaal.reading import tag
from leeszaal.site import site
from leeszaal.topics import topics
from leeszaal.trends import signals, trends

__all__ = ["DemoSummary", "demo"]


def _papers(room: Home) -> None:
    """Make every paper; the first that fails is raised, when the others are done."""
    failed = [one for one in run_papers(room.paper_slugs(), room) if one.state == "failed"]
    if failed:
        raise LeeszaalError(failed[0].message)


@dataclass(frozen=True)
class DemoSummary:
    """How long each stage took (seconds), and where the result stands."""

    seconds: dict[str, float]
    works: int
    site: str

    def tell(self) -> str:
        width = max(len(name) for name in self.seconds)
        rows = [f"  {name:<{width}} {seconds:6.1f} s" for name, seconds in self.seconds.items()]
        total = sum(self.seconds.values())
        lines = ["", "Klaar. Zo lang duurde elke stap:", *rows, f"  {'samen':<{width}} {total:6.1f} s", ""]
        return "\n".join([*lines, f"{self.works} werken.", f"Open de site: {self.site}"])


def demo(*, home: Home | Path | str | None = None) -> DemoSummary:
    """Run the main job on the starter library: import, build, tag, topics, trends, signals, every paper, site.

    What is there already and still current is reused.

    Raises
    ------
    LeeszaalError
        From the stage that fails; the stages before it keep what they made.
    """
    room = find_home(home)
    steps: dict[str, Callable[[], Any]] = {
        "Inlezen": lambda: import_([room.starter], home=room),
        "Bouwen": lambda: build(home=room),
        "Labelen": lambda: tag(home=room),
        "Onderwerpen": lambda: topics(home=room),
        "Trends": lambda: trends(home=room),
        "Signalen": lambda: signals(home=room),
        "Papers": lambda: _papers(room),
        "Site": lambda: site(home=room),
    }
    seconds: dict[str, float] = {}
    results: dict[str, Any] = {}
    for name, step in steps.items():
        started = time.perf_counter()
        results[name] = step()
        seconds[name] = round(time.perf_counter() - started, 1)
    return DemoSummary(seconds, results["Bouwen"].works, str(room.site / "index.html"))
