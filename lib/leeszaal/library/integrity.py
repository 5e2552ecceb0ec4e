"""What papers should not lean on unseen: works that were retracted, and fields that nobody held against a source."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes
from leeszaal.home import Home, find_home
from leeszaal.library.evidence import list_evidence
from leeszaal.library.parsed import read_parsed, records_of
from leeszaal.library.store import read_arrow, read_table
from leeszaal.works.decode import decode
from leeszaal.works.plain import fold

__all__ = ["doubtful_works", "retracted_works", "unverified_fields"]

_SERIOUS = {
    "retraction": "retraction", "partial_retraction": "retraction", "withdrawal": "retraction", "removal": "retraction",
    "expression_of_concern": "concern", "expression of concern": "concern",
}  # fmt: skip
_TITLE = re.compile(r"^\W*(?:retracted|withdrawn)(?: article| paper)?\W*[:.\])]|[\[(]retracted(?: article)?[\])]", re.I)
_NOTICE = re.compile(r"^(?:retraction|retraction note|retraction notice|withdrawal|intrekking|retractie)\b")
# Our fields to the BibTeX fields they are read from.
_BIBTEX = {
    "title": {"title", "subtitle"}, "authors": {"author"}, "editors": {"editor"}, "year": {"year", "date"},
    "container": {"journaltitle", "journal", "booktitle", "maintitle", "howpublished", "series", "organization"},
    "publisher": {"publisher", "institution", "organization", "school", "howpublished"}, "volume": {"volume"},
    "issue": {"number", "issue"}, "pages": {"pages", "eid"}, "doi": {"doi"}, "isbn": {"isbn"}, "url": {"url"},
    "abstract": {"abstract"}, "keywords": {"keywords"},
}  # fmt: skip


def doubtful_works(home: Home | Path | str | None = None) -> dict[str, list[str]]:
    """Return for each citekey what a writer must know before citing that work (Dutch); it goes on from "dit werk".

    Parameters
    ----------
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        As `retracted_works` and `unverified_fields`.
    """
    words = {"retraction": "is ingetrokken", "concern": "staat onder twijfel bij de uitgever"}
    found: dict[str, list[str]] = {}
    for (key, kind), rows in retracted_works(home).groupby(["citekey", "kind"], sort=False):
        when = next((f" op {date}" for date in rows["date"] if date), "")
        notice = next((f"; zie https://doi.org/{doi}" for doi in rows["notice"] if doi), "")
        said = words[str(kind)].replace(" ingetrokken", f"{when} ingetrokken")
        found.setdefault(str(key), []).append(f"{said} (volgens {', '.join(rows['source'])}{notice})")
    for key, fields_ in unverified_fields(home).groupby("citekey", sort=False)["field"]:
        found.setdefault(str(key), []).append(f"heeft velden zonder nagekeken bron ({', '.join(fields_)})")
    return found


def retracted_works(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the works that were retracted, or about which their publisher expressed concern.

    Three kinds of source tell: what Crossref and Retraction Watch say (`leeszaal enrich retractions`), what the source
    of a record says (OpenAlex, Crossref), and titles ("Retracted: …", or another work that is the notice).

    Returns
    -------
    DataFrame
        work_id, citekey, kind ("retraction" or "concern"), date (ISO or ""), source (who says so: "crossref",
        "openalex", "titel", …), notice (DOI of the notice, or ""); one row a work and source, by citekey.

    Raises
    ------
    LeeszaalError
        When the library was not built.
    """
    room = find_home(home)
    works = read_arrow(room, "works").select(["work_id", "citekey", "title"]).to_pandas()
    rows = [*_asked(room), *_told(room), *_titled(room, works)]
    frame = pd.DataFrame(rows, columns=["work_id", "kind", "date", "source", "notice"], dtype=object)
    frame = frame.drop_duplicates(["work_id", "kind", "source"]).merge(works[["work_id", "citekey"]], on="work_id")
    frame = frame.sort_values(["citekey", "kind", "source"], ascending=[True, False, True], ignore_index=True)
    return frame[["work_id", "citekey", "kind", "date", "source", "notice"]]


def _asked(home: Home) -> Iterator[tuple[str, str, str, str, str]]:
    if not (home.library / "retractions.parquet").is_file():
        return
    table = read_table(home, "retractions")
    names = read_table(home, "identifiers")
    names = names[names["kind"] == "doi"][["work_id", "value"]].drop_duplicates()
    said = table[table["direction"] == "updated-by"].merge(names, left_on="doi", right_on="value")
    for row in said.fillna("").to_dict("records"):
        kind = _SERIOUS.get(str(row["type"]))
        if kind:
            yield row["work_id"], kind, str(row["date"]), str(row["source"] or "crossref"), str(row["notice"])


