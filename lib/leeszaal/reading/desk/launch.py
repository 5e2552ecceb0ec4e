"""Open a pile in a notebook: the widget where a browser can draw it, else a form; text where nobody looks."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from leeszaal.home import Home, find_home
from leeszaal.library.deciding import person_name
from leeszaal.reading.desk.order import Ranked
from leeszaal.reading.desk.pile import lay_out
from leeszaal.reading.desk.session import Session
from leeszaal.reading.desk.view import View, text_of_view

__all__ = ["OpenPile", "open_pile"]

_FIRST = 1.0  # seconds in which a small pile is ranked; a larger one is opened in the order in which it lies
_ARRIVES = 15.0  # seconds after which a widget that no browser has drawn makes way for the form


class OpenPile:
    """A pile on the table, as a cell shows it.

    Attributes
    ----------
    session
        The reader at the pile: `judge`, `tag`, `note` and `undo` can be called from a cell too.
    """

    def __init__(self, view: View, form: bool) -> None:
        self.session, self._view, self._form = view.session, view, form
        self._box: Any = None

    def __str__(self) -> str:
        return text_of_view(self._view.values())

    def _draw(self) -> Any:
        import ipywidgets

        from leeszaal.reading.desk.form import ReadingForm

        if self._form:
            return ReadingForm(self._view)
        from leeszaal.reading.desk.widget import ReadingWidget

        widget = ReadingWidget(self._view)
        box = ipywidgets.VBox([widget])
        late = threading.Timer(_ARRIVES, lambda: None if widget.arrived else _show(box, ReadingForm(self._view)))
        late.daemon = True
        late.start()
        # A browser that was only slow gets the widget after all.
        widget.when_arrived = lambda: _show(box, widget)
        return box

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        from leeszaal.works.markdown import escape_markdown

        self._box = self._box or self._draw()
        text = str(self)
        drawn = self._box._repr_mimebundle_()
        data = {**(drawn[0] if isinstance(drawn, tuple) else drawn or {})}
        data["text/plain"] = text
        data["text/markdown"] = "  \n".join(escape_markdown(line) for line in text.splitlines())
        return data, {}


def _show(box: Any, child: Any) -> None:
    if box.children != (child,):
        box.children = (child,)


def _can_draw() -> bool:
    """Tell whether the front end of anywidget is installed where JupyterLab looks for it."""
    from jupyter_core.paths import jupyter_path

    return any((Path(folder) / "anywidget" / "package.json").is_file() for folder in jupyter_path("labextensions"))


def open_pile(
    *,
    theme: str | None = None,
    query: str = "",
    again: str | None = None,
    person: str | None = None,
    target: float = 0.9,
    form: bool | None = None,
    random_state: int = 0,
    home: Home | Path | str | None = None,
) -> OpenPile:
    """Open a pile to read, where it was left; as the last line of a cell it shows itself.

    Parameters
    ----------
    theme
        A theme or subtheme (``"reg"``, ``"ibt.stelsel"``): what is looked for. It decides the order, the labels and the
        criteria; it leaves no work out.
    query
        Only the works that this question finds, see `leeszaal.works`.
    again
        "twijfel" for this reader's doubts, "oneens" for works on which readers disagree; None for what was not judged
        yet.
    person
        Who reads; by default the environment variable `LEESZAAL_PERSON`, else the login name.
    target
        The share of the relevant works that is to be found, above 0 and at most 1.
    form
        True for the plain form, False for the widget; by default the widget where its front end is there.
    random_state
        Seed of the ranking.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the theme, the kind of pile, the question or the person is not known, or the library was not built.
    """
    if not 0 < target <= 1:
        raise ValueError(f"target must lie above 0 and at most at 1, not {target}")
    room = find_home(home)
    pile = lay_out(room, person=person_name(person), theme=theme, query=query, again=again)
    ranked = Ranked(pile.works, pile.taxonomy, theme, target=target, cache=room.embeddings, random_state=random_state)
    ranked.judged(pile.state, _FIRST)
    session = Session(room, pile, order=ranked if again is None else None)
    return OpenPile(View(session, ranked), not _can_draw() if form is None else form)
