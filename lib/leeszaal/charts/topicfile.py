"""The topics of a table in a file: tables and quality figures in a folder. `leeszaal topics --input`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.charts.dots import dot_plot
from leeszaal.charts.figure import Figure
from leeszaal.topics import TopicModel, TopicsSummary, fit_file
from leeszaal.works.numbers import format_number

__all__ = ["quality_figures", "topics_of_file"]


def quality_figures(fit: TopicModel, name: str, lang: str = "nl") -> list[Figure]:
    """Return the figures on how good the topics are: stability, coherence per language, and the score of each number.

    Parameters
    ----------
    fit
        The topics; without topics there are no figures.
    name
        Of the table, for the source line.
    lang
        Language of the reader.
    """
    if fit.topics.empty:
        return []
    source = f"{name}, {format_number(fit.works)} werken"
    labels = fit.topics["topic"].astype(str) + " " + fit.topics["name"]
    topic = ("onderwerp", "onderwerpen")
    frames = [("stability", "de stabiliteit", "stabiliteit")]
    for code, word in (("nl", "Nederlandse"), ("en", "Engelse"), ("other", "andere")):
        if fit.topics[f"npmi_{code}"].notna().any():
            frames.append((f"npmi_{code}", f"de samenhang van de {word} woorden", f"samenhang-{code}"))
    figures = [
        dot_plot(
            pd.DataFrame({"name": labels, "value": fit.topics[column].astype(float)}),
            measure,
            source=source,
            unit="number2",
            noun=topic,
            slug=slug,
            lang=lang,
        )
        for column, measure, slug in frames
    ]
    if len(fit.curve) > 1:
        curve = pd.DataFrame({"name": fit.curve["k"].astype(str) + " onderwerpen", "value": fit.curve["score"]})
        many = ("aantal", "aantallen")
        figures.append(
            dot_plot(curve, "de score", source=source, unit="number2", noun=many, slug="aantal-onderwerpen", lang=lang)
        )
    return figures


def topics_of_file(source: Path | str, output: Path | str, **settings: Any) -> TopicsSummary:
    """Fit topics to the table in `source`, and write tables and quality figures to the folder `output`.

    Writes what `leeszaal.topics.fit_file` writes (topics.csv, assignments.csv, curve.csv, quality.json) and figures/
    (SVG, PNG and CSV of each figure).

    Parameters
    ----------
    source, output
        A CSV file, and a folder.
    **settings
        `k`, `random_state`, `model` and `search_terms`, as for `leeszaal.topics.fit_file`.
    """
    summary, fit = fit_file(source, output, **settings)
    for figure in quality_figures(fit, Path(source).name):
        figure.save(Path(output) / "figures")
    return summary
