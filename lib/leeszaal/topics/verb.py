"""The verb `topics`: the topics of a reading room's library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal import progress
from leeszaal.home import Home, find_home
from leeszaal.library.store import fingerprint, is_current, read_stamp, read_table, save_stage, table_bytes
from leeszaal.topics.fit import fit_table
from leeszaal.topics.match import Known, known_from
from leeszaal.topics.names import nearest_themes
from leeszaal.topics.result import ASSIGNMENTS, TERMS, TOPICS, TopicModel
from leeszaal.topics.summary import TopicsSummary, facts_of, summary_from, summary_of
from leeszaal.topics.text import embedding_texts

__all__ = ["load_assignments", "load_curve", "load_topics", "topics"]

# Raised whenever the same library would give other topics, so that old tables are made again.
_METHOD_VERSION = 1
_TABLES = {"topics": TOPICS, "assignments": ASSIGNMENTS, "topic_terms": TERMS}
_READ = ("work_id", "title", "abstract", "keywords", "language")


def topics(
    *,
    home: Home | Path | str | None = None,
    k: int | None = None,
    random_state: int = 0,
    method: str = "nmf",
) -> TopicsSummary:
    """Fit topics to the library and write topics.parquet and assignments.parquet.

    A library that was fitted before keeps the numbers and names of the topics that continue (`match`); the
    terms needed for that are kept in topic_terms.parquet. When only the tags changed, the topics stay and
    only their nearest theme is found again.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    k
        Number of topics; by default proposed by stability.
    random_state
        Seed of everything random.
    method
        "nmf", "kmeans" or "lda".

    Raises
    ------
    LeeszaalError
        When the library was not built, or `k` or `method` is impossible.
    """
    room = find_home(home)
    from leeszaal.works import embedding

    works = read_table(room, "works")
    able = embedding.available()
    fitted_from = fingerprint(_METHOD_VERSION, _texts_print(works), k, random_state, method, able)
    made_from = fingerprint(fitted_from, room.library / "tags.parquet")
    before = (read_stamp(room, "topics") or {}).get("facts", {})
    if is_current(room, "topics", made_from):
        return summary_from(before)
    if before.get("fitted_from") == fitted_from and _there(room):
        found, facts = {name: read_table(room, name) for name in _TABLES}, before
    else:
        vectors = None
        if able:
            with progress.stage("Betekenis"):
                vectors = embedding.embed(embedding_texts(works), cache=room.library / "embeddings")
        with progress.stage("Onderwerpen"):
            known = _known(room, before)
            model = fit_table(works, k, random_state, method=method, embeddings=vectors, known=known)
        found = dict(zip(_TABLES, (model.topics, model.assignments, model.terms), strict=True))
        facts = _facts(model, fitted_from)
    found["topics"] = _with_themes(room, found["topics"], found["assignments"])
    content = {name: table_bytes(found[name], schema) for name, schema in _TABLES.items()}
    save_stage(room, "topics", made_from, content, facts)
    return replace(summary_from(facts), reused=False)


def _texts_print(works: pd.DataFrame) -> str:
    """Return a fingerprint of what the topics are made from, so that a new DOI alone changes nothing."""
    columns = {name: works[name].tolist() if name in works else [] for name in _READ}
    plain = {
        name: [list(v) if isinstance(v, (list, tuple)) or hasattr(v, "tolist") else v for v in values]
        for name, values in columns.items()
    }
    return fingerprint({name: [None if v is pd.NA else v for v in values] for name, values in plain.items()})


def _there(room: Home) -> bool:
    return all((room.library / f"{name}.parquet").is_file() for name in ("topics", "assignments", "topic_terms"))


def _known(room: Home, facts: dict[str, Any]) -> Known | None:
    next_number = facts.get("next_number")
    if not isinstance(next_number, int) or not _there(room):
        return None
    before = read_table(room, "topics")
    names = {int(t): str(name) for t, name in zip(before["topic"], before["name"], strict=True)}
    return known_from(read_table(room, "topic_terms"), names, next_number)


def _facts(model: TopicModel, fitted_from: str) -> dict[str, Any]:
    curve = [
        {"k": int(k), "stability": float(stability), "worst": float(worst)}
        for k, stability, worst in model.curve[["k", "stability", "worst"]].itertuples(index=False)
    ]
    return {
        **facts_of(summary_of(model)),
        "curve": curve,
        "next_number": model.next_number,
        "fitted_from": fitted_from,
    }


def _with_themes(room: Home, found: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    themes: dict[int, str] = {}
    if (room.library / "tags.parquet").is_file():
        themes = nearest_themes(assignments, read_table(room, "tags"))
    nearest = pd.Series([themes.get(int(t)) for t in found["topic"]], index=found.index, dtype=object)
    return found.assign(theme=nearest)


def load_topics(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the topics of a reading room, one row a topic; see `TopicModel.topics` for the columns."""
    return read_table(find_home(home), "topics")


def load_assignments(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return `work_id`, `topic` (Int32, null for works that fit none) and `weight`."""
    return read_table(find_home(home), "assignments").astype({"topic": "Int32"})


def load_curve(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the curve behind the number of topics: `k`, `stability`, `worst`; empty when k was given."""
    stamp = read_stamp(find_home(home), "topics") or {}
    return pd.DataFrame(stamp.get("facts", {}).get("curve", []), columns=["k", "stability", "worst"])
