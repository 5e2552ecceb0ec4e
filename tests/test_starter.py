"""The starter library: real, consistent, and every field verified."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from leeszaal.works.bibtex_scan import blocks, fields, value_text
from leeszaal.works.read import read_file

# Which verified fact a field of ours is made from.
FACTS = {
    "author": "authors", "editor": "authors", "title": "title", "year": "year", "volume": "volume",
    "number": "issue", "pages": "pages", "doi": "doi", "isbn": "isbn", "url": "url",
}  # fmt: skip
FACTS |= dict.fromkeys(
    [
        "journaltitle",
        "booktitle",
        "series",
        "publisher",
        "institution",
        "organization",
        "howpublished",
    ],
    "container",
)
# A work that is yet to appear has this for a year.
FACTS["pubstate"] = "year"
CONTAINERS = {name for name, fact in FACTS.items() if fact == "container"}


@pytest.fixture(scope="module")
def bib(repository: Path) -> str:
    return (repository / "literature" / "starter.bib").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entries(bib: str) -> dict[str, dict[str, str]]:
    found = {}
    for block in blocks(bib):
        key, pieces = fields(block)
        found[key] = {name: value_text(value, lambda _: None) for name, value in pieces}
        found[key].pop("type", None)  # completes the entry type and is no fact of its own
    return found


@pytest.fixture(scope="module")
def sources(repository: Path) -> list[dict[str, str]]:
    with (repository / "literature" / "starter-sources.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_bibtexparser_reads_the_same(bib: str, entries):
    import bibtexparser
    from bibtexparser.bparser import BibTexParser

    theirs = bibtexparser.loads(bib, BibTexParser(common_strings=True, ignore_nonstandard_types=False)).entries
    assert {entry["ID"] for entry in theirs} == set(entries)
    assert len(theirs) == len(entries) > 300
    for entry in theirs:
        assert entry["title"] == entries[entry["ID"]]["title"]


def test_pandoc_reads_the_same(bib: str, entries):
    import json

    import pypandoc

    items = json.loads(pypandoc.convert_text(bib, "csljson", format="biblatex"))
    assert {item["id"] for item in items} == set(entries)
    assert all(item.get("author") or item.get("editor") for item in items)


def test_every_record_is_complete_and_in_order(bib: str, entries):
    assert list(entries) == sorted(entries)
    assert "\r" not in bib
    for key, entry in entries.items():
        assert re.fullmatch(r"[a-z0-9]+", key)
        assert entry.get("author") or entry.get("editor"), key
        assert entry["title"]
        assert re.fullmatch(r"\d{4}", entry.get("year", "")) or entry["pubstate"] == "forthcoming", key
        assert CONTAINERS & set(entry), key
        assert set(entry) <= set(FACTS), key
        assert all(value.strip() == value and value for value in entry.values()), key


def test_our_own_reader_reads_every_record(repository: Path, entries):
    reading = read_file(repository / "literature" / "starter.bib")
    assert not reading.rejects
    assert len(reading.records) == len(entries)
    kinds = Counter(record.type for record in reading.records)
    assert kinds["law"] >= 9
    assert kinds["case"] == 1
    assert kinds["web"] >= 25
    by_key = {record.citekey: record for record in reading.records}
    assert by_key["lange2025reflecties"].authors == (
        "de Lange, S.",
        "Louwerse, T.",
        "'t Hart, P.",
        "van Ham, C.",
    )
    assert by_key["tweede2010memorie"].authors == ("Tweede Kamer der Staten-Generaal",)
    assert [key for key, record in by_key.items() if record.year is None] == ["goodmanfortstate"]
    assert by_key["goodmanfortstate"].note == "forthcoming"
    for record in reading.records:
        assert record.container or record.publisher


def test_every_field_has_its_source_and_every_source_its_field(entries, sources):
    assert list(sources[0]) == ["citekey", "field", "verified_in"]
    pairs = [(row["citekey"], row["field"]) for row in sources]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(key, name) for key, entry in entries.items() for name in entry}
    assert all(row["verified_in"].strip() for row in sources)


def test_every_field_was_verified(entries, sources, shared: Path):
    with (shared / "domain/references.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["citekey"]: row for row in csv.DictReader(stream)}
    wanted = {"authors", "year", "title", "container"}
    on_theme = {key for key, row in rows.items() if row["themes"] and wanted <= set(row["verified_fields"].split(";"))}
    assert set(entries) == on_theme
    for key, entry in entries.items():
        verified = set(rows[key]["verified_fields"].split(";"))
        for name, value in entry.items():
            # An editor of the volume stands in the verified name of the container.
            fact = "container" if name == "editor" and "author" in entry else FACTS[name]
            assert fact in verified, (key, name)
            if name in ("doi", "url", "volume", "number"):
                assert value == rows[key][fact], (key, name)
    assert {row["citekey"]: row["verified_in"] for row in sources} == {key: rows[key]["verified_in"] for key in entries}
