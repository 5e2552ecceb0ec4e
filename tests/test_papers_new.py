"""Lay out a paper: what is asked, what is written, and what is refused; and the words that follow `leeszaal paper`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import leeszaal
from leeszaal import cli
from leeszaal.errors import LeeszaalError
from leeszaal.home import find_home
from leeszaal.papers.settings import read_settings
from leeszaal.papers.template import read_template, template_names
from leeszaal.papers.text import read_text

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    leeszaal.init(tmp_path / "zaal")
    return tmp_path / "zaal"


def test_a_new_paper_has_a_heading_and_a_hint_for_every_section(empty: Path) -> None:
    summary = leeszaal.new_paper("trendpaper", "opkomst-in-twente", home=empty, parameters={"theme": "dem"})
    template = read_template(find_home(empty), "trendpaper")
    sections = read_text(empty / "papers" / "opkomst-in-twente" / "text.md")
    assert tuple(sections) == template.slots
    assert all(template.part(name).hint in section.body for name, section in sections.items())
    settings = read_settings(find_home(empty), "opkomst-in-twente")
    assert settings.title == "Opkomst in twente"
    assert settings.parameters["theme"] == "dem"
    assert settings.parameters["to_year"] - settings.parameters["from_year"] == 24
    assert summary.sections == len(template.slots)


def test_what_was_not_named_is_asked(empty: Path) -> None:
    asked: list[str] = []

    def answer(question: str, default: str) -> str:
        asked.append(question)
        return {"Laatste jaar": "2020", "Eerste jaar": "2011"}.get(question, default)

    leeszaal.new_paper("trendpaper", "een", home=empty, parameters={"region": "twente"}, title="Nee", ask=answer)
    parameters = read_settings(find_home(empty), "een").parameters
    assert (parameters["from_year"], parameters["to_year"], parameters["region"]) == (2011, 2020, "twente")
    assert not any(question.startswith(("Regio", "Titel")) for question in asked)
    assert any(question.startswith("Thema") for question in asked)
    assert read_settings(find_home(empty), "een").title == "Nee"  # a word that YAML would take for false


@pytest.mark.parametrize(
    ("template", "slug", "parameters", "words"),
    [
        ("trendpaper", "../buiten", {}, "kan geen naam van een paper zijn"),
        ("trendpaper", "met spatie", {}, "kan geen naam van een paper zijn"),
        ("trendpaper", "templates", {}, "kan geen naam van een paper zijn"),
        ("trendpaper", "check", {}, "dat is een opdracht"),
        ("trendpaper", "interbestuurlijk-toezicht", {}, "Er is al een map papers/interbestuurlijk-toezicht"),
        ("trendpapr", "een", {}, "Bedoelt u ‘trendpaper’"),
        ("trendpaper", "een", {"thema": "ibt"}, "Bedoelt u ‘theme’"),
        ("trendpaper", "een", {"theme": "ibtt"}, "Bedoelt u ‘ibt’"),
        ("trendpaper", "een", {"from_year": 2020, "to_year": 2010}, "ligt na"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_paper_is_refused_and_nothing_is_written(
    empty: Path, template: str, slug: str, parameters: dict[str, object], words: str
) -> None:
    before = sorted(path for path in empty.rglob("*"))
    with pytest.raises(LeeszaalError, match=words):
        leeszaal.new_paper(template, slug, parameters=parameters, home=empty)
    assert sorted(path for path in empty.rglob("*")) == before


def test_every_template_can_be_laid_out(empty: Path) -> None:
    for number, name in enumerate(template_names(find_home(ROOT))):
        leeszaal.new_paper(name, f"paper-{number}", home=empty, title=name)
        assert read_settings(find_home(empty), f"paper-{number}").template.name == name


def test_the_verbs_of_papers(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "paper",
        "new",
        "trendpaper",
        "twente",
        "--theme",
        "reg",
        "-p",
        "to_year=2024",
        "--home",
        str(empty),
        "--json",
    ]
    assert cli.main(words) == 0
    assert json.loads(capsys.readouterr().out)["files"] == ["papers/twente/paper.yaml", "papers/twente/text.md"]
    assert read_settings(find_home(empty), "twente").parameters["to_year"] == 2024
    assert cli.main(["paper", "chekc", "twente"]) == 2
    assert "Bedoelt u ‘check’" in capsys.readouterr().err
    assert cli.main(["paper", "twentee", "--home", str(empty)]) == 1
    assert "Bedoelt u ‘twente’" in capsys.readouterr().err
    for verb in ("run", "new", "check"):
        assert cli.main(["paper", verb, "--help"]) == 0
        assert "--home MAP" in capsys.readouterr().out
