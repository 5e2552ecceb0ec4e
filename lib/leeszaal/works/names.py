"""Names of people and institutions as one string each.

A person is "family, given" or "family, given, suffix", with a particle in front of the family as the name is
written ("de Vries, Anna"; "van der Meer, J."; "King, Martin Luther, Jr."). A string without a comma is an
institution or a single name; a comma that belongs to an institution ("Raad van State, Afdeling
bestuursrechtspraak") is written as `LOW_COMMA`, which looks the same, so that the rule holds for every
string.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from leeszaal.works.latex import unlatex
from leeszaal.works.plain import plain

__all__ = [
    "ET_AL",
    "LOW_COMMA",
    "bibtex_names",
    "family",
    "institution",
    "listed_name",
    "listed_names",
    "natural_name",
    "person",
    "split_others",
    "split_particle",
]

# How "and others" stands at the end of a list of authors.
ET_AL = "et al."
LOW_COMMA = "\u201a"

_PARTICLES = """
van von vom zu zum zur de den der het 't 's 'n ter ten te in op onder over bij aan uit voor tot la le du des
del della di
da dos das do d' l' af av al el ibn bin ben vande vanden vander
"""
# A capital on one of these still makes it part of the family ("Peter Van Aelst"); Le, La, Do and Al may be
# given names.
_WITH_CAPITAL = "van von de den der du ter ten te vande vanden vander 't d'"
PARTICLES = frozenset(_PARTICLES.split())
_CAPITAL_PARTICLES = frozenset(_WITH_CAPITAL.split())
_SUFFIX = re.compile(r"(?:jr|sr|junior|senior|ii|iii|iv|ph\.?d|m\.?d|esq)\.?", re.IGNORECASE)
_INSTITUTION = re.compile(
    r"\b(?:algemene|association|autoriteit|bank|board|bond|bundes\w*|bureau|cent(?:re|er|rum)|college|commissariaat|commissie"
    r"|commissaris|commission|committee|consort\w+|cooperation|coöperatie|council|department|departement|dienst|directie"
    r"|europe(?:an|se)|federati\w+|foundation|fraktion|fractie|gemeente\w*|genootschap|gezelschap|government|group|groep"
    r"|institu\w+|inspectie|international|kabinet|kamer|kenniscentrum|koninklijk\w*|league|minist\w+|national\w*|nations"
    r"|nederlands\w*|netherlands|netwerk|network|observatory|office|omgevingsdienst|omroep|organi[sz]ati\w+|overheid|parliament"
    r"|parlement|partij|party|planbureau|platform|politie|programm?a?|provinci\w+|province|raad\w*|rechtbank|regering|regio"
    r"|rekenkamer|republi\w+|rijks\w*|school|secretariaat|service|society|staten|statistiek\w*|stichting|studiegroep"
    r"|taskforce|team|trust|union|unie|universit\w+|vereniging|waterschap\w*|werkgroep|wetenschappelijke)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+and(?=\s)", re.IGNORECASE)
_OTHERS = re.compile(r"(?:(?:and|en)\s+)?(?:others|anderen|et\.?\s*al\.?|e\.\s?a\.)", re.IGNORECASE)
# "e.a." in lower case only: "Halpenny, E.A." is a person.
_WITH_OTHERS = re.compile(r"[,;]?\s+(?:(?i:et\.?\s+al\.?)|e\.a\.)$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[- ]?){1,5}")


def _top_level(text: str, separator: re.Pattern[str]) -> list[str]:
    """Split `text` at `separator` where no brace is open."""
    depth, start, parts = 0, 0, []
    cuts = {m.start(): m.end() for m in separator.finditer(text)}
    at = 0
    while at < len(text):
        if depth == 0 and at in cuts:
            parts.append(text[start:at])
            at = start = cuts[at]
            continue
        depth += (text[at] == "{") - (text[at] == "}")
        depth = max(depth, 0)
        at += 1
    return [*parts, text[start:]]


def _whole_brace(text: str) -> bool:
    """Tell whether one pair of braces holds all of `text`."""
    if not (text.startswith("{") and text.endswith("}")):
        return False
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return at == len(text) - 1
    return False


def _join(*parts: str | None) -> str:
    return ", ".join(p for p in parts if p)


def split_others(text: str) -> tuple[str, tuple[str, ...]]:
    """Take "et al." off the end of a name or a list of names.

    Examples
    --------
    >>> split_others("de Vries, A. et al."), split_others("Halpenny, E.A.")
    (('de Vries, A.', ('et al.',)), ('Halpenny, E.A.', ()))
    """
    found = _WITH_OTHERS.search(text)
    return (text[: found.start()], (ET_AL,)) if found else (text, ())


def institution(text: str) -> str:
    """Return the name of an institution as a string without a comma.

    Examples
    --------
    >>> institution("Eerste Kamer, commissie BZK").count(",")
    0
    """
    return (plain(text) or "").replace(",", LOW_COMMA)


def person(family: str | None, given: str | None = None, particle: str | None = None, suffix: str | None = None) -> str:
    """Return a name from parts that a source keeps apart; a part that is missing is left out.

    Examples
    --------
    >>> person("Vries", "Anna", "de"), person("Plato")
    ('de Vries, Anna', 'Plato')
    """
    name = " ".join(p for p in (plain(particle), plain(family)) if p)
    if re.fullmatch(r"\s*[dl]['\u2019]\s*", particle or ""):
        name = name.replace(" ", "", 1)  # d'Hondt, not d' Hondt
    return _join(name.replace(",", " "), (plain(given) or "").replace(",", " "), plain(suffix))


def _is_particle(token: str) -> bool:
    """Tell whether `token` (a word of a name, not the first and not the last) belongs to the family."""
    first = re.match(r"[^\W\d_]", token.lstrip("{'\u2019`"))
    return token in PARTICLES or bool(first and first.group().islower()) or token.lower() in _CAPITAL_PARTICLES


def natural_name(text: str) -> str:
    """Return "family, given" for a name in natural order ("Anna de Vries", "M. L. King Jr.").

    The family starts at the first particle, else at the last word. A name of one word, or with a word that
    only institutions carry ("Raad van State"), stays as it is.

    Examples
    --------
    >>> natural_name("Anna de Vries"), natural_name("Peter Van Aelst"), natural_name("Raad van State")
    ('de Vries, Anna', 'Van Aelst, Peter', 'Raad van State')
    """
    words = [w for w in _top_level(text.strip(), re.compile(r"[ \t\n~]+")) if w]
    if len(words) < 2 or _INSTITUTION.search(text):
        return " ".join(words)
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else None
    start = next((i for i in range(len(words) - 1) if _is_particle(words[i])), len(words) - 1)
    if start == 0:  # "van der Meer" alone, or "de Vries Anna"
        return " ".join(words) if suffix is None else _join(" ".join(words), suffix)
    return _join(" ".join(words[start:]), " ".join(words[:start]), suffix)


def _particle_first(family: str, given: str) -> str:
    """Return "de Vries, Anna" for the catalogue's "Vries, Anna de"."""
    words = given.split()
    start = len(words)
    while start > 1 and (words[start - 1] in PARTICLES or words[start - 1].lower() in _CAPITAL_PARTICLES):
        start -= 1
    return _join(" ".join([*words[start:], family]), " ".join(words[:start]))


