"""A local SRU: official publications (2.0) and the registers of rules (1.2), with the texts."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from .base import Asked, Fault, LocalServer, Reply

_NS = (
    'xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse" xmlns:gzd="http://standaarden.overheid.nl/sru" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:w="http://standaarden.overheid.nl/wetgeving/" '
    'xmlns:d="http://docs.oasis-open.org/ns/search-ws/diagnostic"'
)


def publication(number: int, *, title: str = "", forms: tuple[str, ...] = ("xml", "html", "pdf")) -> str:
    """Return one record in the shape of the recordings; every tenth is an appendix without a text."""
    year = 2015 + number % 10
    identifier = f"prb-{year}-{number}"
    shown = title or f"Verordening toezicht provincie Overijssel, deel {number} é"
    places = "".join(
        f'<gzd:itemUrl manifestation="{form}">https://repository.overheid.nl/x/{identifier}.{form}</gzd:itemUrl>'
        for form in forms
    )
    return (
        "<sru:record><sru:recordSchema>http://standaarden.overheid.nl/sru/</sru:recordSchema><sru:recordData><gzd:gzd>"
        f"<gzd:originalData><w:meta><w:owmskern><dcterms:identifier>{identifier}</dcterms:identifier>"
        f"<dcterms:title>{escape(shown)}</dcterms:title><dcterms:type>verordening</dcterms:type>"
        '<dcterms:creator scheme="OVERHEID.Provincie">Overijssel</dcterms:creator>'
        f"<dcterms:modified>{year}-05-02</dcterms:modified></w:owmskern><w:owmsmantel>"
        f"<dcterms:date>{year}-05-01</dcterms:date></w:owmsmantel><w:tpmeta>"
        f"<w:jaargang>{year}</w:jaargang><w:publicatienaam>Provinciaal blad</w:publicatienaam>"
        f"</w:tpmeta></w:meta></gzd:originalData><gzd:enrichedData>{places}</gzd:enrichedData></gzd:gzd>"
        "</sru:recordData></sru:record>"
    )


def diagnostic(uri: str, message: str) -> bytes:
    """Return how SRU says that it does not understand: HTTP 200, and no number of records."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><sru:searchRetrieveResponse {_NS}><sru:version>2.0</sru:version>'
        f"<sru:diagnostics><d:diagnostic><d:uri>{uri}</d:uri><d:message>{escape(message)}</d:message></d:diagnostic>"
        "</sru:diagnostics></sru:searchRetrieveResponse>"
    ).encode()


def answer(records: list[str], total: int, following: int | None = None, *, estimate: bool = False) -> bytes:
    """Return a whole SRU answer."""
    after = f"<sru:nextRecordPosition>{following}</sru:nextRecordPosition>" if following else ""
    precision = (
        "<sru:resultCountPrecision>info:srw/vocabulary/resultCountPrecision/1/estimate</sru:resultCountPrecision>"
        if estimate
        else ""
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><sru:searchRetrieveResponse {_NS}><sru:version>2.0</sru:version>'
        f"<sru:numberOfRecords>{total}</sru:numberOfRecords><sru:records>{''.join(records)}</sru:records>{after}"
        f"{precision}</sru:searchRetrieveResponse>"
    ).encode()


class SruServer(LocalServer):
    """`size` publications.

    Parameters
    ----------
    reported
        What `numberOfRecords` says, when not the truth.
    estimate
        Whether it calls that an estimate.
    cap
        From this record on there is nothing more.
    trap
        "diagnostic": every question is answered with one; "nothing": neither number nor diagnostic; "beyond": past
        the end comes a diagnostic; "circle": the next position is the same; "repeat": the same records again and
        again; "duplicates": pages overlap by five; "huge": one title of 2 MB; "silent": no next position.
    changed
        `dt.modified` of the question must be one of these years or earlier for a record to come.
    """

    def __init__(
        self,
        size: int = 250,
        faults: tuple[Fault, ...] = (),
        *,
        reported: int | None = None,
        estimate: bool = False,
        cap: int | None = None,
        trap: str = "",
    ) -> None:
        super().__init__(faults)
        self.size, self.estimate, self.cap, self.trap = size, estimate, cap, trap
        self.reported = reported

    def handle(self, asked: Asked) -> Reply:
        if asked.path != "/sru" and not asked.path.endswith("/Search"):
            return self._text(asked.path)
        if self.trap == "diagnostic":
            message = "line 1:13 mismatched input 'c.product-area' expecting {<EOF>, AND, OR, NOT, PROX, SORTBY}"
            return _xml(diagnostic("info:srw/diagnostic/1/10", message))
        if self.trap == "nothing":
            return _xml(f"<sru:searchRetrieveResponse {_NS}/>".encode())
        since = re.search(r"modified>=(\d{4})", asked.params["query"])
        numbers = [n for n in range(self.size) if not since or 2015 + n % 10 >= int(since[1])]
        start, most = int(asked.params["startRecord"]), int(asked.params["maximumRecords"])
        if most > 1000:
            return _xml(diagnostic("info:srw/diagnostic/1/6", "maximumRecords"))
        last = min(len(numbers), self.cap) if self.cap is not None else len(numbers)
        if start > max(last, 1):
            return _xml(diagnostic("info:srw/diagnostic/1/61", "First record position out of range"))
        first = 1 if self.trap == "repeat" else max(start - 5, 1) if self.trap == "duplicates" else start
        chosen = numbers[first - 1 : min(first - 1 + most, last)]
        after = start + len(chosen)
        following = after if after <= len(numbers) and self.trap not in ("silent", "beyond") else None
        if self.trap == "circle":
            following = start
        total = len(numbers) if self.reported is None else self.reported
        return _xml(answer([self._record(n) for n in chosen], total, following, estimate=self.estimate))

    def _record(self, number: int) -> str:
        if self.trap == "huge" and number == 3:
            return publication(number, title="toezicht " * 230_000)
        return publication(number, forms=("pdf",) if number % 10 == 9 else ("xml", "html", "pdf"))

    def _text(self, path: str) -> Reply:
        """Return the text of a publication; those that end in 4 exist as a web page only, in 5 not at all."""
        found = re.fullmatch(r"/prb-\d{4}-(\d+)\.(xml|html)", path)
        number = int(found[1]) if found else 0
        if not found or number % 10 == 5 or (number % 10 == 4 and found[2] == "xml"):
            return Reply(b"<html><body>Niet gevonden</body></html>", 404, kind="text/html")
        if found[2] == "html":
            page = f"<!DOCTYPE html><html><body><div id='broodtekst'><p>Webtekst {number}.</p></div></body></html>"
            return Reply(page.encode(), kind="text/html")
        text = f"<officiele-publicatie><kop><titel>PROVINCIAAL BLAD</titel></kop><al>Tekst {number}.</al></officiele-publicatie>"
        return _xml(text.encode())


def _xml(body: bytes) -> Reply:
    return Reply(body, kind="application/xml;charset=utf-8")
