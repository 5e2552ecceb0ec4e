"""Write papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import verb


@verb("paper")
@click.argument("slug", metavar="PAPER")
@click.option("-p", "parameters", metavar="NAAM=WAARDE", multiple=True, help="Een andere waarde voor een parameter.")
@click.option("--check", is_flag=True, help="Controleer alleen de tekst; voer niets uit.")
def _paper(slug: str, parameters: tuple[str, ...], check: bool, home: Path | None) -> Any:
    """Maak een paper: voer het sjabloon uit met de parameters en de tekst van de schrijver.

    Uw eigen tekst (text.md) wordt gelezen en nooit veranderd.
    """
    if check:
        return leeszaal.check_paper(slug, home=home)
    return leeszaal.paper(slug, home=home, parameters=leeszaal.parse_parameters(parameters))
