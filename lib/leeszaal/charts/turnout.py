"""Turnout as sorted dots and as change: no title or alt text names the municipality at the bottom."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from leeszaal.charts.change import change_plot
from leeszaal.charts.dots import dot_plot
from leeszaal.charts.figure import Figure
from leeszaal.charts.rows import checked_rows, format_value, nouns_of
from leeszaal.charts.sentences import fit_alt, fit_title, say
from leeszaal.errors import LeeszaalError, nearest

__all__ = ["turnout_change_figure", "turnout_figure"]

_MEASURES = {
    "uitgebracht": ("de opkomst", "the turnout"),
    "geldig": ("de opkomst (geldige stemmen)", "the turnout (valid votes)"),
}


def turnout_figure(
    frame: pd.DataFrame,
    election: str,
    *,
    source: str,
    measure: str,
    noun: tuple[str, str] | None = None,
    slug: str = "opkomst",
    lang: str = "nl",
) -> Figure:
    """Draw the turnout of one election, sorted, with the median; the title gives the range and no name.

    Parameters
    ----------
    frame
        ``name``, ``value`` (a share).
    election
        For the subtitle: "Provinciale Statenverkiezingen 2023".
    source
        See `leeszaal.charts.source_line`.
    measure
        "uitgebracht" (votes cast) or "geldig" (valid votes); named in the subtitle.
    noun
        Singular and plural of a row; municipality by default.
    slug, lang
        Name of the files, language of the reader.

    Raises
    ------
    LeeszaalError
        On an unknown measure, or a table without a value.
    """
    what = _measure(measure, lang)
    figure = dot_plot(frame, what, source=source, period=election, noun=noun, slug=slug, lang=lang)
    values = checked_rows(frame, ["value"], "turnout")["value"].dropna()
    one, many = nouns_of(noun, lang)
    low, middle, high = (format_value("percent1", v, lang) for v in (values.min(), values.median(), values.max()))
    n = len(values)
    title = (
        say(lang, f"De opkomst loopt van {low} tot {high}", f"Turnout ranges from {low} to {high}")
        if low != high
        else say(lang, f"De opkomst is overal {high}", f"Turnout is {high} throughout")
    )
    alt = fit_alt(
        [
            say(lang, f"Punten, gesorteerd: {what} in {n} {one if n == 1 else many}, {election}.",
                f"Dots, sorted: {what} in {n} {one if n == 1 else many}, {election}."),
            say(lang, f"De opkomst loopt van {low} tot {high}; de mediaan is {middle}.",
                f"Turnout ranges from {low} to {high}; the median is {middle}."),
        ],
        [say(lang, "Naast elke punt staan naam en waarde.", "Each dot has its name and value.")],
    )  # fmt: skip
    return replace(figure, title=fit_title(lambda: title), alt=alt)


def turnout_change_figure(
    frame: pd.DataFrame,
    labels: tuple[str, str],
    *,
    source: str,
    measure: str,
    noun: tuple[str, str] | None = None,
    slug: str = "opkomst-verandering",
    lang: str = "nl",
) -> Figure:
    """Draw the change of turnout between two comparable elections; a name that misses one is counted, not drawn.

    Parameters
    ----------
    frame
        ``name``, ``before``, ``after`` (shares by the same measure), as `leeszaal.indicators.compare` gives them.
    labels
        The two elections: ("PS 2019", "PS 2023").
    source, measure, noun, slug, lang
        As for `turnout_figure`.

    Raises
    ------
    LeeszaalError
        On an unknown measure, or a table in which no row has both values.
    """
    what = _measure(measure, lang)
    figure = change_plot(frame, what, source=source, labels=labels, noun=noun, slug=slug, lang=lang)
    rows = checked_rows(frame, ["before", "after"], "turnout").dropna()
    change = (rows["after"] - rows["before"]).round(12)
    one, many = nouns_of(noun, lang)
    n, up, down = len(change), int((change > 0).sum()), int((change < 0).sum())
    low, middle, high = (format_value("number1", 100 * v, lang) for v in (change.min(), change.median(), change.max()))
    where = f"{what} in {n} {one if n == 1 else many}"
    alt = fit_alt(
        [
            say(lang, f"Lijnen, gesorteerd: verandering van {where}, {labels[0]} tot {labels[1]}.",
                f"Lines, sorted: change of {where}, {labels[0]} to {labels[1]}."),
            say(lang, f"Stijging in {up}, daling in {down}; van {low} tot {high} procentpunt, mediaan {middle}.",
                f"A rise in {up}, a fall in {down}; from {low} to {high} percentage points, median {middle}."),
        ],
        [
            say(lang, "Elke streep loopt van de eerste naar de tweede waarde.",
                "Each line runs from the first to the second value.")
        ],
    )  # fmt: skip
    return replace(figure, alt=alt)


def _measure(measure: str, lang: str) -> str:
    if measure not in _MEASURES:
        raise LeeszaalError(f"De maatstaf ‘{measure}’ bestaat niet.", nearest(measure, _MEASURES))
    return say(lang, *_MEASURES[measure])
