"""How long does one fit of topics take, and how much memory, as a corpus grows, with embeddings at hand?

The texts are synthetic: words drawn from a mixture of subjects with Zipf weights, about a hundred words a work, half in
each of two made-up vocabularies that are called Dutch and English. So are the vectors: the subject, the language and
noise. Embedding real texts is left out on purpose; it is cached, and `benchmarks/` measures it elsewhere.

    python benchmarks/topics_size.py [--quick] [--works N ...] [--json FILE]
"""

from __future__ import annotations

import os
import resource
import sys
import time

import numpy as np
import pandas as pd
from common import Measured, arguments, report

from leeszaal.topics import fit_table

SUBJECTS, K = 30, 20


def works(n: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Return n works and their vectors (n, 512)."""
    generator = np.random.default_rng(seed)
    letters = np.array(list("bdfghklmnprstvwz"))
    words = np.array(
        ["".join(generator.choice(letters, 3)) + "a" + "".join(generator.choice(letters, 4)) for _ in range(20_000)]
    )
    zipf = 1 / np.arange(1, 301)
    zipf /= zipf.sum()
    subject = generator.integers(SUBJECTS, size=n)
    language = generator.integers(2, size=n)
    own = 300 * subject[:, None] + generator.choice(300, size=(n, 60), p=zipf) + 9_000 * language[:, None]
    common = 18_000 + generator.integers(2_000, size=(n, 40))
    chosen = np.concatenate([own, common], axis=1)
    titles = [" ".join(words[row]) for row in chosen]
    frame = pd.DataFrame({"id": [f"w{at:07d}" for at in range(n)], "title": titles})
    frame["language"] = np.array(["nl", "en"])[language]
    axes = generator.normal(size=(SUBJECTS + 2, 512)).astype(np.float32)
    vectors = axes[subject] + axes[SUBJECTS + language]
    vectors += 1.5 * generator.standard_normal(size=(n, 512), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return frame, vectors


def main() -> int:
    """Measure and print; return the exit code."""
    given = arguments("topics at size", add=[("--works", {"type": int, "nargs": "*", "default": [10_000, 100_000]})])
    figures = []
    for n in [3_000] if given.quick else given.works:
        frame, vectors = works(n)
        cpu, wall = time.process_time(), time.perf_counter()
        model = fit_table(frame, K, embeddings=vectors)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        job, note = f"topics of {n} works, k {K}", f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}; synthetic"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**10 if sys.platform != "darwin" else 2**20)
        figures += [
            Measured(job, "leeszaal", "CPU", cpu, "s", note=note),
            Measured(job, "leeszaal", "wall clock", wall, "s", note=note),
            Measured(job, "leeszaal", "peak memory", peak, "MB", note="the table and the vectors included"),
            Measured(job, "leeszaal", "works in no topic", float(model.unfit), "works"),
        ]
        report(figures[-4:])
    report(figures, given.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
