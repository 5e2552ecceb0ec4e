"""The feed: what is new, for whoever follows the site with a reader.

Atom (RFC 4287) and not RSS 2.0, because a site that may stand anywhere, also on a disk, has no address of its own: Atom
allows links that are seen from the feed, and names that are no addresses. With `website: site-url` in `_quarto.yml` the
links are whole.
"""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from leeszaal.charts.canvas import clean
from leeszaal.site.pages.papers import kind_of

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["feed"]

_ATOM = "http://www.w3.org/2005/Atom"
_NAMES = uuid.UUID("6c65657a-6161-5c00-8000-6f7665726973")
_MOST = 50
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def _text(markdown: str) -> str:
    """Return the text of a title or sentence that is Markdown: what was escaped, as it is read."""
    return _ESCAPED.sub(r"\1", markdown)


def _entry(parent: ET.Element, name: str, title: str, address: str, date: str, text: str, lang: str = "nl") -> None:
    entry = ET.SubElement(parent, "entry", {"xml:lang": lang})
    ET.SubElement(entry, "id").text = uuid.uuid5(_NAMES, name).urn
    ET.SubElement(entry, "title").text = clean(title)
    ET.SubElement(entry, "link", href=address)
    ET.SubElement(entry, "updated").text = f"{date or '2000-01-01'}T00:00:00Z"
    ET.SubElement(entry, "summary").text = clean(text) or clean(title)


def feed(room: Room, title: str, address: str = "") -> bytes:
    """Return the feed as XML, newest first: the papers, then the signals that are new.

    Parameters
    ----------
    room
        The reading room.
    title
        Of the site.
    address
        Where the site stands, or "": links are then seen from the folder of the feed (`downloads/`).
    """
    base = f"{address.rstrip('/')}/" if address else "../"
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "nl"})
    ET.SubElement(root, "id").text = uuid.uuid5(_NAMES, address or title).urn
    ET.SubElement(root, "title").text = clean(title)
    ET.SubElement(ET.SubElement(root, "author"), "name").text = clean(title)
    ET.SubElement(root, "link", href=f"{base}index.html")
    ET.SubElement(
        root,
        "link",
        rel="self",
        type="application/atom+xml",
        href=f"{base}downloads/feed.xml" if address else "feed.xml",
    )
    newest = max([room.reference_date, *(paper.date for paper in room.papers)], default="")
    ET.SubElement(root, "updated").text = f"{newest or '2000-01-01'}T00:00:00Z"
    for paper in room.papers[:_MOST]:
        page = f"{base}papers/{paper.slug}/{paper.slug}.html"
        told = " ".join(text for text in (f"{kind_of(paper)}.", _text(paper.message), _text(paper.meaning)) if text)
        _entry(root, f"paper:{paper.slug}:{paper.date}", _text(paper.title), page, paper.date, told, paper.lang)
    for row in room.signals[room.signals["status"] == "nieuw"].head(_MOST).to_dict("records"):
        told = f"{row['statement']} Sterkte: {row['strength']}. {row['counter']}"
        _entry(root, f"signal:{row['signal_id']}", row["statement"], f"{base}signalen.html", room.reference_date, told)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
