"""BibTeX: nothing disappears, however damaged the file is."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.works.bibtex import read_bibtex
from leeszaal.works.bibtex_scan import blocks
from leeszaal.works.decode import Text, decode
from leeszaal.works.latex import unlatex
from leeszaal.works.record import Reading, Record


def read(text: str) -> Reading:
    return read_bibtex(Text(text, "utf-8"))


def one(text: str) -> Record:
    reading = read(text)
    assert not reading.rejects
    assert len(reading.records) == 1
    return reading.records[0]


# An independent count: every "@word{" on a line of its own, but for definitions; a comment counts once.
_STARTS = re.compile(r"^[ \t]*@[ \t]*(?!string|preamble)[A-Za-z][\w-]*\s*[{(]", re.MULTILINE | re.IGNORECASE)


def test_a_plain_entry():
    record = one(
        """@article{devries2020, author = {de Vries, Anna and Jan van der Meer}, title = {Wie {bestuurt}?},
        journal = {Bestuurskunde}, year = 2020, month = mar, volume = 29, number = {1}, pages = {5--17},
        doi = {https://doi.org/10.1234/ABC.}, keywords = {toezicht, gemeente}, x-own = {eigen}}"""
    )
    assert record.title == "Wie bestuurt?"
    assert record.authors == ("de Vries, Anna", "van der Meer, Jan")
    assert (record.year, record.date) == (2020, "2020-03")
    assert (record.container, record.volume, record.issue, record.pages) == (
        "Bestuurskunde",
        "29",
        "1",
        "5-17",
    )
    assert record.doi == "10.1234/abc"
    assert record.keywords == ("toezicht", "gemeente")
    assert (record.citekey, record.line, record.type, record.raw_type) == (
        "devries2020",
        1,
        "article",
        "article",
    )
    assert record.extra == {"x-own": "eigen"}


def test_an_unclosed_brace_costs_only_its_entry():
    reading = read(
        "@book{a, title={Eerste}}\n\n@book{b,\n  title={Tweede zonder einde,\n  year=2001\n\n"
        "@book{c, title={Derde}}\n@book{d, title={Vierde}}\n"
    )
    assert [record.citekey for record in reading.records] == ["a", "c", "d"]
    (reject,) = reading.rejects
    assert reject.line == 3
    assert reject.text == "@book{b,\n  title={Tweede zonder einde,\n  year=2001"
    assert "niet gesloten" in reject.reason


def test_an_unclosed_brace_in_the_last_entry():
    reading = read("@book{a, title={Eerste}}\n@book{b, title={Tweede")
    assert [record.citekey for record in reading.records] == ["a"]
    assert reading.rejects[0].text == "@book{b, title={Tweede"


def test_macros_concatenation_and_months():
    record = one(
        '@string{bk = "Bestuurs"}\n@string{all = bk # "kunde"}\n'
        '@article{a, title="T " # {x}, journal = all, month = "1~" # jan, year=2001}'
    )
    assert (record.title, record.container, record.date) == ("T x", "Bestuurskunde", "2001-01-01")


def test_a_chapter_takes_from_its_parent_what_it_lacks():
    reading = read(
        """@incollection{ch, crossref={boek}, title={Hoofdstuk}, author={Vries, A. de}, pages={1--9}}
        @book{Boek, title={Het boek}, subtitle={Deel een}, editor={Meer, Jan}, year={1999},
        publisher={Uitgever}}"""
    )
    chapter, book = reading.records
    assert (chapter.container, chapter.year, chapter.publisher) == ("Het boek: Deel een", 1999, "Uitgever")
    assert chapter.editors == ("Meer, Jan",)
    assert chapter.authors == ("de Vries, A.",)
    assert (book.title, book.container) == ("Het boek: Deel een", None)


def test_a_crossref_in_a_circle_ends():
    reading = read("@incollection{a, crossref={b}, title={A}}\n@incollection{b, crossref={a}, title={B}}")
    assert [record.title for record in reading.records] == ["A", "B"]


def test_entries_without_a_key_and_with_the_same_key_are_all_kept():
    reading = read("@misc{, title={een}}\n@misc{title={twee}}\n@misc{x, title={drie}}\n@misc{x, title={vier}}")
    assert [record.title for record in reading.records] == ["een", "twee", "drie", "vier"]
    assert [record.citekey for record in reading.records] == [None, None, "x", "x"]
    assert [record.source_record_id for record in reading.records] == ["1", "2", "x", "x"]


def test_field_names_with_spaces_repeated_fields_and_a_missing_comma():
    record = one(
        "@article{a, title={T}, funding text 1={Geld}, note={een} year=2003, note={twee}, author={A, B}, author={C, D}}"
    )
    assert record.year == 2003
    assert record.note == "een; twee"
    assert record.authors == ("A, B", "C, D")
    assert record.extra["funding text 1"] == "Geld"


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ('"over {"} en {\\"o}"', 'over " en ö'),
        ('"K\\"obis"', "Köbis"),
        ("{a \\} b}", "a } b"),
        ("{a (b) c}", "a (b) c"),
        ("{  twee\n   regels }", "twee regels"),
    ],
)
def test_quotes_and_escaped_braces(value, title):
    record = one(f"@book{{k, title = {value}, year = 2010}}")
    assert (record.title, record.year) == (title, 2010)


