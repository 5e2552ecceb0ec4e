"""The pages that rest on decisions: the reading list, progress, signals; without a browser."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import leeszaal
from leeszaal.home import Home
from leeszaal.papers.doors import WorkList
from leeszaal.site.pages import progress, readinglist, signals, start
from leeszaal.site.pages.doors import Doors
from leeszaal.site.pages.write import Room


@pytest.fixture
def decided(room: Path) -> Path:
    for verb, work, value in [
        ("include", "sluis2008wederzijdse", ""),
        ("note", "sluis2008wederzijdse", "Goed over *vertrouwen*."),
        ("include", "allers2013soft", ""),
        ("exclude", "aaskoven2018polity", ""),
        ("maybe", "adam2013intergemeentel", ""),
    ]:
        leeszaal.decide(verb, work, value, person="ria", home=room)
    return room


def test_the_reading_list_has_what_was_taken_up_by_theme_with_notes(decided: Path) -> None:
    opened = Room(Home(decided))
    text = readinglist.part(opened)
    assert text.count("data-item=ja") == 2
    assert "Goed over \\*vertrouwen\\*" in text
    assert "opgenomen door ria op " in text
    assert "## Interbestuurlijk toezicht {#ibt}" in text
    assert len(opened.doors.lists["leeslijst"].works) == 2


def test_without_a_decision_the_reading_list_says_what_to_do(finished_room: Path) -> None:
    assert "312 werken wachten" in readinglist.part(Room(Home(finished_room)))


def test_progress_counts_decisions_in_their_month_and_leads_to_what_is_open(decided: Path) -> None:
    opened = Room(Home(decided))
    text = progress.part(opened)
    lines = {
        line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:5]]
        for line in text.splitlines()
        if line.startswith("|")
    }
    assert lines["Werken gelezen"] == ["4", "0", "4"]
    assert lines["Besluit: opnemen"] == ["2", "0", "2"]
    assert lines["Andere besluiten, zoals labels en namen"] == ["1", "0", "1"]
    assert "[308](literatuur.html?lijst=open-open){.deur}" in lines["Werken die nog niemand beoordeelde"][0]
    assert len(opened.doors.lists["open-maybe"].works) == 1
    assert "Besluiten zijn er van ria." in text


def test_the_month_is_that_of_the_newest_event() -> None:
    assert progress.months(["2026-03-31", "2025-12-01", ""]) == ("2026-03", "2026-02")


def test_signals_are_shown_in_order_with_what_speaks_against_them(finished_room: Path) -> None:
    opened = Room(Home(finished_room))
    works = list(opened.works["work_id"][:3])
    row = {
        "signal_id": "onderwerp-3", "statement": "Er wordt meer geschreven over *loting* & raden.", "statement_en": "",
        "kind": "onderwerp", "name": "loting", "theme": "dem", "since": 2022, "strength": "zwak", "works": 3,
        "growth": 0.3, "low": 0.1, "high": 0.6, "q": 0.04, "counter": "Het zijn 3 werken van een auteur.", "status": "nieuw",
    }  # fmt: skip
    rows = [
        row,
        {**row, "signal_id": "b", "statement": "Sterk", "strength": "sterk"},
        {**row, "signal_id": "c", "statement": "Weg", "status": "vervallen"},
    ]
    opened.__dict__["signals"] = pd.DataFrame(rows)
    opened.__dict__["signal_works"] = pd.DataFrame({"signal_id": ["onderwerp-3"] * 3, "work_id": works})
    page = signals.part(opened)
    assert page.index("### Sterk") < page.index("### Er wordt meer") < page.index("### Weg")
    assert "over \\*loting\\* \\& raden" in page
    assert "Het zijn 3 werken van een auteur" in page
    assert "[3 werken](literatuur.html?lijst=signaal-onderwerp-3){.deur}" in page
    assert "30 % per jaar (marge 10 tot 60 %)" in page.replace("\u00a0", " ").replace("\\", "")
    assert opened.doors.lists["signaal-onderwerp-3"].works == tuple(works)
    front = start.part(opened)
    assert "2 nieuwe signalen" in front
    assert "Weg" not in front


def test_lists_that_are_equal_are_kept_once_and_lost_works_left_out() -> None:
    doors = Doors()
    assert doors.to("2", "a", "A", ["w2", "w1"]) == "[2](literatuur.html?lijst=a){.deur}"
    assert doors.to("0", "leeg", "Leeg", []) == "0"
    doors.add("paper", {"b": WorkList("B", ("w1", "w2", "weg"))})
    assert doors.script(["w1", "w2"]) == 'window.LIJSTEN={"namen":{"a":["A",0],"paper.b":["B",0]},"lijsten":[[0,1]]};\n'
