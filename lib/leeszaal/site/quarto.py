"""Quarto, where it is installed: the same sources, the same gate."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_text
from leeszaal.site.gate import Finding
from leeszaal.site.markdown import outside_code
from leeszaal.site.project import Project
from leeszaal.site.source import escape_csl, read_source

__all__ = ["findings_of", "program", "render", "typed_html"]

_CROSSREF = re.compile(r"Unable to resolve crossref @(?P<id>[\w-]+)")
_CITATION = re.compile(r"[Cc]itation (?P<id>\S+) not found")
_CODE_SPAN = re.compile(r"(`+).+?\1")
_TAG = re.compile(r"(?<!\\)</?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])[^<>]*>?")
_RENDERING = re.compile(r"\[\s*\d+/\d+\]\s+(?P<name>\S+)")


def program() -> str | None:
    """Return the path of Quarto, or None where it is not installed; beside our own Python counts too."""
    return shutil.which("quarto") or shutil.which("quarto", path=str(Path(sys.executable).parent))


def findings_of(told: str) -> list[Finding]:
    """Return what Quarto only warned about, while it ended well.

    Examples
    --------
    >>> log = "[1/2] index.qmd\\nWARNING: Unable to resolve crossref @fig-x\\n"
    >>> findings_of(log)
    [Finding(where='index.qmd', kind='crossref', what='fig-x')]
    """
    where, found = "_quarto.yml", []
    for line in told.splitlines():
        if name := _RENDERING.search(line):
            where = name["name"]
        if crossref := _CROSSREF.search(line):
            found.append(Finding(where, "crossref", crossref["id"]))
        if citation := _CITATION.search(line):
            found.append(Finding(where, "citation", citation["id"]))
    return list(dict.fromkeys(found))


def typed_html(text: str) -> list[str]:
    r"""Return the HTML tags that stand in Markdown, outside code; comments do no harm.

    Pandoc with our filters shows them as text; Quarto would hand them to the browser.

    Examples
    --------
    >>> typed_html("een <b>woord</b>, `<i>`, <https://example.org> en \\<u>")
    ['<b>', '</b>']
    """
    found: list[str] = []

    def note(line: str) -> str:
        found.extend(_TAG.findall(_CODE_SPAN.sub("", line)))
        return line

    outside_code(text, note)
    return list(dict.fromkeys(found))


def render(project: Project, target: Path) -> list[Finding]:
    """Render the project with Quarto into the folder `target`.

    Returns
    -------
    list of Finding
        What the sources and Quarto's warnings hold against publishing.

    Raises
    ------
    LeeszaalError
        When Quarto is not there or fails.
    """
    quarto = program()
    if quarto is None:
        raise LeeszaalError(
            "Quarto is op deze machine niet gevonden.",
            "Gebruik --renderer pandoc, of installeer Quarto met: make quarto",
        )
    findings = [finding for document in project.documents for finding in read_source(project, document).findings]
    if findings:
        return findings
    if project.bibliography is not None:
        entries = json.loads(read_bytes(project.bibliography).decode("utf-8-sig"))
        write_text(project.bibliography, json.dumps(escape_csl(entries), ensure_ascii=False, indent=1) + "\n")
    # Without --to: that would drop the other formats.
    done = subprocess.run(
        [quarto, "render", "--output-dir", os.path.relpath(target, project.root)],
        cwd=project.root,
        capture_output=True,
        check=False,
    )
    told = done.stderr.decode("utf-8", errors="replace") + done.stdout.decode("utf-8", errors="replace")
    if done.returncode:
        raise LeeszaalError(
            f"Quarto stopte met code {done.returncode}: {told.strip()[-800:]}",
            "Verbeter wat Quarto noemt, of gebruik --renderer pandoc.",
        )
    return findings_of(told)
