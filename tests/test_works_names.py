"""Names, identifiers, dates, languages and types: one form each."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.works.columns import author_cell
from leeszaal.works.dates import read_date, read_month
from leeszaal.works.identifiers import find_dois, find_isbns
from leeszaal.works.kinds import type_from_csl, type_from_ris, type_from_words
from leeszaal.works.language import detect, detect_many, normal_code
from leeszaal.works.names import (
    ET_AL,
    bibtex_names,
    family,
    institution,
    listed_names,
    natural_name,
    person,
    split_particle,
)


@pytest.mark.parametrize(
    ("bibtex", "names"),
    [
        ("de Vries, Anna", ["de Vries, Anna"]),
        ("Anna de Vries and Jan van der Meer", ["de Vries, Anna", "van der Meer, Jan"]),
        ("Van der Meer, J.", ["Van der Meer, J."]),
        ("Peter Van Aelst", ["Van Aelst, Peter"]),
        (
            "'t Hart, P. and ter Braak, M. and Menno ten Cate",
            ["'t Hart, P.", "ter Braak, M.", "ten Cate, Menno"],
        ),
        ("Vries, Anna de and Gay, Paul Du", ["de Vries, Anna", "Du Gay, Paul"]),
        ("King, Jr., Martin Luther", ["King, Martin Luther, Jr."]),
        ("McDonald, Bruce D., III", ["McDonald, Bruce D., III"]),
        ("Martin Luther King Jr.", ["King, Martin Luther, Jr."]),
        ("{Raad van State}", ["Raad van State"]),
        ("{{Barnes and Noble}} and Plato", ["Barnes and Noble", "Plato"]),
        (
            "American Association for Public Opinion Research",
            ["American Association for Public Opinion Research"],
        ),
        ("{de Vries}, Anna", ["de Vries, Anna"]),
        (r"K{\"o}bis, Nils and Andr{\'e} Laks", ["Köbis, Nils", "Laks, André"]),
        ("Vries, A. and others", ["Vries, A.", ET_AL]),
        ("family=Vries, given=Anna, prefix=de, useprefix=true", ["de Vries, Anna"]),
        ("A. and  and B.", ["A.", "B."]),
        (None, []),
    ],
)
def test_bibtex_names(bibtex, names):
    assert list(bibtex_names(bibtex)) == names


def test_an_institution_has_no_comma():
    (name,) = bibtex_names("{Raad van State, Afdeling bestuursrechtspraak}")
    assert "," not in name
    assert name == institution("Raad van State, Afdeling bestuursrechtspraak")


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("de Vries, A.; Meer, J. van der", ["de Vries, A.", "van der Meer, J."]),
        ("Liu R., Adler D.G.", ["Liu, R.", "Adler, D.G."]),
        ("Smith, J., Jones, A.B.", ["Smith, J.", "Jones, A.B."]),
        ("de Vries, Anna", ["de Vries, Anna"]),
        ("['Marx, Karl', 'Lindgren, Astrid']", ["Marx, Karl", "Lindgren, Astrid"]),
        ("Provincie Overijssel", ["Provincie Overijssel"]),
        ("Europa decentraal", ["Europa decentraal"]),
        ("Jacob M. Grumbach; Raad van State", ["Grumbach, Jacob M.", "Raad van State"]),
        ("Vries, A. (57190000000); Meer, J. (57190000001)", ["Vries, A.", "Meer, J."]),
        ("Vries, A.; et al.", ["Vries, A.", ET_AL]),
        ("Vries, A. et al.", ["Vries, A.", ET_AL]),
        ("", []),
    ],
)
def test_names_in_a_cell(cell, names):
    assert list(author_cell(cell)) == names


def test_parts_of_names():
    assert person("Vries", "Anna", "de") == "de Vries, Anna"
    assert person("Hondt", "Victor", "d'") == "d'Hondt, Victor"
    assert person("Plato") == "Plato"
    assert family("van der Meer, J.") == "van der Meer"
    assert split_particle("van der Meer") == ("van der", "Meer")
    assert split_particle("d'Hondt") == ("d'", "Hondt")
    assert split_particle("de") == ("", "de")
    assert natural_name("Cher") == "Cher"
    assert listed_names(["Luke, TJ", " , "]) == ("Luke, TJ",)


@given(st.text(max_size=60))
def test_no_name_makes_it_fall_over(text):
    for name in (*bibtex_names(text), *author_cell(text)):
        assert name == name.strip()
        assert name


@pytest.mark.parametrize(
    ("text", "dois"),
    [
        ("10.1111/PADM.12104", ["10.1111/padm.12104"]),
        ("https://doi.org/10.1111/padm.12104.", ["10.1111/padm.12104"]),
        ("doi: 10.1111/a; https://dx.doi.org/10.1111/B", ["10.1111/a", "10.1111/b"]),
        ("10.1111/a 10.1111/a", ["10.1111/a"]),
        (
            "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2",
            ["10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2"],
        ),
        ("10.1002/(SICI)1<2::A>3.0.CO;2-#", ["10.1002/(sici)1<2::a>3.0.co;2-#"]),
        ("https://doi.org/10.1002/(SICI)1%3C2::A%3E3.0.CO;2-2", ["10.1002/(sici)1<2::a>3.0.co;2-2"]),
        (r"10.1002/(SICI)1{\textless}2::A{\textgreater}3.0.CO;2-2", ["10.1002/(sici)1<2::a>3.0.co;2-2"]),
        ("10.1002/(SICI)1$<$2::A$>$3.0.CO;2-2", ["10.1002/(sici)1<2::a>3.0.co;2-2"]),
        ("[10.1890/0012(2006)87[2445:HTD]2.0.CO;2]", ["10.1890/0012(2006)87[2445:htd]2.0.co;2"]),
        ('<a href="https://doi.org/10.1111/a">10.1111/a</a>', ["10.1111/a"]),
        ("10.1111/a<b>3.0</b>", ["10.1111/a"]),
        ("(10.1111/a(b))", ["10.1111/a(b)"]),
        ("https://x.nl/a?doi=10.1016%2fj.jnc.2024.126675&partnerID=40", ["10.1016/j.jnc.2024.126675"]),
        ("10.1007/978-3-319-62819-6\\_8", ["10.1007/978-3-319-62819-6_8"]),
        ("110.1111/a", []),
        ("10.1", []),
        (None, []),
    ],
)
def test_dois(text, dois):
    assert list(find_dois(text)) == dois


@pytest.mark.parametrize(
    ("text", "isbns"),
    [
        ("0-7619-5504-6", ["9780761955047"]),
        ("080442957X", ["9780804429573"]),
        ("978-90-365-5218-9", ["9789036552189"]),
        ("978-1-108-56648-3 978-1-108-47519-8", ["9781108566483", "9781108475198"]),
        ("978-90-365-5218-8", []),
        ("0-7619-5504-7", []),
        ("1940-1612", []),
        (None, []),
    ],
)
def test_isbns(text, isbns):
    assert list(find_isbns(text)) == isbns


@pytest.mark.parametrize(
    ("text", "month", "day", "year", "date"),
    [
        ("2019", None, None, 2019, "2019"),
        ("2019", "mrt", "31", 2019, "2019-03-31"),
        ("2019/05/17/", None, None, 2019, "2019-05-17"),
        ("2014//", None, None, 2014, "2014"),
        ("2019-05-17T10:00:00Z", None, None, 2019, "2019-05-17"),
        ("17 mei 2019", None, None, 2019, "2019-05-17"),
        ("2008 Jan-Mar", None, None, 2008, "2008-01"),
        ("c1998", None, None, 1998, "1998"),
        ("[2019a]", None, None, 2019, "2019"),
        ("2013/14", None, None, 2013, "2013"),
        ("1998--2001", None, None, 1998, "1998"),
        ("2019-02-31", None, None, 2019, "2019-02"),
        ("2019-13-01", None, None, 2019, "2019"),
        ("20019", None, None, None, None),
        ("in press", None, None, None, None),
        ("fort", None, None, None, None),
        ("0019", None, None, None, None),
        ("1998 (orig. 1950)", None, None, None, None),
        ("", None, None, None, None),
    ],
)
def test_dates(text, month, day, year, date):
    when = read_date(text, month, day)
    assert (when.year, when.date) == (year, date)
    assert when.unread == (text if text and year is None else None)


def test_months():
    assert [read_month(m) for m in ("jan", "Maart", "okt.", "mai", "Dezember", "12", "0", "lente", None)] == [
        1, 3, 10, 5, 12, 12, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ("Dutch", "nl"), ("nl-NL", "nl"), ("dut", "nl"), ("Nederlands", "nl"), ("eng", "en"), ("en_US", "en"),
        ("USenglish", "en"), ("ngerman", "de"), ("English; Dutch", "en"),
        ("Klingon", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_language_codes(given_, code):
    assert normal_code(given_) == code


def test_detection():
    assert detect("Interbestuurlijk toezicht op gemeenten in de provincie Overijssel") == "nl"
    assert detect("Inter-municipal cooperation and costs: expectations and evidence") == "en"
    assert detect("Die Zusammenarbeit der Gemeinden und ihre Kosten") == "de"
    assert detect("2019: 12-14") is None
    assert detect("") is None
    assert detect_many(["De raad vergadert over de begroting", None, "De raad vergadert over de begroting"]) == [
        "nl",
        None,
        "nl",
    ]


def test_titles_of_the_domain_are_heard_right(shared: Path):
    import csv

    with (shared / "domain/references.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["language"] in ("nl", "en", "de")]
    found = detect_many(row["title"] for row in rows)
    known = [(row["language"], code) for row, code in zip(rows, found, strict=True) if code]
    assert len(known) > 0.93 * len(rows)
    assert sum(given_ == code for given_, code in known) >= len(known) - 1


def test_types():
    assert type_from_ris("CHAP") == "chapter"
    assert type_from_ris("XXXX") == "other"
    assert type_from_csl("legal_case") == "case"
    words = ("Book Chapter", "proefschrift", "JOUR", "journalArticle", "Rapport", "")
    assert [type_from_words(word) for word in words] == [
        "chapter", "thesis", "article", "article", "report", "other",
    ]  # fmt: skip
