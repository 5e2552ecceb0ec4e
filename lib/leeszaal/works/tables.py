"""Markdown tables whose columns come out at a sensible width on a page, in a PDF and in Word."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["pipe_table"]

_WIDEST = 44  # characters; what is longer wraps
_FULL = 78  # Pandoc takes widths from the hyphens when a line of the table is longer than 72


def pipe_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], align: str, caption: str = "", label: str = ""
) -> str:
    """Return a Markdown pipe table.

    Every column is at least as wide as its longest word, so that no header breaks inside a word, and a column of long
    texts takes what is left.

    Parameters
    ----------
    columns
        Headers, as Markdown.
    rows
        Cells, as Markdown; each row as long as `columns`.
    align
        One letter a column: ``l`` (text) or ``r`` (numbers).
    caption, label
        Shown above the table, and its name for cross-references (``tbl-…``).

    Examples
    --------
    >>> print(pipe_table(["A", "Aantal"], [["x", "1"]], "lr"))
    | A | Aantal |
    | :-- | ---------: |
    | x | 1 |
    """
    if len(align) != len(columns) or any(len(row) != len(columns) for row in rows):
        raise ValueError("align and every row must have one entry a column")
    lines = [columns, *rows]
    needed = [
        max(
            (
                _room(word, bold)
                for line, bold in zip(lines, [True] + [False] * len(rows), strict=True)
                for word in _words(line[i])
            ),
            default=1,
        )
        for i in range(len(columns))
    ]
    wanted = [min(_WIDEST, max(len(line[i]) for line in lines)) for i in range(len(columns))]
    widths = [max(3, need, want) for need, want in zip(needed, wanted, strict=True)]
    if sum(widths) + 3 * len(widths) > 72 or any(len(line[i]) > _WIDEST for line in lines for i in range(len(columns))):
        spare = max(0, _FULL - sum(widths))
        widths = [width + spare * width // sum(widths) for width in widths]
    rule = ["-" * (w - 1) + ":" if side == "r" else ":" + "-" * (w - 1) for w, side in zip(widths, align, strict=True)]
    table = "\n".join("| " + " | ".join(line) + " |" for line in [columns, rule, *rows])
    if caption:
        table += f"\n\n: {caption}" + (f" {{#{label}}}" if label else "") + "\n"
    return table


def _words(cell: str) -> list[str]:
    return re.split(r"[\s/]+", cell)


def _room(word: str, bold: bool) -> int:
    """Return the characters a word needs: bold letters are wider, and a cell has margins."""
    return round(len(word) * (1.3 if bold else 1.1)) + 2
