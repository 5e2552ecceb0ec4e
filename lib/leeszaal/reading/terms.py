"""One matcher for all terms at once.

Every distinct word of the texts is looked at once: what it can be part of is remembered, so that a text costs
one look-up a word, and only words that can start something cost more. A phrase is looked for at its longest
word (its anchor), where the other words are then compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from leeszaal.reading.text import STOP_WORDS, fold, hyphenated, places, words

__all__ = ["Hit", "Matcher", "Options", "Scan"]

_ENDINGS = ("", "s", "e", "en")
_REMEMBERED = 400_000
_LONGEST_ENDING = 7  # letters that stemming takes off, as of decentral-isation

_NOTHING: tuple[tuple[int, ...], frozenset[int]] = ((), frozenset())


@dataclass(frozen=True)
class Options:
    """How loosely terms are matched.

    Parameters
    ----------
    stems
        Compare the words of a phrase by their stem (Snowball), so that *municipal mergers* finds *merging
        municipalities*.
    gap
        How many other words may stand between the words of a phrase.
    free_order
        Whether the words of a phrase may stand in another order, with a word such as *of* or *in* between.
    """

    stems: bool = True
    gap: int = 2
    free_order: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: which, and where in the text."""

    term: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What `Matcher.scan` found: words by their number, and words with hyphens as they are written."""

    text: str
    tokens: list[str]
    found: set[tuple[int, int, int]]
    joined: set[tuple[str, int]]

    def terms(self) -> set[int]:
        """Return the numbers of the terms found."""
        return {term for _, _, term in self.found} | {term for _, term in self.joined}

    def hits(self) -> list[Hit]:
        """Return every term found with its place in the text, in the order of the places."""
        spans = set()
        if self.found:
            known = places(self.text, self.tokens, max(last for _, last, _ in self.found))
            spans = {(known[first][0], known[last][1], term) for first, last, term in self.found}
        for written, term in self.joined:
            whole = re.compile(rf"(?<![^\W_]){re.escape(written)}(?![^\W_])")
            spans |= {(*match.span(), term) for match in whole.finditer(self.text)}
        return [Hit(term, start, end) for start, end, term in sorted(spans)]


@dataclass(frozen=True)
class _Pattern:
    term: int
    atoms: tuple[int, ...]
    anchor: int
    window: int = 0  # 0: the words follow each other; otherwise: they stand within so many words
    free_order: bool = False


class Matcher:
    """Finds terms in texts.

    Parameters
    ----------
    terms
        Pairs of a term and its kind: ``nl``, ``en``, ``exact`` (never loosely) or ``abbr`` (to the capital).
        The place in this list is the number of the term in the hits. A word that ends in ``*`` stands for all
        words that begin so.
    options
        How loosely.

    Examples
    --------
    >>> matcher = Matcher([("regio deal", "nl"), ("integriteit*", "nl")])
    >>> [(hit.term, hit.start, hit.end) for hit in matcher.find("Regiodeals en integriteitsbeleid")]
    [(0, 0, 10), (1, 14, 32)]
    """

    def __init__(self, terms: Iterable[tuple[str, str]], options: Options | None = None) -> None:
        self.options = options or Options()
        self.terms = list(terms)
        self._atoms: dict[tuple[str, str], int] = {}
        self._stemmers: dict[str, object] = {}
        if self.options.stems:
            from nltk.stem.snowball import SnowballStemmer

            self._stemmers = {"nl": SnowballStemmer("dutch"), "en": SnowballStemmer("english")}
        self._patterns: list[_Pattern] = []
        for number, (term, kind) in enumerate(self.terms):
            self._add(number, term, kind)
        self._at: dict[int, list[int]] = {}
        for index, pattern in enumerate(self._patterns):
            self._at.setdefault(pattern.atoms[pattern.anchor], []).append(index)
        self._forms: dict[str, list[int]] = {}
        self._heads: dict[str, dict[str, int]] = {}
        self._prefixes: dict[int, dict[str, list[int]]] = {}
        for (how, word), atom in self._atoms.items():
            if how == "word":
                for ending in _ENDINGS:
                    self._forms.setdefault(word + ending, []).append(atom)
                if word.endswith("e"):
                    self._forms.setdefault(word + "n", []).append(atom)
                if word.endswith("y"):
                    self._forms.setdefault(word[:-1] + "ies", []).append(atom)
            elif how.startswith("stem"):
                # Snowball changes at most the last letter of what it leaves: cities, citi; bestuur, bestur
                head = word if len(word) < 4 else word[:-1]
                heads = self._heads.setdefault(how.removeprefix("stem "), {})
                heads[head] = max(heads.get(head, 0), len(word) + _LONGEST_ENDING)
            elif how == "prefix":
                self._prefixes.setdefault(len(word), {}).setdefault(word, []).append(atom)
        self._seen: dict[str, tuple[tuple[int, ...], frozenset[int]]] = {}
        self._dull: set[str] = set()  # words that are part of no term: most

    def _atom(self, how: str, word: str) -> int:
        return self._atoms.setdefault((how, word), len(self._atoms))

    def _add(self, number: int, term: str, kind: str) -> None:
        pieces: list[str] = []
        last: set[int] = set()  # pieces that stand for a beginning: of "multi-level*" only the second does
        for part in term.split():
            pieces += words(part)
            if part.endswith("*"):
                last.add(len(pieces) - 1)
        if kind == "abbr":
            atoms = tuple(self._atom("abbr", piece) for piece in pieces)
            self._patterns.append(_Pattern(number, atoms, _longest(pieces)))
            return
        folded = [fold(piece)[0] for piece in pieces]
        atoms = tuple(self._atom("prefix" if i in last else "word", word) for i, word in enumerate(folded))
        self._patterns.append(_Pattern(number, atoms, _longest(folded)))
        if len(folded) == 1:
            return
        if not STOP_WORDS & set(folded):
            whole = self._atom("prefix" if len(folded) - 1 in last else "word", "".join(folded))
            self._patterns.append(_Pattern(number, (whole,), 0))
        content = [i for i, word in enumerate(folded) if word not in STOP_WORDS]
        if (
            kind == "exact"
            or len(content) < 2
            or not (self.options.stems or self.options.gap or self.options.free_order)
        ):
            return
        loose = tuple(
            atoms[i] if i in last else self._atom(f"stem {kind}", self._stem(folded[i], kind)) for i in content
        )
        window = len(folded) + self.options.gap
        anchor = _longest([folded[i] for i in content])
        self._patterns.append(_Pattern(number, loose, anchor, window, self.options.free_order))

    def _stem(self, word: str, lang: str) -> str:
        stemmer = self._stemmers.get(lang)
        return stemmer.stem(word) if stemmer is not None else word  # type: ignore[attr-defined]

    def _look(self, word: str) -> None:
        """Find out once of which patterns a word, as written, is the anchor, and which atoms it can be."""
        folded = fold(word)[0]
        size = len(folded)
        atoms = set(self._forms.get(folded, ()))
        for length, prefixes in self._prefixes.items():
            if length <= size:
                atoms.update(prefixes.get(folded[:length], ()))
        abbreviation = self._atoms.get(("abbr", word))
        if abbreviation is not None:
            atoms.add(abbreviation)
        for kind, heads in self._heads.items():
            # stemming is the dear part, so only words that begin as a stem we look for are stemmed
            if any(heads.get(folded[:length], 0) >= size for length in range(2, size + 1)):
                atom = self._atoms.get((f"stem {kind}", self._stem(folded, kind)))
                if atom is not None:
                    atoms.add(atom)
        if not atoms:
            self._dull.add(word)
            return
        starts = tuple(sorted({index for atom in atoms for index in self._at.get(atom, ())}))
        self._seen[word] = (starts, frozenset(atoms))

    def scan(self, text: str) -> Scan:
        """Look for all terms in `text`; where they stand in it is worked out when asked for."""
        if len(self._seen) + len(self._dull) > _REMEMBERED:  # a corpus has no end of rare words
            self._seen.clear()
            self._dull.clear()
        seen, dull, patterns = self._seen, self._dull, self._patterns
        tokens = words(text)
        live = set(tokens) - dull
        new = live.difference(seen)
        for token in new:
            self._look(token)
        if new:
            live -= dull
        wanted = {index for token in live for index in seen[token][0]}
        found: set[tuple[int, int, int]] = set()
        if wanted:
            # most phrases fall here: one of their words is nowhere in the text
            present = frozenset().union(*[seen[token][1] for token in live])
            wanted = {index for index in wanted if present.issuperset(patterns[index].atoms)}
        if wanted:
            here = {token: found_here for token in live if (found_here := wanted.intersection(seen[token][0]))}
            for place in [place for place, token in enumerate(tokens) if token in here]:
                for index in here[tokens[place]]:
                    pattern = patterns[index]
                    if len(pattern.atoms) == 1:
                        found.add((place, place, pattern.term))
                    elif span := self._check(pattern, tokens, place):
                        found.add((*span, pattern.term))
        joined: set[tuple[str, int]] = set()
        if "-" in text or "\u2010" in text or "\u2011" in text:
            for written, whole in hyphenated(text):
                if whole not in seen and whole not in dull:
                    self._look(whole)
                for index in seen.get(whole, _NOTHING)[0]:
                    if len(patterns[index].atoms) == 1:
                        joined.add((written, patterns[index].term))
        return Scan(text, tokens, found, joined)

    def find(self, text: str) -> list[Hit]:
        """Return every term found in `text`, in the order of their places, each place and term once."""
        return self.scan(text).hits()

    def _check(self, pattern: _Pattern, tokens: list[str], place: int) -> tuple[int, int] | None:
        atoms, seen = pattern.atoms, self._seen
        if not pattern.window:
            first = place - pattern.anchor
            last = first + len(atoms) - 1
            if first < 0 or last >= len(tokens):
                return None
            for i, atom in enumerate(atoms):
                if atom not in seen.get(tokens[first + i], _NOTHING)[1]:
                    return None
            return first, last
        low, high = max(0, place - pattern.window + 1), min(len(tokens), place + pattern.window)
        options = []
        for i, atom in enumerate(atoms):
            where = (
                [place]
                if i == pattern.anchor
                else [j for j in range(low, high) if j != place and atom in seen.get(tokens[j], _NOTHING)[1]]
            )
            if not where:
                return None
            options.append(where)
        best: tuple[int, int] | None = None
        for chosen in product(*options):
            first, last = min(chosen), max(chosen)
            if last - first >= pattern.window or len(set(chosen)) < len(chosen):
                continue
            if list(chosen) != sorted(chosen):
                # "mergers of municipalities" are municipal mergers; "supervised learning" is another thing
                # than learning supervision
                between = tokens[first + 1 : last]
                if not pattern.free_order or not any(word.lower() in STOP_WORDS for word in between):
                    continue
            if best is None or last - first < best[1] - best[0]:
                best = (first, last)
        return best


def _longest(pieces: list[str]) -> int:
    return max(range(len(pieces)), key=lambda i: (pieces[i] not in STOP_WORDS, len(pieces[i]), -i))
