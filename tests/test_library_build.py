"""Evidence to works: the same bytes, the same names, nothing lost."""

from __future__ import annotations

import dataclasses
import datetime
import errno
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.library import build, import_, load_records, load_works
from leeszaal.library.citekeys import give_citekeys
from leeszaal.library.duplicates import find_works
from leeszaal.library.evidence import add_evidence
from leeszaal.library.identity import base_key, identity_keys, own_name, work_ids
from leeszaal.library.merge import merged_fields
from leeszaal.library.parsed import columns_of
from leeszaal.works.read import read_content
from leeszaal.works.record import Record

WEIRD = "<script>alert('x')</script> $5_{x} & {haken} 😀 قانون"


@pytest.fixture
def room(tmp_path: Path) -> Home:
    home = tmp_path / "room"
    (home / "literature").mkdir(parents=True)
    (home / "_quarto.yml").touch()
    (home / "literature" / "themes.yaml").touch()
    return Home(home)


def add(room: Home, text: str, name: str = "a.bib", minute: int = 0) -> None:
    """Put a file into evidence at a fixed time."""
    reading = read_content(text.encode(), name)
    moment = datetime.datetime(2026, 11, 1, 12, minute, tzinfo=datetime.UTC)
    add_evidence(
        room, source="import", name=name, content=text.encode(), format=reading.format,
        encoding=reading.encoding, options={}, records=len(reading.records), rejects=reading.rejects,
        time=moment,
    )  # fmt: skip


def tables(room: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(room.library.glob("*")) if path.is_file()}


FIRST = """@article{vries2020, title={Wie bestuurt de regio?}, author={de Vries, Anna}, year=2020,
  doi={10.1234/A}, abstract={Kort}}
@book{boek, title={Het boek}, editor={Meer, Jan van der}, year=1999, isbn={0-7619-5504-6}}
@incollection{hoofdstuk, title={Een hoofdstuk}, author={Smit, P.}, booktitle={Het boek}, year=1999,
  isbn={0-7619-5504-6}}
"""
SECOND = """TY  - JOUR
TI  - Wie bestuurt de regio
AU  - Vries, A. de
AU  - Smit, P.
PY  - 2020
DA  - 2020/03/01
AB  - Een langere samenvatting
DO  - https://doi.org/10.1234/a
ER  -
TY  - BOOK
TI  - Het boek, tweede druk
SN  - 9780761955047
ER  -
TY  - JOUR
TI  - A paper that nobody else knows about local government
AU  - Jones, B.
ER  -
"""


def test_the_contract_of_the_tables(room: Home):
    add(room, FIRST)
    add(room, SECOND, "b.ris", 1)
    summary = build(home=room)
    works, records = load_works(room), load_records(room)
    assert list(works.columns) == [
        "work_id", "title", "abstract", "authors", "editors", "year", "date", "container", "publisher",
        "volume", "issue", "pages", "doi", "isbn", "url", "type", "language", "language_source", "keywords",
        "note", "citekey", "n_records",
    ]  # fmt: skip
    assert list(records.columns) == [
        "source",
        "source_record_id",
        "evidence",
        "line",
        "work_id",
        "title",
        "raw_type",
    ]
    assert (summary.works, summary.records, summary.merged, summary.rejected) == (4, 6, 2, 0)
    assert works["work_id"].is_monotonic_increasing
    assert works["work_id"].str.fullmatch(r"w[0-9a-f]{10}").all()
    assert works["citekey"].str.fullmatch(r"[A-Za-z0-9_:-]+").all()
    assert works["citekey"].is_unique
    assert set(records["work_id"]) == set(works["work_id"])
    assert records["line"].tolist() == [1, 3, 4, 1, 10, 14]
    assert str(works["year"].dtype) == "Int32"
    merged = works.set_index("citekey").loc["vries2020"]
    assert (merged["title"], merged["abstract"], merged["date"]) == (
        "Wie bestuurt de regio?",
        "Een langere samenvatting",
        "2020-03-01",
    )
    assert merged["authors"] == ["de Vries, A.", "Smit, P."]
    assert (merged["doi"], merged["language"], merged["language_source"], merged["n_records"]) == (
        "10.1234/a",
        "nl",
        "detected",
        2,
    )
    alone = works.set_index("citekey").loc["joneszjpaper"]
    assert (alone["language"], alone["year"] is pd.NA) == ("en", True)
    chapter = works.set_index("citekey").loc["hoofdstuk"]
    assert (chapter["type"], chapter["container"], chapter["n_records"]) == ("chapter", "Het boek", 1)
    json.dumps(dataclasses.asdict(summary))
    assert "4 werken uit 6 records" in summary.tell()


