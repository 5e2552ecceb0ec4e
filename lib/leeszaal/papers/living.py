"""Living papers: which sentences rest on a value that changed since the writer looked at them.

A sentence is measured against the values it had when the paper was last signed; one that was written since, against
the values it had in the run that saw it first. Whoever rewrites a sentence has looked at it; whoever leaves it as it is
says so with `leeszaal paper review`, and that is a decision like any other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leeszaal.home import Home, find_home
from leeszaal.library import decide
from leeszaal.papers.facts import by_topic
from leeszaal.papers.filling import Resting, flat_values, resting
from leeszaal.papers.versions import last_signed, signed_sentences
from leeszaal.works.numbers import format_count

if TYPE_CHECKING:
    from leeszaal.papers.contents import Paper

__all__ = ["ReviewItem", "ReviewSummary", "carried", "review_paper", "state_of", "to_review"]


@dataclass(frozen=True)
class ReviewItem:
    """A sentence to look at again.

    Parameters
    ----------
    section, line, start, id
        Where it stands (section, line in `text.md`, offset in the section), and its name.
    text
        The sentence with the values of this run.
    changes
        Per value that changed: name, what it was, what it is.
    broken
        Claims in it that no longer hold.
    """

    section: str
    line: int
    start: int
    id: str
    text: str
    changes: tuple[tuple[str, str, str], ...]
    broken: tuple[str, ...]
    mark: str

    def why(self, lang: str = "nl") -> list[str]:
        """Return in words why it is listed."""
        was, now = ("was", "is nu") if lang == "nl" else ("was", "is now")
        said = [f"{name} {was} {old}, {now} {new}" for name, old, new in self.changes]
        fails = "deze bewering geldt niet" if lang == "nl" else "this claim does not hold"
        return said + [f"{fails}: {claim}" for claim in self.broken]


@dataclass(frozen=True)
class ReviewSummary:
    """The sentences of a paper that wait for the writer."""

    slug: str
    text: str
    since: str
    items: list[dict[str, Any]]
    accepted: int = 0
    version: int = 0
    told: list[str] = field(default_factory=list, repr=False)

    def tell(self) -> str:
        lines = list(self.told)
        if self.accepted:
            lines.append(f"{format_count(self.accepted, 'zin', 'zinnen')} afgehandeld.")
        if not self.items:
            lines.append(f"{self.text}: geen zinnen te herzien ({self.since}).")
        else:
            lines.append(f"{self.text}: {format_count(len(self.items), 'zin', 'zinnen')} te herzien ({self.since}).")
            for item in self.items:
                where = (
                    f"regel {item['line']} ({item['section']})" if item["line"] else f"paper.yaml ({item['section']})"
                )
                lines.append(f"  {where} ({item['section']}): {item['text']}")
                lines += [f"    → {why}" for why in item["why"]]
            lines.append(f"Pas de tekst aan, of zeg dat de zin klopt: leeszaal paper review {self.slug}")
        return "\n".join(lines)


def _mark(values: Mapping[str, str], broken: tuple[str, ...]) -> str:
    said = json.dumps([dict(values), list(broken)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _all_resting(paper: Paper) -> list[Resting]:
    """Return the sentences of the text and of the two on the front page (in `paper.yaml`) that rest on values."""
    from leeszaal.papers.settings import read_settings

    settings = read_settings(paper.home, paper.slug)
    written = [(name, -1, getattr(settings, name)) for name in ("message", "meaning")]
    written += [(one.name, one.line, one.body) for one in paper.text.values() if one.name in paper.slots]
    return [one for name, line, body in written for one in resting(name, line, body, paper.values, paper.lang)]


def _previous(paper: Paper) -> dict[str, dict[str, str]]:
    """Return the values that sentences had in the run that saw them first, from the last good run."""
    path = paper.home.papers / paper.slug / f"{paper.slug}.ipynb"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))["metadata"]["leeszaal"]["sentences"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return kept if isinstance(kept, dict) else {}


def carried(paper: Paper) -> dict[str, dict[str, str]]:
    """Return for every sentence of the text the values against which it is measured: id to name to text."""
    signed = last_signed(paper.home, paper.slug)
    known = {**_previous(paper), **(signed.state["sentences"] if signed is not None else {})}
    return {one.id: known.get(one.id, one.values) for one in _all_resting(paper)}


def to_review(paper: Paper) -> list[ReviewItem]:
    """Return the sentences that rest on a value that changed or whose claim does not hold, in the order of the text."""
    if not paper.slug or not paper.text:
        return []
    measured = carried(paper)
    accepted = signed_sentences(paper.home, paper.slug)
    signed = last_signed(paper.home, paper.slug)
    items = []
    for one in _all_resting(paper):
        before = measured[one.id]
        changes = tuple(
            (name, before[name], now) for name, now in one.values.items() if name in before and before[name] != now
        )
        stood = signed is not None and not changes and one.id in signed.state["sentences"]
        mark = _mark(one.values, one.broken)
        if (changes or (one.broken and not stood)) and (one.id, mark) not in accepted:
            items.append(ReviewItem(one.section, one.line, one.start, one.id, one.text, changes, one.broken, mark))
    return items


def state_of(paper: Paper) -> dict[str, Any]:
    """Return what a signed version remembers: values, sentences, works and topics, JSON-serialisable."""
    inside = paper.assignments[paper.assignments["work_id"].isin(paper.works["work_id"])]
    names = paper.topics.set_index("topic")["name"]
    return {
        "values": {name: str(value) for name, value in flat_values(paper.values).items()},
        "sentences": {one.id: one.values for one in _all_resting(paper)},
        "works": dict(zip(paper.works["work_id"], paper.works["title"], strict=True)),
        "topics": {
            str(number): {"name": str(names.get(number, number)), "works": sorted(rows["work_id"])}
            for number, rows in by_topic(inside)
        },
    }


def review_paper(
    slug: str,
    *,
    ask: Callable[[ReviewItem], bool] | None = None,
    sign: bool = False,
    reason: str = "",
    person: str | None = None,
    home: Home | Path | str | None = None,
) -> ReviewSummary:
    """Show the sentences of a paper that rest on changed values, and record which of them still hold.

    Parameters
    ----------
    slug
        The paper.
    ask
        Called for every sentence; True: it still holds, which is recorded as a decision. None only shows them.
    sign
        Sign the whole paper as it is, as `sign_paper`.
    reason, person
        For the decisions.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the paper or its text cannot be read, or it cannot be signed.
    """
    from leeszaal.papers.run import open_settings
    from leeszaal.papers.settings import read_settings
    from leeszaal.papers.versions import sign_paper

    room = find_home(home)
    settings = read_settings(room, slug)
    paper = open_settings(room, settings)
    items = to_review(paper)
    told, version, accepted = [], 0, 0
    if sign:
        done = sign_paper(slug, reason=reason, person=person, home=room)
        told, version, accepted, items = [done.tell()], done.version, len(items), []
    elif ask is not None:
        left = []
        for item in items:
            if ask(item):
                why = reason or "; ".join(item.why())
                decide("sign", f"paper:{slug}", f"zin {item.id} {item.mark}", why, person=person, home=room)
                accepted += 1
            else:
                left.append(item)
        items = left
    signed = last_signed(room, slug)
    since = f"sinds versie {signed.number}" if signed is not None else "sinds de zin voor het eerst is gebruikt"
    rows = [{**asdict(item), "why": item.why()} for item in items]
    path = room.relative(room.paper(slug) / "text.md")
    return ReviewSummary(slug, path, since, rows, accepted, version, told)
