"""From terms found to labels: which count, which are vetoed, and which subthemes come first.

The conventions are those written on top of ``themes.yaml``: a weak term counts half and only beside another
match or a word of context, a phrase to exclude vetoes its subtheme unless a strong term stands outside it, an
ambiguous term needs a word beside it, and a work gets at most three subthemes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.reading.terms import Hit, Matcher, Options, Scan
from leeszaal.reading.text import fold

__all__ = ["FIELDS", "MOST_LABELS", "RULES_VERSION", "Evidence", "Found", "Rules"]

RULES_VERSION = 2
MOST_LABELS = 3
_AT_ONCE = 1000  # works
#: The fields read, with what a term in it is worth: a word in a title says more than one in a long abstract.
FIELDS: Mapping[str, float] = {"title": 1.0, "keywords": 1.0, "abstract": 0.5}
_STRENGTH = {"strong": 1.0, "abbr": 1.0, "weak": 0.5}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place in a text that speaks for a label: ``text == field[start:end]``."""

    field: str
    start: int
    end: int
    text: str
    term: str
    strength: str


@dataclass(frozen=True, slots=True)
class Found:
    """A label given to a text, with its score and everything that speaks for it.

    `method` is ``"rule"`` (the score counts terms), ``"meaning"`` or ``"model"`` (the score is a chance).
    """

    label: str
    score: float
    evidence: tuple[Evidence, ...]
    method: str = "rule"


@dataclass(frozen=True)
class _Word:
    needs: frozenset[int]
    vetoes: frozenset[int]


class Rules:
    """The rules of a taxonomy, ready to read texts.

    Parameters
    ----------
    taxonomy
        Where the terms come from.
    options
        How loosely the terms of `match` and `weak` are matched. What takes a label away or props it up
        (`exclude`, `context`, `ambiguous`) is always taken to the letter.
    """

    def __init__(self, taxonomy: Taxonomy, options: Options | None = None) -> None:
        self.taxonomy = taxonomy
        self._numbers: dict[tuple[str, str], int] = {}
        # term number -> (subtheme number, strength); strength "exclude" vetoes
        self._roles: dict[int, list[tuple[int, str]]] = {}
        self._labels = taxonomy.labels()
        for index, subtheme in enumerate(taxonomy.subthemes):
            for terms, strength in ((subtheme.match, "strong"), (subtheme.weak, "weak")):
                for term, kind in terms.pairs():
                    role = "abbr" if kind == "abbr" and strength == "strong" else strength
                    self._roles.setdefault(self._number(term, kind), []).append((index, role))
            for term, kind in subtheme.exclude.pairs():
                number = self._number(term, "abbr" if kind == "abbr" else "exact")
                self._roles.setdefault(number, []).append((index, "exclude"))
        self._weak = frozenset(n for n, roles in self._roles.items() if any(role == "weak" for _, role in roles))
        self._strong = frozenset(
            n for n, roles in self._roles.items() if any(role not in ("weak", "exclude") for _, role in roles)
        )
        self._context = frozenset(self._number(term, "exact") for term, _ in taxonomy.context.pairs())
        bare: dict[tuple[str, str], list[int]] = {}
        for (term, kind), number in self._numbers.items():
            bare.setdefault((_bare(term), kind), []).append(number)
        self._ambiguous: dict[int, _Word] = {}
        for entry in taxonomy.ambiguous:
            word = _Word(
                frozenset(self._number(term, "exact") for term in entry.needs_any),
                frozenset(self._number(term, "exact") for term in entry.veto_any),
            )
            for term in entry.terms:
                for kind in (entry.lang, "abbr"):
                    for number in bare.get((_bare(term), kind), ()):
                        self._ambiguous[number] = word
        self._matcher = Matcher(list(self._numbers), options)
        self._terms = list(self._numbers)

    def _number(self, term: str, kind: str) -> int:
        return self._numbers.setdefault((term, kind), len(self._numbers))

    def read(self, fields: Mapping[str, str | None]) -> list[Found]:
        """Return the labels of one work, best first, at most three; see `read_all`."""
        return next(self.read_all([fields]))

    def read_all(self, works: Iterable[Mapping[str, str | None]]) -> Iterator[list[Found]]:
        """Yield the labels of each work, best first, at most three.

        Parameters
        ----------
        works
            Of each its texts under the names of `FIELDS`, keywords parted by ``;``; None or absent where there is
            none. They are taken in by the thousand, since that is many times as fast.
        """
        rest = iter(works)
        while some := list(islice(rest, _AT_ONCE)):
            parts = [list(_parts(fields)) for fields in some]
            scans = self._matcher.scan_all(piece for part in parts for _, _, piece in part)
            for fields, part in zip(some, parts, strict=True):
                scanned = [(name, shift, next(scans)) for name, shift, _ in part]
                yield self._judge(fields, scanned)

    def _judge(self, fields: Mapping[str, str | None], scans: list[tuple[str, int, Scan]]) -> list[Found]:
        present = set[int]().union(*[scan.terms() for _, _, scan in scans])
        if self._strong.isdisjoint(present):
            weak = len(self._weak & present)
            if not weak or (weak == 1 and self._context.isdisjoint(present)):
                return []  # most of a large corpus ends here
        hits = [
            (name, Hit(hit.term, hit.start + shift, hit.end + shift) if shift else hit)
            for name, shift, scan in scans
            for hit in scan.hits()
        ]
        for_label: dict[int, list[tuple[str, Hit, str]]] = {}
        against: dict[int, list[tuple[str, Hit]]] = {}
        for name, hit in hits:
            for index, role in self._roles.get(hit.term, ()):
                if role == "exclude":
                    against.setdefault(index, []).append((name, hit))
                elif self._clear(name, hit, hits, present):
                    for_label.setdefault(index, []).append((name, hit, role))
        found = []
        for index, places in sorted(for_label.items()):
            outside = [place for place in places if not _inside(place, against.get(index, []))]
            strong = any(role != "weak" for _, _, role in outside)
            if index in against and not strong:
                continue
            if not strong and not self._supported(outside, hits):
                continue
            found.append(self._label(index, outside, fields))
        found.sort(key=lambda label: -label.score)  # stable: equals stay in the order of the file
        return found[:MOST_LABELS]

    def _clear(self, name: str, hit: Hit, hits: list[tuple[str, Hit]], present: set[int]) -> bool:
        """Tell whether an ambiguous term has the company it needs; all other terms are clear."""
        word = self._ambiguous.get(hit.term)
        if word is None:
            return True
        if word.vetoes & present:
            return False
        if not word.needs:
            return True
        beside = (other for where, other in hits if where != name or other.end <= hit.start or other.start >= hit.end)
        return any(other.term in word.needs for other in beside)

    def _supported(self, places: list[tuple[str, Hit, str]], hits: list[tuple[str, Hit]]) -> bool:
        """Tell whether weak terms have another term of the subtheme, or a word of context, beside them."""
        if len({hit.term for _, hit, _ in places}) > 1 and _apart(places):
            return True
        return bool(places) and any(
            other.term in self._context
            and any(where != name or other.end <= hit.start or other.start >= hit.end for name, hit, _ in places)
            for where, other in hits
        )

    def _label(self, index: int, places: list[tuple[str, Hit, str]], fields: Mapping[str, str | None]) -> Found:
        worth: dict[int, float] = {}
        evidence = []
        for name, hit, role in _widest(places):
            term = self._terms[hit.term][0]
            text = str(fields[name])[hit.start : hit.end]
            evidence.append(Evidence(name, hit.start, hit.end, text, term, role))
            value = FIELDS[name] * _STRENGTH[role]
            worth[hit.term] = max(worth.get(hit.term, 0.0), value)  # the same term twice is one reason
        return Found(self._labels[index], round(sum(worth.values()), 6), tuple(evidence))


