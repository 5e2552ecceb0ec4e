"""Run the command line: exit codes, and errors in Dutch."""

from __future__ import annotations

import json
import sys

import click

from leeszaal.cli.base import cli
from leeszaal.dutch import explain
from leeszaal.errors import LeeszaalError

__all__ = ["main"]


def _fail(message: str, remedy: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": message, "remedy": remedy}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"Fout: {message}" + (f"\n→ {remedy}" if remedy else ""), err=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 an error, 2 a wrong word, 130 interrupted."""
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may be cp1252
            stream.reconfigure(encoding="utf-8", errors="replace")
    as_json = "--json" in words
    try:
        result = cli.main(words, prog_name="leeszaal", standalone_mode=False)
    except LeeszaalError as error:
        _fail(error.message, error.remedy, as_json)
        return 1
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx is not None else "")
        return 0
    except click.ClickException as error:
        _fail(explain(error), "", as_json)
        return 2
    except (KeyboardInterrupt, click.exceptions.Abort):
        _fail(
            "Onderbroken. Wat er al stond is niet veranderd.",
            "Voer dezelfde opdracht nog eens uit om verder te gaan.",
            as_json,
        )
        return 130
    return result if isinstance(result, int) else 0
