"""What the site needs to know of each paper that has been run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes
from leeszaal.home import Home
from leeszaal.papers.doors import WorkList, lists_of

__all__ = ["PublishedPaper", "published_papers", "read_published", "reading_minutes"]

_WORDS_A_MINUTE = 220


@dataclass(frozen=True)
class PublishedPaper:
    """A paper as its executed notebook tells of it; title, subtitle, theme, message and meaning are Markdown."""

    slug: str
    title: str
    subtitle: str
    date: str
    lang: str
    theme: str
    message: str
    meaning: str
    minutes: int
    cited: tuple[str, ...]
    kind: str = ""
    lists: Mapping[str, WorkList] = field(default_factory=dict, repr=False)


def published_papers(home: Home) -> list[PublishedPaper]:
    """Return the papers that have been run, newest first.

    Raises
    ------
    LeeszaalError
        When an executed notebook cannot be read.
    """
    found = []
    for slug in home.paper_slugs():
        path = home.papers / slug / f"{slug}.ipynb"
        if path.is_file():
            try:
                found.append(read_published(slug, json.loads(read_bytes(path))))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise LeeszaalError(
                    f"{home.relative(path)} is geen leesbare paper ({error}).",
                    f"Maak haar opnieuw met: leeszaal paper {slug}",
                ) from error
    return sorted(found, key=lambda paper: (paper.date, paper.slug), reverse=True)


def reading_minutes(text: str) -> int:
    """Return how many minutes a text takes to read, 1 at least."""
    return max(1, round(len(text.split()) / _WORDS_A_MINUTE))


def read_published(slug: str, notebook: dict[str, Any]) -> PublishedPaper:
    """Return what an executed paper (its notebook as JSON) says of itself."""
    from leeszaal.papers.text import cited_keys

    source = notebook["cells"][0]["source"]
    matter = yaml.safe_load(("".join(source) if isinstance(source, list) else source).strip().strip("-")) or {}
    text = "\n\n".join(
        "".join(part) if isinstance(part, list) else part
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if (part := output.get("data", {}).get("text/markdown")) is not None
    )
    return PublishedPaper(
        slug=slug,
        title=str(matter.get("title", slug)),
        subtitle=str(matter.get("subtitle", "")),
        date=str(matter.get("date", "")),
        lang=str(matter.get("lang", "nl")),
        theme=str(matter.get("thema", "")),
        message=str(matter.get("message", "")),
        meaning=str(matter.get("meaning", "")),
        minutes=reading_minutes(text),
        cited=tuple(sorted({key for _, key in cited_keys(text)})),
        kind=str(matter.get("kind") or ""),
        lists=lists_of(notebook),
    )
