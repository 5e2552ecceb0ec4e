"""How long one paper takes, from parameters to HTML, PDF and Word, and where that time goes; and papers in parallel.

Runs in a reading room of its own, on the starter library. CPU is that of this process and its kernels and renderers
together: on a busy machine it says more than the clock. Beside it the peer: the same template with the same
parameters, run by papermill's own command. With --quick: a library of the works on one theme, and one run of one
paper, without the peer.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common import Measured, arguments, report

SLUG = "interbestuurlijk-toezicht"


def small(home: Path) -> None:
    """Leave of the starter library what the paper cites, its theme, and some others: labels and topics cost less."""
    path = home / "literature" / "starter.bib"
    text = (home / "papers" / SLUG / "text.md").read_text(encoding="utf-8")
    head, *entries = re.split(r"\n(?=@)", path.read_text(encoding="utf-8"))
    kept = [one for one in entries if _key(one) in text or "oezicht" in one or "fiscal" in one.lower()]
    path.write_text("\n".join([head, *kept, *entries[::15]]), encoding="utf-8")


def _key(entry: str) -> str:
    return "@" + entry.partition("{")[2].partition(",")[0]


def timed(job: str, part: str, work: Callable[[], Any]) -> list[Measured]:
    """Run `work` and return its seconds by the clock and of the processors, children included."""
    before, clock = os.times(), time.perf_counter()
    work()
    after = os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    return [
        Measured(job, "leeszaal", f"{part}, clock", time.perf_counter() - clock, "s"),
        Measured(job, "leeszaal", f"{part}, CPU", cpu, "s"),
    ]


def by_command(home: Path, theme: str) -> list[Measured]:
    """Run one paper by our command and by papermill's own, each in a process that starts from nothing."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "lib")}
    template = str(home / "papers" / "templates" / "trendpaper.ipynb")
    other_years = ["-p", "from_year=2002"]  # so that nothing can be taken from the run before
    job = "one paper by a command of its own"
    figures = []
    for who, module, words in (
        ("leeszaal", "leeszaal", ["paper", SLUG, *other_years]),
        ("papermill", "papermill", [template, str(home / "plain.ipynb"), "-p", "theme", theme, "--no-progress-bar"]),
    ):
        command = [sys.executable, "-m", module, *words]
        version = "" if who == "leeszaal" else importlib.metadata.version("papermill")
        figures += [
            Measured(one.job, who, one.measure, one.value, one.unit, version)
            for one in timed(job, "run", lambda command=command: subprocess.run(  # type: ignore[misc]
                command, cwd=home, env=environment, check=True, capture_output=True))
        ]  # fmt: skip
    return figures


def main() -> None:
    """Measure."""
    options = arguments(__doc__ or "")
    figures: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="leeszaal-") as name:
        home = Path(name) / "zaal"
        one = "one paper to HTML, PDF and Word"
        figures += timed(one, "import leeszaal", lambda: __import__("leeszaal"))
        import leeszaal
        from leeszaal.home import find_home
        from leeszaal.papers.rerun import run_papers
        from leeszaal.papers.run import open_settings
        from leeszaal.papers.settings import read_settings

        leeszaal.init(home)
        if options.quick:
            small(home)
        leeszaal.import_([home / "literature" / "starter.bib"], home=home)
        leeszaal.build(home=home)
        leeszaal.tag(home=home)
        leeszaal.topics(home=home, k=5 if options.quick else None)
        leeszaal.trends(home=home)
        room = find_home(home)
        settings = read_settings(room, SLUG)
        figures += timed(one, "open and compute values", lambda: open_settings(room, settings).values)
        figures += timed(one, "import papermill", lambda: __import__("papermill"))
        figures += timed(one, "run", lambda: leeszaal.paper(SLUG, home=home))
        figures += timed(one, "nothing changed", lambda: leeszaal.paper(SLUG, home=home))
        leeszaal.sign_paper(SLUG, home=home, person="meting")
        render = timed(one, "render", lambda: leeszaal.render_version(SLUG, 1, Path(name) / "uit", home=home))
        figures += render
        if options.quick:
            print("--quick: papermill's own command and the papers in parallel are left out", file=sys.stderr)
        else:
            figures += by_command(home, str(settings.parameters["theme"]))
            slugs = room.paper_slugs()
            job = f"{len(slugs)} papers, two at a time"
            figures += timed(job, "run", lambda: run_papers(slugs, room, force=True))
            figures += timed(job, "nothing changed", lambda: run_papers(slugs, room))
    report(figures, options.json)


if __name__ == "__main__":
    main()
