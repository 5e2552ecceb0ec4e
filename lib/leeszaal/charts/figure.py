"""A figure that cannot be made without what a reader needs: finding, measure, alt text, source and table."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leeszaal.charts import style
from leeszaal.charts.canvas import clean
from leeszaal.charts.hover import hover_html, marked
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import write_bytes
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import MISSING, format_number, format_percent
from leeszaal.works.tables import pipe_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["ALT_LENGTH", "FORMATS", "TITLE_LENGTH", "Figure"]

TITLE_LENGTH = 90
ALT_LENGTH = (80, 250)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORDS = {
    "nl": {
        "table": "Tabel bij deze figuur",
        "source": "Bron",
        "data": "Gegevens (CSV)",
        "yes": "ja",
        "no": "nee",
    },
    "en": {
        "table": "Table for this figure",
        "source": "Source",
        "data": "Data (CSV)",
        "yes": "yes",
        "no": "no",
    },
}
FORMATS: Mapping[str, Callable[[Any, str], str]] = MappingProxyType(
    {
        "text": lambda v, _: clean(v),
        "year": lambda v, _: str(int(v)),
        "number": lambda v, lang: format_number(v, 0, lang),
        "number1": lambda v, lang: format_number(v, 1, lang),
        "number2": lambda v, lang: format_number(v, 2, lang),
        "percent": lambda v, lang: format_percent(v, 0, lang),
        "percent1": lambda v, lang: format_percent(v, 1, lang),
    }
)


def _refuse(slug: str, what: str, remedy: str) -> LeeszaalError:
    return LeeszaalError(f"De figuur ‘{slug}’ kan niet worden gemaakt: {what}", remedy)


@dataclass(frozen=True, eq=False)
class Figure:
    """One figure with everything that stands around it.

    Whether a title contains a verb cannot be checked dependably for free text in two languages ("Vier keer
    zoveel als in 2010" is a good one without); what is checked is its length, that it has at least three
    words and that it is not the subtitle, caption or alt text once more. The titles that the functions of
    this package compute are sentences.

    Parameters
    ----------
    slug
        Name of its files: small letters, digits and hyphens.
    title
        The finding, at most 90 characters.
    subtitle
        Measure, unit, period, and what the interval is.
    alt
        Kind; what; period; finding with figures; exception. 80 to 250 characters, never the title or the
        caption.
    source
        Where the figures come from, with n and the reference date ("peildatum"); hence with a digit in it.
    table
        The numbers drawn, one row each, with names for a reader as columns. Not empty.
    drawing
        Makes the matplotlib figure; called again for every rendering, so that nothing is shared or kept.
    caption
        What is shown, in a few words, behind "Figuur 1"; the subtitle when empty.
    formats
        Column to one of `FORMATS`; what is not named is formatted by its type.
    lang
        ``"nl"`` or ``"en"``.
    steps
        The same as an ordered list, for figures that are a sequence (PRISMA); shown with the table.
    works
        Name of a mark (a year, theme or node, as in the table) to the works behind it; see `with_works`.

    Raises
    ------
    LeeszaalError
        When something is missing or does not keep to the above.

    Examples
    --------
    >>> import pandas as pd
    >>> from leeszaal.charts.canvas import sheet
    >>> figure = Figure(
    ...     slug="werken",
    ...     title="Het aantal werken verdubbelt",
    ...     subtitle="Werken per jaar, 2020–2021",
    ...     alt="Lijn, 2020–2021: het aantal werken over toezicht gaat van 4 in 2020 naar 8 in 2021.",
    ...     source="Leeszaal, 12 werken, peildatum 1 november 2026",
    ...     table=pd.DataFrame({"Jaar": [2020, 2021], "Werken": [4, 8]}),
    ...     drawing=lambda: sheet(100),
    ...     formats={"Jaar": "year"},
    ... )
    >>> figure.cells()
    [['2020', '4'], ['2021', '8']]
    """

    slug: str
    title: str
    subtitle: str
    alt: str
    source: str
    table: pd.DataFrame
    drawing: Callable[[], Sheet] = field(repr=False)
    caption: str = ""
    formats: Mapping[str, str] = field(default_factory=dict, repr=False)
    lang: str = "nl"
    steps: tuple[str, ...] = field(default=(), repr=False)
    works: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for name in ("title", "subtitle", "alt", "source", "caption"):
            object.__setattr__(self, name, clean(getattr(self, name)))
        _check(self)
        object.__setattr__(self, "table", self.table.reset_index(drop=True).copy())
        object.__setattr__(self, "formats", MappingProxyType(dict(self.formats)))

        object.__setattr__(self, "works", MappingProxyType({str(k): tuple(v) for k, v in self.works.items()}))

    def with_works(self, works: Mapping[str, Sequence[str]]) -> Figure:
        """Return this figure with the works behind its marks, to be seen in a notebook; print stays as it is.

        Parameters
        ----------
        works
            Name of a mark, as it stands in the table, to the works behind it as text.
        """
        return replace(self, works={str(name): tuple(listed) for name, listed in works.items()})

    # ------------------------------------------------------------------ pixels

    def svg(self) -> bytes:
        """Return the drawing as SVG, text as text; the same figure gives the same bytes."""
        raw = self._render("svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}).decode()
        # The document type is an address on another host, and matplotlib's list of fonts is not that of the
        # site.
        raw = re.sub(r"<!DOCTYPE[^>]*>\s*", "", raw)
        raw = re.sub(r"<!--.*?-->\s*", "", raw, flags=re.DOTALL)
        return re.sub(r"font-family: [^;\"]*", f"font-family: {style.FAMILY}", raw).encode()

    def png(self, scale: float = 2) -> bytes:
        """Return the drawing as PNG, `scale` pixels to one of CSS (1/96 inch); the size in print stays."""
        if not 0 < scale <= 8:
            raise ValueError(f"scale must lie between 0 and 8, not {scale}")
        return self._render("png", dpi=96 * scale, metadata={"Software": None})

    def _render(self, kind: str, **settings: Any) -> bytes:
        with style.look():
            target = io.BytesIO()
            self.drawing().savefig(target, format=kind, **settings)
        return target.getvalue()

    def save(self, folder: Path | str) -> list[Path]:
        """Write `slug`.svg, `slug`.png and `slug`.csv (the table, unrounded, UTF-8) to `folder`, and return the files.

        Raises
        ------
        LeeszaalError
            When the folder cannot be written.
        """
        target = Path(folder)
        files = {target / f"{self.slug}.svg": self.svg(), target / f"{self.slug}.png": self.png()}
        files[target / f"{self.slug}.csv"] = self.csv()
        for path, content in files.items():
            write_bytes(path, content)
        return list(files)

    def csv(self) -> bytes:
        """Return the table as CSV: comma, point, Unix line ends, UTF-8."""
        return self.table.to_csv(index=False, lineterminator="\n").encode("utf-8")

    # -------------------------------------------------------------------- text

    def cells(self) -> list[list[str]]:
        """Return the table as a reader sees it, row by row."""
        columns = [[self._cell(name, value) for value in self.table[name]] for name in self.table.columns]
        return [list(row) for row in zip(*columns, strict=True)]

    def _cell(self, column: str, value: Any) -> str:
        if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
            return MISSING
        if column in self.formats:
            return FORMATS[self.formats[column]](value, self.lang)
        if isinstance(value, bool | np.bool_):
            return _WORDS[self.lang]["yes" if value else "no"]
        if isinstance(value, int | np.integer):
            return format_number(int(value), 0, self.lang)
        if isinstance(value, float | np.floating):
            return format_number(float(value), 2, self.lang)
        return clean(value)

    def _is_numeric(self, column: str) -> bool:
        if column in self.formats:
            return self.formats[column] != "text"
        return bool(pd.api.types.is_numeric_dtype(self.table[column]))

    def _numbers(self) -> dict[str, list[str]]:
        """Return what the table says of each mark: of a row, by its first cell, and of a cell of a grid."""
        first, *others = (str(name) for name in self.table.columns)
        said: dict[str, list[str]] = {}
        for row, (head, *cells) in zip(self.table[first].astype(str), self.cells(), strict=True):
            lines = [f"{name}: {cell}" for name, cell in zip(others, cells, strict=True)]
            said[row] = lines
            said.setdefault(head, lines)
            said |= {f"{head}, {name}": [cell] for name, cell in zip(others, cells, strict=True)}
        return said

    def table_markdown(self) -> str:
        """Return the table as a Markdown pipe table, numbers to the right."""
        head = [escape_markdown(str(name)) for name in self.table.columns]
        rows = [[escape_markdown(cell) for cell in row] for row in self.cells()]
        align = "".join("r" if self._is_numeric(str(name)) else "l" for name in self.table.columns)
        return pipe_table(head, rows, align)

    def steps_markdown(self) -> str:
        """Return `steps` as a Markdown ordered list, empty when there are none."""
        return "\n".join(f"{i}. {escape_markdown(step)}" for i, step in enumerate(self.steps, start=1))

    def markdown(self, label: str | None = None, folder: str = "figures") -> str:
        """Return the figure as Quarto Markdown, in the reader's order.

        Title, subtitle (text, not pixels), the image with caption and alt text, the table in a folded
        callout, and the source with a link to the CSV. The image has no extension: each format takes the one
        it can show.

        Parameters
        ----------
        label
            Identifier for cross-references, ``fig-`` and the slug by default.
        folder
            Where the files are, seen from the document; forward slashes.
        """
        words = _WORDS[self.lang]
        name = label if label is not None else f"fig-{self.slug}"
        if not re.fullmatch(r"fig-[A-Za-z0-9_-]+", name):
            raise ValueError(f"a label of a figure is fig-NAME, not {name!r}")
        place = f"{folder.rstrip('/')}/{self.slug}" if folder else self.slug
        caption = escape_markdown(self.caption or self.subtitle)
        inside = self.table_markdown()
        if self.steps:
            inside = f"{self.steps_markdown()}\n\n{inside}"
        subtitle, source = escape_markdown(self.subtitle), escape_markdown(self.source)
        return (
            f'::: {{.figuurtitel custom-style="Figuurtitel"}}\n**{escape_markdown(self.title)}**\n:::\n\n'
            f'::: {{.figuurondertitel custom-style="Figuurondertitel"}}\n{subtitle}\n:::\n\n'
            f'![{caption}]({place}){{#{name} fig-alt="{_attribute(self.alt)}"}}\n\n'
            f'::: {{.callout-note collapse="true" title="{words["table"]}"}}\n{inside}\n:::\n\n'
            f'::: {{.bronregel custom-style="Bronregel"}}\n'
            f"{words['source']}: {source}. [{words['data']}]({place}.csv)\n:::\n"
        )

    def _repr_html_(self) -> str:
        """Show the figure in a notebook: title, subtitle, image with alt text, table folded, source."""
        words = _WORDS[self.lang]
        drawn, numbers = self.svg(), self._numbers()
        if self.works or marked(drawn, numbers):
            image = hover_html(drawn, numbers, self.works, self.alt, self.lang)
        else:
            encoded = base64.b64encode(drawn).decode()
            image = f'<img style="width:100%" alt="{html.escape(self.alt)}" src="data:image/svg+xml;base64,{encoded}">'
        head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in self.table.columns)
        right = [' style="text-align:right"' if self._is_numeric(str(n)) else "" for n in self.table.columns]
        rows = "".join(
            "<tr>" + "".join(f"<td{r}>{html.escape(c)}</td>" for r, c in zip(right, row, strict=True)) + "</tr>"
            for row in self.cells()
        )
        steps = "<ol>" + "".join(f"<li>{html.escape(s)}</li>" for s in self.steps) + "</ol>" if self.steps else ""
        return (
            f'<figure lang="{self.lang}" style="max-width:44rem;margin:0">'
            f'<p style="margin:0;font-weight:bold">{html.escape(self.title)}</p>'
            f'<p style="margin:0;color:{style.SECONDARY}">{html.escape(self.subtitle)}</p>'
            f"{image}"
            f"<details><summary>{words['table']}</summary>{steps}"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
            f'<figcaption style="color:{style.SECONDARY}">{words["source"]}: '
            f"{html.escape(self.source)}</figcaption>"
            "</figure>"
        )


def _attribute(text: str) -> str:
    """Write `text` between the double quotes of a Pandoc attribute; nothing in it is markup."""
    return "".join(f"&#{ord(c)};" if c in '&"\\<>{}$`' else c for c in text)


def _check(figure: Figure) -> None:
    slug = figure.slug
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise _refuse(
            str(slug),
            "die naam kan geen bestandsnaam zijn.",
            "Gebruik kleine letters, cijfers en streepjes, bijvoorbeeld ‘werken-per-jaar’.",
        )
    if figure.lang not in _WORDS:
        raise _refuse(slug, f"de taal ‘{figure.lang}’ is onbekend.", nearest(str(figure.lang), _WORDS))
    words = {
        "title": "de titel",
        "subtitle": "de ondertitel",
        "alt": "de alternatieve tekst",
        "source": "de bronregel",
    }
    for name, word in words.items():
        if not getattr(figure, name):
            raise _refuse(
                slug, f"{word} ({name}) ontbreekt.", "Vul aan: zonder kan een lezer de figuur niet begrijpen."
            )
    _check_title(figure)
    low, high = ALT_LENGTH
    if not low <= len(figure.alt) <= high:
        raise _refuse(
            slug,
            f"de alternatieve tekst is {len(figure.alt)} tekens lang: ‘{figure.alt}’.",
            f"Schrijf {low} tot {high} tekens: soort, wat, periode, bevinding met cijfers, uitzondering.",
        )
    if not any(c.isdigit() for c in figure.source):
        raise _refuse(
            slug,
            f"in de bronregel staat geen getal: ‘{figure.source}’.",
            "Noem het aantal werken of waarnemingen en de peildatum.",
        )
    _check_table(figure)
    if not callable(figure.drawing):
        raise TypeError("drawing must be a function without arguments that returns a matplotlib Figure")


def _check_title(figure: Figure) -> None:
    title, remedy = (
        figure.title,
        "Schrijf de bevinding als zin, bijvoorbeeld ‘Zienswijzen komen vaker, maar later’.",
    )
    if len(title) > TITLE_LENGTH:
        what = f"de titel is {len(title)} tekens lang en mag er {TITLE_LENGTH} zijn: ‘{title}’."
        raise _refuse(figure.slug, what, remedy)
    if len(title.split()) < 3:
        raise _refuse(figure.slug, f"de titel ‘{title}’ is geen bevinding.", remedy)
    texts = {
        "de ondertitel": figure.subtitle,
        "de alternatieve tekst": figure.alt,
        "het bijschrift": figure.caption,
    }
    for name, text in texts.items():
        if text.casefold() == title.casefold():
            raise _refuse(figure.slug, f"{name} is gelijk aan de titel.", "Een lezer hoort nu twee keer hetzelfde.")
    if figure.alt.casefold() in (figure.subtitle.casefold(), figure.caption.casefold()):
        raise _refuse(
            figure.slug,
            "de alternatieve tekst is gelijk aan de ondertitel of het bijschrift.",
            "Zeg wat er te zien is.",
        )


def _check_table(figure: Figure) -> None:
    table, slug = figure.table, figure.slug
    if not isinstance(table, pd.DataFrame) or table.empty:
        raise _refuse(slug, "de tabel is leeg.", "Geef de getallen mee die in de figuur staan.")
    names = list(table.columns)
    if not all(isinstance(n, str) and n.strip() for n in names) or len(set(names)) < len(names):
        raise _refuse(slug, f"de kolommen van de tabel hebben geen eigen naam: {names}.", "Geef elke kolom een naam.")
    for column, kind in figure.formats.items():
        if column not in names:
            raise _refuse(slug, f"formats noemt de kolom ‘{column}’, die er niet is.", nearest(column, names))
        if kind not in FORMATS:
            raise _refuse(slug, f"‘{kind}’ is geen vorm voor een getal.", nearest(kind, FORMATS))
