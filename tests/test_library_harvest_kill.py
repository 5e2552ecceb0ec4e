"""A harvest that is killed at any moment loses nothing, doubles nothing, and fetches nothing twice."""

from __future__ import annotations

import collections
import multiprocessing
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from leeszaal.harvest import get_source
from leeszaal.harvest.openalex import OpenAlex
from leeszaal.harvest.transport import Limits
from leeszaal.home import Home
from leeszaal.library.answers import read_pages, repair, scan_pages
from leeszaal.library.harvesting import harvest
from leeszaal.library.part import finished_runs
from servers.child import harvest_openalex
from servers.openalex import OpenAlexServer

# Fifty moments: eight in a harvest of fifty pages, the others in one of fifteen, which takes a third of the time.
MOMENTS = [(5000, range(0, 8)), (1500, range(8, 50))]


@pytest.fixture(params=[5000])
def server(request: pytest.FixtureRequest) -> Iterator[OpenAlexServer]:
    with OpenAlexServer(request.param, words=4) as running:
        running.prepare()
        yield running


def make_room(folder: Path) -> Path:
    (folder / "literature").mkdir(parents=True)
    (folder / "literature" / "themes.yaml").write_text("", encoding="utf-8")
    (folder / "_quarto.yml").write_text("", encoding="utf-8")
    return folder


def identifiers(room: Path) -> list[str]:
    """Every record of every page of every finished run, doubles included."""
    read = get_source("openalex").read
    found = []
    for run in finished_runs(Home(room)):
        pages = room / run["folder"] / "pages.gz"
        for _, body in read_pages(pages, run["sha256"]):
            found += [record.source_record_id for record in read(body).records]
    return found


@pytest.mark.parametrize(("server", "moments"), MOMENTS, indirect=["server"])
def test_killed_at_random_moments(
    server: OpenAlexServer, tmp_path: Path, moments: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEESZAAL_OPENALEX_URL", server.url)
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if sys.platform != "win32":
        context.set_forkserver_preload(["leeszaal.library.harvesting", "servers.child", "httpx2"])
    whole = make_room(tmp_path / "whole")
    monkeypatch.setattr(OpenAlex, "limits", Limits(10_000))
    harvest(source="openalex", query="toezicht", home=whole, yes=True)
    expected = sorted(identifiers(whole))
    assert len(set(expected)) == server.size
    reached = collections.Counter[str]()
    for moment in moments:
        room = make_room(tmp_path / str(moment))
        chance = random.Random(moment)
        server.asked.clear()
        process = context.Process(target=harvest_openalex, args=(room, server.url))
        process.start()
        # The moment counts from a request, so that a busy machine is killed as far on its way as a quiet one.
        page = chance.randrange(1, server.size // 100 + 1)
        while len(server.asked) < page and process.is_alive():
            time.sleep(0.001)
        time.sleep(chance.random() * 0.04)
        process.kill()
        process.join()
        if finished_runs(Home(room)):  # it was done before it could be killed
            assert sorted(identifiers(room)) == expected
            reached["done"] += 1
            continue
        parts = (room / "literature" / "evidence" / "openalex").glob(".part-*/pages.gz")
        kept = [kept for part in parts for kept in repair(part)]
        have = sum(one.received for one in kept)
        ended = bool(kept) and kept[-1].next_cursor is None
        asked = len(server.asked)
        summary = harvest(source="openalex", query="toezicht", home=room, yes=True)
        assert summary.complete
        assert summary.received == summary.new == server.size
        assert len(server.asked) - asked == (0 if ended else (server.size - have) // 100 + 1)
        assert sorted(identifiers(room)) == expected
        reached["half-way" if 0 < have < server.size else "at the edge"] += 1
    assert reached["half-way"] >= len(moments) // 3, reached


def test_a_torn_page_is_cut_off(server: OpenAlexServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every length that a power cut may leave of the last page leads back to the page before."""
    monkeypatch.setenv("LEESZAAL_OPENALEX_URL", server.url)
    room = make_room(tmp_path / "room")
    harvest(source="openalex", query="toezicht", home=room, yes=True, limit=300)
    pages = next((room / "literature" / "evidence").glob("openalex/*/pages.gz"))
    content = pages.read_bytes()
    ends = [end for _, _, end in scan_pages(pages)]
    assert len(ends) == 3
    assert ends[-1] == len(content)
    torn = tmp_path / "torn.gz"
    chance = random.Random(1)
    for length in [ends[1] + 1, ends[1] + 5, ends[2] - 1, *(chance.randrange(ends[1] + 1, ends[2]) for _ in range(30))]:
        torn.write_bytes(content[:length])
        assert [kept.number for kept in repair(torn)] == [1, 2]
        assert torn.read_bytes() == content[: ends[1]]
    torn.write_bytes(content[: ends[1]] + bytes(500))  # some file systems leave zeros
    assert [kept.number for kept in repair(torn)] == [1, 2]
