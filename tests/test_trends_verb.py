"""The verb in a reading room."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library.store import table_bytes
from leeszaal.trends import load_bursts, load_growth, load_trends, trends

REPOSITORY = Path(__file__).resolve().parents[1]


def _home(folder: Path, *, dated: str | None = "2025-10-01", years: range = range(2008, 2026)) -> Home:
    home = Home(folder)
    home.library.mkdir(parents=True)
    home.evidence.mkdir(parents=True)
    (folder / "_quarto.yml").write_text("project:\n", encoding="utf-8")
    home.themes.write_text((REPOSITORY / "literature" / "themes.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    if dated:
        (home.evidence / f"{dated}-import").mkdir()
    rows = []
    for at, year in enumerate(years):
        rows += [(f"w{year}{i:03d}", year, i < 3 + 2 * at) for i in range(60)]
    rows += [("wnone", None, True), ("wlate", 2031, True)]
    works = pd.DataFrame(rows, columns=["work_id", "year", "tagged"])
    works["year"] = works["year"].astype("Int32")
    # A term in a quarter of the works of three years, and in no other.
    flares = works["year"].between(2016, 2018) & works["work_id"].str[-2:].isin([f"{n:02}" for n in range(45, 60)])
    works["title"] = np.where(flares.fillna(False), "Zonnepanelen", "Iets anders")
    (home.library / "works.parquet").write_bytes(table_bytes(works[["work_id", "year", "title"]]))
    tags = works.loc[works["tagged"], ["work_id"]].assign(theme="ibt", label="ibt.stelsel")
    (home.library / "tags.parquet").write_bytes(table_bytes(tags))
    topic = np.where(works["tagged"], 0, 1)
    assigned = works[["work_id"]].assign(topic=pd.array(topic, dtype="Int32"), weight=1.0)
    (home.library / "assignments.parquet").write_bytes(table_bytes(assigned))
    found = pd.DataFrame({"topic": [0, 1], "name": ["Toezicht", "Rest"], "weak": [False, True]})
    (home.library / "topics.parquet").write_bytes(table_bytes(found))
    return home


def test_a_growing_theme_rises_and_a_weak_topic_is_not_tested(tmp_path: Path) -> None:
    home = _home(tmp_path)
    told = trends(home=home)
    assert told.rises == ["label:ibt.stelsel", "theme:ibt", "topic:0"]
    assert (told.from_year, told.to_year, told.peildatum) == (2010, 2024, 2025)
    assert (told.without_year, told.future, told.weak_topics) == (1, 1, 1)
    assert json.loads(json.dumps(asdict(told)))["tested"] == 3
    text = told.tell()
    assert "1 werken zonder jaar tellen niet mee." in text
    assert "2025 is nog niet volledig" in text
    growth = load_growth(home)
    assert growth.columns.tolist() == [
        "kind", "unit", "works", "from_year", "to_year", "growth", "low", "high", "p", "q", "dispersion",
        "verdict",
    ]  # fmt: skip
    assert "1" not in growth.loc[growth["kind"] == "topic", "unit"].tolist()
    counts = load_trends(home, "1", "topic")
    assert counts["year"].tolist() == list(range(2008, 2026))
    assert counts["complete"].tolist() == [True] * 17 + [False]
    assert load_trends(home, "ibt")["works"].tolist()[0] == 3


def test_a_term_that_flares_up_is_told_of_and_one_that_goes_on_growing_is_a_trend(tmp_path: Path) -> None:
    home = _home(tmp_path)
    told = trends(home=home)
    assert told.bursts == ["zonnepanelen (2016–2018, 45 werken)"]
    assert "Korte opleving die toeval niet verklaart: zonnepanelen (2016–2018, 45 werken)." in told.tell()
    table = load_bursts(home)
    assert table.columns.tolist() == [
        "kind", "unit", "name", "from_year", "to_year", "works", "gain", "threshold", "marked",
    ]  # fmt: skip
    marked = table[table["marked"] & (table["kind"] == "term")].iloc[0]
    assert (marked["kind"], marked["works"], marked["gain"] > marked["threshold"]) == ("term", 45, True)
    assert trends(home=home, from_year=2019).bursts == []


def test_two_rooms_are_the_same_to_the_byte_and_a_second_call_reuses(tmp_path: Path) -> None:
    first, second = _home(tmp_path / "a"), _home(tmp_path / "b")
    trends(home=first)
    trends(home=second)
    for name in ("trends.parquet", "growth.parquet", "bursts.parquet", "trends.json"):
        content = [hashlib.sha256((home.library / name).read_bytes()).hexdigest() for home in (first, second)]
        assert content[0] == content[1]
    again = trends(home=first)
    assert again.reused
    assert "niets veranderd" in again.tell()


def test_a_period_limits_both_tables(tmp_path: Path) -> None:
    home = _home(tmp_path)
    told = trends(home=home, from_year=2012, to_year=2020)
    assert (told.from_year, told.to_year) == (2012, 2020)
    assert load_trends(home)["year"].agg(["min", "max"]).tolist() == [2012, 2020]
    assert load_growth(home)["from_year"].unique().tolist() == [2012]


def test_without_dated_evidence_the_last_year_with_works_is_incomplete(tmp_path: Path) -> None:
    home = _home(tmp_path, dated=None)
    assert trends(home=home).peildatum == 2031
    assert trends(home=home, peildatum=2020).to_year == 2019


def test_one_year_only_says_that_nothing_can_be_said(tmp_path: Path) -> None:
    home = _home(tmp_path, years=range(2025, 2026))
    told = trends(home=home)
    assert told.tested == 0
    assert "over groei valt niets te zeggen" in told.tell()
    assert set(load_growth(home)["verdict"]) == {"too_few"}


def test_a_period_that_runs_backwards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LeeszaalError, match="andersom"):
        trends(home=_home(tmp_path), from_year=2020, to_year=2010)


def test_an_unknown_unit_names_the_nearest(tmp_path: Path) -> None:
    home = _home(tmp_path)
    trends(home=home)
    with pytest.raises(LeeszaalError, match=r"Bedoelt u ‘ibt\.stelsel’"):
        load_growth(home, "ibt.stelse")


def test_without_tags_and_topics_it_says_what_to_do(tmp_path: Path) -> None:
    home = _home(tmp_path)
    for name in ("tags", "assignments"):
        (home.library / f"{name}.parquet").unlink()
    with pytest.raises(LeeszaalError, match="leeszaal tag"):
        trends(home=home)
