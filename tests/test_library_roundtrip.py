"""Real, messy records out and in again in every format; citekeys of Better BibTeX; names with particles."""

from __future__ import annotations

import contextlib
import json
import tarfile
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.library import build, import_, load_works
from leeszaal.library.checking import check
from leeszaal.library.exporting import export, lost_in_writing, written
from leeszaal.library.identity import base_key, unique_key
from leeszaal.skeleton import init
from leeszaal.works.read import read_content
from leeszaal.works.record import Record

FORMATS = [".bib", ".ris", ".json", ".csv", ".xlsx"]
_CELL = 32_767  # what a cell of Excel can hold


def frame(records: list[Record]) -> pd.DataFrame:
    taken: set[str] = set()
    rows = []
    for record in records:
        key = unique_key(base_key(record), taken)
        taken.add(key.casefold())
        row = {one.name: getattr(record, one.name) for one in fields(Record)} | {"citekey": key}
        rows.append({name: list(value) if isinstance(value, tuple) else value for name, value in row.items()})
    return pd.DataFrame(rows).astype({"year": "Int32"})


@pytest.fixture(scope="module")
def messy(shared: Path) -> pd.DataFrame:
    """Every record that can be read of some 1,190 files, under keys of their own."""
    folder = shared / "data/import"
    records: list[Record] = []
    files = 0
    for name in ("messy_bib_files.tar.gz", "ris_csv_dialects.tar.gz"):
        with tarfile.open(folder / name) as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is None:
                    continue
                files += 1
                with contextlib.suppress(LeeszaalError):  # which files these are stands in test_works_files
                    records += read_content(stream.read(), Path(member.name).name).records
    assert files == 1150 + 38
    records += read_content((folder / "scopus_native.bib").read_bytes(), "scopus_native.bib").records
    records += read_content((folder / "leeper_references.bib").read_bytes()[:200_000], "leeper.bib").records
    return frame(records)


@pytest.mark.parametrize("suffix", FORMATS)
def test_messy_records_come_back_the_same_or_are_named(messy: pd.DataFrame, suffix: str):
    assert len(messy) > 3000
    works = messy[::4] if suffix == ".xlsx" else messy  # three times as slow as the others together
    lost = lost_in_writing(works, written(works, suffix), suffix)
    rows = works.set_index("citekey")
    if suffix == ".bib":  # an address has no signs of TeX in BibTeX
        assert all("\\" in rows.loc[key, "url"] for key in lost.pop("url", ()))
    if suffix == ".xlsx":
        assert all(len("; ".join(rows.loc[key, "authors"])) > _CELL for key in lost.pop("authors", ()))
        assert all(len(rows.loc[key, "note"]) > _CELL for key in lost.pop("note", ()))
    assert lost == {}


NASTY = [
    Record("De {Gemeente} & de $\\alpha$-wet: 50% van 100_000 # ~ ^ \\ kosten", "1", citekey="n1", year=2020, type="report",
           authors=("de Vries, Anna", "van 't Hoff, J.H.", "O'Neill, Séan", "Ministerie van EZ, Landbouw en Innovatie"),
           publisher="Sdu & Zn."),
    Record("x" * 5000, "2", citekey="n2", authors=("الخطيب, محمد", "כהן, דוד", "李, 小龙"), year=1999, type="book",
           isbn="9789013071238"),
    Record("😀 en 👩‍👩‍👧 in een titel", "3", citekey="n3", type="web", url="https://a.nl/?a=1&b=2#c_%20x", language="nl"),
    Record("Afbreking", "4", citekey="n4", type="article", container="J. of {Things}: A & B", volume="12A", issue="3-4",
           doi="10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2", authors=("et al.",), pages="e12-e15",
           abstract="Een; twee | drie, \"vier\" 'vijf' – zes… a < b & c > d", keywords=("c, d", "e|f", "C++", "and")),
    Record("Hoofdstuk", "6", citekey="n6", type="chapter", container="Boek", pages="1-2", publisher="Uitgeverij", year=2002,
           editors=("van der Berg, K.", "Smith, John, Jr.", "de la Cruz, María José"), isbn="9789013071238"),
    Record("Uitspraak", "7", citekey="n7", type="case", date="2014-03-05", year=2014, issue="201402341/1/R3"),
    Record("Wet", "8", citekey="n8", type="law", date="1992-02", year=1992),
    Record("Proefschrift", "9", citekey="n9", type="thesis", publisher="Universiteit Utrecht", year=2008),
    Record("=1+1", "12", citekey="n12", type="article", container="-x", authors=("=SOM(A1)",), note="@cmd"),
    Record("00123", "13", citekey="n13", type="article", volume="007", issue="1e5", pages="1-8"),
    Record("TY - JOUR in een titel ER -", "15", citekey="n15", type="article", abstract="@book{z, title = {t}} en ER -"),
    Record("Ongelijke { accolade", "17", citekey="n17", type="article", note="} en { en } en \\"),
    Record("Namen", "19", citekey="n19", type="article", authors=("Bed and Breakfast BV", "Jan and Piet, X.")),
]  # fmt: skip


@pytest.mark.parametrize("suffix", FORMATS)
def test_nasty_records_come_back_the_same(suffix: str):
    works = frame(NASTY)
    assert lost_in_writing(works, written(works, suffix), suffix) == {}


def test_a_line_within_a_text_is_no_tag_of_ris():
    works = frame([Record("Titel", "1", citekey="k", type="article", abstract="Een\nER  - \nTY  - BOOK\nTI  - nee")])
    (back,) = read_content(written(works, ".ris"), "x.ris").records
    assert (back.title, back.abstract) == ("Titel", "Een ER - TY - BOOK TI - nee")


