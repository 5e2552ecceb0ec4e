"""The manual: every command in it exists with these words, and what needs no network is carried out, in its order."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest

from leeszaal import cli

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "handleiding.qmd").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(?:\{\.sh (?P<proof>\.proef)\}|sh)\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = [
    (line, block["proof"] is not None)
    for block in _BLOCK.finditer(TEXT)
    for line in block["lines"].strip().splitlines()
]
CHAPTERS = ["eerste-dag", "eerste-zoekvraag", "lezen", "eerste-paper", "opnieuw", "zotero", "mis"]


def test_the_manual_has_its_chapters_in_this_order() -> None:
    assert re.findall(r"^## .*\{#([\w-]+)\}$", TEXT, re.MULTILINE) == CHAPTERS


def parsed(words: list[str]) -> None:
    """Take a command apart as the command line would, without carrying it out."""
    command: click.Command = cli.cli
    context = click.Context(command, info_name="leeszaal")
    while isinstance(command, click.Group):
        context = command.make_context(context.info_name or "", list(words), parent=context.parent)
        words = [*context._protected_args, *context.args]
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.make_context(context.info_name or "", list(words), parent=context.parent)


@pytest.mark.parametrize("line", [line for line, _ in COMMANDS] + sorted(set(re.findall(r"`(leeszaal [^`]+)`", TEXT))))
def test_every_command_can_be_understood(line: str) -> None:
    words = shlex.split(line)
    assert words[0] == "leeszaal"
    if "--help" in words or len(words) == 2:
        assert cli.main([*words[1:2], "--help"]) == 0
    else:
        parsed(words[1:])


def test_what_needs_no_network_does_what_the_manual_says(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(room)
    for settings in (room / "papers").glob("*/paper.yaml"):
        if settings.parent.name not in TEXT:  # the manual is about a paper of your own, and one is enough beside it
            shutil.rmtree(settings.parent)
    done = [line for line, proof in COMMANDS if proof and line != "leeszaal demo"]  # which made this very room
    assert len(done) > 20
    for line in done:
        code = cli.main(shlex.split(line)[1:])
        assert code == 0, (line, capsys.readouterr())
    assert (room / "_site" / "papers" / "mijn-eerste-paper" / "mijn-eerste-paper.pdf").is_file()
    assert (room / "toezicht.bib").stat().st_size > 1000
