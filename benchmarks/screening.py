"""Screening: ranking beside ASReview, the stopping rule and the recall sentence, other languages, time of a training.

Each set is replayed from the same known works by both. "every label" trains after each label, as ASReview does by
default; "N/50" is what Leeszaal does. Seconds are CPU seconds of one core.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from common import ROOT, SHARED, Measured, PeerUnavailable, arguments, report, run_peer

from leeszaal.reading import load_taxonomy
from leeszaal.reading.screening import (
    Ranker,
    describe,
    ever_too_low,
    features,
    p_value,
    rank,
    replay,
    score,
    stop_of,
    text_of,
)
from leeszaal.reading.screening.labelled import read_labelled
from leeszaal.works import embedding

SETS = ("Donners_2021", "Nelson_2002", "van_der_Valk_2021")
FIGURES = ("recall_5", "recall_10", "recall_20", "wss_95", "loss", "ndcg")
PEER = ("asreview==3.0.8",)
# Of the models that ASReview names, elas_u4 is the one that runs on its own installation (and its best advised one);
# elas_h3, elas_l2 and others ask for packages that are installed apart.
PEER_MODEL = "elas_u4"


def truth_of(name: str) -> tuple[Path, np.ndarray, list[str], list[str]]:
    """Return the file of a set, its labels in order, its texts and its titles."""
    path = SHARED / "data" / "screening" / name / "flat.csv"
    table = read_labelled(path)
    texts = [text_of(*pair) for pair in zip(table.titles, table.abstracts, strict=True)]
    return path, np.array(table.labels), texts, table.titles


def figures_of(
    job: str, who: str, version: str, truth: np.ndarray, orders: list[list[int]], cpu: float
) -> list[Measured]:
    """Return the mean figures over the works read after the two known ones, and the time per label."""
    found = [score(truth[order[2:]]) for order in orders]
    rows = [
        Measured(job, who, name, float(np.mean([getattr(one, name) for one in found])), "", version) for name in FIGURES
    ]
    return [*rows, Measured(job, who, "CPU a label", 1000 * cpu / len(orders) / len(truth), "ms", version)]


def ranking(seeds: int, quick: bool) -> Iterator[Measured]:
    """Replay every set with both, from the same known works; a quick run trains at N/50 alone, and without ASReview."""
    tasks, ours = [], []
    for name in SETS:
        path, truth, texts, titles = truth_of(name)
        drawn = [np.random.default_rng(seed) for seed in range(seeds)]
        prior = [[int(one.choice(np.flatnonzero(truth == kind))) for kind in (1, 0)] for one in drawn]
        ways = ((1, "every label"), (max(1, len(truth) // 50), "N/50"))
        for every, label in ways[1:] if quick else ways:
            started = time.process_time()
            found = features(texts, titles=titles)
            orders = [replay(found, truth, prior=p, every=every, random_state=s) for s, p in enumerate(prior)]
            job = f"rank {name}, {label}"
            ours.append((job, truth))
            yield from figures_of(job, "leeszaal", "", truth, orders, time.process_time() - started)
            tasks.append({"file": str(path), "prior": prior, "every": every})
            if every > 1:
                yield from stopping(name, truth, [truth[order] for order in orders])
    if quick:
        print("ASReview skipped: it takes minutes.")
        return
    try:
        task = json.dumps({"model": PEER_MODEL, "sets": tasks})
        answer = run_peer("asreview", PEER, Path(__file__).with_name("peer_screening.py"), task)
    except PeerUnavailable as error:
        print(f"ASReview skipped: {error}")
        return
    for (job, truth), one in zip(ours, answer["answers"], strict=True):
        yield from figures_of(job, f"ASReview {PEER_MODEL}", "3.0.8", truth, one["orders"], one["cpu"])


def stopping(name: str, truth: np.ndarray, runs: list[np.ndarray]) -> Iterator[Measured]:
    """Say where the rule would have stopped, alone and together with the sentence, in the order of the model."""
    stops = [stop_of(run) for run in runs]
    job = f"stop at 90 %, {name}, order of the model"
    yield Measured(job, "leeszaal", "work saved", float(np.mean([one.saved for one in stops])))
    yield Measured(
        job, "leeszaal", "target met", float(np.mean([one.kept for one in stops])), "", "", f"{len(stops)} runs"
    )
    alone = [alone_of(run) for run in runs]
    note = (
        "the rule of Callaghan and Müller-Hansen at .02, without the sentence: the price of keeping 95 % over all looks"
    )
    yield Measured(
        job, "rule alone", "work saved", float(np.mean([1 - read / len(truth) for read in alone])), "", "", note
    )


def alone_of(run: np.ndarray) -> int:
    """Return how many works are read when the rule alone says stop, with a look at every hundredth."""
    step = max(1, len(run) // 100)
    looks = range(step, len(run), step)
    return next((n for n in looks if run[:n].sum() and p_value(run[:n], len(run)) < 0.02), len(run))


def worst_case(runs: int) -> Iterator[Measured]:
    """Say how often rule and sentence err when the order is no better than chance, with a look after every work."""
    piles = [(name, truth_of(name)[1]) for name in SETS]
    piles += [(f"{n} works, {r} relevant", np.repeat([1, 0], [r, n - r])) for n, r in ((150, 5), (300, 30), (1000, 20))]
    for name, truth in piles:
        drawn = np.random.default_rng(0)
        orders = [drawn.permutation(truth) for _ in range(runs)]
        note = f"{runs} runs, random order, a look after every work; at most .05 is promised"
        ever = [ever_too_low(one) for one in orders]
        yield Measured(
            f"sentence, {name}", "leeszaal", "runs with a look that said too much", float(np.mean(ever)), "", "", note
        )
        stops = [stop_of(one) for one in orders[: runs // 4]]
        missed = float(np.mean([not one.kept for one in stops]))
        note = f"{len(stops)} runs, random order, a look at every hundredth"
        yield Measured(f"stop at 90 %, {name}", "leeszaal", "runs below the target", missed, "", "", note)


def languages() -> Iterator[Measured]:
    """Train on English labels, rank the Dutch titles of each theme: area under the curve, recall at 20 %."""
    if not embedding.available():
        print("Other languages skipped: the embedding model is not installed.")
        return
    from sklearn.metrics import roc_auc_score

    with (SHARED / "domain" / "references.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    titles, tongues = [row["title"] for row in rows], [row["language"] for row in rows]
    dutch, points = np.array(tongues) == "nl", embedding.embed(titles)
    taxonomy = load_taxonomy(ROOT / "literature" / "themes.yaml")
    for kind in ("words alone", "with embedding", "with embedding and description"):
        areas, recalls = [], []
        for theme in taxonomy.themes:
            truth = np.array([f";{theme.id}." in ";" + row["themes"] for row in rows])
            known = np.where(np.array(tongues) == "en", truth, -1)
            works = features(titles, languages=tongues, embedding=None if kind == "words alone" else points)
            text = describe(taxonomy, theme.id) if "description" in kind else ""
            ordered = rank(works, known, description=text).order(np.flatnonzero(dutch))
            areas.append(roc_auc_score(truth[ordered], -np.arange(len(ordered))))
            recalls.append(truth[ordered[: len(ordered) // 5]].sum() / truth[ordered].sum())
        job = f"Dutch titles after English labels, {kind}"
        yield Measured(
            job, "leeszaal", "area under the curve", float(np.mean(areas)), "", "", f"{dutch.sum()} titles, 4 themes"
        )
        yield Measured(job, "leeszaal", "recall at 20 %", float(np.mean(recalls)))


def training_time(works: int) -> Iterator[Measured]:
    """Time what a reader waits for: the next order after a label that makes the model train, and one that does not."""
    drawn = np.random.default_rng(0)
    often = 1 / np.arange(1, 30_001)
    words = [f"w{number}" for number in range(30_000)]
    texts = [" ".join(drawn.choice(words, 180, p=often / often.sum())) for _ in range(works)]
    truth = (drawn.random(works) < 0.05).astype(int)
    note = "made-up works of 180 words; on a busy machine CPU is the steadier figure"
    with Ranker(texts, waited_for=works) as ranker:
        started = time.process_time()
        ranker.order(np.full(works, -1))
        yield Measured(f"open a pile of {works}", "leeszaal", "CPU", time.process_time() - started, "s", "", note)
        for n in [n for n in (50, 500, 2000) if n < works - 500] + [works - 500]:
            known = np.where(np.arange(works) < n, truth, -1)
            wall, started = time.perf_counter(), time.process_time()
            ranker.order(known)
            job = f"train on {n} labels, {works} works"
            yield Measured(job, "leeszaal", "CPU", 1000 * (time.process_time() - started), "ms", "", note)
            yield Measured(job, "leeszaal", "wall", 1000 * (time.perf_counter() - wall), "ms", "", note)
            known[n] = truth[n]
            wall = time.perf_counter()
            ranker.order(known)
            yield Measured(
                f"next work after {n} labels, {works} works",
                "leeszaal",
                "wall",
                1000 * (time.perf_counter() - wall),
                "ms",
            )
    with Ranker(texts, waited_for=0) as ranker:
        wall = time.perf_counter()
        ranker.order(np.full(works, -1))
        yield Measured(
            f"the same in the background, {works} works", "leeszaal", "wall", 1000 * (time.perf_counter() - wall), "ms"
        )


def main() -> None:
    """Run all four."""
    asked = arguments(__doc__ or "", add=[("--seeds", {"type": int, "default": 5, "help": "runs of each set"})])
    found: list[Measured] = []
    if SHARED.is_dir():
        found += ranking(1 if asked.quick else asked.seeds, asked.quick)
        found += worst_case(100 if asked.quick else 200)
        found += languages()
    else:
        print("Ranking, stopping and languages skipped: the measuring data (../shared) is not on this machine.")
    found += training_time(1000 if asked.quick else 5000)
    report(found, asked.json)


if __name__ == "__main__":
    main()
