"""Beyond one process: whatever the partitions and the workers, the outcome is that of one process."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leeszaal
from leeszaal.errors import LeeszaalError
from leeszaal.library.dedupe import find_duplicates
from leeszaal.reading.tag import tag_works
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.scale.corpus import RECORDS, Corpus, open_corpus, read_part
from leeszaal.scale.deduping import deduplicate
from leeszaal.scale.runner import Here, OnCluster, open_runner
from leeszaal.scale.shuffle import gather, scatter
from leeszaal.trends.counts import yearly_counts

WORDS = [
    "toezicht",
    "gemeente",
    "regio",
    "samenwerking",
    "opkomst",
    "verkiezing",
    "begroting",
    "raad",
    "provincie",
    "waterschap",
    "archief",
    "jaarverslag",
]
NAMES = ["de Vries, Anna", "Jansen, Piet", "van der Meer, J.", "Smith, John", "Provincie Overijssel"]


def filled(folder: Path, records: pd.DataFrame, rows: int) -> Corpus:
    """Return a corpus with `records` in partitions of `rows`."""
    place = open_corpus(folder)
    table = records.reindex(columns=RECORDS.names).astype(object)
    table = table.where(table.notna(), None)
    for number, start in enumerate(range(0, len(table), rows)):
        place.save_part(
            "records", number, table.iloc[start : start + rows].astype({"year": "Int32", "line": "Int32"}), RECORDS
        )
    return place


def library(size: int, seed: int) -> pd.DataFrame:
    """Return records of which many tell of one work: copies, slips of the pen, other years, no DOI, two DOIs."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for i in range(size):
        if rows and random.random() < 0.5:
            row = dict(rows[int(random.integers(len(rows)))])
            match int(random.integers(6)):
                case 0:
                    row["doi"] = None
                case 1:
                    row["title"] = str(row["title"]).replace("e", "", 1)
                case 2:
                    row["year"] = int(row["year"]) + 1
                case 3:
                    row["pages"] = None
                case 4:
                    row["doi"] = f"{row['doi']}; 10.9/{i}"
        else:
            title = " ".join(random.choice(WORDS, int(random.integers(1, 8))))
            row = {
                "title": title, "authors": [str(random.choice(NAMES))], "year": int(random.integers(2000, 2024)),
                "container": "Bestuurskunde", "volume": str(random.integers(1, 9)), "issue": "1",
                "pages": f"{random.integers(1, 99)}-{random.integers(100, 120)}", "doi": f"10.1/{i}", "type": "article",
            }  # fmt: skip
        rows.append(row)
    return pd.DataFrame(rows)


def same_as_one_process(place: Corpus, facts: dict[str, Any]) -> None:
    whole = pd.concat([read_part(place, part) for part in place.parts()])
    expected = find_duplicates(whole)
    for name in ("same", "maybe", "related"):
        ours = pd.read_parquet(place.root / f"{name}.parquet").sort_values(["left", "right"], ignore_index=True)
        theirs = getattr(expected, name).sort_values(["left", "right"], ignore_index=True)
        columns = ["left", "right", "points", "reason"]
        assert ours[columns].astype(object).to_numpy().tolist() == theirs[columns].astype(object).to_numpy().tolist()
        assert len(ours) == facts[name]
    work = pd.concat([pd.read_parquet(place.part("works", part)) for part in place.parts()]).set_index("record")["work"]
    assert work.tolist() == expected.clusters.tolist()
    assert facts["works"] == expected.clusters.nunique()
    assert facts["conflicts"] == expected.conflicts
    assert facts["compared"] >= expected.compared
    assert facts["blocked"] == expected.blocked


