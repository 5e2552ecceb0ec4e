"""Run every benchmark and write one table: `make bench`, or with QUICK=1 in some five minutes.

Each benchmark is a script of its own in this folder, see `common.py`. This script runs them one after another and
writes what they measured to `benchmarks/results.md` and `benchmarks/results.json`: per job our figure, that of each
peer in the same run, the ratio, and per script the time and the peak memory.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import ROOT, arguments

FOLDER = Path(__file__).resolve().parent
SHARED_BY_ALL = ("run.py", "common.py", "synthetic.py")
_OURS = "leeszaal"


@dataclass(frozen=True)
class Ran:
    """What became of one script."""

    name: str
    seconds: float
    peak_mb: float | None
    code: int
    figures: list[dict[str, Any]]
    told: str


def peak_of(process: subprocess.Popen[str]) -> tuple[int, float | None]:
    """Wait for a process; return its code and the peak memory of it in MB (None where the system does not tell)."""
    if not hasattr(os, "wait4"):
        return process.wait(), None
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024


def run_script(script: Path, extra: Sequence[str]) -> Ran:
    """Run one benchmark and read the figures it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        target, said = Path(folder) / "figures.json", Path(folder) / "said.txt"
        command = [sys.executable, str(script), *extra, "--json", str(target)]
        started = time.perf_counter()
        with said.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(command, cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT, text=True)
            code, peak = peak_of(process)
        process.returncode = code
        figures = json.loads(target.read_text(encoding="utf-8")) if target.is_file() else []
        told = said.read_text(encoding="utf-8", errors="replace").strip()
        return Ran(script.stem, time.perf_counter() - started, peak, code, figures, told)


def side_by_side(figures: Sequence[dict[str, Any]]) -> list[str]:
    """Return the figures as rows of a Markdown table: a row a job and measure, ours first, with the ratio to each peer.

    Examples
    --------
    >>> made = {"version": "", "unit": "s", "note": ""}
    >>> ours = {"job": "read", "who": "leeszaal", "measure": "CPU", "value": 2.0} | made
    >>> theirs = {"job": "read", "who": "peer", "measure": "CPU", "value": 8.0} | made | {"version": "1.0"}
    >>> side_by_side([ours, theirs])
    ['| read | CPU | 2 s | peer 1.0: 8 s (×4) |  |']
    """
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for figure in figures:
        groups.setdefault((figure["job"], figure["measure"]), []).append(figure)
    rows = []
    for (job, measure), group in groups.items():
        ours = next((f for f in group if f["who"] == _OURS), None)
        theirs = [
            f"{f['who']} {f['version']}".strip() + f": {_number(f)}" + _ratio(f, ours) for f in group if f is not ours
        ]
        notes = "; ".join(dict.fromkeys(f["note"] for f in group if f["note"]))
        rows.append(f"| {job} | {measure} | {_number(ours) if ours else ''} | {'; '.join(theirs)} | {notes} |")
    return rows


def _number(figure: dict[str, Any]) -> str:
    return f"{figure['value']:.4g} {figure['unit']}".strip()


def _ratio(figure: dict[str, Any], ours: dict[str, Any] | None) -> str:
    """Return how many times our figure theirs is, where both are above zero."""
    if ours is None or not ours["value"] or not figure["value"] or ours["value"] < 0 or figure["value"] < 0:
        return ""
    return f" (×{figure['value'] / ours['value']:.3g})"


def main() -> int:
    """Run all benchmarks; return 1 when one of them failed."""
    options = arguments(
        "Run every benchmark and write one table.",
        add=[("--only", {"nargs": "*", "metavar": "NAME", "help": "only these benchmarks"})],
    )
    extra = ["--quick"] if options.quick else []
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    lines = ["# Benchmarks", "", f"Python {platform.python_version()}, {machine}."]
    lines += ["A ratio (×2) says how many times our figure that of the peer is, in the same run.", ""]
    ran = []
    for script in sorted(FOLDER.glob("*.py")):
        if script.name in SHARED_BY_ALL or script.stem.startswith("peer_"):
            continue
        if options.only and script.stem not in options.only:
            continue
        one = run_script(script, extra)
        ran.append(one)
        state = "" if one.code == 0 else f", failed with code {one.code}"
        memory = f"; peak memory {one.peak_mb:.0f} MB" if one.peak_mb is not None else ""
        print(f"{one.name:<24} {one.seconds:6.1f} s{state}{memory}", flush=True)
        lines += [f"## {one.name}", "", f"{one.seconds:.1f} s{state}{memory}.", ""]
        if one.figures:
            lines += ["| job | measure | leeszaal | peers | note |", "| --- | --- | --- | --- | --- |"]
            lines += [*side_by_side(one.figures), ""]
        else:
            lines += ["```", one.told[-4000:], "```", ""]
    (FOLDER / "results.md").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    content = {"python": platform.python_version(), "machine": machine, "benchmarks": [vars(one) for one in ran]}
    target = options.json or FOLDER / "results.json"
    target.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
    print(f"Written: {FOLDER / 'results.md'} and {target}")
    return 1 if any(one.code for one in ran) else 0


if __name__ == "__main__":
    sys.exit(main())
