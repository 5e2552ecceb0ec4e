"""JSON, three times as fast as the standard library where that is possible."""

from __future__ import annotations

import json
from typing import Any

import orjson

__all__ = ["loads"]


def loads(content: bytes) -> Any:
    """Return `content` as JSON.

    What orjson does not accept but the standard library does (half a surrogate pair, NaN) is read by the latter:
    real sources send it.

    Raises
    ------
    ValueError
        When it is no JSON.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content)
