"""Years and dates, read only where they are certain; what is not is kept as text and never made up."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["When", "read_date", "read_month"]

_FIRST, _LAST = 1400, 2100
_ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?[-/]{0,2}(?:[T ]\d{2}:.*|/)?~?\??")
_RANGE = re.compile(r"(\d{4})(?:-\d{2}){0,2}\s*(?:--?|[/\u2013\u2014])\s*(\d{2}|\d{4})?(?:-\d{2}){0,2}")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan",
            "feb",
            "mar mrt mae mär maa",
            "apr",
            "may mei mai",
            "jun",
            "jul",
            "aug",
            "sep",
            "oct okt",
            "nov",
            "dec dez",
        ),
        1,
    )
    for name in names.split()
}


@dataclass(frozen=True)
class When:
    """A year and an ISO date as precise as known, or what could not be read."""

    year: int | None = None
    date: str | None = None
    unread: str | None = None


def read_month(text: str | None) -> int | None:
    """Return 1 to 12 for a number or a Dutch, English or German month name or abbreviation, else None.

    Examples
    --------
    >>> read_month("mrt"), read_month("October"), read_month("7"), read_month("13")
    (3, 10, 7, None)
    """
    word = (text or "").strip().strip(".{}").casefold()
    if word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    letters = re.search(r"[a-zä]{3,}", word)
    return _MONTHS.get(letters.group()[:3]) if letters else None


def _day(text: str | None, month: int) -> int | None:
    digits = (text or "").strip().strip("{}")
    return int(digits) if digits.isdigit() and 1 <= int(digits) <= _DAYS[month - 1] else None


def _known(year: int) -> bool:
    return _FIRST <= year <= _LAST


def _written(year: int, month: int | None, day: int | None) -> When:
    if month is None:
        return When(year, f"{year:04d}")
    return When(year, f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else ""))


def read_date(text: str | None, month: str | None = None, day: str | None = None) -> When:
    """Read a year or a date as sources write it.

    Parameters
    ----------
    text
        "2019", "2019-05-17", "2019/05/17/", "c2019", "[2019]", "2019a", "17 mei 2019", "2019-2021" (the first
        year).
    month, day
        From fields of their own, used when `text` has only the year.

    Returns
    -------
    When
        For "in press", "fort" or 20019 the year is None and `unread` holds the text.

    Examples
    --------
    >>> read_date("2019/05/17/").date, read_date("2019", "mei").date, read_date("20019")
    ('2019-05-17', '2019-05', When(year=None, date=None, unread='20019'))
    """
    raw = (text or "").strip()
    bare = raw.strip("{}[]()\u00a9 .,")
    if not bare:
        return When()
    iso = _ISO.fullmatch(bare)
    if iso and _known(int(iso[1])):
        if iso[2] and not 1 <= int(iso[2]) <= 12:  # 2013/14 is a season, not a month
            return When(int(iso[1]), iso[1])
        number = int(iso[2]) if iso[2] else read_month(month)
        return _written(int(iso[1]), number, _day(iso[3] if iso[2] else day, number) if number else None)
    span = _RANGE.fullmatch(bare)
    if span and _known(int(span[1])):
        return When(int(span[1]), span[1])
    years = _YEAR.findall(bare)
    if len(years) == 1 and _known(int(years[0])):
        words = re.findall(r"[^\W\d_]{3,}", bare)
        number = next((m for w in words if (m := read_month(w))), None) or read_month(month)
        inside = re.search(r"(?<!\d)\d{1,2}(?!\d)", bare)
        return _written(int(years[0]), number, _day(inside.group() if inside else day, number) if number else None)
    return When(unread=raw)
