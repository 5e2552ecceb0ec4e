"""Tag the records of a corpus, a partition a task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.reading.tag import tag_works
from leeszaal.reading.taxonomy import load_taxonomy
from leeszaal.scale.corpus import Corpus, read_part
from leeszaal.scale.runner import Runner

__all__ = ["tag_corpus"]


def tag_corpus(corpus: Corpus, themes: Path, runner: Runner) -> dict[str, Any]:
    """Give every record its subthemes by the rules of `themes`; writes tags/ and returns the figures."""
    told = runner.map("Labelen", _tag_part, [(corpus, themes, part) for part in corpus.parts()])
    return {"tagged": sum(tagged for tagged, _ in told), "tags": sum(tags for _, tags in told)}


def _tag_part(corpus: Corpus, themes: Path, part: int) -> tuple[int, int]:
    works = read_part(corpus, part, ["title", "abstract", "keywords"]).reset_index(names="work_id")
    tags, _ = tag_works(works.astype({"work_id": "str"}), load_taxonomy(themes))
    table = pd.DataFrame({"record": tags["work_id"].astype("int64"), **tags.drop(columns="work_id")})
    corpus.save_part("tags", part, table)
    return int(table["record"].nunique()), len(table)
