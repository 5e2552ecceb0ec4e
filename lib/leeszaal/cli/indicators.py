"""Figures of the province."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, verb


@verb("turnout")
@click.argument("files", metavar="[BESTAND]…", nargs=-1, type=FILE)
def _turnout(files: tuple[Path, ...], home: Path | None) -> Any:
    """Voeg de opkomst van een verkiezing toe: een telling van de Kiesraad (EML 510) of de JSON van de uitslagensite.

    Wat er staat, blijft staan; dezelfde uitslag komt er geen tweede keer in. Zonder BESTAND ziet u wat er is.
    """
    return leeszaal.import_turnout(list(files), home=home)


@verb("supervision")
@click.argument("files", metavar="[BESTAND]…", nargs=-1, type=FILE)
@click.option("--check", is_flag=True, help="Controleer alleen; sla niets op.")
@click.option("--example", is_flag=True, help="Toon het voorbeeld, met verzonnen gemeenten.")
def _supervision(files: tuple[Path, ...], check: bool, example: bool, home: Path | None) -> Any:
    """Controleer oordelen bij interbestuurlijk toezicht en voeg ze toe.

    Een oordeel (groen, oranje of rood) komt van de toezichthouder; Leeszaal rekent er nooit een uit. Zonder BESTAND
    ziet u per domein en jaar wat er is.
    """
    return leeszaal.import_supervision(list(files), home=home, check=check, example=example)


@verb("cbs")
@click.argument("table", metavar="TABEL")
@click.option("--iv3", is_flag=True, help="De financiën die gemeenten zelf opgeven (Iv3), in plaats van StatLine.")
@click.option("--year", type=int, metavar="JAAR", help="Alleen dit jaar.")
def _cbs(table: str, iv3: bool, year: int | None, home: Path | None) -> Any:
    """Haal een tabel van het CBS op voor de gemeenten van de provincie, zoals 45071NED met --iv3.

    De cijfers komen in literature/indicators/cbs, zoals het CBS ze gaf.
    """
    return leeszaal.fetch_cbs(table, home=home, iv3=iv3, year=year)
