"""How long does one fit of topics take, and how much memory, as a corpus grows, with embeddings at hand?

The texts are synthetic: words drawn from a mixture of subjects with Zipf weights, about a hundred words a work, half in
each of two made-up vocabularies that are called Dutch and English. So are the vectors: the subject, the language and
noise. Embedding real texts is left out on purpose; it is cached, and `benchmarks/` measures it elsewhere.

    python benchmarks/topics_size.py [--quick] [--works N ...] [--json FILE]
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from common import Measured, arguments, report

from leeszaal.topics import fit_table

SUBJECTS, K, PART = 30, 20, 50_000


def works(n: int, folder: Path, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Return n works and their vectors (n, 512), in half precision and on disk as a cache of vectors would be."""
    generator = np.random.default_rng(seed)
    letters = np.array(list("bdfghklmnprstvwz"))
    words = np.array(
        ["".join(generator.choice(letters, 3)) + "a" + "".join(generator.choice(letters, 4)) for _ in range(20_000)]
    )
    zipf = 1 / np.arange(1, 301)
    zipf /= zipf.sum()
    subject = generator.integers(SUBJECTS, size=n)
    language = generator.integers(2, size=n)
    titles: list[str] = []
    for part in np.array_split(np.arange(n), -(-n // PART)):
        own = generator.choice(300, size=(len(part), 60), p=zipf)
        own += 300 * subject[part][:, None] + 9_000 * language[part][:, None]
        common = 18_000 + generator.integers(2_000, size=(len(part), 40))
        titles += [" ".join(words[row]) for row in np.concatenate([own, common], axis=1)]
    frame = pd.DataFrame({"id": [f"w{at:07d}" for at in range(n)], "title": titles})
    frame["language"] = np.array(["nl", "en"])[language]
    axes = generator.normal(size=(SUBJECTS + 2, 512)).astype(np.float32)
    vectors = np.lib.format.open_memmap(folder / f"{n}.npy", mode="w+", dtype=np.float16, shape=(n, 512))
    for part in np.array_split(np.arange(n), -(-n // PART)):
        some = axes[subject[part]] + axes[SUBJECTS + language[part]]
        some += 1.5 * generator.standard_normal(size=some.shape, dtype=np.float32)
        vectors[part[0] : part[-1] + 1] = some / np.linalg.norm(some, axis=1, keepdims=True)
    vectors.flush()
    return frame, np.load(folder / f"{n}.npy", mmap_mode="r")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**10 if sys.platform != "darwin" else 2**20)


def main() -> int:
    """Measure and print; return the exit code."""
    given = arguments("topics at size", add=[("--works", {"type": int, "nargs": "*", "default": [10_000, 100_000]})])
    figures = []
    folder = Path(tempfile.mkdtemp())
    for n in [3_000] if given.quick else given.works:
        frame, vectors = works(n, folder)
        before = _peak()
        cpu, wall = time.process_time(), time.perf_counter()
        model = fit_table(frame, K, embeddings=vectors)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        job, note = f"topics of {n} works, k {K}", f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}; synthetic"
        figures += [
            Measured(job, "leeszaal", "CPU", cpu, "s", note=note),
            Measured(job, "leeszaal", "wall clock", wall, "s", note=note),
            Measured(job, "leeszaal", "peak memory", _peak(), "MB", note="with the table; the vectors lie on disk"),
            Measured(job, "leeszaal", "peak memory before the fit", before, "MB", note="the table being made"),
            Measured(job, "leeszaal", "works in no topic", float(model.unfit), "works"),
        ]
        report(figures[-5:])
    shutil.rmtree(folder)
    report(figures, given.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
