"""A page with what belongs to it: an answer, and the documents that were fetched because it named them.

A page is stored as it came. Where a page is only whole together with other answers (the text of each publication,
the words that were searched for in a feed that cannot search), these travel with it, each of them as it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Part", "pack", "unpack"]

_MARK = b"%leeszaal-bundle 1\n"


@dataclass(frozen=True)
class Part:
    """One more answer.

    Attributes
    ----------
    name
        What it is ("gmb-2026-104512").
    status
        HTTP status, or 0 when no answer came.
    kind
        Content type as the source gave it.
    content
        The bytes as they came.
    """

    name: str
    status: int
    kind: str
    content: bytes


def pack(content: bytes, parts: Iterable[Part]) -> bytes:
    """Return an answer and its parts as one; without parts the answer itself."""
    rest = tuple(parts)
    if not rest:
        return content
    head = {
        "size": len(content),
        "parts": [{"name": p.name, "status": p.status, "kind": p.kind, "size": len(p.content)} for p in rest],
    }
    line = json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    return b"".join([_MARK, line, content, *(part.content for part in rest)])


def unpack(content: bytes) -> tuple[bytes, tuple[Part, ...]]:
    """Return what `pack` put together.

    Raises
    ------
    ValueError
        When the sizes do not add up.

    Examples
    --------
    >>> unpack(pack(b"<a/>", [Part("b", 200, "text/html", b"<p>")]))[1][0].content
    b'<p>'
    >>> unpack(b"<a/>")
    (b'<a/>', ())
    """
    if not content.startswith(_MARK):
        return content, ()
    line, _, body = content[len(_MARK) :].partition(b"\n")
    head = json.loads(line)
    place, parts = head["size"], []
    for one in head["parts"]:
        parts.append(Part(one["name"], one["status"], one["kind"], body[place : place + one["size"]]))
        place += one["size"]
    if place != len(body):
        raise ValueError(f"a bundle of {len(body)} bytes where {place} were announced")
    return body[: head["size"]], tuple(parts)
