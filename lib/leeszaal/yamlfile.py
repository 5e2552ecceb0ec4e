"""YAML that knows on which line each key stands, so that an error can say where."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes

__all__ = ["YamlFile", "read_yaml"]

# The same loader in C where PyYAML has it: ten times as fast, with the same lines.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS = {
    str: "een tekst",
    int: "een geheel getal",
    list: "een lijst",
    dict: "een blok met sleutels",
    bool: "true of false",
}


@dataclass(frozen=True)
class YamlFile:
    """The content of a YAML file and the line of every key and list item.

    Parameters
    ----------
    path
        The file.
    content
        Plain dicts, lists, strings, numbers and dates.
    lines
        From the path of a key, such as ``("parameters", "theme")``, to its line (from 1).
    """

    path: Path
    content: Any
    lines: dict[tuple[str | int, ...], int] = field(repr=False)

    def line(self, *keys: str | int) -> int:
        """Return the line of a key, or of the nearest key above it that has one."""
        place = tuple(keys)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def error(self, message: str, *keys: str | int, remedy: str = "") -> LeeszaalError:
        """Return an error that names the file and the line of a key; raise it yourself."""
        return LeeszaalError(f"{self.path}, regel {self.line(*keys)}: {message}", remedy)

    def check_keys(self, mapping: Any, known: list[str], required: list[str], *place: str | int) -> dict[str, Any]:
        """Return `mapping` when it is one and holds only known keys and all required ones.

        Raises
        ------
        LeeszaalError
            Naming file, line and the nearest valid key.
        """
        if not isinstance(mapping, dict):
            raise self.error(
                "hier wordt een blok met sleutels verwacht.", *place, remedy=f"Verwacht: {', '.join(known)}."
            )
        for key in mapping:
            if key not in known:
                raise self.error(f"de sleutel ‘{key}’ bestaat hier niet.", *place, key, remedy=nearest(str(key), known))
        for key in required:
            if key not in mapping:
                raise self.error(f"de sleutel ‘{key}’ ontbreekt.", *place, remedy=f"Voeg toe: {key}: …")
        return mapping

    def check_kind(self, value: Any, kind: type, *place: str | int) -> Any:
        """Return `value` when it is of the kind expected (str, int, list, dict or bool).

        Raises
        ------
        LeeszaalError
            Naming file, line, what stood there and what was expected.
        """
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            last = place[-1]
            name = f"nummer {last + 1} van ‘{place[-2]}’" if isinstance(last, int) and place[1:] else f"‘{last}’"
            said = "leeg" if value is None else f"‘{value}’"
            raise self.error(f"{name} is {said}.", *place, remedy=f"Verwacht: {_KINDS[kind]}.")
        return value


def read_yaml(path: Path) -> YamlFile:
    """Read a YAML file.

    Raises
    ------
    LeeszaalError
        When the file is missing, is no YAML (with the line), or holds one key twice.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LeeszaalError(
            f"{path} is niet als UTF-8 opgeslagen (byte {error.start}).", "Sla het bestand opnieuw op als UTF-8."
        ) from error
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or str(error)
        raise LeeszaalError(
            f"{path}, regel {line}: dit is geen geldige YAML ({problem}).",
            "Kijk naar inspringen (spaties, geen tabs), dubbele punten en aanhalingstekens.",
        ) from error
    lines: dict[tuple[str | int, ...], int] = {}
    if node is not None:
        _collect(path, node, (), lines)
    try:
        content = yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError) as error:
        raise LeeszaalError(
            f"{path}: een waarde is niet te lezen ({error}).", "Zet haar tussen aanhalingstekens."
        ) from error
    return YamlFile(path, content, lines)


def _collect(
    path: Path, node: yaml.Node, place: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]
) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*place, str(key.value))
            if below in lines:
                raise LeeszaalError(
                    f"{path}, regel {key.start_mark.line + 1}: de sleutel ‘{key.value}’ staat er twee keer in "
                    f"(eerder op regel {lines[below]}).",
                    "Verwijder een van de twee.",
                )
            lines[below] = key.start_mark.line + 1
            _collect(path, value, below, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*place, index)] = item.start_mark.line + 1
            _collect(path, item, (*place, index), lines)
