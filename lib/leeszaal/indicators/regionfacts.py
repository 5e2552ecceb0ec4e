"""Facts about a region that are no figure: how it is organised, which deals there are, each with its source."""

from __future__ import annotations

import pandas as pd

from leeszaal.errors import nearest
from leeszaal.files import read_bytes
from leeszaal.home import Home
from leeszaal.indicators.cells import read_rows
from leeszaal.indicators.municipalities import REGIONS, require_region

__all__ = ["SUBJECTS", "load_region_facts"]

SUBJECTS = ("samenwerking", "Regio Deal", "energie", "grens", "democratische borging")
_EVERY = "alle"
_COLUMNS = ("regio", "onderwerp", "feit", "bron", "citekey")


def load_region_facts(region: str, home: Home) -> pd.DataFrame:
    """Read what `literature/indicators/region-facts.csv` says of a region, and of all of them.

    Parameters
    ----------
    region
        A key of `REGIONS`.
    home
        The reading room.

    Returns
    -------
    DataFrame
        `regio` (the region, or "alle"), `onderwerp`, `feit`, `bron`, `citekey` (empty where the source is no work of
        the library), in the order of the file.

    Raises
    ------
    LeeszaalError
        With file, line and what was expected, on the first mistake; a fact without a source is one.
    """
    require_region(region)
    path = home.literature / "indicators" / "region-facts.csv"
    rows = []
    for row in read_rows(read_bytes(path), home.relative(path), _COLUMNS):
        known = [*REGIONS, _EVERY]
        if row["regio"] not in known:
            raise row.fail(f"de regio ‘{row['regio']}’ bestaat niet.", nearest(row["regio"], known))
        if row["onderwerp"] not in SUBJECTS:
            raise row.fail(f"het onderwerp ‘{row['onderwerp']}’ bestaat niet.", nearest(row["onderwerp"], SUBJECTS))
        for column in ("feit", "bron"):
            if not row[column]:
                raise row.fail(f"de kolom ‘{column}’ is leeg.", "Een feit zonder bron komt niet in een paper.")
        if row["regio"] in (region, _EVERY):
            rows.append([row[column] for column in _COLUMNS])
    return pd.DataFrame(rows, columns=list(_COLUMNS))
