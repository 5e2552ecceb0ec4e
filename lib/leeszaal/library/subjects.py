"""What a decision may be about beside a work: a topic, a signal, or a paper, named `topic:7`, `signal:…`, `paper:slug`.

These have a name of their own that stays, so a decision holds that name where one about a work holds its identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home
from leeszaal.library.store import read_table

__all__ = ["SUBJECTS", "WORK_VERBS", "Subject", "missing", "parse_subject", "require_subject", "say_subject", "unfit"]

WORK_VERBS = ("include", "exclude", "maybe", "tag", "untag", "merge", "split", "name", "note")


@dataclass(frozen=True)
class Subject:
    """A kind of subject.

    Attributes
    ----------
    word
        What it is called (Dutch).
    verbs
        What may be decided about it.
    known
        Reading room to the names there are, or None when nothing has made any yet.
    made_by
        The verb that makes them.
    """

    word: str
    verbs: tuple[str, ...]
    known: Callable[[Home], list[str] | None]
    made_by: str


def _column(table: str, column: str) -> Callable[[Home], list[str] | None]:
    def names(home: Home) -> list[str] | None:
        if not (home.library / f"{table}.parquet").is_file():
            return None
        return [str(value) for value in read_table(home, table)[column]]

    return names


SUBJECTS: Mapping[str, Subject] = {
    "topic": Subject("onderwerp", ("name", "note"), _column("topics", "topic"), "topics"),
    "signal": Subject("signaal", ("follow", "expire", "note"), _column("signals", "signal_id"), "signals"),
    "paper": Subject("paper", ("sign", "note"), Home.paper_slugs, "paper"),
}
_FORM = re.compile(rf"(?P<kind>{'|'.join(SUBJECTS)}):(?P<name>\S+)", re.IGNORECASE)


def parse_subject(text: str) -> tuple[str, str] | None:
    """Return the kind and the name of a subject, or None when `text` names a work.

    Examples
    --------
    >>> parse_subject("topic:7"), parse_subject("smit2020")
    (('topic', '7'), None)
    """
    found = _FORM.fullmatch(text.strip())
    return (found["kind"].lower(), found["name"]) if found else None


def say_subject(text: str) -> str:
    """Return how a subject is called in Dutch ("onderwerp 7"); a work by its citekey."""
    found = parse_subject(text)
    if found:
        return f"{SUBJECTS[found[0]].word} {found[1]}"
    parts = [part.strip() for part in text.split(" ; ")]
    return next((part[1:] for part in parts if part.startswith("@")), text)


def unfit(verb: str, subject: str) -> str:
    """Return why `verb` cannot be decided about this subject (Dutch), or ""."""
    found = parse_subject(subject)
    verbs = SUBJECTS[found[0]].verbs if found else WORK_VERBS
    if verb in verbs:
        return ""
    what = f"een {SUBJECTS[found[0]].word}" if found else "een werk"
    return f"‘{verb}’ is geen beslissing over {what}; kies uit: {', '.join(verbs)}."


def missing(home: Home, subject: str) -> str:
    """Return why a subject is not found (Dutch), or ""; also "" while nothing has made any of its kind."""
    found = parse_subject(subject)
    if found is None:
        return ""
    kind, name = found
    known = SUBJECTS[kind].known(home)
    return "" if known is None or name in known else f"Er is (nu) geen {SUBJECTS[kind].word} ‘{name}’."


def require_subject(home: Home, subject: str) -> str:
    """Return a subject as it is written in a file of decisions.

    Raises
    ------
    LeeszaalError
        When there is none of that name, naming the nearest.
    """
    found = parse_subject(subject)
    if found is None:
        raise LeeszaalError(
            f"‘{subject}’ noemt geen onderwerp, signaal of paper.", "Schrijf topic:7, signal:naam of paper:naam."
        )
    kind, name = found
    known = SUBJECTS[kind].known(home)
    if known is None:
        raise LeeszaalError(
            f"‘{subject}’ is er niet: er is nog geen {SUBJECTS[kind].word} gemaakt.",
            f"leeszaal {SUBJECTS[kind].made_by}",
        )
    if name not in known:
        raise LeeszaalError(f"Er is geen {SUBJECTS[kind].word} ‘{name}’.", nearest(name, known))
    return f"{kind}:{name}"
