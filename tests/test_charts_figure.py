"""What a figure must have, and how it comes out."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from leeszaal.charts import Figure, style
from leeszaal.charts.canvas import lattice, sheet, write
from leeszaal.errors import LeeszaalError

ALT = "Lijn, 2020–2021: het aantal werken over toezicht gaat van 4 in 2020 naar 1.200 in 2021, een sprong."


def _drawing(text="tekst"):
    def draw():
        drawing = sheet(60, 200)
        write(lattice(drawing), 10, 30, text)
        return drawing

    return draw


def make(**changes):
    given = {
        "slug": "werken-per-jaar",
        "title": "Het aantal werken groeit sterk",
        "subtitle": "Werken per jaar, 2020–2021",
        "alt": ALT,
        "source": "Leeszaal, 1.204 werken, peildatum 1 november 2026",
        "table": pd.DataFrame({"Jaar": [2020, 2021], "Werken": [4, 1200], "Aandeel": [0.015, np.nan]}),
        "drawing": _drawing(),
        "caption": "Werken per jaar",
        "formats": {"Jaar": "year", "Aandeel": "percent1"},
    }
    return Figure(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slug": "Met Hoofdletter"}, "bestandsnaam"),
        ({"slug": ""}, "bestandsnaam"),
        ({"slug": "../weg"}, "bestandsnaam"),
        ({"title": ""}, "de titel"),
        ({"title": " \n "}, "de titel"),
        ({"title": "a b c" + "d" * 90}, "95 tekens lang"),
        ({"title": "Werken"}, "geen bevinding"),
        ({"subtitle": ""}, "de ondertitel"),
        ({"alt": ""}, "de alternatieve tekst"),
        ({"alt": "te kort"}, "7 tekens lang"),
        ({"alt": "x" * 251}, "251 tekens lang"),
        ({"source": ""}, "de bronregel"),
        ({"source": "eigen werk"}, "geen getal"),
        ({"subtitle": "het aantal werken groeit sterk"}, "gelijk aan de titel"),
        ({"caption": "Het aantal werken groeit sterk"}, "gelijk aan de titel"),
        ({"caption": ALT}, "gelijk aan de ondertitel of het bijschrift"),
        ({"table": pd.DataFrame()}, "tabel is leeg"),
        ({"table": pd.DataFrame({"a": []})}, "tabel is leeg"),
        ({"table": pd.DataFrame([[1, 2]])}, "geen eigen naam"),
        ({"table": pd.DataFrame([[1, 2]], columns=["a", "a"]), "formats": {}}, "geen eigen naam"),
        ({"formats": {"Jar": "year"}}, "Bedoelt u ‘Jaar’"),
        ({"formats": {"Jaar": "yaer"}}, "Bedoelt u ‘year’"),
        ({"lang": "fr"}, "taal ‘fr’"),
    ],
)
def test_a_figure_cannot_be_made_without(changes, message):
    with pytest.raises(LeeszaalError, match=message):
        make(**changes)


def test_the_limits_themselves_are_fine():
    make(title="a b " + "c" * 86, alt="x" * 80)
    make(alt="x" * 250)


def test_a_drawing_is_a_function():
    with pytest.raises(TypeError, match="drawing"):
        make(drawing=None)


def test_it_is_frozen_and_keeps_its_own_table():
    table = pd.DataFrame({"Jaar": [2020], "Aandeel": [0.1]})
    figure = make(table=table)
    table.loc[0, "Jaar"] = 1900
    assert figure.table["Jaar"].tolist() == [2020]
    with pytest.raises(dataclasses.FrozenInstanceError):
        figure.title = "iets anders dan dit"


def test_cells_are_written_as_a_reader_expects():
    figure = make()
    assert figure.cells() == [["2020", "4", "1,5\u00a0%"], ["2021", "1.200", "–"]]
    english = make(lang="en", table=pd.DataFrame({"Done": [True, False], "x": [1.5, None]}), formats={})
    assert english.cells() == [["yes", "1.50"], ["no", "–"]]


def test_the_same_bytes_twice():
    assert make().svg() == make().svg()
    assert make().png() == make().png()
    figure = make()
    first = figure.svg()
    figure.png()
    assert figure.svg() == first


def test_the_svg_is_text_without_outside_addresses_or_dates():
    svg = make(drawing=_drawing("Kosten: $5 < $6 & <script> مرحبا 😀")).svg().decode()
    root = ET.fromstring(svg)
    texts = ["".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Kosten: $5 < $6 & <script> مرحبا 😀"]
    assert style.FAMILY in svg
    assert "DOCTYPE" not in svg
    assert "metadata" not in svg
    assert "<script" not in svg
    addresses = {part.split('"')[0] for part in svg.split("http")[1:]}
    assert addresses == {"://www.w3.org/2000/svg", "://www.w3.org/1999/xlink"}


def test_the_png_is_twice_the_size_and_knows_it():
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(make().png()))
    assert image.size == (533, 160)  # 200 by 60 points at 192 dots an inch
    assert image.info["dpi"] == pytest.approx((192, 192), abs=0.1)
    assert "Software" not in image.info
    with pytest.raises(ValueError, match="scale"):
        make().png(0)


def test_the_users_own_settings_do_not_matter():
    import matplotlib as mpl

    before = make().svg()
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "text.color": "red", "figure.facecolor": "black"}):
        assert make().svg() == before


def test_save_writes_three_files(tmp_path):
    figure = make()
    figure.save(tmp_path / "figures")
    assert sorted(p.name for p in (tmp_path / "figures").iterdir()) == [
        "werken-per-jaar.csv",
        "werken-per-jaar.png",
        "werken-per-jaar.svg",
    ]
    csv = (tmp_path / "figures" / "werken-per-jaar.csv").read_bytes()
    assert csv == b"Jaar,Werken,Aandeel\n2020,4,0.015\n2021,1200,\n"


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "figures").write_text("iets", encoding="utf-8")
    with pytest.raises(LeeszaalError, match="kan niet worden geschreven"):
        make().save(tmp_path / "figures")


def test_markdown_in_the_order_of_the_reader():
    text = make().markdown()
    order = [
        "**Het aantal werken groeit sterk**",
        "Werken per jaar, 2020–2021",
        '![Werken per jaar](figures/werken-per-jaar){#fig-werken-per-jaar fig-alt="Lijn',
        '::: {.callout-note collapse="true" title="Tabel bij deze figuur"}',
        "| 2020 | 4 |",
        "Bron: Leeszaal",
        "(figures/werken-per-jaar.csv)",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Table for this figure" in make(lang="en").markdown()
    assert "](../f/werken-per-jaar){#fig-x " in make().markdown("fig-x", folder="../f/")
    with pytest.raises(ValueError, match="fig-NAME"):
        make().markdown("x}")


def test_markdown_is_read_back_by_pandoc_as_the_same_text():
    import json

    import pypandoc

    odd = 'a | b $x$ <script>alert(1)</script> "q" {{< meta x >}} @cite [^1] 😀 مرحبا'
    figure = make(
        title="Dit is " + odd[:60],
        alt=(odd + " " + ALT)[:240].strip(),
        caption=odd,
        table=pd.DataFrame({odd: [odd]}),
        formats={},
    )
    tree = json.loads(pypandoc.convert_text(figure.markdown(), "json", format="markdown"))
    kinds = set(_kinds(tree["blocks"]))
    assert not kinds & {"RawInline", "RawBlock", "Math", "Cite", "Note", "Code"}
    plain = pypandoc.convert_text(
        figure.markdown(), "plain", format="markdown", extra_args=["--wrap=none", "--columns=500"]
    )
    assert "<script>alert(1)</script>" in plain
    image = next(_find(tree["blocks"], "Image"))
    assert dict(image["c"][0][2])["fig-alt"] == figure.alt


def _kinds(node):
    for found in _walk(node):
        yield found["t"]


def _find(node, kind):
    return (found for found in _walk(node) if found["t"] == kind)


def _walk(node):
    if isinstance(node, dict):
        if "t" in node:
            yield node
        for value in node.values():
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)


def test_in_a_notebook_everything_is_text():
    figure = make(
        title="Dit is <b>geen</b> vet",
        table=pd.DataFrame({"<i>": ["<script>x</script>"]}),
        formats={},
        steps=("a < b",),
    )
    shown = figure._repr_html_()
    assert "<b>" not in shown
    assert "<script>" not in shown
    assert "<li>a &lt; b</li>" in shown
    assert f'alt="{ALT}"' in shown
    assert 'src="data:image/svg+xml;base64,' in shown
