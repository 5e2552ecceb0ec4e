"""What each word can be part of: the terms that it is by itself, and the phrases in which it may stand.

A term is cut into atoms: a word as it is written or in its plain inflections, a stem, a beginning, an abbreviation. A
word is looked up once and its atoms are remembered; words that can be the same atoms are of one kind, and all else is
known by kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from Stemmer import Stemmer

from leeszaal.reading.sieve import Kept, Sieve, head
from leeszaal.reading.text import STOP_WORDS, fold, words
from leeszaal.works.language import STEMMERS

__all__ = ["NOTHING", "Kind", "Options", "Pattern", "Rows", "Vocabulary"]

NOTHING = 0  # the kind of a word that is part of no term
_ENDINGS = ("", "s", "e", "en")
_REMEMBERED = 400_000
_SHORTER = 5  # letters; of a stem that is shorter, only these forms count:
_SHORT = ("", "s", "es", "e", "en", "ed", "er", "ers", "ing", "ings", "y", "ly")
_BITS = 18
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_STEMMED = ("nl", "en")  # the languages of the terms


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


@dataclass(frozen=True)
class Pattern:
    """A way in which a term is written: its atoms in order.

    Parameters
    ----------
    term
        The number of the term.
    atoms
        Of each of its words.
    anchor
        Which of these it is looked for at.
    window
        0: the words follow each other; otherwise: they stand within so many words.
    free_order
        Whether they may stand in another order.
    """

    term: int
    atoms: tuple[int, ...]
    anchor: int
    window: int = 0
    free_order: bool = False


@dataclass(frozen=True)
class Kind:
    """What a word can be: the terms of this word alone, the patterns of which it is the anchor, its atoms."""

    terms: tuple[int, ...]
    patterns: tuple[int, ...]
    atoms: frozenset[int]


class Rows:
    """Rows of numbers of different lengths, laid after each other so that many are taken at once.

    Examples
    --------
    >>> rows = Rows([[], [4], [5, 6]])
    >>> of, values = rows.take(np.array([2, 0, 1, 1]))
    >>> of.tolist(), values.tolist()
    ([0, 0, 2, 3], [5, 6, 4, 4])
    """

    def __init__(self, rows: Iterable[Iterable[int]] = ()) -> None:
        self._values: list[int] = []
        self._ends = [0]
        for row in rows:
            self.append(row)
        self._ready: tuple[np.ndarray, np.ndarray] | None = None

    def append(self, row: Iterable[int]) -> None:
        """Add a row at the end."""
        self._values += row
        self._ends.append(len(self._values))
        self._ready = None

    def take(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all numbers of the rows `chosen`, and before them the place in `chosen` that each comes from."""
        if self._ready is None:
            self._ready = (np.array(self._values, dtype=np.int64), np.array(self._ends, dtype=np.int64))
        values, ends = self._ready
        first = ends[chosen]
        counts = ends[chosen + 1] - first
        of = np.repeat(np.arange(len(chosen)), counts)
        within = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
        return of, values[np.repeat(first, counts) + within]


