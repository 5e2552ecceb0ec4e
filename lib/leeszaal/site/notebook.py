"""An executed notebook as Quarto Markdown, the way Quarto itself would see it.

Pandoc's own reader of notebooks is not used: it leaves citations, divs and `#|` options as text, and prints
cells that are to be hidden.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from leeszaal.errors import LeeszaalError
from leeszaal.site.project import split_front_matter

__all__ = ["NotebookSource", "notebook_to_markdown"]

_OPTION = re.compile(r"^#\|\s?(?P<rest>.*)$")
_HIDDEN = {"remove-cell", "parameters", "injected-parameters", "remove_cell"}
_IMAGES = {"image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg"}
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class NotebookSource:
    """A notebook as text.

    Parameters
    ----------
    meta
        The front matter.
    markdown
        The body.
    images
        From file name to content: figures that stand in the notebook itself.
    errors
        One line for each output that is an error: the cell (from 1) and what it says.
    parameters
        The cells (from 1) that hold parameters and are not hidden for Quarto.
    """

    meta: dict[str, Any]
    markdown: str
    images: dict[str, bytes] = field(default_factory=dict, repr=False)
    errors: tuple[str, ...] = ()
    parameters: tuple[int, ...] = ()


def _joined(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value or "")


def _options(source: str, where: str) -> tuple[dict[str, Any], str]:
    """Split the `#|` lines at the start of a cell from its code."""
    lines = source.split("\n")
    taken = []
    for line in lines:
        found = _OPTION.match(line)
        if found is None:
            break
        taken.append(found["rest"])
    try:
        options = yaml.safe_load("\n".join(taken)) or {}
    except yaml.YAMLError as error:
        raise LeeszaalError(
            f"{where}: de regels met ‘#|’ zijn geen geldige YAML.", "Schrijf ze als ‘#| sleutel: waarde’."
        ) from error
    return (options if isinstance(options, dict) else {}), "\n".join(lines[len(taken) :]).strip("\n")


def _fenced(text: str, info: str = "") -> str:
    """Return `text` as a code block that no line in it can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{info}\n{text.rstrip(chr(10))}\n{fence}"


def _rich(data: Mapping[str, Any], stem: str, options: Mapping[str, Any], images: dict[str, bytes]) -> str:
    """Return the best form of one output: Markdown, an image, or plain text; HTML is never let through."""
    if "text/markdown" in data:
        return _labelled(_joined(data["text/markdown"]), options)
    for kind, suffix in _IMAGES.items():
        if kind in data:
            content = _joined(data[kind])
            name = f"{stem}{suffix}"
            images[name] = content.encode("utf-8") if kind == "image/svg+xml" else base64.b64decode(content)
            label = str(options.get("label", ""))
            alt = str(options.get("fig-alt", "")).replace("\\", "\\\\").replace('"', '\\"')
            attributes = " ".join(
                part for part in (f"#{label}" if label.startswith("fig-") else "", f'fig-alt="{alt}"') if part
            )
            return f"![{options.get('fig-cap', '')}]({name}){{{attributes}}}"
    return _fenced(_ANSI.sub("", _joined(data.get("text/plain")))) if "text/plain" in data else ""


def _labelled(markdown: str, options: Mapping[str, Any]) -> str:
    """Put the label and caption that a cell gives its table around the table."""
    label = str(options.get("label", ""))
    if not label.startswith("tbl-"):
        return markdown
    return f"::: {{#{label}}}\n{markdown.strip()}\n\n{options.get('tbl-cap', '')}\n:::"


def _code(code: str, options: Mapping[str, Any]) -> str:
    """Return the code of a cell as a block; with ``lst-label`` it is a listing that can be referred to."""
    label = str(options.get("lst-label", ""))
    if not label.startswith("lst-"):
        return _fenced(code, "python")
    caption = str(options.get("lst-cap", "")).replace("\\", "\\\\").replace('"', '\\"')
    return _fenced(code, f'{{#{label} .python lst-cap="{caption}"}}')


def _outputs(cell: Mapping[str, Any], stem: str, options: Mapping[str, Any], images: dict[str, bytes]) -> list[str]:
    shown = []
    asis = options.get("output") == "asis"
    for number, output in enumerate(cell.get("outputs", []), 1):
        kind = output.get("output_type")
        if kind == "stream":
            text = _ANSI.sub("", _joined(output.get("text")))
            if output.get("name") == "stderr":
                continue  # Quarto shows it as a warning; a reader has no use for it
            shown.append(text if asis else _fenced(text))
        elif kind in ("display_data", "execute_result"):
            shown.append(_rich(output.get("data", {}), f"{stem}-{number}", options, images))
        elif kind == "error":
            shown.append(_fenced(_ANSI.sub("", f"{output.get('ename')}: {output.get('evalue')}")))
    return [text for text in shown if text.strip()]


def notebook_to_markdown(text: str, name: str) -> NotebookSource:
    """Return an executed notebook as Quarto Markdown.

    Parameters
    ----------
    text
        The notebook (JSON).
    name
        How to name it in a message.

    Raises
    ------
    LeeszaalError
        When it is not a notebook, or the options of a cell cannot be read.
    """
    try:
        cells = list(json.loads(text)["cells"])
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise LeeszaalError(f"{name} is geen notebook.", "Maak de paper opnieuw met: leeszaal paper") from error
    meta: dict[str, Any] = {}
    parts: list[str] = []
    images: dict[str, bytes] = {}
    errors: list[str] = []
    visible: list[int] = []
    for number, cell in enumerate(cells, 1):
        where = f"{name}, cel {number}"
        source = _joined(cell.get("source"))
        tags = set(cell.get("metadata", {}).get("tags", []))
        if number == 1 and cell.get("cell_type") in ("raw", "markdown") and source.startswith("---"):
            meta, source = split_front_matter(source, where)
        if cell.get("cell_type") == "markdown" or (cell.get("cell_type") == "raw" and number == 1):
            if not tags & _HIDDEN:
                parts.append(source)
            continue
        if cell.get("cell_type") != "code":
            continue
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error":
                errors.append(f"cel {number}: {output.get('ename')}: {str(output.get('evalue'))[:200]}")
        options, code = _options(source, where)
        hidden = "remove-cell" in tags or options.get("include") is False
        if tags & {"parameters", "injected-parameters"} and not hidden:
            visible.append(number)
        if hidden or tags & _HIDDEN:
            continue
        if options.get("echo", True) is not False and "remove-input" not in tags and code:
            parts.append(_code(code, options))
        if options.get("output") is not False and "remove-output" not in tags:
            parts.extend(_outputs(cell, f"cel-{number}", options, images))
    body = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    return NotebookSource(meta, body + "\n", images, tuple(errors), tuple(visible))
