"""Run a paper: its template through papermill, with the parameters of `paper.yaml`.

The executed notebook, `papers/<slug>/<slug>.ipynb`, and its figures are build products. They are made beside their
place and moved there when the run has ended well; a failing run leaves the last good one, and keeps the notebook with
its error cell as `<slug>.mislukt.ipynb`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import leeszaal
from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes, write_text, writing
from leeszaal.home import Home, find_home
from leeszaal.library.decisions import subject_decisions
from leeszaal.library.store import fingerprint
from leeszaal.papers.check import paper_findings, tell_findings
from leeszaal.papers.contents import Paper, open_paper
from leeszaal.papers.execute import Kernel, NotebookFailed, load_jupyter, run_notebook
from leeszaal.papers.kinds import kind_module
from leeszaal.papers.living import carried, to_review
from leeszaal.papers.settings import PaperSettings, read_settings
from leeszaal.works.numbers import format_count

__all__ = ["LIMIT", "PaperSummary", "is_current", "open_settings", "paper"]

LIMIT = 600.0  # seconds that one paper may take


@dataclass(frozen=True)
class PaperSummary:
    """What a run of one paper made."""

    slug: str
    notebook: str
    works: int
    cited: int
    reused: bool
    seconds: float
    to_review: int = 0

    def tell(self) -> str:
        waiting = format_count(self.to_review, "zin", "zinnen")
        review = f"\n{waiting} te herzien: leeszaal paper review {self.slug}" if self.to_review else ""
        if self.reused:
            return f"Paper ‘{self.slug}’ is nog gelijk aan de vorige run: {self.notebook}{review}"
        return (
            f"Paper ‘{self.slug}’ is gemaakt in {self.seconds:.1f} s: {self.works} werken in het thema, "
            f"{self.cited} werken aangehaald.\n{self.notebook}{review}"
        )


def open_settings(home: Home, settings: PaperSettings) -> Paper:
    """Open a paper as its `paper.yaml` says."""
    given = {**settings.template.parameters, **settings.parameters, "slug": settings.slug}
    return open_paper(template=settings.template.name, home=home, **given)


def _made_from(home: Home, settings: PaperSettings) -> str:
    folder = home.paper(settings.slug)
    tables = sorted(home.library.glob("*.parquet"))
    code = sorted(Path(leeszaal.__file__).parent.rglob("*.py"))
    decisions = subject_decisions(home, "paper")
    signed = decisions[decisions["name"] == settings.slug]
    module = kind_module(settings.template.name)
    rests = module.rests_on(home, settings.parameters) if module is not None and hasattr(module, "rests_on") else []
    return fingerprint(
        leeszaal.__version__, settings.parameters, folder / "paper.yaml", folder / "text.md",
        settings.template.notebook, settings.template.notebook.with_suffix(".yaml"),
        home.themes, *sorted((home.literature / "indicators").glob("*.csv")),
        *sorted((home.literature / "frameworks").glob("*")), *tables, *code, *rests,
        *sorted((folder / "versions").glob("*/version.json")), signed.values.tolist(),
    )  # fmt: skip


def paper(
    slug: str,
    *,
    home: Home | Path | str | None = None,
    parameters: Mapping[str, Any] | None = None,
    force: bool = False,
    limit: float = LIMIT,
    bar: str = "Paper",
    kernel: Kernel | None = None,
) -> PaperSummary:
    """Run one paper and put its executed notebook and figures in `papers/<slug>/`.

    Parameters
    ----------
    slug
        The folder of the paper below `papers/`.
    home
        The reading room; by default the nearest one.
    parameters
        Take the place of those in `paper.yaml`, for this run.
    force
        Run also when nothing has changed since the last run.
    limit
        Seconds that the run may take.
    bar
        What the progress bar is called.
    kernel
        One that stays for the next paper; by default one of its own.

    Raises
    ------
    LeeszaalError
        When a parameter is unknown or wrong, the text holds something a rerun cannot honour, the theme has no works,
        or a cell of the template fails. The last good run stays.
    """
    started = time.perf_counter()
    room = find_home(home)
    settings = read_settings(room, slug, parameters)
    target = room.paper(slug) / f"{slug}.ipynb"
    made_from = _made_from(room, settings)
    current = not force and _stamp(target) == made_from
    with progress.stage(bar):
        contents = open_settings(room, settings)
        if findings := paper_findings(contents, settings):
            text = room.relative(room.paper(slug) / "text.md")
            raise LeeszaalError("\n".join(tell_findings(text, findings)), "Verbeter de tekst en probeer het opnieuw.")
        if not current:
            _execute(room, settings, contents, target, made_from, limit, kernel)
    return PaperSummary(
        slug, room.relative(target), len(contents.works), len(contents.cited), current,
        round(time.perf_counter() - started, 1), len(to_review(contents)),
    )  # fmt: skip


def is_current(home: Home, settings: PaperSettings) -> bool:
    """Tell whether the executed notebook of a paper was made from exactly what is there now."""
    return _stamp(home.paper(settings.slug) / f"{settings.slug}.ipynb") == _made_from(home, settings)


def _execute(
    home: Home,
    settings: PaperSettings,
    contents: Paper,
    target: Path,
    made_from: str,
    limit: float,
    kernel: Kernel | None,
) -> None:
    load_jupyter()
    import nbformat

    notebook = nbformat.reads(read_bytes(settings.template.notebook).decode("utf-8"), as_version=4)
    for cell in notebook.cells:
        if {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", [])):
            cell.metadata.tags = sorted({*cell.metadata.tags, "remove-cell"})
    if notebook.cells and notebook.cells[0].cell_type == "raw":
        notebook.cells[0].source = contents.front_matter(settings)
    with writing(target):
        # Hidden, and inside the reading room: the kernel finds its home from where it stands.
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{settings.slug}."))
    try:
        source, result = work / "template.ipynb", work / "result.ipynb"
        progress.advance(0, sum(cell.cell_type == "code" for cell in notebook.cells) + 1)
        write_text(source, nbformat.writes(notebook))
        try:
            parameters = {**settings.parameters, "slug": settings.slug}
            executed = run_notebook(source, result, parameters, work, limit, kernel)
        except NotebookFailed as error:
            failed = target.with_name(f"{settings.slug}.mislukt.ipynb")
            write_bytes(failed, read_bytes(result))
            raise LeeszaalError(
                f"Paper ‘{settings.slug}’: cel {error.cell} van sjabloon ‘{settings.template.name}’ gaf een fout: "
                f"{error.message}",
                f"Bekijk {home.relative(failed)}. De vorige versie van de paper is niet veranderd.",
            ) from error
        _finish(executed, contents, made_from)
        figures = work / "figures"
        figures.mkdir(exist_ok=True)
        _publish(figures, target, nbformat.writes(executed))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _stamp(target: Path) -> str:
    """Return what an executed notebook was made from; empty when there is none or it cannot be read."""
    try:
        return str(json.loads(target.read_text(encoding="utf-8"))["metadata"]["leeszaal"]["made_from"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _finish(notebook: Any, contents: Paper, made_from: str) -> None:
    """Keep what the run rests on, and take out what differs from run to run: times, durations, paths."""
    shown = "\n".join(
        "".join(output.get("data", {}).get("text/markdown", ""))
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    notebook.metadata["leeszaal"] = {
        "made_from": made_from,
        "sentences": carried(contents),
        "lists": {name: {"title": one.title, "works": list(one.works)} for name, one in contents.lists(shown).items()},
    }
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.metadata.tags = sorted({*cell.metadata.tags, "remove-cell"})
    notebook.metadata.pop("papermill", None)
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"cel-{index + 1:02d}"


def _publish(figures: Path, target: Path, content: str) -> None:
    from leeszaal.files import replace_folder

    failed = target.with_name(f"{target.stem}.mislukt.ipynb")
    replace_folder(figures, target.parent / "figures")
    write_text(target, content)
    with writing(failed):
        failed.unlink(missing_ok=True)
