"""Turnout: the table of the province, bad tables, mergers, sources that disagree, and what may be compared."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.indicators import (
    Merger,
    compare,
    load_mergers,
    load_municipalities,
    load_turnout,
    measure_for,
    read_turnout,
    shares,
)
from leeszaal.indicators.turnout import COLUMNS, COUNTS, Turnout

KNOWN = {"GM0141": "Almelo", "GM0150": "Deventer", "GM1774": "Dinkelland"}
HEAD = ",".join(COLUMNS)
GOOD = "GM0141,Almelo,PS2019,2019-03-20,,1000,600,590,6,4,60.00,uitgebracht,bron A,niet"


@pytest.fixture(scope="module")
def turnout(repository: Path) -> Turnout:
    return load_turnout(Home(repository))


def read(*rows: str, mergers: tuple[Merger, ...] = (), head: str = HEAD) -> Turnout:
    return read_turnout("\n".join([head, *rows]).encode(), "opkomst.csv", KNOWN, mergers)


def test_every_election_has_the_25_municipalities(turnout: Turnout, repository: Path) -> None:
    names = load_municipalities(Home(repository))
    assert len(turnout.elections) == 17
    assert turnout.elections[0] == "PS2007"
    assert turnout.elections[-1] == "GR2026"
    for election in turnout.elections:
        assert list(turnout.of(election)["gemeentecode"]) == sorted(names["gemeentecode"])
    assert turnout.notes == ()
    assert turnout.disagreements.empty
    assert (turnout.rows["bron"] != "").all()
    assert (turnout.rows["gecontroleerd"] != "").all()


def test_municipalities_add_up_to_the_province(turnout: Turnout) -> None:
    assert list(turnout.totals["verkiezing"]) == ["PS2015", "PS2019", "PS2023"]
    for total in turnout.totals.to_dict("records"):
        rows = turnout.of(total["verkiezing"])
        for column in ("kiesgerechtigden", "geldig"):
            assert rows[column].sum() == total[column]
        if total["verkiezing"] != "PS2023":
            assert rows["uitgebracht"].sum() == total["uitgebracht"]
    assert int(turnout.of("PS2023")["uitgebracht"].notna().sum()) == 1  # Hardenberg alone


def test_the_figures_are_those_of_the_measuring_data(turnout: Turnout, shared: Path) -> None:
    theirs = pd.read_csv(shared / "data" / "turnout" / "ps_turnout_overijssel_gemeenten.csv").sort_values(
        ["date", "gemeentecode"]
    )
    ours = turnout.rows[turnout.rows["verkiezing"].isin(theirs["election"].unique())]
    pairs = zip(COUNTS, ("eligible", "voters", "valid", "blank", "invalid"), strict=True)
    for mine, other in pairs:
        assert ours[mine].astype("Float64").fillna(-1).tolist() == theirs[other].fillna(-1).tolist()
    share = shares(turnout, "PS2023", "geldig")
    expected = theirs[theirs["election"] == "PS2023"].set_index("gemeentecode")["valid_turnout_pct"]
    assert (100 * share.astype(float) - expected.reindex(share.index)).abs().max() < 0.0051


def test_twelve_elections_are_those_of_the_measuring_data(turnout: Turnout, shared: Path) -> None:
    theirs = pd.read_csv(shared / "data" / "turnout" / "all_elections_turnout_overijssel_gemeenten.csv")
    theirs = theirs.set_index(["election", "gemeentecode"]).sort_index()
    ours = turnout.rows.set_index(["verkiezing", "gemeentecode"]).sort_index()
    both = theirs.index.intersection(ours.index)
    assert len(both) == len(theirs) == 300
    for mine, other in zip(COUNTS, ("eligible", "voters", "valid", "blank", "invalid"), strict=True):
        left = ours.loc[both, mine].astype("Float64")
        right = theirs.loc[both, other].astype("Float64")
        assert left.fillna(-1).tolist() == right.fillna(-1).tolist(), mine


def test_water_authorities_and_councils_are_those_of_the_measuring_data(turnout: Turnout, shared: Path) -> None:
    folder = shared / "data" / "turnout"
    water = pd.read_csv(folder / "ws2019_turnout_overijssel_gemeenten_per_waterschap.csv")
    water["waterschap"] = water["waterschap"].where(~water["waterschap"].str.startswith("(hele gemeente"), "")
    ours = turnout.parts[turnout.parts["verkiezing"] == "WS2019"].set_index(["gemeentecode", "deel"]).sort_index()
    theirs = water.set_index(["gemeentecode", "waterschap"]).sort_index()
    assert list(ours.index) == list(theirs.index)
    for mine, other in zip(COUNTS, ("eligible", "voters", "valid", "blank", "invalid"), strict=True):
        assert ours[mine].astype(int).tolist() == theirs[other].astype(int).tolist(), mine
    councils = (
        pd.read_csv(folder / "gr_valid_votes_overijssel.csv").set_index(["election", "gemeentecode"]).sort_index()
    )
    mine = turnout.rows.set_index(["verkiezing", "gemeentecode"]).sort_index()
    valid = [name for name in councils.columns if "valid" in name]
    assert mine.loc[councils.index, "geldig"].astype(int).tolist() == councils[valid[0]].astype(int).tolist()


def test_parts_of_a_municipality_are_added_up(turnout: Turnout) -> None:
    deventer = turnout.parts[(turnout.parts["verkiezing"] == "WS2019") & (turnout.parts["gemeentecode"] == "GM0150")]
    assert list(deventer["deel"]) == ["Drents Overijsselse Delta", "Rijn en IJssel", "Vallei en Veluwe"]
    whole = turnout.of("WS2019").set_index("gemeentecode").loc["GM0150"]
    assert whole["kiesgerechtigden"] == 73435 + 4620 + 1796
    assert whole["uitgebracht"] == 38044 + 2913 + 1104


def test_a_whole_and_its_parts_do_not_count_twice() -> None:
    part = GOOD.replace("2019-03-20,,1000,600,590,6,4,60.00", "2019-03-20,Vechtstromen,400,300,300,0,0,75.00")
    assert read(GOOD, part).rows["kiesgerechtigden"].tolist() == [1000]


@pytest.mark.parametrize(
    ("old", "new", "message", "remedy"),
    [
        ("GM0141,Almelo", "141,Deventer", "‘141’ is geen gemeentecode", "GM0141"),
        ("GM0141,Almelo", "GM141,Almloo", "‘GM141’ is geen gemeentecode", "Bedoelt u GM0141?"),
        ("GM0141,Almelo", "GM0141,Deventer", "bij code GM0141 hoort Almelo", "Deventer"),
        ("GM0141,Almelo", "GM0344,Utrecht", "geen gemeente van deze provincie", "merged.csv"),
        ("600,590,6,4,60.00", "1100,1090,6,4,", "de opkomst is 110,00 %", "hoogstens 100 %"),
        ("60.00", "104.2", "geen percentage dat kan", "van 0 tot en met 100"),
        ("60.00", "61.00", "de opkomst is 61,00 %, maar uit de aantallen volgt 60,00 %", "Verbeter"),
        ("60.00", "zestig", "‘zestig’ in de kolom ‘opkomst’", "41.29"),
        (",1000,", ",1.000,", "‘1.000’ in de kolom ‘kiesgerechtigden’", "zonder punt"),
        (",1000,", ",0,", "kiesgerechtigden is 0", "leeg"),
        ("590,6,4", "590,6,5", "samen 601, uitgebracht is 600", "bron"),
        ("600,590,6,4,60.00", "600,610,,,60.00", "610 geldige stemmen is meer", "bron"),
        ("600,590,6,4,60.00", ",,,,", "er staan geen stemmen", "uitgebracht"),
        ("2019-03-20", "20-03-2019", "geen datum", "jaar-maand-dag"),
        ("2019-03-20", "2019-02-30", "geen datum", "jaar-maand-dag"),
        ("PS2019", "PS2018", "past niet bij een verkiezing op 2019-03-20", "PS2019"),
        ("uitgebracht", "geldig", "de maatstaf is ‘geldig’", "uitgebracht"),
        ("bron A", "", "er staat geen bron", "bron"),
        (",niet", "", "13 cellen, verwacht 14", "aanhalingstekens"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, message: str, remedy: str) -> None:
    assert old in GOOD
    with pytest.raises(LeeszaalError) as caught:
        read("GM0150,Deventer,PS2019,2019-03-20,,900,,500,,,55.56,geldig,bron A,niet", GOOD.replace(old, new))
    assert message in caught.value.message
    assert caught.value.message.startswith("opkomst.csv, regel 3: ")
    assert remedy in caught.value.remedy


def test_a_missing_column_names_the_nearest() -> None:
    with pytest.raises(LeeszaalError, match="mist de kolom ‘kiesgerechtigden’") as caught:
        read(head=HEAD.replace("kiesgerechtigden", "kiesgerechtigd"))
    assert "Bedoelt u ‘kiesgerechtigd’?" in caught.value.remedy


def test_a_file_that_is_not_utf8_names_the_line() -> None:
    with pytest.raises(LeeszaalError, match=r"regel 2: dit teken is geen UTF-8"):
        read_turnout(HEAD.encode() + b"\nGM0141,Almelo\xeb", "opkomst.csv", KNOWN)


def test_what_a_dutch_spreadsheet_makes_of_it_is_read_and_told() -> None:
    found = read(
        GOOD.replace("GM0141", "141").replace("60.00", "60.0").replace(",", ";").replace("60.0", "60,00"),
        head="\ufeff" + HEAD.replace(",", ";"),
    )
    assert found.rows["gemeentecode"].tolist() == ["GM0141"]
    assert found.notes == (
        "Gemeentecodes zonder GM of voorloopnul, aangevuld omdat de naam in de rij klopt: 1.",
        "Percentages met een komma, gelezen als decimaal getal: 1.",
    )


@pytest.mark.parametrize("total", ["PV23,Overijssel", ",Totaal", "NL01,Nederland"])
def test_totals_are_kept_apart_and_told(total: str) -> None:
    found = read(GOOD, GOOD.replace("GM0141,Almelo", total))
    assert len(found.rows) == 1
    assert found.totals["kiesgerechtigden"].tolist() == [1000]
    assert found.notes == ("1 rij met een totaal is apart gehouden.",)


def test_two_sources_that_disagree_are_both_shown() -> None:
    other = GOOD.replace("600,590,6,4,60.00", "610,600,6,4,61.00").replace("bron A", "bron B")
    found = read(GOOD, other)
    assert found.rows["uitgebracht"].tolist() == [600]  # the topmost
    assert found.disagreements["bron"].tolist() == ["bron A", "bron B"]
    assert found.disagreements["uitgebracht"].tolist() == [600, 610]
    assert "Van 1 uitslag verschillen de bronnen" in found.notes[0]
    agreeing = read(GOOD, GOOD.replace("bron A", "bron B"))
    assert agreeing.disagreements.empty
    assert len(agreeing.rows) == 1


def test_the_same_source_twice_is_refused() -> None:
    with pytest.raises(LeeszaalError, match=r"regel 3: Almelo staat voor PS2019 al op regel 2"):
        read(GOOD, GOOD)


MERGERS = (
    Merger("Denekamp", "GM0149", "GM1774", "Dinkelland", False, "2020-01-01", "wet"),
    Merger("Ootmarsum", "GM0176", "GM1774", "Dinkelland", False, "2020-01-01", "wet"),
    Merger("Bathmen", "GM0144", "GM0150", "Deventer", True, "2020-01-01", "wet"),
)


def test_merged_municipalities_are_added_up_and_told() -> None:
    one = GOOD.replace("GM0141,Almelo", "GM0149,Denekamp")
    two = GOOD.replace("GM0141,Almelo", "GM0176,Ootmarsum").replace("1000,600,590,6,4,60.00", "500,400,400,0,0,80.00")
    found = read(one, two, mergers=MERGERS)
    row = found.rows.iloc[0]
    assert (row["gemeente"], row["kiesgerechtigden"], row["uitgebracht"], len(found.rows)) == (
        "Dinkelland",
        1500,
        1000,
        1,
    )
    assert "Dinkelland is opgeteld uit Denekamp, Ootmarsum" in found.notes[0]


def test_a_merger_of_which_a_part_is_missing_is_not_added_up() -> None:
    found = read(GOOD.replace("GM0141,Almelo", "GM0149,Denekamp"), mergers=MERGERS)
    assert found.rows.empty
    assert found.notes == ("PS2019: Denekamp (nu Dinkelland) is niet opgeteld en telt niet mee: Ootmarsum ontbreekt.",)


def test_a_municipality_that_took_in_another_goes_with_it_or_not_at_all() -> None:
    bathmen = GOOD.replace("GM0141,Almelo", "GM0144,Bathmen")
    deventer = GOOD.replace("GM0141,Almelo", "GM0150,Deventer")
    assert read(bathmen, deventer, mergers=MERGERS).rows["kiesgerechtigden"].tolist() == [2000]
    alone = read(bathmen, mergers=MERGERS)
    assert alone.rows.empty
    assert "Deventer ontbreekt" in alone.notes[0]


def test_a_merged_municipality_after_its_end_is_refused() -> None:
    late = (
        GOOD.replace("GM0141,Almelo", "GM0149,Denekamp").replace("2019-03-20", "2021-03-20").replace("PS2019", "PS2021")
    )
    with pytest.raises(LeeszaalError, match="Denekamp bestaat sinds 2020-01-01 niet meer") as caught:
        read(late, mergers=MERGERS)
    assert "GM1774 (Dinkelland)" in caught.value.remedy


def test_the_mergers_of_the_province_lead_to_municipalities_of_today(repository: Path) -> None:
    home = Home(repository)
    names = load_municipalities(home).set_index("gemeentecode")["gemeente"]
    mergers = load_mergers(home)
    assert len({merger.old_code for merger in mergers}) == len(mergers) == 27
    for merger in mergers:
        assert names[merger.new_code] == merger.new
        assert merger.source


# What may be compared


def test_ps2023_is_compared_on_valid_votes(turnout: Turnout) -> None:
    found = compare(turnout, "PS2019", "PS2023")
    assert found.measure == "geldig"
    assert found.missing == ()
    almelo = found.table.set_index("gemeente").loc["Almelo"]
    assert round(100 * almelo["tweede"], 2) == 51.30
    assert almelo["verschil"] == pytest.approx(almelo["tweede"] - almelo["eerste"])
    assert "Van PS2023 is per gemeente niet meer bekend" in found.note
    assert compare(turnout, "PS2015", "PS2019").measure == "uitgebracht"
    assert measure_for(turnout, "PS2015", "PS2019", "PS2023") == "geldig"


@pytest.mark.parametrize(
    ("elections", "message", "remedy"),
    [
        (
            ("PS2019", "PS2023", "uitgebracht"),
            "Van PS2023 is het aantal uitgebrachte stemmen van 24 van de 25",
            "geldig",
        ),
        (("PS2019", "WS2019"), "op dezelfde dag 887.844 en 918.775 kiesgerechtigden", "dezelfde soort"),
        (("TK2021", "PS2023"), "Tweede Kamer en Provinciale Staten", "PS2007, PS2011, PS2015, PS2019"),
        (("OEK2016", "WIV2018"), "referendum", "dezelfde soort"),
        (("GR2018", "GR2022"), "het aantal kiesgerechtigden ontbreekt", "andere verkiezing"),
        (("PS2023", "PS2019"), "PS2023 is later dan PS2019", "oudste"),
        (("PS2019", "PS2019"), "twee keer genoemd", "twee verschillende"),
        (("PS2018", "PS2023"), "Van ‘PS2018’", "Bedoelt u ‘PS2019’?"),
        (("PS2015", "PS2019", "gldig"), "‘gldig’ bestaat niet", "Bedoelt u ‘geldig’?"),
    ],
)
def test_a_wrong_comparison_is_refused_with_its_reason(
    turnout: Turnout, elections: tuple[str, ...], message: str, remedy: str
) -> None:
    with pytest.raises(LeeszaalError) as caught:
        compare(turnout, *elections)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_a_municipality_that_misses_a_year_keeps_a_gap() -> None:
    later = GOOD.replace("PS2019,2019-03-20", "PS2023,2023-03-15")
    found = compare(read(GOOD, later, later.replace("GM0141,Almelo", "GM0150,Deventer")), "PS2019", "PS2023")
    assert found.missing == ("Deventer",)
    row = found.table.set_index("gemeente").loc["Deventer"]
    assert pd.isna(row["eerste"])
    assert pd.isna(row["verschil"])
    assert row["tweede"] == 0.6


@settings(max_examples=25, deadline=None)
@given(valid=st.integers(0, 5000), blank=st.integers(0, 200), invalid=st.integers(0, 200), home=st.integers(0, 5000))
def test_figures_that_add_up_come_through_unchanged(valid: int, blank: int, invalid: int, home: int) -> None:
    cast = valid + blank + invalid
    eligible = cast + home + 1
    row = f"GM0141,Almelo,PS2019,2019-03-20,,{eligible},{cast},{valid},{blank},{invalid},{100 * cast / eligible:.2f}"
    found = read(f"{row},uitgebracht,bron A,niet").rows.iloc[0]
    assert [found[name] for name in COUNTS] == [eligible, cast, valid, blank, invalid]
