"""The verb `site`: render into a fresh folder, let the gate look, and only then put it in place."""

from __future__ import annotations

import posixpath
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from leeszaal import progress
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import fresh_folder, read_bytes, writing
from leeszaal.home import Home, find_home
from leeszaal.papers.sources import unfit_papers
from leeszaal.site import pandoc, pdf, quarto
from leeszaal.site.cache import Cache
from leeszaal.site.gate import Finding, check_css, check_links, check_page
from leeszaal.site.pagefacts import PageFacts, read_page
from leeszaal.site.pages import literature
from leeszaal.site.project import Document, Project, read_project
from leeszaal.site.source import Source, read_source
from leeszaal.site.texts import write_texts

__all__ = ["SiteSummary", "publish", "render_documents", "site"]

_RENDERERS = ("pandoc", "quarto")
_THREADS = 2
_SHOWN = 40  # findings in one message; the number of others is told


@dataclass(frozen=True)
class SiteSummary:
    """What was published.

    Parameters
    ----------
    pages, papers
        How many web pages there are in all, and how many of them are papers.
    renderer
        ``"pandoc"`` or ``"quarto"``.
    index
        The front page.
    seconds
        How long it took.
    marked
        From source to the number of characters that no font of the PDF holds; they stand there as
        ``[U+1F3DB]``.
    """

    pages: int
    papers: int
    renderer: str
    index: str
    seconds: float
    marked: dict[str, int] = field(default_factory=dict)

    def tell(self) -> str:
        name = {"pandoc": "Pandoc en Typst", "quarto": "Quarto"}[self.renderer]
        papers = "1 paper" if self.papers == 1 else f"{self.papers} papers"
        lines = [f"De site is gemaakt met {name} in {self.seconds:.1f} s: {self.pages} pagina's, waarvan {papers}."]
        for source, count in self.marked.items():
            signs = "1 teken heeft" if count == 1 else f"{count} tekens hebben"
            lines.append(f"{source}: {signs} in de PDF geen lettertype; daar staat het nummer, zoals [U+1F3DB].")
        lines.append(self.index)
        return "\n".join(lines)


def site(*, home: Home | Path | str | None = None, renderer: str | None = None) -> SiteSummary:
    """Make the site of a reading room: every page and paper, checked, in `_site/`.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    renderer
        ``"quarto"`` or ``"pandoc"``; by default Quarto where it is installed.

    Raises
    ------
    LeeszaalError
        When something may not be published, naming document and place, or cannot be rendered or written.
        The last good site stays as it was.
    """
    from leeszaal.site.pages import write_parts

    room = find_home(home)
    chosen = _choose(renderer)
    if unfit := unfit_papers(room):
        raise LeeszaalError(
            "De site is niet gepubliceerd: papers noemen werken die zijn ingetrokken, betwijfeld of niet nagekeken.\n"
            + "\n".join(f"- {one}" for one in unfit),
            "Haal de verwijzing weg, of zeg in paper.yaml waarom niet (accept), en maak de paper opnieuw.",
        )
    with progress.stage("Site"):
        write_parts(room)
        return publish(room, chosen)


def publish(room: Home, renderer: str) -> SiteSummary:
    """Render the project of a reading room as it stands, and publish it when the gate has no objection.

    Parameters
    ----------
    room
        The reading room, with its computed parts.
    renderer
        ``"quarto"`` or ``"pandoc"``.

    Raises
    ------
    LeeszaalError
        As `site`.
    """
    started = time.perf_counter()
    project = read_project(room)
    marked: dict[str, int] = {}
    with fresh_folder(room.site) as target:
        if renderer == "quarto":
            findings = quarto.render(project, target)
        else:
            findings, marked = render_documents(project, target)
        if (target / "index.html").is_file():
            pages = _read_pages(target)
            _copy_resources(project, target, pages)
            write_texts(pages, target)
            findings += _gate(project, target, pages)
        if findings:
            raise _refused(findings)
    papers = sum(document.is_paper for document in project.documents)
    seconds = round(time.perf_counter() - started, 1)
    return SiteSummary(len(project.documents), papers, renderer, str(room.site / "index.html"), seconds, marked)


