"""Is a paper ready to be run? Its text, its sources and its pictures, each with the line where it is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home, find_home
from leeszaal.papers.filling import fill
from leeszaal.papers.sources import source_findings
from leeszaal.papers.text import Finding, check_text
from leeszaal.works.numbers import format_count

if TYPE_CHECKING:
    from leeszaal.papers.contents import Paper
    from leeszaal.papers.settings import PaperSettings

__all__ = ["MOST_IMAGE", "CheckSummary", "check_paper", "paper_findings", "tell_findings"]

MOST_IMAGE = 8_000_000  # bytes: more makes a page that nobody waits for, and a Word file that no mail takes
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?(?P<path>[^)\s>]+)")


@dataclass(frozen=True)
class CheckSummary:
    """What must be mended before a paper can be run, and what is not finished yet.

    Parameters
    ----------
    slug, text
        The paper, and the file with its text.
    failed
        What stops a run, by line.
    remarks
        What does not: an empty section, a text that is too long.
    """

    slug: str
    text: str
    failed: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def tell(self) -> str:
        lines = tell_findings(self.text, self.failed) if self.failed else [f"{self.text}: in orde."]
        return "\n".join([*lines, *(f"Let op: {remark}" for remark in self.remarks)])


def tell_findings(name: str, findings: list[Finding]) -> list[str]:
    """Return each finding as a line: the file, the line in it, what is wrong, what to do."""
    return [f"{name}, regel {f.line}: {f.message}." + (f" {f.remedy}" if f.remedy else "") for f in findings]


def check_paper(slug: str, *, home: Home | Path | str | None = None) -> CheckSummary:
    """Check the text of a paper, its sources and its pictures, without running anything.

    Raises
    ------
    LeeszaalError
        When the paper, its settings or the library cannot be read.
    """
    from leeszaal.papers.run import open_settings
    from leeszaal.papers.settings import read_settings

    room = find_home(home)
    settings = read_settings(room, slug)
    contents = open_settings(room, settings)
    path = room.relative(room.paper(slug) / "text.md")
    return CheckSummary(slug, path, paper_findings(contents, settings), _remarks(contents, settings))


def paper_findings(paper: Paper, settings: PaperSettings) -> list[Finding]:
    """Return everything that a run could not honour, by line.

    Raises
    ------
    LeeszaalError
        When `message` or `meaning` in `paper.yaml` names a value that does not exist.
    """
    for name in ("message", "meaning"):
        try:
            fill(getattr(settings, name), 1, paper.values)
        except LeeszaalError as error:
            where = paper.home.relative(paper.home.paper(settings.slug) / "paper.yaml")
            said = error.message.partition(": ")[2]
            raise LeeszaalError(f"{where}, ‘{name}’: {said}", error.remedy) from error
    found = check_text(paper.text, paper.slots, paper.values, paper.citekeys)
    found += _images(paper)
    found += source_findings(paper, settings)
    return sorted(found, key=lambda finding: finding.line)


def _images(paper: Paper) -> list[Finding]:
    """Return a finding for each picture in the text that is not there, stands elsewhere or is too large."""
    folder = paper.home.paper(paper.slug)
    found = []
    for section in paper.text.values():
        for match in _IMAGE.finditer(section.body):
            line = section.line + 1 + section.body.count("\n", 0, match.start())
            path = (folder / unquote(match["path"])).resolve()
            if re.match(r"[a-z][a-z0-9+.-]*:|//", match["path"], re.IGNORECASE):
                said = "een afbeelding moet in de leeszaal zelf staan"
                found.append(Finding(line, f"{said} (‘{match['path']}’)", f"Zet haar in papers/{paper.slug}/."))
            elif not path.is_relative_to(paper.home.root.resolve()):
                found.append(Finding(line, f"‘{match['path']}’ ligt buiten deze leeszaal", "Zet haar naast text.md."))
            elif not path.is_file():
                found.append(Finding(line, f"de afbeelding ‘{match['path']}’ bestaat niet", "Controleer de naam."))
            elif path.stat().st_size > MOST_IMAGE:
                size = path.stat().st_size / 1_000_000
                said = f"de afbeelding ‘{match['path']}’ is {size:.0f} MB; het meeste is {MOST_IMAGE // 1_000_000} MB"
                found.append(Finding(line, said, "Bewaar haar kleiner, bijvoorbeeld 2.000 pixels breed als JPEG."))
    return found


def _remarks(paper: Paper, settings: PaperSettings) -> list[str]:
    """Return what a reader would miss, though the paper can be run."""
    template = settings.template
    filled = {name: _words(section.body) for name, section in paper.text.items()}
    remarks = [
        f"de sectie ‘{name}’ is nog leeg; zij hoort bij een {template.kind['nl'].lower()}."
        for name, part in template.parts.items()
        if part.required and not filled.get(name)
    ]
    total = sum(filled.values())
    if template.words is not None and total > template.words:
        remarks.append(
            f"de tekst telt {format_count(total, 'woord', 'woorden')}; een {template.kind['nl'].lower()} is "
            f"{template.length or 'korter'}, dat is ongeveer {format_count(template.words, 'woord', 'woorden')}."
        )
    unused = sorted(set(settings.accept) - set(paper.cited))
    remarks += [f"paper.yaml noemt ‘{key}’ bij accept, maar de tekst haalt dat werk niet aan." for key in unused]
    return remarks


def _words(body: str) -> int:
    return len(re.sub(r"<!--.*?-->", " ", body, flags=re.DOTALL).split())
