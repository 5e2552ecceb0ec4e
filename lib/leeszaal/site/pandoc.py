"""Pandoc: one document to a web page, a Word file, or the Typst source of its PDF."""

from __future__ import annotations

import html
import json
import os
import posixpath
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, writing
from leeszaal.site.gate import Finding
from leeszaal.site.project import Document, NavItem, Project
from leeszaal.site.source import Source
from leeszaal.works.numbers import format_date

__all__ = [
    "DATA",
    "Run",
    "epoch",
    "prepare_bibliography",
    "to_docx",
    "to_html",
    "to_typst",
    "words_of",
]

DATA = Path(__file__).parent / "data"

_WORDS = {
    "nl": {
        "skip": "Naar de inhoud", "nav": "Website", "toc": "Op deze pagina", "paper": "Trendpaper", "word": "Word",
        "downloads": "Deze paper als", "contents": "Inhoud", "region": "NL", "notes": "Noten",
    },
    "en": {
        "skip": "Skip to content", "nav": "Website", "toc": "On this page", "paper": "Trend paper", "word": "Word",
        "downloads": "This paper as", "contents": "Contents", "region": "GB", "notes": "Notes",
    },
}  # fmt: skip
# Attributes of HTML elements are text of the writer too: no native divs and spans, and nothing raw but HTML, which
# the filter shows as text.
_READER = "markdown-native_divs-native_spans-raw_tex-markdown_in_html_blocks-raw_attribute"
_PAGE_READER = "markdown-raw_tex"
_UNCLOSED = re.compile(r"Div at .*?line (\d+) column \d+ unclosed")
_NOT_FOUND = re.compile(r"citation (\S+) not found")
_NO_IMAGE = re.compile(r"Could not fetch resource (\S+?):? ")
# These have no shape of their own, but Typst asks for a font that has them.
_SHAPELESS = "\u200b\u200d\u2060\ufeff" + "".join(map(chr, range(0xFE00, 0xFE10)))
_OURS = {"format", "date", "author", "bibliography", "csl", "toc", "toc-depth", "citeproc"}
# Stands for "<" in the bibliography, because CSL-JSON would take some tags in a title for markup; put back by a filter.
LESS = "\ue000"


@dataclass(frozen=True)
class Run:
    """What one run of Pandoc gave: findings, and its output when that is text."""

    findings: tuple[Finding, ...]
    text: str = ""


def words_of(lang: str) -> dict[str, str]:
    """Return the words around a document in its language; English for a language that is not Dutch."""
    return _WORDS.get(lang[:2], _WORDS["en"])


def epoch(document: Document) -> int:
    """Return the moment that files of a document bear: the start of its day, so that a rerun gives the same bytes."""
    import datetime

    day = document.date or datetime.date(2000, 1, 1)
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC).timestamp())


def prepare_bibliography(project: Project, folder: Path) -> Path | None:
    """Write the bibliography to `folder` so that no title or name in it is taken for markup."""
    if project.bibliography is None:
        return None
    try:
        entries = json.loads(read_bytes(project.bibliography).decode("utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise LeeszaalError(
            f"{project.bibliography} is geen CSL-JSON: {error}.", "Maak haar opnieuw met: leeszaal site"
        ) from error
    target = folder / "references.json"
    with writing(target):
        target.write_text(json.dumps(entries, ensure_ascii=False).replace("<", LESS), encoding="utf-8")
    return target


def _lang(source: Source, project: Project) -> str:
    return str(source.meta.get("lang") or project.lang)


def _pandoc() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())


