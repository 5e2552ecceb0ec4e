"""What does not fit in one process: the same steps over partitions on disk, on all cores or on a Dask cluster."""

from leeszaal.scale.corpus import Corpus, open_corpus
from leeszaal.scale.verb import CorpusSummary, corpus

__all__ = ["Corpus", "CorpusSummary", "corpus", "open_corpus"]
