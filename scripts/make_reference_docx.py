"""Make `lib/leeszaal/site/data/reference.docx`, the Word document whose styles every paper takes over, and
`reference-compact.docx` beside it, for what has to stay on one page.

It starts from Pandoc's own reference document and needs python-docx (among the test dependencies). The result
is the same to the byte every time, so that a changed file means a changed style. Run:

    python scripts/make_reference_docx.py
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import pypandoc
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

TARGET = Path(__file__).resolve().parents[1] / "lib" / "leeszaal" / "site" / "data" / "reference.docx"
INK, SECONDARY, LINK, ACCENT, PANEL = "1C2126", "555D66", "0E5A5E", "4B3AA8", "F4F2EC"
RULE, BORDER = "D9D5CA", "767D84"
TEXT_FONT, HEAD_FONT = "Cambria", "Calibri"


def _start() -> Document:
    pandoc = pypandoc.get_pandoc_path()
    done = subprocess.run([pandoc, "--print-default-data-file", "reference.docx"], check=True, capture_output=True)
    return Document(io.BytesIO(done.stdout))


def _font(style, name, size=None, *, bold=None, italic=None, colour=INK) -> None:
    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):  # a theme font would win over the font named here
        if "Theme" in key:
            del fonts.attrib[key]
    for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(key), name)
    if size is not None:
        style.font.size = Pt(size)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = RGBColor.from_string(colour)


def _space(style, before, after, line=None, *, keep=False) -> None:
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    if line is not None:
        layout.line_spacing = line
    layout.keep_with_next = keep


def _style(document, name, base="Body Text"):
    known = {style.name.lower(): style for style in document.styles}
    if name.lower() in known:
        return known[name.lower()]
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles[base]
    style.quick_style = True
    return style


def _box(style, colour, *, width=24, fill=None, indent=0.35) -> None:
    """Give a paragraph style a coloured line on the left, and a tint when `fill` says so."""
    properties = style.element.get_or_add_pPr()
    for tag in ("w:pBdr", "w:shd"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    borders = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="{width}" w:space="8" w:color="{colour}"/></w:pBdr>'
    )
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"
    )
    if fill is not None:
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>')
        properties.insert_element_before(
            shade, "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"
        )
    style.paragraph_format.left_indent = Cm(indent)


def _pad(style) -> None:
    """Give a tinted box room above and below: lines in the colour of its ground, with space beside them."""
    borders = style.element.pPr.find(qn("w:pBdr"))
    for position, (side, place) in enumerate((("top", 0), ("bottom", 2))):
        line = f'<w:{side} {nsdecls("w")} w:val="single" w:sz="4" w:space="{6 - position}" w:color="{PANEL}"/>'
        borders.insert(place, parse_xml(line))


def _paragraph_styles(document) -> None:
    styles = document.styles
    _font(styles["Normal"], TEXT_FONT, 11)
    for name in ("Body Text", "First Paragraph"):
        _font(styles[name], TEXT_FONT, 11)
        _space(styles[name], 0, 7, 1.2)
    _font(styles["Compact"], TEXT_FONT, 10.5)
    _space(styles["Compact"], 0, 3, 1.15)
    for name, size, before, after in (
        ("Heading 1", 16, 16, 4),
        ("Heading 2", 13, 12, 3),
        ("Heading 3", 11.5, 12, 3),
    ):
        _font(styles[name], HEAD_FONT, size, bold=True)
        _space(styles[name], before, after, 1.1, keep=True)
    for name, size, colour, after in (
        ("Title", 24, INK, 4), ("Subtitle", 14, SECONDARY, 6), ("Author", 10, SECONDARY, 0),
        ("Date", 10, SECONDARY, 14),
    ):  # fmt: skip
        _font(styles[name], HEAD_FONT, size, bold=name == "Title", colour=colour)
        _space(styles[name], 0, after, 1.1, keep=name in ("Title", "Subtitle"))
        for wide in styles[name].element.rPr.findall(qn("w:spacing")):  # Pandoc spaces the letters out
            styles[name].element.rPr.remove(wide)
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for name in ("Caption", "Image Caption", "Table Caption"):
        _font(_style(document, name), HEAD_FONT, 9, colour=SECONDARY, italic=False)
        _space(_style(document, name), 4, 8 if name == "Image Caption" else 4, 1.1, keep=name == "Table Caption")
    _space(_style(document, "Captioned Figure"), 4, 0, keep=True)
    _font(styles["Bibliography"], TEXT_FONT, 10)
    _space(styles["Bibliography"], 0, 4, 1.1)
    styles["Bibliography"].paragraph_format.left_indent = Cm(0.8)
    styles["Bibliography"].paragraph_format.first_line_indent = Cm(-0.8)
    _font(styles["Footnote Text"], TEXT_FONT, 9)
    _font(styles["Hyperlink"], TEXT_FONT, colour=LINK)
    fonts = styles["Hyperlink"].element.rPr.find(qn("w:rFonts"))
    styles["Hyperlink"].element.rPr.remove(fonts)  # a link keeps the font of its surroundings
    styles["Hyperlink"].font.underline = True


def _house_styles(document) -> None:
    """Add the styles that the sources name: ``::: {custom-style="Kernboodschap"}`` and its like."""
    key = _style(document, "Kernboodschap")
    _font(key, TEXT_FONT, 11.5)
    _space(key, 4, 8, 1.2)
    _box(key, LINK, width=36, fill=PANEL)
    _pad(key)
    meaning = _style(document, "Duiding")
    _font(meaning, TEXT_FONT, 11)
    _space(meaning, 8, 8, 1.2)
    _box(meaning, ACCENT, width=18)
    source = _style(document, "Bronregel")
    _font(source, HEAD_FONT, 9, colour=SECONDARY)
    _space(source, 2, 12, 1.1)
    title = _style(document, "Figuurtitel")
    _font(title, HEAD_FONT, 11, bold=True)
    _space(title, 12, 1, 1.1, keep=True)
    subtitle = _style(document, "Figuurondertitel")
    _font(subtitle, HEAD_FONT, 9.5, colour=SECONDARY)
    _space(subtitle, 0, 4, 1.1, keep=True)
    head = _style(document, "Kadertitel")
    _font(head, HEAD_FONT, 10.5, bold=True)
    _space(head, 8, 2, 1.1, keep=True)
    _box(head, BORDER, width=18)
    box = _style(document, "Kader")
    _font(box, TEXT_FONT, 10.5)
    _space(box, 0, 4, 1.15)
    _box(box, BORDER, width=18)
    cell = _style(document, "Tabeltekst")
    _font(cell, HEAD_FONT, 9.5)
    _space(cell, 1.5, 1.5, 1.05)
    formula = _style(document, "Formule")
    _space(formula, 6, 6, 1.2)
    formula.paragraph_format.tab_stops.add_tab_stop(Cm(8), WD_TAB_ALIGNMENT.CENTER)
    formula.paragraph_format.tab_stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT)
    _space(_style(document, "Na tabel"), 9, 7, 1.2)
    mark = document.styles.add_style("Te herzien", WD_STYLE_TYPE.CHARACTER)
    _font(mark, HEAD_FONT, 9, bold=True, colour="8A3608")
    for piece in (
        f'<w:bdr {nsdecls("w")} w:val="single" w:sz="4" w:space="0" w:color="B3470B"/>',
        f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FDF1E7"/>',
    ):
        mark.element.rPr.append(parse_xml(piece))
    above = _style(document, "TOC Heading")
    _font(above, HEAD_FONT, 12, bold=True)
    _space(above, 6, 4, 1.1, keep=True)
    for outline in above.element.get_or_add_pPr().findall(qn("w:outlineLvl")):
        above.element.pPr.remove(outline)
    for level in (1, 2, 3):
        contents = _style(document, f"TOC {level}")
        _font(contents, HEAD_FONT, 10)
        _space(contents, 0, 3, 1.1)
        contents.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        contents.paragraph_format.tab_stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT)


def _table_style(document) -> None:
    element = document.styles["Table"].element
    for tag in ("w:tblPr", "w:tblStylePr", "w:rPr", "w:pPr"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    pieces = (
        f'<w:pPr {nsdecls("w")}><w:spacing w:before="30" w:after="30" w:line="252" w:lineRule="auto"/>'
        "</w:pPr>",
        f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="{HEAD_FONT}" w:hAnsi="{HEAD_FONT}" w:cs="{HEAD_FONT}"/>'
        f'<w:sz w:val="19"/></w:rPr>',
        f'<w:tblPr {nsdecls("w")}><w:tblBorders><w:top w:val="nil"/>'
        f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>'
        f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/></w:tblBorders>'
        '<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="30" w:type="dxa"/>'
        '<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>',
        f'<w:trPr {nsdecls("w")}><w:cantSplit/></w:trPr>',
        f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tblPr/>'
        "<w:trPr><w:tblHeader/></w:trPr>"
        "<w:tcPr><w:tcBorders>"
        f'<w:bottom w:val="single" w:sz="10" w:space="0" w:color="{BORDER}"/></w:tcBorders>'
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>',
    )  # fmt: skip
    for piece in pieces:
        element.append(parse_xml(piece))


def _field(paragraph, code, shown) -> None:
    for kind, text in (("begin", None), (None, code), ("separate", None), ("text", shown), ("end", None)):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
        elif kind is None:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _page(document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.3)
    section.header_distance = section.footer_distance = Cm(1.2)
    section.different_first_page_header_footer = True
    for name in ("Header", "Footer"):
        style = _style(document, name, "Normal")
        _font(style, HEAD_FONT, 9, colour=SECONDARY)
    header = section.header.paragraphs[0]
    header.style = document.styles["Header"]
    _field(header, "TITLE", "")
    for footer in (section.footer, section.first_page_footer):
        line = footer.paragraphs[0]
        line.style = document.styles["Footer"]
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _field(line, "PAGE", "1")
        line.add_run(" / ")
        _field(line, "NUMPAGES", "1")


def _language(document) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "nl-NL")
    settings = document.settings.element
    for old in settings.findall(qn("w:themeFontLang")):
        settings.remove(old)
    theme = OxmlElement("w:themeFontLang")
    theme.set(qn("w:val"), "nl-NL")
    following = (
        "w:clrSchemeMapping",
        "w:doNotIncludeSubdocsInStats",
        "w:shapeDefaults",
        "w:decimalSymbol",
        "w:listSeparator",
    )
    settings.insert_element_before(theme, *following)


def _compact(document) -> None:
    """Bring lines, headings and margins closer together, so that a page of text stays on one page.

    There is room to spare: a reader without these fonts may see wider letters.
    """
    styles = document.styles
    section = document.sections[0]
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.header_distance = section.footer_distance = Cm(0.9)
    _font(styles["Title"], HEAD_FONT, 20, bold=True)
    for name in ("Body Text", "First Paragraph"):
        _font(styles[name], TEXT_FONT, 10)
        _space(styles[name], 0, 3, 1.08)
    _font(styles["Compact"], TEXT_FONT, 10)
    _space(styles["Compact"], 0, 2, 1.08)
    _font(styles["Heading 1"], HEAD_FONT, 12, bold=True)
    _space(styles["Heading 1"], 8, 2, 1.05, keep=True)
    _space(styles["Date"], 0, 4, 1.1)
    _font(styles["Bibliography"], TEXT_FONT, 9)
    _space(styles["Bibliography"], 0, 2, 1.05)
    for name in ("Kernboodschap", "Duiding"):
        _font(styles[name], TEXT_FONT, 10.5 if name == "Kernboodschap" else 10)
        _space(styles[name], 3, 5, 1.1)


def make(*, compact: bool = False) -> bytes:
    """Return the reference document."""
    document = _start()
    _paragraph_styles(document)
    _house_styles(document)
    _table_style(document)
    _page(document)
    if compact:
        _compact(document)
    _language(document)
    document.core_properties.author = ""
    document.core_properties.title = ""
    buffer = io.BytesIO()
    document.save(buffer)
    return _steady(buffer.getvalue())


def _steady(content: bytes) -> bytes:
    """Write the parts again in a fixed order with a fixed time."""
    source = zipfile.ZipFile(io.BytesIO(content))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            data = source.read(name)
            if name == "docProps/core.xml":
                stamp = rb"\g<1>2026-01-01T00:00:00Z<"
                data = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*<", stamp, data)
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, data)
    return buffer.getvalue()


if __name__ == "__main__":
    for target, compact in ((TARGET, False), (TARGET.with_stem("reference-compact"), True)):
        target.write_bytes(make(compact=compact))
        print(f"{target.name}: {target.stat().st_size} bytes")
