"""The assessment framework as a paper: everything in it that is a rule is drawn from `literature/frameworks`.

What green, orange and red mean stands there in words. No function here looks at a municipality; judgments that
supervisors gave are counted, where there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leeszaal.errors import LeeszaalError
from leeszaal.indicators import (
    REGIONS,
    Framework,
    Law,
    criterion_works,
    framework_names,
    load_framework,
    load_municipalities,
    load_supervision,
    supervision_trend,
)
from leeszaal.indicators.frameworks import SHARED, Line
from leeszaal.papers.layout import works_behind
from leeszaal.papers.values import Value, ValueGroup
from leeszaal.reading import load_taxonomy
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_list, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.home import Home
    from leeszaal.papers.contents import Block, Paper

__all__ = [
    "colours",
    "criteria",
    "evaluation",
    "hearing",
    "judgments",
    "ladder",
    "legal_basis",
    "literature",
    "principles",
    "purpose",
    "resolve",
    "rests_on",
    "values",
]


def resolve(home: Home, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters with the theme of the framework, where no theme was given.

    Raises
    ------
    LeeszaalError
        When there is no framework, or none of that name.
    """
    found = dict(parameters)
    name = str(found.get("framework") or "")
    if not name:
        raise LeeszaalError(
            "Er is geen kader genoemd.", f"Zet ‘framework’ in paper.yaml: {', '.join(framework_names(home))}."
        )
    found["theme"] = found.get("theme") or load_framework(name, home, load_taxonomy(home.themes)).theme
    return found


def rests_on(home: Home, parameters: Mapping[str, Any]) -> list[Path]:
    """Return the files a framework is made of."""
    folder = home.literature / "frameworks"
    return [folder / f"{parameters.get('framework')}.yaml", folder / f"{SHARED}.yaml"]


def _framework(paper: Paper) -> Framework:
    return load_framework(str(paper.own["framework"]), paper.home, paper.taxonomy)


def values(paper: Paper) -> ValueGroup:
    """Return the values of a framework: `kader.naam`, `.criteria`, `.grondslagen`, `.na_te_lezen`, `.werken`, …"""
    framework = _framework(paper)
    works = set()
    for criterion in framework.criteria:
        works |= set(criterion_works(criterion, paper.corpus, paper.tags)["work_id"])
    bases, unchecked = len(framework.laws), len(framework.unchecked)
    return ValueGroup(
        kader=ValueGroup(
            naam=Value(framework.id, framework.name[:1].lower() + framework.name[1:]),
            domein=Value(framework.domain, framework.domain),
            staat=Value(framework.state, framework.state),
            criteria=Value(len(framework.criteria), format_number(len(framework.criteria))),
            grondslagen=Value(bases, format_number(bases)),
            na_te_lezen=Value(unchecked, format_number(unchecked)),
            stappen=Value(len(framework.ladder), format_number(len(framework.ladder))),
            evaluatie=Value(framework.evaluation.isoformat(), format_date(framework.evaluation)),
            werken=Value(
                len(works),
                format_number(len(works)),
                tuple(sorted(works)),
                definition=f"Werken bij het kader {framework.name}",
            ),
        )
    )


def _block(text: str) -> Block:
    from leeszaal.papers.contents import Block

    return Block(text)


def purpose(paper: Paper) -> Block:
    """Show what the framework is for, what falls outside it, and how far it has come."""
    framework = _framework(paper)
    state = (
        "Dit kader is een **concept**: Gedeputeerde Staten hebben het niet vastgesteld. De woorden bij groen, oranje en rood zijn "
        "een voorstel."
        if framework.state == "concept"
        else "Gedeputeerde Staten hebben dit kader **vastgesteld**."
    )
    return _block(
        f"**Doel.** {escape_markdown(framework.purpose)}\n\n**Reikwijdte.** {escape_markdown(framework.scope)}\n\n"
        f"**Voor wie.** {framework.over.capitalize()}.\n\n**Status.** {state}\n"
    )


