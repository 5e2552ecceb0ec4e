"""Bytes to text: UTF-8 where it is, a byte order mark where it says so, and Windows-1252 otherwise."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from leeszaal.errors import LeeszaalError

__all__ = ["Text", "decode", "decode_start", "encoding_of_start", "nul_remark", "require_text"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark starts with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


# Of the first 10,000 characters; in a file that is no text one in nine is a control character.
_LOOKED_AT = 10_000
_MOST_CONTROL = 0.03
_FEWEST_KINDS = 12
_CONTROL = frozenset(map(chr, [*range(9), *range(14, 32), 127])) - {"\x1a", "\x1b"}


@dataclass(frozen=True)
class Text:
    """The text of a file with Unix line ends, how it was decoded, and what there is to say about that."""

    text: str
    encoding: str
    remarks: tuple[str, ...] = ()


def encoding_of_start(content: bytes) -> tuple[str, int]:
    """Return the encoding that the first bytes of a file speak of, and how many of them are only its mark."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, len(mark)
    half = content[:4096]
    # UTF-16 without a mark: every other byte of Latin text is zero.
    if len(half) >= 8 and half[1::2].count(0) > 0.8 * len(half[1::2]):
        return "utf-16-le", 0
    if len(half) >= 8 and half[0::2].count(0) > 0.8 * len(half[0::2]):
        return "utf-16-be", 0
    return "utf-8", 0


def decode_start(content: bytes) -> Text:
    """Decode the beginning of a file, which may end inside a character; see `decode`."""
    encoding, mark = encoding_of_start(content)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(content[mark:])
    except UnicodeDecodeError:
        return decode(content)
    return _tidied(text, encoding)


def decode(content: bytes) -> Text:
    """Decode a file.

    Parameters
    ----------
    content
        The file as it came.

    Returns
    -------
    Text
        Never fails: what is not valid UTF-8 (or UTF-16 or UTF-32 by its mark) is read as Windows-1252, and
        where that has no character, as Latin-1. NUL characters are taken out and counted in `remarks`.

    Examples
    --------
    >>> decode("Privé".encode("latin-1")).encoding, decode("Privé".encode("latin-1")).text
    ('cp1252', 'Privé')
    """
    encoding, mark = encoding_of_start(content)
    body = content[mark:]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        try:
            text, encoding = body.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            text, encoding = body.decode("latin-1"), "latin-1"
    return _tidied(text, encoding)


def nul_remark(count: int) -> str:
    """Return what there is to say of NUL characters that were left out (Dutch)."""
    return f"{count} NUL-{'teken is' if count == 1 else 'tekens zijn'} weggelaten."


def _tidied(text: str, encoding: str) -> Text:
    remarks = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # before the NULs go: what is read in parts sees them too
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
        remarks.append(nul_remark(nuls))
    text = text.removeprefix("\ufeff")
    return Text(text, encoding, tuple(remarks))


def require_text(text: Text, name: str) -> None:
    r"""Refuse what is no text at all: a picture, an archive, a file that was cut up.

    Raises
    ------
    LeeszaalError
        When twelve or more kinds of control characters make up more than three in a hundred characters.

    Examples
    --------
    >>> require_text(decode(b"Wie bestuurt?\x07"), "a.csv")  # a bell in a title is only a slip
    >>> require_text(decode(bytes(range(256))), "a.csv")
    Traceback (most recent call last):
    leeszaal.errors.LeeszaalError: a.csv is geen tekstbestand.
    Controleer of dit het goede bestand is, of exporteer het opnieuw.
    """
    start = text.text[:_LOOKED_AT]
    control = [character for character in start if character in _CONTROL]
    if len(set(control)) >= _FEWEST_KINDS and len(control) > _MOST_CONTROL * len(start):
        raise LeeszaalError(
            f"{name} is geen tekstbestand.", "Controleer of dit het goede bestand is, of exporteer het opnieuw."
        )
