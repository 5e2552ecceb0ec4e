"""Render a signed version of a paper again: the same words, whatever became of the library since."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from leeszaal.errors import LeeszaalError
from leeszaal.files import fresh_folder, read_bytes, writing
from leeszaal.home import Home, find_home
from leeszaal.papers.versions import read_version
from leeszaal.site.project import read_project
from leeszaal.site.render import render_documents

__all__ = ["VersionSummary", "render_version"]


@dataclass(frozen=True)
class VersionSummary:
    """The files of a version that was made again."""

    slug: str
    version: int
    files: list[str]

    def tell(self) -> str:
        return f"Versie {self.version} van paper ‘{self.slug}’ is opnieuw gemaakt:\n" + "\n".join(self.files)


def render_version(
    slug: str, number: int, output: Path | str, *, home: Home | Path | str | None = None
) -> VersionSummary:
    """Make HTML, PDF and Word of a signed version in a folder of their own.

    The text comes from the version alone: its executed notebook, its figures and its sources. The look (style of
    citations, layout) is that of the reading room now.

    Parameters
    ----------
    slug, number
        The paper, and which version.
    output
        The folder; what stands there is replaced.
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When there is no such version, it is not what was signed any more, or it cannot be rendered.
    """
    room = find_home(home)
    version = read_version(room, slug, number)
    target = Path(output).expanduser()
    if target.exists() and not target.is_dir():
        raise LeeszaalError(f"{target} is een bestand, geen map.", "Noem een map.")
    if target.is_dir() and any(target.iterdir()) and not (target / f"{slug}.html").is_file():
        raise LeeszaalError(f"In {target} staan andere bestanden.", "Noem een nieuwe of lege map.")
    with tempfile.TemporaryDirectory(prefix="leeszaal-") as name:
        root = Path(name)
        _lay_out(room, root, slug, version.folder)
        project = read_project(Home(root))
        with fresh_folder(root / "site") as made:
            findings, _ = render_documents(project, made)
        if findings:
            raise LeeszaalError("\n".join(finding.tell() for finding in findings), "")
        with fresh_folder(target) as new, writing(target):
            shutil.copytree(root / "site" / "papers" / slug, new, dirs_exist_ok=True)
            if (version.folder / "figures").is_dir():
                shutil.copytree(version.folder / "figures", new / "figures", dirs_exist_ok=True)
            shutil.copytree(root / "site" / "site_libs", new / "site_libs", dirs_exist_ok=True)
            page = new / f"{slug}.html"
            text = read_bytes(page).decode("utf-8").replace("../../site_libs/", "site_libs/")
            page.write_text(text, encoding="utf-8", newline="\n")
        files = sorted(str(target / f"{slug}{suffix}") for suffix in (".docx", ".html", ".pdf"))
    return VersionSummary(slug, number, [one for one in files if Path(one).is_file()])


def _lay_out(room: Home, root: Path, slug: str, folder: Path) -> None:
    """Lay out a project that holds this one paper, as it was."""
    import yaml

    settings = yaml.safe_load(read_bytes(room.root / "_quarto.yml"))
    settings["project"]["render"] = [f"papers/{slug}/{slug}.ipynb"]
    settings["project"]["resources"] = []
    (root / "_quarto.yml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (root / "literature").mkdir()
    for pattern in ("*.csl", "*.css", "themes.yaml"):
        for path in room.literature.glob(pattern):
            shutil.copyfile(path, root / "literature" / path.name)
    paper = root / "papers" / slug
    paper.mkdir(parents=True)
    if (folder / "figures").is_dir():
        shutil.copytree(folder / "figures", paper / "figures")
    for name in ("_metadata.yml", "bronnen.lua", "leeszaal.docx"):
        if (room.papers / name).is_file():
            shutil.copyfile(room.papers / name, root / "papers" / name)
    shutil.copyfile(folder / f"{slug}.ipynb", paper / f"{slug}.ipynb")
    (root / "_parts").mkdir()
    shutil.copyfile(folder / "references.json", root / "_parts" / "references.json")
