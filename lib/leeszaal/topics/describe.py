"""Every topic gets its name, its words in both languages, its figures and its typical works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leeszaal.topics import choose, match, names, quality
from leeszaal.topics.matrix import TermMatrix
from leeszaal.topics.models import Factors
from leeszaal.topics.result import TOPICS

__all__ = ["Corpus", "leaning", "topics_frame"]

_WEAK = 0.3
_LEANS = 0.3


@dataclass(frozen=True)
class Corpus:
    """The works with usable words, ready for a model."""

    ids: list[str]
    languages: list[str]
    matrix: TermMatrix
    surfaces: dict[str, str]
    embeddings: np.ndarray | None


def topics_frame(
    corpus: Corpus,
    factors: Factors,
    topic: np.ndarray,
    own: np.ndarray,
    matched: match.Matched,
    refits: Sequence[Sequence[Sequence[int]]],
    known: match.Known | None,
) -> pd.DataFrame:
    """Return one row a topic; see `TopicModel.topics`.

    Parameters
    ----------
    corpus
        The n works.
    factors
        Their model with k topics.
    topic, own
        (n,) place of the topic of each work (−1: none), and cosine of the work's own terms with it.
    matched
        The k numbers.
    refits
        Top terms per topic of the refits on samples.
    known
        Earlier topics, whose names stay.
    """
    tfidf, counts, vocabulary = corpus.matrix.tfidf, corpus.matrix.counts, corpus.matrix.terms
    spoken = np.asarray(corpus.languages, dtype=str)
    k = len(factors.terms)
    stable = choose.stability(choose.top_terms(factors.terms), refits)
    typical = names.typical_works(corpus.ids, factors.strength, topic, own, k)
    kept_names = dict(zip(known.numbers, known.names, strict=True)) if known else {}
    words: dict[str, list[list[str]]] = {}
    telling: dict[str, list[list[str]]] = {}
    coherence: dict[str, list[float | None]] = {}
    for language in ("nl", "en"):
        lists = quality.shown_terms(tfidf, counts, factors.strength, spoken, language, top=20)
        mine = counts[spoken == language]
        words[language] = [_shown(row, vocabulary, corpus.surfaces) for row in lists]
        telling[language] = [_shown(row, vocabulary, corpus.surfaces) for row in _distinctive(lists)]
        coherence[language] = [_rounded(quality.npmi(mine, [j for j, _ in row[:10]])) for row in lists]
    rows = []
    taken = [name for number, name in kept_names.items() if number in matched.kept]
    for t, number in enumerate(matched.numbers):
        here = topic == t
        if kept_names.get(number):
            name = kept_names[number]
        else:
            name = names.propose_name(telling["nl"][t], telling["en"][t], taken)
            taken.append(name)
        rows.append(
            {
                "topic": number,
                "name": name,
                "size": int(here.sum()),
                "share_nl": round(float((spoken[here] == "nl").mean()), 4),
                "share_en": round(float((spoken[here] == "en").mean()), 4),
                "stability": round(float(stable[t]), 4),
                "npmi_nl": coherence["nl"][t],
                "npmi_en": coherence["en"][t],
                "words_nl": ", ".join(words["nl"][t]),
                "words_en": ", ".join(words["en"][t]),
                "weak": bool(stable[t] < _WEAK),
                "typical": typical[t],
                "theme": None,
            }
        )
    frame = pd.DataFrame(rows, columns=TOPICS.names)
    return frame.sort_values("topic", ignore_index=True).astype({"npmi_nl": float, "npmi_en": float})


def _shown(row: list[tuple[int, float]], vocabulary: np.ndarray, surfaces: Mapping[str, str]) -> list[str]:
    return names.show_terms([str(vocabulary[j]) for j, _ in row], [score for _, score in row], surfaces)


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
