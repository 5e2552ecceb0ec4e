"""A local open.overheid.nl: search by words and dates, and everything when it does not know a parameter."""

from __future__ import annotations

import json
from typing import Any

from .base import Asked, Fault, LocalServer, Reply

_KNOWN = (
    "zoektekst", "start", "aantalResultaten", "sort", "order", "publicatiedatumVan", "publicatiedatumTot",
)  # fmt: skip


def result(number: int) -> dict[str, Any]:
    """Return one result in the shape of the recording."""
    year = 2015 + number % 10
    key = f"00000000-0000-4000-8000-{number:012d}"
    return {
        "document": {
            "id": f"{key}_1", "pid": f"https://open.overheid.nl/documenten/{key}",
            "titel": f"Onderzoek toezicht provincie, deel {number} é", "omschrijving": f"Samenvatting {number}.",
            "openbaarmakingsdatum": f"{year}-02-03", "publisher": "ministerie van Binnenlandse Zaken",
            "aanbieder": "Aanleverloket", "mutatiedatumtijd": f"{year}-02-04T09:23:36.587Z",
        },
        "bestandsgrootte": "0.94 MB", "aantalPaginas": 3, "bestandsType": "application/pdf",
    }  # fmt: skip


class WooServer(LocalServer):
    """`size` documents.

    Parameters
    ----------
    reported
        What `totaal` says, when not the truth.
    everything
        How much there is in all; above it our words look ignored.
    cap
        Beyond this many results comes HTTP 400.
    trap
        "renamed": `zoektekst` is no longer known, so that everything comes; "dates": the dates are not looked at;
        "short": pages come to an end before `totaal`; "shape": JSON of another shape.
    """

    def __init__(
        self,
        size: int = 120,
        faults: tuple[Fault, ...] = (),
        *,
        reported: int | None = None,
        everything: int = 663_177,
        cap: int | None = None,
        trap: str = "",
    ) -> None:
        super().__init__(faults)
        self.size, self.reported, self.everything, self.cap, self.trap = size, reported, everything, cap, trap

    def handle(self, asked: Asked) -> Reply:
        size, start = asked.params.get("aantalResultaten", "10"), int(asked.params.get("start", "0"))
        if size not in ("10", "20", "50") or (self.cap is not None and start >= self.cap):
            return Reply(b'{"status":400,"error":"Bad Request"}', 400)
        if self.trap == "shape":
            return _json({"total": 3, "items": []})
        given = asked.params if self.trap != "dates" else {}
        numbers = sorted(range(self.size), key=lambda n: (n % 10, n))
        start_year, end_year = given.get("publicatiedatumVan", "")[-4:], given.get("publicatiedatumTot", "")[-4:]
        if start_year:
            numbers = [n for n in numbers if 2015 + n % 10 >= int(start_year)]
        if end_year:
            numbers = [n for n in numbers if 2015 + n % 10 <= int(end_year)]
        total = len(numbers)
        if self.reported is not None:
            total = self.reported
        if self.trap == "renamed" or not asked.params.get("zoektekst"):
            total = self.everything
        if self.trap == "short":
            numbers = numbers[:70]
        page = [result(n) for n in numbers[start : start + int(size)]]
        return _json({"totaal": total, "resultaten": page})


def unknown_parameters(asked: Asked) -> set[str]:
    """Return the parameters that the real service would silently ignore."""
    return set(asked.params) - set(_KNOWN)


def _json(found: dict[str, Any]) -> Reply:
    return Reply(json.dumps(found, ensure_ascii=False).encode())
