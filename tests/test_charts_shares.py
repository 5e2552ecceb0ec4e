"""Shares per period: sums, findings, and what the verdict of the growth table decides."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from leeszaal.charts import share_over_periods
from leeszaal.errors import LeeszaalError
from leeszaal.trends.periods import periods_of

SOURCE = "Leeszaal, 600 werken, peildatum 1 november 2026"


def years(works, corpus=100, start=2015):
    return pd.DataFrame({"year": range(start, start + len(works)), "works": works, "corpus": corpus})


def draw(frame, **options):
    return share_over_periods(frame, "toezicht", source=SOURCE, **options)


def growth(verdict, rate=0.05):
    return pd.DataFrame({"unit": ["a"], "growth": [rate], "low": [0.02], "high": [0.08], "verdict": [verdict]})


def test_periods_are_counted_back_from_the_last_complete_year():
    frame = years([1, 2, 3, 4, 5, 6]).assign(complete=[True] * 5 + [False])
    periods = periods_of(frame, 2)
    assert periods[["first", "last", "works", "corpus", "complete"]].to_numpy().tolist() == [
        [2015, 2015, 1, 100, True],
        [2016, 2017, 5, 200, True],
        [2018, 2019, 9, 200, True],
        [2020, 2020, 6, 100, False],
    ]
    assert periods["share"].tolist() == [0.01, 0.025, 0.045, 0.06]


def test_rising_falling_flat():
    assert (
        draw(years([2, 3, 2, 10, 12, 14])).title
        == "Het aandeel werken over toezicht groeit van 2,0\u00a0% naar 14,0\u00a0%"
    )
    assert (
        draw(years([20, 9, 9, 8, 8, 5])).title
        == "Het aandeel werken over toezicht daalt van 20,0\u00a0% naar 5,0\u00a0%"
    )
    assert draw(years([5, 6, 5, 6, 5, 7])).title == "Het aandeel werken over toezicht verandert niet duidelijk"


def test_too_little():
    assert draw(years([1, 1, 1, 1, 1])).title == "Over toezicht is te weinig gevonden voor een trend: 5 werken"
    assert draw(years([10, 30])).title == "De periode is te kort om voor toezicht van een trend te spreken"


def test_alt_and_table():
    figure = draw(years([2, 3, 2, 10, 12, 14]), until=dt.date(2020, 10, 31))
    assert figure.alt == (
        "Punten met interval: aandeel werken over toezicht. Van 2,0\u00a0% in 2015 naar 12,0\u00a0% in 2019. "
        "Open punt t/m oktober 2020: 14,0\u00a0%. Samen 43 werken; elke streep is een 95 %-interval."
    )
    assert figure.cells()[0] == ["2015", "2", "100", "2,0\u00a0%", "0,6\u00a0%", "7,0\u00a0%", "ja"]


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        ("rises", "Het aandeel werken over toezicht groeit met ongeveer 5\u00a0% per jaar"),
        ("falls", "Het aandeel werken over toezicht daalt met ongeveer 5\u00a0% per jaar"),
        ("steady", "Het aandeel werken over toezicht verandert niet duidelijk"),
        ("too_few", "Over toezicht is te weinig gevonden voor een trend: 43 werken"),
        ("too_short", "De periode is te kort om voor toezicht van een trend te spreken"),
    ],
)
def test_the_verdict_decides(verdict, title):
    figure = draw(years([2, 3, 2, 10, 12, 14]).assign(unit="a"), unit="a", growth=growth(verdict))
    assert figure.title == title
    assert ("groei per jaar 2,0 tot 8,0\u00a0% (95 %)" in figure.subtitle) == verdict.startswith(("r", "f", "s"))


def test_no_row_in_the_growth_table_is_no_verdict():
    figure = draw(years([2, 3, 2, 10, 12, 14]).assign(unit="b"), unit="b", growth=growth("falls"))
    assert "groeit van" in figure.title


def test_many_years_become_at_most_eight_periods():
    figure = draw(years([5] * 40, start=1980))
    assert len(figure.table) == 8
    assert figure.table["Periode"].iloc[-1] == "2015–2019"
    assert len(draw(years([5] * 40, start=1980), period=1).table) == 40


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (years([]), "geen rijen"),
        (years([1]).drop(columns="corpus"), "‘corpus’"),
        (years([101]), "In 2015 zijn er 101 werken in een corpus van 100"),
    ],
)
def test_bad_input(frame, message):
    with pytest.raises(LeeszaalError, match=message):
        draw(frame)


def test_a_year_without_corpus_has_no_share():
    figure = draw(years([0, 3, 2, 10, 12, 14], corpus=[0, 100, 100, 100, 100, 100]))
    assert figure.cells()[0][3:6] == ["–", "–", "–"]
    assert figure.svg()


def test_a_period_of_zero_years():
    with pytest.raises(ValueError, match="1 year or longer"):
        draw(years([1, 2, 3]), period=0)


def test_english():
    assert (
        draw(years([2, 3, 2, 10, 12, 14]), lang="en").title == "The share of works on toezicht grows from 2.0% to 14.0%"
    )
