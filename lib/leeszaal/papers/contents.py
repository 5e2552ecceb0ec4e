"""What a paper is about: the works of its theme and period, their tags, topics and trends, and the run's values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home, find_home
from leeszaal.indicators import Region, load_municipalities, require_region
from leeszaal.library import load_works
from leeszaal.papers.doors import WorkList, door, linked
from leeszaal.papers.filling import fill, flat_values
from leeszaal.papers.kinds import kind_module
from leeszaal.papers.tables import Tables
from leeszaal.papers.template import LANGUAGES, Template, read_template
from leeszaal.papers.text import Section, cited_keys, read_text, show_tags
from leeszaal.papers.values import ValueGroup
from leeszaal.reading import Taxonomy, load_tags, load_taxonomy
from leeszaal.trends import growth_table

if TYPE_CHECKING:
    from leeszaal.papers.living import ReviewItem
    from leeszaal.papers.settings import PaperSettings

__all__ = ["Block", "Paper", "open_paper"]


@dataclass(frozen=True)
class Block:
    """A piece of Quarto Markdown that a notebook shows."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __str__(self) -> str:
        return self.markdown


@dataclass(frozen=True)
class Paper(Tables):
    """One paper, ready to be shown section by section.

    Parameters
    ----------
    home
        The reading room.
    slug
        The folder below `papers/` with the writer's text; empty: a paper without a writer.
    theme
        A theme (``"ibt"``) or subtheme (``"ibt.financieel"``).
    from_year, to_year
        The period, both years included.
    region
        Whom the paper is for.
    lang
        ``"nl"`` or ``"en"``.
    corpus
        All works of the library in the period.
    works
        Those of them that carry the theme.
    template
        What kind of paper this is.
    own
        The parameters that this kind has beside those of every paper.
    """

    home: Home
    slug: str
    theme: str
    from_year: int
    to_year: int
    region: Region
    lang: str
    taxonomy: Taxonomy = field(repr=False)
    library: pd.DataFrame = field(repr=False)
    corpus: pd.DataFrame = field(repr=False)
    works: pd.DataFrame = field(repr=False)
    tags: pd.DataFrame = field(repr=False)
    template: Template = field(repr=False)
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def slots(self) -> tuple[str, ...]:
        """The sections a writer may fill."""
        return self.template.slots

    @cached_property
    def labels(self) -> list[str]:
        """The subthemes of the theme (or the subtheme itself), in the order of the taxonomy."""
        return [label for label in self.taxonomy.labels() if label == self.theme or label.startswith(f"{self.theme}.")]

    @property
    def theme_name(self) -> str:
        return self.taxonomy.label_name(self.theme, self.lang)

    @cached_property
    def citekeys(self) -> set[str]:
        return set(self.library["citekey"])

    @cached_property
    def text(self) -> dict[str, Section]:
        """The writer's text by section; empty without a writer."""
        return read_text(self.home.paper(self.slug) / "text.md") if self.slug else {}

    @cached_property
    def cited(self) -> list[str]:
        """The citekeys that the writer's text cites, in alphabetical order."""
        return sorted({key for section in self.text.values() for _, key in cited_keys(section.body)})

    @cached_property
    def growth(self) -> pd.DataFrame:
        """The growth of every theme and subtheme over the paper's own period, corrected for all of them together."""
        units = self.trends[self.trends["kind"] != "topic"]
        return growth_table(units, from_year=self.from_year, to_year=self.to_year)

    @cached_property
    def municipalities(self) -> pd.DataFrame:
        return load_municipalities(self.home)

    @cached_property
    def values(self) -> ValueGroup:
        """The values that the writer's text may use by name."""
        from leeszaal.papers.facts import paper_values

        values = paper_values(self)
        module = kind_module(self.template.name)
        if module is not None and hasattr(module, "values"):
            values.update(module.values(self))
        return values

    def heading(self, name: str) -> str:
        """Return the Markdown heading of a section, with its place for cross-references."""
        part = self.template.part(name)
        text = part.heading[self.lang].format(region=self.region.name)
        return f"{'#' * part.level} {text} {{#sec-{name}}}"

    def written(self, name: str) -> str:
        """Return what the writer wrote in a section, with the values filled in; empty when there is nothing."""
        from leeszaal.papers.changes import review_marks

        section = self.text.get(name)
        if section is None:
            return ""
        marks = review_marks(self, name)
        body, line = section.body, section.line + 1
        return show_tags(fill(body, line, self.values, door=self.door, lang=self.lang, before=marks))

    def door(self, name: str, text: str = "") -> str:
        """Return `text` (or the value) as a link to the works behind the value; the text alone when there are none.

        Parameters
        ----------
        name
            Of the value, as a writer types it.
        text
            Markdown to stand in its place.
        """
        value = flat_values(self.values).get(name)
        shown = text or (str(value) if value is not None else "")
        return door(shown, self.slug, name) if self.slug and value is not None and value.works else shown

    def lists(self, shown: str) -> dict[str, WorkList]:
        """Return the lists of works to which the Markdown of this paper links, by name."""
        known = flat_values(self.values)
        names = [name for name in linked(shown, self.slug) if name in known]
        return {name: WorkList(known[name].definition or name, known[name].works) for name in sorted(set(names))}

    @cached_property
    def review(self) -> list[ReviewItem]:
        """The sentences of the writer's text that are to be looked at again."""
        from leeszaal.papers.living import to_review

        return to_review(self)

    def to_review(self) -> Block:
        """Show, above a draft, the sentences that are to be looked at again; nothing when there are none."""
        from leeszaal.papers.changes import review_box

        return review_box(self)

    def changes(self) -> Block:
        """Show what changed since the paper was last signed; nothing when it never was."""
        from leeszaal.papers.changes import changes

        return changes(self)

    def section(self, name: str, above: Block | str = "", below: Block | str = "") -> Block:
        """Show a section: its heading, what is computed `above`, what the writer wrote, what is computed `below`.

        A section without anything but `below` is left out, so that no reader meets a heading without text.

        Raises
        ------
        LeeszaalError
            When this kind of paper has no such section.
        """
        from leeszaal.papers.sections import section

        return section(self, name, str(above), str(below))

    def title(self, name: str) -> Block:
        """Show the heading of a section alone, above the sections below it."""
        return Block(self.heading(name))

    def regions(self) -> Block:
        """Show the regions of the province: how many municipalities, and what each is in law."""
        from leeszaal.papers.sections import regions

        return regions(self)

    def attention(self) -> Block:
        """Show how the share of the theme in the library changed from period to period."""
        from leeszaal.papers.findings import attention

        return attention(self)

    def subthemes(self) -> Block:
        """Show how the works of the theme are spread over its subthemes and periods."""
        from leeszaal.papers.findings import subthemes

        return subthemes(self)

    def topics_found(self) -> Block:
        """Show which topics the works of the theme fall in."""
        from leeszaal.papers.findings import topics_found

        return topics_found(self)

    def sources(self) -> Block:
        """Show in which kinds of publications and languages the theme is written about."""
        from leeszaal.papers.findings import sources

        return sources(self)

    def evidence(self) -> Block:
        """Show what each subtheme rests on: research or not, in Dutch or not, recent or not, rising or not."""
        from leeszaal.papers.evidence import evidence_found

        return evidence_found(self)

    def read_first(self) -> Block:
        """Show one work per subtheme with which to begin."""
        from leeszaal.papers.evidence import read_first

        return read_first(self)

    def uncertainties(self) -> Block:
        """Show what the figures cannot tell, with the numbers that say why."""
        from leeszaal.papers.sections import uncertainties

        return uncertainties(self)

    def method(self) -> Block:
        """Show how the paper was made: parameters, sources, counts, rules."""
        from leeszaal.papers.sections import method

        return method(self)

    def bibliography(self) -> Block:
        """Show the heading below which the renderer puts the list of cited works; nothing when none is cited."""
        if not self.cited and "lezen" not in self.template.parts:
            return Block("")
        title = "Kamerstukken, wetten en rechtspraak" if self.lang == "nl" else "Parliamentary papers, laws and rulings"
        return Block(f'{self.heading("bronnen")}\n\n::: {{#refs}}\n:::\n\n::: {{#refs-official title="{title}"}}\n:::')

    def front_matter(self, settings: PaperSettings) -> str:
        """Return the YAML front matter of the paper."""
        from leeszaal.papers.sections import front_matter

        return front_matter(self, settings)


