"""Labels learned from what people corrected: proposals with a chance, and only where that beats the rules.

A work about which somebody said "tag" or "untag" was reviewed: the labels it has after that are taken as right. A
label with fewer than `LEAST` reviewed works has only its rule. For the others a logistic model (one label against the
rest) learns from the words of title and abstract and from the labels that the rules gave. Its scores become chances by
one curve over all labels (Platt), fitted to scores of works that the model had not seen. It proposes at `SURE` and
abstains below.

A proposal does not count until a person accepts it, unless the label earned more: in nested cross-validation "rule or
model" must have a better F1 than the rule, with an interval above 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["LEAST", "SURE", "Lesson", "Proposal", "learn"]

LEAST = 20  # works with the label, among those reviewed
SURE = 0.8
_FOLDS = 5
_DRAWS = 1000
_SHOWN = 4
_RULE = "regel: "


@dataclass(frozen=True)
class Proposal:
    """A label for a work, with its chance and the features that speak for it most.

    Parameters
    ----------
    work
        Number of the work.
    label
        The label.
    chance
        Between `SURE` and 1.
    features
        Words, or ``"regel: <label>"`` for a label of the rules, with what each adds to the score, the strongest first.
    """

    work: int
    label: str
    chance: float
    features: tuple[tuple[str, float], ...]

    def reason(self) -> str:
        """Return in Dutch why."""
        shown = ", ".join(f"‘{name}’" for name, _ in self.features)
        return f"geleerd van beslissingen, vooral {shown} (kans {self.chance:.2f})".replace("0.", "0,").replace(
            "1.", "1,"
        )


@dataclass(frozen=True)
class Lesson:
    """What was learned.

    Parameters
    ----------
    reviewed
        How many works people reviewed.
    positives
        Per label how many of those have it.
    gains
        Per label that could be learned: the F1 that "rule or model" gains over the rule, with its 95 % interval.
    promoted
        The labels for which that interval lies above 0: their proposals count at once.
    proposals
        For works that were not reviewed, of labels the rules did not give; by work and chance.
    random_state
        Seed of the folds and the bootstrap.
    """

    reviewed: int
    positives: Mapping[str, int]
    gains: Mapping[str, tuple[float, float, float]]
    promoted: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    random_state: int


def _matrix(texts: Sequence[str], given: np.ndarray, labels: Sequence[str]) -> tuple[Any, list[str]]:
    """Return words (TF-IDF) and the labels of the rules side by side, and the names of the columns."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.5, token_pattern=r"(?u)\b[^\W\d_]{3,}\b")
    rules = csr_matrix(given.astype(float))
    try:
        words = vectorizer.fit_transform(texts)
    except ValueError:  # no word stands in two texts and not in most
        return rules, [_RULE + label for label in labels]
    names = [*vectorizer.get_feature_names_out(), *[_RULE + label for label in labels]]
    return hstack([words, rules]).tocsr(), names


def _model(matrix: Any, right: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, class_weight="balanced", solver="liblinear").fit(matrix, right)


def _folds(right: np.ndarray, random_state: int) -> Any:
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(_FOLDS, shuffle=True, random_state=random_state).split(np.zeros(len(right)), right)


def _unseen(matrix: Any, right: np.ndarray, random_state: int) -> np.ndarray:
    """Return the score of each work by a model that had not seen it."""
    scores = np.zeros(len(right))
    for taught, asked in _folds(right, random_state):
        scores[asked] = _model(matrix[taught], right[taught]).decision_function(matrix[asked])
    return scores


