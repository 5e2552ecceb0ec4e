"""The reading widget in JupyterLab: the browser shows a view and sends keys; Python decides, writes and answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from leeszaal.errors import LeeszaalError
from leeszaal.reading.desk.session import Status
from leeszaal.reading.desk.view import KEYS, View

__all__ = ["ReadingWidget"]

_FOLDER = Path(__file__).parent


class ReadingWidget(anywidget.AnyWidget):
    """One work at a time, by keyboard.

    Parameters
    ----------
    view
        Of the session that the keys are for.
    """

    _esm = _FOLDER / "widget.js"
    _css = _FOLDER / "widget.css"

    view = traitlets.Dict().tag(sync=True)
    #: The keys and what they do: no trait may be called `keys`, which ipywidgets uses itself.
    shortcuts: Any = traitlets.List().tag(sync=True)
    #: Whether words are marked: the reader's choice, kept when the cell is drawn again.
    marking = traitlets.Bool(default_value=True).tag(sync=True)

    def __init__(self, view: View, **traits: Any) -> None:
        self._view, self._session = view, view.session
        super().__init__(view=view.values(), shortcuts=[list(pair) for pair in KEYS.items()], **traits)
        self.arrived = False  # set when a browser has drawn it
        self.when_arrived: Callable[[], None] = lambda: None
        self.on_msg(self._hear)

    def _hear(self, _: Any, message: Any, __: Any) -> None:
        if not isinstance(message, dict):
            return
        if message.get("do") == "arrived":
            self.arrived = True
            self.when_arrived()
            return
        if message.get("version") == self._session.version:
            self.step(str(message.get("do", "")), message)
        self._answer(message.get("ask"))

    def step(self, what: str, message: dict[str, Any]) -> None:
        """Take one step, as the browser asks for it; a fault is told in the status line, never lost."""
        session = self._session
        try:
            if what in ("include", "exclude", "maybe"):
                session.judge(what, str(message.get("reason", "")))
            elif what == "tag":
                session.tag(str(message.get("label", "")))
            elif what == "note":
                session.note(str(message.get("text", "")))
            elif what == "undo":
                session.undo()
        except LeeszaalError as error:
            session.status = Status(f"NIET bewaard. {error.message} {error.remedy}".strip(), failed=True)

    def _answer(self, ask: Any) -> None:
        # `ask` comes back, so that the browser knows its key was heard even when nothing changed.
        self.view = {**self._view.values(), "answer": ask}