def _from_parts(parts: list[str]) -> str:
    """Return the house's form of "family, given", "family, suffix, given" or "family, given, suffix"."""
    if len(parts) == 2:
        return _particle_first(*parts)
    if _SUFFIX.fullmatch(parts[2]):
        return _join(*parts[:3])
    if _SUFFIX.fullmatch(parts[1]):
        return _join(parts[0], parts[2], parts[1])
    return _join(parts[0], " ".join(parts[1:]))


def bibtex_names(text: str | None, clean: Callable[[str], str] = unlatex) -> tuple[str, ...]:
    """Read a BibTeX list of names.

    Parameters
    ----------
    text
        Names joined by "and"; braces around a whole name make it an institution.
    clean
        Turns LaTeX into text; applied to each name after it was taken apart.

    Returns
    -------
    tuple of str
        "and others" comes back as the last name `ET_AL`.

    Examples
    --------
    >>> bibtex_names("Anna de Vries and {Raad van State} and van der Meer, J. and others")
    ('de Vries, Anna', 'Raad van State', 'van der Meer, J.', 'et al.')
    """
    names = []
    for raw in _top_level(text or "", _AND):
        name = raw.strip().strip(",;").strip()
        if not name:
            continue
        if _OTHERS.fullmatch(name):
            names.append(ET_AL)
            continue
        if _whole_brace(name):
            names.append(institution(clean(name)))
            continue
        if re.match(r"(?:family|given|prefix|suffix)\s*=", name, re.IGNORECASE):
            names.append(_biblatex_name(name, clean))
            continue
        name, others = split_others(name)
        parts = [p for p in (plain(clean(p)) for p in _top_level(name, re.compile(","))) if p]
        names.append(_from_parts(parts) if len(parts) > 1 else plain(clean(natural_name(name))) or "")
        names += others
    return tuple(n for n in names if n)


