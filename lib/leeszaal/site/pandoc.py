"""Pandoc: one document to a web page, a Word file, or the Typst source of its PDF."""

from __future__ import annotations

import html
import io
import json
import os
import re
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, writing
from leeszaal.papers.check import MOST_IMAGE
from leeszaal.site.frame import authors, byline, citation, downloads, footer, nav, root_of, words_of
from leeszaal.site.gate import Finding
from leeszaal.site.project import Document, Project
from leeszaal.site.source import Source
from leeszaal.site.word import finish
from leeszaal.skeleton import parts_folder
from leeszaal.works.numbers import format_date, format_number

__all__ = [
    "DATA",
    "Run",
    "epoch",
    "prepare_bibliography",
    "to_docx",
    "to_html",
    "to_typst",
]

DATA: Path = Path(__file__).parent / "data"
OFFICIAL = parts_folder() / "papers" / "bronnen.lua"  # which Quarto runs too

# A writer's HTML is text, its attributes too: no native divs and spans, and nothing raw but HTML, which
# the filter shows as text.
_READER = "markdown-native_divs-native_spans-raw_tex-markdown_in_html_blocks-raw_attribute"
_PAGE_READER = "markdown-raw_tex"
_UNCLOSED = re.compile(r"Div at .*?line (\d+) column \d+ unclosed")
_NOT_FOUND = re.compile(r"citation (\S+) not found")
_UNCLOSED = re.compile(r"Div at .*?(line \d+) column \d+ unclosed")
# Stands for "<" in the bibliography, because CSL-JSON takes some tags in a title for markup; put back by
# a filter.
LESS = "\ue000"
_MOST_PIXELS = 40_000_000
FEED = "downloads/feed.xml"
_OURS = {"lang", "format", "date", "author", "bibliography", "csl", "toc", "toc-depth", "citeproc", "filters"}


@dataclass(frozen=True)
class Run:
    """What one run of Pandoc gave: findings, the images it met, and its output when that is text."""

    findings: tuple[Finding, ...]
    images: tuple[str, ...]
    text: str = ""