def legal_basis(paper: Paper) -> Block:
    """Show the legal basis of each criterion, what each article says, where it was read, and what is still to be read."""
    framework = _framework(paper)
    marks = {
        origin: "abcdefghijklmnopqrstuvwxyz"[i] for i, origin in enumerate(dict.fromkeys(map(_origin, framework.laws)))
    }
    rows = [
        [
            f"{escape_markdown(law.name)} ^{marks[_origin(law)]}^",
            escape_markdown(law.says),
            escape_markdown("; ".join(one.name for one in framework.criteria if law in one.basis)),
        ]
        for law in framework.laws
    ]
    table = pipe_table(
        ["Grondslag", "Wat er staat", "Voor welk criterium"], rows, "lll",
        "Waarop elk criterium rust, in gewone woorden. De tekst van de wet gaat voor.", "tbl-grondslag",
    )  # fmt: skip
    notes = "\n".join(f"- ^{mark}^ {origin}" for origin, mark in marks.items())
    parts = [table, f"Waar de tekst is nagelezen:\n\n{notes}"]
    if framework.unchecked:
        names = "\n".join(f"- {escape_markdown(law.name)}: {escape_markdown(law.says)}" for law in framework.unchecked)
        parts.append(
            "**Nog na te lezen.** Deze wetten raken het domein ook. Niemand heeft ze voor dit kader nagelezen; er rust geen "
            f"criterium op.\n\n{names}"
        )
    return _block("\n\n".join(part for part in parts if part) + "\n")


def _origin(law: Law) -> str:
    """Return where a law was read and what a reader must know about it, as Markdown."""
    source = escape_markdown(law.source[:1].upper() + law.source[1:])
    told = f"[{source}]({law.url})" if law.url else source
    cite = f" [@{law.citekey}]" if law.citekey else ""
    return f"{told}{cite}.{f' {escape_markdown(law.note)}' if law.note else ''}"


def principles(paper: Paper) -> Block:
    """Show the principles, each with where it comes from."""
    return _block(_listed(_framework(paper).principles))


def hearing(paper: Paper) -> Block:
    """Show how the one who is supervised is heard."""
    return _block(_listed(_framework(paper).hearing))


def _listed(lines: Iterable[Line]) -> str:
    told = []
    for line in lines:
        head, dot, rest = line.text.partition(". ")
        text = (
            f"**{escape_markdown(head)}.** {escape_markdown(rest)}"
            if dot and len(head) < 30
            else escape_markdown(line.text)
        )
        told.append(f"- {text} {f'[@{line.citekey}]' if line.citekey else f'({escape_markdown(line.source)})'}")
    return "\n".join(told) + "\n"


def criteria(paper: Paper) -> Block:
    """Show the criteria: the question, the norm, by what it is seen, and where that stands."""
    framework = _framework(paper)
    rows = [
        [f"**{escape_markdown(one.name)}**", escape_markdown(one.question), escape_markdown(one.norm),
         escape_markdown(one.indicator), escape_markdown(one.source)]
        for one in framework.criteria
    ]  # fmt: skip
    columns = ["Criterium", "Vraag", "Norm", "Indicator", "Bron"]
    return _block(pipe_table(columns, rows, "lllll", "Waar de toezichthouder naar kijkt.", "tbl-criteria"))


def colours(paper: Paper) -> Block:
    """Show what green, orange and red mean for each criterion, in words, and what follows."""
    framework = _framework(paper)
    rows = [
        [
            f"**{escape_markdown(one.name)}**",
            *(escape_markdown(text) for text in one.colours.values()),
            escape_markdown(one.follow),
        ]
        for one in framework.criteria
    ]
    table = pipe_table(
        ["Criterium", "Groen", "Oranje", "Rood", "Vervolgstap bij oranje of rood"], rows, "lllll",
        "Wat de kleuren betekenen. De toezichthouder geeft de kleur; zij wordt nergens uitgerekend.", "tbl-kleuren",
    )  # fmt: skip
    return _block(table)


