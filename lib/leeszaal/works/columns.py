"""Which column of a table holds which field, whatever program wrote it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from leeszaal.works.names import listed_names, split_others
from leeszaal.works.plain import fold, plain, split_keywords

__all__ = ["COLUMNS", "author_cell", "find_columns", "from_web_of_science", "keyword_cell"]

# Field to the names of columns that may hold it, the best first, folded (lower case, no accents or
# punctuation): Dutch and English, Scopus, Web of Science, ASReview, Zotero, Embase, OpenAlex, RIS tags.
COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("title", "titel", "article title", "document title", "primary title", "display name",
    "titel publicatie",
              "titel van de publicatie", "ti", "t1"),
    "abstract": ("abstract", "samenvatting", "abstract note", "abstracts", "summary", "notes abstract", "ab",
    "n2", "description",
                 "omschrijving", "beschrijving"),
    "authors": ("author full names", "authors", "author", "auteurs", "auteur", "author names", "author s",
    "first authors",
                "creators", "schrijver", "schrijvers", "af", "au", "a1"),
    "editors": ("editors", "editor", "redacteuren", "redactie", "secondary authors", "book editors", "be", "ed"),
    "year": ("year", "jaar", "publication year", "pub year", "publicatiejaar", "jaar van publicatie",
    "year published",
             "jaar van uitgave", "py", "y1"),
    "date": ("date", "datum", "publication date", "publicatiedatum", "date published", "published", "da"),
    "container": ("publication title", "source title", "journal", "tijdschrift", "container title",
    "container", "journal title",
                  "journal name", "secondary title", "book title", "booktitle", "boektitel", "source",
                  "bron", "jo", "jf", "t2",
                  "so", "publicatie", "alternate title3"),
    "publisher": ("publisher", "uitgever", "uitgeverij", "institution", "pb", "pu"),
    "volume": ("volume", "jaargang", "vl", "deel"),
    "issue": ("issue", "number", "aflevering", "nummer", "nr", "is"),
    "pages": ("pages", "page", "paginas", "pagina s", "pagina", "pp", "page range"),
    "first_page": ("page start", "start page", "first page", "bp", "sp"),
    "last_page": ("page end", "end page", "last page", "ep"),
    "doi": ("doi", "doi link", "digital object identifier", "do", "di"),
    "isbn": ("isbn", "isbns", "isbn13", "bn"),
    "url": ("url", "link", "urls", "webadres", "open url link", "landing page url", "ur"),
    "language": ("language", "taal", "language of original document", "languages", "la"),
    "keywords": ("keywords", "trefwoorden", "author keywords", "manual tags", "tags", "kernwoorden",
    "index keywords", "kw", "de"),
    "note": ("note", "notes", "notitie", "notities", "opmerking", "opmerkingen", "extra"),
    "type": ("document type", "item type", "publication type", "type of reference", "soort", "type",
    "type of work", "reference type",
             "dt", "pt", "ty"),
    "citekey": ("citation key", "citekey", "citatiesleutel", "bibtex key"),
}  # fmt: skip
# Web of Science heads its columns with two letters, of which two mean something else than in RIS: DA is the day
# of the export and SP the sponsor of a conference.
_WEB_OF_SCIENCE = frozenset({"pt", "so", "ut"})
_OTHERWISE_THERE = frozenset({"da", "sp"})


def from_web_of_science(header: Sequence[str]) -> bool:
    """Tell whether the names of the columns are the tags of Web of Science.

    Examples
    --------
    >>> from_web_of_science(["PT", "AU", "TI", "SO", "UT"]), from_web_of_science(["TI", "AU"])
    (True, False)
    """
    return {fold(name) for name in header} >= _WEB_OF_SCIENCE


def find_columns(header: Sequence[str]) -> dict[str, list[int]]:
    """Return for each field the places of the columns that hold it, best first.

    Examples
    --------
    >>> find_columns(["Jaar", " TITEL ", "publication_year"])
    {'title': [1], 'year': [0, 2]}
    """
    folded = [fold(name) for name in header]
    if from_web_of_science(header):
        folded = ["" if name in _OTHERWISE_THERE else name for name in folded]
    found = {}
    for name, words in COLUMNS.items():
        places = [place for word in words for place, column in enumerate(folded) if column == word]
        if places:
            found[name] = places
    return found


_INITIALS = r"(?:[^\W\d_]\.?[- ]?){1,5}"
_LAST_INITIALS = re.compile(rf"[^\W\d_][\w'’. -]*\s{_INITIALS}")
_ONLY_INITIALS = re.compile(_INITIALS)
_IDS = re.compile(r"\s*\(\d{6,}\)")  # Scopus: "Vries, Anna de (57190000000)"


def _listed(cell: str) -> list[str] | None:
    """Return the items of a cell that holds a Python or JSON list (ASReview writes these), or None."""
    if not (cell.startswith("[") and cell.endswith("]")):
        return None
    try:
        items = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return [str(item) for item in items] if isinstance(items, list) else None


def author_cell(cell: str | None) -> tuple[str, ...]:
    """Read all names in a cell: apart by semicolons, bars, lines or "and", else by commas if that is plain.

    Examples
    --------
    >>> author_cell("de Vries, A.; Raad van State"), author_cell("Liu R., Adler D.G.")
    (('de Vries, A.', 'Raad van State'), ('Liu, R.', 'Adler, D.G.'))
    >>> author_cell("de Vries, Anna"), author_cell("['Marx, Karl', 'Lindgren, Astrid']")
    (('de Vries, Anna',), ('Marx, Karl', 'Lindgren, Astrid'))
    """
    text = _IDS.sub("", (cell or "").strip())
    listed = _listed(text)
    if listed is not None:
        return listed_names(listed)
    for separator in (r";", r"\|", r"\n", r"\s+and\s+|\s+&\s+"):
        parts = re.split(separator, text)
        if len(parts) > 1:
            return listed_names(parts)
    text, others = split_others(text)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 1 and all(_ends_in_initials(part) for part in parts):
        return listed_names(parts) + others
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    if len(parts) > 2 and len(parts) % 2 == 0 and all(_ONLY_INITIALS.fullmatch(given) for _, given in pairs):
        return listed_names(f"{family}, {given}" for family, given in pairs) + others
    if len(parts) > 2 and all(" " in part for part in parts):
        return listed_names(parts) + others
    return listed_names([text]) + others


def _ends_in_initials(name: str) -> bool:
    """Tell "Vries A.B." from "de Vries", whose last word is short too."""
    last = name.split()[-1]
    return bool(_LAST_INITIALS.fullmatch(name)) and (last.isupper() or last.endswith("."))


def keyword_cell(cell: str | None) -> tuple[str, ...]:
    """Read all keywords in one cell.

    Examples
    --------
    >>> keyword_cell("['a b', 'c']"), keyword_cell("a; b")
    (('a b', 'c'), ('a', 'b'))
    """
    listed = _listed((cell or "").strip())
    if listed is not None:
        return tuple(dict.fromkeys(word for item in listed if (word := plain(item))))
    return split_keywords([cell])
