"""What a fit of topics is: its tables, its figures and what there is to say about it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from leeszaal.errors import LeeszaalError

__all__ = ["ASSIGNMENTS", "TERMS", "TOPICS", "TopicModel", "pick_topic"]

TOPICS = pa.schema(
    [
        ("topic", pa.int32()),
        ("name", pa.string()),
        ("size", pa.int32()),
        ("share_nl", pa.float64()),
        ("share_en", pa.float64()),
        ("stability", pa.float64()),
        ("npmi_nl", pa.float64()),
        ("npmi_en", pa.float64()),
        ("words_nl", pa.string()),
        ("words_en", pa.string()),
        ("weak", pa.bool_()),
        ("typical", pa.list_(pa.string())),
        ("theme", pa.string()),
    ]
)
ASSIGNMENTS = pa.schema([("work_id", pa.string()), ("topic", pa.int32()), ("weight", pa.float64())])
TERMS = pa.schema([("topic", pa.int32()), ("term", pa.string()), ("weight", pa.float32())])


@dataclass(frozen=True)
class TopicModel:
    """Topics of a corpus.

    Attributes
    ----------
    topics
        One row a topic: `topic`, `name`, `size`, `share_nl`, `share_en`, `stability`, `npmi_nl`, `npmi_en`,
        `words_nl`, `words_en`, `weak`, `typical`, `theme`.
    assignments
        One row a work, by id: `work_id`, `topic` (null: fits none), `weight` (0–1, the share of the topic in
        what the model says of the work; 0 when it fits none).
    terms
        `topic`, `term`, `weight`: what a later fit needs to keep the numbers.
    curve
        `k`, `stability`, `worst` for every number of topics that was tried; empty when a person chose.
    k, proposed
        The number of topics, and whether it was proposed by the curve.
    method, bridged, random_state
        How it was fitted; `bridged` tells whether embeddings joined the languages.
    works, without_words, unfit
        Works in all; of these without a single usable word; and with words but fitting no topic.
    diversity, leak_bits
        Share of different words over the top lists; mutual information of topic and language.
    kept, new, gone, next_number
        Which numbers of an earlier fit continue, are new, are gone; the first number never used.
    reason
        Why there are no topics, in Dutch; empty when there are.
    notes
        Anything a reader must know, in Dutch.
    """

    topics: pd.DataFrame
    assignments: pd.DataFrame
    terms: pd.DataFrame
    curve: pd.DataFrame
    k: int
    proposed: bool
    method: str
    bridged: bool
    random_state: int
    works: int
    without_words: int
    unfit: int
    diversity: float
    leak_bits: float
    kept: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    next_number: int = 0
    reason: str = ""
    notes: tuple[str, ...] = field(default=())


def pick_topic(topics: pd.DataFrame, number: int) -> pd.Series:
    """Return the row of one topic.

    Raises
    ------
    LeeszaalError
        When no topic has this number; names the numbers there are.
    """
    found = topics[topics["topic"] == number]
    if found.empty:
        known = ", ".join(str(t) for t in sorted(topics["topic"])) or "geen"
        raise LeeszaalError(f"Er is geen onderwerp {number}.", f"Bekende nummers: {known}.")
    return found.iloc[0]
