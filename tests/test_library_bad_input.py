"""What goes wrong in real files, from the file to the library: nothing crashes, nothing is made up, nothing disappears."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeszaal.library import build, import_, load_works
from leeszaal.skeleton import init

TABLE = """title;authors;year;doi;note
Zonder jaar;de Vries, Anna;;;
Te veel cijfers;de Vries, Anna;20019;;
Nog te verschijnen;de Vries, Anna;in press;;
Een reeks namen;Jansen, P., Smit, Q., de Boer, R.;2020;;
Met anderen;de Vries, A. et al.;2020;;
Van een instelling;Raad van State;2020;;
Als adres;Bakker, M.;2020;https://doi.org/10.1234/ABC.1.;
Meer in een veld;Bakker, M.;2020;doi:10.1234/een; 10.1234/TWEE;
<i>Cursief</i> en \\emph{nadruk} in $x_1$;Bakker, M.;2020;;
Met een \0nulteken;Bakker, M.;2020;;
;Niemand;2020;;
""".replace("10.1234/een; 10.1234/TWEE", '"10.1234/een; 10.1234/TWEE"').replace('doi:"', '"doi:')


@pytest.fixture
def room(tmp_path: Path) -> Path:
    init(tmp_path / "zaal")
    return tmp_path / "zaal"


def test_a_table_with_everything_wrong(room: Path, tmp_path: Path):
    (tmp_path / "slecht.csv").write_bytes(TABLE.encode("utf-8-sig"))
    (file,) = import_(tmp_path / "slecht.csv", home=room).files
    assert (file.records, file.rejected) == (10, 1)
    assert file.remarks == ["1 NUL-teken is weggelaten."]
    build(home=room)
    works = load_works(room).set_index("title")
    assert len(works) == 10
    years = works["year"]
    assert years[["Zonder jaar", "Te veel cijfers", "Nog te verschijnen"]].isna().all()
    assert works.loc[["Te veel cijfers", "Nog te verschijnen"], "note"].tolist() == ["20019", "in press"]
    authors = works["authors"].map(list)
    assert authors["Een reeks namen"] == ["Jansen, P.", "Smit, Q.", "de Boer, R."]
    assert authors["Met anderen"] == ["de Vries, A.", "et al."]
    assert authors["Van een instelling"] == ["Raad van State"]
    assert works.loc[["Als adres", "Meer in een veld"], "doi"].tolist() == ["10.1234/abc.1", "10.1234/een"]
    assert "<i>Cursief</i> en \\emph{nadruk} in $x_1$" in works.index  # a table is no LaTeX: shown as it stands
    assert "Met een nulteken" in works.index


def test_one_title_ten_thousand_times_through_the_library(room: Path, tmp_path: Path):
    rows = [f"Jaarverslag;Naam{i}x, A.;{1990 + i % 30}" for i in range(10_000)]
    (tmp_path / "een.csv").write_text("\n".join(["title;authors;year", *rows]), encoding="utf-8")
    import_(tmp_path / "een.csv", home=room)
    build(home=room)
    works = load_works(room)
    assert len(works) == 10_000
    assert works["citekey"].str.casefold().is_unique


def test_a_file_too_large_that_is_no_table_is_refused_before_it_is_read(room: Path, tmp_path: Path):
    path = tmp_path / "groot.bib"
    with path.open("wb") as stream:
        stream.write(b"@book{een, title={Een}}\n")
        stream.truncate(2_000_000_000)  # takes no room on the disk
    (tmp_path / "klein.csv").write_text("title;year\nEen;2020\n", encoding="utf-8")
    summary = import_([path, tmp_path / "klein.csv"], home=room)
    assert [file.records for file in summary.files] == [1]
    (failed,) = summary.failed
    assert "groot.bib is 2,0 GB, meer dan Leeszaal in een keer leest (1 GB)" in failed["error"]
    assert "exporteer het als CSV" in failed["remedy"]


@pytest.mark.parametrize("length", [10, 1 << 20, 3 << 20])
def test_the_names_of_columns_above_a_long_row(room: Path, tmp_path: Path, length: int):
    (tmp_path / "lang.csv").write_text(f'title;abstract\n"Een";"{"a" * length}\nb"\nTwee;c\n', encoding="utf-8")
    (file,) = import_(tmp_path / "lang.csv", home=room).files
    assert (file.records, file.rejected) == (2, 0)
