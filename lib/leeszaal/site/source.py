"""One document as Pandoc gets it: Markdown without shortcodes, front matter, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes
from leeszaal.papers.doors import WHOLE, lists_of
from leeszaal.site.gate import Finding
from leeszaal.site.markdown import expand
from leeszaal.site.notebook import notebook_to_markdown
from leeszaal.site.project import Document, Project, split_front_matter

__all__ = ["Source", "escape_csl", "read_source"]

# What CSL-JSON would take for markup in a title or a name.
_CSL_MARKUP = ("i", "b", "sub", "sup", "sc", "span")


@dataclass(frozen=True)
class Source:
    """A document, ready to be rendered.

    Parameters
    ----------
    document
        Where it comes from.
    meta
        Its front matter.
    markdown
        Its body.
    images
        Figures that stand in the notebook itself, by name.
    findings
        What is wrong with it, before anything is rendered.
    works_list
        The name of the list of works that a paper is about; empty when it keeps none.
    """

    document: Document
    meta: dict[str, Any] = field(repr=False)
    markdown: str = field(repr=False)
    images: dict[str, bytes] = field(default_factory=dict, repr=False)
    findings: tuple[Finding, ...] = ()
    works_list: str = ""


def read_source(project: Project, document: Document) -> Source:
    """Read a page or an executed paper.

    Raises
    ------
    LeeszaalError
        When it cannot be read, is not UTF-8, or takes in a file that is not there.
    """
    try:
        text = read_bytes(document.path).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise LeeszaalError(
            f"{document.name} is niet als UTF-8 opgeslagen (byte {error.start}).",
            "Sla het opnieuw op als UTF-8.",
        ) from error
    folder, name = document.path.parent, document.name
    if not document.is_paper:
        _, body = split_front_matter(text, name)
        # Lines in a message count from the first line of the file.
        body = "\n" * (text.count("\n") - body.count("\n")) + body
        return Source(document, document.meta, expand(body, folder, project.root, document.meta, name))
    notebook = notebook_to_markdown(text, name)
    body = expand(notebook.markdown, folder, project.root, document.meta, name)
    findings = [Finding(name, "error-output", what) for what in notebook.errors]
    findings += [Finding(name, "parameters", f"cel {number}") for number in notebook.parameters]
    works_list = f"{document.path.parent.name}.{WHOLE}" if WHOLE in lists_of(json.loads(text)) else ""
    return Source(document, document.meta, body, notebook.images, tuple(findings), works_list)


def escape_csl(value: Any) -> Any:
    r"""Return CSL-JSON in which no text holds markup: what looks like a tag is shown as it stands.

    An invisible word joiner behind the ``<`` keeps the processor from taking ``<i>`` for italics.

    Examples
    --------
    >>> escape_csl({"title": "<i>x</i>"})["title"] == "<\u2060i>x<\u2060/i>"
    True
    >>> escape_csl([{"issued": {"date-parts": [[2020]]}, "title": "a < b"}])
    [{'issued': {'date-parts': [[2020]]}, 'title': 'a < b'}]
    """
    if isinstance(value, dict):
        return {key: escape_csl(item) for key, item in value.items()}
    if isinstance(value, list):
        return [escape_csl(item) for item in value]
    if isinstance(value, str) and "<" in value:
        for tag in _CSL_MARKUP:
            value = value.replace(f"<{tag}", f"<\u2060{tag}").replace(f"</{tag}", f"<\u2060/{tag}")
    return value
