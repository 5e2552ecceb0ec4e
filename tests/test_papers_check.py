"""What stops a paper before it is run: pictures, retracted sources, values that are not there; and what is only remarked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import leeszaal
from leeszaal.errors import LeeszaalError
from leeszaal.home import find_home
from leeszaal.library.store import table_bytes
from leeszaal.papers.check import MOST_IMAGE
from leeszaal.papers.sources import unfit_papers

SLUG = "interbestuurlijk-toezicht"


def add(room: Path, text: str) -> Path:
    path = room / "papers" / SLUG / "text.md"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")
    return path


def retract(room: Path, citekey: str, kind: str = "retraction") -> None:
    works = pd.read_parquet(room / "literature" / "library" / "works.parquet").set_index("citekey")
    row = {
        "doi": works.loc[citekey, "doi"], "known": True, "type": kind, "direction": "updated-by",
        "notice": "10.1000/intrekking", "source": "publisher", "date": "2026-01-02",
    }  # fmt: skip
    (room / "literature" / "library" / "retractions.parquet").write_bytes(table_bytes(pd.DataFrame([row])))


def test_every_kind_of_trouble_is_named_and_stops_the_run(room: Path) -> None:
    folder = room / "papers" / SLUG
    with (folder / "groot.png").open("wb") as stream:
        stream.truncate(5 * MOST_IMAGE)  # 40 MB, without writing them
    good = (folder / f"{SLUG}.ipynb").read_bytes()
    add(
        room,
        "![a](groot.png)\n\n![b](weg.png)\n\n![c](https://elders.example/x.png)\n\n![d](../../../buiten.png)\n\n"
        "## Kop met <script>alert(1)</script> en مرحبا\n\n{{ wreken }}",
    )
    retract(room, "black2010really")
    said = leeszaal.check_paper(SLUG, home=room).tell()
    for words in (
        "‘groot.png’ is 40 MB; het meeste is 8 MB", "‘weg.png’ bestaat niet", "moet in de leeszaal zelf staan",
        "ligt buiten deze leeszaal", "‘@black2010really’: dit werk is op 2026-01-02 ingetrokken", "Bedoelt u ‘werken’",
    ):  # fmt: skip
        assert words in said
    assert "script" not in said
    with pytest.raises(LeeszaalError, match="40 MB"):
        leeszaal.paper(SLUG, home=room)
    assert (folder / f"{SLUG}.ipynb").read_bytes() == good


def test_a_retracted_source_stops_the_site_until_the_writer_says_why(room: Path) -> None:
    retract(room, "black2010really", "expression_of_concern")
    with pytest.raises(LeeszaalError, match="black2010really"):
        leeszaal.site(home=room)
    settings = room / "papers" / SLUG / "paper.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + "accept:\n  black2010really: ''\n", encoding="utf-8")
    with pytest.raises(LeeszaalError, match="bij ‘black2010really’ staat geen reden"):
        leeszaal.check_paper(SLUG, home=room)
    settings.write_text(
        text + "accept:\n  black2010really: het gaat om de omslag\n  x2000: om niets\n", encoding="utf-8"
    )
    checked = leeszaal.check_paper(SLUG, home=room)
    assert not checked.failed
    assert any("‘x2000’" in remark for remark in checked.remarks)


def test_a_source_with_a_field_that_nobody_verified_stops_paper_and_site(room: Path) -> None:
    sources = room / "literature" / "starter-sources.csv"
    lines = sources.read_text(encoding="utf-8").splitlines(keepends=True)
    left = [line for line in lines if not line.startswith("black2010really,year,")]
    assert len(left) == len(lines) - 1
    sources.write_text("".join(left), encoding="utf-8")
    said = "‘@black2010really’: dit werk heeft velden zonder nagekeken bron (year)"
    assert said in leeszaal.check_paper(SLUG, home=room).tell()
    with pytest.raises(LeeszaalError, match=r"papers/interbestuurlijk-toezicht: ‘@black2010really’.*\(year\)"):
        leeszaal.site(home=room)
    settings = room / "papers" / SLUG / "paper.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + "accept:\n  black2010really: het jaar staat op het omslag\n", encoding="utf-8")
    assert not leeszaal.check_paper(SLUG, home=room).failed
    assert not [one for one in unfit_papers(find_home(room)) if one.startswith(f"papers/{SLUG}:")]


def test_what_is_not_finished_is_remarked(room: Path) -> None:
    leeszaal.new_paper("oplegger", "kort", parameters={"accompanies": SLUG}, home=room)
    remarks = leeszaal.check_paper("kort", home=room).remarks
    assert any("‘besluit’ is nog leeg" in remark for remark in remarks)
    text = room / "papers" / "kort" / "text.md"
    text.write_text("# besluit\n\n" + "woord " * 400 + "\n", encoding="utf-8")
    assert any(
        "400 woorden; een oplegger is 1 bladzijde" in remark
        for remark in leeszaal.check_paper("kort", home=room).remarks
    )


def test_an_oplegger_is_drawn_from_the_paper_it_accompanies(finished_room: Path) -> None:
    from leeszaal.papers.kinds import oplegger
    from leeszaal.papers.run import open_settings
    from leeszaal.papers.settings import read_settings

    home = find_home(finished_room)
    paper = open_settings(home, read_settings(home, "oplegger-interbestuurlijk-toezicht"))
    other = open_settings(home, read_settings(home, SLUG))
    assert (paper.theme, paper.from_year) == (other.theme, other.from_year)
    assert paper.values["werken"] == len(other.works)
    assert "Als toezichthouder: laat Provinciale Staten" in str(oplegger.options(paper))
    assert "weinig geschreven" in str(oplegger.core(paper))
    assert "concept, nog niet ondertekend" in str(oplegger.heading(paper))
    with pytest.raises(LeeszaalError, match="zegt niet bij welke paper"):
        leeszaal.papers.open_paper(template="oplegger", accompanies="", body="CMT", home=home)


def test_a_signalenbrief_without_a_signal_is_about_its_theme(
    finished_room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leeszaal.papers.kinds import signalenbrief

    monkeypatch.chdir(tmp_path)
    make: Callable[..., leeszaal.papers.Paper] = leeszaal.papers.open_paper
    paper = make(template="signalenbrief", theme="reg.legitimiteit", from_year=2001, to_year=2025, home=finished_room)
    signal = paper.values.group("signaal")
    recent = paper.works["year"].between(2021, 2025).sum()
    assert signal["werken"] == len(paper.works)
    assert signal["recent"] == recent
    assert f"zijn er {recent} uit 2021–2025" in str(signalenbrief.signal(paper))
    assert "tbl-bewijs" in str(signalenbrief.reliability(paper))
    with pytest.raises(LeeszaalError):
        _ = make(
            template="signalenbrief", theme="ibt", from_year=2001, to_year=2025, signal="nergens", home=finished_room
        ).values
