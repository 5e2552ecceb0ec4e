"""The tables of a library, from evidence, decisions and citekeys that were given; nothing is written.

What a build before found of the same records is used where it still holds: pairs that were judged, and rows of works
whose records are the same. It saves time and changes nothing, which is tested over random histories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal.library.citekeys import SAID, Given, Pin, give_citekeys
from leeszaal.library.decided import merge_and_split
from leeszaal.library.decisionfile import Row
from leeszaal.library.dedupe.judging import Judged
from leeszaal.library.duplicates import find_works
from leeszaal.library.evidence import Evidence
from leeszaal.library.explain import FIELDS, IDENTIFIERS, field_rows
from leeszaal.library.identity import work_ids
from leeszaal.library.merge import merged_fields
from leeszaal.library.parsed import Parsed, content_rows, lists_of, records_of
from leeszaal.works.language import detect_many

__all__ = ["ALIKE", "JUDGED", "MEMBERS", "RECORDS", "WORKS", "Before", "Library", "assemble"]

# Characters of title and abstract that are enough to hear a language.
_ENOUGH = 400

_TEXT = pa.string()
_NAMES = pa.list_(pa.string())
WORKS = pa.schema(
    [
        ("work_id", _TEXT), ("title", _TEXT), ("abstract", _TEXT), ("authors", _NAMES), ("editors", _NAMES),
        ("year", pa.int32()), ("date", _TEXT), ("container", _TEXT), ("publisher", _TEXT), ("volume", _TEXT),
        ("issue", _TEXT), ("pages", _TEXT), ("doi", _TEXT), ("isbn", _TEXT), ("url", _TEXT), ("type", _TEXT),
        ("language", _TEXT), ("language_source", _TEXT), ("keywords", _NAMES), ("note", _TEXT), ("citekey", _TEXT),
        ("n_records", pa.int32()),
    ]
)  # fmt: skip
RECORDS = pa.schema(
    [
        ("source", _TEXT), ("source_record_id", _TEXT), ("evidence", _TEXT), ("line", pa.int32()),
        ("work_id", _TEXT), ("title", _TEXT), ("raw_type", _TEXT),
    ]
)  # fmt: skip
# Works that are alike but not one: "maybe" waits for a person, the other kinds say what the second is of the first.
ALIKE = pa.schema([("left", _TEXT), ("right", _TEXT), ("kind", _TEXT), ("points", pa.float64()), ("reason", _TEXT)])
# What a next build may know: where each record stood and of which work it told, and the pairs that were judged.
MEMBERS = pa.schema([("row", pa.int64()), ("work", pa.int64())])
JUDGED = pa.schema(
    [
        ("left", pa.int64()), ("right", pa.int64()), ("columns", pa.int8()), ("verdict", pa.int8()),
        ("points", pa.float64()), ("relation", _TEXT), ("guard", _TEXT), ("said", _TEXT),
    ]
)  # fmt: skip

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Before:
    """What a build before found.

    Attributes
    ----------
    works, fields, members, judged
        Its tables.
    rows
        For each row of the evidence as it was then the row it has now, −1 where it is there no more.
    """

    works: pa.Table
    fields: pa.Table
    members: pa.Table
    judged: pa.Table
    rows: Numbers


@dataclass(frozen=True)
class Library:
    """The tables of a library, and what there is to say of the decisions it was built with.

    Attributes
    ----------
    given
        Citekey and names of each work of which the key was not given before.
    kept
        Rows of works that were taken from a build before.
    """

    works: pa.Table
    records: pa.Table
    identifiers: pa.Table
    fields: pa.Table
    alike: pa.Table
    members: pa.Table
    judged: pa.Table
    remarks: list[str]
    given: list[tuple[str, list[str]]]
    kept: int

    def tables(self) -> dict[str, pa.Table]:
        """Return the tables that are shown to the world, by name."""
        return {name: getattr(self, name) for name in ("works", "records", "identifiers", "fields", "alike")}


def assemble(
    evidence: Sequence[Evidence],
    parsed: Parsed,
    decisions: Sequence[Row],
    pins: Sequence[Pin],
    before: Before | None = None,
) -> Library:
    """Return the library that evidence, decisions and given citekeys make.

    Parameters
    ----------
    evidence, parsed
        All evidence, oldest first, and what was read of it.
    decisions
        Those that stand, oldest first.
    pins
        Citekeys that were given, in order.
    before
        What a build before found.
    """
    rows = content_rows(parsed.table)
    table = parsed.table if len(rows) == len(parsed.table) else parsed.table.take(rows)
    n = len(rows)
    place = np.full(len(parsed.table) + 1, -1, dtype=np.int64)  # of a row of the evidence; the last for "none"
    place[rows] = np.arange(n)
    known = None if before is None else _known(before, place)
    ids = work_ids(table.column("own").to_pylist())
    bases, marks = table.column("base").to_pylist(), table.column("mark").to_pylist()
    origins = table.column("origin").to_pylist()
    names = [
        [*keys, origin] if origin else keys
        for keys, origin in zip(lists_of(table.column("known")), origins, strict=True)
    ]
    said = [f"{SAID}{digest.hex()[:16]}" for digest in table.column("said").to_pylist()]
    pinned = [[*first, *own] for first, own in zip(zip(said, marks, strict=True), names, strict=True)]
    alike = find_works(table, known)
    clusters: Sequence[tuple[int, ...]] = alike.clusters
    remarks: list[str] = []
    if decisions:
        early = give_citekeys(bases, pinned, clusters, pins)
        clusters, remarks = merge_and_split(names, marks, clusters, ids, early.keys, decisions)
    given = give_citekeys(bases, pinned, clusters, pins)

    # Works in the order of their id; a row of the table of works is the number of a work.
    heads = [places[0] for places in clusters]
    order = np.argsort(np.array([ids[head] for head in heads], dtype="U11"), kind="stable").tolist()
    clusters = [clusters[i] for i in order]
    work_of = np.empty(n, dtype=np.int64)
    sizes = [len(places) for places in clusters]
    work_of[[place for places in clusters for place in places]] = np.repeat(np.arange(len(clusters)), sizes)
    own_ids = [ids[places[0]] for places in clusters]
    works, told, kept = _works(table, evidence, parsed.number[rows], clusters, work_of, own_ids, before, place)
    citekeys = [given.keys[places[0]] for places in clusters]
    works = works.set_column(0, "work_id", pa.array(own_ids, _TEXT))
    works = works.set_column(WORKS.names.index("citekey"), "citekey", pa.array(citekeys, _TEXT)).cast(WORKS)
    id_column = pa.array(own_ids, _TEXT).take(work_of)
    return Library(
        works.combine_chunks(),
        _records(table, evidence, parsed.number[rows], id_column),
        _identifiers(table, ids, given, id_column),
        told,
        _alike(alike.pairs, id_column),
        pa.table({"row": rows, "work": work_of}, schema=MEMBERS),
        pa.table(
            {f.name: getattr(alike.judged, f.name) for f in fields(Judged)}
            | {"left": rows[alike.judged.left], "right": rows[alike.judged.right]},
            schema=JUDGED,
        ),
        [*remarks, *given.remarks],
        [(given.keys[head], pinned[head]) for head in given.new],
        kept,
    )


def _known(before: Before, place: Numbers) -> Judged:
    """Return the pairs that were judged before, in places as they are now."""
    columns = {f.name: before.judged.column(f.name).to_numpy() for f in fields(Judged)}
    for side in ("left", "right"):
        columns[side] = place[before.rows[columns[side]]]
    both = np.flatnonzero((columns["left"] >= 0) & (columns["left"] < columns["right"]))
    order = both[np.lexsort((columns["right"][both], columns["left"][both]))]
    return Judged(**columns).take(order)


def _works(
    table: pa.Table,
    evidence: Sequence[Evidence],
    number: Numbers,
    clusters: Sequence[tuple[int, ...]],
    work_of: Numbers,
    ids: Sequence[str],
    before: Before | None,
    place: Numbers,
) -> tuple[pa.Table, pa.Table, int]:
    """Return the works, what each record says of each field of them, and how many works were known already."""
    old = np.full(len(clusters), -1, dtype=np.int64) if before is None else _unchanged(before, clusters, work_of, place)
    new = np.flatnonzero(old < 0)
    wanted = np.array([p for i in new.tolist() for p in clusters[i]], dtype=np.int64)
    records = iter(records_of(table.take(wanted)))
    folders = [item.folder for item in evidence]
    rows: list[dict[str, Any]] = []
    told: list[tuple[object, ...]] = []
    of: list[int] = []
    for i in new.tolist():
        places = clusters[i]
        own = [next(records) for _ in places]
        merged = merged_fields(own)
        rows.append(merged | {"work_id": "", "citekey": "", "n_records": len(places)})
        if len(places) > 1:
            said = list(field_rows(ids[i], own, places, [folders[number[p]] for p in places], merged))
            told += said
            of += [i] * len(said)
    fresh = _with_languages(pa.Table.from_pylist(rows, schema=WORKS))
    said_fields = pa.table([list(c) for c in zip(*told, strict=True)], schema=FIELDS) if told else FIELDS.empty_table()
    if before is None or len(new) == len(clusters):
        return fresh, said_fields, 0
    row = len(new) + old  # of each work among those made now and those of before
    row[new] = np.arange(len(new))
    fresh = pa.concat_tables([fresh, before.works]).take(row)
    said_fields = _with_kept(said_fields, np.array(of, dtype=np.int64), before, old, ids, place)
    return fresh, said_fields.combine_chunks(), len(clusters) - len(new)


def _unchanged(before: Before, clusters: Sequence[tuple[int, ...]], work_of: Numbers, place: Numbers) -> Numbers:
    """Return for each work the number it had, where it has exactly the records it had, in their order; else −1."""
    n = len(work_of)
    now = place[before.rows[before.members.column("row").to_numpy()]]  # places now, in the order of the places then
    work = before.members.column("work").to_numpy()
    was = np.full(n, -1, dtype=np.int64)
    was[now[now >= 0]] = work[now >= 0]
    sizes = np.array([len(places) for places in clusters], dtype=np.int64)
    heads = np.array([places[0] for places in clusters], dtype=np.int64)
    old = was[heads] if len(heads) else heads
    there = np.bincount(work, minlength=len(before.works))
    same = (old >= 0) & (there[old] == sizes)
    # All members told of that work, and they stood in the same order.
    flat = np.array([p for places in clusters for p in places], dtype=np.int64)
    owner = np.repeat(np.arange(len(clusters)), sizes)
    then = np.full(n, -1, dtype=np.int64)
    then[now[now >= 0]] = np.flatnonzero(now >= 0)
    fine = was[flat] == old[owner]
    fine[1:] &= (owner[1:] != owner[:-1]) | (then[flat[1:]] > then[flat[:-1]])
    bad = np.zeros(len(clusters), dtype=bool)
    bad[owner[~fine]] = True
    return np.where(same & ~bad, old, -1)


def _with_kept(
    said: pa.Table, of_said: Numbers, before: Before, old: Numbers, ids: Sequence[str], place: Numbers
) -> pa.Table:
    """Return what is said of the fields of works, with that of works that are as they were, in the order of the works.

    `of_said` is the work of each row of `said`, `old` the number that each work had, or −1.
    """
    work = pd.Index(before.works.column("work_id").to_numpy()).get_indexer(before.fields.column("work_id").to_numpy())
    now = np.full(len(before.works), -1, dtype=np.int64)
    now[old[old >= 0]] = np.flatnonzero(old >= 0)
    rows = np.flatnonzero(now[work] >= 0)
    then = before.members.column("row").to_numpy()[before.fields.column("record").to_numpy()[rows]]
    of = np.concatenate([of_said, now[work[rows]]])
    record = np.concatenate([said.column("record").to_numpy(), place[before.rows[then]]])
    order = np.argsort(of, kind="stable")
    among = np.concatenate([np.arange(len(said)), len(said) + rows])[order]
    table = pa.concat_tables([said, before.fields]).take(among)
    for name, values in (
        ("work_id", pa.array(ids, _TEXT).take(of[order])),
        ("record", pa.array(record[order], pa.int32())),
    ):
        table = table.set_column(FIELDS.names.index(name), FIELDS.field(name), values)
    return table


def _with_languages(works: pa.Table) -> pa.Table:
    """Return works with each language and how it is known: given by a source, detected in the text, or unknown."""
    given = works.column("language").to_pylist()
    texts = [
        None if code else f"{title}. {abstract or ''}"[:_ENOUGH]
        for code, title, abstract in zip(
            given, works.column("title").to_pylist(), works.column("abstract").to_pylist(), strict=True
        )
    ]
    found = detect_many(texts)
    sources = [
        "given" if code else "detected" if other else "unknown" for code, other in zip(given, found, strict=True)
    ]
    languages = [code or other for code, other in zip(given, found, strict=True)]
    for name, values in (("language", languages), ("language_source", sources)):
        works = works.set_column(WORKS.names.index(name), WORKS.field(name), pa.array(values, _TEXT))
    return works


def _records(table: pa.Table, evidence: Sequence[Evidence], number: Numbers, work_ids_: pa.Array) -> pa.Table:
    columns = {
        "source": pa.array([item.source for item in evidence], _TEXT).take(number),
        "evidence": pa.array([item.folder for item in evidence], _TEXT).take(number),
        "work_id": work_ids_,
    }
    every = [columns.get(name) if name in columns else table.column(name) for name in RECORDS.names]
    return pa.table(every, schema=RECORDS).combine_chunks()


def _identifiers(table: pa.Table, ids: Sequence[str], given: Given, work_id: pa.Array) -> pa.Table:
    """Return everything by which each record can be named: its id, its citekeys, its mark, and its own names."""
    n = len(table)
    kinds, values = (table.column(name).combine_chunks() for name in ("name_kinds", "names"))
    counts = values.value_lengths().to_numpy() if n else np.zeros(0, np.int64)
    others = sorted(given.others)
    record = np.concatenate([
        np.arange(n), np.arange(n), np.array([p for p, _ in others], dtype=np.int64), np.repeat(np.arange(n), counts),
    ])  # fmt: skip
    turn = np.concatenate([np.zeros(n), np.ones(n), np.full(len(others), 2), np.full(int(counts.sum()), 3)])
    kind = pa.concat_arrays([
        pa.array(["id"] * n + ["citekey"] * (n + len(others)), _TEXT), kinds.flatten(),
    ])  # fmt: skip
    value = pa.concat_arrays([pa.array([*ids, *given.keys, *(k for _, k in others)], _TEXT), values.flatten()])
    order = np.lexsort((turn, record))
    record = record[order]
    found = [work_id.take(record), kind.take(order), value.take(order), pa.array(record, pa.int32())]
    return pa.table(found, schema=IDENTIFIERS)


def _alike(pairs: pd.DataFrame, work_id: pa.Array) -> pa.Table:
    """Return the pairs of works that are alike but not one, each once; those that are one by now are left out."""
    sides = {side: work_id.take(pairs[side].to_numpy(dtype=np.int64)).to_pylist() for side in ("left", "right")}
    table = pairs.assign(**sides)
    table = table[table["left"] != table["right"]].drop_duplicates(["left", "right", "kind"])
    table = table.sort_values(["kind", "left", "right"], ignore_index=True)
    return pa.Table.from_pandas(table[ALIKE.names], schema=ALIKE, preserve_index=False).replace_schema_metadata(None)
