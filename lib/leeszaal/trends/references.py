"""What works cite and where their authors work, as far as the sources told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from leeszaal.home import Home
from leeszaal.library.answers import read_pages
from leeszaal.library.part import finished_runs
from leeszaal.library.store import read_table
from leeszaal.works.identifiers import find_dois

__all__ = ["Known", "known_of"]

CITATIONS = "citations"


@dataclass(frozen=True)
class Known:
    """References and institutions of the works of a library.

    Attributes
    ----------
    references
        `work_id`, `cited`: each pair once. What is cited is the work_id of a work in the library, else its DOI or its
        number at OpenAlex.
    institutions
        `work_id`, `institution`: each pair once.
    asked
        The works of which a source gave a list of references, be it an empty one.
    """

    references: pd.DataFrame
    institutions: pd.DataFrame
    asked: frozenset[str]


def known_of(room: Home) -> Known:
    """Return what harvested pages of OpenAlex and Crossref, and citations from OpenCitations, tell of references.

    Raises
    ------
    LeeszaalError
        When the library was not built, or evidence is damaged.
    """
    records = read_table(room, "records")
    works = read_table(room, "works")
    work_of = {
        (str(source), str(key)): str(work_id)
        for source, key, work_id in records[["source", "source_record_id", "work_id"]].itertuples(index=False)
    }
    alias = {key: work_id for (source, key), work_id in work_of.items() if source == "openalex"}
    alias |= {str(doi): str(work_id) for doi, work_id in works[["doi", "work_id"]].dropna().itertuples(index=False)}
    pairs: set[tuple[str, str]] = set()
    places: set[tuple[str, str]] = set()
    asked: set[str] = set()
    for source, key, cited, homes in _told(room):
        work_id = work_of.get((source, key))
        if work_id is None:
            continue
        places |= {(work_id, name) for name in homes}
        if cited is not None:
            asked.add(work_id)
            pairs |= {(work_id, alias.get(one, one)) for one in cited}
    for work_id, one in _opencitations(room, alias):
        asked.add(work_id)
        pairs.add((work_id, one))
    return Known(
        pd.DataFrame(sorted(pair for pair in pairs if pair[0] != pair[1]), columns=["work_id", "cited"], dtype=object),
        pd.DataFrame(sorted(places), columns=["work_id", "institution"], dtype=object),
        frozenset(asked),
    )


def _told(room: Home) -> Iterator[tuple[str, str, list[str] | None, set[str]]]:
    """Yield source, record, what it cites (None when not told) and the institutions of its authors."""
    for run in finished_runs(room):
        if run["source"] not in ("openalex", "crossref"):
            continue
        for _, body in read_pages(room.root / run["folder"] / "pages.gz", run["sha256"]):
            content = json.loads(body)
            if run["source"] == "openalex":
                for work in content.get("results") or ():
                    yield ("openalex", *_openalex(work))
            else:
                for work in (content.get("message") or {}).get("items") or ():
                    yield ("crossref", *_crossref(work))


def _openalex(work: dict[str, Any]) -> tuple[str, list[str] | None, set[str]]:
    cited = work.get("referenced_works")
    homes = {
        str(one["display_name"])
        for authorship in work.get("authorships") or ()
        for one in authorship.get("institutions") or ()
        if one.get("display_name")
    }
    short = None if cited is None else [str(one).rsplit("/", 1)[-1] for one in cited]
    return str(work.get("id", "")).rsplit("/", 1)[-1], short, homes


def _crossref(work: dict[str, Any]) -> tuple[str, list[str] | None, set[str]]:
    listed = work.get("reference")
    cited = None if listed is None else [doi for one in listed for doi in find_dois(one.get("DOI"))[:1]]
    homes = {
        str(place["name"])
        for author in work.get("author") or ()
        for place in author.get("affiliation") or ()
        if place.get("name")
    }
    return str(work.get("DOI", "")).lower(), cited, homes


def _opencitations(room: Home, alias: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of a work in the library and what it cites, from ‘leeszaal enrich citations’."""
    if not (room.library / f"{CITATIONS}.parquet").is_file():
        return
    table = read_table(room, CITATIONS)
    for doi, direction, other in table[["doi", "direction", "other"]].itertuples(index=False):
        citing, cited = (doi, other) if direction == "references" else (other, doi)
        if citing in alias:
            yield alias[citing], alias.get(cited, str(cited))
