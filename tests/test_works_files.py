"""RIS, CSL-JSON and tables; encodings; which format a file has."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.works.decode import decode
from leeszaal.works.read import read_content, read_file, recognise

WEIRD = "<script>alert('x')</script> $5_{x} & {haken} 😀 قانون"

RIS = """TY  - JOUR
AU  - Vries, Anna de
AU  - van der Meer, J.
TI  - Wie bestuurt?
JO  - Bestuurskunde
PY  - 2020
DA  - 2020/03/01/
VL  - 29
IS  - 1
SP  - 5
EP  - 17
DO  - https://doi.org/10.1234/ABC
KW  - toezicht
KW  - gemeente
LA  - nl-NL
N1  - <p>Gelezen</p>
XX  - eigen
ER  -

TY  - CHAP
A1  - Raad van State
T1  - Hoofdstuk
T2  - Boek
A2  - Smit, P.
SN  - 978-90-365-5218-9
ER  -
"""


def test_ris():
    reading = read_content(RIS.encode(), "a.ris")
    article, chapter = reading.records
    assert reading.format == "ris"
    assert article.authors == ("de Vries, Anna", "van der Meer, J.")
    assert (article.title, article.container, article.pages) == ("Wie bestuurt?", "Bestuurskunde", "5-17")
    assert (article.year, article.date, article.doi, article.language) == (
        2020,
        "2020-03-01",
        "10.1234/abc",
        "nl",
    )
    assert (article.keywords, article.note, article.extra) == (
        ("toezicht", "gemeente"),
        "Gelezen",
        {"XX": "eigen"},
    )
    assert (chapter.type, chapter.container, chapter.editors) == ("chapter", "Boek", ("Smit, P.",))
    assert (chapter.authors, chapter.isbn, chapter.line) == (("Raad van State",), "9789036552189", 20)


def test_ris_without_ends_or_with_broken_references_loses_nothing():
    text = (
        "1.\nTY  - JOUR\nTI  - een\nAB  - over\ntwee regels\n\n2.\nTY - BOOK\nT1\t- twee\n"
        "TY  - GEN\nAB  - geen titel\nER  -\nTY  -\nER  - "
    )
    reading = read_content(text.encode(), "a.txt")
    assert [(r.title, r.line) for r in reading.records] == [("een", 2), ("twee", 8)]
    assert reading.records[0].abstract == "over twee regels 2."
    assert [(r.line, r.text.split("\n")[0]) for r in reading.rejects] == [(10, "TY  - GEN"), (13, "TY  -")]
    assert all("titel" in r.reason for r in reading.rejects)


def test_ris_keywords_on_lines_of_their_own():
    reading = read_content(b"TY  - JOUR\nTI  - T\nKW  - a\nb\nc\nER  - ", "a.ris")
    assert reading.records[0].keywords == ("a", "b", "c")


def test_every_dialect_reads(shared: Path):
    seen = 0
    with tarfile.open(shared / "data/import/ris_csv_dialects.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            content, name = stream.read(), Path(member.name).name
            seen += 1
            if name in ("generic.vec", "generic_labels_no_title.csv"):
                with pytest.raises(LeeszaalError, match=name):
                    read_content(content, name)
                continue
            reading = read_content(content, name)
            if reading.format == "ris":
                assert reading.read == len(re.findall(rb"^\W*TY[ \t]+-", content, re.MULTILINE)), name
            assert reading.read > 0
    assert seen == 38


def test_csl_json():
    items = [
        {
            "id": "vries2020", "type": "article-journal", "title": "Wie bestuurt?",
            "container-title": "Bestuurskunde",
            "author": [{"family": "Vries", "given": "Anna", "non-dropping-particle": "de"},
                       {"literal": "Raad van State, afdeling"}],
            "issued": {"date-parts": [[2020, "3", 1]]}, "DOI": "10.1234/ABC", "page": "5-17",
            "custom": {"a": 1},
        },
        {"id": 2, "type": "legal_case", "title": ["In een lijst"], "issued": {"raw": "in press"}},
        {"id": "3", "type": "book"},
        "geen",
    ]  # fmt: skip
    reading = read_content(json.dumps(items).encode(), "a.json")
    first, second = reading.records
    assert first.authors == ("de Vries, Anna", "Raad van State\u201a afdeling")
    assert (first.date, first.doi, first.citekey, first.extra) == (
        "2020-03-01",
        "10.1234/abc",
        "vries2020",
        {"custom": '{"a": 1}'},
    )
    assert (second.title, second.type, second.year, second.note) == ("In een lijst", "case", None, "in press")
    assert len(reading.rejects) == 2
    assert json.loads(reading.rejects[0].text) == items[2]


def test_broken_json_names_the_place():
    with pytest.raises(LeeszaalError, match=r"a\.json is geen geldige JSON: regel 2, teken 3"):
        read_content(b"[\n  x]", "a.json")


@pytest.mark.parametrize(("separator", "word"), [(",", "komma"), (";", "puntkomma"), ("\t", "tab")])
def test_tables(separator, word):
    rows = [
        ["Titel", "Auteurs", "Jaar", "Mijn nummer", "Taal"],
        [
            "Wie bestuurt?",
            "de Vries, Anna" if separator != "," else '"de Vries, Anna"',
            "2020",
            "A7",
            "Nederlands",
        ],
    ]
    reading = read_content("\n".join(separator.join(r) for r in rows).encode(), "a.csv", id_column="mijn nummer")
    (record,) = reading.records
    assert reading.dialect == word
    assert (record.title, record.authors, record.year) == ("Wie bestuurt?", ("de Vries, Anna",), 2020)
    assert (record.source_record_id, record.line, record.language, record.extra) == ("A7", 2, "nl", {})


def test_a_table_without_titles_names_what_it_found_and_what_is_expected():
    with pytest.raises(LeeszaalError, match=r"(?s)a\.csv.*kolom met titels.*naam, jaar.*title, titel"):
        read_content(b"naam,jaar\nx,2020\n", "a.csv")


def test_a_missing_id_column_names_the_nearest():
    with pytest.raises(LeeszaalError, match=r"(?s)a\.csv heeft geen kolom ‘recordid’.*‘record_id’"):
        read_content(b"record_id,title\n1,x\n", "a.csv", id_column="recordid")


def test_rows_that_do_not_fit_are_kept():
    text = (
        'title,year,doi\nGoed,2020,10.1/x\nTe kort,2020\n,2021,\n"Open aanhalingsteken,2020,\n'
        "Nog een,2022,\nLang,2020,,,\nTe lang,1,2,3\n"
    )
    reading = read_content(text.encode(), "a.csv")
    assert [(r.title, r.line) for r in reading.records] == [("Goed", 2), ("Nog een", 6), ("Lang", 7)]
    assert [(r.line, r.text) for r in reading.rejects] == [
        (3, "Te kort,2020"), (4, ",2021,"), (5, '"Open aanhalingsteken,2020,'), (8, "Te lang,1,2,3"),
    ]  # fmt: skip
    assert "2 cellen" in reading.rejects[0].reason
    assert "geen titel" in reading.rejects[1].reason


def test_a_cell_over_two_lines_and_excels_first_line():
    reading = read_content('sep=;\ntitel;jaar;note\n"Een\ntitel";2020;x\nTwee;2021;y\n'.encode("utf-8-sig"), "a.csv")
    assert [(r.title, r.line, r.year) for r in reading.records] == [("Een titel", 3, 2020), ("Twee", 5, 2021)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encodings(encoding):
    text = "@book{k, title = {Privé en financiën}, author = {Müller, Jürgen}, note = {abcdefghijkl}}\r\n"
    reading = read_content(text.encode(encoding), "a.bib")
    assert reading.records[0].title == "Privé en financiën"
    assert reading.records[0].authors == ("Müller, Jürgen",)
    assert reading.encoding == {
        "utf-8-sig": "utf-8",
        "latin-1": "cp1252",
        "utf-16": "utf-16-le",
        "utf-32": "utf-32-le",
    }.get(encoding, encoding)


def test_nul_bytes_are_taken_out_and_told():
    reading = read_content(b"@book{k, title = {Ti\0tel}}", "a.bib")
    assert reading.records[0].title == "Titel"
    assert reading.remarks == ("1 NUL-teken is weggelaten.",)


def test_what_is_no_text_at_all_is_still_decoded():
    assert decode(bytes(range(256))).encoding == "latin-1"


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"PK\x03\x04rest", "a.xlsx", "sla de tabel op als CSV"),
        (b"%PDF-1.7", "a.pdf", "pdf"),
        (b"zomaar een verhaal", "a.txt", "niet herkend"),
        (b"", "a.bib", "is leeg"),
        (b"  \n", "a.csv", "is leeg"),
        (b"geen verwijzing", "a.bib", "geen enkele verwijzing"),
        (b"title\n", "a.csv", "geen enkele verwijzing"),
        (b"[]", "a.json", "geen enkele verwijzing"),
        (b'{"a": 1}', "a.json", "geen lijst"),
    ],
)
def test_a_file_that_holds_no_references_says_so(content, name, message):
    with pytest.raises(LeeszaalError, match=message) as caught:
        read_content(content, name)
    assert name in caught.value.message
    assert caught.value.remedy


def test_what_is_inside_goes_before_the_extension():
    assert read_content(RIS.encode(), "a.bib").format == "ris"
    assert read_content(b"@book{k, title={T}}", "a.txt").format == "bibtex"
    assert read_content(b'[{"title": "T"}]', "zonder").format == "csl-json"
    assert read_content(b"Title\tYear\nT\t2020\n", "export.txt").format == "csv"
    assert recognise("gewone tekst", "a.txt") is None


def test_a_file_from_disk(tmp_path: Path):
    (tmp_path / "a.ris").write_text(RIS, encoding="utf-8")
    assert read_file(tmp_path / "a.ris").read == 2
    with pytest.raises(LeeszaalError, match="bestaat niet"):
        read_file(tmp_path / "b.ris")


@pytest.mark.parametrize("name", ["a.csv", "a.ris", "a.json", "a.bib"])
def test_a_strange_title_comes_through_to_the_byte(name):
    content = {
        "a.csv": f"title;year\n{WEIRD};2020\n",
        "a.ris": f"TY  - JOUR\nTI  - {WEIRD}\nER  - \n",
        "a.json": json.dumps([{"id": "1", "title": WEIRD}]),
        "a.bib": "@book{k, title = {"
        + WEIRD.replace("{", "\\{").replace("}", "\\}").replace("$", "\\$").replace("&", "\\&")
        + "}}",
    }[name]
    assert read_content(content.encode(), name).records[0].title == WEIRD


@given(st.text("TY  -AER\n\taé1", max_size=120))
def test_no_ris_makes_it_fall_over(text):
    reading = read_content(("TY  - JOUR\nTI  - x\nER  - \n" + text).encode(), "a.ris")
    assert reading.records[0].title == "x"


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=4), max_size=6))
def test_every_row_of_a_table_is_accounted_for(rows):
    import csv
    import io

    rows = [[cell.replace("\0", "").replace("\r", "") for cell in row] for row in rows]
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [["title", "year", "note"], ["x", "2020", "y"], *rows]
    )
    reading = read_content(stream.getvalue().encode("utf-8", "replace"), "a.csv")
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert reading.read >= 1 + len(filled)


@pytest.mark.parametrize("name", ["a.csv", "a.bib", "a.ris", "a.json"])
def test_what_is_no_text_is_refused_and_not_shown(name: str) -> None:
    """Bytes of every kind, as a picture or an archive with another name would hold."""
    with pytest.raises(LeeszaalError, match=r"is geen tekstbestand") as caught:
        read_content(bytes((7 * i * i + 3 * i) % 256 for i in range(5_000)) + bytes(range(256)), name)
    assert len(str(caught.value)) < 200
