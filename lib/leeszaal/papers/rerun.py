"""Make many papers again: in parallel, only what changed, each within its time, and the others when one fails."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import yaml

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_text
from leeszaal.home import Home, find_home
from leeszaal.papers.execute import Kernel, steady_threads
from leeszaal.papers.matrix import Planned, read_matrix
from leeszaal.papers.run import LIMIT, paper
from leeszaal.works.numbers import format_count

__all__ = ["Ran", "RerunSummary", "rerun", "run_papers"]

_THREADS = 2  # papermill in two threads of one process is fastest on two cores


@dataclass(frozen=True)
class Ran:
    """What became of one paper: ``made``, ``current`` (nothing had changed) or ``failed``, with why."""

    slug: str
    state: str
    seconds: float
    message: str = ""
    to_review: int = 0


@dataclass(frozen=True)
class RerunSummary:
    """What became of every paper of a matrix."""

    papers: list[Ran]
    seconds: float
    cluster: str = ""

    @property
    def failed(self) -> list[Ran]:
        """The papers that could not be made; their last good version stays on the site."""
        return [one for one in self.papers if one.state == "failed"]

    def tell(self) -> str:
        words = {"made": "gemaakt", "current": "nog gelijk", "failed": "MISLUKT"}
        width = max((len(one.slug) for one in self.papers), default=0)
        lines = []
        for one in self.papers:
            review = f"  {format_count(one.to_review, 'zin', 'zinnen')} te herzien" if one.to_review else ""
            lines.append(f"  {one.slug:<{width}}  {words[one.state]:<10} {one.seconds:6.1f} s{review}")
            lines += [f"      {line}" for line in one.message.splitlines()]
        counts = {state: sum(one.state == state for one in self.papers) for state in words}
        told = ", ".join(f"{counts[state]} {words[state].lower()}" for state in words if counts[state])
        lines.append(f"{format_count(len(self.papers), 'paper', 'papers')} in {self.seconds:.1f} s: {told}.")
        if self.failed:
            lines.append("Van wat mislukte, blijft de vorige goede versie op de site staan.")
        return "\n".join(lines)


def rerun(
    matrix: Path | str,
    *,
    cluster: str = "",
    limit: float = LIMIT,
    force: bool = False,
    home: Home | Path | str | None = None,
) -> RerunSummary:
    """Make the papers of a matrix.

    A paper of the matrix that is not there yet is laid out first (`papers/<slug>/paper.yaml`, without a text); one that
    is there must have the same parameters.

    Parameters
    ----------
    matrix
        A YAML file (see `leeszaal.papers.matrix`).
    cluster
        The address of a Dask scheduler whose workers reach the same files; empty: this computer, two at a time.
    limit
        Seconds that each paper may take.
    force
        Also what has not changed.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the matrix cannot be read, would make one paper out of two, or the cluster cannot be reached. A paper that
        fails is no error: it stands in the summary.
    """
    started = time.perf_counter()
    room = find_home(home)
    planned = read_matrix(room, Path(matrix))
    for one in planned:
        _lay_out(room, one)
    slugs = [one.slug for one in planned]
    ran = _on_cluster(room, slugs, cluster, limit, force) if cluster else run_papers(slugs, room, limit, force)
    return RerunSummary(ran, round(time.perf_counter() - started, 1), cluster)


def _lay_out(home: Home, planned: Planned) -> None:
    """Write the `paper.yaml` of a paper of the matrix, or hold the one that is there to it."""
    if not planned.settings:
        return
    path = home.papers / planned.slug / "paper.yaml"
    if not path.is_file():
        head = "# Gemaakt uit een matrix met ‘leeszaal rerun’. Een eigen tekst kan in text.md.\n"
        write_text(path, head + yaml.safe_dump(planned.settings, allow_unicode=True, sort_keys=False, width=1000))
        return
    there = yaml.safe_load(read_bytes(path)) or {}
    for key, word in (("template", "een ander sjabloon"), ("parameters", "andere parameters")):
        if there.get(key) != planned.settings[key]:
            raise LeeszaalError(
                f"Er is al een paper ‘{planned.slug}’, met {word}: {there.get(key)} in plaats van "
                f"{planned.settings[key]}.",
                "Geef de papers van de matrix andere namen met slug, of maak de twee gelijk.",
            )


def run_papers(slugs: Iterable[str], home: Home, limit: float = LIMIT, force: bool = False) -> list[Ran]:
    """Make papers in this process, two at a time; none waits for another's failure.

    Returns
    -------
    list of Ran
        In the order asked.
    """
    names = list(slugs)
    width = max((len(name) for name in names), default=0)
    quiet = progress.is_quiet()
    kernels: SimpleQueue[Kernel] = SimpleQueue()
    for _ in range(_THREADS):
        kernels.put(Kernel())
    try:
        with steady_threads(), ThreadPoolExecutor(_THREADS) as pool:
            jobs: list[Future[Ran]] = [
                # Each in a new context: two runs may share neither a progress bar nor an event loop, and a copy would.
                pool.submit(
                    contextvars.Context().run,
                    _in_thread,
                    kernels,
                    (name, home.root, limit, force, f"{name:<{width}}", quiet),
                )
                for name in names
            ]
            try:
                return [job.result() for job in jobs]
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    finally:
        while not kernels.empty():
            kernels.get().stop()


def _in_thread(kernels: SimpleQueue[Kernel], words: tuple[str, Path, float, bool, str, bool]) -> Ran:
    """Make one paper in a thread of this process, and close the event loop that Jupyter opened for it."""
    from jupyter_core.utils import ensure_event_loop

    kernel = kernels.get()
    try:
        return _one(*words, kernel=kernel)
    finally:
        kernels.put(kernel)
        ensure_event_loop().close()


def _one(
    slug: str,
    root: Path,
    limit: float,
    force: bool,
    bar: str = "Paper",
    quiet: bool = True,
    kernel: Kernel | None = None,
) -> Ran:
    """Make one paper; what a user can mend is told, not raised. Also runs on a worker of a cluster."""
    started = time.perf_counter()
    try:
        with progress.quiet(quiet):
            done = paper(slug, home=root, limit=limit, force=force, bar=bar, kernel=kernel)
    except LeeszaalError as error:
        return Ran(slug, "failed", round(time.perf_counter() - started, 1), str(error))
    return Ran(slug, "current" if done.reused else "made", done.seconds, "", done.to_review)


def _on_cluster(home: Home, slugs: list[str], address: str, limit: float, force: bool) -> list[Ran]:
    try:
        from distributed import Client
    except ImportError as error:
        raise LeeszaalError(
            "Voor een cluster is Dask nodig, en dat is niet geïnstalleerd.", "pip install leeszaal[scale]"
        ) from error
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise LeeszaalError(
            f"Het cluster ‘{address}’ is niet te bereiken ({error}).", "Controleer het adres."
        ) from error
    with client:
        submit: Callable[..., Any] = client.submit
        jobs = [submit(_one, slug, home.root, limit, force, pure=False) for slug in slugs]
        return list(_gathered(jobs, slugs))


def _gathered(jobs: list[Any], slugs: list[str]) -> Iterator[Ran]:
    """Yield what came of each job; a worker that was lost is a failure of its paper, not of the others."""
    for job, slug in zip(jobs, slugs, strict=True):
        error = job.exception()
        yield job.result() if error is None else Ran(slug, "failed", 0.0, f"{type(error).__name__}: {error}")
