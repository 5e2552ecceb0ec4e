"""The page with all works: a list that can be searched and filtered in the browser, and read without that too."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.papers.wording import LANGUAGE_NAMES, TYPE_NAMES
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["csv", "part"]

_MOST_AUTHORS = 6


def part(room: Room) -> str:
    """Return the search form (for a browser with scripts) and the list of works by first author."""
    labels = room.tags.groupby("work_id")["label"].agg(list)
    works = room.works.assign(
        labels=pd.Series([labels.get(work_id, []) for work_id in room.works["work_id"]], dtype=object)
    )
    works = works.iloc[works.apply(_sort_key, axis=1).argsort(kind="stable")] if len(works) else works
    entries = "\n\n".join(_entry(room, row) for row in works.itertuples())
    return (
        f'{_form(room, works)}\n\n::: {{#aantal role="status"}}\n{format_count(len(works), "werk", "werken")}\n:::\n\n'
        f"::: {{#werken .werken}}\n{entries}\n:::\n\n"
        '```{=html}\n<script src="downloads/werken.js"></script>\n```\n'
    )


def _sort_key(row: pd.Series) -> str:
    """Sort as Dutch readers expect: "de Vries" under V."""
    family = row["authors"][0].partition(",")[0] if row["authors"] else row["title"]
    words = family.split()
    while len(words) > 1 and words[0].islower():
        words = words[1:]
    return f"{' '.join(words)} {row['year'] if pd.notna(row['year']) else 9999}".casefold()


def _entry(room: Room, row: Any) -> str:
    year = str(row.year) if pd.notna(row.year) else "z.d."
    authors = escape_markdown(_authors(row.authors))
    container = f" *{escape_markdown(row.container)}*." if isinstance(row.container, str) else ""
    # A link is only as good as where it leads: nothing but the web.
    address = f"https://doi.org/{row.doi}" if isinstance(row.doi, str) else row.url if _is_web(row.url) else None
    link = f" [{'doi' if isinstance(row.doi, str) else 'link'}](<{_address(address)}>)" if address else ""
    chips = " ".join(f"[{escape_markdown(room.taxonomy.label_name(label, 'nl'))}]{{.thema}}" for label in row.labels)
    kind = escape_markdown(TYPE_NAMES[row.type][0]["nl"])
    lead = f"{authors} ({year}). " if authors else ""
    tail = "" if authors else f" ({year})."
    marks = " ".join([*row.labels, *sorted({label.partition(".")[0] for label in row.labels})])
    return (
        f'::: {{#werk-{_anchor(row.citekey)} .werk data-jaar="{year}" data-soort="{row.type}" data-taal="{row.language or ""}" '
        f'data-thema="{marks}"}}\n{lead}**{escape_markdown(row.title)}**.{tail}{container}{link}\n\n'
        f"[{kind}]{{.soort}} {chips} [{escape_markdown('@' + row.citekey)}]{{.citekey}}\n:::"
    )


def _authors(names: Sequence[str]) -> str:
    shown = list(names[:_MOST_AUTHORS])
    return "; ".join(shown) + (" e.a." if len(names) > _MOST_AUTHORS else "")


def _is_web(url: object) -> bool:
    return isinstance(url, str) and url.lower().startswith(("http://", "https://"))


def _address(url: str) -> str:
    return "".join(
        c if c.isprintable() and c not in ' <>"\\^`{|}' else f"%{ord(c):02X}"
        for c in url
        if ord(c) < 128 or c.isprintable()
    )


def _anchor(citekey: str) -> str:
    return citekey.replace(":", "-")


def _form(room: Room, works: pd.DataFrame) -> str:
    """Return the search form; the script shows it, so that nobody sees a form that does nothing."""
    labels = room.taxonomy.labels()
    themes = "".join(
        f'<option value="{html.escape(name)}">{html.escape(room.taxonomy.label_name(name, "nl"))}</option>'
        for theme in room.taxonomy.themes
        for name in (
            theme.id,
            *(label for label in labels if room.taxonomy.theme_of(label) == theme.id and label != theme.id),
        )
    )
    kinds = "".join(
        f'<option value="{kind}">{html.escape(TYPE_NAMES[kind][1]["nl"])}</option>'
        for kind in TYPE_NAMES
        if (works["type"] == kind).any()
    )
    names = LANGUAGE_NAMES["nl"]
    languages = "".join(
        f'<option value="{html.escape(code)}">{html.escape(names.get(code, code))}</option>'
        for code in sorted(works["language"].dropna().unique())
    )
    every = '<option value="">alle</option>'
    return (
        "```{=html}\n"
        '<form id="zoeken" class="zoeken" role="search" hidden>\n'
        '<p><label for="zoek-woorden">Zoek in titel, auteur en tijdschrift</label>'
        '<input id="zoek-woorden" name="q" type="search" autocomplete="off">'
        '<button type="submit">Zoek</button></p>\n'
        f'<p><label for="zoek-thema">Thema</label><select id="zoek-thema" name="thema">{every}{themes}</select></p>\n'
        f'<p><label for="zoek-soort">Soort</label><select id="zoek-soort" name="soort">{every}{kinds}</select></p>\n'
        f'<p><label for="zoek-taal">Taal</label><select id="zoek-taal" name="taal">{every}{languages}</select></p>\n'
        '<p><label for="zoek-van">Vanaf jaar</label><input id="zoek-van" name="van" type="number" min="1500" max="2100"></p>\n'
        '<p><label for="zoek-tot">Tot en met</label><input id="zoek-tot" name="tot" type="number" min="1500" max="2100"></p>\n'
        "</form>\n```"
    )


def csv(room: Room) -> bytes:
    """Return the works as a table that Excel and pandas read: one row a work, lists joined by semicolons."""
    works = room.works.copy()
    for name in ("authors", "editors", "keywords"):
        works[name] = ["; ".join(values) for values in works[name]]
    labels = room.tags.groupby("work_id")["label"].agg("; ".join)
    works["labels"] = works["work_id"].map(labels).fillna("")
    return works.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
