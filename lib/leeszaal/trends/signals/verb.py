"""The verb `signals`: what grows or appears, what a person made of it, and what it was worth in the past."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.library import decide, subject_decisions
from leeszaal.library.store import fingerprint, is_current, read_stamp, read_table, save_stage, table_bytes
from leeszaal.trends.counts import year_numbers
from leeszaal.trends.coverage import coverage_of
from leeszaal.trends.room import counted_in, instruments_file
from leeszaal.trends.signals.backtest import AFTER, backtest, held
from leeszaal.trends.signals.find import Found, find_signals, signal_id
from leeszaal.trends.signals.summary import AsOfSummary, SignalsSummary
from leeszaal.trends.units import panel_of
from leeszaal.trends.verb import peildatum_year, window_of
from leeszaal.works.numbers import format_list

__all__ = ["STATUS", "load_new_terms", "load_signal_works", "load_signals", "signals"]

_METHOD_VERSION = 1
STATUS = {"follow": "gevolgd", "expire": "vervallen"}
_TEXT, _REAL = pa.string(), pa.float64()
SIGNALS = pa.schema(
    [
        ("signal_id", _TEXT), ("statement", _TEXT), ("statement_en", _TEXT), ("kind", _TEXT), ("name", _TEXT),
        ("theme", _TEXT), ("since", pa.int32()), ("strength", _TEXT), ("works", pa.int32()), ("growth", _REAL),
        ("low", _REAL), ("high", _REAL), ("q", _REAL), ("counter", _TEXT), ("status", _TEXT), ("unit", _TEXT),
        ("p", _REAL), ("from_year", pa.int32()), ("to_year", pa.int32()), ("appears", pa.bool_()),
        ("detected", pa.bool_()), ("status_reason", _TEXT), ("status_person", _TEXT), ("status_time", _TEXT),
    ]
)  # fmt: skip
WORKS = pa.schema([("signal_id", _TEXT), ("work_id", _TEXT)])
NEW = pa.schema(
    [
        ("kind", _TEXT),
        ("name", _TEXT),
        ("unit", _TEXT),
        ("works", pa.int32()),
        ("groups", pa.int32()),
        ("since", pa.int32()),
    ]
)
_TABLES = {"signals": SIGNALS, "signal_works": WORKS, "new_terms": NEW}
_READ = ("works", "records", "tags", "topics", "assignments")
_FACTS = ("works", "tested", "weak_topics", "merged", "from_year", "to_year", "backtest", "notes")


def signals(
    *,
    home: Home | Path | str | None = None,
    as_of: int | None = None,
    follow: str | None = None,
    expire: str | None = None,
    reason: str = "",
    person: str | None = None,
    peildatum: int | None = None,
) -> SignalsSummary | AsOfSummary:
    """Find the signals of the library, or set what a person makes of one.

    Writes signals.parquet, signal_works.parquet and new_terms.parquet to the library. A signal that a person follows
    or let expire stays in the table, also when the test finds it no more.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    as_of
        Give instead what would have been signalled at the end of this year, and which of that held. Nothing is
        written.
    follow, expire
        The id of a signal that is followed from now on, or that has expired.
    reason
        Why; kept with the decision.
    person
        Whose decision; see `leeszaal.decide`.
    peildatum
        The year in which the newest evidence was gathered, not complete; see `leeszaal.trends`.

    Returns
    -------
    SignalsSummary or AsOfSummary

    Raises
    ------
    LeeszaalError
        When the library, tags or topics were not made, the year is not in the library, or there is no such signal.
    """
    room = find_home(home)
    if sum(value is not None for value in (as_of, follow, expire)) > 1:
        raise LeeszaalError("Kies één van as_of, follow en expire.", "Voer twee opdrachten na elkaar uit.")
    with progress.stage("Signalen"):
        works = read_table(room, "works")
        last = (peildatum if peildatum is not None else peildatum_year(room, works)) - 1
        if as_of is not None:
            return _as_of(room, as_of, last)
        for verb, name in (("follow", follow), ("expire", expire)):
            if name is not None:
                decide(verb, f"signal:{name}", reason=reason, person=person, home=room)
        return _now(room, works, last)


def _now(room: Home, works: pd.DataFrame, last: int) -> SignalsSummary:
    decisions = subject_decisions(room, "signal")
    standing = decisions[decisions["verb"].isin(STATUS)].drop_duplicates("name", keep="last").set_index("name")
    files = [room.library / f"{name}.parquet" for name in _READ]
    found_from = fingerprint(_METHOD_VERSION, last, instruments_file(room), room.literature / "searches.yaml", *files)
    made_from = fingerprint(found_from, standing.reset_index().to_dict("list"))
    before = (read_stamp(room, "signals") or {}).get("facts", {})
    if is_current(room, "signals", made_from):
        return replace(_summary(room, works, before), reused=True)
    wanted = set(standing.index)
    there = all((room.library / f"{name}.parquet").is_file() for name in _TABLES)
    table, pairs, new = (read_table(room, name) for name in _TABLES) if there else (pd.DataFrame(),) * 3
    described = set(table.get("signal_id", ())) | set(before.get("lost", ()))
    if before.get("found_from") == found_from and wanted <= described:
        facts = before  # only a person said something
    else:
        counted = counted_in(room)
        first, _ = window_of(counted.works, last)
        coverage = coverage_of(room, counted.works, first, last)
        found = find_signals(
            counted.works, counted.held, last=last, names_en=counted.names_en, themes=counted.themes,
            keep=frozenset(wanted), coverage=coverage,
        )  # fmt: skip
        table, pairs, new = found.table, found.works, found.new
        facts = _facts(found, counted.held.kind, len(works), counted.weak) | {"found_from": found_from}
        facts["notes"] = list(coverage.notes)
        facts["lost"] = sorted(wanted - set(table["signal_id"]))
    table = table[table["detected"].astype(bool) | table["signal_id"].isin(wanted)]
    named = standing.reindex(table["signal_id"].astype(str))
    table = table.assign(
        status=named["verb"].map(STATUS).fillna("nieuw").to_numpy(),
        **{f"status_{column}": named[column].fillna("").to_numpy() for column in ("reason", "person", "time")},
    )
    tables = zip(_TABLES.items(), (table, pairs, new), strict=True)
    content = {name: table_bytes(frame, schema) for (name, schema), frame in tables}
    save_stage(room, "signals", made_from, content, facts)
    return _summary(room, works, facts)


def _facts(found: Found, kinds: np.ndarray, works: int, weak: int) -> dict[str, Any]:
    some = bool(found.panel.corpus.sum())
    return {
        "works": works, "tested": found.tested, "weak_topics": weak, "merged": found.merged,
        "from_year": found.first if some else 0, "to_year": found.last if some else 0,
        "backtest": _rows(backtest(found.panel.without_gaps(), kinds)), "notes": [],
    }  # fmt: skip


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain values; NaN as None, so that they are JSON."""
    return [
        {str(key): (None if isinstance(value, float) and np.isnan(value) else value) for key, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def _summary(room: Home, works: pd.DataFrame, facts: dict[str, Any]) -> SignalsSummary:
    named = {name: facts[name] for name in _FACTS}
    shown = _rows(read_table(room, "signals"))
    pairs = read_table(room, "signal_works").merge(works, on="work_id")
    pairs = pairs.sort_values(["signal_id", "year", "work_id"], ascending=[True, False, True])
    sources: dict[str, list[str]] = {}
    for name, key, year, title in pairs[["signal_id", "citekey", "year", "title"]].itertuples(index=False):
        sources.setdefault(str(name), []).append(f"{key} ({int(year)}) {title}")
    for one in shown:
        one["sources"] = sources.get(one["signal_id"], [])
    return SignalsSummary(**named, signals=shown, new=_rows(read_table(room, "new_terms")))


def _as_of(room: Home, year: int, last: int) -> AsOfSummary:
    counted = counted_in(room)
    known = year_numbers(counted.works["year"])
    dated = known[(known > 0) & (known <= last)]
    first = int(dated.min()) if len(dated) else last
    if not first <= year <= last:
        raise LeeszaalError(
            f"Met {year} valt niet terug te kijken: volledig zijn de jaren {first} tot en met {last}.",
            f"Kies een jaar van {min(first + 9, last)} tot en met {last}.",
        )
    begin, _ = window_of(counted.works, year)
    then = coverage_of(room, counted.works, begin, year)
    found = find_signals(
        counted.works, counted.held, last=year, names_en=counted.names_en, themes=counted.themes, coverage=then
    )
    # What held is judged by works that no source of later years brought either.
    since = coverage_of(room, counted.works, begin, min(year + AFTER, last))
    known[counted.works["work_id"].isin(since.left_out).to_numpy()] = 0
    panel = panel_of(known, counted.held.held, first, last)
    kinds = counted.held.kind
    truth = held(panel, year)
    place = {signal_id(str(k), str(u)): at for at, (k, u) in enumerate(zip(kinds, counted.held.unit, strict=True))}
    listed = []
    for one in _rows(found.table):
        outcome = truth[place[one["signal_id"]]]
        listed.append(
            {key: one[key] for key in ("signal_id", "statement", "strength", "works", "q")}
            | {"held": None if np.isnan(outcome) else bool(outcome)}
        )
    judged = [one["held"] for one in listed if one["held"] is not None]
    notes = ["De onderwerpen en labels zijn van nu: die zijn gemaakt met kennis van later werk.", *then.notes]
    if since.steps:
        years = format_list([str(step) for step in since.steps])
        notes.append(f"Wat uitkwam is niet gezuiverd van bronnen die kwamen of gingen in {years}.")
    past = _rows(backtest(panel.without_gaps(), kinds))
    return AsOfSummary(year, found.tested, listed, len(judged), sum(judged), past, notes)


def load_signals(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the signals, one row each; `SIGNALS` names the columns.

    Raises
    ------
    LeeszaalError
        When they were not looked for yet.
    """
    return read_table(find_home(home), "signals")


def load_signal_works(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return `signal_id`, `work_id`: the works behind each signal."""
    return read_table(find_home(home), "signal_works")


def load_new_terms(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return what was first named in the last three years and is no signal; see `Found.new`."""
    return read_table(find_home(home), "new_terms")
