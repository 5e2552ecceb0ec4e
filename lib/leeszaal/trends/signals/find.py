"""From works and what they hold to the table of signals."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from leeszaal.trends.counts import year_numbers
from leeszaal.trends.coverage import Coverage
from leeszaal.trends.signals.authors import author_groups, author_keys
from leeszaal.trends.signals.detect import FEWEST_NEW, GROUPS, RECENT, Tested, detect, jump_year, strength_of
from leeszaal.trends.signals.tell import KINDS, Facts, counter, statement
from leeszaal.trends.units import Holdings, Panel, panel_of

__all__ = ["COLUMNS", "NEW_COLUMNS", "WINDOW", "Found", "find_signals", "signal_id"]

WINDOW = 15
_SAME = 0.8
COLUMNS = (
    "signal_id", "statement", "statement_en", "kind", "name", "theme", "since", "strength", "works", "growth", "low",
    "high", "q", "counter", "unit", "p", "from_year", "to_year", "appears", "detected",
)  # fmt: skip
NEW_COLUMNS = ("kind", "name", "unit", "works", "groups", "since")


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes
    ----------
    table
        One row a signal, the strongest first, with `COLUMNS`.
    works
        `signal_id`, `work_id`: the works behind each, of the window.
    new
        What a reader may look at and is no signal: first named in the last three years, by two groups of authors or
        more, in three works or more; `NEW_COLUMNS`. Not tested.
    panel
        All units in all complete years.
    tested, merged
        Units that were tested; signals that hold nearly the same works as a stronger one and were left out.
    first, last
        The window.
    """

    table: pd.DataFrame
    works: pd.DataFrame
    new: pd.DataFrame
    panel: Panel
    tested: int
    merged: int
    first: int
    last: int


def signal_id(kind: str, unit: str) -> str:
    """Return the name of a signal, which stays as long as its unit has the same name.

    Examples
    --------
    >>> signal_id("instrument", "regio-deal"), signal_id("label", "ibt.stelsel"), signal_id("term", "lokale democratie")
    ('instrument-regio-deal', 'thema-ibt.stelsel', 'term-lokale-democratie')
    """
    plain = unicodedata.normalize("NFKD", unit).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.")
    if slug.replace("-", " ") != unit.replace("-", " "):  # something was lost: two units could share this slug
        slug = f"{slug}-{hashlib.sha256(unit.encode()).hexdigest()[:6]}".lstrip("-")
    return f"{KINDS[kind]}-{slug}"


