"""A source that came later is not a trend: works left out, or a step in the model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leeszaal.home import Home
from leeszaal.trends.coverage import Stream, decide_coverage, streams_of
from leeszaal.trends.growth import assess_trend, fit_loglinear, fit_steps, growth_table
from leeszaal.trends.signals.detect import detect
from leeszaal.trends.units import Panel

YEARS = np.arange(2010, 2020)
ALWAYS, LATER = Stream("openalex", "ibt"), Stream("feeds", "nieuws", start=2015)
STOPPED = Stream("crossref", "ibt", end=2016)


def _told(**works: Stream | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = list(works)
    frame = pd.DataFrame({"work_id": ids, "year": [2010 + at for at in range(len(ids))]})
    return frame, pd.DataFrame({"work_id": ids, "stream": list(works.values())})


def test_what_only_a_later_source_tells_of_is_left_out() -> None:
    works, told = _told(a=ALWAYS, b=None, c=ALWAYS, d=LATER)
    told = pd.concat([told, pd.DataFrame({"work_id": ["c"], "stream": [LATER]})])  # two sources tell of c
    found = decide_coverage(works, told, 2010, 2019)
    assert found.left_out == {"d"}
    assert found.steps == ()
    assert found.notes[0] == "Niet over alle jaren 2010–2019 gezocht: feeds (‘nieuws’, vanaf 2015)."
    assert "1 werk telt daarom niet mee in de groei" in found.notes[1]
    assert decide_coverage(works, told, 2016, 2019).notes == ()  # there throughout that window


def test_when_most_hangs_on_it_the_model_gets_a_step() -> None:
    works, told = _told(a=ALWAYS, b=LATER, c=LATER, d=STOPPED)
    found = decide_coverage(works, told, 2010, 2019)
    assert found.left_out == frozenset()
    assert found.steps == (2015, 2017)
    assert "naast een sprong in 2015 en 2017" in found.notes[1]


def test_nothing_to_say_without_a_harvest() -> None:
    works, told = _told(a=None, b=None)
    assert decide_coverage(works, told, 2010, 2019).notes == ()


def test_a_step_takes_the_jump_and_leaves_no_growth() -> None:
    corpus = np.full(10, 200)
    jump = np.array([[10] * 5 + [30] * 5])
    plain = fit_loglinear(jump, corpus, YEARS)
    steps = (YEARS >= 2015).astype(float)[:, None]
    stepped = fit_steps(jump, corpus, YEARS, steps)
    assert plain.slope[0] > 0.1
    assert stepped.slope[0] == pytest.approx(0.0, abs=1e-3)
    assert stepped.error[0] > plain.error[0]
    without = fit_steps(jump, corpus, YEARS, np.zeros((10, 0)))
    assert without.slope[0] == pytest.approx(plain.slope[0], abs=1e-8)
    assert without.dispersion[0] == pytest.approx(plain.dispersion[0], abs=1e-6)
    assert assess_trend(jump, corpus, YEARS, steps).p[0] > 0.9


def test_an_empty_series_before_the_step_is_no_error() -> None:
    fit = fit_steps(
        np.array([[0] * 5 + [5, 6, 5, 6, 5]]), np.full(10, 100), YEARS, (YEARS >= 2015).astype(float)[:, None]
    )
    assert np.isfinite([fit.slope[0], fit.error[0]]).all()


def test_growth_and_signals_beside_a_step() -> None:
    jump = [10] * 5 + [30, 31, 29, 30, 31]
    counts = pd.DataFrame({"kind": "label", "unit": "a", "year": YEARS, "works": jump, "corpus": 200, "complete": True})
    assert growth_table(counts)["verdict"].tolist() == ["rises"]
    assert growth_table(counts, steps=(2015,))["verdict"].tolist() == ["steady"]
    few = [0] * 7 + [2, 2, 2]
    panel = Panel(YEARS, np.array([jump, few]), np.full(10, 200))
    kinds = np.array(["label", "term"], dtype=object)
    assert detect(panel, kinds).signal.tolist() == [True, True]
    assert detect(panel, kinds, steps=(2017,)).p[1] != detect(panel, kinds).p[1]  # not tested by counting
    assert not detect(panel, kinds, steps=(2015,)).signal.any()


def test_the_log_tells_what_a_stream_covers(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.literature.mkdir(parents=True)
    (home.literature / "searches.yaml").write_text(
        "version: 1\nsearches:\n  ibt:\n    sources: [openalex]\n    query: {nl: toezicht}\n    from_year: 2012\n",
        encoding="utf-8",
    )
    runs = [
        ("openalex", "ibt", "2024-03-01", None), ("openalex", "ibt", "2026-03-01", "2024-03-01"),
        ("feeds", "nieuws", "2023-05-01", None), ("crossref", "los", "2022-02-02", "2019-06-01"),
    ]  # fmt: skip
    for number, (source, search, started, since) in enumerate(runs):
        folder = home.evidence / source / f"run{number}"
        folder.mkdir(parents=True)
        (folder / "pages.gz").write_bytes(b"")
        manifest = {"source": source, "search": search, "started": started, "since": since, "key": "k", "time": started}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    folders, streams = streams_of(home)
    assert sorted((one.source, one.start, one.end) for one in streams) == [
        ("crossref", 2020, 2021), ("feeds", 2024, 2022), ("openalex", 2012, 2025),
    ]  # fmt: skip
    assert folders["literature/evidence/openalex/run1"].start == 2012
