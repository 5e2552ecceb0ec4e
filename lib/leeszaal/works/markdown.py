"""Text of others inside our Markdown: it comes out as text, whatever characters it holds."""

from __future__ import annotations

import re

__all__ = ["escape_markdown"]

_SPACE = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
# What XML (and so HTML and Word) may not hold, and what Markdown readers drop or replace.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_SPECIAL = re.compile(r"""[!"#$%&'()*+\-.:<=>@\[\\\]^_`{|}~]""")
# A hyphen or full stop within a word means nothing to Markdown, and neither does a colon behind one.
_WITHIN_WORD = re.compile(r"(?<=[^\W_])\\(?:([-.])(?=[^\W_])|(:)(?= ))")


def escape_markdown(text: object) -> str:
    r"""Return `text` as Markdown that shows exactly that text, in one line.

    For titles, names, abstracts and every other text that is not ours, anywhere that inline Markdown may
    stand: a paragraph, a list item, a heading, a table cell, a caption, a link text. Nothing in it becomes
    markup: no HTML, formula, citation, cross-reference, shortcode, list, or curly quote.

    Parameters
    ----------
    text
        The text; anything else is turned into text first. White space and line ends become single spaces;
        control characters, which neither HTML nor Word may hold, are left out.

    Examples
    --------
    >>> print(escape_markdown("Kosten: $5 & <b>*meer*</b> e-mail"))
    Kosten: \$5 \& \<b\>\*meer\*\</b\> e-mail
    """
    line = _SPACE.sub(" ", _FORBIDDEN.sub("", str(text))).strip(" ")
    return _WITHIN_WORD.sub(r"\1\2", _SPECIAL.sub(r"\\\g<0>", line))
