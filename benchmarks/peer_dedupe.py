"""The peers of `dedupe.py`, each run in an environment of its own: prints clusters, maybe pairs and CPU seconds."""

from __future__ import annotations

import json
import sys
import time
from types import SimpleNamespace
from typing import Any


def bib_dedupe(files: list[str]) -> list[dict[str, Any]]:
    """Return what bib-dedupe finds in each file, with one process and its defaults."""
    import pandas as pd
    from bib_dedupe import bib_dedupe as peer  # type: ignore[import-not-found]

    answers = []
    for file in files:
        records = pd.read_csv(file)
        started = time.process_time()
        prepared = peer.prep(records, verbosity_level=0, cpu=1)
        matched = peer.match(peer.block(prepared, cpu=1), cpu=1)
        clusters = peer.cluster(matched)
        cpu = time.process_time() - started
        maybe = int((matched["duplicate_label"] == "maybe").sum())
        answers.append({"cpu": cpu, "clusters": clusters, "maybe": maybe})
    return answers


def asreview(files: list[str]) -> list[dict[str, Any]]:
    """Return the groups that ASReview makes while it reads a file: equal title and abstract."""
    import pandas as pd
    from asreview.data.utils import identify_record_groups  # type: ignore[import-not-found]

    answers = []
    for file in files:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        abstracts = frame["abstract"] if "abstract" in frame else [""] * len(frame)
        started = time.process_time()
        records = [
            SimpleNamespace(record_id=i, title=t, abstract=a)
            for i, t, a in zip(frame["ID"], frame["title"], abstracts, strict=True)
        ]
        groups: dict[str, list[str]] = {}
        for first, record in identify_record_groups(records):
            groups.setdefault(first, []).append(record)
        cpu = time.process_time() - started
        answers.append({"cpu": cpu, "clusters": [g for g in groups.values() if len(g) > 1], "maybe": 0})
    return answers


if __name__ == "__main__":
    which = {"bib-dedupe": bib_dedupe, "asreview": asreview}[sys.argv[1]]
    print("\n" + json.dumps({"answers": which(sys.argv[2:])}))
