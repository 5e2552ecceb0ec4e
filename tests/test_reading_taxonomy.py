"""What stands in themes.yaml, and what is said when something in it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.reading.taxonomy import Example, load_taxonomy

GOOD = """version: 1
context:
  nl:
    - gemeente*
ambiguous:
  - terms:
      - Woo
    lang: nl
    needs_any:
      - wet
themes:
  - id: ibt
    label: {nl: Toezicht, en: Supervision}
    subthemes:
      - id: ibt.stelsel
        label: {nl: Stelsel, en: System}
        definition: {nl: Wat het is., en: What it is.}
        match:
          nl:
            - toezicht
      - id: ibt.leren
        label: {nl: Leren, en: Learning}
        definition: {nl: Wat het leert., en: What it teaches.}
        match:
          abbr:
            - Woo
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "themes.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_names_and_definitions(tmp_path: Path) -> None:
    taxonomy = load_taxonomy(write(tmp_path, GOOD))
    assert taxonomy.labels() == ["ibt.stelsel", "ibt.leren"]
    assert taxonomy.label_name("ibt", "en") == "Supervision"
    assert taxonomy.label_name("ibt.stelsel") == "Stelsel"
    assert taxonomy.definition("ibt.leren", "en") == "What it teaches."
    assert taxonomy.definition("ibt", "nl") == "Wat het is. Wat het leert."
    assert taxonomy.theme_of("ibt.leren") == "ibt"
    assert taxonomy.require("ibt") == "ibt"
    assert taxonomy.subtheme("ibt.stelsel").match.nl == ("toezicht",)


@pytest.mark.parametrize(("name", "hint"), [("ibt.stelsl", "Bedoelt u ‘ibt.stelsel’?"), ("itb", "Bedoelt u ‘ibt’?")])
def test_an_unknown_theme_names_the_nearest(tmp_path: Path, name: str, hint: str) -> None:
    taxonomy = load_taxonomy(write(tmp_path, GOOD))
    with pytest.raises(LeeszaalError) as caught:
        taxonomy.require(name)
    assert name in caught.value.message
    assert caught.value.remedy == hint


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("version: 1", "version: 2", 1, "version: 1"),
        ("version: 1", "versoin: 1", 1, "Bedoelt u ‘version’?"),
        ("context:", "contexxt:", 2, "Bedoelt u ‘context’?"),
        ("    needs_any:\n", "    need_any:\n", 9, "Bedoelt u ‘needs_any’?"),
        ("    lang: nl", "    lang: fr", 8, "‘fr’"),
        ("  - id: ibt\n", "  - id: IBT\n", 12, "kleine letters"),
        ("label: {nl: Toezicht, en: Supervision}", "label: {nl: Toezicht}", 13, "‘en’ ontbreekt"),
        ("        match:\n          nl:", "        mach:\n          nl:", 18, "Bedoelt u ‘match’?"),
        ("        match:\n          abbr:\n            - Woo\n", "", 21, "‘match’ ontbreekt"),
        (
            "        match:\n          abbr:\n            - Woo\n",
            "        match: {}\n",
            24,
            "‘match’ van ibt.leren is leeg",
        ),
        ("          abbr:\n            - Woo\n", "          abbr: Woo\n", 25, "een lijst"),
        ("            - toezicht\n", "            - 12\n", 20, "geen tekst"),
        ("            - toezicht\n", "            - no\n", 20, "aanhalingstekens"),
        ("            - toezicht\n", "            - toe*zicht\n", 20, "geen zoekwoord"),
        ("            - toezicht\n", "            - '*'\n", 20, "geen zoekwoord"),
        ("      - id: ibt.leren", "      - id: ibt.stelsel", 21, "al gebruikt op regel 15"),
        ("      - id: ibt.leren", "      - id: kob.leren", 21, "ibt.leren"),
        ("    lang: nl", "   lang: nl", 8, "geen geldige YAML"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(LeeszaalError) as caught:
        load_taxonomy(path)
    assert f"{path}, regel {line}:" in str(caught.value)
    assert said in str(caught.value)


def test_an_empty_file_is_no_taxonomy(tmp_path: Path) -> None:
    with pytest.raises(LeeszaalError, match="regel 1"):
        load_taxonomy(write(tmp_path, ""))


def test_the_taxonomy_of_the_repository_is_sound(repository: Path) -> None:
    taxonomy = load_taxonomy(repository / "literature" / "themes.yaml")
    assert [theme.id for theme in taxonomy.themes] == ["kob", "reg", "ibt", "dem"]
    assert len(taxonomy.labels()) == 39
    assert taxonomy.label_name("ibt") == "Interbestuurlijk toezicht"


def test_examples_stand_beside_the_themes(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    label = load_taxonomy(path).labels()[0]
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "mine.csv").write_text(f"title,labels\nEen  titel,{label}\nSoep,\nSoep,\n", encoding="utf-8")
    assert load_taxonomy(path).examples == (Example("Een titel", (label,)), Example("Soep", ()))
    (folder / "mine.csv").write_text(f"title,labels\nSoep,\nTitel,{label}x\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"mine\.csv, regel 3: Het thema") as caught:
        load_taxonomy(path)
    assert label in caught.value.remedy
