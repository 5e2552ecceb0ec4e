"""The verbs `describe` and `networks`: who writes where, and who is connected with whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.charts.figure import Figure
from leeszaal.charts.network import network
from leeszaal.charts.sentences import source_line
from leeszaal.charts.thematic import QUADRANTS, thematic_figure
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import write_text
from leeszaal.home import Home, find_home
from leeszaal.library.store import read_table
from leeszaal.trends.describe import authors_of, describe_works
from leeszaal.trends.networks import Network, coauthorship, cocitation, coupling, thematic_map
from leeszaal.trends.references import known_of
from leeszaal.trends.table import read_works_table
from leeszaal.trends.units import term_holdings
from leeszaal.works.called import LANGUAGE_NAMES, TYPE_NAMES
from leeszaal.works.numbers import format_count, format_number, format_percent

__all__ = ["NETWORKS", "DescribeSummary", "NetworksSummary", "describe", "networks"]

_SHOWN, _DRAWN = 10, 60
NAMES = {
    "journals": "Tijdschriften en bundels", "authors": "Auteurs", "institutions": "Instellingen", "languages": "Talen",
    "types": "Soorten",
}  # fmt: skip
# Kind of network to what a node is, and what a line means.
NETWORKS = {
    "co-citation": (("bron", "bronnen"), "lijn: samen geciteerd"),
    "coupling": (("werk", "werken"), "lijn: verwijzen naar dezelfde bronnen"),
    "co-authorship": (("auteur", "auteurs"), "lijn: samen een werk geschreven"),
    "themes": (("term", "termen"), "lijn: staan in dezelfde werken"),
}


@dataclass(frozen=True)
class DescribeSummary:
    """Who writes, where, in which language and what kind.

    Attributes
    ----------
    works
        Works described.
    parts
        Part ("journals", "authors", "institutions", "languages", "types") to its rows: name, works, share, of,
        first, last.
    output
        The folder with the tables, or "".
    """

    works: int
    parts: dict[str, list[dict[str, Any]]]
    output: str = ""

    def tell(self) -> str:
        """Return the largest of each part in Dutch."""
        lines = [format_count(self.works, "werk.", "werken.")]
        for part, title in NAMES.items():
            rows = self.parts.get(part, [])
            if not rows:
                lines += ["", f"{title}: niet bekend."]
                continue
            lines += ["", f"{title} (van {format_count(rows[0]['of'], 'werk', 'werken')} bekend):"]
            for row in rows[:_SHOWN]:
                count = f"{format_number(row['works']):>6} {format_percent(row['share'], 0):>6}"
                lines.append(f"  {count}  {called(part, row['name'])}")
            if len(rows) > _SHOWN:
                lines.append(f"         en {format_number(len(rows) - _SHOWN)} andere")
        return "\n".join([*lines, *([f"\nGeschreven naar {self.output}."] if self.output else [])])


@dataclass(frozen=True)
class NetworksSummary:
    """One network.

    Attributes
    ----------
    kind
        One of `NETWORKS`.
    works, known
        Works looked at, and those of which what the network is made of is known.
    nodes, links, groups, left_out
        Of the network; `left_out` have too few works or no connection.
    best
        The ten best connected, by name.
    themes
        For "themes": the groups with centrality, density and quadrant.
    figures, output
        Slugs and folder of what was written.
    remarks
        Dutch: what a reader must know.
    """

    kind: str
    works: int
    known: int
    nodes: int
    links: int
    groups: int
    left_out: int
    best: list[str]
    themes: list[dict[str, Any]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    output: str = ""
    remarks: list[str] = field(default_factory=list)

    def tell(self) -> str:
        """Return the outcome in Dutch."""
        one, many = NETWORKS[self.kind][0]
        lines = [
            f"{format_count(self.nodes, one, many)}, {format_count(self.links, 'verbinding', 'verbindingen')}, "
            f"{format_count(self.groups, 'groep', 'groepen')} ({NETWORKS[self.kind][1]}).",
            f"Bekend van {format_number(self.known)} van de {format_count(self.works, 'werk', 'werken')}.",
            *self.remarks,
        ]
        if self.best:
            lines.append("Meeste verbindingen: " + "; ".join(self.best) + ".")
        for one_theme in self.themes:
            quadrant = QUADRANTS[one_theme["quadrant"]][0][0]
            lines.append(f"  {quadrant + ':':<24} {one_theme['name']} ({one_theme['works']} werken)")
        return "\n".join([*lines, *([f"Geschreven naar {self.output}."] if self.output else [])])


def called(part: str, name: str) -> str:
    """Return what a Dutch reader calls a row of a part: a language or a kind by its name instead of its code.

    Examples
    --------
    >>> called("languages", "en"), called("types", "thesis"), called("journals", "Res Publica")
    ('Engels', 'scripties en proefschriften', 'Res Publica')
    """
    if part == "languages":
        return LANGUAGE_NAMES["nl"].get(name, name)
    return TYPE_NAMES[name][1]["nl"] if part == "types" and name in TYPE_NAMES else name


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.astype(object).to_dict("records")]


def _write(folder: Path, frames: Mapping[str, pd.DataFrame], figures: list[Figure]) -> None:
    for name, frame in frames.items():
        write_text(folder / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))
    for figure in figures:
        figure.save(folder / "figures")


def describe(
    *,
    home: Home | Path | str | None = None,
    source: Path | str | None = None,
    output: Path | str | None = None,
) -> DescribeSummary:
    """Count journals, authors, institutions, languages and types of the library or of a table.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    source
        A CSV file instead; see `leeszaal.trends.read_works_table`. It knows no institutions.
    output
        A folder for the tables, one CSV a part.

    Raises
    ------
    LeeszaalError
        When there is no library, or the file cannot be read.
    """
    if source is not None:
        works, institutions = read_works_table(Path(source)).works, None
    else:
        room = find_home(home)
        works, institutions = read_table(room, "works"), known_of(room).institutions
    parts = describe_works(works, institutions)
    if output is not None:
        named = {
            part: frame.assign(called=[called(part, str(n)) for n in frame["name"]]) for part, frame in parts.items()
        }
        _write(Path(output), named, [])
    told = {part: _rows(frame) for part, frame in parts.items()}
    return DescribeSummary(len(works), told, str(output) if output is not None else "")


def networks(
    kind: str,
    *,
    home: Home | Path | str | None = None,
    source: Path | str | None = None,
    output: Path | str | None = None,
    fewest: int | None = None,
    random_state: int = 0,
) -> NetworksSummary:
    """Connect what is cited together, works that cite the same, authors who write together, or terms.

    Parameters
    ----------
    kind
        "co-citation", "coupling", "co-authorship" or "themes" (a thematic map of terms).
    home
        The reading room; by default the nearest one.
    source
        A CSV file instead; for references it needs a column `references`, apart by semicolons.
    output
        A folder for nodes.csv, edges.csv (and themes.csv) and the figures.
    fewest
        In how many works two must stand together; by default 2, for authors 1 and for terms 3.
    random_state
        Of the search for groups.

    Raises
    ------
    LeeszaalError
        For an unknown kind, when there is no library, or nothing is known to connect.
    """
    if kind not in NETWORKS:
        raise LeeszaalError(f"Er is geen netwerk ‘{kind}’.", nearest(kind, NETWORKS))
    if fewest is not None and fewest < 1:
        raise LeeszaalError(f"fewest is {fewest}.", "Geef 1 of meer.")
    if source is not None:
        table = read_works_table(Path(source))
        works, remarks = table.works, list(table.remarks)
        references: pd.DataFrame | None = table.references
    else:
        room = find_home(home)
        works, remarks = read_table(room, "works"), []
        references = known_of(room).references if kind in ("co-citation", "coupling") else None
    called = {str(w): f"{key} – {title}" for w, key, title in _named(works)}
    found, known, themes = _found(kind, works, references, called, fewest, random_state)
    if found.nodes.empty:
        raise LeeszaalError(
            f"Er is niets om te verbinden: ‘{NETWORKS[kind][1].removeprefix('lijn: ')}’ komt niet vaak genoeg voor.",
            _REMEDY[kind],
        )
    figures = [_figure(kind, found, len(works))]
    if len(themes):
        figures.append(thematic_figure(themes, source=source_line(known, None)))
    if output is not None:
        frames = {"nodes": found.nodes, "edges": found.edges, **({"themes": themes} if len(themes) else {})}
        _write(Path(output), frames, figures)
    best = found.nodes[["name", "degree"]].head(10)
    return NetworksSummary(
        kind, len(works), known, len(found.nodes), len(found.edges), int(found.nodes["group"].max()), found.left_out,
        best=[f"{name} ({degree})" for name, degree in best.itertuples(index=False)],
        themes=_rows(themes[["name", "quadrant", "works", "centrality", "density"]]) if len(themes) else [],
        figures=[figure.slug for figure in figures] if output is not None else [],
        output=str(output) if output is not None else "", remarks=remarks,
    )  # fmt: skip


_REFERENCES = "Haal verwijzingen op met leeszaal harvest (OpenAlex) of leeszaal enrich citations; of kies --fewest 1."
_REMEDY = {
    "co-citation": _REFERENCES,
    "coupling": _REFERENCES,
    "co-authorship": "Misschien schrijft hier ieder één werk; lees meer in met: leeszaal import",
    "themes": "Kies een kleinere --fewest, of lees meer in met: leeszaal import",
}


def _named(works: pd.DataFrame) -> Any:
    key = works["citekey"] if "citekey" in works else works["work_id"]
    return zip(works["work_id"], key, works["title"].fillna(""), strict=True)


def _found(
    kind: str,
    works: pd.DataFrame,
    references: pd.DataFrame | None,
    called: Mapping[str, str],
    fewest: int | None,
    random_state: int,
) -> tuple[Network, int, pd.DataFrame]:
    """Return the network, of how many works something is known, and the themes (empty unless asked)."""
    none = pd.DataFrame()
    if kind == "co-authorship":
        pairs = authors_of(works)
        return coauthorship(pairs, fewest=fewest or 1), int(pairs["work_id"].nunique()), none
    if kind == "themes":
        terms = term_holdings(works, fewest=fewest or 3)
        held = terms.held.tocoo()
        pairs = pd.DataFrame({"work_id": works["work_id"].to_numpy()[held.row], "term": terms.name[held.col]})
        themes, found = thematic_map(pairs, fewest=fewest or 3, random_state=random_state)
        return found, int(pairs["work_id"].nunique()), themes
    known = references if references is not None else pd.DataFrame(columns=["work_id", "cited"])
    make = cocitation if kind == "co-citation" else coupling
    return make(known, called=called, fewest=fewest or 2), int(known["work_id"].nunique()), none


def _figure(kind: str, found: Network, works: int) -> Figure:
    """Draw the best connected nodes; what does not fit is told in the subtitle."""
    noun, link = NETWORKS[kind]
    shown = found.nodes.head(_DRAWN)
    edges = found.edges[found.edges["a"].isin(shown["node"]) & found.edges["b"].isin(shown["node"])]
    nodes = shown[shown["node"].isin(set(edges["a"]) | set(edges["b"]))]
    nodes = nodes.assign(group=[f"groep {number}" for number in nodes["group"]])
    part = "" if len(nodes) == len(found.nodes) else f"; de best verbonden van {format_number(len(found.nodes))}"
    return network(
        edges, source=source_line(works, None), nodes=nodes[["node", "name", "group"]], noun=noun, link=link + part,
        slug=f"netwerk-{kind}",
    )  # fmt: skip
