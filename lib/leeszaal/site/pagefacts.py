"""What a page holds, as the gate and the search on the site want to know it: read once, without a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

__all__ = ["PageFacts", "Part", "css_addresses", "read_page"]


@dataclass(frozen=True)
class Part:
    """The text below one heading of a page: its anchor, the heading, the text; before any heading both are empty."""

    anchor: str
    heading: str
    text: str


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
    title
        The first heading.
    parts
        Its text, heading by heading.
    """

    loads: tuple[str, ...]
    links: tuple[str, ...]
    ids: frozenset[str]
    images: tuple[str, ...]
    without_alt: tuple[str, ...]
    unresolved: tuple[tuple[str, str], ...]
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    title: str = ""
    parts: tuple[Part, ...] = ()


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


def css_addresses(css: str) -> list[str]:
    css = _css_unescaped(css)
    found = [next((part for part in match.groups() if part), "") for match in _CSS_URL.finditer(css)]
    found += [match[1] or match[2] for match in _CSS_IMPORT.finditer(css)]
    for match in _CSS_IMAGE_SET.finditer(css):
        found += re.findall(r"""["']([^"']+)["']""", match[1])
    return [address for address in found if address]


# What is no text of the page itself, and the headings that divide it.
_NO_TEXT = frozenset({"annotation", "form", "nav", "noscript", "script", "style", "svg"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "i", "mark", "q", "small", "span", "strong", "sub", "sup", "u"}
)


class _Text:
    """Gathers the text of the main part of a page, heading by heading."""

    def __init__(self) -> None:
        self.title = ""
        self._found: list[tuple[str, list[str], list[str]]] = [("", [], [])]
        self._sections: list[str] = []
        self._in_main = self._skipped = 0
        self._heading = False

    def open(self, tag: str, given: dict[str, str]) -> None:
        self._in_main += tag == "main"
        self._skipped += tag in _NO_TEXT
        if tag == "section":
            self._sections.append(given.get("id", ""))
        if self._in_main and not self._skipped and tag in _HEADINGS:
            self._heading = True
            inside = next((name for name in reversed(self._sections) if name), "")
            self._found.append((given.get("id") or ("" if tag == "h1" else inside), [], []))
        elif tag not in _INLINE:
            self.add(" ")

    def close(self, tag: str) -> None:
        self._in_main -= tag == "main"
        self._skipped -= tag in _NO_TEXT
        if tag == "section" and self._sections:
            self._sections.pop()
        if tag in _HEADINGS and self._heading:
            self._heading = False
            self.title = self.title or " ".join("".join(self._found[-1][1]).split())
        elif tag not in _INLINE:
            self.add(" ")

    def add(self, text: str) -> None:
        if self._in_main and not self._skipped:
            (self._found[-1][1] if self._heading else self._found[-1][2]).append(text)

    def parts(self) -> list[Part]:
        listed = [
            Part(anchor, " ".join("".join(heading).split()), " ".join("".join(text).split()))
            for anchor, heading, text in self._found
        ]
        return [part for part in listed if part.heading or part.text]


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
        self.text = _Text()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): value or "" for name, value in reversed(attrs)}
        self.text.open(tag, given)
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
        self.text.close(tag)
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
        self.text.add(data)
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
        title=reader.text.title,
        parts=tuple(reader.text.parts()),
    )
