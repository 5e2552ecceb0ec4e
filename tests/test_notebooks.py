"""The trainee's path: every notebook runs from top to bottom under papermill, in a room of its own."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

from leeszaal import desk
from leeszaal.errors import LeeszaalError
from leeszaal.home import find_home
from leeszaal.lab import lab_command

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def run(room: Path, name: str, **parameters: object) -> nbformat.NotebookNode:
    """Run a notebook as the trainee would: from the folder it stands in."""
    import warnings

    import papermill

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the kernel's machinery warns about event loops, not about the notebook
        return papermill.execute_notebook(
            room / "notebooks" / name,
            room / f"uit-{name}",
            parameters=parameters,
            kernel_name="python3",
            progress_bar=False,
            cwd=room / "notebooks",
            execution_timeout=300,
            extra_arguments=["--IPKernelApp.log_level=50"],
        )


def shown(notebook: nbformat.NotebookNode) -> str:
    """Return everything the cells show, as text."""
    parts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            parts.append(
                data.get("text/markdown") or data.get("text/html") or data.get("text/plain") or output.get("text", "")
            )
    return "\n".join(parts)


EXPECTED = {
    "1-harvest.ipynb": ["✓ starter.bib gevonden", "al eerder ingelezen", "starter.bib"],
    "2-library.ipynb": ["312 werken", "<figure", "Citekey"],
    "3-read.ipynb": ["0 van 312", "✓ Thema ‘ibt’ bestaat", "Financieel toezicht en gemeentefinanciën", "in titel"],
    "4-topics.ipynb": ["✓ works staat klaar", "Stabiliteit"],
    "5-trends.ipynb": ["<figure", "Werken achter deze figuur", "te weinig werken voor een uitspraak", "leestip"],
    "6-paper.ipynb": ["in orde", "{{ werken }}", "geen zinnen te herzien", "index.html"],
}


def test_every_notebook_has_an_expectation() -> None:
    assert sorted(EXPECTED) == NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_shows_what_it_promises(room: Path, name: str) -> None:
    text = shown(run(room, name))
    for words in EXPECTED[name]:
        assert words in text, f"{name} does not show {words!r}"
    assert "✗" not in text


def test_the_checks_say_what_is_wrong(room: Path) -> None:
    checks = str(desk.ready("trends", theme="ibtt", from_year=2020, to_year=2010, home=room))
    assert "✗ Het thema ‘ibtt’" in checks or "✗" in checks.splitlines()[1]
    assert "Bedoelt u ‘ibt’?" in checks
    assert "ligt na to_year" in checks
    (room / "literature" / "library" / "works.parquet").unlink()
    assert "leeszaal build" in str(desk.ready("tag", home=room))


def test_a_verb_that_failed_stops_the_notebook(room: Path) -> None:
    import leeszaal

    (room / "leeg.csv").write_text("naam\nx\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"leeg\.csv"):
        desk.show(leeszaal.import_([room / "leeg.csv"], home=room))


def test_lab_starts_in_dutch_on_the_first_notebook(room: Path) -> None:
    home = find_home(room)
    command, environment = lab_command(home)
    assert "--LabApp.default_url=/lab/tree/notebooks/1-harvest.ipynb" in command
    settings = Path(environment["JUPYTERLAB_SETTINGS_DIR"])
    plugin = settings / "@jupyterlab" / "translation-extension" / "plugin.jupyterlab-settings"
    assert "nl_NL" in plugin.read_text(encoding="utf-8")
    plugin.write_text('{"locale": "default"}', encoding="utf-8")
    lab_command(home)
    assert "default" in plugin.read_text(encoding="utf-8"), "what a user chose is kept"
    assert os.environ.get("JUPYTERLAB_SETTINGS_DIR") != str(settings)
