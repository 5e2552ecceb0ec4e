"""Where tasks run: here, one after another, or on the workers of a Dask cluster.

A task is a module-level function of this room with small arguments: it reads files, writes files (each in one rename)
and returns a few numbers. So a task that is lost with its worker is simply done again, and nothing large travels.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from leeszaal import progress
from leeszaal.errors import LeeszaalError

__all__ = ["Here", "OnCluster", "Runner", "open_runner"]

# A task whose worker died is tried on another; after this many deaths the task itself is to blame.
_DEATHS = 3
_WAIT = 20.0


class Runner(Protocol):
    """Something that runs one function over many tasks."""

    def map(self, name: str, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Return ``function(*task)`` of each task, in the order of the tasks; `name` is shown with the progress."""


class Here:
    """Runs tasks in this process, one after another."""

    def map(self, name: str, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
        with progress.stage(name, len(tasks)):
            return [function(*task) for task in progress.track(tasks)]


class OnCluster:
    """Runs tasks on a Dask cluster.

    Parameters
    ----------
    client
        A ``distributed.Client``; whoever made it closes it. All workers must see the same files as this process.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def map(self, name: str, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
        from distributed import KilledWorker, as_completed

        futures = [self._client.submit(function, *task, pure=False) for task in tasks]
        try:
            with progress.stage(name, len(futures)):
                for _ in progress.track(as_completed(futures), len(futures)):
                    pass
            return list(self._client.gather(futures))
        except KilledWorker as error:
            raise LeeszaalError(
                f"{name}: een taak liet {_DEATHS} werkers na elkaar stoppen ({error.task}).",
                "Waarschijnlijk is het geheugen te klein: maak de delen kleiner met --rows.",
            ) from error
        finally:
            self._client.cancel(futures)


@contextlib.contextmanager
def open_runner(cluster: str | None = None, workers: int = 2) -> Iterator[Runner]:
    """Yield where tasks run, and close it afterwards.

    Parameters
    ----------
    cluster
        Address of a running scheduler, such as ``tcp://127.0.0.1:8786``. Without it a cluster of this machine alone
        is started.
    workers
        Processes of that local cluster; 0 runs everything in this process, without Dask.

    Raises
    ------
    LeeszaalError
        When Dask is not installed, or no scheduler answers at the address.
    """
    if cluster is None and workers == 0:
        yield Here()
        return
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise LeeszaalError(
            "Rekenen op een cluster vraagt Dask, en dat is hier niet geïnstalleerd.",
            'Installeer het met: pip install "leeszaal[scale]", of reken in één proces met --workers 0.',
        ) from error
    with dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS}), contextlib.ExitStack() as stack:
        if cluster is None:
            local = LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
            )
            cluster = stack.enter_context(local)
        try:
            client = stack.enter_context(Client(cluster, timeout=_WAIT))
        except (OSError, TimeoutError, ValueError) as error:
            raise LeeszaalError(
                f"Op {cluster} antwoordt geen Dask-cluster ({error}).",
                "Controleer het adres, of laat --cluster weg voor een cluster op deze computer.",
            ) from error
        yield OnCluster(client)
