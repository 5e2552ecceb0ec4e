"""The words of a paper that are not the writer's nor its template's: verdicts and labels, in Dutch and English."""

from __future__ import annotations

__all__ = ["VERDICTS", "in_sentence", "phrase"]

VERDICTS = {
    "rises": {"nl": "stijgt", "en": "rises"},
    "falls": {"nl": "daalt", "en": "falls"},
    "steady": {"nl": "geen duidelijke verandering", "en": "no clear change"},
    "too_short": {"nl": "te kort voor een uitspraak", "en": "too short to say"},
    "too_few": {"nl": "te weinig werken voor een uitspraak", "en": "too few works to say"},
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