def test_what_a_cell_of_excel_cannot_hold_is_told():
    works = frame(
        [Record("Lang", "1", citekey="lang", abstract="a" * (_CELL + 1)), Record("Kort", "2", citekey="kort")]
    )
    assert lost_in_writing(works, written(works, ".xlsx"), ".xlsx") == {"abstract": ["lang"]}
    for suffix in FORMATS[:4]:
        assert lost_in_writing(works, written(works, suffix), suffix) == {}


NAMES = ["de Vries, Anna", "van der Meer, J.", "'t Hart, Paul", "Van Aelst, Peter", "d'Hondt, Victor", "van den Berg, A.B.",
         "op 't Veld, Roel", "Raad van State", "et al."]  # fmt: skip
ZOTERO = {
    "a.json": json.dumps([
        {"id": "http://zotero.org/users/1/items/AB12", "type": "book", "title": "Een", "note": "PMID: 1\nCitation Key: vries.2020+a"},
        {"id": "eigen", "type": "book", "title": "Twee", "note": "Citation Key: ander"},
        {"id": "http://zotero.org/users/1/items/CD34", "type": "book", "title": "Drie"},
    ]),
    "a.csv": '"Key","Title","Notes","Extra"\n"AB12","Een","Gelezen","PMID: 1\nCitation Key: vries.2020+a"\n'
    '"CD34","Twee","","Citation Key: ander\nOCLC: 5"\n',
    "a.ris": "TY  - BOOK\nTI  - Een\nM2  - PMID: 1\nCitation Key: vries.2020+a\nER  - \n\n"
    "TY  - BOOK\nTI  - Twee\nN1  - <p>Citation Key: ander</p>\nER  - \n",
    "a.bib": "@book{vries.2020+a, title={Een}, note={Citation Key: vries.2020+a}}\n"
    "@book{, title={Twee}, note={Citation Key: ander}}",
}  # fmt: skip


@pytest.mark.parametrize("name", list(ZOTERO))
def test_a_pinned_key_of_better_bibtex_is_the_citekey(name: str):
    first, second, *rest = read_content(ZOTERO[name].encode(), name).records
    assert (first.citekey, base_key(first)) == ("vries.2020+a", "vries.2020+a")
    said = f"{first.note} {dict(first.extra)}"
    assert "Citation" not in said
    assert name == "a.bib" or "PMID: 1" in said
    if name == "a.json":  # the source's own key goes before one in a note, which then stays there
        assert (second.citekey, second.note) == ("eigen", "Citation Key: ander")
        assert base_key(rest[0]) == "http:zotero.org-users-1-items-CD34"
    else:
        assert second.citekey == "ander"


@pytest.mark.parametrize(
    ("given", "key"),
    [("vries.2020", "vries.2020"), ("a+b", "a+b"), ("a..b", "a.b"), (".a.", "a"), ("a.-b+", "a-b"), ("a:b", "a:b"),
     ("a/b&c", "a-b-c"), ("fig-a.b", "w-fig-a.b")],
)  # fmt: skip
def test_a_key_is_kept_where_pandoc_can_read_it(given: str, key: str):
    assert base_key(Record("T", "1", citekey=given)) == key


def test_keys_and_names_go_round_and_can_be_cited(tmp_path: Path):
    rooms = [tmp_path / "een", *(tmp_path / suffix[1:] for suffix in FORMATS)]
    for room in rooms:
        init(room)
    works = frame(
        [Record("Bestuur en recht", "1", citekey="vries.2020+a", type="book", year=2020, authors=tuple(NAMES))]
    )
    (tmp_path / "begin.json").write_bytes(written(works, ".json"))
    import_(tmp_path / "begin.json", home=rooms[0])
    build(home=rooms[0])
    for room, suffix in zip(rooms[1:], FORMATS, strict=True):
        assert export(tmp_path / f"uit{suffix}", home=rooms[0]).differs == {}
        import_(tmp_path / f"uit{suffix}", home=room)
        build(home=room)
        (row,) = load_works(room).to_dict("records")
        assert (row["citekey"], list(row["authors"])) == ("vries.2020+a", NAMES)
    paper = rooms[0] / "papers" / "proef" / "text.md"
    paper.parent.mkdir(parents=True)
    (paper.parent / "paper.yaml").write_text("template: notitie\n", encoding="utf-8")
    paper.write_text("Zie [@vries.2020+a]. En @vries.2020+a.\n", encoding="utf-8")
    before = check(home=rooms[0])
    paper.write_text("Zie [@vries.2020+b].\n", encoding="utf-8")
    after = check(home=rooms[0])
    assert not any("vries.2020" in one["error"] for one in before.failed)
    assert sum("vries.2020+b" in one["error"] for one in after.failed) == 1


def test_a_key_that_was_given_before_stays(tmp_path: Path):
    """A library of an earlier version gave this work "vries-2020"; papers cite that."""
    init(tmp_path / "zaal")
    room = tmp_path / "zaal"
    (tmp_path / "a.bib").write_text(
        "@book{vries.2020, title={Bestuur}, author={de Vries, A.}, year=2020}", encoding="utf-8"
    )
    import_(tmp_path / "a.bib", home=room)
    build(home=room)
    (pins,) = (room / "literature" / "citekeys").glob("*.csv")
    text = pins.read_text(encoding="utf-8")
    assert ",vries.2020," in text
    pins.write_text(text.replace(",vries.2020,", ",vries-2020,"), encoding="utf-8")
    build(home=room)
    assert load_works(room)["citekey"].tolist() == ["vries-2020"]