def test_missing_text_is_missing(room: Home):
    add(room, "@misc{a, title={Titel}, abstract={ }, publisher={}}")
    build(home=room)
    row = load_works(room).iloc[0]
    assert [pd.isna(row[name]) for name in ("abstract", "publisher", "doi", "note", "url")] == [True] * 5
    assert (row["authors"], row["keywords"]) == ([], [])


def test_two_builds_give_the_same_bytes(room: Home):
    add(room, FIRST)
    add(room, SECOND, "b.ris", 1)
    build(home=room)
    before = tables(room)
    assert build(home=room).reused
    shutil.rmtree(room.library)
    again = build(home=room)
    assert not again.reused
    assert tables(room) == before


def test_names_stay_when_evidence_is_added(room: Home):
    add(room, FIRST)
    build(home=room)
    before = load_works(room).set_index("work_id")["citekey"].to_dict()
    add(
        room,
        FIRST.replace("Kort", "Nog eens, langer") + "@misc{vries2020, title={Een ander werk}}",
        "c.bib",
        1,
    )
    add(room, SECOND, "b.ris", 2)
    build(home=room)
    after = load_works(room).set_index("work_id")["citekey"].to_dict()
    assert {work_id: after[work_id] for work_id in before} == before
    assert "vries2020b" in after.values()


def test_without_evidence_there_is_a_message_and_a_remedy(room: Home):
    with pytest.raises(LeeszaalError, match="nog niets ingelezen") as caught:
        build(home=room)
    assert "leeszaal import" in caught.value.remedy
    with pytest.raises(LeeszaalError, match="leeszaal build"):
        load_works(room)