def _curve(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Return slope and start of the one curve from score to log-odds."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6, max_iter=1000).fit(scores.reshape(-1, 1), right)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _chance(scores: np.ndarray, curve: tuple[float, float]) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(curve[0] * scores + curve[1], -30, 30))))


def _f1(hit: np.ndarray, given: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.asarray(2 * hit / np.maximum(given + right, 1))


def _gain(rule: np.ndarray, both: np.ndarray, right: np.ndarray, random_state: int) -> tuple[float, float, float]:
    """Return what F1 gains from `rule` to `both`, with its 95 % bootstrap interval over works."""
    n = len(right)
    weights = np.random.default_rng(random_state).multinomial(n, np.full(n, 1 / n), size=_DRAWS)
    weights = np.vstack([np.ones(n), weights])
    gains = _f1(weights @ (both & right), weights @ both, weights @ right) - _f1(
        weights @ (rule & right), weights @ rule, weights @ right
    )
    low, high = np.quantile(gains[1:], [0.025, 0.975])
    return round(float(gains[0]), 4), round(float(low), 4), round(float(high), 4)


def learn(
    texts: Sequence[str],
    given: np.ndarray,
    right: np.ndarray,
    reviewed: np.ndarray,
    labels: Sequence[str],
    *,
    random_state: int = 0,
) -> Lesson:
    """Learn from the works that people reviewed, and propose labels for the others.

    Parameters
    ----------
    texts
        Title and abstract of each work.
    given, right
        Works × labels: which labels the rules gave, and which are right (read for reviewed works only).
    reviewed
        Per work whether a person reviewed it.
    labels
        The names of the columns.
    random_state
        Seed of the folds and the bootstrap.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines, in Advances in Large Margin Classifiers: 61-74.
    """
    given, right, reviewed = given.astype(bool), right.astype(bool), reviewed.astype(bool)
    if not len(texts) == len(given) == len(right) == len(reviewed) or given.shape[1:] != (len(labels),):
        raise ValueError(
            "texts, given, right and reviewed must have a row per work, given and right a column per label"
        )
    positives = {label: int(right[reviewed, n].sum()) for n, label in enumerate(labels)}
    count = int(reviewed.sum())
    able = [n for n, label in enumerate(labels) if positives[label] >= LEAST and count - positives[label] >= _FOLDS]
    if not able:
        return Lesson(count, positives, {}, (), (), random_state)
    matrix, names = _matrix(texts, given, labels)
    seen = matrix[reviewed]
    truth = {n: right[reviewed, n] for n in able}
    curve = _curve(*_pooled(seen, truth, random_state))
    gains: dict[str, tuple[float, float, float]] = {}
    proposals: list[Proposal] = []
    unsure = _nested(seen, truth, random_state)
    for n in able:
        rule = given[reviewed, n]
        gains[labels[n]] = _gain(rule, rule | (unsure[n] >= SURE), truth[n], random_state)
        model = _model(seen, truth[n])
        chances = _chance(model.decision_function(matrix), curve)
        for work in np.flatnonzero((chances >= SURE) & ~reviewed & ~given[:, n]):
            row = matrix[int(work)]
            parts = sorted(zip((-row.data * model.coef_[0][row.indices]).tolist(), row.indices.tolist(), strict=True))
            strongest = tuple((names[at], round(-part, 4)) for part, at in parts[:_SHOWN] if part < 0)
            proposals.append(Proposal(int(work), labels[n], round(float(chances[work]), 4), strongest))
    proposals.sort(key=lambda one: (one.work, -one.chance, one.label))
    promoted = tuple(label for label, (_, low, _) in gains.items() if low > 0)
    return Lesson(count, positives, gains, promoted, tuple(proposals), random_state)


def _pooled(seen: Any, truth: Mapping[int, np.ndarray], random_state: int) -> tuple[np.ndarray, np.ndarray]:
    """Return unseen scores and right answers of all labels one after another: what the one curve is fitted to."""
    scores = [_unseen(seen, right, random_state) for right in truth.values()]
    return np.concatenate(scores), np.concatenate(list(truth.values()))


def _nested(seen: Any, truth: Mapping[int, np.ndarray], random_state: int) -> dict[int, np.ndarray]:
    """Return the chance of each label for each work, by models and a curve that had not seen the work."""
    chances = {n: np.zeros(seen.shape[0]) for n in truth}
    for n, right in truth.items():
        for taught, asked in _folds(right, random_state + 1):
            curve = _curve(_unseen(seen[taught], right[taught], random_state), right[taught])
            scores = _model(seen[taught], right[taught]).decision_function(seen[asked])
            chances[n][asked] = _chance(scores, curve)
    return chances
