"""Trends of a loose table: what is read, what is refused, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from leeszaal.charts import trends_of_file
from leeszaal.errors import LeeszaalError
from leeszaal.trends import read_trend_table


def _csv(path: Path, frame: pd.DataFrame, **how: object) -> Path:
    frame.to_csv(path, index=False, **how)  # type: ignore[call-overload]
    return path


def _rows(years: range, label: str = "label") -> pd.DataFrame:
    """30 works a year, of which ever more are about water."""
    rows = []
    for at, year in enumerate(years):
        for number in range(30):
            about = "water" if number < 1 + at else "wegen"
            rows.append((f"{year}-{number}", f"Beleid over {about} en land", year, about))
    return pd.DataFrame(rows, columns=["id", "title", "year", label])


def test_labels_and_terms_are_counted_tested_and_drawn(tmp_path: Path) -> None:
    told = trends_of_file(_csv(tmp_path / "a.csv", _rows(range(2008, 2025))), tmp_path / "uit")
    assert (told.rows, told.dated, told.from_year, told.to_year) == (510, 510, 2009, 2023)
    assert "water" in told.rises
    assert "wegen" in told.falls
    assert any("water groeit" in one["statement"] for one in told.signals)
    assert "2024 kan nog aangroeien" in told.tell()
    trends = pd.read_csv(tmp_path / "uit" / "trends.csv")
    water = trends[(trends["kind"] == "label") & (trends["unit"] == "water")].set_index("year")
    assert water.loc[2010, ["works", "corpus"]].tolist() == [3, 30]
    assert water["complete"].tolist() == [True] * 16 + [False]
    growth = pd.read_csv(tmp_path / "uit" / "growth.csv")
    assert set(growth["kind"]) == {"label", "term"}
    assert json.loads((tmp_path / "uit" / "quality.json").read_text(encoding="utf-8"))["tested"] == told.tested
    for slug in ("werken-per-jaar", "aandelen", "raster", "opkomst-en-groei"):
        assert slug in told.figures
        assert (tmp_path / "uit" / "figures" / f"{slug}.svg").is_file()
    assert trends_of_file(tmp_path / "a.csv", tmp_path / "b", to_year=2024).to_year == 2024


def test_dutch_names_semicolons_and_several_labels(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"titel": ["Een", "Twee"], "jaar": ["2020-05-01", "2021"], "Thema": ["a; b", ""], "auteurs": ["Smit, J.", ""]}
    )
    table = read_trend_table(_csv(tmp_path / "a.csv", frame, sep=";"), to_year=2021)
    assert table.works["year"].tolist() == [2020, 2021]
    assert table.works["work_id"].tolist() == ["2", "3"]
    assert table.labels[["unit", "work_id"]].to_numpy().tolist() == [["a", "2"], ["b", "2"]]
    assert table.works["authors"].tolist() == [["Smit, J."], []]
    assert "regelnummer" in table.remarks[0]


def test_years_that_cannot_be_are_counted_and_told(tmp_path: Path) -> None:
    frame = _rows(range(2008, 2025))
    frame["year"] = frame["year"].astype(object)
    frame.loc[frame.index % 2 == 0, "year"] = None
    frame.loc[1, "year"] = 20019
    frame.loc[3, "year"] = "ca. 2010"
    frame.loc[5, "year"] = 2987
    told = trends_of_file(_csv(tmp_path / "a.csv", frame), tmp_path / "uit")
    assert told.dated == 252
    text = told.tell()
    assert "2 regels hebben een jaar dat niet kan, zoals 20019." in text
    assert "258 regels zonder bruikbaar jaar tellen niet mee." in text


@pytest.mark.parametrize(
    "frame",
    [
        _rows(range(2020, 2021)),  # one year
        _rows(range(2020, 2022)).iloc[::12],  # five works
        pd.concat([_rows(range(1990, 1992)), _rows(range(2015, 2025))]),  # years without any work
        pd.DataFrame({"id": range(5), "title": ["Hetzelfde"] * 5, "year": [2019] * 5}),
    ],
    ids=["one year", "five works", "a gap", "the same titles"],
)
def test_little_input_says_little(tmp_path: Path, frame: pd.DataFrame) -> None:
    told = trends_of_file(_csv(tmp_path / "a.csv", frame), tmp_path / "uit")
    assert told.tell()
    assert told.figures[0] == "werken-per-jaar"
    if len(frame) < 40:
        assert told.tested == 0
        assert "Over groei valt niets te zeggen" in told.tell()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,title\n1,a\n", r"Nodig is een kolom year"),
        ("id,title,year\n1,a,\n2,b,20019\n", "Geen enkele regel"),
        ("id,title,year\n1,a,2020\n1,b,2021\n", r"regel 3: de id ‘1’ staat ook op regel 2"),
        ("id,title,year\n,a,2020\n", "regel 2: de id ‘’ ontbreekt"),
        ("", "is leeg"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=message):
        trends_of_file(path, tmp_path / "uit")


def test_a_year_that_cannot_be_is_refused(tmp_path: Path) -> None:
    path = _csv(tmp_path / "a.csv", _rows(range(2015, 2025)))
    with pytest.raises(LeeszaalError, match="to_year is 20019"):
        trends_of_file(path, tmp_path / "uit", to_year=20019)
    with pytest.raises(LeeszaalError, match="andersom"):
        trends_of_file(path, tmp_path / "uit", from_year=2024, to_year=2010)
