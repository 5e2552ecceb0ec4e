"""A hundred pairs as a librarian meets them, made up for this test, and what a careful one would say of each.

The pairs stand in `data/librarian.csv`, two lines a pair; where more than one answer is careful, all of them are named.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from leeszaal.library.dedupe import find_duplicates

with (Path(__file__).parent / "data" / "librarian.csv").open(encoding="utf-8", newline="") as stream:
    LINES = list(csv.DictReader(stream))
PAIRS = list(zip(LINES[::2], LINES[1::2], strict=True))


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=[one["case"] for one, _ in PAIRS])
def test_a_pair_is_judged_as_a_careful_librarian_would(one: dict[str, str], other: dict[str, str]) -> None:
    assert one["case"] == other["case"]
    for pair in ([one, other], [other, one]):
        found = find_duplicates(pd.DataFrame(pair).drop(columns=["case", "outcome"]), workers=1)
        said = "same" if len(found.same) else found.related["relation"].iloc[0] if len(found.related) else None
        assert (said or ("maybe" if len(found.maybe) else "apart")) in one["outcome"].split("|")


def test_the_pairs_are_of_all_kinds() -> None:
    outcomes = [one["outcome"].split("|")[0] for one, _ in PAIRS]
    assert len(PAIRS) >= 100
    assert {"same", "maybe", "apart", "preprint", "erratum", "part"} <= set(outcomes)
    assert min(outcomes.count(kind) for kind in ("same", "maybe", "apart")) >= 12
