"""A local Crossref: cursors that never end and may repeat, pools and paces in the headers, its three kinds of error."""

from __future__ import annotations

import json
from typing import Any

from .base import Asked, Fault, LocalServer, Reply


def item(number: int) -> dict[str, Any]:
    """Return one made-up work in the shape of the recordings."""
    return {
        "DOI": f"10.5555/Crossref.{number}",
        "title": [f"Gemeenten en het toezicht van de provincie ({number})"],
        "subtitle": ["Een coördinerende rol"] if number % 4 == 0 else [],
        "type": ("journal-article", "book-chapter", "report", "dissertation")[number % 4],
        "author": [
            {"given": "Anna", "family": "de Vries", "sequence": "first", "affiliation": []},
            {"name": "Raad voor het Openbaar Bestuur", "sequence": "additional", "affiliation": []},
        ],
        "issued": {"date-parts": [[2010 + number % 15, 1 + number % 12]]},
        "container-title": ["Bestuurskunde"],
        "publisher": "Boom",
        "volume": "3",
        "page": "1-9",
        "URL": f"https://doi.org/10.5555/crossref.{number}",
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Wie houdt toezicht op wie?</jats:p>",
    }


class CrossrefServer(LocalServer):
    """`size` works.

    Parameters
    ----------
    trap
        "": cursors as the real ones, that differ each time; "constant": the cursor is the same for every page, and
        the server remembers the place (as in the recordings); "stuck": the same page again and again; "endless":
        two pages take turns; "no-cursor": the next place is left out.
    cap
        Works after which only empty pages come.
    expired
        Cursors other than ``*`` are no longer known.
    """

    def __init__(
        self,
        size: int = 500,
        faults: tuple[Fault, ...] = (),
        *,
        trap: str = "",
        cap: int | None = None,
        expired: bool = False,
        pool: str = "polite",
    ) -> None:
        super().__init__(faults)
        self.size, self.trap, self.cap, self.expired, self.pool = size, trap, cap, expired, pool
        self._place = 0

    def handle(self, asked: Asked) -> Reply:
        pace = {"polite": "1000", "public": "5"}[self.pool]
        headers = {
            "x-api-pool": self.pool,
            "x-rate-limit-limit": pace,
            "x-rate-limit-interval": "1s",
            "x-concurrency-limit": "3",
        }
        if asked.path != "/works":
            return Reply(b"Resource not found.", 404, headers, "text/plain")
        rows = asked.params.get("rows", "20")
        if not rows.isdigit() or int(rows) > 1000:
            return _failed(400, "validation-failure", "integer-not-valid", rows)
        size = int(rows)
        cursor = asked.params.get("cursor")
        if cursor not in (None, "*") and (self.expired or not cursor.startswith("DnF1ZXJ5")):
            return _failed(404, "resource-failure", "cursor-invalid", cursor)
        start, following = self._turn(cursor, size)
        end = min(start + size, self.size if self.cap is None else self.cap)
        message = {
            "facets": {},
            "total-results": self.size,
            "items": [item(number) for number in range(start, end)],
            "items-per-page": size,
            "query": {"start-index": 0, "search-terms": asked.params.get("query.bibliographic")},
        }
        if cursor is not None and self.trap != "no-cursor":
            message["next-cursor"] = following
        body = {"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message}
        return Reply(json.dumps(body, ensure_ascii=False).encode(), headers=headers)

    def _turn(self, cursor: str | None, size: int) -> tuple[int, str]:
        """Return where a page begins, and the cursor to the next."""
        if self.trap == "constant":
            start = 0 if cursor in (None, "*") else self._place
            self._place = start + size
            return start, "DnF1ZXJ5same"
        start = 0 if cursor in (None, "*") else int(cursor.removeprefix("DnF1ZXJ5"))
        if self.trap == "stuck":
            return 0, "DnF1ZXJ50"
        if self.trap == "endless":
            return start, f"DnF1ZXJ5{size if start == 0 else 0}"
        return start, f"DnF1ZXJ5{start + size}"


def _failed(status: int, kind: str, what: str, value: str) -> Reply:
    message = [{"type": what, "value": value, "message": f"{what}: {value}"}]
    return Reply(json.dumps({"status": "failed", "message-type": kind, "message": message}).encode(), status)
