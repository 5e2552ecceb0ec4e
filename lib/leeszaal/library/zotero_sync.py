"""Bring tags and decisions back to Zotero, only when asked: `leeszaal zotero-push`.

Only tags that begin with `PREFIX` are ours: those are added and taken away, and every other tag, and every other
field, stays as it is. What is sent is the list of tags of an item and the version on which that list was made;
Zotero refuses it when someone changed the item meanwhile (412), and then nothing of that item is overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from leeszaal import progress
from leeszaal.errors import LeeszaalError
from leeszaal.harvest.errors import SourceDown, SourceError, SourceRefused
from leeszaal.harvest.searches import read_contact
from leeszaal.harvest.transport import Limits, Transport
from leeszaal.harvest.zotero_client import LOCAL, WEB, Library, ask, connect, library_of
from leeszaal.home import Home, find_home
from leeszaal.library.decisions import load_decisions
from leeszaal.library.store import read_table
from leeszaal.works.numbers import format_count
from leeszaal.yamlfile import read_yaml

__all__ = ["DECIDED", "PREFIX", "TagChange", "ZoteroPushSummary", "label_names", "zotero_push"]

PREFIX = "Leeszaal: "
# What a decision is called in Zotero.
DECIDED = {"include": "opgenomen", "exclude": "niet opgenomen", "maybe": "twijfel"}
_BATCH = 50  # Zotero takes no more at once
_SHOWN = 20


@dataclass(frozen=True)
class TagChange:
    """What would change, or changed, at one item.

    Attributes
    ----------
    key, version
        Of the item in Zotero, as it stood when the change was worked out.
    add, remove
        Tags, with their prefix.
    state
        "planned", "written", "conflict" (changed in Zotero meanwhile; nothing overwritten) or "failed".
    message
        Dutch, why not.
    """

    key: str
    version: int
    title: str
    add: list[str]
    remove: list[str]
    state: str = "planned"
    message: str = ""


@dataclass(frozen=True)
class ZoteroPushSummary:
    """What was brought back to Zotero; without `yes` only what would be.

    Attributes
    ----------
    items
        Works of this library that came from it.
    gone
        Keys of those that are no longer in Zotero.
    written, conflicts
        Items changed, and items left alone because someone else changed them meanwhile.
    failed
        What went wrong, with reason and remedy.
    """

    library: str
    items: int
    changes: list[TagChange]
    gone: list[str]
    written: int
    conflicts: int
    complete: bool
    failed: list[dict[str, str]] = field(default_factory=list)

    def tell(self) -> str:
        """Return the outcome in Dutch."""
        todo = [one for one in self.changes if one.state == "planned"]
        lines = [f"Zotero-bibliotheek {self.library}: {format_count(self.items, 'werk', 'werken')} van daar."]
        lines += tell_changes(todo)
        if self.written:
            lines.append(f"{format_count(self.written, 'item', 'items')} bijgewerkt in Zotero.")
        for one in self.changes:
            if one.state in ("conflict", "failed"):
                lines.append(f"Niet bijgewerkt: ‘{one.title}’ ({one.key}). {one.message}")
        if self.gone:
            lines.append(f"Niet meer in Zotero: {', '.join(self.gone)}.")
        if todo:
            lines.append("Er is niets veranderd. Om dit te doen: leeszaal zotero-push --yes")
        elif not self.changes:
            lines.append("Alle labels staan er al; er is niets te doen.")
        for fault in self.failed:
            lines += [f"Fout: {fault['error']}", f"→ {fault['remedy']}"]
        return "\n".join(lines)


def tell_changes(changes: Sequence[TagChange]) -> list[str]:
    """Return the planned changes in Dutch, the first of them in full."""
    if not changes:
        return []
    lines = [f"Te veranderen: {format_count(len(changes), 'item', 'items')}."]
    for one in changes[:_SHOWN]:
        marks = [*(f"+ {tag}" for tag in one.add), *(f"− {tag}" for tag in one.remove)]
        lines.append(f"  {one.title[:70]} ({one.key}): {'; '.join(marks)}")
    if len(changes) > _SHOWN:
        lines.append(f"  … en nog {len(changes) - _SHOWN}; alles staat in de uitkomst (--json).")
    return lines


def zotero_push(
    *,
    home: Home | Path | str | None = None,
    library: str | None = None,
    decisions: Mapping[str, str] | None = None,
    yes: bool = False,
    question: Callable[[str], bool] | None = None,
    max_wait: float = 60.0,
) -> ZoteroPushSummary:
    """Write the labels of works, and decisions about them, as tags to the Zotero library from which they came.

    Parameters
    ----------
    home
        The reading room; by default the nearest one.
    library
        ``user:123``, ``group:123`` or ``local:…``; by default the environment's `LEESZAAL_ZOTERO_LIBRARY`.
    decisions
        work_id to "include", "exclude" or "maybe"; by default the last decision on each work in
        `literature/decisions/`.
    yes
        Write without asking.
    question
        Called with the plan in Dutch; writes when it returns True. Without `yes` or `question` only the plan is
        made.
    max_wait
        Seconds to wait at a stretch when Zotero asks for it.

    Raises
    ------
    LeeszaalError
        When there is no library yet, no work of it comes from this Zotero library, a decision is unknown, or
        Zotero refuses to be read.
    """
    room = find_home(home)
    place = library_of(library)
    works = _works_of(room, place)
    wanted = _tags(room, _screened(room) if decisions is None else decisions)
    transport = Transport(
        "Zotero",
        limits=Limits(per_second=10),
        contact=read_contact(room.literature / "searches.yaml"),
        max_wait=max_wait,
    )
    with transport, progress.stage("Zotero", len(works)):
        base = os.environ.get("LEESZAAL_ZOTERO_URL") or (LOCAL if place.local else WEB)
        zotero = connect(transport, place, base.rstrip("/"))
        found = _current(zotero, sorted(works))
        changes, tags = _changes(found, works, wanted)
        gone = sorted(set(works) - set(found))
        failed: list[dict[str, str]] = []
        agreed = yes or (bool(changes) and question is not None and question("\n".join(tell_changes(changes))))
        if agreed and changes:
            changes, failed = _write(zotero, place, changes, tags)
    conflicts = sum(one.state == "conflict" for one in changes)
    return ZoteroPushSummary(
        place.name, len(works), changes, gone, sum(one.state == "written" for one in changes), conflicts,
        complete=all(one.state == "written" for one in changes) and not failed, failed=failed,
    )  # fmt: skip


def _works_of(home: Home, library: Library) -> dict[str, str]:
    """Return item key to work id for the works that came from this library."""
    records = read_table(home, "records")
    mine = records[(records["source"] == "zotero") & records["source_record_id"].str.startswith(f"{library.name}/")]
    if mine.empty:
        raise LeeszaalError(
            f"Geen enkel werk in de bibliotheek komt uit Zotero-bibliotheek {library.name}.",
            "Haal haar eerst op met leeszaal harvest, en daarna leeszaal build.",
        )
    return {
        str(name).rsplit("/", 1)[1]: str(work)
        for name, work in zip(mine["source_record_id"], mine["work_id"], strict=True)
    }


def _screened(home: Home) -> dict[str, str]:
    """Return work id to the last decision that stands on it; of two people the one who decided last."""
    rows = load_decisions(home)
    rows = rows[rows["verb"].isin(list(DECIDED)) & ~rows["undone"].astype(bool) & rows["problem"].eq("")]
    return {str(work): str(verb) for work, verb in zip(rows["work_id"], rows["verb"], strict=True) if work}


def label_names(home: Home) -> dict[str, str]:
    """Return subtheme to what it is called in Zotero, behind `PREFIX`."""
    return {
        str(sub["id"]): f"{theme['label']['nl']} / {sub['label']['nl']}"
        for theme in (read_yaml(home.themes).content or {}).get("themes", [])
        for sub in theme.get("subthemes", [])
    }


def _tags(home: Home, decisions: Mapping[str, str]) -> dict[str, set[str]]:
    """Return work id to the tags that it should have of us."""
    names = label_names(home)
    found: dict[str, set[str]] = {}
    table = read_table(home, "tags")
    for work, label in zip(table["work_id"], table["label"], strict=True):
        found.setdefault(str(work), set()).add(PREFIX + names.get(str(label), str(label)))
    for work, decision in decisions.items():
        if decision not in DECIDED:
            raise LeeszaalError(
                f"Het besluit ‘{decision}’ over {work} is onbekend.", f"Bekend zijn: {', '.join(DECIDED)}."
            )
        found.setdefault(work, set()).add(PREFIX + DECIDED[decision])
    return found


def _current(zotero: Any, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the items as they stand in Zotero now, by key."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(keys), _BATCH):
        wanted = ",".join(keys[start : start + _BATCH])
        told = ask(zotero, partial(zotero.items, itemKey=wanted, limit=str(_BATCH), format="json"), list)
        found.update({str(item["key"]): item for item in told.json})
        progress.advance(min(_BATCH, len(keys) - start))
    return found


def _changes(
    found: Mapping[str, Mapping[str, Any]], works: Mapping[str, str], wanted: Mapping[str, set[str]]
) -> tuple[list[TagChange], dict[str, list[dict[str, Any]]]]:
    """Return what must change, and for each such item its whole new list of tags."""
    changes, lists = [], {}
    for key in sorted(found):
        data = found[key]["data"]
        tags = list(data.get("tags") or ())
        ours = {str(tag["tag"]) for tag in tags if str(tag["tag"]).startswith(PREFIX)}
        target = wanted.get(works[key], set())
        add, remove = sorted(target - ours), sorted(ours - target)
        if add or remove:
            changes.append(TagChange(key, int(found[key]["version"]), str(data.get("title") or key), add, remove))
            lists[key] = [tag for tag in tags if tag["tag"] not in remove] + [{"tag": tag} for tag in add]
    return changes, lists


def _write(
    zotero: Any, library: Library, changes: Sequence[TagChange], tags: Mapping[str, list[dict[str, Any]]]
) -> tuple[list[TagChange], list[dict[str, str]]]:
    """Send the changes; one that is refused leaves the others alone."""
    done: list[TagChange] = []
    for start in range(0, len(changes), _BATCH):
        batch = changes[start : start + _BATCH]
        payload = [{"key": one.key, "version": one.version, "tags": tags[one.key]} for one in batch]
        try:
            said = _send(zotero, library, payload)
        except SourceError as error:
            state = "conflict" if isinstance(error, SourceRefused) and error.status == 412 else "failed"
            rest = [_as(one, state, error.message) for one in changes[start:]]
            return [*done, *rest], [{"error": error.message, "remedy": error.remedy}]
        refused = said.get("failed") or {}
        done += [_outcome(one, refused.get(str(place))) for place, one in enumerate(batch)]
    return done, []


def _send(zotero: Any, library: Library, payload: list[dict[str, Any]]) -> dict[str, Any]:
    lasting = True
    if library.local and not zotero.local_api_key:
        lasting = _authorise(zotero)
    # pyzotero says True for an answer in which items are refused, so the answer itself is read.
    said: dict[str, Any] = ask(zotero, lambda: zotero.update_items(payload), dict, tries=1).json
    if not lasting:
        zotero.local_api_key = None
    return said


def _authorise(zotero: Any) -> bool:
    """Let Zotero ask the user whether we may write; return whether that holds for more than one time."""
    try:
        granted = ask(zotero, lambda: zotero.authorize_local("Leeszaal"), dict, tries=1).json
    except SourceDown as error:
        raise SourceDown(
            "Zotero vroeg of Leeszaal mag schrijven, en kreeg geen antwoord.",
            "Klik in Zotero op ‘Always Allow’ en voer de opdracht opnieuw uit.",
        ) from error
    return bool(granted.get("remember"))


def _outcome(change: TagChange, refused: Mapping[str, Any] | None) -> TagChange:
    if refused is None:
        return _as(change, "written", "")
    if refused.get("code") == 412:
        return _as(
            change, "conflict",
            "Iemand veranderde dit item intussen in Zotero; er is niets overschreven. Voer de opdracht opnieuw uit.",
        )  # fmt: skip
    return _as(change, "failed", f"Zotero zegt: {refused.get('message', '')} ({refused.get('code', '')})")


def _as(change: TagChange, state: str, message: str) -> TagChange:
    return TagChange(change.key, change.version, change.title, change.add, change.remove, state, message)
