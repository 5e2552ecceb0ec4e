"""What a run of `signals` has to tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from leeszaal.trends.signals.backtest import AFTER, HELD, RULES
from leeszaal.works.numbers import format_count, format_number, format_percent, format_years

__all__ = ["AsOfSummary", "SignalsSummary", "tell_backtest"]

_SHOWN = 3  # works a signal
_NEW = 10


@dataclass(frozen=True)
class SignalsSummary:
    """The signals of a reading room.

    Attributes
    ----------
    works
        Works in the library.
    tested, weak_topics, merged
        Units tested; topics left out because they are not stable; signals left out because a stronger one holds
        nearly the same works.
    from_year, to_year
        The window; 0 when nothing can be said.
    signals
        Per signal its id, statement, strength, works, q, growth, status, counter, and `sources`: the works behind it.
    new
        What was first named in the last three years and is no signal: kind, name, works, groups, since.
    backtest
        Per rule how often it spoke in the past and how often that held; empty when the past is too short.
    notes
        Dutch: what a reader must know.
    reused
        Whether the tables of an earlier run were still current.
    """

    works: int
    tested: int
    weak_topics: int
    merged: int
    from_year: int
    to_year: int
    signals: list[dict[str, Any]]
    new: list[dict[str, Any]]
    backtest: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)
    reused: bool = False

    def tell(self) -> str:
        """Return the signals in Dutch."""
        if not self.to_year:
            return "Er is geen volledig jaar met werken: over signalen valt niets te zeggen."
        words = "thema’s, onderwerpen, instrumenten en termen"
        lines = [
            f"Getoetst op groei of opkomst in {format_years(self.from_year, self.to_year)}: "
            f"{format_count(self.tested, 'thema, onderwerp, instrument of term', words)}."
        ]
        if self.weak_topics:
            lines.append(
                f"{format_count(self.weak_topics, 'wankel onderwerp telt', 'wankele onderwerpen tellen')} niet mee."
            )
        lines += self.notes
        if not self.signals:
            lines.append("Er is geen signaal: niets groeit of verschijnt sterker dan toeval kan verklaren.")
        for one in self.signals:
            lines += ["", *_tell_signal(one)]
        if self.merged:
            lines += ["", f"{self.merged} andere termen wijzen op vrijwel dezelfde werken en staan er niet apart bij."]
        if self.new:
            lines += ["", "Nieuw genoemd (om te lezen; niet getoetst, dus geen signaal):"]
            lines += [
                f"  {one['name']} ({one['kind']}), {format_count(one['works'], 'werk', 'werken')} sinds {one['since']}"
                for one in self.new[:_NEW]
            ]
            if len(self.new) > _NEW:
                lines.append(f"  en {len(self.new) - _NEW} andere (allemaal met --json)")
        return "\n".join([*lines, "", *tell_backtest(self.backtest)])


def _tell_signal(one: dict[str, Any]) -> list[str]:
    works = format_count(one["works"], "werk", "werken")
    lines = [
        f"{one['signal_id']}  [{one['status']}]",
        f"  {one['statement']}",
        f"  Sterkte: {one['strength']} ({works}); sinds {one['since']}."
        + (f" Groei {format_percent(one['growth'], 0)} per jaar." if one["growth"] is not None else ""),
        f"  Tegenspraak: {one['counter']}",
    ]
    if one["status_reason"]:
        lines.append(f"  {one['status'].capitalize()}: {one['status_reason']} ({one['status_person']})")
    for work in one["sources"][:_SHOWN]:
        lines.append(f"    {work}")
    if len(one["sources"]) > _SHOWN:
        lines.append(f"    en {len(one['sources']) - _SHOWN} andere")
    return lines


def tell_backtest(rows: list[dict[str, Any]]) -> list[str]:
    """Return in Dutch how often each rule held in the past of this library."""
    if not rows:
        return ["Of zulke signalen hier vaak uitkomen, is niet te zeggen: daarvoor is de reeks jaren te kort."]
    lines = [
        "Hoe vaak kwam dat in deze bibliotheek uit? Een stijging: het aandeel is in de "
        f"{AFTER} jaren daarna ten minste {format_number(HELD, 1)} keer dat van de tien jaren ervoor.",
        f"  {'regel':<36} {'gewezen':>8} {'kwam uit':>9} {'stijgingen gezien':>18}",
    ]
    for row in rows:
        lines.append(
            f"  {RULES[row['rule']]:<36} {format_number(row['said']):>8} {format_percent(row['precision'], 0):>9} "
            f"{format_percent(row['recall'], 0):>18}"
        )
    return [*lines, "Een signaal is een leestip, geen voorspelling."]


@dataclass(frozen=True)
class AsOfSummary:
    """What would have been signalled at the end of a year, and what became of it.

    Attributes
    ----------
    year
        The last year that was known.
    tested
        Units tested.
    signals
        Per signal its id, statement, strength, works, and `held`: True, False or None (too early to say).
    judged, held
        Signals that can be judged, and that held.
    backtest
        As in `SignalsSummary`, over all years of the past.
    """

    year: int
    tested: int
    signals: list[dict[str, Any]]
    judged: int
    held: int
    backtest: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)

    def tell(self) -> str:
        """Return the outcome in Dutch."""
        words = {True: "kwam uit", False: "kwam niet uit", None: "nog niet te zeggen"}
        lines = [
            f"Met wat er tot en met {self.year} verschenen was, zijn {self.tested} reeksen te toetsen.",
            *self.notes,
        ]
        if not self.signals:
            lines.append(f"In {self.year} was er geen signaal geweest.")
        for one in self.signals:
            lines += [
                "",
                f"{one['signal_id']}  [{words[one['held']]}]",
                f"  {one['statement']}",
                f"  Sterkte: {one['strength']}",
            ]
        if self.judged:
            share = format_percent(self.held / self.judged, 0)
            lines += ["", f"Te beoordelen: {self.judged}; daarvan kwamen er {self.held} uit ({share})."]
        return "\n".join([*lines, "", *tell_backtest(self.backtest)])
