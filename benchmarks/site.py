"""Measure the site: 20 papers from nothing, one paragraph changed, a save in the preview, and the list of 50,000 works.

    python benchmarks/site.py [--papers 20] [--works 50000]

Seconds are wall clock; the seconds of processor time beside them say what a machine with nothing else to do needs at
least half of: two papers are rendered at a time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
from common import Measured, arguments, report
from papers import small

import leeszaal
from leeszaal.home import Home

SLUG = "interbestuurlijk-toezicht"
MARK = "Over schorsing"


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return seconds of wall clock and of processor time, of this process and of those it started."""
    before, start = os.times(), time.perf_counter()
    work()
    seconds, after = time.perf_counter() - start, os.times()
    return seconds, sum(after[:4]) - sum(before[:4])


def copies(room: Path, count: int) -> None:
    """Lay `count` papers in the room, each of them run once, with a text of its own."""
    source = room / "papers" / SLUG
    for number in range(2, count + 1):
        target = room / "papers" / f"paper-{number}"
        shutil.copytree(source, target)
        (target / f"{SLUG}.ipynb").unlink(missing_ok=True)
        text = (source / f"{SLUG}.ipynb").read_text(encoding="utf-8").replace(MARK, f"{MARK} ({number})")
        # The links to the lists of works bear the name of the paper.
        (target / f"paper-{number}.ipynb").write_text(
            text.replace(f"lijst={SLUG}.", f"lijst=paper-{number}."), encoding="utf-8"
        )


def whole_site(room: Path, papers: int) -> list[Measured]:
    copies(room, papers)
    for folder in ("_site", "_parts", ".leeszaal/site", "themas", "downloads", "figures"):
        shutil.rmtree(room / folder, ignore_errors=True)
    job = f"site with {papers} papers"
    found = []
    for name in ("from nothing", "nothing changed", "one paragraph changed"):
        if name == "one paragraph changed":
            path = room / "papers" / f"paper-{papers}" / f"paper-{papers}.ipynb"
            path.write_text(path.read_text(encoding="utf-8").replace(MARK, f"{MARK} (anders)"), encoding="utf-8")
        seconds, cpu = timed(lambda: leeszaal.site(home=room, renderer="pandoc"))
        found += [Measured(job, "leeszaal", name, seconds, "s"), Measured(job, "leeszaal", f"{name}, CPU", cpu, "s")]
    return found + by_quarto(room, job)


def by_quarto(room: Path, job: str) -> list[Measured]:
    """Measure the peer on the same sources, where it is installed."""
    from leeszaal.site import quarto

    program = quarto.program()
    if program is None:
        print("Quarto skipped: it is not installed here (its installer fetches it from the internet).", file=sys.stderr)
        return []
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    seconds, cpu = timed(lambda: leeszaal.site(home=room, renderer="quarto"))
    version = said.stdout.strip()
    return [
        Measured(job, "Quarto", "from nothing", seconds, "s", version),
        Measured(job, "Quarto", "from nothing, CPU", cpu, "s", version),
    ]


def one_paper(room: Path) -> list[Measured]:
    """Measure a paper from its parameters to HTML, PDF and Word: the run, and its part of the site."""
    from leeszaal.site import pandoc, pdf
    from leeszaal.site.project import read_project
    from leeszaal.site.source import read_source

    def make() -> None:
        leeszaal.paper(SLUG, home=room, force=True)
        project = read_project(Home(room))
        document = next(one for one in project.documents if SLUG in one.name)
        source = read_source(project, document)
        with tempfile.TemporaryDirectory() as name:
            work = Path(name)
            sources = pandoc.prepare_bibliography(project, work)
            pandoc.to_html(source, project, work / "html", sources)
            pandoc.to_docx(source, project, work / "docx", sources, work / "a.docx")
            pdf.to_pdf(source, project, work / "pdf", sources, work / "a.pdf")

    seconds, cpu = timed(make)
    job = "one paper to HTML, PDF and Word"
    return [Measured(job, "leeszaal", "time", seconds, "s"), Measured(job, "leeszaal", "CPU", cpu, "s")]


def saves(room: Path, count: int = 5) -> list[Measured]:
    """Measure how long a save of `text.md` takes to stand in the page of the preview."""
    from leeszaal.site.preview.live import Live
    from leeszaal.site.preview.server import News
    from leeszaal.site.preview.verb import follow

    live, news, stop, ready = Live(Home(room), SLUG), News(), threading.Event(), threading.Event()
    thread = threading.Thread(target=follow, args=(live, news, stop.is_set, ready.set), daemon=True)
    thread.start()
    if not ready.wait(300):
        raise RuntimeError("the preview did not start")
    path = room / "papers" / SLUG / "text.md"
    text, times = path.read_text(encoding="utf-8"), []
    for number in range(count):
        version, start = news.version, time.perf_counter()
        path.write_text(text.replace(MARK, f"{MARK} (proef {number})"), encoding="utf-8")
        news.after(version, 120)
        times.append(time.perf_counter() - start)
        if f"proef {number}" not in (live.over / live.start).read_text(encoding="utf-8"):
            raise RuntimeError(f"a save did not arrive: {news.problems}")
    stop.set()
    thread.join(60)
    live.stop()
    return [
        Measured("preview", "leeszaal", "save to page, median", float(np.median(times)), "s", note=f"{count} saves")
    ]


