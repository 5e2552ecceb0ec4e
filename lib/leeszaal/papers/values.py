"""A value of the run: the number, and how it is written in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import total_ordering
from typing import Any

from leeszaal.errors import nearest

__all__ = ["Value", "ValueGroup"]


@total_ordering
@dataclass(frozen=True, eq=False)
class Value:
    """A number or word that the writer's text uses by name.

    Parameters
    ----------
    number
        What it is, for comparisons: a count, a share (0.12), a growth rate, a year, or a word. None: not known.
    text
        How it is written: with its unit, its rounding and the number format of the language.
    works
        The works behind it.
    definition
        What it counts, in the reader's language; the title of the list of its works.
    choices
        For a word out of a few: each word it may be, with other ways to write it. A comparison with any other word is
        an error that names the nearest, because it could never hold.

    Examples
    --------
    >>> share = Value(0.123, "12 %")
    >>> f"{share}", share > 0.1
    ('12 %', True)
    >>> Value("rises", "stijgt", choices={"rises": ("stijgt", "stijgend"), "falls": ("daalt",)}) == "stijgend"
    True
    """

    number: float | int | str | None
    text: str
    works: tuple[str, ...] = ()
    definition: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Value):
            return self.number == other.number
        if self.choices and isinstance(other, str):
            for word, others in self.choices.items():
                if other == word or other in others:
                    return self.number == word
            known = [*self.choices, *(word for others in self.choices.values() for word in others)]
            raise ValueError(f"deze waarde is nooit ‘{other}’. {nearest(other, known)}")
        return self.number == other

    def __lt__(self, other: Any) -> bool:
        if self.number is None:
            raise TypeError("deze waarde is in deze run niet bekend")
        than: Any = other.number if isinstance(other, Value) else other
        return bool(self.number < than)

    def __hash__(self) -> int:
        return hash(self.number)


class ValueGroup(dict[str, "Value | ValueGroup"]):
    """Values under one name: `{{ deelthema.financieel.werken }}`."""

    def group(self, name: str) -> ValueGroup:
        """Return the values under `name`; a single value is no group."""
        found = self[name]
        if not isinstance(found, ValueGroup):
            raise TypeError(f"{name} is a value, not a group of values")
        return found

    def flat(self, prefix: str = "") -> Iterator[tuple[str, Value]]:
        """Yield the full name of every value in this group, as a writer types it, with the value."""
        for key, value in self.items():
            if isinstance(value, ValueGroup):
                yield from value.flat(f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}", value

    def names(self) -> list[str]:
        """Return the full names of all values in this group, as a writer types them."""
        return [name for name, _ in self.flat()]
