"""The sections of a paper around its findings: the writer's, the uncertainties, the method, and the front matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeszaal import __version__
from leeszaal.indicators import REGIONS
from leeszaal.library import load_records, log
from leeszaal.library.store import read_stamp
from leeszaal.papers.wording import in_sentence
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date, format_list, format_number, format_years
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from leeszaal.papers.contents import Block, Paper
    from leeszaal.papers.settings import PaperSettings

__all__ = ["front_matter", "method", "regions", "section", "uncertainties"]


def section(paper: Paper, name: str, above: str = "", below: str = "") -> Block:
    """Return a section: heading, computed text, the writer's text in the box of the section, computed text."""
    from leeszaal.papers.contents import Block

    part = paper.template.part(name)
    written = paper.written(name)
    if not (above.strip() or written.strip()):
        return Block("")
    if part.box and written.strip():
        written = f'::: {{.{part.box} custom-style="{part.box.capitalize()}"}}\n{written}\n:::'
    return Block("\n\n".join(piece for piece in (paper.heading(name), above, written, below) if piece.strip()) + "\n")


def regions(paper: Paper) -> Block:
    """Return a table of the regions in the province: how many municipalities, and what the region is in law."""
    from leeszaal.papers.contents import Block

    nl = paper.lang == "nl"
    counts = paper.municipalities["regio"].value_counts()
    rows = [
        [region.name, format_number(int(counts[region.id]), 0, paper.lang), region.note_nl if nl else region.note_en]
        for region in REGIONS.values()
        if region.id in counts
    ]
    if nl:
        columns, caption = (
            ["Regio", "Gemeenten in Overijssel", "Wat het is"],
            "De regio’s waarin gemeenten in Overijssel samenwerken.",
        )
    else:
        columns, caption = (
            ["Region", "Municipalities in Overijssel", "What it is"],
            "The regions in which municipalities in Overijssel work together.",
        )
    return Block(pipe_table(columns, rows, "lrl", caption, "tbl-regios"))


def uncertainties(paper: Paper) -> Block:
    """Return what the figures cannot tell, and the numbers that say why; then what the writer adds."""
    from leeszaal.papers.contents import Block

    lang, nl = paper.lang, paper.lang == "nl"
    works = paper.works
    bare = int(works["abstract"].isna().sum())
    undated = int(paper.library["year"].isna().sum())
    tagged = set(paper.tags["work_id"])
    untagged = int((~paper.library["work_id"].isin(tagged)).sum())
    one, many = ("werk", "werken") if nl else ("work", "works")
    n = format_count(len(works), one, many, lang)
    if nl:
        points = [
            f"De bibliotheek is een selectie, geen volledige telling. Een aandeel zegt iets over deze {format_number(len(paper.corpus))} "
            "werken, niet over alles wat er is geschreven.",
            _bare(bare, len(works), n, nl),
            f"{format_number(untagged)} van de {format_count(len(paper.library), one, many)} kregen geen enkel label; "
            f"{format_number(undated)} {_have(undated, nl)} geen jaar.",
            "Literatuur zegt niet hoe een gemeente het doet. Deze paper geeft daarom over geen enkele gemeente een oordeel.",
        ]
    else:
        points = [
            f"The library is a selection, not a full count. A share says something about these "
            f"{format_number(len(paper.corpus), 0, lang)} works, not about everything that was written.",
            _bare(bare, len(works), n, nl),
            f"{format_number(untagged, 0, lang)} of the {format_count(len(paper.library), one, many, lang)} got no label at all; "
            f"{format_number(undated, 0, lang)} {_have(undated, nl)} no year.",
            "Literature does not say how a municipality performs. This paper therefore judges no municipality.",
        ]
    listed = "\n".join(f"- {point}" for point in points)
    written = paper.written("onzekerheden")
    return Block("\n\n".join(part for part in (paper.heading("onzekerheden"), listed, written) if part))


