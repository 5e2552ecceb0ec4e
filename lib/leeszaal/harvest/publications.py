"""The running text of an official publication, from its XML or from the web page with the same content."""

from __future__ import annotations

import re
from typing import Any

from leeszaal.harvest.xmlread import local, parse
from leeszaal.works.plain import fold, plain

__all__ = ["beginning", "publication_text"]

# What holds running text in the schemes of the official publications, CVDR and BWB.
_LINES = frozenset(
    {"al", "titel", "subtitel", "intitule", "wij", "considerans.al", "ondertekening", "label", "nr", "li.nr"}
)
_HEADED = frozenset({"kop"})
_SKIPPED = frozenset(
    {"metadata", "meta", "meta-data", "brondata", "redactionele-correcties", "bwb-wijzigingen", "noot.nr"}
)
# A script that closes itself is whole in XHTML, but swallows the rest of the page when read as HTML.
_CLOSED = re.compile(rb"<(script|style|input|div|a)\b[^<>]*/>", re.IGNORECASE)
_WEB_SKIPPED = ("script", "style", "nav", "header", "footer")
_SENTENCE = re.compile(r"[.!?…](?:[\"'’”)]+)?\s")


def publication_text(content: bytes) -> str | None:
    """Return the text of a publication, one paragraph a line, or None when there is none to be found.

    Parameters
    ----------
    content
        XML of an official publication, CVDR or BWB, or its web page. Scans (PDF) have no text here.
    """
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf"):
        return None
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return _from_web(content)
    try:
        root = parse(content)
    except ValueError:
        return None
    lines: list[str] = []
    for child in root:
        # The first head names the paper ("Gemeenteblad") and who publishes it, which is no part of the text.
        if not (local(root) == "officiele-publicatie" and local(child) == "kop"):
            _collect(child, lines)
    return "\n".join(lines) or None


def _collect(element: Any, lines: list[str]) -> None:
    name = local(element)
    if not name or name in _SKIPPED:
        return
    if name in _HEADED:  # "Artikel 1 Begrippen" is one line
        _add(" ".join(filter(None, (plain("".join(_words(child))) for child in element))), lines)
        return
    if name in _LINES:
        _add("".join(_words(element)), lines)
        return
    for child in element:
        _collect(child, lines)


def _words(element: Any) -> list[str]:
    """Return the pieces of text inside an element, without what is no running text."""
    if not local(element) or local(element) in _SKIPPED:
        return []
    pieces = [element.text or ""]
    for child in element:
        pieces += _words(child)
        pieces.append(child.tail or "")
    return pieces


def _add(text: str, lines: list[str]) -> None:
    found = plain(text)
    if found:
        lines.append(found)


def _from_web(content: bytes) -> str | None:
    """Return the text of the part of a page that holds the publication."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(_CLOSED.sub(b"", content), "html.parser")
    for name in _WEB_SKIPPED:
        for tag in page.find_all(name):
            tag.decompose()
    body = (
        page.find(id="broodtekst")
        or page.find(class_="officiele-publicatie")
        or page.find("main")
        or page.find("article")
        or page.find("body")
    )
    if body is None:
        return None
    blocks = body.find_all(["p", "li", "h1", "h2", "h3", "h4", "td"])
    lines = [text for one in blocks if not one.find(["p", "li"]) and (text := plain(one.get_text(" ")))]
    return "\n".join(lines) or plain(body.get_text(" "))


def beginning(text: str, title: str = "", most: int = 1500) -> str | None:
    """Return the beginning of a text on one line, to the end of a sentence where possible.

    Parameters
    ----------
    text
        One paragraph a line.
    title
        Left out where the text begins with it.
    most
        Characters.

    Examples
    --------
    >>> beginning("Titel\\nEerste zin. Tweede zin is langer.", "Titel", 15)
    'Eerste zin.'
    """
    lines = text.split("\n")
    while lines and fold(lines[0]) in ("", fold(title)):
        del lines[0]
    line = plain(" ".join(lines))
    if line is None:
        return None
    if len(line) <= most:
        return line
    cut = line[:most]
    ends = [match.end() for match in _SENTENCE.finditer(cut + " ")]
    if ends and ends[-1] > most // 2:
        return cut[: ends[-1]].strip()
    return cut.rsplit(" ", 1)[0] + " …"
