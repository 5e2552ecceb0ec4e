"""Retractions and corrections, from Crossref (which holds Retraction Watch).

A work that was retracted or corrected has `updated-by`, the notice itself `update-to`. Many DOIs fit in one
request; a DOI that is not in the answer is one that Crossref does not know (another agency registered it).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leeszaal.harvest.errors import SourceTrap
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.transport import Limits, Transport

__all__ = ["Notice", "Retractions"]

_TOGETHER = 40
# In a list these separate, so such a DOI goes alone, by its own address.
_SEPARATORS = (",", ":")
SELECT = "DOI,title,updated-by,update-to"


@dataclass(frozen=True)
class Notice:
    """What Crossref says of one DOI: one row a notice, or a single row without `type` when there is none.

    Attributes
    ----------
    known
        Whether Crossref knows the DOI; when not, the rest says nothing.
    type
        "retraction", "correction", "expression_of_concern", "removal", ...
    direction
        "updated-by": the work was retracted or corrected; "update-to": it is itself the notice.
    notice
        DOI of the notice, or for a notice that of the work.
    source
        "publisher" or "retraction-watch".
    date
        ISO, of the notice.
    """

    doi: str
    known: bool
    type: str | None = None
    direction: str | None = None
    notice: str | None = None
    source: str | None = None
    date: str | None = None


class Retractions:
    """Asks Crossref about many DOIs at once."""

    name = "retractions"
    title = "Crossref (intrekkingen)"
    url_variable = "LEESZAAL_CROSSREF_URL"
    limits = Limits(per_second=1, concurrency=1)

    def questions(self, dois: Sequence[str]) -> list[str]:
        """Return what to ask: the DOIs of each request, apart by blanks."""
        alone = [doi for doi in dois if any(sign in doi for sign in _SEPARATORS)]
        others = [doi for doi in dois if doi not in set(alone)]
        return [" ".join(others[at : at + _TOGETHER]) for at in range(0, len(others), _TOGETHER)] + alone

    def parts(self, question: str) -> list[str]:
        """Return the DOIs that a question is about."""
        return question.split(" ")

    def ask(self, transport: Transport, question: str) -> bytes:
        """Return the answer as it came.

        Raises
        ------
        SourceError
            When the source does not answer, or in another form than agreed.
        """
        base = (os.environ.get(self.url_variable) or "https://api.crossref.org").rstrip("/")
        dois = question.split(" ")
        params = {
            "filter": ",".join(f"doi:{doi}" for doi in dois), "select": SELECT, "rows": str(len(dois)),
        }  # fmt: skip
        if transport.contact:
            params["mailto"] = transport.contact
        answer = transport.get(f"{base}/works", params, check=lambda a: a.json())
        message = loads(answer.content).get("message")
        if not isinstance(message, dict) or not isinstance(message.get("items"), list):
            raise SourceTrap(
                f"Crossref antwoordt in een andere vorm dan afgesproken (geen ‘message.items’): {answer.url}",
                "Misschien is de bron veranderd. Meld dit bij de beheerder van Leeszaal.",
            )
        strange = sorted({str(item.get("DOI", "")).lower() for item in message["items"]} - set(dois))
        if strange:  # an ignored filter would give the first works of all of Crossref
            raise SourceTrap(
                f"Crossref stuurt werken waar niet naar was gevraagd ({', '.join(strange[:3])}).",
                "Misschien negeert de bron de vraag. Meld dit bij de beheerder van Leeszaal.",
            )
        return answer.content

    def read(self, content: bytes, question: str) -> list[Notice]:
        """Read a stored answer."""
        items = {str(item["DOI"]).lower(): item for item in loads(content)["message"]["items"]}
        found: list[Notice] = []
        for doi in question.split(" "):
            if doi not in items:
                found.append(Notice(doi, known=False))
                continue
            rows = [
                Notice(
                    doi, True, str(one.get("type") or "unknown"), direction, str(one.get("DOI") or "").lower() or None,
                    one.get("source") or "publisher", _date(one.get("updated")),
                )
                for direction in ("updated-by", "update-to")
                for one in items[doi].get(direction) or ()
            ]  # fmt: skip
            found += rows or [Notice(doi, known=True)]
        return found


def _date(updated: Mapping[str, Any] | None) -> str | None:
    """Return a Crossref date as ISO, as precise as known.

    Examples
    --------
    >>> _date({"date-parts": [[2010, 2, 6]]}), _date({"date-parts": [[None]]})
    ('2010-02-06', None)
    """
    parts = ((updated or {}).get("date-parts") or [[]])[0]
    known = [part for part in parts if part is not None]
    return "-".join(f"{part:02d}" for part in known) or None