def _bare(bare: int, count: int, n: str, nl: bool) -> str:
    """Say of how many works there is no abstract."""
    number = format_number(bare, 0, "nl" if nl else "en")
    if count == 1:
        some = ("geen", "no") if bare else ("een", "an")
        return (
            f"Het ene werk over dit thema heeft {some[0]} samenvatting."
            if nl
            else f"The one work on this theme has {some[1]} abstract."
        )
    if bare == 0:
        return f"Alle {n} over dit thema hebben een samenvatting." if nl else f"All {n} on this theme have an abstract."
    if bare == count:
        if nl:
            return f"Van de {n} over dit thema heeft er geen een samenvatting: elk label rust op de titel alleen."
        return f"Not one of the {n} on this theme has an abstract: every label rests on the title alone."
    if nl:
        return f"Van de {n} over dit thema {_have(bare, nl)} er {number} geen samenvatting. Daar rust het label op de titel alleen."
    return (
        f"Of the {n} on this theme, {number} {_have(bare, nl)} no abstract. There the label rests on the title alone."
    )


def _have(count: int, nl: bool) -> str:
    if nl:
        return "heeft" if count == 1 else "hebben"
    return "has" if count == 1 else "have"


def method(paper: Paper) -> Block:
    """Return how the paper was made: parameters, sources and counts, rules for labels, topics and trends."""
    from leeszaal.papers.contents import Block

    lang, nl = paper.lang, paper.lang == "nl"
    records = load_records(paper.home)
    day = format_date(paper.reference_date or None, lang)
    topic_facts = (read_stamp(paper.home, "topics") or {}).get("facts", {})
    sources = format_list(sorted({_source_name(source, nl) for source in records["source"]}), lang)
    if nl:
        lead = (
            f"Deze paper is gemaakt met Leeszaal {__version__} uit een bibliotheek van "
            f"{format_count(len(paper.library), 'werk', 'werken')} ({sources}). Peildatum: {day}. {escape_markdown(log(home=paper.home).sentence)}"
        )
        topics = (
            "**Onderwerpen.** De onderwerpen zijn gevonden met NMF op gewogen woorden, waarbij elk werk woorden leent van de werken "
            "die er in betekenis het meest op lijken, in beide talen. "
            f"Het aantal onderwerpen, {format_number(len(paper.topics))}, is gekozen op stabiliteit"
            f"{_seed(topic_facts, ' (startwaarde {})')}."
        )
        trends = (
            "**Trends.** Een trend is de verandering van het aandeel in de bibliotheek, niet van het aantal. Getoetst is met een "
            "quasi-Poissonmodel; de kans op vals alarm is verdeeld over alle getoetste thema’s (Benjamini-Hochberg). Onder tien "
            "werken of drie jaren met werken wordt niets beweerd."
        )
    else:
        lead = (
            f"This paper was made with Leeszaal {__version__} from a library of "
            f"{format_count(len(paper.library), 'work', 'works', lang)}, built from {format_count(len(records), 'record', 'records', lang)} "
            f"({sources}). Reference date: {day}."
        )
        topics = (
            "**Topics.** Topics were found with NMF on weighted words, each work borrowing words from the works nearest to it in "
            f"meaning, in both languages. Their number, {format_number(len(paper.topics), 0, lang)}, was chosen for stability"
            f"{_seed(topic_facts, ' (seed {})')}."
        )
        trends = (
            "**Trends.** A trend is a change in the share of the library, not in the count. It was tested with a quasi-Poisson "
            "model; the chance of a false alarm is spread over all tested themes (Benjamini-Hochberg). Below ten works or three "
            "years with works nothing is claimed."
        )
    used = paper.template.parts  # a kind that shows no topics or trends does not explain them
    parts = [
        paper.heading("werkwijze"), lead, _labels(paper, listed="trend-deelthemas" in used),
        topics if "trend-onderwerpen" in used else "", trends if "trend-aandacht" in used else "",
        _parameters(paper, table="trend-aandacht" in used), paper.written("werkwijze"),
    ]  # fmt: skip
    return Block("\n\n".join(part for part in parts if part))


