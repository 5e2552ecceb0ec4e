"""Build, ask, decide, export and check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import leeszaal
from leeszaal.cli.base import FILE, verb


@verb("build")
def _build(home: Path | None) -> Any:
    """Bouw de bibliotheek: één rij per werk, uit alles wat is ingelezen."""
    return leeszaal.build(home=home)


@verb("works")
@click.argument("words", metavar="[VRAAG]", nargs=-1)
@click.option("--in", "in_", metavar="VAK", help="Alleen de werken achter een getal van het PRISMA-schema.")
@click.option("--meaning", is_flag=True, help="Zoek op betekenis, in het Nederlands en het Engels tegelijk.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="Toon er N.")
@click.option("--why", metavar="CITEKEY", help="Laat van één werk zien waar elk veld vandaan komt.")
def _works(words: tuple[str, ...], why: str | None, home: Path | None, **options: Any) -> Any:
    """Zoek werken: woorden, "een zin", en velden zoals auteur:boogers, jaar:2015-2020 of thema:ibt.

    Alles wat u noemt moet erin staan; wat met een minteken begint juist niet. Zet een vraag met een minteken tussen
    aanhalingstekens, zoals 'toezicht -jaar:2010'.
    """
    if why is not None:
        return leeszaal.explain_work(why, home=home)
    # The shell has taken the quotes off a phrase; an argument with signs of its own is a question as it stands.
    phrase = [" " in word and not any(sign in word for sign in ('"', ":", " -")) for word in words]
    query = " ".join(f'"{word}"' if whole else word for word, whole in zip(words, phrase, strict=True))
    return leeszaal.works(query, home=home, **options)  # type: ignore[operator]


@verb("decide")
@click.argument("kind", metavar="SOORT")
@click.argument("subject", metavar="WERK")
@click.argument("value", metavar="[WAARDE]", default="")
@click.option("--reason", default="", metavar="TEKST", help="Waarom.")
@click.option("--person", metavar="NAAM", help="Wie beslist (anders LEESZAAL_PERSON of uw inlognaam).")
def _decide(kind: str, subject: str, value: str, reason: str, person: str | None, home: Path | None) -> Any:
    """Leg een beslissing vast over een werk, een onderwerp, een signaal of een paper.

    SOORT is include, exclude, maybe, tag, untag, merge, split, name of note; WERK is een citekey. Een onderwerp heet
    topic:7 (name, note), een signaal signal:NAAM (follow, expire, note) en een paper paper:NAAM (sign, note). Een
    beslissing blijft gelden, hoe vaak de bibliotheek ook opnieuw wordt gebouwd.
    """
    return leeszaal.decide(kind, subject, value, reason, person=person, home=home)


@verb("queue")
@click.option("--ask", is_flag=True, help="Leg de paren één voor één voor.")
@click.option("--related", is_flag=True, help="Toon ook werken die bij elkaar horen en niet één zijn, zoals errata.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="Toon er N.")
@click.option("--person", metavar="NAAM", help="Wie beslist (anders LEESZAAL_PERSON of uw inlognaam).")
def _queue(ask: bool, home: Path | None, **options: Any) -> Any:
    """Toon wat op een beslissing wacht: misschien dubbele werken, en waarover men het niet eens is.

    Met --ask beantwoordt u per paar: is dit hetzelfde werk, of zijn het er twee? Elk antwoord wordt meteen bewaard
    en is terug te nemen met ‘leeszaal undo’.
    """
    return leeszaal.queue(home=home, ask=_same_or_not if ask else None, **options)


def _same_or_not(pair: dict[str, Any]) -> str:
    """Put one pair to the person at the keyboard."""
    click.echo(f"\n{pair['left']} en {pair['right']} ({pair['reason']})")
    for name, (one, other) in pair["differs"].items():
        click.echo(f"  {name:<10} {one}\n  {'':<10} {other}")
    answers = {"h": "same", "t": "different", "o": "skip", "s": "stop"}
    said = click.prompt("Hetzelfde (h), twee werken (t), overslaan (o), stoppen (s)", type=click.Choice(list(answers)))
    return answers[said]


@verb("undo")
@click.option("--person", metavar="NAAM", help="Wiens beslissing (anders LEESZAAL_PERSON of uw inlognaam).")
def _undo(person: str | None, home: Path | None) -> Any:
    """Neem uw laatste beslissing terug. Nog een keer neemt die daarvoor terug."""
    return leeszaal.undo(person=person, home=home)


@verb("export")
@click.argument("output", metavar="BESTAND", type=FILE)
@click.option("--query", metavar="VRAAG", help="Alleen de werken die deze vraag vindt (zie leeszaal works).")
@click.option("--in", "in_", metavar="VAK", help="Alleen de werken achter een getal van het PRISMA-schema.")
def _export(output: Path, home: Path | None, **options: Any) -> Any:
    """Schrijf de werken naar een bestand: .bib, .ris, .json, .csv of .xlsx.

    De citekeys blijven zoals ze zijn. Het bestand wordt teruggelezen; wat anders terugkomt, wordt gemeld.
    """
    return leeszaal.export(output, home=home, **options)


@verb("check")
def _check(home: Path | None) -> Any:
    """Kijk na of alles klopt: de bronnen, de beslissingen, de bibliotheek en de verwijzingen in papers."""
    return leeszaal.check(home=home)
