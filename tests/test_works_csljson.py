"""Reading CSL-JSON: `leeszaal.works.csljson`."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.works.csl import to_csl
from leeszaal.works.read import read_content
from leeszaal.works.record import Reading

WHOLE: dict[str, Any] = {
    "id": "vries2019",
    "type": "article-journal",
    "title": "Toezicht in Overijssel",
    "container-title": "Bestuurskunde",
    "author": [
        {"family": "Vries", "non-dropping-particle": "de", "given": "Anna"},
        {"literal": "Raad van State, Afdeling"},
        {"family": "King", "given": "Martin", "suffix": "Jr."},
    ],
    "issued": {"date-parts": [[2019, 5, 17]]},
    "volume": 12,
    "issue": "3",
    "page": "10-20",
    "DOI": "https://doi.org/10.1111/PADM.12104",
    "URL": "https://example.org/a",
    "language": "nl-NL",
    "abstract": "Wat staat er?",
    "ISSN": "0033-3298",
}


def read(data: object) -> Reading:
    return read_content(json.dumps(data).encode(), "a.json")


@pytest.mark.parametrize("shape", [[WHOLE], WHOLE, {"items": [WHOLE]}])
def test_an_article_by_hand(shape: object) -> None:
    reading = read(shape)
    (record,) = reading.records
    assert (reading.format, reading.rejects) == ("csl-json", ())
    assert (record.title, record.type, record.raw_type) == (
        "Toezicht in Overijssel",
        "article",
        "article-journal",
    )
    assert (record.citekey, record.source_record_id, record.line) == ("vries2019", "vries2019", None)
    assert [name.replace("\u201a", "<komma>") for name in record.authors] == [
        "de Vries, Anna",
        "Raad van State<komma> Afdeling",
        "King, Martin, Jr.",
    ]
    assert (record.year, record.date, record.volume, record.pages) == (2019, "2019-05-17", "12", "10-20")
    assert (record.doi, record.url) == ("10.1111/padm.12104", "https://example.org/a")
    assert (record.container, record.language, record.abstract) == ("Bestuurskunde", "nl", "Wat staat er?")
    assert record.extra == {"ISSN": "0033-3298"}


@pytest.mark.parametrize(
    ("issued", "year", "date"),
    [
        ({"date-parts": [["2019", "5"]]}, 2019, "2019-05"),
        ({"date-parts": [[2019]]}, 2019, "2019"),
        ({"raw": "2019-05-17"}, 2019, "2019-05-17"),
        ({"literal": "fort"}, None, None),
        ({"date-parts": [[None]]}, None, None),
        ({"date-parts": []}, None, None),
        ("2019", 2019, "2019"),
        (7, None, None),
        (None, None, None),
    ],
)
def test_dates(issued: object, year: int | None, date: str | None) -> None:
    (record,) = read([{"id": "a", "title": "T", "issued": issued}]).records
    assert (record.year, record.date) == (year, date)


def test_what_is_no_reference_is_rejected_whole() -> None:
    reading = read([{"id": "a", "title": "T"}, {"id": "b"}, "los", None])
    assert [record.title for record in reading.records] == ["T"]
    assert [json.loads(reject.text) for reject in reading.rejects] == [{"id": "b"}, "los", None]
    assert reading.rejects[0].reason == "Verwijzing 2: De verwijzing heeft geen titel."


def test_broken_json_names_the_line() -> None:
    with pytest.raises(LeeszaalError, match=r"a\.json is geen geldige JSON: regel 4"):
        read_content(b'[\n {"title": "T"},\n {"title": \n]', "a.json")


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"items": 3}', b"[" * 100_000])
def test_json_without_references(content: bytes) -> None:
    with pytest.raises(LeeszaalError, match=r"a\.json"):
        read_content(content, "a.json")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda x: st.lists(x, max_size=3),
    max_leaves=4,
)
_OPTIONAL = ("id", "type", "author", "issued", "DOI", "ISBN", "language", "keyword", "page")
_ITEM = st.fixed_dictionaries(
    {"title": _JSON},
    optional=dict.fromkeys(_OPTIONAL, _JSON),
)


@given(st.lists(_ITEM, min_size=1, max_size=4))
def test_any_item_is_a_record_or_a_reject(items: list[dict[str, object]]) -> None:
    assert read(items).read == len(items)


_NAME = st.sampled_from(
    [
        "de Vries, Anna",
        "van der Meer, J.",
        "King, Martin, Jr.",
        "Raad van State",
        "'t Hart, P.",
        "Van Aelst, Peter",
    ]
)


@given(st.lists(_NAME, min_size=1, max_size=4), st.sampled_from(["2019", "2019-05", "2019-05-17"]))
def test_what_is_written_comes_back(authors: list[str], date: str) -> None:
    works = pd.DataFrame(
        [
            {
                "citekey": "k",
                "title": "T",
                "type": "law",
                "authors": authors,
                "date": date,
                "year": 2019,
                "doi": "10.1234/x",
            }
        ]
    )
    (record,) = read(to_csl(works)).records
    assert (list(record.authors), record.date, record.year) == (authors, date, 2019)
    assert (record.citekey, record.type, record.doi) == ("k", "law", "10.1234/x")
