"""The command line: every verb has help, --home and --json; errors are Dutch and have a code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import leeszaal
from leeszaal import cli

VERBS = [
    "init",
    "import",
    "build",
    "works",
    "decide",
    "undo",
    "export",
    "check",
    "tag",
    "topics",
    "trends",
    "signals",
    "paper",
    "site",
    "status",
    "demo",
]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.main(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_help_lists_the_verbs_in_the_order_of_the_flow(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--help")
    assert code == 0
    assert [name for name in re.findall(r"^  (\w+)  ", out, re.MULTILINE) if name in VERBS] == VERBS
    assert "Gebruik: leeszaal" in out
    assert "Usage" not in out
    assert "Options:" not in out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    code, out, _ = said(capsys, verb, "--help")
    assert code == 0
    assert "--home MAP" in out
    assert "--json" in out
    assert "Toon deze uitleg." in out
    assert callable(getattr(leeszaal, "import_" if verb == "import" else verb))


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["bild"], 2, "‘bild’ is geen opdracht. Bedoelt u ‘build’?"),
        (["build", "--hom", "x"], 2, "De optie ‘--hom’ bestaat niet. Bedoelt u ‘--home’?"),
        (["import"], 2, "BESTAND"),
        (["trends", "--from-year", "veel"], 2, "--from-year klopt niet: ‘veel’ is geen geheel getal."),
        (["topics", "--input", "a.csv"], 2, "--input en --output horen bij elkaar"),
        (["build", "--home", "nergens"], 1, "leeszaal init"),
    ],
)
def test_a_wrong_word_gets_a_clear_answer(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    got, out, err = said(capsys, *words)
    assert got == code
    assert out == ""
    assert message in err


def test_errors_as_json_for_a_machine(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = said(capsys, "status", "--home", str(tmp_path), "--json")
    assert code == 1
    assert "is geen leeszaal" in json.loads(out)["error"]


def test_interrupted_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(leeszaal, "status", interrupt)
    code, _, err = said(capsys, "status")
    assert code == 130
    assert "Onderbroken" in err


def test_readme_names_every_verb_and_only_verbs_that_exist(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"leeszaal ([a-z][\w-]*)", readme.replace("import leeszaal as lz", "")))
    known = set(cli.cli.commands)
    assert named <= known
    assert set(VERBS) <= named


def test_readme_targets_exist(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    assert {"demo", "test", "env", "lab", "site", "lint", "bench", "clean", "quarto"} <= targets
    assert set(re.findall(r"(?:`|^)make (\w+)", readme, re.MULTILINE)) <= targets
    for image in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme):
        assert (repository / image).is_file()
