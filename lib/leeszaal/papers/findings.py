"""The findings of a paper: what happens, on what evidence, how strong, and what speaks against it.

Each finding is computed from the library; the writer's interpretation stands below it, visibly apart.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.charts import Figure, heat_map, share_over_periods, source_line
from leeszaal.papers.facts import PERIOD, kind_value, strength, subtheme_value, yearly
from leeszaal.papers.layout import finding, show
from leeszaal.papers.wording import VERDICTS, phrase
from leeszaal.topics import topic_words
from leeszaal.works.called import LANGUAGE_NAMES, TYPE_NAMES
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import (
    format_count,
    format_list,
    format_number,
    format_percent,
    format_range,
    format_years,
)
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.papers.contents import Block, Paper

__all__ = ["attention", "attention_figure", "sources", "subthemes", "topics_found"]

_FEW = 3  # fewer works than this in a topic are not worth a row


def _source(paper: Paper, works: int) -> str:
    return source_line(works, paper.reference_date or None, lang=paper.lang)


def _works(count: int, lang: str) -> str:
    return format_count(count, *(("werk", "werken") if lang == "nl" else ("work", "works")), lang)


def _door(paper: Paper, name: str) -> str:
    """Return "12 werken" as a door to the works that a value counts."""
    value: Any = paper.values
    for part in name.split("."):
        value = value[part]
    return paper.door(name, _works(int(value.number), paper.lang))


def attention_figure(paper: Paper) -> Figure:
    """Draw the share of the theme in the library, period by period."""
    rows = paper.growth[paper.growth["unit"] == paper.theme]
    return share_over_periods(
        yearly(paper), str(paper.values["thema"]), source=_source(paper, len(paper.corpus)), growth=rows.iloc[0] if len(rows) else None,
        period=PERIOD, until=_day(paper), slug="aandeel", lang=paper.lang,
    )  # fmt: skip


def attention(paper: Paper) -> Block:
    """Return the finding on the share of the theme in the library, period by period."""
    lang, nl = paper.lang, paper.lang == "nl"
    first, last = paper.values.group("eerste"), paper.values.group("laatste")
    rows = paper.growth[paper.growth["unit"] == paper.theme]
    row = rows.iloc[0] if len(rows) else None
    verdict = str(row["verdict"]) if row is not None else "too_few"
    theme = escape_markdown(str(paper.values["thema"]))
    figure = attention_figure(paper)
    several = first["periode"] != last["periode"]
    period = format_years(paper.from_year, paper.to_year)
    if nl:
        what = f"In {last['periode']} ging {paper.door('laatste.aandeel')} van de werken in de bibliotheek over {theme} (@fig-aandeel)."
        margins = f"De marge (95 %) is {last['marge']}."
        if several:
            what = (
                f"In {first['periode']} ging {paper.door('eerste.aandeel')} van de werken in de bibliotheek over {theme}, in "
                f"{last['periode']} {paper.door('laatste.aandeel')} (@fig-aandeel)."
            )
            margins = f"De marges (95 %) zijn {first['marge']} en {last['marge']}."
        what += f" De toets over alle jaren van {period} zegt: {VERDICTS[verdict]['nl']}."
        evidence = f"{_door(paper, 'werken')} over dit thema, van de {_door(paper, 'corpus')} uit {period}. {margins}"
    else:
        what = f"In {last['periode']}, {paper.door('laatste.aandeel')} of the works in the library were about {theme} (@fig-aandeel)."
        margins = f"The margin (95%) is {last['marge']}."
        if several:
            what = (
                f"In {first['periode']}, {paper.door('eerste.aandeel')} of the works in the library were about {theme}; in "
                f"{last['periode']}, {paper.door('laatste.aandeel')} (@fig-aandeel)."
            )
            margins = f"The margins (95%) are {first['marge']} and {last['marge']}."
        what += f" The test over all years of {period} says: {VERDICTS[verdict]['en']}."
        evidence = f"{_door(paper, 'werken')} on this theme, out of {_door(paper, 'corpus')} from {period}. {margins}"
    parts = {
        "what": what,
        "evidence": evidence,
        "strength": _strength(paper, len(paper.works), verdict in ("rises", "falls")),
        "counter": _growth_sentence(row, lang),
    }
    return finding(paper, "trend-aandacht", parts, show(figure))


def _day(paper: Paper) -> datetime.date | None:
    return datetime.date.fromisoformat(paper.reference_date) if paper.reference_date else None


def _growth_sentence(row: pd.Series | None, lang: str) -> str:
    """Say what the interval of the growth leaves open."""
    if row is None or pd.isna(row["growth"]):
        return (
            "Voor een groeicijfer is het aantal werken of jaren te klein."
            if lang == "nl"
            else "There are too few works or years for a growth rate."
        )
    margin = format_range(row["low"], row["high"], 1, lang, percent=True)
    rate = format_percent(row["growth"], 1, lang)
    if row["low"] <= 0 <= row["high"]:
        return (
            f"De geschatte groei is {rate} per jaar, met een marge van {margin}. Daar ligt nul in: gelijk blijven is niet "
            "uitgesloten."
            if lang == "nl"
            else f"The estimated growth is {rate} a year, with a margin of {margin}. Zero lies within it: no change is "
            "not ruled out."
        )
    return (
        f"De geschatte groei is {rate} per jaar, met een marge van {margin}. De bibliotheek is een selectie: een andere "
        "zoekvraag kan een ander beeld geven."
        if lang == "nl"
        else f"The estimated growth is {rate} a year, with a margin of {margin}. The library is a selection: another "
        "search may show another picture."
    )


def _strength(paper: Paper, works: int, certain: bool) -> str:
    grade = phrase(strength(works, certain), paper.lang)
    count = _works(works, paper.lang)
    if paper.lang == "nl":
        reason = "en het verschil is groter dan toeval" if certain else "en het verschil kan toeval zijn"
        return f"{grade}: {count}, {reason}."
    reason = "and the difference is larger than chance" if certain else "and the difference may be chance"
    return f"{grade}: {count}, {reason}."


def _strength_of_counts(largest: int, lang: str) -> str:
    """Say how much a comparison of counts can bear, by the largest of them."""
    grade = phrase("strong" if largest >= 100 else "fair" if largest >= 30 else "weak", lang)
    if lang == "nl":
        return f"{grade}: het grootste deelthema telt {_works(largest, lang)}."
    return f"{grade}: the largest subtheme has {_works(largest, lang)}."


def subthemes(paper: Paper) -> Block:
    """Return the finding on the subthemes of the theme: how many works each, and in which period."""
    from leeszaal.papers.contents import Block

    lang, nl = paper.lang, paper.lang == "nl"
    if len(paper.labels) == 1:
        return Block("")  # the paper is about one subtheme: there is nothing to divide
    tags = paper.tags[paper.tags["label"].isin(paper.labels) & paper.tags["work_id"].isin(paper.works["work_id"])]
    years = tags.merge(paper.works[["work_id", "year"]], on="work_id")
    names = {label: paper.taxonomy.label_name(label, lang) for label in paper.labels}
    years["unit"] = years["label"]
    counts = years.groupby(["unit", "year"], as_index=False).size().rename(columns={"size": "works"})
    figure = heat_map(
        counts, names, noun=("deelthema", "deelthema’s") if nl else ("subtheme", "subthemes"), source=_source(paper, len(paper.works)), from_year=paper.from_year, to_year=paper.to_year, period=PERIOD,
        until=_day(paper), slug="deelthemas", lang=lang,
    )  # fmt: skip
    totals = years.groupby("unit")["work_id"].nunique().sort_values(ascending=False, kind="stable")
    several = int((tags.groupby("work_id").size() > 1).sum())
    top = [
        f"‘{escape_markdown(names[str(label)])}’ ({paper.door(subtheme_value(str(label)), format_number(count, 0, lang))})"
        for label, count in totals.head(3).items()
    ]
    thin = [f"‘{escape_markdown(names[label])}’" for label in paper.labels if not (tags["label"] == label).any()]
    if nl:
        parts = {
            "what": f"De meeste werken gaan over {format_list(top, lang)} (@fig-deelthemas).",
            "evidence": (
                f"{_works(tags['work_id'].nunique(), lang)} met samen {format_count(len(tags), 'label', 'labels')}; "
                f"{_works(several, lang) if several else 'geen enkel werk'} {'heeft' if several <= 1 else 'hebben'} er meer dan een. Een label rust op woorden in "
                "titel, samenvatting of trefwoorden, of op wat de titel betekent."
            ),
            "strength": _strength_of_counts(int(totals.iloc[0]) if len(totals) else 0, lang),
            "counter": (
                f"Over {format_list(thin, lang)} vond de labelaar niets. Dat kan ook aan de woorden liggen: een titel zegt "
                "niet alles."
                if thin
                else "Elk deelthema komt voor, maar vaak met weinig werken: vergelijk aantallen onder de tien niet."
            ),
        }
    else:
        parts = {
            "what": f"Most works are about {format_list(top, lang)} (@fig-deelthemas).",
            "evidence": (
                f"{_works(tags['work_id'].nunique(), lang)} with {format_count(len(tags), 'label', 'labels', lang)} in all; "
                f"{_works(several, lang) if several else 'no work'} {'has' if several <= 1 else 'have'} more than one. A label rests on words in "
                "title, abstract or keywords, or on what the title means."
            ),
            "strength": _strength_of_counts(int(totals.iloc[0]) if len(totals) else 0, lang),
            "counter": (
                f"Nothing was found on {format_list(thin, lang)}. The words may be to blame: a title does not say everything."
                if thin
                else "Every subtheme occurs, but often with few works: do not compare numbers below ten."
            ),
        }
    return finding(paper, "trend-deelthemas", parts, show(figure))


def topics_found(paper: Paper) -> Block:
    """Return the finding on the topics in which the works of the theme fall."""
    lang, nl = paper.lang, paper.lang == "nl"
    inside = paper.assignments[paper.assignments["work_id"].isin(paper.works["work_id"])]
    counts = inside["topic"].value_counts()
    table = paper.topics.assign(here=paper.topics["topic"].map(counts).fillna(0).astype(int))
    table = table[table["here"] >= _FEW].sort_values(["here", "topic"], ascending=[False, True], kind="stable")
    unfit = int(inside["topic"].isna().sum())
    weak = int(table["weak"].sum()) if len(table) else 0
    if table.empty:
        text = (
            "De werken van dit thema vormen geen herkenbare groepen; daarvoor zijn het er te weinig."
            if nl
            else "The works of this theme form no recognisable groups; there are too few of them."
        )
        return finding(paper, "trend-onderwerpen", {"what": text}, "")
    names = [f"‘{escape_markdown(name)}’ ({format_number(count, 0, lang)})" for name, count in
             zip(table["name"].head(3), table["here"].head(3), strict=True)]  # fmt: skip
    if nl:
        parts = {
            "what": (
                f"Het model verdeelt de hele bibliotheek in {format_number(len(paper.topics))} onderwerpen. De werken van dit "
                f"thema vallen vooral in {format_list(names, lang)} (@tbl-onderwerpen)."
            ),
            "evidence": (
                f"{_works(len(inside) - unfit, lang)} van dit thema in een onderwerp, {format_number(unfit)} in geen enkel. "
                "Nederlandse en Engelse werken over hetzelfde staan in één onderwerp."
            ),
            "strength": (
                f"{format_number(weak)} van de {format_number(len(table))} onderwerpen {'is' if weak == 1 else 'zijn'} wankel: "
                "bij een iets andere verzameling vallen ze anders uit."
                if weak
                else "De onderwerpen blijven grotendeels gelijk als een vijfde van de werken wegvalt."
            ),
            "counter": "Een onderwerp is een groep woorden die samen voorkomen. Of het een inhoudelijk onderwerp is, beoordeelt een lezer.",
        }
        columns = ["Onderwerp", "Werken hier", "Werken in alle", "Stabiliteit", "Woorden"]
        caption = "Onderwerpen met drie of meer werken van dit thema, met woorden uit deze jaren. Stabiliteit: 0 (toeval) tot 1 (altijd dezelfde)."
    else:
        parts = {
            "what": (
                f"The model divides the whole library into {format_number(len(paper.topics), 0, lang)} topics. The works of "
                f"this theme fall mainly in {format_list(names, lang)} (@tbl-onderwerpen)."
            ),
            "evidence": (
                f"{_works(len(inside) - unfit, lang)} of this theme in a topic, {format_number(unfit, 0, lang)} in none. Dutch "
                "and English works on one thing share a topic."
            ),
            "strength": (
                f"{format_number(weak, 0, lang)} of the {format_number(len(table), 0, lang)} topics "
                f"{'is' if weak == 1 else 'are'} shaky: with a slightly different collection they come out differently."
                if weak
                else "The topics stay largely the same when a fifth of the works is left out."
            ),
            "counter": "A topic is a group of words that occur together. Whether it is a real subject is for a reader to judge.",
        }
        columns = ["Topic", "Works here", "Works in all", "Stability", "Words"]
        caption = "Topics with three or more works of this theme, with words from these years. Stability: 0 (chance) to 1 (always the same)."
    words = _words_of(paper, table["topic"])
    rows = [
        [
            escape_markdown(row["name"]),
            paper.door(f"onderwerp.t{int(row['topic'])}.werken", format_number(row["here"], 0, lang)),
            format_number(row["size"], 0, lang),
            format_number(row["stability"], 2, lang),
            escape_markdown(", ".join(str(text).split(", ")[:5])),
        ]
        for row, text in zip(table.to_dict("records"), words, strict=True)
    ]
    return finding(paper, "trend-onderwerpen", parts, pipe_table(columns, rows, "lrrrl", caption, "tbl-onderwerpen"))


def _words_of(paper: Paper, numbers: pd.Series) -> list[str]:
    """Return the words that each topic has in works of the period, in the language of the paper where there are any."""
    present = topic_words(paper.home, paper.from_year, paper.to_year)
    said: dict[int, str] = {}
    for language in ("nl", "en") if paper.lang == "en" else ("en", "nl"):  # the last one wins
        mine = present[present["language"] == language]
        said |= {int(number): str(words) for number, words in zip(mine["topic"], mine["words"], strict=True)}
    return [said.get(int(number), "–") for number in numbers]


def _of_all(count: int, total: int, lang: str) -> str:
    """Begin a sentence about `count` of `total` works, also when there is one work or none of them."""
    if lang == "nl":
        if total == 1:
            return "Het ene werk komt" if count else "Het ene werk komt niet"
        some = "komt er geen" if count == 0 else f"{'komt' if count == 1 else 'komen'} er {format_number(count)}"
        return f"Van de {_works(total, lang)} {some}"
    some = "none comes" if count == 0 else f"{format_number(count, 0, lang)} {'comes' if count == 1 else 'come'}"
    return f"Of {'the one work' if total == 1 else f'the {_works(total, lang)}'}, {some}"


def _languages(works: pd.DataFrame, lang: str) -> str:
    """Return a sentence on the languages of the works: in which, how many, and of how many it is not known."""
    nl, names = lang == "nl", LANGUAGE_NAMES[lang]
    unknown = format_number(int(works["language"].isna().sum()), 0, lang)
    told: list[str] = []
    for code, count in works["language"].value_counts().items():
        number, name = format_number(int(count), 0, lang), names.get(str(code), str(code))
        if nl:
            told.append(
                f"in het {name} {number}" if told else f"in het {name} {'is' if count == 1 else 'zijn'} er {number}"
            )
        else:
            told.append(f"{number} in {name}" if told else f"there {'is' if count == 1 else 'are'} {number} in {name}")
    listed = format_list(told, lang) if told else ""
    missing = f"van {unknown} is de taal onbekend" if nl else f"the language of {unknown} is not known"
    said = [listed] if listed else []
    said += [missing] if works["language"].isna().any() else []
    sentence = "; ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def sources(paper: Paper) -> Block:
    """Return the finding on the kinds of publications and the languages in which the theme is written about."""
    lang, nl = paper.lang, paper.lang == "nl"
    works = paper.works
    kinds = works["type"].value_counts()
    shown = {kind: int(kinds[kind]) for kind in TYPE_NAMES if kind in kinds}
    reviewed = int(works["type"].isin(["article", "chapter", "conference"]).sum())
    rows = []
    for kind, count in sorted(shown.items(), key=lambda item: -item[1]):
        inside = works[works["type"] == kind]
        dutch = int((inside["language"] == "nl").sum())
        name = TYPE_NAMES[kind][1][lang]
        rows.append(
            [name[:1].upper() + name[1:], paper.door(kind_value(kind), format_number(count, 0, lang)), format_percent(count / len(works), 0, lang),
             format_number(dutch, 0, lang)]
        )  # fmt: skip
    undated = int(paper.library.loc[paper.library["work_id"].isin(paper.tags["work_id"]), "year"].isna().sum())
    if nl:
        parts = {
            "what": f"{_of_all(reviewed, len(works), lang)} uit wetenschappelijke tijdschriften, bundels "
            f"of congressen (@tbl-bronnen). {_languages(works, lang)}",
            "evidence": "Soort en taal staan bij elk werk; waar de taal ontbrak, is zij uit de titel afgeleid.",
            "counter": "Wat de bibliotheek niet bevat, telt niet mee: beleidsstukken die nergens als publicatie geregistreerd staan, "
            f"ontbreken. {_works(undated, lang)} met een label {'heeft' if undated == 1 else 'hebben'} geen jaar en "
            f"{'staat' if undated == 1 else 'staan'} in geen enkele periode.",
        }
        columns = ["Soort", "Werken", "Aandeel", "Nederlandstalig"]
        caption = "Werken van dit thema naar soort."
    else:
        parts = {
            "what": f"{_of_all(reviewed, len(works), lang)} from scholarly journals, edited volumes or "
            f"conferences (@tbl-bronnen). {_languages(works, lang)}",
            "evidence": "Kind and language stand with each work; where the language was missing it was derived from the title.",
            "counter": "What the library does not hold does not count: policy documents that are registered nowhere as a publication "
            f"are missing. {_works(undated, lang)} with a label {'has' if undated == 1 else 'have'} no year and "
            f"{'stands' if undated == 1 else 'stand'} in no period.",
        }
        columns = ["Kind", "Works", "Share", "In Dutch"]
        caption = "Works of this theme by kind."
    return finding(paper, "trend-bronnen", parts, pipe_table(columns, rows, "lrrr", caption, "tbl-bronnen"))
