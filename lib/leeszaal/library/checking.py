"""Is everything what it was? `leeszaal check`: evidence, decisions, the library against both, and what papers cite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from leeszaal import progress
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes
from leeszaal.home import Home, find_home
from leeszaal.library.answers import read_pages
from leeszaal.library.build import made_anew
from leeszaal.library.decisions import lost_decisions, open_decisions, standing_rows
from leeszaal.library.evidence import Evidence, list_evidence, read_evidence, read_large_evidence
from leeszaal.library.integrity import doubtful_works
from leeszaal.library.store import read_table, table_bytes
from leeszaal.library.subjects import missing
from leeszaal.works.numbers import format_count
from leeszaal.yamlfile import read_yaml

__all__ = ["CheckSummary", "check"]

# A citation of Pandoc: @key or @{key}, a key with single punctuation inside; not part of an address of e-mail, and not
# a cross-reference of Quarto.
_CITED = re.compile(r"(?<![\w.@])@(?:\{([^}\s]+)\}|([A-Za-z0-9_](?:\w|[:.#$%&+?<>~/-](?=\w))*))")
_CROSSREF = re.compile(r"(?:fig|tbl|sec|eq|lst|tip|nte|wrn|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr)-")
_PASSED = re.compile(r"```.*?```|`[^`\n]*`|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class CheckSummary:
    """What is wrong, and what a person should look at.

    Attributes
    ----------
    evidence, decisions, works, citations
        How many answers, decisions that stand, works and citations were checked.
    failed
        What is wrong: error and remedy (Dutch). The command line then ends with code 1.
    remarks
        What is not wrong but waits for a person, such as decisions that do not agree.
    """

    evidence: int
    decisions: int
    works: int
    citations: int
    failed: list[dict[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def tell(self) -> str:
        lines = [
            f"Nagekeken: {format_count(self.evidence, 'bronbestand', 'bronbestanden')}, "
            f"{format_count(self.decisions, 'beslissing', 'beslissingen')}, "
            f"{format_count(self.works, 'werk', 'werken')} en "
            f"{format_count(self.citations, 'verwijzing', 'verwijzingen')} in papers."
        ]
        for one in self.failed:
            lines.append(f"Fout: {one['error']}" + (f"\n→ {one['remedy']}" if one["remedy"] else ""))
        lines += [f"Let op: {remark}" for remark in self.remarks]
        if not self.failed:
            lines.append("Alles klopt.")
        return "\n".join(lines)


def check(*, home: Home | Path | str | None = None) -> CheckSummary:
    """Check that evidence is unchanged, decisions find their works, and the library and the papers follow from both.

    Nothing is changed. The library is made again in memory and compared, row by row.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.

    Raises
    ------
    LeeszaalError
        When there is no reading room, or a manifest of the evidence cannot be read (naming it).
    """
    room = find_home(home)
    failed: list[dict[str, str]] = []

    def wrong(error: str, remedy: str = "") -> None:
        failed.append({"error": error, "remedy": remedy})

    works = decisions = citations = 0
    remarks: list[str] = []
    with progress.stage("Nakijken"):
        evidence = list_evidence(room)
        whole = True
        for item in progress.track(evidence):
            try:
                _unchanged(room, item)
            except LeeszaalError as error:
                whole = False
                wrong(error.message, error.remedy)
        try:
            decisions = len(standing_rows(room))
            for row in lost_decisions(room).itertuples():
                said = f"{row.file}, regel {row.line}: {row.problem!s}"
                if row.problem == missing(room, str(row.work)):  # a topic was retired, a paper renamed: nothing to mend
                    remarks.append(said)
                else:
                    wrong(said, "Verbeter de regel, of neem de beslissing terug.")
            asked = open_decisions(room)
            for key, subject in dict.fromkeys(zip(asked["citekey"], asked["subject"], strict=True)):
                remarks.append(f"Niet iedereen denkt hetzelfde over {key} ({subject}).")
            if evidence:
                works = len(read_table(room, "works"))
            if evidence and whole:
                for table in _changed_tables(room, evidence):
                    wrong(
                        f"literature/library/{table}.parquet volgt niet uit de bronnen en beslissingen.",
                        "leeszaal build",
                    )
        except LeeszaalError as error:
            wrong(error.message, error.remedy)
        known = _citekeys(room)
        doubtful = doubtful_works(room) if known else {}
        cited: set[str] = set()
        for path, line, key in _citations(room):
            citations += 1
            cited.add(known.get(key, key))
            for doubt in doubtful.get(known.get(key, key), ()):
                reason = _accepted(room, path).get(key)
                if reason is None:
                    wrong(
                        f"{path}, regel {line}: het werk ‘{key}’ {doubt}.",
                        "Haal de verwijzing weg, of noem in "
                        f"paper.yaml onder accept waarom ze blijft: accept: {{{key}: reden}}",
                    )
                else:
                    remarks.append(f"{path}, regel {line}: het werk ‘{key}’ {doubt}; aanvaard: {reason}")
            now = known.get(key)
            if now is None:
                wrong(
                    f"{path}, regel {line}: het werk ‘{key}’ staat niet in de bibliotheek.", nearest(key, sorted(known))
                )
            elif now != key:
                wrong(f"{path}, regel {line}: het werk ‘{key}’ is samengevoegd met ‘{now}’.", f"Schrijf @{now}.")
        remarks += [f"Het werk ‘{key}’ {doubt}." for key in sorted(set(doubtful) - cited) for doubt in doubtful[key]]
    return CheckSummary(len(evidence), decisions, works, citations, failed, remarks)


def _unchanged(home: Home, item: Evidence) -> None:
    pages = home.root / item.folder / "pages.gz"
    if not pages.is_file():
        if read_large_evidence(home, item) is None:
            read_evidence(home, item)
        return
    for _ in read_pages(pages, item.sha256):
        pass


def _changed_tables(home: Home, evidence: list[Evidence]) -> list[str]:
    """Return which tables of the library are not what evidence and decisions make now."""
    made = made_anew(home, evidence).tables()
    # Other versions of the software may write other bytes for the same rows.
    return [
        name for name, table in made.items()
        if table_bytes(table) != read_bytes(home.library / f"{name}.parquet")
        and not table.equals(pq.read_table(home.library / f"{name}.parquet", schema=table.schema))
    ]  # fmt: skip


def _accepted(home: Home, text: str) -> dict[str, str]:
    """Return the citekeys that the paper of this text cites all the same, with why."""
    path = (home.root / text).parent / "paper.yaml"
    content = read_yaml(path).content if path.is_file() and path.stat().st_size else {}
    accept = content.get("accept") if isinstance(content, dict) else None
    return {str(key): str(reason) for key, reason in accept.items()} if isinstance(accept, dict) else {}


def _citekeys(home: Home) -> dict[str, str]:
    """Return every citekey a work has or had (it was merged into another since) and the one it has now."""
    if not all((home.library / f"{name}.parquet").is_file() for name in ("works", "identifiers")):
        return {}
    names, works = read_table(home, "identifiers"), read_table(home, "works")
    now = dict(zip(works["work_id"], works["citekey"], strict=True))
    names = names[names["kind"] == "citekey"]
    return {str(key): str(now[work_id]) for key, work_id in zip(names["value"], names["work_id"], strict=True)}


def _citations(home: Home) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and key of every citation in the text of a paper; code and comments are passed over."""
    for slug in home.paper_slugs():
        for path in sorted((home.papers / slug).glob("*.md")):
            text = read_bytes(path).decode("utf-8", errors="replace")
            text = _PASSED.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
            for found in _CITED.finditer(text):
                key = found[1] or found[2]
                if not _CROSSREF.match(key):
                    yield home.relative(path), text.count("\n", 0, found.start()) + 1, key
