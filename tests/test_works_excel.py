"""Reading Excel: `leeszaal.works.excel`."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(**sheets: list[list[Any]]) -> Reading:
    return read_content(workbook(**sheets), "lijst.xlsx")


def test_fields_numbers_and_dates() -> None:
    reading = read(
        Lijst=[
            ["Titel", "Auteurs", "Jaar", "Publicatiedatum", "Tijdschrift", "DOI", "Score", "Gezien"],
            ["Wie bestuurt?", "de Vries, A.; Raad van State", 2019.0, dt.datetime(2019, 5, 17), "Bestuurskunde",
             "https://doi.org/10.1111/PADM.1", 0.5, True],
        ]
    )  # fmt: skip
    (record,) = reading.records
    assert (reading.format, reading.rejects, reading.remarks) == ("excel", (), ())
    assert (record.title, record.line, record.source_record_id) == ("Wie bestuurt?", 2, "2")
    assert record.authors == ("de Vries, A.", "Raad van State")
    assert (record.year, record.date, record.container) == (2019, "2019-05-17", "Bestuurskunde")
    assert (record.doi, record.extra) == ("10.1111/padm.1", {"Score": "0.5", "Gezien": "ja"})


def test_several_sheets_are_told_apart_and_one_without_titles_is_named() -> None:
    reading = read(
        Eerste=[["Title", "Year"], ["A", 2001]],
        Uitleg=[["Deze map hoort bij het onderzoek"], ["tweede regel"]],
        Leeg=[],
        Tweede=[["Titel"], ["B"], [None, "los"]],
    )
    assert [(r.title, r.source_record_id, r.line) for r in reading.records] == [
        ("A", "Eerste: 2", 2),
        ("B", "Tweede: 2", 2),
    ]
    assert [(r.line, r.reason) for r in reading.rejects] == [(3, "Tweede: de rij heeft geen titel.")]
    assert reading.remarks == ("Blad ‘Uitleg’ (2 rijen) heeft geen kolom met titels en is overgeslagen.",)


def test_a_heading_above_the_table_and_blank_rows() -> None:
    reading = read(Blad=[["Export van 1 mei"], [], ["Titel", "Jaar"], [], ["Een", 2019]])
    (record,) = reading.records
    assert (record.title, record.year, record.line) == ("Een", 2019, 5)
    assert reading.remarks == ("Blad ‘Blad’: overgeslagen boven de kolomnamen: 1 rij.",)


def test_a_cell_beyond_the_named_columns_and_two_columns_of_one_name_are_kept() -> None:
    (record,) = read(Blad=[["Titel", "Code", "Code"], ["Een", "x", "y", "z"]]).records
    assert record.extra == {"Code": "x; y", "kolom 4": "z"}


def test_a_formula_without_outcome_is_told() -> None:
    reading = read(Blad=[["Titel", "Jaar"], ["Een", "=2000+19"]])
    assert reading.records[0].year is None
    assert reading.remarks == (
        "1 formule zonder uitkomst in het bestand, als leeg gelezen: open en bewaar het bestand in Excel.",
    )


def test_an_error_value_is_no_text() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Titel", "Jaar"])
    sheet.append(["Een", "#N/A"])
    sheet["B2"].data_type = "e"
    content = io.BytesIO()
    book.save(content)
    (record,) = read_content(content.getvalue(), "a.xlsx").records
    assert (record.year, record.note, dict(record.extra)) == (None, None, {})


def test_the_name_does_not_matter_and_the_own_id_does() -> None:
    content = workbook(Blad=[["Nummer", "Titel"], ["K-7", "Een"]])
    (record,) = read_content(content, "zonder-extensie", id_column="nummer").records
    assert record.source_record_id == "K-7"


def test_without_titles_the_message_names_the_columns() -> None:
    with pytest.raises(LeeszaalError) as caught:
        read(Blad=[["Kop", "Jaar"], ["Een", 2019]])
    assert "lijst.xlsx" in caught.value.message
    assert "Kop, Jaar" in caught.value.message


def test_only_names_of_columns_is_an_error() -> None:
    with pytest.raises(LeeszaalError, match="geen enkele verwijzing"):
        read(Blad=[["Titel", "Jaar"]])


def _repacked(content: bytes, part: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return out.getvalue()


def test_entities_and_damage_are_refused() -> None:
    content = workbook(Blad=[["Titel"], ["Een"]])
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'
    with pytest.raises(LeeszaalError, match="documenttype"):
        read_content(_repacked(content, "xl/worksheets/sheet1.xml", bomb), "a.xlsx")
    with pytest.raises(LeeszaalError, match=r"niet verder te lezen|beschadigd"):
        read_content(_repacked(content, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"), "a.xlsx")
    with pytest.raises(LeeszaalError, match="geen bestand met verwijzingen"):
        read_content(content[:200], "a.xlsx")


def test_another_zip_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("word/document.xml", "<x/>")
    with pytest.raises(LeeszaalError) as caught:
        read_content(out.getvalue(), "a.docx")
    assert "Word" in caught.value.remedy


cell = st.one_of(
    st.none(), st.integers(0, 3000), st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), max_size=8)
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(cell, min_size=1, max_size=4), max_size=6))
def test_every_filled_row_is_a_record_or_a_reject(rows: list[list[Any]]) -> None:
    filled = [row for row in rows if any(str(value).strip() for value in row if value is not None)]
    reading = read(Blad=[["Titel", "Jaar"], ["Vast", 2000], *rows])
    assert reading.read == 1 + len(filled)
