"""Out again: what was written comes back the same, in every format, or is told."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.library import build, import_, load_works
from leeszaal.library.exporting import export, lost_in_writing, written
from leeszaal.skeleton import init
from leeszaal.works.names import listed_names
from leeszaal.works.plain import plain
from leeszaal.works.read import read_content
from leeszaal.works.record import TYPES

FORMATS = [".bib", ".ris", ".json", ".csv", ".xlsx"]
HARD = {
    "citekey": "hard",
    "type": "article",
    "title": r"=NAVO & {haken} 50% #1_a $5 a~b ^2 \frac -- ''x'' <i>n</i> 😀 قانون",
    "authors": [
        "de Vries, Anna", "van der Meer, J.", "King, Martin Luther, Jr.", "Raad van State", "Zeitz MOCAA", "'t Hart, Paul",
        "Eerste Kamer‚ commissie BZK", "Halpenny, E.A.", "Smit & Partners", "et al.",
    ],
    "editors": ["U.S. Food and Drug Administration"],
    "year": 2020,
    "date": "2020-05-17",
    "container": "Bestuur & Recht",
    "publisher": "Boom",
    "volume": "12",
    "issue": "3/4",
    "pages": "1-12",
    "doi": "10.1234/a_b(c)%3cd;2",
    "isbn": "9780761955047",
    "url": "https://a.nl/~x?b=1&c=%20_#d",
    "language": "nl",
    "keywords": ["bestuur, recht", "toezicht"],
    "abstract": "Een {samenvatting}; met \"alles\" & 100%.",
    "note": "Let op: 5_x",
}  # fmt: skip


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([HARD | row for row in rows]).astype({"year": "Int32"})


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "change",
    [{}, {"authors": ["Smit & Partners"], "keywords": ["a, b"]}, {"date": "2020-05"}, {"year": None, "date": None}],
    ids=["all", "lone", "month", "undated"],
)
def test_hard_fields_come_back_the_same(suffix: str, change: dict[str, object]):
    works = frame(change)
    assert lost_in_writing(works, written(works, suffix), suffix) == {}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("kind", TYPES)
def test_every_type_comes_back(suffix: str, kind: str):
    works = frame({"type": kind})
    assert lost_in_writing(works, written(works, suffix), suffix) == {}


_LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"])
# Text as the library holds it: every reader makes runs of blanks one blank.
_TEXT = st.text(_LETTERS, min_size=1, max_size=20).map(lambda s: plain(f"a{s}b") or "ab")


@pytest.mark.parametrize("suffix", FORMATS)
@settings(max_examples=60, deadline=None)
@given(
    title=_TEXT,
    container=_TEXT,
    given_name=st.from_regex(r"[A-Z][a-zé'-]{0,8}[a-z]( [A-Z][a-z]{2,5})?", fullmatch=True),
)
def test_any_text_comes_back(suffix: str, title: str, container: str, given_name: str):
    works = frame({"title": title, "container": f"Tijdschrift {container}", "authors": [f"Jansen, {given_name}"]})
    assert lost_in_writing(works, written(works, suffix), suffix) == {}


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_starter_library_goes_round(tmp_path: Path, repository: Path, suffix: str):
    rooms = [tmp_path / "een", tmp_path / "twee"]
    for room in rooms:
        init(room)
    import_(repository / "literature" / "starter.bib", home=rooms[0])
    build(home=rooms[0])
    summary = export(tmp_path / f"uit{suffix}", home=rooms[0])
    assert summary.differs == {}
    import_(summary.output, home=rooms[1])
    build(home=rooms[1])
    one, two = (load_works(room).sort_values("citekey").reset_index(drop=True) for room in rooms)
    same = [name for name in one if name not in ("date", "language_source", "pages")]
    pd.testing.assert_frame_equal(one[same], two[same])


def test_what_a_format_cannot_hold_is_told():
    works = frame({"url": "https://a.nl/{x}"}, {"citekey": "goed"})
    assert lost_in_writing(works, written(works, ".bib"), ".bib") == {"url": ["hard"]}
    assert lost_in_writing(works, written(frame({"citekey": "goed"}), ".ris"), ".ris")["title"] == ["hard"]


def test_a_spreadsheet_runs_no_formula():
    works = frame({"title": '=HYPERLINK("http://kwaad.nl")'})
    assert b';" =HYPERLINK' in written(works, ".csv")
    openpyxl = pytest.importorskip("openpyxl")
    import io

    sheet = openpyxl.load_workbook(io.BytesIO(written(works, ".xlsx"))).active
    assert sheet["C2"].data_type == "s"


def test_particles_sort_and_cite_as_dutch_readers_expect():
    item = json.loads(written(frame({}), ".json"))[0]
    assert item["author"][0] == {"family": "Vries", "non-dropping-particle": "de", "given": "Anna"}
    assert item["author"][3] == {"literal": "Raad van State"}
    assert item["author"][6] == {"literal": "Eerste Kamer, commissie BZK"}
    text = written(frame({}), ".bib").decode()
    assert "author = {de Vries, Anna and van der Meer, J. and King, Jr., Martin Luther and {Raad van State}" in text
    assert "and others}," in text


def test_export_names_what_it_cannot_do(tmp_path: Path, repository: Path):
    room = tmp_path / "zaal"
    init(room)
    import_(repository / "literature" / "starter.bib", home=room)
    build(home=room)
    with pytest.raises(LeeszaalError, match=r"‘\.doc’ is geen indeling") as caught:
        export(tmp_path / "a.doc", home=room)
    assert ".bib" in caught.value.remedy
    with pytest.raises(LeeszaalError, match="Er is geen werk ‘niemand’"):
        export(tmp_path / "a.bib", citekeys=["niemand"], home=room)
    key = load_works(room)["citekey"].iloc[0]
    summary = export(tmp_path / "a.bib", citekeys=[key], home=room)
    assert summary.works == 1
    assert "1 werk geschreven naar" in summary.tell()
    assert [record.citekey for record in read_content((tmp_path / "a.bib").read_bytes(), "a.bib").records] == [key]
    works = load_works(room)
    assert export(tmp_path / "b.ris", query="year:2015", home=room).works == (works["year"] == 2015).sum()
    assert export(tmp_path / "b.ris", in_="opgenomen", home=room).works == 0
    with pytest.raises(LeeszaalError):
        export(tmp_path / "a.bib" / "b.bib", home=room)


def test_initials_are_no_et_al_and_a_comma_at_the_end_is_an_institution():
    assert listed_names(["Halpenny, E.A.", "Dearden, P. e.a."]) == ("Halpenny, E.A.", "Dearden, P.", "et al.")
    assert listed_names(["Vereniging van Friese Gemeenten,", "Zeitz MOCAA,"]) == (
        "Vereniging van Friese Gemeenten", "Zeitz MOCAA",
    )  # fmt: skip
