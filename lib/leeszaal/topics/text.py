"""From works to terms: words without endings, Dutch compounds opened, and phrases, in both languages."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from leeszaal import progress
from leeszaal.works.embedding import text_to_embed

__all__ = ["Terms", "embedding_texts", "lemmas_of", "read_terms"]

# A word, or a mark that ends a phrase: words on both sides of it do not belong together.
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[.;:!?()]")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_CHUNK = 10_000
# Phrases are learned from at most so many works, spread evenly: more say the same and cost memory.
_LEARNED = 100_000
_FEWEST_PAIRS = 3
# Words that stopwordsiso counts as empty but that carry meaning in public administration.
_KEEP = """
    group groups information interest interests member members older order right rights state states system
    young younger
"""
# Words about the publication instead of its subject.
_ABOUT = """
    abstract approach article artikel author auteur bijdrage book boek chapter deel essay et al evidence
    findings hoofdstuk introduction inleiding jaar literature literatuur onderzoek overview paper rapport
    report review research samenvatting studie studies study year
    januari februari maart april mei juni juli augustus september oktober november december
    january february march may june july august october
"""
_LEMMAS = {"nl": "nl", "en": "en", "de": "de", "fr": "fr", "es": "es", "pt": "pt", "it": "it"}
_LINKS = ("", "s", "e", "en")
_PART = 5
_LEFT = 4


@dataclass(frozen=True)
class Terms:
    """The terms of a corpus.

    Attributes
    ----------
    vocabulary
        (m,) the terms, each once, in order of appearance; a phrase is one term with a space in it.
    counts
        (n, m) CSR int32: how often each work has each term.
    surfaces
        Term to the form in which it is most often written, for showing.
    """

    vocabulary: np.ndarray
    counts: Any
    surfaces: dict[str, str]

    @property
    def documents(self) -> tuple[tuple[str, ...], ...]:
        """Per work its terms, repeated as often as they occur."""
        rows = []
        for start, stop in zip(self.counts.indptr[:-1], self.counts.indptr[1:], strict=True):
            found = np.repeat(self.counts.indices[start:stop], self.counts.data[start:stop])
            rows.append(tuple(str(term) for term in self.vocabulary[found]))
        return tuple(rows)


def _listed(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable):
        return [str(part) for part in value]
    return []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def embedding_texts(works: pd.DataFrame) -> list[str]:
    """Return per work the text whose meaning is measured; the terms come from the whole text."""
    columns = (map(_text, _column(works, name)) for name in ("title", "abstract"))
    return [text_to_embed(title, abstract) for title, abstract in zip(*columns, strict=True)]


def _column(works: pd.DataFrame, name: str) -> list[object]:
    return works[name].tolist() if name in works else [None] * len(works)


@functools.cache
def _stopwords() -> frozenset[str]:
    import stopwordsiso

    listed = stopwordsiso.stopwords(["nl", "en"])
    folded = {word.replace("’", "'") for word in listed}
    return frozenset((folded | {word.split("'")[0] for word in folded}) - set(_KEEP.split())) | frozenset(
        _ABOUT.split()
    )


def _lemma(word: str, language: str) -> str:
    import simplemma

    code = _LEMMAS.get(language)
    # Some Dutch compounds come with their parts marked: gemeente_raad_verkiezing.
    return str(simplemma.lemmatize(word, lang=code if code else ("nl", "en"))).casefold()


def _known(word: str) -> bool:
    import simplemma

    return bool(simplemma.is_known(word, lang="nl"))


def _split(word: str, common: frozenset[str]) -> tuple[str, ...]:
    """Return the two parts of a Dutch compound, or nothing; the last part must be a word of this corpus.

    The longest last part wins: it is the head, which says what kind of thing the compound is.
    """
    for cut in range(_LEFT, len(word) - _PART + 1):
        head = word[cut:]
        if head not in common:
            continue
        for link in _LINKS:
            left = word[: cut - len(link)] if link and word[:cut].endswith(link) else word[:cut]
            if (link and left == word[:cut]) or len(left) < _LEFT or left in _stopwords():
                continue
            if left in common or _known(left):
                return left, head
    return ()


def lemmas_of(terms: Iterable[str]) -> set[str]:
    """Return the words of search terms and their lemmas in both languages."""
    found = {_fold(word) for term in terms for word in _WORD.findall(_plain(str(term))) if len(word) > 1}
    return found | {_lemma(word, language).replace("_", "") for word in set(found) for language in ("nl", "en")}


class _Forms(dict[str, int]):
    """Word form to number; a form that was not seen before gets the next one."""

    def __init__(self, counter: list[tuple[str, str]], language: str) -> None:
        super().__init__()
        self.counter, self.language = counter, language

    def __missing__(self, word: str) -> int:
        number = len(self.counter)
        self.counter.append((word, self.language))
        self[word] = number
        return number


def _tokens(works: pd.DataFrame, languages: list[str]) -> tuple[list[tuple[str, str]], np.ndarray, np.ndarray]:
    """Return the forms (word, language), the number of the form at each place, and per work where it ends.

    Form 0 stands between the title, the abstract and each keyword.
    """
    forms: list[tuple[str, str]] = [("", "")]
    tables: dict[str, _Forms] = {}
    pieces, lengths = [], np.zeros(len(works), dtype=np.int64)
    columns = [_column(works, name) for name in ("title", "abstract", "keywords")]
    for start in range(0, len(works), _CHUNK):
        found: list[int] = []
        for at in range(start, min(start + _CHUNK, len(works))):
            table = tables.setdefault(languages[at], _Forms(forms, languages[at]))
            before = len(found)
            title, abstract, keywords = (column[at] for column in columns)
            for text in (_text(title), _text(abstract), *_listed(keywords)):
                if text:
                    found.extend([table[word] for word in _WORD.findall(_plain(text))])
                    found.append(0)
            lengths[at] = len(found) - before
        pieces.append(np.array(found, dtype=np.int32))
        progress.advance(0)
    tokens = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int32)
    return forms, tokens, np.cumsum(lengths)


def _plain(text: str) -> str:
    return _MARKUP.sub(" ", unicodedata.normalize("NFC", text)).casefold().replace("’", "'")


def _phrases(first: np.ndarray, second: np.ndarray, lemmas: np.ndarray) -> dict[tuple[int, int], float]:
    """Return the adjacent words that occur together more than chance (log-likelihood over 10.83, p .001).

    Parameters
    ----------
    first, second
        Lemma numbers on both sides of each place where two words stand side by side.
    lemmas
        Every lemma number that occurs, once for each time.
    """
    from nltk.collocations import BigramCollocationFinder
    from nltk.metrics import BigramAssocMeasures
    from nltk.probability import FreqDist

    if len(first) == 0:
        return {}
    width = int(lemmas.max()) + 1
    codes, many = np.unique(first.astype(np.int64) * width + second, return_counts=True)
    often = many >= _FEWEST_PAIRS
    if not often.any():
        return {}
    single = np.bincount(lemmas, minlength=width)
    pairs = {(int(c // width), int(c % width)): int(n) for c, n in zip(codes[often], many[often], strict=True)}
    words = FreqDist({word: int(single[word]) for word in np.flatnonzero(single)})
    finder = BigramCollocationFinder(words, FreqDist(pairs))
    found = {}
    for pair, score in finder.score_ngrams(BigramAssocMeasures.likelihood_ratio):
        expected = single[pair[0]] * single[pair[1]] / len(lemmas)
        if score >= 10.83 and pairs[pair] > expected and not math.isnan(score):
            found[pair] = float(score)
    return found


def read_terms(works: pd.DataFrame, *, search_terms: Iterable[str] = ()) -> Terms:
    """Turn works into terms.

    Words are folded to lower case, without numbers and stop words of both languages (stopwordsiso), brought
    to their lemma in the language of the work (simplemma); a Dutch compound also counts as its parts, as far
    as these are words of this corpus; adjacent words that belong together (NLTK,
    log-likelihood) also count as a phrase.

    Parameters
    ----------
    works
        Columns `title`, and where there are `abstract`, `keywords` (list), `language`.
    search_terms
        Words of the search that made this corpus: every work has them, so they tell topics nothing apart.

    Examples
    --------
    >>> titles = ["Opkomst bij gemeenteraadsverkiezingen", "Twee verkiezingen"]
    >>> frame = pd.DataFrame({"title": titles, "language": "nl"})
    >>> [sorted(document) for document in read_terms(frame).documents]
    [['gemeenteraadverkiezing', 'opkomst', 'verkiezing'], ['verkiezing']]
    """
    import scipy.sparse as sp

    languages = ["" if not isinstance(v, str) else v for v in _column(works, "language")]
    banned = lemmas_of(search_terms)
    forms, tokens, ends = _tokens(works, languages)
    lemma_of, names, marked = _lemmas(forms, banned)
    parts = _parts(names, _dutch(forms, lemma_of), marked, banned)
    dutch = np.array([language == "nl" for language in languages], dtype=np.int32)
    learned = np.arange(0, len(works), max(1, -(-len(works) // _LEARNED)))
    titles, codes, spoken = _learned_phrases(forms, tokens, ends, lemma_of, names, learned)
    blocks = []
    for start in range(0, max(len(works), 1), _CHUNK):
        block = _Block(tokens, ends, lemma_of, np.arange(start, min(start + _CHUNK, len(works))))
        singles = _counted(block.work, block.lemma, (block.n, len(names)))
        opened = sp.diags_array(dutch[start : start + block.n], dtype=np.int32) @ singles @ parts
        which = block.find(codes, len(names))
        phrases = _counted(block.work[block.side[which >= 0]], which[which >= 0], (block.n, len(codes)))
        blocks.append(sp.hstack([singles + opened, phrases], format="csr", dtype=np.int32))
    counts = sp.csr_matrix(sp.vstack(blocks, format="csr"))
    counts.sort_indices()
    return Terms(np.array([*names, *titles], dtype=object), counts, _surfaces(forms, tokens, lemma_of, names) | spoken)


class _Block:
    """Some of the works as lemma numbers: `work` and `lemma` at each place, `side` where the next one belongs to it."""

    def __init__(self, tokens: np.ndarray, ends: np.ndarray, lemma_of: np.ndarray, rows: np.ndarray) -> None:
        starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
        self.n = len(rows)
        if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
            forms = tokens[starts[rows[0]] : ends[rows[-1]]]
        else:
            forms = np.concatenate([tokens[starts[r] : ends[r]] for r in rows]) if len(rows) else tokens[:0]
        work = np.repeat(np.arange(len(rows), dtype=np.int32), ends[rows] - starts[rows]) if len(rows) else forms
        lemma = lemma_of[forms]
        there = np.flatnonzero(lemma >= 0)
        self.form, self.work, self.lemma = forms[there], work[there], lemma[there]
        # Side by side in one field of one work: marks, stop words and the ends of fields stand in between.
        step = np.diff(there) == 1
        self.side = np.flatnonzero(step & (self.lemma[:-1] != self.lemma[1:]) & (self.work[:-1] == self.work[1:]))

    def codes(self, width: int) -> np.ndarray:
        """Return a number for each pair of lemmas that stand side by side."""
        return self.lemma[self.side].astype(np.int64) * width + self.lemma[self.side + 1]

    def find(self, codes: np.ndarray, width: int) -> np.ndarray:
        """Return for each pair its place among `codes` (ascending), -1 where it is not there."""
        mine = self.codes(width)
        if len(codes) == 0:
            return np.full(len(mine), -1)
        place = np.minimum(np.searchsorted(codes, mine), len(codes) - 1)
        return np.where(codes[place] == mine, place, -1)


def _learned_phrases(
    forms: list[tuple[str, str]],
    tokens: np.ndarray,
    ends: np.ndarray,
    lemma_of: np.ndarray,
    names: list[str],
    rows: np.ndarray,
) -> tuple[list[str], np.ndarray, dict[str, str]]:
    """Return the phrases, their codes (ascending) and how each is most often written."""
    block = _Block(tokens, ends, lemma_of, rows)
    pairs = _phrases(block.lemma[block.side], block.lemma[block.side + 1], block.lemma)
    codes = np.array(sorted(a * len(names) + b for a, b in pairs), dtype=np.int64)
    titles = [f"{names[code // len(names)]} {names[code % len(names)]}" for code in codes.tolist()]
    which = block.find(codes, len(names))
    hit = block.side[which >= 0]
    written = _phrase_surfaces(titles, which[which >= 0], block.form[hit], block.form[hit + 1], forms)
    return titles, codes, written


def _counted(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> Any:
    import scipy.sparse as sp

    return sp.coo_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape).tocsr()


def _lemmas(forms: list[tuple[str, str]], banned: set[str]) -> tuple[np.ndarray, list[str], dict[str, tuple[str, ...]]]:
    """Return the number of the lemma of each form (-1: none), the lemmas, and the parts that the lemmatiser marked."""
    stop = _stopwords()
    numbers: dict[str, int] = {}
    marked: dict[str, tuple[str, ...]] = {}
    lemma_of = np.full(len(forms), -1, dtype=np.int32)
    for at, (form, language) in enumerate(forms):
        lemma = _term(_fold(form), language, stop, banned)
        if lemma is None:
            continue
        whole = lemma.replace("_", "")
        if whole != lemma:
            marked[whole] = tuple(part for part in lemma.split("_") if len(part) >= _LEFT and part not in stop)
        lemma_of[at] = numbers.setdefault(whole, len(numbers))
    return lemma_of, list(numbers), marked


def _dutch(forms: list[tuple[str, str]], lemma_of: np.ndarray) -> np.ndarray:
    """Return the numbers of the lemmas that Dutch works have, ascending."""
    spoken = np.array([language == "nl" for _, language in forms], dtype=bool)
    return np.unique(lemma_of[spoken & (lemma_of >= 0)])


def _parts(names: list[str], dutch: np.ndarray, marked: dict[str, tuple[str, ...]], banned: set[str]) -> Any:
    """Return the lemmas (m, m) that each Dutch lemma also counts as."""
    number = {name: at for at, name in enumerate(names)}
    common = frozenset(names[at] for at in dutch if len(names[at]) >= _LEFT)
    rows, columns = [], []
    for at in dutch.tolist():
        word = names[at]
        for part in marked[word] if word in marked else _split(word, common):
            if part in number and part not in banned:
                rows.append(at)
                columns.append(number[part])
    return _counted(np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64), (len(names), len(names)))


def _surfaces(
    forms: list[tuple[str, str]], tokens: np.ndarray, lemma_of: np.ndarray, names: list[str]
) -> dict[str, str]:
    """Return each lemma as it is most often written."""
    written: dict[tuple[int, str], int] = {}
    times = np.bincount(tokens, minlength=len(forms))
    for at in np.flatnonzero(lemma_of >= 0).tolist():
        key = (int(lemma_of[at]), _fold(forms[at][0]))
        written[key] = written.get(key, 0) + int(times[at])
    found: dict[str, str] = {}
    for (lemma, form), _ in sorted(written.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        found.setdefault(names[lemma], form)
    return found


def _phrase_surfaces(
    titles: list[str], place: np.ndarray, left: np.ndarray, right: np.ndarray, forms: list[tuple[str, str]]
) -> dict[str, str]:
    """Return each phrase as it is most often written."""
    order = np.stack([place, left, right], axis=1)
    seen, many = np.unique(order, axis=0, return_counts=True)
    written: dict[int, dict[str, int]] = {}
    for (phrase, a, b), n in zip(seen.tolist(), many.tolist(), strict=True):
        form = f"{_fold(forms[a][0])} {_fold(forms[b][0])}"
        mine = written.setdefault(phrase, {})
        mine[form] = mine.get(form, 0) + n
    return {titles[at]: min(mine, key=lambda form: (-mine[form], form)) for at, mine in written.items()}


def _fold(word: str) -> str:
    return word[:-2] if word.endswith("'s") else word


def _term(word: str, language: str, stop: frozenset[str], banned: set[str]) -> str | None:
    if len(word) < 3 or word in stop or word in banned:
        return None
    lemma = _lemma(word, language)
    whole = lemma.replace("_", "")
    return None if len(whole) < 3 or whole in stop or whole in banned else lemma
