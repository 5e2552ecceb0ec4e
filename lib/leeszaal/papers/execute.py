"""Run a notebook with papermill, within limits: of time, and of what a cell may print.

Several may run at once in the threads of one process: the kernel is told where to stand, and the process stays where it
is. Starting a kernel and importing takes half of the time of a run, so a kernel may stay for the next notebook: that
begins without a name or figure of the one before, and with its folder, its environment and its counter as if it were
the first. What papermill leaves out (it calls every cell completed after a timeout or a killed kernel) is put right
here: the notebook that is kept ends with the error, in the cell where it happened.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from leeszaal import progress
from leeszaal.files import read_bytes, write_text
from leeszaal.works.numbers import format_number

__all__ = ["MOST_OUTPUT", "Kernel", "NotebookFailed", "load_jupyter", "run_notebook", "steady_threads"]

MOST_OUTPUT = 5_000_000  # characters that one cell may print or show; no paper holds a tenth of it
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_QUIET = ["--IPKernelApp.log_level=50"]  # its advice on encryption is not for the trainee
# The environment stays in the kernel: it may hold keys, and this text may come to stand in a file.
_CLEAN = """
import os as _os, random as _random, sys as _sys
if "matplotlib.pyplot" in _sys.modules:
    _sys.modules["matplotlib.pyplot"].close("all")
_os.chdir({folder!r})
_kept = _sys.__dict__.setdefault("_leeszaal_environment", dict(_os.environ))
_os.environ.clear()
_os.environ.update(_kept)
_random.seed()
get_ipython().reset(new_session=True)
"""
_lock = threading.Lock()
_inside = 0
_before: dict[str, str | None] = {}


class NotebookFailed(Exception):
    """A cell of a notebook ended in an error, took too long, printed too much or lost its kernel.

    Parameters
    ----------
    cell
        Which (from 1).
    message
        What happened, in Dutch.
    """

    def __init__(self, cell: int, message: str) -> None:
        super().__init__(message)
        self.cell = cell
        self.message = message


class Kernel:
    """A Jupyter kernel that runs one notebook after another; it starts at the first, and anew after `stop`."""

    def __init__(self) -> None:
        self._manager: Any = None

    def ready(self, folder: Path) -> tuple[Any, str]:
        """Return its manager, and the code to run before the notebook, which makes it as good as new.

        Parameters
        ----------
        folder
            Where the next notebook runs.
        """
        # Its blocking namesake would keep nbclient waiting for a cell that hangs, beyond any limit.
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_core.utils import run_sync

        if self._manager is not None and run_sync(self._manager.is_alive)():
            return self._manager, _CLEAN.format(folder=str(folder))
        self.stop()
        manager = AsyncKernelManager(kernel_name="python3")
        with steady_threads():
            run_sync(manager.start_kernel)(cwd=str(folder), env=dict(os.environ), extra_arguments=_QUIET)
        self._manager = manager
        return manager, _CLEAN.format(folder=str(folder))

    def stop(self) -> None:
        """End the kernel, if it runs."""
        from jupyter_core.utils import run_sync

        if self._manager is not None:
            run_sync(self._manager.shutdown_kernel)(now=True)
            self._manager = None


@contextlib.contextmanager
def steady_threads() -> Iterator[None]:
    """Keep BLAS to one thread in the kernels that start here: the frames are small, and runs are parallel already.

    The environment belongs to the whole process, so the last one to leave puts it back.
    """
    global _inside
    with _lock:
        if _inside == 0:
            _before.update({name: os.environ.get(name) for name in _THREADS})
            os.environ.update({name: _before[name] or "1" for name in _THREADS})
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                for name, value in _before.items():
                    if value is None:
                        os.environ.pop(name, None)


@cache
def load_jupyter() -> None:
    """Import papermill and what it needs, without the grammars of jsonschema's check on IRIs.

    `rfc3987_syntax` compiles 38 grammars when it is imported, some three seconds of processor time. Notebooks hold no
    IRIs to check, and jsonschema does without where it is not installed; so for this import it is not.
    """
    with _lock:
        name = "rfc3987_syntax"
        hidden = name not in sys.modules
        if hidden:
            sys.modules[name] = None  # type: ignore[assignment]
        try:
            importlib.import_module("papermill")
        finally:
            if hidden:
                del sys.modules[name]


@cache
def _engine() -> str:
    """Register an engine that counts what a cell shows, and return its name."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines

    class Client(PapermillNotebookClient):
        """Stops a cell that shows more than the limit, and begins each notebook on a clean slate."""

        shown = 0
        cell_at = -1

        def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
            if cell_index != self.cell_at:
                self.cell_at, self.shown = cell_index, 0
            content = msg["content"]
            text = content.get("text") if msg["msg_type"] == "stream" else None
            data = content.get("data") or {}
            within = self.shown <= MOST_OUTPUT
            self.shown += len(text or "") + sum(len(part) for part in data.values() if isinstance(part, str))
            if self.shown > MOST_OUTPUT:
                if within:
                    self.stopping = asyncio.ensure_future(self.km.interrupt_kernel())
                if text is not None:
                    return None
                if data:
                    msg = {**msg, "content": {**content, "data": {"text/plain": "…"}}}
            return super().process_message(msg, cell, cell_index)

        def papermill_execute_cells(self) -> None:
            self.wait_for_reply(self.kc.execute(self.clean, silent=True, store_history=False))
            for index, cell in enumerate(self.nb.cells):
                self.here[0] = index + 1
                try:
                    self.nb_man.cell_start(cell, index)
                    try:
                        self.execute_cell(cell, index)
                    finally:
                        self.too_much(index)
                except self.failed as error:
                    self.nb_man.cell_exception(self.nb.cells[index], cell_index=index, exception=error)
                    break
                finally:
                    self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)

        def too_much(self, index: int) -> None:
            """Raise when a cell showed more than the limit, whatever else became of it."""
            if self.cell_at == index and self.shown > MOST_OUTPUT:
                most = format_number(MOST_OUTPUT)
                raise NotebookFailed(index + 1, f"de cel schrijft meer dan {most} tekens, en is daarom gestopt")

    class Engine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, start_timeout: int = 60, here: list[int] | None = None,
            kernel: Kernel | None = None, folder: str = "", **kwargs: Any,
        ) -> Any:  # fmt: skip
            from nbclient.exceptions import CellExecutionError

            passed = {key: value for key, value in kwargs.items() if key in ("timeout_func", "on_cell_executed")}
            own = kernel or Kernel()
            # papermill saves the whole notebook twice a cell; it does so again at the end, whatever that is.
            path, nb_man.output_path = nb_man.output_path, None
            try:
                manager, clean = own.ready(Path(folder))
                client = Client(nb_man, km=manager, kernel_name=kernel_name, startup_timeout=start_timeout, **passed)
                client.here = here if here is not None else [0]
                client.failed = CellExecutionError
                client.clean = clean
                try:
                    return client.execute()
                finally:
                    if client.kc is not None:
                        client.kc.stop_channels()
            finally:
                nb_man.output_path = path
                if own is not kernel:
                    own.stop()

    papermill_engines.register("leeszaal", Engine)
    return "leeszaal"


