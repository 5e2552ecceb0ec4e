"""Rows of the works table as plain Python values, for whoever writes them out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

__all__ = ["WORK_FIELDS", "text_rows"]

WORK_FIELDS = (
    "citekey", "type", "title", "authors", "editors", "year", "date", "container", "publisher", "volume", "issue",
    "pages", "doi", "isbn", "url", "language", "keywords", "abstract", "note",
)  # fmt: skip
_LISTS = frozenset({"authors", "editors", "keywords"})


def text_rows(works: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each work with every field of `WORK_FIELDS`: text or None, `year` int or None, lists of text.

    Raises
    ------
    ValueError
        When the frame has no column `citekey` or `title`.
    """
    for name in ("citekey", "title"):
        if name not in works.columns:
            raise ValueError(f"works must have a column {name!r}")
    for row in works.to_dict("records"):
        out: dict[str, Any] = {}
        for name in WORK_FIELDS:
            value = row.get(name)
            if name in _LISTS:
                # Parquet read without `load_works` has arrays here.
                out[name] = [] if value is None or pd.api.types.is_scalar(value) else [str(one) for one in value]
            elif value is None or pd.isna(value) or value == "":
                out[name] = None
            else:
                out[name] = int(value) if name == "year" else str(value)
        yield out
