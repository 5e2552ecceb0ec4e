"""Works as CSL-JSON: `leeszaal.works.csl`."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest

from leeszaal.works.csl import csl_name, to_csl


def item(**fields: Any) -> dict[str, Any]:
    row = {"citekey": "k", "title": "Titel", "type": "article", "year": None, "date": None} | fields
    works = pd.DataFrame([row])
    works["year"] = works["year"].astype("Int32")
    (out,) = to_csl(works)
    return out


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("de Vries, Anna", {"family": "Vries", "non-dropping-particle": "de", "given": "Anna"}),
        ("van der Meer, J.", {"family": "Meer", "non-dropping-particle": "van der", "given": "J."}),
        ("Van Aelst, Peter", {"family": "Van Aelst", "given": "Peter"}),
        ("'t Hart, P.", {"family": "Hart", "non-dropping-particle": "'t", "given": "P."}),
        ("King, Martin, Jr.", {"family": "King", "given": "Martin", "suffix": "Jr."}),
        ("Raad van State", {"literal": "Raad van State"}),
        ("Plato", {"literal": "Plato"}),
    ],
)
def test_names(name: str, expected: dict[str, str]) -> None:
    assert csl_name(name) == expected


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("article", "article-journal"), ("chapter", "chapter"), ("book", "book"), ("report", "report"),
        ("thesis", "thesis"), ("law", "legislation"), ("case", "legal_case"), ("web", "webpage"),
        ("conference", "paper-conference"), ("other", "document"),
    ],
)  # fmt: skip
def test_types(ours: str, theirs: str) -> None:
    assert item(type=ours)["type"] == theirs


def test_a_whole_work() -> None:
    found = item(
        title="Wie bestuurt?", container="Bestuurskunde", volume="12", issue="3", pages="1-9", doi="10.1/x",
        url="https://example.org", isbn="9789036552189", publisher="Boom", language="nl", year=2019, date="2019-05-17",
        authors=["de Vries, Anna"], editors=["Raad van State"],
    )  # fmt: skip
    assert found == {
        "id": "k", "type": "article-journal", "title": "Wie bestuurt?", "container-title": "Bestuurskunde",
        "volume": "12", "issue": "3", "page": "1-9", "DOI": "10.1/x", "URL": "https://example.org",
        "ISBN": "9789036552189", "publisher": "Boom", "language": "nl", "issued": {"date-parts": [[2019, 5, 17]]},
        "author": [{"family": "Vries", "non-dropping-particle": "de", "given": "Anna"}],
        "editor": [{"literal": "Raad van State"}],
    }  # fmt: skip


def test_what_is_missing_is_left_out() -> None:
    found = item(container=None, volume=pd.NA, doi=float("nan"), authors=None, editors=[])
    assert found == {"id": "k", "type": "article-journal", "title": "Titel"}


@pytest.mark.parametrize(
    ("year", "date", "parts"),
    [(2019, None, [[2019]]), (2019, "2019", [[2019]]), (2019, "2019-05", [[2019, 5]])],
)
def test_a_date_is_as_precise_as_known(year: int, date: str | None, parts: list[list[int]]) -> None:
    assert item(year=year, date=date)["issued"] == {"date-parts": parts}


def test_the_order_of_the_frame_is_kept_and_it_is_json() -> None:
    works = pd.DataFrame(
        {"citekey": ["b", "a"], "title": ["B", "A"], "year": pd.array([2020, None], dtype="Int32")}
    )
    items = json.loads(json.dumps(to_csl(works)))
    assert [entry["id"] for entry in items] == ["b", "a"]
    assert items[0]["issued"] == {"date-parts": [[2020]]}
    assert to_csl(works.iloc[:0]) == []


def test_without_citekeys_there_is_nothing_to_cite() -> None:
    with pytest.raises(ValueError, match="citekey"):
        to_csl(pd.DataFrame({"title": ["A"]}))


def test_pandoc_cites_as_written() -> None:
    """Particles sort and print as Dutch does; markup in a title is shown, not obeyed."""
    pypandoc = pytest.importorskip("pypandoc")
    try:
        pypandoc.get_pandoc_path()
    except OSError:
        pytest.skip("pandoc is not on this machine")
    references = [
        item(citekey="v", title="Een <i>echte</i> titel", authors=["de Vries, Anna"], year=2019),
        item(citekey="r", title="B", authors=["Raad van State"], year=2020),
        item(citekey="z", title="C", authors=["Zwart, Bo"], year=2018),
    ]
    document = "---\n" + json.dumps({"references": references, "lang": "nl"}) + "\n---\n\n[@v; @r; @z]\n"
    plain = pypandoc.convert_text(
        document, "plain", format="markdown+yaml_metadata_block", extra_args=["--citeproc", "--wrap=none"]
    ).replace("\u2060", "")
    body, *listed = [line for line in plain.splitlines() if line.strip()]
    assert "Raad van State 2020" in body
    assert "de Vries 2019" in body
    assert [re.split(r"[.,]", line)[0].removeprefix("de ") for line in listed] == ["Raad van State", "Vries", "Zwart"]
    assert "Een <i>echte</i> titel" in plain
