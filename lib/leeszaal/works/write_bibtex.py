r"""Works as BibTeX that both BibTeX and BibLaTeX programs read, and that `read_bibtex` reads back the same."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from leeszaal.works.names import ET_AL, LOW_COMMA
from leeszaal.works.rows import text_rows

__all__ = ["to_bibtex"]

_KINDS = {
    "article": "article", "chapter": "incollection", "book": "book", "report": "techreport", "thesis": "phdthesis",
    "law": "legislation", "case": "jurisdiction", "web": "online", "conference": "inproceedings", "other": "misc",
}  # fmt: skip
_CONTAINER = {"article": "journal", "chapter": "booktitle", "conference": "booktitle", "web": "organization"}
_PUBLISHER = {"report": "institution", "thesis": "school"}
_LANGUAGES = {"nl": "dutch", "en": "english", "de": "german", "fr": "french"}
_ESCAPED = {
    # BibTeX counts an escaped brace as a brace, so that one by itself would swallow the fields behind it.
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}~^%&#_$]")
# Two signs that TeX would make into one.
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)")
_CAPITALS = re.compile(r"(?<![\\\w])\w*[A-Z]\w*[A-Z]\w*")


def _escape(text: str) -> str:
    return _LIGATURE.sub("{}", _SPECIAL.sub(lambda found: _ESCAPED[found.group()], text))


def _name(name: str) -> str:
    if name == ET_AL:
        return "others"
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 1:
        return "{" + _escape(name.replace(LOW_COMMA, ",")) + "}"
    written = [_escape(part) for part in parts]
    written = ["{" + part + "}" if re.search(r"\band\b", part, re.IGNORECASE) else part for part in written]
    if len(parts) > 2:  # BibTeX has the suffix in the middle
        written = [written[0], ", ".join(written[2:]), written[1]]
    return ", ".join(written)


def _keywords(words: list[str]) -> str:
    """Join by commas, as programs expect, or by semicolons where a comma is part of a keyword."""
    if any("," in word for word in words):
        return "; ".join(words) + (";" if len(words) == 1 else "")
    return ", ".join(words)


def _fields(row: dict[str, Any]) -> dict[str, str]:
    kind, publisher = str(row["type"] or "other"), _PUBLISHER.get(str(row["type"]), "publisher")
    container = _CONTAINER.get(kind, "series")
    if kind == "web" and row["publisher"]:  # the one field would be taken for the other
        container = "series"
    fields = {
        "title": _CAPITALS.sub(lambda found: "{" + found.group() + "}", _escape(row["title"])),
        "author": " and ".join(_name(name) for name in row["authors"]),
        "editor": " and ".join(_name(name) for name in row["editors"]),
        "year": str(row["year"] or ""),
        "date": row["date"] if row["date"] and len(row["date"]) > 4 else "",
        container: _escape(row["container"] or ""),
        publisher: _escape(row["publisher"] or ""),
        "volume": _escape(row["volume"] or ""),
        "number": _escape(row["issue"] or ""),
        "pages": _SPECIAL.sub(lambda found: _ESCAPED[found.group()], row["pages"] or "").replace("-", "--"),
        "doi": row["doi"] or "",
        "isbn": row["isbn"] or "",
        "url": (row["url"] or "").replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C"),
        "langid": _LANGUAGES.get(row["language"] or "", row["language"] or ""),
        "keywords": _escape(_keywords(row["keywords"])),
        "abstract": _escape(row["abstract"] or ""),
        "note": _escape(row["note"] or ""),
    }
    return {name: value for name, value in fields.items() if value}


def to_bibtex(works: pd.DataFrame) -> str:
    r"""Return works as BibTeX, in the order of the frame, under their citekeys.

    Parameters
    ----------
    works
        (n, ...) rows of `works.parquet`; a column `annotation` (a reader's own note) is written where it is there.

    Examples
    --------
    >>> row = {"citekey": "k", "type": "book", "title": "Recht & NAVO", "authors": ["de Vries, Anna"], "year": 2020}
    >>> print(to_bibtex(pd.DataFrame([row])))
    @book{k,
      title = {Recht \& {NAVO}},
      author = {de Vries, Anna},
      year = {2020},
    }
    <BLANKLINE>
    """
    entries = []
    notes = works["annotation"].tolist() if "annotation" in works.columns else [""] * len(works)
    for row, note in zip(text_rows(works), notes, strict=True):
        fields = _fields(row) | ({"annotation": _escape(note)} if note else {})
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        entries.append("\n".join([f"@{_KINDS.get(str(row['type']), 'misc')}{{{row['citekey']},", *lines, "}\n"]))
    return "\n".join(entries)
