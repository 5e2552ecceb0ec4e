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
