"""Publish, and tell what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import cli, home_option, verb
from leeszaal.dutch import DutchCommand
from leeszaal.site import site as make_site


@verb("site")
@click.option(
    "--renderer",
    type=click.Choice(["quarto", "pandoc"]),
    help="Waarmee (anders: Quarto als dat er is, en anders Pandoc).",
)
def _site(renderer: str | None, home: Path | None) -> Any:
    """Maak de site: voorpagina, papers (HTML, PDF, Word), thema's en literatuurlijst.

    Gaat er iets mis, dan blijft de vorige site staan.
    """
    return make_site(home=home, renderer=renderer)


@cli.command("preview", cls=DutchCommand)
@click.argument("slug", metavar="[PAPER]", required=False)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Op welke poort (anders: een vrije)."
)
@click.option("--browser/--no-browser", default=True, help="Open de pagina in de browser.")
@home_option
def _preview(slug: str | None, port: int, browser: bool, home: Path | None) -> None:
    """Laat in de browser zien wat u opslaat, een paar tellen later.

    Met PAPER: de paper die u schrijft. Zonder: de pagina's van de site. Wat niet klopt, staat boven de tekst, met de
    regel erbij.
    """
    leeszaal.preview(slug, home=home, port=port, browser=browser)


@verb("status")
def _status(home: Path | None) -> Any:
    """Vertel wat er in de leeszaal staat en wat opnieuw gemaakt moet worden."""
    return leeszaal.status(home=home)


@verb("demo")
def _demo(home: Path | None) -> Any:
    """Doe alles één keer: van de startbibliotheek tot de site."""
    return leeszaal.demo(home=home)


@cli.command("lab", cls=DutchCommand)
@home_option
def _lab(home: Path | None) -> None:
    """Start JupyterLab in het Nederlands, op het eerste notebook."""
    raise click.exceptions.Exit(leeszaal.lab(home=home))
