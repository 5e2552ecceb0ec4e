"""Yearly counts, shares with their interval, and what cannot be placed in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.trends import (
    check_years,
    pick_unit,
    usable_years,
    yearly_counts,
)


def _works(years: list[object]) -> pd.DataFrame:
    ids = [f"w{at}" for at in range(len(years))]
    return pd.DataFrame({"work_id": ids, "year": pd.array(years, dtype="Int32")})


def _units(**held: list[int]) -> pd.DataFrame:
    rows = [("label", unit, f"w{at}") for unit, works in held.items() for at in works]
    return pd.DataFrame(rows, columns=["kind", "unit", "work_id"])


def test_counts_every_unit_in_every_year_beside_the_corpus() -> None:
    works = _works([2020, 2020, 2020, 2020, 2022, 2022])
    counts = yearly_counts(works, _units(a=[0, 4, 5], b=[1]), peildatum_year=2023)
    a = pick_unit(counts, "a")
    assert a["year"].tolist() == [2020, 2021, 2022]
    assert a["works"].tolist() == [1, 0, 2]
    assert a["corpus"].tolist() == [4, 0, 2]
    assert a["share"].tolist()[0] == 0.25
    assert np.isnan(a["share"].tolist()[1])
    assert a["share"].tolist()[2] == 1.0
    assert pick_unit(counts, "b")["works"].tolist() == [1, 0, 0]


def test_a_work_counts_once_per_unit_and_only_inside_the_corpus() -> None:
    units = pd.concat(
        [_units(a=[0, 0]), pd.DataFrame([("label", "a", "elsewhere")], columns=["kind", "unit", "work_id"])]
    )
    assert yearly_counts(_works([2020]), units, peildatum_year=2023)["works"].tolist() == [1]


def test_the_year_of_the_peildatum_is_incomplete_and_later_years_do_not_count() -> None:
    counts = yearly_counts(_works([2024, 2025, 2026]), _units(a=[0, 1, 2]), peildatum_year=2025)
    assert counts["year"].tolist() == [2024, 2025]
    assert counts["complete"].tolist() == [True, False]
    assert usable_years(_works([2024, 2025, 2026]), 2025).future == 1


def test_works_without_a_possible_year_are_counted_apart() -> None:
    found = usable_years(_works([2020, None, 12, None]), 2025)
    assert (len(found.works), found.without, found.future) == (1, 3, 0)


def test_half_without_a_year_still_gives_shares_of_the_dated_half() -> None:
    counts = yearly_counts(_works([2020, None, 2020, None]), _units(a=[0, 1]), peildatum_year=2025)
    assert counts[["works", "corpus"]].to_numpy().tolist() == [[1, 2]]


def test_no_year_at_all_gives_an_empty_table() -> None:
    counts = yearly_counts(_works([None, None]), _units(a=[0]), peildatum_year=2025)
    assert len(counts) == 0
    assert counts.columns.tolist()[:4] == ["kind", "unit", "year", "works"]


def test_the_period_limits_the_years_and_may_reach_beyond_them() -> None:
    works = _works([2010, 2015, 2020])
    counts = yearly_counts(works, _units(a=[0, 1, 2]), peildatum_year=2025, from_year=2014, to_year=2016)
    assert counts[["year", "works"]].to_numpy().tolist() == [[2014, 0], [2015, 1], [2016, 0]]


def test_a_period_that_runs_backwards_is_refused() -> None:
    with pytest.raises(LeeszaalError, match="begint in 2024 en eindigt in 2010"):
        check_years(2024, 2010)
    check_years(2024, 2024)
    check_years(None, 2010)


def test_an_unknown_unit_names_the_nearest() -> None:
    counts = yearly_counts(_works([2020]), _units(**{"ibt.stelsel": [0]}), peildatum_year=2025)
    with pytest.raises(LeeszaalError, match=r"Bedoelt u ‘ibt\.stelsel’"):
        pick_unit(counts, "ibt.stelsl", "label")
