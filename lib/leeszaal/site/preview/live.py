"""What the preview shows: the page of a paper or a page of the site, rendered again when what it rests on was saved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes, write_text, writing
from leeszaal.home import Home
from leeszaal.library import load_works
from leeszaal.papers.contents import Paper
from leeszaal.papers.run import open_settings
from leeszaal.papers.settings import PaperSettings, read_settings
from leeszaal.papers.sources import references
from leeszaal.papers.text import check_text, cited_keys, read_text
from leeszaal.site import pandoc
from leeszaal.site.preview.kernel import WarmKernel
from leeszaal.site.project import Document, Project, read_document, read_project
from leeszaal.site.source import read_source

__all__ = ["Live", "changed", "stamps"]

_PRODUCTS = ("figures", "figuren")


def stamps(home: Home, slug: str | None) -> dict[Path, int]:
    """Return when each file that the preview follows was written last (nanoseconds)."""
    found = {*home.root.glob("*.qmd"), *home.literature.glob("*.css"), home.root / "_quarto.yml"}
    if slug is not None:
        found |= {path for path in home.paper(slug).iterdir() if path.is_file() and path.suffix != ".ipynb"}
    out = {}
    for path in found:
        if not path.name.startswith((".", "~", "#")):
            try:
                out[path] = path.stat().st_mtime_ns
            except OSError:  # gone between looking and asking, as when an editor saves by renaming
                continue
    return out


def changed(before: Mapping[Path, int], after: Mapping[Path, int]) -> set[Path]:
    """Return the files that are new, gone, or written again."""
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


@dataclass
class _Opened:
    """A paper as its settings and the library were when it was opened; its text is read at every save."""

    settings: PaperSettings
    contents: Paper


class Live:
    """Renders into a folder that lies over the site.

    Parameters
    ----------
    home
        The reading room; its site was made once.
    slug
        The paper that is being written; None: the pages alone.
    """

    def __init__(self, home: Home, slug: str | None) -> None:
        self.home, self.slug = home, slug
        self.folder = home.root / ".leeszaal" / "preview"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.over = self.folder / "site"
        self._work = self.folder / (slug or "pagina")
        with writing(self._work):
            self._work.mkdir(parents=True, exist_ok=True)
            self.over.mkdir(parents=True, exist_ok=True)
        self._kernel = WarmKernel(self._work)
        self._opened: _Opened | None = None
        self._project: Project | None = None

    @property
    def start(self) -> str:
        """The page to open first, as seen from the site."""
        return f"papers/{self.slug}/{self.slug}.html" if self.slug else "index.html"

    def stop(self) -> None:
        """End what runs in the background."""
        self._kernel.stop()

    def refresh(self, paths: Collection[Path]) -> list[str]:
        """Render what rests on these files again; return what is wrong, in Dutch, or nothing.

        What cannot be rendered stays as it was.
        """
        try:
            return self._refresh(paths)
        except LeeszaalError as error:
            return [f"{error.message} {error.remedy}".strip()]

    def _refresh(self, paths: Collection[Path]) -> list[str]:
        told: list[str] = []
        if self._project is None or any(path.name == "_quarto.yml" for path in paths):
            self._project = read_project(self.home)
        for path in paths:
            if path.suffix == ".css" and path.is_file():
                write_bytes(self.over / "site_libs" / "eigen" / path.name, read_bytes(path))
            if path.suffix == ".qmd" and path.is_file():
                told += self._page(self._project, path)
        inside = [path for path in paths if self.slug and path.parent == self.home.paper(self.slug)]
        if inside:
            told += self._paper(self._project, anew=any(path.name != "text.md" for path in inside))
        return told

    def _page(self, project: Project, path: Path) -> list[str]:
        name = path.relative_to(self.home.root).as_posix()
        return self._html(project, read_document(project.root, project.meta, path, name))

    def _paper(self, project: Project, *, anew: bool) -> list[str]:
        slug = self.slug or ""
        folder = self.home.paper(slug)
        if self._opened is None or anew:
            settings = read_settings(self.home, slug)
            self._opened = _Opened(settings, open_settings(self.home, settings))
        settings, contents = self._opened.settings, self._opened.contents
        name = self.home.relative(folder / "text.md")
        sections = read_text(folder / "text.md")
        findings = check_text(sections, contents.slots, contents.values, contents.citekeys)
        if findings:
            return [f"{name}, regel {one.line}: {one.message}. {one.remedy}".strip() for one in findings]
        executed = self._kernel.run(settings, contents.front_matter(settings))
        path = self._work / f"{slug}.ipynb"
        write_text(path, executed)
        for beside in folder.iterdir():  # what the writer put beside the text, such as a photograph
            if beside.is_file() and beside.suffix not in (".ipynb", ".md", ".yaml"):
                write_bytes(self._work / beside.name, read_bytes(beside))
        document = read_document(project.root, project.meta, path, f"papers/{slug}/{slug}.ipynb")
        cited = {key for section in sections.values() for _, key in cited_keys(section.body)}
        return self._html(self._with_sources(project, cited, executed), document)

    def _with_sources(self, project: Project, cited: set[str], executed: str) -> Project:
        """Give the project a bibliography with what the paper cites now, which that of the site may not hold yet."""
        shown = {key for _, key in cited_keys(_markdown_of(executed))}
        found = references(self.home, load_works(self.home), cited | shown)
        path = self.folder / "references.json"
        write_text(path, json.dumps(found, ensure_ascii=False))
        return replace(project, bibliography=path)

    def _html(self, project: Project, document: Document) -> list[str]:
        source = read_source(project, document)
        if source.findings:
            return [finding.tell() for finding in source.findings]
        work = self.folder / "pandoc"
        shutil.rmtree(work, ignore_errors=True)  # what the filters told of the render before
        run = pandoc.to_html(source, project, work, pandoc.prepare_bibliography(project, self.folder))
        place = self.over / document.output()
        write_text(place, run.text)
        for name in _PRODUCTS:
            if (document.path.parent / name).is_dir() and document.is_paper:
                with writing(place):
                    shutil.copytree(document.path.parent / name, place.parent / name, dirs_exist_ok=True)
        for image, content in source.images.items():
            write_bytes(place.parent / image, content)
        return [finding.tell() for finding in run.findings]


def _markdown_of(executed: str) -> str:
    """Return all Markdown that the cells of an executed notebook show."""
    cells: list[dict[str, Any]] = json.loads(executed)["cells"]
    parts = (output.get("data", {}).get("text/markdown", "") for cell in cells for output in cell.get("outputs", []))
    return "\n\n".join("".join(part) for part in parts)
