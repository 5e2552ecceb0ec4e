"""The texts that the search on the site looks through: every page and paper, heading by heading."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson

from leeszaal.files import write_bytes
from leeszaal.site.pagefacts import PageFacts

__all__ = ["write_texts"]

# Pages that are themselves a search.
_LEFT_OUT = frozenset({"literatuur.html", "zoeken.html"})


def write_texts(pages: Mapping[str, PageFacts], target: Path) -> None:
    """Write `downloads/zoekteksten.js` of a site: page, title, anchor, heading and text of each part.

    Taken from the rendered pages, so that both renderers give the same, and what a reader finds is what stands there.
    """
    rows = [
        [name, facts.title, part.anchor, part.heading, part.text]
        for name, facts in sorted(pages.items())
        if name not in _LEFT_OUT
        for part in facts.parts
    ]
    # Where a script stands inside a page a text could end it; here it is a file of its own.
    content = orjson.dumps(rows).replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    write_bytes(target / "downloads" / "zoekteksten.js", b"window.ZOEKTEKSTEN=" + content + b";\n")
