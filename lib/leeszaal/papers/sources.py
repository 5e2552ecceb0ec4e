"""The sources of a paper: what is cited how, and whether it may be.

A work that was retracted, or whose facts were not verified, needs a reason of the writer.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.home import Home
from leeszaal.library import doubtful_works, list_evidence, load_records
from leeszaal.papers.text import Finding, cited_keys
from leeszaal.works.csl import to_csl

if TYPE_CHECKING:
    from leeszaal.papers.contents import Paper
    from leeszaal.papers.settings import PaperSettings

__all__ = ["references", "source_findings", "unfit_papers"]


def references(home: Home, works: pd.DataFrame, citekeys: Collection[str]) -> list[dict[str, Any]]:
    """Return the works with these citekeys as CSL-JSON, by citekey.

    A page without a date may read differently tomorrow, so APA asks when it was looked up: the last day on which a
    source answered with it. Of a file that a person brought nobody knows when, so there it is left out.
    """
    cited = works[works["citekey"].isin(citekeys)].sort_values("citekey")
    undated = cited[cited["year"].isna() & cited["doi"].isna() & cited["url"].notna()]
    if undated.empty:
        return to_csl(cited)
    answered = {one.folder: one.time for one in list_evidence(home) if one.source != "import"}
    records = load_records(home)
    records = records[records["work_id"].isin(undated["work_id"]) & records["evidence"].isin(answered)]
    last = records["evidence"].map(answered).groupby(records["work_id"]).max()
    keys = zip(undated["citekey"], undated["work_id"], strict=True)
    days = {str(key): str(last[work])[:10] for key, work in keys if work in last.index}
    return to_csl(cited, days)


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
