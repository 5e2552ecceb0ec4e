"""Numbers and dates as a reader writes them."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.works.numbers import (
    format_count,
    format_date,
    format_list,
    format_month,
    format_number,
    format_percent,
    format_range,
    format_years,
)


@pytest.mark.parametrize(
    ("x", "decimals", "nl", "en"),
    [
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (1234, 0, "1.234", "1,234"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (2.5, 0, "3", "3"),
        (0.5, 0, "1", "1"),
        (-2.5, 0, "−3", "−3"),
        (-0.4, 0, "0", "0"),
        (1.005, 2, "1,01", "1.01"),
        (3, 1, "3,0", "3.0"),
        (1e21, 0, "1" + ".000" * 7, "1" + ",000" * 7),
        (12345678901234567890123, 0, "12.345.678.901.234.567.890.123", "12,345,678,901,234,567,890,123"),
        (None, 0, "–", "–"),
        (float("nan"), 1, "–", "–"),
        (pd.NA, 0, "–", "–"),
        (pd.NaT, 0, "–", "–"),
        (np.int64(1500), 0, "1.500", "1,500"),
        (np.float64(0.25), 1, "0,3", "0.3"),
    ],
)
def test_numbers(x, decimals, nl, en):
    assert format_number(x, decimals) == nl
    assert format_number(x, decimals, "en") == en


@pytest.mark.parametrize(
    ("share", "decimals", "nl", "en"),
    [
        (0.035, 1, "3,5\u00a0%", "3.5%"),
        (0.285, 0, "29\u00a0%", "29%"),
        (1, 0, "100\u00a0%", "100%"),
        (None, 0, "–", "–"),
    ],
)
def test_percentages(share, decimals, nl, en):
    assert format_percent(share, decimals) == nl
    assert format_percent(share, decimals, "en") == en


def test_ranges_and_periods():
    assert format_range(3, 1200) == "3 tot 1.200"
    assert format_range(-0.021, 0.04, 1, percent=True) == "−2,1 tot 4,0\u00a0%"
    assert format_range(-0.021, 0.04, 1, "en", percent=True) == "−2.1 to 4.0%"
    assert format_range(None, 4) == "– tot 4"
    assert format_years(2010, 2025) == "2010–2025"
    assert format_years(2010, 2010) == "2010"


@pytest.mark.parametrize(
    ("date", "nl", "en"),
    [
        (dt.date(2026, 11, 1), "1 november 2026", "1 November 2026"),
        (dt.datetime(2026, 3, 31, 12), "31 maart 2026", "31 March 2026"),
        ("2026-11-01", "1 november 2026", "1 November 2026"),
        ("2026-11-01T10:00:00Z", "1 november 2026", "1 November 2026"),
        ("2026-5", "mei 2026", "May 2026"),
        ("1999", "1999", "1999"),
        (None, "–", "–"),
    ],
)
def test_dates(date, nl, en):
    assert format_date(date) == nl
    assert format_date(date, "en") == en


@pytest.mark.parametrize("text", ["", "morgen", "2026-13-01", "2026-02-31", "26-1-1"])
def test_a_date_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        format_date(text)


def test_programmer_errors():
    with pytest.raises(ValueError, match="lang must be"):
        format_number(1, lang="fr")
    with pytest.raises(ValueError, match="lang must be"):
        format_list(["a"], "de")
    with pytest.raises(ValueError, match="decimals"):
        format_number(1, -1)
    with pytest.raises(ValueError, match="infinity"):
        format_number(float("inf"))
    with pytest.raises(ValueError, match="infinity"):
        format_percent(float("-inf"))
    with pytest.raises(ValueError, match="month"):
        format_month(13)


def test_counts_and_lists():
    assert format_count(1, "werk", "werken") == "1 werk"
    assert format_count(0, "werk", "werken") == "0 werken"
    assert format_count(1240, "work", "works", "en") == "1,240 works"
    assert format_list([]) == ""
    assert format_list(["a", "b", "c"]) == "a, b en c"
    assert format_list(["a", "b", "c"], "en") == "a, b and c"


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_reads_back(n):
    assert int(format_number(n).replace(".", "").replace("−", "-")) == n
    assert int(format_number(n, lang="en").replace(",", "").replace("−", "-")) == n


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_a_number_reads_back_rounded(x, decimals):
    back = Decimal(format_number(x, decimals).replace(".", "").replace(",", ".").replace("−", "-"))
    assert back == Decimal(repr(x)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert not format_number(x, decimals).startswith("−0,0000")


@given(st.dates())
def test_a_date_is_the_same_from_text(day):
    assert format_date(day) == format_date(day.isoformat())
