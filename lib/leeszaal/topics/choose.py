"""How many topics: as many as come back when a fifth of the works is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from leeszaal import progress
from leeszaal.topics.models import Factors

__all__ = [
    "CURVE",
    "Sweep",
    "average_jaccard",
    "candidates",
    "propose",
    "samples",
    "stability",
    "sweep",
    "top_terms",
]

TOP = 10
SAMPLES = 8
SHARE = 0.8
# Beyond this a sample says enough, and a fit on it stays a matter of seconds.
LARGEST = 4_000
# So many fits of all works from other seeds.
SEEDS = 2
NEAR_BEST = 0.9
WORST = 0.3
MEASURES = ("npmi_nl", "npmi_en", "diversity", "separation")
CURVE = ("k", "stability", "worst", "seeds", *MEASURES, "score")
_STEPS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40)


def candidates(n: int, m: int) -> list[int]:
    """Return the numbers of topics worth trying with n works and m terms: at least fifteen works a topic.

    Examples
    --------
    >>> candidates(100, 300)
    [2, 3, 4, 5, 6]
    """
    most = min(max(2, n // 15), m - 1)
    return [k for k in _STEPS if k <= most]


def samples(n: int, random_state: int, count: int = SAMPLES, share: float = SHARE) -> list[np.ndarray]:
    """Return `count` samples of row numbers, ascending, each `share` of n and at most 4,000."""
    generator = np.random.default_rng(random_state)
    size = max(2, min(round(share * n), LARGEST))
    return [np.sort(generator.choice(n, size=size, replace=False)) for _ in range(count)]


def top_terms(terms: np.ndarray, top: int = TOP) -> list[tuple[int, ...]]:
    """Return per topic the column numbers of its strongest terms, best first, none without weight."""
    lists = []
    for row in np.asarray(terms):
        order = np.argsort(-row, kind="stable")[:top]
        lists.append(tuple(int(j) for j in order if row[j] > 0))
    return lists


def average_jaccard(a: Sequence[int], b: Sequence[int]) -> float:
    """Return the mean Jaccard similarity of two ranked lists over the depths 1 … their length.

    Agreement at the head of the lists weighs more. Greene et al. 2014, doi 10.1007/978-3-662-44848-9_32.

    Examples
    --------
    >>> average_jaccard([1, 2], [1, 3])  # depth 1: 1; depth 2: 1/3
    0.6666666666666666
    """
    depth = max(len(a), len(b))
    if depth == 0:
        return 0.0
    total = 0.0
    for d in range(1, depth + 1):
        left, right = set(a[:d]), set(b[:d])
        total += len(left & right) / len(left | right)
    return total / depth


def stability(reference: Sequence[Sequence[int]], refits: Sequence[Sequence[Sequence[int]]]) -> np.ndarray:
    """Return per topic of the reference how well it comes back in the refits, 0–1.

    Topics are matched one to one so that the total agreement is largest (Hungarian method, Kuhn 1955).
    """
    from scipy.optimize import linear_sum_assignment

    found = np.zeros((len(refits), len(reference)))
    for at, refit in enumerate(refits):
        agreement = np.array([[average_jaccard(a, b) for b in refit] for a in reference])
        rows, columns = linear_sum_assignment(-agreement)
        found[at, rows] = agreement[rows, columns]
    return found.mean(axis=0) if len(refits) else np.zeros(len(reference))


@dataclass(frozen=True)
class Sweep:
    """What came back for each number of topics.

    Attributes
    ----------
    curve
        Columns `k`; `stability` over samples (mean over topics), `worst` (of the least stable topic), `seeds`
        (stability over other seeds); what `judge` said: `npmi_nl` and `npmi_en` (coherence of the words shown),
        `diversity`, `separation` (how much more coherent these are than words drawn from all topics together); and
        `score`, the lower of both stabilities × separation × diversity.
    refits
        k → per sample the top terms of its topics.
    reseeded
        k → per other seed the top terms of its topics.
    """

    curve: pd.DataFrame
    refits: dict[int, list[list[tuple[int, ...]]]]
    reseeded: dict[int, list[list[tuple[int, ...]]]]


def sweep(
    prepare: Callable[[np.ndarray | None], Any],
    fit: Callable[[Any, int, int], Factors],
    ks: Sequence[int],
    rows: Sequence[np.ndarray],
    *,
    judge: Callable[[Factors], dict[str, float | None]],
    random_state: int = 0,
    workers: int = 2,
) -> Sweep:
    """Refit on every sample for every k and measure what comes back.

    Parameters
    ----------
    prepare
        ``prepare(rows)`` returns the input of a fit on these rows, or on all works for None; called once a
        sample, so that only one such input is in memory.
    fit
        ``fit(input, k, seed)``.
    ks
        Numbers of topics to try.
    rows
        The samples.
    judge
        What to write beside the stability of a fit on all works.
    random_state
        The seed; the other seeds are the ones after it.
    workers
        Fits at a time; the outcome is the same for any number.
    """
    progress.advance(0, len(ks) * (len(rows) + 1 + SEEDS))
    references: dict[int, list[tuple[int, ...]]] = {}
    judged: dict[int, dict[str, float | None]] = {}
    refits: dict[int, list[list[tuple[int, ...]]]] = {k: [] for k in ks}
    reseeded: dict[int, list[list[tuple[int, ...]]]] = {k: [] for k in ks}
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for sample in (None, *rows):
            given = prepare(sample)
            seeds = range(random_state, random_state + 1 + (SEEDS if sample is None else 0))
            # The largest k takes longest, so it starts first.
            order = [(k, seed) for k in sorted(ks, reverse=True) for seed in seeds]
            jobs = {(k, seed): pool.submit(fit, given, k, seed) for k, seed in order}
            for k, seed in order:
                factors = jobs.pop((k, seed)).result()
                found = top_terms(factors.terms)
                if sample is not None:
                    refits[k].append(found)
                elif seed == random_state:
                    references[k], judged[k] = found, judge(factors)
                else:
                    reseeded[k].append(found)
                progress.advance()
    per_topic = {k: stability(references[k], refits[k]) for k in ks}
    curve = pd.DataFrame(
        {
            "k": list(ks),
            "stability": [float(per_topic[k].mean()) for k in ks],
            "worst": [float(per_topic[k].min()) for k in ks],
            "seeds": [float(stability(references[k], reseeded[k]).mean()) for k in ks],
            **{name: [judged[k][name] for k in ks] for name in MEASURES},
        }
    )
    curve = curve.astype(dict.fromkeys(MEASURES, float))
    stable = curve[["stability", "seeds"]].min(axis=1)
    curve["score"] = stable * curve["separation"].clip(lower=0.0) * curve["diversity"]
    return Sweep(curve, refits, reseeded)


def propose(curve: pd.DataFrame, prefer: int | None = None) -> int:
    """Propose a number of topics from the curve.

    The one with the highest score of those whose worst topic has a stability of at least .3; when none has, the most
    stable one. Stability alone would propose two topics, coherence alone as many as there are works: the score asks
    that topics come back, that their words belong together more than words of the corpus do anyway, and that they
    differ. A number that was in use before (`prefer`) stays as long as it passes and its score is within a tenth of
    the best, so that a library that grows a little keeps its topics.

    Examples
    --------
    >>> scores = {"score": [0.2, 0.3, 0.4], "worst": [0.6, 0.4, 0.2], "stability": [0.7, 0.6, 0.5]}
    >>> propose(pd.DataFrame({"k": [2, 3, 4], **scores}))
    3
    """
    if curve.empty:
        raise ValueError("the curve is empty")
    passed = curve[curve["worst"] >= WORST]
    if passed.empty:
        return int(curve["k"].iloc[int(curve["stability"].to_numpy().argmax())])
    best = float(passed["score"].max())
    if prefer is not None and (passed.loc[passed["k"] == prefer, "score"] >= NEAR_BEST * best).any():
        return prefer
    return int(passed["k"].iloc[int(passed["score"].to_numpy().argmax())])