def _choose(renderer: str | None) -> str:
    if renderer is None:
        return "quarto" if quarto.program() else "pandoc"
    if renderer not in _RENDERERS:
        raise LeeszaalError(f"‘{renderer}’ kan geen site maken.", nearest(renderer, _RENDERERS))
    return renderer


def _refused(findings: Sequence[Finding]) -> LeeszaalError:
    unique = list(dict.fromkeys(findings))
    lines = [f"- {finding.tell()}" for finding in unique[:_SHOWN]]
    if len(unique) > _SHOWN:
        lines.append(f"- en nog {len(unique) - _SHOWN} andere")
    count = "1 ding klopt niet" if len(unique) == 1 else f"{len(unique)} dingen kloppen niet"
    return LeeszaalError(
        "De site is niet gepubliceerd: " + count + ".\n" + "\n".join(lines),
        "Wat er stond is niet veranderd. Verbeter dit en probeer het opnieuw met: leeszaal site",
    )


def render_documents(project: Project, target: Path) -> tuple[list[Finding], dict[str, int]]:
    """Render all documents with Pandoc and Typst, two at a time."""
    findings: list[Finding] = []
    marked: dict[str, int] = {}
    sources = [read_source(project, document) for document in project.documents]
    for source in sources:
        findings += source.findings
        if not source.document.title:
            findings.append(Finding(source.document.name, "title", ""))
    if findings:
        return findings, marked  # a notebook that failed is not worth a rendering
    with writing(target):
        libs = target / "site_libs"
        libs.mkdir()
        shutil.copyfile(pandoc.DATA / "leeszaal.css", libs / "leeszaal.css")
        for path in project.css:
            (libs / "eigen").mkdir(exist_ok=True)
            shutil.copyfile(path, libs / "eigen" / path.name)
    with tempfile.TemporaryDirectory(prefix="leeszaal-") as name, ThreadPoolExecutor(_THREADS) as pool:
        bibliography = pandoc.prepare_bibliography(project, Path(name))
        cache = Cache.of(project)
        jobs: dict[Future[tuple[list[Finding], int]], Source] = {}
        for number, source in enumerate(sources):
            for kind in source.document.formats:
                work = Path(name) / f"{number}-{kind}"
                jobs[pool.submit(_job, kind, source, project, work, bibliography, target, cache)] = source
        progress.advance(0, len(jobs))
        try:
            for job in as_completed(jobs):
                found, count = job.result()
                findings += found
                if count:
                    marked[jobs[job].document.name] = count
                progress.advance()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    if not findings:
        wanted = [(source, kind) for source in sources for kind in source.document.formats]
        cache.forget_all_but({cache.name(source, kind) for source, kind in wanted})
    order = {source.document.name: number for number, source in enumerate(sources)}
    return sorted(findings, key=lambda finding: order[finding.where]), dict(sorted(marked.items()))


def _html(
    source: Source, project: Project, work: Path, bibliography: Path | None, target: Path
) -> tuple[list[Finding], int]:
    run = pandoc.to_html(source, project, work, bibliography)
    path = target / source.document.output("html")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(run.text, encoding="utf-8", newline="\n")
        for name, content in source.images.items():
            (path.parent / name).write_bytes(content)
    return list(run.findings), 0


def _docx(
    source: Source, project: Project, work: Path, bibliography: Path | None, target: Path
) -> tuple[list[Finding], int]:
    run = pandoc.to_docx(source, project, work, bibliography, target / source.document.output("docx"))
    return list(run.findings), 0


