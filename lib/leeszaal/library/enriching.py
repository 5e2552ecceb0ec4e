"""Ask about works that are there already: open access, retractions, citations. `leeszaal enrich`.

The answers are evidence like any other: kept as they came, page by page synced to the disk, in
`literature/evidence/enrichment/<kind>/`. They tell of works and bring none, so the library is not built from
them; their tables stand beside it, keyed by DOI, so that they outlive a rebuild. For new works see `snowball`.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from leeszaal import __version__, progress
from leeszaal.errors import LeeszaalError, nearest
from leeszaal.files import read_bytes, sha256, write_text
from leeszaal.harvest.errors import SourceError
from leeszaal.harvest.opencitations import Citation, OpenCitations
from leeszaal.harvest.retractions import Notice, Retractions
from leeszaal.harvest.searches import read_contact
from leeszaal.harvest.secrets import redact_bytes
from leeszaal.harvest.transport import Budget, Limits, Transport
from leeszaal.harvest.unpaywall import OpenAccess, Unpaywall
from leeszaal.home import Home, find_home
from leeszaal.library.answers import Kept, append_page, pages_digest, repair, scan_pages
from leeszaal.library.fetching import now
from leeszaal.library.part import locked, move_to
from leeszaal.library.store import read_table, save_stage, table_bytes
from leeszaal.works.numbers import format_count

__all__ = ["KINDS", "EnrichSummary", "contact_of", "enrich", "load_enrichment"]

ANSWERS, MANIFEST = "answers.gz", "manifest.json"


class _Source(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def limits(self) -> Limits: ...
    def questions(self, dois: Sequence[str]) -> list[str]: ...
    def parts(self, question: str) -> list[str]: ...
    def ask(self, transport: Transport, question: str) -> bytes: ...
    def read(self, content: bytes, question: str) -> Sequence[Any]: ...


# Kind, as the user names it, to the source that is asked and a row of its table.
KINDS: dict[str, tuple[_Source, type]] = {
    "open-access": (Unpaywall(), OpenAccess),
    "retractions": (Retractions(), Notice),
    "citations": (OpenCitations(), Citation),
}
_TYPES = {"bool": pa.bool_(), "bool | None": pa.bool_(), "str": pa.string(), "str | None": pa.string()}


@dataclass(frozen=True)
class EnrichSummary:
    """What was asked, or would be.

    Attributes
    ----------
    works, without_doi
        Works that were meant, and those of them that cannot be asked about.
    fresh
        DOIs of which a recent answer was here already.
    requests
        Requests sent; for a plan, those that it takes.
    seconds
        How long the plan takes at the pace of the source.
    asked, rows
        DOIs of which an answer is here now, and rows in the table.
    unknown
        DOIs of which the source says, or for citations may mean, that it does not know them.
    findings
        Dutch: what a reader must know (a retraction).
    complete
        Whether everything that was meant is here. False for a plan.
    """

    kind: str
    source: str
    works: int
    without_doi: int
    fresh: int
    requests: int
    seconds: float
    asked: int
    rows: int
    unknown: int
    planned: bool
    complete: bool
    findings: list[str] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)

    def tell(self) -> str:
        """Return the outcome in Dutch."""
        lines = [f"{self.source}: {format_count(self.works, 'werk', 'werken')}, waarvan {self.without_doi} zonder DOI."]
        if self.fresh:
            lines.append(f"Van {format_count(self.fresh, 'DOI', 'DOI’s')} is al een recent antwoord bewaard.")
        if self.planned:
            lines.append(tell_cost(self.requests, self.seconds))
            return "\n".join(lines)
        lines.append(
            f"{format_count(self.requests, 'verzoek', 'verzoeken')}; over {format_count(self.asked, 'DOI', 'DOI’s')} "
            f"is nu een antwoord bewaard, samen {format_count(self.rows, 'regel', 'regels')}."
        )
        if self.unknown:
            why = (
                "geen citaten gevonden: er zijn er geen, of OpenCitations kent het werk niet"
                if self.kind == "citations"
                else "niet bekend bij deze bron"
            )
            lines.append(f"{format_count(self.unknown, 'DOI', 'DOI’s')}: {why}.")
        lines += self.findings
        for one in self.failed:
            lines += [f"Niet volledig: {one['error']}", f"→ {one['remedy']}"]
        return "\n".join(lines)


def tell_cost(requests: int, seconds: float) -> str:
    """Return in Dutch what a plan costs."""
    if not requests:
        return "Er is niets te vragen."
    pace = f"{seconds:.0f} seconden" if seconds < 120 else f"{seconds / 60:.0f} minuten"
    return f"Dit kost {format_count(requests, 'verzoek', 'verzoeken')}, ten minste {pace}, en geen geld."


def contact_of(home: Home) -> str:
    """Return the e-mail address with which sources can reach the user, or ""."""
    return os.environ.get("LEESZAAL_CONTACT", "").strip() or read_contact(home.literature / "searches.yaml")


def enrich(
    kind: str,
    *,
    home: Home | Path | str | None = None,
    works: Sequence[str] | None = None,
    plan: bool = False,
    yes: bool = False,
    question: Callable[[str], bool] | None = None,
    older_than: int = 30,
    budget: int | None = None,
    max_wait: float = 60.0,
) -> EnrichSummary:
    """Ask a source about the works of the library.

    Parameters
    ----------
    kind
        "open-access" (Unpaywall), "retractions" (Crossref) or "citations" (OpenCitations).
    home
        The reading room; by default the nearest one.
    works
        Citekeys or work ids; by default all works.
    plan
        Only say what it takes.
    yes
        Ask without a question first.
    question
        Called with the plan in Dutch; asks when it returns True. Without `yes` or `question` only the plan is made.
    older_than
        Days after which an answer is asked for again.
    budget
        Most requests.
    max_wait
        Seconds to wait at a stretch when the source asks for it.

    Raises
    ------
    LeeszaalError
        For an unknown kind or work, when there is no library yet, or when evidence cannot be written. What goes
        wrong at the source stands in `failed`; what came is kept and is not asked again.
    """
    if kind not in KINDS:
        raise LeeszaalError(f"Er is geen verrijking ‘{kind}’.", nearest(kind, KINDS))
    source, _ = KINDS[kind]
    room = find_home(home)
    dois, meant, without = _dois(room, works)
    folder = room.evidence / "enrichment" / kind
    with locked(folder / ".part"):
        recent = set(_answered(source, folder, older_than))
        wanted = [doi for doi in dois if not _has(source, doi, recent)]
        todo = source.questions(wanted)
        seconds = len(todo) / source.limits.per_second
        summary = EnrichSummary(
            kind, source.title, meant, without, len(dois) - len(wanted), len(todo), seconds, asked=0, rows=0, unknown=0,
            planned=True, complete=False,
        )  # fmt: skip
        agreed = not plan and (yes or (question is not None and question(tell_cost(len(todo), seconds))))
        if not agreed:
            return summary
        sent, failed = _ask(room, source, folder, todo, budget, max_wait)
    table = _save(room, kind, folder)
    mine = table[table["doi"].isin(dois)]
    answered = set(_answered(source, folder, None))
    asked = [doi for doi in dois if _has(source, doi, answered)]
    unknown = int((~mine["known"]).sum()) if "known" in mine else len(set(asked) - set(mine["doi"]))
    return replace(
        summary, requests=sent, asked=len(asked), rows=len(mine), unknown=unknown, planned=False, complete=not failed,
        findings=_findings(kind, mine), failed=failed,
    )  # fmt: skip


def _dois(home: Home, names: Sequence[str] | None) -> tuple[list[str], int, int]:
    """Return the DOIs of the works that are meant, how many works those are, and how many have none."""
    table = read_table(home, "works")
    if names is not None:
        known = set(table["citekey"]) | set(table["work_id"])
        for name in names:
            if name not in known:
                raise LeeszaalError(
                    f"Er is geen werk ‘{name}’ in de bibliotheek.", nearest(name, set(table["citekey"]))
                )
        table = table[table["citekey"].isin(names) | table["work_id"].isin(names)]
    found = [str(doi) for doi in table["doi"].dropna()]
    return sorted(set(found)), len(table), len(table) - len(found)


def _finished(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.startswith("."))


def _answered(source: _Source, folder: Path, days: int | None) -> Iterator[str]:
    """Yield the parts of every question that was answered, not more than so many days ago."""
    limit = ""
    if days is not None:
        limit = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for place in _finished(folder):
        for kept, _ in _pages(place):
            if kept.time >= limit:
                yield from source.parts(kept.cursor or "")


def _has(source: _Source, doi: str, answered: Collection[str]) -> bool:
    """Tell whether all that is asked about a DOI was answered."""
    return all(part in answered for question in source.questions([doi]) for part in source.parts(question))


def _pages(place: Path) -> Iterator[tuple[Kept, bytes]]:
    hashes = []
    for kept, body, _ in scan_pages(place / ANSWERS):
        hashes.append(kept.sha256)
        yield kept, body
    manifest = json.loads(read_bytes(place / MANIFEST))
    if pages_digest(hashes) != manifest["sha256"]:
        raise LeeszaalError(
            f"{place / ANSWERS} is niet meer wat het was: de controlesom klopt niet.",
            "Zet dit bestand terug uit een reservekopie of uit git.",
        )


def _ask(
    home: Home, source: _Source, folder: Path, todo: Sequence[str], budget: int | None, max_wait: float
) -> tuple[int, list[dict[str, str]]]:
    """Ask, keep each answer at once, and make the folder final in one rename; return requests and failures."""
    part = folder / ".part"
    part.mkdir(parents=True, exist_ok=True)
    kept = repair(part / ANSWERS)  # of a run that was cut off
    done = {one.cursor for one in kept}
    failed: list[dict[str, str]] = []
    transport = Transport(
        source.title, limits=source.limits, budget=Budget(budget), contact=contact_of(home), max_wait=max_wait
    )
    with transport, progress.stage(source.title, len(todo)):
        for question in todo:
            if question not in done:
                try:
                    content = redact_bytes(source.ask(transport, question))
                    rows = len(source.read(content, question))
                except SourceError as error:
                    failed.append({"error": error.message, "remedy": error.remedy})
                    break
                one = Kept(len(kept) + 1, question, None, rows, None, False, now(), sha256(content))
                append_page(part / ANSWERS, one, content)
                kept.append(one)
            progress.advance()
        sent = transport.requests
    if kept:
        digest = pages_digest([one.sha256 for one in kept])
        manifest = {
            "source": source.name, "format": source.name, "time": now(), "software": __version__, "sha256": digest,
            "answers": len(kept), "requests": max(sent, len(kept)), "complete": not failed,
            "error": failed[0]["error"] if failed else "",
        }  # fmt: skip
        write_text(part / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        stamp = kept[-1].time[:19].replace("-", "").replace(":", "") + "Z"
        move_to(part, folder, f"{stamp}-{digest[:8]}")
    else:
        part.rmdir()
    return sent, failed


def _save(home: Home, kind: str, folder: Path) -> pd.DataFrame:
    """Make the table of a kind from all answers; of one question the last counts."""
    source, row = KINDS[kind]
    last: dict[str, tuple[str, list[Any]]] = {}
    for place in _finished(folder):
        for kept, body in _pages(place):
            found = source.read(body, kept.cursor or "")
            parts = source.parts(kept.cursor or "")
            for part in parts:
                if part not in last or last[part][0] <= kept.time:
                    last[part] = (kept.time, [one for one in found if len(parts) == 1 or one.doi == part])
    names = [one.name for one in fields(row)]
    schema = pa.schema([*((one.name, _TYPES[str(one.type)]) for one in fields(row)), ("checked", pa.string())])
    rows = [asdict(one) | {"checked": time[:10]} for _, (time, found) in sorted(last.items()) for one in found]
    frame = pd.DataFrame(rows, columns=[*names, "checked"])
    made_from = sha256("\n".join(place.name for place in _finished(folder)).encode())
    save_stage(home, f"enrich-{kind}", made_from, {kind: table_bytes(frame, schema)}, {"answers": len(last)})
    return read_table(home, kind)


def _findings(kind: str, table: pd.DataFrame) -> list[str]:
    if kind == "open-access":
        free = int(table["is_oa"].eq(True).sum())
        return [f"Vrij te lezen: {format_count(free, 'werk', 'werken')}."]
    if kind == "retractions":
        bad = table[table["direction"] == "updated-by"]
        words = {"retraction": "ingetrokken", "correction": "gecorrigeerd", "expression_of_concern": "onder twijfel"}
        return [
            f"Let op: {doi} is {words.get(kind, kind)} ({date or 'datum onbekend'}; bericht {notice})."
            for doi, kind, date, notice in zip(bad["doi"], bad["type"], _texts(bad["date"]), bad["notice"], strict=True)
        ]
    return []


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column]


def load_enrichment(kind: str, home: Home | Path | str | None = None) -> pd.DataFrame:
    """Return what is known of a kind, one row an answer, with the `work_id` and `citekey` of the library as it is now.

    Raises
    ------
    LeeszaalError
        For an unknown kind, or when it was never asked.
    """
    if kind not in KINDS:
        raise LeeszaalError(f"Er is geen verrijking ‘{kind}’.", nearest(kind, KINDS))
    room = find_home(home)
    if not (room.library / f"{kind}.parquet").is_file():
        raise LeeszaalError(f"Er is nog geen verrijking ‘{kind}’.", f"Maak haar met: leeszaal enrich {kind}")
    works = read_table(room, "works")[["doi", "work_id", "citekey"]].dropna(subset=["doi"])
    return read_table(room, kind).merge(works, on="doi", how="left")
