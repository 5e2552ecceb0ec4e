"""The policy instruments of `literature/instruments.yaml`, and the works that name them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.reading.terms import Matcher
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["Instrument", "instrument_units", "load_instruments"]

_KINDS = ("nl", "en", "abbr")
_FIELDS = ("title", "keywords", "abstract")


@dataclass(frozen=True)
class Instrument:
    """One policy instrument.

    Attributes
    ----------
    id
        Short name that stays.
    label
        Name for readers, by language.
    terms
        Pairs of a term and its kind, as `Matcher` takes them.
    """

    id: str
    label: dict[str, str]
    terms: tuple[tuple[str, str], ...]


def load_instruments(path: Path) -> list[Instrument]:
    """Read the list of instruments.

    Raises
    ------
    LeeszaalError
        Naming file and line, when a key is unknown or missing, an id stands there twice, or a term is no text.
    """
    source = read_yaml(path)
    top = source.check_keys(source.content, ["version", "instruments"], ["instruments"])
    entries = source.check_kind(top["instruments"], list, "instruments")
    found: list[Instrument] = []
    seen: set[str] = set()
    for at, entry in enumerate(entries):
        place = ("instruments", at)
        source.check_keys(entry, ["id", "label", "match"], ["id", "label", "match"], *place)
        name = str(source.check_kind(entry["id"], str, *place, "id"))
        if name in seen or not name.replace("-", "").isalnum() or name != name.lower():
            why = "staat er twee keer" if name in seen else "is geen korte naam"
            raise source.error(
                f"het id ‘{name}’ {why}.", *place, "id", remedy="Gebruik kleine letters, cijfers en streepjes."
            )
        seen.add(name)
        label = source.check_keys(entry["label"], ["nl", "en"], ["nl", "en"], *place, "label")
        label = {lang: str(source.check_kind(text, str, *place, "label", lang)) for lang, text in label.items()}
        found.append(Instrument(name, label, _terms(source, entry["match"], *place, "match")))
    return found


def _terms(source: YamlFile, value: Any, *place: str | int) -> tuple[tuple[str, str], ...]:
    match = source.check_keys(value, list(_KINDS), [], *place)
    terms = [
        (str(source.check_kind(term, str, *place, kind, at)), kind)
        for kind, listed in match.items()
        for at, term in enumerate(source.check_kind(listed, list, *place, kind))
    ]
    if not terms:
        raise source.error("er staat geen enkel woord onder match.", *place, remedy="Voeg toe: nl: [woord, …]")
    return tuple(terms)


def instrument_units(works: pd.DataFrame, instruments: list[Instrument]) -> pd.DataFrame:
    """Return which works name which instrument, in title, keywords or abstract.

    Terms are taken as they are written: a word more in between or another order is another thing here.

    Parameters
    ----------
    works
        `work_id`, `title`, and where there are `abstract` and `keywords` (list or text).
    instruments
        What to look for.

    Returns
    -------
    DataFrame
        `kind` ("instrument"), `unit` (its id), `work_id`.
    """
    numbered = [(number, term) for number, one in enumerate(instruments) for term in one.terms]
    matcher = Matcher([(term, "abbr" if kind == "abbr" else "exact") for _, (term, kind) in numbered])
    columns = [works[name].tolist() if name in works else [None] * len(works) for name in _FIELDS]
    rows = []
    texts = zip(*[map(_text, column) for column in columns], strict=True)
    scans = matcher.scan_all(text for fields in texts for text in fields)
    for work_id in works["work_id"]:
        terms = set[int]().union(*[scan.terms() for scan in islice(scans, len(columns))])
        rows += [(instruments[number].id, work_id) for number in sorted({numbered[term][0] for term in terms})]
    frame = pd.DataFrame(rows, columns=["unit", "work_id"], dtype=object)
    frame.insert(0, "kind", "instrument")
    return frame


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, float) or value is pd.NA else " ; ".join(map(str, value))