def _parts(fields: Mapping[str, str | None]) -> Iterator[tuple[str, int, str]]:
    """Yield what is read apart: its field, its place there, and the text."""
    for name in FIELDS:
        if text := fields.get(name):
            for shift, piece in _pieces(name, text):
                yield name, shift, piece


def _pieces(name: str, text: str) -> list[tuple[int, str]]:
    """Return the parts of a field that are read apart (no phrase runs over keywords), with their places."""
    if name != "keywords" or ";" not in text:
        return [(0, text)]
    return [(piece.start(), piece.group()) for piece in re.finditer(r"[^;]+", text)]


def _bare(term: str) -> str:
    return fold(term.rstrip("*"))[0]


def _inside(place: tuple[str, Hit, str], against: list[tuple[str, Hit]]) -> bool:
    name, hit, _ = place
    return any(name == where and hit.start < other.end and other.start < hit.end for where, other in against)


def _apart(places: list[tuple[str, Hit, str]]) -> bool:
    return any(
        a[0] != b[0] or a[1].end <= b[1].start or b[1].end <= a[1].start for a in places for b in places if a is not b
    )


def _widest(places: list[tuple[str, Hit, str]]) -> list[tuple[str, Hit, str]]:
    """Leave out a place that lies within another of the same field: the wider one is the better reason."""
    kept: list[tuple[str, Hit, str]] = []
    order = sorted(places, key=lambda p: (p[1].start - p[1].end, p[2] == "weak", p[1].start, p[1].term))
    for place in order:
        name, hit, _ = place
        if not any(name == n and other.start <= hit.start and hit.end <= other.end for n, other, _ in kept):
            kept.append(place)
    ranks = {name: rank for rank, name in enumerate(FIELDS)}
    return sorted(kept, key=lambda p: (ranks[p[0]], p[1].start, p[1].end))
