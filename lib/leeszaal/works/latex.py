r"""LaTeX in bibliography fields to plain Unicode text.

Neither library at hand is usable for this: bibtexparser 1.4 turns ``\emph{West}`` into ``\emphWest`` and
``\url`` into ``r̆l``, and citerra 0.4 leaves braces and most accents (``M{\'\i}``, ``\v{S}``, ``\c{c}`` in
braces) as they are. What authors write in a .bib is a small language: accents, letters, escaped signs, and
commands around text.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["unlatex"]

# Accent commands to combining characters.
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "t": "\u0361", "G": "\u030f",
}  # fmt: skip
_SIGNS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł",
    "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ",
    "NG": "Ŋ", "S": "§", "P": "¶", "pounds": "£", "euro": "€", "copyright": "©", "textregistered": "®",
    "texttrademark": "™", "dag": "†", "ddag": "‡", "ldots": "…", "dots": "…", "textellipsis": "…",
    "textendash": "–", "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’",
    "textquotedblleft": "“",
    "textquotedblright": "”", "textquotesingle": "'", "textquotedbl": '"', "guillemotleft": "«",
    "guillemotright": "»", "quotedblbase": "„", "quotesinglbase": "‚", "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^", "textunderscore": "_", "textdollar": "$", "textbar": "|", "textless": "<",
    "textgreater": ">", "textbraceleft": "{", "textbraceright": "}", "textdegree": "°", "degree": "°",
    "textperiodcentered": "·", "textbullet": "•", "texteuro": "€", "textsterling": "£", "textsection": "§",
    "textexclamdown": "¡", "textquestiondown": "¿", "backslash": "\\", "slash": "/", "space": " ",
    "quad": " ",
    "qquad": " ", "newline": " ", "par": " ", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ",
    "epsilon": "ε",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ",
    "psi": "ψ",
    "omega": "ω", "theta": "θ", "Delta": "Δ", "Omega": "Ω", "Sigma": "Σ", "times": "×", "pm": "±", "leq": "≤",
    "geq": "≥", "le": "≤", "ge": "≥", "neq": "≠", "approx": "≈", "sim": "∼", "cdot": "·", "infty": "∞",
    "rightarrow": "→", "leftarrow": "←", "to": "→", "ast": "*", "prime": "′", "TeX": "TeX", "LaTeX": "LaTeX",
}  # fmt: skip
# Commands that only change how their text looks; the text stays.
_LOOKS_WORDS = """
emph textit textbf texttt textsc textrm textsf textsl textup textmd textnormal text mbox hbox enquote
mkbibquote mkbibemph
mkbibbold mkbibitalic mathrm mathit mathbf mathcal mathsf uppercase lowercase MakeUppercase MakeLowercase
NoCaseChange
underline url path nolinkurl href textsuperscript textsubscript ensuremath textquote protect relax em it bf
tt sc rm sf sl
itshape bfseries scshape upshape noopsort natexlab
"""
_LOOKS = frozenset(_LOOKS_WORDS.split())
# These stand for braces and a tilde that belong to the text while the grouping ones are taken out (noncharacters: never
# in a file).
_OPEN, _CLOSE, _TILDE = "\ufdd0", "\ufdd1", "\ufdd2"
_ESCAPES = {c: c for c in "&%$#_"} | dict.fromkeys(" \n\t;:\\", " ") | dict.fromkeys("-/!@", "")
_ESCAPES |= {"{": _OPEN, "}": _CLOSE, ",": "\u202f"}
_COMMAND = re.compile(r"\\(?:([A-Za-z]+)|(.))", re.DOTALL)
_BASE = re.compile(r"\s*(?:\{\s*(?:\\([ij])(?![A-Za-z])|([^\W_]))?\s*\}|\\([ij])(?![A-Za-z])(?:\s|\{\})?|([^\W_]))")
_AFTER_SIGN = re.compile(r"(?:\{\}|[ \t\n]+)?")
_BLANKS = re.compile(r"[ \t\n]*")
_PLAIN = re.compile(r"[\\{}~]|``|''|--")


def _accented(accent: str, text: str, at: int) -> tuple[str, int] | None:
    """Return the accented letter that starts at `at` and where it ends, or None when no letter follows."""
    found = _BASE.match(text, at)
    if found is None:
        return None
    letter = found[1] or found[2] or found[3] or found[4] or ""
    if not letter:  # \'{} sets a bare accent: nothing a reader misses
        return "", found.end()
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent]), found.end()


def _expand(text: str) -> str:
    """Replace the commands in `text`; braces for grouping stay."""
    out: list[str] = []
    at = 0
    while found := _COMMAND.search(text, at):
        out.append(text[at : found.start()])
        name = found[1] or found[2]
        at = found.end()
        accent = name in _ACCENTS and (found[2] or text[at : at + 1] in ("{", " ", "\\"))
        if accent and (letter := _accented(name, text, at)):
            out.append(letter[0])
            at = letter[1]
        elif found[2]:
            out.append(_ESCAPES.get(name, found.group()))
        elif name in _SIGNS:
            out.append(_SIGNS[name].replace("{", _OPEN).replace("}", _CLOSE).replace("~", _TILDE))
            at = _AFTER_SIGN.match(text, at).end()  # type: ignore[union-attr]
        elif name in _LOOKS:
            at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]
        else:  # unknown: keep it, a person can still see what stood there
            out.append(found.group())
    out.append(text[at:])
    return "".join(out)


def unlatex(text: str) -> str:
    r"""Return the text a reader sees for a BibTeX value.

    Accents and letters become Unicode, escaped signs themselves, commands for looks only their text, grouping
    braces go. A dollar sign, an underscore and an unknown command stay as they are.

    Examples
    --------
    >>> unlatex(r"K{\"o}bis \& Aar{\o}e, {NATO} in the \emph{West}"), unlatex(r"M{\'\i}nguez, \v{S}koda")
    ('Köbis & Aarøe, NATO in the West', 'Mínguez, Škoda')
    >>> unlatex(r"<script> \$5 a\_b \{x\} 100\% $x$ 😀")
    '<script> $5 a_b {x} 100% $x$ 😀'
    """
    if not _PLAIN.search(text):
        return text
    if "\\" in text:
        text = _expand(text)
    # Before the braces go: "-{}-" is how a writer keeps two hyphens apart.
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”").replace("~", "\u00a0")
    text = text.replace("{", "").replace("}", "")
    return text.replace(_OPEN, "{").replace(_CLOSE, "}").replace(_TILDE, "~")
