"""The transport: pace, tries, Retry-After, budget, redirects, size, time, and words that keep secrets."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable

import httpx2
import pytest

from leeszaal.harvest.adapter import client_over
from leeszaal.harvest.errors import (
    BudgetSpent,
    Malformed,
    SourceBusy,
    SourceDown,
    SourceError,
    SourceRefused,
)
from leeszaal.harvest.transport import Answer, Budget, Limits, Transport, retry_after, user_agent
from servers.base import Fault
from servers.openalex import OpenAlexServer

NOW = datetime.datetime(2026, 11, 24, 12, 0, tzinfo=datetime.UTC)


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def read(self) -> float:
        return self.now


def over(handler: Callable[[httpx2.Request], httpx2.Response], clock: Clock, **settings: object) -> Transport:
    client = httpx2.Client(transport=httpx2.MockTransport(handler))
    given = {"limits": Limits(100_000), "sleep": clock.sleep, "clock": clock.read} | settings
    return Transport("Bron", client=client, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("Tue, 24 Nov 2026 12:00:30 GMT", 30.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        (None, None),
        ("straks", None),
        ("1e99", None),
        ("nan", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_waits_as_asked_and_tries_again() -> None:
    clock, answers = Clock(), iter([(429, {"Retry-After": "7"}), (503, {}), (200, {})])

    def handler(_: httpx2.Request) -> httpx2.Response:
        status, headers = next(answers)
        return httpx2.Response(status, headers=headers, text="ja")

    answer = over(handler, clock).get("http://bron.test/")
    assert answer.content == b"ja"
    assert [wait for wait in clock.slept if wait >= 0.5] == [7.0, 1.0]


def test_a_wait_beyond_the_cap_is_reported_with_its_end() -> None:
    clock = Clock()
    transport = over(lambda _: httpx2.Response(429, headers={"Retry-After": "54000"}), clock, max_wait=60.0)
    with pytest.raises(SourceBusy, match=r"15 uur, tot \d\d-\d\d-2\d\d\d \d\d:\d\d") as caught:
        transport.get("http://bron.test/")
    assert "60 seconden" in caught.value.message
    assert transport.requests == 1
    assert max(clock.slept, default=0) < 1


def test_gives_up_after_its_tries() -> None:
    clock = Clock()
    transport = over(lambda _: httpx2.Response(500), clock, tries=4)
    with pytest.raises(SourceDown, match="HTTP 500"):
        transport.get("http://bron.test/")
    assert transport.requests == 4
    assert [wait for wait in clock.slept if wait >= 0.5] == [0.5, 1.0, 2.0]


def test_keeps_the_pace() -> None:
    clock, moments = Clock(), []

    def handler(_: httpx2.Request) -> httpx2.Response:
        moments.append(clock.now)
        return httpx2.Response(200)

    transport = over(handler, clock, limits=Limits(4))
    for _ in range(3):
        transport.get("http://bron.test/")
    transport.slow_to(1)
    for _ in range(2):
        transport.get("http://bron.test/")
    assert moments == [0.0, 0.25, 0.5, 0.75, 1.75]


def test_budget_stops_before_the_request() -> None:
    sent = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200)

    budget = Budget(requests=2)
    transport = over(handler, Clock(), budget=budget)
    transport.get("http://bron.test/")
    transport.get("http://bron.test/")
    with pytest.raises(BudgetSpent, match="2 verzoeken"):
        transport.get("http://bron.test/")
    assert len(sent) == budget.used_requests == 2
    spent = Budget(cost_usd=0.01)
    spent.add_cost(0.01)
    with pytest.raises(BudgetSpent, match=r"\$ 0.01"):
        over(handler, Clock(), budget=spent).get("http://bron.test/")


def test_says_who_it_is() -> None:
    seen = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["user-agent"])
        return httpx2.Response(200)

    over(handler, Clock(), contact="stage@overijssel.nl").get("http://bron.test/")
    assert seen == [user_agent("stage@overijssel.nl")]
    assert seen[0].startswith("Leeszaal/")
    assert seen[0].endswith("(mailto:stage@overijssel.nl)")


def test_a_key_stays_with_the_first_host() -> None:
    seen = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append((request.url.host, request.headers.get("zotero-api-key")))
        if request.url.host == "een.test":
            return httpx2.Response(302, headers={"Location": "http://twee.test/x"})
        return httpx2.Response(200)

    over(handler, Clock()).get("http://een.test/", headers={"Zotero-API-Key": "geheim-123"})
    assert seen == [("een.test", "geheim-123"), ("twee.test", None)]


@pytest.mark.parametrize("target", ["http://bron.test/", "ftp://bron.test/x", "http://bron.test/a"])
def test_redirects_that_lead_nowhere(target: str) -> None:
    transport = over(lambda _: httpx2.Response(302, headers={"Location": target}), Clock())
    with pytest.raises(SourceRefused, match="kring"):
        transport.get("http://bron.test/")
    assert transport.requests <= 7


def test_a_change_is_sent_once_and_not_elsewhere() -> None:
    transport = over(lambda _: httpx2.Response(503), Clock())
    with pytest.raises(SourceDown):
        transport.request("PATCH", "http://bron.test/", json={"a": 1})
    assert transport.requests == 1
    moved = over(lambda _: httpx2.Response(307, headers={"Location": "http://bron.test/y"}), Clock())
    with pytest.raises(SourceRefused):
        moved.request("POST", "http://bron.test/", json={"a": 1})
    assert moved.requests == 1


def test_an_answer_that_is_too_large() -> None:
    transport = over(lambda _: httpx2.Response(200, content=b"x" * 3_000_000), Clock(), max_bytes=2_000_000)
    with pytest.raises(SourceRefused, match="meer dan 2 MB"):
        transport.get("http://bron.test/")


@pytest.mark.parametrize("url", ["geen adres", "http://", "file:///etc/passwd", "http://[::1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(SourceError), Transport("Bron", limits=Limits(100_000), tries=1) as transport:
        transport.get(url)


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "accepteert de vraag niet"), (401, "sleutel"), (403, "sleutel"), (404, "kent dit adres niet")],
)
def test_refusals_are_not_tried_again(status: int, words: str) -> None:
    transport = over(lambda _: httpx2.Response(status, text="filter x is unknown"), Clock())
    with pytest.raises(SourceRefused, match=words) as caught:
        transport.get("http://bron.test/")
    assert transport.requests == 1
    assert caught.value.status == status
    assert "filter x is unknown" in caught.value.message


def test_a_web_page_is_not_repeated_in_the_message() -> None:
    transport = over(lambda _: httpx2.Response(404, text="<!DOCTYPE html><b>weg</b>"), Clock())
    with pytest.raises(SourceRefused) as caught:
        transport.get("http://bron.test/")
    assert "<b>" not in str(caught.value)


def test_statuses_the_caller_wants() -> None:
    assert over(lambda _: httpx2.Response(404), Clock()).get("http://bron.test/", allow=(404,)).status == 404


@pytest.mark.parametrize(
    ("content", "headers", "words"),
    [
        (b"<html>inloggen</html>", {}, "webpagina"),
        (b'{"a": [1, 2', {}, "niet te lezen is als JSON"),
        (b"", {}, "niet te lezen is als JSON"),
        (b'{"a": "caf\xe9"}', {}, "niet te lezen is als JSON"),
        (b'{"a": "caf\xe9"}', {"content-type": "application/json; charset=onbekend"}, "niet te lezen is als JSON"),
        (b"[1]", {}, "andere vorm"),
    ],
)
def test_json_that_is_none(content: bytes, headers: dict[str, str], words: str) -> None:
    with pytest.raises(Malformed, match=words):
        Answer("Bron", "http://bron.test/", 200, headers, content).json()


def test_json_in_the_encoding_that_the_header_names() -> None:
    headers = {"content-type": "application/json; charset=iso-8859-1"}
    assert Answer("Bron", "u", 200, headers, b'{"a": "caf\xe9"}').json() == {"a": "café"}
    assert Answer("Bron", "u", 200, {}, b'{"a": "\\ud800"}').json() == {"a": "\ud800"}
    assert Answer("Bron", "u", 200, headers, b"caf\xe9").text() == "café"
    assert Answer("Bron", "u", 200, {}, b"caf\xe9").text() == "café"
    assert Answer("Bron", "u", 200, {}, "café".encode()).text() == "café"


def test_a_check_that_fails_is_tried_again() -> None:
    bodies = iter([b'{"a": ', b'{"a": 1}'])
    transport = over(lambda _: httpx2.Response(200, content=next(bodies)), Clock())
    assert transport.get("http://bron.test/", check=Answer.json).json() == {"a": 1}
    always = over(lambda _: httpx2.Response(200, content=b"{"), Clock(), tries=3)
    with pytest.raises(Malformed):
        always.get("http://bron.test/", check=Answer.json)
    assert always.requests == 3


PASSING = ["429", "429-date", "500", "503", "503-html", "reset", "cut", "truncated", "encoding", "html"]


@pytest.mark.parametrize("kind", PASSING)
def test_faults_that_pass(kind: str) -> None:
    """A real server that fails once: the second try brings the answer whole."""
    with (
        OpenAlexServer(150, (Fault(kind, frozenset({1})),)) as server,
        Transport("OpenAlex", limits=Limits(100_000), sleep=lambda _: None) as transport,
    ):
        answer = transport.get(f"{server.url}/works", {"cursor": "*", "per_page": "100"}, check=Answer.json)
        assert len(answer.json()["results"]) == 100
        assert len(server.asked) == 2


def test_a_drip_is_given_up() -> None:
    with (
        OpenAlexServer(150, (Fault("drip", seconds=0.02),)) as server,
        Transport("OpenAlex", limits=Limits(100_000), total_timeout=0.1, tries=1) as transport,
        pytest.raises(SourceDown, match="zo traag"),
    ):
        transport.get(f"{server.url}/works", {"cursor": "*", "per_page": "100"})


def test_nobody_there() -> None:
    with OpenAlexServer(1) as server:
        url = server.url
    with (
        Transport("OpenAlex", limits=Limits(100_000), tries=2, sleep=lambda _: None) as transport,
        pytest.raises(SourceDown, match="niet bereikbaar"),
    ):
        transport.get(url)


def test_this_machine_is_not_behind_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with OpenAlexServer(1) as server, Transport("OpenAlex", limits=Limits(100_000), tries=1) as transport:
        assert transport.get(f"{server.url}/works").status == 200


def test_a_library_over_the_transport() -> None:
    budget = Budget(requests=3)
    seen = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        status = 503 if len(seen) == 1 else 412 if request.method == "PATCH" else 200
        return httpx2.Response(status, headers={"Last-Modified-Version": "7"}, json={"a": 1})

    transport = over(handler, Clock(), budget=budget)
    client = client_over(transport)
    found = client.get("http://bron.test/items", params={"limit": 5}, headers={"Zotero-API-Key": "geheim-123"})
    assert found.json() == {"a": 1}
    assert found.headers["last-modified-version"] == "7"
    assert str(seen[1].url) == "http://bron.test/items?limit=5"
    assert seen[1].headers["zotero-api-key"] == "geheim-123"
    assert seen[1].headers["user-agent"].startswith("Leeszaal/")
    assert client.patch("http://bron.test/items/1", json={"b": 2}).status_code == 412
    assert json.loads(seen[2].content) == {"b": 2}
    with pytest.raises(BudgetSpent):
        client.get("http://bron.test/items")
