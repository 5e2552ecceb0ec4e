"""Reading CSV and TSV: `leeszaal.works.table`."""

from __future__ import annotations

import csv
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading


def read(text: str, **options: str) -> Reading:
    return read_content(text.encode(), "a.csv", **options)


@pytest.mark.parametrize(("separator", "word"), [(",", "komma"), (";", "puntkomma"), ("\t", "tab")])
def test_every_separator(separator: str, word: str) -> None:
    text = 'Titel|Auteurs|Jaar|Tijdschrift\n"Een, of; twee"|"de Vries, Anna"|2019|Bestuurskunde\n'
    reading = read(text.replace("|", separator))
    (record,) = reading.records
    assert (reading.format, reading.dialect, reading.rejects) == ("csv", word, ())
    assert (record.title, record.authors, record.year) == ("Een, of; twee", ("de Vries, Anna",), 2019)
    assert (record.container, record.line, record.source_record_id) == ("Bestuurskunde", 2, "1")


@pytest.mark.parametrize(
    "header",
    [
        "Title,Authors,Year,DOI",  # English, ASReview
        "titel,auteur,publicatiejaar,doi",  # Dutch
        "Article Title,Author Full Names,Publication Year,DOI",  # Web of Science
        "Document Title,Author full names,Year,DOI Link",  # Scopus
        "primary_title,first_authors,year,doi",
        "TI,AU,PY,DI",
    ],
)
def test_names_of_columns(header: str) -> None:
    (record,) = read(f'{header}\nWie bestuurt?,"de Vries, A.; Meer, J. van der",2019,10.1111/PADM.12104\n').records
    assert (record.title, record.year, record.doi) == ("Wie bestuurt?", 2019, "10.1111/padm.12104")
    assert record.authors == ("de Vries, A.", "van der Meer, J.")


def test_zotero() -> None:
    (record,) = read(
        '"Key","Item Type","Publication Year","Author","Title","Publication Title","ISBN","Url",'
        '"Abstract Note","Date","Pages","Issue","Volume","Language","Manual Tags","Extra"\n'
        '"AB12","bookSection","2019","Vries, Anna de","Deel","Geheel","978-90-365-5218-9","https://example.org",'
        '"Kort","2019-05","1-9","3","12","nl-NL","toezicht; gemeente","Citation Key: x"\n'
    ).records
    assert (record.type, record.raw_type) == ("chapter", "bookSection")
    assert (record.container, record.isbn, record.url) == ("Geheel", "9789036552189", "https://example.org")
    assert (record.date, record.pages, record.issue, record.volume) == ("2019-05", "1-9", "3", "12")
    assert (record.language, record.keywords) == ("nl", ("toezicht", "gemeente"))
    assert record.extra["Key"] == "AB12"


def test_scopus_pages_and_unknown_columns() -> None:
    (record,) = read("Title,Page start,Page end,Cited by,EID\nT,10,20,7,2-s2.0\n").records
    assert (record.pages, record.extra) == ("10-20", {"Cited by": "7", "EID": "2-s2.0"})


def test_without_a_title_column_the_message_names_what_was_found() -> None:
    with pytest.raises(LeeszaalError) as caught:
        read("Kop,Jaar\nEen,2019\n")
    assert "a.csv" in caught.value.message
    assert "Kop, Jaar" in caught.value.message
    assert "title, titel" in caught.value.remedy


def test_a_row_without_a_title_or_with_too_many_cells_is_rejected() -> None:
    reading = read("Titel,Jaar\nEen,2019\n,2020\nTwee,2021,extra\nDrie,2022,\nVier\n")
    assert [(record.title, record.line) for record in reading.records] == [("Een", 2), ("Drie", 5)]
    assert [(reject.line, reject.text) for reject in reading.rejects] == [
        (3, ",2020"),
        (4, "Twee,2021,extra"),
        (6, "Vier"),
    ]
    assert reading.rejects[1].reason == "De regel heeft 3 cellen, de tabel 2 kolommen."


