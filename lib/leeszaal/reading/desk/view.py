"""What a reader sees of a session, as plain values that a browser, a form and a page of text can show alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from leeszaal.reading.desk.marks import Marked, Marker, Piece
from leeszaal.reading.desk.order import Ranked
from leeszaal.reading.desk.pile import WORDS
from leeszaal.reading.desk.session import Session
from leeszaal.works.numbers import format_count, format_number

__all__ = ["KEYS", "View", "text_of_view"]

#: The keys of the widget, and what each does (Dutch): the one list from which buttons, help and manual are made.
KEYS = {
    "V": "opnemen",
    "X": "uitsluiten: kies daarna een reden met 1 tot en met 9, of 0 zonder reden",
    "T": "twijfel: het werk komt op een stapel voor later",
    "Z": "de laatste beslissing terugnemen; nog eens neemt die daarvoor terug",
    "1–9": "een label erbij of weg",
    "N": "een notitie bij dit werk",
    "W": "waarom ligt dit werk bovenaan?",
    "H": "gemarkeerde woorden aan of uit",
    "↑ ↓": "door de samenvatting",
    "?": "deze uitleg",
    "Esc": "sluiten, of terug naar het notebook",
}
_LANGUAGES = {"nl": "Nederlands", "en": "Engels", "de": "Duits", "fr": "Frans"}
_TERMS = 6


class View:
    """Makes the view of a session; what costs time is done once a work.

    Parameters
    ----------
    session
        Whose.
    order
        The ranking, which knows why a work is on top and what may be said of the rest; None without one.
    """

    def __init__(self, session: Session, ranked: Ranked | None = None) -> None:
        self.session, self._ranked = session, ranked
        self._marker = Marker(session.pile.taxonomy, session.pile.criteria)
        self._marked: tuple[str, Marked] | None = None

    def marked(self, work: dict[str, Any]) -> Marked:
        """Return the title and abstract of a work with their marks."""
        if self._marked is None or self._marked[0] != work["work_id"]:
            keywords = "; ".join(work["keywords"]) or None
            found = self._marker.mark(work["title"], _text(work["abstract"]) or None, keywords)
            self._marked = (work["work_id"], found)
        return self._marked[1]

    def values(self) -> dict[str, Any]:
        """Return everything there is to show, ready for JSON."""
        session, state, pile = self.session, self.session.state, self.session.pile
        counts = state.counts()
        standing = self._ranked.standing() if self._ranked and state.again is None else []
        return {
            "version": session.version,
            "heading": pile.title,
            "person": pile.person,
            "read": state.read,
            "size": state.size,
            "counts": [
                f"{format_number(state.read)} van {format_number(state.size)}",
                f"{format_number(counts['include'])} opgenomen",
                f"{format_number(counts['exclude'])} uitgesloten",
                *([f"{format_number(counts['maybe'])} twijfel"] if counts["maybe"] else []),
            ],
            "standing": standing,
            "remark": pile.remark,
            "status": {"text": session.status.text, "failed": session.status.failed},
            "undo": bool(state.said),
            "criteria": {
                side: [one.text for one in getattr(pile.criteria, side)] for side in ("include", "exclude")
            },
            "work": None if session.current is None else self._work(session.work),
            "end": self._end() if session.current is None else [],
        }  # fmt: skip

    def _work(self, work: dict[str, Any]) -> dict[str, Any]:
        session, marked = self.session, self.marked(work)
        work_id = work["work_id"]
        has = session.labels(work_id, marked.labels)
        taxonomy = session.pile.taxonomy
        offered = list(dict.fromkeys([*session.pile.labels, *has]))
        if session.pile.theme is None:  # without a theme, 39 would be too many: what the work has stands first
            offered = list(dict.fromkeys([*has, *session.pile.labels]))
        before = session.state.judged.get(work_id)
        return {
            "id": work_id,
            "number": session.state.read + 1,
            "title": _values(marked.title),
            "abstract": _values(marked.abstract),
            "lang": _text(work["language"]),
            "meta": _meta(work),
            "link": f"https://doi.org/{work['doi']}" if _text(work["doi"]) else _web(_text(work["url"])),
            "labels": [
                {
                    "id": label,
                    "name": taxonomy.label_name(label),
                    "on": label in has,
                    "why": has.get(label, ""),
                }
                for label in offered
                if label in taxonomy.labels()
            ],
            "notes": session.state.notes(work_id),
            "before": f"U zei eerder: {WORDS[before.verb]}{f' ({before.reason})' if before.reason else ''}."
            if before
            else "",
            "others": session.pile.others.get(work_id, ""),
            "why": self._why(work_id),
            "terms": self._terms(marked),
        }  # fmt: skip

    def _why(self, work_id: str) -> list[str]:
        if self.session.state.again is not None:
            return []
        return self._ranked.why(work_id) if self._ranked else []

    def _terms(self, marked: Marked) -> list[dict[str, Any]]:
        return [
            {"text": text, "times": times, "kind": kind, "theme": theme, "why": why}
            for (text, kind, theme, why), times in marked.terms.items()
        ]

    def _end(self) -> list[str]:
        state = self.session.state
        doubts = state.counts()["maybe"]
        if not state.size:
            return ["Er ligt niets op deze stapel."]
        lines = [f"Deze stapel is uit: {format_count(state.size, 'werk', 'werken')} gelezen."]
        if doubts and state.again is None:
            lines.append(f'U twijfelt nog over {format_count(doubts, "werk", "werken")}. Open die met again="twijfel".')
        lines.append("Uw leeslijst maakt u met: leeszaal reading-list")
        return lines


def _text(value: Any) -> str:
    return "" if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else str(value)


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""  # nothing else may become a link


def _values(pieces: Sequence[Piece]) -> list[list[str]]:
    return [[piece.text, piece.kind, piece.theme, piece.why] for piece in pieces]


def _meta(work: dict[str, Any]) -> str:
    names = [name.partition(",")[0] for name in work["authors"]]
    authors = ", ".join(names[:3]) + (" e.a." if len(names) > 3 else "")
    year = "" if pd.isna(work["year"]) else str(int(work["year"]))
    language = _LANGUAGES.get(_text(work["language"]), _text(work["language"]))
    return " · ".join(part for part in (authors, _text(work["container"]), year, language) if part)


def text_of_view(values: dict[str, Any]) -> str:
    """Return a view as Markdown-free text, for where nothing can be pressed (papermill, a terminal)."""
    lines = [f"{values['heading']}: {', '.join(values['counts'])}.", *values["standing"]]
    if values["remark"]:
        lines.append(values["remark"])
    work = values["work"]
    if work is None:
        return "\n".join([*lines, *values["end"]])
    title = "".join(piece[0] for piece in work["title"])
    lines += [f"Nu aan de beurt: {title}", *([work["meta"]] if work["meta"] else []), *work["why"]]
    return "\n".join(lines)
