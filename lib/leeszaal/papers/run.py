"""Run a paper: its template through papermill, with the parameters of `paper.yaml`.

The executed notebook, `papers/<slug>/<slug>.ipynb`, and its figures are build products. They are made beside their
place and moved there when the run has ended well; a failing run leaves the last good one, and keeps the notebook with
its error cell as `<slug>.mislukt.ipynb`.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import leeszaal
from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes, write_text, writing
from leeszaal.home import Home, find_home
from leeszaal.library.store import fingerprint
from leeszaal.papers.contents import Paper, open_paper
from leeszaal.papers.settings import PaperSettings, read_settings
from leeszaal.papers.text import Finding, check_text, read_text

__all__ = ["CheckSummary", "PaperSummary", "check_paper", "open_settings", "paper"]


@dataclass(frozen=True)
class PaperSummary:
    """What a run of one paper made."""

    slug: str
    notebook: str
    works: int
    cited: int
    reused: bool
    seconds: float

    def tell(self) -> str:
        if self.reused:
            return f"Paper ‘{self.slug}’ is nog gelijk aan de vorige run: {self.notebook}"
        return (
            f"Paper ‘{self.slug}’ is gemaakt in {self.seconds:.1f} s: {self.works} werken in het thema, "
            f"{self.cited} werken aangehaald.\n{self.notebook}"
        )


@dataclass(frozen=True)
class CheckSummary:
    """What must be mended in the writer's text."""

    slug: str
    text: str
    failed: list[Finding] = field(default_factory=list)

    def tell(self) -> str:
        if not self.failed:
            return f"{self.text}: in orde."
        return "\n".join(_lines(self.text, self.failed))


def _lines(name: str, findings: list[Finding]) -> list[str]:
    return [f"{name}, regel {f.line}: {f.message}." + (f" {f.remedy}" if f.remedy else "") for f in findings]


def check_paper(slug: str, *, home: Home | Path | str | None = None) -> CheckSummary:
    """Check the writer's text of a paper without running anything.

    Raises
    ------
    LeeszaalError
        When the paper, its settings or the library cannot be read.
    """
    room = find_home(home)
    settings = read_settings(room, slug)
    path = room.paper(slug) / "text.md"
    return CheckSummary(slug, room.relative(path), _findings(room, settings))


def open_settings(home: Home, settings: PaperSettings) -> Paper:
    """Open a paper as its `paper.yaml` says."""
    return open_paper(template=settings.template.name, home=home, slug=settings.slug, **settings.parameters)


def _findings(home: Home, settings: PaperSettings) -> list[Finding]:
    contents = open_settings(home, settings)
    sections = read_text(home.paper(settings.slug) / "text.md")
    return check_text(sections, contents.slots, contents.values, contents.citekeys)


def _made_from(home: Home, settings: PaperSettings) -> str:
    folder = home.paper(settings.slug)
    tables = sorted(home.library.glob("*.parquet"))
    code = sorted(Path(leeszaal.__file__).parent.rglob("*.py"))
    return fingerprint(
        leeszaal.__version__, settings.parameters, folder / "paper.yaml", folder / "text.md",
        settings.template.notebook, settings.template.notebook.with_suffix(".yaml"),
        home.themes, *sorted((home.literature / "indicators").glob("*.csv")),
        *sorted((home.literature / "frameworks").glob("*.yaml")), *tables, *code,
    )  # fmt: skip


