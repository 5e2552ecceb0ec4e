"""One answer of a source, and the checks that every source needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leeszaal.harvest.errors import Malformed
from leeszaal.harvest.fastjson import loads

__all__ = ["Answer"]

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What came back, read to the end.

    Attributes
    ----------
    source
        Title of the source, for messages.
    url
        Where it came from in the end, secrets taken out.
    headers
        Names in lower case.
    content
        The body, unpacked.
    seconds
        From the first try to the end of the body, waiting included.
    """

    source: str
    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float = 0.0

    @property
    def charset(self) -> str | None:
        """The character set that the header names, if any."""
        found = _CHARSET.search(self.headers.get("content-type", ""))
        return found[1] if found else None

    @property
    def looks_like_html(self) -> bool:
        """Whether this is a web page, whatever the header says."""
        start = self.content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html"))

    def text(self) -> str:
        """Return the body as text: as the header says, else UTF-8, else Windows-1252; never an error."""
        for name in (self.charset, "utf-8-sig", "cp1252"):
            if name:
                try:
                    return self.content.decode(name)
                except (LookupError, UnicodeDecodeError):
                    continue
        return self.content.decode("utf-8", errors="replace")

    def json(self, kind: type = dict) -> Any:
        """Return the body as JSON of the kind expected (`dict` or `list`).

        Raises
        ------
        Malformed
            When it is a web page, is cut short, or is in another encoding than it says.
        """
        if self.looks_like_html:
            raise Malformed(
                f"{self.source} stuurde een webpagina waar gegevens (JSON) waren gevraagd: {self.url}",
                "Vaak is dat een storingspagina of een inlogscherm van het netwerk. Probeer het later opnieuw.",
            )
        try:
            try:
                found = loads(self.content)
            except UnicodeDecodeError:
                if self.charset is None:
                    raise
                found = json.loads(self.content.decode(self.charset))
        except (ValueError, LookupError) as error:
            raise Malformed(
                f"{self.source} stuurde een antwoord dat niet te lezen is als JSON ({error}): {self.url}",
                "Probeer het later opnieuw; wat al binnen was, is bewaard.",
            ) from None
        if not isinstance(found, kind):
            raise Malformed(
                f"{self.source} stuurde JSON van een andere vorm dan afgesproken ({type(found).__name__}): {self.url}",
                "Misschien is de bron veranderd. Meld dit bij de beheerder van Leeszaal.",
            )
        return found