def _run(
    source: Source,
    project: Project,
    work: Path,
    bibliography: Path | None,
    defaults: dict[str, Any],
    kind: str,
) -> Run:
    """Run Pandoc on a document with these defaults on top of what all formats share."""
    document = source.document
    with writing(work):
        work.mkdir(parents=True, exist_ok=True)
        (work / f"{kind}.md").write_text(source.markdown, encoding="utf-8", newline="\n")
        for name, content in source.images.items():
            (work / name).write_bytes(content)
    cites = bibliography is not None and "@" in source.markdown
    before, after = ("prepare", "crossref"), ("references", "callout", "alt", "glyphs")
    filters: list[Any] = [str(DATA / "lua" / f"{name}.lua") for name in before]
    filters += [{"type": "citeproc"}] if cites else []
    filters += [str(DATA / "lua" / f"{name}.lua") for name in after]
    meta = {key: value for key, value in source.meta.items() if key not in _OURS}
    meta |= {
        "lang": defaults.pop("lang"),
        "lz-raw": not document.is_paper,
        "lz-root": str(project.root),
        "lz-folder": document.name.rpartition("/")[0],
        "lz-less": LESS,
        "link-citations": True,
        "number-sections": _setting(source, project, "number-sections", False) is True,
    }
    settings: dict[str, Any] = {
        "from": _READER if document.is_paper else _PAGE_READER,
        "input-files": [str(work / f"{kind}.md")],
        "standalone": True,
        "filters": filters,
        "resource-path": [str(document.path.parent), str(work)],
        **defaults,
    }
    settings["metadata"] = {**_plain(meta), **settings.get("metadata", {})}
    if cites:
        settings["bibliography"] = [str(bibliography)]
        if project.csl is not None:
            settings["csl"] = str(project.csl)
    target = work / f"{kind}.defaults.yaml"
    with writing(target):
        target.write_text(json.dumps(settings, ensure_ascii=False, default=str), encoding="utf-8")
    done = subprocess.run(
        [_pandoc(), "--defaults", str(target)],
        capture_output=True,
        cwd=document.path.parent,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch(document))},
        check=False,
    )
    told = done.stderr.decode("utf-8", errors="replace")
    if done.returncode:
        raise LeeszaalError(
            f"{document.name} kan niet worden gelezen door Pandoc ({kind}): {told.strip()[:600]}",
            "Controleer de tekst rond de genoemde plaats.",
        )
    findings = [Finding(document.name, "citation", key) for key in dict.fromkeys(_NOT_FOUND.findall(told))]
    findings += [Finding(document.name, "image", name) for name in dict.fromkeys(_NO_IMAGE.findall(told))]
    return Run(tuple(findings), done.stdout.decode("utf-8", errors="replace"))


def _setting(source: Source, project: Project, key: str, otherwise: Any) -> Any:
    return source.meta.get(key, project.meta.get(key, otherwise))


def _plain(meta: dict[str, Any]) -> dict[str, Any]:
    """Leave dates as text: Pandoc's YAML has no dates."""
    return {
        key: value if isinstance(value, str | bool | int | float | list | dict) else str(value)
        for key, value in meta.items()
    }


def _authors(source: Source) -> list[str]:
    given = source.meta.get("author") or []
    listed = given if isinstance(given, list) else [given]
    return [str(item.get("name", "")) if isinstance(item, dict) else str(item) for item in listed]


def _byline(source: Source, lang: str) -> tuple[str, str]:
    """Return the line above the title (kind, theme) and the one below it (authors, date)."""
    if not source.document.is_paper:
        return "", ""
    date = source.document.date
    kind = str(source.meta.get("kind") or words_of(lang)["paper"])
    above = [kind, str(source.meta.get("theme") or "")]
    below = [", ".join(_authors(source)), format_date(date.isoformat(), lang) if date else ""]
    return " · ".join(part for part in above if part), " · ".join(part for part in below if part)


def _root(document: Document) -> str:
    return "../" * document.output().count("/")


def _nav(project: Project, document: Document, root: str) -> str:
    """Return the navigation bar; the current page is marked with `aria-current`."""

    def item(entry: NavItem) -> str:
        href = re.sub(r"\.(?:qmd|ipynb)(?=$|#)", ".html", entry.href)
        here = href == document.output()
        inside = entry.href == "papers.qmd" and document.is_paper
        mark = ' aria-current="page"' if here else ' aria-current="true"' if inside else ""
        outside = re.match(r"[a-z]+:", href)
        return f'<li><a href="{html.escape(href if outside else root + href)}"{mark}>{html.escape(entry.text or href)}</a></li>'

    entries = "".join(item(entry) for entry in (*project.left, *project.right))
    return f'<nav aria-label="{words_of(project.lang)["nav"]}"><ul>{entries}</ul></nav>' if entries else ""


_MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def _footer(project: Project, root: str) -> str:
    """Return the footer: its text, in which links are the only Markdown."""

    def link(found: re.Match[str]) -> str:
        href = re.sub(r"\.(?:qmd|ipynb)(?=$|#)", ".html", html.unescape(found[2]))
        return f'<a href="{html.escape(href if re.match(r"[a-z]+:", href) else root + href)}">{found[1]}</a>'

    return (
        f"<p>{_MARKDOWN_LINK.sub(link, html.escape(project.footer, quote=False))}</p>"
        if project.footer
        else ""
    )


