"""What a paper is made with: `papers/<slug>/paper.yaml`, checked against its template."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home
from leeszaal.papers.template import Template, read_template, template_names
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["PaperSettings", "check_parameters", "parse_parameters", "read_settings"]

_KEYS = ["template", "title", "subtitle", "author", "date", "message", "meaning", "accept", "parameters"]


@dataclass(frozen=True)
class PaperSettings:
    """One paper: its template, what stands on its first lines, and the parameters of the run.

    `message` and `meaning` are the writer's two sentences for the front page: the finding, and what it means for the
    province. Like the text they may name values. `accept` says, by citekey, why a source is cited all the same that was
    retracted or whose facts were not verified.
    """

    slug: str
    template: Template
    title: str
    subtitle: str
    author: tuple[str, ...]
    date: datetime.date | None
    message: str
    meaning: str
    accept: dict[str, str]
    parameters: dict[str, Any]


def read_settings(home: Home, slug: str, parameters: Mapping[str, Any] | None = None) -> PaperSettings:
    """Read `paper.yaml` of a paper, with `parameters` taking the place of those in the file.

    Raises
    ------
    LeeszaalError
        When there is no such paper, a key is unknown or missing, the template does not exist, or a parameter is
        unknown to the template or of another kind than its default; file, line and nearest name are given.
    """
    path = home.paper(slug) / "paper.yaml"
    file = read_yaml(path)
    content = file.check_keys(file.content, _KEYS, ["template", "title"])
    for key in ("template", "title", "subtitle", "message", "meaning"):
        if key in content:
            file.check_kind(content[key], str, key)
    if content["template"] not in (known := template_names(home)):
        raise file.error(
            f"het sjabloon ‘{content['template']}’ bestaat niet.",
            "template",
            remedy=nearest(content["template"], known),
        )
    template = read_template(home, content["template"])
    if not content["title"].strip():
        raise file.error("‘title’ is leeg.", "title", remedy="Geef de paper een titel.")
    date = content.get("date")
    if date is not None and not isinstance(date, datetime.date):
        raise file.error(f"‘{date}’ is geen datum.", "date", remedy="Schrijf de datum als 2026-11-24.")
    in_file = file.check_kind(content.get("parameters", {}), dict, "parameters")
    _check(in_file, template, file)
    check_parameters(parameters or {}, template)
    accept = file.check_kind(content.get("accept", {}), dict, "accept")
    for key, reason in accept.items():
        if not file.check_kind(reason, str, "accept", key).strip():
            raise file.error(
                f"bij ‘{key}’ staat geen reden.", "accept", key, remedy="Schrijf waarom u het werk toch noemt."
            )
    return PaperSettings(
        slug=slug,
        template=template,
        title=content["title"],
        subtitle=content.get("subtitle", ""),
        author=_authors(file, content.get("author", [])),
        date=date,
        message=content.get("message", ""),
        meaning=content.get("meaning", ""),
        accept={str(key): reason for key, reason in accept.items()},
        parameters={**in_file, **(parameters or {})},
    )


def _authors(file: YamlFile, given: Any) -> tuple[str, ...]:
    """Return the authors: one name, or a list of names."""
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, list):
        raise file.error(
            f"‘author’ is ‘{given}’.",
            "author",
            remedy="Verwacht: een naam, of een lijst van namen: [A. Jansen, B. de Vries].",
        )
    return tuple(file.check_kind(name, str, "author", place) for place, name in enumerate(given))


def check_parameters(parameters: Mapping[str, Any], template: Template) -> None:
    """Raise an error for the first parameter that the template does not know, or that is of another kind."""
    _check(parameters, template, None)


def _check(parameters: Mapping[str, Any], template: Template, file: YamlFile | None) -> None:
    declared = template.parameters

    def fail(name: str, message: str, remedy: str) -> LeeszaalError:
        if file is not None:
            return file.error(message, "parameters", name, remedy=remedy)
        return LeeszaalError(message[0].upper() + message[1:], remedy)

    for name, value in parameters.items():
        if name not in declared:
            raise fail(
                name, f"de parameter ‘{name}’ bestaat niet in sjabloon ‘{template.name}’.", nearest(name, declared)
            )
        default = declared[name]
        if default is not None and type(value) is not type(default):
            kind = {int: "een geheel getal", str: "een tekst", float: "een getal", bool: "true of false"}.get(
                type(default), "iets anders"
            )
            quoted = isinstance(value, str) and value.strip().lstrip("-").isdecimal()
            said = "leeg" if value is None else f"de tekst ‘{value}’" if quoted else f"‘{value}’"
            without = ", zonder aanhalingstekens" if quoted else ""
            raise fail(name, f"de parameter ‘{name}’ is {said}.", f"Verwacht: {kind}{without}, zoals {default!r}.")


def parse_parameters(words: tuple[str, ...] | list[str]) -> dict[str, Any]:
    """Turn ``naam=waarde`` words of the command line into parameters.

    Examples
    --------
    >>> parse_parameters(["from_year=2010", "theme=ibt"])
    {'from_year': 2010, 'theme': 'ibt'}
    """
    import yaml

    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise LeeszaalError(f"‘{word}’ is geen parameter.", "Schrijf naam=waarde, zoals -p from_year=2010.")
        try:
            found[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError:
            found[name.strip()] = value
    return found
