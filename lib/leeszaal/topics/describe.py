"""From a fitted model to what a reader sees: words, names, figures and typical works per topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leeszaal.topics import choose, match, names, quality
from leeszaal.topics.corpus import Corpus
from leeszaal.topics.models import Factors
from leeszaal.topics.result import TOPICS, WORDS
from leeszaal.topics.text import lemmas_of
from leeszaal.topics.words import Words, of_language, shown_words, strongest

__all__ = ["Described", "Searched", "described", "leaning", "words_frame"]

LANGUAGES = ("nl", "en", "other")
_TOP = 10
_KEPT = 20
_UNSTABLE = 0.3
_LEANS = 0.3
_DRAWS = 400
_FEW = 15
_SEARCHED = 2
_WIDE = 0.05


@dataclass(frozen=True)
class Searched:
    """The words of the searches that made the corpus, as lemmas: they tell what was asked, not what was found."""

    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, terms: Iterable[str]) -> Searched:
        """Return the lemmas of search terms in both languages."""
        return cls(frozenset(lemmas_of(terms)))

    def holds(self, term: str) -> bool:
        """Tell whether a term says nothing but what was searched for."""
        return bool(self.words) and all(part in self.words for part in term.split())


@dataclass(frozen=True)
class Described:
    """The words of the k topics of a fit, and how they go together.

    Attributes
    ----------
    corpus, factors
        What was fitted.
    strength
        (n, k) of the works that are described.
    rows
        Their numbers in the corpus.
    words, model
        Language to the words shown, and to the coherence of the strongest words of the model.
    allowed
        Language to which terms count for it (m,).
    """

    corpus: Corpus
    factors: Factors
    strength: np.ndarray
    rows: np.ndarray
    words: dict[str, Words]
    model: dict[str, list[float | None]]
    allowed: dict[str, np.ndarray]

    @property
    def spoken(self) -> np.ndarray:
        """Which of `LANGUAGES` each work is in."""
        return spoken_of(self.corpus.languages[self.rows])

    def coherence(self, language: str) -> list[float | None]:
        """Return the coherence of the words shown, per topic."""
        return [self.words[language].coherence(t, _TOP) for t in range(len(self.factors.terms))]

    def diversity(self) -> float:
        """Return the share of different words over the lists that are shown, over both languages."""
        return quality.diversity([[j for j, _ in row[:_TOP]] for w in self.words.values() for row in w.lists if row])

    def judged(self) -> dict[str, float | None]:
        """Return what stands beside the stability of this number of topics; see `leeszaal.topics.choose.Sweep`."""
        out: dict[str, float | None] = {"diversity": self.diversity()}
        apart, weight = [], []
        for language in LANGUAGES:
            values = [value for value in self.coherence(language) if value is not None]
            out[f"npmi_{language}"] = float(np.mean(values)) if values else None
            if values:
                apart.append(float(np.mean(values)) - self.chance(language))
                weight.append(int((self.spoken == language).sum()))
        out["separation"] = float(np.average(apart, weights=weight)) if apart else 0.0
        return out

    def chance(self, language: str) -> float:
        """Return the coherence that words drawn from all topics together reach in half of the draws."""
        words = self.words[language]
        pool = sorted({j for row in words.lists for j, _ in row[:_TOP]})
        if len(pool) <= _TOP:
            return 0.0
        generator = np.random.default_rng(0)
        drawn = [words.company.coherence(generator.choice(pool, _TOP, replace=False).tolist()) for _ in range(_DRAWS)]
        return float(np.quantile([value for value in drawn if value is not None], 0.5))

    def topics_frame(
        self,
        topic: np.ndarray,
        own: np.ndarray,
        matched: match.Matched,
        split: Mapping[int, int],
        refits: tuple[Sequence[Sequence[Sequence[int]]], Sequence[Sequence[Sequence[int]]]],
        known: match.Known | None,
        searched: Searched,
        called: Mapping[int, str],
    ) -> pd.DataFrame:
        """Return one row a topic; see `TopicModel.topics`.

        Parameters
        ----------
        topic, own
            (n,) place of the topic of each work (−1: none), and cosine of the work's own terms with it.
        matched, split
            The k numbers, and which of them split off an earlier topic.
        refits
            Top terms per topic of the refits on samples, and of those from other seeds.
        known
            Earlier topics, whose names stay.
        searched
            Words that may not head a label.
        called
            Place of a topic to what the taxonomy calls it.
        """
        tops = choose.top_terms(self.factors.terms)
        stable = np.minimum(choose.stability(tops, refits[0]), choose.stability(tops, refits[1]))
        typical = names.typical_works(self.corpus.ids, self.strength, topic, own, len(tops))
        given = self._names(topic, matched, known, searched, called)
        lists = {la: self._listed(la, self.words[la].lists, topic, searched) for la in LANGUAGES}
        spoken = self.spoken
        coherence = {language: self.coherence(language) for language in LANGUAGES}
        floor = {language: self.chance(language) for language in LANGUAGES}
        rows = []
        for t, number in enumerate(matched.numbers):
            here = topic == t
            share = {language: float((spoken[here] == language).mean()) for language in LANGUAGES}
            main = max(LANGUAGES, key=lambda language: share[language])
            why = _why_weak(float(stable[t]), coherence[main][t], floor[main])
            rows.append(
                {
                    "topic": number,
                    "name": given[t],
                    "size": int(here.sum()),
                    **{f"share_{language}": round(share[language], 4) for language in LANGUAGES},
                    "stability": round(float(stable[t]), 4),
                    **{f"npmi_{language}": _rounded(coherence[language][t]) for language in LANGUAGES},
                    **{f"npmi_model_{language}": _rounded(self.model[language][t]) for language in LANGUAGES},
                    **{f"words_{language}": ", ".join(self._written(lists[language][t])) for language in LANGUAGES},
                    "weak": bool(why),
                    "weak_why": why,
                    "typical": typical[t],
                    "theme": None,
                    "status": "split" if number in split else "new" if number in matched.new else "kept",
                    "parent": split.get(number),
                    "proposed_name": given[t],
                    "named_by": None,
                }
            )
        frame = pd.DataFrame(rows, columns=TOPICS.names)
        types = {name: float for name in TOPICS.names if name.startswith("npmi_")}
        return frame.sort_values("topic", ignore_index=True).astype({**types, "parent": "Int32"})

    def _written(self, row: list[tuple[int, float]]) -> list[str]:
        terms = [str(self.corpus.matrix.terms[j]) for j, _ in row]
        return names.show_terms(terms, [score for _, score in row], self.corpus.surfaces)

    def _naming(self, row: list[tuple[int, float]], searched: Searched) -> list[str]:
        """Return the terms to name a topic by as they are written: of those of the search the first two only."""
        terms = [str(self.corpus.matrix.terms[j]) for j, _ in row]
        said = names.show_terms(terms, [score for _, score in row], {}, top=len(row))
        held = [term for term in said if searched.holds(term)]
        return [self.corpus.surfaces.get(term, term) for term in said if term not in held[_SEARCHED:]]

    def _listed(
        self,
        language: str,
        lists: list[list[tuple[int, float]]],
        topic: np.ndarray,
        searched: Searched,
    ) -> list[list[tuple[int, float]]]:
        """Return the words per topic without those of the search, but for the ones of the topic itself.

        A searched word is of a topic when at least half of the works that have it are in the topic.
        """
        counts = self.corpus.matrix.counts
        held = sorted({j for row in lists for j, _ in row if searched.holds(str(self.corpus.matrix.terms[j]))})
        if not held:
            return lists
        few = counts[self.rows][:, held] if len(self.rows) < counts.shape[0] else counts[:, held]
        there = few.toarray() > 0
        mine = there & (self.spoken == language)[:, None]
        total = np.maximum(mine.sum(axis=0), 1)
        out = []
        for t, row in enumerate(lists):
            share = dict(zip(held, (mine[topic == t].sum(axis=0) / total).tolist(), strict=True))
            fine = [pair for pair in row if pair[0] not in share]
            kept = [pair for pair in row if share.get(pair[0], 0.0) >= 0.5]
            out.append([pair for pair in row if pair in fine or pair in kept])
        return out

    def _telling(self, topic: np.ndarray) -> dict[str, list[list[tuple[int, float]]]]:
        """Return the words to name each topic by, per language, the most distinctive first.

        A word of one work, or of a handful of many, names no topic. A topic with few works in a language is named by
        the words of the model there: those of the works in that language that lie nearest, also when these are in
        another topic.
        """
        out: dict[str, list[list[tuple[int, float]]]] = {}
        for language in LANGUAGES:
            own = _distinctive(self.words[language].lists)
            model = _distinctive(strongest(self.factors.terms, self.allowed[language], _KEPT))
            out[language] = []
            for t, row in enumerate(own):
                mine = np.flatnonzero((topic == t) & (self.spoken == language))
                few = len(mine) < _FEW and bool(model[t])
                out[language].append(model[t] if few else self._widespread(row, mine))
        return out

    def _widespread(self, row: list[tuple[int, float]], mine: np.ndarray) -> list[tuple[int, float]]:
        """Return the words that stand in at least two of these works and in 5 % of them; all where none does."""
        if not row or not len(mine):
            return row
        works = self.corpus.matrix.counts[self.rows[mine]][:, [j for j, _ in row]]
        having = np.asarray((works > 0).sum(axis=0)).ravel()
        return [pair for pair, n in zip(row, having, strict=True) if n >= max(2, _WIDE * len(mine))] or row

    def _names(
        self,
        topic: np.ndarray,
        matched: match.Matched,
        known: match.Known | None,
        searched: Searched,
        called: Mapping[int, str],
    ) -> list[str]:
        kept = dict(zip(known.numbers, known.names, strict=True)) if known else {}
        telling = {
            la: [self._naming(row, searched) for row in self._listed(la, lists, topic, searched)]
            for la, lists in self._telling(topic).items()
        }
        taken = [name for number, name in kept.items() if number in matched.kept]
        found = []
        for t, number in enumerate(matched.numbers):
            name = kept.get(number) or names.propose_name(
                telling["nl"][t], [*telling["en"][t], *telling["other"][t]], taken, label=called.get(t)
            )
            taken.append(name)
            found.append(name)
        return found


def spoken_of(languages: np.ndarray) -> np.ndarray:
    """Return languages as one of `LANGUAGES`: all others, and works whose language is not known, count as one."""
    return np.where(np.isin(languages, LANGUAGES[:2]), languages, LANGUAGES[2])


def described(corpus: Corpus, factors: Factors, strength: np.ndarray, rows: np.ndarray) -> Described:
    """Find the words of each topic.

    Parameters
    ----------
    corpus, factors
        What was fitted.
    strength
        (n, k) of the works to describe the topics by.
    rows
        Their n numbers in the corpus.
    """
    whole = len(rows) == len(corpus.ids)
    counts = corpus.matrix.counts if whole else corpus.matrix.counts[rows]
    spoken = spoken_of(corpus.languages[rows])
    words, model, counting = {}, {}, {}
    terms = corpus.matrix.terms.tolist()
    for language in LANGUAGES:
        allowed = counting[language] = of_language(counts, spoken, language)
        words[language] = shown_words(counts, strength, spoken == language, allowed, names=terms, top=_KEPT)
        lists = [[j for j, _ in row] for row in strongest(factors.terms, allowed, _TOP)]
        met = quality.company(counts, {j for row in lists for j in row}, spoken == language)
        model[language] = [met.coherence(row) for row in lists]
    return Described(corpus, factors, strength, rows, words, model, counting)


def _why_weak(stability: float, coherence: float | None, floor: float) -> str:
    if stability < _UNSTABLE:
        return "komt niet terug als een vijfde van de werken ontbreekt of het toeval anders valt"
    if coherence is None or coherence <= floor:
        return "de woorden staan niet vaker bij elkaar dan woorden uit alle onderwerpen samen"
    return ""


def _distinctive(lists: list[list[tuple[int, float]]]) -> list[list[tuple[int, float]]]:
    """Return the lists with each weight times the share of it that is in this topic, best first."""
    total: dict[int, float] = {}
    for row in lists:
        for j, score in row:
            total[j] = total.get(j, 0.0) + score
    lifted = [[(j, score * score / total[j]) for j, score in row] for row in lists]
    return [sorted(row, key=lambda pair: (-pair[1], pair[0])) for row in lifted]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def words_frame(shown: Described, topic: np.ndarray, numbers: Sequence[int], years: pd.Series) -> pd.DataFrame:
    """Return in how many works of a topic each of its words stands, per year; see `TopicModel.words`."""
    terms, surfaces, counts = shown.corpus.matrix.terms, shown.corpus.surfaces, shown.corpus.matrix.counts
    year = years.fillna(0).to_numpy(dtype=int)
    rows = []
    for language in LANGUAGES:
        mine = shown.spoken == language
        for t, listed in enumerate(shown.words[language].lists):
            members = np.flatnonzero((topic == t) & mine)
            few = counts[members][:, [j for j, _ in listed]].tocoo()
            for at, (j, weight) in enumerate(listed):
                found, many = np.unique(year[members[few.row[few.col == at]]], return_counts=True)
                for when, n in zip(found.tolist(), many.tolist(), strict=True):
                    word = surfaces.get(str(terms[j]), str(terms[j]))
                    rows.append((numbers[t], language, word, round(weight, 6), when or None, n))
    frame = pd.DataFrame(rows, columns=WORDS.names).astype({"year": "Int32"})
    order = ["topic", "language", "weight", "word", "year"]
    return frame.sort_values(order, ascending=[True, True, False, True, True], ignore_index=True)


def leaning(topics: pd.DataFrame, languages: Sequence[str]) -> tuple[str, ...]:
    """Return a note on each topic that holds far more of one language than the corpus does."""
    spoken = np.asarray(languages, dtype=str)
    notes = []
    for language, name in (("nl", "Nederlandstalige"), ("en", "Engelstalige")):
        overall = float((spoken == language).mean())
        for row in topics.itertuples():
            share = float(getattr(row, f"share_{language}"))
            if 0 < overall < 1 and share - overall > _LEANS:
                notes.append(
                    f"Onderwerp {row.topic} ({row.name}) heeft veel {name} werken: "
                    f"{share:.0%} tegen {overall:.0%} in het geheel."
                )
    return tuple(notes)
