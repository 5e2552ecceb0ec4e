"""Numbers, shares, dates and enumerations as a Dutch (or English) reader writes them.

Rounding is half away from zero on the decimal form of the number (2,5 becomes 3), as readers do it by hand. A
missing value is a dash, the minus is a real one (U+2212), and the space before % does not break.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

__all__ = [
    "MISSING",
    "MONTHS",
    "format_count",
    "format_date",
    "format_list",
    "format_month",
    "format_number",
    "format_percent",
    "format_range",
    "format_years",
]

MISSING = "–"
MINUS = "\u2212"
NO_BREAK = "\u00a0"
MONTHS = {
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?$")


def _check(lang: str) -> str:
    if lang not in MONTHS:
        raise ValueError(f"lang must be 'nl' or 'en', not {lang!r}")
    return lang


def _absent(value: Any) -> bool:
    """Tell whether `value` is None, NaN, NaT or pandas' NA (the only values that do not equal themselves)."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return bool(value != value)


def format_number(x: float | None, decimals: int = 0, lang: str = "nl") -> str:
    """Write a number with thousands separators.

    Parameters
    ----------
    x
        The number; None and NaN become a dash.
    decimals
        Digits behind the decimal sign, 0 or more.
    lang
        ``"nl"`` (1.234,5) or ``"en"`` (1,234.5).

    Raises
    ------
    ValueError
        For an unknown language, a negative number of decimals, or infinity.

    Examples
    --------
    >>> format_number(1234.5, 1), format_number(1234.5, 1, "en"), format_number(-3), format_number(None)
    ('1.234,5', '1,234.5', '−3', '–')
    """
    _check(lang)
    if decimals < 0:
        raise ValueError(f"decimals must be 0 or more, not {decimals}")
    if _absent(x):
        return MISSING
    if math.isinf(float(x)):  # type: ignore[arg-type]
        raise ValueError("cannot write infinity as a number")
    exact = Decimal(int(x)) if isinstance(x, int) else Decimal(repr(float(x)))  # type: ignore[arg-type]
    with_precision = exact.as_tuple().exponent
    if isinstance(with_precision, int) and -with_precision <= decimals:
        rounded = exact
    else:
        rounded = (exact.scaleb(decimals)).to_integral_value(ROUND_HALF_UP).scaleb(-decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    if lang == "nl":
        text = text.translate(str.maketrans(",.", ".,"))
    return MINUS + text if rounded < 0 else text


def format_percent(share: float | None, decimals: int = 0, lang: str = "nl") -> str:
    """Write a share (0.035) as a percentage: ``3,5 %`` with a no-break space in Dutch, ``3.5%`` in English.

    Examples
    --------
    >>> format_percent(0.035, 1), format_percent(0.035, 1, "en"), format_percent(None)
    ('3,5\\xa0%', '3.5%', '–')
    """
    _check(lang)
    if _absent(share):
        return MISSING
    # On the decimal form: 0.285 * 100 is 28.499999999999996 in floating point and would round the wrong way.
    number = format_number(_times_hundred(float(share)), decimals, lang)  # type: ignore[arg-type]
    return f"{number}{NO_BREAK}%" if lang == "nl" else f"{number}%"


def _times_hundred(share: float) -> float:
    if math.isinf(share):
        return share
    return float(Decimal(repr(share)).scaleb(2))


def format_range(
    low: float | None, high: float | None, decimals: int = 0, lang: str = "nl", *, percent: bool = False
) -> str:
    """Write an interval: ``3 tot 8``, ``2,1 tot 4,0 %``; with `percent` the bounds are shares.

    A word joins the bounds, because a dash beside a minus cannot be read.

    Examples
    --------
    >>> format_range(3, 8), format_range(-0.02, 0.045, 1, percent=True), format_range(3, 8, lang="en")
    ('3 tot 8', '−2,0 tot 4,5\\xa0%', '3 to 8')
    """
    word = "tot" if _check(lang) == "nl" else "to"
    if percent:
        first = format_percent(low, decimals, lang).removesuffix("%").removesuffix(NO_BREAK)
        return f"{first} {word} {format_percent(high, decimals, lang)}"
    return f"{format_number(low, decimals, lang)} {word} {format_number(high, decimals, lang)}"


def format_years(first: int, last: int) -> str:
    """Write a period of years: ``2010–2025``, or ``2010`` when it is one year.

    Examples
    --------
    >>> format_years(2010, 2025), format_years(2010, 2010)
    ('2010–2025', '2010')
    """
    return str(int(first)) if int(first) == int(last) else f"{int(first)}–{int(last)}"


def format_month(month: int, lang: str = "nl") -> str:
    """Return the name of a month, 1 to 12.

    Examples
    --------
    >>> format_month(10), format_month(10, "en")
    ('oktober', 'October')
    """
    if not 1 <= month <= 12:
        raise ValueError(f"a month is 1 to 12, not {month}")
    return MONTHS[_check(lang)][month - 1]


def format_date(date: dt.date | str | None, lang: str = "nl") -> str:
    """Write a date as precisely as it is known.

    Parameters
    ----------
    date
        A date, a datetime, or ISO text: ``2026-11-01``, ``2026-11`` or ``2026``.

    lang
        ``"nl"`` or ``"en"``.

    Raises
    ------
    ValueError
        When the text is no ISO date.

    Examples
    --------
    >>> format_date("2026-11-01"), format_date(dt.date(2026, 11, 1), "en"), format_date("2026-11")
    ('1 november 2026', '1 November 2026', 'november 2026')
    """
    _check(lang)
    if _absent(date):
        return MISSING
    if isinstance(date, dt.date):
        return f"{date.day} {format_month(date.month, lang)} {date.year}"
    found = _ISO.match(str(date))
    if found is None:
        raise ValueError(f"not an ISO date: {date!r}")
    year, month, day = (int(part) if part else None for part in found.groups())
    if month is None:
        return str(year)
    if day is None:
        return f"{format_month(month, lang)} {year}"
    checked = dt.date(year or 1, month, day)  # raises ValueError for 31 February
    return f"{checked.day} {format_month(checked.month, lang)} {checked.year}"


def format_count(n: int, one: str, many: str, lang: str = "nl") -> str:
    """Write a number with its noun, singular or plural.

    Examples
    --------
    >>> format_count(1, "werk", "werken"), format_count(1240, "werk", "werken")
    ('1 werk', '1.240 werken')
    """
    return f"{format_number(n, 0, lang)} {one if n == 1 else many}"


def format_list(items: Sequence[str], lang: str = "nl") -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> format_list(["a"]), format_list(["a", "b", "c"]), format_list(["a", "b"], "en")
    ('a', 'a, b en c', 'a and b')
    """
    word = "en" if _check(lang) == "nl" else "and"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"
