"""What is read from a record before it is compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.library.dedupe.features import read_features
from leeszaal.library.dedupe.names import NameReader
from leeszaal.library.dedupe.titles import bare_title, is_erratum, is_reply, numerals


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("<i>Wie</i> bestuurt de r&eacute;gio?", "wie bestuurt de regio"),
        (r"\emph{Wie} bestuurt {\em de} {R}egio", "wie bestuurt de regio"),
        (r"Toezicht \& controle", "toezicht controle"),
        ("Wie bestuurt? [Chinese]", "wie bestuurt"),
        ("Wie bestuurt? (in Dutch).", "wie bestuurt"),
        ("Wie bestuurt? [Erratum appears in Bestuur 2009 May;19(5):20]", "wie bestuurt"),
        ("RETRACTED: Wie bestuurt?", "wie bestuurt"),
        ("[Retracted] Wie bestuurt?", "wie bestuurt"),
        ("Retracted but not forgotten", "retracted but not forgotten"),
        ("a < b en c > d", "a b en c d"),
        ("Wie\x00 bestuurt", "wie bestuurt"),
        ("", ""),
    ],
)
def test_bare_title(title: str, bare: str) -> None:
    assert bare_title(title) == bare


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("jaarverslag 2017", "2017"),
        ("part ii", "2"),
        ("part 2", "2"),
        ("second edition", "2"),
        ("2nd edition", "2"),
        ("six year follow up", "6"),
        ("deel a", "a"),
        ("case b", "b"),
        ("covid19 in de raad", "19"),
        ("covid 19 in de raad", "19"),
        ("groep d2", "2"),
        ("geen", ""),
    ],
)
def test_numerals(title: str, found: str) -> None:
    assert numerals(title) == found


@pytest.mark.parametrize("title", ["erratum", "correction to wie bestuurt", "corrigendum wie bestuurt", "rectificatie"])
def test_erratum(title: str) -> None:
    assert is_erratum(title)


@pytest.mark.parametrize("title", ["correction of errors in budgets", "corrections and prisons", "retracted consent"])
def test_no_erratum(title: str) -> None:
    assert not is_erratum(title)


@pytest.mark.parametrize("title", ["reply", "a response to jansen", "reactie op wie bestuurt", "wie bestuurt a reply"])
def test_reply(title: str) -> None:
    assert is_reply(title)


@pytest.mark.parametrize("title", ["response rates in surveys", "commenting in public", "responsive government"])
def test_no_reply(title: str) -> None:
    assert not is_reply(title)


@pytest.mark.parametrize(
    ("field", "first", "families"),
    [
        ("de Vries, Anna; Jansen, P.", "vries", "vries jansen"),
        ("de Vries, Anna and Jansen, P.", "vries", "vries jansen"),
        (["de Vries, Anna", "Jansen, P."], "vries", "vries jansen"),
        (("de Vries, Anna",), "vries", "vries"),
        (np.array(["de Vries, Anna", "Jansen, P."], dtype=object), "vries", "vries jansen"),
        ("Vries AB, Jansen P, Smit C", "vries", "vries jansen smit"),
        ("Vries, A., Jansen, P.", "vries", "vries jansen"),
        ("de Vries, Anna et al.", "vries", "vries"),
        (["de Vries, Anna", "et al."], "vries", "vries"),
        ("et al.", "", ""),
        ("Anonymous", "", ""),
        ("J. Smit", "smit", "smit"),
        ("Algemene Rekenkamer", "algemenerekenkamer", "algemenerekenkamer"),
        (None, "", ""),
        (float("nan"), "", ""),
        ([], "", ""),
        ("", "", ""),
    ],
)
def test_names(field: object, first: str, families: str) -> None:
    names = NameReader()(field)
    assert (names.first, names.families) == (first, families)


def test_an_institution_is_literal() -> None:
    read = NameReader()
    assert read("Algemene Rekenkamer").literal
    assert not read("de Vries, Anna").literal


@pytest.mark.parametrize(
    ("year", "read"),
    [
        (2020, 2020),
        (2020.0, 2020),
        ("2020", 2020),
        ("c2020.", 2020),
        ("20019", -1),
        (20019, -1),
        ("in press", -1),
        (None, -1),
    ],
)
def test_years(year: object, read: int) -> None:
    assert read_features(pd.DataFrame({"year": pd.Series([year], dtype=object)})).year.tolist() == [read]


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [
        ("1217-24; discussion 1224-5", "1217", "1224"),
        ("376 -- 383", "376", "383"),
        ("E48–E49", "e48", "e49"),
        ("pp. 5-9", "5", "9"),
        ("01-Aug", "1", "8"),
        ("Aug-14", "8", "14"),
        ("448+", "448", ""),
        ("No Pagination Specified", "", ""),
        ("", "", ""),
    ],
)
def test_pages(pages: str, first: str, last: str) -> None:
    features = read_features(pd.DataFrame({"pages": [pages]}))
    assert (features.page[0], features.last[0]) == (first, last)


@pytest.mark.parametrize(
    "doi", ["https://doi.org/10.1234/ABC.", "doi:10.1234/abc", "10.1234/Abc", "http://dx.doi.org/10.1234%2Fabc"]
)
def test_dois(doi: str) -> None:
    assert read_features(pd.DataFrame({"doi": [doi]})).doi[0] == "10.1234/abc"


def test_several_dois_in_one_field() -> None:
    features = read_features(pd.DataFrame({"doi": ["10.1234/a; 10.1234/b", "10.1234/b"]}))
    assert features.more_dois == {0: frozenset({"10.1234/a", "10.1234/b"})}
    assert features.take(np.array([1, 0])).more_dois == {1: frozenset({"10.1234/a", "10.1234/b"})}


def test_volumes_have_one_form() -> None:
    features = read_features(pd.DataFrame({"volume": ["Vol. 07", "7.0", 7, "UNKNOWN", None]}))
    assert features.volume.tolist() == ["7", "7", "7", "", ""]


@given(st.text(max_size=80))
def test_any_title_can_be_read(title: str) -> None:
    bare = bare_title(title)
    assert bare == " ".join(bare.split())
    numerals(bare)


@given(
    st.one_of(st.none(), st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3), st.floats(), st.integers())
)
def test_any_author_field_can_be_read(field: object) -> None:
    names = NameReader()(field)
    assert bool(names.first) == bool(names.families)
