"""What a title is about by its meaning, for titles that say it in other words than the terms do.

The model of `leeszaal.reading.meaning_model` learned from example titles that were thought up for each label, and from
the terms themselves, never from the titles of a library. It tells how likely it is that a title belongs anywhere, and
how likely each label is if it does. It does two things beside the rules:

- it takes a rule's label away that rests on the title and that it holds for impossible ("the integrity of concrete"),
  and one that rests on a single word of an abstract below a title that belongs nowhere;
- where a title all but certainly belongs somewhere, it gives labels that the rules did not find: those that are likely
  (likelier still beside a label of the rules), and where no label is likely but those of one theme are together, the
  first of that theme.

The reason it gives are the words that add most to the points, and the chance of the label. The limits were chosen on
the example titles, each hand judged by a model that had not seen it: for the best mean F1 with at most one in twenty
titles tagged that belong nowhere. Where two did about equally well there, the one stayed that takes fewer labels of the
rules away. An abstract is not judged, but one word in it is no reason for a label where the title belongs nowhere.

The model of the taxonomy that comes with the package is stored (`scripts/meaning.py` makes it); for another taxonomy or
other examples, it is trained once (half a minute) and kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from leeszaal import progress
from leeszaal.reading.meaning_model import MODEL_VERSION, Model, fingerprint_of, lessons_of, load, train
from leeszaal.reading.rules import FIELDS, MOST_LABELS, Evidence, Found
from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.reading.text import STOP_WORDS, places, words
from leeszaal.works import embedding

__all__ = [
    "ALONE",
    "ANYWHERE",
    "ASKED",
    "BESIDE",
    "NOWHERE",
    "POSSIBLE",
    "STORED",
    "SURELY",
    "TOGETHER",
    "Meaning",
    "can_judge",
    "judge",
    "version_of",
]

POSSIBLE = 0.02  # a label of the rules goes whose chance is less
ANYWHERE = 0.2  # and so do all of them where the title belongs somewhere with less chance than this
NOWHERE = 0.1  # a label that rests on one word of the abstract goes where the title has less chance than this
SURELY = 0.9  # meaning gives labels where the title belongs somewhere with at least this chance
ALONE = 0.5  # then a label is given from this chance on, where the rules keep none
BESIDE = 0.8  # and from this one beside one of theirs
TOGETHER = 0.8  # where no label is given, the first of a theme whose labels have this chance together
ASKED = 0.1  # a title that by its pieces alone has less chance, and for which no rule speaks, is not embedded
STORED = Path(__file__).parent / "data" / "meaning.npz"
_SHOWN = 3


def can_judge(taxonomy: Taxonomy) -> bool:
    """Tell whether meaning can be judged: there must be texts that belong nowhere, for the gate."""
    return bool(taxonomy.background) or any(not one.labels for one in taxonomy.examples)


def version_of(taxonomy: Taxonomy) -> str:
    """Return what the labels by meaning depend on."""
    limits = f"{POSSIBLE} {ANYWHERE} {NOWHERE} {SURELY} {ALONE} {BESIDE} {TOGETHER} {ASKED}"
    return f"{MODEL_VERSION} {limits} {fingerprint_of(lessons_of(taxonomy))}" if can_judge(taxonomy) else ""


def judge(found: Sequence[Found], chances: Mapping[str, float], anywhere: float) -> tuple[list[Found], list[str]]:
    """Weigh what the rules found in a title against what it means.

    Parameters
    ----------
    found
        The labels of the rules.
    chances
        Label to its chance, if the title has any label.
    anywhere
        The chance that it has.

    Returns
    -------
    tuple
        The labels that stay (one that rests on more than the title, or one word of the abstract, always does), and
        those to give besides, the surest first; together at most three.

    Examples
    --------
    >>> rests = Evidence("title", 0, 4, "Wgr", "Wgr", "abbr")
    >>> judge([Found("reg.wgr", 1.0, (rests,))], {"reg.wgr": 0.01, "dem.opkomst": 0.9}, 0.95)
    ([], ['dem.opkomst'])
    >>> judge([], {"dem.opkomst": 0.45, "dem.jongeren": 0.4, "reg.wgr": 0.1}, 0.95)
    ([], ['dem.opkomst'])
    >>> judge([], {"dem.opkomst": 0.9}, 0.6)
    ([], [])
    """
    kept = [one for one in found if _stays(one, chances.get(one.label, 0.0), anywhere)]
    if anywhere < SURELY:
        return kept, []
    enough = BESIDE if kept else ALONE
    known = {one.label for one in found}
    new = sorted((-chance, label) for label, chance in chances.items() if chance >= enough and label not in known)
    given = [label for _, label in new[: max(0, MOST_LABELS - len(kept))]]
    return kept, given if kept or given else _of_a_theme(chances)


def _stays(one: Found, chance: float, anywhere: float) -> bool:
    fields = {place.field for place in one.evidence}
    if fields == {"title"}:
        return chance >= POSSIBLE and anywhere >= ANYWHERE
    return fields != {"abstract"} or one.score > FIELDS["abstract"] or anywhere >= NOWHERE


def _of_a_theme(chances: Mapping[str, float]) -> list[str]:
    """Return the first label of the theme that is likeliest, if its labels together are likely enough."""
    by_theme: dict[str, float] = {}
    for label, chance in chances.items():
        theme = label.partition(".")[0]
        by_theme[theme] = by_theme.get(theme, 0.0) + chance
    theme = max(by_theme, key=lambda one: by_theme[one], default="")
    if not theme or by_theme[theme] < TOGETHER:
        return []
    return [max((chance, label) for label, chance in chances.items() if label.partition(".")[0] == theme)[1]]


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

    def chances(self, titles: Sequence[str], asked: Sequence[bool] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the chance of each label (columns in the order of the taxonomy) and of any, per title.

        Of a title that is not `asked`, and that by its pieces alone belongs nowhere, only the pieces are looked at.
        """
        labels, anywhere = self._model.chances(self._model.points(titles, None))
        if not embedding.available():
            return labels, anywhere
        chosen = np.flatnonzero((anywhere >= ASKED) | (np.zeros(len(titles), bool) if asked is None else asked))
        some = [titles[n] for n in chosen.tolist()]
        if some:
            with progress.stage("Betekenis"):  # a bar of its own: that of the works has moved on already
                places = embedding.embed(some, cache=self._cache)
            labels[chosen], anywhere[chosen] = self._model.chances(self._model.points(some, places))
        return labels, anywhere

    def read(self, titles: Sequence[str], found: Sequence[list[Found]]) -> list[list[Found]]:
        """Return the labels of each title after the rules and the meaning, best first.

        A label that was given by meaning has its chance as score, and as evidence the words of the title that weigh
        most (strength ``"meaning"``).
        """
        if not titles:
            return []
        labels, anywhere = self.chances(titles, [bool(one) for one in found])
        column = {label: number for number, label in enumerate(self._model.labels)}
        out = []
        for title, rules, row, any_ in zip(titles, found, labels.tolist(), anywhere.tolist(), strict=True):
            kept, new = judge(rules, dict(zip(column, row, strict=True)), any_)
            for label in new:
                place = column[label]
                kept.append(Found(label, round(row[place] * any_, 4), self._weighty(title, place), "meaning"))
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
            with progress.stage("Leren"):
                progress.note("de thema's of de voorbeelden zijn nieuw; dit duurt één keer ongeveer een minuut")
                train(taxonomy, path, cache=cache)
            kept = load(path, fingerprint)
    if kept is None:
        raise ValueError(f"the model written to {path} cannot be read back")
    return kept
