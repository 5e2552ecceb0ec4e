"""Reading PubMed (.nbib) and Web of Science ("plain text"): `leeszaal.works.nbib`, `.webofscience`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading

PUBMED = """
PMID- 31234567
OWN - NLM
STAT- MEDLINE
IS  - 1234-5678 (Print)
VI  - 12
IP  - 4
DP  - 2019 Jun 15
TI  - Trust in local government and its effect on turnout: a
      systematic review.
PG  - 1123-9
LID - 10.1000/LOCAL.2019.42 [doi]
LID - S0092 [pii]
AB  - Background text.
      More of it.
FAU - Smith, Jane A
AU  - Smith JA
AD  - Some University.
FAU - van der Berg, Piet
AU  - van der Berg P
CN  - Dutch Study Group
LA  - eng
PT  - Journal Article
PT  - Review
TA  - J Local
JT  - Journal of local government
MH  - *Local Government/trends
OT  - turnout
PMC - PMC654321

PMID- 30000001
TI  - [Supervision of municipalities].
TT  - Toezicht op gemeenten.
DP  - 2018 Mar-Apr
AU  - Bos B
TA  - Bestuursk
LA  - dut

PMID- 30000002
OWN - NLM
"""


def nbib(text: str) -> Reading:
    return read_content(text.encode(), "pubmed.nbib")


def test_pubmed() -> None:
    reading = nbib(PUBMED)
    first, second = reading.records
    assert (reading.format, first.line, first.source_record_id) == ("nbib", 2, "31234567")
    assert first.title == "Trust in local government and its effect on turnout: a systematic review"
    assert first.authors == ("Smith, Jane A", "van der Berg, Piet", "Dutch Study Group")
    assert (first.year, first.date, first.container) == (2019, "2019-06-15", "Journal of local government")
    assert (first.volume, first.issue, first.pages, first.doi) == ("12", "4", "1123-9", "10.1000/local.2019.42")
    assert (first.abstract, first.language, first.type) == ("Background text. More of it.", "en", "article")
    assert first.raw_type == "Journal Article; Review"
    assert first.keywords == ("turnout", "Local Government")
    assert {tag: first.extra[tag] for tag in ("PMC", "AD", "MH")} == {
        "PMC": "PMC654321",
        "AD": "Some University.",
        "MH": "*Local Government/trends",
    }
    assert "TI" not in first.extra
    assert (second.title, second.authors, second.language) == ("Toezicht op gemeenten", ("Bos, B",), "nl")
    assert (second.date, second.extra["TI"]) == ("2018-03", "[Supervision of municipalities].")


def test_a_record_without_a_title_is_rejected_with_its_line() -> None:
    (reject,) = nbib(PUBMED).rejects
    assert (reject.line, reject.text) == (39, "PMID- 30000002\nOWN - NLM")
    assert reject.reason == "De verwijzing heeft geen titel (TI)."


def test_a_record_that_lost_its_number_is_a_record_of_its_own() -> None:
    reading = nbib("PMID- 1\nTI  - Een.\n\nOWN - NLM\nTI  - Twee.\n\nPMID- 3\nTI  - Drie.\n")
    assert [r.title for r in reading.records] == ["Een", "Twee", "Drie"]
    assert [r.source_record_id for r in reading.records] == ["1", "2", "3"]


WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Alceste, F
   Luke, TJ
AF Alceste, Fabiana
   Luke, Timothy J.
TI Holding Yourself Captive: Perceptions of
   Custody
SO JOURNAL OF APPLIED RESEARCH
LA English
DT Article; Early Access
DE Police custody; Interview
ID PERSPECTIVE-TAKING; Interview
AB Police custody activates
   legal safeguards.
C1 [Alceste, F.] Univ A, City.
   [Luke, T.] Univ B, City.
CR Bos A, 2001, J, V1, P1
   Smit B, 2002, J, V2, P2
TC 3
PU ELSEVIER
SN 2211-3681
PD SEP 15
PY 2018
VL 7
IS 3
BP 387
EP 397
DI 10.1016/j.jarmac.2018.06.005
PG 11
UT WOS:000444111000007
DA 2022-05-12
ER

PT S
AU Bos, A
BE Smit, C
TI Deel
SO Geheel
DT Proceedings Paper
PY 2020
AR 17
BN 978-90-365-5218-9
ER

PT J
AU Zonder, T
PY 2020
ER

EF
"""


def wos(text: str, name: str = "savedrecs.txt") -> Reading:
    return read_content(text.encode("utf-8-sig"), name)


