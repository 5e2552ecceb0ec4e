"""What the notebooks show: checks, summaries, tables and figures that a person can read.

Nothing is computed here that a verb does not already know; this module only lays it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home

if TYPE_CHECKING:
    from leeszaal.charts import Figure
    from leeszaal.reading.desk import OpenPile

__all__ = [
    "Checklist",
    "agreement_table",
    "evidence_table",
    "flow_figure",
    "growth_figure",
    "growth_table",
    "paths",
    "read",
    "reading_table",
    "ready",
    "reasons_table",
    "show",
    "signals_table",
    "theme_figure",
    "themes_table",
    "topics_curve",
    "topics_table",
    "values_table",
    "works_table",
    "years_figure",
]

_NEEDS = {"build": [], "tag": ["works"], "topics": ["works"], "trends": ["works", "tags", "topics"],
          "paper": ["works", "tags", "topics", "trends"], "import": []}  # fmt: skip


@dataclass(frozen=True)
class Checklist:
    """What stands ready (✓) and what does not (✗, with what to do)."""

    rows: tuple[tuple[bool, str], ...]

    def _repr_markdown_(self) -> str:
        return "\n".join(f"{'✓' if good else '✗'} {text}  " for good, text in self.rows)

    def __str__(self) -> str:
        return "\n".join(f"{'✓' if good else '✗'} {text}" for good, text in self.rows)


@dataclass(frozen=True)
class Told:
    """What a verb reported, as text in a notebook."""

    text: str

    def _repr_markdown_(self) -> str:
        from leeszaal.works.markdown import escape_markdown

        return "  \n".join(escape_markdown(line) for line in self.text.splitlines())

    def __str__(self) -> str:
        return self.text


def show(summary: Any) -> Told:
    """Show what a verb returned.

    Raises
    ------
    LeeszaalError
        When the verb reports that something failed, so that a notebook does not run on as if nothing happened.
    """
    if getattr(summary, "failed", None):
        raise LeeszaalError(summary.tell())
    return Told(summary.tell())


def paths(files: Sequence[str], home: Home | Path | str | None = None) -> list[Path]:
    """Return files named from the reading room's own folder as paths."""
    room = find_home(home)
    return [room.root / name for name in files]


def ready(
    verb: str,
    *,
    files: Sequence[str] = (),
    theme: str | None = None,
    slug: str | None = None,
    from_year: int | None = None,
    to_year: int | None = None,
    home: Home | Path | str | None = None,
) -> Checklist:
    """Check whether `verb` can run with these parameters, before anything runs."""
    from leeszaal.library.store import read_table
    from leeszaal.reading import load_taxonomy

    room = find_home(home)
    rows: list[tuple[bool, str]] = [(True, f"Leeszaal: {room.root.name}")]

    def check(good: str, attempt: Any) -> None:
        try:
            attempt()
        except LeeszaalError as error:
            rows.append((False, f"{error.message} {error.remedy}"))
        else:
            rows.append((True, good))

    def years() -> None:
        if from_year is not None and to_year is not None and from_year > to_year:
            raise LeeszaalError(f"from_year ({from_year}) ligt na to_year ({to_year}).", "Draai de twee jaren om.")

    def exists(path: Path) -> None:
        if not path.is_file():
            raise LeeszaalError(f"{path.name} staat niet in {path.parent}.", "Controleer de naam.")

    for path in paths(files, room):
        check(f"{path.name} gevonden", lambda path=path: exists(path))
    if theme is not None:
        check(f"Thema ‘{theme}’ bestaat", lambda: load_taxonomy(room.themes).require(theme))
    if from_year is not None:
        check(f"Periode {from_year}–{to_year}", years)
    if slug is not None:
        check(f"Paper ‘{slug}’ gevonden", lambda: room.paper(slug))
    for table in _NEEDS[verb]:
        check(f"{table} staat klaar", lambda table=table: read_table(room, table))
    return Checklist(tuple(rows))


