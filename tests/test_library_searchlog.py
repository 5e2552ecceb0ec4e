"""The search log: what PRISMA-S asks, as text, Markdown and CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from harvest_room import make_room, point
from leeszaal.errors import LeeszaalError
from leeszaal.library import harvest, import_, log
from servers.base import Fault
from servers.openalex import OpenAlexServer


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A room with a complete search, a failed one, and a file."""
    room = make_room(tmp_path / "room")
    with OpenAlexServer(250) as server:
        point(monkeypatch, "openalex", server)
        harvest(home=room, source="openalex", query='"lokaal bestuur" EN "a | b"', yes=True)
        server.faults.append(Fault("500", frozenset(range(6, 99))))
        harvest(home=room, source="openalex", query="toezicht", yes=True)
    (tmp_path / "eigen.ris").write_text("TY  - JOUR\nTI  - Wie bestuurt?\nER  - \n", encoding="utf-8")
    import_(tmp_path / "eigen.ris", home=room)
    return room


def test_rows_and_sentence(room: Path) -> None:
    found = log(home=room)
    first, second, third = found.searches
    assert (first.source, first.hits, first.received, first.new, first.complete) == ("OpenAlex", 250, 250, 250, True)
    assert first.query.startswith('filter=title_and_abstract.search:"lokaal bestuur"')
    assert (second.received, second.new, second.known, second.complete) == (200, 0, 200, False)
    assert "HTTP 500" in second.remark
    assert (third.source, third.search, third.new) == ("bestand", "eigen.ris", 1)
    assert found.sentence.startswith("Op ")
    assert found.sentence.endswith(
        "is gezocht in OpenAlex; dat leverde 450 records op, waarvan 250 verschillende; daarnaast is 1 record uit 1 bestand "
        "ingelezen (1 zoekactie was niet volledig)."
    )
    assert found.sentence in found.tell()


def test_as_csv_and_markdown(room: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(log(home=room, format="csv").text)))
    assert [row["Nieuw"] for row in rows] == ["250", "0", "1"]
    assert [row["Volledig"] for row in rows] == ["ja", "nee", "ja"]
    assert "lokaal bestuur" in rows[0]["Vraag zoals verstuurd"]
    text = log(home=room, format="markdown").text
    assert [line.replace("\\|", "").count("|") for line in text.splitlines()] == [17] * 5
    summary = log(home=room, output=tmp_path / "log.csv")
    assert (tmp_path / "log.csv").read_text(encoding="utf-8") == log(home=room, format="csv").text
    assert "log.csv" in summary.tell()


def test_a_cell_is_no_formula(tmp_path: Path) -> None:
    room = make_room(tmp_path / "room")
    name = tmp_path / "=1+1.ris"
    name.write_text("TY  - JOUR\nTI  - Wie bestuurt?\nER  - \n", encoding="utf-8")
    import_(name, home=room)
    (row,) = csv.DictReader(io.StringIO(log(home=room, format="csv").text))
    assert row["Zoekvraag"] == "'=1+1.ris"


def test_nothing_yet(tmp_path: Path) -> None:
    found = log(home=make_room(tmp_path / "room"))
    assert (found.searches, found.sentence) == ([], "")
    assert "Er is nog niet gezocht." in found.tell()


def test_another_format(tmp_path: Path) -> None:
    with pytest.raises(LeeszaalError, match=r"\.docx") as caught:
        log(home=make_room(tmp_path / "room"), output=tmp_path / "log.docx")
    assert "markdown" in caught.value.remedy
