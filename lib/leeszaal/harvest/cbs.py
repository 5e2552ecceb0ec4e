"""CBS: numeric tables by OData, page after page until there is no next one.

Two services. StatLine (`datasets.cbs.nl`) speaks version 4 and gives observations; Iv3, what municipalities report of
their finances, stands with data of third parties (`dataderden.cbs.nl`), which speaks version 3. Its interface
`ODataApi` refuses more than 10,000 rows, its `ODataFeed` gives them in pages, so the feed is what is asked.

What to know. Keys are padded with spaces ("GM0193    "), so a filter by ``eq`` finds nothing and one by
``startswith`` does. A page is whole only with its next link: an answer without one is the last.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from leeszaal.harvest.answer import Answer
from leeszaal.harvest.errors import Malformed, SourceTrap
from leeszaal.harvest.fastjson import loads
from leeszaal.harvest.transport import Limits, Transport

__all__ = ["Cbs", "CbsPage", "one_of"]

STATLINE, IV3 = "https://datasets.cbs.nl/odata/v1/CBS", "https://dataderden.cbs.nl/ODataFeed/odata"
_NEXT = ("@odata.nextLink", "odata.nextLink")
_MOST_PAGES = 2_000


@dataclass(frozen=True)
class CbsPage:
    """One page: its rows, and how many the source says there are in all (None: it does not say)."""

    rows: tuple[Mapping[str, Any], ...]
    total: int | None


class Cbs:
    """Asks for the rows of one table.

    Parameters
    ----------
    iv3
        Data of third parties (version 3) instead of StatLine (version 4).
    """

    title = "CBS"
    url_variable = "LEESZAAL_CBS_URL"
    limits = Limits(per_second=5)

    def __init__(self, *, iv3: bool = False) -> None:
        self.iv3 = iv3

    def address(self, table: str) -> str:
        """Return where the rows of a table are asked for."""
        base = os.environ.get(self.url_variable) or (IV3 if self.iv3 else STATLINE)
        return f"{base.rstrip('/')}/{table}/{'TypedDataSet' if self.iv3 else 'Observations'}"

    def params(self, table_filter: str, *, top: int | None = None) -> dict[str, str]:
        """Return the parameters of a question, in the words of the version."""
        found = {"$filter": table_filter} if table_filter else {}
        if top is not None:
            found["$top"] = str(top)
        if self.iv3:
            found["$format"] = "json"
        elif top is None:
            found["$count"] = "true"
        return found

    def pages(self, transport: Transport, table: str, table_filter: str = "") -> Iterator[CbsPage]:
        """Yield every page.

        Parameters
        ----------
        transport
            The way to CBS.
        table
            Its number: "45071NED".
        table_filter
            An OData filter, such as `one_of` makes; empty for the whole table.

        Raises
        ------
        SourceError
            When the source does not answer, a page is no list of rows, a next link leads elsewhere or in a circle, or
            fewer rows came than were announced.
        """
        url: str = self.address(table)
        params: dict[str, str] | None = self.params(table_filter)
        seen: set[str] = set()
        came, total = 0, None
        for _ in range(_MOST_PAGES):
            answer = transport.get(url, params, {"accept": "application/json"}, check=_check)
            found = loads(answer.content)
            total = found.get("@odata.count", total)
            came += len(found["value"])
            yield CbsPage(tuple(found["value"]), total)
            link = next((found[name] for name in _NEXT if found.get(name)), "")
            if not link:
                if total is not None and came != int(total):
                    raise SourceTrap(
                        f"CBS kondigde {total} rijen aan en gaf er {came} ({table}).", "Probeer het later opnieuw."
                    )
                return
            if urlsplit(link).netloc != urlsplit(self.address(table)).netloc or link in seen:
                raise SourceTrap(
                    f"De volgende bladzijde van {table} staat op een adres dat niet klopt: {link}",
                    "Probeer het later opnieuw; meld het aan het CBS als het zo blijft.",
                )
            seen.add(link)
            url, params = link, None
        raise SourceTrap(
            f"{table} heeft meer dan {_MOST_PAGES} bladzijden ({came} rijen).", "Vraag minder: één jaar, of een filter."
        )

    def first(self, transport: Transport, table: str) -> Mapping[str, Any]:
        """Return one row of a table, to see which columns it has; empty when it has no rows."""
        answer = transport.get(
            self.address(table), self.params("", top=1), {"accept": "application/json"}, check=_check
        )
        rows = loads(answer.content)["value"]
        return dict(rows[0]) if rows else {}


def one_of(column: str, beginnings: Sequence[str]) -> str:
    """Return an OData filter: the text in `column` begins with one of these, whatever it is padded with.

    Examples
    --------
    >>> one_of("Gemeenten", ["GM0141", "GM0193"])
    "(startswith(Gemeenten,'GM0141') or startswith(Gemeenten,'GM0193'))"
    """
    parts = [f"startswith({column},'{text.replace(chr(39), chr(39) * 2)}')" for text in beginnings]
    return f"({' or '.join(parts)})"


def _check(answer: Answer) -> None:
    try:
        found = json.loads(answer.content)
    except ValueError:
        raise Malformed(f"CBS gaf geen JSON maar iets anders: {answer.url}", "Probeer het later opnieuw.") from None
    rows = found.get("value") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Malformed(f"Het antwoord van CBS heeft geen lijst met rijen: {answer.url}", "Controleer het tabelnummer.")
