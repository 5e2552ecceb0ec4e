"""A kernel that stays: the whole notebook of a paper is run again at each save, without starting Python anew.

Nothing is kept from the run before but the modules: what the preview shows is what `leeszaal paper` will make.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.papers.execute import Kernel, load_jupyter
from leeszaal.papers.settings import PaperSettings

__all__ = ["WarmKernel"]

_PATIENCE = 60  # seconds for one cell


class WarmKernel:
    """A Jupyter kernel in a folder inside the reading room, started at the first run.

    Parameters
    ----------
    folder
        Where the cells run; the figures of a paper come to stand in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kernel = Kernel()

    def run(self, settings: PaperSettings, front_matter: str) -> str:
        """Run the template of a paper from its first cell to its last, and return the executed notebook (JSON).

        Raises
        ------
        LeeszaalError
            When a cell fails, or takes longer than a minute; the kernel is then started anew at the next run.
        """
        load_jupyter()
        import nbformat
        from jupyter_core.utils import ensure_event_loop
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
        from papermill.iorw import load_notebook_node

        notebook = load_notebook_node(str(settings.template.notebook))
        manager, clean = self._kernel.ready(self.folder)
        notebook = _prepared(notebook, {**settings.parameters, "slug": settings.slug}, front_matter, clean)
        with warnings.catch_warnings():
            # The kernel's own machinery warns about event loops and ports; none of it is about this notebook.
            warnings.simplefilter("ignore")
            client = NotebookClient(notebook, km=manager, timeout=_PATIENCE)
            try:
                client.execute(reset_kc=False)
            except CellExecutionError as error:
                raise LeeszaalError(
                    f"Het sjabloon ‘{settings.template.name}’ gaf een fout: {error.ename}: {error.evalue}",
                    f"Maak de paper voor de hele melding met: leeszaal paper {settings.slug}",
                ) from error
            except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
                self.stop()
                raise LeeszaalError(
                    f"Sjabloon ‘{settings.template.name}’ was na {_PATIENCE} seconden niet klaar, of Python stopte.",
                    "Sla de tekst nog eens op om het opnieuw te proberen.",
                ) from error
            finally:
                if client.kc is not None:
                    client.kc.stop_channels()
                ensure_event_loop().close()  # which Jupyter opened for this thread
        return str(nbformat.writes(notebook))

    def stop(self) -> None:
        """End the kernel."""
        self._kernel.stop()


def _prepared(notebook: Any, parameters: Mapping[str, Any], front_matter: str, clean: str) -> Any:
    """Return a template with its parameters filled in, all that is not for a reader hidden, and a clean start."""
    import nbformat
    from papermill.parameterize import parameterize_notebook

    filled = parameterize_notebook(notebook, dict(parameters))
    for cell in filled.cells:
        if {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", [])):
            cell.metadata.tags = sorted({*cell.metadata.tags, "remove-cell"})
    if filled.cells and filled.cells[0].cell_type == "raw":
        filled.cells[0].source = front_matter
    # Behind the front matter, which is the first cell.
    filled.cells.insert(1, nbformat.v4.new_code_cell(clean, metadata={"tags": ["remove-cell"]}))
    return nbformat.from_dict(json.loads(json.dumps(filled)))
