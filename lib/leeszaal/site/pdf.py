"""Typst: the source of a PDF to a tagged PDF/A-2a and PDF/UA-1 file."""

from __future__ import annotations

import functools
from pathlib import Path

from leeszaal.files import write_bytes
from leeszaal.site.gate import Finding
from leeszaal.site.pandoc import epoch, to_typst
from leeszaal.site.project import Project
from leeszaal.site.source import Source

__all__ = ["fallback_fonts", "to_pdf", "uncovered"]

_NO_GLYPH = "could not be displayed with"
_PLACE = "// Here come the characters without a font.\n"
# These have no shape of their own, but Typst asks for a font that has them.
_SHAPELESS = "\u200b\u200d\u2060\ufeff" + "".join(map(chr, range(0xFE00, 0xFE10)))


@functools.cache
def fallback_fonts() -> Path:
    """Return the folder with the DejaVu fonts (Arabic, Hebrew, Cyrillic, symbols) that matplotlib carries."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@functools.cache
def _covered(style: str = "") -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(fallback_fonts() / f"DejaVuSans{style}.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def uncovered(text: str) -> str:
    """Return the characters of `text` that the fallback font cannot show, each once, sorted."""
    covered = _covered()
    return "".join(sorted({c for c in text if ord(c) >= 0x80 and ord(c) not in covered} - set(_SHAPELESS)))


def _upright_only(text: str) -> str:
    """Return the characters that the fallback font has in its upright regular face alone, such as Arabic."""
    everywhere = _covered("-Bold") & _covered("-Oblique") & _covered("-BoldOblique")
    return "".join(sorted({c for c in text if ord(c) >= 0x80 and ord(c) in _covered() - everywhere}))


def _class(characters: str) -> str:
    return "[" + "".join(f"\\u{{{ord(character):x}}}" for character in characters) + "]"


def _with_rules(text: str, marked: str) -> str:
    """Return Typst source with rules for characters that need one; text in the metadata stays as it is."""
    rules = []
    if upright := _upright_only(text):
        face = 'font: "DejaVu Sans", style: "normal", weight: "regular"'
        rules.append(f'#show regex("{_class(upright)}+"): set text({face})\n')
    if shapeless := "".join(sorted({c for c in text if c in _SHAPELESS})):
        rules.append(f'#show regex("{_class(shapeless)}+"): none\n')
    if marked:
        number = '"[U+" + upper(str(str.to-unicode(it.text), base: 16)) + "]"'
        rules.append(f'#show regex("{_class(marked)}"): it => {number}\n')
    return text.replace(_PLACE, "".join(rules))


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
    if run.findings:
        return list(run.findings), 0
    told, marked = _compile(_with_rules(run.text, ""), source, project.root, target), ""
    if _NO_GLYPH in told and (marked := uncovered(run.text)):
        told = _compile(_with_rules(run.text, marked), source, project.root, target)
    if told:
        return [Finding(source.document.name, "pdf", told)], 0
    return [], sum(run.text.count(character) for character in marked)


def _compile(text: str, source: Source, root: Path, target: Path) -> str:
    """Compile Typst source to `target`; return why it could not be done, or an empty text."""
    import typst

    try:
        # Its type stubs ask for one type for source and folder; at run time they may differ.
        content = typst.compile(  # type: ignore[call-overload]
            text.encode("utf-8"),
            root=str(root),
            font_paths=[str(fallback_fonts())],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=epoch(source.document),
        )
    except (typst.TypstError, RuntimeError) as error:
        return " ".join(" ".join([str(error), *map(str, getattr(error, "hints", None) or [])]).split())[:300]
    write_bytes(target, bytes(content))
    return ""
