"""Level, spread, rank, expectation and voters a point, on tables small enough to count by hand; and the figures of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leeszaal.charts import turnout_change_figure, turnout_figure
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.indicators import (
    compare,
    expectation,
    level,
    load_municipalities,
    load_turnout,
    points_in_voters,
    rank,
    read_turnout,
    region_change,
    series,
    spread,
    usual_movement,
    votes_between,
)
from leeszaal.indicators.turnout import COLUMNS, Turnout

SOURCE = "Kiesraad, 25 gemeenten, peildatum 15 maart 2023"


def table(figures: dict[str, dict[str, tuple[int, int]]]) -> Turnout:
    """Make a turnout of election -> municipality -> (electorate, valid votes)."""
    names = sorted({name for election in figures.values() for name in election})
    codes = {name: f"GM{1000 + i}" for i, name in enumerate(names)}
    rows = [
        f"{codes[name]},{name},{election},{election[-4:]}-03-20,,{electorate},,{votes},,,,geldig,telling,niet"
        for election, places in figures.items()
        for name, (electorate, votes) in places.items()
    ]
    known = {code: name for name, code in codes.items()}
    return read_turnout("\n".join([",".join(COLUMNS), *rows]).encode(), "t.csv", known)


@pytest.fixture(scope="module")
def turnout(repository: Path) -> Turnout:
    return load_turnout(Home(repository))


@pytest.fixture(scope="module")
def regions(repository: Path) -> dict[str, str]:
    names = load_municipalities(Home(repository))
    return dict(zip(names["gemeentecode"], names["regio"], strict=True))


SMALL = {
    "PS2019": {"Aa": (1000, 500), "Bee": (2000, 1200), "Cee": (1000, 700)},
    "PS2023": {"Aa": (1000, 560), "Bee": (2000, 1280), "Cee": (1000, 760)},
}


def test_level_is_sorted_and_spread_is_counted_by_hand() -> None:
    found, measure = level(table(SMALL), "PS2023")
    assert measure == "geldig"
    assert found["gemeente"].tolist() == ["Cee", "Bee", "Aa"]
    assert found["opkomst"].tolist() == [0.76, 0.64, 0.56]
    rows, _ = spread(table(SMALL), "PS")
    last = rows.iloc[1]
    assert (last["geheel"], last["laagst"], last["mediaan"], last["hoogst"]) == (0.65, 0.56, 0.64, 0.76)
    assert last["kwart"] == pytest.approx(0.60)
    assert last["spreiding"] == pytest.approx(np.std([0.56, 0.64, 0.76], ddof=1))


def test_usual_movement_is_the_residual_of_the_two_way_table() -> None:
    both, _ = series(table(SMALL), "PS")
    # The changes are +6, +4 and +6 points; around their mean (16/3) half of each falls on either election.
    changes = np.array([0.06, 0.04, 0.06])
    expected = np.sqrt((((changes - changes.mean()) / 2) ** 2).sum() * 2 / 2)
    assert usual_movement(both).sd == pytest.approx(expected)
    assert usual_movement(both).df == 2
    with pytest.raises(LeeszaalError, match="gewone schommeling"):
        usual_movement(both[["PS2019"]])


def test_ranks_carry_an_interval_that_holds_them(turnout: Turnout) -> None:
    found, usual, measure = rank(turnout, "PS2023")
    assert measure == "geldig"
    assert usual.df == 24 * 4
    assert usual.elections == ("PS2007", "PS2011", "PS2015", "PS2019", "PS2023")
    assert ((found["rang_van"] <= found["rang"]) & (found["rang"] <= found["rang_tot"])).all()
    assert ((found["laag"] < found["opkomst"]) & (found["opkomst"] < found["hoog"])).all()
    assert (found["rang_tot"] - found["rang_van"]).median() >= 6  # the middle of the list cannot be told apart
    again, _, _ = rank(turnout, "PS2023")
    pd.testing.assert_frame_equal(found, again)


def test_ranks_that_lie_far_apart_are_certain() -> None:
    found, _, _ = rank(table(SMALL), "PS2023")
    assert found[["rang", "rang_van", "rang_tot"]].to_numpy().tolist() == [[1, 1, 1], [2, 2, 2], [3, 3, 3]]


def test_rank_refuses_a_share_that_cannot_be(turnout: Turnout) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        rank(turnout, "PS2023", share_within=95)


def test_expectation_is_that_of_a_regression_without_the_municipality_itself(turnout: Turnout) -> None:
    found = expectation(turnout, "PS2023")
    both, _ = series(turnout, "PS")
    electorate = turnout.of("PS2023").set_index("gemeentecode")["kiesgerechtigden"].astype(float)
    code = "GM0183"
    others = [other for other in both.index if other != code]
    earlier = both[["PS2007", "PS2011", "PS2015", "PS2019"]].astype(float).mean(axis=1)
    x = np.column_stack([np.ones(25), earlier, np.log(electorate.loc[both.index])])
    y = both["PS2023"].astype(float)
    keep = both.index.isin(others)
    slopes, (rest,), *_ = np.linalg.lstsq(x[keep], y[keep].to_numpy(), rcond=None)
    own = x[~keep][0]
    row = found.table.set_index("gemeentecode").loc[code]
    assert row["verwacht"] == pytest.approx(own @ slopes)
    error = np.sqrt(rest / 21 * (1 + own @ np.linalg.inv(x[keep].T @ x[keep]) @ own))
    assert row["hoog"] - row["verwacht"] == pytest.approx(2.079614 * error, rel=1e-5)  # t, 21 degrees of freedom
    assert found.by_chance == pytest.approx(1.25)
    assert 0.8 < found.explained < 0.95


def test_expectation_of_a_region_is_weighted_by_its_electorate(turnout: Turnout, regions: dict[str, str]) -> None:
    found = expectation(turnout, "PS2023", regions).regions.set_index("naam")
    assert found["gemeenten"].to_dict() == {"regio-zwolle": 10, "stedendriehoek": 1, "twente": 14}
    rows = turnout.of("PS2023")
    twente = rows[rows["gemeentecode"].map(regions) == "twente"]
    assert found.loc["twente", "opkomst"] == pytest.approx(twente["geldig"].sum() / twente["kiesgerechtigden"].sum())
    assert set(found["oordeel"]) <= {"zoals verwacht", "hoger dan verwacht", "lager dan verwacht"}


def test_one_that_stands_out_is_found_and_the_rest_is_not() -> None:
    places = [chr(65 + i) * 2 for i in range(12)]
    base = {name: (1000 + 300 * i, (1000 + 300 * i) * (50 + (i * 7) % 12) // 100) for i, name in enumerate(places)}
    later = {name: (size, votes + size * (5 + i % 2) // 100) for i, (name, (size, votes)) in enumerate(base.items())}
    size, votes = later["FF"]
    later["FF"] = (size, votes + size // 5)
    found = expectation(table({"PS2019": base, "PS2023": later}), "PS2023").table.set_index("gemeente")
    assert found["oordeel"].to_dict() == dict.fromkeys(places, "zoals verwacht") | {"FF": "hoger dan verwacht"}


def test_without_an_earlier_election_nothing_is_expected(turnout: Turnout) -> None:
    with pytest.raises(LeeszaalError, match="geen eerdere opkomst"):
        expectation(turnout, "PS2007")
    with pytest.raises(LeeszaalError, match="van 3 gemeenten"):
        expectation(table(SMALL), "PS2023")
    with pytest.raises(LeeszaalError, match="soort ‘GR’"):
        expectation(turnout, "GR2022")


def test_a_point_in_voters(turnout: Turnout, regions: dict[str, str]) -> None:
    assert points_in_voters(table(SMALL), "PS2023")["stemmen_per_punt"].tolist() == [20, 10, 10]
    by_region = points_in_voters(turnout, "PS2023", regions).set_index("naam")
    assert by_region["kiesgerechtigden"].sum() == 913363
    assert by_region.loc["stedendriehoek", "stemmen_per_punt"] == 784  # Deventer has 78,387 voters
    with pytest.raises(LeeszaalError, match="niet bekend"):
        points_in_voters(turnout, "GR2022")


def test_regions_change_on_the_same_municipalities() -> None:
    figures = {**SMALL, "PS2023": {"Aa": (1000, 560), "Cee": (1000, 760)}}
    found, measure = region_change(table(figures), "PS2019", "PS2023", {"GM1000": "x", "GM1001": "x", "GM1002": "x"})
    row = found.iloc[0]
    assert (measure, row["naam"], row["gemeenten"]) == ("geldig", "x", 2)
    assert row["eerste"] == 1200 / 2000  # without Bee, which misses 2023
    assert row["tweede"] == 1320 / 2000


def test_votes_between_a_national_and_a_provincial_election(turnout: Turnout) -> None:
    found = votes_between(turnout, "TK2021", "PS2023").set_index("gemeente")
    one = turnout.of("TK2021").set_index("gemeente")["geldig"]
    assert found.loc["Enschede", "stemmen"] == one["Enschede"] - 62930
    assert found["stemmen"].is_monotonic_decreasing
    with pytest.raises(LeeszaalError, match="niet naast elkaar te zetten"):
        votes_between(turnout, "WS2019", "PS2019")


def test_a_missing_year_is_a_gap_in_the_series() -> None:
    figures = {**SMALL, "PS2023": {"Aa": (1000, 560), "Cee": (1000, 760)}}
    both, _ = series(table(figures), "PS")
    assert both["PS2023"].isna().tolist() == [False, True, False]


# The figures


def test_the_figure_of_one_election_shames_no_municipality(turnout: Turnout) -> None:
    rows, measure = level(turnout, "PS2023")
    figure = turnout_figure(
        rows.rename(columns={"gemeente": "name", "opkomst": "value"}),
        "Provinciale Staten 2023",
        source=SOURCE,
        measure=measure,
    )
    assert figure.title == "De opkomst loopt van 51,3\u00a0% tot 84,2\u00a0%"
    assert "geldige stemmen" in figure.subtitle
    assert not any(name in figure.title + figure.alt for name in rows["gemeente"])
    assert len(figure.table) == 25
    assert figure.svg().startswith(b"<")


def test_the_figure_of_change_gives_range_and_counts(turnout: Turnout) -> None:
    found = compare(turnout, "PS2019", "PS2023")
    frame = found.table.rename(columns={"gemeente": "name", "eerste": "before", "tweede": "after"})
    figure = turnout_change_figure(frame, ("PS 2019", "PS 2023"), source=SOURCE, measure=found.measure)
    assert figure.title == "In alle 25 gemeenten stijgt de opkomst (geldige stemmen)"
    assert "Stijging in 25, daling in 0; van 0,3 tot 15,9 procentpunt" in figure.alt
    assert not any(name in figure.alt for name in found.table["gemeente"])
    frame.loc[0, "before"] = pd.NA
    assert "1 zonder cijfer" in turnout_change_figure(frame, ("a", "b"), source=SOURCE, measure="geldig").subtitle
    with pytest.raises(LeeszaalError, match="‘geldg’ bestaat niet"):
        turnout_change_figure(frame, ("a", "b"), source=SOURCE, measure="geldg")
