"""The paper on turnout: what the figures of the municipalities show, where there is room, what literature there is.

All of it is about the provincial election in ``election`` beside the one in ``earlier``, by one measure for both. The
text is Dutch: the template has no headings in another language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from leeszaal.charts import turnout_change_figure, turnout_figure
from leeszaal.indicators import REGIONS, election_pairs, level, rank, region_members, room_between, spread
from leeszaal.indicators.comparability import kind_of
from leeszaal.papers.layout import finding, show
from leeszaal.papers.turnout import (
    MEASURES,
    SIZE_NAMES,
    Figures,
    election_name,
    figures_of,
    percent,
    points,
    source_of,
    stations,
    turnout_values,
)
from leeszaal.papers.values import Value, ValueGroup
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_list, format_number, format_percent, format_range
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    import pandas as pd

    from leeszaal.papers.contents import Block, Paper

__all__ = [
    "change_found",
    "figures_used",
    "level_found",
    "literature_found",
    "regions_found",
    "room_found",
    "stations_found",
    "values",
]


_LABELS = ("dem.opkomst", "dem.bevordering")
# What a work looks at, by words in its title, summary or keywords; kinds of words as in `themes.yaml`.
_INSTRUMENTS: tuple[tuple[str, list[tuple[str, str]]], ...] = (
    ("aanbellen en praten", [("door-to-door", "en"), ("canvassing", "en"), ("huis aan huis", "nl")]),
    ("herinneren, met bericht of brief", [("reminder*", "en"), ("text message*", "en"), ("impersonal", "en"), ("sms", "nl")]),
    ("campagne voeren", [("campaign*", "en"), ("campagne*", "nl")]),
    ("mobiliseren, en proeven daarmee", [("field experiment*", "en"), ("mobiliz*", "en"), ("mobilis*", "en"), ("mobiliseren", "nl")]),
    ("inzet van de gemeente", [("municipal efforts", "en"), ("gemeentelijke inzet", "nl")]),
    ("makkelijker of anders stemmen", [("voting by mail", "en"), ("voting only by mail", "en"), ("registration", "en"),
     ("stembureau*", "nl"), ("polling station*", "en"), ("polling place*", "en"), ("compulsory voting", "en")]),
    ("kandidaten zichtbaar maken", [("personaliz*", "en"), ("spitzenkandidaten", "en"), ("lijsttrekker*", "nl")]),
    ("stemmen als gewoonte", [("habit*", "en"), ("gewoonte*", "nl")]),
)  # fmt: skip
_DUTCH = [("dutch", "en"), ("netherlands", "en"), ("nederland*", "nl")]


def _figures(paper: Paper) -> Figures:
    return figures_of(paper.home, str(paper.own["earlier"]), str(paper.own["election"]))


def values(paper: Paper) -> ValueGroup:
    """Return the values on turnout (see `leeszaal.papers.turnout.turnout_values`) and `literatuur.werken`."""
    group = turnout_values(paper.home, _figures(paper), int(paper.own["next_year"]))
    works = _literature(paper)
    told = "Werken over opkomst of het bevorderen daarvan"
    group["literatuur"] = ValueGroup(
        werken=Value(len(works), format_number(len(works)), tuple(works["work_id"]), definition=told)
    )
    return group


def level_found(paper: Paper) -> Block:
    """Show the turnout of every municipality, and what a rank is worth."""
    figures = _figures(paper)
    election = figures.both.second
    rows, measure = level(figures.turnout, election, figures.both.measure)
    ranks, usual, _ = rank(figures.turnout, election, measure)
    width = (ranks["rang_tot"] - ranks["rang_van"]).dropna()
    values = paper.values.group("opkomst")
    figure = turnout_figure(
        rows.rename(columns={"gemeente": "name", "opkomst": "value"}), election_name(election),
        source=source_of(figures, election), measure=measure, slug="opkomst",
    )  # fmt: skip
    parts = {
        "what": (
            f"In heel Overijssel was de opkomst {values['nu']}; in de helft van de gemeenten was zij hoger dan "
            f"{values['mediaan']} (@fig-opkomst)."
        ),
        "evidence": (
            f"Een volledige telling in {format_count(len(rows), 'gemeente', 'gemeenten')}. {figures.both.note}"
        ),
        "strength": "sterk voor de hoogte van de opkomst, zwak voor de volgorde.",
        "counter": (
            f"Een gemeente schommelt van verkiezing tot verkiezing gewoonlijk {points(usual.sd)} om haar eigen niveau "
            f"(standaardafwijking van wat gemeente en verkiezing samen niet verklaren, {format_list(list(usual.elections))}). Met "
            f"zulke schommelingen beslaat de marge van een gemeente al snel {format_number(int(width.median()))} plaatsen (4.000 "
            "trekkingen uit een normale verdeling); die marge is eerder te krap dan te ruim. Lees de figuur dus niet als ranglijst."
        ),
    }
    return finding(paper, "opkomst-niveau", parts, show(figure), behind="")


def change_found(paper: Paper) -> Block:
    """Show how turnout changed between the two elections."""
    figures = _figures(paper)
    both = figures.both
    values = paper.values.group("opkomst")
    table = both.table.rename(columns={"gemeente": "name", "eerste": "before", "tweede": "after"})
    figure = turnout_change_figure(
        table, (election_name(both.first), election_name(both.second)), source=source_of(figures, both.second), measure=both.measure,
        slug="opkomst-verandering",
    )  # fmt: skip
    change = both.table["verschil"].dropna().astype(float)
    history, _ = spread(figures.turnout, kind_of(both.second), both.measure)
    past = history.set_index("verkiezing")["geheel"]
    sizes = both.table.assign(soort=both.table["gemeentecode"].map(figures.sizes)).groupby("soort")["verschil"].mean()
    missing = (
        f" Zonder cijfer in een van beide jaren, en dus niet in de figuur: {format_list(list(both.missing))}."
        if both.missing
        else ""
    )
    parts = {
        "what": (
            f"Van {election_name(both.first)} naar {election_name(both.second)} ging de opkomst van {values['vorige']} naar {values['nu']}: "
            f"{points(past[both.second] - past[both.first])}. Zij steeg in {values['stijgers']} van de "
            f"{values['gemeenten']} gemeenten (@fig-opkomst-verandering)."
        ),
        "evidence": (
            f"De verandering per gemeente loopt van {points(change.min())} tot {points(change.max())}. Gemiddeld was zij "
            f"{points(float(sizes['klein']))} in kleine gemeenten en {points(float(sizes['groot']))} in de grootste.{missing}"
        ),
        "strength": "sterk: beide verkiezingen zijn volledig geteld, met dezelfde maatstaf.",
        "counter": (
            f"Twee verkiezingen zijn geen lijn. Bij de {format_number(len(past))} verkiezingen sinds {past.index[0][-4:]} lag "
            f"de opkomst tussen {percent(past.min())} en {percent(past.max())}, en zij ging op en neer. De cijfers zeggen "
            "niet waardoor."
        ),
    }
    return finding(paper, "opkomst-verandering", parts, show(figure), behind="")


def regions_found(paper: Paper) -> Block:
    """Show each region beside what its size and earlier turnout let one expect, and what a point is in voters."""
    figures = _figures(paper)
    rows = []
    for row in figures.regions.sort_values("kiesgerechtigden", ascending=False).to_dict("records"):
        region = REGIONS[str(row["naam"])]
        members = region_members(region.id, paper.home)
        rows.append(
            [
                region.name,
                f"{format_number(int(row['gemeenten']))} van {format_number(len(members))}",
                percent(row["eerste"]), percent(row["tweede"]), format_range(row["laag"], row["hoog"], 1, percent=True),
                format_number(int(row["stemmen_per_punt"])),
            ]
        )  # fmt: skip
    told = [
        f"{REGIONS[str(row['naam'])].name} ligt {row['oordeel']}"
        for row in figures.regions.to_dict("records")
        if row["oordeel"] != "zoals verwacht"
    ]
    verdict = (
        f"{format_list(told)}." if told else "In geen van de regio's wijkt de opkomst duidelijk af van die verwachting."
    )
    expected = figures.expected
    apart = expected.table[expected.table["oordeel"] != "zoals verwacht"]
    sizes = figures.regions.sort_values("kiesgerechtigden", ascending=False)
    largest = REGIONS[str(sizes["naam"].iloc[0])].name
    share = float(sizes["kiesgerechtigden"].iloc[0] / sizes["kiesgerechtigden"].sum())
    parts = {
        "what": (
            f"Een punt opkomst is in heel Overijssel {paper.values.group('punt')['overijssel']} stemmen. Daarvan ligt "
            f"{format_percent(share)} in {largest}. Naast elke regio staat wat u op grond van eerdere opkomst en van het aantal "
            f"kiezers mocht verwachten (@tbl-opkomst-regios). {verdict}"
        ),
        "evidence": (
            f"De verwachting volgt uit het aantal kiesgerechtigden en de opkomst bij {format_list(list(expected.earlier))} "
            f"(lineaire regressie; deze twee verklaren {format_percent(expected.explained)} van de verschillen). De marge is 95 %."
        ),
        "strength": (
            f"redelijk: {format_count(len(expected.table), 'gemeente', 'gemeenten')} en "
            f"{format_number(len(expected.earlier) + 1)} verkiezingen, met ruime marges."
        ),
        "counter": (
            f"Door toeval valt ongeveer {format_number(round(expected.by_chance))} van de {format_number(len(expected.table))} "
            f"gemeenten buiten de marge; wij telden er {format_number(len(apart))}. {_partly(figures, paper)}"
        ),
    }
    columns = [
        "Regio",
        "Gemeenten met cijfers",
        figures.both.first,
        figures.both.second,
        "Verwacht",
        "Stemmen per punt",
    ]
    caption = f"Opkomst per regio ({MEASURES[figures.both.measure]}), met de verwachting voor {figures.both.second}."
    return finding(
        paper, "opkomst-regios", parts, pipe_table(columns, rows, "llrrrr", caption, "tbl-opkomst-regios"), behind=""
    )


def _partly(figures: Figures, paper: Paper) -> str:
    """Say of which regions we hold figures for a part only."""
    told = []
    for row in figures.regions.to_dict("records"):
        region = REGIONS[str(row["naam"])]
        members = region_members(region.id, paper.home)
        here = members.loc[members["in_overijssel"], "gemeente"]
        if len(here) < len(members):
            count = (
                here.iloc[0]
                if len(here) == 1
                else f"{format_number(len(here))} van de {format_number(len(members))} gemeenten"
            )
            told.append(f"van {region.name} alleen {count}")
    if not told:
        return ""
    return f"Regio's lopen over de provinciegrens heen: wij hebben cijfers {format_list(told)}."


def room_found(paper: Paper) -> Block:
    """Show where the votes are that a national election drew and a provincial one did not, and how steady that is."""
    figures = _figures(paper)
    pairs = election_pairs(figures.turnout, until=figures.both.second)
    national, provincial = pairs[-1]
    every = [room_between(figures.turnout, [pair], figures.sizes).set_index("naam")["per_duizend"] for pair in pairs]
    known = {str(row["naam"]): row for row in figures.by_size.reset_index().to_dict("records")}
    order = [size for size in SIZE_NAMES if size in known]
    rows = [
        [
            f"{SIZE_NAMES[size]} ({format_number(int(known[size]['gemeenten']))})",
            format_number(int(known[size]["stemmen"])),
            format_percent(known[size]["aandeel"]),
            *(format_number(float(one[size])) for one in every),
        ]
        for size in order
    ]
    ruimte = paper.values.group("ruimte")
    parts = {
        "what": (
            f"Bij {election_name(national)} zijn {ruimte['stemmen']} geldige stemmen meer uitgebracht dan bij {election_name(provincial)}. "
            f"Daarvan ligt {ruimte.group('groot')['aandeel']} in de {ruimte.group('groot')['gemeenten']} grootste gemeenten, waar "
            f"{ruimte.group('groot')['kiezers']} van de kiesgerechtigden woont. "
            f"Van elke duizend kiesgerechtigden gaat het daar om {ruimte.group('groot')['per_duizend']} mensen, in kleine "
            f"gemeenten om {ruimte.group('klein')['per_duizend']} (@tbl-ruimte)."
        ),
        "evidence": (
            "Geldige stemmen per gemeente bij "
            f"{format_number(len(pairs))} paren van verkiezingen: {format_list([f'{one} en {two}' for one, two in pairs])}."
        ),
        "strength": (
            "sterk voor de aantallen: daar wonen de meeste kiezers. Redelijk voor het verschil per duizend, want dat wisselt."
        ),
        "counter": (
            "Het verschil per duizend tussen de grootste en de kleine gemeenten was bij deze paren "
            f"{format_list([format_number(gap) for gap in figures.gaps])}. Het wisselt dus sterk, en hoe groot het de volgende keer is, weten wij "
            "niet. En wie wel voor de Tweede Kamer stemde, is daarmee nog niet over te halen: dat zeggen deze cijfers niet."
        ),
    }
    columns = ["Gemeenten", "Meer stemmen", "Deel van het geheel", *(f"Per duizend, {two}" for _, two in pairs)]
    caption = (
        f"Stemmen die {national} meer trok dan {provincial}, naar grootte van de gemeente; rechts het aantal per duizend "
        "kiesgerechtigden, ook bij eerdere paren."
    )
    return finding(
        paper,
        "opkomst-ruimte",
        parts,
        pipe_table(columns, rows, "lrr" + "r" * len(pairs), caption, "tbl-ruimte"),
        behind="",
    )


def stations_found(paper: Paper) -> Block:
    """Show how many polling stations there are and whether more of them went with more turnout."""
    figures = _figures(paper)
    counts = stations(paper.home, figures)
    change = figures.both.table.set_index("gemeentecode")["verschil"].astype(float)
    joined = counts.join(change).dropna()
    more = joined["nu"] / joined["toen"] - 1
    # Spearman's rho: the correlation of the ranks.
    rho = float(more.rank().corr(joined["verschil"].rank()))
    low, high = _interval(rho, len(joined))
    up = int((more > 0).sum())
    down = int((more < 0).sum())
    sizes = counts.assign(soort=[figures.sizes[code] for code in counts.index]).groupby("soort")
    rows = [
        [
            f"{SIZE_NAMES[size]} ({format_number(len(part))})", format_number(int(part["toen"].sum())),
            format_number(int(part["nu"].sum())), format_number(float(part["kiesgerechtigden"].sum() / part["nu"].sum())),
        ]
        for size, part in sorted(((str(name), part) for name, part in sizes), key=lambda item: list(SIZE_NAMES).index(item[0]))
    ]  # fmt: skip
    values = paper.values.group("stembureaus")
    certain = "Dat is te onzeker om iets te beweren" if low < 0 < high else "Dat zegt nog niet wat oorzaak is"
    parts = {
        "what": (
            f"Het aantal stembureaus ging van {values['vorige']} naar {values['nu']}: meer in {format_number(up)} gemeenten, "
            f"minder in {format_number(down)}. Gemiddeld deelden {values['kiezers']} kiesgerechtigden een stembureau "
            "(@tbl-stembureaus)."
        ),
        "evidence": (
            "Tussen meer stembureaus en meer opkomst is in deze 25 gemeenten een rangcorrelatie van "
            f"{format_number(rho, 2)} (95 %: {format_range(low, high, 2)}). {certain}."
        ),
        "strength": "zwak: de aantallen komen uit één bron per jaar en veranderden in de meeste gemeenten weinig.",
        "counter": (
            "Onderzoek naar Nederlandse gemeenteraadsverkiezingen vond dat juist het aantal stembureaus er het meest toe doet "
            "[@ostaaijen2019how]. Onze cijfers spreken dat niet tegen; zij zijn te grof om het te zien."
        ),
    }
    columns = ["Gemeenten", figures.both.first, figures.both.second, "Kiesgerechtigden per stembureau"]
    caption = f"Stembureaus naar grootte van de gemeente; rechts het gemiddelde bij {figures.both.second}."
    return finding(
        paper, "opkomst-stembureaus", parts, pipe_table(columns, rows, "lrrr", caption, "tbl-stembureaus"), behind=""
    )


def _literature(paper: Paper) -> pd.DataFrame:
    """Return the works of the period on turnout or its promotion, oldest first."""
    about = set(paper.tags.loc[paper.tags["label"].isin(_LABELS), "work_id"])
    return paper.corpus[paper.corpus["work_id"].isin(about)].sort_values(["year", "citekey"])


def literature_found(paper: Paper) -> Block:
    """Show the works on turnout and its promotion by what they look at, as far as a title, summary or keyword tells."""
    from leeszaal.reading.terms import Matcher, Options

    works = _literature(paper)
    records = works.to_dict("records")
    texts = [
        ". ".join(str(row[name]) for name in ("title", "abstract", "keywords") if isinstance(row[name], str))
        for row in records
    ]
    rows: list[list[str]] = []
    placed: set[str] = set()
    for name, terms in _INSTRUMENTS:
        matcher = Matcher(terms, Options(stems=False))
        here = works[matcher.within(texts)]
        placed |= set(here["work_id"])
        keys = "; ".join(f"@{key}" for key in here["citekey"])
        rows.append([name, format_number(len(here)), f"[{keys}]" if keys else "–"])
    home = Matcher(_DUTCH, Options(stems=False))
    dutch = sum(at_home or row["language"] == "nl" for at_home, row in zip(home.within(texts), records, strict=True))
    bare = int(works["abstract"].isna().sum())
    here = paper.tags[paper.tags["work_id"].isin(works["work_id"])]
    counts = {label: int((here["label"] == label).sum()) for label in _LABELS}
    parts = {
        "what": (
            f"{format_count(len(works), 'werk', 'werken')} in onze bibliotheek gaan over opkomst ({format_number(counts['dem.opkomst'])}) "
            f"of over het bevorderen daarvan ({format_number(counts['dem.bevordering'])}; een werk kan beide zijn). @tbl-middelen "
            "laat zien naar welk middel zij kijken."
        ),
        "evidence": (
            f"{format_number(len(placed))} van de {format_number(len(works))} werken noemen een van deze middelen; de andere gaan over "
            f"oorzaken van opkomst. {format_number(dutch)} werken gaan volgens titel of taal over Nederland."
        ),
        "strength": (
            f"zwak: van {format_number(bare)} werken kennen wij alleen de titel. Een titel zegt wat is onderzocht en niet wat eruit kwam."
        ),
        "counter": (
            "Veel van deze proeven zijn gedaan in andere landen, bij andere verkiezingen en met andere regels. Wat daar werkt, "
            "hoeft hier niet te werken."
        ),
    }
    columns = ["Middel", "Werken", "Welke"]
    caption = "Werken over opkomst naar het middel dat zij noemen. Een werk kan bij meer middelen staan."
    return finding(
        paper,
        "opkomst-literatuur",
        parts,
        pipe_table(columns, rows, "lrl", caption, "tbl-middelen"),
        behind="literatuur.werken",
    )


def _interval(r: float, n: int) -> tuple[float, float]:
    """Return the 95% interval of a rank correlation (Fisher's z, with the variance of Bonett and Wright, 2000)."""
    half = 1.96 * np.sqrt((1 + r * r / 2) / (n - 3))
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def figures_used(paper: Paper) -> Block:
    """Show where the figures on turnout come from, by election, and every result on which sources differ."""
    from leeszaal.papers.contents import Block

    figures = _figures(paper)
    used = figures.turnout.rows[figures.turnout.rows["verkiezing"].map(kind_of).isin(("PS", "TK"))]
    found: dict[tuple[str, str], list[str]] = {}
    for row in used.to_dict("records"):
        where = re.search(
            r"van (\S+/\S+) \(", row["bron"]
        )  # the public collection, of which the table names the very file
        key = (where[1] if where else row["bron"], row["gecontroleerd"])
        elections = found.setdefault(key, [])
        if row["verkiezing"] not in elections:
            elections.append(row["verkiezing"])
    rows = [
        [format_list(elections), escape_markdown(where), escape_markdown(checked)]
        for (where, checked), elections in found.items()
    ]
    text = (
        f"De cijfers staan in `literature/indicators/turnout.csv`, met bron per regel. {figures.both.note} Kiesgerechtigden "
        "voor de Tweede Kamer en voor Provinciale Staten hebben de Nederlandse nationaliteit en zijn 18 jaar of ouder. Voor een "
        "waterschap mogen ook anderen stemmen (CBS, 2023). Een waterschap staat hier daarom niet naast Provinciale Staten."
    )
    table = pipe_table(
        ["Verkiezing", "Openbare verzameling", "Gecontroleerd"], rows, "lll",
        "Waar de cijfers van de Kiesraad vandaan komen; het bestand en de versie staan per regel in de tabel.", "tbl-opkomst-bronnen",
    )  # fmt: skip
    apart = figures.turnout.disagreements
    if apart.empty:
        differ = "Van geen enkele uitslag verschillen de bronnen die wij hebben."
    else:
        cells = [
            [escape_markdown(row["gemeente"]), row["verkiezing"], format_number(row["kiesgerechtigden"]),
             format_number(row["geldig"]), escape_markdown(row["bron"])]
            for row in apart.astype(object).where(apart.notna(), None).to_dict("records")
        ]  # fmt: skip
        differ = "Van deze uitslagen verschillen de bronnen; gerekend is met de bovenste.\n\n" + pipe_table(
            ["Gemeente", "Verkiezing", "Kiesgerechtigden", "Geldig", "Bron"], cells, "llrrl",
            "Bronnen die verschillen.", "tbl-opkomst-verschillen",
        )  # fmt: skip
    return Block(f"{paper.heading('opkomst-cijfers')}\n\n{text}\n\n{table}\n\n{differ}\n")
