"""A reading room is a folder; this module knows where everything in it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from leeszaal.errors import LeeszaalError, nearest

__all__ = ["Home", "check_slug", "find_home"]

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Home:
    """The paths of one reading room, all below `root`."""

    root: Path

    @property
    def literature(self) -> Path:
        return self.root / "literature"

    @property
    def themes(self) -> Path:
        return self.literature / "themes.yaml"

    @property
    def taxonomy(self) -> list[Path]:
        """The files that say what the themes are: `themes`, and the example titles."""
        return [self.themes, *sorted((self.literature / "examples").glob("*.csv"))]

    @property
    def starter(self) -> Path:
        return self.literature / "starter.bib"

    @property
    def evidence(self) -> Path:
        return self.literature / "evidence"

    @property
    def decisions(self) -> Path:
        return self.literature / "decisions"

    @property
    def topics_register(self) -> Path:
        return self.literature / "topics.jsonl"

    @property
    def library(self) -> Path:
        return self.literature / "library"

    @property
    def embeddings(self) -> Path:
        """What was encoded before, and the model of meaning of a room's own themes."""
        return self.library / "embeddings"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def papers(self) -> Path:
        return self.root / "papers"

    @property
    def templates(self) -> Path:
        return self.papers / "templates"

    @property
    def site(self) -> Path:
        return self.root / "_site"

    def paper(self, slug: str) -> Path:
        """Return the folder of the paper called `slug`.

        Raises
        ------
        LeeszaalError
            When the slug is not of the form ``woord-woord`` or no such paper exists.
        """
        check_slug(slug)
        folder = self.papers / slug
        if not (folder / "paper.yaml").is_file():
            raise LeeszaalError(f"Er is geen paper ‘{slug}’ in {self.papers}.", nearest(slug, self.paper_slugs()))
        return folder

    def paper_slugs(self) -> list[str]:
        """Return the slugs of all papers, in alphabetical order."""
        return sorted(path.parent.name for path in self.papers.glob("*/paper.yaml"))

    def relative(self, path: Path) -> str:
        """Return `path` as seen from the root, with forward slashes."""
        return path.resolve().relative_to(self.root.resolve()).as_posix()


def check_slug(slug: str) -> None:
    """Raise an error when `slug` is not of the form ``woord-woord``: it is a folder and an address at once."""
    if not _SLUG.fullmatch(slug) or slug == "templates":
        raise LeeszaalError(
            f"‘{slug}’ kan geen naam van een paper zijn.",
            "Gebruik kleine letters, cijfers en koppeltekens, zoals ‘interbestuurlijk-toezicht’.",
        )


def _is_home(folder: Path) -> bool:
    return (folder / "_quarto.yml").is_file() and (folder / "literature" / "themes.yaml").is_file()


def find_home(home: Home | Path | str | None = None) -> Home:
    """Return the reading room at `home`, or the nearest one at or above the current folder.

    Raises
    ------
    LeeszaalError
        When there is no reading room there.
    """
    if isinstance(home, Home):
        return home
    if home is not None:
        root = Path(home).expanduser()
        if not _is_home(root):
            raise LeeszaalError(
                f"{root} is geen leeszaal: _quarto.yml of literature/themes.yaml ontbreekt.",
                f"Maak er een met: leeszaal init {root}",
            )
        return Home(root.resolve())
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_home(folder):
            return Home(folder)
    raise LeeszaalError(
        f"In {here} en de mappen daarboven is geen leeszaal gevonden.",
        "Ga naar de map van uw leeszaal, noem haar met --home MAP, of maak er een met: leeszaal init MAP",
    )
