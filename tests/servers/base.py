"""The common part of the local servers: HTTP, a log of what was asked, and faults on demand.

A source's server is a subclass with one method, `handle`; run it with ``with OpenAlexServer(5000) as server:`` and
ask it at ``server.url``.
"""

from __future__ import annotations

import datetime
import socket
import struct
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

FAULTS = (
    "429", "429-date", "429-long", "403",
    "500", "503", "503-html", "reset", "cut", "truncated", "encoding", "drip", "redirect",
    "html", "slow",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    at: float = 0.0


@dataclass(frozen=True)
class Reply:
    """What a server says."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"


@dataclass
class Fault:
    """Something that goes wrong.

    Parameters
    ----------
    kind
        One of `FAULTS`: a status (429 with a wait of 1 second, the same as a date, or of 15 hours), a connection
        reset half-way the body, a body shorter than announced (cut) or shorter than its own syntax (truncated),
        another encoding than it says, a drip of bytes, a redirect to itself, a web page, a slow answer.
    on
        Numbers of the requests it strikes, from 1; empty for every one.
    seconds
        For the slow ones; for "429" what Retry-After says.
    """

    kind: str
    on: frozenset[int] = frozenset()
    seconds: float = 0.0

    def strikes(self, number: int) -> bool:
        return not self.on or number in self.on


class LocalServer(ABC):
    """A server on a free port of this machine; `asked` holds every request, in order."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        for fault in faults:
            if fault.kind not in FAULTS:
                raise ValueError(f"unknown fault {fault.kind!r}")
        self.faults = list(faults)
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                server._serve(self)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET  # noqa: N815

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]  # a killed client is no news
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @abstractmethod
    def handle(self, asked: Asked) -> Reply:
        """Answer a request as the protocol does."""

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        params = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(handler.command, parts.path, params, headers, body, time.monotonic())
        with self._lock:
            self.asked.append(asked)
            number = len(self.asked)
        fault = next((one for one in self.faults if one.strikes(number)), None)
        try:
            if fault is None or fault.kind == "slow":
                time.sleep(fault.seconds if fault else 0)
                _send(handler, self.handle(asked))
            else:
                _fail(handler, fault, self.handle(asked) if fault.kind in _NEED_BODY else None)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True


_NEED_BODY = ("reset", "cut", "truncated", "encoding", "drip")


def _head(handler: BaseHTTPRequestHandler, reply: Reply, length: int | None = None) -> None:
    handler.send_response(reply.status)
    handler.send_header("Content-Type", reply.kind)
    handler.send_header("Content-Length", str(len(reply.body) if length is None else length))
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.end_headers()


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    _head(handler, reply)
    if handler.command != "HEAD":
        handler.wfile.write(reply.body)


def _fail(handler: BaseHTTPRequestHandler, fault: Fault, reply: Reply | None) -> None:
    kind = fault.kind
    if kind.startswith("429"):
        moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=fault.seconds or 1)
        after = {
            "429": f"{fault.seconds or 1:g}",
            "429-long": "54000",
            "429-date": format_datetime(moment, usegmt=True),
        }[kind]
        _send(handler, Reply(b'{"error":"Rate limit exceeded"}', 429, {"Retry-After": after}))
    elif kind in ("403", "500", "503"):
        _send(handler, Reply(b'{"error":"out of order"}', int(kind)))
    elif kind in ("503-html", "html"):
        page = b"<!DOCTYPE html><html><head><title>Storing</title></head><body>Even geduld</body></html>"
        _send(handler, Reply(page, 503 if kind == "503-html" else 200, kind="text/html"))
    elif kind == "redirect":
        _send(handler, Reply(b"", 302, {"Location": handler.path}))
    else:
        assert reply is not None
        _spoil(handler, fault, reply)


def _spoil(handler: BaseHTTPRequestHandler, fault: Fault, reply: Reply) -> None:
    half = len(reply.body) // 2
    if fault.kind == "truncated":
        _send(handler, Reply(reply.body[:half], reply.status, reply.headers, reply.kind))
    elif fault.kind == "encoding":
        _send(
            handler,
            Reply(reply.body.decode().encode("latin-1", "replace"), reply.status, reply.headers, reply.kind),
        )
    elif fault.kind == "drip":
        _head(handler, reply)
        for at in range(0, len(reply.body), 50):
            handler.wfile.write(reply.body[at : at + 50])
            handler.wfile.flush()
            time.sleep(fault.seconds)
    else:
        _head(handler, reply)
        handler.wfile.write(reply.body[:half])
        handler.wfile.flush()
        handler.close_connection = True
        if fault.kind == "reset":  # a closed connection with data under way: RST, not FIN
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
