"""From stored OpenAlex answers to works, and 20,000 works from a local server: speed and memory.

The first uses 366 works recorded in 2023, cut to the fields that a harvest asks for; without the measuring data the
works of the local server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from common import ROOT, SHARED, Measured, arguments, report

RECORDED = SHARED / "data" / "api" / "openalex" / "works_nelson_2002.zip"
SIZE, QUICK = 20_000, 5_000
sys.path.insert(0, str(ROOT / "tests"))


def recorded() -> tuple[str, list[dict[str, object]]]:
    """Return where the works come from, and the works."""
    from leeszaal.harvest.openalex import SELECT
    from servers.openalex import work

    if not RECORDED.is_file():
        return "made-up works", [work(number) for number in range(400)]
    with zipfile.ZipFile(RECORDED) as archive:
        works = [one for name in archive.namelist() for one in json.loads(archive.read(name))]
    wanted = set(SELECT.split(","))
    return "recorded works", [{k: v for k, v in one.items() if k in wanted} for one in works]


def reading() -> Iterator[Measured]:
    """Yield how many works a second come out of stored pages; the best of seven, for a busy machine."""
    from leeszaal.harvest import get_source

    source = get_source("openalex")
    name, works = recorded()
    pages = [
        json.dumps({"results": works[at : at + 100]}, ensure_ascii=False).encode() for at in range(0, len(works), 100)
    ]
    best = float("inf")
    for _ in range(7):
        started = time.process_time()
        for page in pages:
            source.read(page)
        best = min(best, time.process_time() - started)
    size = sum(map(len, pages)) / len(works) / 1000
    note = f"{len(works)} of {size:.1f} kB; 5,000 a second were wanted"
    yield Measured(f"read {name}", "leeszaal", "CPU", round(len(works) / best), "/s", note=note)


def child() -> None:
    """Harvest in a process of its own and print time and peak memory, before and at most, as JSON."""
    from leeszaal.library import harvest

    def peak() -> float:
        """Return this process's own peak in MB; what `resource` tells includes that of the process that started it."""
        status = Path("/proc/self/status")
        lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)

    before, started = peak(), time.perf_counter()
    summary = harvest(source="openalex", query="toezicht", home=sys.argv[2], yes=True)
    told = {"wall": time.perf_counter() - started, "requests": summary.requests, "before": before, "peak": peak()}
    print(json.dumps(told))


def harvesting(size: int) -> Iterator[Measured]:
    """Yield the time and memory of a harvest from a local server, at the pace that OpenAlex allows."""
    from servers.openalex import OpenAlexServer

    with tempfile.TemporaryDirectory() as folder, OpenAlexServer(size) as server:
        server.prepare()
        room = Path(folder)
        (room / "literature").mkdir()
        (room / "literature" / "themes.yaml").write_text("", encoding="utf-8")
        (room / "_quarto.yml").write_text("", encoding="utf-8")
        environment = os.environ | {"LEESZAAL_OPENALEX_URL": server.url}
        command = [sys.executable, __file__, "child", folder]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        told = json.loads(done.stdout.splitlines()[-1])
    job = f"harvest {size:,} works"
    pace = f"{told['requests']} requests, {told['requests'] / told['wall']:.0f} a second of the 100 allowed"
    yield Measured(job, "leeszaal", "wall", round(told["wall"], 2), "s", note=pace)
    yield Measured(job, "leeszaal", "peak memory", round(told["peak"]), "MB", note=f"{told['before']:.0f} MB before")


def main() -> None:
    """Measure both."""
    given = arguments((__doc__ or "").split("\n")[0])
    report([*reading(), *harvesting(QUICK if given.quick else SIZE)], given.json)


if __name__ == "__main__":
    child() if sys.argv[1:2] == ["child"] else main()
