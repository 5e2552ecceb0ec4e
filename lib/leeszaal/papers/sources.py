"""May these works be cited? Retracted works and works with unverified facts need a reason from the writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal.papers.text import Finding, cited_keys

if TYPE_CHECKING:
    from leeszaal.papers.contents import Paper
    from leeszaal.papers.settings import PaperSettings

__all__ = ["doubtful_works", "source_findings"]


def doubtful_works(paper: Paper) -> dict[str, str]:
    """Return the cited works that need a reason: citekey to what is the matter (Dutch)."""
    return {}


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
