"""The starter bibliography: `literature/starter.bib` and where each of its fields was verified."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from leeszaal.works.bibtex_scan import blocks, fields
from leeszaal.works.read import read_file
from leeszaal.works.record import Reading, Record


@pytest.fixture(scope="module")
def reading(repository: Path) -> Reading:
    return read_file(repository / "literature" / "starter.bib")


@pytest.fixture(scope="module")
def by_key(reading: Reading) -> dict[str, Record]:
    return {record.citekey or "": record for record in reading.records}


def test_all_of_it_is_read(reading: Reading) -> None:
    assert (len(reading.records), reading.rejects, reading.remarks) == (312, (), ())
    assert Counter(record.type for record in reading.records) == {
        "article": 164, "report": 40, "chapter": 30, "book": 27, "web": 25, "thesis": 13, "law": 10,
        "other": 2, "case": 1,
    }  # fmt: skip


def test_every_work_has_makers_a_title_and_a_place_where_it_came_out(reading: Reading) -> None:
    for record in reading.records:
        assert record.authors or record.editors, record.citekey
        assert record.title.strip("{} "), record.citekey
        place = record.container or record.publisher or record.extra.get("series")
        assert place, record.citekey


def test_only_the_forthcoming_work_has_no_year(reading: Reading) -> None:
    assert [record.citekey for record in reading.records if record.year is None] == ["goodmanfortstate"]
    assert all(1950 <= record.year <= 2026 for record in reading.records if record.year)


def test_keys_are_in_order_and_unique(reading: Reading) -> None:
    keys = [record.citekey or "" for record in reading.records]
    assert keys == sorted(set(keys))


def test_no_markup_is_left(reading: Reading) -> None:
    for record in reading.records:
        shown = [
            record.title,
            record.container,
            record.publisher,
            record.pages,
            *record.authors,
            *record.editors,
        ]
        assert not any(sign in text for text in shown if text for sign in "{}\\_$"), record.citekey


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("klok2017inter", "container", "Inter-Municipal Cooperation in Europe: Institutions and Governance"),
        ("klok2017inter", "publisher", "Palgrave Macmillan"),
        ("klok2017inter", "editors", ("Teles", "Swianiewicz")),
        ("lange2024oxford", "editors", ("de Lange, S.", "Louwerse, T.", "'t Hart, P.", "van Ham, C.")),
        ("lange2024oxford", "authors", ()),
        ("koppel2023meesten", "authors", ("van de Koppel, M.", "Driessen, M.")),
        ("provincie2016jaarverslag", "authors", ("Provincie Overijssel",)),
        ("tweede2010memorie", "container", "Kamerstukken II 2009-2010, 32 389, nr. 3"),
        ("altman2002assessing", "doi", "10.1080/714000256"),
        ("gay2000praise", "authors", ("du Gay, Paul",)),
        ("bolgherini2011local", "pages", "3-59"),
    ],
)
def test_a_field_reads_as_its_source_has_it(
    by_key: dict[str, Record], key: str, field: str, value: object
) -> None:
    found = getattr(by_key[key], field)
    if field == "pages":
        found = found.replace("\u2013", "-")
    assert found == value


def test_each_field_has_its_source(repository: Path) -> None:
    """The kind of a thesis or lecture is a label of ours; every other field was seen somewhere."""
    folder = repository / "literature"
    with (folder / "starter-sources.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(row["verified_in"].strip() for row in rows)
    listed = {(row["citekey"], row["field"]) for row in rows}
    assert len(listed) == len(rows)
    written = set()
    for block in blocks((folder / "starter.bib").read_text(encoding="utf-8")):
        key, pieces = fields(block)
        labels = ("mathesis", "phdthesis", "Bachelorscriptie", "Oratie")
        written |= {(key, name) for name, value in pieces if not (name == "type" and value[0][1] in labels)}
    assert written == listed


def test_pandoc_reads_the_same_works(repository: Path, by_key: dict[str, Record]) -> None:
    pypandoc = pytest.importorskip("pypandoc")
    try:
        pypandoc.get_pandoc_path()
    except OSError:
        pytest.skip("pandoc is not on this machine")
    text = pypandoc.convert_file(str(repository / "literature" / "starter.bib"), "csljson", format="biblatex")
    items = {item["id"]: item for item in json.loads(text)}
    assert set(items) == set(by_key)
    for key, item in items.items():
        years = [part[0][0] for part in [item["issued"]["date-parts"]]] if "issued" in item else [None]
        assert years == [by_key[key].year], key
        assert item.get("DOI", "").lower() == (by_key[key].doi or ""), key
    assert Counter(item["type"] for item in items.values()) == {
        "article-journal": 164, "report": 40, "chapter": 30, "book": 27, "webpage": 25, "thesis": 13,
        "legislation": 10, "manuscript": 2, "legal_case": 1,
    }  # fmt: skip
    assert items["raad2010advies"]["author"] == [{"literal": "Raad van State"}]
