"""What stands around the text of a document on its page: navigation, lines at the title, downloads, footer."""

from __future__ import annotations

import html
import posixpath
import re

from leeszaal.papers.published import reading_minutes
from leeszaal.site.project import Document, NavItem, Project
from leeszaal.site.source import Source
from leeszaal.works.numbers import format_date, format_month

__all__ = ["authors", "byline", "citation", "downloads", "footer", "nav", "root_of", "words_of"]

_WORDS = {
    "nl": {
        "skip": "Naar de inhoud",
        "nav": "Website",
        "toc": "Op deze pagina",
        "paper": "Trendpaper",
        "downloads": "Deze paper als",
        "data": "Werken erachter",
        "cite": "Citeer deze paper",
        "minutes": "{} min lezen",
        "contents": "Inhoud",
        "region": "NL",
    },
    "en": {
        "skip": "Skip to content",
        "nav": "Website",
        "toc": "On this page",
        "paper": "Trend paper",
        "downloads": "This paper as",
        "data": "Works behind it",
        "cite": "Cite this paper",
        "minutes": "{} min read",
        "contents": "Contents",
        "region": "GB",
    },
}


def words_of(lang: str) -> dict[str, str]:
    """Return the words around a document in its language; English for a language that is not Dutch."""
    return _WORDS.get(lang[:2], _WORDS["en"])


def authors(source: Source) -> list[str]:
    given = source.meta.get("author") or []
    listed = given if isinstance(given, list) else [given]
    return [str(item.get("name", "")) if isinstance(item, dict) else str(item) for item in listed]


def byline(source: Source, lang: str) -> tuple[str, str]:
    """Return the line above the title (kind, thema, date, time to read) and the one below it (authors)."""
    if not source.document.is_paper:
        return "", ""
    date = source.document.date
    kind = str(source.meta.get("kind") or words_of(lang)["paper"])
    minutes = words_of(lang)["minutes"].format(reading_minutes(source.markdown))
    above = [kind, str(source.meta.get("thema") or ""), format_date(date.isoformat(), lang) if date else "", minutes]
    return " · ".join(part for part in above if part), ", ".join(name for name in authors(source) if name)


def citation(source: Source, lang: str) -> str:
    """Return how to cite a paper (HTML), after APA 7; empty for a page."""
    document = source.document
    if not document.is_paper:
        return ""
    names = [name for name in authors(source) if name]
    who = f"{html.escape(', '.join(names).rstrip('.'))}. " if names else ""
    day = document.date
    when = "z.d." if lang[:2] == "nl" else "n.d."
    if day is not None:
        month = format_month(day.month, lang[:2] if lang[:2] in ("nl", "en") else "en")
        when = f"{day.year}, {day.day} {month}" if lang[:2] == "nl" else f"{day.year}, {month} {day.day}"
    return f"{who}({when}). <em>{html.escape(_plain_text(document.title))}</em>."


def _plain_text(markdown: str) -> str:
    r"""Return what a title in Markdown says, its escapes undone: ``a \& b`` is ``a & b``."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def root_of(document: Document) -> str:
    return "../" * document.output().count("/")


def nav(project: Project, document: Document, root: str) -> str:
    """Return the navigation bar; the current page is marked with `aria-current`."""

    def item(entry: NavItem, last: bool) -> str:
        href = re.sub(r"\.(?:qmd|ipynb)(?=$|#)", ".html", entry.href)
        here = href == document.output()
        # A paper belongs to the papers, the page of a theme to the themes.
        inside = document.output().startswith(f"{entry.href.removesuffix('.qmd')}/")
        mark = ' aria-current="page"' if here else ' aria-current="true"' if inside else ""
        outside = re.match(r"[a-z]+:", href)
        address, text = html.escape(href if outside else root + href), html.escape(entry.text or href)
        place = ' class="rechts"' if last else ""
        return f'<li{place}><a href="{address}"{mark}>{text}</a></li>'

    entries = "".join(item(entry, False) for entry in project.left)
    entries += "".join(item(entry, place == 0) for place, entry in enumerate(project.right))
    return f'<nav aria-label="{words_of(project.lang)["nav"]}"><ul>{entries}</ul></nav>' if entries else ""


_MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def footer(project: Project, root: str) -> str:
    """Return the footer: its text, in which links are the only Markdown."""

    def link(found: re.Match[str]) -> str:
        href = re.sub(r"\.(?:qmd|ipynb)(?=$|#)", ".html", html.unescape(found[2]))
        return f'<a href="{html.escape(href if re.match(r"[a-z]+:", href) else root + href)}">{found[1]}</a>'

    return f"<p>{_MARKDOWN_LINK.sub(link, html.escape(project.footer, quote=False))}</p>" if project.footer else ""


def downloads(source: Source, lang: str, root: str) -> str:
    document = source.document
    stem = posixpath.basename(document.output())
    words = words_of(lang)
    names = {"typst": "PDF", "docx": "Word"}
    links = [
        f'<a href="{html.escape(posixpath.basename(document.output(kind)))}">{names[kind]}</a>'
        for kind in document.formats
        if kind in names
    ]
    if source.works_list:
        links.append(f'<a href="{root}literatuur.html?lijst={html.escape(source.works_list)}">{words["data"]}</a>')
    return f"{words['downloads']} {' · '.join(links)}" if links and stem else ""
