"""CBS from a local server: pages, padded keys, what is told when something is wrong, and a ratio of Iv3 items."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from leeszaal import cli
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.cbs import Cbs
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.home import Home
from leeszaal.indicators import fetch_cbs, ratio, read_iv3, read_observations
from servers.base import Fault
from servers.cbs import CbsServer

DAY = datetime.date(2026, 11, 26)


@pytest.fixture
def home(repository: Path, tmp_path: Path) -> Home:
    root = tmp_path / "zaal"
    shutil.copytree(repository / "literature" / "indicators", root / "literature" / "indicators")
    shutil.copy(repository / "_quarto.yml", root)
    shutil.copy(repository / "literature" / "themes.yaml", root / "literature")
    return Home(root)


def test_a_table_comes_in_page_by_page_for_our_municipalities(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with CbsServer(size=4) as server:
        monkeypatch.setenv("LEESZAAL_CBS_URL", server.url)
        found = fetch_cbs("85000NED", home=home, year=2024, today=DAY)
        asked = server.asked
    assert (found.rows, found.pages, len(found.missing)) == (3, 1, 22)
    assert asked[1].params["$filter"].endswith("and (startswith(Perioden,'2024'))")
    path = home.literature / "indicators" / "cbs" / "85000NED-2024.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    assert (content["opgehaald"], found.file) == ("2026-11-26", "literature/indicators/cbs/85000NED-2024.json")
    table = read_observations(path.read_bytes(), path.name, {"GM0141": "Almelo", "GM0193": "Zwolle"})
    assert table[["gemeente", "waarde"]].to_numpy().tolist() == [["Almelo", 81.0], ["Zwolle", 85.0]]
    assert "Zonder cijfers: Borne" in found.tell()


def test_iv3_comes_in_and_gives_a_ratio_with_a_gap(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with CbsServer(size=5) as server:
        monkeypatch.setenv("LEESZAAL_CBS_URL", server.url)
        found = fetch_cbs("45071NED", home=home, iv3=True, year=2023)
    assert (found.rows, found.pages) == (12, 3)
    content = (home.literature / "indicators" / "cbs" / "45071NED-2023.json").read_bytes()
    iv3 = read_iv3(content, "iv3", {"GM0141": "Almelo", "GM0150": "Deventer", "GM0193": "Zwolle"})
    assert set(iv3["verslagsoort"]) == {"jaarrekening"}
    table = ratio(iv3, ["P11"], ["P11", "P12", "P13"]).set_index("gemeente")["verhouding"]
    assert table["Almelo"] == pytest.approx(30 / 100)
    assert table["Deventer"] == pytest.approx(31 / 103)
    assert pd.isna(table["Zwolle"])  # one of its items has no amount: half a sum is no sum
    with pytest.raises(LeeszaalError, match="De post ‘P14’ staat niet") as caught:
        ratio(iv3, ["P14"], ["P11"])
    assert caught.value.remedy.startswith("Bedoelt u ‘P1")


@pytest.mark.parametrize(
    ("trap", "message"),
    [
        ("circle", "een adres dat niet klopt"),
        ("elsewhere", "een adres dat niet klopt: http://voorbeeld.invalid"),
        ("short", "kondigde 6 rijen aan en gaf er 4"),
    ],
)
def test_pages_that_do_not_add_up_are_told_and_nothing_is_kept(
    home: Home, monkeypatch: pytest.MonkeyPatch, trap: str, message: str
) -> None:
    with CbsServer(size=2, trap=trap) as server:
        monkeypatch.setenv("LEESZAAL_CBS_URL", server.url)
        with pytest.raises(LeeszaalError, match=message):
            fetch_cbs("85000NED", home=home)
    assert not (home.literature / "indicators" / "cbs").exists()


def test_a_wrong_table_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with CbsServer() as server:
        monkeypatch.setenv("LEESZAAL_CBS_URL", server.url)
        for table, message in (("99999NED", "kent dit adres niet"), ("85001NED", "geen kolom met gemeenten")):
            with pytest.raises(LeeszaalError, match=message):
                fetch_cbs(table, home=home)
        with pytest.raises(LeeszaalError, match="in 1999 geen rijen"):
            fetch_cbs("85000NED", home=home, year=1999)
        asked = len(server.asked)
        with pytest.raises(LeeszaalError, match="geen nummer van een CBS-tabel"):
            fetch_cbs("../geheim", home=home)
        assert len(server.asked) == asked


def test_a_stumble_passes_and_a_web_page_is_no_table(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with CbsServer(faults=(Fault("503", frozenset({1})),)) as server:
        monkeypatch.setenv("LEESZAAL_CBS_URL", server.url)
        assert cli.main(["cbs", "85000NED", "--year", "2024", "--home", str(home.root)]) == 0
    assert "3 rijen in 1 bladzijden" in capsys.readouterr().out
    with CbsServer(faults=(Fault("html"),)) as server:
        monkeypatch.setenv("LEESZAAL_CBS_URL", server.url)
        with (
            Transport("CBS", limits=Limits(100), tries=1) as transport,
            pytest.raises(LeeszaalError, match="geen JSON"),
        ):
            Cbs().first(transport, "85000NED")
