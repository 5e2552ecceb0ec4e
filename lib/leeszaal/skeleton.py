"""Lay out a new reading room: `leeszaal init`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leeszaal.errors import LeeszaalError
from leeszaal.files import read_bytes, write_bytes, writing

__all__ = ["PARTS", "InitSummary", "init", "parts_folder"]

# What a reading room starts with, as seen from its root; build products and a person's own evidence are not among it.
PARTS = (
    "_quarto.yml",
    "*.qmd",
    "literature/themes.yaml",
    "literature/examples/*",
    "literature/searches.yaml",
    "literature/instruments.yaml",
    "literature/criteria.yaml",
    "literature/prisma.yaml",
    "literature/starter.bib",
    "literature/starter-sources.csv",
    "literature/*.csl",
    "literature/*.css",
    "literature/indicators/*",
    "literature/frameworks/*",
    "notebooks/*.ipynb",
    "papers/_metadata.yml",
    "papers/leeszaal.docx",
    "papers/bronnen.lua",
    "papers/templates/*.ipynb",
    "papers/templates/*.yaml",
    "papers/*/paper.yaml",
    "papers/*/text.md",
)
_IGNORE = """\
# Wat steeds opnieuw gemaakt kan worden, hoort niet in git.
/_site/
/_parts/
/figures/
/downloads/
/themas/
/.quarto/
/.leeszaal/
/literature/library/
/papers/*/*.ipynb
!/papers/templates/*.ipynb
/papers/*/figures/
.ipynb_checkpoints/
"""


@dataclass(frozen=True)
class InitSummary:
    """What was laid out."""

    home: str
    made: list[str]
    kept: list[str]

    def tell(self) -> str:
        kept = f" {len(self.kept)} bestanden stonden er al en zijn niet veranderd." if self.kept else ""
        return (
            f"De leeszaal staat in {self.home}: {len(self.made)} bestanden gemaakt.{kept}\n"
            f"Verder: leeszaal demo --home {self.home}"
        )


def parts_folder() -> Path:
    """Return the folder that holds the parts: inside an installed package, or the repository itself."""
    package = Path(__file__).resolve().parent  # of a wheel, where pyproject.toml puts the parts in `room`
    for folder in (package / "room", package.parents[1]):
        if (folder / "literature" / "themes.yaml").is_file():
            return folder
    raise LeeszaalError("De installatie van Leeszaal is niet volledig.", "Installeer het pakket opnieuw.")


def init(folder: Path | str) -> InitSummary:
    """Lay out a reading room in `folder`; what already stands there stays as it is.

    Parameters
    ----------
    folder
        The folder of the new reading room; made when it does not exist.

    Raises
    ------
    LeeszaalError
        When `folder` is a file or cannot be written.
    """
    root = Path(folder).expanduser()
    if root.exists() and not root.is_dir():
        raise LeeszaalError(f"{root} is een bestand, geen map.", "Noem een map die nog niet bestaat.")
    source = parts_folder()
    with writing(root):
        root.mkdir(parents=True, exist_ok=True)
        for empty in ("literature/evidence", "literature/decisions"):
            (root / empty).mkdir(parents=True, exist_ok=True)
    made, kept = [], []
    parts = {path.relative_to(source) for pattern in PARTS for path in source.glob(pattern) if path.is_file()}
    contents = {part: read_bytes(source / part) for part in sorted(parts)}
    contents[Path(".gitignore")] = _IGNORE.encode()
    for part, content in contents.items():
        if (root / part).exists():
            kept.append(part.as_posix())
        else:
            write_bytes(root / part, content)
            made.append(part.as_posix())
    return InitSummary(str(root.resolve()), made, kept)
