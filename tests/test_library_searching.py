"""Search, the PRISMA numbers, and the check of everything."""

from __future__ import annotations

import datetime
import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.charts import prisma_flow
from leeszaal.cli import main
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, load_works
from leeszaal.library.checking import check
from leeszaal.library.deciding import decide
from leeszaal.library.evidence import add_evidence
from leeszaal.library.finder import parse_query
from leeszaal.library.index import Index
from leeszaal.library.prisma import prisma_table, works_in
from leeszaal.library.screened import screening
from leeszaal.library.searching import find_works, works
from leeszaal.reading import tag
from leeszaal.works.read import read_content

BIB = """@article{vries, title={Toezicht op de gemeenten}, author={de Vries, Anna}, year=2012, langid={dutch},
  keywords={goed bestuur}, journal={Bestuurskunde}, abstract={De provincie houdt toezicht. Zij kijkt naar geld.}}
@book{smith, title={Governing municipalities}, author={Smith, P.}, year=2015, langid={english},
  abstract={Municipalities are governed well.}}
@report{raad, title={Bestuur is goed}, author={{Raad van State}}, year=2018, langid={dutch}}
@misc{zonder, title={Zonder jaar over een gemeente}, langid={dutch}}
"""
RIS = "TY  - JOUR\nTI  - Toezicht op de gemeenten\nAU  - Vries, A. de\nPY  - 2012\nER  -\n"


@pytest.fixture
def room(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = tmp_path / "room"
    (home / "literature").mkdir(parents=True)
    (home / "_quarto.yml").touch()
    themes = (repository / "literature" / "themes.yaml").read_text(encoding="utf-8")
    (home / "literature" / "themes.yaml").write_text(themes, encoding="utf-8")
    monkeypatch.setenv("LEESZAAL_PERSON", "anna")
    for minute, (name, text) in enumerate((("a.bib", BIB), ("b.ris", RIS))):
        reading = read_content(text.encode(), name)
        add_evidence(
            Home(home), source="import", name=name, content=text.encode(), format=reading.format,
            encoding=reading.encoding, options={}, records=len(reading.records), rejects=reading.rejects,
            time=datetime.datetime(2026, 11, 1, 12, minute, tzinfo=datetime.UTC),
        )  # fmt: skip
    build(home=home)
    return Home(home)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["raad", "smith", "vries", "zonder"]),
        ("gemeente", ["vries", "zonder"]),  # in any form of the word
        ("governed municipality", ["smith"]),
        ("GEMEENTEN toezicht", ["vries"]),
        ('"goed bestuur"', ["vries"]),
        ('"bestuur goed"', []),
        ('"toezicht zij"', ["vries"]),  # within one text
        ('"gemeenten goed"', []),  # from the title into the keywords
        ("goed bestuur", ["raad", "vries"]),  # a title goes before a keyword
        ("titel:provincie", []),
        ("abstract:provincie", ["vries"]),
        ("auteur:vries", ["vries"]),
        ("jaar:2012-2015", ["smith", "vries"]),
        ("year:2015-", ["raad", "smith"]),
        ("year:-2012", ["vries"]),
        ("-year:2012", ["raad", "smith", "zonder"]),
        ("type:Book", ["smith"]),
        ("taal:nl -gemeente", ["raad"]),
        ("citekey:RAAD", ["raad"]),
        ("container:bestuurskunde", ["vries"]),
        ("xyzzy", []),
    ],
)
def test_a_query_finds(room: Home, query: str, expected: list[str]):
    found, total = find_works(query, home=room)
    assert (found["citekey"].tolist(), total) == (expected, len(expected))


def test_themes_and_decisions_are_fields(room: Home):
    with pytest.raises(LeeszaalError, match="Geen enkel werk heeft thema"):
        works("thema:ibt", home=room)
    decide("tag", "smith", "reg.oost", home=room)
    decide("exclude", "vries", home=room)
    tag(home=room)
    assert [row["citekey"] for row in works("thema:reg.oost", home=room).works] == ["smith"]
    assert [row["citekey"] for row in works("besluit:uitgesloten", home=room).works] == ["vries"]
    assert works("decision:open", home=room).total == 3
    decide("exclude", "raad", home=room)  # seen at once
    assert works("decision:exclude", home=room).total == 2


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("titl:x", "‘titl:’ is geen veld"),
        ("year:vroeger", "‘vroeger’ is geen jaar"),
        ("year:-", "‘-’ is geen jaar"),
        ("jaar:2020-2010", "‘2020-2010’ loopt terug"),
        ("titel:", "Achter ‘titel:’ staat niets"),
        ('"financieel toezicht', "maar één aanhalingsteken"),
        ("gemeent*", "Een sterretje, zoals in ‘gemeent.’, kan niet"),
        ("decision:ja", "‘ja’ is geen besluit"),
    ],
)
def test_a_wrong_query_is_explained(room: Home, query: str, message: str):
    with pytest.raises(LeeszaalError, match=message):
        works(query, home=room)


