"""All evidence as records: files that a person brought, and pages of a harvest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leeszaal import progress
from leeszaal.harvest.source import get_source
from leeszaal.home import Home
from leeszaal.library.answers import read_pages
from leeszaal.library.evidence import Evidence, read_evidence
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading, Record

__all__ = ["read_all"]


def read_all(home: Home, evidence: Sequence[Evidence]) -> tuple[list[Evidence], list[Record], int]:
    """Read all evidence.

    A source that is harvested again gives a record again. Only what it said last counts, in the place where the
    record first stood, so that the order of the records does not change when a source corrects one.

    Returns
    -------
    sources : list of Evidence
        For each record the evidence it stands in.
    records : list of Record
    rejected : int
        How many could not be read.

    Raises
    ------
    LeeszaalError
        When evidence is damaged, or comes from a source that this version does not know.
    """
    sources: list[Evidence] = []
    records: list[Record] = []
    places: dict[tuple[str, str], int] = {}
    rejected = 0
    for item in progress.track(evidence):
        harvested = (home.root / item.folder / "pages.gz").is_file()
        for reading in _readings(home, item, harvested):
            rejected += len(reading.rejects)
            for record in reading.records:
                place = places.get((item.source, record.source_record_id)) if harvested else None
                if place is not None:
                    sources[place], records[place] = item, record
                    continue
                if harvested:
                    places[item.source, record.source_record_id] = len(records)
                sources.append(item)
                records.append(record)
    return sources, records, rejected


def _readings(home: Home, item: Evidence, harvested: bool) -> Iterator[Reading]:
    if not harvested:
        yield read_content(read_evidence(home, item), item.name, id_column=item.options.get("id_column"))
        return
    source = get_source(item.format)
    for _, body in read_pages(home.root / item.folder / "pages.gz", item.sha256):
        yield source.read(body)
