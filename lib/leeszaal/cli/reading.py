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
@click.option("--report", is_flag=True, help="Toon welke labels u het best kunt nakijken, en welke woorden helpen.")
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval bij --evaluate en --report.")
def _tag(
    input_: Path | None,
    output: Path | None,
    evaluate: Path | None,
    rules_only: bool,
    report: bool,
    seed: int,
    home: Path | None,
) -> Any:
    """Geef elk werk zijn thema's, met de woorden waarop dat rust."""
    if report:
        return leeszaal.tag_report(home=home, random_state=seed)
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


_THEME = click.option("--theme", metavar="THEMA", help="Het thema waarvoor u leest: een thema of een subthema.")
_PERSON = click.option("--person", metavar="NAAM", help="Wie leest (anders LEESZAAL_PERSON of uw inlognaam).")


@verb("pile")
@_THEME
@click.option(
    "--query", default="", metavar="VRAAG", help="Alleen de werken die deze vraag vindt (zie leeszaal works)."
)
@click.option("--again", metavar="SOORT", help="twijfel (waarover u twijfelt) of oneens (waarover lezers verschillen).")
@_PERSON
@click.option(
    "--rows", type=click.IntRange(min=0), default=5, show_default=True, metavar="N", help="Noem de N volgende."
)
def _pile(home: Path | None, **options: Any) -> Any:
    """Vertel hoe ver een stapel is gelezen, wat nu aan de beurt is, en waarom.

    Lezen doet u in notebook 3, met het toetsenbord.
    """
    return leeszaal.pile(home=home, **options)


@verb("agreement")
def _agreement(home: Path | None) -> Any:
    """Vertel hoe goed lezers het eens zijn: Cohens kappa met marge, en de werken waarover zij verschillen."""
    return leeszaal.agreement(home=home)


@verb("reading-list")
@click.argument("output", metavar="[BESTAND]", required=False, type=FILE)
@_THEME
def _reading_list(output: Path | None, theme: str | None, home: Path | None) -> Any:
    """Toon de leeslijst: wat is opgenomen, met de notities. Met BESTAND: .md, .csv, .xlsx of .bib."""
    return leeszaal.save_reading_list(output, theme=theme, home=home)


@verb("labels-out")
@click.argument("output", metavar="BESTAND", type=FILE)
@click.option("--person", metavar="NAAM", help="Alleen de labels van deze lezer; ASReview wil er een.")
@click.option("--everything", is_flag=True, help="Ook de werken zonder oordeel, om elders verder te lezen.")
def _labels_out(output: Path, person: str | None, everything: bool, home: Path | None) -> Any:
    """Schrijf de oordelen, labels en notities naar .csv, .xlsx of .ris, zoals ASReview en Zotero ze lezen."""
    return leeszaal.labels_out(output, person=person, everything=everything, home=home)


@verb("labels-in")
@click.argument("source", metavar="BESTAND|zotero")
@click.option("--person", metavar="NAAM", help="Van wie ze zijn, als het bestand het niet zegt.")
def _labels_in(source: str, person: str | None, home: Path | None) -> Any:
    """Neem oordelen, labels en notities over: uit een bestand van labels-out of ASReview, of uit Zotero.

    Alleen wat nieuw is wordt toegevoegd. Wat dezelfde lezer hier later besliste, blijft staan.
    """
    return leeszaal.labels_in(source, person=person, home=home)
