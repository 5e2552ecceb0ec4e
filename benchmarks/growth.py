"""Growth curves: each stage at 1,000, 10,000, 100,000 and 1,000,000 records, time and peak memory, exponent fitted.

    python benchmarks/growth.py                      up to 100,000 records
    python benchmarks/growth.py --largest 1000000    an hour and some 10 GB of disk
    python benchmarks/growth.py --quick              1,000 records
    python benchmarks/growth.py --profile            10,000 records, and where the time of each stage goes

The records are those of `synthetic.py`. Every stage runs in a process of its own, in a reading room that the stage
before it left. The exponent is that of time against size on a log–log line through all sizes of 10,000 and more: 1 is
linear. What takes longer than the limit (`--limit` seconds) is stopped and named.
"""

from __future__ import annotations

import cProfile
import io
import json
import os
import pstats
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from common import ROOT, Measured, arguments, report
from synthetic import write_csv

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUICK = (1_000,)
PROFILED = (10_000,)
PROFILE = "LEESZAAL_BENCHMARK_PROFILE"  # set for the processes of the stages
QUERIES = ("toezicht", '"voter turnout"', "jaar:2010-2015 samenwerking", "titel:integriteit -jaar:2020")


def _read(csv: Path, folder: Path) -> str:  # noqa: ARG001
    from leeszaal.works.read import read_file

    return f"{read_file(csv).read} records"


def _import(csv: Path, folder: Path) -> str:
    import leeszaal

    return f"{leeszaal.import_([csv], home=folder).files[0].records} records"


def _build(csv: Path, folder: Path) -> str:  # noqa: ARG001
    import leeszaal

    made = leeszaal.build(home=folder)
    return f"{made.works} works"


def _tag(csv: Path, folder: Path) -> str:  # noqa: ARG001
    import leeszaal

    return f"{leeszaal.tag(home=folder).tags} tags"


def _search(csv: Path, folder: Path) -> str:  # noqa: ARG001
    import leeszaal

    leeszaal.find_works("raad", home=folder)  # loads
    times = []
    for query in QUERIES:
        started = time.perf_counter()
        leeszaal.find_works(query, home=folder, limit=20)
        times.append(time.perf_counter() - started)
    return f"slowest query {1000 * max(times):.0f} ms once loaded"


def _count(csv: Path, folder: Path) -> str:  # noqa: ARG001
    from leeszaal.home import find_home
    from leeszaal.library.store import read_table
    from leeszaal.trends.counts import yearly_counts
    from leeszaal.trends.growth import growth_table

    room = find_home(folder)
    works, tags = read_table(room, "works"), read_table(room, "tags")
    units = tags.rename(columns={"label": "unit"}).assign(kind="label")[["kind", "unit", "work_id"]]
    return f"{len(growth_table(yearly_counts(works, units, peildatum_year=2026)))} units tested"


def _topics(csv: Path, folder: Path) -> str:  # noqa: ARG001
    from leeszaal.home import find_home
    from leeszaal.library.store import read_table
    from leeszaal.topics import fit_table

    works = read_table(find_home(folder), "works")
    random = np.random.default_rng(0)
    middle = random.normal(size=(40, 512))
    vectors = middle[random.integers(0, 40, len(works))] + random.normal(size=(len(works), 512))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return f"{fit_table(works, k=20, embeddings=vectors.astype(np.float32)).k} topics, vectors drawn"


def _corpus(csv: Path, folder: Path) -> str:
    import leeszaal

    size = int(csv.stem)
    files = []
    with csv.open(encoding="utf-8") as stream:
        header = next(stream)
        for number, start in enumerate(range(0, size, 50_000)):
            files.append(folder / f"part{number:03d}.csv")
            with files[-1].open("w", encoding="utf-8") as part:
                part.write(header)
                part.writelines(line for line, _ in zip(stream, range(min(50_000, size - start)), strict=False))
    made = leeszaal.corpus(
        folder / "corpus", files, steps=["dedupe", "tag", "count"], rows=50_000, workers=2, until=2026, home=folder
    )
    spent = ", ".join(f"{step} {seconds:.0f} s" for step, seconds in made.seconds.items())
    shutil.rmtree(folder / "corpus")
    return f"{made.steps['dedupe']['works']} works; {spent}"


