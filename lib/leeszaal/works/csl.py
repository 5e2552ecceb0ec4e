"""Works as CSL-JSON, for Pandoc and Quarto to cite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from leeszaal.works.kinds import csl_type
from leeszaal.works.names import ET_AL, LOW_COMMA, split_particle

__all__ = ["csl_name", "to_csl"]

_PLAIN = {
    "title": "title", "container": "container-title", "publisher": "publisher", "volume": "volume",
    "issue": "issue",
    "pages": "page", "doi": "DOI", "isbn": "ISBN", "url": "URL", "language": "language",
    "abstract": "abstract", "note": "note",
}  # fmt: skip
# Shown as text by the styles, so that citeproc takes no markup from them.
_SHOWN = ("title", "container", "publisher")
# The few tags that citeproc obeys in a field; every other less-than sign is text to it.
_MARKUP = re.compile(r"<(?=/?(?:i|b|sc|sup|sub|span)\b)", re.IGNORECASE)


def _absent(value: Any) -> bool:
    # Parquet read without `load_works` has arrays where that has lists.
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def csl_name(name: str) -> dict[str, str]:
    """Return a name as CSL: the particle apart ("de Vries" sorts under V), an institution as `literal`.

    Examples
    --------
    >>> csl_name("de Vries, Anna")
    {'family': 'Vries', 'non-dropping-particle': 'de', 'given': 'Anna'}
    >>> csl_name("Raad van State"), csl_name("King, Martin Luther, Jr.")
    ({'literal': 'Raad van State'}, {'family': 'King', 'given': 'Martin Luther', 'suffix': 'Jr.'})
    """
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 1:
        return {"literal": name.replace(LOW_COMMA, ",")}
    particle, family = split_particle(parts[0])
    out = {"family": family}
    if particle:
        out["non-dropping-particle"] = particle
    if parts[1]:
        out["given"] = parts[1]
    if len(parts) > 2 and parts[2]:
        out["suffix"] = ", ".join(parts[2:])
    return out


def _names(values: Any) -> list[dict[str, str]]:
    return [csl_name(name) for name in ([] if _absent(values) else values) if name != ET_AL] + (
        [{"literal": ET_AL}] if not _absent(values) and ET_AL in values else []
    )


def _issued(year: Any, date: Any) -> dict[str, Any] | None:
    text = str(date) if not _absent(date) else "" if _absent(year) else str(int(year))
    parts = [int(part) for part in text.split("-") if part.isdigit()]
    return {"date-parts": [parts]} if parts else None


def to_csl(works: pd.DataFrame, accessed: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return works as CSL-JSON items, in the order of the frame; the id of an item is its citekey.

    Parameters
    ----------
    works
        (n, ...) rows of `works.parquet`.
    accessed
        The day (ISO) on which a work was looked up, by citekey, for those that want it told.

    Returns
    -------
    list of dict
        JSON-able. Titles are plain text: a less-than sign that would start markup is followed by an invisible
        word joiner, so that ``<i>`` in a title is shown and not obeyed.

    Raises
    ------
    ValueError
        When the frame has no column `citekey`.
    """
    if "citekey" not in works.columns:
        raise ValueError("works must have a column 'citekey'")
    items = []
    for row in works.to_dict("records"):
        item: dict[str, Any] = {"id": row["citekey"], "type": csl_type(str(row.get("type") or "other"))}
        for ours, theirs in _PLAIN.items():
            value = row.get(ours)
            if not _absent(value) and value != "":
                item[theirs] = _MARKUP.sub("<\u2060", str(value)) if ours in _SHOWN else str(value)
        for ours, theirs in (("authors", "author"), ("editors", "editor")):
            names = _names(row.get(ours))
            if names:
                item[theirs] = names
        issued = _issued(row.get("year"), row.get("date"))
        if issued:
            item["issued"] = issued
        if looked := _issued(None, (accessed or {}).get(row["citekey"])):
            item["accessed"] = looked
        items.append(item)
    return items
