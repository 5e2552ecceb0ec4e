"""Read one file with one peer and print how many entries came out, and the seconds: run by `reading.py`."""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from pathlib import Path


def _bibtexparser1(text: str) -> int:
    import bibtexparser
    from bibtexparser.bparser import BibTexParser

    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False, interpolate_strings=False)
    return len(bibtexparser.loads(text, parser).entries)


def _bibtexparser2(text: str) -> int:
    import bibtexparser

    return len(bibtexparser.parse_string(text).entries)


def _pybtex(text: str) -> int:
    from pybtex.database import parse_string

    return len(parse_string(text, "bibtex").entries)


def _citerra(text: str) -> int:
    import citerra

    return len(citerra.parse(text, tolerant=True).entries)


def _rispy(text: str) -> int:
    import rispy

    return len(rispy.loads(text))


def _pandas(text: str) -> int:
    import io

    import pandas as pd

    return len(pd.read_csv(io.StringIO(text), dtype=str))


PEERS = {
    "bibtexparser1": (_bibtexparser1, "bibtexparser"), "bibtexparser2": (_bibtexparser2, "bibtexparser"),
    "pybtex": (_pybtex, "pybtex"), "citerra": (_citerra, "citerra"), "rispy": (_rispy, "rispy"),
    "pandas": (_pandas, "pandas"),
}  # fmt: skip


def main() -> None:
    """Read the file twice, as the first time pays for the import, and print the second."""
    read, package = PEERS[sys.argv[1]]
    text = Path(sys.argv[2]).read_text(encoding="utf-8", errors="replace")
    entries = seconds = 0.0
    failed = ""
    for _ in range(2):
        started = time.process_time()
        try:
            entries = read(text)
        except BaseException as error:  # noqa: BLE001 (a peer that panics is a figure, not a fault of ours)
            entries, failed = 0, " ".join(f"{type(error).__name__}: {error}".split())[:120]
        seconds = time.process_time() - started
    answer = {
        "entries": entries,
        "cpu_seconds": seconds,
        "version": importlib.metadata.version(package),
        "failed": failed,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
