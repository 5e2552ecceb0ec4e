"""One progress bar a stage: on a terminal it moves, under papermill or in a pipe it is plain text or silent."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterable, Iterator, Sized
from contextvars import ContextVar
from typing import TypeVar

__all__ = ["advance", "is_quiet", "note", "quiet", "stage", "track"]

T = TypeVar("T")
_quiet: ContextVar[bool] = ContextVar("quiet", default=True)
_bar: ContextVar[object | None] = ContextVar("bar", default=None)


@contextlib.contextmanager
def quiet(value: bool) -> Iterator[None]:
    """Switch the bars off (`True`, the default in notebooks and tests) or on (`False`, the command line)."""
    token = _quiet.set(value)
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    """Tell whether the bars are off, for work that is handed to another thread."""
    return _quiet.get()


@contextlib.contextmanager
def stage(name: str, total: int | None = None) -> Iterator[None]:
    """Show one bar called `name` while the block runs; `advance` and `track` move it."""
    if _quiet.get():
        yield
        return
    from tqdm import tqdm  # 0.1 s, only needed when somebody looks

    started = time.perf_counter()
    with tqdm(total=total, desc=f"{name:<12}", file=sys.stderr, leave=False, dynamic_ncols=True, unit="") as bar:
        token = _bar.set(bar)
        try:
            yield
        finally:
            _bar.reset(token)
    print(f"{name:<12} {time.perf_counter() - started:6.1f} s", file=sys.stderr)


def advance(steps: int = 1, total: int | None = None) -> None:
    """Move the bar of the running stage by `steps`; `total` (re)sets how many there are."""
    bar = _bar.get()
    if bar is not None:
        if total is not None:
            bar.total = total  # type: ignore[attr-defined]
            bar.refresh()  # type: ignore[attr-defined]
        bar.update(steps)  # type: ignore[attr-defined]


def note(text: str) -> None:
    """Show a few words behind the bar of the running stage, such as the credit that is left."""
    bar = _bar.get()
    if bar is not None:
        bar.set_postfix_str(text)  # type: ignore[attr-defined]


def track(items: Iterable[T], total: int | None = None) -> Iterator[T]:
    """Yield `items`, moving the bar of the running stage by one for each."""
    if total is None and isinstance(items, Sized):
        total = len(items)
    advance(0, total)
    for item in items:
        yield item
        advance()
