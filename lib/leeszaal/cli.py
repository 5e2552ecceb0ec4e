"""The command line: the same verbs as the package, in the order of the flow."""

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
from leeszaal.dutch import DutchCommand, DutchGroup, explain
from leeszaal.errors import LeeszaalError
from leeszaal.site import site as make_site
from leeszaal.topics import topics as find_topics
from leeszaal.trends import trends as find_trends

__all__ = ["main"]

_FILE = click.Path(path_type=Path)
home_option = click.option(
    "--home", type=_FILE, metavar="MAP", help="De map van de leeszaal (anders: de dichtstbijzijnde hierboven)."
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


def verb(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Register a verb that takes --home and --json and prints the summary it returns."""

    def register(function: Callable[..., Any]) -> click.Command:
        def run(as_json: bool, **options: Any) -> None:
            with progress.quiet(as_json):
                _tell(function(**options), as_json)

        run.__doc__ = function.__doc__
        run.__click_params__ = list(getattr(function, "__click_params__", []))  # type: ignore[attr-defined]
        return cli.command(name, cls=DutchCommand)(home_option(json_option(run)))

    return register


@verb("init")
@click.argument("folder", metavar="MAP", type=_FILE)
def _init(folder: Path, home: Path | None) -> Any:
    """Richt een nieuwe leeszaal in: literatuur, notebooks, papers en de site.

    Wat al in MAP staat, blijft zoals het is.
    """
    if home is not None:
        raise click.UsageError("‘leeszaal init’ krijgt de map achter het woord init, niet met --home.")
    return leeszaal.init(folder)


@verb("import")
@click.argument("files", metavar="BESTAND…", nargs=-1, required=True, type=_FILE)
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
    ask = _may_harvest if _question() is not None else None
    return leeszaal.harvest(list(names) or None, home=home, ask=ask, **options)  # type: ignore[operator]


def _question() -> Callable[[str], bool] | None:
    """Return how to ask the person at the keyboard; None when nobody is there to answer."""
    here = sys.stdin is not None and sys.stdin.isatty() and not _as_json()
    return (lambda text: click.confirm(text, default=False)) if here else None


def _as_json() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.params.get("as_json"))


def _may_harvest(plan: str) -> bool:
    click.echo(plan)
    if click.confirm("Ophalen?", default=False):
        return True
    click.echo("Er is niets opgehaald.")
    raise click.exceptions.Exit(0)


@verb("log")
@click.option("--format", type=click.Choice(["markdown", "csv"]), help="Het hele zoeklogboek, als tabel.")
@click.option("--output", metavar="BESTAND", type=_FILE, help="Schrijf die tabel naar een bestand (.md of .csv).")
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
    return leeszaal.enrich(kind, works=list(works) or None, home=home, question=_question(), **options)


@verb("snowball")
@click.argument("works", metavar="CITEKEY…", nargs=-1, required=True)
@click.option("--plan", is_flag=True, help="Laat zien wat het oplevert en kost.")
@click.option("--yes", is_flag=True, help="Haal op zonder eerst te vragen.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Hoogstens N records per werk en richting.")
def _snowball(works: tuple[str, ...], home: Path | None, **options: Any) -> Any:
    """Haal op wat gekozen werken aanhalen, en wat hen aanhaalt."""
    return leeszaal.snowball(list(works), home=home, question=_question(), **options)


@verb("zotero-push")
@click.option("--library", metavar="NAAM", help="user:123, group:123 of local:… (anders LEESZAAL_ZOTERO_LIBRARY).")
@click.option("--yes", is_flag=True, help="Schrijf zonder eerst te vragen.")
def _zotero_push(home: Path | None, **options: Any) -> Any:
    """Zet labels en besluiten als tags terug in de Zotero-bibliotheek waar de werken vandaan kwamen."""
    return leeszaal.zotero_push(home=home, question=_question(), **options)


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
@click.argument("work", metavar="WERK")
@click.argument("value", metavar="[WAARDE]", default="")
@click.option("--reason", default="", metavar="TEKST", help="Waarom.")
@click.option("--person", metavar="NAAM", help="Wie beslist (anders LEESZAAL_PERSON of uw inlognaam).")
def _decide(kind: str, work: str, value: str, reason: str, person: str | None, home: Path | None) -> Any:
    """Leg een beslissing over een werk vast.

    SOORT is include, exclude, maybe, tag, untag, merge, split, name of note; WERK is een citekey. Een beslissing blijft
    gelden, hoe vaak de bibliotheek ook opnieuw wordt gebouwd.
    """
    return leeszaal.decide(kind, work, value, reason, person=person, home=home)


@verb("undo")
@click.option("--person", metavar="NAAM", help="Wiens beslissing (anders LEESZAAL_PERSON of uw inlognaam).")
def _undo(person: str | None, home: Path | None) -> Any:
    """Neem uw laatste beslissing terug. Nog een keer neemt die daarvoor terug."""
    return leeszaal.undo(person=person, home=home)


@verb("export")
@click.argument("output", metavar="BESTAND", type=_FILE)
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


@verb("tag")
@click.option(
    "--input", "input_", metavar="CSV", type=_FILE, help="Label een losse tabel (id, title, abstract, language)."
)
@click.option("--output", metavar="CSV", type=_FILE, help="Waar de labels van --input komen te staan.")
@click.option("--evaluate", metavar="CSV", type=_FILE, help="Meet de labels aan een tabel met de goede labels.")
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval bij --evaluate.")
def _tag(input_: Path | None, output: Path | None, evaluate: Path | None, seed: int, home: Path | None) -> Any:
    """Geef elk werk zijn thema's, met de woorden waarop dat rust."""
    if evaluate is not None:
        return leeszaal.evaluate_tags(evaluate, home=home, random_state=seed)
    if (input_ is None) != (output is None):
        raise click.UsageError("--input en --output horen bij elkaar: noem ze allebei.")
    if input_ is not None and output is not None:
        return leeszaal.tag_file(input_, output, home=home)
    return leeszaal.tag(home=home)


@verb("screen")
@click.option(
    "--simulate", metavar="CSV", type=_FILE, required=True, help="De tabel (title, abstract, label_included)."
)
@click.option("--seeds", type=click.IntRange(min=1), default=5, show_default=True, metavar="N", help="Hoe vaak.")
@click.option("--theme", metavar="THEMA", help="Begin met de omschrijving van dit thema (anders: met één werk).")
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval.")
def _screen(simulate: Path, seeds: int, theme: str | None, seed: int, home: Path | None) -> Any:
    """Speel een beoordeelde stapel na: hoe snel komt het relevante boven, en waar had u mogen stoppen?"""
    return leeszaal.screen_simulate(simulate, seeds=seeds, theme=theme, random_state=seed, home=home)


@verb("topics")
@click.option("--k", type=click.IntRange(min=2), metavar="N", help="Het aantal onderwerpen (anders: voorgesteld).")
@click.option("--seed", default=0, show_default=True, help="Startwaarde van het toeval.")
@click.option("--input", "input_", metavar="CSV", type=_FILE, help="Zoek onderwerpen in een losse tabel.")
@click.option("--output", metavar="MAP", type=_FILE, help="De map voor de uitkomst van --input.")
def _topics(k: int | None, seed: int, input_: Path | None, output: Path | None, home: Path | None) -> Any:
    """Zoek onderwerpen: groepen van werken die over hetzelfde gaan, in het Nederlands en het Engels."""
    if (input_ is None) != (output is None):
        raise click.UsageError("--input en --output horen bij elkaar: noem ze allebei.")
    if input_ is not None and output is not None:
        return leeszaal.topics_of_file(input_, output, k=k, random_state=seed)
    return find_topics(home=home, k=k, random_state=seed)


@verb("trends")
@click.option("--from-year", type=int, metavar="JAAR", help="Het eerste jaar.")
@click.option("--to-year", type=int, metavar="JAAR", help="Het laatste jaar.")
def _trends(from_year: int | None, to_year: int | None, home: Path | None) -> Any:
    """Tel thema's en onderwerpen per jaar, als aandeel van het geheel, en toets of dat stijgt of daalt."""
    return find_trends(home=home, from_year=from_year, to_year=to_year)


@verb("turnout")
@click.argument("files", metavar="[BESTAND]…", nargs=-1, type=_FILE)
def _turnout(files: tuple[Path, ...], home: Path | None) -> Any:
    """Voeg de opkomst van een verkiezing toe: een telling van de Kiesraad (EML 510) of de JSON van de uitslagensite.

    Wat er staat, blijft staan; dezelfde uitslag komt er geen tweede keer in. Zonder BESTAND ziet u wat er is.
    """
    return leeszaal.import_turnout(list(files), home=home)


@verb("paper")
@click.argument("slug", metavar="PAPER")
@click.option("-p", "parameters", metavar="NAAM=WAARDE", multiple=True, help="Een andere waarde voor een parameter.")
@click.option("--check", is_flag=True, help="Controleer alleen de tekst; voer niets uit.")
def _paper(slug: str, parameters: tuple[str, ...], check: bool, home: Path | None) -> Any:
    """Maak een paper: voer het sjabloon uit met de parameters en de tekst van de schrijver.

    Uw eigen tekst (text.md) wordt gelezen en nooit veranderd.
    """
    if check:
        return leeszaal.check_paper(slug, home=home)
    return leeszaal.paper(slug, home=home, parameters=leeszaal.parse_parameters(parameters))


@verb("site")
@click.option(
    "--renderer",
    type=click.Choice(["quarto", "pandoc"]),
    help="Waarmee (anders: Quarto als dat er is, en anders Pandoc).",
)
def _site(renderer: str | None, home: Path | None) -> Any:
    """Maak de site: voorpagina, papers (HTML, PDF, Word), thema's en literatuurlijst.

    Gaat er iets mis, dan blijft de vorige site staan.
    """
    return make_site(home=home, renderer=renderer)


@verb("status")
def _status(home: Path | None) -> Any:
    """Vertel wat er in de leeszaal staat en wat opnieuw gemaakt moet worden."""
    return leeszaal.status(home=home)


@verb("demo")
def _demo(home: Path | None) -> Any:
    """Doe alles één keer: van de startbibliotheek tot de site."""
    return leeszaal.demo(home=home)


@cli.command("lab", cls=DutchCommand)
@home_option
def _lab(home: Path | None) -> None:
    """Start JupyterLab in het Nederlands, op het eerste notebook."""
    raise click.exceptions.Exit(leeszaal.lab(home=home))


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


if __name__ == "__main__":
    sys.exit(main())