STAGES: dict[str, Callable[[Path, Path], str]] = {
    "read": _read, "import": _import, "build": _build, "tag": _tag, "search": _search, "count": _count,
    "topics": _topics, "corpus": _corpus,
}  # fmt: skip


def _profiled(stage: str, csv: Path, folder: Path) -> str:
    """Run a stage under the profiler, print the ten functions that take most time of their own, return its note."""
    profile = cProfile.Profile(time.process_time)
    note = profile.runcall(STAGES[stage], csv, folder)
    told = io.StringIO()
    pstats.Stats(profile, stream=told).strip_dirs().sort_stats("tottime").print_stats(10)
    table = told.getvalue()
    print(f"{stage}\n{table[table.index('ncalls') :].rstrip()}\n", file=sys.stderr)
    return note


def _child(stage: str, csv: Path, folder: Path) -> None:
    before, started = os.times(), time.perf_counter()
    note = _profiled(stage, csv, folder) if PROFILE in os.environ else STAGES[stage](csv, folder)
    seconds, after = time.perf_counter() - started, os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "note": note}))


def _measure(stage: str, csv: Path, folder: Path, limit: float) -> dict[str, float | str]:
    command = [sys.executable, __file__, "--child", stage, str(csv), str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "2"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit, env=environment)
    except subprocess.TimeoutExpired:
        return {"note": f"stopped after {limit:.0f} s"}
    if PROFILE in os.environ:
        print(done.stderr, file=sys.stderr)
    if done.returncode:
        return {"note": (done.stderr.strip().splitlines() or ["failed"])[-1][:160]}
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """Return the slope of log time against log size.

    >>> round(exponent([10, 100, 1000], [1.0, 10.0, 100.0]), 3)
    1.0
    """
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def main() -> int:
    """Measure all stages at all sizes."""
    options = arguments(
        __doc__.splitlines()[0] if __doc__ else "",
        add=[
            ("--largest", {"type": int, "default": 100_000}),
            ("--limit", {"type": float, "default": 1800.0}),
            ("--stages", {"nargs": "*", "default": list(STAGES), "choices": list(STAGES)}),
            ("--profile", {"action": "store_true", "help": "say per stage which functions take the time"}),
        ],
    )
    import leeszaal

    sizes = QUICK if options.quick else [size for size in SIZES if size <= options.largest]
    if options.profile:
        os.environ[PROFILE], sizes = "1", PROFILED
    found: dict[str, dict[int, dict[str, float | str]]] = {stage: {} for stage in options.stages}
    with tempfile.TemporaryDirectory(dir=ROOT / ".leeszaal" if (ROOT / ".leeszaal").is_dir() else None) as folder:
        for size in sizes:
            csv = write_csv(Path(folder) / f"{size}.csv", size)
            room = Path(folder) / f"room{size}"
            leeszaal.init(room)
            for stage in options.stages:
                found[stage][size] = _measure(stage, csv, room, options.limit)
                told = found[stage][size]
                spent = f"{told.get('cpu', float('nan')):8.1f} s CPU"
                print(f"{stage:<8} {size:>9,} {spent}  {told['note']}", file=sys.stderr)
            shutil.rmtree(room)
            csv.unlink()
    figures = []
    for stage, by_size in found.items():
        for size, told in by_size.items():
            job, note = f"{stage}, {size:,}", str(told["note"])
            if "cpu" not in told:
                figures.append(Measured(job, "leeszaal", "not measured", float("nan"), note=note))
                continue
            for measure, key, unit in (("wall", "seconds", "s"), ("CPU", "cpu", "s"), ("peak memory", "peak", "MB")):
                figures.append(Measured(job, "leeszaal", measure, round(float(told[key]), 2), unit, note=note))
        pairs = [(size, float(told["cpu"])) for size, told in by_size.items() if "cpu" in told and size >= 10_000]
        if len(pairs) > 1:
            slope = exponent([size for size, _ in pairs], [seconds for _, seconds in pairs])
            figures.append(Measured(stage, "leeszaal", "exponent of CPU", round(slope, 2)))
    report(figures, options.json)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        sys.exit(0)
    sys.exit(main())
