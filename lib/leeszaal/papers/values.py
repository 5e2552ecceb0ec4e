"""A value of the run: the number, and how it is written in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering
from typing import Any

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

    Examples
    --------
    >>> share = Value(0.123, "12 %")
    >>> f"{share}", share > 0.1
    ('12 %', True)
    """

    number: float | int | str | None
    text: str
    works: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return self.number == (other.number if isinstance(other, Value) else other)

    def __lt__(self, other: Any) -> bool:
        return self.number < (other.number if isinstance(other, Value) else other)  # type: ignore[operator]

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

    def names(self, prefix: str = "") -> list[str]:
        """Return the full names of all values in this group, as a writer types them."""
        found: list[str] = []
        for key, value in self.items():
            name = f"{prefix}{key}"
            found.extend(value.names(f"{name}.") if isinstance(value, ValueGroup) else [name])
        return found
