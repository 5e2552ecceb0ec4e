"""Typst: the source of a PDF to a tagged PDF/A-2a and PDF/UA-1 file."""

from __future__ import annotations

import functools
from pathlib import Path

from leeszaal.files import write_bytes
from leeszaal.site.gate import Finding
from leeszaal.site.pandoc import epoch, to_typst
from leeszaal.site.project import Project
from leeszaal.site.source import Source

__all__ = ["STANDARDS", "fallback_fonts", "to_pdf", "uncovered"]

STANDARDS = ("a-2a", "ua-1")
_NO_GLYPH = "could not be displayed with"


@functools.cache
def fallback_fonts() -> Path:
    """Return the folder with the DejaVu fonts (Arabic, Hebrew, Cyrillic, symbols) that matplotlib carries."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@functools.cache
def _covered(style: str = "") -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(fallback_fonts() / f"DejaVuSans{style}.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def uncovered(text: str) -> str:
    """Return the characters of `text` that the fallback font cannot show, each once, in order of code point."""
    covered = _covered()
    return "".join(sorted({c for c in text if ord(c) >= 0x80 and ord(c) not in covered}))


def _upright_only(text: str) -> str:
    """Return the characters that the fallback font has in its upright regular face alone, such as Arabic."""
    everywhere = _covered("-Bold") & _covered("-Oblique") & _covered("-BoldOblique")
    return "".join(sorted({c for c in text if ord(c) >= 0x80 and ord(c) in _covered() - everywhere}))


def _class(characters: str) -> str:
    return "[" + "".join(f"\\u{{{ord(c):x}}}" for c in characters) + "]"


def _mark_missing(text: str) -> str:
    """Return Typst source that shows ``[U+1F3DB]`` where no font has a character."""
    rules = []
    if upright := _upright_only(text):
        face = 'font: "DejaVu Sans", style: "normal", weight: "regular"'
        rules.append(f'#show regex("{_class(upright)}+"): set text({face})\n')
    if missing := uncovered(text):
        shown = '"[U+" + upper(str(str.to-unicode(it.text), base: 16)) + "]"'
        rules.append(f'#show regex("{_class(missing)}"): it => {shown}\n')
    return text.replace("// lz-missing\n", "".join(rules))


def to_pdf(
    source: Source, project: Project, work: Path, bibliography: Path | None, target: Path
) -> tuple[list[Finding], int]:
    """Make the PDF of a document.

    Parameters
    ----------
    source, project
        The document, and the project it belongs to; no image from outside the project is taken.
    work
        A folder for what is needed on the way.
    bibliography
        From `prepare_bibliography`.
    target
        The PDF.

    Returns
    -------
    tuple
        Why it could not be made (empty when it was), and the number of characters that no font here holds.
    """
    run = to_typst(source, project, work, bibliography)
    told = _compile(run.text, source, project.root, target)
    marked = ""
    if told and _NO_GLYPH in told and (marked := uncovered(run.text)):
        told = _compile(
            to_typst(source, project, work, bibliography, marked).text, source, project.root, target
        )
    if told:
        return [*run.findings, Finding(source.document.name, "pdf", told)], 0
    return list(run.findings), sum(run.text.count(character) for character in marked)


def _compile(text: str, source: Source, root: Path, target: Path) -> str:
    """Compile Typst source to `target`; return why it could not be done, or an empty text."""
    import typst

    try:
        content = typst.compile(
            text.encode("utf-8"),
            root=str(root),
            font_paths=[str(fallback_fonts())],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=list(STANDARDS),
            timestamp=epoch(source.document),
        )
    except (typst.TypstError, RuntimeError) as error:
        return " ".join(" ".join([str(error), *map(str, getattr(error, "hints", None) or [])]).split())[:300]
    write_bytes(target, bytes(content))
    return ""