def test_parentheses_around_an_entry():
    assert one('@book(k, title = "Vorm (deel I)", note = {a) b})').title == "Vorm (deel I)"


def test_what_is_not_an_entry_is_kept_with_its_reason():
    reading = read("@comment{@book{oud, title={Oud}}}\n% @book{weg, title={Weg}}\n@book{geen, year=2001}\n@book{x, =}")
    assert not reading.records
    assert [reject.line for reject in reading.rejects] == [1, 2, 3, 4]
    for word, reject in zip(("opmerking", "procentteken", "titel", "veld"), reading.rejects, strict=True):
        assert word in reject.reason
    assert reading.rejects[0].text == "@comment{@book{oud, title={Oud}}}"


def test_a_percent_sign_in_the_entry_before_comments_nothing_out():
    assert read("@misc{a, title={A}, url={http://x.nl/a%20b}} @misc{b, title={B}}").read == 2


def test_an_address_is_no_entry():
    assert [block.kind for block in blocks("mail aan jan@voorbeeld{x} @book{a, title={b}}")] == ["book"]


@pytest.mark.parametrize(("year", "note"), [("in press", "in press"), ("fort", "fort"), ("20019", "20019")])
def test_a_year_that_is_none_is_kept_as_text(year, note):
    record = one(f"@article{{a, title={{T}}, year={{{year}}}}}")
    assert (record.year, record.date, record.note, record.extra["year"]) == (None, None, note, year)


def test_what_is_not_understood_is_kept():
    record = one("@misc{a, title={T}, doi={volgt}, language={Klingon-taal}, month={lente}, year=2001, isbn={123}}")
    assert record.extra == {"doi": "volgt", "language": "Klingon-taal", "month": "lente", "isbn": "123"}