def find_signals(
    works: pd.DataFrame,
    held: Holdings,
    *,
    last: int,
    first: int | None = None,
    names_en: Mapping[tuple[str, str], str] | None = None,
    themes: pd.DataFrame | None = None,
    keep: frozenset[str] = frozenset(),
    coverage: Coverage | None = None,
) -> Found:
    """Test everything that is held, and describe what grows or appears.

    Parameters
    ----------
    works
        `work_id`, `year` (NaN or 0 where unknown), and where there are `authors` (lists), `container`, `language`.
    held
        What each of these works holds; weak topics left out by the caller.
    last
        The last complete year.
    first
        Where the window begins; by default fifteen years.
    names_en
        (kind, unit) to an English name, where it differs.
    themes
        `work_id`, `theme`: to name the theme of what is no theme itself.
    keep
        Names of signals that are described even when they are none (any more).
    coverage
        Works that do not count, and steps; see `leeszaal.trends.coverage`.
    """
    year = year_numbers(works["year"])
    if coverage is not None and coverage.left_out:
        year[works["work_id"].isin(coverage.left_out).to_numpy()] = 0
    known = year[(year > 0) & (year <= last)]
    start = int(known.min()) if len(known) else last
    whole = panel_of(year, held.held, start, last)
    first = max(start, last - WINDOW + 1) if first is None else first
    panel = whole.window(first, last)
    people = _People(works, held, year)
    tested = detect(panel, held.kind, groups=people.first_years, steps=coverage.steps if coverage else ())
    earlier = whole.works[:, whole.years <= last - RECENT].sum(axis=1)
    ids = [signal_id(kind, unit) for kind, unit in zip(held.kind, held.unit, strict=True)]
    places = [at for at in range(len(held)) if tested.signal[at] or ids[at] in keep]
    places.sort(key=lambda at: (not tested.signal[at], np.nan_to_num(tested.q[at], nan=2.0), tested.p[at], ids[at]))
    inside = (year >= first) & (year <= last)
    chosen: list[tuple[int, np.ndarray]] = []
    merged = 0
    for at in places:
        mine = held.works_of(at)
        mine = mine[inside[mine]]
        alike = held.kind[at] == "term" and ids[at] not in keep
        if alike and any(
            held.kind[b] in ("term", "instrument") and _overlap(mine, other) >= _SAME for b, other in chosen
        ):
            merged += 1
            continue
        chosen.append((at, mine))
    rows = [
        _row(at, mine, works, held, panel, tested, bool(earlier[at] == 0), ids[at], names_en or {}, themes, people)
        for at, mine in chosen
    ]
    pairs = [(ids[at], work_id) for at, mine in chosen for work_id in works["work_id"].to_numpy()[mine]]
    new = np.flatnonzero((earlier == 0) & (panel.works.sum(axis=1) >= FEWEST_NEW) & ~tested.signal)
    return Found(
        table=pd.DataFrame(rows, columns=list(COLUMNS)),
        works=pd.DataFrame(pairs, columns=["signal_id", "work_id"], dtype=object),
        new=_new(new, held, panel, people),
        panel=whole, tested=tested.tested, merged=merged, first=first, last=last,
    )  # fmt: skip


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Return the share of the smaller set that is in the other."""
    return len(np.intersect1d(a, b)) / max(min(len(a), len(b)), 1)


class _People:
    """The groups of authors behind a unit, worked out when asked for."""

    def __init__(self, works: pd.DataFrame, held: Holdings, year: np.ndarray) -> None:
        self._authors = works["authors"].tolist() if "authors" in works else [()] * len(works)
        self._held, self._year = held, year

    def groups(self, places: np.ndarray) -> list[int]:
        """Number the groups of the works at `places`."""
        listed = [self._authors[at] for at in places]
        return author_groups([author_keys(names) if names is not None else [] for names in listed])

    def first_years(self, unit: int) -> np.ndarray:
        """Return in which year each group behind a unit began; works without a year do not count."""
        places = self._held.works_of(unit)
        places = places[self._year[places] > 0]
        groups = pd.Series(self._year[places]).groupby(self.groups(places)).min()
        return groups.to_numpy(dtype=np.int64)


def _row(
    at: int,
    mine: np.ndarray,
    works: pd.DataFrame,
    held: Holdings,
    panel: Panel,
    tested: Tested,
    appears: bool,
    name: str,
    names_en: Mapping[tuple[str, str], str],
    themes: pd.DataFrame | None,
    people: _People,
) -> dict[str, Any]:
    kind, unit = str(held.kind[at]), str(held.unit[at])
    used = panel.corpus > 0
    facts = Facts(
        kind, str(held.name[at]), names_en.get((kind, unit), str(held.name[at])), panel.works[at], panel.corpus,
        panel.years, appears, float(tested.low[at]),
        groups=list(Counter(people.groups(mine)).values()),
        containers=_counted(works, "container", mine), languages=_counted(works, "language", mine),
    )  # fmt: skip
    q, p = float(tested.q[at]), float(tested.p[at])
    total = int(panel.works[at].sum())
    low = float(tested.low[at])
    gone = [] if tested.signal[at] else ["De toets haalt de drempel nu niet (meer)."]
    spread = total > 0 and used.sum() > 1
    return {
        "signal_id": name,
        "statement": statement(facts) if spread or appears else f"Over {facts.name} is nu niets te zeggen.",
        "statement_en": statement(facts, "en") if spread or appears else f"Nothing can be said of {facts.name_en} now.",
        "kind": KINDS[kind],
        "name": facts.name,
        "theme": unit.partition(".")[0] if kind in ("theme", "label") else _theme(works, mine, themes),
        "since": jump_year(panel.works[at][used], panel.corpus[used], panel.years[used]) if spread else panel.years[-1],
        "strength": strength_of(q, total, low) if tested.signal[at] else "zwak",
        "works": total,
        "growth": float(tested.growth[at]),
        "low": low,
        "high": float(tested.high[at]),
        "q": q,
        "counter": counter(facts, gone),
        "unit": unit,
        "p": p,
        "from_year": int(panel.years[0]) if len(panel.years) else 0,
        "to_year": int(panel.years[-1]) if len(panel.years) else 0,
        "appears": appears,
        "detected": bool(tested.signal[at]),
    }


def _counted(works: pd.DataFrame, column: str, places: np.ndarray) -> Counter[str]:
    if column not in works:
        return Counter()
    values = works[column].to_numpy()[places]
    return Counter(str(value) for value in values if isinstance(value, str) and value)


def _theme(works: pd.DataFrame, mine: np.ndarray, themes: pd.DataFrame | None) -> str:
    """Return the theme of at least a third of the works, or ""."""
    if themes is None or not len(mine):
        return ""
    ids = works["work_id"].to_numpy()[mine]
    found = themes[themes["work_id"].isin(ids)].drop_duplicates(["work_id", "theme"])["theme"].value_counts()
    best = sorted(found.items(), key=lambda pair: (-pair[1], str(pair[0])))[:1]
    return str(best[0][0]) if best and best[0][1] >= len(mine) / 3 else ""


def _new(places: np.ndarray, held: Holdings, panel: Panel, people: _People) -> pd.DataFrame:
    rows = []
    for at in places:
        groups = len(people.first_years(int(at)))
        if groups >= GROUPS:
            since = int(panel.years[np.flatnonzero(panel.works[at])[0]])
            rows.append(
                (KINDS[str(held.kind[at])], held.name[at], held.unit[at], int(panel.works[at].sum()), groups, since)
            )
    frame = pd.DataFrame(rows, columns=list(NEW_COLUMNS))
    return frame.sort_values(["groups", "works", "unit"], ascending=[False, False, True], ignore_index=True)
