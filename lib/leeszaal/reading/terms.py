"""One matcher for all terms at once.

Texts are read many together: `leeszaal.reading.sieve` leaves out the words that are part of no term, each word that
stays is looked up (`leeszaal.reading.vocabulary`), and a phrase is looked for at its longest word (its anchor) if its
other words are near. What is left, one phrase in a hundred, is compared word by word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from leeszaal.reading.sieve import Kept
from leeszaal.reading.text import STOP_WORDS, hyphenated, words
from leeszaal.reading.vocabulary import NOTHING, Options, Pattern, Vocabulary

__all__ = ["Hit", "Matcher", "Options", "Scan"]

_AT_ONCE = 1 << 19  # characters
_REMEMBERED = 100_000
_ROOM = 4  # bits: sixteen slots or more for each pair
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

#: A word of a text: where it starts and ends, and its atoms.
_Word = tuple[int, int, frozenset[int]]


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
            spans.update([(start, end, term) for start, end in _wherever(written, self.text)])
        return [Hit(term, start, end) for start, end, term in sorted(spans)]


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
        self._known = Vocabulary(self.terms, self.options)
        # Of each pattern the atoms that must stand beside its anchor, in columns; -1 where there are no more.
        others = [
            sorted(needs - {pattern.atoms[pattern.anchor]})
            for pattern, needs in zip(self._known.patterns, self._known.needs, strict=True)
        ]
        self._others = np.full((max(map(len, others), default=0), len(others)), -1)
        for pattern, atoms in enumerate(others):
            self._others[: len(atoms), pattern] = atoms
        self._longest = max((max(one.window, len(one.atoms)) for one in self._known.patterns), default=1)
        self._wants_small = [
            len(needs) < len(set(pattern.atoms))
            for pattern, needs in zip(self._known.patterns, self._known.needs, strict=True)
        ]
        self._compounds: dict[str, tuple[tuple[str, int], ...]] = {}

    def scan(self, text: str) -> Scan:
        """Look for all terms in `text`."""
        return next(self.scan_all([text]))

    def scan_all(self, texts: Iterable[str]) -> Iterator[Scan]:
        """Look for all terms in each of `texts`; many times as fast as one by one."""
        waiting: list[str] = []
        size = 0
        for text in texts:
            waiting.append(text)
            size += len(text)
            if size > _AT_ONCE:
                yield from self._scan(waiting)
                waiting, size = [], 0
        if waiting:
            yield from self._scan(waiting)

    def find(self, text: str) -> list[Hit]:
        """Return every term found in `text`, in the order of their places, each place and term once."""
        return self.scan(text).hits()

    def within(self, texts: Iterable[str]) -> list[bool]:
        """Tell of each text whether it holds any of the terms.

        Examples
        --------
        >>> Matcher([("gemeente", "nl")]).within(["De gemeenten", "Het Rijk"])
        [True, False]
        """
        return [bool(scan.found or scan.joined) for scan in self.scan_all(texts)]

    def _scan(self, texts: Sequence[str]) -> list[Scan]:
        scans = [Scan(text, set(), set()) for text in texts]
        kept = self._known.sieve.sift(texts)
        kinds = self._known.kinds_of(kept)
        live = np.flatnonzero(kinds != NOTHING)
        kinds, text, place = kinds[live], kept.text[live], kept.place[live]
        start, end = kept.start[live], kept.end[live]
        of, terms = self._known.terms_of.take(kinds)
        columns = (text[of], start[of], end[of], terms)
        for n, first, last, term in zip(*(column.tolist() for column in columns), strict=True):
            scans[n].found.add((first, last, term))
        of, patterns = self._likely(kinds, place)
        asked = np.unique(text[of])
        low, high = np.searchsorted(text, [asked, asked + 1])
        rows = zip(asked.tolist(), low.tolist(), high.tolist(), *np.searchsorted(of, [low, high]).tolist(), strict=True)
        for n, low_, high_, from_, to in rows:
            beside = self._beside(place[low_:high_], start[low_:high_], end[low_:high_], kinds[low_:high_])
            wanted = patterns[from_:to].tolist()
            if any(self._wants_small[pattern] for pattern in wanted):
                beside |= self._small_words(kept, n)
            for at, index in zip(place[of[from_:to]].tolist(), wanted, strict=True):
                pattern = self._known.patterns[index]
                if span := _check(pattern, texts[n], beside, at):
                    scans[n].found.add((*span, pattern.term))
        if kept.compounds:
            self._join(kept, scans)
        return scans

    def _likely(self, kinds: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return words and the patterns to look for at them: of most patterns another word is nowhere near.

        Texts are cut in stretches as long as the longest pattern; its words stand in one of these and the next.
        """
        stretch = place // self._longest
        of, atoms = self._known.atoms_of.take(kinds)
        there = _Pairs(stretch[of], atoms)
        of, patterns = self._known.patterns_of.take(kinds)
        for row in self._others if len(of) else ():
            other, here = row[patterns], stretch[of]
            stays = other < 0
            for near in (here - 1, here, here + 1):
                stays |= there.has(near, other)
            of, patterns = of[stays], patterns[stays]
        return of, patterns

    def _beside(self, *columns: np.ndarray) -> dict[int, _Word]:
        """Return the words of one text by their place; `columns` are place, start, end and kind."""
        kinds = self._known.kinds
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return {place: (start, end, kinds[kind].atoms) for place, start, end, kind in rows}

    def _small_words(self, kept: Kept, n: int) -> dict[int, _Word]:
        """Return the small words of a text, which the sieve leaves out: few phrases need one."""
        text, small = kept.texts[n], self._known.small
        return {
            place: (start, end, frozenset({small[word]}))
            for place, start, end in kept.never.of(n)
            if (word := text[start:end].lower()) in small
        }

    def _join(self, kept: Kept, scans: list[Scan]) -> None:
        """Look up the words with hyphens as one word."""
        if len(self._compounds) > _REMEMBERED:
            self._compounds.clear()
        written = [kept.texts[n][start:end] for n, start, end in kept.compounds]
        new = [one for one in {*written} if one not in self._compounds]
        if new:
            self._compounds.update(dict.fromkeys(new, ()))
            parts = [(one, *part) for one in new for part in hyphenated(one)]  # several where a loose accent parts them
            joined = self._known.sieve.sift([joined for _, _, joined in parts])
            for n, kind in zip(joined.text.tolist(), self._known.kinds_of(joined).tolist(), strict=True):
                one, whole, _ = parts[n]
                self._compounds[one] += tuple((whole, term) for term in self._known.kinds[kind].terms)
        for (n, _, _), one in zip(kept.compounds, written, strict=True):
            if terms := self._compounds[one]:
                scans[n].joined.update(terms)


