"""The values of a run, by the names a writer uses: `{{ werken }}`, `{{ deelthema.financieel.aandeel }}`.

Every value carries the works behind it, its unit and rounding, and the number format of the paper's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from leeszaal.papers.values import Value, ValueGroup
from leeszaal.papers.wording import VERDICTS, in_sentence
from leeszaal.trends.periods import periods_of
from leeszaal.works.called import LANGUAGE_NAMES, TYPE_NAMES
from leeszaal.works.numbers import format_date, format_number, format_percent, format_range, format_years

if TYPE_CHECKING:
    from leeszaal.papers.contents import Paper

__all__ = [
    "DIRECTIONS",
    "PERIOD",
    "RECENT",
    "by_topic",
    "is_research",
    "kind_value",
    "paper_values",
    "strength",
    "subtheme_value",
    "yearly",
]

_LANGUAGES = ("nl", "en", "de", "fr")
_SCHOLARLY = ("article", "chapter", "conference", "thesis")  # what counts as research
RECENT = 5  # years up to the last one that count as recent
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


def _count(works: pd.DataFrame, lang: str, definition: str) -> Value:
    return Value(len(works), format_number(len(works), 0, lang), tuple(works["work_id"]), definition)


def _share(works: pd.DataFrame, of: int, lang: str, definition: str) -> Value:
    share = len(works) / of if of else None
    return Value(share, format_percent(share, 0, lang), tuple(works["work_id"]), definition)


def _about(name: str, period: str, lang: str) -> str:
    return f"Werken over {name} uit {period}" if lang == "nl" else f"Works on {name} from {period}"


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
    lang, works, nl = paper.lang, paper.works, paper.lang == "nl"
    theme, period = in_sentence(paper.theme_name), format_years(paper.from_year, paper.to_year)
    about = _about(theme, period, lang)
    values = ValueGroup(
        thema=Value(paper.theme, theme),
        werken=_count(works, lang, about),
        corpus=_count(paper.corpus, lang, f"Alle werken uit {period}" if nl else f"All works from {period}"),
        bibliotheek=_count(paper.library, lang, "Alle werken in de bibliotheek" if nl else "All works in the library"),
        aandeel=_share(works, len(paper.corpus), lang, about),
        onderzoek=_count(works[is_research(works)], lang, f"{about}: onderzoek" if nl else f"{about}: research"),
        zonder_samenvatting=_count(
            works[works["abstract"].isna()],
            lang,
            f"{about}, zonder samenvatting" if nl else f"{about}, without abstract",
        ),
        periode=Value(f"{paper.from_year}-{paper.to_year}", period),
        van=Value(paper.from_year, str(paper.from_year)),
        tot=Value(paper.to_year, str(paper.to_year)),
        peildatum=Value(paper.reference_date, format_date(paper.reference_date or None, lang)),
        regio=Value(paper.region.id, paper.region.name),
    )
    values["eerste"], values["laatste"] = _ends(paper, theme)
    values["groei"] = _growth(paper, about)
    values["deelthema"] = _subthemes(paper, period)
    values["taal"] = ValueGroup(
        {
            code: _count(works[works["language"] == code], lang, f"{about}, {LANGUAGE_NAMES[lang][code]}")
            for code in _LANGUAGES
        }
    )
    values["soort"] = _kinds(paper, about)
    values["onderwerp"] = _topics(paper)
    values["gemeenten"] = _municipalities(paper)
    return values


def _ends(paper: Paper, theme: str) -> tuple[ValueGroup, ValueGroup]:
    """Return the first and the last period that hold any work of the corpus."""
    table = periods_of(yearly(paper), PERIOD)
    table = table[(table["corpus"] > 0) & table["complete"]]
    if table.empty:
        table = periods_of(yearly(paper).assign(complete=True), PERIOD)
    groups = []
    for row in (table.iloc[0], table.iloc[-1]):
        inside = paper.works[paper.works["year"].between(row["first"], row["last"])]
        period = format_years(row["first"], row["last"])
        about, works = _about(theme, period, paper.lang), tuple(inside["work_id"])
        groups.append(
            ValueGroup(
                periode=Value(period, period),
                werken=_count(inside, paper.lang, about),
                aandeel=Value(float(row["share"]), format_percent(row["share"], 0, paper.lang), works, about),
                marge=Value(None, format_range(row["low"], row["high"], 0, paper.lang, percent=True), works, about),
            )
        )
    return groups[0], groups[1]


# What a writer may compare the direction with, beside the verdict in the words of the paper.
DIRECTIONS = {
    "rises": ("stijgt", "stijgend", "rising"),
    "falls": ("daalt", "dalend", "falling"),
    "steady": ("gelijk", "steady"),
    "too_short": ("te kort", "too short"),
    "too_few": ("te weinig", "too few"),
}


def _growth(paper: Paper, about: str) -> ValueGroup:
    lang, works = paper.lang, tuple(paper.works["work_id"])
    rows = paper.growth[paper.growth["unit"] == paper.theme]
    choices = {verdict: (*words, *VERDICTS[verdict].values()) for verdict, words in DIRECTIONS.items()}
    if rows.empty:
        return ValueGroup(richting=Value("too_few", VERDICTS["too_few"][lang], works, about, choices))
    row = rows.iloc[0]
    known = pd.notna(row["growth"])
    margin = format_range(row["low"], row["high"], 1, lang, percent=True) if known else "–"
    rate = float(row["growth"]) if known else None
    return ValueGroup(
        richting=Value(str(row["verdict"]), VERDICTS[str(row["verdict"])][lang], works, about, choices),
        per_jaar=Value(rate, format_percent(row["growth"], 1, lang), works, about),
        marge=Value(None, margin, works, about),
    )


def _subthemes(paper: Paper, period: str) -> ValueGroup:
    group = ValueGroup()
    recent = format_years(max(paper.from_year, paper.to_year - RECENT + 1), paper.to_year)
    for label in paper.labels:
        about = set(paper.tags.loc[paper.tags["label"] == label, "work_id"])
        works = paper.works[paper.works["work_id"].isin(about)]
        name = in_sentence(paper.taxonomy.label_name(label, paper.lang))
        title = _about(name, period, paper.lang)
        group[label.rpartition(".")[2]] = ValueGroup(
            naam=Value(label, name),
            werken=_count(works, paper.lang, title),
            aandeel=_share(works, len(paper.works), paper.lang, title),
            onderzoek=_count(
                works[is_research(works)], paper.lang, f"{title}: {'onderzoek' if paper.lang == 'nl' else 'research'}"
            ),
            recent=_count(works[works["year"] > paper.to_year - RECENT], paper.lang, _about(name, recent, paper.lang)),
        )
    return group


def is_research(works: pd.DataFrame) -> pd.Series:
    """Tell of each work whether it is research, by its type."""
    return works["type"].isin(_SCHOLARLY)


def subtheme_value(label: str) -> str:
    """Return the name of the value that counts the works of a subtheme: ``deelthema.geld.werken`` for ``ibt.geld``."""
    return f"deelthema.{label.rpartition('.')[2]}.werken"


_KINDS = {
    "artikel": "article", "hoofdstuk": "chapter", "boek": "book", "rapport": "report", "scriptie": "thesis",
    "wet": "law", "uitspraak": "case", "web": "web", "congres": "conference", "overig": "other",
}  # fmt: skip


def _kinds(paper: Paper, about: str) -> ValueGroup:
    return ValueGroup(
        {
            name: _count(
                paper.works[paper.works["type"] == kind], paper.lang, f"{about}: {TYPE_NAMES[kind][1][paper.lang]}"
            )
            for name, kind in _KINDS.items()
        }
    )


def kind_value(kind: str) -> str:
    """Return the name of the value that counts the works of a type: ``soort.artikel`` for ``article``."""
    return next((f"soort.{name}" for name, known in _KINDS.items() if known == kind), "")


def by_topic(assignments: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield the number of each topic with the rows in it, those without a topic left out."""
    placed = assignments.dropna(subset=["topic"])
    for number in sorted({int(topic) for topic in placed["topic"]}):
        yield number, placed[placed["topic"] == number]


def _topics(paper: Paper) -> ValueGroup:
    """Return the topics in which works of the paper fall, by number: `onderwerp.t7.werken`."""
    inside = paper.assignments[paper.assignments["work_id"].isin(paper.works["work_id"])]
    names = paper.topics.set_index("topic")["name"]
    group = ValueGroup()
    for number, rows in by_topic(inside):
        name = str(names.get(number, number))
        works = paper.works[paper.works["work_id"].isin(rows["work_id"])]
        title = f"Werken in het onderwerp ‘{name}’" if paper.lang == "nl" else f"Works in the topic ‘{name}’"
        group[f"t{number}"] = ValueGroup(naam=Value(number, name), werken=_count(works, paper.lang, title))
    return group


def _municipalities(paper: Paper) -> ValueGroup:
    table = paper.municipalities
    group = ValueGroup(overijssel=Value(len(table), format_number(len(table), 0, paper.lang)))
    for region, rows in table.groupby("regio"):
        group[str(region).replace("-", "_")] = Value(len(rows), format_number(len(rows), 0, paper.lang))
    return group
