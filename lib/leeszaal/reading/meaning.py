"""What a title is about by its meaning, for titles that say it in other words than the terms do.

Every term, name and definition of the taxonomy is a short text of which the label is known; so are the subjects that
belong nowhere (`background`). A multinomial logistic model on their embeddings learns from those texts alone, never
from titles, which label a text is near. It does two things beside the rules, and only for what rests on a title:

- it takes a rule's label away when the title as a whole is nowhere near the theme ("the integrity of concrete");
- it gives a label where the rules find none, or one where it is surer still, if the title has a word of context.

Measured (`benchmarks/tagging.py`) it lifts themes most: words that mean much the same stand in several subthemes of one
theme. The reason it gives are the words without which the chance would fall most.

The model of the taxonomy that comes with the package is stored (`scripts/meaning.py` makes it); for another taxonomy it
is trained once (some ten seconds) and kept in the cache.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from leeszaal.files import read_bytes, write_bytes
from leeszaal.reading.rules import MOST_LABELS, Evidence, Found
from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.reading.text import STOP_WORDS, places, words
from leeszaal.works import embedding

__all__ = ["BESIDE", "FIRST", "MEANING_VERSION", "NEAR", "Meaning", "can_judge", "judge", "train"]

MEANING_VERSION = 1
NEAR = 0.02  # a theme less likely than this is not what the title is about
FIRST = 0.4  # a label this likely is given where the rules found none
BESIDE = 0.6  # and this likely beside another
STORED = Path(__file__).parent / "data" / "meaning.npz"
_NOTHING = "-"
_WEIGHTS = {"term": 1.0, "name": 2.0, "definition": 3.0, "background": 3.0}
_C = 10.0
_SHOWN = 3


@dataclass(frozen=True)
class _Model:
    """Log-odds are ``points @ slopes.T + starts``, one column a label; the last label is "nothing of this"."""

    labels: tuple[str, ...]
    slopes: np.ndarray
    starts: np.ndarray

    def chances(self, points: np.ndarray) -> np.ndarray:
        scores = points @ self.slopes.T + self.starts
        grown = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def _lessons(taxonomy: Taxonomy) -> list[tuple[str, str, float]]:
    """Return (label, text, weight) for every text of which the label is known."""
    found = []
    for subtheme in taxonomy.subthemes:
        terms = [term for term, kind in subtheme.match.pairs() if kind != "abbr"]
        for kind, texts in (
            ("term", terms),
            ("name", subtheme.label.values()),
            ("definition", subtheme.definition.values()),
        ):
            found += [(subtheme.id, text.replace("*", ""), _WEIGHTS[kind]) for text in texts]
    found += [(_NOTHING, term, _WEIGHTS["background"]) for term, _ in taxonomy.background.pairs()]
    return found


def _fingerprint(lessons: Sequence[tuple[str, str, float]]) -> str:
    content = json.dumps([MEANING_VERSION, embedding.model_name(), _C, *lessons], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def _load(path: Path, fingerprint: str) -> _Model | None:
    """Return the model in `path` if it was trained on these lessons; a damaged file holds none."""
    if not path.is_file():
        return None
    try:
        with np.load(io.BytesIO(read_bytes(path)), allow_pickle=False) as stored:
            if str(stored["fingerprint"]) != fingerprint:
                return None
            labels = tuple(stored["labels"].astype(str).tolist())
            return _Model(labels, stored["slopes"].astype(np.float32), stored["starts"].astype(np.float32))
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        return None


def can_judge(taxonomy: Taxonomy) -> bool:
    """Tell whether meaning can be judged: the embedding model is there, and subjects that belong nowhere are named."""
    return embedding.available() and bool(taxonomy.background)


def train(taxonomy: Taxonomy, path: Path, *, cache: Path | None = None) -> None:
    """Train the model of a taxonomy and write it to `path`.

    Parameters
    ----------
    taxonomy
        With subjects that belong nowhere (`background`).
    path
        An ``.npz`` file.
    cache
        Where the embeddings of the terms are kept; see `leeszaal.works.embedding.embed`.
    """
    from sklearn.linear_model import LogisticRegression

    lessons = _lessons(taxonomy)
    labels, texts, weights = zip(*lessons, strict=True)
    model = LogisticRegression(C=_C, max_iter=2000)
    model.fit(embedding.embed(texts, cache=cache).astype(float), labels, sample_weight=weights)
    slopes, starts = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # then scikit-learn keeps one row: the second against the first
        slopes, starts = np.vstack([-slopes / 2, slopes / 2]), np.concatenate([-starts / 2, starts / 2])
    content = io.BytesIO()
    np.savez_compressed(
        content,
        fingerprint=np.array(_fingerprint(lessons)),
        labels=np.array([str(label) for label in model.classes_]),
        slopes=slopes.astype(np.float16),
        starts=starts.astype(np.float16),
    )
    write_bytes(path, content.getvalue())


def judge(
    found: Sequence[Found], chances: Mapping[str, float], themes: Mapping[str, str], in_context: bool
) -> tuple[list[Found], str | None]:
    """Weigh what the rules found in a title against the chance of each label by its meaning.

    Parameters
    ----------
    found
        The labels of the rules.
    chances
        Label to its chance; what is missing from 1 is the chance of nothing of this.
    themes
        Label to its theme.
    in_context
        Whether the title has a word of context.

    Returns
    -------
    tuple
        The labels that stay (one that rests on more than the title always does), and the label to give besides or None.

    Examples
    --------
    >>> rests = Evidence("title", 0, 4, "Wgr", "Wgr", "abbr")
    >>> kept, new = judge([Found("reg.wgr", 1.0, (rests,))], {"reg.wgr": 0.01, "dem.opkomst": 0.9},
    ...     {"reg.wgr": "reg", "dem.opkomst": "dem"}, True)
    >>> kept, new
    ([], 'dem.opkomst')
    """
    of_theme: dict[str, float] = {}
    for label, chance in chances.items():
        of_theme[themes[label]] = of_theme.get(themes[label], 0.0) + chance
    kept = [
        one
        for one in found
        if of_theme.get(themes[one.label], 0.0) >= NEAR or any(place.field != "title" for place in one.evidence)
    ]
    if not in_context or not chances:
        return kept, None
    best = max(chances, key=lambda label: chances[label])
    enough = chances[best] >= (BESIDE if kept else FIRST)
    return kept, best if enough and best not in {one.label for one in kept} else None


class Meaning:
    """The model of a taxonomy, ready to judge titles.

    Parameters
    ----------
    taxonomy
        Where the lessons come from.
    cache
        A folder for embeddings and, of a taxonomy that was changed, the model; None keeps nothing.

    Raises
    ------
    LeeszaalError
        When the embedding model is not installed; ask `leeszaal.works.embedding.available` first.
    """

    def __init__(self, taxonomy: Taxonomy, cache: Path | None = None) -> None:
        self._cache = cache
        self._themes = {label: taxonomy.theme_of(label) for label in taxonomy.labels()}
        self._model = self._ready(taxonomy, cache)

    @staticmethod
    def _ready(taxonomy: Taxonomy, cache: Path | None) -> _Model:
        fingerprint = _fingerprint(_lessons(taxonomy))
        stored = _load(STORED, fingerprint)
        if stored is not None:
            return stored
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = (Path(folder) if cache is None else cache) / "meaning.npz"
            kept = _load(path, fingerprint)
            if kept is None:
                train(taxonomy, path, cache=cache)
                kept = _load(path, fingerprint)
        if kept is None:
            raise ValueError(f"the model written to {path} cannot be read back")
        return kept

    def chances(self, titles: Sequence[str], *, keep: bool = True) -> np.ndarray:
        """Return the chance of each label (columns in the order of the taxonomy) per title; rows sum to at most 1.

        Without `keep` the embeddings are not kept in the cache.
        """
        points = embedding.embed(titles, cache=self._cache if keep else None)
        all_ = self._model.chances(points)
        column = {label: number for number, label in enumerate(self._model.labels)}
        return all_[:, [column[label] for label in self._themes]]

    def read(
        self, titles: Sequence[str], found: Sequence[list[Found]], in_context: Sequence[bool]
    ) -> list[list[Found]]:
        """Return the labels of each title after the rules and the meaning, best first.

        A label that was given by meaning has its chance as score, and as evidence the words of the title that weigh
        most (strength ``"meaning"``).
        """
        chances = self.chances(titles)
        out = []
        for title, rules, context, row in zip(titles, found, in_context, chances, strict=True):
            kept, new = judge(rules, dict(zip(self._themes, row.tolist(), strict=True)), self._themes, context)
            if new is not None:
                place = list(self._themes).index(new)
                why = self._weighty(title, place, float(row[place]))
                kept = [*kept[: MOST_LABELS - 1], Found(new, round(float(row[place]), 4), why, "meaning")]
            out.append(kept)
        return out

    def _weighty(self, title: str, label: int, chance: float) -> tuple[Evidence, ...]:
        """Return the words without which the chance of the label would fall most, in their order."""
        tokens = words(title)
        spans = places(title, tokens, len(tokens) - 1)
        candidates = [n for n, token in enumerate(tokens) if token.lower() not in STOP_WORDS]
        without = [title[: spans[n][0]] + title[spans[n][1] :] for n in candidates]
        if not without:
            return ()
        left = self.chances(without, keep=False)[:, label]
        falls = sorted(zip(left.tolist(), candidates, strict=True))[:_SHOWN]
        chosen = sorted(n for value, n in falls if value < chance) or [falls[0][1]]
        return tuple(Evidence("title", *spans[n], tokens[n], tokens[n], "meaning") for n in chosen)
