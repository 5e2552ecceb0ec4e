"""The verb `pile`: what lies on the table of a reader, how far it is read, and what comes next, without a browser."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leeszaal.home import Home, find_home
from leeszaal.library.deciding import person_name
from leeszaal.reading.desk.order import Ranked, shorten
from leeszaal.reading.desk.pile import lay_out
from leeszaal.works.numbers import format_count, format_number

__all__ = ["PileSummary", "pile"]

_LONGEST = 300.0  # seconds to wait for the ranking of a large pile


@dataclass(frozen=True)
class PileSummary:
    """Where a reader stands in a pile.

    Attributes
    ----------
    works, read, included, excluded, doubted
        All works; those read by this person; and how these were judged.
    standing
        Dutch: what may be said of the share that was found.
    next
        The works that come next, best first: citekey, title and why (Dutch).
    """

    title: str
    person: str
    works: int
    read: int
    included: int
    excluded: int
    doubted: int
    standing: list[str]
    next: list[dict[str, str]]

    def tell(self) -> str:
        """Return the summary in Dutch."""
        lines = [
            f"{self.title} ({self.person}): {format_number(self.read)} van "
            f"{format_count(self.works, 'werk', 'werken')} gelezen; "
            f"{self.included} opgenomen, {self.excluded} uitgesloten, {self.doubted} twijfel.",
            *self.standing,
        ]
        for one in self.next:
            lines += [f"  {one['citekey']}: {shorten(one['title'], 80)}", f"    {one['why']}"]
        return "\n".join([*lines, "Lezen doet u in notebook 3: leeszaal lab"])


def pile(
    *,
    theme: str | None = None,
    query: str = "",
    again: str | None = None,
    person: str | None = None,
    rows: int = 5,
    target: float = 0.9,
    random_state: int = 0,
    home: Home | Path | str | None = None,
) -> PileSummary:
    """Tell where a reader stands in a pile and which works come next.

    Parameters
    ----------
    theme, query, again, person, target, random_state, home
        As of `leeszaal.reading.desk.open_pile`.
    rows
        How many works to name that come next, 0 or more.

    Raises
    ------
    LeeszaalError
        When the theme, the kind of pile, the question or the person is not known, or the library was not built.
    """
    if rows < 0:
        raise ValueError(f"rows must be 0 or more, not {rows}")
    room = find_home(home)
    laid = lay_out(room, person=person_name(person), theme=theme, query=query, again=again)
    ranked = Ranked(laid.works, laid.taxonomy, theme, target=target, cache=room.embeddings, random_state=random_state)
    ranked.judged(laid.state, _LONGEST)
    left = laid.state.left()
    coming: list[dict[str, str]] = []
    named = laid.works.set_index("work_id")
    while left and len(coming) < rows:
        work = ranked.first(left) if again is None else left[0]
        left.remove(work)
        why = laid.others.get(work) or " ".join(ranked.why(work)[:2])
        row = named.loc[work]
        coming.append({"citekey": str(row["citekey"]), "title": str(row["title"]), "why": why})
    counts = laid.state.counts()
    return PileSummary(
        laid.title, laid.person, laid.state.size, laid.state.read,
        counts["include"], counts["exclude"], counts["maybe"],
        ranked.standing(), coming,
    )  # fmt: skip
