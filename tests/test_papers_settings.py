"""`paper.yaml` and its parameters: what is unknown, wrong or missing is named, with the nearest that is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.papers.settings import parse_parameters, read_settings
from leeszaal.papers.template import read_template, template_parameters

PARAMETERS = 'theme = "ibt"  # een thema\nfrom_year = 2000\nto_year = 2025\nlang = "nl"\n'
TEMPLATE = "version: 2\nkind: {nl: Trend}\nsections:\n  een: {nl: Een, en: One, hint: Schrijf dit.}\n  twee: {nl: Twee, level: 3, writer: false}\n"
GOOD = "template: trend\ntitle: Toezicht\nparameters:\n  theme: dem\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    for folder in ("literature", "papers/templates", "papers/een"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "literature" / "themes.yaml").write_text("themes: []\n", encoding="utf-8")
    (tmp_path / "_quarto.yml").write_text("project: {}\n", encoding="utf-8")
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": PARAMETERS.splitlines(keepends=True)}
    (tmp_path / "papers" / "templates" / "trend.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    (tmp_path / "papers" / "templates" / "trend.yaml").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "papers" / "een" / "paper.yaml").write_text(GOOD, encoding="utf-8")
    return find_home(tmp_path)


def test_template_tells_its_parameters(home: Home) -> None:
    assert template_parameters(home.templates / "trend.ipynb") == {
        "theme": "ibt",
        "from_year": 2000,
        "to_year": 2025,
        "lang": "nl",
    }


def test_parameters_given_at_the_run_come_first(home: Home) -> None:
    settings = read_settings(home, "een", {"from_year": 2010})
    assert settings.parameters == {"theme": "dem", "from_year": 2010}
    assert (settings.title, settings.author, settings.date) == ("Toezicht", (), None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "  from_yaer: 2010\n", r"regel 5: de parameter ‘from_yaer’ bestaat niet.*\n.*‘from_year’"),
        (
            GOOD + "  from_year: lang geleden\n",
            r"regel 5: de parameter ‘from_year’ is ‘lang geleden’.\nVerwacht: een geheel getal",
        ),
        (GOOD + "  from_year: true\n", r"regel 5: de parameter ‘from_year’ is ‘True’"),
        (GOOD + "titel: x\n", r"regel 5: de sleutel ‘titel’ bestaat hier niet.\nBedoelt u ‘title’"),
        ("title: x\n", "de sleutel ‘template’ ontbreekt"),
        ("template: trnd\ntitle: x\n", r"regel 1: het sjabloon ‘trnd’ bestaat niet.\nBedoelt u ‘trend’"),
        ("template: trend\ntitle: [x]\n", r"regel 2: ‘title’ is"),
        ("template: trend\ntitle: x\ndate: gisteren\n", r"regel 3: ‘gisteren’ is geen datum"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(home: Home, text: str, words: str) -> None:
    (home.papers / "een" / "paper.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=words):
        read_settings(home, "een")


def test_an_unknown_parameter_of_the_run_names_the_nearest(home: Home) -> None:
    with pytest.raises(LeeszaalError, match=r"‘thema’ bestaat niet.*\n.*‘theme’"):
        read_settings(home, "een", {"thema": "ibt"})


def test_words_of_the_command_line_become_parameters() -> None:
    assert parse_parameters(["a=1", "b=x=y", "c=true", "d="]) == {"a": 1, "b": "x=y", "c": True, "d": None}
    with pytest.raises(LeeszaalError, match="is geen parameter"):
        parse_parameters(["a"])


@pytest.mark.parametrize("text", ["geen json", "[]", '{"cells": []}'])
def test_a_broken_template_is_named(home: Home, text: str) -> None:
    (home.templates / "trend.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"trend\.ipynb"):
        read_settings(home, "een")


def test_a_template_tells_its_sections(home: Home) -> None:
    template = read_template(home, "trend")
    assert list(template.parts) == ["een", "twee"]
    assert template.slots == ("een",)
    assert template.part("een").hint == "Schrijf dit."
    with pytest.raises(LeeszaalError, match="Bedoelt u ‘twee’"):
        template.part("tweee")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, r"oudere versie van Leeszaal: papers/templates/trend.yaml ontbreekt"),
        (TEMPLATE.replace("version: 2", "version: 1"), r"regel 1: sjabloon ‘trend’ heeft versie 1; deze Leeszaal kent versie 2"),
        (TEMPLATE.replace("version: 2", "version: 3"), "Werk Leeszaal bij"),
        (TEMPLATE.replace("hint", "hnt"), r"regel 4: de sleutel ‘hnt’ bestaat hier niet.\nBedoelt u ‘hint’"),
        (TEMPLATE.replace("level: 3", "level: 1"), r"regel 5: ‘level’ is 1"),
    ],
)  # fmt: skip
def test_a_template_of_another_version_or_form_says_so(home: Home, text: str | None, words: str) -> None:
    path = home.templates / "trend.yaml"
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=words):
        read_settings(home, "een")
