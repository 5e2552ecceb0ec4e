"""Numbers that stay: a refitted model keeps the numbers and names of the topics it continues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Known", "Matched", "descent", "known_frame", "known_from", "match_topics", "on_vocabulary"]

SAME = 0.5


@dataclass(frozen=True)
class Known:
    """The topics of an earlier fit.

    Attributes
    ----------
    numbers, names
        r numbers and names.
    vocabulary
        m terms.
    terms
        (r, m), rows of unit length.
    next_number
        The first number that was never used.
    """

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    vocabulary: np.ndarray
    terms: np.ndarray
    next_number: int


@dataclass(frozen=True)
class Matched:
    """The numbers of k new topics, and what became of the earlier ones.

    Attributes
    ----------
    numbers
        Per new topic its number.
    kept, new, gone
        Numbers that continue, that are new, and that no topic continues.
    """

    numbers: tuple[int, ...]
    kept: tuple[int, ...]
    new: tuple[int, ...]
    gone: tuple[int, ...]


def on_vocabulary(known: Known, vocabulary: np.ndarray) -> np.ndarray:
    """Return the terms of earlier topics on another vocabulary, (r, m), rows of unit length or all zero."""
    place = {str(term): at for at, term in enumerate(vocabulary)}
    out = np.zeros((len(known.numbers), len(vocabulary)))
    pairs = [(at, place[str(term)]) for at, term in enumerate(known.vocabulary) if str(term) in place]
    if pairs:
        source, target = (list(side) for side in zip(*pairs, strict=True))
        out[:, target] = known.terms[:, source]
    length = np.linalg.norm(out, axis=1, keepdims=True)
    return out / np.where(length > 0, length, 1.0)


def match_topics(terms: np.ndarray, vocabulary: np.ndarray, known: Known | None) -> Matched:
    """Give new topics their numbers.

    New and earlier topics are paired one to one so that the total cosine of their terms is largest (Hungarian
    method); a pair at .5 or more keeps the number. Other new topics get numbers that were never used: a
    number that was retired never returns.

    Parameters
    ----------
    terms
        (k, m), rows of unit length.
    vocabulary
        The m terms.
    known
        The earlier topics; None at the first fit.
    """
    k = len(terms)
    if known is None:
        numbers = tuple(range(k))
        return Matched(numbers, (), numbers, ())
    from scipy.optimize import linear_sum_assignment

    cosine = np.asarray(terms) @ on_vocabulary(known, vocabulary).T
    numbers_at: dict[int, int] = {}
    rows, columns = linear_sum_assignment(-cosine)
    for row, column in zip(rows, columns, strict=True):
        if cosine[row, column] >= SAME:
            numbers_at[int(row)] = known.numbers[int(column)]
    kept = tuple(sorted(numbers_at.values()))
    fresh = known.next_number
    for row in range(k):
        if row not in numbers_at:
            numbers_at[row] = fresh
            fresh += 1
    numbers = tuple(numbers_at[row] for row in range(k))
    return Matched(
        numbers,
        kept,
        tuple(sorted(set(numbers) - set(kept))),
        tuple(sorted(set(known.numbers) - set(kept))),
    )


def descent(before: np.ndarray, after: np.ndarray, matched: Matched) -> tuple[dict[int, int], dict[int, int]]:
    """Tell which new topics split off an earlier one, and in which topics those that are gone went up.

    A new topic split off when at least half of its works were in one earlier topic; a topic that is gone went up in
    another when that one has at least half of its works.

    Parameters
    ----------
    before
        (n,) number that each work has among the earlier topics, −1 for none.
    after
        (n,) number that it has now, −1 for none.
    matched
        What became of the numbers.

    Returns
    -------
    tuple of dict
        New number to the earlier one, and number that is gone to the present one.

    Examples
    --------
    >>> was, now = np.array([1, 1, 2, 2, 2]), np.array([1, 1, 3, 3, 1])
    >>> descent(was, now, Matched((1, 3), (1,), (3,), (2,)))
    ({3: 2}, {2: 3})
    """
    counted = (before >= 0) & (after >= 0)
    table = pd.crosstab(before[counted], after[counted])
    split, merged = {}, {}
    for number in matched.new:
        if number in table and 2 * table[number].max() >= table[number].sum() > 0:
            split[number] = int(str(table[number].idxmax()))
    for number in matched.gone:
        if number in table.index and 2 * table.loc[number].max() >= table.loc[number].sum() > 0:
            merged[number] = int(str(table.loc[number].idxmax()))
    return split, merged


def known_frame(numbers: np.ndarray, terms: np.ndarray, vocabulary: np.ndarray) -> pd.DataFrame:
    """Return the terms of topics as a long table `topic`, `term`, `weight` (float32), without zeros."""
    rows, columns = np.nonzero(terms)
    frame = pd.DataFrame(
        {
            "topic": np.asarray(numbers, dtype=np.int32)[rows],
            "term": pd.array([str(vocabulary[j]) for j in columns], dtype="string"),
            "weight": terms[rows, columns].astype(np.float32),
        }
    )
    return frame.sort_values(["topic", "term"], kind="stable", ignore_index=True)


def known_from(frame: pd.DataFrame, names: dict[int, str], next_number: int) -> Known:
    """Return earlier topics from the table that `known_frame` made."""
    numbers = tuple(sorted({int(t) for t in frame["topic"]}))
    vocabulary = np.array(sorted({str(term) for term in frame["term"]}), dtype=object)
    row = pd.Index(numbers).get_indexer(pd.Index(frame["topic"].astype(int)))
    column = pd.Index(vocabulary).get_indexer(pd.Index(frame["term"].astype(object)))
    terms = np.zeros((len(numbers), len(vocabulary)))
    terms[row, column] = frame["weight"].to_numpy(dtype=np.float64)
    return Known(numbers, tuple(names.get(n, "") for n in numbers), vocabulary, terms, next_number)
