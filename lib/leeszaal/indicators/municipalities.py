"""The municipalities of Overijssel and the regions in which they work together."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes
from leeszaal.home import Home

__all__ = ["REGIONS", "Region", "load_municipalities", "require_region"]

_COLUMNS = ("gemeentecode", "gemeente", "regio", "bron")


@dataclass(frozen=True)
class Region:
    """An area a paper can be about.

    `note` says what the area is in law and where it lies, because two of the three cross the provincial border and
    none of them stands for the province.
    """

    id: str
    name: str
    note_nl: str
    note_en: str


REGIONS: dict[str, Region] = {
    region.id: region
    for region in (
        Region("overijssel", "Overijssel", "de hele provincie", "the whole province"),
        Region(
            "twente",
            "Twente",
            "een gebied met een gezamenlijke agenda, geen rechtspersoon",
            "an area with a shared agenda, not a legal body",
        ),
        Region(
            "regio-zwolle",
            "Regio Zwolle",
            "een netwerk over vier provincies, geen rechtspersoon",
            "a network across four provinces, not a legal body",
        ),
        Region(
            "stedendriehoek",
            "Stedendriehoek",
            "een gemeenschappelijke regeling in Gelderland en Overijssel",
            "a joint arrangement in Gelderland and Overijssel",
        ),
    )
}


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
