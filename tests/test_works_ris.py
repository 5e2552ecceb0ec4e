"""Reading RIS: `leeszaal.works.ris`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.works.read import read_content
from leeszaal.works.record import Reading

WHOLE = """TY  - JOUR
AU  - de Vries, Anna
AU  - Meer, Jan van der
TI  - Toezicht in Overijssel
JO  - Bestuurskunde
VL  - 12
IS  - 3
SP  - 10
EP  - 20
PY  - 2019
DA  - 2019/05/17/
DO  - https://doi.org/10.1111/PADM.12104
UR  - https://example.org/a
KW  - toezicht
KW  - gemeente
LA  - nl
AB  - Wat staat er?
SN  - 0033-3298
ER  -
"""


def read(text: str) -> Reading:
    return read_content(text.encode(), "a.ris")


def test_an_article_by_hand() -> None:
    reading = read(WHOLE)
    (record,) = reading.records
    assert (reading.format, reading.rejects) == ("ris", ())
    assert (record.title, record.type, record.raw_type, record.line) == (
        "Toezicht in Overijssel",
        "article",
        "JOUR",
        1,
    )
    assert record.authors == ("de Vries, Anna", "van der Meer, Jan")
    assert (record.container, record.volume, record.issue, record.pages) == (
        "Bestuurskunde",
        "12",
        "3",
        "10-20",
    )
    assert (record.year, record.date) == (2019, "2019-05-17")
    assert (record.doi, record.url) == ("10.1111/padm.12104", "https://example.org/a")
    assert (record.keywords, record.language, record.abstract) == (
        ("toezicht", "gemeente"),
        "nl",
        "Wat staat er?",
    )
    assert record.extra == {"SN": "0033-3298"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("JOUR", "article"), ("CHAP", "chapter"), ("BOOK", "book"), ("RPRT", "report"), ("THES", "thesis"),
        ("STAT", "law"), ("CASE", "case"), ("ELEC", "web"), ("CONF", "conference"), ("GEN", "other"),
        ("???", "other"),
    ],
)  # fmt: skip
def test_types(code: str, expected: str) -> None:
    assert read(f"TY  - {code}\nTI  - T\nER  - \n").records[0].type == expected


def test_a_chapter_stands_in_its_book() -> None:
    (record,) = read("TY  - CHAP\nTI  - Deel\nT2  - Geheel\nA2  - Red, A.\nSN  - 978-90-365-5218-9\nER  - \n").records
    assert (record.container, record.editors, record.isbn) == ("Geheel", ("Red, A.",), "9789036552189")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("dash", ["  - ", " - ", "  -\t"])
def test_dialects_of_blanks_and_line_ends(dash: str, end: str) -> None:
    reading = read(WHOLE.replace("  - ", dash).replace("\n", end))
    assert [record.title for record in reading.records] == ["Toezicht in Overijssel"]


def test_a_value_over_several_lines_is_one() -> None:
    (record,) = read("TY  - JOUR\nTI  - Een titel\n      op twee regels\nER  - \n").records
    assert record.title == "Een titel op twee regels"


def test_a_reference_without_a_title_costs_only_itself() -> None:
    reading = read("TY  - JOUR\nAU  - A, B\nER  - \n\nTY  - BOOK\nTI  - Wel\nER  - \n")
    assert [(record.title, record.line) for record in reading.records] == [("Wel", 5)]
    (reject,) = reading.rejects
    assert (reject.line, reject.text) == (1, "TY  - JOUR\nAU  - A, B\nER  -")
    assert "geen titel" in reject.reason


def test_a_missing_end_costs_nothing() -> None:
    reading = read("TY  - JOUR\nTI  - Een\n\nTY  - BOOK\nTI  - Twee\n")
    assert [record.title for record in reading.records] == ["Een", "Twee"]


def test_a_missing_start_is_rejected_and_not_lost() -> None:
    reading = read("TY  - JOUR\nTI  - Een\nER  - \n\nTI  - Twee\nAU  - A, B\nER  - \nTY  - BOOK\nTI  - Drie\nER  - \n")
    assert [record.title for record in reading.records] == ["Een", "Drie"]
    (reject,) = reading.rejects
    assert (reject.line, reject.text) == (5, "TI  - Twee\nAU  - A, B\nER  -")
    assert "TY" in reject.reason


def test_an_afterthought_behind_the_end_is_no_reference() -> None:
    reading = read("TY  - JOUR\nTI  - Een\nER  - \nNL  - Tijdschrift\n\nTY  - BOOK\nTI  - Twee\nER  - \n")
    assert ([record.title for record in reading.records], reading.rejects) == (["Een", "Twee"], ())


@pytest.mark.parametrize("said", ["in press", "fort", "20019"])
def test_a_year_that_is_none_is_kept_as_text(said: str) -> None:
    (record,) = read(f"TY  - JOUR\nTI  - T\nPY  - {said}\nER  - \n").records
    assert (record.year, record.extra) == (None, {"PY": said})


_LINES = st.lists(
    st.one_of(
        st.sampled_from(["TY  - JOUR", "TY  - BOOK", "ER  - ", "TI  - Titel", "", "AU  - A, B", "DO  - 10.1/"]),
        st.text(st.sampled_from("ABTYER - \u200e0:"), max_size=8),
    ),
    max_size=20,
)


@given(_LINES)
def test_there_are_at_least_as_many_outcomes_as_starts(lines: list[str]) -> None:
    reading = read("\n".join(["TY  - JOUR", "TI  - Eerste", *lines]))
    starts = 1 + sum(line in ("TY  - JOUR", "TY  - BOOK") for line in lines)
    assert reading.read >= starts


def test_the_labels_of_asreview_are_no_notes() -> None:
    reading = read_content(
        b"TY  - GEN\nTI  - Een\nN1  - ASReview_relevant\nN1  - ASReview_prior\nN1  - Eigen woorden\nER  - \n", "a.ris"
    )
    (record,) = reading.records
    assert (record.note, record.extra) == ("Eigen woorden", {"ASReview": "relevant; prior"})


def test_the_publisher_of_web_of_science() -> None:
    (record,) = read_content(b"TY  - JOUR\nTI  - Een\nPU  - BOOM\nER  - \n", "a.ris").records
    assert (record.publisher, dict(record.extra)) == ("BOOM", {})
