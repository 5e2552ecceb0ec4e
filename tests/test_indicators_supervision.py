"""Judgments that people fill in, figures of CBS, and the regions with what they are in law."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from leeszaal import cli
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.indicators import (
    REGIONS,
    import_supervision,
    load_municipalities,
    load_supervision,
    read_iv3,
    read_observations,
    read_odata,
    read_supervision,
    region_members,
    supervision_trend,
)

KNOWN = {"GM0141": "Almelo", "GM0150": "Deventer"}
HEAD = "gemeentecode,jaar,domein,oordeel,bron,peildatum"
GOOD = "GM0141,2024,archief,oranje,totaalbeeld 2025,2025-04-01"


def read(*rows: str, example: bool = False):
    return read_supervision("\n".join([HEAD, *rows]).encode(), "toezicht.csv", KNOWN, example=example)


@pytest.mark.parametrize(
    ("old", "new", "message", "remedy"),
    [
        ("GM0141", "GM0344", "geen gemeente van deze provincie", "GM"),
        ("GM0141", "141", "‘141’ is geen gemeentecode", "Bedoelt u GM0141?"),
        ("archief", "archieven", "‘archieven’ is geen domein", "Bedoelt u ‘archief’?"),
        ("oranje", "geel", "‘geel’ is geen oordeel", "groen, oranje, rood"),
        ("2024,", "24,", "‘24’ past niet als jaar", "vier cijfers"),
        ("2024,", "2026,", "past niet als jaar bij een peildatum van 2025-04-01", "niet later"),
        ("2025-04-01", "1 april 2025", "geen datum", "jaar-maand-dag"),
        ("totaalbeeld 2025", "", "er staat geen bron", "bron"),
        ("totaalbeeld 2025", "VOORBEELD", "past niet", "telt niet mee"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, message: str, remedy: str) -> None:
    with pytest.raises(LeeszaalError) as caught:
        read("GM0150,2024,archief,groen,totaalbeeld 2025,2025-04-01", GOOD.replace(old, new))
    assert caught.value.message.startswith("toezicht.csv, regel 3: ")
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_the_same_source_twice_is_refused() -> None:
    with pytest.raises(LeeszaalError, match="staat al op regel 2"):
        read(GOOD, GOOD.replace("oranje", "rood"))


def test_two_sources_that_disagree_are_shown_and_not_counted() -> None:
    found = read(GOOD, GOOD.replace("oranje", "groen").replace("totaalbeeld", "raadsbrief"))
    assert found.disagreements["oordeel"].tolist() == ["oranje", "groen"]
    assert found.rows.empty
    assert found.notes == ("Van 1 oordeel verschillen de bronnen: niet geteld, wel getoond.",)
    assert supervision_trend(found).empty
    agreed = read(GOOD, GOOD.replace("totaalbeeld", "raadsbrief"))
    assert len(agreed.rows) == 1
    assert agreed.disagreements.empty


def test_judgments_are_counted_per_year_domain_and_region_with_gaps() -> None:
    found = read(
        GOOD,
        GOOD.replace("2024", "2022").replace("oranje", "groen"),
        "GM0150,2024,archief,groen,totaalbeeld 2025,2025-04-01",
    )
    table = supervision_trend(found)
    assert table.to_numpy().tolist() == [
        ["archief", 2022, 1, 0, 0, 1],
        ["archief", 2023, 0, 0, 0, 2],
        ["archief", 2024, 1, 1, 0, 0],
    ]
    by_region = supervision_trend(found, {"GM0141": "twente", "GM0150": "stedendriehoek"})
    twente = by_region[by_region["regio"] == "twente"]
    assert twente[["jaar", "groen", "oranje", "rood", "zonder"]].to_numpy().tolist() == [
        [2022, 1, 0, 0, 0], [2023, 0, 0, 0, 1], [2024, 0, 1, 0, 0],
    ]  # fmt: skip


def test_the_example_is_plainly_one_and_holds_no_real_municipality(repository: Path) -> None:
    found = load_supervision(Home(repository), example=True)
    real = set(load_municipalities(Home(repository))["gemeente"])
    assert found.example
    assert found.notes[0].startswith("Dit is een voorbeeld")
    assert not set(found.rows["gemeente"]) & real
    assert found.rows["gemeente"].str.contains("verzonnen").all()
    assert found.rows["bron"].str.startswith("VOORBEELD").all()
    with pytest.raises(LeeszaalError, match="GM0141 is een echte gemeente"):
        read(GOOD, example=True)


def test_without_judgments_the_message_says_how_to_begin(repository: Path, tmp_path: Path) -> None:
    shutil.copytree(repository / "literature" / "indicators", tmp_path / "literature" / "indicators")
    with pytest.raises(LeeszaalError, match=r"Er zijn nog geen oordelen") as caught:
        load_supervision(Home(tmp_path))
    assert "supervision-example.csv" in caught.value.remedy
    (tmp_path / "literature" / "indicators" / "supervision.csv").write_text(f"{HEAD}\n{GOOD}\n", encoding="utf-8")
    assert load_supervision(Home(tmp_path)).rows["gemeente"].tolist() == ["Almelo"]


# CBS


def iv3(**other: object) -> bytes:
    row = {
        "ID": 0, "Gemeenten": "GM0193    ", "TaakveldBalanspost": "0.1   ", "Categorie": "L1.1    ",
        "Verslagsoort": "2025X000", "k_1ePlaatsing_1": 1208.0,
    }  # fmt: skip
    rows = [row, row | {"Gemeenten": "GM0141    ", "k_1ePlaatsing_1": None}, row | {"Gemeenten": "GM0344    "}]
    return json.dumps({"odata.metadata": "x", "value": rows} | other).encode()


def test_iv3_is_read_with_its_padding_trimmed() -> None:
    found = read_iv3(iv3(), "iv3.json", {"GM0193": "Zwolle", "GM0141": "Almelo"})
    assert found["gemeente"].tolist() == ["Almelo", "Zwolle"]
    assert found.iloc[1].to_dict() == {
        "gemeentecode": "GM0193", "gemeente": "Zwolle", "jaar": 2025, "verslagsoort": "begroting", "taakveld": "0.1",
        "categorie": "L1.1", "duizend_euro": 1208.0,
    }  # fmt: skip
    assert pd.isna(found["duizend_euro"].iloc[0])
    assert len(read_iv3(iv3(), "iv3.json")) == 3


def test_observations_are_read_with_their_own_dimensions() -> None:
    row = {
        "Id": 1, "Measure": "M000100 ", "ValueAttribute": "None", "Value": 82.5, "RegioS": "GM0193  ",
        "Perioden": "2024JJ00", "Geslacht": "T001038   ",
    }  # fmt: skip
    content = json.dumps(
        {"value": [row, row | {"Value": None, "ValueAttribute": "Impossible", "Perioden": "2023JJ00"}]}
    )
    found = read_observations(content.encode(), "cbs.json", {"GM0193": "Zwolle"})
    assert found["periode"].tolist() == ["2023JJ00", "2024JJ00"]
    assert found["waarde"].isna().tolist() == [True, False]
    assert found.iloc[1][["gemeente", "maat", "waarde", "Geslacht"]].tolist() == ["Zwolle", "M000100", 82.5, "T001038"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (iv3(**{"odata.nextLink": "x"}), "niet het hele antwoord: er horen nog bladzijden bij (na 3 records)"),
        (iv3(**{"@odata.nextLink": "x"}), "niet het hele antwoord"),
        (b'{"error": {"code": "", "message": "Resource not found"}}', "foutmelding van de bron: Resource not found"),
        (b'{"odata.error": {"message": {"lang": "nl", "value": "te veel"}}}', "foutmelding van de bron: te veel"),
        (b"[]", "geen lijst ‘value’"),
        (iv3()[:50], "geen volledige JSON"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(LeeszaalError) as caught:
        read_odata(content, "cbs.json")
    assert message in caught.value.message
    assert caught.value.remedy


def test_a_missing_column_and_a_strange_report_are_told() -> None:
    with pytest.raises(LeeszaalError, match="mist de kolom ‘Verslagsoort’"):
        read_iv3(iv3().replace(b"Verslagsoort", b"Verslagsoorten"), "iv3.json")
    with pytest.raises(LeeszaalError, match="k_1ePlaatsing_1"):
        read_iv3(iv3().replace(b"k_1ePlaatsing_1", b"bedrag"), "iv3.json")
    with pytest.raises(LeeszaalError, match="‘begroting’ noemt geen jaar"):
        read_iv3(iv3().replace(b"2025X000", b"begroting"), "iv3.json")
    with pytest.raises(LeeszaalError, match="geen kolom met gemeenten"):
        read_observations(b'{"value": [{"Measure": "M1", "Value": 1}]}', "cbs.json")


# Regions


@pytest.mark.parametrize(
    ("region", "members", "here", "legal", "crosses"),
    [
        ("overijssel", 25, 25, True, False),
        ("twente", 14, 14, False, False),
        ("regio-zwolle", 22, 10, False, True),
        ("stedendriehoek", 8, 1, True, True),
    ],
)
def test_a_region_knows_its_members_and_what_it_is(
    repository: Path, region: str, members: int, here: int, legal: bool, crosses: bool
) -> None:
    found = region_members(region, Home(repository))
    assert (len(found), int(found["in_overijssel"].sum())) == (members, here)
    assert (found["gemeentecode"].notna() == found["in_overijssel"]).all()
    assert (REGIONS[region].is_legal_body, REGIONS[region].crosses_border) == (legal, crosses)
    assert "[memory]" not in " ".join([REGIONS[region].note_nl, REGIONS[region].source])


def test_heerde_works_in_two_regions_and_a_wrong_table_is_told(repository: Path, tmp_path: Path) -> None:
    assert [name for name, region in REGIONS.items() if "Heerde" in region.members] == [
        "regio-zwolle",
        "stedendriehoek",
    ]
    folder = tmp_path / "literature" / "indicators"
    shutil.copytree(repository / "literature" / "indicators", folder)
    table = folder / "municipalities.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("Raalte,regio-zwolle", "Raalte,twente"), encoding="utf-8"
    )
    with pytest.raises(LeeszaalError, match=r"‘Raalte’ staat in municipalities\.csv niet bij dezelfde regio"):
        region_members("twente", Home(tmp_path))


# The verb


@pytest.fixture
def home(repository: Path, tmp_path: Path) -> Home:
    root = tmp_path / "zaal"
    shutil.copytree(repository / "literature" / "indicators", root / "literature" / "indicators")
    shutil.copy(repository / "_quarto.yml", root)
    shutil.copy(repository / "literature" / "themes.yaml", root / "literature")
    return Home(root)


def put(tmp_path: Path, *rows: str, name: str = "oordelen.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    return path


def test_judgments_come_in_with_one_command_and_only_once(home: Home, tmp_path: Path) -> None:
    table = home.literature / "indicators" / "supervision.csv"
    file = put(tmp_path, GOOD, GOOD.replace("2024", "2023").replace("oranje", "groen"))
    checked = import_supervision(file, home=home, check=True)
    assert (checked.added, checked.known, checked.checked_only, table.exists()) == (2, 2, True, False)
    assert "in orde (2 oordelen). Er is niets opgeslagen." in checked.tell()
    found = import_supervision(file, home=home)
    assert (found.added, found.same, found.known) == (2, 0, 2)
    assert found.trend == (("archief", 2023, 1, 0, 0, 0), ("archief", 2024, 0, 1, 0, 0))
    assert "archief, 2024: 1 oranje" in found.tell()
    json.dumps(asdict(found))
    before = table.read_bytes()
    again = import_supervision(file, home=home)
    assert (again.added, again.same, table.read_bytes()) == (0, 2, before)


def test_another_source_stands_beside_the_first_and_neither_counts(home: Home, tmp_path: Path) -> None:
    import_supervision(put(tmp_path, GOOD), home=home)
    other = put(tmp_path, GOOD.replace("oranje", "rood").replace("totaalbeeld", "raadsbrief"), name="anders.csv")
    found = import_supervision(other, home=home)
    assert (found.added, found.apart, found.known, found.trend) == (1, 1, 0, ())
    assert "1 oordeel verschilt van een andere bron" in found.tell()
    assert load_supervision(home).disagreements["oordeel"].tolist() == ["oranje", "rood"]
    with pytest.raises(LeeszaalError, match=r"anders.csv, regel 2: het oordeel is ‘groen’, maar volgens dezelfde bron"):
        import_supervision(put(tmp_path, GOOD.replace("oranje", "groen"), name="anders.csv"), home=home)


def test_a_mistake_writes_nothing_and_the_example_cannot_come_in(home: Home, tmp_path: Path) -> None:
    wrong = put(tmp_path, GOOD, GOOD.replace("archief", "archieven").replace("2024", "2023"))
    with pytest.raises(LeeszaalError, match=r"oordelen.csv, regel 3: ‘archieven’ is geen domein"):
        import_supervision(wrong, home=home)
    with pytest.raises(LeeszaalError, match="GM9901 is geen gemeente van deze provincie"):
        import_supervision(home.literature / "indicators" / "supervision-example.csv", home=home)
    assert not (home.literature / "indicators" / "supervision.csv").exists()
    with pytest.raises(LeeszaalError, match="gaan niet samen"):
        import_supervision(wrong, home=home, example=True)


def test_the_command_line_tells_what_there_is(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["supervision", "--home", str(home.root)]) == 0
    assert "Er zijn nog geen oordelen" in capsys.readouterr().out
    assert cli.main(["supervision", "--example", "--home", str(home.root)]) == 0
    out = capsys.readouterr().out
    assert "verzonnen" in out
    assert "financiën, 2023: 1 groen, 1 oranje" in out
    assert "financiën, 2024: 1 groen, 1 zonder oordeel" in out
    assert cli.main(["supervision", str(put(tmp_path, GOOD)), "--home", str(home.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 1
