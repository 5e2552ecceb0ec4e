"""Rules and meaning together: the labels of many texts, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import tee
from pathlib import Path

from leeszaal.reading.meaning import Meaning, can_judge, version_of
from leeszaal.reading.rules import RULES_VERSION, Found, Rules
from leeszaal.reading.taxonomy import Taxonomy

__all__ = ["Reader", "reader_of", "version"]


class Reader:
    """Gives texts their labels: by the rules, and where `meaning` is handed in by what their titles mean as well."""

    def __init__(self, rules: Rules, meaning: Meaning | None = None) -> None:
        self.rules = rules
        self.meaning = meaning

    def read(self, works: Iterable[Mapping[str, str | None]]) -> list[list[Found]]:
        """Return the labels of each work, best first; see `Rules.read_all` for the fields."""
        titles, found = [], []
        mine, theirs = tee(works)
        for one, labels in zip(mine, self.rules.read_all(theirs), strict=True):
            titles.append(one.get("title") or "")
            found.append(labels)
        if self.meaning is None:
            return found
        asked = [number for number, title in enumerate(titles) if title.strip()]
        judged = self.meaning.read([titles[n] for n in asked], [found[n] for n in asked])
        for number, labels in zip(asked, judged, strict=True):
            found[number] = labels
        return found


@lru_cache(maxsize=2)
def _rules(taxonomy: Taxonomy) -> Rules:
    """Return the rules of a taxonomy; making them takes longer than reading a thousand titles."""
    return Rules(taxonomy)


def reader_of(
    taxonomy: Taxonomy, *, rules_only: bool = False, cache: Path | None = None, keep: Path | None = None
) -> Reader:
    """Return the reader of a taxonomy: with meaning, unless `rules_only` or it cannot be judged here.

    Parameters
    ----------
    taxonomy
        The themes and their terms.
    rules_only
        Leave meaning out: some three times faster.
    cache, keep
        Folders for embeddings and for the model; see `leeszaal.reading.meaning.Meaning`.
    """
    meaning = Meaning(taxonomy, cache, keep) if not rules_only and can_judge(taxonomy) else None
    return Reader(_rules(taxonomy), meaning)


def version(taxonomy: Taxonomy) -> str:
    """Return what the labels depend on besides texts and taxonomy."""
    return f"{RULES_VERSION} {version_of(taxonomy)}"
