"""Reading BibTeX: `leeszaal.works.bibtex`. Nothing that stands in a file disappears."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.works.bibtex_scan import blocks
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading, Record


def read(text: str) -> Reading:
    return read_content(text.encode(), "a.bib")


def one(text: str) -> Record:
    reading = read(text)
    assert reading.rejects == ()
    (record,) = reading.records
    return record


def test_an_article_by_hand() -> None:
    record = one(
        r"""% export of 2024
@Article{vries2019,
  Author  = "de Vries, Anna and {Raad van State} and King, Jr., Martin and Jan van der Meer",
  title   = {Toezicht in {Overijssel}: K{\"o}ln \& Twente},
  JOURNAL = {Bestuurskunde}, volume = 12, number = "3--4", pages = {10--20},
  year = 2019, month = mei,
  doi = {https://doi.org/10.1111/PADM.12104}, url = {https://example.org/a\_b},
  keywords = {toezicht; gemeente}, language = {Dutch}, abstract = {Wat  staat
  er?}, mijnveld = {blijft}
}
"""
    )
    assert record.title == "Toezicht in Overijssel: Köln & Twente"
    assert record.authors == ("de Vries, Anna", "Raad van State", "King, Martin, Jr.", "van der Meer, Jan")
    assert (record.type, record.raw_type, record.citekey, record.line) == (
        "article",
        "article",
        "vries2019",
        2,
    )
    assert (record.container, record.volume, record.issue) == ("Bestuurskunde", "12", "3–4")
    assert (record.year, record.date, record.pages) == (2019, "2019-05", "10-20")
    assert (record.doi, record.url) == ("10.1111/padm.12104", "https://example.org/a_b")
    assert (record.keywords, record.language) == (("toezicht", "gemeente"), "nl")
    assert (record.abstract, record.extra) == ("Wat staat er?", {"mijnveld": "blijft"})


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("article", "article"), ("incollection", "chapter"), ("inbook", "chapter"), ("book", "book"),
        ("techreport", "report"), ("report", "report"), ("phdthesis", "thesis"), ("thesis", "thesis"),
        ("legislation", "law"), ("jurisdiction", "case"), ("online", "web"), ("inproceedings", "conference"),
        ("misc", "other"), ("zelfbedacht", "other"),
    ],
)  # fmt: skip
def test_the_type_follows_from_the_entry(entry: str, expected: str) -> None:
    assert one(f"@{entry}{{k, title = {{T}}}}").type == expected


@pytest.mark.parametrize("said", ["in press", "fort", "20019", "forthcoming"])
def test_a_year_that_is_none_is_kept_as_text(said: str) -> None:
    record = one(f"@book{{k, title = {{T}}, year = {{{said}}}}}")
    assert (record.year, record.date, record.extra["year"]) == (None, None, said)


@pytest.mark.parametrize("month", ["mar", "{March}", "3", '"03"', "mrt", "{maart}", "{mar.}"])
def test_a_month_in_any_form(month: str) -> None:
    assert one(f"@book{{k, title = {{T}}, year = 2020, month = {month}}}").date == "2020-03"


def test_macros_and_concatenation() -> None:
    record = one(
        '@string(up = "University Press")\n@string{oup = "Oxford " # up}\n'
        '@book{k, title = {A} # " b", publisher = oup, note = nergens}'
    )
    assert (record.title, record.publisher, record.note) == ("A b", "Oxford University Press", "nergens")


def test_a_chapter_takes_what_it_lacks_from_its_book() -> None:
    reading = read(
        "@incollection{hoofdstuk, title={Deel}, author={A, B}, pages={1--9}, crossref={Boek}}\n"
        "@book{boek, title={Geheel}, subtitle={Onder}, editor={E, F}, publisher={Uitgever}, year=2001}"
    )
    chapter, book = reading.records
    assert (chapter.title, chapter.container) == ("Deel", "Geheel: Onder")
    assert (chapter.publisher, chapter.year, chapter.editors) == ("Uitgever", 2001, ("E, F",))
    assert book.title == "Geheel: Onder"


def test_a_crossref_in_a_circle_ends() -> None:
    reading = read("@inbook{a, title={A}, crossref={b}}\n@inbook{b, title={B}, crossref={a}, publisher={P}}")
    assert [(r.title, r.publisher) for r in reading.records] == [("A", "P"), ("B", "P")]


def test_entries_with_one_key_are_both_kept_and_one_without_gets_a_number() -> None:
    reading = read("@book{k, title={Een}}\n@book{k, title={Twee}}\n@book{, title={Drie}}")
    assert [(r.title, r.citekey, r.source_record_id) for r in reading.records] == [
        ("Een", "k", "k"),
        ("Twee", "k", "k"),
        ("Drie", None, "3"),
    ]


def test_an_unclosed_brace_costs_one_entry() -> None:
    reading = read(
        "@book{a, title = {Een}}\n@book{b,\n  title = {Twee,\n  year = 2000\n}\n\n@book{c, title = {Drie}}\n"
    )
    assert [record.title for record in reading.records] == ["Een", "Drie"]
    (reject,) = reading.rejects
    assert (reject.line, reject.reason) == (2, "Een accolade is niet gesloten.")
    assert reject.text == "@book{b,\n  title = {Twee,\n  year = 2000\n}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@book{a, title={A}}\n@book{b, year=2000}", 2),  # no title
        ("@book{a, title={A}}\n\n% @book{b, title={B}}", 3),  # commented out
        ("@book{a, title={A}}\n@comment{@book{b, title={B}}}", 2),
        ("@book{a, title={A}}\n@book{b, title={B}, ??? }", 2),
    ],
)
def test_what_cannot_be_a_work_is_kept_with_its_place(text: str, line: int) -> None:
    reading = read(text)
    assert [record.citekey for record in reading.records] == ["a"]
    (reject,) = reading.rejects
    assert reject.line == line
    assert reject.text in text
    assert reject.reason.endswith(".")


def test_field_names_with_spaces_and_a_missing_comma() -> None:
    record = one("@article{k,\n title={T},\n funding text 1={Geld}\n year={2010}}")
    assert (record.year, record.extra) == (2010, {"funding text 1": "Geld"})


def test_windows_lines_and_old_encodings() -> None:
    text = "@book{k,\r\n title={Één café}}\r\n\r\n@book{m, year=2000}"
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        reading = read_content(text.encode(encoding), "a.bib")
        assert reading.records[0].title == "Één café", encoding
        assert reading.rejects[0].line == 4, encoding


def test_an_e_mail_address_is_no_entry() -> None:
    assert len(read("Van: jan@overijssel{nl}\n@book{k, title={T}}").records) == 1


@pytest.mark.parametrize("content", [b"", b"  \n", b"geen verwijzing", b"@string{a = {b}}"])
def test_a_file_without_references_is_an_error(content: bytes) -> None:
    with pytest.raises(LeeszaalError, match=r"a\.bib"):
        read_content(content, "a.bib")


# Whatever text a title holds: braces in pairs are the only rule that BibTeX itself has.
_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='\\{}~$%"@`-'),
    min_size=1,
    max_size=8,
)
_TITLES = st.lists(_WORDS, min_size=1, max_size=6).map(" ".join).filter(lambda t: "''" not in t)
_ENTRIES = st.lists(
    st.tuples(_TITLES, st.integers(1500, 2099), st.sampled_from('{"')), min_size=1, max_size=8
)


@given(_ENTRIES)
def test_what_is_written_comes_back(entries: list[tuple[str, int, str]]) -> None:
    closing = {"{": "}", '"': '"'}
    text = "\n\n".join(
        f"@book{{k{number},\n  title = {q}{title}{closing[q]},\n  year = {year}\n}}"
        for number, (title, year, q) in enumerate(entries)
    )
    reading = read(text)
    assert reading.rejects == ()
    assert [(r.title, r.year, r.line) for r in reading.records] == [
        (title, year, 1 + 5 * number) for number, (title, year, _) in enumerate(entries)
    ]


@given(_ENTRIES, st.data())
def test_a_lost_sign_costs_at_most_its_own_entry(
    entries: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    texts = [
        f"@book{{k{number},\n  title = {{{title}}},\n  year = {year}\n}}"
        for number, (title, year, _) in enumerate(entries)
    ]
    victim = data.draw(st.integers(0, len(texts) - 1))
    brace = data.draw(st.sampled_from([m.start() for m in re.finditer("[{}]", texts[victim])][1:]))
    texts[victim] = texts[victim][:brace] + texts[victim][brace + 1 :]
    reading = read("\n\n".join(texts))
    whole = {f"k{number}" for number in range(len(texts))} - {f"k{victim}"}
    assert {r.citekey for r in reading.records} - {f"k{victim}"} == whole
    assert reading.read >= len(texts)


@given(st.text(st.sampled_from('@book{},="#%\\ \n(a1;comentsrig'), max_size=120))
def test_no_text_crashes_and_no_block_disappears(text: str) -> None:
    found = list(blocks(text))
    for block in found:
        assert text.count(block.text) >= 1
        assert text.split("\n")[block.line - 1].find("@") >= 0
    try:
        reading = read(text)
    except LeeszaalError:
        return
    works = [b for b in found if b.trouble or b.kind not in ("string", "preamble")]
    if reading.format == "bibtex":
        assert reading.read >= len(works)


def _starts(text: str) -> int:
    """Count the entries of a file in another way: lines that begin one."""
    kinds = re.findall(r"^[ \t]*@[ \t]*([A-Za-z]+)[ \t]*[{(]", text, re.MULTILINE)
    return sum(kind.lower() not in ("comment", "string", "preamble") for kind in kinds)


@pytest.mark.parametrize(("name", "records"), [("leeper_references.bib", 4242), ("scopus_native.bib", 204)])
def test_large_real_files_lose_nothing(shared: Path, name: str, records: int) -> None:
    content = (shared / "data" / "import" / name).read_bytes()
    reading = read_content(content, name)
    assert len(reading.records) == records
    assert reading.read >= _starts(content.decode("utf-8", "replace"))


def test_files_from_bug_reports_lose_nothing(shared: Path) -> None:
    files = crashed = 0
    with tarfile.open(shared / "data" / "import" / "messy_bib_files.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is None:
                continue
            files += 1
            content = stream.read()
            text = content.decode("utf-8", "replace").replace("\r\n", "\n")
            try:
                reading = read_content(content, member.name)
            except LeeszaalError:
                crashed += 1
                assert _starts(text) == 0, member.name
                continue
            # Lines that begin an entry inside a @comment are part of that one reject.
            inside = sum(_starts(r.text) - 1 for r in reading.rejects if _starts(r.text) > 1)
            inside += sum(_starts(r.text) for r in reading.rejects if r.text.lower().startswith("@comment"))
            assert reading.read + inside >= _starts(text), member.name
    assert (files, crashed) == (1150, 1)