def test_a_cell_over_several_lines_and_lines_counted() -> None:
    reading = read('Titel,Abstract\nEen,"regel 1\nregel 2"\nTwee,kort\n')
    assert [(r.title, r.abstract, r.line) for r in reading.records] == [
        ("Een", "regel 1 regel 2", 2),
        ("Twee", "kort", 4),
    ]


def test_an_unclosed_quote_costs_one_row() -> None:
    reading = read('Titel,Jaar\n"Een,2019\nTwee,2020\nDrie,2021\n')
    assert [record.title for record in reading.records] == ["Twee", "Drie"]
    assert [(reject.line, reject.text) for reject in reading.rejects] == [(2, '"Een,2019')]


def test_the_first_line_of_excel_is_no_header() -> None:
    (record,) = read("sep=;\nTitel;Jaar\nEen;2019\n").records
    assert (record.title, record.line) == ("Een", 3)


def test_an_id_column() -> None:
    text = "nummer,Titel\nA7,Een\n,Twee\n"
    reading = read(text, id_column="Nummer")
    assert [record.source_record_id for record in reading.records] == ["A7", "2"]
    with pytest.raises(LeeszaalError, match=r"geen kolom ‘numer’") as caught:
        read(text, id_column="numer")
    assert caught.value.remedy == "Bedoelt u ‘nummer’?"


@pytest.mark.parametrize("said", ["in press", "fort", "20019"])
def test_a_year_that_is_none_is_kept_as_text(said: str) -> None:
    (record,) = read(f"Titel,Jaar\nEen,{said}\n").records
    assert (record.year, record.extra) == (None, {"year": said})


def test_only_a_header_is_an_error() -> None:
    with pytest.raises(LeeszaalError, match="geen enkele verwijzing"):
        read("Titel,Jaar\n")


def test_a_workbook_is_refused_with_advice() -> None:
    with pytest.raises(LeeszaalError, match=r"sla de tabel op als CSV"):
        read_content(b"PK\x03\x04rest", "lijst.csv")


_CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@given(st.lists(st.tuples(_CELLS, st.integers(1500, 2099)), min_size=1, max_size=10), st.sampled_from(",;\t"))
def test_what_is_written_comes_back(rows: list[tuple[str, int]], separator: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(["Titel", "Jaar"])
    writer.writerows(rows)
    reading = read(stream.getvalue())
    assert [(record.title, record.year) for record in reading.records] == rows
    assert reading.rejects == ()


@given(st.lists(st.text(st.sampled_from('a",;\n \t'), max_size=10), max_size=10))
def test_no_line_disappears(lines: list[str]) -> None:
    reading = read("\n".join(["Titel,Jaar", "Eerste,2019", *lines]))
    kept = "".join([*(reject.text for reject in reading.rejects), *(record.title for record in reading.records)])
    kept += "".join(value for record in reading.records for value in [*record.extra.values(), record.note or ""])
    assert "\n".join(lines).count("a") <= kept.count("a")


def test_real_dialects(shared: Path) -> None:
    """38 files from 9 programs: two are no bibliography, in none a row goes missing."""
    refused, read_as = [], {}
    with tarfile.open(shared / "data" / "import" / "ris_csv_dialects.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is None:
                continue
            name = Path(member.name).name
            try:
                reading = read_content(stream.read(), name)
            except LeeszaalError:
                refused.append(name)
            else:
                read_as[name] = (reading.format, len(reading.records), len(reading.rejects))
    assert sorted(refused) == ["generic.vec", "generic_labels_no_title.csv"]
    assert len(read_as) == 36
    assert read_as["scopus.ris"] == read_as["ovid_psycinfo.ris"] == ("ris", 6, 0)
    assert read_as["embase.csv"] == ("csv", 6, 0)
    assert read_as["web_of_science.txt"] == ("ris", 10, 0)
    assert read_as["duplicate_records.csv"] == ("csv", 10, 4)
    assert sum(records for _, records, _ in read_as.values()) == 390
