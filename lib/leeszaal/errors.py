"""What goes wrong, said so that the reader knows what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["LeeszaalError", "listed", "nearest"]

_MOST_NAMES = 60
_LONGEST_NAME = 40


class LeeszaalError(Exception):
    """Something a user can mend: the message (Dutch) says what, where, what was expected and what to do.

    Parameters
    ----------
    message
        What happened, with the offending value and its place.
    remedy
        What the user can do about it; printed on a line of its own.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a Dutch hint that names the known word nearest to `word`, or lists what is known.

    Examples
    --------
    >>> nearest("from_yaer", ["from_year", "to_year"])
    'Bedoelt u ‘from_year’?'
    >>> nearest("zzz", ["from_year", "to_year"])
    'Bekend zijn: from_year, to_year.'
    """
    words = sorted(set(known))
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if not close:
        folded = {w.casefold(): w for w in words}
        close = [folded[w] for w in difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)]
    if close:
        return f"Bedoelt u ‘{close[0]}’?"
    return f"Bekend zijn: {listed(words)}." if words else "Er is niets bekend."


def listed(names: Iterable[str]) -> str:
    """Return names as one line that stays readable whatever a file calls its columns.

    Examples
    --------
    >>> listed(["titel", "jaar"]), listed([])
    ('titel, jaar', 'geen')
    >>> listed(["x" * 50])
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
    """
    words = [name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…" for name in names]
    more = f" en {len(words) - _MOST_NAMES} andere" if len(words) > _MOST_NAMES else ""
    return ", ".join(words[:_MOST_NAMES]) + more if words else "geen"