class Vocabulary:
    """The atoms of all terms, and the kind of every word.

    Parameters
    ----------
    terms
        Pairs of a term and its kind, as `leeszaal.reading.terms.Matcher` takes them.
    options
        How loosely.

    Attributes
    ----------
    patterns
        All ways in which the terms are written.
    needs
        Of each pattern its atoms, without those of small words.
    small
        Small words that no pattern is looked for at, with their atom (-1: none).
    sieve
        Which words of a text are worth looking up.
    kinds
        Of each kind what a word can be; the first is `NOTHING`.
    terms_of, patterns_of, atoms_of
        The same by the number of the kind, to take many at once.
    """

    def __init__(self, terms: Iterable[tuple[str, str]], options: Options) -> None:
        self._options = options
        self._atoms: dict[tuple[str, str], int] = {}
        self._inflected: set[str] = set()  # what words with a short stem may become
        self._stemmers = {kind: Stemmer(STEMMERS[kind], 0) for kind in _STEMMED} if options.stems else {}
        self.patterns: list[Pattern] = []
        for number, (term, kind) in enumerate(terms):
            self._add(number, term, kind)
        self._alone: dict[int, list[int]] = {}  # atom to the terms that it is
        self._at: dict[int, list[int]] = {}  # atom to the phrases that it anchors
        for index, pattern in enumerate(self.patterns):
            if len(pattern.atoms) == 1:
                self._alone.setdefault(pattern.atoms[0], []).append(pattern.term)
            else:
                self._at.setdefault(pattern.atoms[pattern.anchor], []).append(index)
        self._forms: dict[str, list[int]] = {}
        self._stems: dict[str, dict[str, int]] = {}
        self._prefixes: dict[str, int] = {}
        self._lengths: dict[str, set[int]] = {}  # of the beginnings that begin with these two letters, or this one
        begins: set[str] = set()  # of the words that a beginning or a stem stands for
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
                if len(word) < _SHORTER:
                    heads = (word, word + word[-1])  # plan, planning
                    self._inflected.update(head + ending for head in heads for ending in _SHORT)
                    self._inflected.add(word[:-1] + "y")
                else:
                    begins.add(word[:-1])
                self._stems.setdefault(how.removeprefix("stem "), {})[word] = atom
            elif how == "prefix":
                begins.add(word)
                self._prefixes[word] = atom
                self._lengths.setdefault(word[:2], set()).add(len(word))
            else:
                self._forms.setdefault(fold(word)[0], [])
        self._begins = sorted({len(begin) for begin in self._lengths})
        anchors = {*self._at, *self._alone}
        small = ((word, self._atoms.get(("word", word), -1)) for word in STOP_WORDS)
        self.small = {word: atom for word, atom in small if atom not in anchors}
        self.needs = [frozenset(pattern.atoms).difference(self.small.values()) for pattern in self.patterns]
        self.sieve = Sieve(begins, {*self._forms, *self._inflected}, self.small)
        self.kinds: list[Kind] = []
        self.terms_of, self.patterns_of, self.atoms_of = Rows(), Rows(), Rows()
        self._known: dict[frozenset[int], int] = {}
        self._seen: dict[str, int] = {}
        self._kind(frozenset())  # NOTHING
        self._abbreviations = {word: atom for (how, word), atom in self._atoms.items() if how == "abbr"}
        self._cased = np.array([head(fold(word)[0]) for word in self._abbreviations], dtype=np.uint64)
        # Words by their letters, to look up many at once; a word that comes takes the slot of another.
        self._heads = np.zeros(1 << _BITS, dtype=np.uint64)
        self._tails = np.zeros(1 << _BITS, dtype=np.uint64)
        self._kinds = np.zeros(1 << _BITS, dtype=np.int64)

    def kinds_of(self, kept: Kept) -> np.ndarray:
        """Return the kind of each word that the sieve kept."""
        slots = _slots(kept.head + kept.tail * _MULTIPLIER)
        known = kept.whole & (self._heads[slots] == kept.head) & (self._tails[slots] == kept.tail)
        kinds = np.where(known, self._kinds[slots], NOTHING)
        new = np.flatnonzero(~known)
        if len(new):
            kinds[new] = self.look(kept.words(new))
            # Plain letters do not tell an abbreviation from a word: "WOO" is not "Woo".
            lasting = new[kept.whole[new] & ~np.isin(kept.head[new], self._cased)]
            self._heads[slots[lasting]], self._tails[slots[lasting]] = kept.head[lasting], kept.tail[lasting]
            self._kinds[slots[lasting]] = kinds[lasting]
        return kinds

    def look(self, found: Sequence[str]) -> list[int]:
        """Return the kind of each word, as it is written."""
        if len(self._seen) > _REMEMBERED:  # a corpus has no end of rare words
            self._seen.clear()
        seen = self._seen
        new = {word: word.lower() if word.isascii() else fold(word)[0] for word in {*found} if word not in seen}
        if new:
            atoms = self._atoms_of({*new.values()})
            for word, plain in new.items():
                abbr = self._abbreviations.get(word)
                seen[word] = self._kind(atoms[plain] if abbr is None else atoms[plain] | {abbr})
        return [seen[word] for word in found]

    def _atoms_of(self, folded: Iterable[str]) -> dict[str, frozenset[int]]:
        """Find out of each folded word which atoms it can be."""
        plain = list(folded)
        stems = [(known, self._stem(plain, lang)) for lang, known in self._stems.items()]
        found = {}
        for n, word in enumerate(plain):
            atoms = list(self._forms.get(word, ()))
            for begin in self._begins:
                for length in self._lengths.get(word[:begin], ()):
                    if (atom := self._prefixes.get(word[:length])) is not None:
                        atoms.append(atom)
            for known, of in stems:
                # of a short stem only plain inflections count: "open" is the stem of "openbaarheid" too
                if of[n] in known and (len(of[n]) >= _SHORTER or word in self._inflected):
                    atoms.append(known[of[n]])
            found[word] = frozenset(atoms)
        return found

    def _kind(self, atoms: frozenset[int]) -> int:
        kind = self._known.get(atoms)
        if kind is None:
            kind = self._known[atoms] = len(self.kinds)
            terms = tuple({term for atom in atoms for term in self._alone.get(atom, ())})
            patterns = tuple({index for atom in atoms for index in self._at.get(atom, ())})
            self.kinds.append(Kind(terms, patterns, atoms))
            for rows, row in ((self.terms_of, terms), (self.patterns_of, patterns), (self.atoms_of, atoms)):
                rows.append(row)
        return kind

    def _stem(self, folded: list[str], lang: str) -> list[str]:
        stemmer = self._stemmers.get(lang)
        return list(stemmer.stemWords(folded)) if stemmer is not None else folded

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
            self.patterns.append(Pattern(number, atoms, _longest(pieces)))
            return
        folded = [fold(piece)[0] for piece in pieces]
        atoms = tuple(self._atom("prefix" if i in last else "word", word) for i, word in enumerate(folded))
        self.patterns.append(Pattern(number, atoms, _longest(folded)))
        if len(folded) == 1:
            return
        if not STOP_WORDS & set(folded):
            whole = self._atom("prefix" if len(folded) - 1 in last else "word", "".join(folded))
            self.patterns.append(Pattern(number, (whole,), 0))
        content = [i for i, word in enumerate(folded) if word not in STOP_WORDS and len(word) > 1]
        options = self._options
        if kind == "exact" or len(content) < 2 or not (options.stems or options.gap or options.free_order):
            return
        self._inflected.update(folded[i] for i in content)
        stems = self._stem(folded, kind)
        loose = tuple(atoms[i] if i in last else self._atom(f"stem {kind}", stems[i]) for i in content)
        window = len(folded) + options.gap
        anchor = _longest([folded[i] for i in content])
        self.patterns.append(Pattern(number, loose, anchor, window, options.free_order))


def _slots(keys: np.ndarray) -> np.ndarray:
    return (keys * _MULTIPLIER) >> np.uint64(64 - _BITS)


def _longest(pieces: list[str]) -> int:
    return max(range(len(pieces)), key=lambda i: (pieces[i] not in STOP_WORDS, len(pieces[i]), -i))
