"""The framework as a paper: every rule comes from its file, a law nobody read is no basis, and no colour is computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.papers import Paper, open_paper
from leeszaal.papers.kinds import toetsingskader as kader


def opened(home: Path, framework: str = "financien", **other: Any) -> Paper:
    given = {"template": "toetsingskader", "framework": framework, "from_year": 2000, "to_year": 2025}
    return open_paper(home=home, **{**given, **other})


def test_the_theme_follows_from_the_framework(finished_room: Path) -> None:
    paper = opened(finished_room)
    assert paper.theme == "ibt.financieel"
    assert (str(paper.values["kader"]["criteria"]), str(paper.values["kader"]["staat"])) == ("5", "concept")
    assert paper.values["kader"]["werken"].works
    with pytest.raises(LeeszaalError, match="‘financin’ bestaat niet") as caught:
        opened(finished_room, "financin")
    assert caught.value.remedy == "Bedoelt u ‘financien’?"
    with pytest.raises(LeeszaalError, match="geen kader genoemd"):
        opened(finished_room, "")


def test_a_law_that_nobody_read_stands_apart(finished_room: Path) -> None:
    text = str(kader.legal_basis(opened(finished_room, "archief")))
    table, _, rest = text.partition("Waar de tekst is nagelezen")
    assert "Archiefwet 1995, artikel 32" in table
    assert "nieuwe Archiefwet" not in table
    assert "**Nog na te lezen.**" in rest
    assert rest.count("nieuwe Archiefwet: De opvolger") == 1
    assert "Nog na te lezen" not in str(kader.legal_basis(opened(finished_room)))


@pytest.mark.parametrize("name", ["omgevingsrecht", "ruimtelijke-ordening", "huisvesting-statushouders", "waterbeleid"])
def test_every_framework_can_be_laid_out(finished_room: Path, name: str) -> None:
    paper = opened(finished_room, name)
    blocks = [kader.purpose, kader.legal_basis, kader.principles, kader.criteria, kader.colours, kader.judgments]
    blocks += [kader.literature, kader.ladder, kader.hearing, kader.evaluation]
    for block in blocks:
        text = str(block(paper))
        assert text.strip()
        assert not any(f" {name} " in text for name in paper.municipalities["gemeente"])
    assert "concept" in str(kader.purpose(paper))
    assert "Zij wordt nergens uitgerekend" not in str(kader.colours(paper))
    assert "zij wordt nergens uitgerekend" in str(kader.colours(paper))


def test_judgments_are_counted_once_there_are_any(room: Path) -> None:
    paper = opened(room)
    assert "nog geen oordelen ingelezen" in str(kader.judgments(paper))
    lines = [
        "gemeentecode,jaar,domein,oordeel,bron,peildatum",
        "GM0141,2023,financiën,groen,totaalbeeld 2024,2024-04-01",
        "GM0141,2025,financiën,oranje,totaalbeeld 2026,2026-04-01",
        "GM0193,2025,financiën,groen,totaalbeeld 2026,2026-04-01",
        "GM0150,2025,financiën,groen,totaalbeeld 2026,2026-04-01",
        "GM0150,2025,financiën,rood,raadsbrief,2026-04-01",
    ]
    path = room / "literature" / "indicators" / "supervision.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = str(kader.judgments(opened(room)))
    assert "| Twente | 2023 | 1 | 0 | 0 | 0 |" in text
    assert "| Twente | 2024 | 0 | 0 | 0 | 1 |" in text  # a year without a judgment is a gap
    assert "| Regio Zwolle | 2025 | 1 | 0 | 0 | 0 |" in text
    assert "Van 1 oordeel verschillen de bronnen; dat telt niet mee." in text
    assert "Almelo" not in text
    assert "In het domein archief zijn nog geen oordelen" in str(kader.judgments(opened(room, "archief")))
    assert "Oordelen over waterschappen" in str(kader.judgments(opened(room, "waterbeleid")))
