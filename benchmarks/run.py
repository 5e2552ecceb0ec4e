"""Run every benchmark and write one table: `make bench`.

Each benchmark is a script of its own in this folder; it prints its figures and skips, with a reason, where the
measuring data is not there. This script runs them one after another and writes what they printed, with the time and
the highest peak memory so far, to `benchmarks/results.md`.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent


def peak_of_children() -> float:
    """Return the peak memory of any child so far in MB; 0 where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> int:
    """Run all benchmarks; return 1 when one of them failed."""
    lines = ["# Benchmarks", "", f"Python {platform.python_version()}, {platform.system()} {platform.machine()}.", ""]
    failed = 0
    for script in sorted(FOLDER.glob("*.py")):
        if script.name in (Path(__file__).name, "common.py"):
            continue
        started = time.perf_counter()
        command = [sys.executable, str(script), *sys.argv[1:]]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        failed += done.returncode != 0
        state = "" if done.returncode == 0 else f", failed with code {done.returncode}"
        facts = f"{seconds:.1f} s{state}; highest peak memory so far {peak_of_children():.0f} MB"
        lines += [f"## {script.stem}", "", facts, ""]
        lines += ["```", (done.stdout + (done.stderr if done.returncode else "")).strip(), "```", ""]
        print(f"{script.stem:<24} {seconds:6.1f} s{state}", flush=True)
    (FOLDER / "results.md").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    print(f"Written: {FOLDER / 'results.md'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
