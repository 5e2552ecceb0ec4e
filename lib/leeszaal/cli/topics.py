"""Find topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, verb
from leeszaal.topics import topics as find_topics


@verb("topics")
@click.option("--k", type=click.IntRange(min=2), metavar="N", help="Het aantal onderwerpen (anders: voorgesteld).")
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval.")
@click.option("--input", "input_", metavar="CSV", type=FILE, help="Zoek onderwerpen in een losse tabel.")
@click.option("--output", metavar="MAP", type=FILE, help="De map voor de uitkomst van --input.")
def _topics(k: int | None, seed: int, input_: Path | None, output: Path | None, home: Path | None) -> Any:
    """Zoek onderwerpen: groepen van werken die over hetzelfde gaan, in het Nederlands en het Engels."""
    if (input_ is None) != (output is None):
        raise click.UsageError("--input en --output horen bij elkaar: noem ze allebei.")
    if input_ is not None and output is not None:
        return leeszaal.topics_of_file(input_, output, k=k, random_state=seed)
    return find_topics(home=home, k=k, random_state=seed)
