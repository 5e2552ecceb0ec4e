"""Where a sentence begins and ends in a writer's Markdown: to say which sentence rests on which value."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

__all__ = ["Span", "sentence_id", "split_sentences"]

_EXPRESSION = re.compile(r"\{\{(?!<).*?\}\}", re.DOTALL)
_HIDDEN = re.compile(r"<!--.*?-->|`+[^`\n]+`+", re.DOTALL)
_MARKER = re.compile(r"^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]?|#{1,6}[ \t]+|\|[ \t]*)*")
_FENCE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})")
_BLOCK = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|^[ \t]*(?:>|#{1,6}[ \t]|:{3,}|\|)")
# A full stop behind one of these does not end a sentence.
_SHORT = re.compile(
    r"artt?|nrs?|pp?|bijv|blz|ca|cf|d\.w\.z|dhr|drs?|e\.[ad]|enz|etc|fig|i\.p\.v|ing|ir|jl|m\.b\.t|m\.i\.v|mevr|mr|mw|"
    r"n\.a\.v|o\.[am]|prof|resp|t\.[ab]\.v|t\.o\.v|tel|vgl|vs|z\.d|e\.g|i\.e|eds|vol",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…][\"'’”)\]*_]*(?=\s|$)")
_BEGINS = re.compile(r"\s+[\"'‘“(\[*_]*(?:[A-ZÀ-ÖØ-Þ0-9@]|\x00)")


@dataclass(frozen=True)
class Span:
    """A sentence: where it begins and ends (offsets in the text), and its source on one line."""

    start: int
    end: int
    source: str


def sentence_id(section: str, source: str) -> str:
    """Return a name for a sentence that stays as long as the writer leaves it as it is: twelve hexadecimal digits.

    Examples
    --------
    >>> sentence_id("een", "Er zijn {{ werken }} werken.") == sentence_id("een", "Er  zijn {{ werken }}\\nwerken.")
    True
    """
    return hashlib.sha256(f"{section}\n{' '.join(source.split())}".encode()).hexdigest()[:12]


def split_sentences(body: str) -> list[Span]:
    """Return the sentences of Markdown in order; headings, items and table rows are units of their own.

    Code and comments are passed over; what stands between ``{{`` and ``}}`` never ends a sentence.

    Examples
    --------
    >>> [span.source for span in split_sentences("Zie art. 124. Er zijn {{ n }} werken.\\n\\n- Een punt")]
    ['Zie art. 124.', 'Er zijn {{ n }} werken.', 'Een punt']
    """
    masked = _HIDDEN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), body)
    masked = _EXPRESSION.sub(lambda found: "\x00" * len(found[0]), masked)
    spans: list[Span] = []
    for start, end in _units(masked):
        for first, last in _sentences(masked[start:end]):
            spans.append(Span(start + first, start + last, " ".join(body[start + first : start + last].split())))
    return spans


def _units(masked: str) -> list[tuple[int, int]]:
    """Return where paragraphs, items, headings and rows begin (behind their marker) and end."""
    units: list[tuple[int, int]] = []
    start, place, fenced = -1, 0, False

    def close(end: int) -> None:
        nonlocal start
        if start >= 0 and masked[start:end].strip():
            units.append((start, end))
        start = -1

    for line in masked.splitlines(keepends=True):
        if _FENCE.match(line):
            close(place)
            fenced = not fenced
        elif fenced or not line.strip():
            close(place)
        else:
            if _BLOCK.match(line):
                close(place)
            if start < 0 and not line.lstrip().startswith(":::"):
                marker = _MARKER.match(line)
                start = place + (marker.end() if marker else 0)
            if line.lstrip().startswith(("#", "|", ":::")):
                close(place + len(line))
        place += len(line)
    close(place)
    return units


def _sentences(text: str) -> list[tuple[int, int]]:
    found, first = [], 0
    for end in _END.finditer(text):
        word = re.search(r"([\w.]+)$", text[first : end.start()])
        abbreviated = end[0].startswith(".") and word is not None and _SHORT.fullmatch(word[1]) is not None
        initial = word is not None and len(word[1]) == 1 and word[1].isupper()
        if end.end() < len(text.rstrip()) and (abbreviated or initial or not _BEGINS.match(text, end.end())):
            continue
        found.append((first, end.end()))
        rest = text[end.end() :]
        first = end.end() + len(rest) - len(rest.lstrip())
    if text[first:].strip():
        found.append((first, len(text.rstrip())))
    lead = len(text) - len(text.lstrip())
    return [(max(start, lead), end) for start, end in found]
