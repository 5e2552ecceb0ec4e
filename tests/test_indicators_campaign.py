"""What a campaign may count on: the day, the room between elections and how it varies, the polling stations."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pandas as pd
import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.indicators import (
    election_pairs,
    load_stations,
    load_turnout,
    polling_day,
    read_turnout,
    room_between,
    size_classes,
)
from leeszaal.indicators.turnout import COLUMNS, Turnout

KNOWN = {"GM0141": "Almelo", "GM0150": "Deventer"}


def table(**elections: tuple[tuple[int, int], tuple[int, int]]) -> Turnout:
    rows = [
        f"{code},{name},{election},{election[-4:]}-03-15,,{electorate},,{valid},,,,geldig,telling,niet"
        for election, pair in elections.items()
        for (code, name), (electorate, valid) in zip(KNOWN.items(), pair, strict=True)
    ]
    return read_turnout("\n".join([",".join(COLUMNS), *rows]).encode(), "t.csv", KNOWN)


SMALL = table(
    TK2017=((1000, 800), (4000, 3000)), PS2019=((1000, 600), (4000, 2400)),
    TK2021=((1000, 800), (4000, 3200)), PS2023=((1000, 500), (4000, 2800)),
)  # fmt: skip


def test_the_day_follows_the_rule_of_the_elections_that_were(repository: Path) -> None:
    turnout = load_turnout(Home(repository))
    for year in (2019, 2023):
        assert polling_day(year).isoformat() == turnout.of(f"PS{year}")["datum"].iloc[0]
    assert polling_day(2027) == datetime.date(2027, 3, 17)
    assert polling_day(2028).weekday() == 2  # a leap year


def test_pairs_take_the_national_election_before_it() -> None:
    assert election_pairs(SMALL) == [("TK2017", "PS2019"), ("TK2021", "PS2023")]
    assert election_pairs(SMALL, until="PS2019") == [("TK2017", "PS2019")]


def test_room_is_counted_by_hand_and_varies_from_pair_to_pair() -> None:
    found = room_between(SMALL, election_pairs(SMALL)).set_index("naam")
    assert found.loc["Almelo", ["stemmen", "per_duizend", "laag", "hoog"]].tolist() == [300, 300.0, 200.0, 300.0]
    assert found.loc["Deventer", ["stemmen", "per_duizend", "laag", "hoog"]].tolist() == [400, 100.0, 100.0, 150.0]
    assert found["aandeel"].sum() == pytest.approx(1)
    assert list(found.index) == ["Almelo", "Deventer"]
    whole = room_between(SMALL, election_pairs(SMALL), dict.fromkeys(KNOWN, "regio")).iloc[0]
    assert (whole["gemeenten"], whole["stemmen"], whole["per_duizend"]) == (2, 700, 140.0)
    with pytest.raises(LeeszaalError, match="geen verkiezing voor Provinciale Staten"):
        room_between(SMALL, [])


def test_room_of_the_province_adds_up(repository: Path) -> None:
    turnout = load_turnout(Home(repository))
    pairs = election_pairs(turnout)
    assert pairs[-1] == ("TK2021", "PS2023")
    sizes = size_classes(turnout, "PS2023")
    assert pd.Series(sizes).value_counts().to_dict() == {"klein": 11, "middelgroot": 9, "groot": 5}
    found = room_between(turnout, pairs, sizes)
    assert found["stemmen"].sum() == room_between(turnout, pairs)["stemmen"].sum()
    assert ((found["laag"] <= found["per_duizend"]) & (found["per_duizend"] <= found["hoog"])).all()


def test_polling_stations_are_those_of_the_measuring_data(repository: Path, shared: Path) -> None:
    found = load_stations(Home(repository)).set_index(["verkiezing", "gemeentecode"])["stembureaus"].sort_index()
    theirs = pd.read_csv(shared / "data" / "turnout" / "ps_turnout_overijssel_gemeenten.csv").dropna(
        subset=["polling_stations"]
    )
    theirs = theirs.set_index(["election", "gemeentecode"])["polling_stations"].astype(int).sort_index()
    assert list(found.index) == list(theirs.index)
    assert found.tolist() == theirs.tolist()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("GM0141,Almelo,PS2019,33", "GM0141,Almelo,PS2019,0", "er staat geen aantal"),
        ("GM0141,Almelo,PS2019,33", "GM0141,Almelo,PS2019,33.5", "is geen aantal"),
        ("GM0141,Almelo,PS2019,33", "GM0344,Utrecht,PS2019,33", "geen gemeente van deze provincie"),
        ("GM0147,Borne,PS2019,15", "GM0141,Almelo,PS2019,15", "staat voor PS2019 al op regel 2"),
    ],
)
def test_a_mistake_in_the_stations_is_told(repository: Path, tmp_path: Path, old: str, new: str, message: str) -> None:
    shutil.copytree(repository / "literature" / "indicators", tmp_path / "literature" / "indicators")
    path = tmp_path / "literature" / "indicators" / "polling-stations.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LeeszaalError, match=r"polling-stations\.csv, regel \d") as caught:
        load_stations(Home(tmp_path))
    assert message in caught.value.message
