"""Topics beside the peers, in one run: do they find what people said, and do their words belong together?

Each model is fitted to the whole set from several seeds: agreement with the labels (NMI; "fits none" is a class of its
own), leak of language (bits), agreement over seeds (ARI), CPU seconds a fit. And to each half of the set: the ten words
of each topic are scored on the *other* half, for words always go together in the works that they were chosen from
(NPMI within each language, and the share of different words; of a phrase each word counts). "leeszaal" is what a user
gets and its words shown; "leeszaal, words of the model" are the strongest terms of the same model, before words are
chosen for showing.

    python benchmarks/topics_peers.py [--quick] [--cache FOLDER] [--seeds N] [--only SET …] [--peers PEER …]
        [--json FILE]

Reads ../shared, and installs the peers below `.leeszaal/peers` the first time. `--quick`: the domain titles only, and
of the peers only scikit-learn.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from common import SHARED, Measured, PeerUnavailable, arguments, report, run_peer
from topics_methods import SETS, agreement

from leeszaal.topics.bridge import bridge_languages
from leeszaal.topics.fit import fit_table
from leeszaal.topics.matrix import TermMatrix, term_matrix
from leeszaal.topics.quality import diversity, npmi
from leeszaal.topics.text import embedding_texts, read_terms
from leeszaal.topics.words import of_language
from leeszaal.works import embedding
from leeszaal.works.language import detect_many

TOP = 10
# Without sentence-transformers and torch, which it does not need where embeddings are given.
BERTOPIC = [
    "--no-deps", "bertopic", "scikit-learn", "numpy<2.4", "scipy", "pandas", "joblib", "threadpoolctl", "hdbscan",
    "umap-learn", "pynndescent", "numba", "llvmlite", "plotly", "narwhals", "packaging", "tqdm", "python-dateutil",
    "six", "pytz", "tzdata", "pyyaml", "cloudpickle",
]  # fmt: skip
PEERS = {
    "scikit-learn NMF": ["scikit-learn"],
    "scikit-learn LDA": ["scikit-learn"],
    "gensim LDA": ["gensim"],
    "tomotopy LDA": ["tomotopy"],
    "BERTopic": BERTOPIC,
}


def abstracts() -> pd.DataFrame:
    """Return English works with an abstract of 300 characters or more, each once; the set it came from as label."""
    data = SHARED / "data"
    tables = {path.parent.name: pd.read_csv(path, dtype=str) for path in sorted(data.glob("screening/*/flat.csv"))}
    tables["digital_work"] = pd.read_csv(data / "dedupe" / "digital_work" / "records_pre_merged.csv", dtype=str)
    crime = json.loads((data / "corpus" / "criminal_governance.json").read_text(encoding="utf-8"))
    tables["criminal_governance"] = pd.DataFrame(crime)
    rows = pd.concat([table[["title", "abstract"]].assign(label=name) for name, table in tables.items()])
    rows = rows[rows["abstract"].str.len().ge(300) & rows["title"].notna()].drop_duplicates("abstract")
    rows = rows[[code == "en" for code in detect_many(rows["abstract"].tolist())]]
    return rows.assign(id=[f"w{at:05}" for at in range(len(rows))], language="en")


@dataclass(frozen=True)
class Fit:
    """One fit: the topic of each work (−1: none), and per language the lists of terms that show the topics."""

    topic: np.ndarray
    words: dict[str, list[list[str]]]
    cpu_seconds: float


@dataclass(frozen=True)
class Job:
    """A set to find topics in: the works, their embeddings, the number of topics, and their terms.

    Attributes
    ----------
    halves
        Row numbers of two halves.
    allowed
        Language to which terms count for it (m,).
    """

    name: str
    works: pd.DataFrame
    vectors: np.ndarray
    k: int
    documents: list[str]
    surfaces: dict[str, str]
    matrix: TermMatrix
    halves: tuple[np.ndarray, np.ndarray]
    allowed: dict[str, np.ndarray]


def job_of(name: str, works: pd.DataFrame, vectors: np.ndarray, k: int) -> Job:
    """Read the terms of a set and halve it."""
    terms = read_terms(works)
    documents = [" ".join(term for term in document if " " not in term) for document in terms.documents]
    order = np.random.default_rng(0).permutation(len(works))
    halves = np.sort(order[::2]), np.sort(order[1::2])
    matrix, spoken = term_matrix(terms), works["language"].to_numpy(dtype=str)
    allowed = {name: of_language(matrix.counts, spoken, name) for name in bridge_languages(spoken.tolist())}
    return Job(name, works, vectors, k, documents, terms.surfaces, matrix, halves, allowed)


def held_out(job: Job, fits: tuple[Fit, Fit]) -> tuple[float, float]:
    """Return NPMI and diversity of the words of each half; NPMI is counted in the works of the other half."""
    place = {str(term): at for at, term in enumerate(job.matrix.terms)}
    spoken = job.works["language"].to_numpy(dtype=str)
    coherence, different = [], []
    for fit, rows in zip(fits, job.halves[::-1], strict=True):
        for language, allowed in job.allowed.items():
            words = [list(dict.fromkeys(" ".join(row).split())) for row in fit.words[language]]
            lists = [[place[w] for w in row if w in place and allowed[place[w]]][:TOP] for row in words]
            values = [npmi(job.matrix.counts[rows[spoken[rows] == language]], row) for row in lists]
            coherence.append(np.mean([value for value in values if value is not None]))
            different.append(diversity(lists))
    return float(np.mean(coherence)), float(np.mean(different))


def ours(job: Job, rows: np.ndarray, seed: int) -> tuple[Fit, Fit]:
    """Return what a user gets, and the same with the strongest terms of the model as words."""
    works = job.works.iloc[rows].reset_index(drop=True)
    started = time.process_time()
    found = fit_table(works, job.k, seed, embeddings=job.vectors[rows])
    seconds = time.process_time() - started
    topic = found.assignments.set_index("work_id").loc[works["id"], "topic"].fillna(-1).to_numpy(dtype=int)
    term_of = {written: term for term, written in job.surfaces.items()}
    shown = {
        name: [[term_of.get(word, word) for word in row.split(", ")] for row in found.topics[f"words_{name}"]]
        for name in job.allowed
    }
    best = found.terms.sort_values(["topic", "weight", "term"], ascending=[True, False, True])
    ranked = [group["term"].tolist() for _, group in best.groupby("topic")]
    return Fit(topic, shown, seconds), Fit(topic, dict.fromkeys(job.allowed, ranked), seconds)


def theirs(job: Job, peer: str, fits: list[tuple[np.ndarray, int]]) -> tuple[list[Fit], str]:
    """Return the fits of a peer and its version."""
    with tempfile.TemporaryDirectory() as folder:
        task, points = Path(folder) / "task.json", Path(folder) / "vectors.npy"
        asked = [[rows.tolist(), seed] for rows, seed in fits]
        task.write_text(json.dumps({"documents": job.documents, "k": job.k, "fits": asked}), encoding="utf-8")
        np.save(points, job.vectors)
        script = Path(__file__).with_name("peer_topics.py")
        answer = run_peer(peer.split()[0].lower(), PEERS[peer], script, peer, str(task), str(points), timeout=1800)
    made = [Fit(np.array(f["topic"]), dict.fromkeys(job.allowed, f["words"]), f["cpu_seconds"]) for f in answer["fits"]]
    return made, str(answer["version"])


def figures_of(job: Job, who: str, version: str, whole: list[Fit], halves: tuple[Fit, Fit]) -> list[Measured]:
    """Return the figures of one model on one set."""
    note = "none as a class of its own" if (whole[0].topic < 0).any() else ""
    agreed = agreement(job.works["label"], job.works["language"].tolist(), [fit.topic for fit in whole])
    coherence, different = held_out(job, halves)
    values = {
        "NMI": agreed["nmi"], "leak, bits": agreed["leak"], "agreement over seeds (ARI)": agreed["ari_seeds"],
        "fits none": float(np.mean([(fit.topic < 0).mean() for fit in whole])),
        "NPMI on the other half": coherence, "diversity": different,
    }  # fmt: skip
    rows = [Measured(job.name, who, measure, value, version=version, note=note) for measure, value in values.items()]
    seconds = float(np.mean([fit.cpu_seconds for fit in whole]))
    return [*rows, Measured(job.name, who, "CPU a fit", seconds, "s", version=version)]


def main() -> int:
    """Measure and print; return the exit code."""
    cache = ("--cache", {"type": Path, "help": "folder that keeps embeddings between runs"})
    sets = {"English abstracts": (abstracts, 20), **SETS}
    only = ("--only", {"nargs": "*", "choices": list(sets), "help": "only these sets"})
    beside = ("--peers", {"nargs": "*", "choices": list(PEERS), "help": "only these peers"})
    add = [cache, ("--seeds", {"type": int, "default": 3}), only, beside]
    given = arguments("topics beside the peers", add=add)
    if not SHARED.is_dir():
        print(f"{SHARED} is not there: nothing to measure")
        return 0
    if not embedding.available():
        print("no embeddings on this machine: nothing to measure")
        return 0
    names = given.only or (["domain titles"] if given.quick else list(sets))
    peers = given.peers or (list(PEERS)[:2] if given.quick else list(PEERS))
    if given.quick:
        print("quick: domain titles and scikit-learn only")
    figures = []
    for name in names:
        read, k = sets[name]
        works = read().reset_index(drop=True)
        vectors = np.asarray(embedding.embed(embedding_texts(works), cache=given.cache))
        job = job_of(f"topics of {name} ({len(works)} works, k {k})", works, vectors, k)
        everything = np.arange(len(works))
        asked = [(everything, seed) for seed in range(2 if given.quick else max(2, given.seeds))]
        asked += [(half, 0) for half in job.halves]
        mine = [ours(job, rows, seed) for rows, seed in asked]
        for at, who in enumerate(("leeszaal", "leeszaal, words of the model")):
            whole, halves = [fit[at] for fit in mine[:-2]], (mine[-2][at], mine[-1][at])
            rows = figures_of(job, who, "", whole, halves)
            figures += rows if at == 0 else [row for row in rows if row.measure.startswith(("NPMI", "diversity"))]
        for peer in peers:
            try:
                fits, version = theirs(job, peer, asked)
            except PeerUnavailable as reason:
                print(f"{peer}: {reason}")
                continue
            figures += figures_of(job, peer, version, fits[:-2], (fits[-2], fits[-1]))
        report([row for row in figures if row.job == job.name])
    report(figures, given.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
