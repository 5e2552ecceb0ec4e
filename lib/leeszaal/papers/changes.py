"""What a living paper says of itself: the sentences to look at again, and what changed since it was last signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leeszaal.papers.filling import flat_values
from leeszaal.papers.living import state_of
from leeszaal.papers.versions import Version, last_signed
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.papers.contents import Block, Paper

__all__ = ["changes", "review_box", "review_marks"]

_LISTED = 10  # works or values named one by one; the number of others is told


def review_marks(paper: Paper, section: str) -> dict[int, str]:
    """Return the mark to put before each sentence of a section that is to be looked at again, by its offset."""
    word = "te herzien" if paper.lang == "nl" else "to be revised"
    return {
        item.start: f'**[{word}]{{.te-herzien custom-style="Te herzien"}}** '
        for item in paper.review
        if item.section == section
    }


def review_box(paper: Paper) -> Block:
    """Return the box above a draft: each sentence to look at again, what its values were and what they are."""
    from leeszaal.papers.contents import Block

    nl = paper.lang == "nl"
    if not paper.review:
        return Block("")
    count = len(paper.review)
    rows = [
        [escape_markdown(_plain(item.text)), escape_markdown("; ".join(item.why(paper.lang)))] for item in paper.review
    ]
    if nl:
        title = f"Concept: {format_count(count, 'zin is', 'zinnen zijn')} te herzien"
        said = "Sinds de schrijver deze zinnen nakeek, is een getal veranderd of geldt een bewering niet meer."
        columns = ["Zin", "Wat er veranderde"]
    else:
        title = f"Draft: {format_count(count, 'sentence is', 'sentences are', 'en')} to be revised"
        said = "Since the writer checked these sentences, a figure has changed or a claim no longer holds."
        columns = ["Sentence", "What changed"]
    return Block(f'::: {{.callout-warning title="{title}"}}\n{said}\n\n{pipe_table(columns, rows, "ll")}\n:::\n')


def _plain(text: str) -> str:
    """Return a sentence without references within the paper, and without the marks that a table cell would obey."""
    text = re.sub(r"\s*\(@(?:sec|fig|tbl)-[\w-]+\)", "", text)
    return text.replace("**", "").replace("[@", "[").replace("@", "")


def changes(paper: Paper) -> Block:
    """Return the section on what changed since the paper was last signed: works, topics, figures.

    Empty for a paper that was never signed.
    """
    from leeszaal.papers.contents import Block

    signed = last_signed(paper.home, paper.slug)
    if signed is None:
        return Block("")
    nl = paper.lang == "nl"
    now = state_of(paper)
    day = format_date(signed.time[:10], paper.lang)
    parts = [part for part in (_works(paper, signed, now), _topics(paper, signed, now)) if part]
    table = _values(paper, signed, now)
    if nl:
        lead = f"Vergeleken met versie {signed.number}, ondertekend op {day} door {escape_markdown(signed.person)}."
        same = "Er is sindsdien niets veranderd: dezelfde werken, onderwerpen en cijfers."
    else:
        lead = f"Compared with version {signed.number}, signed on {day} by {escape_markdown(signed.person)}."
        same = "Nothing has changed since: the same works, topics and figures."
    if not parts and not table:
        return paper.section("veranderd", above=f"{lead} {same}")
    return paper.section("veranderd", above="\n\n".join([lead, *parts, *([table] if table else [])]))


def _listed(titles: list[str], lang: str) -> str:
    shown = "\n".join(f"- {escape_markdown(title)}" for title in titles[:_LISTED])
    more = len(titles) - _LISTED
    if more <= 0:
        return shown
    return f"{shown}\n- " + (f"en nog {format_number(more)} andere" if lang == "nl" else f"and {more} others")


def _works(paper: Paper, signed: Version, now: Mapping[str, Any]) -> str:
    nl, before = paper.lang == "nl", signed.state["works"]
    new = [title for work, title in now["works"].items() if work not in before]
    gone = [title for work, title in before.items() if work not in now["works"]]
    said = []
    if new:
        head = format_count(len(new), "nieuw werk", "nieuwe werken") if nl else \
            format_count(len(new), "new work", "new works", "en")  # fmt: skip
        said.append(f"**{head}**\n\n{_listed(new, paper.lang)}")
    if gone:
        head = format_count(len(gone), "werk valt", "werken vallen") + " er niet meer onder" if nl else \
            format_count(len(gone), "work no longer belongs", "works no longer belong", "en")  # fmt: skip
        said.append(f"**{head}**\n\n{_listed(gone, paper.lang)}")
    return "\n\n".join(said)


def _topics(paper: Paper, signed: Version, now: Mapping[str, Any]) -> str:
    """Say which topics gained, lost or changed works, came or went; a topic keeps its number from run to run."""
    nl, lines = paper.lang == "nl", []
    before = signed.state["topics"]
    for number in sorted({*before, *now["topics"]}, key=int):
        old, new = before.get(number), now["topics"].get(number)
        name = escape_markdown((new or old)["name"])
        if old is None:
            size = len(new["works"])
            lines.append(f"‘{name}’ is nieuw ({size})" if nl else f"‘{name}’ is new ({size})")
        elif new is None:
            lines.append(f"‘{name}’ komt niet meer voor" if nl else f"‘{name}’ no longer occurs")
        elif old["works"] != new["works"]:
            moved = len(set(old["works"]) ^ set(new["works"]))
            sizes = f"{len(old['works'])} → {len(new['works'])}"
            lines.append(
                f"‘{name}’: {sizes} werken, {moved} erbij of eraf"
                if nl
                else f"‘{name}’: {sizes} works, {moved} in or out"
            )
    if not lines:
        return ""
    head = "**Verschoven onderwerpen**" if nl else "**Shifted topics**"
    return f"{head}\n\n" + "\n".join(f"- {line}" for line in lines)


def _values(paper: Paper, signed: Version, now: Mapping[str, Any]) -> str:
    """Return a table of the values that changed; those that the text uses first."""
    nl, before = paper.lang == "nl", signed.state["values"]
    known = flat_values(paper.values)
    used = {name for values in now["sentences"].values() for name in values}
    changed = [
        name for name, text in now["values"].items()
        if before.get(name, text) != text and not name.startswith("onderwerp.")
    ]  # fmt: skip
    changed.sort(key=lambda name: (name not in used, name))
    if not changed:
        return ""
    rows = []
    for name in changed[: _LISTED * 2]:
        mark = (" (in de tekst)" if nl else " (in the text)") if name in used else ""
        title = known[name].definition if name in known and known[name].definition else name
        rows.append([f"`{name}`{mark}", escape_markdown(title), before[name], paper.door(name, now["values"][name])])
    columns = ["Waarde", "Wat het telt", "Was", "Is nu"] if nl else ["Value", "What it counts", "Was", "Is now"]
    more = len(changed) - len(rows)
    caption = "Cijfers die zijn veranderd." if nl else "Figures that have changed."
    caption += (f" Nog {more} andere veranderden ook." if nl else f" {more} others changed too.") if more else ""
    return pipe_table(columns, rows, "llrr", caption, "tbl-veranderd")