def test_links_are_left_as_they_are():
    record = one(r"@misc{a, title={T}, howpublished={\url{http://x.nl/a\_b--c?d=1\&e=~f}}}")
    assert record.url == "http://x.nl/a_b--c?d=1&e=~f"
    assert record.container is None


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("@misc{a, title={T}, howpublished={Kamerstukken II 2009-2010, 32 389, nr. 3}}", "law"),
        ("@misc{a, title={Uitspraak (ECLI:NL:RVS:2018:2647)}}", "case"),
        ("@legislation{a, title={T}}", "law"),
        ("@jurisdiction{a, title={T}}", "case"),
        ("@online{a, title={T}}", "web"),
        ("@mastersthesis{a, title={T}}", "thesis"),
        ("@inproceedings{a, title={T}}", "conference"),
        ("@unpublished{a, title={T}}", "other"),
    ],
)
def test_types(entry, kind):
    assert one(entry).type == kind


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Aar{\o}e", "Aarøe"),
        (
            r"K{\"o}bis, M{\'\i}nguez, \v{S}koda, \c{C}a, Universit\'e",
            "Köbis, Mínguez, Škoda, Ça, Université",
        ),
        (r"{NATO} \& the \emph{West}", "NATO & the West"),
        (r"100\% \$5 a\_b \#1 \{x\}", "100% $5 a_b #1 {x}"),
        ("1990--2000 ``zo'' --- dus", "1990–2000 “zo” — dus"),
        (r"\textit{a} {\bf b} {\ss}~c", "a b ß\u00a0c"),
        (r"\onbekend{x} $x^2$ a_b", r"\onbekendx $x^2$ a_b"),
        ("<script> 😀 عربي", "<script> 😀 عربي"),
    ],
)
def test_latex(latex, text):
    assert unlatex(latex) == text


def test_every_entry_of_a_large_bibliography(shared: Path):
    text = decode((shared / "data/import/leeper_references.bib").read_bytes())
    reading = read_bibtex(text)
    assert reading.read == len(_STARTS.findall(text.text)) == 4243
    assert [reject.text for reject in reading.rejects] == ["@Comment{jabref-meta: databaseType:bibtex;}"]


def test_every_entry_of_a_scopus_export(shared: Path):
    reading = read_bibtex(decode((shared / "data/import/scopus_native.bib").read_bytes()))
    assert (len(reading.records), len(reading.rejects)) == (204, 0)
    assert sum("funding_text 1" in record.extra for record in reading.records) > 100
    assert all(record.title and record.authors for record in reading.records)


def test_no_entry_of_the_messy_files_is_lost(shared: Path):
    files = 0
    with tarfile.open(shared / "data/import/messy_bib_files.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            text = decode(stream.read())
            reading = read_bibtex(text)
            assert reading.read >= len(_STARTS.findall(text.text)), member.name
            assert all(text.text.find(reject.text) >= 0 for reject in reading.rejects), member.name
            files += 1
    assert files == 1150


def test_the_same_titles_as_bibtexparser_where_that_keeps_an_entry(shared: Path):
    """bibtexparser 1 is the reference for entries that it can read; LaTeX apart."""
    import bibtexparser
    from bibtexparser.bparser import BibTexParser

    text = (shared / "data/import/leeper_references.bib").read_text(encoding="utf-8")[:200_000]
    text = text[: text.rindex("\n@")]
    theirs = bibtexparser.loads(text, BibTexParser(common_strings=True, ignore_nonstandard_types=False)).entries
    ours = {record.source_record_id: record for record in read(text).records}
    assert len(theirs) > 200
    for entry in theirs:
        if not set("\\{}~`'-") & set(entry["title"]):
            assert ours[entry["ID"]].title == " ".join(entry["title"].split())


_words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="{}\\\"~%@`'-#"),
    min_size=1,
)


@given(st.lists(st.tuples(st.sampled_from(["article", "book", "misc"]), _words, _words), max_size=8))
def test_every_written_entry_comes_back(entries):
    text = "\n".join(
        f"@{kind}{{k{i},\n  title = {{{title}}},\n  note = {{{note}}}\n}}\n"
        for i, (kind, title, note) in enumerate(entries)
    )
    reading = read(text)
    assert [(r.raw_type, r.title, r.note) for r in reading.records] == entries
    assert not reading.rejects


@given(st.text('@book{},="\\ \n%#()ab1', max_size=80))
def test_no_text_makes_it_fall_over_and_no_start_is_lost(text):
    reading = read(text)
    verbatim = sum(len(_STARTS.findall(reject.text)) for reject in reading.rejects)
    assert (
        reading.read == sum(b.kind not in ("string", "preamble") or bool(b.trouble) for b in blocks(text)) or verbatim
    )
