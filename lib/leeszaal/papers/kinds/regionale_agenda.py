"""The contribution to a regional agenda: what a region is, its figures, what there is to read, who decides.

A region that reaches beyond the province has figures for a part of its municipalities only; every number here says for
how many. An area that is no body in law cannot decide anything, and the text says who can.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.indicators import REGIONS, load_region_facts, region_members
from leeszaal.papers.facts import subtheme_value
from leeszaal.papers.layout import works_behind
from leeszaal.papers.turnout import election_name, figures_of, percent, points, stations
from leeszaal.papers.values import Value, ValueGroup
from leeszaal.papers.wording import in_sentence
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_list, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.home import Home
    from leeszaal.papers.contents import Block, Paper

__all__ = ["facts", "partners", "research", "resolve", "safeguards", "values"]


def resolve(home: Home, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters unchanged, when they name a region and not the whole province.

    Raises
    ------
    LeeszaalError
        When the region is the province itself.
    """
    del home
    if parameters.get("region") == "overijssel":
        regions = ", ".join(name for name in REGIONS if name != "overijssel")
        raise LeeszaalError(
            "Een regionale agenda gaat over een regio, niet over de hele provincie.", f"Kies: {regions}."
        )
    return dict(parameters)


def values(paper: Paper) -> ValueGroup:
    """Return the values of the region: `gebied.gemeenten`, `.hier`, `.elders`, `.kiezers`, `.opkomst`, `.punt`, …"""
    members = region_members(paper.region.id, paper.home)
    here = int(members["in_overijssel"].sum())
    row = _turnout(paper)
    return ValueGroup(
        gebied=ValueGroup(
            naam=Value(paper.region.id, paper.region.name),
            soort=Value(paper.region.legal_form, paper.region.note_nl),
            gemeenten=Value(len(members), format_number(len(members))),
            hier=Value(here, format_number(here)),
            elders=Value(len(members) - here, format_number(len(members) - here)),
            provincies=Value(len(paper.region.provinces), format_number(len(paper.region.provinces))),
            kiezers=Value(int(row["kiesgerechtigden"]), format_number(int(row["kiesgerechtigden"]))),
            opkomst=Value(float(row["tweede"]), percent(row["tweede"])),
            verschil=Value(float(row["verschil"]), points(row["verschil"])),
            punt=Value(int(row["stemmen_per_punt"]), format_number(int(row["stemmen_per_punt"]))),
        )
    )


def _turnout(paper: Paper) -> dict[Any, Any]:
    figures = figures_of(paper.home, str(paper.own["earlier"]), str(paper.own["election"]))
    return dict(figures.regions[figures.regions["naam"] == paper.region.id].iloc[0])


def _block(text: str) -> Block:
    from leeszaal.papers.contents import Block

    return Block(text)


def facts(paper: Paper) -> Block:
    """Show what the region is, its figures beside those of the province, and the facts that were looked up."""
    region = paper.region
    members = region_members(region.id, paper.home)
    here = int(members["in_overijssel"].sum())
    election, earlier = str(paper.own["election"]), str(paper.own["earlier"])
    figures = figures_of(paper.home, earlier, election)
    row = _turnout(paper)
    both = figures.both.table.dropna(subset=["eerste", "tweede", "kiesgerechtigden"])
    one, two = (
        float(rows[figures.both.measure].sum() / rows["kiesgerechtigden"].sum())
        for rows in (figures.turnout.of(name).dropna(subset=[figures.both.measure]) for name in (earlier, election))
    )
    counts = stations(paper.home, figures)
    ours = set(members["gemeentecode"].dropna())
    mine = counts[[code in ours for code in counts.index]]

    def shared(table: pd.DataFrame) -> str:
        return format_number(float(table["kiesgerechtigden"].sum() / table["nu"].sum()))

    rows = [
        ["Gemeenten met cijfers", f"{format_number(here)} van {format_number(len(members))}", format_number(len(both))],
        [f"Kiesgerechtigden, {election}", format_number(int(row["kiesgerechtigden"])),
         format_number(int(both["kiesgerechtigden"].sum()))],
        [f"Opkomst, {earlier}", percent(row["eerste"]), percent(one)],
        [f"Opkomst, {election}", percent(row["tweede"]), percent(two)],
        ["Kiesgerechtigden per stembureau", shared(mine), shared(counts)],
    ]  # fmt: skip
    table = pipe_table(
        ["Cijfer", f"{region.name}, deel in Overijssel" if region.crosses_border else region.name, "Overijssel"], rows, "lrr",
        f"{region.name} naast Overijssel. Opkomst bij {election_name(election)}, naar de "
        f"{'geldige' if figures.both.measure == 'geldig' else 'uitgebrachte'} stemmen (bron: Kiesraad, via openbare bestanden).",
        "tbl-regio",
    )  # fmt: skip
    border = (
        f"{region.name} ligt in {format_list(list(region.provinces))}. Wij hebben cijfers van {format_number(here)} van de "
        f"{format_number(len(members))} gemeenten: die in Overijssel. Hun som is niet de regio."
        if region.crosses_border
        else f"Alle {format_number(len(members))} gemeenten liggen in Overijssel."
    )
    told = load_region_facts(region.id, paper.home)
    mine = told[told["regio"] == region.id]
    lines = "\n".join(_subject(str(subject), rows) for subject, rows in mine.groupby("onderwerp", sort=False))
    return _block(
        f"{region.name} is {region.note_nl}. {border}\n\n{table}\n\n"
        "Cijfers over brede welvaart (zoals wonen, werk en gezondheid) heeft Leeszaal nog niet; zij komen met `leeszaal cbs TABEL`. "
        f"Wat wij verder vonden:\n\n{lines}\n"
    )


