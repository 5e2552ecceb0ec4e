"""Numeric indicators as CBS gives them (OData): Iv3 finances of municipalities, and observations of StatLine.

The files are saved answers; nothing is fetched here. Keys in them are padded with spaces ("GM0193    ", "5.3   "),
which a comparison with "GM0193" misses without a word, so every text is trimmed on the way in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest

__all__ = ["REGION_COLUMNS", "read_iv3", "read_observations", "read_odata"]

REGION_COLUMNS = ("Gemeenten", "RegioS", "WijkenEnBuurten")
_REPORTS = {"000": "begroting", "005": "jaarrekening"}


def read_odata(content: bytes, name: str) -> pd.DataFrame:
    """Read a whole answer of an OData service (version 3 or 4 as JSON), every text trimmed.

    Parameters
    ----------
    content, name
        The bytes of the file, and how to call it in an error.

    Returns
    -------
    DataFrame
        A row a record; columns as the service calls them, without the padding.

    Raises
    ------
    LeeszaalError
        When it is not whole JSON, is an error message, or is only the first page of more.
    """
    try:
        answer = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise LeeszaalError(f"{name} is geen volledige JSON ({error}).", "Haal het bestand opnieuw op.") from None
    found = answer if isinstance(answer, dict) else {}
    problem = found.get("error") or found.get("odata.error")
    if problem:
        raise LeeszaalError(
            f"{name} is een foutmelding van de bron: {_message(problem)}", "Controleer de vraag aan het CBS."
        )
    rows = found.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LeeszaalError(
            f"{name} heeft geen lijst ‘value’ met records.", "Verwacht: het antwoord van een OData-dienst."
        )
    if found.get("@odata.nextLink") or found.get("odata.nextLink"):
        raise LeeszaalError(
            f"{name} is niet het hele antwoord: er horen nog bladzijden bij (na {len(rows)} records).",
            "Haal alle bladzijden op, of vraag minder (één gemeente of één jaar).",
        )
    return pd.DataFrame([{key.strip(): _trimmed(value) for key, value in row.items()} for row in rows])


def read_iv3(content: bytes, name: str, municipalities: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read Iv3 of a year from dataderden.cbs.nl (`TypedDataSet`, such as table 45071NED).

    Parameters
    ----------
    content, name
        As for `read_odata`.
    municipalities
        Name by code; other municipalities are left out. Without it all are kept.

    Returns
    -------
    DataFrame
        `gemeentecode`, `gemeente` (or the code), `jaar` (int), `verslagsoort` ("begroting", "jaarrekening" or
        the code), `taakveld`, `categorie`, `duizend_euro` (float; a gap where the source has none), in that order.

    Raises
    ------
    LeeszaalError
        As `read_odata`, and when a column is missing.
    """
    frame = read_odata(content, name)
    columns = ["Gemeenten", "Verslagsoort", "TaakveldBalanspost", "Categorie"]
    _need(frame, columns, name)
    amounts = [column for column in frame.columns if re.fullmatch(r"k_1e?Plaatsing_1", column, flags=re.IGNORECASE)]
    if not amounts:
        raise LeeszaalError(
            f"{name} mist de kolom met bedragen (k_1ePlaatsing_1).", f"Gevonden: {', '.join(map(str, frame.columns))}."
        )
    if municipalities is not None:
        frame = frame[frame["Gemeenten"].isin(list(municipalities))]
    names = municipalities or {}
    kind = frame["Verslagsoort"].astype(str)
    result = pd.DataFrame(
        {
            "gemeentecode": frame["Gemeenten"],
            "gemeente": [names.get(code, code) for code in frame["Gemeenten"]],
            "jaar": [_year(text, name) for text in kind],
            "verslagsoort": [_REPORTS.get(text[-3:], text) for text in kind],
            "taakveld": frame["TaakveldBalanspost"],
            "categorie": frame["Categorie"],
            "duizend_euro": pd.to_numeric(frame[amounts[0]], errors="raise").astype(float),
        }
    )
    keys = ["gemeentecode", "jaar", "verslagsoort", "taakveld", "categorie"]
    return result.sort_values(keys, kind="stable", ignore_index=True)


def read_observations(content: bytes, name: str, municipalities: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read `Observations` of an OData version 4 table (datasets.cbs.nl) with a region.

    Parameters
    ----------
    content, name, municipalities
        As for `read_iv3`.

    Returns
    -------
    DataFrame
        `gemeentecode`, `gemeente` (or the code), `periode`, `maat`, `waarde` (float; a gap where the source gives
        none, as for a figure that is secret), and the other dimensions under their own names.

    Raises
    ------
    LeeszaalError
        As `read_odata`, and when a column is missing.
    """
    frame = read_odata(content, name)
    _need(frame, ["Measure", "Value"], name)
    region = next((column for column in REGION_COLUMNS if column in frame.columns), None)
    if region is None:
        raise LeeszaalError(
            f"{name} heeft geen kolom met gemeenten.", f"Verwacht een van: {', '.join(REGION_COLUMNS)}."
        )
    if municipalities is not None:
        frame = frame[frame[region].isin(list(municipalities))]
    names = municipalities or {}
    rest = [
        c
        for c in frame.columns
        if c not in ("Id", "Measure", "Value", "ValueAttribute", "StringValue", "Perioden", region)
    ]
    empty = pd.Series(pd.NA, index=frame.index, dtype="object")
    result = pd.DataFrame(
        {
            "gemeentecode": frame[region],
            "gemeente": [names.get(code, code) for code in frame[region]],
            "periode": frame["Perioden"] if "Perioden" in frame.columns else empty,
            "maat": frame["Measure"],
            "waarde": pd.to_numeric(frame["Value"], errors="raise").astype(float),
        }
    )
    return result.join(frame[rest]).sort_values(["gemeentecode", "maat", "periode"], kind="stable", ignore_index=True)


def _need(frame: pd.DataFrame, columns: list[str], name: str) -> None:
    for column in columns:
        if column not in frame.columns:
            raise LeeszaalError(f"{name} mist de kolom ‘{column}’.", nearest(column, map(str, frame.columns)))


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _year(text: str, name: str) -> int:
    if not re.match(r"(19|20)\d\dX", text):
        raise LeeszaalError(f"{name}: de verslagsoort ‘{text}’ noemt geen jaar.", "Verwacht: een code zoals 2025X000.")
    return int(text[:4])


def _message(problem: Any) -> str:
    message = problem.get("message", problem) if isinstance(problem, dict) else problem
    return str(message.get("value", message) if isinstance(message, dict) else message)
