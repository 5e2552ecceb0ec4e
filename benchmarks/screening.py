"""Screening: ranking beside ASReview, the stopping rule in the worst case, other languages, and the time of a training.

ASReview is not a dependency. Where another Python has it, name that Python, and it runs beside ours from the same known
works: `python benchmarks/screening.py --asreview /path/to/python`. Without it only our figures are printed.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import time
from pathlib import Path

import numpy as np

from leeszaal.reading import load_taxonomy
from leeszaal.reading.screening import describe, features, rank, replay, score, stop_of, text_of
from leeszaal.reading.screening.labelled import read_labelled
from leeszaal.works import embedding

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SETS = ("Donners_2021", "Nelson_2002", "van_der_Valk_2021")
FIGURES = ("recall_5", "recall_10", "recall_20", "wss_95", "loss", "ndcg")
SEEDS = 5
SHUFFLES = 60

# Runs in the other Python: reads {file, prior, every} and prints the orders of reading and the seconds they took.
ASREVIEW = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from asreview.learner import ActiveLearningCycle
from asreview.models.models import get_ai_config
from asreview.simulation.simulate import Simulate
task = json.load(sys.stdin)
frame = pd.read_csv(task["file"]).fillna({"title": "", "abstract": ""})
labels = frame["label_included"].astype(int)
start, orders = time.perf_counter(), []
for prior in task["prior"]:
    cycle = ActiveLearningCycle.from_meta(get_ai_config("elas_u4")["value"])
    cycle.n_query = task["every"]
    run = Simulate(frame, labels=labels, cycles=[cycle], stopper=-1, print_progress=False)
    run.label(prior)
    run.review()
    orders.append([int(record) for record in run._results["record_id"]])
print(json.dumps({"seconds": time.perf_counter() - start, "orders": orders}))
"""


def line(name: str, truth: np.ndarray, orders: list[list[int]], seconds: float) -> str:
    """Return the mean figures over the works read after the two known ones, and the time per label."""
    found = [score(truth[order[2:]]) for order in orders]
    means = " ".join(f"{np.mean([getattr(one, figure) for one in found]):9.3f}" for figure in FIGURES)
    return f"{name:<42} {means} {1000 * seconds / len(orders) / len(truth):9.1f}"


def ranking(asreview: str | None) -> None:
    """Print the figures of every set, with a training at every label and at every fiftieth of the works."""
    print(f"{'set':<42} {' '.join(f'{name:>9}' for name in FIGURES)}  ms/label")
    for name in SETS:
        path = SHARED / "data" / "screening" / name / "flat.csv"
        table = read_labelled(path)
        truth = np.array(table.labels)
        drawn = [np.random.default_rng(seed) for seed in range(SEEDS)]
        prior = [[int(one.choice(np.flatnonzero(truth == kind))) for kind in (1, 0)] for one in drawn]
        texts = [text_of(*pair) for pair in zip(table.titles, table.abstracts, strict=True)]
        for every in (1, max(1, len(truth) // 50)):
            start = time.perf_counter()
            orders = []
            for seed, known in enumerate(prior):
                orders.append(replay(features(texts), truth, prior=known, every=every, random_state=seed))
            print(line(f"{name}, every {every}, Leeszaal", truth, orders, time.perf_counter() - start), flush=True)
            if asreview:
                task = json.dumps({"file": str(path), "prior": prior, "every": every})
                done = subprocess.run(
                    [asreview, "-c", ASREVIEW], input=task, capture_output=True, text=True, check=True
                )
                answer = json.loads(done.stdout)
                print(line(f"{name}, every {every}, ASReview", truth, answer["orders"], answer["seconds"]), flush=True)
            if every > 1:
                stops = [stop_of(truth[order]) for order in orders]
                saved, kept = np.mean([stop.saved for stop in stops]), sum(stop.kept for stop in stops)
                over = sum(stop.overstated for stop in stops) / sum(stop.looks for stop in stops)
                print(
                    f"  stopping rule: saved {saved:.2f}, met {kept}/{SEEDS}, looks that promised too much {over:.3f}"
                )


def worst_case() -> None:
    """Print how often the rule errs when the order is no better than chance, with a look at every hundredth."""
    print(f"\nRandom order, {SHUFFLES} runs, target .90: missed; looks that promised too much; runs with one such")
    for name in SETS:
        truth = np.array(read_labelled(SHARED / "data" / "screening" / name / "flat.csv").labels)
        for alpha in (0.05, 0.02):
            drawn = np.random.default_rng(0)
            stops = [stop_of(drawn.permutation(truth), alpha=alpha) for _ in range(SHUFFLES)]
            over = sum(stop.overstated for stop in stops) / sum(stop.looks for stop in stops)
            missed, ever = (1 - np.mean([s.kept for s in stops])), np.mean([s.overstated > 0 for s in stops])
            print(f"{name:<20} tested at {alpha:.2f}: {missed:.3f}; {over:.3f}; {ever:.2f}", flush=True)


def languages() -> None:
    """Train on English labels, rank the Dutch titles of each theme: area under the curve, recall at 20 %."""
    if not embedding.available():
        print("\nOther languages: skipped, the embedding model is not installed.")
        return
    from sklearn.metrics import roc_auc_score

    with (SHARED / "domain" / "references.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    titles, tongues = [row["title"] for row in rows], [row["language"] for row in rows]
    dutch, points = np.array(tongues) == "nl", embedding.embed(titles)
    taxonomy = load_taxonomy(ROOT / "literature" / "themes.yaml")
    print(f"\nTrained on English labels, {dutch.sum()} Dutch titles: area under the curve; recall at 20 % (4 themes)")
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
        print(f"{kind:<32} {np.mean(areas):.3f}; {np.mean(recalls):.3f}", flush=True)


def training_time() -> None:
    """Print the time of one training on 5,000 works of 180 made-up words."""
    drawn = np.random.default_rng(0)
    often = 1 / np.arange(1, 30_001)
    words = [f"w{number}" for number in range(30_000)]
    texts = [" ".join(drawn.choice(words, 180, p=often / often.sum())) for _ in range(5000)]
    works, truth = features(texts), (drawn.random(5000) < 0.05).astype(int)
    print("\nOne training, 5,000 works: labels, ms")
    for n in (50, 500, 2000, 4500):
        known = np.where(np.arange(5000) < n, truth, -1)
        rank(works, known)
        start = time.perf_counter()
        rank(works, known)
        print(f"{n:>6} {1000 * (time.perf_counter() - start):6.0f}", flush=True)


def main() -> None:
    """Run all four."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asreview", metavar="PYTHON", help="a Python that has asreview 3")
    asreview = parser.parse_args().asreview
    if SHARED.is_dir():
        ranking(asreview)
        worst_case()
        languages()
    else:
        print("Ranking, stopping and languages: skipped, the measuring data (../shared) is not on this machine.")
    training_time()


if __name__ == "__main__":
    main()
