"""Which records are one work, which a person must see, and which only look alike."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.library.dedupe import Duplicates, find_duplicates

BASE = {
    "title": "Financieel toezicht op gemeenten in de provincie",
    "authors": "de Vries, Anna; Jansen, Piet",
    "year": 2020,
    "container": "Bestuurswetenschappen",
    "volume": "74",
    "issue": "2",
    "pages": "12-31",
    "type": "article",
}
ARTICLE = {**BASE, "doi": "10.1234/bw.2020.12"}


def outcome(*records: dict[str, Any]) -> str:
    """Return what becomes of two records."""
    found = find_duplicates(pd.DataFrame(list(records)))
    if len(found.same):
        assert found.clusters.nunique() == 1
        return "same"
    assert found.clusters.nunique() == len(records)
    if len(found.related):
        return str(found.related["relation"][0])
    return "maybe" if len(found.maybe) else "apart"


def without(record: dict[str, Any], *names: str, **changed: Any) -> dict[str, Any]:
    return {k: v for k, v in record.items() if k not in names} | changed


@pytest.mark.parametrize(
    "other",
    [
        ARTICLE,
        without(ARTICLE, doi="https://doi.org/10.1234/BW.2020.12."),
        without(ARTICLE, doi="10.9999/supplement; 10.1234/bw.2020.12"),
        without(ARTICLE, "doi", "year"),
        without(ARTICLE, "doi", year="in press"),
        without(ARTICLE, "doi", year="20019"),
        without(ARTICLE, "doi", "authors"),
        without(ARTICLE, "doi", authors="Vries, A. de et al."),
        without(ARTICLE, "doi", authors=["Jansen, P.", "de Vries, A."]),
        without(ARTICLE, "doi", authors="Anna, V."),
        without(ARTICLE, "doi", title="FINANCIEEL TOEZICHT OP GEMEENTEN IN DE PROVINCIE."),
        without(ARTICLE, "doi", title="<b>Financieel</b> toezicht op gemeenten in de provincie"),
        without(ARTICLE, "doi", title=r"Financieel \emph{toezicht} op {G}emeenten in de provincie"),
        without(
            ARTICLE, "doi", title="Financieel toezicht op gemeenten in de provincie: een verkenning van de praktijk"
        ),
        without(ARTICLE, "doi", title="Financieel toezcht op gemeenten in de provincie"),
        without(ARTICLE, "doi", title="Financial oversight of municipalities in the province"),
        without(ARTICLE, "doi", pages="12"),
        without(ARTICLE, "doi", year=2021),
        without(ARTICLE, "doi", container="Bestuurswet.", volume=74.0),
        without(ARTICLE, "doi", "issue", "pages", "volume"),
    ],
    ids=lambda other: ", ".join(f"{k}={v}"[:40] for k, v in other.items() if ARTICLE.get(k) != v) or "equal",
)
def test_one_work(other: dict[str, Any]) -> None:
    assert outcome(ARTICLE, other) == "same"


BOOK = {
    "title": "Het bestuur van de gemeente",
    "authors": "de Vries, Anna",
    "year": 2015,
    "type": "book",
    "isbn": "9789036552189",
}


def test_one_book_with_a_short_title() -> None:
    book = without(BOOK, title="De gemeente")
    assert outcome(book, without(book, authors="Vries, A. de", isbn="978-90-365-5218-9")) == "same"


REPORT = {
    "title": "Toezicht op gemeenten",
    "authors": "Provincie Noord-Holland",
    "year": 2019,
    "type": "report",
    "language": "nl",
}
YEARLY = {"title": "Jaarverslag", "authors": "Provincie Noord-Holland", "year": 2017, "type": "report"}


@pytest.mark.parametrize(
    ("left", "right", "allowed"),
    [
        pytest.param(
            ARTICLE,
            without(ARTICLE, "volume", "issue", "pages", container="SSRN", doi="10.2139/ssrn.3"),
            {"preprint"},
            id="preprint",
        ),
        pytest.param(
            ARTICLE,
            without(ARTICLE, "volume", "issue", "pages", "container", "doi", type="report"),
            {"maybe"},
            id="working paper",
        ),
        pytest.param(
            BOOK,
            without(BOOK, type="chapter", pages="1-20", container=BOOK["title"]),
            {"part"},
            id="chapter as its book",
        ),
        pytest.param(
            BOOK, without(BOOK, type="chapter", title="De raad", pages="21-40"), {"apart"}, id="chapter of the book"
        ),
        pytest.param(
            without(BOOK, type="chapter", title="De raad van nu", doi="10.1234/book"),
            without(BOOK, type="chapter", title="Het college later", doi="10.1234/book"),
            {"apart"},
            id="two chapters with the DOI of the book",
        ),
        pytest.param(
            without(
                BOOK, type="chapter", title="De raad van nu", pages="1-20", abstract="Een bundel over bestuur. " * 5
            ),
            without(
                BOOK, type="chapter", title="Het college later", pages="21-40", abstract="Een bundel over bestuur. " * 5
            ),
            {"apart"},
            id="two chapters with the abstract of the book",
        ),
        pytest.param(
            ARTICLE,
            without(
                BASE,
                title="Een reactie op Bakker over toezicht op gemeenten",
                authors="Smit, C.",
                year=2011,
                volume="65",
                pages="1-4",
            ),
            {"apart"},
            id="reply to another work",
        ),
        pytest.param(BOOK, without(BOOK, year=2019, isbn="9780761955047"), {"maybe"}, id="edition"),
        pytest.param(BOOK, without(BOOK, "isbn", year=2016), {"maybe"}, id="edition without ISBN"),
        pytest.param(
            BOOK,
            without(BOOK, title=BOOK["title"] + ", 2nd edition", year=2019),
            {"apart", "maybe"},
            id="second edition",
        ),
        pytest.param(
            REPORT,
            without(REPORT, title="Supervision of municipalities", language="en"),
            {"apart", "maybe"},
            id="translated report",
        ),
        pytest.param(
            without(REPORT, doi="10.1234/r"),
            without(REPORT, title="Supervision of municipalities", language="en", doi="10.1234/r"),
            {"maybe"},
            id="translated report with one DOI",
        ),
        pytest.param(YEARLY, without(YEARLY, year=2018), {"apart"}, id="yearly report"),
        pytest.param(
            without(YEARLY, title="Jaarverslag 2017"),
            without(YEARLY, title="Jaarverslag 2018", year=2018),
            {"apart"},
            id="yearly by title",
        ),
        pytest.param(
            without(YEARLY, "year", title="Jaarverslag 2017 van de provincie"),
            without(YEARLY, "year", title="Jaarverslag 2018 van de provincie"),
            {"apart", "maybe"},
            id="yearly without year",
        ),
        pytest.param(YEARLY, YEARLY, {"maybe"}, id="yearly report twice"),
        pytest.param(
            ARTICLE,
            without(ARTICLE, title="Erratum: " + ARTICLE["title"], pages="99", doi="10.1234/bw.2020.99"),
            {"erratum"},
            id="erratum",
        ),
        pytest.param(
            ARTICLE,
            without(ARTICLE, "doi", title="Reactie op: " + ARTICLE["title"], authors="Bakker, Els", pages="32-33"),
            {"reply"},
            id="reply",
        ),
        pytest.param(
            without(BASE, title="Redactioneel", pages="3-4"),
            without(BASE, title="Redactioneel", issue="3", pages="3-4", authors="Bakker, Els"),
            {"apart"},
            id="editorial",
        ),
        pytest.param(
            without(BASE, "pages", title="Editor's comments"),
            without(BASE, "pages", title="Editor's comments", issue="3"),
            {"apart"},
            id="editorial by the same author",
        ),
        pytest.param(
            BASE,
            without(BASE, authors="Bakker, Els", year=2011, volume="65", pages="201-220"),
            {"apart"},
            id="same title, other authors",
        ),
        pytest.param(
            BASE,
            without(BASE, pages="44-60", doi="10.1234/y", issue="3"),
            {"apart", "maybe"},
            id="same title, other place",
        ),
        pytest.param(
            without(ARTICLE, title=ARTICLE["title"] + " (deel 1)"),
            without(ARTICLE, title=ARTICLE["title"] + " (deel 2)", pages="32-40", doi="10.1234/z"),
            {"apart", "maybe"},
            id="two parts",
        ),
        pytest.param(ARTICLE, without(ARTICLE, doi="10.1234/other", pages="12"), {"maybe"}, id="two DOIs"),
        pytest.param(
            {"title": "Wie bestuurt eigenlijk de regio?"},
            {"title": "Wie bestuurt eigenlijk de regio"},
            {"maybe"},
            id="only a title",
        ),
        pytest.param({"title": "Inleiding"}, {"title": "Inleiding"}, {"apart"}, id="only a short title"),
        pytest.param(
            without(BASE, container="Circulation", volume="124", pages="A12"),
            without(BASE, container="European Heart Journal", volume="33", pages="450"),
            {"elsewhere", "maybe"},
            id="abstract in two journals",
        ),
        pytest.param(
            without(BASE, "pages"),
            without(BASE, "container", "volume", "issue", "pages", type="thesis", year=2019),
            {"maybe"},
            id="thesis and article",
        ),
    ],
)
def test_not_one_work(left: dict[str, Any], right: dict[str, Any], allowed: set[str]) -> None:
    assert outcome(left, right) in allowed
    assert outcome(right, left) in allowed


def test_a_cluster_that_contradicts_itself_goes_to_a_person_whole() -> None:
    sparse = without(ARTICLE, "doi", "pages", "volume", "issue")
    left = without(ARTICLE, doi="10.1234/a", pages="12-31")
    right = without(ARTICLE, doi="10.1234/b", pages="112-131", volume="75", issue="4", year=2021)
    found = find_duplicates(pd.DataFrame([left, sparse, right]))
    assert found.conflicts == 1
    assert found.clusters.tolist() == [0, 1, 2]
    assert found.same.empty
    assert {(0, 1), (1, 2)} <= set(zip(found.maybe["left"], found.maybe["right"], strict=True))
    assert found.maybe["reason"].str.contains("spreekt zichzelf tegen").any()


def test_reasons_are_said_in_dutch() -> None:
    found = find_duplicates(pd.DataFrame([ARTICLE, without(ARTICLE, doi="10.1234/other", pages="12", issue="3")]))
    assert found.maybe["reason"].tolist() == [
        "gelijk: titel, jaar, auteur, tijdschrift, jaargang, bladzijde; anders: DOI, nummer (twee DOI’s)"
    ]
    # 5 title + 1.5 author + 1 year + 1 journal + 2.5 page + 1 volume − .5 issue − 3.5 DOI
    assert found.maybe["points"].tolist() == [8.0]


def test_records_alike_in_every_field_are_not_compared() -> None:
    found = find_duplicates(pd.DataFrame([ARTICLE] * 500))
    assert found.compared == 0
    assert set(found.clusters) == {0}
    assert len(found.same) == 499
    assert set(found.same["reason"]) == {"alle velden gelijk"}


def test_ten_thousand_records_with_one_title_do_not_explode() -> None:
    n = 10_000
    frame = pd.DataFrame({
        "title": ["Het openbaar bestuur in beweging"] * n,
        "authors": [f"Naam{i // 2}x, A." for i in range(n)],
        "year": [1990 + i // 2 % 30 for i in range(n)],
        "pages": [f"{1 + i // 2}-{9 + i // 2}" for i in range(n)],
    })  # fmt: skip
    frame["container"] = ["Bestuur" if i % 2 else "Bestuur en beleid" for i in range(n)]
    found = find_duplicates(frame)
    assert found.blocked["title"] == 1
    assert found.compared < 10 * n
    assert (found.clusters.to_numpy() == np.arange(n) // 2 * 2).all()


def test_many_records_with_one_doi_are_one_work() -> None:
    frame = pd.DataFrame([without(ARTICLE, title=ARTICLE["title"] + "!" * (i % 3), issue=str(i)) for i in range(200)])
    found = find_duplicates(frame)
    assert found.blocked["doi"] == 1
    assert set(found.clusters) == {0}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"title": []}),
        pd.DataFrame({"title": [None]}),
        pd.DataFrame({"title": ["\x00"], "doi": [""]}),
        pd.DataFrame(
            {"title": pd.array([pd.NA, pd.NA], dtype="string"), "year": pd.array([pd.NA, 2020], dtype="Int32")}
        ),
        pd.DataFrame({"authors": [["A"], None]}),
    ],
    ids=["no rows", "no title", "NUL", "NA", "only authors"],
)
def test_little_is_known(frame: pd.DataFrame) -> None:
    found = find_duplicates(frame)
    assert found.clusters.tolist() == list(range(len(frame)))
    assert found.same.empty
    assert list(found.same.columns) == list(found.maybe.columns) == ["left", "right", "points", "reason"]
    assert list(found.related.columns) == ["left", "right", "points", "reason", "relation"]


def test_wrong_calls() -> None:
    with pytest.raises(TypeError, match="DataFrame"):
        find_duplicates([ARTICLE])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="repeats 'a'"):
        find_duplicates(pd.DataFrame([ARTICLE, ARTICLE], index=["a", "a"]))
    with pytest.raises(ValueError, match="none of the columns"):
        find_duplicates(pd.DataFrame({"naam": ["x"]}))


def test_the_records_are_left_as_they_were() -> None:
    frame = pd.DataFrame([ARTICLE, BOOK], index=["b", "a"])
    before = frame.copy(deep=True)
    assert find_duplicates(frame).clusters.to_dict() == {"a": "a", "b": "b"}
    pd.testing.assert_frame_equal(frame, before)


_RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(
                [
                    ARTICLE["title"],
                    ARTICLE["title"] + ": een verkenning",
                    "Erratum: " + ARTICLE["title"],
                    "Redactioneel",
                    "",
                ]
            )
        },
        optional={
            "authors": st.sampled_from(["de Vries, Anna", "Vries, A. de", "Bakker, Els", "et al."]),
            "year": st.sampled_from([2019, 2020, "in press", None]),
            "doi": st.sampled_from(["10.1234/a", "10.1234/b", "10.1234/a; 10.1234/b", ""]),
            "pages": st.sampled_from(["12-31", "12", "40-44", ""]),
            "volume": st.sampled_from(["74", "75", ""]),
            "container": st.sampled_from(["Bestuurswetenschappen", "Bestuurswet.", "SSRN"]),
            "type": st.sampled_from(["article", "report", "chapter", "book"]),
        },
    ),
    min_size=1,
    max_size=12,
)


def _members(found: Duplicates) -> tuple[dict[Any, Any], set[Any], set[Any], set[Any]]:
    sets = [set(zip(t["left"], t["right"], t["reason"], strict=True)) for t in (found.same, found.maybe, found.related)]
    return (found.clusters.to_dict(), *sets)  # type: ignore[return-value]


@given(_RECORDS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_rows_changes_nothing(records: list[dict[str, Any]], random: Any) -> None:
    frame = pd.DataFrame(records, dtype=object)
    order = list(range(len(frame)))
    random.shuffle(order)
    assert _members(find_duplicates(frame)) == _members(find_duplicates(frame.iloc[order]))


@given(_RECORDS)
@settings(max_examples=60, deadline=None)
def test_each_pair_stands_once_and_clusters_hold_what_is_the_same(records: list[dict[str, Any]]) -> None:
    found = find_duplicates(pd.DataFrame(records, dtype=object))
    tables = [set(zip(t["left"], t["right"], strict=True)) for t in (found.same, found.maybe, found.related)]
    for one, other in itertools.combinations(tables, 2):
        assert not one & other
    assert all(left < right for table in tables for left, right in table)
    for left, right in tables[0]:
        assert found.clusters[left] == found.clusters[right]
    assert (found.clusters.to_numpy() <= found.clusters.index.to_numpy()).all()


@pytest.mark.parametrize(
    ("name", "precision", "recall", "maybe"),
    [("respiratory", 0.99, 0.98, 20), ("stroke", 0.99, 0.99, 10), ("digital_work", 0.99, 0.99, 541)],
)
def test_labelled_sets(shared: Path, name: str, precision: float, recall: float, maybe: int) -> None:
    folder = shared / "data" / "dedupe" / name
    records = pd.read_csv(folder / "records_pre_merged.csv", dtype=str, keep_default_na=False).set_index("ID")
    records = records.rename(
        columns={"author": "authors", "number": "issue", "ENTRYTYPE": "type", "journal": "container"}
    )
    if "booktitle" in records:
        records["container"] = records["container"].where(records["container"] != "", records["booktitle"])
    merged = pd.read_csv(folder / "merged_record_ids.csv")["merged_ids"].str.split(";")
    gold = {tuple(sorted(pair)) for ids in merged for pair in itertools.combinations(ids, 2)}
    found = find_duplicates(records)
    members = found.clusters.groupby(found.clusters).groups.values()
    pairs = {pair for ids in members if len(ids) > 1 for pair in itertools.combinations(sorted(ids), 2)}
    assert len(pairs & gold) / len(pairs) >= precision
    assert len(pairs & gold) / len(gold) >= recall
    assert len(found.maybe) <= maybe
