"""The one way to a source: at its pace, within the user's budget, and never silent about a failure.

Every request of every source goes through a `Transport`. It keeps to the source's limits, tries again what may
pass (429, 5xx, a broken connection, a body cut short), obeys `Retry-After` up to a cap that the user sets, counts
requests against a budget, caps the size of an answer, and takes secrets out of everything it says.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from leeszaal.harvest.answer import Answer
from leeszaal.harvest.errors import Malformed, SourceBusy, SourceDown, SourceError, SourceRefused
from leeszaal.harvest.manners import Budget, Limits, duration, retry_after, user_agent
from leeszaal.harvest.secrets import redact

if TYPE_CHECKING:  # a quarter of a second, only needed by who goes out
    import httpx2

__all__ = ["Answer", "Budget", "Limits", "Transport", "retry_after", "user_agent"]

MEGABYTE = 1_000_000
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_READ_SECONDS, _CONNECT_SECONDS = 30.0, 10.0
# A program on this very machine (Zotero) is never behind the proxy that the office prescribes.
_HERE = ("127.0.0.1", "localhost", "[::1]")
# Headers that travel to the first host only.
_PRIVATE = ("authorization", "zotero-api-key", "crossref-plus-api-token", "cookie")


class Transport:
    """The way to one source during one run; may be used from several threads.

    Parameters
    ----------
    source
        Title of the source, for messages.
    client
        An `httpx2.Client` to send with; tests hand in one on `httpx2.MockTransport`. Close it yourself.
    limits
        The source's pace.
    budget
        Shared by all transports of a run.
    contact
        E-mail address for the User-Agent.
    max_wait
        Seconds the user is willing to wait at a stretch when a source says it is busy.
    total_timeout
        Seconds one answer may take from first to last byte: a source that drips is a source that hangs.
    tries
        How often one request is sent before giving up.
    max_bytes
        Size above which an answer is not taken in.
    sleep, clock
        For tests.
    """

    def __init__(
        self,
        source: str,
        *,
        client: httpx2.Client | None = None,
        limits: Limits,
        budget: Budget | None = None,
        contact: str = "",
        max_wait: float = 60.0,
        total_timeout: float = 120.0,
        tries: int = 5,
        max_bytes: int = 100 * MEGABYTE,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.source = source
        self.budget = budget or Budget()
        self.contact = contact
        self.max_wait = max_wait
        self.total_timeout = total_timeout
        self.tries = tries
        self.max_bytes = max_bytes
        self.requests = 0
        self._client = client or _client()
        self._owns_client = client is None
        self._interval = 1 / limits.per_second
        self._slots = threading.BoundedSemaphore(limits.concurrency)
        self._lock = threading.Lock()
        self._next = 0.0
        self._sleep = sleep or time.sleep
        self._clock = clock or time.monotonic

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless the client was handed in."""
        if self._owns_client:
            self._client.close()

    def slow_to(self, per_second: float) -> None:
        """Keep to the pace that the source names in its answers."""
        if per_second > 0:
            self._interval = 1 / per_second

    def pause(self, seconds: float, why: str = "vraagt om te wachten") -> None:
        """Wait because the source asks for it.

        Raises
        ------
        SourceBusy
            When that is longer than the user allows, naming the time until when.
        """
        if seconds > self.max_wait:
            until = datetime.datetime.now().astimezone() + datetime.timedelta(seconds=seconds)
            raise SourceBusy(
                f"{self.source} {why}: {duration(seconds)}, tot {until:%d-%m-%Y %H:%M}. "
                f"U staat hoogstens {duration(self.max_wait)} toe.",
                "Wat binnen is, is bewaard. Voer dezelfde opdracht na die tijd opnieuw uit; hij gaat "
                "verder waar hij bleef.",
            )
        if seconds > 0:
            self._sleep(seconds)

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        check: Callable[[Answer], object] | None = None,
        allow: tuple[int, ...] = (),
    ) -> Answer:
        """Ask for one address; see `request`."""
        return self.request("GET", url, params=params, headers=headers, check=check, allow=allow)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        check: Callable[[Answer], object] | None = None,
        allow: tuple[int, ...] = (),
    ) -> Answer:
        """Send one request and return the answer, read to the end.

        Parameters
        ----------
        method, url, headers
            As in HTTP; the User-Agent is added.
        params
            Added to the address.
        json, content
            Body; a request that changes something (POST, PATCH, DELETE) is sent once, never again.
        check
            Called with the answer; when it raises `Malformed` the request is tried again like a failure.
        allow
            Statuses outside 2xx that the caller deals with itself (304, 404).

        Raises
        ------
        SourceBusy, SourceDown, SourceRefused, BudgetSpent, Malformed
            When it did not succeed in the number of tries.
        """
        started = self._clock()
        tries = self.tries if method in ("GET", "HEAD") else 1
        last: SourceError = SourceDown(f"{self.source} gaf geen antwoord.")
        for attempt in range(tries):
            wait = 0.5 * 2**attempt
            try:
                response, body = self._hops(method, url, params, headers, json, content)
            except SourceError as error:
                if not isinstance(error, SourceDown):
                    raise
                last = error
            else:
                status = response.status_code
                found = {name.lower(): value for name, value in response.headers.items()}
                answer = Answer(self.source, redact(str(response.url)), status, found, body, self._clock() - started)
                if status in _PASSING and status not in allow:
                    last = self._passing(answer)
                    asked = retry_after(found.get("retry-after"), datetime.datetime.now(datetime.UTC))
                    if asked is not None:
                        wait = asked
                        if asked > self.max_wait:
                            self.pause(asked)
                elif 200 <= status < 300 or status in allow:
                    try:
                        if check is not None:
                            check(answer)
                    except Malformed as error:
                        last = error
                    else:
                        return answer
                else:
                    raise self._refused(answer)
            if attempt + 1 < tries:
                self.pause(wait)
        raise last

    def _turn(self) -> None:
        """Wait until the pace allows the next request."""
        with self._lock:
            now = self._clock()
            at = max(now, self._next)
            self._next = at + self._interval
        if at > now:
            self._sleep(at - now)

    def _hops(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        json: Any,
        content: bytes | None,
    ) -> tuple[httpx2.Response, bytes]:
        """Send, and follow redirects; private headers and parameters stay with the first host."""
        import httpx2

        sent = {"user-agent": user_agent(self.contact), **(headers or {})}
        try:
            request = self._client.build_request(
                method, url, params=dict(params) if params else None, headers=sent, json=json, content=content
            )
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise SourceRefused(
                f"Het adres van {self.source} is geen geldig webadres: {url} ({error})",
                "Controleer het adres in de omgeving of in searches.yaml.",
            ) from None
        seen = set()
        for _ in range(_MOST_REDIRECTS + 1):
            response, body = self._send(request)
            if response.status_code not in _REDIRECTS or "location" not in response.headers:
                return response, body
            target = request.url.join(response.headers["location"])
            if str(target) in seen or urlsplit(str(target)).scheme not in ("http", "https"):
                break
            seen.add(str(target))
            kept = {n: v for n, v in sent.items() if target.host == request.url.host or n.lower() not in _PRIVATE}
            if method not in ("GET", "HEAD"):
                break  # a change is not sent to another address than the one asked for
            request = self._client.build_request(method, target, headers=kept)
        raise SourceRefused(
            f"{self.source} stuurt in een kring door naar andere adressen: {request.url}",
            "Controleer het adres van de bron; misschien moet er eerst ergens worden ingelogd.",
        )

    def _send(self, request: httpx2.Request) -> tuple[httpx2.Response, bytes]:
        import httpx2

        with self._slots:
            self._turn()
            self.budget.take_request(self.source)
            self.requests += 1
            try:
                response = self._client.send(request, stream=True, follow_redirects=False)
                try:
                    return response, b"".join(self._body(response))
                finally:
                    response.close()
            except (httpx2.RequestError, httpx2.StreamError) as error:
                raise SourceDown(
                    f"{self.source} is niet bereikbaar of brak het antwoord af ({_cause(error)}): {request.url}",
                    "Controleer de internetverbinding en probeer het opnieuw; wat binnen is, is bewaard.",
                ) from None

    def _body(self, response: httpx2.Response) -> Iterator[bytes]:
        """Yield the body; stop when it is too large or comes too slowly."""
        deadline = self._clock() + self.total_timeout
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            if size > self.max_bytes:
                raise SourceRefused(
                    f"{self.source} stuurt een antwoord van meer dan {self.max_bytes // MEGABYTE} MB: {response.url}",
                    "Vraag minder tegelijk, met een kleinere bladzijde.",
                )
            if self._clock() > deadline:
                raise SourceDown(
                    f"{self.source} antwoordt zo traag dat het na {self.total_timeout:g} s is "
                    f"opgegeven: {response.url}",
                    "Probeer het later opnieuw; wat binnen is, is bewaard.",
                )
            yield piece

    def _passing(self, answer: Answer) -> SourceError:
        kind = SourceBusy if answer.status == 429 else SourceDown
        return kind(
            f"{self.source} bleef antwoorden met een storing (HTTP {answer.status}), {self.tries} keer: {answer.url}",
            "Probeer het later opnieuw; wat binnen is, is bewaard.",
        )

    def _refused(self, answer: Answer) -> SourceRefused:
        if answer.status in (401, 403):
            message = f"{self.source} wijst de sleutel of de toegang af (HTTP {answer.status})"
            remedy = "Controleer de sleutel van deze bron in de omgeving of in de sleutelbos van uw computer."
        elif answer.status == 404:
            message = f"{self.source} kent dit adres niet (HTTP 404)"
            remedy = "Controleer het adres van de bron."
        else:
            message = f"{self.source} accepteert de vraag niet (HTTP {answer.status})"
            remedy = "Controleer de zoekvraag; leeszaal harvest --plan laat haar zien."
        said = "" if answer.looks_like_html else " ".join(answer.text()[:300].split())
        return SourceRefused(
            f"{message}: {answer.url}" + (f"\nDe bron zegt: {said}" if said else ""),
            remedy,
            status=answer.status,
            content=answer.content,
        )


def _client() -> httpx2.Client:
    import httpx2

    timeout = httpx2.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    return httpx2.Client(timeout=timeout, mounts={f"all://{host}": None for host in _HERE})


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