def epoch(document: Document) -> int:
    """Return the moment that the files of a document bear: the start of its day, the same at every run."""
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
        matter = {key: value for key, value in source.meta.items() if key not in _OURS}
        (work / f"{kind}.meta.json").write_text(json.dumps(_plain(matter), ensure_ascii=False), encoding="utf-8")
    cites = bibliography is not None and "@" in source.markdown
    # A reference to a figure looks like a citation, so it is dealt with before citeproc.
    before, after = ("prepare", "crossref"), ("references", "callout", "contents", "alt", "glyphs", "tidy")
    report = work / f"{kind}.report.jsonl"
    filters: list[Any] = [str(DATA / "lua" / f"{name}.lua") for name in before]
    filters += [{"type": "citeproc"}, str(OFFICIAL)] if cites else []
    filters += [str(DATA / "lua" / f"{name}.lua") for name in after]
    # Front matter is Markdown and stands in a file of its own; what we add is text as it stands.
    meta = {
        "lang": defaults.pop("lang"),
        "lz-raw": not document.is_paper,
        "lz-report": str(report),
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
    settings["metadata"] = {**meta, **settings.get("metadata", {})}
    settings["metadata-files"] = [str(work / f"{kind}.meta.json")]
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
    reported = report.read_text(encoding="utf-8").splitlines() if report.is_file() else []
    facts = [(item["kind"], item["what"]) for item in map(json.loads, reported)]
    findings = [Finding(document.name, kind, what) for kind, what in facts if kind != "image-used"]
    findings += [Finding(document.name, "citation", key) for key in _NOT_FOUND.findall(told)]
    findings += [Finding(document.name, "callout", what) for what in _UNCLOSED.findall(told)]
    images = tuple(dict.fromkeys(what for kind, what in facts if kind == "image-used"))
    findings += _unusable(source, images)
    return Run(tuple(dict.fromkeys(findings)), images, done.stdout.decode("utf-8", errors="replace"))


def _unusable(source: Source, images: tuple[str, ...]) -> list[Finding]:
    """Return a finding for each image that is not there, would have to come from elsewhere, or is too large."""
    found = []
    for name in images:
        path = source.document.path.parent / unquote(name)
        if re.match(r"(?:[a-z][a-z0-9+.-]*:)?//", name, re.IGNORECASE):
            found.append(Finding(source.document.name, "outside", name))
        elif name.startswith("data:"):
            continue
        elif name in source.images:
            found += _too_large(source, name, source.images[name])
        elif not path.is_file():
            found.append(Finding(source.document.name, "image", name))
        else:
            found += _too_large(source, name, path)
    return found


def _too_large(source: Source, name: str, image: bytes | Path) -> list[Finding]:
    """Return a finding when an image would weigh down the page, or is so large that a reader's program gives up."""
    from PIL import Image, UnidentifiedImageError

    size = len(image) if isinstance(image, bytes) else image.stat().st_size
    if size > MOST_IMAGE:
        told = f"{name} is {format_number(size / 1e6)} MB, en de grens is {format_number(MOST_IMAGE / 1e6)} MB"
        return [Finding(source.document.name, "image-size", told)]
    try:
        # Only the first bytes are read; Pillow itself warns of what is unreasonably large.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(image) if isinstance(image, bytes) else image) as opened:
                width, height = opened.size
    except Image.DecompressionBombError:
        return [Finding(source.document.name, "image-size", f"{name} heeft te veel beeldpunten")]
    except (UnidentifiedImageError, OSError):
        return []  # an SVG has no beeldpunten; what is broken, the renderer names
    if width * height > _MOST_PIXELS:
        told = f"{name} is {format_number(width)} bij {format_number(height)} beeldpunten"
        return [Finding(source.document.name, "image-size", told)]
    return []


def _setting(source: Source, project: Project, key: str, otherwise: Any) -> Any:
    return source.meta.get(key, project.meta.get(key, otherwise))


def _plain(meta: dict[str, Any]) -> dict[str, Any]:
    """Leave dates as text: Pandoc's YAML has no dates."""
    return {
        key: value if isinstance(value, str | bool | int | float | list | dict) else str(value)
        for key, value in meta.items()
    }


def to_html(source: Source, project: Project, work: Path, bibliography: Path | None) -> Run:
    """Return a document as a whole web page (`Run.text`)."""
    document, lang = source.document, _lang(source, project)
    words, root = words_of(lang), root_of(document)
    above, below = byline(source, lang)
    toc = _setting(source, project, "toc", False) is True
    variables: dict[str, Any] = {
        "lz-site": html.escape(project.title),
        "lz-root": root,
        "lz-css": [html.escape(path.name) for path in project.css],
        "lz-nav": nav(project, document, root),
        "lz-footer": footer(project, root),
        "lz-skip": words["skip"],
        "lz-toc-title": words["toc"],
        "lz-kicker": html.escape(above),
        "lz-byline": html.escape(below),
        "lz-downloads": downloads(source, lang, root),
        "lz-cite": citation(source, lang),
        "lz-cite-word": words["cite"],
        "lz-chrome-lang": project.lang if project.lang[:2] != lang[:2] else "",
        "description": html.escape(str(source.meta.get("message") or source.meta.get("description") or "")),
        "author-meta": [html.escape(name) for name in authors(source)],
        "date-meta": document.date.isoformat() if document.date else "",
    }
    if toc:
        variables["lz-toc"] = "1"
    if (project.root / FEED).is_file():
        variables["lz-feed"] = FEED
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
    date, compact = source.document.date, source.meta.get("compact") is True
    defaults = {
        "to": "docx",
        "output-file": str(target),
        "reference-doc": str(project.reference_doc or DATA / f"reference{'-compact' if compact else ''}.docx"),
        "default-image-extension": "png",
        "metadata": {
            **({"lz-contents": 2} if _setting(source, project, "toc", False) is True else {}),
            "author": authors(source),
            "date": format_date(date.isoformat(), lang) if date else "",
            "toc-title": words["contents"],
        },
        # Word counts a language without a country as unknown.
        "lang": lang if "-" in lang else f"{lang}-{words['region']}",
    }
    run = _run(source, project, work, bibliography, defaults, "docx")
    finish(target)
    return run


def to_typst(source: Source, project: Project, work: Path, bibliography: Path | None) -> Run:
    """Return a document as the source of its PDF (`Run.text`)."""
    lang = _lang(source, project)
    words = words_of(lang)
    above, below = byline(source, lang)
    variables: dict[str, Any] = {
        "lz-lang": lang[:2],
        "lz-region": words["region"],
        "lz-kicker": _typst_text(above),
        "lz-byline": _typst_text(below),
        "lz-toc-title": words["contents"],
    }
    if names := [name for name in authors(source) if name]:
        variables["lz-author"] = "".join(f"{json.dumps(name, ensure_ascii=False)}, " for name in names)
    if message := str(source.meta.get("message") or ""):
        variables["lz-description"] = json.dumps(" ".join(message.split()), ensure_ascii=False)
    defaults = {
        "to": "typst",
        "template": str(DATA / "paper.typ"),
        "default-image-extension": "svg",
        "wrap": "preserve",
        "variables": variables,
        "lang": lang,
    }
    return _run(source, project, work, bibliography, defaults, "typst")


def _typst_text(text: str) -> str:
    """Return `text` as Typst markup that shows exactly that text."""
    return "#" + json.dumps(text, ensure_ascii=False) + ";" if text else ""
