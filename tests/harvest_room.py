"""A reading room and a source at a local server, for the tests of the harvest."""

from __future__ import annotations

import time
import types
from pathlib import Path

import pytest

from leeszaal.harvest import get_source, transport
from leeszaal.harvest.crossref import Crossref
from leeszaal.harvest.openalex import OpenAlex
from leeszaal.harvest.transport import Limits
from leeszaal.home import Home
from leeszaal.library.answers import read_pages
from leeszaal.library.part import finished_runs
from servers.base import LocalServer


def make_room(folder: Path, searches: str = "") -> Path:
    """Lay out the least that is a reading room."""
    (folder / "literature").mkdir(parents=True)
    (folder / "literature" / "themes.yaml").write_text("themes:\n  - id: ibt\n", encoding="utf-8")
    (folder / "_quarto.yml").write_text("", encoding="utf-8")
    if searches:
        (folder / "literature" / "searches.yaml").write_text(searches, encoding="utf-8")
    return folder


def point(monkeypatch: pytest.MonkeyPatch, name: str, server: LocalServer) -> None:
    """Send a source to a local server, without a pace and without waiting."""
    source = get_source(name)
    monkeypatch.setenv(source.url_variable, server.url)
    monkeypatch.setattr({"openalex": OpenAlex, "crossref": Crossref}[name], "limits", Limits(100_000))
    patient = types.SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic)
    monkeypatch.setattr(transport, "time", patient)


def identifiers(room: Path, name: str = "openalex") -> list[str]:
    """Every record of every page of every finished run, doubles included."""
    read = get_source(name).read
    found = []
    for run in finished_runs(Home(room), name):
        for _, body in read_pages(room / run["folder"] / "pages.gz", run["sha256"]):
            found += [record.source_record_id for record in read(body).records]
    return found
