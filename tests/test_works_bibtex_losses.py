"""A damaged BibTeX file costs at most the entry that is damaged."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeszaal.works.read import read_content
from leeszaal.works.record import Reading

_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='\\{}~$%"@`-='),
    min_size=1,
    max_size=8,
)
_TITLES = st.lists(_WORDS, min_size=1, max_size=5).map(" ".join).filter(lambda title: "''" not in title)
_ENTRIES = st.lists(st.tuples(_TITLES, st.integers(1500, 2099)), min_size=1, max_size=8)


def read(text: str) -> Reading:
    return read_content(text.encode(), "a.bib")


def written(entries: list[tuple[str, int]]) -> list[str]:
    return [
        f"@book{{k{number},\n  title = {{{title}}},\n  year = {year}\n}}"
        for number, (title, year) in enumerate(entries)
    ]


@given(_ENTRIES)
def test_each_entry_comes_back_with_its_line(entries: list[tuple[str, int]]) -> None:
    reading = read("\n\n".join(written(entries)))
    assert reading.rejects == ()
    assert [(record.title, record.year, record.line) for record in reading.records] == [
        (title, year, 1 + 5 * number) for number, (title, year) in enumerate(entries)
    ]


@given(_ENTRIES, st.data())
def test_a_lost_brace_costs_at_most_its_own_entry(entries: list[tuple[str, int]], data: st.DataObject) -> None:
    texts = written(entries)
    victim = data.draw(st.integers(0, len(texts) - 1))
    # The first brace is the one that makes it an entry.
    brace = data.draw(st.sampled_from([found.start() for found in re.finditer("[{}]", texts[victim])][1:]))
    texts[victim] = texts[victim][:brace] + texts[victim][brace + 1 :]
    reading = read("\n\n".join(texts))
    assert reading.read >= len(texts)
    whole = {(f"k{number}", *entry) for number, entry in enumerate(entries) if number != victim}
    assert whole <= {(record.citekey, record.title, record.year) for record in reading.records}


@given(_ENTRIES, st.integers(0, 10_000))
def test_a_file_cut_off_keeps_all_before_the_cut(entries: list[tuple[str, int]], at: int) -> None:
    texts = written(entries)
    text = "\n\n".join(texts)
    at %= len(text)
    whole = sum(len("\n\n".join(texts[: number + 1])) <= at for number in range(len(texts)))
    if not whole:
        return
    reading = read(text[:at])
    assert len(reading.records) >= whole
    assert reading.read == len(re.findall(r"@book\{", text[:at]))


@pytest.mark.parametrize("month", ["mar", "{March}", "3", '"03"', "mrt", "{maart}", "{mar.}", "März"])
def test_a_month_in_any_form(month: str) -> None:
    (record,) = read(f"@book{{k, title = {{T}}, year = 2020, month = {month}}}").records
    assert record.date == "2020-03"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_windows_lines_and_old_encodings_keep_line_numbers(encoding: str) -> None:
    text = "@book{k,\r\n title={Één café}}\r\n\r\n@book{m, year=2000}"
    reading = read_content(text.encode(encoding), "a.bib")
    assert [(record.title, record.line) for record in reading.records] == [("Één café", 1)]
    assert [reject.line for reject in reading.rejects] == [4]
