"""Tag and screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, verb


@verb("tag")
@click.option(
    "--input", "input_", metavar="CSV", type=FILE, help="Label een losse tabel (id, title, abstract, language)."
)
@click.option("--output", metavar="CSV", type=FILE, help="Waar de labels van --input komen te staan.")
@click.option("--evaluate", metavar="CSV", type=FILE, help="Meet de labels aan een tabel met de goede labels.")
@click.option(
    "--rules-only", is_flag=True, help="Bij --input en --evaluate: alleen de zoekwoorden, niet de betekenis (sneller)."
)
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval bij --evaluate.")
def _tag(
    input_: Path | None, output: Path | None, evaluate: Path | None, rules_only: bool, seed: int, home: Path | None
) -> Any:
    """Geef elk werk zijn thema's, met de woorden waarop dat rust."""
    if evaluate is not None:
        return leeszaal.evaluate_tags(evaluate, rules_only=rules_only, home=home, random_state=seed)
    if (input_ is None) != (output is None):
        raise click.UsageError("--input en --output horen bij elkaar: noem ze allebei.")
    if input_ is not None and output is not None:
        return leeszaal.tag_file(input_, output, rules_only=rules_only, home=home)
    return leeszaal.tag(home=home)


@verb("screen")
@click.option("--simulate", metavar="CSV", type=FILE, required=True, help="De tabel (title, abstract, label_included).")
@click.option("--seeds", type=click.IntRange(min=1), default=5, show_default=True, metavar="N", help="Hoe vaak.")
@click.option("--theme", metavar="THEMA", help="Begin met de omschrijving van dit thema (anders: met één werk).")
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval.")
def _screen(simulate: Path, seeds: int, theme: str | None, seed: int, home: Path | None) -> Any:
    """Speel een beoordeelde stapel na: hoe snel komt het relevante boven, en waar had u mogen stoppen?"""
    return leeszaal.screen_simulate(simulate, seeds=seeds, theme=theme, random_state=seed, home=home)
