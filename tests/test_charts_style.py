"""Colours keep their contrast, and the house style does not leak."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from leeszaal.charts import style
from leeszaal.charts.heat import cell_colour


def test_contrast_of_known_pairs():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#ffffff", "#ffffff") == 1
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known near miss


@pytest.mark.parametrize("colour", [style.INK, style.SECONDARY, *style.PALETTE])
def test_text_and_palette_keep_four_and_a_half_to_one(colour):
    assert style.contrast(colour, style.PAPER) >= 4.5


def test_text_on_the_band_and_grey_shapes():
    assert style.contrast(style.PALETTE[0], style.BAND) >= 4.5
    assert style.contrast(style.INK, style.BAND) >= 4.5
    assert style.contrast(style.GREY, style.PAPER) >= 3.0


@pytest.mark.parametrize("value", range(0, 101))
def test_every_cell_of_a_grid_can_be_read(value):
    ground = cell_colour(value, 100)
    assert style.contrast(style.ink_on(ground), ground) >= 4.5


def test_cells_only_grow_darker():
    contrasts = [style.contrast(cell_colour(v, 50), style.PAPER) for v in range(51)]
    assert contrasts == sorted(contrasts)
    assert cell_colour(0, 50) == style.PAPER
    assert cell_colour(3, 0) == style.PAPER
    assert cell_colour(50, 50) == style.PALETTE[0]


def test_as_many_markers_and_dashes_as_colours():
    assert len(set(style.PALETTE)) == len(set(style.MARKERS)) == len(style.DASHES) == 4


def test_wrong_colours_are_refused():
    with pytest.raises(ValueError, match="#rrggbb"):
        style.contrast("red", "#ffffff")
    with pytest.raises(ValueError, match="between 0 and 1"):
        style.blend("#000000", 1.5)


def test_the_style_of_the_user_comes_back():
    before = dict(mpl.rcParams)
    with style.look():
        assert mpl.rcParams["text.parse_math"] is False
    assert dict(mpl.rcParams) == before