def test_all_are_counted_and_the_first_told(room: Home):
    summary = works(limit=2, home=room)
    assert (summary.total, len(summary.works)) == (4, 2)
    assert summary.tell().splitlines() == [
        "raad: Raad van State (2018). Bestuur is goed",
        "smith: Smith (2015). Governing municipalities",
        "4 werken, getoond: 2.",
    ]
    assert works("xyzzy", home=room).tell() == "Geen werken gevonden."
    assert json.dumps(summary.works)


def test_by_meaning_across_both_languages(room: Home, monkeypatch: pytest.MonkeyPatch):
    from leeszaal.works import embedding

    places = {"Governing municipalities. Municipalities are governed well.": [0.9, 0.1], "gemeentebestuur": [1.0, 0.0]}

    def embed(texts: list[str], cache: Path | None = None) -> np.ndarray:
        assert cache is None or cache == room.library / "embeddings"
        return np.array([places.get(text, [0.0, 1.0]) for text in texts])

    monkeypatch.setattr(embedding, "embed", embed)
    monkeypatch.setattr(embedding, "available", lambda: True)
    found, total = find_works("gemeentebestuur", meaning=True, home=room)
    assert (found["citekey"].tolist(), total, found["score"].tolist()) == (["smith"], 1, [0.9])
    assert find_works("gemeentebestuur taal:nl", meaning=True, home=room)[1] == 0
    monkeypatch.setattr(embedding, "available", lambda: False)
    with pytest.raises(LeeszaalError, match="taalmodel is niet"):
        works("gemeentebestuur", meaning=True, home=room)


@given(st.lists(st.text("ab cd", max_size=8), min_size=1, max_size=6), st.text("ab cd", min_size=1, max_size=5))
def test_a_phrase_is_found_where_it_stands_and_nowhere_else(texts: list[str], phrase: str):
    words = phrase.split()
    hits = Index.of({"t": texts}).score(phrase, {"t": 1.0}, phrase=True) > 0
    expected = [bool(words) and f" {' '.join(words)} " in f" {' '.join(text.split())} " for text in texts]
    assert hits.tolist() == expected


def test_what_people_type_in_dutch_and_a_doi_as_it_comes_are_understood():
    query = "soort:Rapport taal:nederlands https://doi.org/10.1234/AB.1 doi:10.1234/x. 2010"
    said = [(part.field, part.text) for part in parse_query(query)]
    assert parse_query("taal:Spaans")[0].text == "es"
    assert said == [("type", "report"), ("language", "nl"), ("doi", "10.1234/ab.1"), ("doi", "10.1234/x"), ("", "2010")]


@given(st.text())
def test_any_text_is_a_query_or_an_explained_mistake(query: str):
    try:
        parts = parse_query(query)
    except LeeszaalError:
        assert set(query) & set(':"*')
    else:
        assert len(parts) <= len(query)


def test_the_prisma_numbers_add_up_and_name_their_works(room: Home):
    decide("include", "smith", home=room)
    decide("exclude", "vries", reason="geen Nederland", home=room)
    decide("exclude", "raad", home=room, person="bram")
    decide("include", "raad", home=room)
    table = prisma_table(room)
    assert table.values.tolist() == [
        ["import", 5, "source"],
        ["Gevonden records", 5, "step"],
        ["Dubbel", 1, "excluded"],
        ["Unieke werken", 4, "step"],
        ["Uitgesloten: geen Nederland", 1, "excluded"],
        ["Nog te beoordelen", 1, "excluded"],
        ["Oneens", 1, "excluded"],
        ["Opgenomen", 1, "step"],
    ]
    assert prisma_flow(table, source="n = 4").alt
    keys = load_works(room).set_index("work_id")["citekey"]
    for box, expected in [
        ("opgenomen", ["smith"]), ("Oneens", ["raad"]), ("uitgesloten", ["vries"]), ("Dubbel", ["vries"]),
        ("Uitgesloten: geen Nederland", ["vries"]), ("nog te beoordelen", ["zonder"]), ("twijfel", []),
    ]:  # fmt: skip
        assert keys[works_in(box, room)].tolist() == expected
        assert [row["citekey"] for row in works(in_=box, home=room).works] == expected
    assert len(works_in("import", room)) == 4
    assert set(screening(room)["verb"]) == {"include", "exclude", "disputed", "open"}
    with pytest.raises(LeeszaalError, match="Er is geen vak ‘opgenome’") as caught:
        works_in("opgenome", room)
    assert "Opgenomen" in caught.value.remedy


