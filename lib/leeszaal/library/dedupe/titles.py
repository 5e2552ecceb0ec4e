"""What a title says for comparison: its bare letters, its numerals, and whether it is a notice."""

from __future__ import annotations

import html
import re
import unicodedata

from leeszaal.works.plain import fold

__all__ = ["bare_title", "is_column", "is_erratum", "is_reply", "numerals", "replaced_words", "speaks_of"]

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_COMMAND = re.compile(r"\\(?:[a-zA-Z]+\s*|.)")
# A Greek letter by itself is a symbol, which other sources spell out: "TNF-α" is "TNF-alpha".
_GREEK = re.compile(r"(?<![\u0370-\u03ff])[\u00b5\u0391-\u03a9\u03b1-\u03c9](?![\u0370-\u03ff])")
_BRACKET = re.compile(r"[\[(]|^\s*[RrWw][EeIi]T")
_MARKUP = re.compile(r"[<&{}\\$]")
# Bibliographic databases name the language behind a title they translated.
_LANGUAGES = (
    "chinese|dutch|english|french|german|italian|japanese|korean|polish|portuguese|russian|spanish|turkish|"
    "nederlands|engels|duits|frans|danish|swedish|norwegian|hungarian|czech|persian|hebrew|croatian|serbian"
)
_LANGUAGE_MARK = re.compile(rf"\s*[\[(](?:in )?(?:{_LANGUAGES})(?:[,/ ]+(?:{_LANGUAGES}))*[\])]\s*\.?\s*$", re.I)

# A note a database puts behind a title that has been corrected, and the mark before one that was withdrawn.
_NOTE = re.compile(
    r"\s*[\[(](?:corrected |published |\W)*(?:erratum|correction|corrigendum|retraction|"
    r"comment|see comments?|summary for patients)"
    r"(?: appears?| in\b|s?[\]).:])[^\[\]]*[\])]?.*$",
    re.IGNORECASE,
)
# A note behind the title of a conference abstract: "[abstract no: 134]".
_ABSTRACT = re.compile(
    r"\s*[\[(](?:meeting |conference |congress |poster )?(?:abstract|poster)s?(?: presentation)?"
    r"(?:[\s:#.]+(?:no|nr|number)?[\s:#.]*[\w./-]{1,12})?[\])]\s*\.?\s*$",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(r"^\s*[\[(]?(?:retracted|withdrawn)(?: article)?[\])]?\s*[:.\])]\s*", re.IGNORECASE)

_ERRATUM = re.compile(
    r"^(?:(?:author|publisher|editorial) )?(?:correction|corrigendum|corrigenda|erratum|errata|addendum|"
    r"retraction|expression of concern|"
    r"rectificatie|correctie|retractie)(?: notice)?(?: to\b| bij\b| op\b| on\b|:|$)|\b(?:erratum|"
    r"corrigendum|errata)\b|^retraction notice\b"
)
# With a colon or a dash behind it the word announces; "Correction officers" are people.
_ANNOUNCED = re.compile(
    r"^\W*(?:(?:author|publisher|editorial)(?:['’]?s)? )?(?:correction|corrigendum|corrigenda|erratum|errata|addendum|"
    r"retraction(?: note| notice)?|expression of concern|rectificatie|correctie|retractie|intrekking)\W{0,2}\s*[:–—-]",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"^(?:re|(?:an? )?(?:authors? )?(?:reply|response|rejoinder|comment|commentary)|comments|discussion|"
    r"reactie|antwoord|naschrift)"
    r"(?: to| on| op| aan| bij| of|$)\b|^(?:a )?(?:book )?review of(?: the book)?\b|\b(?:reply|rejoinder|"
    r"authors response|author reply|a response to|a comment on|naschrift)\b"
)

# Names of columns, which come back in every issue.
_COLUMN = re.compile(
    r"^(?:guest )?editorials?(?: (?:introduction|comment|note|board|preface|statement)s?)?$|"
    r"\b(?:editors? s?|editorial) (?:comment|note|introduction|"
    r"message|column|letter|corner|choice|page)s?\b|^(?:from|message from|letter from|note from|"
    r"remarks from) the editors?\b|^letters? to the editor$|"
    r"^(?:foreword|preface|introduction|introductie|inleiding|voorwoord|redactioneel|van de redactie|"
    r"ten geleide|in memoriam|book reviews?|"
    r"boekbespreking(?:en)?|boekrecensie|recensies?|signalement(?:en)?|column|conclusions?|conclusie|news|"
    r"nieuws|agenda|call for papers|"
    r"(?:introduction to the )?special issue|discussion|obituary|abstracts?|table of contents|inhoudsopgave)$"
)

# Words less alike than this (0-100) are not one word in two spellings: "men" and "women" are 75.
_SLIP = 80
_DENIALS = frozenset({"niet", "geen", "not", "no", "without", "zonder", "nooit", "never"})

_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xi": 11, "xii": 12}
_SPELT = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8,
    "negen": 9, "tien": 10, "eighth": 8,
    "ninth": 9, "tenth": 10, "eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5, "zesde": 6,
    "zevende": 7, "achtste": 8, "negende": 9, "tiende": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17,
    "achttien": 18, "negentien": 19, "twintig": 20,
}  # fmt: skip
_VALUES = {word: str(value) for word, value in (_ROMAN | _SPELT).items()}
_DIGITS = re.compile(r"\d+")
_PART = re.compile(
    r"\b(?:part|deel|vol|volume|teil|chapter|hoofdstuk|band|fase|phase|case|casus) (i|v|x|a|b|c|d|one|two|"
    r"three|een|twee|drie)\b"
)


