"""Lay out a reading room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, verb


@verb("init")
@click.argument("folder", metavar="MAP", type=FILE)
def _init(folder: Path, home: Path | None) -> Any:
    """Richt een nieuwe leeszaal in: literatuur, notebooks, papers en de site.

    Wat al in MAP staat, blijft zoals het is.
    """
    if home is not None:
        raise click.UsageError("‘leeszaal init’ krijgt de map achter het woord init, niet met --home.")
    return leeszaal.init(folder)