def evidence_table(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return everything that was ever read in: file, day, format, records and rejects."""
    from leeszaal.library import list_evidence

    rows = [
        {
            "Bestand": item.name,
            "Ingelezen": item.time[:10],
            "Soort": item.format,
            "Records": item.records,
            "Niet leesbaar": item.rejected,
        }
        for item in list_evidence(find_home(home))
    ]
    return pd.DataFrame(rows, columns=["Bestand", "Ingelezen", "Soort", "Records", "Niet leesbaar"])


def works_table(rows: int = 20, home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the newest works: citekey, authors, year, title and container."""
    from leeszaal.library import load_works

    works = load_works(find_home(home)).sort_values(["year", "citekey"], ascending=[False, True], na_position="last")
    works = works.head(rows).reset_index(drop=True)
    authors = ["; ".join(names[:2]) + (" e.a." if len(names) > 2 else "") for names in works["authors"]]
    return pd.DataFrame(
        {
            "Citekey": works["citekey"],
            "Auteurs": authors,
            "Jaar": works["year"],
            "Titel": works["title"],
            "In": works["container"],
        }
    ).fillna("–")


def years_figure(home: Home | Path | str | None = None) -> Figure:
    """Draw the number of works per year."""
    from leeszaal.charts import counts_over_time, source_line
    from leeszaal.library import load_works
    from leeszaal.library.store import read_stamp

    room = find_home(home)
    works = load_works(room)
    dated = works.dropna(subset=["year"])
    counts = dated.groupby("year", as_index=False).size().rename(columns={"size": "works"})
    lines = _lines(dated)
    behind = {str(int(year)): lines[dated["year"] == year].tolist() for year in sorted(dated["year"].unique())}
    day = str((read_stamp(room, "build") or {}).get("facts", {}).get("reference_date", ""))[:10]
    figure = counts_over_time(counts, "alle thema's", source=source_line(len(dated), day or None))
    return figure.with_works(behind)


def _lines(works: pd.DataFrame) -> pd.Series:
    """Return each work as one line: citekey, year, title."""
    years = [f" ({int(year)})" if pd.notna(year) else "" for year in works["year"]]
    rows = zip(works["citekey"], years, works["title"], strict=True)
    return pd.Series([f"{key}{year} {title}" for key, year, title in rows], index=works.index, dtype=object)


def growth_figure(home: Home | Path | str | None = None) -> Figure:
    """Draw the growth of each subtheme against its size; in a notebook with the works behind each point."""
    from leeszaal.charts import emergence, source_line
    from leeszaal.library import load_works
    from leeszaal.reading import load_tags, load_taxonomy
    from leeszaal.trends import load_growth

    room = find_home(home)
    taxonomy, tags, works = load_taxonomy(room.themes), load_tags(room), load_works(room)
    growth = load_growth(room)
    growth = growth[growth["kind"] == "label"]
    names = {str(unit): taxonomy.label_name(str(unit), "nl") for unit in growth["unit"]}
    lines = pd.Series(_lines(works).to_numpy(), index=works["work_id"].to_numpy(), dtype=object)
    behind = {
        names[str(unit)]: lines.reindex(tags.loc[tags["label"] == unit, "work_id"]).dropna().tolist()
        for unit in growth.dropna(subset=["growth"])["unit"]
    }
    figure = emergence(growth, names, source=source_line(len(works), None), noun=("deelthema", "deelthema’s"))
    return figure.with_works(behind)


def flow_figure(home: Home | Path | str | None = None) -> Figure:
    """Draw the flow from what was found to what was taken up; in a notebook with the works behind each number."""
    from leeszaal.charts import prisma_flow, source_line
    from leeszaal.library import load_works, prisma_boxes, prisma_table

    room = find_home(home)
    works = load_works(room)
    lines = pd.Series(_lines(works).to_numpy(), index=works["work_id"].to_numpy(), dtype=object)
    behind = {box.name: lines.reindex(list(box.works)).dropna().tolist() for box in prisma_boxes(room)}
    figure = prisma_flow(prisma_table(room), source=source_line(len(works), None))
    return figure.with_works({name: found for name, found in behind.items() if name in set(figure.table.iloc[:, 0])})


def signals_table(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the signals: what happens, how strong, since when, what speaks against it, and what a person said."""
    from leeszaal.trends import load_signals

    signals = load_signals(find_home(home))
    columns = {
        "Signaal": "signal_id", "Wat gebeurt er": "statement", "Sinds": "since", "Sterkte": "strength",
        "Werken": "works", "Tegenspraak": "counter", "Status": "status",
    }  # fmt: skip
    return pd.DataFrame({name: signals[column] for name, column in columns.items()})


def themes_table(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the number of works per subtheme."""
    from leeszaal.reading import load_tags, load_taxonomy

    room = find_home(home)
    taxonomy, tags = load_taxonomy(room.themes), load_tags(room)
    counts = tags["label"].value_counts()
    rows = [
        {"Thema": taxonomy.label_name(label.partition(".")[0], "nl"), "Deelthema": taxonomy.label_name(label, "nl"),
         "Code": label, "Werken": int(counts.get(label, 0))}
        for label in taxonomy.labels() if "." in label
    ]  # fmt: skip
    return pd.DataFrame(rows)


def reasons_table(theme: str, rows: int = 20, home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the works of a theme with the words on which each label rests."""
    from leeszaal.library import load_works
    from leeszaal.reading import load_tags, load_taxonomy

    room = find_home(home)
    taxonomy, tags = load_taxonomy(room.themes), load_tags(room)
    taxonomy.require(theme)
    tags = tags[(tags["theme"] == theme) | (tags["label"] == theme)].sort_values(
        ["score", "work_id"], ascending=[False, True]
    )
    shown = tags.head(rows).merge(load_works(room)[["work_id", "title", "year"]], on="work_id")
    names = [taxonomy.label_name(label, "nl") for label in shown["label"]]
    return pd.DataFrame(
        {"Deelthema": names, "Reden": shown["reason"], "Titel": shown["title"], "Jaar": shown["year"]}
    ).fillna("–")


def read(
    theme: str | None = None,
    query: str = "",
    again: str | None = None,
    person: str | None = None,
    form: bool | None = None,
    home: Home | Path | str | None = None,
) -> OpenPile:
    """Open a pile to read, where it was left; see `leeszaal.reading.desk.open_pile`."""
    from leeszaal.reading.desk import open_pile

    return open_pile(theme=theme, query=query, again=again, person=person, form=form, home=home)


def agreement_table(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return how every two readers agree: works, Cohen's kappa with its margin, and disputes that are left."""
    from leeszaal.reading.desk import agreement, agreement_frame

    return agreement_frame(agreement(home=home))


def reading_table(theme: str | None = None, home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the reading list: what is included, with its themes and notes, the newest first."""
    from leeszaal.reading.desk import save_reading_list

    columns = {"title": "Titel", "themes": "Thema's", "note": "Notitie", "person": "Opgenomen door", "date": "Op"}
    rows = save_reading_list(theme=theme, home=home).rows
    return pd.DataFrame(rows, columns=["citekey", *columns]).rename(columns={"citekey": "Citekey", **columns})


def topics_table(
    home: Home | Path | str | None = None, *, from_year: int | None = None, to_year: int | None = None
) -> pd.DataFrame:
    """Return the topics: size, stability, typical works, nearest theme and words in both languages.

    With years the words are those that stand in works of the period.
    """
    from leeszaal.library import load_works
    from leeszaal.reading import load_taxonomy
    from leeszaal.topics import load_topics, topic_words

    room = find_home(home)
    topics, taxonomy = load_topics(room), load_taxonomy(room.themes)
    titles = load_works(room).set_index("work_id")["title"]
    words = topic_words(room, from_year, to_year).pivot(index="topic", columns="language", values="words")
    words = words.reindex(index=topics["topic"], columns=["nl", "en"]).fillna("–")
    whole = from_year is None and to_year is None
    columns = {
        "Nr.": topics["topic"],
        "Onderwerp": topics["name"],
        "Werken": topics["size"],
        "Stabiliteit": topics["stability"].round(2),
        "Samenhang (nl)": topics["npmi_nl"].round(2),
        "Samenhang (en)": topics["npmi_en"].round(2),
        "Wankel": topics["weak_why"],
        "Thema": [taxonomy.label_name(theme, "nl") if theme else "–" for theme in topics["theme"].fillna("")],
        "Woorden (nl)": topics["words_nl"] if whole else words["nl"].tolist(),
        "Woorden (en)": topics["words_en"] if whole else words["en"].tolist(),
        "Typische werken": [" · ".join(titles[list(works)]) for works in topics["typical"]],
    }
    return pd.DataFrame(columns)


def topics_figure(home: Home | Path | str | None = None) -> Figure:
    """Draw the topics as a map, coloured by their nearest theme; in a notebook with the works behind each bubble."""
    from leeszaal.charts import source_line, topic_map
    from leeszaal.library import load_works
    from leeszaal.reading import load_taxonomy
    from leeszaal.topics import load_assignments, load_topics

    room = find_home(home)
    topics, works, placed = load_topics(room), load_works(room), load_assignments(room)
    taxonomy = load_taxonomy(room.themes)
    groups = {theme.id: taxonomy.label_name(theme.id, "nl") for theme in taxonomy.themes}
    lines = pd.Series(_lines(works).to_numpy(), index=works["work_id"].to_numpy(), dtype=object)
    behind = {
        str(name): lines.reindex(placed.loc[placed["topic"] == number, "work_id"]).dropna().tolist()
        for number, name in zip(topics["topic"], topics["name"], strict=True)
    }
    return topic_map(topics, source=source_line(len(works), None), groups=groups).with_works(behind)


def topics_curve(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return what the proposed number of topics rests on, a row for each number that was tried."""
    from leeszaal.topics import load_curve

    curve = load_curve(find_home(home))
    names = {
        "k": "Aantal",
        "stability": "Stabiliteit",
        "worst": "Wankelste",
        "seeds": "Ander toeval",
        "npmi_nl": "Samenhang (nl)",
        "npmi_en": "Samenhang (en)",
        "diversity": "Verscheidenheid",
        "separation": "Onderscheid",
        "score": "Score",
    }
    return curve.rename(columns=names).round(2)


def growth_table(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the yearly growth of every theme and subtheme with its margin, and what may be said of it."""
    from leeszaal.papers.wording import VERDICTS
    from leeszaal.reading import load_taxonomy
    from leeszaal.trends import load_growth
    from leeszaal.works.numbers import format_percent, format_range

    room = find_home(home)
    taxonomy, growth = load_taxonomy(room.themes), load_growth(room)
    growth = growth[growth["kind"] != "topic"]
    return pd.DataFrame(
        {
            "Thema": [taxonomy.label_name(unit, "nl") for unit in growth["unit"]],
            "Werken": growth["works"].to_numpy(),
            "Groei per jaar": [format_percent(value, 1) for value in growth["growth"]],
            "Marge (95 %)": [
                format_range(low, high, 1, percent=True) if pd.notna(low) else "–"
                for low, high in zip(growth["low"], growth["high"], strict=True)
            ],
            "Wat u mag zeggen": [VERDICTS[str(verdict)]["nl"] for verdict in growth["verdict"]],
        }
    )


def bursts_table(home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return what flared up for some years, more than chance gives: themes, topics, instruments and terms."""
    from leeszaal.trends import load_bursts
    from leeszaal.works.numbers import format_years

    found = load_bursts(home)
    found = found[found["marked"]].sort_values(["from_year", "name"], ascending=[False, True])
    kinds = {"theme": "thema", "label": "deelthema", "topic": "onderwerp", "instrument": "instrument", "term": "term"}
    years = [format_years(first, last) for first, last in zip(found["from_year"], found["to_year"], strict=True)]
    return pd.DataFrame(
        {
            "Wat": found["name"].to_numpy(),
            "Soort": [kinds[kind] for kind in found["kind"]],
            "Jaren": years,
            "Werken": found["works"].to_numpy(),
        }
    )


def theme_figure(theme: str, from_year: int, to_year: int, home: Home | Path | str | None = None) -> Figure:
    """Draw the share of a theme in the library, period by period."""
    from leeszaal.papers import open_paper
    from leeszaal.papers.findings import attention_figure

    paper = open_paper(theme=theme, from_year=from_year, to_year=to_year, home=home)
    figure = attention_figure(paper)
    lines = _lines(paper.works)
    behind = {}
    for period in figure.table.iloc[:, 0].astype(str):
        inside = paper.works["year"].between(int(period[:4]), int(period[-4:]))
        behind[period] = lines[inside].tolist()
    return figure.with_works(behind)


def values_table(slug: str, home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return the values that the text of a paper may use: what to type, and what it becomes."""
    from leeszaal.papers.run import open_settings
    from leeszaal.papers.settings import read_settings

    room = find_home(home)
    values = open_settings(room, read_settings(room, slug)).values
    rows = []
    for name in values.names():
        value: Any = values
        for part in name.split("."):
            value = value[part]
        rows.append({"Schrijf": f"{{{{ {name} }}}}", "Wordt": str(value)})
    return pd.DataFrame(rows)
