"""What a run of topics has to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from leeszaal.topics.result import TopicModel
from leeszaal.works.numbers import format_count

__all__ = ["TopicsSummary", "facts_of", "summary_from", "summary_of"]


@dataclass(frozen=True)
class TopicsSummary:
    """Figures of one run of `topics`.

    Attributes
    ----------
    works, topics, weak
        Number of works, of topics, and of topics that are too unstable to carry a conclusion.
    proposed
        Whether the number of topics was proposed by the stability curve.
    method, bridged, random_state
        How it was fitted; see `TopicModel`.
    without_words, unfit
        Works without a usable word; works that fit no topic.
    diversity, leak_bits
        See `leeszaal.topics.quality`.
    kept, new, gone
        Topic numbers that continue from the run before, are new, are gone.
    split, merged
        Number (as text) of a new topic to the earlier one it split off; of one that is gone to the one it went up in.
    names
        Topic number (as text) to name.
    reason
        Why there are no topics; empty when there are.
    npmi, npmi_model
        Language to the mean coherence of the words shown, and of the strongest words of the model.
    notes
        Anything else a reader must know.
    lost_names
        What is to be said of names that people gave to topics that are gone.
    reused
        Whether the tables of an earlier run were still current.
    """

    works: int
    topics: int
    weak: int
    proposed: bool
    method: str
    bridged: bool
    random_state: int
    without_words: int
    unfit: int
    diversity: float
    leak_bits: float
    kept: list[int]
    new: list[int]
    gone: list[int]
    split: dict[str, int]
    merged: dict[str, int]
    names: dict[str, str]
    npmi: dict[str, float]
    npmi_model: dict[str, float]
    reason: str
    notes: list[str]
    lost_names: list[str] = field(default_factory=list)
    reused: bool = False

    def tell(self) -> str:
        """Return the summary in Dutch, several lines."""
        if self.reason:
            return f"Geen onderwerpen: {self.reason}"
        how = "voorgesteld op grond van stabiliteit en samenhang" if self.proposed else "zoals gevraagd"
        lines = [f"{self.topics} onderwerpen ({how}) in {self.works} werken."]
        lines += [f"  {number:>3}  {name}" for number, name in self.names.items()]
        if self.weak:
            verb = "is" if self.weak == 1 else "zijn"
            lines.append(f"{self.weak} hiervan {verb} wankel: trek er geen conclusies uit.")
        if self.unfit:
            fit = "past" if self.unfit == 1 else "passen"
            lines.append(f"{format_count(self.unfit, 'werk', 'werken')} {fit} bij geen onderwerp.")
        if self.without_words:
            have = "heeft" if self.without_words == 1 else "hebben"
            lines.append(f"{format_count(self.without_words, 'werk', 'werken')} {have} geen bruikbare woorden.")
        if self.kept or self.gone:
            lines.append(
                f"Vergeleken met de vorige keer: {len(self.kept)} gebleven, nieuw: {_numbers(self.new)}, "
                f"verdwenen: {_numbers(self.gone)}."
            )
            lines += [f"  {new} is afgesplitst van {old}" for new, old in self.split.items()]
            lines += [f"  {old} is opgegaan in {now}" for old, now in self.merged.items()]
        lines.extend(self.lost_names)
        lines.extend(self.notes)
        if self.reused:
            lines.append("Er was niets veranderd; de bestaande tabellen zijn gebruikt.")
        return "\n".join(lines)


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers)) or "geen"


def summary_of(model: TopicModel) -> TopicsSummary:
    """Return the summary of a fit."""
    columns = [str(name) for name in model.topics if str(name).startswith("npmi_")]
    means = {name: round(float(model.topics[name].mean()), 4) for name in columns if model.topics[name].notna().any()}
    return TopicsSummary(
        works=model.works,
        topics=len(model.topics),
        weak=int(model.topics["weak"].sum()),
        proposed=model.proposed,
        method=model.method,
        bridged=model.bridged,
        random_state=model.random_state,
        without_words=model.without_words,
        unfit=model.unfit,
        diversity=float(model.diversity),
        leak_bits=float(model.leak_bits),
        kept=list(model.kept),
        new=list(model.new),
        gone=list(model.gone),
        split={str(new): old for new, old in model.split.items()},
        merged={str(old): now for old, now in model.merged.items()},
        npmi={name.removeprefix("npmi_"): v for name, v in means.items() if not name.startswith("npmi_model")},
        npmi_model={name.removeprefix("npmi_model_"): v for name, v in means.items() if name.startswith("npmi_model")},
        names={str(row.topic): str(row.name) for row in model.topics[["topic", "name"]].itertuples(index=False)},
        reason=model.reason,
        notes=list(model.notes),
    )


def facts_of(summary: TopicsSummary) -> dict[str, Any]:
    """Return what the stamp of the stage remembers of a run."""
    return {key: value for key, value in asdict(summary).items() if key != "reused"}


def summary_from(facts: Mapping[str, Any]) -> TopicsSummary:
    """Return the summary that `facts_of` remembered, marked as reused."""
    known = {field.name for field in fields(TopicsSummary)}
    return TopicsSummary(**{**{key: value for key, value in facts.items() if key in known}, "reused": True})