def open_paper(
    *,
    template: str = "trendpaper",
    theme: str = "",
    from_year: int = 0,
    to_year: int = 0,
    region: str = "overijssel",
    lang: str = "nl",
    slug: str = "",
    home: Home | Path | str | None = None,
    **own: Any,
) -> Paper:
    """Open a paper of some kind on a theme and period.

    Parameters
    ----------
    template
        The kind of paper: the name of a notebook in `papers/templates/`.
    theme
        A theme or subtheme of `literature/themes.yaml`.
    from_year, to_year
        The period, both included.
    region
        ``overijssel``, ``twente``, ``regio-zwolle`` or ``stedendriehoek``.
    lang
        ``nl`` or ``en``.
    slug
        The folder below `papers/` with the writer's `text.md`; empty for a paper without a writer.
    home
        The reading room; by default the nearest one.
    own
        What the notebook of this kind declares beside these; any other name is refused, with the nearest known one.

    Raises
    ------
    LeeszaalError
        When the template, theme, region or language does not exist, `from_year` lies after `to_year`, there is no
        library yet, or no work of the theme falls in the period.
    """
    room = find_home(home)
    kind = read_template(room, template)
    for name in own:
        if name not in kind.parameters:
            raise LeeszaalError(f"De parameter ‘{name}’ bestaat niet.", nearest(name, kind.parameters))
    module = kind_module(template)
    if module is not None and hasattr(module, "resolve"):
        given = {"theme": theme, "from_year": from_year, "to_year": to_year, "region": region, **own}
        found = module.resolve(room, given)
        theme, from_year, to_year, region = (found.pop(key) for key in ("theme", "from_year", "to_year", "region"))
        own = found
    taxonomy = load_taxonomy(room.themes)
    taxonomy.require(theme)
    area = require_region(region)
    spoken = [code for code in LANGUAGES if all(code in part.heading for part in kind.parts.values())]
    if lang not in spoken:
        raise LeeszaalError(f"De taal ‘{lang}’ bestaat niet voor sjabloon ‘{template}’.", nearest(lang, spoken))
    if from_year > to_year:
        raise LeeszaalError(f"from_year ({from_year}) ligt na to_year ({to_year}).", "Draai de twee jaren om.")
    library, tags = load_works(room), load_tags(room)
    corpus = library[library["year"].between(from_year, to_year)].reset_index(drop=True)
    about = set(tags.loc[(tags["label"] == theme) | (tags["theme"] == theme), "work_id"])
    works = corpus[corpus["work_id"].isin(about)].reset_index(drop=True)
    if works.empty:
        raise LeeszaalError(
            f"Er zijn geen werken over ‘{taxonomy.label_name(theme, 'nl')}’ uit {from_year}–{to_year}; "
            f"in alle jaren samen zijn het er {library['work_id'].isin(about).sum()}.",
            "Kies een langere periode of een ander thema, of voeg literatuur toe met: leeszaal import",
        )
    return Paper(room, slug, theme, from_year, to_year, area, lang, taxonomy, library, corpus, works, tags, kind, own)
