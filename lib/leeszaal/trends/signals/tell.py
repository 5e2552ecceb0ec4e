"""A signal in words: what happens, and what speaks against it. Dutch for readers, English beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leeszaal.works.numbers import format_count, format_percent, format_years

__all__ = ["KINDS", "Facts", "counter", "statement", "titled"]

# Kind of unit to what a reader calls it; the table holds the first word.
KINDS = {"theme": "thema", "label": "thema", "topic": "onderwerp", "instrument": "instrument", "term": "term"}
_FEW = 20
_MOST = 0.5


@dataclass(frozen=True)
class Facts:
    """What is known of one signal.

    Attributes
    ----------
    kind, name, name_en
        Of the unit.
    works, corpus, years
        (T,) counts of the complete years of the window.
    appears
        Nothing before the last three years, in the whole library.
    low
        Lower end of the growth; NaN for a unit tested by counting.
    groups
        Size of each group of authors, and the same for `containers` and `languages` of the works that have one.
    """

    kind: str
    name: str
    name_en: str
    works: np.ndarray
    corpus: np.ndarray
    years: np.ndarray
    appears: bool
    low: float
    groups: Sequence[int]
    containers: Counter[str]
    languages: Counter[str]


def titled(kind: str, name: str) -> str:
    """Return a name as it stands in a sentence: what a machine or a text named stands in quotation marks."""
    return f"‘{name}’" if kind in ("topic", "term") else name


def _ends(facts: Facts) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """Return first year, last year, works and corpus of the first and of the last three years with a corpus."""
    used = np.flatnonzero(facts.corpus > 0)
    edge = max(1, min(3, len(used) // 2))
    ends = []
    for part in (used[:edge], used[-edge:]):
        works, corpus = int(facts.works[part].sum()), int(facts.corpus[part].sum())
        ends.append((int(facts.years[part[0]]), int(facts.years[part[-1]]), works, corpus))
    return ends[0], ends[1]


def statement(facts: Facts, lang: str = "nl") -> str:
    """Return what happens, in one sentence with its figures."""
    (a, b, y0, n0), (c, d, y1, n1) = _ends(facts)
    name = titled(facts.kind, facts.name if lang == "nl" else facts.name_en)
    if facts.appears:
        count = format_count(y1, *(("werk", "werken") if lang == "nl" else ("work", "works")), lang)
        if lang == "nl":
            return f"{name[:1].upper()}{name[1:]} duikt op: {count} in {format_years(c, d)}, daarvoor geen."
        return f"{name[:1].upper()}{name[1:]} appears: {count} in {format_years(c, d)}, none before."
    first, last = (format_percent(y / n, 1, lang) for y, n in ((y0, n0), (y1, n1)))
    early, late = format_years(a, b), format_years(c, d)
    if lang == "nl":
        return f"De aandacht voor {name} groeit: van {first} van de werken in {early} naar {last} in {late}."
    return f"Attention for {name} grows: from {first} of the works in {early} to {last} in {late}."


def counter(facts: Facts, extra: Sequence[str] = ()) -> str:
    """Return in Dutch what the counts say against a signal.

    Looked at: how few works there are, whether one group of authors, one journal or one language carries them,
    whether the last year fell back, how low growth may be, and what `extra` adds.
    """
    total = int(facts.works.sum())
    said = []
    if total < _FEW:
        said.append(f"Het gaat om maar {format_count(total, 'werk', 'werken')}.")
    largest, named = (max(facts.groups) if facts.groups else 0), sum(facts.groups)
    if named and largest / named > _MOST:
        said.append(f"{largest} van de {named} werken komen van één groep auteurs.")
    for found, what in ((facts.containers, "staan in ‘{}’"), (facts.languages, "zijn in dezelfde taal ({})")):
        if found:
            top, count = max(found.items(), key=lambda pair: (pair[1], pair[0]))
            enough = 0.9 if found is facts.languages else _MOST
            if count / total > enough and total > 1:
                said.append(f"{count} van de {total} werken {what.format(top)}.")
    used = np.flatnonzero(facts.corpus > 0)
    if len(used) > 3:
        share = facts.works[used] / facts.corpus[used]
        if share[-1] < share[-3:-1].min():
            said.append(f"In {facts.years[used[-1]]} was het aandeel lager dan in de twee jaren daarvoor.")
    if np.isfinite(facts.low) and facts.low < 0.02:
        said.append(f"De groei kan ook maar {format_percent(max(facts.low, 0.0), 1)} per jaar zijn.")
    said.extend(extra)
    return " ".join(said) or "In de tellingen is geen tegenspraak gevonden; dat zegt niets over de inhoud."
