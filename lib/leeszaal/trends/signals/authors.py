"""Who wrote: works that share an author form one group, so that one project is not taken for a movement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leeszaal.works.names import ET_AL, family
from leeszaal.works.plain import fold

__all__ = ["author_groups", "author_keys"]


def author_keys(authors: Iterable[object]) -> list[str]:
    """Return what each author is compared by: the family name and the first initial, folded.

    Examples
    --------
    >>> author_keys(["de Vries, Anna", "Raad van State"])
    ['de vries a', 'raad van state']
    """
    keys = []
    for name in authors:
        text = str(name)
        if text == ET_AL or not text.strip():
            continue
        given = text.partition(",")[2].strip()
        keys.append(f"{fold(family(text))} {fold(given)[:1]}".strip())
    return list(dict.fromkeys(keys))


def author_groups(keys: Sequence[Sequence[str]]) -> list[int]:
    """Number the groups of works that hang together by their authors; a work without authors stands alone.

    Examples
    --------
    >>> author_groups([["a"], ["b"], ["a", "c"], [], ["c"]])
    [0, 1, 0, 2, 0]
    """
    root = list(range(len(keys)))

    def top(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    first: dict[str, int] = {}
    for at, names in enumerate(keys):
        for name in names:
            other = top(first.setdefault(name, at))
            own = top(at)
            root[max(own, other)] = min(own, other)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(top(at), len(numbers)) for at in range(len(keys))]