def literature(paper: Paper) -> Block:
    """Show the works behind each criterion."""
    framework = _framework(paper)
    rows = []
    for one in framework.criteria:
        works = criterion_works(one, paper.corpus, paper.tags)
        keys = "; ".join(f"@{key}" for key in works["citekey"])
        rows.append(
            [escape_markdown(one.name), format_number(len(works)), f"[{keys}]" if keys else "nog niets gevonden"]
        )
    names = [
        paper.taxonomy.label_name(label)
        for label in dict.fromkeys(label for one in framework.criteria for label in one.labels)
    ]
    table = pipe_table(
        ["Criterium", "Werken", "Welke"], rows, "lrl",
        "Werken uit de bibliotheek die bij een criterium horen: zij dragen het label en noemen een van de woorden.",
        "tbl-literatuur",
    )  # fmt: skip
    return _block(
        f"Gezocht is onder {format_list(names)}, in werken uit {paper.values['periode']}. Een werk "
        f"in deze tabel onderbouwt het criterium niet; het gaat over hetzelfde.\n\n{table}\n{works_behind(paper, 'kader.werken')}"
    )


def ladder(paper: Paper) -> Block:
    """Show the steps of intervention, from light to heavy."""
    framework = _framework(paper)
    rows = [
        [
            format_number(number),
            f"**{escape_markdown(step.name)}**",
            escape_markdown(step.what),
            escape_markdown(step.who),
        ]
        for number, step in enumerate(framework.ladder, start=1)
    ]
    source = framework.ladder_source
    table = pipe_table(
        ["Stap", "Naam", "Wat er gebeurt", "Wie"],
        rows,
        "rlll",
        "De interventieladder, van licht naar zwaar.",
        "tbl-ladder",
    )
    cite = f" [@{source.citekey}]" if source.citekey else ""
    return _block(f"{escape_markdown(source.text)}{cite}\n\n{table}")


def judgments(paper: Paper) -> Block:
    """Show how often each judgment was given in this domain, per year and region, once there are judgments."""
    framework = _framework(paper)
    path = paper.home.literature / "indicators" / "supervision.csv"
    if framework.over != "gemeenten":
        return _block("Oordelen over waterschappen houdt Leeszaal niet bij.\n")
    if not path.is_file():
        return _block(
            "Er zijn nog geen oordelen ingelezen. Staan ze in een tabel, dan komen ze erbij met `leeszaal supervision BESTAND`; hier "
            "verschijnt dan per jaar en regio hoe vaak elke kleur is gegeven.\n"
        )
    held = load_supervision(paper.home)
    names = load_municipalities(paper.home)
    groups = dict(zip(names["gemeentecode"], names["regio"], strict=True))
    trend = supervision_trend(held, groups)
    trend = trend[trend["domein"] == framework.domain]
    if trend.empty:
        return _block(f"In het domein {framework.domain} zijn nog geen oordelen ingelezen.\n")
    rows = [
        [REGIONS[row["regio"]].name if row["regio"] in REGIONS else "–", str(row["jaar"]),
         *(format_number(int(row[name])) for name in ("groen", "oranje", "rood", "zonder"))]
        for row in trend.to_dict("records")
    ]  # fmt: skip
    table = pipe_table(
        ["Regio", "Jaar", "Groen", "Oranje", "Rood", "Zonder oordeel"], rows, "lrrrrr",
        f"Oordelen in het domein {framework.domain}, zoals de toezichthouder ze gaf.", "tbl-oordelen",
    )  # fmt: skip
    apart = held.disagreements[held.disagreements["domein"] == framework.domain]
    keys = apart[["gemeentecode", "jaar"]].drop_duplicates()
    differ = (
        f"Van {format_count(len(keys), 'oordeel', 'oordelen')} verschillen de bronnen; "
        f"{'dat telt' if len(keys) == 1 else 'die tellen'} niet mee.\n"
        if len(keys)
        else ""
    )
    return _block(f"{table}\n\n{differ}")


def evaluation(paper: Paper) -> Block:
    """Show when the framework is looked at again, and why then."""
    framework = _framework(paper)
    return _block(
        f"Dit kader wordt uiterlijk op **{format_date(framework.evaluation)}** opnieuw bekeken: {escape_markdown(framework.evaluation_why)}.\n"
    )