def _told(home: Home) -> Iterator[tuple[str, str, str, str, str]]:
    evidence = list_evidence(home)
    parsed = read_parsed(home, evidence)
    names, values = (parsed.table.column(name).combine_chunks() for name in ("extra_names", "extra_values"))
    hits = np.flatnonzero(
        (names.flatten().to_numpy(zero_copy_only=False) == "retracted")
        & (values.flatten().to_numpy(zero_copy_only=False) == "true")
    )
    rows = np.repeat(np.arange(len(parsed.table)), names.value_lengths().to_numpy())[hits]
    members = read_table(home, "members")
    work = dict(zip(members["row"], members["work"], strict=True))
    ids = read_arrow(home, "works").column("work_id").to_pylist()
    for row in rows.tolist():
        if row in work:
            yield ids[work[row]], "retraction", "", evidence[parsed.number[row]].source, ""


def _titled(home: Home, works: pd.DataFrame) -> Iterator[tuple[str, str, str, str, str]]:
    for work_id, title in zip(works["work_id"], works["title"], strict=True):
        if _TITLE.search(title):
            yield work_id, "retraction", "", "titel", ""
    alike = read_table(home, "alike")
    title_of = dict(zip(works["work_id"], works["title"], strict=True))
    for row in alike[alike["kind"] == "erratum"].itertuples():
        for one, other in ((row.left, row.right), (row.right, row.left)):
            if _NOTICE.match(fold(title_of.get(str(one), ""))):
                yield str(other), "retraction", "", "titel", ""


def unverified_fields(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return what the library says on the word of the starter library alone, without a source named for it.

    `literature/starter-sources.csv` names for each record which fields were held against which source. A field that
    another source says too is not among them.

    Returns
    -------
    DataFrame
        work_id, citekey, field; by citekey. Empty where there is no starter library.

    Raises
    ------
    LeeszaalError
        When the library was not built, or the list of sources cannot be read.
    """
    room = find_home(home)
    columns = ["work_id", "citekey", "field"]
    works = read_table(room, "works")
    path = room.literature / "starter-sources.csv"
    evidence = list_evidence(room)
    starter = [i for i, item in enumerate(evidence) if (item.source, item.name) == ("import", room.starter.name)]
    if not starter or not path.is_file():
        return pd.DataFrame(columns=columns, dtype=object)
    verified = _verified(room, path)
    parsed, members = read_parsed(room, evidence), read_table(room, "members")
    of = members["work"].to_numpy()
    from_starter = np.isin(parsed.number[members["row"]], starter)
    asked = np.unique(of[from_starter])
    inside = np.flatnonzero(np.isin(of, asked))
    records = records_of(parsed.table.take(members["row"].to_numpy()[inside]))
    said: dict[tuple[int, str], list[tuple[bool, str, object]]] = {}
    for place, record in zip(inside.tolist(), records, strict=True):
        for field in _BIBTEX:
            value = getattr(record, field)
            if value not in (None, (), ""):
                known = bool(_BIBTEX[field] & verified.get(record.citekey or "", set()))
                said.setdefault((of[place], field), []).append((known or not from_starter[place], field, value))
    rows = []
    values = {field: works[field].tolist() for field in _BIBTEX}
    for (work, field), voices in said.items():
        final = values[field][work]
        final = tuple(final) if isinstance(final, (list, np.ndarray)) else final
        mine = [known for known, _, value in voices if value == final or field == "keywords"]
        if mine and not any(mine):
            rows.append((works["work_id"].iloc[work], works["citekey"].iloc[work], field))
    return pd.DataFrame(rows, columns=columns, dtype=object).sort_values(["citekey", "field"], ignore_index=True)


def _verified(home: Home, path: Path) -> dict[str, set[str]]:
    """Return the fields that were held against a source, by citekey."""
    reader = csv.DictReader(io.StringIO(decode(read_bytes(path)).text))
    missing = {"citekey", "field", "verified_in"} - set(reader.fieldnames or ())
    if missing:
        raise LeeszaalError(
            f"{home.relative(path)}, regel 1: de kolom ‘{min(missing)}’ ontbreekt.",
            "De eerste regel hoort te zijn: citekey,field,verified_in",
        )
    found: dict[str, set[str]] = {}
    for row in reader:
        if row["verified_in"]:
            found.setdefault(row["citekey"], set()).add(row["field"].strip().lower())
    return found
