"""Many papers at once, and notebooks that misbehave: they hang, print without end, or kill their kernel."""

from __future__ import annotations

import ast
import json
import os
import signal
import threading
from pathlib import Path

import pytest

import leeszaal
from leeszaal import cli
from leeszaal.errors import LeeszaalError
from leeszaal.home import find_home
from leeszaal.papers.execute import MOST_OUTPUT, Kernel, NotebookFailed, run_notebook
from leeszaal.papers.matrix import read_matrix
from leeszaal.papers.published import published_papers
from leeszaal.papers.rerun import Ran, RerunSummary

MATRIX = """\
template: trendpaper
themes: [ibt, dem]
regions: [overijssel, twente]
years: [[2001, 2025]]
languages: [nl]
title: "{theme_name} in {region_name}"
"""


def notebook(path: Path, *cells: str) -> Path:
    parts = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None} for cell in cells
    ]
    parts[0]["metadata"] = {"tags": ["parameters"]}
    meta = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(
        json.dumps({"cells": parts, "metadata": meta, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("code", "words", "limit"),
    [
        ("1 / 0", "ZeroDivisionError", 60),
        ("import time\ntime.sleep(300)", "na 3 seconden", 3),
        ("import os\nos._exit(1)", "de kernel is gestopt", 60),
        ("for _ in range(1_000_000):\n    print('x' * 99)", "meer dan 5.000.000 tekens", 600),
        ("print('x' * 100_000_000)", "meer dan 5.000.000 tekens", 600),
    ],
    ids=["error", "hangs", "kills its kernel", "prints 100 MB in lines", "prints 100 MB at once"],
)
def test_a_notebook_that_misbehaves_is_stopped_and_kept_with_its_error(
    tmp_path: Path, code: str, words: str, limit: float
) -> None:
    source, result = notebook(tmp_path / "bron.ipynb", "a = 1", code, "print('nooit')"), tmp_path / "uit.ipynb"
    with pytest.raises(NotebookFailed, match=words) as caught:
        run_notebook(source, result, {}, tmp_path, limit)
    assert caught.value.cell == 2
    kept = json.loads(result.read_text(encoding="utf-8"))
    errors = [
        output for cell in kept["cells"] for output in cell.get("outputs", []) if output["output_type"] == "error"
    ]
    assert errors
    assert result.stat().st_size < 1.2 * MOST_OUTPUT  # each line is a string of its own in the file
    assert "nooit" not in [output.get("text") for output in kept["cells"][-1]["outputs"]]


def test_a_notebook_stands_where_it_is_told_and_the_process_stays(tmp_path: Path) -> None:
    here = Path.cwd()
    source = notebook(tmp_path / "bron.ipynb", "a = 1", "from pathlib import Path\nPath('hier.txt').write_text(str(a))")
    (tmp_path / "map").mkdir()
    run_notebook(source, tmp_path / "uit.ipynb", {"a": 7}, tmp_path / "map", 60)
    assert (tmp_path / "map" / "hier.txt").read_text() == "7"
    assert Path.cwd() == here


def test_the_next_notebook_in_a_kernel_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    """And what fails takes its kernel along, so that the one after it gets a new one."""
    told = (
        "import os\nfrom pathlib import Path\n"
        "('left' in globals(), os.environ.get('LEFT'), Path.cwd().name, 'matplotlib' in __import__('sys').modules, os.getpid())"
    )
    first = notebook(
        tmp_path / "een.ipynb", "a = 1", told, "left = 1; os.environ['LEFT'] = '1'; os.chdir('..')\nimport matplotlib"
    )
    second, broken = (
        notebook(tmp_path / "twee.ipynb", "a = 1", told),
        notebook(tmp_path / "stuk.ipynb", "a = 1", "1 / 0"),
    )
    for name in ("x", "y", "z"):
        (tmp_path / name).mkdir()
    kernel = Kernel()
    try:
        one = run_notebook(first, tmp_path / "1.ipynb", {}, tmp_path / "x", 60, kernel)
        two = run_notebook(second, tmp_path / "2.ipynb", {}, tmp_path / "y", 60, kernel)
        with pytest.raises(NotebookFailed, match="ZeroDivisionError"):
            run_notebook(broken, tmp_path / "3.ipynb", {}, tmp_path / "x", 60, kernel)
        three = run_notebook(second, tmp_path / "4.ipynb", {}, tmp_path / "z", 60, kernel)
    finally:
        kernel.stop()
    said = [ast.literal_eval(made.cells[1].outputs[0].data["text/plain"]) for made in (one, two, three)]
    assert [line[:4] for line in said] == [
        (False, None, "x", False), (False, None, "y", True), (False, None, "z", False),
    ]  # fmt: skip
    assert said[0][4] == said[1][4] != said[2][4]
    assert [made.cells[1].execution_count for made in (one, two, three)] == [2, 2, 2]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    leeszaal.init(tmp_path / "zaal")
    return tmp_path / "zaal"


def test_a_matrix_names_every_paper_once(empty: Path) -> None:
    path = empty / "matrix.yaml"
    path.write_text(MATRIX + "papers: [interbestuurlijk-toezicht]\n", encoding="utf-8")
    planned = read_matrix(find_home(empty), path)
    assert [one.slug for one in planned] == [
        "interbestuurlijk-toezicht", "trendpaper-ibt-overijssel", "trendpaper-ibt-twente", "trendpaper-dem-overijssel",
        "trendpaper-dem-twente",
    ]  # fmt: skip
    assert planned[2].settings["parameters"] == {
        "theme": "ibt", "from_year": 2001, "to_year": 2025, "region": "twente", "lang": "nl",
    }  # fmt: skip
    assert planned[2].settings["title"] == "Interbestuurlijk toezicht in Twente"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MATRIX + "slug: altijd-een\n", "twee papers zouden ‘altijd-een’ heten"),
        (MATRIX + 'slug: "{thema}"\n', "is niet in te vullen"),
        (MATRIX + "slug: ../buiten\n", "twee papers zouden ‘buiten’"),
        (MATRIX.replace("[ibt, dem]", "[ibtt]"), "Bedoelt u ‘ibt’"),
        (MATRIX.replace("twente", "twenthe"), "Bedoelt u ‘twente’"),
        (MATRIX.replace("[nl]", "[fr]"), "regel 5: de taal ‘fr’"),
        (MATRIX.replace("[[2001, 2025]]", "[2001]"), "regel 4: ‘2001’ is geen periode"),
        (MATRIX.replace("themes:", "themas:"), "Bedoelt u ‘themes’"),
        ("papers: [bestaat-niet]\n", "Er is geen paper ‘bestaat-niet’"),
        ("papers: []\n", "er staan geen papers in"),
    ],
)
def test_a_matrix_that_is_wrong_says_where(empty: Path, text: str, words: str) -> None:
    (empty / "matrix.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LeeszaalError, match=words):
        read_matrix(find_home(empty), empty / "matrix.yaml")


def test_a_summary_tells_what_failed() -> None:
    summary = RerunSummary([Ran("een", "made", 3.2, "", 2), Ran("twee", "failed", 1.0, "stuk")], 4.2)
    assert "2 zinnen te herzien" in summary.tell()
    assert "2 papers in 4.2 s: 1 gemaakt, 1 mislukt." in summary.tell()
    assert [one.slug for one in summary.failed] == ["twee"]


def test_the_others_are_finished_and_only_what_changed_is_made(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One paper has lost all its works; the other is made, once."""
    (room / "matrix.yaml").write_text(
        "template: trendpaper\nthemes: [reg]\nyears: [[2015, 2025], [1800, 1801]]\n", encoding="utf-8"
    )
    words = ["rerun", str(room / "matrix.yaml"), "--home", str(room), "--json"]
    assert cli.main(words) == 1
    said = json.loads(capsys.readouterr().out)
    assert [(one["slug"], one["state"]) for one in said["papers"]] == [
        ("trendpaper-reg-2015-2025", "made"), ("trendpaper-reg-1800-1801", "failed"),
    ]  # fmt: skip
    assert "geen werken" in said["papers"][1]["message"]
    assert "trendpaper-reg-2015-2025" in [one.slug for one in published_papers(find_home(room))]
    assert cli.main(words) == 1
    assert [one["state"] for one in json.loads(capsys.readouterr().out)["papers"]] == ["current", "failed"]
    settings = room / "papers" / "trendpaper-reg-2015-2025" / "paper.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("theme: reg", "theme: dem"), encoding="utf-8")
    with pytest.raises(LeeszaalError, match="Er is al een paper ‘trendpaper-reg-2015-2025’, met andere parameters"):
        leeszaal.rerun(room / "matrix.yaml", home=room)


def made_by(room: Path, slugs: list[str]) -> dict[str, list[str]]:
    """Return what every cell of the papers says, without ids and times."""
    said = {}
    for slug in slugs:
        content = json.loads((room / "papers" / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))
        said[slug] = [json.dumps([cell["source"], cell.get("outputs")]) for cell in content["cells"]]
    return said


def test_a_cluster_of_which_a_worker_is_killed_makes_the_same_papers(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    slugs = ["interbestuurlijk-toezicht", "raden-in-de-regio"]
    (room / "matrix.yaml").write_text(f"papers: [{', '.join(slugs)}]\n", encoding="utf-8")
    alone = made_by(room, slugs)  # as `demo` made them, on this machine
    for slug in slugs:
        (room / "papers" / slug / f"{slug}.ipynb").unlink()
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        first = sorted(worker.pid for worker in cluster.workers.values())[0]
        killing = threading.Timer(4.0, os.kill, (first, signal.SIGKILL))  # while both papers are being made
        killing.start()
        summary = leeszaal.rerun(room / "matrix.yaml", cluster=cluster.scheduler_address, force=True, home=room)
        killing.join()
        assert first not in [worker.pid for worker in cluster.workers.values()]
    assert [(one.slug, one.state) for one in summary.papers] == [(slug, "made") for slug in slugs], summary.tell()
    assert made_by(room, slugs) == alone


def test_a_cluster_that_is_not_there_is_named(room: Path) -> None:
    pytest.importorskip("distributed")
    (room / "matrix.yaml").write_text("papers: [interbestuurlijk-toezicht]\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match="niet te bereiken"):
        leeszaal.rerun(room / "matrix.yaml", cluster="tcp://127.0.0.1:1", home=room)


def test_plain_papermill_runs_a_template(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No command of ours: ``papermill papers/templates/signalenbrief.ipynb OUT -p theme dem``, from the reading room."""
    import subprocess
    import sys

    words = [
        sys.executable,
        "-m",
        "papermill",
        "papers/templates/signalenbrief.ipynb",
        "uit.ipynb",
        "-p",
        "theme",
        "dem",
    ]
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    done = subprocess.run(words, cwd=room, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Het signaal" in (room / "uit.ipynb").read_text(encoding="utf-8")
