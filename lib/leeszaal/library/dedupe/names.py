"""Author fields as they come (a list, one string, "et al.", an institution), made comparable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from leeszaal.works.names import PARTICLES
from leeszaal.works.plain import fold

__all__ = ["NameReader", "Names"]

# Enough names to recognise a list by; some consortia have thousands.
_ENOUGH = 8
_BETWEEN = re.compile(r"\s*;\s*|\s+and\s+|\s*\|\s*|\s*&\s*", re.IGNORECASE)
_AND = re.compile(r"\band\b|&", re.IGNORECASE)
_SHORT_NAMES = re.compile(r"^[^,;]+ (?:[A-Z]\.?[- ]?){1,4}(?:, ?[^,;]+ (?:[A-Z]\.?[- ]?){1,4})+(?:,? ?et al\.?)?$")
_INITIALS_LAST = re.compile(r"^(.+?) ((?:[A-Z]\.?[- ]?){1,4})$")
_NOBODY = frozenset({
    "anonymous", "anon", "no author", "unknown", "none", "na", "nn", "et al", "others", "and others", "anoniem",
    "onbekend", "anderen",     "no authorship", "no author listed", "nan", "no author name available",
    "no authorship indicated",
})  # fmt: skip


class Names(NamedTuple):
    """One author field.

    Attributes
    ----------
    first
        Family name of the first author in bare letters, without particles; "" for nobody.
    full
        All words of the first author's name, sorted.
    families
        The family names of the first eight authors.
    literal
        The first author is an institution, or a name written without a comma.
    """

    first: str
    full: str
    families: str
    literal: bool


_EMPTY = Names("", "", "", False)


class NameReader:
    """Reads author fields and remembers each name it has read, since the same people come back."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str, bool]] = {}

    def __call__(self, value: object) -> Names:
        """Return the comparable names in one author field.

        Examples
        --------
        >>> NameReader()("de Vries, Anna; Jansen, P.")
        Names(first='vries', full='anna de vries', families='vries jansen', literal=False)
        >>> NameReader()(["et al."])
        Names(first='', full='', families='', literal=False)
        """
        found = []
        for name in _listed(value)[:_ENOUGH]:
            known = self._known.get(name)
            if known is None:
                known = self._known[name] = _one(name)
            if known[0]:
                found.append(known)
        if not found:
            return _EMPTY
        first, full, literal = found[0]
        return Names(first, full, " ".join(f[0] for f in found), literal)


def _listed(value: object) -> list[str]:
    if value is None or isinstance(value, float):
        return []
    if not isinstance(value, str):
        return [str(v) for v in value] if isinstance(value, Iterable) else []
    if ";" in value or "|" in value or _AND.search(value):
        return [part for part in _BETWEEN.split(value) if part]
    if value.count(",") > 1 and _SHORT_NAMES.match(value):
        return value.split(",")
    if value.count(",") > 2:  # "Vries, A., Jansen, P."
        parts = value.split(",")
        return [f"{a}, {b}" for a, b in zip(parts[::2], parts[1::2], strict=False)]
    return [value]


def _one(name: str) -> tuple[str, str, bool]:
    """Return family name, all words and whether the name stands without a comma."""
    words = fold(name)
    if words in _NOBODY or not words:
        return ("", "", False)
    words = words.removesuffix(" et al")
    full = " ".join(sorted(words.split()))
    if "," in name:
        family, literal = fold(name.split(",", 1)[0]), False
    elif initials := _INITIALS_LAST.match(name.strip()):
        family, literal = fold(initials[1]), False
    else:
        family, literal = words, True
    kept = [w for w in family.split() if w not in PARTICLES]
    if literal and len(kept) == 2 and len(kept[0]) == 1:  # "J. Smith"
        kept, literal = kept[1:], False
    return ("".join(kept) or family.replace(" ", ""), full, literal)
