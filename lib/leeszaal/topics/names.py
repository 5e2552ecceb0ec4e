"""What a topic is called: distinctive terms, Dutch first, with typical works and the nearest theme."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
import simplemma

__all__ = [
    "is_adjective",
    "is_verb",
    "likeliest_labels",
    "nearest_themes",
    "propose_name",
    "show_terms",
    "typical_works",
]

_NAMED = 3
_CLEAR = 0.3
_LIFTED = 2.0
_ENOUGH = 2
_INFINITIVE = re.compile(
    r"en$|^(?:be|ont|ver|uit|aan|af|in|om|op|over|voor|na|toe|vol)?(?:gaan|staan|slaan|doen|zien)$"
)
_STEM = 5
_SHORTEST = 4
_ADJECTIVE = re.compile(
    r"(?:lijke?|ische?|[iok]ale|[iok]aal|ieve?|matige?|nieuwe?|goede?|tijdse?|landse?|(?<!d)eel|generiek|specifiek|publiek|"
    r"public|local)$"
)
# Words of any policy document or study: they tell what kind of text it is, not what it is about.
_GENERAL_WORDS = """
    aanbeveling aanbevelingen aanpak advies adviezen analyse antwoord antwoorden artikel artikelen bepaling bepalingen
    bericht berichten effect effecten effectiviteit eis eisen evaluatie gevolg gevolgen invloed jaarverslag
    jaarverslagen kader kaders memorie mening mensen middel middelen nederland nieuws ontwikkeling ontwikkelingen
    perspectief praktijk prestatie prestaties reflectie resultaat resultaten rol staat toelichting uitkomst uitkomsten
    uitvoering verantwoording verbetering verkenning verslag verslagen versterken versterking vorm vormen vraag vragen
    wijziging wijzigingen zaak zaken analysis approach case cases change context difference effects evidence future
    impact management perspective quality role theory
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())


def show_terms(terms: Sequence[str], scores: Sequence[float], surfaces: Mapping[str, str], top: int = 10) -> list[str]:
    """Return terms as they are written, without saying the same twice.

    A phrase that weighs at least half as much as a word in it takes that word's place; a phrase of which
    every word was shown is left out.

    Parameters
    ----------
    terms, scores
        Terms, best first, and their weights.
    surfaces
        Term to its written form.
    top
        How many to return.

    Examples
    --------
    >>> show_terms(["local", "turnout", "local government"], [0.5, 0.4, 0.3], {})
    ['local government', 'turnout']
    """
    weight = dict(zip(terms, scores, strict=True))
    phrase_of: dict[str, str] = {}
    for term in terms:
        for part in term.split() if " " in term else ():
            if part in weight and weight[term] >= weight[part] / 2:
                phrase_of.setdefault(part, term)
    shown: list[str] = []
    seen: set[str] = set()
    for term in terms:
        said = phrase_of.get(term, term)
        parts = set(said.split())
        written = surfaces.get(said, said)
        if parts <= seen or written in shown:
            continue
        seen |= parts
        shown.append(written)
        if len(shown) == top:
            break
    return shown


def propose_name(
    words_nl: Sequence[str], words_en: Sequence[str], taken: Sequence[str] = (), *, label: str | None = None
) -> str:
    """Return a name of at most three terms: Dutch ones, and English ones only where Dutch ones are too few.

    A topic that comes under a label of the taxonomy is called by it, with two Dutch terms that the label does not say.

    Adjectives and verbs on their own and words of any document ("resultaten") say little and forms of a word that is
    already there say nothing, so they wait till nothing else is left; beside a label they are left out. A name of two
    Dutch terms is not filled up with an English one.

    Parameters
    ----------
    words_nl, words_en
        Terms as written, most distinctive first.
    taken
        Names in use; a name that is taken gets one term more, and if that does not help a number.
    label
        What the taxonomy calls it; see `likeliest_labels`.

    Examples
    --------
    >>> propose_name(["bestuurlijke", "opkomst", "kiezers", "kiezer", "waterschap"], ["turnout"])
    'Opkomst, kiezers en waterschap'
    >>> propose_name(["opkomst", "waterschap", "burgers"], [], label="Opkomst bij verkiezingen")
    'Opkomst bij verkiezingen: waterschap en burgers'
    """
    words = _telling(words_nl, said=_stems(label or ""))
    if label is None and len(words) < _ENOUGH:
        words += [word for word in _telling(words_en) if word not in words]
    name = ""
    first = _NAMED if label is None else _NAMED - 1
    for many in (first, first + 1):
        name = _joined(words[:many]) if label is None else ": ".join(filter(None, [label, _listed(words[:many])]))
        if name not in taken:
            return name
    again = 2
    while f"{name} ({again})" in taken:
        again += 1
    return f"{name} ({again})"


def is_adjective(word: str) -> bool:
    """Tell whether a word is an adjective or adverb, by its ending.

    A Dutch word in -e whose base form has no -e is an inflected adjective: plurals end in -en or -s.

    Examples
    --------
    >>> is_adjective("brede"), is_adjective("lokaal"), is_adjective("gemeente"), is_adjective("public")
    (True, True, False, True)
    """
    if _ADJECTIVE.search(word):
        return True
    return word.endswith("e") and not str(simplemma.lemmatize(word, lang="nl")).endswith("e")


