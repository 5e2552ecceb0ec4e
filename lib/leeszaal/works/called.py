"""What a reader calls the kinds of works and their languages, in Dutch and English."""

from __future__ import annotations

__all__ = ["LANGUAGE_NAMES", "TYPE_NAMES"]

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
    "nl": {
        "nl": "Nederlands", "en": "Engels", "de": "Duits", "fr": "Frans", "fy": "Fries", "es": "Spaans", "pt": "Portugees",
        "it": "Italiaans", "da": "Deens", "sv": "Zweeds", "no": "Noors", "fi": "Fins", "pl": "Pools", "cs": "Tsjechisch",
        "ru": "Russisch", "zh": "Chinees", "ja": "Japans", "ar": "Arabisch", "tr": "Turks", "": "taal onbekend",
    },
    "en": {
        "nl": "Dutch", "en": "English", "de": "German", "fr": "French", "fy": "Frisian", "es": "Spanish", "pt": "Portuguese",
        "it": "Italian", "da": "Danish", "sv": "Swedish", "no": "Norwegian", "fi": "Finnish", "pl": "Polish", "cs": "Czech",
        "ru": "Russian", "zh": "Chinese", "ja": "Japanese", "ar": "Arabic", "tr": "Turkish", "": "language unknown",
    },
}  # fmt: skip