def _subject(subject: str, facts: pd.DataFrame) -> str:
    """Return the facts on one subject as a list item, each with its source."""
    told = " ".join(_fact(fact) for fact in facts.to_dict("records"))
    return f"- **{escape_markdown(subject[:1].upper() + subject[1:])}.** {told}"


def _fact(fact: Mapping[Any, Any]) -> str:
    """Return a fact with its source before the full stop."""
    source = f"[@{fact['citekey']}]" if fact["citekey"] else f"({escape_markdown(fact['bron'])})"
    return f"{escape_markdown(str(fact['feit']).rstrip().removesuffix('.'))} {source}."


def research(paper: Paper) -> Block:
    """Show what there is to read on each side of regional cooperation, and what names the region itself."""
    from leeszaal.reading.terms import Matcher, Options

    corpus = paper.corpus.sort_values("citekey")
    rows = []
    for label in paper.labels:
        ids = set(paper.tags.loc[paper.tags["label"] == label, "work_id"])
        works = corpus[corpus["work_id"].isin(ids)]
        if works.empty:
            continue
        name = escape_markdown(paper.taxonomy.label_name(label))
        dutch = int((works["language"] == "nl").sum())
        value = subtheme_value(label)
        found = paper.door(value.removesuffix("werken") + "onderzoek")
        rows.append([name, paper.door(value), found, format_number(dutch), str(int(works["year"].max()))])
    name = paper.region.name.removeprefix("Regio ")
    matcher = Matcher([(name.lower(), "nl")], Options(stems=False))
    named = corpus[matcher.within(corpus["title"].astype(str))]
    about = "; ".join(f"@{key}" for key in named["citekey"])
    own = (
        f"{format_count(len(named), 'werk noemt', 'werken noemen')} {escape_markdown(name)} in de titel [{about}]."
        if len(named)
        else f"Geen enkel werk noemt {escape_markdown(name)} in de titel."
    )
    bare = int(paper.works["abstract"].isna().sum())
    table = pipe_table(
        ["Onderwerp", "Werken", "Onderzoek", "Nederlandstalig", "Nieuwste"], rows, "lrrrr",
        f"Werken over {in_sentence(paper.theme_name)} in onze bibliotheek, {paper.from_year}–{paper.to_year}. Een werk kan bij meer "
        "onderwerpen staan.", "tbl-onderzoek",
    )  # fmt: skip
    return _block(
        f"{own} Van {format_number(bare)} van de {format_count(len(paper.works), 'werk', 'werken')} kennen wij alleen de titel.\n\n{table}\n{works_behind(paper, 'werken')}"
    )


def partners(paper: Paper) -> Block:
    """Show the municipalities of the region, those in Overijssel apart from the others."""
    members = region_members(paper.region.id, paper.home)
    here = members.loc[members["in_overijssel"], "gemeente"]
    away = members.loc[~members["in_overijssel"], "gemeente"]
    rows = [["in Overijssel", format_number(len(here)), escape_markdown(", ".join(here))]]
    if len(away):
        others = format_list([name for name in paper.region.provinces if name != "Overijssel"])
        rows.append([f"in {others}", format_number(len(away)), escape_markdown(", ".join(away))])
    table = pipe_table(
        ["Gemeenten", "Aantal", "Welke"], rows, "lrl",
        f"De gemeenten van {paper.region.name} (bron: {escape_markdown(paper.region.source)}).", "tbl-partners",
    )  # fmt: skip
    return _block(table)


def safeguards(paper: Paper) -> Block:
    """Show who decides in law, and when councils and States have their say."""
    region = paper.region
    if region.is_legal_body:
        head = (
            f"{region.name} is een gemeenschappelijke regeling. De Wet gemeenschappelijke regelingen geldt, en raden geven hun "
            "zienswijze op haar begroting en plannen."
        )
    else:
        head = (
            f"{region.name} is zelf geen rechtspersoon en kan niets besluiten. Elke raad, en Provinciale Staten, beslist over de eigen "
            "inzet en het eigen geld. De Wet gemeenschappelijke regelingen geldt alleen voor regelingen die gemeenten hier samen "
            "hebben getroffen, niet voor de regio als geheel."
        )
    told = load_region_facts(region.id, paper.home)
    lines = "\n".join(
        f"- {_fact(fact)}" for fact in told[told["onderwerp"] == "democratische borging"].to_dict("records")
    )
    return _block(f"{head}\n\n{lines}\n")
