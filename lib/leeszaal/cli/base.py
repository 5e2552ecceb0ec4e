"""What every command shares: the group, --home and --json, and how a summary is told."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal import progress
from leeszaal.dutch import DutchCommand, DutchGroup

__all__ = ["FILE", "asking", "cli", "home_option", "json_option", "question", "verb"]

FILE = click.Path(path_type=Path)
home_option = click.option(
    "--home", type=FILE, metavar="MAP", help="De map van de leeszaal (anders: de dichtstbijzijnde hierboven)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Schrijf de uitkomst als JSON, voor een programma.")


def _tell(summary: Any, as_json: bool) -> None:
    """Print what a verb returned; a summary that reports failures ends the program with code 1."""
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(summary), ensure_ascii=False, indent=2, default=str))
    else:
        click.echo(summary.tell())
    if getattr(summary, "failed", None):
        raise click.exceptions.Exit(1)


@click.group(cls=DutchGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(leeszaal.__version__, "--version", message="leeszaal %(version)s", help="Toon de versie.")
def cli() -> None:
    """Leeszaal: van literatuur naar een gepubliceerde trendpaper.

    Begin met ‘leeszaal demo’: die doet alles één keer, met de startbibliotheek. Daarna voert u met
    ‘leeszaal import’ uw eigen literatuur toe.
    """


def verb(name: str, group: click.Group = cli) -> Callable[[Callable[..., Any]], click.Command]:
    """Register a verb (of `group`) that takes --home and --json and prints the summary it returns."""

    def register(function: Callable[..., Any]) -> click.Command:
        def run(as_json: bool, **options: Any) -> None:
            with progress.quiet(as_json):
                _tell(function(**options), as_json)

        run.__doc__ = function.__doc__
        run.__click_params__ = list(getattr(function, "__click_params__", []))  # type: ignore[attr-defined]
        return group.command(name, cls=DutchCommand)(home_option(json_option(run)))

    return register


def asking() -> Callable[[str, str], str] | None:
    """Return how to ask the person at the keyboard for a word; None when nobody is there to answer."""
    here = sys.stdin is not None and sys.stdin.isatty() and not _as_json()
    return (lambda text, default: str(click.prompt(text, default=default))) if here else None


def question() -> Callable[[str], bool] | None:
    """Return how to ask the person at the keyboard; None when nobody is there to answer."""
    here = sys.stdin is not None and sys.stdin.isatty() and not _as_json()
    return (lambda text: click.confirm(text, default=False)) if here else None


def _as_json() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.params.get("as_json"))
