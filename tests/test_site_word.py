"""What is mended in a Word file after Pandoc: rows stay whole, a list stays in the box around it, the bytes stay the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from leeszaal.site.word import finish

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def item(style: str, level: int) -> str:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{number}</w:pPr><w:r><w:t>x</w:t></w:r></w:p>'


CELL = "<w:tc><w:tcPr/><w:p/></w:tc>"
BODY = (
    f'<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:trPr><w:tblHeader w:val="on"/></w:trPr>{CELL}</w:tr><w:tr>{CELL}</w:tr></w:tbl>'
    + item("Duiding", 0)
    + item("Kernboodschap", 1)
    + item("Compact", 0)
    + '<w:p><w:pPr><w:pStyle w:val="Duiding"/></w:pPr></w:p>'
)


@pytest.fixture
def word(tmp_path: Path) -> Path:
    path = tmp_path / "a.docx"
    Document().save(str(path))
    with zipfile.ZipFile(path) as source:
        parts = {part: source.read(part) for part in source.namelist()}
    parts["word/document.xml"] = f'<w:document xmlns:w="{W}"><w:body>{BODY}</w:body></w:document>'.encode()
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return path


def test_rows_stay_whole_and_lists_stay_in_their_box(word: Path) -> None:
    first = word.read_bytes()
    finish(word)
    once = word.read_bytes()
    document = Document(str(word))
    rows = document.element.body.findall(f".//{qn('w:tr')}")
    assert [len(row.findall(f"{qn('w:trPr')}/{qn('w:cantSplit')}")) for row in rows] == [1, 1]
    assert [len(row.findall(f"{qn('w:trPr')}/{qn('w:tblHeader')}")) for row in rows] == [1, 0]
    indents = [part.find(f"{qn('w:pPr')}/{qn('w:ind')}") for part in document.element.body.findall(qn("w:p"))]
    assert [(int(one.get(qn("w:left"))), int(one.get(qn("w:hanging")))) if one is not None else None for one in indents] == [
        (558, 360), (918, 360), None, None,
    ]  # fmt: skip
    assert [one.name for one in word.parent.iterdir()] == ["a.docx"]
    word.write_bytes(first)
    finish(word)
    assert word.read_bytes() == once
