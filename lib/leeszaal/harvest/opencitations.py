"""OpenCitations Index v2: which works a work cites, and which cite it.

Two requests a DOI, no key needed; a token (`LEESZAAL_OPENCITATIONS_TOKEN`) is sent when there is one. What to
know: an empty list means that there are none *or* that OpenCitations does not know the work, and nothing in the
answer tells which; so an empty list is never written down as "zero". Each end of a citation is a row of
identifiers apart by blanks ("omid:br/06 doi:10.1/x openalex:W1"), and the DOI may be missing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.secrets import secret
from leeszaal.harvest.transport import Limits, Transport

__all__ = ["Citation", "OpenCitations"]

_DIRECTIONS = ("references", "citations")
_DOI = re.compile(r"(?:^|\s)doi:(\S+)")


@dataclass(frozen=True)
class Citation:
    """One citation.

    Attributes
    ----------
    doi
        The work that was asked about.
    direction
        "references" when it cites the other, "citations" when the other cites it.
    other
        The other work: its DOI, or where it has none the first of its identifiers as it stands.
    created
        When the citation came to be (the date of the citing work), as precise as known.
    oci
        The number of the citation at OpenCitations.
    """

    doi: str
    direction: str
    other: str
    created: str | None
    oci: str


class OpenCitations:
    """Asks OpenCitations for the references and the citations of one DOI at a time."""

    name = "opencitations"
    title = "OpenCitations"
    url_variable = "LEESZAAL_OPENCITATIONS_URL"
    limits = Limits(per_second=2, concurrency=1)

    def questions(self, dois: Sequence[str]) -> list[str]:
        """Return what to ask, one name for each request."""
        return [f"{direction} {doi}" for doi in dois for direction in _DIRECTIONS]

    def parts(self, question: str) -> list[str]:
        """Return the question itself: a DOI is known when both were answered."""
        return [question]

    def ask(self, transport: Transport, question: str) -> bytes:
        """Return the answer as it came.

        Raises
        ------
        SourceError
            When the source does not answer.
        """
        direction, doi = question.split(" ", 1)
        base = (os.environ.get(self.url_variable) or "https://api.opencitations.net/index/v2").rstrip("/")
        token = secret("OPENCITATIONS_TOKEN")
        answer = transport.get(
            f"{base}/{direction}/doi:{quote(doi, safe='/')}", headers={"authorization": token} if token else {},
            check=lambda a: a.json(list),
        )  # fmt: skip
        return answer.content

    def read(self, content: bytes, question: str) -> list[Citation]:
        """Read a stored answer."""
        direction, doi = question.split(" ", 1)
        found = []
        for row in loads(content):
            end = str(row["cited" if direction == "references" else "citing"])
            named = _DOI.search(end)
            other = named[1].lower() if named else end.split()[0] if end.split() else ""
            found.append(Citation(doi, direction, other, row.get("creation") or None, str(row.get("oci", ""))))
        return found
