"""One matcher for all terms at once.

Most words of a text are part of no term: `leeszaal.reading.sieve` leaves them out for many texts together. Every
distinct word that stays is looked at once: what it can be part of is remembered. A phrase is looked for at its longest
word (its anchor), where the other words are then compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product, tee

from Stemmer import Stemmer

from leeszaal.reading.sieve import BEGIN, Sieve, Word
from leeszaal.reading.text import STOP_WORDS, fold, hyphenated, places, words

__all__ = ["Hit", "Matcher", "Options", "Scan"]

_ENDINGS = ("", "s", "e", "en")
_REMEMBERED = 400_000
_SHORT = ("", "s", "es", "e", "en", "ed", "er", "ers", "ing", "ings", "y", "ly")  # after a stem that is shorter
_ALGORITHMS = {"nl": "dutch_porter", "en": "english"}

_Seen = tuple[tuple[int, ...], tuple[int, ...], frozenset[int]]  # terms of this word alone; phrases at it; atoms
_NOTHING: _Seen = ((), (), frozenset())


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
    """What `Matcher.scan` found: places (start, end, term), and words with hyphens as they are written."""

    text: str
    found: set[tuple[int, int, int]]
    joined: set[tuple[str, int]]

    def terms(self) -> set[int]:
        """Return the numbers of the terms found."""
        return {term for _, _, term in self.found} | {term for _, term in self.joined}

    def hits(self) -> list[Hit]:
        """Return every term found with its place in the text, in the order of the places."""
        spans = set(self.found)
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
        self._inflected: set[str] = set()  # what words with a short stem may become
        self._stemmers = {kind: Stemmer(name) for kind, name in _ALGORITHMS.items()} if self.options.stems else {}
        self._patterns: list[_Pattern] = []
        for number, (term, kind) in enumerate(self.terms):
            self._add(number, term, kind)
        self._alone: dict[int, list[int]] = {}  # atom to the terms that it is
        self._at: dict[int, list[int]] = {}  # atom to the phrases that it anchors
        for index, pattern in enumerate(self._patterns):
            if len(pattern.atoms) == 1:
                self._alone.setdefault(pattern.atoms[0], []).append(pattern.term)
            else:
                self._at.setdefault(pattern.atoms[pattern.anchor], []).append(index)
        self._forms: dict[str, list[int]] = {}
        self._stems: dict[str, dict[str, int]] = {}
        self._prefixes: dict[str, int] = {}
        self._lengths: dict[str, set[int]] = {}  # of the beginnings that begin with these two letters, or this one
        self._begins: set[str] = set()  # of the words that a beginning or a stem stands for
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
                if len(word) < BEGIN:
                    heads = (word, word + word[-1])  # plan, planning
                    self._inflected.update(head + ending for head in heads for ending in _SHORT)
                    self._inflected.add(word[:-1] + "y")
                else:
                    self._begins.add(word[:-1])
                self._stems.setdefault(how.removeprefix("stem "), {})[word] = atom
            elif how == "prefix":
                self._begins.add(word)
                self._prefixes[word] = atom
                self._lengths.setdefault(word[:2], set()).add(len(word))
            else:
                self._forms.setdefault(fold(word)[0], [])
        anchors = {*self._at, *self._alone}
        small = ((word, self._atoms.get(("word", word), -1)) for word in STOP_WORDS)
        self._small = {word: atom for word, atom in small if atom not in anchors}
        self._needs = [frozenset(pattern.atoms).difference(self._small.values()) for pattern in self._patterns]
        self._sieve = Sieve(self._begins, {*self._forms, *self._inflected}, self._small)
        self._seen: dict[str, _Seen] = {}

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
        content = [i for i, word in enumerate(folded) if word not in STOP_WORDS and len(word) > 1]
        if (
            kind == "exact"
            or len(content) < 2
            or not (self.options.stems or self.options.gap or self.options.free_order)
        ):
            return
        self._inflected.update(folded[i] for i in content)
        loose = tuple(
            atoms[i] if i in last else self._atom(f"stem {kind}", self._stem(folded[i], kind)) for i in content
        )
        window = len(folded) + self.options.gap
        anchor = _longest([folded[i] for i in content])
        self._patterns.append(_Pattern(number, loose, anchor, window, self.options.free_order))

    def _stem(self, word: str, lang: str) -> str:
        stemmer = self._stemmers.get(lang)
        return str(stemmer.stemWord(word)) if stemmer is not None else word

    def _look(self, word: str) -> _Seen:
        """Find out once of which patterns a word, as written, is the anchor, and which atoms it can be."""
        if len(self._seen) > _REMEMBERED:  # a corpus has no end of rare words
            self._seen.clear()
        atoms = self._atoms_of(word, fold(word)[0])
        found = _NOTHING
        if atoms:
            alone = {term for atom in atoms for term in self._alone.get(atom, ())}
            phrases = {index for atom in atoms for index in self._at.get(atom, ())}
            found = (tuple(alone), tuple(phrases), frozenset(atoms))
        self._seen[word] = found
        return found

    def _atoms_of(self, word: str, folded: str) -> list[int]:
        atoms = list(self._forms.get(folded, ()))
        for begin in (folded[:2], folded[:1]):
            for length in self._lengths.get(begin, ()):
                atom = self._prefixes.get(folded[:length])
                if atom is not None and length <= len(folded):
                    atoms.append(atom)
        if ("abbr", word) in self._atoms:
            atoms.append(self._atoms["abbr", word])
        for kind, stems in self._stems.items():
            stem = self._stem(folded, kind)
            # of a short stem only plain inflections count: "open" is the stem of "openbaarheid" too
            if stem in stems and (len(stem) >= BEGIN or folded in self._inflected):
                atoms.append(stems[stem])
        return atoms

    def scan(self, text: str) -> Scan:
        """Look for all terms in `text`."""
        return next(self.scan_all([text]))

    def scan_all(self, texts: Iterable[str]) -> Iterator[Scan]:
        """Look for all terms in each of `texts`; many times as fast as one by one."""
        mine, theirs = tee(texts)
        for text, stays in zip(mine, self._sieve.words(theirs), strict=True):
            yield self._scan(text, stays)

    def _scan(self, text: str, stays: Sequence[Word]) -> Scan:
        seen, needs = self._seen, self._needs
        live: dict[str, list[Word]] = {}
        for place in stays:
            word = text[place[1] : place[2]]
            if (seen.get(word) or self._look(word)) is not _NOTHING:
                live.setdefault(word, []).append(place)
        found: set[tuple[int, int, int]] = set()
        whole: list[tuple[int, list[Word]]] = []
        present = frozenset[int]().union(*[seen[word][2] for word in live])
        for word, there in live.items():
            alone, phrases, _ = seen[word]
            if alone:
                found.update([(start, end, term) for term in alone for _, start, end in there])
            if phrases:  # most fall here: one of their words is nowhere in the text
                whole += [(index, there) for index in phrases if needs[index] <= present]
        if whole:
            beside = {place[0]: (place, seen[word][2]) for word, there in live.items() for place in there}
            if any(len(self._needs[index]) < len(set(self._patterns[index].atoms)) for index, _ in whole):
                beside |= self._small_words(text)
            for index, there in whole:
                for place in there:
                    if span := self._check(self._patterns[index], text, beside, place[0]):
                        found.add((*span, self._patterns[index].term))
        joined: set[tuple[str, int]] = set()
        if "-" in text or "\u2010" in text or "\u2011" in text:
            for written, one in hyphenated(text):
                joined.update([(written, term) for term in (seen.get(one) or self._look(one))[0]])
        return Scan(text, found, joined)

    def find(self, text: str) -> list[Hit]:
        """Return every term found in `text`, in the order of their places, each place and term once."""
        return self.scan(text).hits()

    def _small_words(self, text: str) -> dict[int, tuple[Word, frozenset[int]]]:
        """Return the small words of a text, which the sieve leaves out: few phrases need one."""
        tokens = words(text)
        return {
            number: ((number, *place), frozenset({self._small[token.lower()]}))
            for number, (token, place) in enumerate(zip(tokens, places(text, tokens, len(tokens) - 1), strict=True))
            if token.lower() in self._small
        }

    @staticmethod
    def _check(
        pattern: _Pattern, text: str, beside: Mapping[int, tuple[Word, frozenset[int]]], number: int
    ) -> tuple[int, int] | None:
        """Return where a pattern stands in `text` with its anchor at word `number`, or None."""
        atoms = pattern.atoms
        if not pattern.window:
            first = number - pattern.anchor
            for i, atom in enumerate(atoms, first):
                if i not in beside or atom not in beside[i][1]:
                    return None
            return beside[first][0][1], beside[first + len(atoms) - 1][0][2]
        near = range(number - pattern.window + 1, number + pattern.window)
        around = [(j, beside[j][1]) for j in near if j != number and j in beside]
        options = []
        for i, atom in enumerate(atoms):
            where = [number] if i == pattern.anchor else [j for j, here in around if atom in here]
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
                between = words(text[beside[first][0][2] : beside[last][0][1]])
                if not pattern.free_order or not any(word.lower() in STOP_WORDS for word in between):
                    continue
            if best is None or last - first < best[1] - best[0]:
                best = (first, last)
        return None if best is None else (beside[best[0]][0][1], beside[best[1]][0][2])


def _longest(pieces: list[str]) -> int:
    return max(range(len(pieces)), key=lambda i: (pieces[i] not in STOP_WORDS, len(pieces[i]), -i))
