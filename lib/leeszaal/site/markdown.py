"""What Quarto does to Markdown before Pandoc sees it: `{{< include x.md >}}` and a few other shortcodes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes

__all__ = ["expand", "outside_code"]

_SHORTCODE = re.compile(r"(?<!\{)\{\{<\s+(?P<name>[\w-]+)\s*(?P<rest>.*?)\s*>\}\}(?!\})")
_INCLUDE = re.compile(r"^[ \t]*\{\{<\s+include\s+(?P<path>.+?)\s+>\}\}[ \t]*$")
_ESCAPED = re.compile(r"\{(\{\{<.*?>\}\})\}")
_FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to every line that is not part of a fenced code block."""
    return "\n".join(line if code else change(line) for code, line in _marked(text))


def _marked(text: str) -> Iterator[tuple[bool, str]]:
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            yield True, line
            if mark and mark["fence"].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        else:
            yield mark is not None, line
            if mark:
                fence = mark["fence"]


def expand(text: str, folder: Path, root: Path, meta: dict[str, Any], name: str) -> str:
    """Return `text` with its includes and shortcodes (`include`, `meta`, `pagebreak`) carried out.

    Parameters
    ----------
    text
        Quarto Markdown without front matter.
    folder
        Where it stands; a path in an include is seen from here, or from `root` when it opens with a slash.
    root
        The folder of the project; nothing outside it is taken in.
    meta
        The front matter, for ``{{< meta key >}}``.
    name
        How to name the document in a message.

    Raises
    ------
    LeeszaalError
        When a file is missing, lies outside the project or takes itself in; when a shortcode is not known.
    """
    return _expand(text, folder, root, meta, name, ())


def _expand(text: str, folder: Path, root: Path, meta: dict[str, Any], name: str, above: tuple[Path, ...]) -> str:
    lines = []
    for number, (code, line) in enumerate(_marked(text), 1):
        where = f"{name}, regel {number}"
        if code:
            lines.append(line)
        elif include := _INCLUDE.match(line):
            lines.append(_included(include["path"], folder, root, meta, where, above))
        else:
            lines.append(_SHORTCODE.sub(functools.partial(_carry_out, meta=meta, where=where), line))
    return _ESCAPED.sub(r"\1", "\n".join(lines))


def _included(given: str, folder: Path, root: Path, meta: dict[str, Any], where: str, above: tuple[Path, ...]) -> str:
    given = given.strip("\"'")
    path = (root / given.lstrip("/") if given.startswith("/") else folder / given).resolve()
    if not path.is_relative_to(root.resolve()):
        raise LeeszaalError(
            f"{where}: {given} ligt buiten deze leeszaal.", "Noem een bestand in de map van de leeszaal."
        )
    if path in above:
        raise LeeszaalError(f"{where}: {given} neemt zichzelf op.", "Haal een van de twee regels met ‘include’ weg.")
    if not path.is_file():
        raise LeeszaalError(f"{where}: {given} bestaat niet.", "Controleer de naam; deze delen schrijft: leeszaal site")
    text = read_bytes(path).decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    return _expand(text, folder, root, meta, where, (*above, path)).rstrip("\n")


def _carry_out(found: re.Match[str], meta: dict[str, Any], where: str) -> str:
    name, rest = found["name"], found["rest"].strip()
    if name == "meta":
        value: Any = meta
        for key in rest.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is None:
            raise LeeszaalError(
                f"{where}: ‘{rest}’ staat niet in de gegevens bovenaan.", "Voeg het daar toe of haal het weg."
            )
        return str(value)
    if name == "pagebreak":
        return "\n\n::: {.pagebreak}\n:::\n\n"
    raise LeeszaalError(f"{where}: ‘{name}’ is geen bekende opdracht.", "Bekend zijn: include, meta, pagebreak.")
