"""A table too large for memory gives, read in parts, what it gives when it is read whole."""

from __future__ import annotations

import gzip
import json
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.library import build, check, evidence, import_, importing, load_works
from leeszaal.works import large, table
from leeszaal.works.large import large_table
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading

HEAD = "titel;auteurs;jaar;samenvatting\n"
ROWS = (
    "Eén;de Vries, A.;2020;kort\n"
    '"Twee; en meer";Jansen, P.;in press;"over\ntwee ""regels"""\n'
    ";zonder titel;2020;\n"
    "te weinig;cellen\n"
    '"nooit gesloten;Bakker, E.;2019;\n'
    "\n"
    "Drie\0;;20019;NUL\0\n"
    "Vier;Raad van State;2021;laatste"
)


def in_parts(path: Path, name: str, rows: int, **options: Any) -> Reading:
    """Return a file as its parts together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "_ROWS", rows)
        found = large_table(path, name, least=0)
        assert found is not None
        parts = list(found.readings(**options))
    assert all(0 < part.read <= rows for part in parts)
    one = parts[-1]
    records, rejects = (tuple(chain.from_iterable(getattr(p, n) for p in parts)) for n in ("records", "rejects"))
    return Reading(one.format, one.encoding, records, rejects, one.dialect, one.remarks)


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + ROWS).encode(),
        b"\xef\xbb\xbf" + (HEAD + ROWS).encode(),
        (HEAD + ROWS).encode("cp1252"),
        (HEAD + ROWS).encode("cp1252") + b"\nF\x81;;2000;",
        (HEAD + ROWS).encode("utf-16"),
        (HEAD + ROWS).replace("\0", "").encode("utf-16-le"),
        ("sep=;\n" + HEAD + ROWS).replace("\n", "\r\n").encode(),
        (HEAD + ROWS).replace("\n", "\r").encode(),
        (HEAD + ROWS).replace(";", "\t").encode(),
        (HEAD + ROWS).encode() + "\nVijf é".encode()[:-1],
        HEAD.encode() + b'"open;a;1;b\n' * 50,
    ],
)
@pytest.mark.parametrize("rows", [1, 3, 100])
def test_parts_are_the_whole(tmp_path: Path, content: bytes, rows: int):
    plain, packed = tmp_path / "a.csv", tmp_path / "content.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    whole = read_content(content, "a.csv")
    assert in_parts(plain, "a.csv", rows) == whole
    assert in_parts(packed, "a.csv", rows, id_column="jaar") == read_content(content, "a.csv", id_column="jaar")


@given(st.text(st.sampled_from('a;"\n\r,é\0 '), max_size=60), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
@settings(max_examples=80, deadline=None)
def test_any_rows(tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str):
    path = tmp_path_factory.mktemp("t") / "a.csv"
    path.write_bytes(content := (HEAD + "Een;b;2020;c\n" + text).encode(encoding))
    assert in_parts(path, "a.csv", 2) == read_content(content, "a.csv")


def test_a_quote_that_is_never_closed_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(table, "_LONGEST_ROW", 400)
    path = tmp_path / "a.csv"
    path.write_text(HEAD + '"open;a;2020;b\n' + "Goed;b;2020;c\n" * 200, encoding="utf-8")
    told = in_parts(path, "a.csv", 50)
    assert [(r.line, r.text) for r in told.rejects] == [(2, '"open;a;2020;b')]
    assert [r.line for r in told.records] == list(range(3, 203))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD, "geen enkele verwijzing"),
        ("naam;jaar\nx;2020\n", "geen kolom met titels"),
        (HEAD + "x" * 3000, "regel 2: de regel is langer"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, said: str):
    monkeypatch.setattr(large, "_LONGEST_LINE", 2048)
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    found = large_table(path, "a.csv", least=0)
    assert found is not None
    with pytest.raises(LeeszaalError, match=said):
        list(found.readings())


def test_what_is_no_table_is_left_to_others(tmp_path: Path):
    for name, content in (
        ("a.bib", b"@book{a, title={b}}"),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.csv", b"TY  - JOUR\nER  - "),
    ):
        (tmp_path / name).write_bytes(content)
        assert large_table(tmp_path / name, name, least=0) is None
    (tmp_path / "klein.csv").write_text(HEAD, encoding="utf-8")
    assert large_table(tmp_path / "klein.csv", "klein.csv") is None


def test_a_large_table_goes_the_whole_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "groot.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    rooms = tmp_path / "klein", tmp_path / "groot"
    told, works = [], []
    for room in rooms:
        (room / "literature").mkdir(parents=True)
        (room / "_quarto.yml").touch()
        (room / "literature" / "themes.yaml").touch()
        told.append(import_(path, home=room).files[0])
        build(home=room)
        works.append(load_works(room))
        assert check(home=room).failed == []
        monkeypatch.setattr(large, "LARGE", 0)  # from here on every table is large
        monkeypatch.setattr(evidence, "LARGE", 0)
        monkeypatch.setattr(large, "_ROWS", 2)
        monkeypatch.setattr(importing, "read_content", None)
    assert (told[1].read, told[1].records, told[1].remarks) == (7, 4, ["2 NUL-tekens zijn weggelaten."])
    assert told[1].remarks == told[0].remarks
    one, other = (
        {
            p.name: p.read_text(encoding="utf-8")
            for p in next((room / "literature/evidence/import").iterdir()).iterdir()
            if p.suffix != ".gz"
        }
        for room in rooms
    )
    assert one["rejected.txt"] == other["rejected.txt"]
    same = [{k: v for k, v in json.loads(files["manifest.json"]).items() if k != "time"} for files in (one, other)]
    assert same[0] == same[1]
    pd.testing.assert_frame_equal(*works)
    assert import_(path, home=rooms[1]).files[0].known
    packed = next((rooms[1] / "literature/evidence/import").iterdir()) / "content.gz"
    packed.write_bytes(gzip.compress((HEAD + ROWS + "!").encode()))
    assert "controlesom" in check(home=rooms[1]).failed[0]["error"]
