"""The works behind a mark: under the pointer and in a list in a notebook, and nowhere in print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from leeszaal.charts import (
    change_plot,
    counts_over_time,
    dot_plot,
    heat_map,
    network,
    prisma_flow,
    topic_map,
    turnout_figure,
)
from leeszaal.charts.hover import mark_id

SOURCE = "Leeszaal, 60 werken, peildatum 1 november 2026"


def test_a_year_shows_its_works_and_escapes_them() -> None:
    years = pd.DataFrame({"year": range(2018, 2024), "works": [3, 4, 5, 6, 9, 12]})
    plain = counts_over_time(years, "toezicht", source=SOURCE)
    figure = plain.with_works({"2020": [f"smit{i} (2020) A & B <b>" for i in range(8)], "2021": ["bos (2021) C"]})
    page = figure._repr_html_()
    assert "<img" not in page
    assert "<svg role=" in page
    assert page.count("<title>") == 6
    assert "2019\nWerken: 4" in page
    assert "2020: 8 werken" in page
    assert "en 2 andere" in page
    assert "A &amp; B &lt;b&gt;" in page
    assert "<b>" not in page
    assert "Werken achter deze figuur" in page
    assert "bos (2021) C" in page
    assert "<script" not in page
    assert figure.svg() == plain.svg()
    assert figure.markdown() == plain.markdown()
    bare = plain._repr_html_()
    assert "<svg role=" in bare
    assert "Werken achter deze figuur" not in bare


def test_every_kind_names_its_marks() -> None:
    topics = pd.DataFrame(
        {"name": ["Opkomst", "Toezicht"], "size": [9, 5], "words_nl": ["a, b", "c"], "words_en": ["", ""]}
    )
    assert mark_id("Toezicht") in topic_map(topics, source=SOURCE).svg().decode()
    edges = pd.DataFrame({"a": ["Smit", "Smit"], "b": ["Bos", "Vos"]})
    assert mark_id("Vos") in network(edges, source=SOURCE).svg().decode()
    counts = pd.DataFrame({"unit": ["a"] * 3, "year": [2019, 2020, 2021], "works": [1, 2, 3]})
    assert mark_id("a, 2020") in heat_map(counts, source=SOURCE).svg().decode()
    assert "<title>a, 2020\n2</title>" in heat_map(counts, source=SOURCE)._repr_html_()


def test_a_mark_without_works_says_its_numbers() -> None:
    values = pd.DataFrame({"name": ["Zwolle", "Deventer & co"], "value": [0.531, 0.512]})
    page = dot_plot(values, "de opkomst", source=SOURCE)._repr_html_()
    assert "<title>Zwolle\nOpkomst: 53,1\u00a0%</title>" in page
    assert "<title>Deventer &amp; co\nOpkomst: 51,2\u00a0%</title>" in page
    assert "<details><summary>Werken" not in page
    turnout = turnout_figure(values, "raad 2022", source=SOURCE, measure="uitgebracht")
    assert turnout._repr_html_().count("<title>") == 2
    moved = pd.DataFrame({"name": ["Zwolle"], "before": [0.5], "after": [0.53]})
    page = change_plot(moved, "de opkomst", source=SOURCE, labels=("2018", "2022"))._repr_html_()
    assert "<title>Zwolle\n2018: 50,0\u00a0%\n2022: 53,0\u00a0%\nVerandering: 3,0</title>" in page


FLOW = pd.DataFrame(
    [
        ("OpenAlex", 30, "source"),
        ("Website", 5, "other"),
        ("Gevonden", 35, "step"),
        ("Dubbel", 10, "excluded"),
        ("Andere context", 20, "excluded"),
        ("Opgenomen", 5, "step"),
    ],
    columns=["step", "n", "kind"],
)


def test_every_number_of_the_flow_leads_to_its_works() -> None:
    page = prisma_flow(FLOW, source=SOURCE).with_works({"Opgenomen": ["bos (2021) C"]})._repr_html_()
    assert "<title>Opgenomen: 1 werk\nbos (2021) C</title>" in page
    assert "<title>Andere context\nAantal: 20\nSoort: afgevallen</title>" in page
    assert page.count("<title>") == len(FLOW)


def test_the_pointer_finds_the_mark_also_on_the_text_in_it(browser: Any, tmp_path: Path) -> None:
    values = pd.DataFrame({"name": ["Zwolle", "Deventer"], "value": [0.531, 0.512]})
    moved = pd.DataFrame({"name": ["Zwolle", "Deventer"], "before": [0.5, 0.6], "after": [0.53, 0.5]})
    figures = {
        "Zwolle": dot_plot(values, "de opkomst", source=SOURCE),
        "Deventer": change_plot(moved, "de opkomst", source=SOURCE, labels=("2018", "2022")),
        "Andere context": prisma_flow(FLOW, source=SOURCE).with_works({"Andere context": ["vos (2020) D"]}),
    }
    page = browser.new_page(viewport={"width": 900, "height": 700})
    for name, figure in figures.items():
        file = tmp_path / f"{figure.slug}.html"
        file.write_text(f"<!doctype html><meta charset=utf-8>{figure._repr_html_()}", encoding="utf-8")
        page.goto(file.as_uri())
        box = page.locator("svg text", has_text=name).first.bounding_box()
        at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        found = page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('g[id^=m-]').textContent", at)
        assert found.strip().startswith(name)
    summary = page.locator("summary", has_text="Werken achter deze figuur")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("vos (2020) D").last.is_visible()
    page.close()
