"""What was rendered before from the same sources is taken from `.leeszaal/site/` and not rendered again."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from leeszaal import __version__
from leeszaal.files import read_bytes, sha256, write_bytes
from leeszaal.site.pandoc import DATA, OFFICIAL
from leeszaal.site.project import Project
from leeszaal.site.source import Source

__all__ = ["Cache"]

# A picture from elsewhere may change unseen; a link changes nothing in the rendering.
_ELSEWHERE = re.compile(
    r"!\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(<?(?:\.\./|/)|^ {0,3}\[[^\]]+\]: +<?(?:\.\./|/)", re.MULTILINE
)


@functools.cache
def _tools() -> str:
    """Return a fingerprint of everything of ours that shapes a rendering: code, filters, templates, programs."""
    files = sorted(path for path in DATA.parent.rglob("*") if path.suffix in {".py", ".lua", ".typ", ".html", ".docx"})
    files.append(OFFICIAL)
    parts = [__version__, version("pypandoc_binary"), version("typst"), version("matplotlib")]
    return sha256("\n".join([*parts, *(sha256(read_bytes(path)) for path in files)]).encode("utf-8"))


@dataclass(frozen=True)
class Cache:
    """The renderings of one project.

    Parameters
    ----------
    folder
        Where they are.
    shared
        A fingerprint of what all documents share: the project file, the citation style.
    entries
        The bibliography, by citekey.
    """

    folder: Path
    shared: str
    entries: dict[str, Any]

    @classmethod
    def of(cls, project: Project) -> Cache:
        """Return the cache of a project."""
        shared = [_tools(), json.dumps(project.meta, sort_keys=True, default=str)]
        shared += [sha256(read_bytes(path)) for path in (project.csl, project.reference_doc) if path is not None]
        listed = json.loads(read_bytes(project.bibliography).decode("utf-8-sig")) if project.bibliography else []
        entries = {str(entry.get("id", "")): entry for entry in listed}
        return cls(project.root / ".leeszaal" / "site", "\n".join(shared), entries)

    def can_hold(self, source: Source) -> bool:
        """Return whether everything that a rendering rests on is known: no images elsewhere."""
        return not source.images and not (source.document.is_paper and _ELSEWHERE.search(source.markdown))

    def name(self, source: Source, kind: str) -> str:
        """Return the name under which a rendering is kept; another name as soon as anything it rests on changes."""
        document = source.document
        cited = {key: entry for key, entry in self.entries.items() if key in source.markdown}
        facts = [kind, document.name, document.formats, source.meta, source.markdown, cited]
        parts = [self.shared, json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)]
        parts += [f"{name} {sha256(content)}" for name, content in sorted(source.images.items())]
        if document.is_paper:
            beside = sorted(
                path for path in document.path.parent.rglob("*") if path.is_file() and path != document.path
            )
            parts += [f"{path.name} {sha256(read_bytes(path))}" for path in beside]
        return sha256("\n".join(parts).encode("utf-8"))[:32] + Path(document.output(kind)).suffix

    def take(self, name: str, target: Path) -> int | None:
        """Put a kept rendering in place; return the characters without a font in it, or None when there is none."""
        kept, told = self.folder / name, self.folder / f"{name}.json"
        if not (kept.is_file() and told.is_file()):
            return None
        content, facts = read_bytes(kept), json.loads(read_bytes(told).decode("utf-8"))
        if facts.get("sha256") != sha256(content):
            return None
        write_bytes(target, content)
        return int(facts["marked"])

    def keep(self, name: str, made: Path, marked: int) -> None:
        """Keep a rendering that has no findings against it."""
        content = read_bytes(made)
        write_bytes(self.folder / name, content)
        write_bytes(
            self.folder / f"{name}.json", json.dumps({"sha256": sha256(content), "marked": marked}).encode("utf-8")
        )

    def forget_all_but(self, names: set[str]) -> None:
        """Delete what the site of now does not use."""
        for path in self.folder.glob("*"):
            if path.name.removesuffix(".json") not in names:
                path.unlink(missing_ok=True)
