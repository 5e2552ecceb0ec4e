"""Which work comes next, why, and what may be said of the rest: the ranking of a pile, beside the reading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from leeszaal.reading.desk.state import State
from leeszaal.reading.screening import Ranker, Reason, Standing, advice, describe, progress_of_recall, text_of
from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.reading.text import STOP_WORDS, words
from leeszaal.works import embedding
from leeszaal.works.embedding import text_to_embed

__all__ = ["Ranked", "shorten"]

_PATIENCE = 0.06  # seconds a key may wait for a new order; a small pile has it by then, a large one keeps the old
_LOOKED_AT = 25  # terms of a work among which the telling ones are sought
_TOLD = 5
_ALIKE = 2  # included works named as like this one
_BASIS = {
    "likeness": "De volgorde volgt de omschrijving van het thema en wat u opnam: er zijn nog te weinig oordelen.",
    "both": "De volgorde volgt uw eerste oordelen en de omschrijving van het thema.",
    "model": "De volgorde volgt uw oordelen tot nu toe.",
    "meaning": "In deze taal zijn nog te weinig oordelen: de volgorde volgt de betekenis van de tekst.",
    "chance": "Er is nog niets om op te ordenen: u ziet de werken in de volgorde van de stapel.",
    "waiting": "De volgorde wordt nog berekend; intussen liggen de werken met de meeste woorden van het thema boven.",
}


class Ranked:
    """The ranking of one pile; it never makes the reader wait.

    Parameters
    ----------
    works
        Rows of the pile, with `work_id`, `title` and `abstract`.
    taxonomy, theme
        What is looked for: the description of a theme is where the ranking starts.
    target
        The recall aimed at.
    cache
        The folder in which `leeszaal.works.embedding.embed` keeps what it encoded. Works in a language with too few
        judgements are ranked by their meaning where that was encoded before (`leeszaal topics` and `leeszaal tag` do).
    random_state
        Seed of the solver.
    """

    def __init__(
        self,
        works: pd.DataFrame,
        taxonomy: Taxonomy,
        theme: str | None = None,
        *,
        target: float = 0.9,
        cache: Path | None = None,
        random_state: int = 0,
    ) -> None:
        self._titles, abstracts = _column(works, "title"), _column(works, "abstract")
        self._texts = [text_of(title, abstract) for title, abstract in zip(self._titles, abstracts, strict=True)]
        self._ids = works["work_id"].tolist()
        self._place = {work: place for place, work in enumerate(self._ids)}
        self._target = target
        description = describe(taxonomy, theme) if theme else ""
        languages = _column(works, "language")
        self._ranker = Ranker(
            self._texts,
            titles=self._titles,
            description=description,
            languages=languages,
            embedding=_places(self._titles, abstracts, cache) if cache and len(set(languages)) > 1 else None,
            random_state=random_state,
            waited_for=0,
        )
        self._works: tuple[int, ...] = ()
        self._said: list[str] = []
        self.failure = ""

    def judged(self, state: State, patience: float = _PATIENCE) -> None:
        """Take in where the reader stands; the order follows when it is ready, maybe after the next judgement."""
        labels = np.full(len(self._texts), -1)
        for work, said in state.judged.items():
            labels[self._place[work]] = {"include": 1, "exclude": 0, "maybe": -1}[said.verb]
        try:
            order = self._ranker.order(labels)
            if order.training and self._ranker.wait(patience):
                order = self._ranker.order(labels)
        except (ValueError, ArithmeticError, MemoryError) as error:  # the reading goes on in the order there is
            self.failure = f"De volgorde kon niet worden bijgewerkt ({error}); de vorige blijft gelden."
        else:
            self.failure, self._works = "", () if order.basis == "chance" else order.works
        self._said = self._tell(state)

    def first(self, left: list[str]) -> str:
        """Return the work to read next."""
        open_ = set(left)
        return next((self._ids[place] for place in self._works if self._ids[place] in open_), left[0])

    def _tell(self, state: State) -> list[str]:
        """Say where the reading stands; a doubt is counted in the way that promises least."""
        if state.again is not None:
            return []
        works = len(state.works)
        ways = [progress_of_recall(state.labels(doubt), works, target=self._target) for doubt in self._doubts(state)]
        found = min(ways, key=_promised)
        warned = None if state.judged else advice(works)
        return [line for line in (found.certainty, found.remaining, found.verdict, warned) if line]

    def _doubts(self, state: State) -> tuple[int, ...]:
        return (0, 1) if state.counts()["maybe"] else (0,)

    def standing(self) -> list[str]:
        """Return in Dutch what may be said of what was found and of what is left."""
        return [*([self.failure] if self.failure else []), *self._said]

    def why(self, work_id: str) -> list[str]:
        """Return in Dutch why a work is where it is: the words that lift it, and the included works it is like."""
        place = self._place[work_id]
        reason: Reason = self._ranker.reason(place, _LOOKED_AT)
        lines = [_BASIS[reason.basis]]
        telling = _telling([term for term, _ in reason.terms], self._texts[place])
        if telling:
            lines.append(f"Woorden die het omhoog halen: {', '.join(telling)}.")
        alike = [self._titles[other] for other, _ in reason.near[:_ALIKE]]
        return [*lines, *(f"Lijkt op wat u opnam: ‘{shorten(title, 90)}’." for title in alike)]


def _telling(terms: Sequence[str], text: str) -> list[str]:
    """Return the terms that tell a reader something, at most five: no stop words, no part of a longer one beside it.

    How often each stands in the text is counted in words as the ranking sees them, without hyphens.

    Examples
    --------
    >>> _telling(["inter", "inter municipal", "municipal"], "Inter-municipal cooperation; the inter-municipal council")
    ['2× inter municipal']
    """
    dull = _stop_words()
    plain = "  ".join(["", *words(text.lower()), ""])  # two spaces, so that a word may end one find and begin the next
    said = [
        (term, max(1, plain.count(f" {'  '.join(term.split())} ")))
        for term in terms
        if not dull.intersection(term.split())
    ]
    kept = [
        (term, n) for term, n in said
        if not any(term != other and f" {term} " in f" {other} " and n <= m for other, m in said)
    ]  # fmt: skip
    return [f"{n}× {term}" if n > 1 else term for term, n in kept[:_TOLD]]


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    from stopwordsiso import stopwords

    return frozenset(stopwords(["nl", "en"])) | STOP_WORDS


def shorten(text: str, longest: int) -> str:
    """Return a text cut off at a word, with an ellipsis, when it is longer than `longest` characters.

    Examples
    --------
    >>> shorten("Toezicht op gemeenten", 16), shorten("Toezicht", 16)
    ('Toezicht op …', 'Toezicht')
    """
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _promised(found: Standing) -> tuple[bool, int]:
    return found.reached, found.at_least or 0


def _places(titles: Sequence[str], abstracts: Sequence[str], cache: Path) -> np.ndarray | None:
    """Return the embedding of each work as far as it was made before, of its title alone if need be; zeros elsewhere.

    None when fewer than half were: then words alone do better.
    """
    whole = embedding.cached([text_to_embed(*pair) for pair in zip(titles, abstracts, strict=True)], cache)
    alone = embedding.cached(titles, cache)
    best = [alone[n] if one is None else one for n, one in enumerate(whole)]
    if 2 * sum(one is not None for one in best) < len(best):
        return None
    return np.stack([np.zeros(embedding.DIMENSIONS, np.float32) if one is None else one for one in best])


def _column(works: pd.DataFrame, name: str) -> list[str]:
    if name not in works:
        return [""] * len(works)
    return ["" if pd.isna(value) else str(value) for value in works[name]]
