"""The page with what the readers took up, by theme, with their notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from leeszaal.papers.wording import LANGUAGE_NAMES, TYPE_NAMES
from leeszaal.site.pages.literature import form_script
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["part"]

_WITHOUT = "zonder-thema"


def part(room: Room) -> str:
    """Return the works that were taken up, each under the theme of its first label, or what to do when there are none."""
    chosen = set(room.screening.loc[room.screening["verb"] == "include", "work_id"])
    works = room.sorted_works[room.sorted_works["work_id"].isin(chosen)]
    if works.empty:
        open_ = int((room.screening["verb"] == "open").sum())
        return (
            f"Er is nog geen werk opgenomen; {format_count(open_, 'werk wacht', 'werken wachten')} op een beoordeling. Neem een werk op "
            "in het notebook [3-read](handleiding.qmd#lezen), of met `leeszaal decide include CITEKEY`.\n"
        )
    first = room.tags[room.tags["rank"] == 1].drop_duplicates("work_id").set_index("work_id")["theme"]
    notes = _notes(room)
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
        inside = works[works["work_id"].map(first).fillna(_WITHOUT) == theme]
        if len(inside):
            pieces.append(f"## {escape_markdown(name)} {{#{theme}}}")
            pieces += [_item(room, row, notes.get(row["work_id"], [])) for row in inside.to_dict("records")]
    return "\n\n".join([*pieces, ":::::"]) + "\n"


def _notes(room: Room) -> dict[str, list[str]]:
    """Return the notes on each work, oldest first, each with who wrote it and when."""
    said = room.decisions
    said = said[(said["verb"] == "note") & (said["problem"] == "") & ~said["undone"].astype(bool)].dropna(
        subset=["work_id"]
    )
    out: dict[str, list[str]] = {}
    for row in said.itertuples():
        when = format_date(str(row.time)[:10] or None)
        out.setdefault(str(row.work_id), []).append(
            f"{escape_markdown(row.value)} [{escape_markdown(row.person)}, {when}]{{.feiten}}"
        )
    return out


def _item(room: Room, row: Mapping[Any, Any], notes: list[str]) -> str:
    who = "; ".join(row["authors"][:3]) + (" e.a." if len(row["authors"]) > 3 else "")
    year = str(int(row["year"])) if pd.notna(row["year"]) else "z.d."
    labels = list(room.tags.loc[room.tags["work_id"] == row["work_id"], "label"])
    themes = sorted({label.partition(".")[0] for label in labels})
    language = row["language"] if isinstance(row["language"], str) else ""
    title = f"[{escape_markdown(row['title'])}]{{.titel{f' lang={language}' if language else ''}}}"
    chips = " ".join(f"[{escape_markdown(room.taxonomy.label_name(label))}]{{.thema}}" for label in labels)
    told = "".join(f"\n\n::: {{.notitie}}\n{note}\n:::" for note in notes)
    return (
        f':::: {{.werk data-item=ja data-thema="{" ".join(themes)}" data-soort="{row["type"]}" data-taal="{language}"}}\n'
        f"[{title}](<literatuur.html#werk-{row['citekey'].replace(':', '-')}>). {escape_markdown(who)} ({year}).\n\n"
        f"[{escape_markdown(TYPE_NAMES[row['type']][0]['nl'])}]{{.soort}} {chips}{told}\n::::"
    )
