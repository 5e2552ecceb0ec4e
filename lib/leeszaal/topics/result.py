"""What a fit of topics is: its tables, its figures and what there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from leeszaal.errors import LeeszaalError

__all__ = ["ASSIGNMENTS", "TERMS", "TOPICS", "WORDS", "TopicModel", "pick_topic"]

TOPICS = pa.schema(
    [
        ("topic", pa.int32()),
        ("name", pa.string()),
        ("size", pa.int32()),
        ("share_nl", pa.float64()),
        ("share_en", pa.float64()),
        ("share_other", pa.float64()),
        ("stability", pa.float64()),
        ("npmi_nl", pa.float64()),
        ("npmi_en", pa.float64()),
        ("npmi_other", pa.float64()),
        ("npmi_model_nl", pa.float64()),
        ("npmi_model_en", pa.float64()),
        ("npmi_model_other", pa.float64()),
        ("words_nl", pa.string()),
        ("words_en", pa.string()),
        ("words_other", pa.string()),
        ("weak", pa.bool_()),
        ("weak_why", pa.string()),
        ("typical", pa.list_(pa.string())),
        ("theme", pa.string()),
        ("status", pa.string()),
        ("parent", pa.int32()),
        ("proposed_name", pa.string()),
        ("named_by", pa.string()),
    ]
)
ASSIGNMENTS = pa.schema([("work_id", pa.string()), ("topic", pa.int32()), ("weight", pa.float64())])
WORDS = pa.schema(
    [
        ("topic", pa.int32()),
        ("language", pa.string()),
        ("word", pa.string()),
        ("weight", pa.float64()),
        ("year", pa.int32()),
        ("works", pa.int32()),
    ]
)
TERMS = pa.schema([("topic", pa.int32()), ("term", pa.string()), ("weight", pa.float32())])


@dataclass(frozen=True)
class TopicModel:
    """Topics of a corpus.

    Attributes
    ----------
    topics
        One row a topic:

        - `topic`, `name`, `size`, `share_nl`, `share_en`, `share_other` (of its works; other: any other language);
        - `stability` (0–1, how well it comes back on samples and from other seeds, the lower of the two);
        - `npmi_nl`, `npmi_en`, `npmi_other`: coherence of the words shown, within each language; `npmi_model_nl` and so
          on: of the strongest words of the model;
        - `words_nl`, `words_en`, `words_other`: at most ten words, as they are written;
        - `weak` and why (`weak_why`, Dutch): no conclusion may rest on it;
        - `typical`: ids of the three works that show best what it is about; `theme`: the nearest theme;
        - `status`: "new", "kept", or "split" off `parent`; `proposed_name`, and who gave another (`named_by`).
    assignments
        One row a work, by id: `work_id`, `topic` (null: fits none), `weight` (0–1, the share of the topic in
        what the model says of the work; 0 when it fits none).
    words
        `topic`, `language`, `word`, `weight`, `year` (null where unknown), `works`: in how many works of the topic the
        word stands, per year; see `leeszaal.topics.periods`.
    terms
        `topic`, `term`, `weight`: what a later fit needs to keep the numbers.
    curve
        For every number of topics that was tried: `k`, `stability`, `worst`, `seeds`, `npmi_nl`, `npmi_en`,
        `diversity`, `separation`, `score` (`leeszaal.topics.choose`); one row when a person chose.
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
    split, merged
        New number to the earlier one it split off; number that is gone to the one it went up in.
    reason
        Why there are no topics, in Dutch; empty when there are.
    notes
        Anything a reader must know, in Dutch.
    """

    topics: pd.DataFrame
    assignments: pd.DataFrame
    words: pd.DataFrame
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
    split: Mapping[int, int] = field(default_factory=dict)
    merged: Mapping[int, int] = field(default_factory=dict)
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
