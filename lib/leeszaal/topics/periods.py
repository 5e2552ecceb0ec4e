"""The words of a topic in a period: only those that stand in a work of the topic published then."""

from __future__ import annotations

import pandas as pd

from leeszaal.errors import LeeszaalError

__all__ = ["words_of_period"]


def words_of_period(
    words: pd.DataFrame, from_year: int | None = None, to_year: int | None = None, *, top: int = 10
) -> pd.DataFrame:
    """Return the words that show a topic in a period.

    Parameters
    ----------
    words
        As `TopicModel.words`.
    from_year, to_year
        Both included; None for open. Works without a year count only when both are open.
    top
        Words per topic and language.

    Returns
    -------
    DataFrame
        topic, language, words (one text, the best first), works (in how many works of the period one of them stands at
        most once per word: the count of the commonest). A topic without a word in the period has no row.

    Raises
    ------
    LeeszaalError
        When the period ends before it begins.

    Examples
    --------
    >>> rows = [(0, "nl", "opkomst", 0.9, 2019, 3), (0, "nl", "stembus", 0.5, 2024, 2)]
    >>> words = pd.DataFrame(rows, columns=["topic", "language", "word", "weight", "year", "works"])
    >>> words_of_period(words, 2020)["words"].tolist()
    ['stembus']
    """
    if from_year is not None and to_year is not None and from_year > to_year:
        raise LeeszaalError(f"De periode {from_year}–{to_year} eindigt voor zij begint.", "Draai de jaren om.")
    inside = pd.Series(True, index=words.index)
    if from_year is not None:
        inside &= words["year"].ge(from_year).fillna(False).astype(bool)
    if to_year is not None:
        inside &= words["year"].le(to_year).fillna(False).astype(bool)
    rows = words[inside].groupby(["topic", "language", "word"], as_index=False).agg({"weight": "max", "works": "sum"})
    # A word that half the period's works have says more than one that stands in a single work.
    most = rows.groupby(["topic", "language"])["works"].transform("max")
    rows = rows.assign(worth=rows["weight"] * (rows["works"] / most) ** 0.5)
    rows = rows.sort_values(["topic", "language", "worth", "word"], ascending=[True, True, False, True])
    rows = rows.groupby(["topic", "language"]).head(top)
    found = rows.groupby(["topic", "language"], as_index=False).agg({"word": ", ".join, "works": "max"})
    return found.rename(columns={"word": "words"})