@settings(max_examples=8)
@given(size=st.integers(2, 60), rows=st.integers(1, 40), seed=st.integers(0, 10_000))
def test_works_do_not_depend_on_the_partitions(
    tmp_path_factory: pytest.TempPathFactory, size: int, rows: int, seed: int
) -> None:
    place = filled(tmp_path_factory.mktemp("corpus") / "c", library(size, seed), max(rows, size // 4))
    same_as_one_process(place, deduplicate(place, Here()))
    assert not place.work.exists()


def test_works_of_a_labelled_set(shared: Path, tmp_path: Path) -> None:
    source = pd.read_csv(shared / "data" / "dedupe" / "respiratory" / "records_pre_merged.csv", dtype=str).fillna("")
    files = []
    for number in range(2):
        files.append(tmp_path / f"deel{number}.csv")
        source.iloc[number:800:2].to_csv(files[-1], index=False)
    made = leeszaal.corpus(tmp_path / "corpus", files, steps=["dedupe"], workers=0, rows=150)
    assert made.steps["import"] == {"files": 2, "records": 800, "rejected": 0, "parts": 6, "unread": {}}
    same_as_one_process(open_corpus(tmp_path / "corpus"), made.steps["dedupe"])


class Killing(OnCluster):
    """A cluster of which a worker is killed while the first step runs."""

    killed = 0

    def map(self, name: str, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
        if not self.killed:
            workers = sorted(self._client.run(os.getpid).values())
            assert len(workers) == 2
            self.killed = workers[0]
            threading.Timer(0.2, os.kill, (workers[0], signal.SIGKILL)).start()
            return super().map(name, slowly, [(function, *task) for task in tasks])
        return super().map(name, function, tasks)


def slowly(function: Callable[..., Any], *task: Any) -> Any:
    import time

    time.sleep(0.15)
    return function(*task)


def test_a_killed_worker_changes_nothing(tmp_path: Path) -> None:
    place = filled(tmp_path / "c", library(120, 3), 15)
    with open_runner(workers=2) as running:
        assert isinstance(running, OnCluster)
        killing = Killing(running._client)
        facts = deduplicate(place, killing)
        assert killing.killed not in killing._client.run(os.getpid).values()
    same_as_one_process(place, facts)


def test_tags_and_counts_are_those_of_one_process(repository: Path, tmp_path: Path) -> None:
    starter = repository / "literature" / "starter.bib"
    made = leeszaal.corpus(tmp_path / "c", [starter], workers=0, rows=100, until=2026, home=repository)
    place = open_corpus(tmp_path / "c")
    whole = pd.concat([read_part(place, part) for part in place.parts()]).reset_index(names="work_id")
    whole["work_id"] = whole["work_id"].astype(str)
    taxonomy = load_taxonomy(repository / "literature" / "themes.yaml")
    tags, _ = tag_works(whole, taxonomy)
    ours = pd.concat([pd.read_parquet(place.part("tags", part)) for part in place.parts()])
    assert ours["record"].astype(str).tolist() == tags["work_id"].tolist()
    assert ours["label"].tolist() == tags["label"].tolist()
    assert ours["reason"].tolist() == tags["reason"].tolist()
    first = {str(one) for one in find_duplicates(whole.set_index("work_id")).clusters}
    works = whole[whole["work_id"].isin(first)]
    units = pd.concat([
        pd.DataFrame({"kind": kind, "unit": tags[kind], "work_id": tags["work_id"]}) for kind in ("theme", "label")
    ])  # fmt: skip
    expected = yearly_counts(works, units[units["work_id"].isin(first)], peildatum_year=2026)
    counts = pd.read_parquet(place.root / "counts.parquet")
    pd.testing.assert_frame_equal(
        counts.sort_values(["kind", "unit", "year"], ignore_index=True)[list(expected.columns)],
        expected.sort_values(["kind", "unit", "year"], ignore_index=True), check_dtype=False,
    )  # fmt: skip
    assert made.steps["count"]["counted"] == int(expected.drop_duplicates("year")["corpus"].sum())
    placed = pd.concat([pd.read_parquet(place.part("assignments", part)) for part in place.parts()])
    assert set(placed["record"].astype(str)) == first
    assert set(placed["topic"].dropna()) <= set(pd.read_parquet(place.root / "topics.parquet")["topic"])
    assert made.steps["topics"]["placed"] == int(placed["topic"].notna().sum())
    # Chance alone would agree on the share of the largest topic.
    assert made.steps["topics"]["agreement"] > placed["topic"].value_counts(normalize=True).iloc[0]
    again = leeszaal.corpus(tmp_path / "c", workers=0, until=2026, home=repository)
    assert again.reused == ["import", "dedupe", "tag", "count", "topics"]
    assert again.steps == made.steps
    assert "stond er al" in again.tell()


def test_rows_reach_their_reader_in_order(tmp_path: Path) -> None:
    table = pa.table({"n": [1, 2, 3, 4, 5]})
    scatter(tmp_path / "a.arrow", table, np.array([1, 0, 1, 3, 0]), 4)
    scatter(tmp_path / "b.arrow", table.slice(0, 0), np.zeros(0, dtype=np.int64), 4)
    paths = [tmp_path / "a.arrow", tmp_path / "b.arrow"]
    assert [gather(paths, reader)["n"].to_pylist() for reader in range(4)] == [[2, 5], [1, 3], [], [4]]


def test_what_cannot_be_read_is_kept_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text("@book{k, title = {Wie bestuurt?}}\n@book{leeg, year = 2020}\n", encoding="utf-8")
    made = leeszaal.corpus(tmp_path / "c", [tmp_path / "a.bib"], steps=["dedupe"], workers=0)
    assert made.steps["import"]["rejected"] == 1
    assert "@book{leeg" in (tmp_path / "c" / "rejected" / "a.bib.txt").read_text(encoding="utf-8")


def test_a_file_that_is_no_text_is_set_aside_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text("@book{k, title = {Wie bestuurt?}}\n", encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(bytes(range(256)) * 4)
    files = [tmp_path / "a.bib", tmp_path / "b.csv"]
    made = leeszaal.corpus(tmp_path / "c", files, steps=["dedupe"], workers=0)
    assert made.steps["import"]["records"] == 1
    assert "niet gelezen: b.csv is geen tekstbestand." in made.tell()
    with pytest.raises(LeeszaalError, match=r"b\.csv is geen tekstbestand"):
        leeszaal.corpus(tmp_path / "d", files[1:], steps=["dedupe"], workers=0)
    with pytest.raises(LeeszaalError, match=r"weg\.csv bestaat niet"):
        leeszaal.corpus(tmp_path / "e", [tmp_path / "weg.csv"], steps=["dedupe"], workers=0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": ["dedup"]}, "Bedoelt u ‘dedupe’?"),
        ({"rows": 0}, "0 records kan niet"),
        ({"files": []}, "nog niets ingelezen"),
        ({"cluster": "tcp://127.0.0.1:9"}, "antwoordt geen Dask-cluster"),
    ],
)
def test_a_wrong_word_gets_a_clear_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], message: str
) -> None:
    monkeypatch.setattr("leeszaal.scale.runner._WAIT", 0.5)
    (tmp_path / "a.bib").write_text("@book{k, title = {Wie bestuurt?}}", encoding="utf-8")
    given = {"files": [tmp_path / "a.bib"], "steps": ["dedupe"], "workers": 0} | change
    with pytest.raises(LeeszaalError) as caught:
        leeszaal.corpus(tmp_path / "c", given.pop("files"), **given)
    assert message in str(caught.value)


def test_a_folder_with_something_else_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "brief.docx").write_bytes(b"x")
    with pytest.raises(LeeszaalError, match="iets anders"):
        open_corpus(tmp_path)
