"""Take in what files and sources hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, question, verb


@verb("import")
@click.argument("files", metavar="BESTAND…", nargs=-1, required=True, type=FILE)
@click.option("--id-column", metavar="NAAM", help="De kolom van een CSV die het eigen nummer van elk record bevat.")
def _import(files: tuple[Path, ...], id_column: str | None, home: Path | None) -> Any:
    """Lees bestanden in: BibTeX, RIS, CSL-JSON, CSV, Excel, EndNote, PubMed of Web of Science.

    Elk bestand wordt bewaard zoals het was. Wat niet te lezen is, komt met regelnummer en reden in
    ‘rejected.txt’ ernaast te staan; er gaat niets verloren.
    """
    return leeszaal.import_(list(files), home=home, id_column=id_column)


@verb("harvest")
@click.argument("names", metavar="[ZOEKVRAAG]…", nargs=-1)
@click.option(
    "--plan", is_flag=True, help="Laat zien wat er wordt gevraagd, wat dat oplevert en kost, en vraag of dat mag."
)
@click.option("--yes", is_flag=True, help="Haal op zonder eerst te vragen.")
@click.option("--source", metavar="BRON", help="Alleen deze bron, zoals openalex of crossref.")
@click.option("--query", metavar="WOORDEN", help="Een losse zoekvraag, bij --source.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Hoogstens N records per zoekvraag en bron.")
@click.option(
    "--since", metavar="DATUM", help="Alleen wat nieuw of veranderd is sinds jjjj-mm-dd; ‘begin’ is alles opnieuw."
)
@click.option("--dry-run", is_flag=True, help="Laat alleen zien wat er gevraagd zou worden; er gaat niets naar buiten.")
@click.option(
    "--max-wait", default=60.0, show_default=True, metavar="SECONDEN", help="Zolang mag een bron ons laten wachten."
)
@click.option("--budget", type=click.IntRange(min=1), metavar="N", help="Hoogstens N verzoeken deze keer.")
@click.option("--budget-usd", type=click.FloatRange(min=0), metavar="BEDRAG", help="Hoogstens zoveel dollar deze keer.")
def _harvest(names: tuple[str, ...], plan: bool, home: Path | None, **options: Any) -> Any:  # noqa: ARG001
    """Haal literatuur op bij bronnen: de zoekvragen van searches.yaml, of een losse.

    Zonder --yes ziet u eerst wat er gevraagd wordt en wat dat kost. Alles wat een bron antwoordt, wordt bewaard
    zoals het kwam. Wordt het ophalen afgebroken, dan gaat dezelfde opdracht verder waar hij bleef.
    """
    # The plan is always shown first, so --plan is what happens without --yes.
    ask = _may_harvest if question() is not None else None
    return leeszaal.harvest(list(names) or None, home=home, ask=ask, **options)  # type: ignore[operator]


def _may_harvest(plan: str) -> bool:
    click.echo(plan)
    if click.confirm("Ophalen?", default=False):
        return True
    click.echo("Er is niets opgehaald.")
    raise click.exceptions.Exit(0)


@verb("log")
@click.option("--format", type=click.Choice(["markdown", "csv"]), help="Het hele zoeklogboek, als tabel.")
@click.option("--output", metavar="BESTAND", type=FILE, help="Schrijf die tabel naar een bestand (.md of .csv).")
def _log(home: Path | None, **options: Any) -> Any:
    """Vertel waar, wanneer en hoe er is gezocht, en wat dat opleverde (PRISMA-S)."""
    return leeszaal.log(home=home, **options)


@verb("enrich")
@click.argument("kind", metavar="SOORT", type=click.Choice(["open-access", "retractions", "citations"]))
@click.option(
    "--work", "works", metavar="CITEKEY", multiple=True, help="Alleen dit werk (mag vaker; anders alle werken)."
)
@click.option("--plan", is_flag=True, help="Laat zien wat er wordt gevraagd en wat dat kost.")
@click.option("--yes", is_flag=True, help="Vraag op zonder eerst te vragen.")
def _enrich(kind: str, works: tuple[str, ...], home: Path | None, **options: Any) -> Any:
    """Vraag bij werken die er al zijn naar een open versie, een intrekking of verwijzingen."""
    return leeszaal.enrich(kind, works=list(works) or None, home=home, question=question(), **options)


@verb("snowball")
@click.argument("works", metavar="CITEKEY…", nargs=-1, required=True)
@click.option("--plan", is_flag=True, help="Laat zien wat het oplevert en kost.")
@click.option("--yes", is_flag=True, help="Haal op zonder eerst te vragen.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Hoogstens N records per werk en richting.")
def _snowball(works: tuple[str, ...], home: Path | None, **options: Any) -> Any:
    """Haal op wat gekozen werken aanhalen, en wat hen aanhaalt."""
    return leeszaal.snowball(list(works), home=home, question=question(), **options)


@verb("zotero-push")
@click.option("--library", metavar="NAAM", help="user:123, group:123 of local:… (anders LEESZAAL_ZOTERO_LIBRARY).")
@click.option("--yes", is_flag=True, help="Schrijf zonder eerst te vragen.")
def _zotero_push(home: Path | None, **options: Any) -> Any:
    """Zet labels en besluiten als tags terug in de Zotero-bibliotheek waar de werken vandaan kwamen."""
    return leeszaal.zotero_push(home=home, question=question(), **options)
