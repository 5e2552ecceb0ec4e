"""Measure what an interval of turnout is worth, and how fast counts are read: python benchmarks/indicators.py

An interval says 95%. Here every provincial and national election after the second of its kind is predicted from the
ones before it, and the municipalities that fall inside are counted: once by the expectation (which knows the election,
but not the municipality), once by what the paper calls the usual movement around a municipality's own level.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from common import ROOT, Measured, arguments, report
from scipy.stats import t

from leeszaal.home import Home
from leeszaal.indicators import expectation, load_turnout, read_eml, read_iv3, series, usual_movement


def coverage() -> list[Measured]:
    """Return the share of municipalities inside their interval, by kind of election."""
    turnout = load_turnout(Home(ROOT))
    figures = []
    for kind in ("PS", "TK"):
        table, measure = series(turnout, kind)
        inside = outside = 0
        for election in list(table.columns)[1:]:
            rows = expectation(turnout, str(election), measure=measure).table
            inside += int(rows["opkomst"].between(rows["laag"], rows["hoog"]).sum())
            outside += int((~rows["opkomst"].between(rows["laag"], rows["hoog"])).sum())
        n = inside + outside
        figures.append(
            Measured(f"expectation, {kind}, 95%", "leeszaal", "inside", inside / n, "", note=f"{n} predictions")
        )
        inside = n = 0
        for index in range(2, table.shape[1]):
            before, now = table.iloc[:, :index], table.iloc[:, index].astype(float)
            usual = usual_movement(before)
            level = before.mean(axis=1).astype(float)
            moved = (now - level) - (now - level).mean()  # the election itself moves all of them
            half = t.ppf(0.975, usual.df) * usual.sd * (1 + 1 / index) ** 0.5
            inside += int((moved.abs() <= half).sum())
            n += len(moved)
        figures.append(
            Measured(f"usual movement, {kind}, 95%", "leeszaal", "inside", inside / n, "", note=f"{n} predictions")
        )
    return figures


def timed(job: str, rows: int, run: Callable[[], Any], times: int = 3) -> Measured:
    """Return rows a second of CPU, the best of some runs."""
    best = float("inf")
    for _ in range(times):
        started = time.process_time()
        run()
        best = min(best, time.process_time() - started)
    return Measured(job, "leeszaal", "CPU", rows / best, "rows/s", note=f"{rows} rows, {best:.2f} s")


def reading(quick: bool) -> list[Measured]:
    """Return how fast the tables are read: our own, a count with many candidates, and Iv3."""
    home = Home(ROOT)
    known = len(load_turnout(home).parts)
    units, candidates = (40, 200) if quick else (342, 1000)
    votes = "<Selection><ValidVotes>7</ValidVotes></Selection>" * candidates
    counts = (
        "<Cast>1000</Cast><TotalCounted>600</TotalCounted><RejectedVotes ReasonCode='ongeldig'>1</RejectedVotes>"
        "<RejectedVotes ReasonCode='blanco'>2</RejectedVotes>"
    )
    unit = "".join(
        f"<ReportingUnitVotes><ReportingUnitIdentifier Id='{i:04d}'>G{i}</ReportingUnitIdentifier>{votes}{counts}"
        "</ReportingUnitVotes>"
        for i in range(1, units + 1)
    )
    eml = (
        "<EML xmlns='urn:oasis:names:tc:evs:schema:eml' Id='510d'><AuthorityIdentifier Id='1'>x</AuthorityIdentifier>"
        "<ElectionIdentifier><ElectionCategory>PS</ElectionCategory><ElectionDate>2027-03-17</ElectionDate>"
        f"</ElectionIdentifier><Contest><TotalVotes>{counts}</TotalVotes>{unit}</Contest></EML>"
    ).encode()
    many = 5_000 if quick else 100_000
    row = (
        '{"Gemeenten":"GM0193    ","TaakveldBalanspost":"0.1   ","Categorie":"L1.1    ","Verslagsoort":"2025X005",'
        '"k_1ePlaatsing_1":12.0}'
    )
    iv3 = ('{"value":[' + ",".join([row] * many) + "]}").encode()
    return [
        timed("turnout.csv", known, lambda: load_turnout(home)),
        timed(f"EML 510d, {len(eml) / 1e6:.0f} MB", units, lambda: read_eml(eml, "x")),
        timed("Iv3", many, lambda: read_iv3(iv3, "x"), 1),
    ]


def main() -> int:
    given = arguments(__doc__ or "")
    report([*coverage(), *reading(given.quick)], given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
