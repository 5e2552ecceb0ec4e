"""May these works be cited? One that was retracted, or whose facts were not verified, needs a reason of the writer."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from leeszaal.home import Home
from leeszaal.library import load_enrichment
from leeszaal.papers.text import Finding, cited_keys

if TYPE_CHECKING:
    from leeszaal.papers.contents import Paper
    from leeszaal.papers.settings import PaperSettings

__all__ = ["doubtful_works", "source_findings", "unfit_papers"]

_WITHDRAWN = ("retraction", "removal", "withdrawal", "partial_retraction")
_DOUBTED = ("expression_of_concern",)


def doubtful_works(paper: Paper) -> dict[str, str]:
    """Return the cited works that need a reason: citekey to what is the matter (Dutch).

    What `leeszaal enrich retractions` found is used where it was asked.
    """
    return _doubts(paper.home, paper.cited)


def _doubts(home: Home, cited: Collection[str]) -> dict[str, str]:
    if not (home.library / "retractions.parquet").is_file():
        return {}
    table = load_enrichment("retractions", home)
    table = table[table["citekey"].isin(list(cited)) & (table["direction"] == "updated-by")]
    found: dict[str, str] = {}
    for row in table.itertuples():
        when = f" op {row.date!s}" if row.date else ""
        notice = f" (zie https://doi.org/{row.notice!s})" if row.notice else ""
        if row.type in _WITHDRAWN:
            found[str(row.citekey)] = f"dit werk is{when} ingetrokken{notice}"
        elif row.type in _DOUBTED:
            found.setdefault(str(row.citekey), f"over dit werk is{when} twijfel gemeld{notice}")
    return found


def source_findings(paper: Paper, settings: PaperSettings) -> list[Finding]:
    """Return a finding for every citation of a work that needs a reason and has none in `paper.yaml`."""
    doubts = {key: said for key, said in doubtful_works(paper).items() if key not in settings.accept}
    return [
        Finding(
            section.line + 1 + offset,
            f"‘@{key}’: {doubts[key]}",
            f"Haal de verwijzing weg, of zeg in paper.yaml waarom niet: accept: {{{key}: reden}}.",
        )
        for section in paper.text.values()
        for offset, key in cited_keys(section.body)
        if key in doubts
    ]


def unfit_papers(home: Home) -> list[str]:
    """Return what stops the site: each run paper that cites a work that became doubtful since, and why (Dutch)."""
    from leeszaal.papers.published import published_papers
    from leeszaal.papers.settings import read_settings

    said = []
    for one in published_papers(home):
        doubts = _doubts(home, one.cited)
        accepted = read_settings(home, one.slug).accept if doubts else {}
        said += [f"papers/{one.slug}: ‘@{key}’: {why}" for key, why in doubts.items() if key not in accepted]
    return said