def _labels(paper: Paper, *, listed: bool) -> str:
    """Say how the works of the theme got their labels: how many by words, by meaning and by a person."""
    lang, nl = paper.lang, paper.lang == "nl"
    given = paper.tags[paper.tags["label"].isin(paper.labels) & paper.tags["work_id"].isin(paper.works["work_id"])]
    counts = given["method"].replace("model", "meaning").value_counts()
    words, meant, people = (int(counts.get(one, 0)) for one in ("rule", "meaning", "decision"))
    names = [escape_markdown(in_sentence(paper.taxonomy.label_name(label, lang))) for label in paper.labels]

    def number(count: int) -> str:
        return format_number(count, 0, lang)

    if nl:
        of = "Het ene label" if len(given) == 1 else f"Van de {number(len(given))} labels"
        rest = ("" if words else "niet") if len(given) == 1 else f"er {number(words)}"
        verb = "rust" if 1 in (words, len(given)) else "rusten"
        said = [
            "**Labels.** Elk werk krijgt ten hoogste drie deelthema’s. "
            + " ".join(f"{of} bij dit thema {verb} {rest} op woorden:".split()),
            "Nederlandse en Engelse woorden per deelthema, met uitsluitingen (`literature/themes.yaml`).",
        ]
        said += [f"{number(meant)} gaf een model dat van voorbeeldtitels leerde, naar de betekenis."] * (meant > 0)
        said += [f"{number(people)} gaf een lezer."] * (people > 0)
        said += [f"De deelthema’s zijn: {format_list(names, lang)}."] * listed
    else:
        of = "The one label" if len(given) == 1 else f"Of the {number(len(given))} labels"
        rest = (
            ("rests" if words else "does not rest")
            if len(given) == 1
            else (f"{number(words)} {'rests' if words == 1 else 'rest'}")
        )
        said = [
            f"**Labels.** Each work gets at most three subthemes. {of} on this theme{',' if len(given) > 1 else ''} {rest} on words:",
            "Dutch and English words per subtheme, with exclusions (`literature/themes.yaml`).",
        ]
        said += [f"{number(meant)} came from a model that learned from example titles, by meaning."] * (meant > 0)
        said += [f"{number(people)} came from a reader."] * (people > 0)
        said += [f"The subthemes are: {format_list(names, lang)}."] * listed
    return " ".join(said)


def _seed(facts: dict[str, object], template: str) -> str:
    return template.format(facts["random_state"]) if "random_state" in facts else ""


def _source_name(source: str, nl: bool) -> str:
    if source == "import":
        return "ingelezen bestanden" if nl else "imported files"
    return source


def _parameters(paper: Paper, *, table: bool) -> str:
    """Return the parameters of the run: as a table, or in a short kind of paper as a sentence."""
    nl = paper.lang == "nl"
    rows = [
        ["`theme`", f"`{paper.theme}`: {escape_markdown(paper.theme_name)}"],
        ["`from_year`, `to_year`", format_years(paper.from_year, paper.to_year)],
        ["`region`", paper.region.name],
        ["`lang`", paper.lang],
    ]
    if not table:
        listed = "; ".join(f"{name} {value}" for name, value in rows)
        return f"**{'Parameters van deze run' if nl else 'Parameters of this run'}.** {listed}."
    columns = ["Parameter", "Waarde"] if nl else ["Parameter", "Value"]
    caption = "De parameters van deze run." if nl else "The parameters of this run."
    return pipe_table(columns, rows, "ll", caption, "tbl-parameters")


def front_matter(paper: Paper, settings: PaperSettings) -> str:
    """Return the YAML front matter of a paper, with its fences; every text in it is Markdown.

    The key is ``thema``: ``theme`` is Quarto's own, for the look of a page.
    """
    import yaml

    from leeszaal.papers.filling import fill
    from leeszaal.papers.text import show_tags

    day = settings.date.isoformat() if settings.date is not None else paper.reference_date
    matter = {
        "title": escape_markdown(settings.title),
        "subtitle": escape_markdown(settings.subtitle) or None,
        "author": list(settings.author) or None,
        "date": day or None,
        "lang": paper.lang,
        "kind": paper.template.kind.get(paper.lang, paper.template.kind["nl"]),
        "thema": escape_markdown(paper.theme_name),
        "compact": True if paper.template.compact else None,
        "toc": False if paper.template.compact else None,  # a page needs no list of what stands on it
        "message": show_tags(fill(settings.message, 1, paper.values)) or None,
        "meaning": show_tags(fill(settings.meaning, 1, paper.values)) or None,
    }
    kept = {key: value for key, value in matter.items() if value is not None}
    return f"---\n{yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=1000)}---"
