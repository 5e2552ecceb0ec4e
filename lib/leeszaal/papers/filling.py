"""Fill the values of a run in at their names: `{{ werken }}`, `{{ bewering("De aandacht stijgt", …) }}`.

An expression is Jinja in a sandbox, over the values alone: it can compare and choose, and reaches nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.papers.sentences import sentence_id, split_sentences
from leeszaal.papers.values import Value, ValueGroup
from leeszaal.works.numbers import format_number

__all__ = ["Door", "Resting", "evaluate", "expressions", "fill", "flat_values", "resting", "used_names"]

_EXPRESSION = re.compile(r"\{\{(?!<)(?P<code>.*?)\}\}", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
# Where a link may not stand: in the text of another link or an image, in attributes, in a heading, in code.
_NO_LINK = re.compile(r"!?\[[^\[\]]*\]\([^)\n]*\)|\{[^{}\n]*\}|^#{1,6} .*$|`[^`\n]*`", re.MULTILINE)

Door = Callable[[str, str], str]


@dataclass(frozen=True)
class Resting:
    """A sentence that rests on values of the run.

    Parameters
    ----------
    section, line, start
        Where it stands: the section, the line in `text.md`, and the offset in the text of the section.
    id
        The same as long as the writer leaves the sentence as it is.
    source, text
        As the writer wrote it, and with the values of this run.
    values
        Name to value as written, for every value the sentence names.
    broken
        The claims in it whose condition does not hold.
    """

    section: str
    line: int
    start: int
    id: str
    source: str
    text: str
    values: dict[str, str]
    broken: tuple[str, ...] = ()


@dataclass
class _Told:
    broken: list[str] = field(default_factory=list)


@cache
def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    return environment


@lru_cache(maxsize=4096)
def _compiled(code: str) -> Any:
    """Compile an expression as one, so that a value comes out as itself and not as its text."""
    return _environment().compile_expression(code, undefined_to_none=False)


def expressions(body: str) -> list[re.Match[str]]:
    """Return the `{{ … }}` in `body`, those in comments left out; the group `code` is what stands between."""
    commented = [found.span() for found in _COMMENT.finditer(body)]
    return [
        found
        for found in _EXPRESSION.finditer(body)
        if not any(start <= found.start() < end for start, end in commented)
    ]


def flat_values(values: Mapping[str, Any]) -> dict[str, Value]:
    """Return every value under its full name."""
    return dict(values.flat()) if isinstance(values, ValueGroup) else dict(values)


def used_names(code: str, values: Mapping[str, Any]) -> list[str]:
    """Return the names of the values an expression uses, in order, each once."""
    known = flat_values(values)
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: " " * len(found[0]), code)
    names = []
    for found in _NAME.finditer(bare):
        parts = found[0].split(".")
        longest = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in known), 0)
        if longest:
            names.append(".".join(parts[:longest]))
    return list(dict.fromkeys(names))


def evaluate(
    code: str, values: Mapping[str, Any], *, door: Door | None = None, lang: str = "nl", told: _Told | None = None
) -> str:
    """Return what an expression becomes.

    Raises
    ------
    LeeszaalError
        When a name is unknown (with the nearest), it names a group, or the expression cannot be read.
    """
    from jinja2 import TemplateError, UndefinedError
    from jinja2.exceptions import SecurityError

    def claim(text: object, holds: object) -> str:
        if not isinstance(holds, bool):
            raise TypeError("achter de bewering hoort een vergelijking, zoals werken > 10")
        if not holds and told is not None:
            told.broken.append(str(text))
        return str(text)

    def shown(result: Any) -> str:
        if isinstance(result, ValueGroup):
            raise ValueError(f"dit is een groep; noem een waarde daaruit, zoals {code}.{result.names()[0]}")
        if isinstance(result, Value):
            return door(code, str(result)) if door is not None and result.works else str(result)
        if isinstance(result, bool) or result is None or not isinstance(result, str | int | float):
            raise ValueError("dit is geen getal en geen tekst")
        if isinstance(result, str):
            return result
        return format_number(result, 0 if float(result).is_integer() else 1, lang)

    try:
        result = _compiled(code)({**values, "bewering": claim, "claim": claim})
        if type(result).__name__ == "StrictUndefined":
            raise UndefinedError(code)
        return shown(result)
    except (UndefinedError, SecurityError) as error:
        raise LeeszaalError(f"de waarde ‘{code}’ bestaat niet in deze paper", _nearest(code, values)) from error
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise LeeszaalError(
            f"‘{{{{ {code} }}}}’ is niet te lezen ({error})", "Schrijf {{ naam }} van een bekende waarde."
        ) from error


def _nearest(code: str, values: Mapping[str, Any]) -> str:
    names = list(flat_values(values))
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", " ", code)
    words = [
        word for word in _NAME.findall(bare) if word not in ("bewering", "claim", "and", "or", "not", "if", "else")
    ]
    unknown = next((word for word in words if not used_names(word, values)), words[0] if words else code)
    return nearest(unknown, names)


def fill(
    body: str,
    line: int,
    values: Mapping[str, Any],
    *,
    door: Door | None = None,
    lang: str = "nl",
    before: Mapping[int, str] | None = None,
) -> str:
    """Return Markdown with every `{{ … }}` replaced by what it becomes.

    Parameters
    ----------
    body, line
        The Markdown, and the line in the file on which it begins.
    values
        By name.
    door
        Called as ``door(name, text)`` for a value with works behind it, where a link may stand.
    lang
        For a number that was computed in the text.
    before
        Text to put in, by offset in `body`: the marks of sentences that are to be looked at again.

    Raises
    ------
    LeeszaalError
        Naming the line, as `evaluate`.
    """
    found = expressions(body)
    masked = body
    for match in found:
        masked = masked[: match.start()] + "\x00" * (match.end() - match.start()) + masked[match.end() :]
    closed = [one.span() for one in _NO_LINK.finditer(masked)] if door is not None else []
    pieces: list[tuple[int, int, str]] = [(place, place, text) for place, text in (before or {}).items()]
    for match in found:
        linkable = not any(start <= match.start() < end for start, end in closed)
        try:
            text = evaluate(match["code"].strip(), values, door=door if linkable else None, lang=lang)
        except LeeszaalError as error:
            where = line + body.count("\n", 0, match.start())
            raise LeeszaalError(f"regel {where}: {error.message}", error.remedy) from error
        pieces.append((match.start(), match.end(), text))
    out, place = [], 0
    for start, end, text in sorted(pieces):
        out += [body[place:start], text]
        place = end
    return "".join([*out, body[place:]])


def resting(section: str, line: int, body: str, values: Mapping[str, Any], lang: str = "nl") -> list[Resting]:
    """Return the sentences of a section that rest on values of the run, in order.

    Parameters
    ----------
    section, line, body
        Its name, the line of its heading, and its Markdown.
    values
        By name.
    lang
        Of the paper.
    """
    known = flat_values(values)
    found = []
    matches = expressions(body)
    for span in split_sentences(body):
        inside = [match for match in matches if span.start <= match.start() < span.end]
        if not inside:
            continue
        told, names = _Told(), []
        for match in inside:
            evaluate(match["code"].strip(), values, lang=lang, told=told)
            names += used_names(match["code"], values)
        text = fill(body[span.start : span.end], line, values, lang=lang)
        found.append(
            Resting(
                section, line + 1 + body.count("\n", 0, span.start), span.start, sentence_id(section, span.source),
                span.source, " ".join(text.split()), {name: str(known[name]) for name in dict.fromkeys(names)},
                tuple(told.broken),
            )
        )  # fmt: skip
    return found
