"""How well do the topics find what people said, in one language and in two?

Prints, for three sets with labels, the shipped method beside plain NMF, KMeans and one NMF per language:
agreement with the labels (NMI), the leak of language (bits), agreement over seeds (ARI), the coherence (NPMI)
of the words of the model and of the words shown, and how many works keep their number when the corpus grows
from 70 % to all.

    python benchmarks/topics_methods.py [--cache FOLDER] [--seeds N]

Reads ../shared; without it there is nothing to measure and it says so.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from leeszaal.topics.bridge import bridge, neighbours, space_of
from leeszaal.topics.choose import top_terms
from leeszaal.topics.fit import fit_table
from leeszaal.topics.match import known_from
from leeszaal.topics.matrix import term_matrix
from leeszaal.topics.models import Factors, fit_nmf, fit_per_language, one_thread
from leeszaal.topics.quality import diversity, leak_bits, npmi
from leeszaal.topics.text import embedding_texts, read_terms
from leeszaal.topics.words import of_language, shown_words
from leeszaal.works import embedding

SHARED = Path(__file__).resolve().parents[2] / "shared"
MINISTRIES = (
    "Justitie", "Volksgezondheid", "Verkeer", "Buitenlandse", "Sociale", "Financiën", "Economische",
    "Onderwijs", "Landbouw", "Binnenlandse", "Defensie", "Volkshuisvesting",
)  # fmt: skip


def sib200() -> pd.DataFrame:
    """Return 701 sentences of SIB-200 with their subject: half Dutch, half English, none in both."""
    folder = SHARED / "data" / "language"
    read = {
        code: pd.read_csv(folder / f"sib200_train.{name}.tsv", sep="\t", quoting=csv.QUOTE_NONE)
        for code, name in (("nl", "nld"), ("en", "eng"))
    }
    both = read["nl"].merge(read["en"], on="index_id", suffixes=("_nl", "_en")).sort_values("index_id")
    languages = ["nl" if at % 2 == 0 else "en" for at in range(len(both))]
    titles = [row[f"text_{code}"] for code, (_, row) in zip(languages, both.iterrows(), strict=True)]
    return pd.DataFrame(
        {
            "id": both["index_id"].astype(str),
            "title": titles,
            "language": languages,
            "label": both["category_nl"],
        }
    )


def domain() -> pd.DataFrame:
    """Return the Dutch and English titles of the domain with their first theme."""
    rows = pd.read_csv(SHARED / "domain" / "references.csv", dtype=str)
    rows = rows[rows["themes"].notna() & rows["language"].isin(["nl", "en"])]
    return pd.DataFrame(
        {
            "id": rows["citekey"],
            "title": rows["title"],
            "language": rows["language"],
            "label": rows["themes"].str.extract(r"^(\w+)")[0],
        }
    )


def questions() -> pd.DataFrame:
    """Return Dutch parliamentary questions with the first ministry that answered."""
    packed = (SHARED / "data" / "language" / "kamervragen_1994_2000.csv.gz").read_bytes()
    rows = csv.reader(io.StringIO(gzip.decompress(packed).decode("utf-8")), delimiter="\t")
    kept = []
    for row in rows:
        if len(row) != 7:
            continue
        places = [(row[6].find(name), name) for name in MINISTRIES if name in row[6]]
        if places:
            kept.append((row[0].strip(), row[3].strip(), row[4].strip(), "nl", min(places)[1]))
    return pd.DataFrame(kept, columns=["id", "title", "abstract", "language", "label"])


SETS: dict[str, tuple[Callable[[], pd.DataFrame], int]] = {
    "SIB-200 nl+en": (sib200, 7),
    "domain titles": (domain, 4),
    "parliamentary questions": (questions, 12),
}


def _agreement(labels: pd.Series, languages: list[str], runs: list[np.ndarray]) -> dict[str, float]:
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    return {
        "nmi": float(np.mean([normalized_mutual_info_score(labels, run) for run in runs])),
        "leak": float(np.mean([leak_bits(run.tolist(), languages) for run in runs])),
        "ari_seeds": float(np.mean([adjusted_rand_score(runs[0], run) for run in runs[1:]])),
    }


def methods(works: pd.DataFrame, vectors: np.ndarray, k: int, seeds: int) -> list[dict[str, object]]:
    """Return one row of figures a method."""
    matrix = term_matrix(read_terms(works).documents)
    languages = works["language"].tolist()
    bridged = bridge(matrix.tfidf, neighbours(space_of(vectors, languages)))
    fits: dict[str, Callable[[int], Factors]] = {
        "plain NMF": lambda seed: fit_nmf(matrix.tfidf, k, random_state=seed),
        "NMF per language": lambda seed: fit_per_language(matrix.tfidf, languages, k, random_state=seed),
        "bridged NMF": lambda seed: fit_nmf(bridged, k, random_state=seed),
    }
    rows: list[dict[str, object]] = []
    for name, fit in fits.items():
        started = time.process_time()
        with one_thread():
            found = [fit(seed) for seed in range(seeds)]
        seconds = (time.process_time() - started) / seeds
        row = {
            "method": name,
            **_agreement(works["label"], languages, [f.best for f in found]),
            "cpu_s": seconds,
        }
        rows.append({**row, **_words(found[0], matrix, np.asarray(languages))})
    runs = [
        fit_table(works, k, seed, method="kmeans", embeddings=vectors)
        .assignments.set_index("work_id")
        .loc[works["id"], "topic"]
        .fillna(-1)
        .to_numpy(dtype=int)
        for seed in range(seeds)
    ]
    rows.append({"method": "KMeans + c-TF-IDF", **_agreement(works["label"], languages, runs)})
    return rows


def _words(factors: Factors, matrix, spoken: np.ndarray) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Return the coherence and diversity of the strongest terms of the model and of the terms shown."""
    row = {}
    for language in np.unique(spoken):
        counts = matrix.counts[spoken == language]
        common = np.asarray((counts > 0).sum(axis=0)).ravel() >= 2
        strongest = top_terms(np.where(common, factors.terms, 0.0))
        allowed = of_language(matrix.counts, spoken, str(language))
        lists = shown_words(matrix.tfidf, matrix.counts, factors.strength, spoken == language, allowed).lists
        shown = [tuple(j for j, _ in pairs) for pairs in lists]
        for name, terms in (("model", strongest), ("shown", shown)):
            values = [value for value in (npmi(counts, each) for each in terms) if value is not None]
            row[f"npmi_{name}_{language}"] = float(np.mean(values))
            row[f"diversity_{name}_{language}"] = diversity(terms)
    return row


