"""Works per year: the finding, the alt text and the table for small frames."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from leeszaal.charts import counts_over_time
from leeszaal.errors import LeeszaalError

SOURCE = "Leeszaal, 100 werken, peildatum 1 november 2026"


def years(works, start=2015, **extra):
    return pd.DataFrame({"year": range(start, start + len(works)), "works": works, **extra})


def draw(frame, name="toezicht", **options):
    return counts_over_time(frame, name, source=SOURCE, **options)


def test_rising():
    figure = draw(years([4, 4, 4, 8, 9, 12, 12, 12]))
    assert figure.title == "Over toezicht verschenen in 2020–2022 3 keer zoveel werken als in 2015–2017"
    assert figure.subtitle == "Aantal werken per jaar, 2015–2022; band: 95 %-interval"
    assert figure.alt == (
        "Lijn, 2015–2022: werken per jaar over toezicht. Van 4 in 2015 naar 12 in 2022. "
        "Samen 65; een band toont het 95 %-interval."
    )
    assert list(figure.table.columns) == ["Jaar", "Werken", "Ondergrens", "Bovengrens", "Volledig"]
    assert figure.cells()[0] == ["2015", "4", "1,1", "10,2", "ja"]


def test_falling_and_flat():
    falling = draw(years([20, 20, 20, 10, 5, 5, 4]))
    assert falling.title == "Over toezicht verschenen in 2019–2021 minder werken (14) dan in 2015–2017 (60)"
    flat = draw(years([10, 11, 9, 10, 12, 10]))
    assert flat.title == "Het aantal werken over toezicht verandert niet duidelijk"


def test_a_ratio_to_a_handful_is_not_named():
    figure = draw(years([0, 1, 1, 5, 9, 10, 10]))
    assert figure.title == "Over toezicht verschenen in 2019–2021 meer werken (29) dan in 2015–2017 (2)"


def test_small_and_short():
    assert draw(years([1, 0, 2, 1, 1])).title == "Over toezicht is te weinig gevonden voor een trend: 5 werken"
    assert draw(years([0, 1, 0, 0, 0])).title == "Over toezicht is te weinig gevonden voor een trend: 1 werk"
    assert draw(years([9, 20, 50])).title == "De periode 2015–2017 is te kort voor een trend in werken over toezicht"
    assert draw(years([0, 0])).title == "Over toezicht zijn geen werken gevonden (2015–2016)"


@pytest.mark.parametrize(
    ("works", "title"),
    [(1, "In 2015 verscheen 1 werk over toezicht"), (12, "In 2015 verschenen 12 werken over toezicht")],
)
def test_one_year(works, title):
    figure = draw(years([works]))
    assert figure.title == title
    assert figure.svg()


def test_an_incomplete_year_is_open_and_not_in_the_finding():
    frame = years([10, 10, 10, 10, 10, 10, 2], start=2020)
    figure = draw(frame, until=dt.date(2026, 10, 31))
    assert figure.title == "Het aantal werken over toezicht verandert niet duidelijk"
    assert figure.subtitle.endswith("; open punt: t/m oktober")
    assert "Open punt: 2 in 2026, t/m oktober." in figure.alt
    assert figure.table["Volledig"].tolist() == [True] * 6 + [False]
    assert ">t/m oktober</text>" in figure.svg().decode()
    assert "t/m" not in draw(frame, until=dt.date(2026, 12, 31)).subtitle
    assert draw(frame.assign(complete=[True] * 6 + [False])).subtitle.endswith("; open punt: onvolledig")


def test_english():
    figure = draw(years([4, 4, 4, 8, 9, 12, 12, 12]), "oversight", lang="en")
    assert figure.title == "2020–2022 saw 3 times as many works on oversight as 2015–2017"
    assert figure.alt.startswith("Line, 2015–2022: works per year on oversight. From 4 in 2015 to 12 in 2022.")


def test_one_unit_of_many():
    frame = pd.concat([years([1, 2]).assign(unit="a"), years([30]).assign(unit="b")])
    assert draw(frame, unit="b").title == "In 2015 verschenen 30 werken over toezicht"
    with pytest.raises(LeeszaalError, match="2 eenheden, zoals a, b"):
        draw(frame)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (years([]), "geen rijen"),
        (pd.DataFrame({"year": [2020]}), "mist de tabel de kolom ‘works’"),
        (pd.DataFrame({"year": [2020, 2020], "works": [1, 2]}), "2020 meer dan een keer"),
        (pd.DataFrame({"year": [2020, None], "works": [1, 2]}), "1 rijen geen jaar"),
        (pd.DataFrame({"year": [2020], "works": [-1]}), "‘works’ in 2020"),
        (pd.DataFrame({"year": [2020], "works": [None]}), "‘works’ in 2020"),
    ],
)
def test_bad_input(frame, message):
    with pytest.raises(LeeszaalError, match=message):
        draw(frame)


def test_a_missing_year_breaks_the_line():
    frame = years([3, 4, 5, 6, 7]).drop(index=2)
    lines = [part for part in draw(frame).svg().decode().split("<path") if "stroke-linecap: round" in part]
    assert len(lines) == 1
    assert lines[0].count("M ") == 2


@pytest.mark.parametrize("name", ["x" * 300, "$a$ & <script> مرحبا 😀", "ijsbanen {x} _y_ | z"])
def test_any_name_fits(name):
    figure = draw(years([4, 4, 4, 8, 9, 12, 12, 12]), name)
    assert len(figure.title) <= 90
    assert 80 <= len(figure.alt) <= 250
    assert figure.svg() == draw(years([4, 4, 4, 8, 9, 12, 12, 12]), name).svg()
