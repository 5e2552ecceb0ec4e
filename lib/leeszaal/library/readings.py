"""A piece of evidence as records: a file that a person brought, or the pages of a harvest."""

from __future__ import annotations

from collections.abc import Iterator

from leeszaal.harvest.source import get_source
from leeszaal.home import Home
from leeszaal.library.answers import read_pages
from leeszaal.library.evidence import Evidence, read_evidence
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading, Record

__all__ = ["is_harvest", "read_item"]


def is_harvest(home: Home, item: Evidence) -> bool:
    """Tell whether evidence is the pages of a harvest."""
    return (home.root / item.folder / "pages.gz").is_file()


def read_item(home: Home, item: Evidence) -> tuple[list[Record], int]:
    """Return the records of one piece of evidence, and how many could not be read.

    Raises
    ------
    LeeszaalError
        When it is damaged, or comes from a source that this version does not know.
    """
    records: list[Record] = []
    rejected = 0
    for reading in _readings(home, item):
        records += reading.records
        rejected += len(reading.rejects)
    return records, rejected


def _readings(home: Home, item: Evidence) -> Iterator[Reading]:
    if not is_harvest(home, item):
        yield read_content(read_evidence(home, item), item.name, id_column=item.options.get("id_column"))
        return
    source = get_source(item.format)
    for _, body in read_pages(home.root / item.folder / "pages.gz", item.sha256):
        yield source.read(body)
