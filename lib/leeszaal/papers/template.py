"""What a kind of paper is: `papers/templates/<name>.yaml` beside the notebook of that name.

The notebook lays out the paper, cell by cell; the YAML says which sections there are, what stands above them, what the
writer is to put in each, and how long the whole may be. What a kind computes of its own stands in `papers/kinds/`.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["LANGUAGES", "VERSION", "Part", "Template", "read_template", "template_names", "template_parameters"]

LANGUAGES = ("nl", "en")
VERSION = 2  # of the form of a template; 1 was a notebook without a YAML file
_KEYS = ["version", "kind", "length", "words", "compact", "sections"]
_PART_KEYS = ["nl", "en", "hint", "writer", "required", "box", "level"]


@dataclass(frozen=True)
class Part:
    """One section of a kind of paper.

    Parameters
    ----------
    name
        As it stands in `text.md` (``# samenvatting``) and behind ``@sec-``.
    heading
        Language to heading; ``{region}`` becomes the name of the region.
    hint
        What the writer is to put here (Dutch); empty for a section that is computed alone.
    writer
        Whether the writer may fill it.
    required
        Whether a finished paper has text here.
    box
        The box its text stands in (``kernboodschap``), or empty.
    level
        Of the heading: 2, or 3 below the section before it.
    """

    name: str
    heading: dict[str, str]
    hint: str = ""
    writer: bool = True
    required: bool = False
    box: str = ""
    level: int = 2


@dataclass(frozen=True)
class Template:
    """A kind of paper.

    Parameters
    ----------
    name
        Of its two files in `papers/templates/`.
    notebook
        The papermill notebook.
    kind
        Language to what a reader calls it: "trendpaper", "trend paper".
    length
        How long it is, in Dutch.
    words
        The most words the writer should need; None where length is free.
    compact
        Whether it is to stand on one page: less white in the PDF.
    parts
        Its sections by name, in the order of the paper.
    parameters
        What the notebook declares, with the defaults.
    """

    name: str
    notebook: Path
    kind: dict[str, str]
    length: str
    words: int | None
    compact: bool
    parts: dict[str, Part]
    parameters: dict[str, Any] = field(repr=False)

    @property
    def slots(self) -> tuple[str, ...]:
        """The sections that a writer may fill."""
        return tuple(name for name, part in self.parts.items() if part.writer)

    def part(self, name: str) -> Part:
        """Return a section.

        Raises
        ------
        LeeszaalError
            When this kind of paper has no such section, naming the nearest.
        """
        if name not in self.parts:
            raise LeeszaalError(
                f"De sectie ‘{name}’ bestaat niet in sjabloon ‘{self.name}’.", nearest(name, self.parts)
            )
        return self.parts[name]


def template_names(home: Home) -> list[str]:
    """Return the names of the templates of a reading room, in alphabetical order."""
    return sorted(path.stem for path in home.templates.glob("*.ipynb") if not path.name.startswith("."))


def read_template(home: Home, name: str) -> Template:
    """Read a template.

    Raises
    ------
    LeeszaalError
        When there is none of that name, it is of an older or newer Leeszaal, or its YAML or notebook cannot be read.
    """
    notebook = home.templates / f"{name}.ipynb"
    if not notebook.is_file():
        raise LeeszaalError(f"Het sjabloon ‘{name}’ bestaat niet.", nearest(name, template_names(home)))
    path = home.templates / f"{name}.yaml"
    if not path.is_file():
        raise LeeszaalError(
            f"Sjabloon ‘{name}’ komt uit een oudere versie van Leeszaal: {home.relative(path)} ontbreekt.",
            f"Vul aan wat ontbreekt met: leeszaal init {home.root}. Wat er staat, blijft zoals het is.",
        )
    file = read_yaml(path)
    content = file.check_keys(file.content, _KEYS, ["version", "kind", "sections"])
    version = file.check_kind(content["version"], int, "version")
    if version != VERSION:
        newer = version > VERSION
        raise file.error(
            f"sjabloon ‘{name}’ heeft versie {version}; deze Leeszaal kent versie {VERSION}.",
            "version",
            remedy="Werk Leeszaal bij." if newer else f"Haal het weg en leg het opnieuw aan: leeszaal init {home.root}",
        )
    sections = file.check_kind(content["sections"], dict, "sections")
    words = content.get("words")
    return Template(
        name=name,
        notebook=notebook,
        kind=_languages(file, content["kind"], "kind"),
        length=file.check_kind(content.get("length", ""), str, "length"),
        words=None if words is None else file.check_kind(words, int, "words"),
        compact=file.check_kind(content.get("compact", False), bool, "compact"),
        parts={part: _part(file, part, section) for part, section in sections.items()},
        parameters=template_parameters(notebook),
    )


def _languages(file: YamlFile, value: Any, *place: str) -> dict[str, str]:
    file.check_keys(value, list(LANGUAGES), ["nl"], *place)
    return {lang: str(file.check_kind(text, str, *place, lang)) for lang, text in value.items()}


def _part(file: YamlFile, name: str, section: Any) -> Part:
    place = ("sections", name)
    given = file.check_keys(section, _PART_KEYS, ["nl"], *place)
    level = file.check_kind(given.get("level", 2), int, *place, "level")
    if level not in (2, 3):
        raise file.error(f"‘level’ is {level}.", *place, "level", remedy="Verwacht: 2 of 3.")
    return Part(
        name=name,
        heading=_languages(file, {lang: given[lang] for lang in LANGUAGES if lang in given}, *place),
        hint=" ".join(file.check_kind(given.get("hint", ""), str, *place, "hint").split()),
        writer=file.check_kind(given.get("writer", True), bool, *place, "writer"),
        required=file.check_kind(given.get("required", False), bool, *place, "required"),
        box=file.check_kind(given.get("box", ""), str, *place, "box"),
        level=level,
    )


def template_parameters(notebook: Path) -> dict[str, Any]:
    """Return the parameters a notebook declares in its `parameters` cell, with their defaults.

    Raises
    ------
    LeeszaalError
        When the notebook cannot be read, has no such cell, or that cell holds something else than plain values.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LeeszaalError(f"{notebook} is geen leesbaar notebook ({error}).", "Zet het sjabloon terug.") from error
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            source = cell["source"]
            try:
                tree = ast.parse(source if isinstance(source, str) else "".join(source))
                return {
                    target.id: ast.literal_eval(node.value)
                    for node in tree.body
                    if isinstance(node, ast.Assign)
                    for target in node.targets
                    if isinstance(target, ast.Name)
                }
            except (SyntaxError, ValueError) as error:
                raise LeeszaalError(
                    f"{notebook}: de cel met het label ‘parameters’ is niet te lezen ({error}).",
                    'Zet er alleen regels in als: theme = "ibt".',
                ) from error
    raise LeeszaalError(f"{notebook} heeft geen cel met het label ‘parameters’.", "Geef één cel dat label.")