def _pdf(
    source: Source, project: Project, work: Path, bibliography: Path | None, target: Path
) -> tuple[list[Finding], int]:
    return pdf.to_pdf(source, project, work, bibliography, target / source.document.output("typst"))


_Job = Callable[[Source, Project, Path, "Path | None", Path], tuple[list[Finding], int]]
_JOBS: dict[str, _Job] = {"html": _html, "docx": _docx, "typst": _pdf}


def _job(
    kind: str,
    source: Source,
    project: Project,
    work: Path,
    bibliography: Path | None,
    target: Path,
    cache: Cache,
) -> tuple[list[Finding], int]:
    """Take one rendering from the cache, or make and keep it."""
    place = target / source.document.output(kind)
    name = cache.name(source, kind) if cache.can_hold(source) else ""
    if name and (marked := cache.take(name, place)) is not None:
        return [], marked
    findings, marked = _JOBS[kind](source, project, work, bibliography, target)
    if name and not findings:
        cache.keep(name, place, marked)
    return findings, marked


def _read_pages(target: Path) -> dict[str, PageFacts]:
    """Return what every page of the site holds, by its path."""
    return {
        path.relative_to(target).as_posix(): read_page(read_bytes(path).decode("utf-8", errors="replace"))
        for path in sorted(target.rglob("*.html"))
    }


def _copy_resources(project: Project, target: Path, pages: Mapping[str, PageFacts]) -> None:
    """Copy what `_quarto.yml` names as resources, and the local files that the pages show or link to."""
    root = project.root.resolve()
    wanted: set[Path] = set()
    for pattern in (project.meta.get("project") or {}).get("resources") or []:
        wanted.update(path for path in project.root.glob(str(pattern).lstrip("/")) if path.is_file())
    for document in project.documents:
        if document.output() in pages:
            wanted.update(_local_files(root, document, pages[document.output()]))
    for path in sorted(wanted):
        place = target / path.resolve().relative_to(root)
        if not place.exists():
            with writing(place):
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)


def _local_files(root: Path, document: Document, facts: PageFacts) -> list[Path]:
    found = []
    for address in (*facts.loads, *facts.links):
        path = unquote(urlsplit(address.replace("\\", "/")).path)
        if not path or path.startswith("/") or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", address):
            continue
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(document.name), path))
        parts = inside.split("/")
        # Not every file of a reading room is for readers: nothing hidden, no evidence, no decisions.
        if (
            ".." in parts
            or any(part.startswith((".", "_")) for part in parts)
            or parts[0] in ("literature", "lib", "tests")
        ):
            continue
        candidate = root / inside
        if (
            candidate.is_file()
            and candidate.resolve().is_relative_to(root)
            and candidate.suffix not in (".qmd", ".ipynb", ".yaml")
        ):
            found.append(candidate)
    return found


def _gate(project: Project, target: Path, pages: Mapping[str, PageFacts]) -> list[Finding]:
    """Look at every page as a browser would."""
    sources = {document.output(): document for document in project.documents}
    findings: list[Finding] = []
    files = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    for name in files:
        if name.endswith(".html"):
            document = sources.get(name)
            where = document.name if document else name
            written = document is not None and document.is_paper and not (target / "site_libs" / "quarto-html").is_dir()
            findings += check_page(pages[name], where, written=written)
        elif name.endswith(".css"):
            findings += check_css(read_bytes(target / name).decode("utf-8", errors="replace"), name)
        elif name.endswith(".svg"):
            facts = read_page(read_bytes(target / name).decode("utf-8", errors="replace"))
            findings += [finding for finding in check_page(facts, name) if finding.kind == "outside"]
    # A PDF that could not be made is a finding of its own; the links to it are not.
    expected = [document.output(kind) for document in project.documents for kind in document.formats]
    named = {name: document.name for name, document in sources.items()}
    anchors, lists = literature.known_places(target / "downloads")
    return findings + check_links(pages, [*files, *expected], named, made={"literatuur.html": anchors}, lists=lists)
