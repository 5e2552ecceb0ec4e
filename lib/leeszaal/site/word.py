"""What Pandoc leaves undone in a Word file: rows that stay whole, and lists that stay in the box around them."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

from leeszaal.files import writing

__all__ = ["finish"]

_DOCUMENT = "word/document.xml"
_ROW = re.compile(r"<w:tr>(<w:trPr>)?")
_PARAGRAPH = re.compile(r"<w:pPr>(?P<inside>(?:(?!</w:pPr>).)*?<w:numPr>.*?</w:numPr>)", re.DOTALL)
_STYLE = re.compile(r'<w:pStyle w:val="(?P<style>[^"]*)"')
_LEVEL = re.compile(r'<w:ilvl w:val="(?P<level>\d+)"')
_BOXES = ("Kernboodschap", "Duiding", "Kader")  # styles with a line on the left, indented by `_INDENT`
_INDENT, _STEP, _BELOW = (
    198,
    360,
    60,
)  # twentieths of a point: .35 cm, as the styles say; the room of a bullet; below it


def finish(path: Path) -> None:
    """Mend a Word file that Pandoc wrote, in place; the same file gives the same bytes.

    - No row of a table is divided over two pages.
    - A list in a box (Kernboodschap, Duiding, Kader) begins where the box does, so that its line goes on beside it.
    """
    beside = path.with_suffix(".docx.nieuw")
    with writing(path):
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as target:
            for part in source.infolist():
                content = source.read(part)
                if part.filename == _DOCUMENT:
                    content = _mended(content.decode("utf-8")).encode("utf-8")
                target.writestr(part, content, zipfile.ZIP_DEFLATED)
        shutil.move(beside, path)


def _mended(xml: str) -> str:
    whole = _ROW.sub(lambda row: "<w:tr><w:trPr><w:cantSplit/>" + ("" if row[1] else "</w:trPr>"), xml)
    return _PARAGRAPH.sub(_in_box, whole)


def _in_box(found: re.Match[str]) -> str:
    style = _STYLE.search(found["inside"])
    if style is None or style["style"] not in _BOXES:
        return found[0]
    level = _LEVEL.search(found["inside"])
    left = _INDENT + _STEP * (1 + (int(level["level"]) if level else 0))
    return f'{found[0]}<w:spacing w:before="0" w:after="{_BELOW}"/><w:ind w:left="{left}" w:hanging="{_STEP}"/>'
