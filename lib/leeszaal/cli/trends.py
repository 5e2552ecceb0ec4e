"""Count, test and signal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, verb
from leeszaal.trends import signals as find_signals
from leeszaal.trends import trends as find_trends


@verb("trends")
@click.option("--from-year", type=int, metavar="JAAR", help="Het eerste jaar.")
@click.option("--to-year", type=int, metavar="JAAR", help="Het laatste jaar.")
@click.option("--input", "input_", metavar="CSV", type=FILE, help="Een losse tabel met year (id, title, label).")
@click.option("--output", metavar="MAP", type=FILE, help="De map voor de uitkomst van --input.")
def _trends(
    from_year: int | None, to_year: int | None, input_: Path | None, output: Path | None, home: Path | None
) -> Any:
    """Tel thema's en onderwerpen per jaar, als aandeel van het geheel, en toets of dat stijgt of daalt."""
    if (input_ is None) != (output is None):
        raise click.UsageError("--input en --output horen bij elkaar: noem ze allebei.")
    if input_ is not None and output is not None:
        return leeszaal.trends_of_file(input_, output, from_year=from_year, to_year=to_year)
    return find_trends(home=home, from_year=from_year, to_year=to_year)


@verb("signals")
@click.option(
    "--as-of", type=int, metavar="JAAR", help="Wat er aan het eind van dat jaar was gesignaleerd, en wat uitkwam."
)
@click.option("--follow", metavar="SIGNAAL", help="Volg dit signaal.")
@click.option("--expire", metavar="SIGNAAL", help="Laat dit signaal vervallen.")
@click.option("--reason", default="", metavar="TEKST", help="Waarom, bij --follow of --expire.")
def _signals(as_of: int | None, follow: str | None, expire: str | None, reason: str, home: Path | None) -> Any:
    """Toon wat groeit of verschijnt tegen het eigen verleden in, met wat ervoor en ertegen spreekt."""
    if reason and follow is None and expire is None:
        raise click.UsageError("--reason hoort bij --follow of --expire.")
    return find_signals(home=home, as_of=as_of, follow=follow, expire=expire, reason=reason)


_table = click.option("--input", "source", metavar="CSV", type=FILE, help="Een losse tabel.")
_folder = click.option("--output", metavar="MAP", type=FILE, help="De map voor tabellen en figuren.")


@verb("describe")
@_table
@_folder
def _describe(source: Path | None, output: Path | None, home: Path | None) -> Any:
    """Tel tijdschriften, auteurs, instellingen, talen en soorten."""
    return leeszaal.describe(home=home, source=source, output=output)


@verb("networks")
@click.argument("kind", metavar="SOORT")
@_table
@_folder
@click.option("--fewest", type=click.IntRange(min=1), metavar="N", help="In hoeveel werken twee samen moeten staan.")
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval.")
def _networks(
    kind: str, source: Path | None, output: Path | None, fewest: int | None, seed: int, home: Path | None
) -> Any:
    """Verbind wat bij elkaar hoort: co-citation, coupling, co-authorship, of themes (een kaart van termen)."""
    return leeszaal.networks(kind, home=home, source=source, output=output, fewest=fewest, random_state=seed)
