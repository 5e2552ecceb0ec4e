"""How well do the topics find what people said, in one language and in two?

Prints, for three sets with labels, the shipped method beside plain NMF, KMeans and one NMF per language:
agreement with the labels (NMI), the leak of language (bits), agreement over seeds (ARI), the coherence (NPMI)
of the words of the model and of the words shown. "As shipped" is what a user gets, with "fits no topic" as a
class of its own. Then how many works keep their number when the corpus grows from 70 % to all, and how many
works are said to fit none: of the set, and of works mixed in from another set, a twentieth as many.

    python benchmarks/topics_methods.py [--quick] [--cache FOLDER] [--seeds N] [--json FILE]

Reads ../shared; without it there is nothing to measure and it says so.
"""

from __future__ import annotations

import csv
import gzip
import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from common import SHARED, Measured, arguments, report

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


def agreement(labels: pd.Series, languages: list[str], runs: list[np.ndarray]) -> dict[str, float]:
    """Return how well runs from several seeds agree with labels, with the languages and with each other."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    return {
        "nmi": float(np.mean([normalized_mutual_info_score(labels, run) for run in runs])),
        "leak": float(np.mean([leak_bits(run.tolist(), languages) for run in runs])),
        "ari_seeds": float(np.mean([adjusted_rand_score(runs[0], run) for run in runs[1:]])),
    }


def methods(
    works: pd.DataFrame, vectors: np.ndarray, k: int, seeds: int, shipped: Sequence[str]
) -> list[dict[str, object]]:
    """Return one row of figures a method; `shipped` are the methods of a user, as whole fits."""
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
            **agreement(works["label"], languages, [f.best for f in found]),
            "cpu_s": seconds,
        }
        rows.append({**row, **_words(found[0], matrix, np.asarray(languages))})
    for method in shipped:
        name = "as shipped" if method == "nmf" else method
        runs = [_placed(works, vectors, k, seed, method) for seed in range(seeds)]
        rows.append({"method": name, **agreement(works["label"], languages, runs)})
    return rows


def _placed(works: pd.DataFrame, vectors: np.ndarray, k: int, seed: int = 0, method: str = "nmf") -> np.ndarray:
    """Return the topic of each work, -1 for none."""
    found = fit_table(works, k, seed, method=method, embeddings=vectors).assignments.set_index("work_id")
    return found.loc[works["id"], "topic"].fillna(-1).to_numpy(dtype=int)


def _words(factors: Factors, matrix, spoken: np.ndarray) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Return the coherence and diversity of the strongest terms of the model and of the terms shown."""
    row = {}
    for language in np.unique(spoken):
        counts = matrix.counts[spoken == language]
        common = np.asarray((counts > 0).sum(axis=0)).ravel() >= 2
        strongest = top_terms(np.where(common, factors.terms, 0.0))
        allowed = of_language(matrix.counts, spoken, str(language))
        inside = spoken == language
        lists = shown_words(matrix.counts, factors.strength, inside, allowed, names=matrix.terms).lists
        shown = [tuple(j for j, _ in pairs) for pairs in lists]
        for name, terms in (("model", strongest), ("shown", shown)):
            values = [value for value in (npmi(counts, each) for each in terms) if value is not None]
            row[f"npmi_{name}_{language}"] = float(np.mean(values))
            row[f"diversity_{name}_{language}"] = diversity(terms)
    return row


def numbers_that_stay(works: pd.DataFrame, vectors: np.ndarray, k: int, *, quick: bool = False) -> dict[str, float]:
    """Return the share of the works that keep their number when a corpus grows from 70 % to all of it.

    Of the works that had a topic; one that fits none afterwards has not kept it. The mean over growths.
    """
    shares: dict[str, list[float]] = {"kept": []} if quick else {"kept": [], "without matching": []}
    for seed in range(1 if quick else 2):
        part = np.random.default_rng(seed).permutation(len(works)) < 0.7 * len(works)
        first = fit_table(works[part], k, embeddings=vectors[part])
        names = dict(zip(first.topics["topic"], first.topics["name"], strict=True))
        known = known_from(first.terms, names, first.next_number)
        both_ways = (("kept", known),) if quick else (("kept", known), ("without matching", None))
        for name, given in both_ways:
            second = fit_table(works, k, embeddings=vectors, known=given)
            both = first.assignments.dropna().merge(second.assignments, on="work_id")
            shares[name].append(float((both["topic_x"] == both["topic_y"]).fillna(False).mean()))
    return {name: float(np.mean(values)) for name, values in shares.items()}


def fit_none(own: tuple[pd.DataFrame, np.ndarray], others: tuple[pd.DataFrame, np.ndarray], k: int) -> dict[str, float]:
    """Return the share said to fit none, of the works of a set and of a twentieth as many mixed in from another."""
    (works, vectors), (strange, theirs) = own, others
    count = min(len(strange), len(works) // 20)
    chosen = np.random.default_rng(0).choice(len(strange), count, replace=False)
    mixed = pd.concat([works, strange.iloc[chosen].assign(id=[f"strange{at}" for at in range(count)])])
    topic = _placed(mixed.reset_index(drop=True), np.vstack([vectors, theirs[chosen]]), k)
    none = topic < 0
    return {"of the set": float(none[: len(works)].mean()), "from elsewhere": float(none[len(works) :].mean())}


def main() -> int:
    """Measure and print; return the exit code."""
    cache = ("--cache", {"type": Path, "help": "folder that keeps embeddings between runs"})
    given = arguments("topics that people would find too", add=[cache, ("--seeds", {"type": int, "default": 4})])
    if not SHARED.is_dir():
        print(f"{SHARED} is not there: nothing to measure")
        return 0
    if not embedding.available():
        print("no embeddings on this machine: nothing to measure")
        return 0
    names = list(SETS)[:2] if given.quick else list(SETS)
    sets = {}
    for name in names:
        works = SETS[name][0]().reset_index(drop=True)
        sets[name] = works, np.asarray(embedding.embed(embedding_texts(works), cache=given.cache))
    figures = []
    for name in names:
        (works, vectors), k = sets[name], SETS[name][1]
        job = f"topics of {name} ({len(works)} works, k {k})"
        shipped = ["nmf"] if given.quick else ["nmf", "kmeans"]
        for row in methods(works, vectors, k, 2 if given.quick else max(2, given.seeds), shipped):
            who = "leeszaal" if row["method"] == "as shipped" else str(row.pop("method"))
            row.pop("method", None)
            figures += [Measured(job, who, measure, float(value)) for measure, value in row.items()]  # type: ignore[arg-type]
        stay = numbers_that_stay(works, vectors, k, quick=given.quick)
        figures += [Measured(job, "leeszaal", f"numbers from 70 % to all, {key}", value) for key, value in stay.items()]
        for other in [each for each in names if each != name]:
            none = fit_none(sets[name], sets[other], k)
            note = f"mixed with {other}"
            figures += [Measured(job, "leeszaal", f"fits none, {key}", value, note=note) for key, value in none.items()]
    report(figures, given.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
