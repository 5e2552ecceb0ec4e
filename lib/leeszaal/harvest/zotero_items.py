"""An item of Zotero as a record of this house."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from leeszaal.harvest.markup import untag
from leeszaal.works.dates import read_date
from leeszaal.works.identifiers import find_dois, find_isbns, split_citekey
from leeszaal.works.kinds import refine
from leeszaal.works.language import normal_code
from leeszaal.works.names import institution, listed_names, person
from leeszaal.works.plain import pick, plain
from leeszaal.works.record import Record

__all__ = ["item_record"]

_KINDS = {
    "journalArticle": "article", "magazineArticle": "article", "newspaperArticle": "article", "preprint": "article",
    "bookSection": "chapter", "encyclopediaArticle": "chapter", "dictionaryEntry": "chapter", "book": "book",
    "report": "report", "standard": "report", "thesis": "thesis", "statute": "law", "bill": "law", "hearing": "law",
    "case": "case", "webpage": "web", "blogPost": "web", "forumPost": "web", "conferencePaper": "conference",
    "presentation": "conference",
}  # fmt: skip
_NO_WORKS = {"attachment": "een los bestand", "note": "een losse notitie", "annotation": "een aantekening"}
_TITLES = ("title", "caseName", "nameOfAct", "subject")
_CONTAINERS = (
    "publicationTitle", "bookTitle", "proceedingsTitle", "encyclopediaTitle", "dictionaryTitle", "websiteTitle",
    "blogTitle", "forumTitle", "reporter", "code",
)  # fmt: skip
_PUBLISHERS = ("publisher", "institution", "university", "organization", "repository", "legislativeBody", "court")
_AUTHORS = frozenset(
    {"author", "presenter", "inventor", "cartographer", "artist", "performer", "interviewee", "podcaster", "programmer",
     "sponsor", "director"}
)  # fmt: skip
# One "Name: value" a line, as Zotero keeps what has no field.
_DOI_LINE = re.compile(r"^doi\s*:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_NOT_KEPT = frozenset(
    {"key", "version", "itemType", "creators", "tags", "collections", "relations", "abstractNote", "date", "volume",
     "issue", "pages", "DOI", "ISBN", "url", "language", "extra", "dateAdded", "dateModified", "deleted",
     *_TITLES, *_CONTAINERS, *_PUBLISHERS}
)  # fmt: skip


def _name(creator: Mapping[str, Any]) -> str:
    if creator.get("name"):
        return institution(str(creator["name"]))
    family, given = plain(creator.get("lastName")), plain(creator.get("firstName"))
    if family and given:
        return person(family, given)
    return "".join(listed_names([family or given or ""])[:1])


def _names(data: Mapping[str, Any], kinds: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for one in data.get("creators") or () if one.get("creatorType") in kinds and (name := _name(one)))


def _first(data: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, str | None]:
    """Return the first of these fields that is filled, and its text."""
    for name in names:
        text = untag(data.get(name))
        if text:
            return name, text
    return "", None


def item_record(item: Mapping[str, Any], library: str, collections: Mapping[str, str]) -> Record | str:
    """Return one item as a record, or in Dutch why it is none.

    Parameters
    ----------
    item
        As the API gives it, with `key`, `version`, `meta` and `data`.
    library
        Its library, which with the key makes the record's own name: ``group:123/ABCD2345``.
    collections
        Key to name.
    """
    data, meta = item["data"], item.get("meta") or {}
    raw = str(data["itemType"])
    if data.get("deleted"):
        return "dit item ligt in de prullenbak van Zotero"
    if raw in _NO_WORKS:
        return f"dit is {_NO_WORKS[raw]} in Zotero, zonder werk waar het bij hoort"
    title_field, title = _first(data, _TITLES)
    if title is None:
        return "dit item van Zotero heeft geen titel"
    container_field, container = _first(data, _CONTAINERS)
    publisher_field, publisher = _first(data, _PUBLISHERS)
    said = _DOI_LINE.search(str(data.get("extra") or ""))
    citekey, beside = split_citekey(_DOI_LINE.sub("", str(data.get("extra") or "")), plain(data.get("citationKey")))
    # Zotero's own reading of the date has zeros for what is not known: "1993-00-00".
    when = read_date(re.sub(r"-00", "", str(meta.get("parsedDate") or "")) or plain(data.get("date")))
    dois = find_dois(pick(data.get("DOI"), said and said[1], data.get("url")))
    isbns = find_isbns(plain(data.get("ISBN")))
    language = normal_code(plain(data.get("language")))
    extra = {
        name: text
        for name, value in data.items()
        if name not in _NOT_KEPT and isinstance(value, str | int) and (text := plain(value))
    }
    for name in (*_TITLES, *_CONTAINERS, *_PUBLISHERS):
        if name not in (title_field, container_field, publisher_field) and (text := plain(data.get(name))):
            extra[name] = text
    for name, understood in (("DOI", dois), ("ISBN", isbns), ("language", language)):
        if not understood and (text := plain(data.get(name))):
            extra[name] = text
    if when.unread:
        extra["date"] = when.unread
    places = [collections.get(key, key) for key in data.get("collections") or ()]
    automatic = [str(tag["tag"]) for tag in data.get("tags") or () if tag.get("type") == 1]
    others = [
        f"{name} ({one.get('creatorType')})"
        for one in data.get("creators") or ()
        if one.get("creatorType") not in _AUTHORS | {"editor"} and (name := _name(one))
    ]
    for name, values in (("collections", places), ("automatic tags", automatic), ("creators", others)):
        if values:
            extra[name] = "; ".join(values)
    kind = _KINDS.get(raw, "other")
    return Record(
        title=title,
        source_record_id=f"{library}/{item['key']}",
        citekey=citekey,
        type=refine(kind, title, container, beside),
        raw_type=raw,
        abstract=untag(data.get("abstractNote"), heading=True),
        authors=_names(data, _AUTHORS),
        editors=_names(data, frozenset({"editor"})),
        year=when.year,
        date=when.date,
        container=None if container == title else container,
        publisher=publisher,
        volume=plain(data.get("volume")),
        issue=plain(data.get("issue")),
        pages=plain(data.get("pages")),
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        url=plain(data.get("url")),
        language=language,
        keywords=tuple(dict.fromkeys(str(tag["tag"]).strip() for tag in data.get("tags") or () if tag.get("tag"))),
        note=beside,
        extra=extra | {"version": str(item.get("version", data.get("version", "")))},
    )
