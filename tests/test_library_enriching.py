"""Asking about works that are there: `leeszaal.library.enriching`, with Unpaywall, OpenCitations and Crossref."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from harvest_room import make_room
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.opencitations import Citation, OpenCitations
from leeszaal.harvest.retractions import Notice, Retractions
from leeszaal.harvest.transport import Limits
from leeszaal.harvest.unpaywall import OpenAccess, Unpaywall
from leeszaal.home import Home
from leeszaal.library.enriching import enrich, load_enrichment
from leeszaal.library.evidence import list_evidence
from leeszaal.library.store import save_stage, table_bytes
from servers.base import Asked, Fault, LocalServer, Reply
from servers.enrichment import NoticesServer, OpenCitationsServer, UnpaywallServer

DOIS = ["10.5555/a", "10.5555/b", "10.5555/c"]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in (Unpaywall, OpenCitations, Retractions):
        monkeypatch.setattr(kind, "limits", Limits(100_000))
    monkeypatch.setenv("LEESZAAL_CONTACT", "kob@voorbeeld.nl")
    folder = make_room(tmp_path / "zaal")
    works = pd.DataFrame({"work_id": ["w1", "w2", "w3", "w4"], "citekey": ["a", "b", "c", "d"], "doi": [*DOIS, None]})
    save_stage(Home(folder), "build", "x", {"works": table_bytes(works)}, {})
    return folder


def point(monkeypatch: pytest.MonkeyPatch, name: str, server: LocalServer) -> None:
    monkeypatch.setenv(f"LEESZAAL_{name}_URL", server.url)


def test_a_plan_asks_nothing(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with UnpaywallServer({}) as server:
        point(monkeypatch, "UNPAYWALL", server)
        summary = enrich("open-access", home=room, plan=True)
        enrich("citations", home=room)  # without yes: a plan
    assert server.asked == []
    assert (summary.works, summary.without_doi, summary.requests, summary.planned) == (4, 1, 3, True)
    assert "3 verzoeken" in summary.tell()
    json.dumps(dataclasses.asdict(summary))


def test_open_access(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with UnpaywallServer({"10.5555/a": "https://example.org/a", "10.5555/b": None}) as server:
        point(monkeypatch, "UNPAYWALL", server)
        summary = enrich("open-access", home=room, yes=True)
        again = enrich("open-access", home=room, yes=True)
        assert [one.path for one in server.asked] == ["/10.5555/a", "/10.5555/b", "/10.5555/c"]
    assert (summary.asked, summary.rows, summary.unknown, summary.complete) == (3, 3, 1, True)
    assert summary.findings == ["Vrij te lezen: 1 werk."]
    assert (again.requests, again.fresh, again.complete) == (0, 3, True)
    table = load_enrichment("open-access", room).set_index("citekey")
    assert (table.loc["a", "url"], table.loc["a", "status"], table.loc["a", "licence"]) == (
        "https://example.org/a", "gold", "cc-by",
    )  # fmt: skip
    assert (bool(table.loc["b", "is_oa"]), bool(table.loc["c", "known"])) == (False, False)
    assert pd.isna(table.loc["c", "is_oa"])


def test_the_evidence_brings_no_works(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with UnpaywallServer({"10.5555/a": None}) as server:
        point(monkeypatch, "UNPAYWALL", server)
        enrich("open-access", home=room, works=["a"], yes=True)
    (manifest,) = (room / "literature" / "evidence" / "enrichment" / "open-access").glob("*/manifest.json")
    assert json.loads(manifest.read_text(encoding="utf-8"))["answers"] == 1
    assert list_evidence(Home(room)) == []


def test_without_an_address_unpaywall_is_not_asked(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEESZAAL_CONTACT")
    with UnpaywallServer({}) as server:
        point(monkeypatch, "UNPAYWALL", server)
        with pytest.raises(LeeszaalError, match="e-mailadres") as caught:
            enrich("open-access", home=room, yes=True)
        assert server.asked == []
    assert "contact:" in caught.value.remedy


def test_what_came_before_a_failure_is_kept_and_not_asked_again(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with UnpaywallServer(dict.fromkeys(DOIS), (Fault("429-long", frozenset({2})),)) as server:
        point(monkeypatch, "UNPAYWALL", server)
        first = enrich("open-access", home=room, yes=True)
        second = enrich("open-access", home=room, yes=True)
        paths = [one.path for one in server.asked]
    assert (first.asked, first.complete) == (1, False)
    assert "15 uur" in first.tell()
    assert (second.fresh, second.asked, second.complete) == (1, 3, True)
    assert paths == ["/10.5555/a", "/10.5555/b", "/10.5555/b", "/10.5555/c"]


def test_a_run_that_was_killed_goes_on(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(UnpaywallServer):
        def handle(self, asked: Asked) -> Reply:
            if len(self.asked) == 3:
                raise_in.append(1)
            return super().handle(asked)

    raise_in: list[int] = []
    with Killed(dict.fromkeys(DOIS)) as server:
        point(monkeypatch, "UNPAYWALL", server)
        real = Unpaywall.ask

        def ask(self: Unpaywall, transport: Any, question: str) -> bytes:
            content = real(self, transport, question)
            if raise_in:
                raise KeyboardInterrupt
            return content

        monkeypatch.setattr(Unpaywall, "ask", ask)
        with pytest.raises(KeyboardInterrupt):
            enrich("open-access", home=room, yes=True)
        monkeypatch.setattr(Unpaywall, "ask", real)
        summary = enrich("open-access", home=room, yes=True)
        paths = [one.path for one in server.asked]
    assert paths == ["/10.5555/a", "/10.5555/b", "/10.5555/c", "/10.5555/c"]
    assert (summary.asked, summary.complete) == (3, True)


def test_an_old_answer_is_asked_again_and_the_last_counts(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with UnpaywallServer({"10.5555/a": None}) as server:
        point(monkeypatch, "UNPAYWALL", server)
        enrich("open-access", home=room, works=["a"], yes=True)
        server.known["10.5555/a"] = "https://example.org/nu-vrij"
        enrich("open-access", home=room, works=["a"], yes=True, older_than=0)
        assert len(server.asked) == 2
    (url,) = load_enrichment("open-access", room)["url"]
    assert url == "https://example.org/nu-vrij"


def test_citations_and_an_empty_list_is_not_zero(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = {"10.5555/a": ["10.5555/b", "10.1/buiten", "zonder"], "10.2/citeert": ["10.5555/a"]}
    with OpenCitationsServer(graph) as server:
        point(monkeypatch, "OPENCITATIONS", server)
        summary = enrich("citations", home=room, yes=True)
    assert (summary.requests, summary.rows, summary.unknown, summary.complete) == (6, 5, 1, True)
    assert "er zijn er geen, of OpenCitations kent het werk niet" in summary.tell()
    table = load_enrichment("citations", room)
    found = set(zip(table["citekey"], table["direction"], table["other"], strict=True))
    assert found == {
        ("a", "references", "10.5555/b"), ("a", "references", "10.1/buiten"), ("a", "references", "omid:zonder"),
        ("a", "citations", "10.2/citeert"), ("b", "citations", "10.5555/a"),
    }  # fmt: skip
    assert server.asked[0].path == "/references/doi:10.5555/a"


def test_a_token_is_sent_and_kept_out(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_OPENCITATIONS_TOKEN", "geheim-token-123")
    with OpenCitationsServer({}, token="geheim-token-123") as server:
        point(monkeypatch, "OPENCITATIONS", server)
        assert enrich("citations", home=room, yes=True).complete
        server.token = "ander"
        refused = enrich("citations", home=room, yes=True, older_than=0)
    assert not refused.complete
    assert "geheim-token-123" not in json.dumps(dataclasses.asdict(refused))
    assert not any(b"geheim-token" in path.read_bytes() for path in room.rglob("*") if path.is_file())


NOTICE = {
    "DOI": "10.9/R", "type": "retraction", "label": "Retraction", "source": "retraction-watch",
    "updated": {"date-parts": [[2010, 2, 6]]},
}  # fmt: skip


def test_retractions(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with NoticesServer({"10.5555/a": [NOTICE], "10.5555/b": []}) as server:
        point(monkeypatch, "CROSSREF", server)
        summary = enrich("retractions", home=room, yes=True)
        again = enrich("retractions", home=room, yes=True)
    assert len(server.asked) == 1
    assert server.asked[0].params["filter"] == "doi:10.5555/a,doi:10.5555/b,doi:10.5555/c"
    assert (summary.requests, summary.asked, summary.unknown) == (1, 3, 1)
    assert summary.findings == ["Let op: 10.5555/a is ingetrokken (2010-02-06; bericht 10.9/r)."]
    assert again.findings == summary.findings
    table = load_enrichment("retractions", room).set_index("citekey")
    assert (table.loc["a", "type"], table.loc["a", "source"]) == ("retraction", "retraction-watch")
    assert (bool(table.loc["b", "known"]), bool(table.loc["c", "known"])) == (True, False)


def test_a_filter_that_is_ignored_is_a_trap(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with NoticesServer({"10.5555/a": [], "10.7/vreemd": []}, ignores=True) as server:
        point(monkeypatch, "CROSSREF", server)
        summary = enrich("retractions", home=room, yes=True)
    assert not summary.complete
    assert "niet naar was gevraagd (10.7/vreemd)" in summary.tell()


def test_dois_with_a_separator_go_alone() -> None:
    dois = [f"10.1/{n}" for n in range(45)] + ["10.1/a,b"]
    asked = Retractions().questions(dois)
    assert [len(one.split(" ")) for one in asked] == [40, 5, 1]
    assert asked[-1] == "10.1/a,b"


@pytest.mark.parametrize("kind", ["500", "html", "truncated", "cut"])
def test_faults_that_pass(room: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    from leeszaal.harvest import transport

    monkeypatch.setattr(transport.Transport, "pause", lambda *_: None)
    with OpenCitationsServer({}, (Fault(kind, frozenset({2})),)) as server:
        point(monkeypatch, "OPENCITATIONS", server)
        assert enrich("citations", home=room, yes=True).complete
        assert len(server.asked) == 7


def test_unknown_kinds_and_works(room: Path) -> None:
    with pytest.raises(LeeszaalError, match="verrijking ‘retraction’") as caught:
        enrich("retraction", home=room)
    assert "retractions" in caught.value.remedy
    with pytest.raises(LeeszaalError, match="geen werk ‘aa’"):
        enrich("citations", home=room, works=["aa"])
    with pytest.raises(LeeszaalError, match="nog geen verrijking"):
        load_enrichment("citations", room)


def test_damaged_evidence_is_named(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with UnpaywallServer(dict.fromkeys(DOIS)) as server:
        point(monkeypatch, "UNPAYWALL", server)
        enrich("open-access", home=room, yes=True)
        (path,) = room.rglob("answers.gz")
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(LeeszaalError, match="controlesom"):
            enrich("open-access", home=room, yes=True)


def test_the_recordings(shared: Path) -> None:
    api = shared / "data" / "api"
    gold = (api / "unpaywall" / "doi_oa_gold.json").read_bytes()
    assert Unpaywall().read(gold, "10.1016/j.xgen.2025.100814") == [
        OpenAccess(
            "10.1016/j.xgen.2025.100814", True, True, "gold", "https://doi.org/10.1016/j.xgen.2025.100814", "cc-by",
            "publishedVersion", "publisher",
        )
    ]  # fmt: skip
    closed = json.loads((api / "unpaywall" / "search_closed.json").read_bytes())["results"][0]["response"]
    (row,) = Unpaywall().read(json.dumps(closed).encode(), "10.1063/1.4938384")
    assert (row.known, row.is_oa, row.status, row.url) == (True, False, "closed", None)
    retracted = json.loads((api / "crossref" / "retracted_wakefield_trimmed.json").read_bytes())["message"]
    notice = json.loads((api / "crossref" / "retraction_notice_trimmed.json").read_bytes())["message"]
    both = json.dumps({"message": {"items": [retracted, notice]}}).encode()
    assert Retractions().read(both, "10.1016/s0140-6736(97)11096-0 10.1016/s0140-6736(10)60175-4") == [
        Notice(
            "10.1016/s0140-6736(97)11096-0", True, "correction", "updated-by", "10.1016/s0140-6736(04)15715-2",
            "retraction-watch", "2004-03-06",
        ),
        Notice(
            "10.1016/s0140-6736(97)11096-0", True, "retraction", "updated-by", "10.1016/s0140-6736(10)60175-4",
            "retraction-watch", "2010-02-06",
        ),
        Notice(
            "10.1016/s0140-6736(10)60175-4", True, "retraction", "update-to", "10.1016/s0140-6736(97)11096-0",
            "retraction-watch", "2010-02-06",
        ),
    ]  # fmt: skip


def test_reading_citations() -> None:
    content = json.dumps(
        [{"oci": "1-2", "citing": "omid:br/1 doi:10.1/A", "cited": "omid:br/2 pmid:7", "creation": "", "timespan": ""}]
    ).encode()
    assert OpenCitations().read(content, "references 10.1/a") == [
        Citation("10.1/a", "references", "omid:br/2", None, "1-2")
    ]
    assert OpenCitations().read(content, "citations 10.9/x")[0].other == "10.1/a"
