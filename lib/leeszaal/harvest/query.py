"""A search written once, in a small boolean form, for every source to put into its own words.

``(toezicht OF "interbestuurlijk toezicht") EN gemeente* NIET financieel``: words, "phrases", a word's beginning
with ``*``, EN/OF/NIET or AND/OR/NOT (in capitals), parentheses, and ``title:`` in front of a word or phrase. Two
words without anything between them must both be there. NIET binds strongest, then EN, then OF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from leeszaal.errors import LeeszaalError, nearest

__all__ = ["FIELDS", "And", "Node", "Not", "Or", "Term", "parse", "show", "terms"]

FIELDS = ("title", "abstract", "author")
_DUTCH_FIELDS = {"titel": "title", "samenvatting": "abstract", "auteur": "author"}
_WORDS = {"AND": "AND", "EN": "AND", "OR": "OR", "OF": "OR", "NOT": "NOT", "NIET": "NOT"}
_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?:(?P<field>[^\W\d_]+):(?=["\u201c\w]))?(?:["\u201c\u201d\u201e](?P<phrase>[^"\u201c\u201d\u201e]*)(?P<end>["\u201c\u201d]?)|(?P<word>[^\s()"\u201c\u201d\u201e]+)))"""
)


@dataclass(frozen=True)
class Term:
    """A word or phrase; `prefix` when it stands for every word that begins so; `field` "" for everywhere."""

    text: str
    field: str = ""
    prefix: bool = False

    @property
    def is_phrase(self) -> bool:
        return " " in self.text


@dataclass(frozen=True)
class And:
    """All of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """At least one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Not this; stands only inside an `And` beside something that is asked for."""

    part: Node


Node = Term | And | Or | Not


@dataclass(frozen=True)
class _Token:
    kind: str  # "(", ")", "AND", "OR", "NOT", "term"
    at: int
    term: Term | None = None


def _error(text: str, at: int, message: str, remedy: str = "") -> LeeszaalError:
    return LeeszaalError(
        f"De zoekvraag klopt niet bij teken {at + 1}: {message}\n  {text}\n  {' ' * at}^",
        remedy or 'Zo kan het: (toezicht OF "interbestuurlijk toezicht") EN gemeente*',
    )


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:  # a lone closing quote and the like
            raise _error(text, at, f"‘{text[at : at + 10].strip()}’ wordt hier niet begrepen.")
        start = match.end() - len(match.group().lstrip())
        at = match.end()
        if match["open"] or match["close"]:
            yield _Token(match["open"] or match["close"], start)
            continue
        field = (match["field"] or "").lower()
        field = _DUTCH_FIELDS.get(field, field)
        if field and field not in FIELDS:
            raise _error(
                text,
                start,
                f"het veld ‘{match['field']}’ bestaat niet.",
                nearest(field, [*FIELDS, *_DUTCH_FIELDS]),
            )
        if match["phrase"] is not None:
            phrase = " ".join(match["phrase"].split())
            if not match["end"]:
                raise _error(text, start, "dit aanhalingsteken wordt niet gesloten.")
            if not phrase:
                raise _error(text, start, "tussen de aanhalingstekens staat niets.")
            if "*" in phrase:
                raise _error(
                    text, start, "een * werkt niet tussen aanhalingstekens.", "Schrijf de vormen uit, met OF ertussen."
                )
            yield _Token("term", start, Term(phrase, field))
            continue
        word = match["word"]
        if not field and word in _WORDS:
            yield _Token(_WORDS[word], start)
            continue
        prefix = word.endswith("*")
        bare = word.rstrip("*").strip(",;")
        if "*" in bare:
            raise _error(
                text,
                start,
                f"in ‘{word}’ staat het sterretje niet achteraan.",
                "Een * mag alleen aan het eind van een woord.",
            )
        if not re.search(r"\w", bare):
            raise _error(text, start, f"‘{word}’ is geen woord.")
        if prefix and len(bare) < 3:
            raise _error(
                text,
                start,
                f"‘{word}’ is te kort voor een sterretje.",
                "Schrijf minstens drie letters voor de *.",
            )
        yield _Token("term", start, Term(bare, field, prefix))


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else ""

    def at(self) -> int:
        return self.tokens[self.place].at if self.place < len(self.tokens) else len(self.text.rstrip())

    def either(self) -> Node:
        parts = [self.both()]
        while self.peek() == "OR":
            self.place += 1
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Node:
        start = self.at()
        parts = [self.one()]
        while self.peek() in ("AND", "NOT", "term", "("):
            if self.peek() == "AND":
                self.place += 1
            parts.append(self.one())
        if all(isinstance(part, Not) for part in parts):
            raise _error(
                self.text,
                start,
                "er staat alleen wat het niet mag zijn.",
                "Noem ook een woord dat er wel in moet staan.",
            )
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def one(self) -> Node:
        kind, at = self.peek(), self.at()
        self.place += 1
        if kind == "NOT":
            part = self.one()
            if isinstance(part, Not):
                raise _error(self.text, at, "twee keer NIET achter elkaar.")
            return Not(part)
        if kind == "term":
            term = self.tokens[self.place - 1].term
            assert term is not None
            return term
        if kind == "(":
            inner = self.either()
            if self.peek() != ")":
                raise _error(self.text, at, "dit haakje wordt niet gesloten.")
            self.place += 1
            return inner
        raise _error(
            self.text,
            at,
            "hier wordt een woord verwacht." if kind else "de vraag houdt hier op, maar er moet nog een woord komen.",
        )


def parse(text: str) -> Node:
    """Read a search.

    Raises
    ------
    LeeszaalError
        When it cannot be understood, pointing at the place.

    Examples
    --------
    >>> parse('toezicht EN "lokaal bestuur"')
    And(parts=(Term(text='toezicht', field='', prefix=False), Term(text='lokaal bestuur', field='', prefix=False)))
    """
    if not text.strip():
        raise LeeszaalError("De zoekvraag is leeg.", "Noem minstens één woord.")
    parser = _Parser(text)
    node = parser.either()
    if parser.peek():
        raise _error(text, parser.at(), "dit haakje sluit niets af.")
    return node


def terms(node: Node) -> list[Term]:
    """Return the terms that are asked for, in order; what stands under NIET is left out."""
    if isinstance(node, Term):
        return [node]
    if isinstance(node, Not):
        return []
    return [term for part in node.parts for term in terms(part)]


def show(node: Node) -> str:
    """Return a search in the house's own form, in English operators: what `parse` reads back as the same.

    Examples
    --------
    >>> show(parse('a OF b c NIET titel:"d e"'))
    'a OR (b AND c AND NOT title:"d e")'
    """
    if isinstance(node, Term):
        text = f'"{node.text}"' if node.is_phrase else node.text + ("*" if node.prefix else "")
        return f"{node.field}:{text}" if node.field else text
    if isinstance(node, Not):
        inner = show(node.part)
        return f"NOT {inner}" if isinstance(node.part, Term) else f"NOT ({inner})"
    word = " AND " if isinstance(node, And) else " OR "
    return word.join(show(p) if isinstance(p, Term | Not) else f"({show(p)})" for p in node.parts)
