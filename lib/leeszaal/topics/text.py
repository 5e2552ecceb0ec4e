"""From works to terms: words without endings, Dutch compounds opened, and phrases, in both languages."""

from __future__ import annotations

import functools
import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = ["Terms", "embedding_texts", "read_terms"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_EMBEDDED = 800
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
    documents
        Per work its terms, repeated as often as they occur; a phrase is one term with a space in it.
    surfaces
        Term to the form in which it is most often written, for showing.
    """

    documents: tuple[tuple[str, ...], ...]
    surfaces: dict[str, str]


def _listed(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable):
        return [str(part) for part in value]
    return []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def embedding_texts(works: pd.DataFrame) -> list[str]:
    """Return per work the text whose meaning is measured: title and start of the abstract, 800 characters.

    Longer texts cost seconds each and the encoder dilutes them; the terms come from the whole text.
    """
    texts = []
    for title, abstract in zip(_column(works, "title"), _column(works, "abstract"), strict=True):
        both = ". ".join(part.strip() for part in (_text(title), _text(abstract)) if part.strip())
        texts.append(both[:_EMBEDDED])
    return texts


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


def _sentences(row: tuple[object, object, object]) -> list[str]:
    title, abstract, keywords = row
    return [part for part in (_text(title), _text(abstract), *_listed(keywords)) if part]


def _phrases(runs: Sequence[Sequence[str | None]], minimum: int) -> dict[tuple[str, str], float]:
    """Return the adjacent words that occur together more than chance (log-likelihood over 10.83, p .001)."""
    from nltk.collocations import BigramCollocationFinder
    from nltk.metrics import BigramAssocMeasures
    from nltk.probability import FreqDist

    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for run in runs:
        words.update(word for word in run if word)
        pairs.update((a, b) for a, b in itertools.pairwise(run) if a and b and a != b)
    pairs = Counter({pair: n for pair, n in pairs.items() if n >= minimum})
    if not pairs:
        return {}
    finder = BigramCollocationFinder(FreqDist(words), FreqDist(pairs))
    total = sum(words.values())
    found = {}
    for pair, score in finder.score_ngrams(BigramAssocMeasures.likelihood_ratio):
        expected = words[pair[0]] * words[pair[1]] / total
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
    stop = _stopwords()
    languages = ["" if not isinstance(v, str) else v for v in _column(works, "language")]
    rows = list(zip(*(_column(works, n) for n in ("title", "abstract", "keywords")), strict=True))
    banned = {_fold(term) for term in search_terms}
    banned |= {_lemma(term, language) for term in set(banned) for language in ("nl", "en")}
    lemmas: dict[tuple[str, str], str | None] = {}
    written: dict[str, Counter[str]] = {}
    works_runs: list[list[list[str | None]]] = []
    parts: dict[str, tuple[str, ...]] = {}
    joined: dict[tuple[str, str], Counter[str]] = {}
    for row, language in zip(rows, languages, strict=True):
        runs: list[list[str | None]] = []
        for sentence in _sentences(row):
            run: list[str | None] = []
            before: tuple[str | None, str] = (None, "")
            for match in _WORD.finditer(unicodedata.normalize("NFC", sentence)):
                word = _fold(match.group())
                key = (word, language)
                if key not in lemmas:
                    lemma = _term(word, language, stop, banned)
                    if lemma is not None and "_" in lemma:
                        parts[lemma.replace("_", "")] = _parts_marked(lemma)
                    lemmas[key] = lemma.replace("_", "") if lemma else None
                lemma = lemmas[key]
                run.append(lemma)
                if lemma is not None:
                    written.setdefault(lemma, Counter())[word] += 1
                    if before[0] is not None:
                        joined.setdefault((before[0], lemma), Counter())[f"{before[1]} {word}"] += 1
                before = (lemma, word)
            runs.append(run)
        works_runs.append(runs)
    parts = {w: tuple(p for p in marked if p in written) for w, marked in parts.items()}
    parts = {**_compounds(works_runs, languages), **parts}
    pairs = _phrases([run for runs in works_runs for run in runs], minimum=3)
    documents = []
    for runs, language in zip(works_runs, languages, strict=True):
        terms: list[str] = []
        for run in runs:
            for lemma, after in itertools.zip_longest(run, run[1:]):
                if lemma is None:
                    continue
                terms.append(lemma)
                if language == "nl":
                    terms.extend(part for part in parts.get(lemma, ()) if part not in banned)
                if after is not None and (lemma, after) in pairs:
                    terms.append(f"{lemma} {after}")
        documents.append(tuple(terms))
    surfaces = {lemma: _commonest(forms) for lemma, forms in written.items()}
    for pair in pairs:
        surfaces[" ".join(pair)] = _commonest(joined[pair])
    return Terms(tuple(documents), surfaces)


def _parts_marked(lemma: str) -> tuple[str, ...]:
    return tuple(part for part in lemma.split("_") if len(part) >= _LEFT and part not in _stopwords())


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))


def _fold(word: str) -> str:
    folded = word.casefold().replace("’", "'")
    return folded[:-2] if folded.endswith("'s") else folded


def _term(word: str, language: str, stop: frozenset[str], banned: set[str]) -> str | None:
    if len(word) < 3 or word in stop or word in banned:
        return None
    lemma = _lemma(word, language)
    whole = lemma.replace("_", "")
    return None if len(whole) < 3 or whole in stop or whole in banned else lemma


def _compounds(works_runs: list[list[list[str | None]]], languages: list[str]) -> dict[str, tuple[str, ...]]:
    found: Counter[str] = Counter()
    for runs, language in zip(works_runs, languages, strict=True):
        if language == "nl":
            found.update({word for run in runs for word in run if word})
    common = frozenset(word for word in found if len(word) >= _LEFT)
    return {word: parts for word in sorted(found) if (parts := _split(word, common))}
