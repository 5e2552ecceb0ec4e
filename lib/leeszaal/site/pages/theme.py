"""The page of one theme: what it is about, how much there is, what moves in it, and where to begin reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from leeszaal.charts import Figure, share_over_periods, source_line
from leeszaal.charts.canvas import rows_of
from leeszaal.papers.wording import in_sentence
from leeszaal.site.pages import signals
from leeszaal.site.pages.papers import paper_list
from leeszaal.site.pages.start import DIRECTIONS
from leeszaal.site.pages.themes import subthemes
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_number, format_percent, format_range, format_years
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["figure", "key_works", "page"]

_KEY_WORKS = 10
_FEWEST = 3  # works of the theme in a topic, before the topic is named
_PERIOD = 5
_YEARS = 25
_ROOT = "../"


def figure(room: Room, theme: str) -> Figure | None:
    """Draw the share of the theme in the library; None when no year is complete."""
    frame = room.trends[(room.trends["kind"] == "theme") & (room.trends["unit"] == theme)]
    years = frame.loc[frame["complete"], "year"]
    if years.empty:
        return None
    frame = frame[frame["year"] > int(years.max()) - _YEARS]
    works = int(frame.loc[frame["complete"], "corpus"].sum())
    if works == 0:
        return None
    name = in_sentence(room.taxonomy.label_name(theme))
    growth = room.growth[room.growth["unit"] == theme]
    return share_over_periods(
        frame[["year", "works", "corpus", "complete"]],
        name,
        source=source_line(works, room.reference_date or None),
        growth=growth.iloc[0] if len(growth) else None,
        period=_PERIOD,
        slug=f"thema-{theme}",
    )


def key_works(room: Room, theme: str) -> pd.DataFrame:
    """Return the ten works to begin with: taken up by a reader, cited in a paper of this site, then by label and year."""
    about = room.works_of(theme)
    cited = {key for paper in room.papers for key in paper.cited}
    chosen = set(room.screening.loc[room.screening["verb"] == "include", "work_id"])
    dropped = set(room.screening.loc[room.screening["verb"] == "exclude", "work_id"])
    score = room.tags[room.tags["theme"] == theme].groupby("work_id")["score"].max()
    found = room.works[room.works["work_id"].isin(about) & ~room.works["work_id"].isin(dropped)]
    found = found.assign(
        chosen=found["work_id"].isin(chosen),
        cited=found["citekey"].isin(cited),
        score=found["work_id"].map(score),
    )
    return found.sort_values(
        ["chosen", "cited", "score", "year", "citekey"], ascending=[False, False, False, False, True], kind="stable"
    ).head(_KEY_WORKS)


def page(room: Room, theme: str) -> str:
    """Return the whole page as Quarto Markdown."""
    name = room.taxonomy.label_name(theme)
    works = room.works_of(theme)
    drawn = figure(room, theme)
    found = signals.short_list(room, theme, _ROOT)
    # A paper names its theme or a subtheme of it, as Markdown.
    names = {escape_markdown(room.taxonomy.label_name(one)) for one in (theme, *room.labels_of(theme))}
    papers = [paper for paper in room.papers if paper.theme in names]
    pieces = [
        f"---\ntitle: {_quoted(name)}\n---",
        _counts(room, theme, len(works)),
        "## Waar het over gaat\n\n" + subthemes(room, theme, _ROOT),
        "## Hoeveel aandacht het krijgt\n\n" + drawn.markdown(folder=f"{_ROOT}figures") if drawn is not None else "",
        f"## Signalen\n\n{found or 'Er zijn nu geen signalen over dit thema.'}\n\n[Alle signalen]({_ROOT}signalen.html)",
        "## Papers\n\n" + (paper_list(papers, _ROOT, level=3) or "Er is nog geen paper over dit thema."),
        "## Tien werken om mee te beginnen\n\n" + _key_works(room, theme),
        "## Onderwerpen\n\n" + _topics(room, theme, works),
        "## Zoekwoorden\n\n" + _terms(room, theme),
    ]
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _counts(room: Room, theme: str, count: int) -> str:
    verdict = DIRECTIONS[room.verdict(theme)]
    works = format_count(count, "werk", "werken")
    told = f"[{works}]({_ROOT}literatuur.html?thema={theme}){{.deur}} in de bibliotheek · aandeel: {verdict}"
    row = room.growth[room.growth["unit"] == theme]
    if len(row) and pd.notna(row["growth"].iloc[0]):
        one = row.iloc[0]
        margin = format_range(one["low"], one["high"], 0, percent=True)
        period = format_years(int(one["from_year"]), int(one["to_year"]))
        told += f", {format_percent(one['growth'], 0)} per jaar over {period} (marge {margin})"
    return f"::: {{.stand}}\n{told}\n:::"


def _key_works(room: Room, theme: str) -> str:
    found = key_works(room, theme)
    if found.empty:
        return "Er zijn nog geen werken over dit thema."
    lines = []
    for row in rows_of(found):
        who = "; ".join(row.authors[:3]) + (" e.a." if len(row.authors) > 3 else "")
        year = str(int(row.year)) if pd.notna(row.year) else "z.d."
        language = f" lang={row.language}" if isinstance(row.language, str) and row.language else ""
        anchor = f"{_ROOT}literatuur.html#werk-{row.citekey.replace(':', '-')}"
        marks = [word for word, holds in (("opgenomen", row.chosen), ("aangehaald in een paper", row.cited)) if holds]
        why = f" [{', '.join(marks)}]{{.feiten}}" if marks else ""
        lines.append(
            f"- [[{escape_markdown(row.title)}]{{.titel{language}}}](<{anchor}>). {escape_markdown(who)} ({year}).{why}"
        )
    return (
        "Eerst wat een lezer van het cluster heeft opgenomen, dan wat een paper aanhaalt, dan de werken met de sterkste "
        "labels.\n\n" + "\n".join(lines)
    )


def _topics(room: Room, theme: str, works: set[str]) -> str:
    inside = room.assignments[room.assignments["work_id"].isin(works)].dropna(subset=["topic"])
    rows = []
    counts = inside["topic"].astype(int).value_counts()
    for number in sorted(counts.index, key=lambda one: (-counts[one], one)):
        group = inside.loc[inside["topic"] == number, "work_id"]
        topic = room.topics[room.topics["topic"] == number]
        if len(group) < _FEWEST or topic.empty:
            continue
        one = topic.iloc[0]
        name = escape_markdown(one["name"])
        title = f"{room.taxonomy.label_name(theme)}: onderwerp {one['name']}"
        shown = room.doors.to(format_number(len(group)), f"onderwerp-{theme}-{number}", title, group, _ROOT)
        words = one["words_nl"] if isinstance(one["words_nl"], str) and one["words_nl"] else one["words_en"]
        rows.append([name, shown, escape_markdown(", ".join(str(words).split(", ")[:6]))])
    if not rows:
        return "De werken over dit thema vormen nog geen herkenbare groepen."
    return (
        "Een model verdeelt de hele bibliotheek in onderwerpen: groepen woorden die samen voorkomen. Dit zijn de onderwerpen "
        f"met {_FEWEST} of meer werken over dit thema.\n\n"
        + pipe_table(["Onderwerp", "Werken", "Woorden"], rows, "lrl")
    )


def _terms(room: Room, theme: str) -> str:
    boxes = []
    for label in room.labels_of(theme):
        one = room.taxonomy.subtheme(label)
        dutch, english = (", ".join(words) for words in ((*one.match.nl, *one.match.abbr), one.match.en))
        boxes.append(
            f'::: {{.callout-note collapse="true"}}\n## {escape_markdown(one.label["nl"])}\n\n'
            f"**Nederlands.** {escape_markdown(dutch)}\n\n**Engels.** {escape_markdown(english)}\n:::"
        )
    return (
        "Een werk krijgt een label als een van deze woorden in de titel, de samenvatting of de trefwoorden staat; een sterretje "
        "staat voor elk vervolg van het woord. Een titel die hetzelfde met andere woorden zegt, krijgt het label naar betekenis "
        f"([hoe dat gaat]({_ROOT}werkwijze.html#thema)).\n\n" + "\n\n".join(boxes)
    )
