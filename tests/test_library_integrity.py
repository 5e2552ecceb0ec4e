"""Retracted works and unverified fields: found, told at each citation, and accepted only with a reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, check, import_, retracted_works, unverified_fields
from leeszaal.library.store import save_stage

BIB = """@article{een, title={Retracted: Toezicht dat niet bestond}, author={Smit, A.}, year=2015}
@article{twee, title={Financieel toezicht op gemeenten in krimpgebieden}, author={Jansen, P.}, year=2016, doi={10.1234/b}}
@article{bericht, title={Retraction: Financieel toezicht op gemeenten in krimpgebieden}, author={Jansen, P.}, year=2018}
@article{drie, title={Wie bestuurt de regio?}, author={de Vries, Anna}, year=2017, doi={10.1234/c}, pages={1--9}}
@article{vier, title={Retracted lands and the county}, author={Bos, C.}, year=2019, doi={10.1234/d}}
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("LEESZAAL_PERSON", "anna")
    root = tmp_path / "room"
    (root / "literature").mkdir(parents=True)
    (root / "_quarto.yml").touch()
    (root / "literature" / "themes.yaml").touch()
    (root / "literature" / "starter.bib").write_text(BIB, encoding="utf-8")
    import_(root / "literature" / "starter.bib", home=root)
    build(home=root)
    return Home(root)


def paper(room: Home, text: str, settings: str = "") -> None:
    folder = room.papers / "een-paper"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "paper.yaml").write_text(settings, encoding="utf-8")
    (folder / "text.md").write_text(text, encoding="utf-8")


def test_titles_notices_and_answers_tell_of_a_retraction(room: Home):
    found = retracted_works(room)
    assert found[["citekey", "kind", "source"]].values.tolist() == [
        ["een", "retraction", "titel"], ["twee", "retraction", "titel"],
    ]  # fmt: skip
    answers = pd.DataFrame(
        [
            ["10.1234/c", "expression_of_concern", "updated-by", "10.1234/c.note", "2020-01-02", "publisher"],
            ["10.1234/d", "retraction", "update-to", "10.1234/x", "2020-01-02", "publisher"],  # is itself the notice
            ["10.1234/b", "correction", "updated-by", "10.1234/b.note", None, "publisher"],  # no reason not to cite
        ],
        columns=["doi", "type", "direction", "notice", "date", "source"],
    )
    save_stage(room, "enrich-retractions", "x", {"retractions": answers}, {})
    found = retracted_works(room)
    assert found.loc[found["citekey"] == "drie"].values.tolist()[0][1:] == [
        "drie", "concern", "2020-01-02", "publisher", "10.1234/c.note",
    ]  # fmt: skip
    assert set(found["citekey"]) == {"drie", "een", "twee"}


def test_a_source_that_says_so_is_believed(room: Home, tmp_path: Path):
    path = tmp_path / "b.csv"
    path.write_text(
        "title,authors,year,retracted\nEen studie naar opkomst bij verkiezingen,Bos C.,2019,true\n", "utf-8"
    )
    import_(path, home=room)
    build(home=room)
    found = retracted_works(room)
    assert found.loc[~found["citekey"].isin(["een", "twee"]), "source"].tolist() == ["import"]


def test_a_paper_that_cites_a_retracted_work_is_wrong_unless_it_says_why(room: Home):
    paper(room, "Zie [@een] en @drie.\n")
    summary = check(home=room)
    assert [one["error"] for one in summary.failed] == [
        "papers/een-paper/text.md, regel 1: het werk ‘een’ is ingetrokken (volgens titel)."
    ]
    assert "accept: {een: reden}" in summary.failed[0]["remedy"]
    assert summary.remarks == ["Het werk ‘twee’ is ingetrokken (volgens titel)."]
    paper(room, "Zie [@een].\n", "accept:\n  een: als voorbeeld van wat misging\n")
    summary = check(home=room)
    assert summary.failed == []
    assert summary.remarks[0].endswith("is ingetrokken (volgens titel); aanvaard: als voorbeeld van wat misging")


def test_what_nobody_held_against_a_source_is_unverified(room: Home, tmp_path: Path):
    assert unverified_fields(room).empty  # without a list there is nothing to hold to
    sources = room.literature / "starter-sources.csv"
    rows = [
        f"{key},{f},een bron" for key in ("een", "twee", "bericht", "vier") for f in ("title", "author", "year", "doi")
    ]
    rows += ["drie,title,een bron", "drie,author,een bron", "drie,year,", "drie,doi,een bron"]
    sources.write_text("citekey,field,verified_in\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert unverified_fields(room)[["citekey", "field"]].values.tolist() == [["drie", "pages"], ["drie", "year"]]
    paper(room, "@drie\n")
    assert "‘drie’ heeft velden zonder nagekeken bron (pages, year)" in check(home=room).failed[0]["error"]
    # Another source says the same year: it is no longer the starter's word alone.
    other = tmp_path / "c.ris"
    other.write_text("TY  - JOUR\nTI  - Wie bestuurt de regio?\nDO  - 10.1234/c\nPY  - 2017\nER  -\n", encoding="utf-8")
    import_(other, home=room)
    build(home=room)
    assert unverified_fields(room)["field"].tolist() == ["pages"]
    sources.write_text("sleutel;veld\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"starter-sources.csv, regel 1: de kolom ‘citekey’"):
        unverified_fields(room)
