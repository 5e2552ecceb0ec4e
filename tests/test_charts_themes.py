"""Many units at once: small multiples, the grid, level against growth."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from leeszaal.charts import emergence, heat_map, small_multiples
from leeszaal.errors import LeeszaalError

SOURCE = "Leeszaal, 600 werken, peildatum 1 november 2026"
UP, DOWN, FLAT, FEW = (
    [2, 2, 2, 9, 10, 11, 12],
    [12, 11, 12, 9, 3, 2, 2],
    [6, 6, 7, 6, 6, 7, 6],
    [0, 1, 0, 0, 1, 0, 0],
)
NAMES = {"a": "Financieel toezicht", "b": "Archieftoezicht", "c": "Lokale partijen", "d": "Loting"}


def frame(**units):
    rows = [
        {"unit": unit, "year": 2015 + i, "works": works, "corpus": 100}
        for unit, series in units.items()
        for i, works in enumerate(series)
    ]
    return pd.DataFrame(rows, columns=["unit", "year", "works", "corpus"])


def panels(table, **options):
    return small_multiples(table, NAMES, source=SOURCE, **options)


def test_panels_say_which_differ():
    figure = panels(frame(a=UP, b=DOWN, c=FLAT, d=FEW))
    assert figure.title == "Financieel toezicht groeit, Archieftoezicht daalt"
    assert figure.alt == (
        "4 lijnen, 2015–2021: 1 stijgt (Financieel toezicht), 1 niet duidelijk anders, "
        "1 daalt (Archieftoezicht), "
        "1 te klein of te kort. Grootste in 2021: Financieel toezicht, 12,0\u00a0%. "
        "Alle thema’s op dezelfde assen: aandeel van alle werken per jaar."
    )
    text = figure.svg().decode()
    assert text.count("↗ stijgt") == text.count("↘ daalt") == text.count("→ geen duidelijke trend") == 1
    assert text.count("te weinig om te zeggen") == 1


@pytest.mark.parametrize(
    ("table", "title"),
    [
        (frame(a=UP), "Het aandeel van Financieel toezicht groeit"),
        (frame(a=FLAT), "Het aandeel van Financieel toezicht verandert niet duidelijk"),
        (frame(a=FEW), "Er is te weinig om van een trend te spreken"),
        (frame(a=FEW, b=FEW), "Er is te weinig om van een trend te spreken bij deze thema’s"),
        (frame(a=FLAT, b=FLAT), "Geen van de 2 thema’s verandert duidelijk"),
        (frame(a=UP, b=FLAT), "Alleen Financieel toezicht groeit"),
        (frame(a=UP, b=UP, c=FLAT), "Alleen Archieftoezicht en Financieel toezicht groeien"),
        (frame(a=DOWN, b=FLAT), "Alleen Financieel toezicht daalt"),
        (frame(a=UP, b=UP, c=DOWN, d=FLAT), "2 van de 4 thema’s groeien, 1 daalt"),
    ],
)
def test_titles_of_panels(table, title):
    figure = panels(table)
    # Two of the same size stand in the order of their identifiers.
    assert figure.title in (
        title,
        title.replace("Archieftoezicht en Financieel toezicht", "Financieel toezicht en Archieftoezicht"),
    )
    assert figure.svg() == panels(table).svg()


def test_the_verdict_decides_for_panels():
    verdicts = pd.DataFrame({"unit": ["a", "b"], "verdict": ["steady", "too_few"]})
    figure = panels(frame(a=UP, b=UP), growth=verdicts)
    assert figure.title == "Geen van de 2 thema’s verandert duidelijk"


def test_what_is_not_drawn_is_said():
    figure = panels(frame(a=UP, b=DOWN, c=FLAT), most=2)
    assert "de 2 grootste van 3" in figure.subtitle
    assert sorted(figure.table["Thema"].unique()) == ["Archieftoezicht", "Financieel toezicht"]


def test_empty_panels():
    with pytest.raises(LeeszaalError, match="geen rijen"):
        panels(frame())


def grid(table, **options):
    return heat_map(table, NAMES, source=SOURCE, **options)


def test_grid():
    figure = grid(frame(a=[1, 9], b=[3, 2]))
    assert figure.title == "De meeste aandacht krijgt Financieel toezicht, in 2016: 9 werken"
    assert figure.cells() == [["Financieel toezicht", "1", "9"], ["Archieftoezicht", "3", "2"]]
    assert figure.alt.startswith(
        "Raster, 2 × 2: thema en periode, 2015 tot 2016. Piek: Financieel toezicht in 2016, 9. 0 cellen zonder werken."
    )


def test_grid_of_shares_and_periods():
    figure = grid(frame(a=[1, 9, 2], b=[3, 2, 1]), measure="share", period=2)
    assert list(figure.table.columns) == ["Thema", "2015", "2016–2017"]
    assert figure.cells()[0] == ["Financieel toezicht", "1,0\u00a0%", "5,5\u00a0%"]


def test_grid_ties_and_nothing():
    assert grid(
        frame(a=[4], b=[4])
    ).title == "Archieftoezicht en Financieel toezicht pieken het hoogst, met 4 werken" or (
        grid(frame(a=[4], b=[4])).title == "Financieel toezicht en Archieftoezicht pieken het hoogst, met 4 werken"
    )
    assert grid(frame(a=[1, 1], b=[1, 1])).title == "De aandacht is verspreid: geen enkele cel telt meer dan 1 werk"
    assert grid(frame(a=[0], b=[0])).title == "In deze periode zijn er geen werken over deze thema’s"


def test_grid_fills_the_period_and_marks_the_open_year():
    sparse = pd.DataFrame({"unit": ["a", "a"], "year": [2021, 2024], "works": [2, 5]})
    figure = grid(sparse, from_year=2020, to_year=2026, period=2, until=dt.date(2026, 10, 31))
    assert list(figure.table.columns) == ["Thema", "2020–2021", "2022–2023", "2024–2025", "2026 t/m oktober"]
    assert figure.cells() == [["Financieel toezicht", "2", "0", "5", "0"]]
    assert "t/m oktober: 2026" in figure.subtitle


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        (frame(), {}, "geen rijen"),
        (frame(a=[1]).drop(columns="corpus"), {"measure": "share"}, "‘corpus’"),
        (frame(a=[1]), {"from_year": 2020, "to_year": 2019}, r"eerste jaar \(2020\) na het laatste \(2019\)"),
        (frame(a=[1]), {"from_year": 1900, "to_year": 1901}, "geen rijen"),
    ],
)
def test_bad_grids(table, options, message):
    with pytest.raises(LeeszaalError, match=message):
        grid(table, **options)


def growth(*rows):
    columns = ["unit", "works", "growth", "low", "high", "verdict"]
    return pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], columns=columns)


def points(table, **options):
    return emergence(table, NAMES, source=SOURCE, **options)


def test_small_and_growing():
    figure = points(
        growth(
            ("a", 12, 0.2, 0.1, 0.3, "rises"),
            ("b", 90, -0.1, -0.2, -0.02, "falls"),
            ("c", 50, 0.0, -0.1, 0.1, "steady"),
            ("d", 3, np.nan, np.nan, np.nan, "too_few"),
        )
    )
    assert figure.title == "Financieel toezicht is klein en groeit"
    assert "1 onderwerp met te weinig werken of jaren niet getekend" in figure.subtitle
    assert figure.alt == (
        "Punten: groei per jaar tegen aantal werken van 3 onderwerpen. "
        "Groeit: Financieel toezicht (20\u00a0%). "
        "Daalt: Archieftoezicht (−10\u00a0%). 1 zonder duidelijke trend. 1 met te weinig gegevens. "
        "Elke streep is een 95 %-interval."
    )
    assert figure.cells()[-1] == ["Loting", "3", "–", "–", "–", "te weinig werken"]


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([("a", 9, 0.0, -1, 1, "steady")], "Financieel toezicht verandert niet duidelijk"),
        ([("a", 90, 0.1, 0.05, 0.2, "rises")], "Financieel toezicht groeit duidelijk"),
        (
            [("a", 9, 0, -0.1, 0.1, "steady"), ("b", 9, 0, -0.1, 0.1, "steady")],
            "Geen van de 2 onderwerpen groeit of krimpt duidelijk",
        ),
        (
            [("a", 9, -0.1, -0.2, -0.1, "falls"), ("b", 9, 0, -0.1, 0.1, "steady")],
            "Geen van de 2 onderwerpen groeit duidelijk, 1 daalt",
        ),
        (
            [("a", 90, 0.1, 0, 0.2, "rises"), ("b", 9, 0, -0.1, 0.1, "steady")],
            "1 van de 2 onderwerpen groeit duidelijk",
        ),
        (
            [("a", 9, None, None, None, "too_few")],
            "Er is te weinig om de groei van deze onderwerpen te noemen",
        ),
    ],
)
def test_titles_of_growth(rows, title):
    figure = points(growth(*rows))
    assert figure.title == title
    assert figure.svg() == points(growth(*rows)).svg()


def test_a_whisker_off_the_sheet_is_said():
    assert "1 streep loopt buiten beeld" in points(growth(("a", 9, 0.1, -0.3, 4.0, "steady"))).subtitle


def test_bad_growth():
    with pytest.raises(LeeszaalError, match="geen rijen"):
        points(growth())
    with pytest.raises(LeeszaalError, match="‘a’ twee keer"):
        points(growth(("a", 9, 0, -1, 1, "steady"), ("a", 9, 0, -1, 1, "steady")))
