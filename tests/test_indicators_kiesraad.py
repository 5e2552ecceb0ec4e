"""Counts of the Kiesraad, in EML 510 and JSON, and the verb that adds them to the turnout."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

import leeszaal
from leeszaal import cli
from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.indicators import Counts, import_turnout, load_turnout, read_counts, read_eml, read_result_json

DAY = datetime.date(2027, 3, 25)
NAMESPACES = 'xmlns="urn:oasis:names:tc:evs:schema:eml" xmlns:kr="http://www.kiesraad.nl/extensions"'


def votes(tag: str, eligible: object, valid: object, blank: object, invalid: object, label: str = "") -> str:
    return (
        f"<{tag}>{label}<Selection><ValidVotes>7</ValidVotes></Selection><Cast>{eligible}</Cast>"
        f"<TotalCounted>{valid}</TotalCounted><RejectedVotes ReasonCode='ongeldig'>{invalid}</RejectedVotes>"
        f"<RejectedVotes ReasonCode='blanco'>{blank}</RejectedVotes></{tag}>"
    )


def unit(code: str, name: str, *figures: object) -> str:
    return votes(
        "ReportingUnitVotes", *figures, label=f'<ReportingUnitIdentifier Id="{code}">{name}</ReportingUnitIdentifier>'
    )


def eml(
    *units: str, total: str, form: str = "510d", category: str = "PS", date: str = "2027-03-17", authority: str = "0023"
) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<EML Id="{form}" SchemaVersion="5" {NAMESPACES}><ManagingAuthority>'
        f'<AuthorityIdentifier Id="{authority}">Gemeente Zwolle</AuthorityIdentifier></ManagingAuthority>'
        f"<kr:CreationDateTime>2027-03-23T10:00:00</kr:CreationDateTime><Count><Election>"
        f'<ElectionIdentifier Id="{category}2027"><ElectionCategory>{category}</ElectionCategory>'
        f'<kr:ElectionDomain Id="23">Vechtstromen</kr:ElectionDomain>'
        f"<kr:ElectionDate>{date}</kr:ElectionDate></ElectionIdentifier><Contests><Contest>{total}{''.join(units)}"
        f"</Contest></Contests></Election></Count></EML>"
    ).encode()


ALMELO, ZWOLLE = (57000, 30000, 60, 40), (104000, 70000, 150, 50)
PROVINCE = eml(
    unit("0141", "Almelo", *ALMELO),
    unit("HSB1::0193", "Gemeente Zwolle", *ZWOLLE),
    unit("0200", "Apeldoorn", 100, 50, 0, 0),
    total=votes("TotalVotes", 161100, 100050, 210, 90),
)


def test_eml_of_a_province_gives_its_municipalities() -> None:
    found = read_eml(PROVINCE, "PS2027.eml.xml")
    assert (found.verkiezing, found.datum, found.notes) == ("PS2027", "2027-03-17", ())
    assert found.bron == "Kiesraad, EML 510d van Zwolle, telling van 2027-03-23"
    assert [(row.gemeentecode, row.gemeente) for row in found.rows] == [
        ("GM0141", "Almelo"), ("GM0193", "Zwolle"), ("GM0200", "Apeldoorn"),
    ]  # fmt: skip
    almelo = found.rows[0]
    assert (almelo.kiesgerechtigden, almelo.geldig, almelo.blanco, almelo.ongeldig) == ALMELO
    assert almelo.uitgebracht == 30100


def test_eml_of_a_municipality_gives_its_total_and_not_its_polling_stations() -> None:
    content = eml(
        unit("0193::SB1", "School", 0, 60000, 100, 40),
        total=votes("TotalVotes", *ZWOLLE),
        form="510b",
        authority="0193",
    )
    (row,) = read_eml(content, "x").rows
    assert (row.gemeentecode, row.gemeente, row.kiesgerechtigden, row.geldig) == ("GM0193", "Zwolle", 104000, 70000)


def test_a_code_that_lost_its_zero_is_one_and_a_constituency_is_not() -> None:
    content = eml(unit("141", "Almelo", *ALMELO), unit("12", "Zwolle", *ZWOLLE), total=votes("TotalVotes", *ALMELO))
    found = read_eml(content, "x")
    assert [row.gemeentecode for row in found.rows] == ["GM0141"]
    assert found.notes == ("1 onderdelen zijn geen gemeente en tellen niet mee.",)


def test_another_prefix_and_an_unknown_element_change_nothing() -> None:
    prefixed = (
        PROVINCE.decode().replace('xmlns="urn:oasis', 'xmlns:e="urn:oasis').replace("<Cast>", "<Extra>1</Extra><Cast>")
    )
    prefixed = re.sub(r"<(/?)(?!kr:|\?)(\w)", r"<\1e:\2", prefixed)
    assert read_eml(prefixed.encode(), "x").rows == read_eml(PROVINCE, "x").rows


def test_an_electorate_of_zero_is_unknown_and_sums_that_differ_are_told() -> None:
    content = eml(unit("0141", "Almelo", 0, 30000, 60, 40), total=votes("TotalVotes", 1, 30001, 60, 40))
    found = read_eml(content, "x")
    assert found.rows[0].kiesgerechtigden is None
    assert found.notes == ("De gemeenten hebben samen 30000 geldige stemmen, het bestand noemt er 30001.",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PROVINCE[:-40], "geen volledige XML"),
        (eml(total="", form="520"), "EML 520 en geen telling"),
        (b"<html><body/></html>", "een ander XML-bestand"),
        (
            eml(unit("HSB1", "Kieskring", 9, 5, 0, 0), total=votes("TotalVotes", 9, 5, 0, 0)),
            "geen telling per gemeente",
        ),
        (eml(unit("0141", "Almelo", 9, "vijf", 0, 0), total=""), "‘vijf’ bij TotalCounted van Almelo"),
        (eml(total=votes("TotalVotes", 9, "", 0, 0), form="510b"), "ontbreken de geldige stemmen"),
        (eml(total=votes("TotalVotes", 9, 5, 0, 0), form="510b", date=""), "geen soort verkiezing met een datum"),
        (PROVINCE.replace(b"<EML", b'<!DOCTYPE EML [<!ENTITY a "b">]><EML', 1), "DOCTYPE"),
        (b"PK\x03\x04", "geen uitslag van de Kiesraad"),
        (b"{]", "geen volledige JSON"),
    ],
)
def test_what_is_no_count_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(LeeszaalError) as caught:
        read_counts(content, "bestand")
    assert message in caught.value.message
    assert caught.value.remedy


def test_an_entity_is_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim", encoding="utf-8")
    doctype = f'<!DOCTYPE EML [<!ENTITY a SYSTEM "{secret.as_uri()}">]><EML'.encode()
    with pytest.raises(LeeszaalError) as caught:
        read_counts(PROVINCE.replace(b"<EML", doctype, 1).replace(b"Apeldoorn", b"&a;"), "bestand")
    assert "geheim" not in str(caught.value).replace(secret.name, "")


def test_the_test_messages_of_the_kiesraad_are_read(shared: Path) -> None:
    folder = shared / "data" / "api" / "kiesraad"
    found = read_eml((folder / "deserialize_eml510d_test.eml.xml").read_bytes(), "510d")
    (row,) = found.rows
    assert (row.gemeentecode, row.gemeente, row.kiesgerechtigden, row.uitgebracht) == (
        "GM9999",
        "Heemdamseburg",
        100,
        100,
    )
    assert read_eml((folder / "deserialize_eml510b_test.eml.xml").read_bytes(), "510b").rows[0].gemeentecode == ""
    with pytest.raises(LeeszaalError, match="EML 520"):
        read_eml((folder / "eml520_test.eml.xml").read_bytes(), "520")


def answer(name: str = "Hengelo (O)", code: str = "PS20270317", **other: object) -> dict[str, object]:
    region = {
        "StemregioId": "1", "Naam": name, "Kiesgerechtigden": "65.000", "Opkomst": "39.100", "OpkomstPercentage": "60,15%",
        "AantalGeldigeStemmen": "39.000", "AantalBlancoStemmen": "60", "AantalOngeldigeStemmen": "40",
    }  # fmt: skip
    return {"Info": {"Code": code, "Name": "Provinciale Staten"}, "Stemregio": region | other}


def test_json_of_the_result_site_is_read_in_dutch_numbers() -> None:
    found = read_result_json(json.dumps([answer(), answer("Almelo")]).encode(), "x")
    assert (found.verkiezing, found.datum) == ("PS2027", "2027-03-17")
    assert found.rows[0].kiesgerechtigden == 65000
    assert found.rows[0].uitgebracht == 39100


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"totaal": 3}, "‘Info.Code’ of ‘Stemregio.Naam’"),
        ([answer(), answer(code="PS20230315")], "2 verkiezingen: PS20230315, PS20270317"),
        ([], "0 verkiezingen"),
        (answer(AantalGeldigeStemmen=None), "ontbreken de geldige stemmen"),
        (answer(AantalGeldigeStemmen="39.0000"), "‘39.0000’ bij AantalGeldigeStemmen"),
        (answer(Opkomst="39.000"), "is de opkomst 39000, maar de stemmen zijn samen 39100"),
        (answer(code="WS20270317"), "niet van welk waterschap"),
    ],
)
def test_json_of_another_form_is_refused(given: object, message: str) -> None:
    with pytest.raises(LeeszaalError) as caught:
        read_result_json(json.dumps(given).encode(), "uitslag.json")
    assert message in caught.value.message


# The verb


@pytest.fixture
def home(repository: Path, tmp_path: Path) -> Home:
    root = tmp_path / "zaal"
    shutil.copytree(repository / "literature" / "indicators", root / "literature" / "indicators")
    shutil.copy(repository / "_quarto.yml", root)
    shutil.copy(repository / "literature" / "themes.yaml", root / "literature")
    return Home(root)


def put(tmp_path: Path, content: bytes, name: str = "PS2027.eml.xml") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_an_election_comes_in_with_one_command_and_only_once(home: Home, tmp_path: Path) -> None:
    table = home.literature / "indicators" / "turnout.csv"
    before = table.read_bytes()
    file = put(tmp_path, PROVINCE)
    found = import_turnout(file, home=home, today=DAY)
    assert (found.added, found.same, found.apart, found.outside) == (2, 0, 0, 1)
    assert found.known[-1] == "PS2027"
    json.dumps(asdict(found))
    assert "2 rijen toegevoegd aan turnout.csv (PS2027)" in found.tell()
    after = table.read_bytes()
    assert after.startswith(before)
    assert after[len(before) :].decode().splitlines()[0] == (
        "GM0141,Almelo,PS2027,2027-03-17,,57000,30100,30000,60,40,52.81,uitgebracht,"
        '"Kiesraad, EML 510d van Zwolle, telling van 2027-03-23",'
        "ingelezen op 2027-03-25; niet met een tweede bron vergeleken"
    )
    again = import_turnout(file, home=home, today=datetime.date(2027, 4, 1))
    assert (again.added, again.same) == (0, 2)
    assert "2 rijen stonden er al" in again.tell()
    assert table.read_bytes() == after
    assert load_turnout(home).of("PS2027")["kiesgerechtigden"].tolist() == [57000, 104000]


def test_other_figures_come_beside_the_first_and_are_told(home: Home, tmp_path: Path) -> None:
    import_turnout(put(tmp_path, PROVINCE), home=home, today=DAY)
    other = put(tmp_path, PROVINCE.replace(b"<Cast>57000", b"<Cast>57001"), "hertelling.eml.xml")
    found = import_turnout(other, home=home, today=DAY)
    assert (found.added, found.same, found.apart) == (1, 1, 1)
    assert "met andere cijfers dan een eerdere bron" in found.tell()
    turnout = load_turnout(home)
    assert turnout.disagreements["kiesgerechtigden"].tolist() == [57000, 57001]
    assert turnout.of("PS2027")["kiesgerechtigden"].tolist()[0] == 57000
    assert (import_turnout(other, home=home, today=DAY).added, len(load_turnout(home).disagreements)) == (0, 2)


def test_a_name_with_an_addition_finds_its_municipality(home: Home, tmp_path: Path) -> None:
    found = import_turnout(put(tmp_path, json.dumps(answer()).encode(), "hengelo.json"), home=home, today=DAY)
    assert found.added == 1
    assert load_turnout(home).of("PS2027")["gemeente"].tolist() == ["Hengelo"]


def test_a_municipality_that_merged_later_comes_in_under_its_own_code(home: Home, tmp_path: Path) -> None:
    content = eml(
        unit("0144", "Bathmen", 4000, 2500, 10, 5), unit("0150", "Deventer", 60000, 30000, 50, 20),
        total=votes("TotalVotes", 64000, 32500, 60, 25), date="2003-03-11",
    )  # fmt: skip
    file = put(tmp_path, content.replace(b"2027-03-23T", b"2003-03-14T"))
    found = import_turnout(file, home=home, today=DAY)
    assert (found.added, found.outside) == (2, 0)
    assert "PS2003: Deventer is opgeteld uit Bathmen, Deventer" in found.tell()
    assert load_turnout(home).of("PS2003")["kiesgerechtigden"].tolist() == [64000]
    assert (import_turnout(file, home=home, today=DAY).added, import_turnout(file, home=home, today=DAY).same) == (0, 2)


def test_a_water_authority_keeps_its_part(home: Home, tmp_path: Path) -> None:
    content = eml(unit("0150", "Deventer", 100, 50, 1, 0), total=votes("TotalVotes", 100, 50, 1, 0), category="AB")
    import_turnout(put(tmp_path, content), home=home, today=DAY)
    parts = load_turnout(home).parts
    assert parts[parts["verkiezing"] == "WS2027"]["deel"].tolist() == ["Vechtstromen"]


def test_nothing_is_written_when_one_file_is_wrong(home: Home, tmp_path: Path) -> None:
    table = home.literature / "indicators" / "turnout.csv"
    before = table.read_bytes()
    wrong = put(tmp_path, PROVINCE.replace(b"<Cast>57000", b"<Cast>57"), "fout.eml.xml")
    with pytest.raises(LeeszaalError, match=r"fout.eml.xml, Almelo: de opkomst is") as caught:
        import_turnout([put(tmp_path, PROVINCE), wrong], home=home, today=DAY)
    assert "hoogstens 100" in caught.value.remedy
    elsewhere = eml(unit("0200", "Apeldoorn", 9, 5, 0, 0), total=votes("TotalVotes", 9, 5, 0, 0))
    with pytest.raises(LeeszaalError, match="geen gemeente van deze provincie"):
        import_turnout(put(tmp_path, elsewhere, "elders.xml"), home=home, today=DAY)
    assert table.read_bytes() == before


def test_a_table_of_a_dutch_spreadsheet_keeps_its_separator(home: Home, tmp_path: Path) -> None:
    table = home.literature / "indicators" / "turnout.csv"
    header = table.read_text(encoding="utf-8").splitlines()[0]
    table.write_bytes(("\ufeff" + header.replace(",", ";")).encode() + b"\r\n")
    import_turnout(put(tmp_path, PROVINCE), home=home, today=DAY)
    lines = table.read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[1].startswith("GM0141;Almelo;PS2027;2027-03-17;;57000;")
    assert load_turnout(home).elections == ("PS2027",)


def test_the_command_line_tells_what_there_is(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["turnout", "--home", str(home.root)]) == 0
    assert "In de tabel: PS2007" in capsys.readouterr().out
    assert cli.main(["turnout", str(put(tmp_path, PROVINCE)), "--home", str(home.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 2
    assert callable(leeszaal.import_turnout)
    assert isinstance(read_counts(PROVINCE, "x"), Counts)
