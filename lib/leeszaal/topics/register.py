"""The register of topics: what keeps their numbers when the library is deleted and built again.

A number depends on the fits that went before, and these can be derived from nothing that a source or a person said. So
each fit that made a topic or lost one adds a line to `literature/topics.jsonl`: the numbers, the names, and the hundred
strongest terms of each topic. It belongs in git beside the decisions. A fit continues the last line that was there
before it was first made, so that the same library gives the same topics to the byte, however often it is rebuilt.
Without the file numbering starts afresh. A fit without topics (a library that shrank to a few works) adds no line, so
that numbers and names are back when the works are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_text
from leeszaal.home import Home
from leeszaal.topics.match import Known, on_vocabulary
from leeszaal.topics.result import TopicModel

__all__ = ["Line", "continued", "line_of", "read_register", "record"]

_TERMS = 100
# A topic that moved farther than this from the line it continues is written down anew, before it would lose its number.
_DRIFT = 0.75


@dataclass(frozen=True)
class Line:
    """One line: the topics of a fit.

    Attributes
    ----------
    fitted_from
        Fingerprint of the works and the settings.
    known
        The topics; `known.next_number` was free then.
    """

    fitted_from: str
    known: Known


def read_register(home: Home) -> list[Line]:
    """Return the lines, oldest first.

    Raises
    ------
    LeeszaalError
        When a line cannot be read, naming it.
    """
    path = home.topics_register
    if not path.is_file():
        return []
    lines = []
    for number, text in enumerate(read_bytes(path).decode("utf-8").splitlines(), 1):
        if not text.strip():
            continue
        try:
            lines.append(_line(json.loads(text)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LeeszaalError(
                f"{home.relative(path)}, regel {number}, is niet te lezen: {error}",
                "Zet de regel terug zoals hij was (met git), of verwijder het bestand: dan begint de telling opnieuw.",
            ) from error
    return lines


def _line(given: dict[str, object]) -> Line:
    topics = given["topics"]
    if not isinstance(topics, list):
        raise TypeError("‘topics’ is geen lijst")
    vocabulary = np.array(sorted({term for topic in topics for term in topic["terms"]}), dtype=object)
    place = {term: at for at, term in enumerate(vocabulary)}
    terms = np.zeros((len(topics), len(vocabulary)))
    for at, topic in enumerate(topics):
        for term, weight in topic["terms"].items():
            terms[at, place[term]] = float(weight)
    numbers = tuple(int(topic["number"]) for topic in topics)
    names = tuple(str(topic["name"]) for topic in topics)
    return Line(str(given["fitted_from"]), Known(numbers, names, vocabulary, terms, int(str(given["next_number"]))))


def continued(lines: Sequence[Line], fitted_from: str) -> Known | None:
    """Return the topics that a fit continues: of the last line before its own, or of the last one; None for none.

    The first free number is that of all these lines, so that a number is never used twice.
    """
    own = next((at for at, line in enumerate(lines) if line.fitted_from == fitted_from), len(lines))
    before = lines[:own]
    if not before:
        return None
    last = before[-1].known
    free = max(line.known.next_number for line in before)
    return Known(last.numbers, last.names, last.vocabulary, last.terms, free)


def line_of(model: TopicModel, fitted_from: str) -> str:
    """Return the line of a fit, as JSON."""
    topics = []
    names = dict(zip(model.topics["topic"].tolist(), model.topics["proposed_name"].tolist(), strict=True))
    for number, terms in model.terms.groupby("topic", sort=True):
        best = terms.sort_values(["weight", "term"], ascending=[False, True], kind="stable").head(_TERMS)
        weights = {str(term): round(float(w), 4) for term, w in zip(best["term"], best["weight"], strict=True)}
        topics.append({"number": int(str(number)), "name": names[int(str(number))], "terms": weights})
    content = {"fitted_from": fitted_from, "next_number": model.next_number, "topics": topics}
    return json.dumps(content, ensure_ascii=False)


def record(home: Home, lines: Sequence[Line], model: TopicModel, fitted_from: str) -> bool:
    """Add a line when a fit made a topic, lost one, or moved far from the line it continues; tell whether it did."""
    if model.topics.empty or (lines and lines[-1].fitted_from == fitted_from):
        return False
    known = continued(lines, fitted_from)
    mine = _line(json.loads(line_of(model, fitted_from)))
    again = any(line.fitted_from == fitted_from for line in lines)
    if known is not None and not again and not (model.new or model.gone) and not _drifted(mine.known, known):
        return False
    free = max([model.next_number, *(line.known.next_number for line in lines)])
    text = json.dumps({**json.loads(line_of(model, fitted_from)), "next_number": free}, ensure_ascii=False)
    path = home.topics_register
    before = read_bytes(path).decode("utf-8") if path.is_file() else ""
    write_text(path, before + ("\n" if before and not before.endswith("\n") else "") + text + "\n")
    return True


def _drifted(mine: Known, known: Known) -> bool:
    if set(mine.numbers) != set(known.numbers):
        return True
    cosine = (
        on_vocabulary(mine, known.vocabulary)
        @ (known.terms / np.maximum(np.linalg.norm(known.terms, axis=1, keepdims=True), 1e-12)).T
    )
    place = {number: at for at, number in enumerate(known.numbers)}
    return any(cosine[at, place[number]] < _DRIFT for at, number in enumerate(mine.numbers))
