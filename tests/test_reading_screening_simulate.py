"""Replaying a screening: the table, the runs, the verb."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest

from leeszaal import LeeszaalError, cli, screen_simulate
from leeszaal.reading.screening import simulate
from leeszaal.reading.screening.labelled import from_frame, read_labelled

FRAME = pd.DataFrame(
    {
        "title": [f"toezicht op gemeente{i}" for i in range(8)] + [f"kiezers in stad{i}" for i in range(32)],
        "abstract": ["door de provincie"] * 8 + [None] * 32,
        "label_included": [1] * 8 + [0] * 32,
    }
)


def written(folder: Path, text: str) -> Path:
    path = folder / "set.csv"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def test_an_easy_set_is_read_best_first() -> None:
    found = simulate(FRAME, seeds=3)
    assert (found.works, found.relevant, found.every, len(found.runs)) == (40, 8, 1, 3)
    assert [run.seed for run in found.runs] == [0, 1, 2]
    assert all(run.scores.loss == 0 and len(run.prior) == 1 for run in found.runs)
    assert all(sorted(run.order) == list(range(40)) for run in found.runs)
    assert simulate(FRAME, seeds=3) == found
    json.dumps(dataclasses.asdict(found))


def test_what_is_known_beforehand() -> None:
    assert simulate(FRAME, seeds=1, prior=[0, 39]).runs[0].order[:2] == [0, 39]
    both = simulate(FRAME, seeds=1, prior="both").runs[0].prior
    assert both[0] < 8 <= both[1]
    described = simulate(FRAME, seeds=1, description="toezicht").runs[0]
    assert described.prior == []
    assert described.scores.loss == 0
    with pytest.raises(ValueError, match="prior"):
        simulate(FRAME, prior="two")
    with pytest.raises(ValueError, match="seeds"):
        simulate(FRAME, seeds=0)


def test_other_column_names_and_empty_labels(tmp_path: Path) -> None:
    rows = [f"toezicht {i};1" for i in range(4)] + [f"kiezers {i};0" for i in range(6)] + ["later;", "ooit;-1"]
    found = simulate(written(tmp_path, "Primary_Title;Included\n" + "\n".join(rows) + "\n"), seeds=1)
    assert (found.works, found.relevant, found.skipped) == (10, 4, 2)
    assert "alleen de titels" in found.tell()
    assert "2 regels zonder oordeel" in found.tell()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is leeg"),
        ("title,abstract\na,b\n", "‘label_included’ ontbreekt"),
        ("abstract,included\na,1\n", "‘title’ ontbreekt"),
        ("title,included\na,1\nb,misschien\n", "regel 3: het oordeel ‘misschien’ is geen 1 of 0"),
        ("title,included\na,1\nb,1\n", "2 relevante en 0 andere"),
        ("title,included\n", "0 relevante en 0 andere"),
        ("title,included\na,1\nb,0,c\n", "regel 3"),
    ],
)
def test_a_table_that_will_not_do(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LeeszaalError, match=message) as caught:
        screen_simulate(written(tmp_path, text))
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("header", "cells", "labels", "remark"),
    [
        ("asreview_label", ["1", "0", "", "-1", "1", "0", "1", "0"], [1, 0, 1, 0, 1, 0], ""),
        # The column that holds most labels counts, and it is told that there is another.
        ("included,asreview_label", ["1,1", ",0", ",1", ",0", ",1", ",0"], [1, 0, 1, 0, 1, 0], "niet gebruikt: ‘included’"),
        ("included,asreview_label", [",1", ",0", ",1", ",0", ",1", ",0"], [1, 0, 1, 0, 1, 0], ""),
    ],
)  # fmt: skip
def test_odd_columns_of_labels(tmp_path: Path, header: str, cells: list[str], labels: list[int], remark: str) -> None:
    rows = "".join(f"Titel {n},Tekst,{cell}\n" for n, cell in enumerate(cells))
    found = read_labelled(written(tmp_path, f"title,abstract,{header}\n{rows}"))
    assert found.labels == labels
    assert found.skipped == len(cells) - len(labels)
    assert bool(found.remarks) == bool(remark)
    assert remark in "".join(found.remarks)


def test_two_readers_of_one_pile_are_taken_together() -> None:
    """Each work counts once, and it is relevant when one of them said so; the same reader twice is another work."""
    anna = pd.DataFrame({"title": list("abcdefg"), "included": [1, 0, 1, 0, 1, 0, 1], "reader": "anna"})
    bram = anna.assign(included=[1, 0, 0, 1, 1, 0, 1], reader="bram").iloc[:5]
    twice = pd.DataFrame({"title": ["h", "h"], "included": [0, 0], "reader": "anna"})
    found = from_frame(pd.concat([anna, bram, twice], ignore_index=True))
    assert found.titles == [*"abcdefg", "h", "h"]
    assert found.labels == [1, 0, 1, 1, 1, 0, 1, 0, 0]
    assert found.remarks == [
        "5 werken zijn door meer mensen beoordeeld en tellen één keer; over 2 oordeelden zij verschillend: die tellen "
        "als relevant."
    ]


def test_a_frame_with_a_wrong_label() -> None:
    with pytest.raises(LeeszaalError, match="rij 1: het oordeel ‘5’"):
        simulate(FRAME.assign(label_included=5))


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str], repository: Path) -> None:
    path = tmp_path / "set.csv"
    FRAME.to_csv(path, index=False)
    assert cli.main(["screen", "--simulate", str(path), "--seeds", "2"]) == 0
    out = capsys.readouterr().out
    for words in ("na 5 %", "na 20 %", "WSS@95", "loss", "stopregel", "Deze stapel is klein"):
        assert words in out
    assert cli.main(["screen", "--simulate", str(path), "--theme", "ibt", "--home", str(repository), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["prior"] == []
    assert cli.main(["screen", "--simulate", str(path), "--theme", "ibx", "--home", str(repository)]) == 1
    assert "Bedoelt u" in capsys.readouterr().err


def test_a_real_set_is_read_far_better_than_by_chance(shared: Path) -> None:
    found = simulate(shared / "data" / "screening" / "Donners_2021" / "flat.csv", seeds=1)
    assert found.relevant == 15
    assert found.runs[0].scores.recall_20 > 0.7
    assert found.runs[0].scores.wss_95 > 0.4
    assert found.runs[0].stop.kept
