"""The paper on turnout: what it says follows the tables, names no municipality as the lowest, and tells what is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.indicators import load_turnout
from leeszaal.papers import Paper, open_paper
from leeszaal.papers.kinds import opkomst

PARAMETERS = {
    "template": "opkomst", "theme": "dem.opkomst", "from_year": 1990, "to_year": 2025, "slug": "opkomst-2027",
    "election": "PS2023", "earlier": "PS2019", "next_year": 2027,
}  # fmt: skip


def opened(home: Path, **other: Any) -> Paper:
    return open_paper(home=home, **{**PARAMETERS, **other})


@pytest.fixture
def paper(finished_room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    monkeypatch.chdir(tmp_path)  # figures are written beside the notebook
    return opened(finished_room)


def test_values_are_those_of_the_tables(paper: Paper) -> None:
    values = paper.values
    rows = load_turnout(Home(paper.home.root)).of("PS2023")
    assert values["opkomst"]["nu"] == rows["geldig"].sum() / rows["kiesgerechtigden"].sum()
    assert str(values["opkomst"]["nu"]) == "64,7\u00a0%"
    assert (str(values["punt"]["overijssel"]), str(values["punt"]["twente"])) == ("9.134", "4.944")
    assert str(values["verkiezing"]["dag"]) == "woensdag 17 maart 2027"
    groups = [values["ruimte"][size]["stemmen"].number for size in ("groot", "middelgroot", "klein")]
    assert sum(groups) == values["ruimte"]["stemmen"].number
    assert values["ruimte"]["een_op_honderd"] == round(sum(groups) / 100)


def test_findings_shame_no_municipality(paper: Paper) -> None:
    texts = [str(opkomst.level_found(paper)), str(opkomst.change_found(paper)), str(opkomst.room_found(paper))]
    for text in texts:
        prose = re.sub(r"^\|.*$", "", text, flags=re.MULTILINE)  # tables and figures hold the names
        assert not any(name in prose for name in paper.municipalities["gemeente"])
    assert "geen ranglijst" not in texts[0]
    assert "Lees de figuur dus niet als ranglijst" in texts[0]
    assert "fig-alt=" in texts[0]


def test_regions_say_of_how_many_municipalities_there_are_figures(paper: Paper) -> None:
    text = str(opkomst.regions_found(paper))
    assert "| Regio Zwolle | 10 van 22 |" in text
    assert "| Stedendriehoek | 1 van 8 |" in text
    assert "van Regio Zwolle alleen 10 van de 22 gemeenten en van Stedendriehoek alleen Deventer" in text


def test_room_shows_every_pair_because_the_last_one_may_not_last(paper: Paper) -> None:
    text = str(opkomst.room_found(paper))
    assert all(f"Per duizend, {election}" in text for election in ("PS2011", "PS2015", "PS2019", "PS2023"))
    assert "−4, 8, 23 en 85" in text


def test_literature_is_placed_by_its_words_and_called_weak(paper: Paper) -> None:
    text = str(opkomst.literature_found(paper))
    assert "[@bergh2019when; @bergh2022getting]" in text
    assert "**Sterkte.** Zwak: van" in text
    stations = str(opkomst.stations_found(paper))
    assert "Dat is te onzeker om iets te beweren" in stations


def test_elections_that_may_not_stand_side_by_side_are_refused(finished_room: Path) -> None:
    paper = opened(finished_room, earlier="WS2019")
    with pytest.raises(LeeszaalError, match="niet te vergelijken: voor het waterschap"):
        _ = paper.values
    with pytest.raises(LeeszaalError, match="De taal ‘en’ bestaat niet"):
        opened(finished_room, lang="en")
    with pytest.raises(LeeszaalError, match="‘electoin’ bestaat niet") as caught:
        opened(finished_room, electoin="PS2023")
    assert caught.value.remedy == "Bedoelt u ‘election’?"


def test_sources_that_differ_are_both_shown_and_a_missing_year_is_told(
    room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = room / "literature" / "indicators" / "turnout.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("GM0141,Almelo,PS2023"))
    cells = lines[place].split(",")
    other = ",".join([*cells[:7], str(int(cells[7]) - 10), "", "", "", "geldig", "andere telling", "niet"])
    lines.append(other)
    lines = [line for line in lines if not line.startswith("GM0173,Oldenzaal,PS2019")]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    paper = opened(room)
    shown = str(opkomst.figures_used(paper))
    assert "Van deze uitslagen verschillen de bronnen; gerekend is met de bovenste." in shown
    assert "andere telling" in shown
    change = str(opkomst.change_found(paper))
    assert "Zonder cijfer in een van beide jaren, en dus niet in de figuur: Oldenzaal." in change
    assert "| Oldenzaal |" in change
    assert "24" in str(paper.values["opkomst"]["gemeenten"])
