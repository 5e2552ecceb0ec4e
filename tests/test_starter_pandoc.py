"""The starter library as Pandoc cites it, and as its sources have it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from leeszaal.works.read import read_file
from leeszaal.works.record import Record


@pytest.fixture(scope="module")
def records(repository: Path) -> dict[str, Record]:
    reading = read_file(repository / "literature" / "starter.bib")
    return {record.citekey or "": record for record in reading.records}


@pytest.fixture(scope="module")
def items(repository: Path) -> dict[str, dict[str, Any]]:
    pypandoc = pytest.importorskip("pypandoc")
    bib = (repository / "literature" / "starter.bib").read_text(encoding="utf-8")
    return {item["id"]: item for item in json.loads(pypandoc.convert_text(bib, "csljson", format="biblatex"))}


def test_pandoc_and_our_reader_agree(records: dict[str, Record], items: dict[str, dict[str, Any]]) -> None:
    assert set(items) == set(records)
    for key, item in items.items():
        assert item.get("DOI", "").lower() == (records[key].doi or ""), key
        assert item.get("issued", {}).get("date-parts", [[None]]) == [[records[key].year]], key


def test_kinds(records: dict[str, Record], items: dict[str, dict[str, Any]]) -> None:
    assert Counter(record.type for record in records.values()) == {
        "article": 164, "report": 40, "chapter": 30, "book": 27, "web": 25, "thesis": 13, "law": 10,
        "other": 2, "case": 1,
    }  # fmt: skip
    assert Counter(item["type"] for item in items.values()) == {
        "article-journal": 164, "report": 40, "chapter": 30, "book": 27, "webpage": 25, "thesis": 13,
        "legislation": 10, "manuscript": 2, "legal_case": 1,
    }  # fmt: skip


def test_capitals_of_names_survive_sentence_case(items: dict[str, dict[str, Any]]) -> None:
    """Without a language Pandoc takes a title for English and lowers every capital that is not protected."""
    assert items["borraz2005france"]["title"] == "France: The inter-municipal revolution"
    assert items["lange2024oxford"]["title"] == "The Oxford Handbook of Dutch Politics"
    assert items["klok2017inter"]["container-title"].startswith("Inter-municipal cooperation in Europe")
    assert "Regionale Energie Strategieën" in items["boogers2019energie"]["title"]
    assert items["raad2010advies"]["author"] == [{"literal": "Raad van State"}]
    assert items["goodmanfortstate"]["status"] == "forthcoming"


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("klok2017inter", "container", "Inter-Municipal Cooperation in Europe: Institutions and Governance"),
        ("klok2017inter", "publisher", "Palgrave Macmillan"),
        ("klok2017inter", "editors", ("Teles", "Swianiewicz")),
        ("lange2024oxford", "editors", ("de Lange, S.", "Louwerse, T.", "'t Hart, P.", "van Ham, C.")),
        ("lange2024oxford", "authors", ()),
        ("koppel2023meesten", "authors", ("van de Koppel, M.", "Driessen, M.")),
        ("tweede2010memorie", "container", "Kamerstukken II 2009-2010, 32 389, nr. 3"),
        ("altman2002assessing", "doi", "10.1080/714000256"),
        ("bolgherini2011local", "pages", "3-59"),
        ("mansbridge2012systemic", "authors", ("Mansbridge, J.", "Bohman, J.", "Chambers, S.", "et al.")),
    ],
)
def test_a_field_reads_as_its_source_has_it(records: dict[str, Record], key: str, field: str, value: object) -> None:
    assert getattr(records[key], field) == value


def test_no_markup_is_left(records: dict[str, Record]) -> None:
    for key, record in records.items():
        shown = [record.title, record.container, record.publisher, *record.authors, *record.editors]
        assert not any(sign in text for text in shown if text for sign in "{}\\_$"), key