def _biblatex_name(text: str, clean: Callable[[str], str]) -> str:
    """Read biblatex's "family=Vries, given=Anna, prefix=de"."""
    parts = {}
    for piece in _top_level(text, re.compile(",")):
        key, _, value = piece.partition("=")
        parts[key.strip().lower()] = plain(clean(value.strip().strip('"')))
    return person(parts.get("family"), parts.get("given"), parts.get("prefix"), parts.get("suffix"))


def listed_names(values: Iterable[str]) -> tuple[str, ...]:
    """Read names from sources with one name a line or a list in a table cell.

    A name with a comma is "family, given" already. Without one it is put in that order when initials or a
    particle show that it is a person, or when it stands in a list; a lone "Europa decentraal" stays as it is. A
    comma at the very end says that it is an institution, as in EndNote.

    Examples
    --------
    >>> listed_names(["de Vries, Anna", "Jacob M. Grumbach", "Liu R.", "Europa decentraal"])
    ('de Vries, Anna', 'Grumbach, Jacob M.', 'Liu, R.', 'Europa decentraal')
    """
    names = []
    for value in values:
        given = (plain(value) or "").strip(" ;")
        name = given.strip(" ,").strip()
        if not name:
            continue
        if given.endswith(",") and "," not in name and not _OTHERS.fullmatch(name):
            names.append(name)
            continue
        if _OTHERS.fullmatch(name):
            names.append(ET_AL)
            continue
        name, others = split_others(name)
        parts = [p for p in (p.strip() for p in name.split(",")) if p]
        words = name.split()
        if len(parts) > 1:
            names.append(_from_parts(parts))
        elif (
            len(words) > 1 and _INITIALS.fullmatch(words[-1]) and words[-1].isupper() and not _INSTITUTION.search(name)
        ):
            names.append(_join(" ".join(words[:-1]), words[-1]))
        elif any(re.fullmatch(r"(?:[^\W\d_]\.-?)+", w) or w in PARTICLES for w in words):
            names.append(natural_name(name))
        else:
            names.append(name)
        names += others
    return tuple(names)


def listed_name(name: str) -> str:
    """Return a name of the house as `listed_names` reads it back the same.

    Examples
    --------
    >>> listed_name("de Vries, Anna"), listed_name("Zeitz MOCAA")
    ('de Vries, Anna', 'Zeitz MOCAA,')
    """
    return name if listed_names([name]) == (name,) or "," in name else f"{name},"


def family(name: str) -> str:
    """Return the family of a name with its particle, or all of an institution's name."""
    return name.split(",", 1)[0].strip()


def split_particle(name: str) -> tuple[str, str]:
    """Split a family into its lower-case particles and the rest.

    A capital particle ("Van Aelst") belongs to the rest: that is how its bearer sorts.

    Examples
    --------
    >>> split_particle("van der Meer"), split_particle("Van Aelst"), split_particle("'t Hart")
    (('van der', 'Meer'), ('', 'Van Aelst'), ("'t", 'Hart'))
    """
    words = name.split(" ")
    count = 0
    while count < len(words) - 1 and words[count].replace("\u2019", "'") in PARTICLES:
        count += 1
    rest = " ".join(words[count:])
    glued = re.match(r"([dl]['\u2019])(?=[^\W\d_])", rest)
    if glued and not count:
        return glued[1], rest[glued.end() :]
    return " ".join(words[:count]), rest
