"""A local OAI-PMH repository: pages by token, deleted records, and errors as the real ones send them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from .base import Asked, Fault, LocalServer, Reply

_HEAD = '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-09-01T00:00:00Z</responseDate>'


def record(number: int, *, deleted: bool = False, title: str = "") -> str:
    """Return one record in Dublin Core; every third is about something else than supervision."""
    year = 2015 + number % 10
    status = ' status="deleted"' if deleted else ""
    head = (
        f"<header{status}><identifier>oai:example.org:{number}</identifier>"
        f"<datestamp>{year}-06-01</datestamp><setSpec>publications:year{year}</setSpec></header>"
    )
    if deleted:
        return f"<record>{head}</record>"
    about = "Bodemdaling" if number % 3 == 2 else "Interbestuurlijk toezicht"
    shown = title or f"{about} {number} é"
    return (
        f'<record>{head}<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(shown)}</dc:title>'
        f"<dc:creator>de Vries, Anna</dc:creator><dc:date>{year}-01-15</dc:date>"
        f"<dc:type>info:eu-repo/semantics/article</dc:type><dc:language>nld</dc:language>"
        f"<dc:identifier>https://example.org/{number}</dc:identifier></oai_dc:dc></metadata></record>"
    )


def error(code: str, message: str) -> bytes:
    """Return an error of the protocol."""
    return f'{_HEAD}<request>https://example.org/oai</request><error code="{code}">{message}</error></OAI-PMH>'.encode()


class OaiServer(LocalServer):
    """`size` records, 50 a page.

    Parameters
    ----------
    reported
        What `completeListSize` says, when not the truth; 0 for none.
    status
        HTTP status of errors of the protocol: 200 or 422.
    trap
        "expired": every token is unknown; "repeat": the token stays the same; "circle": two tokens point to each
        other; "deleted": every tenth record is deleted; "rest": `Retry-After` on every answer that is in order;
        "spent": the same, with no requests left; "empty": HTTP 200 without records and without error; "short":
        the list ends after the second page; "huge": a title of 2 MB.
    """

    def __init__(
        self,
        size: int = 240,
        faults: tuple[Fault, ...] = (),
        *,
        reported: int | None = None,
        status: int = 200,
        trap: str = "",
    ) -> None:
        super().__init__(faults)
        self.size, self.reported, self.status, self.trap = size, reported, status, trap

    def handle(self, asked: Asked) -> Reply:
        if asked.params.get("verb") != "ListRecords":
            return self._error("badVerb", "unknown verb")
        if self.trap == "empty":
            return _xml(f"{_HEAD}</OAI-PMH>".encode())
        token = asked.params.get("resumptionToken")
        if token is None and asked.params.get("metadataPrefix") != "oai_dc":
            return self._error("cannotDisseminateFormat", "metadataPrefix does not exist")
        if token is not None and self.trap == "expired":
            return self._error("badResumptionToken", "The value of the resumptionToken argument is invalid or expired.")
        start, chosen, since = 0, asked.params.get("set", ""), asked.params.get("from", "")
        if token is not None:
            place, chosen, since = token.split("|")
            start = int(place)
        numbers = [
            n
            for n in range(self.size)
            if (not chosen or chosen == f"publications:year{2015 + n % 10}")
            and (not since or f"{2015 + n % 10}-06-01" >= since)
        ]
        if not numbers:
            return self._error("noRecordsMatch", "")
        return self._page(numbers, start, chosen, since)

    def _page(self, numbers: list[int], start: int, chosen: str, since: str) -> Reply:
        page = numbers[start : start + 50]
        after = start + 50
        if self.trap == "repeat" and start:
            after = 50
        if self.trap == "circle" and start >= 100:
            after = 50
        more = after < len(numbers) and not (self.trap == "short" and start >= 50)
        size = len(numbers) if self.reported is None else self.reported
        told = f' completeListSize="{size}" cursor="{start}"' if size else ""
        token = f"{after}|{chosen}|{since}" if more else ""
        records = "".join(self._record(n) for n in page)
        resumption = f"<resumptionToken{told}>{token}</resumptionToken>" if more or start else ""
        body = f"{_HEAD}<ListRecords>{records}{resumption}</ListRecords></OAI-PMH>".encode()
        headers = {"Retry-After": "49"} if self.trap in ("rest", "spent") else {}
        if self.trap == "spent":
            headers |= {"Retry-After": "0.2", "X-RateLimit-Remaining": "0"}
        return Reply(body, headers=headers, kind="text/xml; charset=utf-8")

    def _record(self, number: int) -> str:
        deleted = self.trap == "deleted" and number % 10 == 0
        title = "toezicht " * 230_000 if self.trap == "huge" and number == 3 else ""
        return record(number, deleted=deleted, title=title)

    def _error(self, code: str, message: str) -> Reply:
        return Reply(error(code, message), self.status, kind="text/xml; charset=utf-8")


def _xml(body: bytes) -> Reply:
    return Reply(body, kind="text/xml; charset=utf-8")
