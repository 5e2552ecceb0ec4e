"""The words that are marked in a title and an abstract: of which theme or criterion they speak, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from leeszaal.reading.desk.criteria import Criteria
from leeszaal.reading.rules import Rules
from leeszaal.reading.tag import reason
from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.reading.terms import Matcher

__all__ = ["Marked", "Marker", "Piece"]

_ORDER = ("exclude", "include", "theme")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is marked in one way.

    Attributes
    ----------
    kind
        "" (not marked), "theme", "include" or "exclude".
    theme
        Id of the theme, "" for other kinds.
    why
        Dutch: what it speaks of.
    """

    text: str
    kind: str = ""
    theme: str = ""
    why: str = ""


@dataclass(frozen=True)
class Marked:
    """A work's title and abstract in pieces, and what was found in them.

    Attributes
    ----------
    labels
        Subtheme to its reason (Dutch), as the rules find it in this work.
    terms
        (term as written in lower case, kind, theme, why) to how often it stands in title and abstract, the most first.
    """

    title: tuple[Piece, ...]
    abstract: tuple[Piece, ...]
    labels: dict[str, str]
    terms: dict[tuple[str, str, str, str], int]


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    kind: str
    theme: str
    why: str


@lru_cache(maxsize=2)
def _rules(taxonomy: Taxonomy) -> Rules:
    """Return the rules of a taxonomy; making them takes longer than reading a thousand titles."""
    return Rules(taxonomy)


class Marker:
    """Marks texts by the terms of a taxonomy and by a reader's criteria.

    Examples
    --------
    >>> from leeszaal.reading.desk.criteria import Criterion
    >>> marker = Marker(Taxonomy(()), Criteria(include=(Criterion("over gemeenten", ("gemeente*",)),)))
    >>> [(piece.text, piece.kind) for piece in marker.mark("De gemeenten", None).title]
    [('De ', ''), ('gemeenten', 'include')]
    """

    def __init__(self, taxonomy: Taxonomy, criteria: Criteria) -> None:
        self._taxonomy = taxonomy
        self._rules = _rules(taxonomy)
        self._terms = list(criteria.terms())
        self._matcher = Matcher([(word, "exact") for word, _, _ in self._terms])

    def mark(self, title: str, abstract: str | None, keywords: str | None = None) -> Marked:
        """Return title and abstract in pieces; keywords (apart by "; ") count for the labels."""
        fields = {"title": title, "abstract": abstract or "", "keywords": keywords}
        spans: dict[str, set[_Span]] = {"title": set(), "abstract": set()}
        labels = {}
        for found in self._rules.read(fields):
            labels[found.label] = reason(found)
            theme, name = self._taxonomy.theme_of(found.label), self._taxonomy.label_name(found.label)
            for place in found.evidence:
                if place.field in spans:
                    spans[place.field].add(_Span(place.start, place.end, "theme", theme, name))
        for field, held in spans.items():
            for hit in self._matcher.find(fields[field] or ""):
                _, side, text = self._terms[hit.term]
                held.add(_Span(hit.start, hit.end, side, "", text))
        pieces = {field: _pieces(fields[field] or "", held) for field, held in spans.items()}
        return Marked(pieces["title"], pieces["abstract"], labels, _count(fields, spans))


def _pieces(text: str, spans: set[_Span]) -> tuple[Piece, ...]:
    """Cut a text where a mark begins or ends; together the pieces are the text.

    Of words that overlap, what speaks against the work is shown, else the longest.
    """
    cuts = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    pieces: list[Piece] = []
    for start, end in pairwise(cuts):
        over = [span for span in spans if span.start <= start and end <= span.end]
        if not over:
            pieces.append(Piece(text[start:end]))
            continue
        over.sort(key=lambda span: (span.kind != "exclude", span.start - span.end, _ORDER.index(span.kind), span.why))
        top, whys = over[0], dict.fromkeys(span.why for span in over)
        pieces.append(Piece(text[start:end], top.kind, top.theme, "; ".join(whys)))
    return tuple(pieces)


def _count(fields: dict[str, str | None], spans: dict[str, set[_Span]]) -> dict[tuple[str, str, str, str], int]:
    counts: dict[tuple[str, str, str, str], int] = {}
    for field, held in spans.items():
        for span in held:
            key = ((fields[field] or "")[span.start : span.end].lower(), span.kind, span.theme, span.why)
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
