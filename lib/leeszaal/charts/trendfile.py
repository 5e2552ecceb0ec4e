"""The trends of a table in a file: tables and figures in a folder. `leeszaal trends --input`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal import progress
from leeszaal.charts.counts import counts_over_time
from leeszaal.charts.emergence import emergence
from leeszaal.charts.figure import Figure
from leeszaal.charts.heat import heat_map
from leeszaal.charts.multiples import small_multiples
from leeszaal.files import write_text
from leeszaal.trends.signals.summary import tell_backtest
from leeszaal.trends.table import TableTrends, WorksTable, read_trend_table, table_trends
from leeszaal.works.numbers import format_count, format_number, format_years

__all__ = ["TrendsFileSummary", "trend_figures", "trends_of_file"]

_LARGEST = 40  # units in a figure of level and growth


@dataclass(frozen=True)
class TrendsFileSummary:
    """What `trends_of_file` found.

    Attributes
    ----------
    rows, dated
        Rows of the table, and those with a usable year.
    from_year, to_year
        The window of growth, complete years only.
    labels, terms
        How many were counted.
    tested, rises, falls
        Units tested for growth, and those with strong evidence.
    signals
        Statement and strength of each signal.
    backtest
        As in `SignalsSummary`.
    figures
        Slugs of the figures.
    output
        The folder.
    remarks
        Dutch: how the file was read.
    """

    rows: int
    dated: int
    from_year: int
    to_year: int
    labels: int
    terms: int
    tested: int
    rises: list[str]
    falls: list[str]
    signals: list[dict[str, Any]]
    backtest: list[dict[str, Any]]
    figures: list[str]
    output: str
    remarks: list[str]

    def tell(self) -> str:
        """Return the outcome in Dutch."""
        lines = [f"{self.dated} van {self.rows} regels hebben een bruikbaar jaar.", *self.remarks]
        if not self.tested:
            lines.append("Over groei valt niets te zeggen: er zijn te weinig volledige jaren of te weinig werken.")
        else:
            counted = f"{format_count(self.labels, 'label', 'labels')} en {format_count(self.terms, 'term', 'termen')}"
            lines.append(
                f"Groei {format_years(self.from_year, self.to_year)}: "
                f"{format_count(self.tested, 'reeks', 'reeksen')} getoetst ({counted} geteld)."
            )
            lines.append(f"Sterke aanwijzing voor groei: {', '.join(self.rises) or 'geen'}.")
            lines.append(f"Sterke aanwijzing voor krimp: {', '.join(self.falls) or 'geen'}.")
        for one in self.signals:
            lines += [f"Signaal ({one['strength']}): {one['statement']}", f"  Tegenspraak: {one['counter']}"]
        if self.tested and not self.signals:
            lines.append("Geen signaal: niets groeit of verschijnt sterker dan toeval kan verklaren.")
        return "\n".join([*lines, *tell_backtest(self.backtest), f"Geschreven naar {self.output}."])


def trend_figures(table: WorksTable, found: TableTrends, lang: str = "nl") -> list[Figure]:
    """Return the figures that this table can carry: works a year, and for labels (else terms) panels, grid and growth.

    Parameters
    ----------
    table, found
        As `read_trend_table` and `table_trends` give.
    lang
        Language of the reader.
    """
    dated = int(found.corpus["works"].sum())
    source = f"{table.name}, {format_number(dated)} werken met een jaar"
    figures = [counts_over_time(found.corpus, "alle werken samen", source=source, slug="werken-per-jaar", lang=lang)]
    kind = "label" if len(table.labels) else "term"
    # Shares of the first years, with a handful of works in all, would set the scale for all others.
    counts = found.counts[(found.counts["kind"] == kind) & (found.counts["year"] >= found.growth["from_year"].min())]
    growth = found.growth[found.growth["kind"] == kind]
    if counts.empty:
        return figures
    noun = ("label", "labels") if kind == "label" else ("term", "termen")
    figures.append(small_multiples(counts, source=source, growth=growth, noun=noun, slug="aandelen", lang=lang))
    largest = growth.sort_values(["works", "unit"], ascending=[False, True])["unit"].head(_LARGEST)
    some = counts[counts["unit"].isin(largest.head(20))]
    figures.append(heat_map(some, source=source, noun=noun, slug="raster", lang=lang))
    if growth["growth"].notna().any():
        figures.append(emergence(growth[growth["unit"].isin(largest)], source=source, noun=noun, lang=lang))
    return figures


def trends_of_file(
    source: Path | str,
    output: Path | str,
    *,
    from_year: int | None = None,
    to_year: int | None = None,
) -> TrendsFileSummary:
    """Count and test the labels and terms of a table, and write tables and figures to the folder `output`.

    Writes trends.csv (works and share a year), growth.csv, bursts.csv, signals.csv, signal_works.csv, new.csv,
    quality.json (with the back-test) and figures/ (SVG, PNG and CSV).

    Parameters
    ----------
    source
        A CSV file; see `leeszaal.trends.read_trend_table`.
    output
        A folder; made when it is not there.
    from_year, to_year
        The window, both complete years. By default fifteen years up to the year before the last one in the table.

    Raises
    ------
    LeeszaalError
        When the file cannot be read, has no years, or the window runs backwards.
    """
    with progress.stage("Trends"):
        table = read_trend_table(Path(source), to_year=to_year)
        found = table_trends(table, from_year=from_year)
        folder = Path(output)
        frames = {
            "trends": found.counts, "growth": found.growth, "bursts": found.bursts, "signals": found.found.table,
            "signal_works": found.found.works, "new": found.found.new,
        }  # fmt: skip
        for name, frame in frames.items():
            write_text(folder / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))
        figures = trend_figures(table, found)
        for figure in figures:
            figure.save(folder / "figures")
        summary = _summary(table, found, figures, folder)
        write_text(folder / "quality.json", json.dumps(asdict(summary), indent=2, ensure_ascii=False) + "\n")
    return summary


def _summary(table: WorksTable, found: TableTrends, figures: list[Figure], folder: Path) -> TrendsFileSummary:
    growth = found.growth
    kinds = found.counts.drop_duplicates(["kind", "unit"])["kind"].value_counts()
    past = found.backtest.astype(object).where(found.backtest.notna(), None)
    return TrendsFileSummary(
        rows=len(table.works), dated=int((table.works["year"] > 0).sum()),
        from_year=int(growth["from_year"].min()) if len(growth) else 0, to_year=table.last,
        labels=int(kinds.get("label", 0)), terms=int(kinds.get("term", 0)), tested=int(growth["p"].notna().sum()),
        rises=growth.loc[growth["verdict"] == "rises", "unit"].astype(str).tolist(),
        falls=growth.loc[growth["verdict"] == "falls", "unit"].astype(str).tolist(),
        signals=_records(found.found.table[["signal_id", "statement", "strength", "counter"]]),
        backtest=_records(past), figures=[figure.slug for figure in figures], output=str(folder),
        remarks=table.remarks,
    )  # fmt: skip


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
