"""Write papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, asking, cli, question, verb
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


@verb("review", papers)
@click.argument("slug", metavar="PAPER")
@click.option("--sign", is_flag=True, help="Onderteken de hele paper zoals zij nu is.")
@click.option("--list", "only_list", is_flag=True, help="Toon de zinnen alleen; vraag niets.")
@click.option("--reason", default="", metavar="TEKST", help="Waarom.")
@click.option("--person", metavar="NAAM", help="Wie beslist (anders LEESZAAL_PERSON of uw inlognaam).")
def _review(slug: str, sign: bool, only_list: bool, reason: str, person: str | None, home: Path | None) -> Any:
    """Toon de zinnen die rusten op een getal dat is veranderd, en zeg per zin of zij nog klopt.

    Wat u zegt, wordt bewaard als beslissing. Klopt een zin niet meer, pas dan text.md aan.
    """
    confirm = None if only_list or sign else question()

    def still_holds(item: Any) -> bool:
        why = "\n".join(f"  → {reason}" for reason in item.why())
        return bool(confirm and confirm(f"\n{item.text}\n{why}\nKlopt deze zin nog?"))

    ask = still_holds if confirm is not None else None
    return leeszaal.review_paper(slug, ask=ask, sign=sign, reason=reason, person=person, home=home)


@verb("sign", papers)
@click.argument("slug", metavar="PAPER")
@click.option("--reason", default="", metavar="TEKST", help="Waarom.")
@click.option("--person", metavar="NAAM", help="Wie ondertekent (anders LEESZAAL_PERSON of uw inlognaam).")
def _sign(slug: str, reason: str, person: str | None, home: Path | None) -> Any:
    """Onderteken een paper zoals zij nu is: de tekst, de getallen en de bronnen blijven bewaard als versie."""
    return leeszaal.sign_paper(slug, reason=reason, person=person, home=home)


@verb("versions", papers)
@click.argument("slug", metavar="PAPER")
@click.argument("number", metavar="[NUMMER]", type=int, required=False)
@click.option("--output", metavar="MAP", type=FILE, help="Maak die versie opnieuw: HTML, PDF en Word in deze map.")
def _versions(slug: str, number: int | None, output: Path | None, home: Path | None) -> Any:
    """Toon de ondertekende versies van een paper, of maak er een opnieuw zoals zij was."""
    if (number is None) != (output is None):
        raise click.UsageError("Een nummer en --output MAP horen bij elkaar.")
    if number is not None and output is not None:
        return leeszaal.render_version(slug, number, output, home=home)
    return leeszaal.paper_versions(slug, home=home)


@verb("rerun")
@click.argument("matrix", metavar="MATRIX", type=FILE)
@click.option("--cluster", default="", metavar="ADRES", help="Een Dask-cluster, zoals tcp://server:8786.")
@click.option(
    "--limit", type=click.FloatRange(min=1), default=600, show_default=True, metavar="SECONDEN", help="Per paper."
)
@click.option("--force", is_flag=True, help="Ook wat niet is veranderd.")
def _rerun(matrix: Path, cluster: str, limit: float, force: bool, home: Path | None) -> Any:
    """Maak veel papers opnieuw, uit één YAML: thema's × regio's × jaren × talen.

    Alleen wat is veranderd wordt gemaakt, twee tegelijk. Mislukt er een, dan gaan de andere door en blijft van die ene
    de vorige versie staan.
    """
    return leeszaal.rerun(matrix, cluster=cluster, limit=limit, force=force, home=home)
