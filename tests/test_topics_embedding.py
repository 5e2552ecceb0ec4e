"""Topics with the real embedding: a Dutch and an English title about one thing share a topic."""

from __future__ import annotations

import pandas as pd
import pytest

from leeszaal.topics import fit_table
from leeszaal.works import embedding

TITLES = {
    ("verkiezing", "nl"): "Opkomst bij de {} voor de {} daalt onder {}",
    ("verkiezing", "en"): "Turnout in the {} for the {} declines among {}",
    ("toezicht", "nl"): "Toezicht op de {} van de {} door {}",
    ("toezicht", "en"): "Oversight of the {} of the {} by {}",
}
SLOTS = {
    ("verkiezing", "nl"): (
        ["verkiezing", "stemming", "herstemming"],
        ["gemeenteraad", "provinciale staten"],
        ["jonge kiezers", "stemgerechtigde burgers"],
    ),
    ("verkiezing", "en"): (
        ["election", "vote", "ballot"],
        ["municipal council", "provincial parliament"],
        ["young voters", "eligible citizens"],
    ),
    ("toezicht", "nl"): (
        ["begroting", "financiën", "schulden"],
        ["gemeente", "gemeentelijke organisatie"],
        ["de provinciale toezichthouder", "de accountant"],
    ),
    ("toezicht", "en"): (
        ["budget", "finances", "debts"],
        ["municipality", "municipal organisation"],
        ["the provincial supervisor", "the auditor"],
    ),
}


def _works() -> pd.DataFrame:
    rows = []
    for (subject, language), form in TITLES.items():
        first, second, third = SLOTS[subject, language]
        for a in first:
            for b in second:
                for c in third:
                    rows.append((f"w{len(rows):02d}", form.format(a, b, c), language, subject))
    return pd.DataFrame(rows, columns=["work_id", "title", "language", "subject"])


@pytest.mark.skipif(not embedding.available(), reason="the embedding is not installed on this machine")
def test_two_languages_share_topics_with_the_real_embedding() -> None:
    works = _works()
    bridged = fit_table(works, k=2)
    plain = fit_table(works, k=2, embeddings=None)
    table = pd.crosstab(
        works["subject"], bridged.assignments.set_index("work_id").loc[works["work_id"], "topic"].to_numpy()
    )
    assert bridged.bridged
    assert bridged.leak_bits < 0.1 < plain.leak_bits
    assert table.max(axis=1).sum() >= 44
    assert table.idxmax(axis=1).nunique() == 2
