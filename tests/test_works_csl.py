"""Works as CSL-JSON: particles, institutions, dates, and titles that are text."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leeszaal.works.csl import csl_name, to_csl
from leeszaal.works.csljson import read_csljson
from leeszaal.works.decode import Text
from leeszaal.works.names import institution


def works(**fields: object) -> pd.DataFrame:
    row = {
        "work_id": "w0", "title": "T", "abstract": None, "authors": [], "editors": [], "year": pd.NA,
        "date": None,
        "container": None, "publisher": None, "volume": None, "issue": None, "pages": None, "doi": None,
        "isbn": None, "url": None, "type": "other",
        "language": None, "keywords": [], "note": None, "citekey": "k",
    } | fields  # fmt: skip
    return pd.DataFrame([row]).astype({"year": "Int32"})


@pytest.mark.parametrize(
    ("name", "csl"),
    [
        ("de Vries, Anna", {"family": "Vries", "non-dropping-particle": "de", "given": "Anna"}),
        ("van der Meer, J.", {"family": "Meer", "non-dropping-particle": "van der", "given": "J."}),
        ("'t Hart, P.", {"family": "Hart", "non-dropping-particle": "'t", "given": "P."}),
        ("Van Aelst, Peter", {"family": "Van Aelst", "given": "Peter"}),
        ("King, Martin Luther, Jr.", {"family": "King", "given": "Martin Luther", "suffix": "Jr."}),
        ("Raad van State", {"literal": "Raad van State"}),
        (institution("Eerste Kamer, commissie BZK"), {"literal": "Eerste Kamer, commissie BZK"}),
    ],
)
def test_names(name, csl):
    assert csl_name(name) == csl


@pytest.mark.parametrize(
    ("type_", "csl"),
    [
        ("article", "article-journal"),
        ("law", "legislation"),
        ("case", "legal_case"),
        ("web", "webpage"),
        ("other", "document"),
    ],
)
def test_types(type_, csl):
    assert to_csl(works(type=type_))[0]["type"] == csl


def test_an_item():
    (item,) = to_csl(
        works(
            authors=["de Vries, Anna", "et al."],
            year=2020,
            date="2020-03",
            container="B",
            doi="10.1/x",
            pages="1-9",
            language="nl",
        )
    )
    assert item == {
        "id": "k", "type": "document", "title": "T", "container-title": "B", "page": "1-9", "DOI": "10.1/x",
        "language": "nl", "issued": {"date-parts": [[2020, 3]]},
        "author": [{"family": "Vries", "non-dropping-particle": "de", "given": "Anna"},
                   {"literal": "et al."}],
    }  # fmt: skip
    json.dumps(item)


def test_what_is_missing_is_left_out():
    assert to_csl(works()) == [{"id": "k", "type": "document", "title": "T"}]
    assert to_csl(works(year=1999))[0]["issued"] == {"date-parts": [[1999]]}


def test_a_title_is_text_and_no_markup():
    (item,) = to_csl(works(title="<i>Cursief</i> <script>x</script> a < b $x_1$ {y} 😀 قانون"))
    assert item["title"] == "<\u2060i>Cursief<\u2060/i> <script>x</script> a < b $x_1$ {y} 😀 قانون"


def test_pandoc_shows_a_strange_title_as_it_is(tmp_path: Path):
    import pypandoc

    title = "<i>Cursief</i> <script>x</script> $5_{x} {y} 😀 قانون"
    path = tmp_path / "works.json"
    path.write_text(json.dumps(to_csl(works(title=title, year=2020))), encoding="utf-8")
    options = ["--citeproc", f"--bibliography={path}", "--wrap=none", "--metadata=lang:nl"]
    shown = pypandoc.convert_text("Zie @k.", "plain", format="markdown", extra_args=options)
    assert title in shown.replace("\u2060", "")
    html = pypandoc.convert_text("Zie @k.", "html", format="markdown", extra_args=options)
    assert "<script>" not in html
    assert "<i>Cursief" not in html


def test_a_frame_without_keys_is_refused():
    with pytest.raises(ValueError, match="citekey"):
        to_csl(pd.DataFrame({"title": ["x"]}))


def test_out_and_in_again():
    items = to_csl(
        works(
            authors=["van der Meer, Jan", "Raad van State"],
            year=2020,
            date="2020-03-01",
            type="report",
            isbn="9789036552189",
        )
    )
    (record,) = read_csljson(Text(json.dumps(items), "utf-8"), "a.json").records
    assert (record.authors, record.date, record.type, record.isbn, record.citekey) == (
        ("van der Meer, Jan", "Raad van State"), "2020-03-01", "report", "9789036552189", "k",
    )  # fmt: skip


def test_names_as_parquet_gives_them():
    works = pd.DataFrame({"citekey": ["k"], "title": ["T"], "type": ["book"]})
    works["authors"] = [np.array(["de Vries, Anna"], dtype=object)]
    works["editors"] = [np.array([], dtype=object)]
    (item,) = to_csl(works)
    assert item["author"] == [{"family": "Vries", "non-dropping-particle": "de", "given": "Anna"}]
    assert "editor" not in item