def _downloads(document: Document, lang: str) -> str:
    stem = posixpath.basename(document.output())
    words = words_of(lang)
    names = {"typst": "PDF", "docx": words["word"]}
    links = [
        f'<a href="{html.escape(posixpath.basename(document.output(kind)))}">{names[kind]}</a>'
        for kind in document.formats
        if kind in names
    ]
    return f"{words['downloads']} {' · '.join(links)}" if links and stem else ""


def to_html(source: Source, project: Project, work: Path, bibliography: Path | None) -> Run:
    """Return a document as a whole web page (`Run.text`)."""
    document, lang = source.document, _lang(source, project)
    words, root = words_of(lang), _root(document)
    above, below = _byline(source, lang)
    toc = _setting(source, project, "toc", False) is True
    variables: dict[str, Any] = {
        "lz-site": html.escape(project.title),
        "lz-root": root,
        "lz-nav": _nav(project, document, root),
        "lz-footer": _footer(project, root),
        "lz-skip": words["skip"],
        "lz-toc-title": words["toc"],
        "lz-kicker": html.escape(above),
        "lz-byline": html.escape(below),
        "lz-downloads": _downloads(document, lang),
        "lz-chrome-lang": project.lang if project.lang[:2] != lang[:2] else "",
        "description": html.escape(str(source.meta.get("message") or source.meta.get("description") or "")),
        "author-meta": [html.escape(name) for name in _authors(source)],
        "date-meta": document.date.isoformat() if document.date else "",
    }
    if toc:
        variables["lz-toc"] = "1"
    if document.is_paper:
        variables["lz-paper"] = "1"
    if document.output() == "index.html":
        variables["lz-home"] = "1"
    defaults = {
        "to": "html5",
        "template": str(DATA / "page.html"),
        "html-math-method": {"method": "mathml"},
        "default-image-extension": "svg",
        "section-divs": True,
        "table-of-contents": toc,
        "toc-depth": int(_setting(source, project, "toc-depth", 3)),
        "email-obfuscation": "none",
        "wrap": "preserve",
        "variables": variables,
        "lang": lang,
    }
    return _run(source, project, work, bibliography, defaults, "html")


def to_docx(source: Source, project: Project, work: Path, bibliography: Path | None, target: Path) -> Run:
    """Write a document as a Word file."""
    lang = _lang(source, project)
    words = words_of(lang)
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    date = source.document.date
    defaults = {
        "to": "docx",
        "output-file": str(target),
        "reference-doc": str(project.reference_doc or DATA / "reference.docx"),
        "default-image-extension": "png",
        "metadata": {
            "author": _authors(source),
            "date": format_date(date.isoformat(), lang) if date else "",
            "toc-title": words["contents"],
        },
        "table-of-contents": _setting(source, project, "toc", False) is True,
        "toc-depth": 2,
        # Word counts a language without a country as unknown.
        "lang": lang if "-" in lang else f"{lang}-{words['region']}",
    }
    return _run(source, project, work, bibliography, defaults, "docx")


def to_typst(
    source: Source, project: Project, work: Path, bibliography: Path | None, uncovered: str = ""
) -> Run:
    """Return a document as the source of its PDF (`Run.text`).

    `uncovered` holds the characters that no font has: each becomes a visible ``[U+1F3DB]``.
    """
    lang = _lang(source, project)
    words = words_of(lang)
    above, below = _byline(source, lang)
    variables: dict[str, Any] = {
        "lz-lang": lang[:2],
        "lz-region": words["region"],
        "lz-kicker": _typst_text(above),
        "lz-byline": _typst_text(below),
        "lz-toc-title": words["contents"],
    }
    if names := [name for name in _authors(source) if name]:
        variables["lz-author"] = "".join(f"{json.dumps(name, ensure_ascii=False)}, " for name in names)
    if message := str(source.meta.get("message") or ""):
        variables["lz-description"] = json.dumps(" ".join(message.split()), ensure_ascii=False)
    defaults = {
        "to": "typst",
        "template": str(DATA / "paper.typ"),
        "default-image-extension": "svg",
        "wrap": "preserve",
        "variables": variables,
        "metadata": {"lz-dropped": _SHAPELESS, "lz-uncovered": uncovered},
        "lang": lang,
    }
    return _run(source, project, work, bibliography, defaults, "typst")


def _typst_text(text: str) -> str:
    """Return `text` as Typst markup that shows exactly that text."""
    return "#" + json.dumps(text, ensure_ascii=False) + ";" if text else ""
