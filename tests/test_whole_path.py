"""From an empty folder to a published paper, and what happens when something goes wrong on the way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

import leeszaal
from leeszaal import cli
from leeszaal.errors import LeeszaalError

SLUG = "interbestuurlijk-toezicht"
NASTY = "Wat <script>alert(1)</script> kost: $5_000 {netto} & 50% — 🏛 مرحبا"
STAGES: dict[str, Callable[[Path], Any]] = {
    "import": lambda room: leeszaal.import_([room / "new.bib"], home=room),
    "build": lambda room: leeszaal.build(home=room),
    "tag": lambda room: leeszaal.tag(home=room),
    "topics": lambda room: leeszaal.topics(home=room, k=6),
    "trends": lambda room: leeszaal.trends(home=room, from_year=2012),
    "paper": lambda room: leeszaal.paper(SLUG, home=room, parameters={"from_year": 2011}),
    "site": lambda room: leeszaal.site(home=room),
}


def snapshot(room: Path) -> dict[str, str]:
    """Return every visible file below `room` with a hash of its content."""
    return {
        path.relative_to(room).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(room.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(room).parts)
    }


def products(room: Path) -> dict[str, str]:
    """Return what a reader or a later stage would see; the parts that pages are made from are not among it."""
    hidden = ("_parts/", "figures/", "downloads/", "literature/library/cache/", "literature/library/embeddings/")
    return {name: digest for name, digest in snapshot(room).items() if not name.startswith(hidden)}


def make_stale(room: Path) -> None:
    """Give every stage something new to do."""
    (room / "new.bib").write_text(
        "@book{nieuw, title={Toezicht op toezicht}, author={Jansen, Jo}, year=2020}\n", encoding="utf-8"
    )
    for stamp in ("build", "tag", "topics", "trends"):
        path = room / "literature" / "library" / f"{stamp}.json"
        facts = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**facts, "made_from": "iets anders"}), encoding="utf-8")


def test_init_lays_out_a_room_and_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("van mij", encoding="utf-8")
    summary = leeszaal.init(tmp_path)
    assert summary.kept == ["_quarto.yml"]
    assert (tmp_path / "_quarto.yml").read_text(encoding="utf-8") == "van mij"
    for name in (
        "literature/themes.yaml",
        "literature/starter.bib",
        "notebooks/1-harvest.ipynb",
        "papers/templates/trendpaper.ipynb",
    ):
        assert (tmp_path / name).is_file(), name
    with pytest.raises(LeeszaalError, match="is een bestand"):
        leeszaal.init(tmp_path / "_quarto.yml")


def test_no_paper_that_comes_along_says_what_its_library_does_not(finished_room: Path) -> None:
    """A claim that no longer holds stands above the paper as a draft: mend the text of the paper, not this test."""
    pages = sorted((finished_room / "_site" / "papers").glob("*/*.html"))
    assert len(pages) == len(list((finished_room / "papers").glob("*/paper.yaml")))
    assert [page.stem for page in pages if 'class="te-herzien"' in page.read_text(encoding="utf-8")] == []


def test_the_finished_room_holds_everything(finished_room: Path) -> None:
    site = finished_room / "_site"
    for name in (
        "index.html",
        "papers.html",
        "themas.html",
        "literatuur.html",
        *(f"papers/{SLUG}/{SLUG}.{kind}" for kind in ("html", "pdf", "docx")),
    ):
        assert (site / name).stat().st_size > 1000, name
    works = pd.read_parquet(finished_room / "literature" / "library" / "works.parquet")
    records = pd.read_parquet(finished_room / "literature" / "library" / "records.parquet")
    assert len(works) == works["work_id"].nunique() == works["citekey"].nunique() == 312
    assert set(records["work_id"]) == set(works["work_id"])


def test_a_second_demo_reuses_and_changes_nothing(room: Path) -> None:
    before = products(room)
    summary = leeszaal.demo(home=room)
    assert products(room) == before
    assert summary.works == 312


def test_the_library_can_be_thrown_away(room: Path) -> None:
    library = room / "literature" / "library"
    names = [f"{name}.parquet" for name in ("works", "records", "tags", "tag_spans")]
    before = {name: (library / name).read_bytes() for name in names}
    for name in [*names, "build.json", "tag.json"]:
        (library / name).unlink()
    leeszaal.build(home=room)
    leeszaal.tag(home=room)
    assert {name: (library / name).read_bytes() for name in names} == before


def test_status_tells_what_is_old(room: Path) -> None:
    assert set(leeszaal.status(home=room).stages.values()) == {"current"}
    make_stale(room)
    leeszaal.import_([room / "new.bib"], home=room)
    state = leeszaal.status(home=room)
    assert state.stages["build"] == "stale"
    assert state.evidence == 2
    assert "verouderd" in state.tell()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("trouble", ["full disk", "interrupt"])
def test_trouble_while_writing_leaves_what_was_there(
    room: Path, monkeypatch: pytest.MonkeyPatch, stage: str, trouble: str
) -> None:
    make_stale(room)
    before = products(room)

    def fail(_: int) -> None:
        raise KeyboardInterrupt if trouble == "interrupt" else OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyboardInterrupt if trouble == "interrupt" else LeeszaalError) as caught:
        STAGES[stage](room)
    if trouble == "full disk":
        assert "schijf is vol" in str(caught.value)
    assert products(room) == before


def test_the_writers_text_is_never_changed(room: Path) -> None:
    text = room / "papers" / SLUG / "text.md"
    before = text.read_bytes()
    leeszaal.paper(SLUG, home=room, parameters={"from_year": 2015})
    assert text.read_bytes() == before


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"theme": "ibtt"}, "Bedoelt u ‘ibt’"),
        ({"from_year": 2020, "to_year": 2010}, "ligt na"),
        ({"from_year": 1900, "to_year": 1901}, "geen werken"),
        ({"region": "twenthe"}, "Bedoelt u ‘twente’"),
        ({"lang": "fr"}, "De taal ‘fr’ bestaat niet"),
        ({"from_yaer": 2010}, "Bedoelt u ‘from_year’"),
    ],
)
def test_a_wrong_parameter_is_named_and_the_paper_stays(room: Path, parameters: dict[str, Any], words: str) -> None:
    before = products(room)
    with pytest.raises(LeeszaalError, match=words):
        leeszaal.paper(SLUG, home=room, parameters=parameters)
    assert products(room) == before


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        ("[@bestaatniet2020]", "het werk ‘@bestaatniet2020’ staat niet in de bibliotheek"),
        ("{{ werkn }}", "Bedoelt u ‘werken’"),
        ("::: {.callout-note}\nopen", "wordt niet gesloten"),
    ],
)
def test_a_text_that_cannot_be_honoured_stops_the_run(
    room: Path, capsys: pytest.CaptureFixture[str], addition: str, words: str
) -> None:
    text = room / "papers" / SLUG / "text.md"
    lines = text.read_text(encoding="utf-8").splitlines()
    text.write_text("\n".join([*lines, "", addition, ""]), encoding="utf-8")
    before = products(room)
    assert cli.main(["paper", SLUG, "--home", str(room)]) == 1
    err = capsys.readouterr().err
    assert words in err
    assert f"text.md, regel {len(lines) + 2}" in err
    assert products(room) == before
    assert cli.main(["paper", SLUG, "--check", "--home", str(room)]) == 1


def test_a_failing_cell_is_kept_and_the_last_good_paper_stays(room: Path) -> None:
    template = room / "papers" / "templates" / "trendpaper.ipynb"
    notebook = json.loads(template.read_text(encoding="utf-8"))
    notebook["cells"][4]["source"] = ["1 / 0"]
    template.write_text(json.dumps(notebook), encoding="utf-8")
    good = (room / "papers" / SLUG / f"{SLUG}.ipynb").read_bytes()
    with pytest.raises(LeeszaalError, match="ZeroDivisionError"):
        leeszaal.paper(SLUG, home=room)
    assert (room / "papers" / SLUG / f"{SLUG}.ipynb").read_bytes() == good
    assert "ZeroDivisionError" in (room / "papers" / SLUG / f"{SLUG}.mislukt.ipynb").read_text(encoding="utf-8")


def test_a_site_that_the_gate_refuses_leaves_the_last_good_one(room: Path) -> None:
    page = room / "colofon.qmd"
    page.write_text(page.read_text(encoding="utf-8") + "\nZie @fig-nergens en [@niemand2020].\n", encoding="utf-8")
    before = {name: digest for name, digest in snapshot(room).items() if name.startswith("_site/")}
    with pytest.raises(LeeszaalError) as caught:
        leeszaal.site(home=room)
    assert "colofon" in str(caught.value)
    assert "fig-nergens" in str(caught.value)
    assert "niemand2020" in str(caught.value)
    assert {name: digest for name, digest in snapshot(room).items() if name.startswith("_site/")} == before


def test_a_nasty_title_comes_out_as_text_everywhere(room: Path) -> None:
    import pikepdf  # noqa: F401  the PDF is read by its text below; without it the test cannot say anything

    record = [
        {
            "id": "naar2020",
            "type": "report",
            "title": NASTY,
            "author": [{"literal": "A & B <b>"}],
            "issued": {"date-parts": [[2020]]},
        }
    ]
    (room / "naar.json").write_text(json.dumps(record), encoding="utf-8")
    leeszaal.import_([room / "naar.json"], home=room)
    text = room / "papers" / SLUG / "text.md"
    text.write_text(text.read_text(encoding="utf-8") + "\nZie ook [@naar2020].\n", encoding="utf-8")
    leeszaal.build(home=room)
    leeszaal.tag(home=room)
    leeszaal.paper(SLUG, home=room)
    leeszaal.site(home=room)
    works = pd.read_parquet(room / "literature" / "library" / "works.parquet").set_index("citekey")
    assert works.loc["naar2020", "title"] == NASTY
    site = room / "_site"
    data = next(site.rglob("werken.js")).read_text(encoding="utf-8")
    listed = json.loads(data.partition("=")[2].rstrip(";\n"))["werken"]  # the page of works is filled by a script
    assert any(NASTY in row for row in listed)
    page = site / "papers" / SLUG / f"{SLUG}.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert not any("alert(1)" in script.get_text() for script in soup("script"))
    assert " ".join(NASTY.split()) in " ".join(soup.get_text().replace("\u00a0", " ").split())
    with zipfile.ZipFile(site / "papers" / SLUG / f"{SLUG}.docx") as word:
        body = BeautifulSoup(word.read("word/document.xml"), "xml").get_text()
    assert NASTY in body
    pdf = pdf_text(site / "papers" / SLUG / f"{SLUG}.pdf")
    assert "<script>alert(1)</script> kost: $5_000 {netto} & 50%" in pdf


def pdf_text(path: Path) -> str:
    """Return the text of a PDF in reading order, white space made single."""
    import shutil
    import subprocess

    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler-utils) is not on this machine")
    done = subprocess.run([tool, "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").split())


def test_an_empty_library_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leeszaal.init(tmp_path)
    assert cli.main(["build", "--home", str(tmp_path)]) == 1
    assert "leeszaal import" in capsys.readouterr().err
    for verb in ("tag", "topics", "trends", "site"):
        assert cli.main([verb, "--home", str(tmp_path)]) == 1
        assert "leeszaal build" in capsys.readouterr().err, verb


def test_import_json_gives_the_counts_of_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leeszaal.init(tmp_path)
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text("nr,title,year\n7,Toezicht,2020\n8,,2021\n", encoding="utf-8")
    bad.write_text("naam,jaartal\nx,2020\n", encoding="utf-8")
    code = cli.main(["import", str(good), str(bad), "--id-column", "nr", "--home", str(tmp_path), "--json"])
    said = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [(item["read"], item["records"], item["rejected"]) for item in said["files"]] == [(2, 1, 1)]
    assert said["failed"][0]["file"].endswith("b.csv")
    leeszaal.build(home=tmp_path)
    records = pd.read_parquet(tmp_path / "literature" / "library" / "records.parquet")
    assert records["source_record_id"].tolist() == ["7"]