def run_notebook(
    source: Path,
    result: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    limit: float,
    kernel: Kernel | None = None,
) -> Any:
    """Run the notebook `source` in `folder`, write it to `result`, and return it (nbformat 4).

    Parameters
    ----------
    source, result
        Notebooks. `result` is written also when a cell fails, with the error in that cell.
    parameters
        For its `parameters` cell.
    folder
        Where the kernel stands.
    limit
        Seconds that the whole notebook may take.
    kernel
        One that stays for the next notebook; by default one of its own. After a failure it is ended.

    Raises
    ------
    NotebookFailed
        When a cell fails, takes too long, shows too much, or its kernel stops.
    """
    load_jupyter()
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    here, ends = [0], [0.0]

    def left(_cell: Any) -> int:
        """Return the seconds that are left; the clock starts with the first cell, not with the kernel."""
        ends[0] = ends[0] or time.monotonic() + limit
        return max(1, round(ends[0] - time.monotonic()))

    failed: NotebookFailed | None = None
    try:
        with steady_threads(), warnings.catch_warnings():
            # The kernel's own machinery warns about event loops and ports; none of it is about this notebook.
            warnings.simplefilter("ignore")
            papermill.execute_notebook(
                source, result, parameters=dict(parameters), kernel_name="python3", engine_name=_engine(),
                progress_bar=False, start_timeout=120, here=here, kernel=kernel, folder=str(folder),
                timeout_func=left, on_cell_executed=lambda **_: progress.advance(),
            )  # fmt: skip
        return nbformat.read(result, as_version=4)
    except PapermillExecutionError as error:
        raise NotebookFailed(error.cell_index + 1, f"{error.ename}: {error.evalue}") from error
    except NotebookFailed as error:
        failed = error
        raise
    except CellTimeoutError as error:
        failed = NotebookFailed(here[0], f"de cel was na {limit:g} seconden (de grens van deze run) nog niet klaar")
        raise failed from error
    except DeadKernelError as error:
        failed = NotebookFailed(here[0], "de kernel is gestopt (te weinig geheugen, of iets heeft hem afgesloten)")
        raise failed from error
    finally:
        if failed is not None:
            _note_error(source, result, failed)
        if kernel is not None and sys.exc_info()[0] is not None:
            kernel.stop()


def _note_error(source: Path, result: Path, failed: NotebookFailed) -> None:
    """Put the error in the cell where it happened, in the notebook as far as papermill saved it."""
    import nbformat

    notebook = nbformat.reads(read_bytes(result if result.is_file() else source).decode("utf-8"), as_version=4)
    cells = notebook.cells
    if 0 < failed.cell <= len(cells) and cells[failed.cell - 1].cell_type == "code":
        error = nbformat.v4.new_output("error", ename="Gestopt", evalue=failed.message, traceback=[failed.message])
        cells[failed.cell - 1].outputs = [*cells[failed.cell - 1].get("outputs", []), error]
    write_text(result, nbformat.writes(notebook))
