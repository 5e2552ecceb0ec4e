"""The gate: what may not be published. Pure functions from a rendered page to findings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

__all__ = ["Finding", "PageFacts", "check_css", "check_links", "check_page", "read_page"]

_EXPLAINED = {
    "crossref": (
        "de verwijzing @{what} wijst nergens heen",
        "Controleer de naam achter # bij de figuur, tabel of kop",
    ),
    "citation": ("de bron @{what} staat niet in de bibliotheek", "Controleer de citekey"),
    "double-label": (
        "het label #{what} komt twee keer voor",
        "Geef elke figuur, tabel en kop een eigen naam",
    ),
    "error-output": (
        "een cel van het notebook eindigde met een fout ({what})",
        "Maak de paper opnieuw met: leeszaal paper",
    ),
    "parameters": (
        "de parameters van het notebook zouden te zien zijn ({what})",
        "Geef die cel ook het label remove-cell",
    ),
    "outside": (
        "de pagina zou iets van een ander adres laden: {what}",
        "Zet het bestand in de leeszaal zelf",
    ),
    "alt": ("een afbeelding heeft geen tekst voor wie haar niet ziet: {what}", 'Voeg fig-alt="…" toe'),
    "link": ("een link wijst naar iets dat er niet is: {what}", "Controleer de link"),
    "image": ("een afbeelding bestaat niet: {what}", "Maak de paper opnieuw, of controleer de naam"),
    "title": ("de titel ontbreekt", "Voeg bovenaan ‘title: …’ toe"),
    "pdf": (
        "de PDF kan niet worden gemaakt: {what}",
        "Haal weg wat hier genoemd wordt, of maak het eenvoudiger",
    ),
    "script": ("een tekst van een schrijver zou een programma starten: {what}", "Haal dit uit de tekst"),
    "html": (
        "een tekst van een schrijver bevat HTML, die met Quarto zou gaan werken: {what}",
        "Zet er een \\ voor, of gebruik --renderer pandoc; dan komt het er als tekst te staan",
    ),
    "table-header": (
        "een tabel heeft geen kopregel: {what}",
        "Geef de tabel een eerste regel met kolomnamen",
    ),
    "callout": (
        "een kader (:::) is niet goed afgesloten: {what}",
        "Zet ::: op een eigen regel, met een lege regel ervoor",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One reason not to publish.

    Parameters
    ----------
    where
        The source, such as ``papers/x/x.ipynb``, or the page where no source is known.
    kind
        One of the kinds this module knows.
    what
        The offending name, address or text.
    """

    where: str
    kind: str
    what: str

    def tell(self) -> str:
        """Return the finding in Dutch: place, what is wrong, and what to do."""
        message, remedy = _EXPLAINED[self.kind]
        return f"{self.where}: {message.format(what=self.what)}. {remedy}."


@dataclass(frozen=True)
class PageFacts:
    """What the gate wants to know of one page.

    Parameters
    ----------
    loads
        Addresses that a browser would fetch to show the page.
    links
        Addresses that a reader can go to.
    ids
        The anchors in it.
    images
        The local files it shows.
    without_alt
        Images without a text.
    unresolved
        Cross-references and citations that Pandoc or Quarto left open: kind and name.
    styles
        CSS in the page.
    scripts
        Scripts in the page itself, event handlers and `javascript:` links.
    """

    loads: tuple[str, ...]
    links: tuple[str, ...]
    ids: frozenset[str]
    images: tuple[str, ...]
    without_alt: tuple[str, ...]
    unresolved: tuple[tuple[str, str], ...]
    styles: tuple[str, ...]
    scripts: tuple[str, ...]


