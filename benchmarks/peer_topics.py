"""Fit topics with one peer and print per fit the topic of each work, ten words a topic and the CPU seconds.

Run by `topics_peers.py`, in an environment of the peer's own. The peers get the words that leeszaal reads (lemmas,
no stop words, no phrases), so that what differs is the model, and the embeddings where they can use them.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from collections import Counter
from pathlib import Path

TOP = 10


def _words(weights, names):  # type: ignore[no-untyped-def]
    return [[str(names[j]) for j in (-row).argsort(kind="stable")[:TOP]] for row in weights]


def _plain(text):  # type: ignore[no-untyped-def]
    return text.split(" ")


def _sklearn_nmf(documents, _, k, seed):  # type: ignore[no-untyped-def]
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = TfidfVectorizer(
        tokenizer=_plain, token_pattern=None, lowercase=False, sublinear_tf=True, min_df=2, max_df=0.5
    )
    matrix = reader.fit_transform(documents)
    model = NMF(k, init="nndsvd", random_state=seed)
    return model.fit_transform(matrix).argmax(axis=1), _words(model.components_, reader.get_feature_names_out())


def _sklearn_lda(documents, _, k, seed):  # type: ignore[no-untyped-def]
    from sklearn.decomposition import LatentDirichletAllocation
    from sklearn.feature_extraction.text import CountVectorizer

    reader = CountVectorizer(tokenizer=_plain, token_pattern=None, lowercase=False, min_df=2, max_df=0.5)
    matrix = reader.fit_transform(documents)
    model = LatentDirichletAllocation(k, random_state=seed, max_iter=20)
    return model.fit_transform(matrix).argmax(axis=1), _words(model.components_, reader.get_feature_names_out())


def _gensim_lda(documents, _, k, seed):  # type: ignore[no-untyped-def]
    import numpy as np
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel

    split = [document.split(" ") for document in documents]
    names = Dictionary(split)
    names.filter_extremes(no_below=2, no_above=0.5, keep_n=None)
    bags = [names.doc2bow(words) for words in split]
    model = LdaModel(bags, num_topics=k, id2word=names, passes=10, random_state=seed, minimum_probability=0.0)
    gamma = model.inference(bags)[0]
    return np.asarray(gamma).argmax(axis=1), _words(model.get_topics(), names)


def _tomotopy_lda(documents, _, k, seed):  # type: ignore[no-untyped-def]
    import numpy as np
    import tomotopy

    split = [document.split() for document in documents]
    often = Counter(word for words in split for word in set(words))
    model = tomotopy.LDAModel(k=k, seed=seed)
    topic = np.full(len(split), -1)
    added = []
    for at, words in enumerate(split):
        kept = [word for word in words if 2 <= often[word] <= len(split) / 2]
        if kept:
            model.add_doc(kept)
            added.append(at)
    model.train(1000, workers=1)
    topic[added] = [int(np.argmax(document.get_topic_dist())) for document in model.docs]
    return topic, [[word for word, _ in model.get_topic_words(t, top_n=TOP)] for t in range(k)]


def _bertopic(documents, vectors, k, seed):  # type: ignore[no-untyped-def]
    import numpy as np
    from bertopic import BERTopic
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    reader = CountVectorizer(tokenizer=_plain, token_pattern=None, lowercase=False, min_df=1)
    flat = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
    model = BERTopic(nr_topics=k + 1, umap_model=flat, vectorizer_model=reader, embedding_model=None)
    topic, _ = model.fit_transform(documents, embeddings=np.asarray(vectors))
    lists = [[word for word, _ in model.get_topic(t) or [] if word][:TOP] for t in sorted(set(topic) - {-1})]
    return np.array(topic), lists


PEERS = {
    "scikit-learn NMF": (_sklearn_nmf, "scikit-learn"),
    "scikit-learn LDA": (_sklearn_lda, "scikit-learn"),
    "gensim LDA": (_gensim_lda, "gensim"),
    "tomotopy LDA": (_tomotopy_lda, "tomotopy"),
    "BERTopic": (_bertopic, "bertopic"),
}


def main() -> None:
    """Fit as often as was asked and print what came out."""
    import numpy as np

    fit, package = PEERS[sys.argv[1]]
    asked = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    vectors = np.load(sys.argv[3])
    fits = []
    for rows, seed in asked["fits"]:
        documents = [asked["documents"][row] for row in rows]
        started = time.process_time()
        topic, lists = fit(documents, vectors[rows], asked["k"], seed)
        seconds = time.process_time() - started
        fits.append({"topic": [int(t) for t in topic], "words": lists, "cpu_seconds": seconds})
    print(json.dumps({"fits": fits, "version": importlib.metadata.version(package)}))


if __name__ == "__main__":
    main()
