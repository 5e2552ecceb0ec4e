"""Tag titles with a plain keyword matcher over the same terms, without rules of ours: run by `tagging.py`."""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Read terms, titles and works from the file that is named; print the labels of each title, and works a second."""
    from flashtext import KeywordProcessor

    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    matcher = KeywordProcessor()
    labels: dict[str, set[str]] = {}
    for label, terms in task["terms"].items():
        for term in terms:
            labels.setdefault(term.lower(), set()).add(label)
            matcher.add_keyword(term)
    found = {
        name: [sorted({label for term in matcher.extract_keywords(title) for label in labels[term.lower()]})
               for title in titles]
        for name, titles in task["sets"].items()
    }  # fmt: skip
    started = time.process_time()
    for text in task["works"]:
        matcher.extract_keywords(text)
    rate = len(task["works"]) / max(time.process_time() - started, 1e-9)
    print(json.dumps({"found": found, "rate": rate, "version": importlib.metadata.version("flashtext")}))


if __name__ == "__main__":
    main()
