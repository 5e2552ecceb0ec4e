"""Count the works of a corpus a year and a theme, a partition a task, and test what grows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from leeszaal.scale.corpus import Corpus, read_part
from leeszaal.scale.runner import Runner
from leeszaal.trends.growth import growth_table
from leeszaal.trends.intervals import wilson

__all__ = ["count_corpus"]

_FIRST = 1500


def count_corpus(corpus: Corpus, until: int, runner: Runner) -> dict[str, Any]:
    """Count works by theme, subtheme and year; writes counts and growth, and returns the figures.

    A work counts once, with the year and the subthemes of its first record. The table is that of
    `leeszaal.trends.yearly_counts`.

    Parameters
    ----------
    corpus
        Deduplicated and tagged.
    runner
        Where the partitions are counted.
    until
        The year in which the newest records were gathered: it is not complete yet.
    """
    told = runner.map("Tellen", _count_part, [(corpus, until, part) for part in corpus.parts()])
    years = pd.concat([one for one, _ in told]).groupby("year")["corpus"].sum()
    found = pd.concat([one for _, one in told]).groupby(["kind", "unit", "year"])["works"].sum()
    counts = _complete(years, found, until)
    corpus.save("counts", counts)
    growth = growth_table(counts) if len(counts) else counts
    corpus.save("growth", growth)
    rises = [str(unit) for unit in growth.loc[growth["verdict"] == "rises", "unit"]] if len(growth) else []
    return {"counted": int(years.sum()), "units": int(counts["unit"].nunique()), "rises": rises}


def _count_part(corpus: Corpus, until: int, part: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the works of each year in a partition, and those of each theme and subtheme."""
    year = read_part(corpus, part, ["year"])["year"]
    named = pq.read_table(corpus.part("works", part)).to_pandas()
    first = named.loc[named["record"] == named["work"], "record"]
    year = year.loc[first].dropna().astype("int64")
    year = year[(year >= _FIRST) & (year <= until)]
    tags = pq.read_table(corpus.part("tags", part), columns=["record", "theme", "label"]).to_pandas()
    units = pd.concat(
        [
            pd.DataFrame({"kind": kind, "unit": tags[kind].astype("str"), "record": tags["record"]})
            for kind in ("theme", "label")
        ]
    ).drop_duplicates()
    units = units[units["record"].isin(year.index)]
    units["year"] = units["record"].map(year).astype("int64")
    return (
        year.value_counts(sort=False).rename_axis("year").rename("corpus").reset_index(),
        units.groupby(["kind", "unit", "year"]).size().rename("works").reset_index(),
    )


def _complete(years: pd.Series, found: pd.Series, until: int) -> pd.DataFrame:
    """Return a row for every unit and every year from the first to the last, with share and interval."""
    span = pd.RangeIndex(int(years.index.min()), int(years.index.max()) + 1) if len(years) else pd.RangeIndex(0)
    units = sorted({(str(kind), str(unit)) for kind, unit, _ in found.index})
    rows = [(kind, unit, year) for kind, unit in units for year in span]
    frame = pd.DataFrame(rows, columns=["kind", "unit", "year"]).astype({"kind": "str", "unit": "str", "year": "int32"})
    index = pd.MultiIndex.from_tuples(rows, names=["kind", "unit", "year"])
    frame["works"] = found.reindex(index, fill_value=0).to_numpy("int32")
    frame["corpus"] = years.reindex(frame["year"], fill_value=0).to_numpy("int32")
    frame["share"] = (frame["works"] / frame["corpus"]).where(frame["corpus"] > 0)
    frame["low"], frame["high"] = wilson(frame["works"].to_numpy(), frame["corpus"].to_numpy())
    frame["complete"] = frame["year"] < until
    return frame
