"""One work or two: through the whole path, from files to the library."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import leeszaal
from leeszaal.library.duplicates import find_works
from leeszaal.library.parsed import columns_of
from leeszaal.works.record import Record

BASE = {"title": "Toezicht op gemeenten in Overijssel", "authors": ("de Vries, Anna",), "year": 2018, "type": "article"}


def record(number: int, **other: object) -> Record:
    return Record(source_record_id=str(number), **{**BASE, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right", "works"),
    [
        ({}, {}, 1),
        ({"volume": "3"}, {"container": "Bestuurswetenschappen"}, 1),
        ({"doi": "10.1/a", "title": "X en Y"}, {"doi": "10.1/a", "title": "Iets anders"}, 1),
        ({"title": "Jaarverslag 2017", "year": 2017}, {"title": "Jaarverslag 2018", "year": 2018}, 2),
        ({"doi": "10.1/a"}, {"doi": "10.2/b", "container": "SSRN"}, 2),
        ({}, {"title": "Erratum: Toezicht op gemeenten in Overijssel"}, 2),
        ({"type": "book", "isbn": "9789012345678"}, {"type": "chapter", "isbn": "9789012345678"}, 2),
    ],
)
def test_what_is_one_work(left: dict[str, object], right: dict[str, object], works: int) -> None:
    assert len(find_works(columns_of([record(1, **left), record(2, **right)])).clusters) == works


def test_alike_works_wait_for_a_person(tmp_path: Path) -> None:
    leeszaal.init(tmp_path)
    rows = [
        {"nr": "1", "title": "Regionale samenwerking en democratische legitimiteit", "authors": "Jansen, P.", "year": "2015", "doi": "10.1000/aaa.1"},
        {"nr": "2", "title": "Regionale samenwerking en democratische legitimiteit", "authors": "Jansen, P.", "year": "2016", "doi": "10.2000/bbb.2"},
        {"nr": "3", "title": "Een heel ander onderwerp: de waterschappen", "authors": "Bakker, M.", "year": "2011", "doi": ""},
    ]  # fmt: skip
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    leeszaal.import_([tmp_path / "a.csv"], home=tmp_path, id_column="nr")
    summary = leeszaal.build(home=tmp_path)
    alike = pd.read_parquet(tmp_path / "literature" / "library" / "alike.parquet")
    works = pd.read_parquet(tmp_path / "literature" / "library" / "works.parquet").set_index("work_id")
    assert summary.works == 3
    assert len(alike) == 1
    assert {works.loc[alike["left"].iloc[0], "year"], works.loc[alike["right"].iloc[0], "year"]} == {2015, 2016}
    assert alike["reason"].str.len().min() > 10


@pytest.mark.parametrize(("name", "least"), [("stroke", 0.997), ("respiratory", 0.99), ("digital_work", 0.995)])
def test_labelled_sets_through_import_and_build(shared: Path, tmp_path: Path, name: str, least: float) -> None:
    """The pair F1 of the library itself, not of the comparison alone."""
    leeszaal.init(tmp_path)
    folder = shared / "data" / "dedupe" / name
    leeszaal.import_([folder / "records_pre_merged.csv"], home=tmp_path, id_column="ID")
    leeszaal.build(home=tmp_path)
    records = pd.read_parquet(tmp_path / "literature" / "library" / "records.parquet")
    found = pairs(group["source_record_id"] for _, group in records.groupby("work_id"))
    gold = pairs(text.split(";") for text in pd.read_csv(folder / "merged_record_ids.csv")["merged_ids"])
    right = len(found & gold)
    assert 2 * right / (len(found) + len(gold)) >= least


def pairs(clusters: object) -> set[tuple[str, str]]:
    """Return every pair of ids that stand in one cluster."""
    from itertools import combinations

    return {pair for cluster in clusters for pair in combinations(sorted(cluster), 2)}  # type: ignore[attr-defined]
