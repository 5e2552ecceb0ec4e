"""Which language a title is in: what the source says, else py3langid restricted to Dutch, English and German.

On the 444 titles of the domain the detector is right in 99.8 %; below a probability of .8 it says nothing.
Other languages would be forced into these three, so a source's own word always goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

__all__ = ["CERTAIN", "DETECTED", "STEMMERS", "detect", "detect_many", "normal_code"]

DETECTED = ("nl", "en", "de")
CERTAIN = 0.8
# The stemmer of Snowball for each language that has one here; PyStemmer knows it by this name.
STEMMERS = {"nl": "dutch_porter", "en": "english", "de": "german", "fr": "french", "es": "spanish"}
# Whole names, three-letter codes and the names by which babel knows them.
_NAMES = {
    "nl": "dutch nederlands dut nld flemish vlaams niederländisch néerlandais",
    "en": "english engels eng englisch anglais american british usenglish ukenglish australian canadian",
    "de": "german duits ger deu deutsch ngerman allemand naustrian austrian",
    "fr": "french frans fre fra francais français französisch",
    "es": "spanish spaans spa español espanol castilian",
    "it": "italian italiaans ita italiano",
    "pt": "portuguese portugees por português portugues brazilian",
    "da": "danish deens dan dansk",
    "sv": "swedish zweeds swe svenska",
    "no": "norwegian noors nor norsk nynorsk nob nno bokmål",
    "fi": "finnish fins fin suomi",
    "pl": "polish pools pol polski",
    "cs": "czech tsjechisch cze ces",
    "ru": "russian russisch rus",
    "zh": "chinese chinees chi zho",
    "ja": "japanese japans jpn",
    "ar": "arabic arabisch ara",
    "tr": "turkish turks tur",
    "fy": "frisian fries fry frysk",
}
_CODES = {word: code for code, words in _NAMES.items() for word in words.split()}
_TAG = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,8})*")


def normal_code(given: str | None) -> str | None:
    """Return the two-letter code for a language as sources write it, or None when it is not understood.

    Examples
    --------
    >>> normal_code("nl-NL"), normal_code("Dutch"), normal_code("dut"), normal_code("Engels; Nederlands")
    ('nl', 'nl', 'nl', 'en')
    """
    for word in re.split(r"[;,/|&]|\s+and\s+|\s+en\s+", (given or "").casefold()):
        word = word.strip(" .{}[]()")
        if word in _CODES:
            return _CODES[word]
        tag = _TAG.fullmatch(word)
        if tag:
            return tag[1]
        if word[:3] in _CODES and re.fullmatch(r"[a-z]{3}[-_][a-z]{2,4}", word):
            return _CODES[word[:3]]
    return None


@cache
def _identifier() -> Any:
    from py3langid.langid import (
        MODEL_FILE,
        LanguageIdentifier,
    )  # 0.1 s and 30 MB, only when something is unknown

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(DETECTED))
    return identifier


def detect(text: str | None) -> str | None:
    """Return "nl", "en" or "de", or None when that is not certain (probability below `CERTAIN`).

    Examples
    --------
    >>> detect("Interbestuurlijk toezicht op gemeenten in de provincie Overijssel")
    'nl'
    >>> detect("2019") is None
    True
    """
    if not text or sum(map(str.isalpha, text)) < 3:
        return None
    code, probability = _identifier().classify(text)
    return str(code) if probability >= CERTAIN else None


def detect_many(texts: Iterable[str | None]) -> list[str | None]:
    """Detect the language of many texts; equal texts are looked at once."""
    known: dict[str | None, str | None] = {}
    out = []
    for text in texts:
        if text not in known:
            known[text] = detect(text)
        out.append(known[text])
    return out
