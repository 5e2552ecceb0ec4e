"""Where one person stands in one pile: what was said of which work, and what is left to read. No files, no browser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

__all__ = ["READING", "SCREENING", "Said", "State", "disputes"]

SCREENING = ("include", "exclude", "maybe")
READING = (*SCREENING, "tag", "untag", "note")


@dataclass(frozen=True)
class Said:
    """One decision of a reader that stands: a verb of `READING`, about a work of the pile.

    `name` is how the line in the file names the work, which an undo must repeat.
    """

    work_id: str
    verb: str
    value: str = ""
    reason: str = ""
    time: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        if self.verb not in READING:
            raise ValueError(f"verb must be one of {', '.join(READING)}, not {self.verb!r}")


@dataclass(frozen=True)
class State:
    """Where a reader stands; every step returns a new one.

    Parameters
    ----------
    works
        The ids of the works of the pile.
    said
        The reader's decisions about them that stand, oldest first.
    again
        The works to be judged once more (doubts, disputes), in that order; None for a pile that is read for the first
        time, in which every work without a judgement is to be read.
    since
        How many decisions stood when `again` was laid out: only later ones take a work off it.

    Examples
    --------
    >>> state = State(("a", "b", "c")).add(Said("b", "include")).add(Said("a", "exclude"))
    >>> state.left(), state.labels(), state.counts()["include"]
    (['c'], [1, 0], 1)
    >>> state.taken_back().left()
    ['a', 'c']
    """

    works: tuple[str, ...]
    said: tuple[Said, ...] = ()
    again: tuple[str, ...] | None = None
    since: int = 0

    def __post_init__(self) -> None:
        known = set(self.works)
        if len(known) != len(self.works):
            raise ValueError("a work stands in the pile twice")
        strange = next((one.work_id for one in self.said if one.work_id not in known), None)
        strange = strange or next((work for work in self.again or () if work not in known), None)
        if strange is not None:
            raise ValueError(f"{strange!r} is not in the pile")

    def add(self, said: Said) -> State:
        """Return the state after one more decision."""
        return replace(self, said=(*self.said, said))

    def taken_back(self) -> State:
        """Return the state before the last decision.

        Raises
        ------
        ValueError
            When there is none.
        """
        if not self.said:
            raise ValueError("nothing stands that could be taken back")
        return replace(self, said=self.said[:-1], since=min(self.since, len(self.said) - 1))

    @cached_property
    def judged(self) -> dict[str, Said]:
        """Work to the last judgement on it, in the order in which the works were first judged."""
        return _last(one for one in self.said if one.verb in SCREENING)

    @cached_property
    def _settled(self) -> set[str]:
        return {one.work_id for one in self.said[self.since :] if one.verb in SCREENING}

    def left(self) -> list[str]:
        """Return the works that are still to be read, in the order of the pile."""
        if self.again is None:
            return [work for work in self.works if work not in self.judged]
        return [work for work in self.again if work not in self._settled]

    @property
    def size(self) -> int:
        """How many works there are to read in all."""
        return len(self.works if self.again is None else self.again)

    @property
    def read(self) -> int:
        """How many of those have been read."""
        return self.size - len(self.left())

    def labels(self, doubt: int = 0) -> list[int]:
        """Return 1 (included) or 0 for every work judged, in the order of first reading; a doubt counts as `doubt`."""
        values = {"include": 1, "exclude": 0, "maybe": doubt}
        return [values[one.verb] for one in self.judged.values()]

    def counts(self) -> dict[str, int]:
        """Return how many works are included, excluded and in doubt."""
        verbs = [one.verb for one in self.judged.values()]
        return {verb: verbs.count(verb) for verb in SCREENING}

    def tags(self, work_id: str) -> dict[str, bool]:
        """Return the labels this reader gave a work (True) or took off it (False)."""
        return {
            one.value: one.verb == "tag" for one in self.said if one.work_id == work_id and one.verb in ("tag", "untag")
        }

    def notes(self, work_id: str) -> list[str]:
        """Return what this reader noted at a work, oldest first."""
        return [one.value for one in self.said if one.work_id == work_id and one.verb == "note"]


def _last(said: Iterable[Said]) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for one in said:
        found[one.work_id] = one  # a later word replaces the earlier one and keeps its place
    return found


def disputes(words: Sequence[tuple[str, str]]) -> tuple[bool, set[str]]:
    """Tell whether people still disagree on a work, and who has spoken since they began to.

    Parameters
    ----------
    words
        (person, verb) of every judgement on one work, oldest first.

    Returns
    -------
    tuple
        Whether the last words of the people differ; and the people who judged it after the dispute arose (they are not
        asked again until someone changes their mind).

    Examples
    --------
    >>> disputes([("anna", "include"), ("bram", "exclude"), ("anna", "include")])
    (True, {'anna'})
    >>> disputes([("anna", "include"), ("bram", "exclude"), ("anna", "exclude")])
    (False, set())
    """
    last: dict[str, str] = {}
    spoken: set[str] = set()
    disputed = False
    for person, verb in words:
        was, changed = disputed, last.get(person) != verb
        last[person] = verb
        disputed = len(set(last.values())) > 1
        if changed or not disputed:
            spoken = set()
        if was and disputed:
            spoken = spoken | {person}
    return disputed, spoken
