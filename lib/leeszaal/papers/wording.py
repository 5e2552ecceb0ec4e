"""The words of a paper that are not the writer's nor its template's: names, verdicts, labels, in Dutch and English."""

from __future__ import annotations

__all__ = ["LANGUAGE_NAMES", "TYPE_NAMES", "VERDICTS", "in_sentence", "phrase"]

TYPE_NAMES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    # type: (singular, plural) by language
    "article": ({"nl": "tijdschriftartikel", "en": "journal article"}, {"nl": "tijdschriftartikelen", "en": "journal articles"}),
    "chapter": ({"nl": "hoofdstuk", "en": "chapter"}, {"nl": "hoofdstukken", "en": "chapters"}),
    "book": ({"nl": "boek", "en": "book"}, {"nl": "boeken", "en": "books"}),
    "report": ({"nl": "rapport", "en": "report"}, {"nl": "rapporten", "en": "reports"}),
    "thesis": ({"nl": "scriptie of proefschrift", "en": "thesis"}, {"nl": "scripties en proefschriften", "en": "theses"}),
    "law": ({"nl": "wet, regeling of Kamerstuk", "en": "law or parliamentary paper"},
            {"nl": "wetten, regelingen en Kamerstukken", "en": "laws and parliamentary papers"}),
    "case": ({"nl": "rechterlijke uitspraak", "en": "court ruling"}, {"nl": "rechterlijke uitspraken", "en": "court rulings"}),
    "web": ({"nl": "webpublicatie of nieuwsbericht", "en": "web page or news item"},
            {"nl": "webpublicaties en nieuwsberichten", "en": "web pages and news items"}),
    "conference": ({"nl": "congresbijdrage", "en": "conference paper"}, {"nl": "congresbijdragen", "en": "conference papers"}),
    "other": ({"nl": "overige bron", "en": "other source"}, {"nl": "overige bronnen", "en": "other sources"}),
}  # fmt: skip

LANGUAGE_NAMES = {
    "nl": {"nl": "Nederlands", "en": "Engels", "de": "Duits", "fr": "Frans", "": "taal onbekend"},
    "en": {"nl": "Dutch", "en": "English", "de": "German", "fr": "French", "": "language unknown"},
}

VERDICTS = {
    "rises": {"nl": "stijgt", "en": "rises"},
    "falls": {"nl": "daalt", "en": "falls"},
    "steady": {"nl": "geen duidelijke verandering", "en": "no clear change"},
    "too_short": {"nl": "te kort om te zeggen", "en": "too short to say"},
    "too_few": {"nl": "te weinig werken om te zeggen", "en": "too few works to say"},
}

_PHRASES = {
    "what": {"nl": "Wat gebeurt er?", "en": "What happens?"},
    "evidence": {"nl": "Bewijs", "en": "Evidence"},
    "strength": {"nl": "Sterkte", "en": "Strength"},
    "counter": {"nl": "Tegenspraak", "en": "Counter-evidence"},
    "reading": {"nl": "Duiding", "en": "Interpretation"},
    "weak": {"nl": "zwak", "en": "weak"},
    "fair": {"nl": "redelijk", "en": "fair"},
    "strong": {"nl": "sterk", "en": "strong"},
}


def phrase(name: str, lang: str) -> str:
    """Return a fixed word or short sentence in the language of the paper."""
    return _PHRASES[name][lang]


def in_sentence(name: str) -> str:
    """Return a name as it stands inside a sentence: a small first letter, unless it is an abbreviation or a name.

    An abbreviation has a second capital or three letters at most; a name has a capital in its second word too.

    Examples
    --------
    >>> in_sentence("Financieel toezicht"), in_sentence("VTH en omgevingsrecht"), in_sentence("Regio Deals en welvaart")
    ('financieel toezicht', 'VTH en omgevingsrecht', 'Regio Deals en welvaart')
    """
    words = name.split()
    if (
        not words
        or words[0][1:] != words[0][1:].lower()
        or len(words[0]) <= 3
        or (words[1:2] and words[1][:1].isupper())
    ):
        return name
    return name[:1].lower() + name[1:]
