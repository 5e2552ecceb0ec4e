"""Write papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import asking, cli, verb
from leeszaal.dutch import DutchGroup
from leeszaal.errors import nearest


class _PaperGroup(DutchGroup):
    """`leeszaal paper NAAM` runs a paper; a word that is a verb of papers comes before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            more = [word for word in args[1:2] if not word.startswith("-")]
            if more and not args[0].startswith("-"):
                raise click.UsageError(f"‘{args[0]}’ is geen opdracht. {nearest(args[0], self.commands)}", ctx)
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        run = self.commands["run"]
        rows = [row for option in run.get_params(ctx) if (row := option.get_help_record(ctx))]
        with formatter.section("Opties van ‘leeszaal paper PAPER’"):
            formatter.write_dl(rows)
        super().format_options(ctx, formatter)


@cli.group("paper", cls=_PaperGroup, subcommand_metavar="PAPER | OPDRACHT …")
def papers() -> None:
    """Maak een paper: voer het sjabloon uit met de parameters en de tekst van de schrijver.

    Uw eigen tekst (text.md) wordt gelezen en nooit veranderd. Een nieuwe paper begint met ‘leeszaal paper new’.
    """


@verb("run", papers)
@click.argument("slug", metavar="PAPER")
@click.option("-p", "parameters", metavar="NAAM=WAARDE", multiple=True, help="Een andere waarde voor een parameter.")
@click.option("--check", is_flag=True, help="Controleer alleen de tekst; voer niets uit.")
def _run(slug: str, parameters: tuple[str, ...], check: bool, home: Path | None) -> Any:
    """Voer een paper uit; hetzelfde als ‘leeszaal paper PAPER’."""
    if check:
        return leeszaal.check_paper(slug, home=home)
    return leeszaal.paper(slug, home=home, parameters=leeszaal.parse_parameters(parameters))


@verb("new", papers)
@click.argument("template", metavar="SJABLOON")
@click.argument("slug", metavar="PAPER")
@click.option("-p", "given", metavar="NAAM=WAARDE", multiple=True, help="Een parameter van het sjabloon.")
@click.option("--theme", metavar="THEMA", help="Het thema of deelthema, zoals ibt of ibt.financieel.")
@click.option("--from-year", type=int, metavar="JAAR", help="Het eerste jaar.")
@click.option("--to-year", type=int, metavar="JAAR", help="Het laatste jaar.")
@click.option("--region", metavar="REGIO", help="overijssel, twente, regio-zwolle of stedendriehoek.")
@click.option("--lang", metavar="TAAL", help="nl of en.")
@click.option("--title", default="", metavar="TEKST", help="De titel.")
@click.option("--author", default="", metavar="NAAM", help="De schrijver.")
@click.option("--yes", is_flag=True, help="Vraag niets: neem voor de rest wat het sjabloon voorstelt.")
def _new(
    template: str,
    slug: str,
    given: tuple[str, ...],
    title: str,
    author: str,
    yes: bool,
    home: Path | None,
    **named: Any,
) -> Any:
    """Leg een nieuwe paper klaar: paper.yaml, en text.md met per sectie wat u er schrijft.

    SJABLOON is trendpaper, signalenbrief, toetsingskader, regionale-agenda of oplegger. Wat u niet noemt, wordt
    gevraagd.
    """
    parameters = leeszaal.parse_parameters(given)
    parameters |= {name: value for name, value in named.items() if value is not None}
    ask = None if yes else asking()
    return leeszaal.new_paper(template, slug, parameters=parameters, title=title, author=author, ask=ask, home=home)


@verb("check", papers)
@click.argument("slug", metavar="PAPER")
def _check(slug: str, home: Path | None) -> Any:
    """Controleer de tekst van een paper, met regel en naam; er wordt niets uitgevoerd."""
    return leeszaal.check_paper(slug, home=home)
