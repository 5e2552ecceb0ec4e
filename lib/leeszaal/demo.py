"""Everything once: from the starter library to the site."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leeszaal.home import Home, find_home

__all__ = ["DemoSummary", "demo"]


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
        return "\n".join(
            ["", "Klaar. Zo lang duurde elke stap:", *rows, f"  {'samen':<{width}} {total:6.1f} s", "", f"{self.works} werken.",
             f"Open de site: {self.site}"]
        )  # fmt: skip


def demo(*, home: Home | Path | str | None = None) -> DemoSummary:
    """Run the main job on the starter library: import, build, tag, topics, trends, every paper, site.

    What is there already and still current is reused.

    Raises
    ------
    LeeszaalError
        From the stage that fails; the stages before it keep what they made.
    """
    import leeszaal

    room = find_home(home)
    steps: dict[str, Callable[[], Any]] = {
        "Inlezen": lambda: leeszaal.import_([room.starter], home=room),
        "Bouwen": lambda: leeszaal.build(home=room),
        "Labelen": lambda: leeszaal.tag(home=room),
        "Onderwerpen": lambda: leeszaal.topics(home=room),
        "Trends": lambda: leeszaal.trends(home=room),
        "Paper": lambda: [leeszaal.paper(slug, home=room) for slug in room.paper_slugs()],
        "Site": lambda: leeszaal.site(home=room),
    }
    seconds: dict[str, float] = {}
    results: dict[str, Any] = {}
    for name, step in steps.items():
        started = time.perf_counter()
        results[name] = step()
        seconds[name] = round(time.perf_counter() - started, 1)
    return DemoSummary(seconds, results["Bouwen"].works, str(room.site / "index.html"))
