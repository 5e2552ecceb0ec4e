"""The municipalities of Overijssel and the regions in which they work together."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes
from leeszaal.home import Home

__all__ = ["REGIONS", "Region", "load_municipalities", "region_members", "require_region"]

_COLUMNS = ("gemeentecode", "gemeente", "regio", "bron")


@dataclass(frozen=True)
class Region:
    """An area a paper can be about.

    `note` says what the area is in law and where it lies, because two of the three cross the provincial border and
    none of them stands for the province.

    Attributes
    ----------
    id, name, note_nl, note_en
        Key, name, and what it is, in both languages.
    legal_form
        "provincie", "gemeenschappelijke regeling" (a legal body), "netwerk" or "gebied" (neither is one).
    provinces
        The provinces it lies in.
    members
        All municipalities in it, also those outside Overijssel; empty for the province (see `municipalities.csv`).
    source
        Where the members are named.
    """

    id: str
    name: str
    note_nl: str
    note_en: str
    legal_form: str = "gebied"
    provinces: tuple[str, ...] = ("Overijssel",)
    members: tuple[str, ...] = ()
    source: str = ""

    @property
    def is_legal_body(self) -> bool:
        """Whether the area is itself a body in law, that can decide, hold money or be addressed."""
        return self.legal_form in ("provincie", "gemeenschappelijke regeling")

    @property
    def crosses_border(self) -> bool:
        """Whether the area reaches beyond the province."""
        return len(self.provinces) > 1


REGIONS: dict[str, Region] = {
    region.id: region
    for region in (
        Region("overijssel", "Overijssel", "de hele provincie", "the whole province", "provincie"),
        Region(
            "twente",
            "Twente",
            "een gebied met een gezamenlijke agenda, geen rechtspersoon",
            "an area with a shared agenda, not a legal body",
            "gebied",
            members=(
                "Almelo", "Borne", "Dinkelland", "Enschede", "Haaksbergen", "Hellendoorn", "Hengelo", "Hof van Twente",
                "Losser", "Oldenzaal", "Rijssen-Holten", "Tubbergen", "Twenterand", "Wierden",
            ),
            source="regiotwente.nl, pagina in het Engels, met de veertien gemeenten",
        ),
        Region(
            "regio-zwolle",
            "Regio Zwolle",
            "een netwerk over vier provincies, geen rechtspersoon",
            "a network across four provinces, not a legal body",
            "netwerk",
            ("Overijssel", "Gelderland", "Drenthe", "Flevoland"),
            (
                "Dalfsen", "De Wolden", "Dronten", "Elburg", "Hardenberg", "Hattem", "Heerde", "Hoogeveen", "Kampen",
                "Meppel", "Noordoostpolder", "Nunspeet", "Oldebroek", "Olst-Wijhe", "Ommen", "Raalte", "Staphorst",
                "Steenwijkerland", "Urk", "Westerveld", "Zwartewaterland", "Zwolle",
            ),
            "kennisplatformoost.nl, Regio Zwolle (21 namen), en Nunspeet sinds 1 januari 2020",
        ),
        Region(
            "stedendriehoek",
            "Stedendriehoek",
            "een gemeenschappelijke regeling in Gelderland en Overijssel",
            "a joint arrangement in Gelderland and Overijssel",
            "gemeenschappelijke regeling",
            ("Gelderland", "Overijssel"),
            ("Apeldoorn", "Brummen", "Deventer", "Epe", "Heerde", "Lochem", "Voorst", "Zutphen"),
            "regiostedendriehoek.nl, veelgestelde vragen",
        ),
    )
}  # fmt: skip


def require_region(region: str) -> Region:
    """Return the region called `region`.

    Raises
    ------
    LeeszaalError
        When there is no such region; the nearest one is named.
    """
    if region not in REGIONS:
        raise LeeszaalError(f"De regio ‘{region}’ bestaat niet.", nearest(region, REGIONS))
    return REGIONS[region]


def load_municipalities(home: Home) -> pd.DataFrame:
    """Read `literature/indicators/municipalities.csv`.

    Returns
    -------
    DataFrame
        One row a municipality: `gemeentecode` ("GM0141"), `gemeente`, `regio` (a key of `REGIONS`), `bron`.

    Raises
    ------
    LeeszaalError
        When a column is missing, a code is not of the form GM0000 or stands twice, or a region is unknown.
    """
    path = home.literature / "indicators" / "municipalities.csv"
    frame = pd.read_csv(io.BytesIO(read_bytes(path)), dtype=str, encoding="utf-8-sig")
    missing = [column for column in _COLUMNS if column not in frame.columns]
    if missing:
        raise LeeszaalError(f"{home.relative(path)} mist de kolom ‘{missing[0]}’.", f"Verwacht: {', '.join(_COLUMNS)}.")
    for line, (code, region) in enumerate(zip(frame["gemeentecode"], frame["regio"], strict=True), start=2):
        if not (isinstance(code, str) and len(code) == 6 and code.startswith("GM") and code[2:].isdigit()):
            raise LeeszaalError(
                f"{home.relative(path)}, regel {line}: ‘{code}’ is geen gemeentecode.",
                "Verwacht: GM en vier cijfers, zoals GM0141.",
            )
        if region not in REGIONS:
            raise LeeszaalError(
                f"{home.relative(path)}, regel {line}: de regio ‘{region}’ bestaat niet.", nearest(str(region), REGIONS)
            )
    twice = frame.loc[frame["gemeentecode"].duplicated(), "gemeentecode"]
    if not twice.empty:
        raise LeeszaalError(
            f"{home.relative(path)}: {twice.iloc[0]} staat er twee keer in.", "Verwijder een van de twee."
        )
    return frame[list(_COLUMNS)]


def region_members(region: str, home: Home) -> pd.DataFrame:
    """Return all municipalities of a region, those of other provinces included.

    Parameters
    ----------
    region
        A key of `REGIONS`.
    home
        The reading room, for the municipalities of Overijssel and their codes.

    Returns
    -------
    DataFrame
        `gemeente`, `gemeentecode` (missing outside Overijssel), `in_overijssel` (bool), `bron`, in order of name. The
        figures of this house cover only those in Overijssel: their sum is not the region where that crosses the border.

    Raises
    ------
    LeeszaalError
        When there is no such region, or `municipalities.csv` and the region name different municipalities.
    """
    area = require_region(region)
    ours = load_municipalities(home)
    here = ours if region == "overijssel" else ours[ours["regio"] == region]
    if area.members:
        strange = sorted(set(here["gemeente"]) - set(area.members))
        lost = sorted(set(area.members) & set(ours["gemeente"]) - set(here["gemeente"]))
        if strange or lost:
            raise LeeszaalError(
                f"‘{(strange + lost)[0]}’ staat in municipalities.csv niet bij dezelfde regio als in {area.name} zelf.",
                "Verbeter de kolom ‘regio’.",
            )
    codes = dict(zip(here["gemeente"], here["gemeentecode"], strict=True))
    names = sorted(area.members or codes)
    return pd.DataFrame(
        {
            "gemeente": names,
            "gemeentecode": pd.array([codes.get(name) for name in names], dtype="string"),
            "in_overijssel": [name in codes for name in names],
            "bron": area.source or "municipalities.csv",
        }
    )
