"""A *signalenbrief*: one or two pages on one signal, with what it rests on and what may be done with it.

The signal is one that `leeszaal trends` found (parameter `signal`), or, without one, the theme of the paper itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.library.store import read_table
from leeszaal.papers.facts import RECENT, is_research, kind_value, strength
from leeszaal.papers.layout import works_behind
from leeszaal.papers.values import Value, ValueGroup
from leeszaal.papers.wording import VERDICTS, in_sentence, phrase
from leeszaal.works.called import TYPE_NAMES
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_number, format_percent, format_range
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.papers.contents import Block, Paper

__all__ = ["reliability", "signal", "values"]


def _row(paper: Paper) -> pd.Series | None:
    """Return the row of the signal that the paper is about, or None when it is about its theme."""
    wanted = str(paper.own.get("signal") or "")
    if not wanted:
        return None
    table = read_table(paper.home, "signals")
    found = table[table["signal_id"].astype(str) == wanted]
    if found.empty:
        raise LeeszaalError(f"Er is geen signaal ‘{wanted}’.", nearest(wanted, table["signal_id"].astype(str)))
    return found.iloc[0]


def _works(paper: Paper, row: pd.Series | None) -> pd.DataFrame:
    if row is None:
        return paper.works
    table = read_table(paper.home, "signal_works")
    inside = set(table.loc[table["signal_id"] == row["signal_id"], "work_id"])
    return paper.library[paper.library["work_id"].isin(inside)]


def values(paper: Paper) -> ValueGroup:
    """Return the values of a signalenbrief: `signaal.naam`, `.werken`, `.recent`, `.auteurs`, `.wetenschap`, `.sterkte`."""
    lang, nl, row = paper.lang, paper.lang == "nl", _row(paper)
    works = _works(paper, row)
    name = str(row["name"]) if row is not None else in_sentence(paper.theme_name)
    about = f"Werken achter het signaal ‘{name}’" if nl else f"Works behind the signal ‘{name}’"
    recent = works[works["year"].between(paper.to_year - RECENT + 1, paper.to_year)]
    scholarly = works[is_research(works)]

    def count(frame: pd.DataFrame, more: str = "") -> Value:
        return Value(len(frame), format_number(len(frame), 0, lang), tuple(frame["work_id"]), about + more)

    # Its first author stands for the group behind a work: ten works of one group are one source.
    firsts = {str(names[0]) for names in works["authors"] if len(names)}
    since = int(row["since"]) if row is not None else None
    last = f", {paper.to_year - RECENT + 1}–{paper.to_year}"
    return ValueGroup(
        signaal=ValueGroup(
            naam=Value(name, name),
            werken=count(works),
            recent=count(recent, last),
            wetenschap=count(scholarly, ", wetenschappelijk" if nl else ", scholarly"),
            auteurs=Value(len(firsts), format_number(len(firsts), 0, lang), tuple(works["work_id"]), about),
            sinds=Value(since, "–" if since is None else str(since)),
            sterkte=Value(None, str(row["strength"]) if row is not None else phrase(_grade(paper), lang)),
        )
    )


def _grade(paper: Paper) -> str:
    rows = paper.growth[paper.growth["unit"] == paper.theme]
    verdict = str(rows.iloc[0]["verdict"]) if len(rows) else "too_few"
    return strength(len(paper.works), verdict in ("rises", "falls"))


def signal(paper: Paper) -> Block:
    """Show the signal: what was counted, what the test says of it, how strong it is, what speaks against it."""
    from leeszaal.papers.contents import Block

    row, nl, lang = _row(paper), paper.lang == "nl", paper.lang
    group = paper.values.group("signaal")
    if row is not None:
        said = escape_markdown(str(row["statement" if nl else "statement_en"]))
        counter = escape_markdown(str(row["counter"])) if nl else ""
        growth = _growth(row, lang)
    else:
        said, growth = _theme_statement(paper), _theme_growth(paper)
        counter = (
            "Het gaat om titels in onze eigen bibliotheek; een andere zoekvraag kan een ander beeld geven."
            if nl
            else "These are titles in our own library; another search may show another picture."
        )
    count = paper.door("signaal.werken", _count(int(_number(group["werken"])), lang))
    rests = f"{count}; {growth}" if growth else f"{count}."
    parts = {"what": said, "strength": f"{group['sterkte']}: {rests}", "counter": counter}
    lines = [
        f"**{phrase(name, lang).rstrip('?')}{'?' if phrase(name, lang).endswith('?') else '.'}** {text[:1].upper()}{text[1:]}"
        for name, text in parts.items()
        if text
    ]
    return Block("\n\n".join(lines))


def _number(value: Any) -> float:
    return float(value.number)


def _count(count: int, lang: str) -> str:
    return format_count(count, *(("werk", "werken") if lang == "nl" else ("work", "works")), lang)


def _theme_statement(paper: Paper) -> str:
    theme, nl = escape_markdown(str(paper.values["thema"])), paper.lang == "nl"
    recent = paper.door("signaal.recent")
    first = paper.to_year - RECENT + 1
    if nl:
        return f"Van de {paper.door('werken')} werken over {theme} zijn er {recent} uit {first}–{paper.to_year}."
    return f"Of the {paper.door('werken')} works on {theme}, {recent} are from {first}–{paper.to_year}."


def _theme_growth(paper: Paper) -> str:
    verdict = str(paper.values.group("groei")["richting"])
    if paper.lang == "nl":
        return f"de toets over {paper.values['periode']} zegt: {verdict}."
    return f"the test over {paper.values['periode']} says: {verdict}."


def _growth(row: pd.Series, lang: str) -> str:
    if pd.isna(row["growth"]):
        return VERDICTS["too_few"][lang] + "."
    rate = format_percent(row["growth"], 0, lang)
    margin = format_range(row["low"], row["high"], 0, lang, percent=True) if pd.notna(row["low"]) else ""
    if lang == "nl":
        return f"het aandeel groeit met {rate} per jaar" + (f" (marge {margin})." if margin else ".")
    return f"the share grows by {rate} a year" + (f" (margin {margin})." if margin else ".")


def reliability(paper: Paper) -> Block:
    """Show on what kinds of sources the signal rests, and on how many groups of authors."""
    from leeszaal.papers.contents import Block

    lang, nl = paper.lang, paper.lang == "nl"
    works = _works(paper, _row(paper))
    kinds = works["type"].value_counts()
    themed = _row(paper) is None
    rows = []
    for kind, count in sorted(kinds.items(), key=lambda item: (-int(item[1]), str(item[0]))):
        inside = works[works["type"] == kind]
        name = TYPE_NAMES[str(kind)][1][lang]
        number = format_number(int(count), 0, lang)
        years = [int(year) for year in inside["year"].dropna()]
        period = (
            f"{min(years)}–{max(years)}" if years and min(years) != max(years) else str(min(years)) if years else "–"
        )
        rows.append(
            [name[:1].upper() + name[1:], paper.door(kind_value(str(kind)), number) if themed else number, period]
        )
    authors = int(_number(paper.values.group("signaal")["auteurs"]))
    if nl:
        head = f"De {_count(len(works), lang)} komen van {format_count(authors, 'eerste auteur of instelling', 'eerste auteurs of instellingen')} (@tbl-bewijs)."
        columns, caption = ["Soort bron", "Werken", "Jaren"], "Waar het signaal op rust."
    else:
        head = f"The {_count(len(works), lang)} come from {format_count(authors, 'first author or institution', 'first authors or institutions', lang)} (@tbl-bewijs)."
        columns, caption = ["Kind of source", "Works", "Years"], "What the signal rests on."
    table = pipe_table(columns, rows, "lrr", caption, "tbl-bewijs")
    return Block(
        "\n\n".join(part for part in (head, table.rstrip("\n"), works_behind(paper, "signaal.werken")) if part)
    )
