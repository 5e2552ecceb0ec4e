"""Unpaywall: where a work can be read for free.

One request a DOI, with the user's e-mail address (documentation, November 2026: at most 100,000 a day, no key).
A DOI that it does not know is a 404 with JSON, and an answer too: then nothing is known about it, which is not
the same as "not free".
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.transport import Limits, Transport

__all__ = ["OpenAccess", "Unpaywall"]


@dataclass(frozen=True)
class OpenAccess:
    """What Unpaywall says of one DOI.

    Attributes
    ----------
    known
        Whether Unpaywall knows the DOI at all; when not, the rest says nothing.
    status
        "gold", "hybrid", "bronze", "green", "diamond" or "closed".
    url
        Where to read it: the best place, its PDF before its page.
    version
        "publishedVersion", "acceptedVersion" or "submittedVersion".
    """

    doi: str
    known: bool
    is_oa: bool | None = None
    status: str | None = None
    url: str | None = None
    licence: str | None = None
    version: str | None = None
    host: str | None = None


class Unpaywall:
    """Asks Unpaywall for one DOI at a time."""

    name = "unpaywall"
    title = "Unpaywall"
    url_variable = "LEESZAAL_UNPAYWALL_URL"
    limits = Limits(per_second=10, concurrency=1)

    def questions(self, dois: Sequence[str]) -> list[str]:
        """Return what to ask, one name for each request."""
        return list(dois)

    def parts(self, question: str) -> list[str]:
        """Return the DOIs that a question is about."""
        return [question]

    def ask(self, transport: Transport, question: str) -> bytes:
        """Return the answer about a DOI as it came.

        Raises
        ------
        LeeszaalError
            When no e-mail address is known to ask with.
        SourceError
            When the source does not answer.
        """
        if not transport.contact:
            raise LeeszaalError(
                "Unpaywall wil een e-mailadres bij elke vraag, en er is geen bekend.",
                "Zet ‘contact: naam@voorbeeld.nl’ in literature/searches.yaml, of in LEESZAAL_CONTACT.",
            )
        base = (os.environ.get(self.url_variable) or "https://api.unpaywall.org/v2").rstrip("/")
        answer = transport.get(
            f"{base}/{quote(question, safe='/')}", {"email": transport.contact}, allow=(404,), check=lambda a: a.json()
        )
        return answer.content

    def read(self, content: bytes, question: str) -> list[OpenAccess]:
        """Read a stored answer."""
        told: Mapping[str, Any] = loads(content)
        if "is_oa" not in told:
            return [OpenAccess(question, known=False)]
        best = told.get("best_oa_location") or {}
        return [
            OpenAccess(
                question, True, bool(told["is_oa"]), told.get("oa_status"),
                best.get("url_for_pdf") or best.get("url") or best.get("url_for_landing_page"),
                best.get("license"), best.get("version"), best.get("host_type"),
            )
        ]  # fmt: skip
