"""How every figure looks: colours, sizes, and the contrast they must keep.

The palette keeps 4.5:1 on white for each colour, and its colours stay apart under the common colour
deficiencies; a marker shape and a dash go with each, so that no meaning hangs on colour alone.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

__all__ = [
    "BAND",
    "DASHES",
    "FAMILY",
    "GREY",
    "GRID",
    "INK",
    "LAYOUT_FONT",
    "MARKERS",
    "PALETTE",
    "PAPER",
    "SECONDARY",
    "SIZE",
    "SMALL",
    "WIDTH",
    "blend",
    "contrast",
    "ink_on",
    "look",
]

PAPER = "#ffffff"
INK = "#1c2126"
SECONDARY = "#555d66"
GREY = "#868d95"
GRID = "#e3e5e8"  # helps the eye, carries nothing: no contrast asked of it
PALETTE = ("#4b3aa8", "#00838f", "#c2410c", "#1c2126")
MARKERS = ("o", "s", "D", "^")
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (6, 1.5, 1.5, 1.5)))

WIDTH = 432.0  # points: six inches, the text width of an A4 page; the site shows it at 704 pixels
SIZE = 10.0
SMALL = 9.0

# What the figures are laid out with (it comes with matplotlib, and is wider than what a reader's machine puts
# in its place, so text that fits here fits there), and what the SVG asks for.
LAYOUT_FONT = "DejaVu Sans"
FAMILY = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"

_RC: dict[str, Any] = {
    "font.family": [LAYOUT_FONT],
    "font.size": SIZE,
    "text.color": INK,
    "text.parse_math": False,  # a $ in a title is a dollar sign
    "text.usetex": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "leeszaal",
    "svg.id": None,
    "path.simplify": False,
    "axes.unicode_minus": True,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "savefig.bbox": None,
    "axes.facecolor": PAPER,
    "axes.linewidth": 0.8,
    "lines.linewidth": 2.0,
}


@contextlib.contextmanager
def look() -> Iterator[None]:
    """Draw the block in the house style, whatever the user's own matplotlib settings are."""
    import matplotlib as mpl
    import matplotlib.style

    with quiet(), mpl.style.context(_RC, after_reset=True):
        yield


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Say nothing of a character that the layout font does not have."""
    with warnings.catch_warnings():
        # An emoji or a rare script: the SVG holds the text itself, and the table has it in every format.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        warnings.filterwarnings("ignore", message=r"Matplotlib currently does not support .* natively")
        yield


def _channels(colour: str) -> tuple[float, float, float]:
    if len(colour) != 7 or not colour.startswith("#"):
        raise ValueError(f"a colour is written #rrggbb, not {colour!r}")
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of *contrast ratio*).

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def blend(colour: str, share: float, ground: str = PAPER) -> str:
    """Mix `share` (0 to 1) of `colour` into `ground`: an opaque tint, so that contrast can be computed.

    Examples
    --------
    >>> blend("#000000", 0.5)
    '#808080'
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1, not {share}")
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{int((share * a + (1 - share) * b) * 255 + 0.5):02x}" for a, b in pairs)


def ink_on(ground: str) -> str:
    """Return the text colour, dark or white, that reads best on `ground`."""
    return INK if contrast(INK, ground) >= contrast(PAPER, ground) else PAPER


BAND = blend(PALETTE[0], 0.16)
