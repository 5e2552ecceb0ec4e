"""Where the entries of a BibTeX file are and which fields they have, however the file is damaged.

This reader exists because nothing may disappear. On ../shared/data/import, bibtexparser 1.4 keeps 75 of 204
entries of one Scopus export. citerra 0.4 panics on 135 of the same 204 when it is tolerant (a field name with
a space before a line with other than ASCII characters), and when it is strict it takes ``title = "about {"}
quotes", year = 2010`` for a title alone. So two small scanners: one finds the blocks by counting braces and
starts again at a line that begins a new entry; one takes the fields of a block apart and says what it could
not place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Piece = tuple[str, str]  # ("text" or "macro", what it says)
Fields = list[tuple[str, list[Piece]]]

__all__ = ["Block", "FieldError", "blocks", "fields", "value_text"]

_START = re.compile(r"@[ \t]*([A-Za-z][A-Za-z0-9_.:+-]*)[ \t\n]*([{(])")
# A line that begins an entry: here reading starts again after an unclosed brace.
_RESYNC = re.compile(
    r"^[ \t]*@[ \t]*(?!comment\b)[A-Za-z][A-Za-z0-9_-]*[ \t]*[{(]\s*"
    r"(?:[^=,{}()\"#%\n]*,|[^\s=,{}()\"]+[ \t]*=)",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = re.compile(r"[^={}\"#,()]*?(?=\s*=)")
_SPACE = re.compile(r"\s*")
_KEY = re.compile(r"\s*([^,={}]*?)\s*(?:,|$)")
_BARE = re.compile(r"[^\s,#{}\"=]+")
_SIGNS, _SIGNS_ESCAPED = re.compile(r"[{})\"]"), re.compile(r"\\\\|\\[{}]|[{})\"]")
_IN_QUOTES = re.compile(r'\\[{}"]|[{}"]')
_CLOSING = {"{": "}", "(": ")"}
_STRAY = re.compile(r"[\s,;]*")


@dataclass(frozen=True)
class Block:
    """One ``@word{...}`` of a file.

    Attributes
    ----------
    kind
        The word, lower case.
    body
        What stands between the outer braces; for a block that is not closed, all up to the next entry.
    text
        Verbatim, from the ``@``.
    line
        Line of the ``@``, counted from 1.
    trouble
        Dutch reason why this block cannot be trusted, or "".
    """

    kind: str
    body: str
    text: str
    line: int
    trouble: str = ""


class FieldError(ValueError):
    """A block whose fields cannot all be told apart; the message is Dutch."""


def _close(text: str, start: int, stop: int, opening: str, *, escapes: bool) -> int | None:
    """Return the place of the brace that closes the one before `start`, below `stop`, or None.

    With `escapes`, a brace behind a backslash does not count. Where parentheses stand around an entry, those
    inside braces or quotes are text.
    """
    depth, quoted = 0, False
    for found in (_SIGNS_ESCAPED if escapes else _SIGNS).finditer(text, start, stop):
        sign = found.group()
        if sign == _CLOSING[opening] and depth == 0 and not quoted:
            return found.start()
        quoted ^= sign == '"' and opening == "(" and depth == 0
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return None
    return None


def _commented(text: str, after: int, at: int) -> bool:
    """Tell whether a percent sign stands between the start of the line (or the last block) and `at`."""
    return "%" in text[max(text.rfind("\n", 0, at) + 1, after) : at]


def blocks(text: str) -> Iterator[Block]:
    """Yield every block of a BibTeX file in order; together they hold every ``@word{`` outside another block.

    Parameters
    ----------
    text
        The file, with Unix line ends.

    Notes
    -----
    BibTeX counts an escaped brace as a brace; many programs do not. Both counts are tried. An entry that is
    not closed before a line that begins the next entry is cut off there, so that it costs no other entry.

    Examples
    --------
    >>> [(b.kind, b.line, bool(b.trouble)) for b in blocks("@book{a, title={x\\n@book{b, title={y}}")]
    [('book', 1, True), ('book', 2, False)]
    """
    resync = [found.start() for found in _RESYNC.finditer(text)] + [len(text)]
    line, counted, at, upcoming = 1, 0, 0, 0
    while found := _START.search(text, at):
        begin, kind, opening = found.start(), found[1].lower(), found[2]
        line, counted = line + text.count("\n", counted, begin), begin
        if begin and (text[begin - 1].isalnum() or text[begin - 1] in "._\\"):  # an e-mail address, a macro
            at = found.end()
            continue
        if _commented(text, at, begin):
            end = text.find("\n", begin) % (len(text) + 1)  # -1 becomes the end
            yield Block(kind, "", text[begin:end], line, "De verwijzing staat achter een procentteken (commentaar).")
            at = end
            continue
        while resync[upcoming] <= begin and upcoming < len(resync) - 1:
            upcoming += 1
        # A comment may hold whole entries; an entry may not.
        limit = len(text) if kind == "comment" else max(resync[upcoming], found.end())
        # Where the counts differ the longer block is taken: it cannot hold another entry.
        last = max(_close(text, found.end(), limit, opening, escapes=way) or 0 for way in (False, True))
        if last:
            yield Block(kind, text[found.end() : last], text[begin : last + 1], line)
            at = last + 1
            continue
        limit = max(resync[upcoming], found.end())
        cut = text[begin:limit].rstrip()
        yield Block(kind, cut[found.end() - begin :], cut, line, "Een accolade is niet gesloten.")
        at = limit


def _quoted(body: str, at: int) -> int | None:
    """Return the place of the quote that closes the one at `at`; a quote inside braces is text."""
    depth = 0
    for found in _IN_QUOTES.finditer(body, at + 1):
        sign = found.group()
        if sign == '"' and depth <= 0:
            return found.start()
        depth += (sign[-1] == "{") - (sign[-1] == "}")
    return None


def _pieces(body: str, at: int, escapes: bool) -> tuple[list[Piece], int]:
    """Return the pieces of the value at `at` as (kind, text), kind "text" or "macro", and where it ends."""
    pieces: list[Piece] = []
    while True:
        at = _SPACE.match(body, at).end()  # type: ignore[union-attr]
        sign = body[at : at + 1]
        if sign in ("{", '"') and sign:
            close = _close(body, at + 1, len(body), "{", escapes=escapes) if sign == "{" else _quoted(body, at)
            if close is None:
                raise FieldError("Een waarde is niet gesloten.")
            pieces.append(("text", body[at + 1 : close]))
            at = close + 1
        elif bare := _BARE.match(body, at):
            word = bare.group()
            pieces.append(("text" if word.isdigit() else "macro", word))
            at = bare.end()
        else:
            return pieces, at
        at = _SPACE.match(body, at).end()  # type: ignore[union-attr]
        if body[at : at + 1] != "#":
            return pieces, at
        at += 1


def _fields_from(body: str, at: int, *, escapes: bool) -> Fields:
    found: Fields = []
    while True:
        at = _STRAY.match(body, at).end()  # type: ignore[union-attr]
        name = _NAME.match(body, at)
        if name is None or not name.group().strip():
            rest = body[at:].strip()
            if not rest or rest.startswith("%"):
                return found
            raise FieldError(f"Bij ‘{' '.join(rest.split())[:40]}’ is geen veld te herkennen.")
        pieces, at = _pieces(body, body.index("=", name.end()) + 1, escapes)
        # A comment line before the name is no part of it.
        label = " ".join(name.group().strip().rsplit("\n", 1)[-1].lower().split())
        found.append((label, pieces))


def fields(block: Block) -> tuple[str, Fields]:
    """Return the key of an entry and its fields in order: names lower case, values as pieces.

    A field name may hold spaces (Scopus: ``funding text 1``) and occur twice; a comma between fields may be
    missing.

    Raises
    ------
    FieldError
        When something in the block is neither a field nor a separator.

    Examples
    --------
    >>> key, found = fields(next(blocks('@book{k, title = {A} # " b", year = 2010 note = jan}')))
    >>> key, found[0], found[2]
    ('k', ('title', [('text', 'A'), ('text', ' b')]), ('note', [('macro', 'jan')]))
    """
    key = _KEY.match(block.body)
    label, at = (key[1], key.end()) if key else ("", 0)  # without a key the first thing is a field
    try:
        return label, _fields_from(block.body, at, escapes=False)
    except FieldError:
        if "\\" not in block.body:
            raise
        return label, _fields_from(block.body, at, escapes=True)


def value_text(pieces: list[Piece], macro: Callable[[str], str | None]) -> str:
    """Join the pieces of a value; a macro nobody defined stays as its name."""
    return "".join(text if kind == "text" else (macro(text) or text) for kind, text in pieces)
