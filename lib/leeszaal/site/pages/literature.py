"""The page with all works: a list that is searched and filtered in the browser, with its data in scripts beside it.

A page may be opened from a disk, where a browser fetches nothing; a classic script it does load. What a result shows of
the first works comes with the page (`werken.js`), that of the others behind it (`titels-1.js`, …), and last the abstracts
and the rest of each work (`werken-1.js`, …). So the first result is there before most of a large library is.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd

from leeszaal.files import read_bytes, write_bytes, writing
from leeszaal.library.exporting import written
from leeszaal.works.called import LANGUAGE_NAMES, TYPE_NAMES
from leeszaal.works.numbers import format_count
from leeszaal.works.rows import text_rows

if TYPE_CHECKING:
    from leeszaal.site.pages.write import Room

__all__ = ["SCRIPTS", "form_script", "known_places", "part", "sorted_works", "write_data"]

# First what a result shows, then what is found by and taken away.
FIRST = ("citekey", "title", "authors", "year", "type", "language", "container", "doi", "url", "labels")
MORE = ("abstract", "editors", "date", "publisher", "volume", "issue", "pages", "isbn", "keywords", "note")
PART = 5000
SCRIPTS = Path(__file__).parents[1] / "data" / "js"


def sorted_works(works: pd.DataFrame) -> pd.DataFrame:
    """Return the works by first author, as Dutch readers expect: "de Vries" under V; then by year."""
    return works.iloc[works.apply(_sort_key, axis=1).argsort(kind="stable")] if len(works) else works


def _sort_key(row: pd.Series) -> str:
    family = row["authors"][0].partition(",")[0] if len(row["authors"]) else row["title"]
    words = family.split()
    while len(words) > 1 and words[0].islower():
        words = words[1:]
    return f"{' '.join(words)} {row['year'] if pd.notna(row['year']) else 9999}".casefold()


def part(room: Room) -> str:
    """Return the search form, the place of the list, and the scripts that fill it."""
    count = format_count(len(room.works), "werk", "werken")
    scripts = "".join(
        f'<script src="downloads/{name}.js"></script>\n' for name in ("tekst", "uitvoer", "werken", "literatuur")
    )
    return (
        "```{=html}\n"
        f"{_form(room)}\n"
        '<div id="lijst" class="lijst" hidden>\n<h2 class="titel">Werken</h2>\n'
        '<p>Dit zijn de werken achter een getal op deze site. <a href="werkwijze.html#zoeklog">Hoe er is gezocht</a> · '
        '<a href="literatuur.html">Toon alle werken</a></p>\n</div>\n'
        '<p id="aantal" role="status" class="stand"></p>\n'
        '<p id="ophalen" class="ophalen" hidden>Deze lijst ophalen als\n'
        '<button type="button" class="licht" data-vorm="csv">CSV (Excel)</button>\n'
        '<button type="button" class="licht" data-vorm="bib">BibTeX</button>\n'
        '<button type="button" class="licht" data-vorm="ris">RIS (Zotero, EndNote)</button></p>\n'
        '<ol id="werken" class="werken"></ol>\n'
        '<p><button type="button" id="meer" hidden>Toon de volgende</button></p>\n'
        f"<noscript><p>De bibliotheek telt {count}. Zoeken werkt alleen met JavaScript; de hele lijst is er ook als "
        '<a href="downloads/werken.csv">tabel (CSV)</a>, <a href="downloads/werken.bib">BibTeX</a> en '
        '<a href="downloads/werken.ris">RIS</a>. De werken achter elk getal op deze site staan, lijst voor lijst, in '
        '<a href="downloads/lijsten.csv">lijsten.csv</a>.</p></noscript>\n'
        f"{scripts}```\n"
    )


def _options(pairs: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{html.escape(value)}">{html.escape(name)}</option>' for value, name in pairs)
    return f'<option value="">alle</option>{listed}'


def _select(name: str, label: str, pairs: list[tuple[str, str]]) -> str:
    return (
        f'<p><label for="zoek-{name}">{label}</label>'
        f'<select id="zoek-{name}" name="{name}">{_options(pairs)}</select></p>\n'
    )


def form_script(
    list_id: str, one: str, many: str, words: str, selects: list[tuple[str, str, list[tuple[str, str]]]]
) -> str:
    """Return a search form (raw HTML) for a list in the page itself, and the scripts that make it work.

    Parameters
    ----------
    list_id
        The id of the list; what is filtered in it has ``data-item`` and a ``data-`` attribute for each select.
    one, many
        What is counted.
    words
        The label of the search field; empty: filters alone.
    selects
        Of each filter its name, label and (value, text) pairs.
    """
    search = (
        f'<p><label for="zoek-woorden">{html.escape(words)}</label>'
        '<input id="zoek-woorden" name="q" type="search" autocomplete="off"><button type="submit">Zoek</button></p>\n'
        if words
        else ""
    )
    fields = "".join(_select(*one_select) for one_select in selects)
    return (
        f'<form class="zoeken" role="search" data-lijst="{list_id}" data-een="{one}" data-meer="{many}" hidden>\n{search}{fields}</form>\n'
        '<p id="aantal" role="status" class="stand"></p>\n'
        '<script src="downloads/tekst.js" defer></script>\n<script src="downloads/filter.js" defer></script>'
    )


def _form(room: Room) -> str:
    """Return the search form; the script shows it, so that nobody sees a form that does nothing."""
    taxonomy, names = room.taxonomy, LANGUAGE_NAMES["nl"]
    themes = [
        (name, ("– " if name != theme.id else "") + taxonomy.label_name(name, "nl"))
        for theme in taxonomy.themes
        for name in (theme.id, *(subtheme.id for subtheme in theme.subthemes))
    ]
    present = set(room.works["type"])
    kinds = [(kind, TYPE_NAMES[kind][1]["nl"]) for kind in TYPE_NAMES if kind in present]
    languages = [(code, names.get(code, code)) for code in sorted(room.works["language"].dropna().unique())]
    return (
        '<form id="zoeken" class="zoeken" role="search" hidden>\n'
        '<p><label for="zoek-woorden">Zoek in titel, auteur, tijdschrift en samenvatting</label>'
        '<input id="zoek-woorden" name="q" type="search" autocomplete="off">'
        '<button type="submit">Zoek</button></p>\n'
        f"{_select('thema', 'Thema', themes)}{_select('soort', 'Soort', kinds)}{_select('taal', 'Taal', languages)}"
        '<p><label for="zoek-van">Vanaf jaar</label><input id="zoek-van" name="van" type="number" min="1500" max="2100"></p>\n'
        '<p><label for="zoek-tot">Tot en met</label><input id="zoek-tot" name="tot" type="number" min="1500" max="2100"></p>\n'
        "</form>"
    )


def _is_web(url: object) -> bool:
    return isinstance(url, str) and url.lower().startswith(("http://", "https://"))


def write_data(room: Room, folder: Path) -> list[Path]:
    """Write the works to `folder` for the page (scripts) and for readers (CSV, BibTeX, RIS), and return the files."""
    works = room.sorted_works
    labels = {name: place for place, name in enumerate(room.taxonomy.labels())}
    tagged = room.tags.groupby("work_id")["label"].agg(list)
    rows = [
        {**row, "labels": [labels[label] for label in tagged.get(work_id, ()) if label in labels]}
        for work_id, row in zip(works["work_id"], text_rows(works), strict=True)
    ]
    for row in rows:  # a link is only as good as where it leads: nothing but the web
        row["url"] = row["url"] if _is_web(row["url"]) else None
    shown = [[row[name] for name in FIRST] for row in rows]
    data: dict[str, Any] = {
        "velden": FIRST,
        "meer": MORE,
        "delen": -(-len(rows) // PART),
        "aantal": len(rows),
        "thema": [[name, room.taxonomy.label_name(name, "nl")] for name in labels],
        "soorten": {kind: names[0]["nl"] for kind, names in TYPE_NAMES.items()},
        "werken": shown[:PART],
    }
    files = {"werken.js": b"window.WERKEN=" + _script(data) + b";\n"}
    for number, start in enumerate(range(0, len(rows), PART)):
        if number:
            files[f"titels-{number}.js"] = b"window.WERKEN_ERBIJ(%s);\n" % _script(shown[start : start + PART])
        rest = _script([[row[name] for name in MORE] for row in rows[start : start + PART]])
        files[f"werken-{number + 1}.js"] = b"window.WERKEN_MEER(%d,%s);\n" % (start, rest)
    files |= {f"werken{suffix}": written(works, suffix) for suffix in (".csv", ".bib", ".ris")}
    files |= {script.name: read_bytes(script) for script in sorted(SCRIPTS.glob("*.js"))}
    for name, content in files.items():
        write_bytes(folder / name, content)
    for left in (*folder.glob("titels-*.js"), *folder.glob("werken-*.js")):  # of a library that was larger
        if left.name not in files:
            with writing(left):
                left.unlink()
    return [folder / name for name in files]


def known_places(folder: Path) -> tuple[set[str], set[str]]:
    """Return the anchors that the page makes for the works in `folder`, and the names of the lists that it can open."""
    anchors: set[str] = set()
    lists: set[str] = set()
    if (folder / "werken.js").is_file():
        data = orjson.loads(read_bytes(folder / "werken.js").partition(b"=")[2].rstrip(b";\n"))
        rows = data["werken"]
        for number in range(1, data["delen"]):
            rows += orjson.loads(read_bytes(folder / f"titels-{number}.js").partition(b"(")[2].rstrip(b");\n"))
        anchors = {f"werk-{row[0].replace(':', '-')}" for row in rows}
    if (folder / "lijsten.js").is_file():
        lists = set(orjson.loads(read_bytes(folder / "lijsten.js").partition(b"=")[2].rstrip(b";\n"))["namen"])
    return anchors, lists


def _script(value: Any) -> bytes:
    """Return JSON that may stand in a script: no line separators that JavaScript of old would take for a line end."""
    return orjson.dumps(value).replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