def numbers_that_stay(works: pd.DataFrame, vectors: np.ndarray, k: int) -> dict[str, float]:
    """Return the share of the works that keep their number when a corpus grows from 70 % to all of it."""
    part = np.random.default_rng(0).permutation(len(works)) < 0.7 * len(works)
    first = fit_table(works[part], k, embeddings=vectors[part])
    names = dict(zip(first.topics["topic"], first.topics["name"], strict=True))
    known = known_from(first.terms, names, first.next_number)
    out = {}
    for name, given in (("kept", known), ("without matching", None)):
        second = fit_table(works, k, embeddings=vectors, known=given)
        both = first.assignments.merge(second.assignments, on="work_id").dropna()
        out[name] = float((both["topic_x"] == both["topic_y"]).mean())
    return out


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=None, help="folder that keeps embeddings between runs")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args()
    if not SHARED.is_dir():
        print(f"{SHARED} is not there: nothing to measure")
        return 0
    if not embedding.available():
        print("no embeddings on this machine: nothing to measure")
        return 0
    found = {}
    for name, (load, k) in SETS.items():
        works = load().reset_index(drop=True)
        vectors = np.asarray(embedding.embed(embedding_texts(works), cache=given.cache))
        rows = methods(works, vectors, k, given.seeds)
        stay = numbers_that_stay(works, vectors, k)
        found[name] = {"works": len(works), "k": k, "methods": rows, "numbers": stay}
        if not given.json:
            print(f"\n{name}: {len(works)} works, k {k}")
            print(pd.DataFrame(rows).set_index("method").round(3).T.to_string())
            print("numbers kept from 70 % to all:", {key: round(value, 2) for key, value in stay.items()})
    if given.json:
        json.dump(found, sys.stdout, indent=2)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
