"""Read BibTeX, RIS and CSV beside the peers: how many of the entries come out, and in how many seconds of CPU.

The files are the measuring data in ../shared/data/import (a bibliography of 4,243 entries; an export of Scopus with
204) and made ones (`synthetic.py`). Ours reads into records with names, dates and identifiers in the house's own form;
the peers give fields as they stand, so that ours does more for its seconds.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from pathlib import Path

from common import SHARED, Measured, PeerUnavailable, arguments, report, run_peer
from synthetic import COLUMNS, rows

FOLDER = Path(__file__).resolve().parent
PEERS = {
    ".bib": {
        "bibtexparser1": ("bibtexparser", ["bibtexparser<2"]),
        "bibtexparser2": ("bibtexparser", ["bibtexparser==2.0.0b9"]),
        "pybtex": ("pybtex", ["pybtex", "setuptools<81"]),
        "citerra": ("citerra", ["citerra"]),
    },
    ".ris": {"rispy": ("rispy", ["rispy"])},
    ".csv": {"pandas": ("pandas (columns alone)", ["pandas"])},
}
SLOW = "bibtexparser1"  # half a minute on the export of Scopus: left out of a quick run there


def made_files(folder: Path, size: int) -> list[Path]:
    """Write `size` made records as BibTeX, RIS and CSV."""
    bib, ris, table = folder / "made.bib", folder / "made.ris", folder / "made.csv"
    with bib.open("w", encoding="utf-8") as b, ris.open("w", encoding="utf-8") as r, table.open("w", newline="") as c:
        writer = csv.writer(c)
        writer.writerow(COLUMNS)
        for row in rows(size):
            one = dict(zip(COLUMNS, row, strict=True))
            writer.writerow(row)
            b.write(f"@article{{k{one['id']},\n  title = {{{one['title']}}},\n  author = {{{one['author']}}},\n")
            b.write(
                f"  journal = {{{one['journal']}}},\n  year = {{{one['year']}}},\n  pages = {{{one['pages']}}}\n}}\n"
            )
            names = "".join(f"AU  - {name}\n" for name in one["author"].split(" and "))
            r.write(f"TY  - JOUR\nTI  - {one['title']}\n{names}")
            r.write(f"PY  - {one['year']}\nJO  - {one['journal']}\nER  - \n\n")
    return [bib, ris, table]


def main() -> int:
    """Measure all files."""
    options = arguments("Read BibTeX, RIS and CSV beside the peers.")
    from leeszaal.works.read import read_file

    figures: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        files = made_files(Path(folder), 1_000 if options.quick else 10_000)
        imported = SHARED / "data" / "import"
        if imported.is_dir():
            real = ("scopus_native.bib",) if options.quick else ("scopus_native.bib", "leeper_references.bib")
            files = [*(imported / name for name in real), *files]
        else:
            print("The measuring data (../shared) is not here: made files only.", file=sys.stderr)
        for path in files:
            read_file(path)
            started = time.process_time()
            reading = read_file(path)
            seconds = time.process_time() - started
            note = f"{len(reading.rejects)} kept aside" if reading.rejects else ""
            figures += [
                Measured(path.name, "leeszaal", "entries", len(reading.records), note=note),
                Measured(path.name, "leeszaal", "CPU", round(seconds, 3), "s"),
            ]
            for peer, (name, requirements) in PEERS[path.suffix].items():
                if options.quick and peer == SLOW and path.parent == imported:
                    print(f"{name} 1 on {path.name} is left out of a quick run.", file=sys.stderr)
                    continue
                try:
                    answer = run_peer(peer, requirements, FOLDER / "peer_reading.py", peer, str(path), timeout=600)
                except PeerUnavailable as error:
                    print(error, file=sys.stderr)
                    continue
                said = {"version": answer["version"], "note": answer["failed"]}
                figures += [
                    Measured(path.name, name, "entries", answer["entries"], **said),
                    Measured(path.name, name, "CPU", round(answer["cpu_seconds"], 3), "s", **said),
                ]
    report(figures, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
