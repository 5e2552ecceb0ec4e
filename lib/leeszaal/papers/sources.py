"""May these works be cited? One that was retracted, or whose facts were not verified, needs a reason of the writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.home import Home
from leeszaal.library import doubtful_works
from leeszaal.papers.text import Finding, cited_keys

if TYPE_CHECKING:
    from leeszaal.papers.contents import Paper
    from leeszaal.papers.settings import PaperSettings

__all__ = ["source_findings", "unfit_papers"]


def source_findings(paper: Paper, settings: PaperSettings) -> list[Finding]:
    """Return a finding for every citation of a work that needs a reason and has none in `paper.yaml`."""
    if not paper.cited:
        return []
    doubts = {key: said for key, said in doubtful_works(paper.home).items() if key not in settings.accept}
    return [
        Finding(
            section.line + 1 + offset,
            f"‘@{key}’: dit werk {' en '.join(doubts[key])}",
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

    citing = [one for one in published_papers(home) if one.cited]
    if not citing:
        return []
    doubts, said = doubtful_works(home), []
    for one in citing:
        doubted = [key for key in one.cited if key in doubts]
        accepted = read_settings(home, one.slug).accept if doubted else {}
        said += [
            f"papers/{one.slug}: ‘@{key}’: dit werk {' en '.join(doubts[key])}"
            for key in doubted
            if key not in accepted
        ]
    return said
