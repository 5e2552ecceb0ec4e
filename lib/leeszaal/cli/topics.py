"""Find topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, verb
from leeszaal.topics import topics as find_topics
from leeszaal.topics.models import METHODS


@verb("topics")
@click.option("--k", type=click.IntRange(min=2), metavar="N", help="Het aantal onderwerpen (anders: voorgesteld).")
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval.")
@click.option("--model", default="nmf", show_default=True, metavar="MODEL", help=f"Het model: {', '.join(METHODS)}.")
@click.option("--name", "names", type=(int, str), multiple=True, metavar="NR NAAM", help="Geef een onderwerp een naam.")
@click.option("--input", "input_", metavar="CSV", type=FILE, help="Zoek onderwerpen in een losse tabel.")
@click.option("--output", metavar="MAP", type=FILE, help="De map voor de uitkomst van --input.")
@click.option(
    "--search-terms", default="", metavar="WOORDEN", help="Bij --input: woorden van de zoekvraag, die niet meetellen."
)
def _topics(
    k: int | None,
    seed: int,
    model: str,
    names: tuple[tuple[int, str], ...],
    input_: Path | None,
    output: Path | None,
    search_terms: str,
    home: Path | None,
) -> Any:
    """Zoek onderwerpen: groepen van werken die over hetzelfde gaan, in het Nederlands en het Engels."""
    if (input_ is None) != (output is None):
        raise click.UsageError("--input en --output horen bij elkaar: noem ze allebei.")
    if input_ is None and search_terms:
        raise click.UsageError("--search-terms hoort bij --input; een leeszaal heeft searches.yaml.")
    if input_ is not None and names:
        raise click.UsageError("--name hoort bij een leeszaal, niet bij --input.")
    if input_ is not None and output is not None:
        return leeszaal.topics_of_file(
            input_, output, k=k, random_state=seed, model=model, search_terms=search_terms.split()
        )
    return find_topics(home=home, k=k, random_state=seed, model=model, names=dict(names))
