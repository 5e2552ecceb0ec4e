"""The verb `topics`: the topics of a reading room's library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal import progress
from leeszaal.harvest.query import terms
from leeszaal.harvest.searches import read_searches
from leeszaal.home import Home, find_home
from leeszaal.library.deciding import decide
from leeszaal.library.decisions import subject_decisions
from leeszaal.library.store import fingerprint, is_current, read_stamp, read_table, save_stage, table_bytes
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.topics.choose import CURVE
from leeszaal.topics.fit import fit_table
from leeszaal.topics.names import nearest_themes
from leeszaal.topics.periods import words_of_period
from leeszaal.topics.register import continued, read_register, record
from leeszaal.topics.result import ASSIGNMENTS, TOPICS, WORDS, TopicModel, pick_topic
from leeszaal.topics.summary import TopicsSummary, facts_of, summary_from, summary_of
from leeszaal.topics.text import embedding_texts

__all__ = ["load_assignments", "load_curve", "load_topics", "topic_words", "topics"]

# Raised whenever the same library would give other topics, so that old tables are made again.
_METHOD_VERSION = 6
_TABLES = {"topics": TOPICS, "assignments": ASSIGNMENTS, "topic_words": WORDS}
_READ = ("work_id", "title", "abstract", "keywords", "language", "year")


def topics(
    *,
    home: Home | Path | str | None = None,
    k: int | None = None,
    random_state: int = 0,
    model: str = "nmf",
    names: Mapping[int, str] | None = None,
) -> TopicsSummary:
    """Fit topics to the library and write topics.parquet, assignments.parquet and topic_words.parquet.

    A library that was fitted before keeps the numbers and names of the topics that continue (`match`); the
    register of topics (`leeszaal.topics.register`) keeps them when the library is deleted. When only the tags or the
    names that people gave changed, the topics stay and only these are read again.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    k
        Number of topics; by default the one with the best score (`leeszaal.topics.choose`).
    random_state
        Seed of everything random.
    model
        "nmf", "kmeans" or "lda".
    names
        Number of a topic to the name that you give it: a decision, which stays with the topic through every refit. What
        it is called already is not decided again.

    Raises
    ------
    LeeszaalError
        When the library was not built, `k` or `model` is impossible, or there is no such topic to name.
    """
    room = find_home(home)
    from leeszaal.works import embedding

    works = read_table(room, "works")
    able = embedding.available()
    searched = _searched(room)
    fitted_from = fingerprint(_METHOD_VERSION, _texts_print(works), k, random_state, model, able, searched)
    before = (read_stamp(room, "topics") or {}).get("facts", {})
    if not names and is_current(room, "topics", _made_from(room, fitted_from)):
        return summary_from(before)
    if before.get("fitted_from") == fitted_from and _there(room):
        found, facts, reused = {name: read_table(room, name) for name in _TABLES}, before, bool(names)
    else:
        vectors, reused = None, False
        if able:
            with progress.stage("Betekenis"):
                vectors = embedding.embed(embedding_texts(works), cache=room.embeddings)
        with progress.stage("Onderwerpen"):
            lines = read_register(room)
            known = continued(lines, fitted_from)
            fit = fit_table(
                works,
                k,
                random_state,
                method=model,
                embeddings=vectors,
                known=known,
                searched=searched,
                labels=_tags(room),
            )
        record(room, lines, fit, fitted_from)
        found = dict(zip(_TABLES, (fit.topics, fit.assignments, fit.words), strict=True))
        facts = _facts(fit, fitted_from)
    _save(room, fitted_from, found, facts)
    if names:
        _decide_names(room, found["topics"], names)
        _save(room, fitted_from, found, facts)
    told = (read_stamp(room, "topics") or {}).get("facts", facts)
    return replace(summary_from(told), reused=reused)


def _save(room: Home, fitted_from: str, found: dict[str, pd.DataFrame], facts: dict[str, Any]) -> None:
    """Write the tables with the nearest themes and the names that people gave."""
    topics, lost = _named(room, _with_themes(room, found["topics"], found["assignments"]), facts)
    tables = {**found, "topics": topics}
    content = {name: table_bytes(tables[name], schema) for name, schema in _TABLES.items()}
    names = {str(number): str(name) for number, name in zip(topics["topic"], topics["name"], strict=True)}
    save_stage(room, "topics", _made_from(room, fitted_from), content, {**facts, "names": names, "lost_names": lost})


def _made_from(room: Home, fitted_from: str) -> str:
    given = subject_decisions(room, "topic")
    return fingerprint(fitted_from, room.library / "tags.parquet", given.to_numpy().tolist())


def _searched(room: Home) -> list[str]:
    """Return the terms of every search of this room: words that tell nothing of a topic."""
    path = room.literature / "searches.yaml"
    if not path.is_file():
        return []
    asked = [node for search in read_searches(path).values() for node in search.nodes().values()]
    return sorted({term.text for node in asked for term in terms(node)})


def _tags(room: Home) -> pd.DataFrame | None:
    """Return what works are tagged with, by the Dutch names of labels and themes; None before `tag` ran."""
    if not (room.library / "tags.parquet").is_file():
        return None
    tags, taxonomy = read_table(room, "tags"), load_taxonomy(room.themes)
    names = {name: taxonomy.label_name(name) for name in (*(theme.id for theme in taxonomy.themes), *taxonomy.labels())}
    return tags.assign(label=tags["label"].map(names), theme=tags["theme"].map(names))


def _given_names(room: Home) -> dict[int, tuple[str, str]]:
    """Return the names that people gave, number to name and person; the last word counts."""
    rows = subject_decisions(room, "topic")
    rows = rows[(rows["verb"] == "name") & rows["name"].str.fullmatch(r"\d+")]
    columns = (rows[name].astype(str).tolist() for name in ("name", "value", "person"))
    return {int(number): (name, person) for number, name, person in zip(*columns, strict=True)}


def _named(room: Home, topics: pd.DataFrame, facts: Mapping[str, Any]) -> tuple[pd.DataFrame, list[str]]:
    """Return the topics under the names that people gave, and what is to be said of names without a topic."""
    given = _given_names(room)
    numbers = [int(number) for number in topics["topic"]]
    names = [given[n][0] if n in given else p for n, p in zip(numbers, topics["proposed_name"], strict=True)]
    people = [given[n][1] if n in given else None for n in numbers]
    lost = []
    for number in sorted(set(given) - set(numbers)):
        now = (facts.get("merged") or {}).get(str(number))
        where = f" en is opgegaan in onderwerp {now}" if now is not None else ""
        lost.append(f"Onderwerp {number} (‘{given[number][0]}’) is er niet meer{where}.")
    return topics.assign(name=names, named_by=pd.Series(people, index=topics.index, dtype=object)), lost


def _decide_names(room: Home, topics: pd.DataFrame, names: Mapping[int, str]) -> None:
    for number in names:
        pick_topic(topics, number)
    given = _given_names(room)
    for number, name in names.items():
        if given.get(number, ("", ""))[0] != name.strip():
            decide("name", f"topic:{number}", name, home=room)


def _texts_print(works: pd.DataFrame) -> str:
    """Return a fingerprint of what the topics are made from, so that a new DOI alone changes nothing."""
    columns = {name: works[name].tolist() if name in works else [] for name in _READ}
    plain = {
        name: [list(v) if isinstance(v, (list, tuple)) or hasattr(v, "tolist") else v for v in values]
        for name, values in columns.items()
    }
    return fingerprint({name: [None if v is pd.NA else v for v in values] for name, values in plain.items()})


def _there(room: Home) -> bool:
    return all((room.library / f"{name}.parquet").is_file() for name in _TABLES)


def _facts(model: TopicModel, fitted_from: str) -> dict[str, Any]:
    curve = model.curve.astype(object).where(model.curve.notna(), None).to_dict("records")
    return {**facts_of(summary_of(model)), "curve": curve, "fitted_from": fitted_from}


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
    """Return the curve behind the number of topics; see `TopicModel.curve`. One row when k was given."""
    stamp = read_stamp(find_home(home), "topics") or {}
    return pd.DataFrame(stamp.get("facts", {}).get("curve", []), columns=list(CURVE))


def topic_words(
    home: Home | Path | str | None = None, from_year: int | None = None, to_year: int | None = None
) -> pd.DataFrame:
    """Return the words of each topic that occur in a period; see `leeszaal.topics.periods.words_of_period`."""
    return words_of_period(read_table(find_home(home), "topic_words"), from_year, to_year)
