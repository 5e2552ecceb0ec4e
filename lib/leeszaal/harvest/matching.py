"""Searching where the source cannot: which records answer a search in the boolean form.

Feeds and OAI-PMH give everything they have. Without this a search for "toezicht" would bring the whole repository of
a university. Words are found as the beginning of words ("toezicht" also finds "toezichthouder", because Dutch
glues), without regard to capitals and accents; phrases word for word, the last word again as a beginning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache

from leeszaal.errors import LeeszaalError
from leeszaal.harvest.bundle import Part
from leeszaal.harvest.government import OURS
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


# Of the sieve among the parts of a page.
_NAME = "zoekvraag"


@lru_cache(maxsize=64)
def _parsed(query: str) -> Node:
    return parse(query)


@dataclass(frozen=True)
class Sieve:
    """What a record must answer to be kept; it travels with each stored page, so that the page can be read again.

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
    def of(cls, search: Search, since: str | None = None, *, select: object = None) -> Sieve:
        """Return the sieve of a search; with `select` "all" its words do not matter.

        Raises
        ------
        LeeszaalError
            When `select` is something else than "query" or "all".
        """
        if select not in (None, "query", "all"):
            raise LeeszaalError(
                f"Zoekvraag ‘{search.name}’: ‘select’ is ‘{select}’.",
                "Verwacht: query (wat bij de woorden past) of all (alles).",
            )
        words = "" if select == "all" else show(search.node())
        return cls(words, search.from_year, search.to_year, since[:10] if since else None)

    def params(self) -> dict[str, str]:
        """Return the sieve as parameters of a `Query`, which are never sent."""
        given = asdict(self).items()
        return {f"{OURS}{name}": str(value) for name, value in given if value not in (None, "")}

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Sieve:
        """Return the sieve that `params` made."""
        given = {one.name: params.get(f"{OURS}{one.name}") for one in fields(cls)}
        first, last = given["from_year"], given["to_year"]
        years = (int(first) if first else None, int(last) if last else None)
        return cls(given["query"] or "", *years, given["since"])

    def part(self) -> Part:
        """Return the sieve as something that travels with a page."""
        return Part(_NAME, 0, "application/json", json.dumps(asdict(self), ensure_ascii=False).encode())

    @classmethod
    def unpack(cls, parts: Iterable[Part]) -> Sieve:
        """Return the sieve among the parts of a page, or one that keeps everything."""
        found = next((part for part in parts if part.name == _NAME), None)
        return cls(**json.loads(found.content)) if found else cls()

    def tell(self, asked: str) -> str:
        """Return the question for the log: what was asked, and what is looked for here."""
        kept = [self.query] if self.query else []
        if self.from_year is not None or self.to_year is not None:
            kept.append(f"{self.from_year or ''}-{self.to_year or ''}")
        if self.since:
            kept.append(f"sinds {self.since}")
        return f"{asked} · hier gezocht: {' ; '.join(kept)}" if kept else asked

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
        texts = {
            "title": fold(record.title),
            "abstract": fold(record.abstract),
            "author": fold(" ; ".join(record.authors)),
            "keywords": fold(" ; ".join(record.keywords)),
        }
        return matches(_parsed(self.query), texts | {"": " ; ".join(texts.values())})
