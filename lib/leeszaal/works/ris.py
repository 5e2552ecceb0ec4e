"""RIS: every reference, from one TY to the next, becomes a record or a reject.

rispy reads one reference at a time, so that a broken one costs only itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from leeszaal.works.dates import read_date
from leeszaal.works.decode import Text
from leeszaal.works.identifiers import find_dois, find_isbns, split_citekey
from leeszaal.works.kinds import refine, type_from_ris
from leeszaal.works.language import normal_code
from leeszaal.works.names import listed_names
from leeszaal.works.plain import pick, plain, split_keywords
from leeszaal.works.record import Reading, Record, Reject
from leeszaal.works.write_ris import WRITER

__all__ = ["looks_like_ris", "read_ris"]

# Two blanks are the norm, one blank, a tab and a missing value all occur; so do marks of order in invisible
# characters.
_TAG = re.compile(r"[\ufeff\u200b-\u200f\u202a-\u202e]*([A-Z][A-Z0-9])[ \t]{1,3}-(?:[ \t]+(.*)|[ \t]*$)")
_HTML = re.compile(r"</?(?:p|div|span|br)\b[^>]*>", re.IGNORECASE)
_FIELDS = "TY ER TI T1 CT BT AU A1 ED A2 PY Y1 DA JO JF T2 JA J2 PB PU VL IS SP EP AB N2 DO UR KW N1 LA ID"
_ASREVIEW = re.compile(r"ASReview_(\w+)")  # how ASReview writes its labels among the notes
_NAMED = re.compile(r"((?:asreview|leeszaal)_\w+): (.+)")  # and what else it, and this house, say of a label: as JSON
_USED = frozenset(_FIELDS.split())
_OPENING = frozenset(("TI", "T1", "AU", "A1"))
_REASON_START = "De verwijzing begint niet met TY (het soort publicatie)."
_REASON_TITLE = "De verwijzing heeft geen titel (TI, T1 of T2)."

Tags = Mapping[str, list[str]]


def looks_like_ris(text: str) -> bool:
    """Tell whether a text holds a RIS reference."""
    return any((found := _TAG.match(line)) and found[1] == "TY" for line in text.split("\n"))


def _split(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines of each reference with the number of its first line.

    One goes from TY to TY. A title or author between an ER and the next TY belongs to a reference that lost
    its TY; any other tag there is an afterthought (Ovid writes one).
    """
    found: list[tuple[int, list[str]]] = []
    ended = False
    for number, line in enumerate(text.split("\n"), 1):
        tag = _TAG.match(line)
        if tag and (tag[1] == "TY" or (ended and tag[1] in _OPENING)):
            found.append((number, [line]))
            ended = False
        elif found:
            found[-1][1].append(line)
            ended = ended or bool(tag and tag[1] == "ER")
    return found


def _normal(lines: list[str]) -> str:
    """Write a reference as rispy wants it: ``XX  - value``, each value on one line, ER at the end."""
    out: list[str] = []
    for line in lines:
        tag = _TAG.match(line)
        if tag and tag[1] == "ER":
            break
        if tag:
            out.append(f"{tag[1]}  - {(tag[2] or '').strip()}")
        elif line.strip():
            # rayyan and others put keywords on lines of their own below the first
            out.append(f"KW  - {line.strip()}") if out[-1].startswith("KW") else out.append(
                out.pop() + " " + line.strip()
            )
    return "\n".join([*out, "ER  - ", ""])


def _tags(block: str) -> Tags:
    import rispy  # 10 ms, only for RIS
    from rispy.config import TAG_KEY_MAPPING

    mapping = {tag: tag for tag in TAG_KEY_MAPPING} | {
        tag: tag for tag in re.findall(r"^([A-Z][A-Z0-9])  -", block, re.MULTILINE)
    }
    every: list[str] = [tag for tag in mapping if tag not in ("TY", "ER")]
    parsed: list[dict[str, Any]] = rispy.loads(block, mapping=mapping, list_tags=every, delimiter_tags_mapping={})
    if len(parsed) != 1:
        raise ValueError(f"expected one reference, found {len(parsed)}")
    return {tag: [v] if isinstance(v, str) else [str(x) for x in v] for tag, v in parsed[0].items()}


def _first(tags: Tags, *names: str) -> str | None:
    return pick(*(value for name in names for value in tags.get(name, [])))


def _pages(tags: Tags) -> str | None:
    start, end = _first(tags, "SP"), _first(tags, "EP")
    if start and end and end != start and "-" not in start:
        return f"{start}-{end}"
    return start or end


def _said(value: str) -> str:
    """Return a value that was written as JSON as text; what is no JSON as it stands."""
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, str) else value


