"""Rules and meaning together: the labels of many texts, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from leeszaal.reading.meaning import MEANING_VERSION, Meaning, can_judge
from leeszaal.reading.rules import RULES_VERSION, Found, Rules
from leeszaal.reading.taxonomy import Taxonomy
from leeszaal.works.embedding import model_name

__all__ = ["Reader", "reader_of", "version"]


class Reader:
    """Gives texts their labels: by the rules, and where `meaning` is handed in by what their titles mean as well."""

    def __init__(self, rules: Rules, meaning: Meaning | None = None) -> None:
        self.rules = rules
        self.meaning = meaning

    def read(self, works: Iterable[Mapping[str, str | None]]) -> list[list[Found]]:
        """Return the labels of each work, best first; see `Rules.read` for the fields."""
        fields = list(works)
        found, context = [], []
        for labels, in_context in self.rules.read_all(fields):
            found.append(labels)
            context.append(in_context)
        if self.meaning is None:
            return found
        titles = [one.get("title") or "" for one in fields]
        # A title outside every rule and every context is left alone; of a large corpus that is most.
        asked = [n for n, title in enumerate(titles) if title.strip() and (found[n] or context[n])]
        judged = self.meaning.read([titles[n] for n in asked], [found[n] for n in asked], [context[n] for n in asked])
        for number, labels in zip(asked, judged, strict=True):
            found[number] = labels
        return found


@lru_cache(maxsize=2)
def _rules(taxonomy: Taxonomy) -> Rules:
    """Return the rules of a taxonomy; making them takes longer than reading a thousand titles."""
    return Rules(taxonomy)


def reader_of(taxonomy: Taxonomy, *, rules_only: bool = False, cache: Path | None = None) -> Reader:
    """Return the reader of a taxonomy: with meaning, unless `rules_only` or it cannot be judged here.

    Parameters
    ----------
    taxonomy
        The themes and their terms.
    rules_only
        Leave meaning out: some fifteen times faster.
    cache
        A folder for embeddings; see `leeszaal.reading.meaning.Meaning`.
    """
    meaning = Meaning(taxonomy, cache) if not rules_only and can_judge(taxonomy) else None
    return Reader(_rules(taxonomy), meaning)


def version(taxonomy: Taxonomy) -> str:
    """Return what the labels depend on besides texts and taxonomy."""
    return f"{RULES_VERSION} {MEANING_VERSION} {model_name()}" if can_judge(taxonomy) else str(RULES_VERSION)