def test_web_of_science() -> None:
    reading = wos(WOS)
    first, second = reading.records
    assert (reading.format, first.line, first.source_record_id) == ("web-of-science", 3, "WOS:000444111000007")
    assert first.title == "Holding Yourself Captive: Perceptions of Custody"
    assert first.authors == ("Alceste, Fabiana", "Luke, Timothy J.")
    assert (first.type, first.raw_type, first.language) == ("article", "Article; Early Access", "en")
    assert (first.year, first.date, first.container) == (2018, "2018-09-15", "JOURNAL OF APPLIED RESEARCH")
    assert (first.volume, first.issue, first.pages) == ("7", "3", "387-397")
    assert (first.doi, first.publisher) == ("10.1016/j.jarmac.2018.06.005", "ELSEVIER")
    assert first.keywords == ("Police custody", "Interview", "PERSPECTIVE-TAKING")
    assert first.abstract == "Police custody activates legal safeguards."
    assert first.extra == {
        "C1": "[Alceste, F.] Univ A, City.; [Luke, T.] Univ B, City.",
        "CR": "Bos A, 2001, J, V1, P1; Smit B, 2002, J, V2, P2",
        "TC": "3",
        "SN": "2211-3681",
        "PG": "11",
        "DA": "2022-05-12",
    }
    assert (second.type, second.container, second.editors) == ("conference", "Geheel", ("Smit, C",))
    assert (second.pages, second.isbn, second.source_record_id) == ("17", "9789036552189", "2")


def test_web_of_science_without_a_title_and_without_its_beginning() -> None:
    reading = wos(WOS.replace("PT S\n", "").replace("TI Deel\n", ""))
    assert [(reject.line, reject.reason) for reject in reading.rejects] == [
        (36, "De verwijzing begint niet met PT (het soort publicatie) en heeft geen titel."),
        (45, "De verwijzing heeft geen titel (TI)."),
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_web_of_science_by_tabs(ends: str) -> None:
    text = ends.join(
        [
            "PT\tAU\tBE\tAF\tTI\tSO\tSP\tLA\tDT\tDE\tBN\tPU\tPD\tPY\tVL\tIS\tBP\tEP\tAR\tDI\tPG\tUT\tDA",
            'J\tBos, A\t\tBos, Anna; de Vries, B.\t"Wie" bestuurt "wat"?\tBESTUURSKUNDE\tNWO\tDutch\tArticle\ta; b\t\tBOOM'
            "\tMAY\t2022\t7\t3\t10\t20\t\t10.5553/bk.2\t11\tWOS:1\t2022-05-12\t",
            'J\tSmit, C\t\tSmit, C\t"Een open aanhaling\tBESTUURSKUNDE\tNWO\tDutch\tArticle\t\t\t\t\t2022\t\t\t\t\t9\t\t\tWOS:2\t2022-05-12\t',
        ]
    )
    reading = wos(text)
    first, second = reading.records
    assert (reading.format, reading.dialect, reading.rejects) == ("csv", "tab", ())
    assert (first.title, first.authors) == ('"Wie" bestuurt "wat"?', ("Bos, Anna", "de Vries, B."))
    # DA is the day of the export, SP the sponsor of a conference
    assert (first.date, first.pages, first.publisher) == ("2022", "10-20", "BOOM")
    assert (first.extra["DA"], first.extra["SP"], first.extra["UT"]) == ("2022-05-12", "NWO", "WOS:1")
    assert (second.title, second.pages, second.extra["AR"]) == ('"Een open aanhaling', None, "9")


def test_an_empty_file_of_web_of_science_is_an_error() -> None:
    with pytest.raises(LeeszaalError):
        wos("FN Clarivate Analytics Web of Science\nVR 1.0\nEF\n")


value = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=12)


@given(st.lists(st.one_of(st.none(), value), min_size=1, max_size=6))
def test_every_pubmed_number_is_a_record_or_a_reject(titles: list[str | None]) -> None:
    text = "\n".join(
        f"PMID- {n}\n" + (f"TI  - {title}\n" if title else "OWN - NLM\n") for n, title in enumerate(titles)
    )
    assert nbib(text).read == len(titles)


@given(st.lists(st.one_of(st.none(), value), min_size=1, max_size=6))
def test_every_pt_is_a_record_or_a_reject(titles: list[str | None]) -> None:
    text = "FN x\nVR 1.0\n" + "".join(f"PT J\n{f'TI {t}' if t else 'AU Bos, A'}\nER\n\n" for t in titles) + "EF\n"
    assert wos(text).read == len(titles)