def _record(tags: Tags, line: int, number: int) -> Record | None:
    kind = _first(tags, "TY") or ""
    whole = type_from_ris(kind)
    title = _first(tags, "TI", "T1", "CT", "BT") or (
        _first(tags, "T2", "ST") if whole in ("book", "other", "web") else None
    )
    if title is None:
        return None
    when = read_date(_first(tags, "DA", "PY", "Y1"))
    year = read_date(_first(tags, "PY", "Y1", "DA"))
    if when.year != year.year or when.year is None:  # DA is sometimes the date of the export
        when = year
    container = _first(tags, "JO", "JF", "T2", "JA", "J2") if whole != "book" else _first(tags, "T3")
    if whole in ("chapter", "conference"):
        container = _first(tags, "T2", "BT", "JO", "JF")
    own = _first(tags, "DP") == WRITER  # then a field says what it says
    container = None if container == title and not own else container
    dois = find_dois(" ".join(tags.get("DO", []))) or find_dois(" ".join([*tags.get("UR", []), *tags.get("L2", [])]))
    isbns = find_isbns(" ".join(tags.get("SN", [])))
    urls = [u for value in tags.get("UR", []) if (u := plain(value))]
    told = [n for value in tags.get("N1", []) if (n := plain(value if own else _HTML.sub(" ", value)))]
    labels = [found[1] for n in told if (found := _ASREVIEW.fullmatch(n))]
    named = {found[1]: found[2] for n in told if (found := _NAMED.fullmatch(n))}
    notes = " ".join(n for n in told if not _ASREVIEW.fullmatch(n) and not _NAMED.fullmatch(n))
    citekey, note = split_citekey(notes, _first(tags, "ID") if own else None)
    abstract = _first(tags, "AB", "N2")
    extra = {
        tag: "; ".join(v for v in map(str, values) if plain(v)) for tag, values in tags.items() if tag not in _USED
    }
    language = normal_code(_first(tags, "LA"))
    for tag, understood in (("DO", dois), ("LA", language)):
        if not understood and (said := _first(tags, tag)):
            extra[tag] = said
    if len(dois) > 1:
        extra["DO"] = "; ".join(dois[1:])
    if len(urls) > 1:
        extra["UR"] = "; ".join(urls[1:])
    for tag in ("M1", "M2"):  # where Zotero writes its field Extra
        if tag in extra:
            citekey, rest = split_citekey(extra[tag], citekey)
            extra[tag] = rest or ""
    if labels:
        extra["ASReview"] = "; ".join(labels)
    extra |= {name: _said(value) for name, value in named.items()}
    if when.unread:
        extra["PY"] = when.unread
    return Record(
        title=title,
        source_record_id=_first(tags, "ID", "AN") or f"{number}",
        line=line,
        citekey=citekey,
        type=refine(whole, title, container, note),
        raw_type=kind,
        abstract=plain(abstract if own else _HTML.sub(" ", abstract)) if abstract else None,
        authors=listed_names([*tags.get("AU", []), *tags.get("A1", [])]),
        editors=listed_names(
            [*tags.get("ED", []), *(tags.get("A2", []) if whole in ("chapter", "book", "conference") else [])]
        ),
        year=when.year,
        date=when.date,
        container=container,
        publisher=_first(tags, "PB", "PU"),
        volume=_first(tags, "VL"),
        issue=_first(tags, "IS"),
        pages=_pages(tags),
        doi=dois[0] if dois else None,
        isbn=isbns[0] if isbns else None,
        url=urls[0] if urls else None,
        language=language,
        keywords=split_keywords(tags.get("KW", [])),
        note=pick(note, when.unread),
        extra={name: value for name, value in extra.items() if value},
    )


def read_ris(text: Text) -> Reading:
    """Read a RIS file as Zotero, EndNote, Scopus, Web of Science, Ovid, Embase, PubMed or Rayyan write it.

    Returns
    -------
    Reading
        A record or reject for every TY line, and a reject for every reference that lost its TY.
    """
    records: list[Record] = []
    rejects: list[Reject] = []
    for number, (line, lines) in enumerate(_split(text.text), 1):
        verbatim = "\n".join(lines).strip()
        if _TAG.match(lines[0])[1] != "TY":  # type: ignore[index]  # `_split` starts at a tag
            rejects.append(Reject(verbatim, line, _REASON_START))
            continue
        try:
            record = _record(_tags(_normal(lines)), line, number)
        except (ValueError, KeyError, IndexError, OSError) as error:
            rejects.append(Reject(verbatim, line, f"De verwijzing is niet te lezen ({error})."))
            continue
        if record is None:
            rejects.append(Reject(verbatim, line, _REASON_TITLE))
        else:
            records.append(record)
    return Reading("ris", text.encoding, tuple(records), tuple(rejects), remarks=text.remarks)
