"""The same Quarto sources give the same paper as web page, PDF and Word file, whichever program renders them.

Expectations that hold for both renderers run against both; Quarto is skipped where it is not installed.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn

from leeszaal.home import Home
from leeszaal.site.render import publish
from site_project import HARD, make_project, pdf_text

NBSP = "\u00a0"


def _rendered(tmp_path_factory: pytest.TempPathFactory, renderer: str) -> Path:
    root = make_project(tmp_path_factory.mktemp(renderer))
    publish(Home(root), renderer)
    return root / "_site"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project rendered by Pandoc and Typst."""
    return _rendered(tmp_path_factory, "pandoc")


@pytest.fixture(scope="session", params=["pandoc", "quarto"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project rendered by each renderer in turn."""
    if request.param == "pandoc":
        return Path(request.getfixturevalue("site"))
    if shutil.which("quarto") is None:
        pytest.skip("Quarto is not installed on this machine")
    return _rendered(tmp_path_factory, "quarto")


def page(site: Path, name: str = "papers/proef/proef.html") -> BeautifulSoup:
    return BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")


def words(text: str) -> str:
    return " ".join(text.replace(NBSP, " ").split())


def main_text(site: Path, name: str = "papers/proef/proef.html") -> str:
    main = page(site, name).find("main")
    assert main is not None
    return words(main.get_text(" "))


@pytest.fixture(scope="session")
def word(either: Path) -> Any:
    return Document(str(either / "papers/proef/proef.docx"))


def word_text(document: Any) -> str:
    """Return the text of body and tables in reading order."""
    blocks = [words("".join(t.text or "" for t in p.iter(qn("w:t")))) for p in document.element.body.iter(qn("w:p"))]
    return "\n".join(block for block in blocks if block)


@pytest.fixture(scope="session")
def pdf(either: Path) -> str:
    return words(pdf_text(either / "papers/proef/proef.pdf"))


# -------------------------------------------------------------------------------- text in every format

IN_EVERY_FORMAT = {
    "title": "De proefpaper",
    "subtitle": "Met alles wat Quarto kan",
    "references to kinds": "Zie Figuur 1, Tabel 1, Paragraaf 2, Vergelijking",
    "a listing": "Listing 1",
    "a bare reference": "Kaal: 1. Ook 1.",
    "several references": "Meer: Figuur 1, Figuur 2.",
    "a reference with a word": "zie 1.",
    "caption of a figure": "Figuur 1: Een lijn die stijgt.",
    "caption of a figure in a block": "Figuur 2: Een figuur in een blok.",
    "caption of a table": "Tabel 1: Werken per soort.",
    "caption of a table in a block": "Tabel 2: Een tabel in een blok.",
    "caption of a listing": "Listing 1: Een optelling",
    "a table further on": "Zie ook Tabel 2 en Paragraaf 1.",
    "code": "totaal = 1 + 2",
    "heading with its number": "2 Tweede deel",
    "heading without a number": "Dieper",
    "a footnote": "De tekst van de noot.",
    "an inline footnote": "Kort.",
    "callout without a title": "Opmerking",
    "callout with a title": "Eigen titel",
    "callout with a heading": "Kop als titel",
    "callout that is folded": "Dichtgeklapt.",
    "callout of the last kind": "Opgelet",
    "the house's box": "De kern staat hier.",
    "a citation in the text": "Volgens de Vries (2020) en anderen",
    "citations in brackets": "Raad, z.d., p. 3",
    "a year alone": "is het zo (2020).",
    "a source with a date of access": "Geraadpleegd op 3 januari 2026",
    "first tab": "Inhoud van tab een.",
    "second tab": "Inhoud van tab twee.",
    "a class that is not known": "In de marge.",
    "a list": "diep",
    "a definition": "Uitleg.",
    "output of a stream": "<b>platte uitvoer</b>",
    "code that is shown": "zichtbare_code = 1",
    "output without its code": "Uitvoer zonder code.",
    "typed HTML": "<script>window.kapot = 1</script>",
    "markup in a title": "Toezicht in <i>beweging</i>: $x_1$ & _y_",
    "a script in a title": "Advies <script>alert(2)</script>",
}  # fmt: skip
# Of the second paper: what is less common, in every format.
MORE_IN_EVERY_FORMAT = {
    "a figure of figures": "Zie Figuur 1, en daarin Figuur 1 (a) en Figuur 1 (b).",
    "a capital": "Aan het begin van een zin: Figuur 1. Zie ook Paragraaf 1.",
    "captions below one another": "(a) Links.",
    "caption of the whole": "Figuur 1: Twee lijnen naast elkaar.",
    "callouts by name": "Zie Opmerking 1, Tip 1 en Waarschuwing 1.",
    "a callout with name and title": "Opmerking 1: Een kader",
    "a list that goes on": "vervolg van tweede",
    "a quotation": "Een citaat uit een stuk.",
    "letters above and below": "H2O en m2, weg en code.",
    "lines that stay lines": "Regel een",
    "caption with widths": "Tabel 1: Een tabel met breedten.",
    "a long cell": "een lange tekst die over meer regels loopt en dan verder gaat",
    "references to table and formula": "Zie Tabel 1. Verg. Vergelijking",
    "code": "for jaar in range(2010, 2026):",
    "a callout inside a callout": "Binnen in een kader.",
    "tabs of a group": "Tekst in het Nederlands.",
    "a table from a cell": "Tabel 2: Een tabel uit een cel.",
    "a listing from a cell": "Listing 1: Code uit een cel",
    "references to both": "Uit een cel: Tabel 2 en Listing 1.",
}
IN_NO_FORMAT = ["geheim", "verborgen", "onzichtbare_code", "Ook dit niet", "van de kernel", "{#", ":::",
                "{{<", "content-visible", "Niet aangehaald", "fig-alt", "@fig", "@vries"]  # fmt: skip


def squeezed(text: str) -> str:
    """Leave out white space and word joiners: formats break lines where they like."""
    return re.sub(r"[\s\u00a0\u2060\u00ad]+", "", text)


@pytest.mark.parametrize("what", IN_EVERY_FORMAT)
def test_stands_in_the_page(either: Path, what: str) -> None:
    assert squeezed(IN_EVERY_FORMAT[what]) in squeezed(main_text(either))


@pytest.mark.parametrize("what", IN_EVERY_FORMAT)
def test_stands_in_the_word_file(either: Path, word: Any, what: str) -> None:
    if what in ("a footnote", "an inline footnote"):
        with zipfile.ZipFile(either / "papers/proef/proef.docx") as parts:
            notes = re.sub(r"<[^>]+>", "", parts.read("word/footnotes.xml").decode("utf-8"))
        assert squeezed(IN_EVERY_FORMAT[what]) in squeezed(notes)
    else:
        assert squeezed(IN_EVERY_FORMAT[what]) in squeezed(word_text(word))


@pytest.mark.parametrize("what", IN_EVERY_FORMAT)
def test_stands_in_the_pdf(pdf: str, what: str) -> None:
    # A long text may run over a line with a hyphen; the words themselves must be there.
    assert squeezed(IN_EVERY_FORMAT[what]).replace("-", "") in squeezed(pdf).replace("-", "")


@pytest.mark.parametrize("what", MORE_IN_EVERY_FORMAT)
def test_the_second_paper_says_the_same_in_every_format(either: Path, what: str) -> None:
    wanted = squeezed(MORE_IN_EVERY_FORMAT[what]).replace("-", "")
    texts = {
        "HTML": main_text(either, "papers/meer/meer.html"),
        "Word": word_text(Document(str(either / "papers/meer/meer.docx"))),
        "PDF": pdf_text(either / "papers/meer/meer.pdf"),
    }
    assert [form for form, text in texts.items() if wanted not in squeezed(text).replace("-", "")] == []


def test_every_table_and_every_figure_of_the_second_paper_is_accessible(site: Path) -> None:
    soup = page(site, "papers/meer/meer.html")
    assert {cell.get("scope") for cell in soup.select("main th")} == {"col"}
    assert all(image.get("alt") for image in soup.select("main img"))
    assert soup.select_one("#fig-paar #fig-links") is not None
    document = Document(str(site / "papers/meer/meer.docx"))
    assert [element.get("descr", "")[:5] for element in document.element.body.iter(qn("wp:docPr"))] == ["Lijn "] * 2
    for table in document.tables:
        if len(table.columns) > 2:
            assert table.rows[0]._tr.find(".//" + qn("w:tblHeader")) is not None
    with pikepdf.open(site / "papers/meer/meer.pdf") as pdf:
        tags = list(_structure(pdf.Root.StructTreeRoot))
    assert [alt[:10] for kind, alt in tags if kind == "/Figure"] == ["Lijn links", "Lijn recht"]
    assert "som van x i voor i van een tot n" in [alt for kind, alt in tags if kind == "/Formula"]
    levels = [int(kind[2:]) for kind, _ in tags if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("text", IN_NO_FORMAT)
def test_stands_nowhere(either: Path, word: Any, pdf: str, text: str) -> None:
    assert text not in main_text(either)
    assert text not in word_text(word)
    assert text not in pdf


def test_each_format_has_its_own_text(either: Path, word: Any, pdf: str) -> None:
    html, docx = main_text(either), word_text(word)
    assert "Alleen op het scherm." in html
    assert "Alleen in Word." in docx
    assert "Alleen in de PDF." in pdf
    assert not re.search(r"Alleen in|Niet op het scherm|Woord\b", html)
    assert not re.search(r"Alleen op|Alleen in de", docx)
    assert not re.search(r"Alleen op|Alleen in Word", pdf)
    for text in (docx, pdf):
        assert "Niet op het scherm." in text
        assert "Woord" in text


# -------------------------------------------------------------------------------------------- web page


def test_references_lead_to_what_they_name(either: Path) -> None:
    soup = page(either)
    for target, name in {
        "fig-lijn": "Figuur 1", "tbl-getallen": "Tabel 1", "sec-tweede": "Paragraaf 2",
        "lst-code": "Listing 1",
    }.items():  # fmt: skip
        links = [words(a.get_text()) for a in soup.select(f'main a[href="#{target}"]') if not a.find_parent("nav")]
        assert name in links
        assert soup.find(id=target) is not None


def test_an_image_has_its_alt_text_and_its_format(either: Path) -> None:
    image = page(either).select_one("#fig-lijn img")
    assert image is not None
    assert image["alt"].startswith("Lijn, 2010–2025")
    assert image["src"].endswith("lijn.svg")
    assert (either / "papers/proef" / image["src"]).is_file()


def test_tables_have_header_cells(either: Path) -> None:
    table = page(either).select_one("#tbl-getallen table, table#tbl-getallen")
    assert table is not None
    assert [words(cell.get_text()) for cell in table.select("thead th")] == ["Soort", "Aantal"]
    assert [words(cell.get_text()) for cell in table.select("tbody tr:first-child td")] == ["Boek", "12"]


def test_formulas_are_mathml(either: Path) -> None:
    soup = page(either)
    assert soup.select('main math[display="block"]')
    assert soup.select('main math[display="inline"], main math:not([display="block"])')
    assert "mathjax" not in str(soup).lower()


def test_no_typed_html_is_alive(site: Path) -> None:
    soup = page(site)
    assert not soup.select("main script")
    assert not soup.select("main b")
    living = [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert living == []
    assert not [a for a in soup.find_all("a") if a.get("href", "").startswith("javascript:")]
    assert soup.find("a", href="mailto:a@b.nl") is not None


def test_own_html_of_a_page_stays_alive(either: Path) -> None:
    assert page(either, "index.html").select_one("p.eigen > em") is not None


def test_pages_link_to_each_other(either: Path) -> None:
    links = {a.get("href") for a in page(either, "index.html").select("main a")}
    assert {"tweede.html#sec-verder", "papers/proef/proef.html"} <= {link.removeprefix("./") for link in links if link}


def test_shortcodes(either: Path) -> None:
    text = main_text(either, "tweede.html")
    assert "De auteur is Iemand." in text
    assert "{{< include x.md >}}" in text


def test_a_linked_file_comes_along(either: Path) -> None:
    assert (either / "papers/proef/figuren/lijn.csv").read_text(encoding="utf-8") == "jaar,n\n2010,12\n"


def test_headings_follow_one_another(site: Path) -> None:
    for name in ("papers/proef/proef.html", "index.html", "tweede.html"):
        levels = [
            int(tag.name[1]) for tag in page(site, name).select("main h1, main h2, main h3, main h4, main h5, main h6")
        ]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_callouts_say_what_they_are(site: Path) -> None:
    soup = page(site)
    assert soup.select_one('.callout-note[role="note"][aria-label="Opmerking"]')
    folded = soup.select_one("details.callout-important")
    assert folded is not None
    assert "open" not in folded.attrs
    assert words(folded.find("summary").get_text()) == "Belangrijk"


def test_wide_tables_can_be_reached(site: Path) -> None:
    section = page(site).select_one("section.table-scroll")
    assert section is not None
    assert section["tabindex"] == "0"
    assert words(section["aria-label"]) == "Tabel 1: Werken per soort."
    assert {cell.get("scope") for cell in section.select("th")} == {"col"}


def test_a_table_without_caption_is_named_by_its_columns(site: Path) -> None:
    section = page(site, "index.html").select_one("section.table-scroll")
    assert section is not None
    assert section["aria-label"] == "Tabel: kop"


def test_scrolling_tables_each_have_their_own_name(site: Path) -> None:
    for name in ("papers/proef/proef.html", "index.html"):
        labels = [section["aria-label"] for section in page(site, name).select("section.table-scroll")]
        assert labels
        assert len(labels) == len(set(labels))


def test_sources_get_a_heading_where_the_text_has_none(site: Path) -> None:
    soup = page(site, "papers/english/english.html")
    assert words(soup.select_one("#refs").find_previous("h2").get_text()) == "References"
    assert [words(h.get_text()) for h in page(site).select(".body h2")].count("Bronnen") == 1


def test_ids_are_unique(site: Path) -> None:
    for name in ("papers/proef/proef.html", "index.html", "papers/english/english.html"):
        ids = [tag["id"] for tag in page(site, name).find_all(id=True)]
        assert len(ids) == len(set(ids))


# ------------------------------------------------------------------------------------------- languages


def test_english(either: Path) -> None:
    soup = page(either, "papers/english/english.html")
    assert soup.html["lang"].startswith("en")
    text = main_text(either, "papers/english/english.html")
    assert "See Table 1 and Section 1" in text
    assert "Table 1: T." in text


def test_dutch(either: Path) -> None:
    assert page(either).html["lang"].startswith("nl")
    text = main_text(either)
    assert "12 oktober 2026" in text


# ----------------------------------------------------------------------------------------- hard titles


def test_hard_texts_in_the_page(site: Path) -> None:
    soup = page(site, "papers/hard/hard.html")
    assert words(soup.h1.get_text()) == HARD
    assert HARD in words(soup.title.get_text())
    assert HARD in words(soup.select_one(".body p").get_text())
    assert HARD in words(page(site, "index.html").select_one(".body h2").get_text())
    assert words(page(site, "index.html").select_one("main td").get_text()) == HARD
    assert not soup.select("main script")


def test_hard_texts_in_word(site: Path) -> None:
    document = Document(str(site / "papers/hard/hard.docx"))
    assert words(document.paragraphs[0].text) == HARD
    assert document.core_properties.title == HARD
    assert word_text(document).count(HARD) >= 2


def test_hard_texts_in_the_pdf(site: Path) -> None:
    path = site / "papers/hard/hard.pdf"
    with pikepdf.open(path) as pdf:
        assert str(pdf.docinfo["/Title"]) == HARD
    text = pdf_text(path)
    start, arabic = HARD.split("🏛️ ")
    assert squeezed(start) in squeezed(text)
    assert "[U+1F3DB]" in squeezed(text)
    assert set(squeezed(arabic)) <= set(text)


# ------------------------------------------------------------------------------------------------ Word


def test_word_has_real_styles(site: Path) -> None:
    document = Document(str(site / "papers/proef/proef.docx"))
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "Kernboodschap", "Bronregel", "Kadertitel",
            "Kader",
            "Bibliography"} <= styles  # fmt: skip
    assert document.core_properties.title == "De proefpaper"
    assert document.core_properties.author == "Cluster Kwaliteit"


def test_word_is_dutch_and_english(site: Path) -> None:
    for name, language in {"proef": "nl-NL", "english": "en-GB"}.items():
        with zipfile.ZipFile(site / f"papers/{name}/{name}.docx") as parts:
            styles = parts.read("word/styles.xml").decode("utf-8")
        assert f'w:val="{language}"' in re.search(r"<w:lang [^>]*>", styles)[0]


def test_word_tables_have_a_header_row(site: Path) -> None:
    document = Document(str(site / "papers/proef/proef.docx"))
    grids = [table for table in document.tables if len(table.columns) > 1]
    assert grids
    for table in grids:
        assert table.rows[0]._tr.find(".//" + qn("w:tblHeader")) is not None


def test_word_images_have_alt_text_and_are_png(site: Path) -> None:
    document = Document(str(site / "papers/proef/proef.docx"))
    described = [element.get("descr") for element in document.element.body.iter(qn("wp:docPr"))]
    assert len(described) == 2
    assert described[0].startswith("Lijn, 2010–2025")
    with zipfile.ZipFile(site / "papers/proef/proef.docx") as parts:
        media = [name for name in parts.namelist() if name.startswith("word/media/")]
    assert [Path(name).suffix for name in media] == [".png"] * len(media)
    assert not list(document.element.body.iter(qn("wp:anchor")))


def test_word_says_nothing_about_this_machine(site: Path) -> None:
    with zipfile.ZipFile(site / "papers/proef/proef.docx") as parts:
        for name in parts.namelist():
            assert str(site.parent).encode() not in parts.read(name)
            assert b"lz-" not in parts.read(name)


def test_word_has_a_contents_list_with_its_lines(site: Path) -> None:
    paragraphs = Document(str(site / "papers/proef/proef.docx")).paragraphs
    lines = [(p.style.name.lower(), words(p.text)) for p in paragraphs if p.style.name.lower().startswith("toc")]
    assert lines == [
        ("toc heading", "Inhoud"), ("toc 1", "1 Eerste deel"), ("toc 2", "Dieper"),
        ("toc 1", "2 Tweede deel"),
        ("toc 1", "Bronnen"),
    ]  # fmt: skip


def test_word_page_is_a4_with_page_numbers(site: Path) -> None:
    document = Document(str(site / "papers/proef/proef.docx"))
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert "NUMPAGES" in section.footer._element.xml


# ------------------------------------------------------------------------------------------------- PDF


def test_pdf_is_tagged_and_named(site: Path) -> None:
    with pikepdf.open(site / "papers/proef/proef.pdf") as pdf:
        assert str(pdf.Root.Lang).lower().startswith("nl")
        assert str(pdf.docinfo["/Title"]) == "De proefpaper"
        assert bool(pdf.Root.MarkInfo.Marked)
        with pdf.open_metadata() as meta:
            assert str(meta["pdfuaid:part"]) == "1"
            assert (str(meta["pdfaid:part"]), str(meta["pdfaid:conformance"]).upper()) == ("2", "A")
        tags = list(_structure(pdf.Root.StructTreeRoot))
    kinds = [kind for kind, _ in tags]
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "/Formula", "/L", "/Note", "/Link"} <= set(kinds)
    alts = [alt for kind, alt in tags if kind == "/Figure"]
    assert alts
    assert all(alts)
    assert any(alt.startswith("Lijn, 2010–2025") for alt in alts)
    assert all(alt for kind, alt in tags if kind == "/Formula")


def _structure(node: Any) -> Any:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _structure(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S), str(node.get("/Alt", ""))
        if "/K" in node:
            yield from _structure(node.K)


def test_pdf_is_a4(site: Path) -> None:
    with pikepdf.open(site / "papers/proef/proef.pdf") as pdf:
        box = [float(value) for value in pdf.pages[0].mediabox]
    assert (round(box[2]), round(box[3])) == (595, 842)


def test_the_same_sources_give_the_same_bytes(site: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = _rendered(tmp_path_factory, "pandoc")
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [name for name in files if (site / name).read_bytes() != (again / name).read_bytes()] == []
