"""A local OData: documents of the House, with next links."""

from __future__ import annotations

import json
import re
from typing import Any

from .base import Asked, Fault, LocalServer, Reply

_CONTEXT = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/$metadata#Document"


def document(number: int) -> dict[str, Any]:
    """Return one document in the shape of the service."""
    year = 2015 + number % 10
    return {
        "Id": f"00000000-0000-4000-8000-{number:012d}",
        "Soort": "Brief regering" if number % 2 else "Motie",
        "DocumentNummer": f"{year}D{number:05d}",
        "Titel": "Interbestuurlijk toezicht",
        "Onderwerp": f"Toezicht op provincies en gemeenten, deel {number} é",
        "Datum": f"{year}-03-0{1 + number % 9}T00:00:00+01:00",
        "Vergaderjaar": f"{year - 1}-{year}",
        "Volgnummer": number,
        "GewijzigdOp": f"{year}-04-05T11:27:48.3707026+02:00",
        "Verwijderd": False,
        "Kamerstukdossier": [{"Nummer": 29279, "Toevoeging": None, "Titel": "Rechtsstaat"}],
        "DocumentActor": [{"ActorNaam": "A. de Vries", "ActorFractie": "X", "Relatie": "Eerste ondertekenaar"}],
    }


class ODataServer(LocalServer):
    """`size` documents, 250 a page.

    Parameters
    ----------
    reported
        What `@odata.count` says, when not the truth.
    trap
        "nolink": no next link after the second page; "repeat": the next link is the same for ever; "elsewhere": the
        next link names another machine; "error": HTTP 200 with an error; "expired": a token is no longer known;
        "deleted": every tenth document is deleted; "duplicates": pages overlap by five.
    """

    def __init__(
        self, size: int = 600, faults: tuple[Fault, ...] = (), *, reported: int | None = None, trap: str = ""
    ) -> None:
        super().__init__(faults)
        self.size, self.reported, self.trap = size, reported, trap

    def handle(self, asked: Asked) -> Reply:
        if self.trap == "error":
            return _json({"error": {"code": "", "message": "The query specified in the URI is not valid."}})
        if "eq 'x' eq" in asked.params["$filter"]:
            return Reply(json.dumps({"error": {"code": "", "message": "not valid"}}).encode(), 400)
        since = re.search(r"GewijzigdOp ge (\d{4})", asked.params["$filter"])
        numbers = [n for n in range(self.size) if not since or 2015 + n % 10 >= int(since[1])]
        token = asked.params.get("$skiptoken")
        if token and self.trap == "expired":
            return Reply(json.dumps({"error": {"code": "", "message": "skiptoken"}}).encode(), 400)
        start, size = int(token or 0), int(asked.params.get("$top", 250))
        first = max(start - 5, 0) if self.trap == "duplicates" else start
        chosen = numbers[first : start + size]
        found: dict[str, Any] = {"@odata.context": _CONTEXT}
        if asked.params.get("$count") == "true":
            found["@odata.count"] = len(numbers) if self.reported is None else self.reported
        found["value"] = [self._document(n) for n in chosen]
        after = start + size
        if after < len(numbers) and "$top" not in asked.params and not (self.trap == "nolink" and start >= 250):
            base = "https://elders.example" if self.trap == "elsewhere" else self.url
            following = 250 if self.trap == "repeat" else after
            asked_filter = asked.params["$filter"].replace(" ", "%20").replace("'", "%27")
            found["@odata.nextLink"] = f"{base}{asked.path}?$filter={asked_filter}&$count=true&$skiptoken={following}"
        return _json(found)

    def _document(self, number: int) -> dict[str, Any]:
        if self.trap == "deleted" and number % 10 == 0:
            return {"Id": f"00000000-0000-4000-8000-{number:012d}", "Verwijderd": True, "Titel": None}
        return document(number)


def _json(found: dict[str, Any]) -> Reply:
    return Reply(json.dumps(found, ensure_ascii=False).encode(), kind="application/json; odata.metadata=minimal")
