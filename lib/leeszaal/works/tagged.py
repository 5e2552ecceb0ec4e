"""Records of tagged lines: a tag in front, its value behind, and lines that go on indented."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from leeszaal.works.plain import pick, plain

__all__ = ["Tagged", "read_tagged"]


@dataclass
class Tagged:
    """One record: for every tag its values in order, and each value the lines it was written on.

    Attributes
    ----------
    line
        Line of the file on which it starts, counted from 1.
    """

    line: int
    values: dict[str, list[list[str]]] = field(default_factory=dict)
    verbatim: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """The record as it stood."""
        return "\n".join(self.verbatim).strip("\n")

    def all(self, *tags: str) -> list[str]:
        """Return every value of the first of `tags` that has any, its lines joined."""
        for tag in tags:
            found = [text for lines in self.values.get(tag, []) if (text := plain(" ".join(lines)))]
            if found:
                self.taken.add(tag)
                return found
        return []

    def lines(self, *tags: str) -> list[str]:
        """Return every line of the first of `tags` that has any, where a line is a value of its own."""
        for tag in tags:
            found = [text for lines in self.values.get(tag, []) for line in lines if (text := plain(line))]
            if found:
                self.taken.add(tag)
                return found
        return []

    def one(self, *tags: str) -> str | None:
        """Return the first value of the first of `tags` that has any; further values stay for `rest`."""
        for tag in tags:
            found = self.all(tag)
            if found:
                if len(found) > 1:
                    self.taken.discard(tag)
                return pick(*found)
        return None

    def rest(self) -> dict[str, str]:
        """Return what nobody took, by tag; several values apart by semicolons."""
        return {
            tag: "; ".join(found)
            for tag, values in self.values.items()
            if tag not in self.taken and (found := [text for lines in values if (text := plain(" ".join(lines)))])
        }


def read_tagged(
    text: str, tag: re.Pattern[str], indent: re.Pattern[str], begins: Callable[[str, Tagged], bool],
    ends: frozenset[str] = frozenset(), apart: Iterable[str] = (), *, blank_ends: bool = False,
) -> Iterator[Tagged]:  # fmt: skip
    """Split a text into records.

    Parameters
    ----------
    text
        With Unix line ends.
    tag
        Matches a line with a tag (group 1) and a value (group 2).
    indent
        Matches a line that goes on with the value before it (group 1).
    begins
        Called with a tag and the record so far: does a new record begin here?
    ends
        Tags that close a record; what follows up to the next record belongs to none.
    apart
        Tags of the file itself, which belong to no record.
    blank_ends
        Whether a blank line closes a record as well.

    Yields
    ------
    Tagged
        With every line of it in `verbatim`, also those that could not be placed.
    """
    outside = frozenset(apart)
    record: Tagged | None = None
    last: list[str] | None = None
    closed = True
    for number, line in enumerate(text.split("\n"), 1):
        if blank_ends and not line.strip():
            closed, last = True, None
        found = tag.match(line)
        if found and found[1] in outside:
            continue
        if found and found[1] in ends:
            closed, last = True, None
            if record is not None:
                record.verbatim.append(line)
            continue
        if found and (closed or record is None or begins(found[1], record)):
            if record is not None:
                yield record
            record, closed = Tagged(number), False
        if record is None or closed:
            continue
        record.verbatim.append(line)
        if found:
            last = [found[2]]
            record.values.setdefault(found[1], []).append(last)
        elif last is not None and (more := indent.match(line)):
            last.append(more[1])
        elif line.strip() and last is not None:
            last.append(line.strip())
    if record is not None:
        yield record
