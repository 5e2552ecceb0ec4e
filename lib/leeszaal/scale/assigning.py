"""Topics of a corpus: a model fitted to a sample, and every other work placed by its words, a partition a task.

The sample is drawn by the hash of the record, so that it does not depend on the partitions, and is fitted as
`leeszaal.topics` fits any table: both languages at once, by meaning. Placing by meaning would cost a day for each two
million titles; so the rest is placed by a classifier of words that learns from the sample (multinomial logistic
regression on TF-IDF of words and pairs of words). How often it agrees with the fit on works it did not learn from is
measured by cross-validation and told.
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from leeszaal.scale.corpus import Corpus, read_part
from leeszaal.scale.runner import Runner
from leeszaal.topics import fit_table
from leeszaal.topics.corpus import LARGEST
from leeszaal.works.plain import fold

__all__ = ["assign_topics"]

_FOLDS = 5
_FIELDS = ("title", "abstract", "keywords", "year", "language")


@dataclass(frozen=True)
class _Placer:
    """The words of texts, and the topics they speak for."""

    words: Any
    model: Any

    def place(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the likeliest topic of each text and its probability; −1 where it has no word of the sample."""
        matrix = self.words.transform(texts)
        known = np.diff(matrix.indptr) > 0
        chances = self.model.predict_proba(matrix)
        topics = self.model.classes_[chances.argmax(axis=1)]
        return np.where(known, topics, -1), np.where(known, chances.max(axis=1), 0.0).round(4)


def assign_topics(
    corpus: Corpus, works: int, runner: Runner, *, k: int | None = None, random_state: int = 0, sample: int = LARGEST
) -> dict[str, Any]:
    """Find the topics of a corpus and place every work in one; writes topics and assignments/.

    Parameters
    ----------
    corpus, works
        Deduplicated; and the number of works in it.
    runner
        Where the partitions are placed.
    k
        Number of topics; by default the one that is proposed for the sample.
    random_state
        Of the sample and the fit.
    sample
        About how many works are fitted.

    Returns
    -------
    dict
        `topics`, `sample`, `agreement` (share of works of the sample that the words alone place as the fit does,
        learned from the others), `placed`, and `reason` (Dutch) where there are no topics.
    """
    most = min(1.0, sample / max(works, 1))
    drawn = pd.concat(runner.map("Steekproef", _drawn, [(corpus, random_state, most, p) for p in corpus.parts()]))
    model = fit_table(drawn, k, random_state)
    corpus.save("topics", model.topics)
    facts = {"topics": model.k, "sample": len(drawn), "agreement": 0.0, "placed": 0, "reason": model.reason}
    found = model.assignments.set_index("work_id")["topic"].reindex(drawn["work_id"]).to_numpy(dtype=float, na_value=-1)
    if len(np.unique(found[found >= 0])) < 2:
        return facts
    placer, agreement = _learn(_texts(drawn), found.astype(int), random_state)
    corpus.work.mkdir(parents=True, exist_ok=True)
    (corpus.work / "placer.pickle").write_bytes(pickle.dumps(placer))
    placed = runner.map("Onderwerpen", _place_part, [(corpus, p) for p in corpus.parts()])
    return {**facts, "agreement": agreement, "placed": sum(placed)}


def _first_records(corpus: Corpus, part: int) -> pd.Index:
    """Return the records of a partition that are the first of their work."""
    named = pq.read_table(corpus.part("works", part)).to_pandas()
    return pd.Index(named.loc[named["record"] == named["work"], "record"])


def _drawn(corpus: Corpus, random_state: int, most: float, part: int) -> pd.DataFrame:
    records = _first_records(corpus, part)
    prints = [hashlib.blake2b(f"{random_state}:{record}".encode(), digest_size=8).digest() for record in records]
    taken = records[np.array([int.from_bytes(p, "big") < most * 2**64 for p in prints], dtype=bool)]
    frame = read_part(corpus, part, list(_FIELDS)).loc[taken]
    return frame.reset_index(drop=True).assign(work_id=[str(record) for record in taken])


def _texts(frame: pd.DataFrame) -> list[str]:
    both = zip(frame["title"].fillna(""), frame["abstract"].fillna(""), strict=True)
    return [fold(f"{title} {abstract}") for title, abstract in both]


def _learn(texts: list[str], topics: np.ndarray, random_state: int) -> tuple[_Placer, float]:
    """Return what places texts, and how often it agrees on texts it did not learn from."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    inside = np.flatnonzero(topics >= 0)
    own, labels = [texts[i] for i in inside], topics[inside]
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2, max_df=0.5, token_pattern=r"\S\S+")
    model = LogisticRegression(C=10.0, max_iter=300, random_state=random_state)
    folds = min(_FOLDS, int(np.bincount(labels).max()))
    told = 0.0
    if folds > 1:
        split = StratifiedKFold(folds, shuffle=True, random_state=random_state)
        rare = np.isin(labels, np.flatnonzero(np.bincount(labels) < folds))
        kept = np.flatnonzero(~rare)
        if len(np.unique(labels[kept])) > 1:
            found = cross_val_predict(make_pipeline(words, model), [own[i] for i in kept], labels[kept], cv=split)
            told = round(float(np.mean(found == labels[kept])), 3)
    matrix = words.fit_transform(own)
    return _Placer(words, model.fit(matrix, labels)), told


def _place_part(corpus: Corpus, part: int) -> int:
    placer: _Placer = pickle.loads((corpus.work / "placer.pickle").read_bytes())
    records = _first_records(corpus, part)
    frame = read_part(corpus, part, ["title", "abstract"]).loc[records]
    if frame.empty:
        topic, weight = np.zeros(0, dtype=int), np.zeros(0)
    else:
        topic, weight = placer.place(_texts(frame))
    table = pd.DataFrame(
        {"record": records, "topic": pd.array([None if t < 0 else int(t) for t in topic], dtype="Int32")}
    )
    corpus.save_part("assignments", part, table.assign(weight=weight))
    return int((topic >= 0).sum())