def paper(room: Home, text: str) -> None:
    folder = room.papers / "een-paper"
    folder.mkdir(parents=True)
    (folder / "paper.yaml").touch()
    (folder / "text.md").write_text(text, encoding="utf-8")


def test_a_whole_room_passes(room: Home):
    paper(room, "Zie [@vries; -@smith] en @sec-x, niet `@code` of a@b.nl.\n<!-- @voorbeeld -->\n")
    decide("merge", "raad", "smith", home=room)
    build(home=room)
    summary = check(home=room)
    assert summary.failed == []
    assert (summary.evidence, summary.decisions, summary.works, summary.citations) == (2, 1, 3, 2)
    assert summary.tell().endswith("Alles klopt.")


def test_a_flipped_byte_is_found_and_named(room: Home):
    path = next(room.evidence.glob("*/*/content.gz"))
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[10] ^= 1
    path.write_bytes(gzip.compress(bytes(content)))
    summary = check(home=room)
    assert [one["error"] for one in summary.failed] == [
        f"{room.relative(path)} is niet meer wat het was: de controlesom klopt niet."
    ]
    assert "Fout: literature/evidence/import/" in summary.tell()


def test_a_library_that_does_not_follow_is_found(room: Home):
    path = room.library / "works.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "title"] = "Iets anders"
    frame.to_parquet(path)
    assert [one["error"] for one in check(home=room).failed] == [
        "literature/library/works.parquet volgt niet uit de bronnen en beslissingen."
    ]
    build(home=room)
    path.unlink()
    assert "is er nog niet" in check(home=room).failed[0]["error"]


def test_a_decision_not_yet_built_a_lost_one_and_a_wrong_citation_are_found(room: Home):
    paper(room, "Eén.\n\nZie @vris en [@raad].\n")
    decide("merge", "raad", "smith", home=room)
    (room.decisions / "bram.csv").write_text(
        "time,person,verb,work,value,reason\n2026-01-01T00:00:00Z,bram,include,weg,,\n"
        "2026-01-01T00:00:01Z,bram,include,vries,,\n",
        encoding="utf-8",
    )
    decide("exclude", "vries", home=room)
    summary = check(home=room)
    said = "\n".join(one["error"] for one in summary.failed)
    assert "bram.csv, regel 2: Het werk ‘weg’" in said
    assert "works.parquet volgt niet" in said
    assert "papers/een-paper/text.md, regel 3: het werk ‘vris’" in said
    assert summary.remarks == ["Niet iedereen denkt hetzelfde over vries (screening)."]
    build(home=room)
    assert "‘raad’ is samengevoegd met ‘smith’" in "\n".join(one["error"] for one in check(home=room).failed)


def test_the_command_line_keeps_phrases_and_signs(room: Home, capsys: pytest.CaptureFixture[str]):
    def found(*words: str) -> list[str]:
        assert main(["works", *words, "--json", "--home", str(room.root)]) == 0
        return [row["citekey"] for row in json.loads(capsys.readouterr().out)["works"]]

    assert found("goed bestuur") == ["vries"]
    assert found("goed", "bestuur") == ["raad", "vries"]
    assert found("goed -jaar:2012") == ["raad"]
    assert main(["works", "--why", "vries", "--home", str(room.root)]) == 0
    assert "het vroegste record dat dit noemt" in capsys.readouterr().out
    assert main(["decide", "exclude", "vries", "--reason", "x", "--person", "Bram", "--home", str(room.root)]) == 0
    assert main(["undo", "--person", "Bram", "--home", str(room.root)]) == 0
    assert main(["check", "--home", str(room.root)]) == 0
    next(room.evidence.glob("*/*/content.gz")).write_bytes(b"weg")
    assert main(["check", "--home", str(room.root)]) == 1
