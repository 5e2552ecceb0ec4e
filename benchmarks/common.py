"""What every benchmark shares: how a figure is written down, and how a peer is run in an environment of its own.

A benchmark is a script in this folder. It takes ``--quick`` (a few seconds, smaller input) and ``--json FILE``, prints
its figures as a table, and skips, with a reason, where its measuring data or a peer is not to be had.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
PEERS = ROOT / ".leeszaal" / "peers"


@dataclass(frozen=True)
class Measured:
    """One figure: of whom, on what, how much.

    Attributes
    ----------
    job
        What was done, on which data: "deduplicate digital_work".
    who
        "leeszaal", or the name of the peer.
    measure, value, unit
        What was measured ("F1", "CPU", "works"), its number, and the unit of that ("s", "/s", "MB", "").
    version
        Of the peer, where it is not ours.
    note
        What a reader must know before comparing.
    """

    job: str
    who: str
    measure: str
    value: float
    unit: str = ""
    version: str = ""
    note: str = ""


def arguments(description: str, *, add: Sequence[tuple[str, dict[str, Any]]] = ()) -> argparse.Namespace:
    """Parse ``--quick`` and ``--json``, and what `add` names beside them."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="smaller input, a few seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as JSON too")
    for flag, settings in add:
        parser.add_argument(flag, **settings)
    return parser.parse_args()


def report(figures: Iterable[Measured], json_file: Path | None = None) -> None:
    """Print the figures as a Markdown table, and write them to `json_file` where one is named."""
    rows = list(figures)
    print("| job | who | measure | figure | note |")
    print("| --- | --- | --- | ---: | --- |")
    for row in rows:
        who = f"{row.who} {row.version}".strip()
        print(f"| {row.job} | {who} | {row.measure} | {row.value:.6g} {row.unit}".rstrip() + f" | {row.note} |")
    if json_file is not None:
        json_file.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=2), encoding="utf-8")


class PeerUnavailable(Exception):
    """The peer could not be installed or run here; the message says why."""


def run_peer(name: str, requirements: Sequence[str], script: Path, *args: str, timeout: float = 3600) -> dict[str, Any]:
    """Run `script` in an environment of the peer's own and return the JSON object it printed as its last line.

    The environment is made once, below ``.leeszaal/peers/<name>``, from the registries; seconds of wall clock and CPU
    are added to the answer as "seconds" and "cpu_seconds", unless the script gives its own.

    Raises
    ------
    PeerUnavailable
        When the peer cannot be installed, fails, or prints no JSON.
    """
    folder = PEERS / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "installed.json"
    if not done.is_file() or json.loads(done.read_text()) != list(requirements):
        venv.create(folder, with_pip=True, clear=folder.exists())
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
        made = subprocess.run(install, capture_output=True, text=True, check=False)
        if made.returncode:
            raise PeerUnavailable(f"{name} cannot be installed here: {made.stderr.strip().splitlines()[-1:]}")
        done.write_text(json.dumps(list(requirements)))
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    before, started = os.times(), time.perf_counter()
    ran = subprocess.run(
        [str(python), str(script), *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        env=environment,
        cwd=folder,
    )
    after, seconds = os.times(), time.perf_counter() - started
    if ran.returncode:
        raise PeerUnavailable(f"{name} failed: {ran.stderr.strip().splitlines()[-1:]}")
    try:
        answer = json.loads(ran.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise PeerUnavailable(f"{name} printed no figures") from error
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"seconds": seconds, "cpu_seconds": cpu, **answer}


if __name__ == "__main__":
    sys.exit("This module is shared by the benchmarks; run one of them.")
