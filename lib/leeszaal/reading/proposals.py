"""From the decisions of people to proposals for the works that nobody reviewed yet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from leeszaal.library.decided import decided_tags
from leeszaal.reading.learned import Lesson, learn

__all__ = ["PROPOSALS", "propose", "with_promoted"]

PROPOSALS = pa.schema(
    [("work_id", pa.string()), ("theme", pa.string()), ("label", pa.string()), ("chance", pa.float64()),
     ("counts", pa.bool_()), ("reason", pa.string())]
)  # fmt: skip


def propose(
    works: pd.DataFrame, tags: pd.DataFrame, decisions: pd.DataFrame, themes: Mapping[str, str], random_state: int = 0
) -> tuple[Lesson, pd.DataFrame]:
    """Learn from the decisions about tags and propose labels for the other works.

    Parameters
    ----------
    works
        work_id, title, abstract.
    tags
        As `leeszaal.reading.tag_works` gives them.
    decisions
        From `leeszaal.library.load_decisions`, "tag" and "untag" only.
    themes
        Label to its theme.
    random_state
        Seed of the folds and the bootstrap.

    Returns
    -------
    tuple
        What was learned, and the proposals (columns of `PROPOSALS`); `counts` marks those of a promoted label.
    """
    labels = list(themes)
    place = {work_id: number for number, work_id in enumerate(works["work_id"])}
    column = {label: number for number, label in enumerate(labels)}

    def table(frame: pd.DataFrame) -> np.ndarray:
        out = np.zeros((len(works), len(labels)), dtype=bool)
        for work_id, label in zip(frame["work_id"], frame["label"], strict=True):
            if work_id in place and label in column:
                out[place[work_id], column[label]] = True
        return out

    said = decisions[
        decisions["verb"].isin(["tag", "untag"])
        & (decisions["problem"] == "")
        & ~decisions["undone"].astype(bool)
        & decisions["value"].isin(labels)
        & decisions["work_id"].isin(list(place))
    ]
    reviewed = np.zeros(len(works), dtype=bool)
    reviewed[[place[work_id] for work_id in said["work_id"]]] = True
    abstracts = works["abstract"] if "abstract" in works else pd.Series([None] * len(works))
    texts = [
        " ".join(part for part in pair if isinstance(part, str)) for pair in zip(works["title"], abstracts, strict=True)
    ]
    right = table(decided_tags(tags, decisions, themes))
    lesson = learn(texts, table(tags), right, reviewed, labels, random_state=random_state)
    ids = works["work_id"].tolist()
    rows = [
        (ids[one.work], themes[one.label], one.label, one.chance, one.label in lesson.promoted, one.reason())
        for one in lesson.proposals
    ]
    return lesson, pd.DataFrame(rows, columns=PROPOSALS.names)


def with_promoted(tags: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Return the tags with the proposals that count (method ``"model"``), after the other tags of their work."""
    counting = proposals[proposals["counts"].astype(bool)] if len(proposals) else proposals
    if not len(counting):
        return tags
    extra = pd.DataFrame(
        {
            "work_id": counting["work_id"],
            "theme": counting["theme"],
            "label": counting["label"],
            "score": counting["chance"],
            "rank": 0,
            "method": "model",
            "reason": counting["reason"],
        }
    )
    both = pd.concat([tags, extra.astype(tags.dtypes.to_dict())], ignore_index=True)
    order = {work_id: number for number, work_id in enumerate(dict.fromkeys(both["work_id"]))}
    both = both.iloc[np.argsort(both["work_id"].map(order).to_numpy(), kind="stable")].reset_index(drop=True)
    both["rank"] = (both.groupby("work_id", sort=False).cumcount() + 1).astype(tags["rank"].dtype)
    return both