def test_a_strange_title_stands_in_the_library_to_the_byte(room: Home, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(f"title;year\n{WEIRD};2020\n", encoding="utf-8")
    import_(path, home=room)
    build(home=room)
    assert load_works(room)["title"].tolist() == [WEIRD]


def test_only_rejects_give_an_empty_library(room: Home):
    add(room, "@misc{a, note={geen titel}}")
    assert (build(home=room).works, build(home=room).rejected) == (0, 1)
    assert load_works(room).empty


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_build_that_is_cut_off_is_done_again(room: Home, monkeypatch, nth, error):
    add(room, FIRST)
    build(home=room)
    add(room, SECOND, "b.ris", 1)
    calls, sync = [], os.fsync

    def cut(handle: int) -> None:
        calls.append(handle)
        if len(calls) == nth:
            raise error
        sync(handle)

    monkeypatch.setattr(os, "fsync", cut)
    with pytest.raises((LeeszaalError, KeyboardInterrupt)):
        build(home=room)
    assert len(load_works(room)) in (3, 4)
    assert not [path for path in room.library.iterdir() if path.name.startswith(".")]
    monkeypatch.setattr(os, "fsync", sync)
    summary = build(home=room)
    assert (summary.works, summary.reused) == (4, False)


def test_a_build_on_damaged_evidence_leaves_the_library(room: Home):
    add(room, FIRST)
    build(home=room)
    before = tables(room)
    add(room, SECOND, "b.ris", 1)
    (broken,) = room.evidence.glob("import/*0100Z-*/content.gz")
    broken.write_bytes(b"weg")
    with pytest.raises(LeeszaalError, match="controlesom"):
        build(home=room)
    assert tables(room) == before


def citekeys(records: list[Record]) -> list[str]:
    alone = [(place,) for place in range(len(records))]
    return give_citekeys([base_key(r) for r in records], [[] for _ in records], alone, []).keys


def ids(records: list[Record]) -> list[str]:
    return work_ids(own_name(r) for r in records)


def record(**fields: object) -> Record:
    return Record(**({"title": "Wie bestuurt?", "source_record_id": "1"} | fields))


def same(*records: Record) -> bool:
    return len(find_works(columns_of(records)).clusters) == 1


def test_what_makes_one_work():
    assert same(record(doi="10.1/a"), record(title="Heel anders", doi="10.1/a"))
    assert same(record(type="book", isbn="9780761955047"), record(title="Anders", type="report", isbn="9780761955047"))
    assert same(
        record(authors=("de Vries, A.",), year=2020),
        record(title="Wié bestuurt", authors=("De Vries, Anna", "Smit, P."), year=2020),
    )
    # What came twice says nothing new, however little it says.
    assert same(record(authors=("A, B",)), record(authors=("A, B",)))
    assert same(record(year=2020), record(year=2020))


def test_what_keeps_works_apart():
    assert not same(record(authors=("A, B",), year=2020), record(authors=("A, B",), year=2021))
    assert not same(record(container="Deel een"), record(container="Deel twee"))
    assert not same(record(year=2020), record(authors=("A, B",)))
    assert not same(
        record(type="chapter", isbn="9780761955047"), record(title="Boek", type="book", isbn="9780761955047")
    )
    assert not same(record(type="chapter", authors=("A, B",), year=1), record(type="book", authors=("A, B",), year=1))
    assert not same(
        record(title="Een", type="chapter", doi="10.1/b"), record(title="Twee", type="chapter", doi="10.1/b")
    )
    assert same(record(type="chapter", doi="10.1/b"), record(type="chapter", doi="10.1/b"))


def test_records_are_joined_through_others():
    chain = [record(doi="10.1/a"), record(title="X", doi="10.1/b"),
             record(doi="10.1/a", isbn="9780761955047", type="book"),
             record(title="Y", isbn="9780761955047", type="book")]  # fmt: skip
    assert find_works(columns_of(chain)).clusters == [(0, 2, 3), (1,)]


def test_how_fields_are_chosen():
    merged = merged_fields(
        [
            record(
                title="Eerst",
                type="other",
                year=2020,
                date="2020",
                authors=("A, B", "et al."),
                keywords=("x", "Y"),
            ),
            record(title="Dan", type="article", date="2019-01-01", year=2019, abstract="kort", doi="10.1/a"),
            record(
                title="Laatst",
                type="book",
                date="2020-05",
                year=2020,
                abstract="veel langer",
                authors=("A, B",),
                keywords=("y", "z"),
            ),
        ]
    )
    assert (merged["title"], merged["type"], merged["year"], merged["date"]) == (
        "Eerst",
        "article",
        2020,
        "2020-05",
    )
    assert (merged["abstract"], merged["doi"], merged["authors"]) == ("veel langer", "10.1/a", ["A, B"])
    assert merged["keywords"] == ["x", "Y", "z"]


def test_citekeys_are_clean_and_unique():
    keys = citekeys(
        [
            record(citekey="vries2020"), record(citekey="Vries2020"), record(citekey="vries2020"),
            record(citekey="D'Angelo & Zn. 2005"),
            record(citekey="fig-1"), record(citekey="öäß"), record(citekey="عربي"),
            record(title="قانون"),
            record(authors=("Raad van State",), year=2018, title="Op de rol"),
        ]
    )  # fmt: skip
    assert keys == [
        "vries2020", "Vries2020a", "vries2020b", "D-Angelo-Zn-2005", "w-fig-1", "oass", "anonzjbestuurt",
        "anonzjwerk",
        "raadvanstate2018op",
    ]  # fmt: skip


_records = st.lists(
    st.builds(
        Record,
        title=st.sampled_from(["Een", "Twee", "Drie woorden hier", "een!"]),
        source_record_id=st.just("1"),
        citekey=st.sampled_from([None, "a", "A", "b c"]),
        type=st.sampled_from(["article", "chapter", "book", "other"]),
        authors=st.sampled_from([(), ("de Vries, A.",), ("Vries, B.",)]),
        year=st.sampled_from([None, 2020, 2021]),
        doi=st.sampled_from([None, "10.1/a", "10.1/b"]),
        isbn=st.sampled_from([None, "9780761955047"]),
    ),
    max_size=10,
)


@settings(max_examples=40)
@given(_records, st.randoms())
def test_who_belongs_together_does_not_depend_on_the_order(records, random):
    order = list(range(len(records)))
    random.shuffle(order)
    straight = {frozenset(cluster) for cluster in find_works(columns_of(records)).clusters}
    shuffled = {
        frozenset(order[place] for place in cluster)
        for cluster in find_works(columns_of([records[i] for i in order])).clusters
    }
    assert straight == shuffled
    assert sorted(place for cluster in straight for place in cluster) == list(range(len(records)))


@settings(max_examples=40)
@given(_records)
def test_bringing_everything_twice_makes_no_new_works_unless_it_cannot_be_recognised(records):
    known = [r for r in records if identity_keys(r)]
    once, twice = find_works(columns_of(known)).clusters, find_works(columns_of([*known, *known])).clusters
    assert [tuple(p for p in cluster if p < len(known)) for cluster in twice] == once


@given(_records, _records)
def test_names_never_shift_when_more_comes_in(first, later):
    assert ids([*first, *later])[: len(first)] == ids(first)
    assert citekeys([*first, *later])[: len(first)] == citekeys(first)
    every = [*first, *later]
    assert len(set(ids(every))) == len(every)
    assert len({key.casefold() for key in citekeys(every)}) == len(every)


def test_a_large_bibliography(room: Home, shared: Path):
    import_(shared / "data/import/leeper_references.bib", home=room)
    summary = build(home=room)
    assert summary.records + summary.rejected == 4243
    records, works = load_records(room), load_works(room)
    assert len(records) == summary.records == works["n_records"].sum()
    assert set(records["work_id"]) == set(works["work_id"])
    assert (works["title"].str.len() > 0).all()
