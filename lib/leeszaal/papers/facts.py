"""The values of a run, by the names a writer uses: `{{ werken }}`, `{{ deelthema.financieel.aandeel }}`.

Every value carries the works behind it, its unit and rounding, and the number format of the paper's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from leeszaal.papers.values import Value, ValueGroup
from leeszaal.papers.wording import LANGUAGE_NAMES, VERDICTS, in_sentence
from leeszaal.trends.periods import periods_of
from leeszaal.works.numbers import format_date, format_number, format_percent, format_range, format_years

if TYPE_CHECKING:
    from leeszaal.papers.contents import Paper

__all__ = ["PERIOD", "paper_values", "strength", "yearly"]

PERIOD = 5  # years in one point of a figure: with a small library a single year says little


def yearly(paper: Paper, works: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the works of the paper (or `works`) and of the corpus per year.

    Returns
    -------
    DataFrame
        `year` (every year of the period), `works`, `corpus`, `complete` (whether the year was over when the newest
        evidence came in).
    """
    chosen = paper.works if works is None else works
    years = pd.RangeIndex(paper.from_year, paper.to_year + 1, name="year")
    counts = [
        frame["year"].astype("Int64").value_counts().reindex(years, fill_value=0) for frame in (chosen, paper.corpus)
    ]
    now = int(paper.reference_date[:4]) if paper.reference_date else paper.to_year + 1
    return pd.DataFrame(
        {"year": years, "works": counts[0].to_numpy(int), "corpus": counts[1].to_numpy(int), "complete": years < now}
    )


def strength(works: int, certain: bool) -> str:
    """Return how strong a finding is: weak under thirty works or when chance explains it, strong from a hundred."""
    if works < 30 or not certain:
        return "weak"
    return "strong" if works >= 100 else "fair"


def _count(works: pd.DataFrame, lang: str) -> Value:
    return Value(len(works), format_number(len(works), 0, lang), tuple(works["work_id"]))


def _share(works: pd.DataFrame, of: int, lang: str) -> Value:
    share = len(works) / of if of else None
    return Value(share, format_percent(share, 0, lang), tuple(works["work_id"]))


def paper_values(paper: Paper) -> ValueGroup:
    """Return all values that the text of `paper` may use.

    Parameters
    ----------
    paper
        An opened paper.

    Returns
    -------
    ValueGroup
        Nested names, Dutch, as they stand in the manual for writers.
    """
    lang, works = paper.lang, paper.works
    values = ValueGroup(
        thema=Value(paper.theme, in_sentence(paper.theme_name)),
        werken=_count(works, lang),
        corpus=_count(paper.corpus, lang),
        bibliotheek=_count(paper.library, lang),
        aandeel=_share(works, len(paper.corpus), lang),
        periode=Value(f"{paper.from_year}-{paper.to_year}", format_years(paper.from_year, paper.to_year)),
        van=Value(paper.from_year, str(paper.from_year)),
        tot=Value(paper.to_year, str(paper.to_year)),
        peildatum=Value(paper.reference_date, format_date(paper.reference_date or None, lang)),
        regio=Value(paper.region.id, paper.region.name),
    )
    values["eerste"], values["laatste"] = _ends(paper)
    values["groei"] = _growth(paper)
    values["deelthema"] = _subthemes(paper)
    values["taal"] = ValueGroup(
        {code: _count(works[works["language"] == code], lang) for code in LANGUAGE_NAMES[lang] if code}
    )
    values["soort"] = _kinds(paper)
    values["gemeenten"] = _municipalities(paper)
    return values


def _ends(paper: Paper) -> tuple[ValueGroup, ValueGroup]:
    """Return the first and the last period that hold any work of the corpus."""
    table = periods_of(yearly(paper), PERIOD)
    table = table[(table["corpus"] > 0) & table["complete"]]
    if table.empty:
        table = periods_of(yearly(paper).assign(complete=True), PERIOD)
    groups = []
    for row in (table.iloc[0], table.iloc[-1]):
        inside = paper.works[paper.works["year"].between(row["first"], row["last"])]
        period = format_years(row["first"], row["last"])
        groups.append(
            ValueGroup(
                periode=Value(period, period),
                werken=_count(inside, paper.lang),
                aandeel=Value(
                    float(row["share"]), format_percent(row["share"], 0, paper.lang), tuple(inside["work_id"])
                ),
                marge=Value(None, format_range(row["low"], row["high"], 0, paper.lang, percent=True)),
            )
        )
    return groups[0], groups[1]


def _growth(paper: Paper) -> ValueGroup:
    lang = paper.lang
    rows = paper.growth[paper.growth["unit"] == paper.theme]
    if rows.empty:
        return ValueGroup(richting=Value("too_few", VERDICTS["too_few"][lang]))
    row = rows.iloc[0]
    known = pd.notna(row["growth"])
    return ValueGroup(
        richting=Value(str(row["verdict"]), VERDICTS[str(row["verdict"])][lang]),
        per_jaar=Value(float(row["growth"]) if known else None, format_percent(row["growth"], 1, lang)),
        marge=Value(None, format_range(row["low"], row["high"], 1, lang, percent=True) if known else "–"),
    )


def _subthemes(paper: Paper) -> ValueGroup:
    group = ValueGroup()
    for label in paper.labels:
        about = set(paper.tags.loc[paper.tags["label"] == label, "work_id"])
        works = paper.works[paper.works["work_id"].isin(about)]
        name = paper.taxonomy.label_name(label, paper.lang)
        group[label.rpartition(".")[2]] = ValueGroup(
            naam=Value(label, in_sentence(name)),
            werken=_count(works, paper.lang),
            aandeel=_share(works, len(paper.works), paper.lang),
        )
    return group


def _kinds(paper: Paper) -> ValueGroup:
    names = {
        "artikel": "article", "hoofdstuk": "chapter", "boek": "book", "rapport": "report", "scriptie": "thesis",
        "wet": "law", "uitspraak": "case", "web": "web",
    }  # fmt: skip
    return ValueGroup(
        {name: _count(paper.works[paper.works["type"] == kind], paper.lang) for name, kind in names.items()}
    )


def _municipalities(paper: Paper) -> ValueGroup:
    table = paper.municipalities
    group = ValueGroup(overijssel=Value(len(table), format_number(len(table), 0, paper.lang)))
    for region, rows in table.groupby("regio"):
        group[str(region).replace("-", "_")] = Value(len(rows), format_number(len(rows), 0, paper.lang))
    return group
