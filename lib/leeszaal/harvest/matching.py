"""Searching where the source cannot: which records answer a search in the boolean form.

Feeds and OAI-PMH give everything they have. Without this a search for "toezicht" would bring the whole repository of
a university. Words are found as the beginning of words ("toezicht" also finds "toezichthouder", because Dutch
glues), without regard to capitals and accents; phrases word for word, the last word again as a beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from leeszaal.harvest.query import And, Node, Not, Or, Term, parse, show
from leeszaal.harvest.searches import Search
from leeszaal.works.plain import fold
from leeszaal.works.record import Record

__all__ = ["Sieve", "matches"]


def matches(node: Node, fields: Mapping[str, str]) -> bool:
    """Tell whether a record answers a search.

    Parameters
    ----------
    node
        The search.
    fields
        "title", "abstract" and "author" to their folded text (see `works.plain.fold`), and "" to all text together.

    Examples
    --------
    >>> matches(parse("toezicht NIET zorg"), {"": "de toezichthouder in de provincie"})
    True
    """
    if isinstance(node, And):
        return all(matches(part, fields) for part in node.parts)
    if isinstance(node, Or):
        return any(matches(part, fields) for part in node.parts)
    if isinstance(node, Not):
        return not matches(node.part, fields)
    return _found(node, fields.get(node.field, ""))


def _found(term: Term, text: str) -> bool:
    words = fold(term.text)
    return bool(words) and f" {words}" in f" {text}"


@lru_cache(maxsize=64)
def _parsed(query: str) -> Node:
    return parse(query)


@dataclass(frozen=True)
class Sieve:
    """What a record must answer to be kept.

    Attributes
    ----------
    query
        Search in the boolean form; "" for everything.
    from_year, to_year
        Years of publication, both included; a record without a year is kept.
    since
        ISO date; what is older is left out, and what has no date is kept.
    """

    query: str = ""
    from_year: int | None = None
    to_year: int | None = None
    since: str | None = None

    @classmethod
    def of(cls, search: Search, since: str | None = None) -> Sieve:
        return cls(show(search.node()), search.from_year, search.to_year, since)

    def passes(self, record: Record) -> bool:
        """Tell whether a record answers the search, in its title, abstract, keywords or names."""
        if record.year is not None:
            if self.from_year is not None and record.year < self.from_year:
                return False
            if self.to_year is not None and record.year > self.to_year:
                return False
        if self.since and record.date and record.date[:10] < self.since[: len(record.date[:10])]:
            return False
        if not self.query:
            return True
        fields = {
            "title": fold(record.title),
            "abstract": fold(record.abstract),
            "author": fold(" ; ".join(record.authors)),
            "keywords": fold(" ; ".join(record.keywords)),
        }
        return matches(_parsed(self.query), fields | {"": " ; ".join(fields.values())})