def paper(
    slug: str,
    *,
    home: Home | Path | str | None = None,
    parameters: Mapping[str, Any] | None = None,
    force: bool = False,
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

    Raises
    ------
    LeeszaalError
        When a parameter is unknown or wrong, the text holds something a rerun cannot honour, the theme has no works,
        or a cell of the template fails. The last good run stays.
    """
    started = datetime.datetime.now(tz=datetime.UTC)
    room = find_home(home)
    settings = read_settings(room, slug, parameters)
    folder = room.paper(slug)
    contents = open_settings(room, settings)
    findings = check_text(read_text(folder / "text.md"), contents.slots, contents.values, contents.citekeys)
    if findings:
        raise LeeszaalError(
            "\n".join(_lines(room.relative(folder / "text.md"), findings)), "Verbeter de tekst en probeer het opnieuw."
        )
    target = folder / f"{slug}.ipynb"
    made_from = _made_from(room, settings)
    current = not force and _stamp(target) == made_from
    if not current:
        _execute(room, settings, contents.front_matter(settings), target, made_from)
    seconds = (datetime.datetime.now(tz=datetime.UTC) - started).total_seconds()
    return PaperSummary(
        slug, room.relative(target), len(contents.works), len(contents.cited), current, round(seconds, 1)
    )


def _execute(home: Home, settings: PaperSettings, front_matter: str, target: Path, made_from: str) -> None:
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    notebook = nbformat.reads(read_bytes(settings.template.notebook).decode("utf-8"), as_version=4)
    for cell in notebook.cells:
        if {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", [])):
            cell.metadata.tags = sorted({*cell.metadata.tags, "remove-cell"})
    if notebook.cells and notebook.cells[0].cell_type == "raw":
        notebook.cells[0].source = front_matter
    with writing(target):
        # Hidden, and inside the reading room: the kernel finds its home from where it stands.
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{settings.slug}."))
    try:
        source, result = work / "template.ipynb", work / "result.ipynb"
        write_text(source, nbformat.writes(notebook))
        with (
            progress.stage("Paper", sum(cell.cell_type == "code" for cell in notebook.cells) + 1),
            _steady_environment(),
        ):
            try:
                _run_papermill(papermill, source, result, {**settings.parameters, "slug": settings.slug}, work)
            except PapermillExecutionError as error:
                failed = target.with_name(f"{settings.slug}.mislukt.ipynb")
                write_bytes(failed, read_bytes(result))
                raise LeeszaalError(
                    f"Paper ‘{settings.slug}’: cel {error.cell_index + 1} van sjabloon ‘{settings.template.name}’ "
                    f"gaf een fout: {error.ename}: {error.evalue}",
                    f"Bekijk {home.relative(failed)}. De vorige versie van de paper is niet veranderd.",
                ) from error
        executed = nbformat.read(result, as_version=4)
        _finish(executed, made_from)
        figures = work / "figures"
        figures.mkdir(exist_ok=True)
        _publish(figures, target, nbformat.writes(executed))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _steady_environment() -> Any:
    """Threads of BLAS off in the kernel: the frames are small, and on a busy machine they cost more than they give."""
    import contextlib

    @contextlib.contextmanager
    def steady() -> Any:
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        before = {name: os.environ.get(name) for name in names}
        os.environ.update({name: before[name] or "1" for name in names})
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)

    return steady()


def _run_papermill(papermill: Any, source: Path, result: Path, parameters: Mapping[str, Any], work: Path) -> None:
    import logging
    import warnings

    logging.getLogger("papermill").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # The kernel's own machinery warns about event loops and ports; none of it is about this notebook.
        warnings.simplefilter("ignore")
        papermill.execute_notebook(
            source, result, parameters=dict(parameters), kernel_name="python3", progress_bar=False, cwd=work,
            start_timeout=120, execution_timeout=600,
            extra_arguments=["--IPKernelApp.log_level=50"],  # its advice on encryption is not for the trainee
            on_cell_executed=lambda **_: progress.advance(),
        )  # fmt: skip


def _stamp(target: Path) -> str:
    """Return what an executed notebook was made from; empty when there is none or it cannot be read."""
    try:
        return str(json.loads(target.read_text(encoding="utf-8"))["metadata"]["leeszaal"]["made_from"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _finish(notebook: Any, made_from: str) -> None:
    """Note what it was made from, and take out what differs from run to run: times, durations, paths."""
    notebook.metadata["leeszaal"] = {"made_from": made_from}
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
