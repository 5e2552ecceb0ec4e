"""The reading list: what is included, by theme, with a line of notes; on screen, on the site, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import write_bytes
from leeszaal.home import Home, find_home
from leeszaal.library.build import load_works
from leeszaal.library.decisions import load_decisions
from leeszaal.library.screened import screening
from leeszaal.reading.desk.order import shorten
from leeszaal.reading.tag import load_tags
from leeszaal.reading.taxonomy import Taxonomy, load_taxonomy
from leeszaal.works.markdown import escape_markdown
from leeszaal.works.numbers import format_count, format_date
from leeszaal.works.write_bibtex import to_bibtex
from leeszaal.works.write_csv import sheet_bytes

__all__ = ["ReadingListSummary", "reading_list", "save_reading_list"]

COLUMNS = ("work_id", "citekey", "authors", "year", "title", "container", "doi", "themes", "note", "person", "date")
_SUFFIXES = (".md", ".csv", ".xlsx", ".bib")
_NO_THEME = "Zonder thema"
_SHOWN = 10


def reading_list(
    home: Home | Path | str | None = None, theme: str | None = None, *, disputed: bool = False
) -> pd.DataFrame:
    """Return what is included, the newest decision first.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    theme
        Only works of this theme or subtheme.
    disputed
        Also works on which readers disagree and that one of them includes.

    Returns
    -------
    DataFrame
        A row a work: work_id, citekey, authors (list), year, title, container, doi, themes (list of subthemes, best
        first), note (all notes that stand, oldest first, apart by "; "), person (who included it, apart by ", ") and
        date (ISO, of the last of those decisions).

    Raises
    ------
    LeeszaalError
        When the library was not built, or the theme does not exist.
    """
    room = find_home(home)
    if theme is not None:
        load_taxonomy(room.themes).require(theme)
    states = screening(room).set_index("work_id")["verb"]
    said = load_decisions(room)
    said = said[(said["problem"] == "") & ~said["undone"].astype(bool) & said["work_id"].notna()]
    judged = said[said["verb"].isin(["include", "exclude", "maybe"])].drop_duplicates(
        ["work_id", "person"], keep="last"
    )
    wanted = ("include", "disputed") if disputed else ("include",)
    kept = judged[(judged["verb"] == "include") & judged["work_id"].map(states).isin(wanted)]
    if kept.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    notes = said[said["verb"] == "note"].groupby("work_id")["value"].agg(lambda texts: "; ".join(dict.fromkeys(texts)))
    tags = load_tags(room) if (room.library / "tags.parquet").is_file() else pd.DataFrame(columns=["work_id", "label"])
    labels = tags.groupby("work_id")["label"].agg(list)
    people = kept.groupby("work_id").agg(person=("person", ", ".join), time=("time", "max"))
    works = load_works(room)
    works = works[works["work_id"].isin(people.index)].set_index("work_id")
    frame = works.join(people)
    frame["themes"] = pd.Series([list(labels.get(work, [])) for work in frame.index], index=frame.index, dtype=object)
    frame["note"] = pd.Series([notes.get(work, "") for work in frame.index], index=frame.index, dtype=object)
    frame["date"] = frame["time"].str[:10]
    if theme is not None:
        frame = frame[[any(one == theme or one.startswith(f"{theme}.") for one in own) for own in frame["themes"]]]
    frame = frame.reset_index().sort_values(["time", "citekey"], ascending=[False, True], kind="stable")
    return frame[list(COLUMNS)].reset_index(drop=True)


@dataclass(frozen=True)
class ReadingListSummary:
    """What is on the reading list, and where it was written.

    Attributes
    ----------
    works
        How many.
    output
        The file written, or "".
    rows
        citekey, title, themes (Dutch), note, person, date.
    """

    works: int
    output: str
    rows: list[dict[str, str]]

    def tell(self) -> str:
        """Return the summary in Dutch."""
        if not self.works:
            return "Er is nog niets opgenomen. Lezen doet u in notebook 3: leeszaal lab"
        lines = [f"Op de leeslijst: {format_count(self.works, 'werk', 'werken')}."]
        if self.output:
            return f"{lines[0]} Geschreven naar {self.output}."
        for one in self.rows[:_SHOWN]:
            lines.append(f"  {one['citekey']}: {shorten(one['title'], 80)}")
            lines += [f"    {one['note']}"] if one["note"] else []
        if self.works > _SHOWN:
            lines.append(
                f"  … en nog {self.works - _SHOWN}; bewaar de hele lijst met: leeszaal reading-list lijst.xlsx"
            )
        return "\n".join(lines)


def save_reading_list(
    output: Path | str | None = None, *, theme: str | None = None, home: Home | Path | str | None = None
) -> ReadingListSummary:
    """Tell what is on the reading list, and write it to a file.

    Parameters
    ----------
    output
        ".md" (by theme, with notes), ".csv" or ".xlsx" (a row a work), or ".bib" (notes as `annotation`, subthemes as
        keywords); None to tell only.
    theme
        Only works of this theme or subtheme.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When the format or the theme is not known, the library was not built, or the file cannot be written.
    """
    room = find_home(home)
    path = Path(output) if output is not None else None
    if path is not None and path.suffix.lower() not in _SUFFIXES:
        raise LeeszaalError(
            f"‘{path.suffix}’ is geen indeling voor de leeslijst.",
            nearest(path.suffix.lower(), _SUFFIXES) or f"Kies uit: {', '.join(_SUFFIXES)}.",
        )
    taxonomy = load_taxonomy(room.themes)
    found = reading_list(room, theme)
    if path is not None:
        write_bytes(path, _WRITERS[path.suffix.lower()](found, taxonomy, room))
    rows = [
        {
            "citekey": str(row["citekey"]), "title": str(row["title"]), "themes": _names(row["themes"], taxonomy),
            "note": str(row["note"]), "person": str(row["person"]), "date": str(row["date"]),
        }
        for row in found.to_dict("records")
    ]  # fmt: skip
    return ReadingListSummary(len(found), str(path) if path is not None else "", rows)


def _names(labels: list[str], taxonomy: Taxonomy) -> str:
    known = set(taxonomy.labels())
    return "; ".join(taxonomy.label_name(label) if label in known else label for label in labels)


def _people(names: list[str]) -> str:
    family = [name.partition(",")[0] for name in names]
    return ", ".join(family[:3]) + (" e.a." if len(family) > 3 else "")


def _text(value: Any) -> str:
    return "" if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else str(value)


def _cells(found: pd.DataFrame, taxonomy: Taxonomy) -> list[list[str]]:
    head = ["Citekey", "Auteurs", "Jaar", "Titel", "In", "DOI", "Thema's", "Notitie", "Opgenomen door", "Op"]
    rows = [
        [
            row["citekey"], "; ".join(row["authors"]), _text(row["year"]), row["title"], _text(row["container"]),
            _text(row["doi"]), _names(row["themes"], taxonomy), row["note"], row["person"], row["date"],
        ]
        for row in found.to_dict("records")
    ]  # fmt: skip
    return [head, *rows]


def _csv(found: pd.DataFrame, taxonomy: Taxonomy, _: Home) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=";", lineterminator="\r\n")
    for row in _cells(found, taxonomy):  # a spreadsheet would run some texts as formulas
        writer.writerow([f" {cell}" if cell[:1] in tuple("=+-@") else cell for cell in row])
    return sink.getvalue().encode("utf-8-sig")


def _excel(found: pd.DataFrame, taxonomy: Taxonomy, _: Home) -> bytes:
    return sheet_bytes("Leeslijst", _cells(found, taxonomy), widths=(18, 28, 8, 60, 28, 24, 34, 50, 16, 12))


def _markdown(found: pd.DataFrame, taxonomy: Taxonomy, _: Home) -> bytes:
    """Write the list by theme; a work stands under each theme it has."""
    rows = found.to_dict("records")
    parts = ["# Leeslijst", f"{format_count(len(rows), 'werk', 'werken')} opgenomen."]
    groups = [(theme.label["nl"], theme.id) for theme in taxonomy.themes]
    for name, theme in [*groups, (_NO_THEME, "")]:
        own = [row for row in rows if (not row["themes"] if not theme else _of(row, theme))]
        if own:
            parts += [f"## {escape_markdown(name)}", "\n".join(_item(row, taxonomy) for row in own)]
    return ("\n\n".join(parts) + "\n").encode()


def _of(row: Mapping[Any, Any], theme: str) -> bool:
    return any(label == theme or label.startswith(f"{theme}.") for label in row["themes"])


def _item(row: Mapping[Any, Any], taxonomy: Taxonomy) -> str:
    authors, year, container = _people(row["authors"]), _text(row["year"]) or "z.d.", _text(row["container"])
    doi = f" <https://doi.org/{row['doi']}>" if _text(row["doi"]) else ""
    stop = "" if row["title"][-1:] in "?!." else "."
    lead = f"{authors} ({year})." if authors else f"({year})"
    line = f"- {escape_markdown(lead)} {escape_markdown(row['title'])}{stop}"
    line += (f" *{escape_markdown(container)}*." if container else "") + doi
    said = f"opgenomen door {row['person']}, {format_date(row['date'])}"
    themes = _names(row["themes"], taxonomy)
    note = f"  \n  {escape_markdown(row['note'])}" if row["note"] else ""
    return f"{line}{note}  \n  {escape_markdown(f'{themes}; {said}' if themes else said)}"


def _bib(found: pd.DataFrame, taxonomy: Taxonomy, home: Home) -> bytes:
    """Write the works as the library exports them, with subthemes among the keywords and notes as `annotation`."""
    works = load_works(home).set_index("work_id", drop=False).loc[found["work_id"]]
    works["keywords"] = pd.Series(
        [
            list(dict.fromkeys([*own, *(taxonomy.label_name(one) for one in labels if one in taxonomy.labels())]))
            for own, labels in zip(works["keywords"], found["themes"], strict=True)
        ],
        index=works.index,
        dtype=object,
    )
    return to_bibtex(works.assign(annotation=found["note"].to_numpy())).encode()


_WRITERS = {".md": _markdown, ".csv": _csv, ".xlsx": _excel, ".bib": _bib}