def bare_title(text: str) -> str:
    """Return the folded words of a title without mark-up and without the language behind it.

    Examples
    --------
    >>> bare_title("<i>Wie</i> bestuurt {\\\\em de} R&eacute;gio? [Dutch]")
    'wie bestuurt de regio'
    """
    if _MARKUP.search(text):
        text = html.unescape(text)
        text = _TAG.sub("", text)
        text = _COMMAND.sub(lambda m: " " if m[0][-1:].isspace() else "", text)
        text = text.replace("{", "").replace("}", "").replace("$", "")
    if _BRACKET.search(text):
        text = _NOTE.sub("", _WITHDRAWN.sub("", text)) or text
    if text[-1:] in "]).":
        text = _LANGUAGE_MARK.sub("", _ABSTRACT.sub("", text)) or text
    if not text.isascii():
        text = _GREEK.sub(_spelt, text)
    return fold(text)


def _spelt(letter: re.Match[str]) -> str:
    """Return the name of a Greek letter as a word: "alpha"."""
    name = unicodedata.name(letter[0].replace("\u00b5", "\u03bc")).split()[-1].lower()
    return f" {'lambda' if name == 'lamda' else name} "


def numerals(title: str) -> str:
    """Return the numerals in a folded title, sorted, whichever way they are written.

    Examples
    --------
    >>> numerals("jaarverslag 2017 deel ii"), numerals("second report part a"), numerals("co2")
    ('2 2017', '2 a', '2')
    """
    found = {digits.lstrip("0") or "0" for digits in _DIGITS.findall(title)}
    for word in title.split():
        value = _VALUES.get(word)
        if value:
            found.add(value)
    for part in _PART.findall(title):
        found.add(
            {"i": "1", "one": "1", "een": "1", "two": "2", "twee": "2", "three": "3", "drie": "3"}.get(part, part)
        )
    return " ".join(sorted(found)) if found else ""


def is_erratum(title: str, written: str = "") -> bool:
    """Tell whether a folded title, or the same as it was `written`, announces a correction or retraction.

    Examples
    --------
    >>> is_erratum("correction wie bestuurt", "Correction: Wie bestuurt?"), is_erratum("correction officers at work")
    (True, False)
    """
    return _ERRATUM.search(title) is not None or _ANNOUNCED.match(written) is not None


def is_column(title: str) -> bool:
    """Tell whether a folded title is the name of a column: it says nothing of what stands in it.

    Examples
    --------
    >>> is_column("van de redactie"), is_column("de redactie van een rapport")
    (True, False)
    """
    return _COLUMN.search(title) is not None


def is_reply(title: str) -> bool:
    """Tell whether a folded title announces a reply to, or a comment on, another work."""
    return _REPLY.search(title) is not None


def speaks_of(a: str, b: str, least: int = 2) -> bool:
    """Tell whether most long words of the shorter folded title, at least `least`, are in the other.

    Examples
    --------
    >>> speaks_of("financieel toezicht", "commentaar op financieel toezicht")
    True
    """
    one, other = ({w for w in t.split() if len(w) > 3} for t in (a, b))
    few, many = sorted((one, other), key=len)
    return len(few) >= least and len(few & many) >= 0.8 * len(few)


def replaced_words(a: str, b: str) -> bool:
    """Tell whether some words of one folded title have other words in their place in the other.

    A slip of the pen changes letters, a subtitle adds words; another word in the same place is another subject.
    Numerals are left to `numerals`.

    Examples
    --------
    >>> replaced_words("iron in older men at home", "iron in older women at home")
    True
    >>> replaced_words("post operative tumors in men", "postoperative tumours in men: a review")
    False
    """
    from rapidfuzz import fuzz
    from rapidfuzz.distance import LCSseq

    left, right = ([w for w in t.split() if not w.isdecimal() and w not in _VALUES] for t in (a, b))
    blocks = LCSseq.opcodes(left, right).as_matching_blocks()
    i = j = 0
    for block in blocks:  # the last one is empty and stands at the end of both
        one, other = "".join(left[i : block.a]), "".join(right[j : block.b])
        if one and other and fuzz.ratio(one, other) < _SLIP:
            return True
        if (one or other) in _DENIALS:  # "works", "works not"
            return True
        i, j = block.a + block.size, block.b + block.size
    return False
