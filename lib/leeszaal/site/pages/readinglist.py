"""The page with what the readers took up, by theme, with their notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.reading.desk import reading_list
from leeszaal.site.pages.literature import form_script
from leeszaal.works.called import LANGUAGE_NAMES, TYPE_NAMES
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["part"]

_WITHOUT = "zonder-thema"


def part(room: Room) -> str:
    """Return the works that were taken up, each under the theme of its first label, or what to do when there are none."""
    kept = reading_list(room.home)
    facts = room.works.set_index("work_id")[["type", "language"]]
    works = kept.join(facts, on="work_id")
    if works.empty:
        open_ = int((room.screening["verb"] == "open").sum())
        return (
            f"Er is nog geen werk opgenomen; {format_count(open_, 'werk wacht', 'werken wachten')} op een beoordeling. Neem een werk op "
            "in het notebook [3-read](handleiding.qmd#lezen), of met `leeszaal decide include CITEKEY`.\n"
        )
    first = works["themes"].map(lambda labels: labels[0].partition(".")[0] if len(labels) else _WITHOUT)
    themes = [(theme.id, room.taxonomy.label_name(theme.id)) for theme in room.taxonomy.themes]
    kinds = [(kind, TYPE_NAMES[kind][1]["nl"]) for kind in TYPE_NAMES if (works["type"] == kind).any()]
    names = LANGUAGE_NAMES["nl"]
    languages = [(code, names.get(code, code)) for code in sorted(works["language"].dropna().unique())]
    form = form_script(
        "leeslijst", "werk", "werken", "Zoek in titel, auteur en notitie",
        [("thema", "Thema", themes), ("soort", "Soort", kinds), ("taal", "Taal", languages)],
    )  # fmt: skip
    whole = room.doors.to(
        "Deze lijst ophalen of verder filteren", "leeslijst", "Leeslijst: opgenomen werken", works["work_id"]
    )
    pieces = [f"```{{=html}}\n{form}\n```", whole, "::::: {#leeslijst}"]
    for theme, name in [*themes, (_WITHOUT, "Zonder thema")]:
        inside = works[first == theme]
        if len(inside):
            pieces.append(f"## {escape_markdown(name)} {{#{theme}}}")
            pieces += [_item(room, row) for row in inside.to_dict("records")]
    return "\n\n".join([*pieces, ":::::"]) + "\n"


def _item(room: Room, row: Mapping[Any, Any]) -> str:
    who = "; ".join(row["authors"][:3]) + (" e.a." if len(row["authors"]) > 3 else "")
    year = str(int(row["year"])) if pd.notna(row["year"]) else "z.d."
    labels = list(row["themes"])
    themes = sorted({label.partition(".")[0] for label in labels})
    language = row["language"] if isinstance(row["language"], str) else ""
    title = f"[{escape_markdown(row['title'])}]{{.titel{f' lang={language}' if language else ''}}}"
    chips = " ".join(f"[{escape_markdown(room.taxonomy.label_name(label))}]{{.thema}}" for label in labels)
    note = f"\n\n::: {{.notitie}}\n{escape_markdown(row['note'])}\n:::" if row["note"] else ""
    by = f"opgenomen door {row['person']} op {format_date(str(row['date'])[:10] or None)}"
    return (
        f':::: {{.werk data-item=ja data-thema="{" ".join(themes)}" data-soort="{row["type"]}" data-taal="{language}"}}\n'
        f"[{title}](<literatuur.html#werk-{row['citekey'].replace(':', '-')}>). {escape_markdown(who)} ({year}).\n\n"
        f"[{escape_markdown(TYPE_NAMES[row['type']][0]['nl'])}]{{.soort}} {chips} [{escape_markdown(by)}]{{.feiten}}{note}\n::::"
    )
