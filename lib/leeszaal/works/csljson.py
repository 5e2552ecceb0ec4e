"""CSL-JSON, as Zotero, Pandoc and Crossref write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.works.dates import When, read_date
from leeszaal.works.decode import Text
from leeszaal.works.identifiers import find_dois, find_isbns, split_citekey
from leeszaal.works.kinds import refine, type_from_csl
from leeszaal.works.language import normal_code
from leeszaal.works.names import institution, listed_names, person
from leeszaal.works.plain import pick, plain, split_keywords
from leeszaal.works.record import Reading, Record, Reject

__all__ = ["read_csljson"]

_FIELDS = """
id type title abstract author editor issued container-title publisher volume issue page DOI ISBN URL language
keyword note
citation-key collection-title
"""
_USED = frozenset(_FIELDS.split())


def _names(values: Any) -> tuple[str, ...]:
    out: list[str] = []
    for value in values if isinstance(values, list) else []:
        if not isinstance(value, Mapping):
            out += listed_names([str(value)])
        elif value.get("literal"):
            out.append(institution(str(value["literal"])))
        else:
            particle = pick(value.get("non-dropping-particle"), value.get("dropping-particle"))
            out.append(person(value.get("family"), value.get("given"), particle, value.get("suffix")))
    return tuple(name for name in out if name)


def _when(issued: Any) -> When:
    if not isinstance(issued, Mapping):
        return read_date(plain(issued))
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0] and plain(parts[0][0]):
        numbers = [str(p) for p in parts[0]]
        return read_date(numbers[0], *numbers[1:3])
    return read_date(pick(issued.get("raw"), issued.get("literal"), issued.get("year")))


def _text(value: Any) -> str | None:
    """Return a field as text; Crossref puts titles in lists."""
    if isinstance(value, list):
        return pick(*value)
    return plain(value) if isinstance(value, str | int | float) else None


def _record(item: Mapping[str, Any], number: int) -> Record | None:
    title = _text(item.get("title"))
    if title is None:
        return None
    when = _when(item.get("issued"))
    kind = str(item.get("type") or "")
    container = _text(item.get("container-title")) or _text(item.get("collection-title"))
    dois, isbns = find_dois(_text(item.get("DOI"))), find_isbns(" ".join(_many(item.get("ISBN"))))
    extra = {
        str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        for name, value in item.items()
        if name not in _USED and value not in (None, "", [], {})
    }
    language = normal_code(_text(item.get("language")))
    for name, understood in (("DOI", dois), ("ISBN", isbns), ("language", language)):
        if not understood and (said := _text(item.get(name))):
            extra[name] = said
    if when.unread:
        extra["issued"] = when.unread
    own = pick(item.get("id"))
    # The id may be Zotero's own number of the item: an address, or two numbers.
    given = pick(item.get("citation-key")) or (own if own and not re.search(r"/|^\d+$", own) else None)
    said = item.get("note")
    key, note = split_citekey(said if isinstance(said, str) else _text(said), given)
    return Record(
        title=title,
        source_record_id=own or f"{number}",
        citekey=key or own,
        type=refine(type_from_csl(kind), title, container, note, _text(item.get("number"))),
        raw_type=kind,
        abstract=_text(item.get("abstract")),
        authors=_names(item.get("author")),
        editors=_names(item.get("editor")),
        year=when.year,
        date=when.date,
        container=container,
        publisher=_text(item.get("publisher")),
        volume=_text(item.get("volume")),
        issue=_text(item.get("issue")),
        pages=_text(item.get("page")),
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        url=_text(item.get("URL")),
        language=language,
        keywords=split_keywords(_many(item.get("keyword"))),
        note=pick(note, when.unread),
        extra=extra,
    )


def _many(value: Any) -> Iterable[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)] if value else []


def read_csljson(text: Text, name: str) -> Reading:
    """Read a CSL-JSON file: a list of items, one item, or ``{"items": [...]}``.

    Raises
    ------
    LeeszaalError
        When the text is not JSON (naming file, line and column) or holds no items.
    """
    try:
        data = json.loads(text.text)
    except json.JSONDecodeError as error:
        raise LeeszaalError(
            f"{name} is geen geldige JSON: regel {error.lineno}, teken {error.colno}.",
            "Exporteer het bestand opnieuw als CSL-JSON, bijvoorbeeld uit Zotero.",
        ) from error
    except RecursionError as error:
        raise LeeszaalError(f"{name} is te diep genest om te lezen.", "Exporteer het bestand opnieuw.") from error
    if isinstance(data, Mapping):
        data = data.get("items") if isinstance(data.get("items"), list) else [data] if "title" in data else None
    if not isinstance(data, list):
        raise LeeszaalError(
            f"{name} bevat geen lijst van verwijzingen.",
            "Exporteer het bestand als CSL-JSON, bijvoorbeeld uit Zotero.",
        )
    records: list[Record] = []
    rejects: list[Reject] = []
    for number, item in enumerate(data, 1):
        record = _record(item, number) if isinstance(item, Mapping) else None
        if record is not None:
            records.append(record)
        else:
            reason = "De verwijzing heeft geen titel." if isinstance(item, Mapping) else "Dit is geen verwijzing."
            rejects.append(
                Reject(json.dumps(item, ensure_ascii=False, indent=2), None, f"Verwijzing {number}: {reason}")
            )
    return Reading("csl-json", text.encoding, tuple(records), tuple(rejects), remarks=text.remarks)
