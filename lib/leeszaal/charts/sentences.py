"""Titles and alt texts that fit, and messages about tables that do not."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from leeszaal.charts.canvas import clean
from leeszaal.charts.figure import ALT_LENGTH, TITLE_LENGTH
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.works.numbers import format_count, format_date, format_month, format_number

__all__ = [
    "arrow",
    "capital",
    "counted",
    "fit_alt",
    "fit_title",
    "need",
    "say",
    "shorten",
    "slugify",
    "source_line",
    "times",
    "until_label",
]


def say(lang: str, nl: str, en: str) -> str:
    """Return the Dutch or the English wording."""
    if lang not in ("nl", "en"):
        raise ValueError(f"lang must be 'nl' or 'en', not {lang!r}")
    return nl if lang == "nl" else en


def capital(text: str) -> str:
    """Return `text` with its first letter as a capital; the rest as it is (ij becomes IJ).

    Examples
    --------
    >>> capital("ijsselmeergebied"), capital("de Wgr")
    ('IJsselmeergebied', 'De Wgr')
    """
    return "IJ" + text[2:] if text.startswith("ij") else text[:1].upper() + text[1:]


def shorten(text: str, most: int) -> str:
    """Return `text` in at most `most` characters, cut at a word where that is possible, with an ellipsis.

    Examples
    --------
    >>> shorten("toezicht op gemeenten en waterschappen", 24)
    'toezicht op gemeenten…'
    """
    text = clean(text)
    if len(text) <= most:
        return text
    head = text[: max(most - 1, 1)]
    if not text[len(head)].isspace() and " " in head[most // 2 :]:
        head = head[: head.rindex(" ")]
    return head.rstrip(" ,;:–-") + "…"


def fit_title(sentence: Callable[..., str] | Sequence[Callable[..., str]], *names: str) -> str:
    """Return the first sentence that fits a title; when none does, the last one with its names shortened.

    Parameters
    ----------
    sentence
        A function of the names, or several from long to short, each saying something true.
    names
        What may be shortened.
    """
    sentences = [sentence] if callable(sentence) else list(sentence)
    for each in sentences:
        whole = clean(each(*(clean(name) for name in names)))
        if len(whole) <= TITLE_LENGTH:
            return capital(whole)
    for room in range(max((len(name) for name in names), default=0) - 1, 3, -1):
        whole = clean(sentences[-1](*(shorten(name, room) for name in names)))
        if len(whole) <= TITLE_LENGTH:
            return capital(whole)
    return capital(shorten(whole, TITLE_LENGTH))


def fit_alt(needed: Sequence[str], extra: Sequence[str] = ()) -> str:
    """Join sentences to an alt text of the right length: all `needed`, then `extra` while they fit.

    A text that is still too long is cut at a word.
    """
    text = " ".join(clean(s) for s in needed if s)
    for sentence in extra:
        if sentence and len(text) + 1 + len(sentence) <= ALT_LENGTH[1]:
            text = f"{text} {clean(sentence)}"
    return shorten(text, ALT_LENGTH[1])


def need(frame: pd.DataFrame, columns: Iterable[str], what: str) -> pd.DataFrame:
    """Return `frame` when it has rows and `columns`; `what` names the figure in the message.

    Raises
    ------
    LeeszaalError
        Naming the figure and the missing column with the nearest one that is there.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"a DataFrame is needed, not {type(frame).__name__}")
    for column in columns:
        if column not in frame.columns:
            raise LeeszaalError(
                f"Voor de figuur ‘{what}’ mist de tabel de kolom ‘{column}’.",
                nearest(column, [str(c) for c in frame.columns]),
            )
    if frame.empty:
        raise LeeszaalError(
            f"Voor de figuur ‘{what}’ is er niets om te tekenen: de tabel heeft geen rijen.",
            "Controleer het thema en de periode; misschien zijn er nog geen werken.",
        )
    return frame


def slugify(text: str) -> str:
    """Return a name for files made from `text`: small letters, digits, hyphens.

    Examples
    --------
    >>> slugify("Toezicht & financiën"), slugify("مرحبا")
    ('toezicht-financien', 'figuur')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-") or "figuur"


def source_line(works: int, as_of: dt.date | str | None, lang: str = "nl") -> str:
    """Return the usual source: the library, how many works, and its reference date where it is known.

    Examples
    --------
    >>> source_line(3412, "2026-11-01")
    'Leeszaal, 3.412 werken, peildatum 1 november 2026'
    """
    nouns = say(lang, "werk" if works == 1 else "werken", "work" if works == 1 else "works")
    date = "" if as_of is None else f", {say(lang, 'peildatum', 'as of')} {format_date(as_of, lang)}"
    return f"Leeszaal, {format_number(works, 0, lang)} {nouns}{date}"


def counted(n: int, nl: str, en: str, lang: str) -> str:
    """Write a number with its noun; `nl` and `en` hold singular and plural.

    Examples
    --------
    >>> counted(1, "werk werken", "work works", "nl"), counted(1200, "werk werken", "work works", "en")
    ('1 werk', '1,200 works')
    """
    one, many = say(lang, nl, en).split()
    return format_count(n, one, many, lang)


def until_label(until: dt.date | None, lang: str) -> str:
    """Return what an incomplete year is called: ``t/m oktober``, or ``onvolledig`` without a month."""
    if until is None:
        return say(lang, "onvolledig", "incomplete")
    month = format_month(until.month, lang)
    return say(lang, f"t/m {month}", f"to {month}")


def times(ratio: float, lang: str) -> str:
    """Return a ratio of at least 1.5 in words: ``ruim 2 keer``, ``bijna 3 keer``, ``4 keer``.

    Examples
    --------
    >>> times(2.3, "nl"), times(2.8, "nl"), times(4.0, "nl"), times(1.5, "en")
    ('ruim 2 keer', 'bijna 3 keer', '4 keer', '1.5 times')
    """
    word = say(lang, "keer", "times")
    near = round(ratio)
    if abs(ratio - near) < 0.05:
        return f"{format_number(near, 0, lang)} {word}"
    if ratio < 2:
        return f"{format_number(ratio, 1, lang)} {word}"
    if ratio > near:
        return f"{say(lang, 'ruim', 'over')} {format_number(near, 0, lang)} {word}"
    return f"{say(lang, 'bijna', 'almost')} {format_number(near, 0, lang)} {word}"


def arrow(direction: int, lang: str) -> str:
    """Return direction as an arrow and a word: never the one without the other."""
    if direction > 0:
        return say(lang, "↗ stijgt", "↗ rises")
    if direction < 0:
        return say(lang, "↘ daalt", "↘ falls")
    return say(lang, "→ geen duidelijke trend", "→ no clear trend")
