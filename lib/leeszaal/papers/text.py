"""The writer's text: `text.md`, Markdown in sections, with values and works by name.

    # samenvatting

    De literatuur over {{ thema }} telt {{ werken }} werken [@sluis2008wederzijdse]. Zie @sec-bevindingen.

A line `# naam` opens the section that the template asks for under that name. Everything else is Quarto Markdown. This
module only reads: nothing in the house ever writes to `text.md`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes
from leeszaal.papers.filling import evaluate, expressions

__all__ = ["Finding", "Section", "check_text", "cited_keys", "read_text", "show_tags"]

_SECTION = re.compile(r"^# +(?P<name>[^\s#{]+)\s*$")
_FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})")
_DIV = re.compile(r"^ {0,3}:{3,}(?P<rest>.*)$")
_CODE_SPAN = re.compile(r"(`+)(?:.+?)\1")
_CITATION = re.compile(r"(?<![\w@/.\\])-?@(?:\{(?P<braced>[^}\s]+)\}|(?P<key>[^\W_](?:\w|[:.#$%&+?<>~/-](?=\w))*))")
_REFERENCES = ("fig-", "tbl-", "sec-", "eq-", "lst-")
_TAG = re.compile(r"(?<!\\)<(?=/?[A-Za-z][A-Za-z0-9-]*[\s/>])")


@dataclass(frozen=True)
class Section:
    """One section of the writer's text: its name, the line of its heading, and its Markdown."""

    name: str
    line: int
    body: str


@dataclass(frozen=True)
class Finding:
    """Something in a text that must be mended: where, what, and what to do."""

    line: int
    message: str
    remedy: str = ""


def read_text(path: Path) -> dict[str, Section]:
    """Read the sections of `text.md`; a file that is not there has no sections.

    Raises
    ------
    LeeszaalError
        When the file is not UTF-8, or holds text before the first section, or one section twice.
    """
    if not path.exists():
        return {}
    try:
        lines = read_bytes(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise LeeszaalError(
            f"{path} is niet als UTF-8 opgeslagen (byte {error.start}).", "Sla het bestand opnieuw op als UTF-8."
        ) from error
    starts: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate(lines):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark["fence"].startswith(fence) else fence or mark["fence"]
        elif not fence and (heading := _SECTION.match(line)):
            starts.append((number, heading["name"]))
    _reject_stray_text(path, lines[: starts[0][0] if starts else len(lines)])
    sections: dict[str, Section] = {}
    for (start, name), (end, _) in zip(starts, [*starts[1:], (len(lines), "")], strict=True):
        if name in sections:
            raise LeeszaalError(
                f"{path}, regel {start + 1}: de sectie ‘{name}’ staat er twee keer in (eerder op regel "
                f"{sections[name].line}).",
                "Voeg de twee samen.",
            )
        sections[name] = Section(name, start + 1, "\n".join(lines[start + 1 : end]))
    return sections


def _reject_stray_text(path: Path, lines: list[str]) -> None:
    """Only blank lines and HTML comments may stand before the first section."""
    commented = re.sub(r"<!--.*?-->", lambda match: "\n" * match[0].count("\n"), "\n".join(lines), flags=re.DOTALL)
    for number, line in enumerate(commented.splitlines(), start=1):
        if line.strip():
            raise LeeszaalError(
                f"{path}, regel {number}: hier staat tekst die bij geen sectie hoort.",
                "Zet er een regel ‘# naam-van-de-sectie’ boven.",
            )


def _prose(body: str) -> list[str]:
    """Return the lines of `body` with code and comments blanked, so that places stay the same."""
    blanked = re.sub(r"<!--.*?-->", lambda match: re.sub(r"[^\n]", " ", match[0]), body, flags=re.DOTALL)
    lines: list[str] = []
    fence = ""
    for line in blanked.split("\n"):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark["fence"].startswith(fence) else fence or mark["fence"]
            lines.append("")
        else:
            lines.append("" if fence else _CODE_SPAN.sub(lambda match: " " * len(match[0]), line))
    return lines


def cited_keys(body: str) -> list[tuple[int, str]]:
    """Return (line within `body` from 0, citekey) of every citation, cross-references left out.

    Examples
    --------
    >>> cited_keys("Zie [@vries2018, p. 3] en @fig-aandeel, mail a@b.nl.")
    [(0, 'vries2018')]
    """
    found = []
    for number, line in enumerate(_prose(body)):
        for match in _CITATION.finditer(line):
            key = match["braced"] or match["key"]
            if not key.startswith(_REFERENCES):
                found.append((number, key))
    return found


def _unclosed(section: Section) -> list[Finding]:
    opened: list[int] = []
    findings = []
    for number, line in enumerate(_prose(section.body), start=section.line + 1):
        mark = _DIV.match(line)
        if mark is None:
            continue
        if mark["rest"].strip(" :"):
            opened.append(number)
        elif opened:
            opened.pop()
        else:
            findings.append(Finding(number, "hier sluit ‘:::’ een blok dat niet is geopend", "Verwijder deze regel."))
    findings += [
        Finding(number, "dit blok (‘:::’) wordt niet gesloten", "Zet een regel met alleen ‘:::’ achter het blok.")
        for number in opened
    ]
    return findings


def check_text(
    sections: Mapping[str, Section],
    slots: Collection[str],
    values: Mapping[str, Any],
    citekeys: Collection[str],
) -> list[Finding]:
    """Return everything in the writer's text that a rerun could not honour, by line.

    Parameters
    ----------
    sections
        What `read_text` returned.
    slots
        The sections the template asks for.
    values
        The values of the run, by name.
    citekeys
        The works in the library.
    """
    findings: list[Finding] = []
    known = set(citekeys)
    for section in sections.values():
        if section.name not in slots:
            findings.append(
                Finding(
                    section.line,
                    f"de sectie ‘{section.name}’ bestaat niet in dit sjabloon",
                    nearest(section.name, slots),
                )
            )
        findings += _unclosed(section)
        for offset, key in cited_keys(section.body):
            if key not in known:
                findings.append(
                    Finding(
                        section.line + 1 + offset,
                        f"het werk ‘@{key}’ staat niet in de bibliotheek",
                        nearest(key, known),
                    )
                )
        for number, line in enumerate(_prose(section.body), start=section.line + 1):
            if line.startswith("# "):
                findings.append(
                    Finding(
                        number, "hier staat een kop van het hoogste niveau", "Schrijf ‘## ’ voor een kop in uw tekst."
                    )
                )
        for match in expressions(section.body):
            try:
                evaluate(match["code"].strip(), values)
            except LeeszaalError as error:
                place = section.line + 1 + section.body.count("\n", 0, match.start())
                findings.append(Finding(place, error.message, error.remedy))
    return sorted(findings, key=lambda finding: finding.line)


def show_tags(text: str) -> str:
    """Return Markdown with its HTML tags as text: a paper goes to Word too, and a script has no place in it."""
    body = text.strip("\n")
    lines = body.split("\n")
    for number, prose in enumerate(_prose(body)):
        starts = [match.start() for match in _TAG.finditer(prose)]
        for start in reversed(starts):
            lines[number] = f"{lines[number][:start]}\\{lines[number][start:]}"
    return "\n".join(lines)