class _Pairs:
    """Pairs of a stretch and an atom in it; one in a few thousand is said to be there when it is not."""

    def __init__(self, stretch: np.ndarray, atoms: np.ndarray) -> None:
        self._bits = len(atoms).bit_length() + _ROOM
        self._tables = [np.zeros(1 << self._bits, dtype=bool) for _ in range(2)]
        for table, slots in zip(self._tables, self._slots(stretch, atoms), strict=True):
            table[slots] = True

    def _slots(self, stretch: np.ndarray, atoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        keys = ((stretch.astype(np.uint64) << np.uint64(32)) + atoms.astype(np.uint64)) * _MULTIPLIER
        bits = np.uint64(self._bits)
        return keys >> (np.uint64(64) - bits), (keys >> (np.uint64(60) - bits - bits)) & (
            (np.uint64(1) << bits) - np.uint64(1)
        )

    def has(self, stretch: np.ndarray, atoms: np.ndarray) -> np.ndarray:
        """Tell of each pair whether it is there."""
        first, second = self._slots(stretch, atoms)
        found = self._tables[0][first]
        some = np.flatnonzero(found)
        found[some] = self._tables[1][second[some]]
        return found


def _check(pattern: Pattern, text: str, beside: Mapping[int, _Word], number: int) -> tuple[int, int] | None:
    """Return where a pattern stands in `text` with its anchor at word `number`, or None."""
    atoms = pattern.atoms
    if not pattern.window:
        first = number - pattern.anchor
        for i, atom in enumerate(atoms, first):
            if i not in beside or atom not in beside[i][2]:
                return None
        return beside[first][0], beside[first + len(atoms) - 1][1]
    near = range(number - pattern.window + 1, number + pattern.window)
    around = [(j, beside[j][2]) for j in near if j != number and j in beside]
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
            # "mergers of municipalities" are municipal mergers; "supervised learning" is another thing than
            # learning supervision
            between = words(text[beside[first][1] : beside[last][1]])
            if not pattern.free_order or not any(word.lower() in STOP_WORDS for word in between):
                continue
        if best is None or last - first < best[1] - best[0]:
            best = (first, last)
    return None if best is None else (beside[best[0]][0], beside[best[1]][1])


def _wherever(written: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield each place of a word with hyphens in a text, where it is not part of a longer word."""
    at = text.find(written)
    while at >= 0:
        end = at + len(written)
        if (at and text[at - 1].isalnum()) or text[end : end + 1].isalnum():
            end = at + 1
        else:
            yield at, end
        at = text.find(written, end)
