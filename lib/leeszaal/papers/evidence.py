"""What the findings of a trend paper rest on: research or reports by subtheme, and with which work to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.library import doubtful_works, screening
from leeszaal.papers.facts import DIRECTIONS, RECENT, is_research, subtheme_value
from leeszaal.papers.layout import finding
from leeszaal.papers.wording import phrase
from leeszaal.works.called import TYPE_NAMES
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_list, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.papers.contents import Block, Paper

__all__ = ["evidence_found", "read_first"]

_FEWEST = 3  # works in a subtheme, before one of them is named as the one to begin with


def evidence_found(paper: Paper) -> Block:
    """Return the finding on what each subtheme rests on: research or not, in Dutch or not, recent or not, rising or not."""
    from leeszaal.papers.contents import Block

    lang, nl = paper.lang, paper.lang == "nl"
    if len(paper.labels) == 1:
        return Block("")  # the paper is about one subtheme: there is nothing to compare
    verdicts = paper.growth.set_index("unit")["verdict"]
    rows, without = [], []
    for label, works in _by_size(paper):
        name = escape_markdown(paper.taxonomy.label_name(label, lang))
        group = subtheme_value(label).removesuffix(".werken")
        if not is_research(works).any():
            without.append(f"‘{name}’")
        rows.append(
            [
                name,
                *(paper.door(f"{group}.{one}") for one in ("werken", "onderzoek")),
                format_number(int((works["language"] == "nl").sum()), 0, lang),
                paper.door(f"{group}.recent"),
                DIRECTIONS[str(verdicts.get(label, "too_few"))][0 if nl else -1],
            ]
        )
    if not rows:
        return Block("")
    since, bare, n = paper.to_year - RECENT + 1, int(paper.works["abstract"].isna().sum()), len(paper.works)
    door = paper.door("onderzoek")
    if nl:
        thin = (
            f"Zonder onderzoek: {format_list(without)}." if without else "Elk deelthema heeft minstens één onderzoek."
        )
        parts = {
            "what": f"{_research(paper, door)} (@tbl-bewijs). {thin}",
            "evidence": "Onderzoek is hier wat in een wetenschappelijk tijdschrift, een bundel of een congres verscheen, of een scriptie. "
            f"Per deelthema is getoetst of het aandeel over {paper.values['periode']} verandert.",
            "strength": _known(bare, n, nl),
            "counter": "Een rapport of Kamerstuk kan voor een besluit meer waard zijn dan een artikel. De kolommen zeggen wat voor soort "
            "kennis er is, niet hoe goed zij is.",
        }
        columns = ["Deelthema", "Werken", "Onderzoek", "Nederlands", f"Sinds {since}", "Aandeel"]
        caption = "Waar elk deelthema op rust. Een werk kan bij meer deelthema’s staan."
    else:
        thin = f"Without any: {format_list(without, lang)}." if without else "Every subtheme has at least one."
        parts = {
            "what": f"{_research(paper, door)} (@tbl-bewijs). {thin}",
            "evidence": "Research is what appeared in a scholarly journal, an edited volume or a conference, or as a thesis. For each "
            f"subtheme it was tested whether its share changes over {paper.values['periode']}.",
            "strength": _known(bare, n, nl),
            "counter": "For a decision a report or parliamentary paper may be worth more than an article. The columns say which kind of "
            "knowledge there is, not how good it is.",
        }
        columns = ["Subtheme", "Works", "Research", "In Dutch", f"Since {since}", "Share"]
        caption = "What each subtheme rests on. A work may stand with more than one subtheme."
    return finding(paper, "trend-bewijs", parts, pipe_table(columns, rows, "lrrrrl", caption, "tbl-bewijs"))


def _research(paper: Paper, door: str) -> str:
    """Begin the sentence that says how many of the works are research, also when there is one work or none of them."""
    n, found = len(paper.works), int(is_research(paper.works).sum())
    count = format_number(n, 0, paper.lang)
    if paper.lang == "nl":
        if n == 1:
            return f"Het ene werk is {'onderzoek' if found else 'geen onderzoek'}"
        return f"Van de {count} werken {'is' if found == 1 else 'zijn'} er {door if found else 'geen'} onderzoek"
    if n == 1:
        return f"The one work is {'research' if found else 'not research'}"
    return f"Of the {count} works, {door if found else 'none'} {'is' if found < 2 else 'are'} research"


def _known(bare: int, count: int, nl: bool) -> str:
    """Say how much is known of what the works found."""
    lang = "nl" if nl else "en"
    grade = phrase("weak" if bare > count / 2 else "fair", lang)
    number, n = format_number(bare, 0, lang), format_number(count, 0, lang)
    if nl:
        of = "het ene werk" if count == 1 else "al deze werken" if bare == count else f"{number} van de {n} werken"
        if bare:
            return f"{grade}: van {of} kennen wij alleen titel en gegevens, niet wat erin is gevonden."
        return f"{grade}: er is van elk werk een samenvatting, maar gelezen zijn zij daarmee nog niet."
    of = "the one work" if count == 1 else "all these works" if bare == count else f"{number} of the {n} works"
    if bare:
        return f"{grade}: of {of} we know only the title and its details, not what was found."
    return f"{grade}: every work has an abstract, but that does not mean it was read."


def _by_size(paper: Paper) -> list[tuple[str, pd.DataFrame]]:
    """Return the subthemes that have works, the largest first, each with its works."""
    found = []
    for label in paper.labels:
        ids = set(paper.tags.loc[paper.tags["label"] == label, "work_id"])
        works = paper.works[paper.works["work_id"].isin(ids)]
        if len(works):
            found.append((label, works))
    return sorted(found, key=lambda one: -len(one[1]))


def read_first(paper: Paper) -> Block:
    """Show one work per subtheme with which to begin, each work once.

    What a reader took up goes first, then what the writer cites, then the strongest label, then research and the newest.
    What a reader left out, or what was retracted or not verified, is not in it.
    """
    from leeszaal.papers.contents import Block

    lang, nl = paper.lang, paper.lang == "nl"
    state = screening(paper.home)
    taken = set(state.loc[state["verb"] == "include", "work_id"])
    left = set(state.loc[state["verb"] == "exclude", "work_id"])
    doubted = set(doubtful_works(paper.home))
    used: set[str] = set()
    rows = []
    for label, works in _by_size(paper):
        if len(works) < _FEWEST:
            break
        score = paper.tags[paper.tags["label"] == label].set_index("work_id")["score"]
        open_ = works[~works["work_id"].isin(left | used) & ~works["citekey"].isin(doubted) & works["citekey"].notna()]
        if open_.empty:
            continue
        ranked = open_.assign(
            taken=open_["work_id"].isin(taken),
            cited=open_["citekey"].isin(paper.cited),
            score=open_["work_id"].map(score),
            research=is_research(open_),
        ).sort_values(
            ["taken", "cited", "score", "research", "year", "citekey"],
            ascending=[False, False, False, False, False, True], kind="stable",
        )  # fmt: skip
        row: dict[Any, Any] = ranked.iloc[0].to_dict()
        used.add(str(row["work_id"]))
        name = escape_markdown(paper.taxonomy.label_name(label, lang))
        kind = TYPE_NAMES.get(str(row["type"]), TYPE_NAMES["other"])[0][lang]
        rows.append([name, f"{_title(row)} [@{row['citekey']}]", kind])
    if not rows:
        return Block("")
    if nl:
        told = (
            f"Per deelthema met {_FEWEST} of meer werken één om mee te beginnen: eerst wat een lezer opnam, dan wat deze paper "
            "aanhaalt, dan het sterkste label. De lijst is een begin, geen oordeel over de rest."
        )
        columns, caption = ["Deelthema", "Begin met", "Soort"], "Eén werk per deelthema."
    else:
        told = (
            f"For each subtheme with {_FEWEST} works or more, one to begin with: first what a reader took up, then what this paper "
            "cites, then the strongest label. It is a beginning, not a judgment of the rest."
        )
        columns, caption = ["Subtheme", "Begin with", "Kind"], "One work per subtheme."
    table = pipe_table(columns, rows, "lll", caption, "tbl-lezen")
    return Block("\n\n".join(part for part in (paper.heading("lezen"), told, table, paper.written("lezen")) if part))


def _title(row: dict[Any, Any]) -> str:
    language = row["language"]
    spoken = f"{{lang={language}}}" if isinstance(language, str) and language else "{.titel}"
    return f"[{escape_markdown(row['title'])}]{spoken}"
