"""An *oplegger*: the one page with which a paper goes to the CMT, the directieoverleg or Gedeputeerde Staten.

It is drawn from the paper it accompanies (parameter `accompanies`): the same theme, period and values, its two
sentences, its options and its doubts. What is asked, what it costs and what comes next is the writer's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.papers.filling import fill
from leeszaal.papers.kinds import kind_module
from leeszaal.papers.text import read_text
from leeszaal.papers.values import Value, ValueGroup
from leeszaal.papers.versions import last_signed
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_number
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.papers.contents import Block, Paper

__all__ = ["core", "doubts", "heading", "options", "resolve", "rests_on", "values"]

_OPTION = re.compile(r"^(?:[-*] |\d+[.)] )?\*\*(?P<option>.+?)\*\*", re.MULTILINE | re.DOTALL)
_SECTIONS = ("handelingsperspectief", "actie")  # where a paper says what may be done


def _settings(home: Home, accompanies: str) -> Any:
    from leeszaal.papers.settings import read_settings

    if not accompanies:
        raise LeeszaalError(
            "Deze oplegger zegt niet bij welke paper hij hoort.",
            "Zet in paper.yaml onder parameters: accompanies: naam-van-de-paper.",
        )
    settings = read_settings(home, accompanies)
    if settings.template.name == "oplegger":
        raise LeeszaalError(f"‘{accompanies}’ is zelf een oplegger.", "Noem de paper waar beide bij horen.")
    return settings


def resolve(home: Home, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take theme, period and region from the paper that this one accompanies."""
    other = _settings(home, str(parameters.get("accompanies") or "")).parameters
    taken = {key: other[key] for key in ("theme", "from_year", "to_year") if key in other}
    return {**parameters, **taken, "region": other.get("region", parameters["region"])}


def rests_on(home: Home, parameters: Mapping[str, Any]) -> list[Path]:
    """Return the files of the accompanied paper: when they change, this paper is to be made again."""
    folder = home.paper(str(parameters.get("accompanies") or ""))
    return [folder / "paper.yaml", folder / "text.md", *sorted(folder.glob("versions/*/version.json"))]


def _accompanied(paper: Paper) -> Paper:
    from leeszaal.papers.run import open_settings

    return open_settings(paper.home, _settings(paper.home, str(paper.own["accompanies"])))


def values(paper: Paper) -> ValueGroup:
    """Return the values of the accompanied paper's own kind, and `stuk.titel`, `stuk.soort`, `stuk.aangehaald`."""
    settings = _settings(paper.home, str(paper.own["accompanies"]))
    other = _accompanied(paper)
    module = kind_module(settings.template.name)
    own = module.values(other) if module is not None and hasattr(module, "values") else ValueGroup()
    cited = other.library[other.library["citekey"].isin(other.cited)]
    title = "Werken die het stuk aanhaalt" if paper.lang == "nl" else "Works that the paper cites"
    kind = other.template.kind.get(paper.lang, other.template.kind["nl"])
    return ValueGroup(
        {
            **own,
            "stuk": ValueGroup(
                titel=Value(settings.title, escape_markdown(settings.title)),
                soort=Value(other.template.name, kind[:1].lower() + kind[1:]),
                aangehaald=Value(len(cited), format_number(len(cited), 0, paper.lang), tuple(cited["work_id"]), title),
            ),
        }
    )


def heading(paper: Paper) -> Block:
    """Show for whom this is, with which paper it goes, and whether that paper was signed."""
    from leeszaal.papers.contents import Block

    nl, slug = paper.lang == "nl", str(paper.own["accompanies"])
    signed = last_signed(paper.home, slug)
    day = format_date(signed.time[:10], paper.lang) if signed is not None else ""
    stuk = paper.values.group("stuk")
    link = f"[{stuk['titel']}](../{slug}/{slug}.ipynb), {stuk['soort']}"
    if nl:
        state = f"versie {signed.number}, ondertekend op {day}" if signed else "concept, nog niet ondertekend"
        columns = ["Aan", "Bij", "Stand"]
    else:
        state = f"version {signed.number}, signed on {day}" if signed else "draft, not signed yet"
        columns = ["To", "With", "State"]
    return Block(pipe_table(columns, [[escape_markdown(str(paper.own["body"])), link, state]], "lll"))


def core(paper: Paper) -> Block:
    """Show the two sentences of the accompanied paper: what was found, and what it means."""
    from leeszaal.papers.contents import Block

    settings = _settings(paper.home, str(paper.own["accompanies"]))
    said = [
        fill(text, 1, paper.values, door=paper.door, lang=paper.lang) for text in (settings.message, settings.meaning)
    ]
    return Block(" ".join(text.strip() for text in said if text.strip()))


def options(paper: Paper) -> Block:
    """Show the options that the accompanied paper gives: the bold words with which each begins."""
    from leeszaal.papers.contents import Block

    text = read_text(paper.home.paper(str(paper.own["accompanies"])) / "text.md")
    body = next((text[name].body for name in _SECTIONS if name in text), "")
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    found = [" ".join(match["option"].split()) for match in _OPTION.finditer(body)]
    filled = [fill(one, 1, paper.values, lang=paper.lang).rstrip(".") + "." for one in found]
    if not filled:
        return Block("")
    lead = "Het stuk geeft deze mogelijkheden:" if paper.lang == "nl" else "The paper gives these options:"
    return Block(lead + "\n\n" + "\n".join(f"- {one}" for one in filled))


def doubts(paper: Paper) -> Block:
    """Show on how much the accompanied paper rests, and how many of its sentences wait for the writer."""
    from leeszaal.papers.contents import Block

    nl, lang = paper.lang == "nl", paper.lang
    waiting = len(_accompanied(paper).review)
    stuk = paper.values.group("stuk")
    if nl:
        said = (
            f"Het stuk rust op {paper.door('werken')} werken uit onze bibliotheek en haalt er {paper.door('stuk.aangehaald')} "
            f"aan ({stuk['soort']}, peildatum {paper.values['peildatum']})."
        )
        if waiting:
            said += f" Let op: in het stuk {'wacht' if waiting == 1 else 'wachten'} {format_count(waiting, 'zin', 'zinnen')} op herziening."
    else:
        said = (
            f"The paper rests on {paper.door('werken')} works from our library and cites {paper.door('stuk.aangehaald')} "
            f"({stuk['soort']}, reference date {paper.values['peildatum']})."
        )
        if waiting:
            said += f" Note: {format_count(waiting, 'sentence waits', 'sentences wait', lang)} for revision."
    return Block(said)
