"""The kinds of works of this house, from the kinds that BibTeX, RIS, CSL and databases know."""

from __future__ import annotations

import re

__all__ = ["csl_type", "refine", "type_from_bibtex", "type_from_csl", "type_from_ris", "type_from_words"]

_BIBTEX = {
    "article": "article periodical suppperiodical review",
    "chapter": "incollection inbook bookinbook suppbook suppcollection inreference",
    "book": "book mvbook collection mvcollection proceedings mvproceedings booklet reference mvreference",
    "report": "techreport report manual standard",
    "thesis": "phdthesis mastersthesis thesis bachelorsthesis",
    "law": "legislation legal law regulation treaty commentary",
    "case": "jurisdiction case legalcase",
    "web": "online electronic www webpage website",
    "conference": "inproceedings conference",
}
_RIS = {
    "article": "JOUR JFULL MGZN NEWS EJOUR INPR ABST",
    "chapter": "CHAP ECHAP DICT ENCYC",
    "book": "BOOK EBOOK EDBOOK SER CLSWK PAMP",
    "report": "RPRT GOVDOC STAND",
    "thesis": "THES",
    "law": "STAT BILL LEGAL HEAR",
    "case": "CASE",
    "web": "ELEC BLOG ICOMM MULTI WEB",
    "conference": "CONF CPAPER",
}
_CSL = {
    "article": "article-journal article-magazine article-newspaper article review review-book",
    "chapter": "chapter entry entry-dictionary entry-encyclopedia",
    "book": "book pamphlet periodical collection",
    "report": "report standard",
    "thesis": "thesis",
    "law": "legislation bill regulation treaty hearing",
    "case": "legal_case",
    "web": "webpage post post-weblog",
    "conference": "paper-conference speech",
}
# First match wins: "book chapter" before "book", "conference paper" before "paper".
_WORDS = (
    ("chapter", r"chapter|hoofdstuk|book ?section|incollection"),
    ("conference", r"conference|proceeding|congres"),
    ("thesis", r"thesis|scriptie|proefschrift|dissertati"),
    ("case", r"case law|uitspraak|jurispruden|legal_case|jurisdiction|\bcase\b"),
    ("law", r"\bwet\b|legislation|regeling|verordening|statute|kamerstuk|regulation|treaty|\bbill\b"),
    ("report", r"report|rapport|working ?paper|government document|notitie|nota\b"),
    ("article", r"article|artikel|review|journal|letter|editorial|\bpaper\b"),
    ("book", r"book|boek|monograph"),
    ("web", r"web|online|blog|site"),
)
_TO_CSL = {
    "article": "article-journal",
    "chapter": "chapter",
    "book": "book",
    "report": "report",
    "thesis": "thesis",
    "law": "legislation",
    "case": "legal_case",
    "web": "webpage",
    "conference": "paper-conference",
    "other": "document",
}
_RULING = re.compile(r"\bECLI:[A-Z]{2}:", re.IGNORECASE)
_LAW = re.compile(
    r"\b(?:Kamerstukken|Handelingen) (?:I|II|I/II)\b|\b(?:Stb|Stcrt|Trb)\.|\bStaatsblad\b|\bCVDR\d+|\bkst-\d+"
)


def _inverse(table: dict[str, str]) -> dict[str, str]:
    return {word.casefold(): ours for ours, words in table.items() for word in words.split()}


_FROM_BIBTEX, _FROM_RIS, _FROM_CSL = _inverse(_BIBTEX), _inverse(_RIS), _inverse(_CSL)


def type_from_bibtex(entry_type: str) -> str:
    """Return the type for a BibTeX or BibLaTeX entry type; "other" for @misc and unknown ones."""
    return _FROM_BIBTEX.get(entry_type.casefold(), "other")


def type_from_ris(code: str) -> str:
    """Return the type for the value of TY."""
    return _FROM_RIS.get(code.strip().casefold(), "other")


def type_from_csl(name: str) -> str:
    """Return the type for a CSL item type."""
    return _FROM_CSL.get(name.strip().casefold(), "other")


def type_from_words(text: str | None) -> str:
    """Return the type that a table's own words name ("Book Chapter", "proefschrift", "JOUR"), else "other".

    Examples
    --------
    >>> type_from_words("Conference Paper"), type_from_words("JOUR"), type_from_words("journalArticle")
    ('conference', 'article', 'article')
    """
    word = (text or "").strip().casefold()
    for table in (_FROM_BIBTEX, _FROM_CSL, _FROM_RIS):
        if word in table:
            return table[word]
    return next((ours for ours, pattern in _WORDS if word and re.search(pattern, word)), "other")


def refine(type_: str, *texts: str | None) -> str:
    """Return "case" or "law" for an unspecific type whose texts name an ECLI, parliamentary paper or gazette.

    Dutch law has no type of its own in BibTeX, so it comes as @misc, @online or @report.

    Examples
    --------
    >>> refine("other", "Kamerstukken II 2009-2010, 32 389, nr. 3"), refine("book", "Stb. 2022, 18")
    ('law', 'book')
    """
    if type_ not in ("other", "web"):
        return type_
    words = " ".join(t for t in texts if t)
    if _RULING.search(words):
        return "case"
    return "law" if _LAW.search(words) else type_


def csl_type(type_: str) -> str:
    """Return the CSL item type for a type of this house."""
    return _TO_CSL.get(type_, "document")
