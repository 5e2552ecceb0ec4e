"""Click in Dutch: headings of the help, and what it says when a word on the command line is wrong."""

from __future__ import annotations

import re
from typing import Any

import click
from click import exceptions

from leeszaal.errors import nearest

__all__ = ["DutchCommand", "DutchGroup", "explain"]


class _DutchHelp(click.Command):
    """Headings of the help in Dutch; everything else is Click's own."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        pieces = pieces.replace("[OPTIONS]", "[OPTIES]").replace("COMMAND [ARGS]...", "OPDRACHT …")
        formatter.write_usage(ctx.command_path, pieces, prefix="Gebruik: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            record
            for parameter in self.get_params(ctx)
            if not isinstance(parameter, click.Argument) and (record := parameter.get_help_record(ctx))
        ]
        with formatter.section("Opties"):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Toon deze uitleg."
        return option


class DutchCommand(_DutchHelp):
    """A verb."""


class DutchGroup(_DutchHelp, click.Group):
    """The verbs together, shown in the order of the flow."""

    command_class = DutchCommand

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _DutchHelp.format_options(self, ctx, formatter)
        rows = [(name, command.get_short_help_str(300)) for name, command in self.commands.items()]
        with formatter.section("Opdrachten"):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except exceptions.UsageError as error:
            raise click.UsageError(f"‘{args[0]}’ is geen opdracht. {nearest(args[0], self.commands)}", ctx) from error


# What click says of a value, and the same in Dutch.
_VALUES = (
    (r"'(.*)' is not a valid integer(?: range)?\.", "‘{}’ is geen geheel getal."),
    (r"'(.*)' is not a valid float(?: range)?\.", "‘{}’ is geen getal."),
    (r"'(.*)' is not one of (.*)\.", "‘{}’ kan niet. Kies uit: {}."),
    (r"(.*) is not in the range (.*)\.", "{} ligt buiten de grenzen ({})."),
    (r"(?:Path|File|Directory) '(.*)' does not exist\.", "‘{}’ bestaat niet."),
    (r"(?:Path|File) '(.*)' is a directory\.", "‘{}’ is een map."),
    (r"Directory '(.*)' is a file\.", "‘{}’ is een bestand."),
)


def _of_value(message: str) -> str:
    """Return what click says of a value in Dutch; what it says in other words stays as it is.

    Examples
    --------
    >>> _of_value("'abc' is not a valid integer.")
    '‘abc’ is geen geheel getal.'
    """
    for pattern, dutch in _VALUES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return dutch.format(*found.groups())
    return message


def _option_names(error: click.UsageError) -> list[str]:
    if error.ctx is None:
        return []
    return [name for parameter in error.ctx.command.get_params(error.ctx) for name in parameter.opts if "-" in name]


def explain(error: click.ClickException) -> str:
    """Say in Dutch what is wrong with a command line."""
    parameter = getattr(error, "param", None)
    name = ""
    if isinstance(parameter, click.Argument):
        name = parameter.make_metavar(error.ctx) if error.ctx is not None else (parameter.name or "")  # type: ignore[attr-defined]
    elif parameter is not None:
        name = parameter.opts[-1]
    match error:
        case exceptions.NoSuchOption():
            text = f"De optie ‘{error.option_name}’ bestaat niet. {nearest(error.option_name, _option_names(error))}"
        case exceptions.MissingParameter():
            text = f"{name or 'Een gegeven'} ontbreekt."
        case exceptions.BadParameter():
            text = f"De waarde bij {name} klopt niet: {_of_value(error.message)}"
        case _:
            text = error.message
    if isinstance(error, click.UsageError) and error.ctx is not None:
        text += f"\nUitleg: {error.ctx.command_path} --help"
    return text