def is_verb(word: str) -> bool:
    """Tell whether a Dutch word is a form of a verb, also where it could be a noun as well ("werken").

    Its base form ends in -en: the dictionary gives plurals the base form of the noun.

    Examples
    --------
    >>> is_verb("gaan"), is_verb("gewonnen"), is_verb("vindt"), is_verb("scholen"), is_verb("havens")
    (True, True, True, False, False)
    """
    base = str(simplemma.lemmatize(word, lang="nl"))
    return _INFINITIVE.search(base) is not None and word != f"{base}s" and simplemma.is_known(word, lang="nl")


def _stems(text: str) -> frozenset[str]:
    return frozenset(part[:_STEM] for part in re.findall(r"\w+", text.lower()))


def _telling(words: Sequence[str], said: frozenset[str] = frozenset()) -> list[str]:
    """Return the terms that say something, and something else than what is `said` (stems): nouns and phrases if any."""
    nouns: list[str] = []
    rest: list[str] = []
    for word in words:
        stems = _stems(word)
        if said and stems & said:
            continue
        last = word.split()[-1]  # a phrase that ends in an adjective is half of one
        lone = word in _GENERAL or is_adjective(last) or (last == word and is_verb(word))
        held = None if lone else next((n for n in nouns if " " not in n and n in word.split()), None)
        if held is not None:
            nouns[nouns.index(held)] = word  # the phrase says it more exactly
            continue
        said_before = any(_alike(last, part) for noun in nouns for part in noun.split())
        (rest if lone or said_before or stems <= _stems(" ".join(nouns)) else nouns).append(word)
    return nouns if len(nouns) >= 2 or said else nouns + rest


def _alike(word: str, other: str) -> bool:
    """Tell whether two words say much the same: they begin alike, or the longer one ends in the other."""
    shorter, longer = sorted((word, other), key=len)
    alike = longer.startswith(shorter[:_STEM]) or (len(shorter) > _STEM and longer.endswith(shorter))
    return len(shorter) >= _SHORTEST and alike


def _joined(words: Sequence[str]) -> str:
    if not words:
        return "Zonder kenmerkende woorden"
    text = _listed(words)
    return text[0].upper() + text[1:]


def _listed(words: Sequence[str]) -> str:
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def likeliest_labels(topic: np.ndarray, labels: Sequence[Collection[str]]) -> dict[int, str]:
    """Return per topic the label that names it, leaving out topics that none does.

    At least 30 % of the topic's works carry it, which is at least twice the share in the whole corpus; of several the
    one that coincides best with the topic (F1 of the works that carry it and those of the topic).

    Parameters
    ----------
    topic
        (n,) number of the topic of each work, −1 for none.
    labels
        Of each of the n works the labels it carries.

    Examples
    --------
    >>> likeliest_labels(np.array([0, 0, 1, 1, 1]), [{"a"}, {"a", "b"}, {"b"}, set(), set()])
    {0: 'a'}
    """
    everywhere = Counter(label for carried in labels for label in carried)
    found: dict[int, str] = {}
    for t in np.unique(topic[topic >= 0]).tolist():
        members = np.flatnonzero(topic == t).tolist()
        n = len(members)
        both = Counter(label for at in members for label in labels[at])
        often = {x for x, many in both.items() if many >= _CLEAR * n}
        clear = {x for x in often if both[x] / n >= _LIFTED * everywhere[x] / len(topic)}
        if clear:
            found[t] = min(clear, key=lambda x: (-both[x] / (n + everywhere[x]), x))
    return found


def typical_works(
    ids: Sequence[str], strength: np.ndarray, topic: np.ndarray, own: np.ndarray, k: int, count: int = 3
) -> list[list[str]]:
    """Return per topic the works that show best what it is about: strong in it, and in its own words.

    Parameters
    ----------
    ids
        n work ids.
    strength
        (n, k).
    topic
        (n,) number of the topic of each work, −1 for none.
    own
        (n,) cosine of the work's own terms and those of its topic.
    k
        Number of topics.
    count
        Works per topic.
    """
    order = np.array(ids, dtype=object).argsort(kind="stable")
    lists = []
    for t in range(k):
        mine = [int(i) for i in order if topic[i] == t]
        mine.sort(key=lambda i: -round(float(strength[i, t] * (0.2 + own[i])), 6))
        lists.append([str(ids[i]) for i in mine[:count]])
    return lists


def nearest_themes(assignments: pd.DataFrame, tags: pd.DataFrame) -> dict[int, str]:
    """Return per topic the theme of the taxonomy it comes nearest to, leaving out topics without one.

    Of the themes that at least 30 % of the topic's works carry, the one that is most over-represented beside
    the whole corpus.

    Parameters
    ----------
    assignments
        Columns `work_id`, `topic` (null for none).
    tags
        Columns `work_id`, `theme`.
    """
    pairs = tags[["work_id", "theme"]].drop_duplicates()
    inside = pairs[pairs["work_id"].isin(assignments["work_id"])]
    whole = {str(theme): len(works) for theme, works in inside.groupby("theme")}
    n = max(len(assignments), 1)
    found: dict[int, str] = {}
    placed = assignments.dropna(subset=["topic"]).astype({"topic": int})
    for topic, works in placed.groupby("topic"):
        mine = inside[inside["work_id"].isin(works["work_id"])]
        share = {str(theme): len(carriers) / len(works) for theme, carriers in mine.groupby("theme")}
        lift = {theme: value * n / whole[theme] for theme, value in share.items() if value >= _CLEAR}
        best = min(lift, key=lambda theme: (-lift[theme], theme), default=None)
        if best is not None and lift[best] > 1.0:
            found[int(str(topic))] = best
    return found
