"""Reading a project: `_quarto.yml`, front matter, executed notebooks, includes and shortcodes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.site.markdown import expand, outside_code
from leeszaal.site.notebook import notebook_to_markdown
from leeszaal.site.project import read_project, split_front_matter
from leeszaal.site.source import escape_csl, read_source
from site_project import make_project


def book(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": list(cells), "nbformat": 4, "nbformat_minor": 5, "metadata": {}})


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "metadata": {"tags": list(tags)}}


def markdown_output(text: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/markdown": text, "text/plain": "<x>"}}


STREAM = {"output_type": "stream", "name": "stdout", "text": ["**vet**\n"]}


# ---------------------------------------------------------------- notebooks


@pytest.mark.parametrize("tag", ["remove-cell", "remove_cell"])
def test_a_cell_that_is_to_be_removed_leaves_nothing(tag: str) -> None:
    made = notebook_to_markdown(book(code("x = 1", STREAM, tags=(tag,))), "x.ipynb")
    assert made.markdown.strip() == ""


def test_options_decide_what_is_shown() -> None:
    cells = [
        code("#| echo: false\n#| output: asis\nprint(1)", STREAM),
        code("#| output: false\ny = 2", STREAM),
        code("#| include: false\nz = 3", STREAM),
        code("#| echo: false\nw", STREAM),
    ]
    made = notebook_to_markdown(book(*cells), "x.ipynb").markdown
    assert made == "**vet**\n\n```python\ny = 2\n```\n\n```\n**vet**\n```\n"


def test_markdown_is_taken_and_html_never() -> None:
    html = {"output_type": "display_data", "data": {"text/html": "<script>x</script>", "text/plain": "plat"}}
    cells = [code("#| echo: false\na", markdown_output("## Kop {#sec-a}")), code("#| echo: false\nb", html)]
    made = notebook_to_markdown(book(*cells), "x.ipynb").markdown
    assert "## Kop {#sec-a}" in made
    assert "script" not in made
    assert "plat" in made


def test_parameters_that_would_show_are_told() -> None:
    cells = [
        code("a = 1", tags=("parameters", "remove-cell")),
        code("a = 2", tags=("injected-parameters",)),
    ]
    made = notebook_to_markdown(book(*cells), "x.ipynb")
    assert made.parameters == (2,)
    assert "a = 2" not in made.markdown


def test_errors_are_told_also_in_hidden_cells() -> None:
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": []}
    made = notebook_to_markdown(book(code("a", error, tags=("remove-cell",))), "x.ipynb")
    assert made.errors == ("cel 1: KeyError: 'x'",)


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "```\nslim\n```\n"}
    made = notebook_to_markdown(book(code("#| echo: false\na", stream)), "x.ipynb").markdown
    assert made == "````\n```\nslim\n```\n````\n"


def test_an_image_in_the_notebook_gets_label_caption_and_alt() -> None:
    image = {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>", "text/plain": "<x>"}}
    source = '#| echo: false\n#| label: fig-a\n#| fig-cap: Een lijn\n#| fig-alt: Zegt "alles"\nplot()'
    made = notebook_to_markdown(book(code(source, image)), "x.ipynb")
    assert made.markdown == '![Een lijn](cel-1-1.svg){#fig-a fig-alt="Zegt \\"alles\\""}\n'
    assert made.images == {"cel-1-1.svg": b"<svg/>"}


def test_front_matter_comes_from_the_first_raw_cell() -> None:
    raw = {"cell_type": "raw", "source": ["---\n", "title: T\n", "---"], "metadata": {}}
    text = {"cell_type": "markdown", "source": "Tekst", "metadata": {}}
    made = notebook_to_markdown(book(raw, text), "x.ipynb")
    assert (made.meta, made.markdown) == ({"title": "T"}, "Tekst\n")


@pytest.mark.parametrize("text", ["geen json", "[]", "{}", '{"cells": null}'])
def test_what_is_no_notebook_is_said(text: str) -> None:
    with pytest.raises(LeeszaalError, match=r"x.ipynb is geen notebook"):
        notebook_to_markdown(text, "x.ipynb")


def test_options_that_are_no_yaml_name_the_cell() -> None:
    with pytest.raises(LeeszaalError, match=r"x.ipynb, cel 1"):
        notebook_to_markdown(book(code("#| echo: [\nx")), "x.ipynb")


# ------------------------------------------------------- includes, shortcodes


def test_an_include_is_seen_from_the_document_and_may_hold_another(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.md").write_text("B {{< include c.md >}}\n{{< include ../c.md >}}\n", encoding="utf-8")
    (tmp_path / "c.md").write_text("C\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match="include’ is geen bekende opdracht"):
        expand("{{< include a/b.md >}}", tmp_path, tmp_path, {}, "x.qmd")
    (tmp_path / "a" / "b.md").write_text("B\n\n{{< include c.md >}}\n", encoding="utf-8")
    # As in Quarto: a path within an included file is seen from the document.
    assert expand("{{< include a/b.md >}}", tmp_path, tmp_path, {}, "x.qmd") == "B\n\nC"


def test_an_include_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "c.md").write_text("C", encoding="utf-8")
    assert expand("{{< include /c.md >}}", tmp_path / "papers", tmp_path, {}, "x.qmd") == "C"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("weg.md", "weg.md bestaat niet"),
        ("../buiten.md", "ligt buiten deze leeszaal"),
        ("zelf.md", "neemt zichzelf op"),
    ],
)
def test_an_include_that_cannot_be(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "zelf.md").write_text("{{< include zelf.md >}}", encoding="utf-8")
    with pytest.raises(LeeszaalError, match=message) as caught:
        expand(f"een\n\n{{{{< include {path} >}}}}", tmp_path, tmp_path, {}, "x.qmd")
    assert "x.qmd, regel 3" in str(caught.value)


def test_code_is_left_alone(tmp_path: Path) -> None:
    text = "```\n{{< include weg.md >}}\n```\n\n~~~~\n```\n{{< meta x >}}\n~~~~"
    assert expand(text, tmp_path, tmp_path, {}, "x.qmd") == text
    assert outside_code("a\n```\na\n```\na", str.upper) == "A\n```\na\n```\nA"


def test_meta_and_escaped_shortcodes(tmp_path: Path) -> None:
    meta = {"versie": {"nummer": 3}}
    assert (
        expand("v{{< meta versie.nummer >}} {{{< meta x >}}}", tmp_path, tmp_path, meta, "x.qmd") == "v3 {{< meta x >}}"
    )
    with pytest.raises(LeeszaalError, match="‘datum’ staat niet in de gegevens bovenaan"):
        expand("{{< meta datum >}}", tmp_path, tmp_path, meta, "x.qmd")


def test_an_unknown_shortcode_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LeeszaalError, match="Bekend zijn: include, meta, pagebreak"):
        expand("{{< video x >}}", tmp_path, tmp_path, {}, "x.qmd")


# ------------------------------------------------------------------- project


def test_the_render_list_and_the_formats(tmp_path: Path) -> None:
    project = read_project(Home(make_project(tmp_path)))
    formats = {document.name: document.formats for document in project.documents}
    assert formats["index.qmd"] == ("html",)
    assert formats["papers/proef/proef.ipynb"] == ("html", "typst", "docx")
    paper = next(document for document in project.documents if document.name == "papers/proef/proef.ipynb")
    assert paper.is_paper
    assert [paper.output(kind) for kind in paper.formats] == [
        "papers/proef/proef.html",
        "papers/proef/proef.pdf",
        "papers/proef/proef.docx",
    ]
    assert str(paper.date) == "2026-10-12"


def test_metadata_of_a_folder_gives_way_to_the_document(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    (root / "papers" / "_metadata.yml").write_text("lang: en\nauteur: map\nformat: docx\n", encoding="utf-8")
    paper = next(d for d in read_project(Home(root)).documents if d.name == "papers/proef/proef.ipynb")
    assert (paper.meta["lang"], paper.meta["auteur"], paper.formats) == ("nl", "map", ("html", "docx"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"*.qmd"', '"weg.qmd"', r"_quarto.yml, regel \d+: weg.qmd bestaat niet"),
        ('"*.qmd"', '"../x.qmd"', "wijst buiten deze leeszaal"),
        ("bibliography: bronnen.json", "bibliography: weg.json", r"regel \d+: weg.json bestaat niet"),
        ('["*.qmd", "papers/*/*.ipynb", "!papers/templates/*.ipynb"]', '["*.md"]', "geen enkele pagina"),
    ],
)
def test_a_project_that_names_what_is_not_there(tmp_path: Path, old: str, new: str, message: str) -> None:
    root = make_project(tmp_path)
    text = (root / "_quarto.yml").read_text(encoding="utf-8")
    assert old in text
    (root / "_quarto.yml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(LeeszaalError, match=message):
        read_project(Home(root))


def test_front_matter_that_is_no_yaml_names_the_line() -> None:
    with pytest.raises(LeeszaalError, match=r"x.qmd, regel 3: .* geen geldige YAML"):
        split_front_matter("---\ntitle: a\nauthor: b: c\n---\n", "x.qmd")
    with pytest.raises(LeeszaalError, match=r"x.qmd, regel 1"):
        split_front_matter("---\n- a\n---\n", "x.qmd")
    assert split_front_matter("geen\n---\n", "x.qmd") == ({}, "geen\n---\n")


def test_a_page_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    (root / "tweede.qmd").write_bytes("---\ntitle: café\n---\n".encode("latin-1"))
    with pytest.raises(LeeszaalError, match=r"tweede.qmd is niet als UTF-8 opgeslagen \(byte 14\)"):
        read_project(Home(root))


def test_lines_in_a_message_are_those_of_the_file(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    (root / "tweede.qmd").write_text("---\ntitle: T\n---\n\n{{< include weg.md >}}\n", encoding="utf-8")
    project = read_project(Home(root))
    page = next(document for document in project.documents if document.name == "tweede.qmd")
    with pytest.raises(LeeszaalError, match=r"tweede.qmd, regel 5: weg.md bestaat niet"):
        read_source(project, page)


def test_markup_in_a_bibliography_becomes_text() -> None:
    word_joiner = "\u2060"
    assert escape_csl([{"title": "<i>x</i> < y", "n": 1}]) == [
        {"title": f"<{word_joiner}i>x<{word_joiner}/i> < y", "n": 1}
    ]
    once = escape_csl("<span class='x'>")
    assert escape_csl(once) == once