def many_works(room: Path, count: int) -> list[Measured]:
    """Measure the page of all works in a browser, with `count` works of whom half have an abstract."""
    from playwright.sync_api import sync_playwright

    from leeszaal.site import pandoc
    from leeszaal.site.pages import literature
    from leeszaal.site.pages.write import Room
    from leeszaal.site.project import read_project
    from leeszaal.site.source import read_source

    random = np.random.default_rng(0)
    base = pd.read_parquet(room / "literature" / "library" / "works.parquet")
    words = " ".join(base["title"]).split()
    rows = base.iloc[random.integers(0, len(base), count)].reset_index(drop=True)
    drawn = random.integers(0, len(words), (count, 150))
    rows["work_id"] = [f"w{i:010x}" for i in range(count)]
    rows["citekey"] = [f"werk{i}" for i in range(count)]
    rows["title"] = [" ".join(words[j] for j in line[:10]) for line in drawn]
    rows["abstract"] = [" ".join(words[j] for j in line[10:]) if i % 2 else None for i, line in enumerate(drawn)]
    folder = room / "veel"
    (folder / "downloads").mkdir(parents=True)
    library = Room(Home(room))
    library.__dict__["works"] = rows  # a library of this size without building one
    library.__dict__["tags"] = library.tags.assign(work_id=rows["work_id"].iloc[: len(library.tags)].to_numpy())
    seconds, cpu = timed(lambda: literature.write_data(library, folder / "downloads"))
    project = read_project(Home(room))
    document = next(one for one in project.documents if one.name == "literatuur.qmd")
    page = pandoc.to_html(read_source(project, document), project, folder / "pandoc", None)
    (folder / "literatuur.html").write_text(page.text, encoding="utf-8")
    job = f"list of {count:,} works"
    size = sum(path.stat().st_size for path in (folder / "downloads").glob("*.js")) / 1e6
    found = [
        Measured(job, "leeszaal", "writing", seconds, "s"),
        Measured(job, "leeszaal", "writing, CPU", cpu, "s"),
        Measured(job, "leeszaal", "scripts", size, "MB"),
    ]
    with sync_playwright() as playwright:
        program = next(p for name in ("chromium", "google-chrome", "chrome") if (p := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page()
        opened.set_default_timeout(120_000)
        start = time.perf_counter()
        opened.goto((folder / "literatuur.html").as_uri() + "?q=toezicht", wait_until="commit")
        opened.wait_for_selector(".werk")
        found.append(Measured(job, "Chromium", "opened to first result", time.perf_counter() - start, "s"))
        told = "!document.getElementById('aantal').textContent.includes('%s')"
        opened.wait_for_function(told % "worden nog doorzocht")
        found.append(Measured(job, "Chromium", "opened to all titles searched", time.perf_counter() - start, "s"))
        opened.wait_for_function(told % "worden nog geladen")
        found.append(Measured(job, "Chromium", "opened to abstracts searched", time.perf_counter() - start, "s"))
        for name, asked in {
            "one word": "gemeenten",
            "three words": "toezicht bestuur raad",
            "a phrase": '"of the"',
        }.items():
            milliseconds = opened.evaluate(
                """asked => { const form = document.getElementById('zoeken'); form.q.value = asked;
                const start = performance.now(); form.requestSubmit(); document.body.offsetHeight;
                return performance.now() - start; }""",
                asked,
            )
            found.append(Measured(job, "Chromium", f"search, {name}", milliseconds / 1000, "s"))
        browser.close()
    return found


def prepare(room: Path) -> None:
    """Make what one paper and the list of works need, and no more, from a part of the starter library."""
    from leeszaal.site.pages import write_parts

    small(room)
    for path in (room / "papers").iterdir():
        if (path / "paper.yaml").is_file() and path.name != SLUG:
            shutil.rmtree(path)
    leeszaal.import_([room / "literature" / "starter.bib"], home=room)
    leeszaal.build(home=room)
    leeszaal.tag(home=room)
    leeszaal.topics(home=room, k=5)
    leeszaal.trends(home=room)
    write_parts(Home(room))


def main() -> int:
    """Print the figures."""
    given = arguments(
        __doc__ or "",
        add=[
            ("--papers", {"type": int, "default": 20}),
            ("--works", {"type": int, "default": 50_000}),
            ("--only", {"choices": ["site", "paper", "preview", "works"]}),
        ],
    )
    works = 5_000 if given.quick else given.works
    with tempfile.TemporaryDirectory(prefix="leeszaal-") as name:
        room = Path(name) / "zaal"
        leeszaal.init(room)
        if given.quick:
            prepare(room)
        else:
            leeszaal.demo(home=room)
        jobs: dict[str, Callable[[], list[Measured]]] = {
            "paper": lambda: one_paper(room),
            "preview": lambda: saves(room),
            "works": lambda: many_works(room, works),
            "site": lambda: whole_site(room, given.papers),
        }
        if given.quick:
            print("--quick: part of the library; no preview, no whole site, no Quarto", file=sys.stderr)
            jobs = {name: jobs[name] for name in ("paper", "works")}
        figures = [one for job, run in jobs.items() if given.only in (None, job) for one in run()]
    report(figures, given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
