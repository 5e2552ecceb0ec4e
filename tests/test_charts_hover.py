"""The works behind a mark: under the pointer and in a list in a notebook, and nowhere in print."""

from __future__ import annotations

import pandas as pd

from leeszaal.charts import counts_over_time, heat_map, network, topic_map
from leeszaal.charts.hover import mark_id

SOURCE = "Leeszaal, 60 werken, peildatum 1 november 2026"


def test_a_year_shows_its_works_and_escapes_them() -> None:
    years = pd.DataFrame({"year": range(2018, 2024), "works": [3, 4, 5, 6, 9, 12]})
    plain = counts_over_time(years, "toezicht", source=SOURCE)
    figure = plain.with_works({"2020": [f"smit{i} (2020) A & B <b>" for i in range(8)], "2021": ["bos (2021) C"]})
    page = figure._repr_html_()
    assert "<img" not in page
    assert "<svg role=" in page
    assert page.count("<title>") == 2
    assert "2020: 8 werken" in page
    assert "en 2 andere" in page
    assert "A &amp; B &lt;b&gt;" in page
    assert "<b>" not in page
    assert "Werken achter deze figuur" in page
    assert "bos (2021) C" in page
    assert "<script" not in page
    assert figure.svg() == plain.svg()
    assert figure.markdown() == plain.markdown()
    assert "<img" in plain._repr_html_()


def test_every_kind_names_its_marks() -> None:
    topics = pd.DataFrame(
        {"name": ["Opkomst", "Toezicht"], "size": [9, 5], "words_nl": ["a, b", "c"], "words_en": ["", ""]}
    )
    assert mark_id("Toezicht") in topic_map(topics, source=SOURCE).svg().decode()
    edges = pd.DataFrame({"a": ["Smit", "Smit"], "b": ["Bos", "Vos"]})
    assert mark_id("Vos") in network(edges, source=SOURCE).svg().decode()
    counts = pd.DataFrame({"unit": ["a"] * 3, "year": [2019, 2020, 2021], "works": [1, 2, 3]})
    assert mark_id("a, 2020") in heat_map(counts, source=SOURCE).svg().decode()
