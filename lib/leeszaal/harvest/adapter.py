"""A client for libraries that send their own requests (pyzotero), so that these too go through the transport."""

from __future__ import annotations

import httpx2

from leeszaal.harvest.transport import Transport

__all__ = ["client_over"]

# The body reaches the library unpacked, so these would be untrue.
_UNTRUE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
# The library sees these itself and decides; everything else that is no success is our own error.
_PASSED_ON = (304, 400, 401, 403, 404, 409, 412, 413, 428)


class _Over(httpx2.BaseTransport):
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {
            n: v for n, v in request.headers.items() if n.lower() not in ("host", "user-agent", "content-length")
        }
        answer = self._transport.request(
            request.method,
            str(request.url),
            headers=headers,
            content=request.read() or None,
            allow=_PASSED_ON,
        )
        kept = {name: value for name, value in answer.headers.items() if name not in _UNTRUE}
        return httpx2.Response(answer.status, headers=kept, content=answer.content, request=request)


def client_over(transport: Transport) -> httpx2.Client:
    """Return an `httpx2.Client` whose every request goes through `transport`: its pace, budget and retries hold.

    Statuses that a library deals with itself (304, 404, 412, ...) reach it; what `Transport` gives up on is
    raised as its `SourceError`.
    """
    return httpx2.Client(transport=_Over(transport))
