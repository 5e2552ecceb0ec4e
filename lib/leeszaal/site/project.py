"""What is to be rendered: the Quarto project of a reading room, and the front matter of each document."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes
from leeszaal.home import Home
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["Document", "NavItem", "Project", "read_document", "read_project", "split_front_matter"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FORMATS = {"html": ".html", "typst": ".pdf", "docx": ".docx"}


@dataclass(frozen=True)
class NavItem:
    """One link of the navigation: its text and the page it leads to (`themas.qmd`)."""

    text: str
    href: str


@dataclass(frozen=True)
class Document:
    """One source of the site: a page (`index.qmd`) or an executed paper (`papers/x/x.ipynb`).

    Parameters
    ----------
    path
        The source file.
    name
        The same as seen from the root of the project, with forward slashes.
    meta
        Its front matter.
    formats
        What it becomes: ``html`` always, ``typst`` (a PDF) and ``docx`` when project and document say so.
    """

    path: Path
    name: str
    meta: dict[str, Any] = field(repr=False)
    formats: tuple[str, ...]

    @property
    def is_paper(self) -> bool:
        return self.path.suffix == ".ipynb"

    @property
    def title(self) -> str:
        return str(self.meta.get("title") or "").strip()

    def output(self, kind: str = "html") -> str:
        """Return where the document comes to stand in the site, for one format."""
        return self.name.removesuffix(self.path.suffix) + _FORMATS[kind]

    @cached_property
    def date(self) -> datetime.date | None:
        """The date of the document, when it has one that can be read."""
        value = self.meta.get("date")
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(str(value)[:10])
        except ValueError:
            return None


@dataclass(frozen=True)
class Project:
    """The Quarto project of a reading room.

    Parameters
    ----------
    root
        The folder with `_quarto.yml`.
    title, lang
        Of the site.
    left, right, footer
        The links of the navigation bar (left and right) and the text of the footer (Markdown).
    bibliography, csl, reference_doc
        Files, or None.
    css
        Style sheets of the project itself, on top of ours.
    meta
        All of `_quarto.yml`.
    documents
        What is rendered, in the order of the navigation, then by name.
    """

    root: Path
    title: str
    lang: str
    left: tuple[NavItem, ...]
    right: tuple[NavItem, ...]
    footer: str
    bibliography: Path | None
    csl: Path | None
    reference_doc: Path | None
    css: tuple[Path, ...]
    meta: dict[str, Any] = field(repr=False)
    documents: tuple[Document, ...]


def split_front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    """Split a source into its front matter (a dict; empty when there is none) and its body.

    Raises
    ------
    LeeszaalError
        When the front matter is not valid YAML, or not a block of keys.
    """
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    try:
        meta = yaml.safe_load(found[1] or "") or {}
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise LeeszaalError(
            f"{where}, regel {line}: de gegevens tussen de streepjes (---) zijn geen geldige YAML: {error}.",
            "Zet een tekst met een dubbele punt of aanhalingstekens tussen enkele aanhalingstekens.",
        ) from error
    if not isinstance(meta, dict):
        raise LeeszaalError(
            f"{where}, regel 1: tussen de streepjes (---) wordt ‘sleutel: waarde’ verwacht.",
            "Voeg een titel toe.",
        )
    return meta, text[found.end() :]


def _source_text(path: Path, name: str) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise LeeszaalError(
            f"{name} is niet als UTF-8 opgeslagen (byte {error.start}).", "Sla het opnieuw op als UTF-8."
        ) from error


def _front_matter(path: Path, name: str) -> dict[str, Any]:
    text = _source_text(path, name)
    if path.suffix != ".ipynb":
        return split_front_matter(text, name)[0]
    try:
        cells = json.loads(text)["cells"]
        first = cells[0] if cells else {}
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise LeeszaalError(f"{name} is geen notebook.", "Maak de paper opnieuw met: leeszaal paper") from error
    if first.get("cell_type") not in ("raw", "markdown"):
        return {}
    return split_front_matter("".join(first.get("source", "")), name)[0]


def _formats(project: dict[str, Any], meta: dict[str, Any]) -> tuple[str, ...]:
    """Return the formats of a document: its own `format:` when it has one, else those of the project."""
    chosen = meta.get("format", project.get("format", {"html": {}}))
    names = [chosen] if isinstance(chosen, str) else list(chosen)
    return tuple(kind for kind in _FORMATS if kind in names or kind == "html")


def _folder_metadata(root: Path, folder: Path, known: dict[Path, dict[str, Any]]) -> dict[str, Any]:
    """Return what the files `_metadata.yml` between the root and `folder` say; the nearest one wins."""
    if folder not in known:
        above = {} if folder == root else _folder_metadata(root, folder.parent, known)
        path = folder / "_metadata.yml"
        own = read_yaml(path).content if path.is_file() else None
        known[folder] = {**above, **own} if isinstance(own, dict) else above
    return known[folder]


def _render_list(source: YamlFile, root: Path) -> list[Path]:
    patterns = (source.content.get("project") or {}).get("render") or ["*.qmd"]
    chosen: dict[Path, None] = {}
    for index, pattern in enumerate(patterns):
        negative, glob = (
            str(pattern).startswith("!"),
            str(pattern).removeprefix("!").removeprefix("./").lstrip("/"),
        )
        if ".." in Path(glob).parts:
            raise source.error(
                f"‘{pattern}’ wijst buiten deze leeszaal.",
                "project",
                "render",
                index,
                remedy="Noem een pad hierbinnen.",
            )
        found = sorted(root.glob(glob))
        if not negative and not found and not set("*?[") & set(glob):
            raise source.error(
                f"{glob} bestaat niet.",
                "project",
                "render",
                index,
                remedy="Maak de pagina of haal deze regel weg.",
            )
        for path in found:
            if negative:
                chosen.pop(path, None)
            elif path.is_file() and not path.name.startswith(("_", ".")):
                chosen[path] = None
    return list(chosen)


def _nav(items: Any) -> tuple[NavItem, ...]:
    found = []
    for item in items or []:
        if isinstance(item, str):
            found.append(NavItem("", item))
        elif isinstance(item, dict) and item.get("href"):
            found.append(NavItem(str(item.get("text") or ""), str(item["href"])))
    return tuple(found)


def read_document(
    root: Path, meta: dict[str, Any], path: Path, name: str, known: dict[Path, dict[str, Any]] | None = None
) -> Document:
    """Read the front matter of one document, on top of the `_metadata.yml` above the place that its name says.

    Parameters
    ----------
    root, meta
        The folder with `_quarto.yml`, and what that says.
    path
        The source; it may stand elsewhere than its name says.
    name
        As `Document.name`.
    known
        What was read of `_metadata.yml` before, by folder; filled on the way.

    Raises
    ------
    LeeszaalError
        When it cannot be read.
    """
    shared = {} if known is None else known
    matter = {**_folder_metadata(root, (root / name).parent, shared), **_front_matter(path, name)}
    return Document(path, name, matter, _formats(meta, matter))


def read_project(home: Home) -> Project:
    """Read `_quarto.yml` and the front matter of every document it names.

    Raises
    ------
    LeeszaalError
        When the file is not YAML, names a page or file that is not there, or a document cannot be read.
    """
    root = home.root
    source = read_yaml(root / "_quarto.yml")
    meta = source.content if isinstance(source.content, dict) else {}
    shared: dict[Path, dict[str, Any]] = {}
    website = meta.get("website") or {}
    navbar = website.get("navbar") or {}
    documents = []
    for path in _render_list(source, root):
        name = path.relative_to(root).as_posix()
        documents.append(read_document(root, meta, path, name, shared))
    if not documents:
        raise source.error("er is geen enkele pagina om te maken.", "project", "render", remedy="Voeg index.qmd toe.")
    docx = (meta.get("format") or {}).get("docx") if isinstance(meta.get("format"), dict) else None
    footer = website.get("page-footer") or ""
    if isinstance(footer, dict):
        footer = next(
            (str(footer[side]) for side in ("center", "left", "right") if isinstance(footer.get(side), str)),
            "",
        )
    return Project(
        root=root,
        title=str(website.get("title") or meta.get("title") or "Leeszaal"),
        lang=str(meta.get("lang") or "nl"),
        left=_nav(navbar.get("left")),
        right=_nav(navbar.get("right")),
        footer=str(footer),
        bibliography=_file(source, root, "bibliography"),
        csl=_file(source, root, "csl"),
        reference_doc=_existing(root, docx.get("reference-doc")) if isinstance(docx, dict) else None,
        css=_css(source, root),
        meta=meta,
        documents=tuple(documents),
    )


def _css(source: YamlFile, root: Path) -> tuple[Path, ...]:
    html = source.content.get("format")
    html = html.get("html") if isinstance(html, dict) else None
    given = html.get("css") if isinstance(html, dict) else None
    found = []
    for name in [given] if isinstance(given, str) else given or []:
        if not (root / str(name)).is_file():
            raise source.error(
                f"{name} bestaat niet.", "format", "html", "css", remedy="Haal deze regel weg of maak het bestand."
            )
        found.append(root / str(name))
    return tuple(found)


def _existing(root: Path, name: Any) -> Path | None:
    return root / str(name) if name and (root / str(name)).is_file() else None


def _file(source: YamlFile, root: Path, key: str) -> Path | None:
    name = source.content.get(key)
    if not name:
        return None
    if not (root / str(name)).is_file():
        raise source.error(
            f"{name} bestaat niet.", key, remedy="Maak de site met: leeszaal site (die schrijft dit bestand)."
        )
    return root / str(name)
