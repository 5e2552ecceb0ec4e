"""Work through what does not fit in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, verb


@verb("corpus")
@click.argument("folder", metavar="MAP", type=FILE)
@click.argument("files", metavar="[BESTAND]…", nargs=-1, type=FILE)
@click.option("--step", "steps", metavar="STAP", multiple=True, help="dedupe, tag, count of topics (anders: alles).")
@click.option("--cluster", metavar="ADRES", help="Een Dask-cluster dat al draait, zoals tcp://127.0.0.1:8786.")
@click.option(
    "--workers", type=click.IntRange(min=0), default=2, show_default=True, metavar="N",
    help="Processen op deze computer; 0 rekent in één proces.",
)  # fmt: skip
@click.option(
    "--rows", type=click.IntRange(min=1), default=50_000, show_default=True, metavar="N", help="Records in een deel."
)
@click.option("--k", type=click.IntRange(min=2), metavar="N", help="Het aantal onderwerpen (anders: voorgesteld).")
@click.option("--seed", "random_state", default=0, show_default=True, help="Startwaarde van het toeval.")
@click.option("--until", type=int, metavar="JAAR", help="Het jaar waarin het nieuwste is verzameld (anders: dit jaar).")
def _corpus(folder: Path, files: tuple[Path, ...], steps: tuple[str, ...], home: Path | None, **options: Any) -> Any:
    """Verwerk zeer veel records, in delen en op meer processen: inlezen, ontdubbelen, labelen, tellen en indelen.

    De uitkomst is dezelfde als in één proces. Wat al gedaan is, gebeurt niet opnieuw.
    """
    return leeszaal.corpus(folder, list(files), steps=list(steps) or None, home=home, **options)
