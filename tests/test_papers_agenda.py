"""The contribution to a regional agenda: what a region is in law, and for how many municipalities there are figures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.indicators import load_region_facts
from leeszaal.papers import Paper, open_paper
from leeszaal.papers.kinds import regionale_agenda as agenda


def opened(home: Path, region: str, **other: Any) -> Paper:
    given = {
        "template": "regionale-agenda", "theme": "reg", "from_year": 2000, "to_year": 2025, "region": region,
        "election": "PS2023", "earlier": "PS2019",
    }  # fmt: skip
    return open_paper(home=home, **{**given, **other})


@pytest.mark.parametrize(
    ("region", "here", "members", "border", "law"),
    [
        ("twente", 14, 14, "Alle 14 gemeenten liggen in Overijssel", "zelf geen rechtspersoon en kan niets besluiten"),
        ("regio-zwolle", 10, 22, "Hun som is niet de regio", "zelf geen rechtspersoon en kan niets besluiten"),
        ("stedendriehoek", 1, 8, "Hun som is niet de regio", "is een gemeenschappelijke regeling"),
    ],
)
def test_a_region_says_what_it_is_and_for_how_many_it_has_figures(
    finished_room: Path, region: str, here: int, members: int, border: str, law: str
) -> None:
    paper = opened(finished_room, region)
    text = str(agenda.facts(paper))
    assert border in text
    assert f"| Gemeenten met cijfers | {here} van {members} | 25 |" in text
    assert law in str(agenda.safeguards(paper))
    assert (paper.values["gebied"]["hier"], paper.values["gebied"]["elders"]) == (here, members - here)
    partners = str(agenda.partners(paper))
    assert partners.count("| in ") == (2 if members > here else 1)
    assert "tbl-onderzoek" in str(agenda.research(paper))


def test_the_whole_province_is_no_region(finished_room: Path) -> None:
    with pytest.raises(LeeszaalError, match="niet over de hele provincie") as caught:
        opened(finished_room, "overijssel")
    assert caught.value.remedy == "Kies: twente, regio-zwolle, stedendriehoek."


def test_every_fact_has_a_source_and_every_work_it_names_is_in_the_starter(repository: Path) -> None:
    starter = (repository / "literature" / "starter.bib").read_text(encoding="utf-8")
    for region in ("twente", "regio-zwolle", "stedendriehoek"):
        found = load_region_facts(region, Home(repository))
        assert set(found["regio"]) == {region, "alle"}
        assert (found["bron"] != "").all()
        assert not found["feit"].str.contains(r"\[memory\]").any()
        assert all(f"{{{key}," in starter for key in found["citekey"] if key)


@pytest.mark.parametrize(
    ("old", "new", "message", "remedy"),
    [
        ("twente,energie", "twnte,energie", "de regio ‘twnte’ bestaat niet", "Bedoelt u ‘twente’?"),
        ("twente,energie", "twente,energy", "het onderwerp ‘energy’ bestaat niet", "energie"),
        ("grensfietsen.nl", "", "de kolom ‘bron’ is leeg", "zonder bron"),
    ],
)
def test_a_fact_that_is_wrong_is_told_with_its_line(
    repository: Path, tmp_path: Path, old: str, new: str, message: str, remedy: str
) -> None:
    shutil.copytree(repository / "literature" / "indicators", tmp_path / "literature" / "indicators")
    path = tmp_path / "literature" / "indicators" / "region-facts.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"region-facts\.csv, regel \d+: ") as caught:
        load_region_facts("stedendriehoek", Home(tmp_path))
    assert message in caught.value.message
    assert remedy in caught.value.remedy