# Element and attributes that make a browser fetch something.
_LOADING = {
    "applet": ("code",),
    "audio": ("src",),
    "bgsound": ("src",),
    "body": ("background",),
    "embed": ("src",),
    "feimage": ("href", "xlink:href"),
    "frame": ("src",),
    "html": ("manifest",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src",),
    "input": ("src",),
    "object": ("data", "codebase", "archive"),
    "script": ("src", "href", "xlink:href"),
    "source": ("src",),
    "table": ("background",),
    "td": ("background",),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
_LOADING_RELS = frozenset(
    {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch", "manifest"}
    | {"shortcut", "apple-touch-icon", "prerender", "mask-icon", "import"}
)
_CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)""", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"""@import\s+(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_CSS_IMAGE_SET = re.compile(r"""image-set\(([^)]*)\)""", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:fig|tbl|sec|eq|lst|nte|tip|wrn|imp|cau)-[\w.-]+")
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\";]+)", re.IGNORECASE)


def _css_unescaped(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda found: chr(min(int(found[1], 16), 0x10FFFF) or 0xFFFD), css)


def _css_addresses(css: str) -> list[str]:
    css = _css_unescaped(css)
    found = [next((part for part in match.groups() if part), "") for match in _CSS_URL.finditer(css)]
    found += [match[1] or match[2] for match in _CSS_IMPORT.finditer(css)]
    for match in _CSS_IMAGE_SET.finditer(css):
        found += re.findall(r"""["']([^"']+)["']""", match[1])
    return [address for address in found if address]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.images: list[str] = []
        self.without_alt: list[str] = []
        self.unresolved: list[tuple[str, str]] = []
        self.styles: list[str] = []
        self.scripts: list[str] = []
        self._in_style = self._in_strong = self._in_script = self._in_unresolved = False
        self._svg_without = False
        self._citation: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): value or "" for name, value in reversed(attrs)}
        if given.get("id"):
            self.ids.add(given["id"])
        if tag == "a" and given.get("name"):
            self.ids.add(given["name"])
        for name, value in given.items():
            if name in _LOADING.get(tag, ()):
                self.loads.append(value)
            elif name in ("srcset", "imagesrcset"):
                self.loads += [part.split()[0] for part in re.split(r",\s+|,(?=\S+\s)", value) if part.split()]
            elif name == "srcdoc":
                inner = read_page(value)
                self.loads += inner.loads
                self.styles += inner.styles
            elif name == "style":
                self.styles.append(value)
            elif name.startswith("on"):
                self.scripts.append(f"<{tag} {name}>")
            elif name in ("fill", "stroke", "filter", "mask", "clip-path") and "url(" in value.lower():
                self.styles.append(value)
        if tag == "base" and given.get("href"):
            self.loads.append(given["href"])
        if tag == "link" and set(given.get("rel", "").lower().split()) & _LOADING_RELS:
            self.loads.append(given.get("href", ""))
        if (
            tag == "meta"
            and given.get("http-equiv", "").lower() == "refresh"
            and (found := _REFRESH.search(given.get("content", "")))
        ):
            self.loads.append(found[1].strip())
        if tag in ("a", "area") and "href" in given:
            self.links.append(given["href"])
            if (
                re.sub(r"[\s\x00-\x1f]", "", given["href"])
                .lower()
                .startswith(("javascript:", "vbscript:", "data:text/html"))
            ):
                self.scripts.append(given["href"][:60])
        if tag in ("img", "area") or (tag == "input" and given.get("type", "").lower() == "image"):
            if tag == "img":
                self.images.append(given.get("src", ""))
            # alt="" says "decoration"; in a paper there is none, unless it is hidden on purpose.
            hidden = given.get("aria-hidden") == "true" or given.get("role") in ("presentation", "none")
            if (
                not given.get("alt", "").strip()
                and not given.get("aria-label", "").strip()
                and not hidden
                and (tag != "area" or "href" in given)
            ):
                self.without_alt.append(given.get("src", tag)[:120])
        if tag == "svg" and given.get("role") == "img":
            self._svg_without = not (given.get("aria-label") or given.get("aria-labelledby"))
        elif tag == "title":
            self._svg_without = False
        if tag == "style":
            self._in_style = True
        elif tag == "script":
            self._in_script = True
            if "src" not in given:
                self.scripts.append("<script>")
        elif tag == "strong":
            self._in_strong = True
        elif tag == "span":
            classes = given.get("class", "").split()
            if "lz-unresolved" in classes or "quarto-unresolved-ref" in classes:
                self._in_unresolved = True
            elif "citation" in classes:
                self._citation = given.get("data-cites", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False
        elif tag == "script":
            self._in_script = False
        elif tag == "strong":
            self._in_strong = False
        elif tag == "span":
            self._in_unresolved = False
        elif tag == "svg" and self._svg_without:
            self._svg_without = False
            self.without_alt.append("svg")

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.styles.append(data)
        elif (self._in_strong or self._in_unresolved) and not self._in_script:
            text = data.strip()
            # In bold only with the mark ?@ in front: a writer may well emphasise ‘tip-top’.
            if (self._in_unresolved or text.startswith("?@")) and _REFERENCE.fullmatch(text.lstrip("?@")):
                self.unresolved.append(("crossref", text.lstrip("?@")))
            elif self._citation is not None and re.fullmatch(r"[\w:.#$%&+?<>~/-]+\?", text):
                self.unresolved.append(("citation", text.rstrip("?")))


def read_page(html: str) -> PageFacts:
    """Read from a page what the gate wants to know."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return PageFacts(
        loads=tuple(reader.loads),
        links=tuple(reader.links),
        ids=frozenset(reader.ids),
        images=tuple(reader.images),
        without_alt=tuple(reader.without_alt),
        unresolved=tuple(reader.unresolved),
        styles=tuple(reader.styles),
        scripts=tuple(reader.scripts),
    )


def _is_outside(address: str) -> bool:
    """Return whether a browser would leave the site to fetch `address`."""
    clean = re.sub(r"[\t\r\n]", "", address.strip())
    clean = clean.replace("\\", "/")
    return clean.startswith("//") or bool(re.match(r"(?!data:|blob:|about:)[a-zA-Z][a-zA-Z0-9+.-]*:", clean))


def check_css(css: str, where: str) -> list[Finding]:
    """Return a finding for each address outside the site that a style sheet would load."""
    return [Finding(where, "outside", address[:120]) for address in _css_addresses(css) if _is_outside(address)]


def check_page(facts: PageFacts, where: str, *, written: bool = False) -> list[Finding]:
    """Return what is wrong with one page by itself.

    Parameters
    ----------
    facts
        From `read_page`.
    where
        The source of the page.
    written
        Whether the page is a writer's text, in which no script may stand.
    """
    findings = [Finding(where, "outside", address[:120]) for address in facts.loads if _is_outside(address)]
    for css in facts.styles:
        findings += check_css(css, where)
    findings += [Finding(where, "alt", name) for name in facts.without_alt]
    findings += [Finding(where, kind, name) for kind, name in dict.fromkeys(facts.unresolved)]
    if written:
        findings += [Finding(where, "script", what) for what in facts.scripts]
    return findings


def check_links(pages: Mapping[str, PageFacts], files: Iterable[str], sources: Mapping[str, str]) -> list[Finding]:
    """Return a finding for each link, image or anchor within the site that leads nowhere.

    Parameters
    ----------
    pages
        By path in the site, such as ``papers/x/x.html``.
    files
        All files of the site.
    sources
        From page to source, for the message.
    """
    present = set(files)
    findings = []
    for page, facts in pages.items():
        where = sources.get(page, page)
        for address in dict.fromkeys([*facts.links, *facts.loads]):
            if _is_outside(address) or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", address):
                continue
            parts = urlsplit(address.replace("\\", "/"))
            path = unquote(parts.path)
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
            if path.endswith("/") or path in (".", ".."):
                target = posixpath.normpath(posixpath.join(target, "index.html"))
            anchor = unquote(parts.fragment)
            missing = target not in present or target.startswith("../") or path.startswith("/")
            if missing or (anchor and anchor != "top" and target in pages and anchor not in pages[target].ids):
                kind = "image" if address in facts.images else "link"
                findings.append(Finding(where, kind, address[:120]))
    return findings
