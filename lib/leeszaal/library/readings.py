"""A piece of evidence as records: a file that a person brought, or the pages of a harvest."""

from __future__ import annotations

from collections.abc import Iterator

from leeszaal.harvest.source import get_source
from leeszaal.home import Home
from leeszaal.library.answers import read_pages
from leeszaal.library.evidence import Evidence, read_evidence, read_large_evidence
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading

__all__ = ["is_harvest", "readings_of"]


def is_harvest(home: Home, item: Evidence) -> bool:
    """Tell whether evidence is the pages of a harvest."""
    return (home.root / item.folder / "pages.gz").is_file()


def readings_of(home: Home, item: Evidence) -> Iterator[Reading]:
    """Yield what stands in one piece of evidence: a file at once, a large table in parts, a harvest by its pages.

    Raises
    ------
    LeeszaalError
        When it is damaged, or comes from a source that this version does not know.
    """
    if not is_harvest(home, item):
        id_column = item.options.get("id_column")
        table = read_large_evidence(home, item)
        if table is not None:
            yield from table.readings(id_column=id_column)
        else:
            yield read_content(read_evidence(home, item), item.name, id_column=id_column)
        return
    source = get_source(item.format)
    for _, body in read_pages(home.root / item.folder / "pages.gz", item.sha256):
        yield source.read(body)
