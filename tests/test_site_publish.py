"""Publishing: all or nothing, whatever goes wrong on the way."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.site import pages, pandoc, pdf, quarto, render
from leeszaal.site.cache import Cache
from leeszaal.site.project import read_project
from leeszaal.site.quarto import findings_of, typed_html
from leeszaal.site.render import publish, site
from leeszaal.site.source import read_source
from site_project import cell, make_project, notebook, png

ASIS = "#| echo: false\n#| output: asis\n"


def small(root: Path, text: str = "## Deel\n\nTekst.", **settings: str) -> Home:
    """Lay out a project with one page and one paper, and a site that was published before."""
    make_project(root)
    for name in ("hard", "english", "meer"):
        (root / "papers" / name / f"{name}.ipynb").unlink()
    (root / "index.qmd").write_text("---\ntitle: Start\n---\n\nWelkom.\n", encoding="utf-8")
    (root / "tweede.qmd").write_text("---\ntitle: Twee\n---\n\nTekst.\n", encoding="utf-8")
    (root / "papers" / "proef" / "proef.ipynb").write_text(
        notebook(cell(f"{ASIS}x()", text), **settings), encoding="utf-8"
    )
    (root / "_site").mkdir(exist_ok=True)
    (root / "_site" / "index.html").write_text("de vorige", encoding="utf-8")
    return Home(root)


def intact(home: Home) -> bool:
    """Return whether the site of before is there and nothing was left behind."""
    left = [path.name for path in home.root.iterdir() if path.name.startswith("._site")]
    return left == [] and (home.site / "index.html").read_text(encoding="utf-8") == "de vorige"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## A\n\nZie @fig-weg.", "de verwijzing @fig-weg wijst nergens heen"),
        ("## A\n\nZie [@weg2020].", "de bron @weg2020 staat niet in de bibliotheek"),
        (
            "## A\n\n![Bijschrift](figuren/weg){#fig-a fig-alt='Iets.'}",
            "een afbeelding bestaat niet: figuren/weg",
        ),
        ("## A\n\n![](figuren/lijn)", "geen tekst voor wie haar niet ziet"),
        (
            "## A\n\n![Van buiten](https://example.org/a.png)",
            "van een ander adres laden: https://example.org/a.png",
        ),
        ("## A\n\n[weg](weg.html)", "een link wijst naar iets dat er niet is: weg.html"),
        ("## A\n\n[weg](#weg)", "een link wijst naar iets dat er niet is: #weg"),
        ("## A {#sec-a}\n\n## B {#sec-a}\n\nB.", "het label #sec-a komt twee keer voor"),
        ("## A\n\n::: {.callout-note}\nOpen.", "niet goed afgesloten"),
        ("## A\n\n|   |   |\n|---|---|\n| 1 | 2 |\n\n: T. {#tbl-t}", "een tabel heeft geen kopregel"),
    ],
)
def test_the_gate_names_paper_and_place_and_leaves_the_old_site(tmp_path: Path, text: str, message: str) -> None:
    home = small(tmp_path, text)
    with pytest.raises(LeeszaalError) as caught:
        publish(home, "pandoc")
    assert message in str(caught.value)
    assert "papers/proef/proef.ipynb" in str(caught.value)
    assert "Wat er stond is niet veranderd" in str(caught.value)
    assert intact(home)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_bytes(png() + b"\0" * 40_000_000), "groot.png is 40 MB, en de grens is 8 MB"),
        (lambda path: path.write_bytes(_claiming(30_000, 9_000)), "te groot: figuren/groot.png"),
    ],
)
def test_an_image_that_is_too_large_is_refused_with_its_size(
    tmp_path: Path, make: Callable[[Path], Any], message: str
) -> None:
    home = small(tmp_path, "## A\n\n![Foto](figuren/groot.png){#fig-a fig-alt='Een foto van het provinciehuis.'}")
    make(tmp_path / "papers" / "proef" / "figuren" / "groot.png")
    with pytest.raises(LeeszaalError) as caught:
        publish(home, "pandoc")
    assert message in str(caught.value)
    assert "Maak haar kleiner" in str(caught.value)
    assert intact(home)


def _claiming(width: int, height: int) -> bytes:
    """Return a small PNG whose first bytes claim another size."""
    head = struct.pack(">II", width, height)
    content = png()
    return (
        content[:16]
        + head
        + content[24:29]
        + struct.pack(">I", zlib.crc32(b"IHDR" + head + content[24:29]))
        + content[33:]
    )


def test_a_site_that_was_cut_off_halfway_is_made_good(tmp_path: Path) -> None:
    home = small(tmp_path)
    home.site.rename(tmp_path / "._site.vorige")  # killed between two renames: nothing stands in the place of the site
    left = tmp_path / "._site.abc123"
    left.mkdir()
    os.utime(left, (1_000_000_000, 1_000_000_000))
    (tmp_path / "tweede.qmd").write_text("---\ntitle: T\n---\n\n[weg](weg.html)\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"weg\.html"):
        publish(home, "pandoc")
    assert not left.exists()
    assert (home.site / "index.html").read_text(encoding="utf-8") == "de vorige"  # the last good one is back


def test_a_name_from_right_to_left_stands_in_every_format(tmp_path: Path) -> None:
    home = small(tmp_path, "## A\n\nVolgens \u2067محمد العلي\u2069 en שרה כהן.", title="Van \u202eachteren\u202c")
    assert publish(home, "pandoc").papers == 1
    page = (home.site / "papers" / "proef" / "proef.html").read_text(encoding="utf-8")
    assert "محمد العلي" in page
    assert "שרה כהן" in page
    assert (home.site / "papers" / "proef" / "proef.pdf").is_file()


def test_a_notebook_that_failed_is_not_published(tmp_path: Path) -> None:
    home = small(tmp_path)
    failed = cell("x", {"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": []})
    shown = cell("theme = 'ibt'", tags=("injected-parameters",))
    (home.papers / "proef" / "proef.ipynb").write_text(notebook(failed, shown), encoding="utf-8")
    with pytest.raises(LeeszaalError, match="2 dingen kloppen niet") as caught:
        publish(home, "pandoc")
    assert "eindigde met een fout" in str(caught.value)
    assert "de parameters van het notebook zouden te zien zijn" in str(caught.value)
    assert intact(home)


def test_a_good_site_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    home = small(tmp_path)
    (home.site / "oud.html").write_text("weg", encoding="utf-8")
    summary = publish(home, "pandoc")
    assert (summary.pages, summary.papers, summary.renderer) == (3, 1, "pandoc")
    assert summary.index == str(home.site / "index.html")
    assert json.loads(json.dumps(dataclasses.asdict(summary)))["pages"] == 3
    assert "3 pagina's, waarvan 1 paper" in summary.tell()
    assert not (home.site / "oud.html").exists()
    assert {path.suffix for path in (home.site / "papers" / "proef").iterdir() if path.is_file()} == {
        ".html",
        ".pdf",
        ".docx",
    }


def test_a_character_without_a_font_is_counted(tmp_path: Path) -> None:
    home = small(tmp_path, "## A\n\nTwee: 🏛 en 🏛.")
    summary = publish(home, "pandoc")
    assert summary.marked == {"papers/proef/proef.ipynb": 2}
    assert "2 tekens hebben in de PDF geen lettertype" in summary.tell()


@pytest.mark.parametrize("moment", ["to_html", "to_docx", "to_typst"])
def test_an_interrupt_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    home = small(tmp_path)

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pdf if moment == "to_typst" else pandoc, moment, stop)
    with pytest.raises(KeyboardInterrupt):
        publish(home, "pandoc")
    assert intact(home)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("the administrator may write everywhere")
    yield tmp_path
    tmp_path.chmod(stat.S_IRWXU)


def test_a_read_only_folder_is_said(read_only: Path) -> None:
    home = small(read_only)
    read_only.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(LeeszaalError, match="mag niet worden beschreven"):
        publish(home, "pandoc")


@pytest.mark.parametrize(
    ("number", "message"),
    [(28, "de schijf is vol"), (13, "mag niet worden beschreven"), (30, "alleen-lezen")],
)
def test_a_write_that_fails_is_said_and_leaves_the_old_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, message: str
) -> None:
    home = small(tmp_path)

    def full(*_: Any) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(render.shutil, "copyfile", full)
    with pytest.raises(LeeszaalError, match=message):
        publish(home, "pandoc")
    assert intact(home)


def test_nothing_private_is_copied(tmp_path: Path) -> None:
    text = "## A\n\n[a](../../literature/themes.yaml) en [b](figuren/lijn.csv) en [c](../../_quarto.yml)"
    home = small(tmp_path, text)
    with pytest.raises(LeeszaalError) as caught:
        publish(home, "pandoc")
    assert "themes.yaml" in str(caught.value)
    assert "_quarto.yml" in str(caught.value)
    assert "lijn.csv" not in str(caught.value)


def test_an_unknown_renderer_names_the_nearest() -> None:
    with pytest.raises(LeeszaalError, match="Bedoelt u ‘pandoc’"):
        site(home=Path(__file__).parents[1], renderer="pandok")


def test_the_parts_are_written_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = small(tmp_path)
    (home.root / "index.qmd").write_text("---\ntitle: S\n---\n\n{{< include _parts/nieuw.md >}}\n", encoding="utf-8")

    def write(room: Home) -> None:
        (room.root / "_parts" / "nieuw.md").write_text("Vers gemaakt.", encoding="utf-8")

    monkeypatch.setattr(pages, "write_parts", write)
    site(home=home, renderer="pandoc")
    assert "Vers gemaakt." in (home.site / "index.html").read_text(encoding="utf-8")


def test_without_quarto_one_hears_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = small(tmp_path)
    monkeypatch.setattr(quarto.shutil, "which", lambda *_, **__: None)
    with pytest.raises(LeeszaalError, match="--renderer pandoc"):
        publish(home, "quarto")
    assert intact(home)


def test_what_quarto_only_warns_about_is_a_finding() -> None:
    told = (
        "[1/2] index.qmd\nWARNING: Unable to resolve crossref @fig-x\n"
        "[2/2] papers/a/a.ipynb\n[WARNING] Citeproc: citation weg2020 not found\n"
    )
    assert [(finding.where, finding.kind, finding.what) for finding in findings_of(told)] == [
        ("index.qmd", "crossref", "fig-x"),
        ("papers/a/a.ipynb", "citation", "weg2020"),
    ]


def test_a_page_without_title_is_refused(tmp_path: Path) -> None:
    home = small(tmp_path)
    (home.root / "tweede.qmd").write_text("Geen titel.\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"tweede.qmd: de titel ontbreekt"):
        publish(home, "pandoc")
    assert intact(home)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("een <b onclick='x()'>woord</b>", ["<b onclick='x()'>", "</b>"]),
        ("<script>\nalert(1)\n</script>", ["<script>", "</script>"]),
        ("<img src=x", ["<img src=x"]),
        (r"\<script\> en `<i>` en <https://example.org> en <a@b.nl> en 3 < 4", []),
        ("```\n<b>\n```", []),
        ("<!-- een aantekening -->", []),
    ],
)
def test_html_that_quarto_would_let_live_is_found(text: str, tags: list[str]) -> None:
    assert typed_html(text) == tags


def test_only_what_changed_is_rendered_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = small(tmp_path)
    rendered: list[str] = []
    real = pandoc._run

    def counted(source: Any, *rest: Any) -> Any:
        rendered.append(f"{source.document.name} {rest[-1]}")
        return real(source, *rest)

    monkeypatch.setattr(pandoc, "_run", counted)
    publish(home, "pandoc")
    first = {path.name: path.read_bytes() for path in home.site.rglob("*.*") if path.is_file()}
    assert len(rendered) == 5
    rendered.clear()
    publish(home, "pandoc")
    assert rendered == []
    assert {path.name: path.read_bytes() for path in home.site.rglob("*.*") if path.is_file()} == first
    (home.root / "tweede.qmd").write_text("---\ntitle: Twee\n---\n\nAnders.\n", encoding="utf-8")
    publish(home, "pandoc")
    assert rendered == ["tweede.qmd html"]
    assert len(list((home.root / ".leeszaal" / "site").iterdir())) == 10  # five renderings and their facts


@pytest.mark.parametrize(
    "name", ["papers/proef/figuren/lijn.svg", "literature/leeszaal.csl", "_quarto.yml", "bronnen.json"]
)
def test_a_rendering_is_made_again_when_what_it_rests_on_changed(tmp_path: Path, name: str) -> None:
    text = "## A\n\n![Lijn](figuren/lijn){#fig-a fig-alt='Een lijn.'}\n\n@vries2020"
    project, document = small(tmp_path, text), "papers/proef/proef.ipynb"

    def key() -> str:
        read = read_project(project)
        source = next(read_source(read, found) for found in read.documents if found.name == document)
        return Cache.of(read).name(source, "typst")

    before = key()
    assert key() == before
    path = tmp_path / name
    path.write_text(
        path.read_text(encoding="utf-8").replace("2020", "2021") + ("\n" if name != "_quarto.yml" else "x: 1\n"),
        encoding="utf-8",
    )
    assert key() != before


def test_a_damaged_rendering_is_not_taken(tmp_path: Path) -> None:
    home = small(tmp_path)
    publish(home, "pandoc")
    for path in (home.root / ".leeszaal" / "site").glob("*.html"):
        path.write_bytes(b"half")
    publish(home, "pandoc")
    assert "Welkom." in (home.site / "index.html").read_text(encoding="utf-8")
