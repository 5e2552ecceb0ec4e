"""Lay out a new paper: `paper.yaml` with its parameters, `text.md` with a heading and a hint per section."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import write_text
from leeszaal.home import Home, check_slug, find_home
from leeszaal.indicators import REGIONS, require_region
from leeszaal.library.store import read_stamp
from leeszaal.papers.settings import check_parameters
from leeszaal.papers.template import LANGUAGES, Template, read_template
from leeszaal.reading import load_taxonomy

__all__ = ["RESERVED", "NewPaperSummary", "new_paper"]

RESERVED = ("check", "new", "review", "run", "sign", "versions")  # words that follow `leeszaal paper`
_PERIOD = 25  # years back, when nobody says otherwise: five periods of five


@dataclass(frozen=True)
class NewPaperSummary:
    """The paper that was laid out."""

    slug: str
    template: str
    files: list[str]
    sections: int

    def tell(self) -> str:
        return (
            f"Paper ‘{self.slug}’ ({self.template}) ligt klaar, met {self.sections} secties om te vullen.\n"
            f"Schrijf in {self.files[1]}; kijk na met: leeszaal paper check {self.slug}"
        )


def new_paper(
    template: str,
    slug: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    title: str = "",
    author: str = "",
    ask: Callable[[str, str], str] | None = None,
    home: Home | Path | str | None = None,
) -> NewPaperSummary:
    """Lay out `papers/<slug>/`; nothing that stands there already is touched.

    Parameters
    ----------
    template
        The kind of paper, such as ``trendpaper``.
    slug
        The name of its folder: small letters, digits and hyphens.
    parameters
        Theme, years, region, language and what the template asks beside them.
    title, author
        For `paper.yaml`; without a title the slug in words.
    ask
        Called as ``ask(question, default)`` for every parameter that was not given; None takes the defaults.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When there is a paper of that name, the name cannot be one, or a parameter is unknown or wrong.
    """
    room = find_home(home)
    kind = read_template(room, template)
    check_slug(slug)
    if slug in RESERVED:
        raise LeeszaalError(f"‘{slug}’ kan geen naam van een paper zijn: dat is een opdracht.", "Kies een andere naam.")
    folder = room.papers / slug
    taken = next((path.name for path in room.papers.glob("*") if path.name.casefold() == slug), None)
    if taken is not None:
        raise LeeszaalError(f"Er is al een map papers/{taken}.", "Kies een andere naam; er is niets veranderd.")
    given = dict(parameters or {})
    check_parameters(given, kind)
    chosen = _chosen(room, kind, given, ask)
    if ask is not None and not title:
        title = ask("Titel", _words(slug))
    title = title or _words(slug)
    lines = [
        f"# De gegevens van deze paper. De tekst staat in text.md; de opbouw in papers/templates/{template}.ipynb."
    ]
    lines += [f"template: {template}", f"title: {_yaml(title)}"]
    lines += [f"author: {_yaml(author)}"] if author else []
    lines += ["parameters:", *(f"  {name}: {_yaml(value)}" for name, value in chosen.items())]
    write_text(folder / "text.md", _text(kind, slug))
    write_text(folder / "paper.yaml", "\n".join(lines) + "\n")
    files = [room.relative(folder / name) for name in ("paper.yaml", "text.md")]
    return NewPaperSummary(slug, template, files, len(kind.slots))


def _words(slug: str) -> str:
    words = slug.replace("-", " ")
    return words[:1].upper() + words[1:]


def _yaml(value: Any) -> str:
    """Return a value as YAML on one line; JSON is YAML, and a plain word needs no quotes."""
    text = json.dumps(value, ensure_ascii=False)
    plain = isinstance(value, str) and value and value.replace("-", "").replace(".", "").replace("_", "").isalpha()
    return value if plain and value.lower() not in ("null", "true", "false", "yes", "no", "on", "off") else text


def _chosen(
    home: Home, template: Template, given: dict[str, Any], ask: Callable[[str, str], str] | None
) -> dict[str, Any]:
    """Return the parameters of the paper: what was given, then what was answered, then the defaults."""
    found: dict[str, Any] = {}
    for name, default in template.parameters.items():
        if name == "slug":
            continue
        value = given.get(name, _default(home, name, default))
        if name not in given and ask is not None:
            value = _typed(name, ask(_QUESTIONS.get(name, name), str(value)), default)
        if value != default:  # a template may leave a parameter empty and find its value elsewhere
            _require(home, name, value)
        found[name] = value
    if found.get("from_year", 0) > found.get("to_year", 9999):
        raise LeeszaalError(
            f"from_year ({found['from_year']}) ligt na to_year ({found['to_year']}).", "Draai de twee jaren om."
        )
    return found


_QUESTIONS = {
    "theme": "Thema (bijvoorbeeld ibt of ibt.financieel)",
    "from_year": "Eerste jaar",
    "to_year": "Laatste jaar",
    "region": f"Regio ({', '.join(REGIONS)})",
    "lang": f"Taal ({' of '.join(LANGUAGES)})",
    "accompanies": "Bij welke paper hoort deze oplegger",
    "body": "Wie besluit: CMT, directieoverleg of Gedeputeerde Staten",
    "signal": "Nummer van het signaal (leeg: het thema zelf)",
}


def _default(home: Home, name: str, default: Any) -> Any:
    """Return the default of a parameter; a period ends with the last whole year before the newest evidence."""
    day = str((read_stamp(home, "build") or {}).get("facts", {}).get("reference_date", ""))[:4]
    if name == "accompanies":
        return next((slug for slug in home.paper_slugs() if slug != "templates"), default)
    last = (int(day) if day else datetime.datetime.now(tz=datetime.UTC).year) - 1
    return {"from_year": last - _PERIOD + 1, "to_year": last}.get(name, default)


def _typed(name: str, answer: str, default: Any) -> Any:
    if not isinstance(default, int) or isinstance(default, bool):
        return answer.strip()
    try:
        return int(answer)
    except ValueError as error:
        raise LeeszaalError(f"‘{answer}’ is geen geheel getal ({name}).", "Antwoord bijvoorbeeld 2025.") from error


def _require(home: Home, name: str, value: Any) -> None:
    if name == "theme":
        load_taxonomy(home.themes).require(str(value))
    elif name == "region":
        require_region(str(value))
    elif name == "lang" and value not in LANGUAGES:
        raise LeeszaalError(f"De taal ‘{value}’ bestaat niet.", nearest(str(value), LANGUAGES))
    elif name == "accompanies":
        home.paper(str(value))


def _text(template: Template, slug: str) -> str:
    """Return the text of a new paper: an explanation, and per section its heading, hint and room to write."""
    head = [
        "<!--",
        "De tekst van de schrijver. Leeszaal leest dit bestand en verandert het nooit.",
        "",
        f"- Lengte: {template.length}." if template.length else "",
        "- Een regel als ‘# naam’ opent een sectie. De namen liggen vast; de volgorde in de paper ook.",
        "- {{ werken }} wordt het getal van deze run. Typ zelf geen getallen die uit de bibliotheek komen.",
        '- {{ bewering("De aandacht stijgt", groei.richting == "stijgt") }} waarschuwt als de zin niet meer klopt.',
        "- [@citekey] haalt een werk aan; @sec-naam en @fig-naam verwijzen naar een plek in de paper.",
        f"- Controleren kan met: leeszaal paper check {slug}",
        "-->",
    ]
    body = [f"# {name}\n\n<!-- {template.parts[name].hint} -->\n" for name in template.slots]
    return "\n".join(line for line in head if line or line == "") + "\n\n" + "\n".join(body)
