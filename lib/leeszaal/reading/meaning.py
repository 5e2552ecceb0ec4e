"""What a title is about by its meaning, for titles that say it in other words than the terms do.

The model of `leeszaal.reading.meaning_model` learned from example titles that were thought up for each label, and from
the terms themselves, never from the titles of a library. It gives each label points, and does two things beside the
rules, only for what rests on a title:

- it takes a rule's label away that has too few points ("the integrity of concrete");
- it gives labels with many points that the rules did not find; and where no label has many but those of one theme have
  them together, the first of that theme.

The reason it gives are the words that add most to the points, and the chance that goes with them, by one curve over all
labels (Platt) fitted to what models said of examples that they had not seen.

The model of the taxonomy that comes with the package is stored (`scripts/meaning.py` makes it); for another taxonomy or
other examples, it is trained once (some minute) and kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from leeszaal.reading.meaning_model import MODEL_VERSION, Model, fingerprint_of, lessons_of, load, train
from leeszaal.reading.rules import MOST_LABELS, Evidence, Found
from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.reading.text import STOP_WORDS, places, words
from leeszaal.works import embedding

__all__ = ["ALONE", "ASKED", "BESIDE", "STORED", "SUPPORTED", "TOGETHER", "Meaning", "can_judge", "judge", "version_of"]

SUPPORTED = 0.05  # a label of the rules stays from so many points on
ALONE = 0.28  # a label is given from so many points on, where the rules keep none
BESIDE = 0.35  # and from so many beside one
TOGETHER = 0.4  # where no label is given, the first of a theme whose labels have so many points together
ASKED = -0.2  # a title that by its pieces alone has less, and for which no rule speaks, is not embedded: most are not
STORED = Path(__file__).parent / "data" / "meaning.npz"
_SHOWN = 3


def can_judge(taxonomy: Taxonomy) -> bool:
    """Tell whether meaning can be judged: there must be texts that belong nowhere, for the gate."""
    return bool(taxonomy.background) or any(not one.labels for one in taxonomy.examples)


def version_of(taxonomy: Taxonomy) -> str:
    """Return what the labels by meaning depend on."""
    limits = f"{SUPPORTED} {ALONE} {BESIDE} {TOGETHER} {ASKED}"
    return f"{MODEL_VERSION} {limits} {fingerprint_of(lessons_of(taxonomy))}" if can_judge(taxonomy) else ""


def judge(found: Sequence[Found], points: Mapping[str, float]) -> tuple[list[Found], list[str]]:
    """Weigh what the rules found in a title against the points of each label.

    Parameters
    ----------
    found
        The labels of the rules.
    points
        Label to its points.

    Returns
    -------
    tuple
        The labels that stay (one that rests on more than the title always does), and those to give besides, the
        surest first; together at most three.

    Examples
    --------
    >>> rests = Evidence("title", 0, 4, "Wgr", "Wgr", "abbr")
    >>> judge([Found("reg.wgr", 1.0, (rests,))], {"reg.wgr": 0.01, "dem.opkomst": 0.9})
    ([], ['dem.opkomst'])
    >>> judge([], {"dem.opkomst": 0.25, "dem.jongeren": 0.2, "reg.wgr": 0.1})
    ([], ['dem.opkomst'])
    """
    kept = [
        one
        for one in found
        if points.get(one.label, 0.0) >= SUPPORTED or any(place.field != "title" for place in one.evidence)
    ]
    enough = BESIDE if kept else ALONE
    known = {one.label for one in found}
    new = sorted((-value, label) for label, value in points.items() if value >= enough and label not in known)
    given = [label for _, label in new[: max(0, MOST_LABELS - len(kept))]]
    return kept, given if kept or given else _of_a_theme(points)


def _of_a_theme(points: Mapping[str, float]) -> list[str]:
    """Return the first label of the theme with the most points, if these are enough together."""
    by_theme: dict[str, float] = {}
    for label, value in points.items():
        theme = label.partition(".")[0]
        by_theme[theme] = by_theme.get(theme, 0.0) + max(value, 0.0)
    theme = max(by_theme, key=lambda one: by_theme[one], default="")
    if not theme or by_theme[theme] < TOGETHER:
        return []
    return [max((value, label) for label, value in points.items() if label.partition(".")[0] == theme)[1]]


class Meaning:
    """The model of a taxonomy, ready to judge titles.

    Parameters
    ----------
    taxonomy
        Where the lessons come from.
    cache
        A folder for embeddings; None keeps none.
    keep
        A folder for the model of a taxonomy that was changed; by default that of the embeddings.
    """

    def __init__(self, taxonomy: Taxonomy, cache: Path | None = None, keep: Path | None = None) -> None:
        self._cache = cache
        self._model = _ready(taxonomy, cache, keep or cache)

    def points(self, titles: Sequence[str], asked: Sequence[bool] | None = None) -> np.ndarray:
        """Return the points of each label (columns in the order of the taxonomy) per title.

        Of a title that is not `asked`, and to whose label the pieces give little, only the pieces are looked at.
        """
        by_pieces = self._model.points(titles, None)
        if not embedding.available():
            return by_pieces
        best = by_pieces.max(axis=1, initial=-np.inf)
        chosen = np.flatnonzero((best >= ASKED) | (np.zeros(len(titles), bool) if asked is None else asked))
        some = [titles[n] for n in chosen.tolist()]
        if some:
            by_pieces[chosen] = self._model.points(some, embedding.embed(some, cache=self._cache))
        return by_pieces

    def read(self, titles: Sequence[str], found: Sequence[list[Found]]) -> list[list[Found]]:
        """Return the labels of each title after the rules and the meaning, best first.

        A label that was given by meaning has its chance as score, and as evidence the words of the title that weigh
        most (strength ``"meaning"``).
        """
        if not titles:
            return []
        points = self.points(titles, [bool(one) for one in found])
        chances = self._model.chances(points)
        column = {label: number for number, label in enumerate(self._model.labels)}
        out = []
        for title, rules, row, chance in zip(titles, found, points, chances, strict=True):
            kept, new = judge(rules, dict(zip(column, row.tolist(), strict=True)))
            for label in new:
                place = column[label]
                kept.append(Found(label, round(float(chance[place]), 4), self._weighty(title, place), "meaning"))
            out.append(kept)
        return out

    def _weighty(self, title: str, label: int) -> tuple[Evidence, ...]:
        """Return the words that add most to the points of the label, in their order."""
        tokens = words(title)
        spans = places(title, tokens, len(tokens) - 1)
        candidates = [n for n, token in enumerate(tokens) if token.lower() not in STOP_WORDS]
        weights = self._model.weights(title, [tokens[n] for n in candidates], label)
        best = sorted(zip(weights, candidates, strict=True), reverse=True)[:_SHOWN]
        chosen = sorted(n for weight, n in best if weight > 0)
        return tuple(Evidence("title", *spans[n], tokens[n], tokens[n], "meaning") for n in chosen)


def _ready(taxonomy: Taxonomy, cache: Path | None, keep: Path | None) -> Model:
    fingerprint = fingerprint_of(lessons_of(taxonomy))
    stored = load(STORED, fingerprint)
    if stored is not None:
        return stored
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = (Path(folder) if keep is None else keep) / "meaning.npz"
        kept = load(path, fingerprint)
        if kept is None:
            train(taxonomy, path, cache=cache)
            kept = load(path, fingerprint)
    if kept is None:
        raise ValueError(f"the model written to {path} cannot be read back")
    return kept
