"""Count, test and signal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from leeszaal.cli.base import verb
from leeszaal.trends import trends as find_trends


@verb("trends")
@click.option("--from-year", type=int, metavar="JAAR", help="Het eerste jaar.")
@click.option("--to-year", type=int, metavar="JAAR", help="Het laatste jaar.")
def _trends(from_year: int | None, to_year: int | None, home: Path | None) -> Any:
    """Tel thema's en onderwerpen per jaar, als aandeel van het geheel, en toets of dat stijgt of daalt."""
    return find_trends(home=home, from_year=from_year, to_year=to_year)
