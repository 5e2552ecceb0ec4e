"""The same reading with plain ipywidgets: buttons instead of keys, for where the widget's own front end is missing."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets

from leeszaal.errors import LeeszaalError
from leeszaal.reading.desk.session import Status
from leeszaal.reading.desk.view import View

__all__ = ["ReadingForm"]

_NO_REASON = "zonder reden"
_STYLE = {"include": "success", "exclude": "danger", "maybe": "warning"}


class ReadingForm(ipywidgets.VBox):
    """One work at a time, by mouse or Tab and Enter.

    Parameters
    ----------
    view
        Of the session that the buttons are for.
    """

    def __init__(self, view: View) -> None:
        self._view, self._session = view, view.session
        self._text = ipywidgets.HTML()
        self._status = ipywidgets.HTML()
        reasons = [one.text for one in view.session.pile.criteria.exclude]
        self._reason = ipywidgets.Combobox(
            options=reasons, placeholder=_NO_REASON, description="Reden", ensure_option=False
        )
        self._note = ipywidgets.Text(placeholder="één regel", description="Notitie", continuous_update=False)
        self._labels = ipywidgets.SelectMultiple(description="Labels", rows=6, layout={"width": "auto"})
        self._drawing = False
        self.buttons = {
            "include": self._button("Opnemen", "include"),
            "exclude": self._button("Uitsluiten", "exclude"),
            "maybe": self._button("Twijfel", "maybe"),
            "undo": self._button("Terug", "undo"),
            "note": self._button("Notitie bewaren", "note"),
        }
        self._labels.observe(self._relabel, "value")
        super().__init__(
            children=[
                self._text,
                ipywidgets.HBox([self._labels, ipywidgets.VBox([self._reason, self._note])]),
                ipywidgets.HBox(list(self.buttons.values()), layout={"flex_flow": "row wrap"}),
                self._status,
            ]
        )
        self.draw()

    def _button(self, text: str, what: str) -> ipywidgets.Button:
        made = ipywidgets.Button(description=text, button_style=_STYLE.get(what, ""))
        made.on_click(lambda _: self.step(what))
        return made

    def step(self, what: str) -> None:
        """Take one step; a fault is told in the status line, never lost."""
        session = self._session
        try:
            if what in ("include", "exclude", "maybe"):
                session.judge(what, self._reason.value if what == "exclude" else "")
            elif what == "note":
                session.note(self._note.value)
            else:
                session.undo()
        except LeeszaalError as error:
            session.status = Status(f"NIET bewaard. {error.message} {error.remedy}".strip(), failed=True)
        if not session.status.failed:
            self._reason.value = self._note.value = ""
        self.draw()

    def _relabel(self, change: dict[str, Any]) -> None:
        if self._drawing:
            return
        try:
            for label in sorted(set(change["old"]) ^ set(change["new"])):
                self._session.tag(label)
        except LeeszaalError as error:
            self._session.status = Status(f"NIET bewaard. {error.message} {error.remedy}".strip(), failed=True)
        self.draw()

    def draw(self) -> None:
        """Show where the session stands."""
        values = self._view.values()
        work = values["work"]
        self._text.value = _page(values)
        status = html.escape(values["status"]["text"])
        self._status.value = f'<p role="status">{f"<b>{status}</b>" if values["status"]["failed"] else status}</p>'
        self._drawing = True
        try:
            labels = work["labels"] if work else []
            self._labels.options = [(label["name"], label["id"]) for label in labels]
            self._labels.value = tuple(label["id"] for label in labels if label["on"])
        finally:
            self._drawing = False
        for name, button in self.buttons.items():
            button.disabled = not values["undo"] if name == "undo" else work is None


def _page(values: dict[str, Any]) -> str:
    lines = [
        f"<p><b>{html.escape(values['heading'])}</b> · {html.escape(' · '.join(values['counts']))}</p>",
        *(f"<p>{html.escape(line)}</p>" for line in values["standing"]),
    ]
    work = values["work"]
    if work is None:
        return "".join([*lines, *(f"<p>{html.escape(line)}</p>" for line in values["end"])])
    lang = f' lang="{html.escape(work["lang"])}"' if work["lang"] else ""
    lines += [
        f"<h3{lang}>{_marked(work['title'])}</h3>",
        f"<p>{html.escape(work['meta'])}</p>",
        f"<div{lang} style='max-width: 44em; font-size: 115%; line-height: 1.5'>{_marked(work['abstract'])}</div>",
        *(f"<p>{html.escape(line)}</p>" for line in (work["others"], work["before"], *work["why"]) if line),
    ]
    return "".join(lines)


def _marked(pieces: list[list[str]]) -> str:
    lines = {"include": "solid", "theme": "solid", "exclude": "dashed"}
    return "".join(
        f'<span title="{html.escape(why)}" style="text-decoration: underline {lines[kind]} 2px; font-weight: 600">'
        f"{html.escape(text)}</span>"
        if kind
        else html.escape(text)
        for text, kind, _, why in pieces
    )
