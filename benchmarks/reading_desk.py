"""The desk: how long a key takes in a pile of 5,000 works, and how often the interval of kappa holds.

A key is measured as the reader waits for it: writing the decision to disk, the next work, its marks and reasons, and
the sentence about recall. Works are made from the sentences of the three reviews in ../shared/data/screening, in random
order. Beside the wall clock, which is what a reader feels, stands the processor time of the reader's own thread, which
a busy machine does not change; waiting for the disk and for the ranking (60 ms at most) is in the first only.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from common import ROOT, SHARED, Measured, arguments, report

from leeszaal.home import Home
from leeszaal.library import build, import_
from leeszaal.library.decisionfile import Row
from leeszaal.reading.desk import cohen_kappa
from leeszaal.reading.desk.order import Ranked
from leeszaal.reading.desk.pile import lay_out
from leeszaal.reading.desk.session import Session
from leeszaal.reading.desk.view import View

csv.field_size_limit(2**31 - 1)
_TABLES = ((0.4, [0.5, 0.5]), (0.6, [0.3, 0.7]), (0.8, [0.1, 0.9]), (0.9, [0.3, 0.7]), (0.6, [0.3, 0.6, 0.1]))


def _texts() -> tuple[list[str], list[str]]:
    titles, sentences = [], []
    for path in sorted((SHARED / "data" / "screening").rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                low = {str(name).lower(): value or "" for name, value in row.items()}
                titles.append(low.get("title") or low.get("primary_title") or "")
                sentences += [one for one in low.get("abstract", "").split(". ") if 40 < len(one) < 400]
    return [title for title in titles if title], sentences


def _room(folder: Path, works: int) -> Home:
    home = Home(folder / "zaal")
    home.literature.mkdir(parents=True)
    (home.root / "_quarto.yml").touch()
    for name in ("themes.yaml", "criteria.yaml"):
        shutil.copy(ROOT / "literature" / name, home.literature / name)
    rng = np.random.default_rng(0)
    titles, sentences = _texts()
    rows = []
    for number in range(works):
        abstract = ". ".join(sentences[i] for i in rng.integers(0, len(sentences), 8))
        title = f"{titles[rng.integers(len(titles))]}: {sentences[rng.integers(len(sentences))][:60]} {number}"
        rows.append({"type": "article", "id": f"w{number}", "title": title, "abstract": abstract,
                     "DOI": f"10.1234/w{number}", "issued": {"date-parts": [[2000 + number % 25]]},
                     "author": [{"family": f"Schrijver{number}", "given": "A"}]})  # fmt: skip
    (folder / "werken.json").write_text(json.dumps(rows), encoding="utf-8")
    import_([folder / "werken.json"], home=home)
    build(home=home)
    return home


def keys(works: int, pressed: int) -> list[Measured]:
    """Measure opening a pile, and `pressed` decisions in it."""
    with tempfile.TemporaryDirectory() as folder:
        home = _room(Path(folder), works)
        started = time.perf_counter()
        laid = lay_out(home, person="anna", theme="reg")
        ranked = Ranked(laid.works, laid.taxonomy, "reg")
        ranked.judged(laid.state, 1.0)
        session = Session(home, laid, order=ranked)
        view = View(session, ranked)
        view.values()
        opening = time.perf_counter() - started
        rng = np.random.default_rng(0)
        took, worked = [], []
        saved, write = [], session._write

        def timed(row: Row) -> bool:
            before = time.perf_counter()
            done = write(row)
            saved.append(1000 * (time.perf_counter() - before))
            return done

        session._write = timed  # type: ignore[method-assign]
        for _ in range(pressed):
            verb = "include" if rng.random() < 0.1 else "exclude"
            before, own = time.perf_counter(), time.thread_time()
            session.judge(verb)
            view.values()
            took.append(1000 * (time.perf_counter() - before))
            worked.append(1000 * (time.thread_time() - own))
        on_disk = list(saved)
        undoing = []
        for _ in range(min(50, pressed)):
            before = time.perf_counter()
            session.undo()
            view.values()
            undoing.append(1000 * (time.perf_counter() - before))
    job = f"read {len(laid.works)} works"
    note = f"{pressed} decisions one after another, without a pause to read"
    return [
        Measured(job, "leeszaal", "open the pile", opening, "s"),
        Measured(job, "leeszaal", "a key, median", float(np.median(took)), "ms", note=note),
        Measured(job, "leeszaal", "a key, 95th percentile", float(np.percentile(took, 95)), "ms", note=note),
        Measured(job, "leeszaal", "a key, longest", max(took), "ms", note=note),
        Measured(job, "leeszaal", "a key, CPU of the thread, median", float(np.median(worked)), "ms", note=note),
        Measured(job, "leeszaal", "a key, CPU, 95th percentile", float(np.percentile(worked, 95)), "ms", note=note),
        Measured(job, "leeszaal", "a decision on disk, 95th percentile", float(np.percentile(on_disk, 95)), "ms"),
        Measured(job, "leeszaal", "an undo, median", float(np.median(undoing)), "ms"),
    ]


def _table(kappa: float, shares: list[float]) -> np.ndarray:
    """Return shares of a table with equal margins and this kappa."""
    margin = np.array(shares)
    return (1 - kappa) * np.outer(margin, margin) + kappa * np.diag(margin)


def coverage(draws: int) -> list[Measured]:
    """Measure how often the interval of kappa holds the true value, in tables drawn at random."""
    rng = np.random.default_rng(0)
    figures = []
    for kappa, shares in (
        (0.4, [0.5, 0.5]),
        (0.6, [0.3, 0.7]),
        (0.8, [0.1, 0.9]),
        (0.9, [0.3, 0.7]),
        (0.6, [0.3, 0.6, 0.1]),
    ):
        for works in (20, 50, 200):
            held = counted = 0
            for _ in range(draws):
                truth = _table(kappa, shares)
                found = cohen_kappa(rng.multinomial(works, truth.ravel()).reshape(truth.shape))
                if found.low is not None and found.high is not None:
                    counted += 1
                    held += found.low <= kappa <= found.high
            job = f"kappa {kappa}, shares {shares}, {works} works"
            figures.append(Measured(job, "leeszaal", "interval holds", held / counted, "", note=f"{counted} tables"))
    return figures


def main() -> None:
    """Run and report."""
    options = arguments(str(__doc__).partition("\n")[0])
    figures = coverage(200 if options.quick else 2000)
    if (SHARED / "data" / "screening").is_dir():
        figures += keys(500 if options.quick else 5000, 40 if options.quick else 600)
    else:
        print("The measuring data (../shared) is not here: keys are not measured.")
    report(figures, options.json)


if __name__ == "__main__":
    main()
