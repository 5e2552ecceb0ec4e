"""A reading room's own boxes in the PRISMA flow, `literature/prisma.yaml`: by reason, or by a question."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leeszaal.errors import LeeszaalError, nearest
from leeszaal.home import Home
from leeszaal.library.decisions import subject_decisions
from leeszaal.library.evidence import SNOWBALL, Evidence
from leeszaal.library.finder import parse_query
from leeszaal.library.subjects import parse_subject
from leeszaal.works.plain import fold
from leeszaal.yamlfile import YamlFile, read_yaml

__all__ = ["DATABASES", "FILE", "GROUPS", "OwnBox", "Plan", "load_plan", "moment_of"]

FILE = "prisma.yaml"
_KEYS = ["out", "step", "query", "meaning", "reasons"]
# The columns of PRISMA 2020: what was found in databases and registers, and by other methods.
DATABASES = "databases"
GROUPS: dict[str, str] = {
    DATABASES: "Databanken en registers", "websites": "Websites", "organisations": "Organisaties",
    "citations": "Verwijzingen",
}  # fmt: skip
_OTHERWISE: dict[str, str] = {"feeds": "websites", SNOWBALL: "citations"}


@dataclass(frozen=True)
class OwnBox:
    """One box of a reading room's own.

    Attributes
    ----------
    name
        What it is called in the flow.
    place
        Which in the file, from 0.
    step
        Whether it counts what is left there; else it takes works out.
    query, reasons
        Which works it takes out: those that a query finds, or those left out for one of these reasons.
    meaning
        Whether the words of the query are looked for by what they mean.
    """

    name: str
    place: int
    step: bool = False
    query: str = ""
    reasons: tuple[str, ...] = ()
    meaning: bool = False


@dataclass(frozen=True)
class Plan:
    """What `literature/prisma.yaml` says.

    Attributes
    ----------
    since
        From when works are new, "" for no update.
    boxes
        In their order.
    source
        The file, for messages.
    groups
        Source, or name of a file that was taken in, to the group it belongs to (a key of `GROUPS`).
    """

    since: str = ""
    boxes: tuple[OwnBox, ...] = ()
    source: YamlFile | None = None
    groups: Mapping[str, str] = field(default_factory=dict)

    def place_of(self, item: Evidence) -> tuple[str, str]:
        """Return under what name evidence stands in the flow, and in which group.

        A file that the plan names stands by itself; what snowballing brought is no longer that of its source.
        """
        name = item.source
        if item.name in self.groups:
            name = item.name
        elif item.name.startswith(f"{SNOWBALL}-"):
            name = SNOWBALL
        return name, self.groups.get(name, _OTHERWISE.get(name, DATABASES))

    def error(self, message: str, box: OwnBox, remedy: str) -> LeeszaalError:
        """Return an error that names the line of a box; raise it yourself."""
        if self.source is None:
            return LeeszaalError(message, remedy)
        return self.source.error(message, "boxes", box.place, remedy=remedy)


def load_plan(home: Home, taken: tuple[str, ...] = ()) -> Plan:
    """Return a reading room's own boxes; a room without the file has none.

    Parameters
    ----------
    home
        The reading room.
    taken
        Names that the flow has of itself.

    Raises
    ------
    LeeszaalError
        On every fault in the file (bad YAML, unknown key, wrong type, a name or reason twice, a field that cannot be
        searched), with its line.
    """
    path = home.literature / FILE
    if not path.is_file():
        return Plan()
    source = read_yaml(path)
    content = source.check_keys(source.content, ["version", "since", "sources", "boxes"], ["version"])
    version = source.check_kind(content["version"], int, "version")
    if version != 1:
        raise source.error(f"‘version’ is {version}.", "version", remedy="Deze Leeszaal leest version: 1.")
    listed = source.check_kind(content.get("boxes") or [], list, "boxes")
    boxes = tuple(_box(source, entry, place) for place, entry in enumerate(listed))
    plan = Plan(str(content.get("since") or ""), boxes, source, _groups(source, content.get("sources") or {}))
    try:
        moment_of(home, plan.since)
    except LeeszaalError as error:
        raise source.error(error.message, "since", remedy=error.remedy) from error
    names = {fold(name) for name in taken}
    reasons: set[str] = set()
    for box in boxes:
        if not fold(box.name) or fold(box.name) in names:
            what = f"het vak ‘{box.name}’ bestaat al." if fold(box.name) else "dit vak heeft geen naam."
            raise plan.error(what, box, "Geef elk vak een eigen naam.")
        names.add(fold(box.name))
        for reason in box.reasons:
            if fold(reason) in reasons:
                raise plan.error(f"de reden ‘{reason}’ staat er twee keer in.", box, "Een reden hoort in één vak.")
            reasons.add(fold(reason))
    return plan


def _groups(source: YamlFile, content: Any) -> dict[str, str]:
    """Return the group of each source or file that the plan names."""
    found: dict[str, str] = {}
    for group, names in source.check_keys(content, list(GROUPS), [], "sources").items():
        for number, name in enumerate(source.check_kind(names, list, "sources", group)):
            at = ("sources", group, number)
            if source.check_kind(name, str, *at) in found:
                raise source.error(f"‘{name}’ staat er twee keer in.", *at, remedy="Een bron hoort in één groep.")
            found[name] = group
    return found


def _box(source: YamlFile, entry: Any, place: int) -> OwnBox:
    at = ("boxes", place)
    source.check_keys(entry, _KEYS, [], *at)
    kinds = [kind for kind in ("out", "step") if kind in entry]
    if len(kinds) != 1:
        raise source.error(
            "een vak is ‘out’ (hier vallen werken af) of ‘step’ (wat er dan over is).",
            *at, remedy="Begin het vak met - out: NAAM of - step: NAAM.",
        )  # fmt: skip
    name = source.check_kind(entry[kinds[0]], str, *at, kinds[0]).strip()
    ways = [way for way in ("query", "reasons") if way in entry]
    if kinds == ["step"]:
        ways += [way for way in ("meaning",) if way in entry]
        if ways:
            raise source.error(
                f"bij ‘step’ hoort geen ‘{ways[0]}’.", *at, ways[0], remedy="Schrijf out in plaats van step."
            )
        return OwnBox(name, place, step=True)
    if len(ways) != 1:
        raise source.error(
            f"het vak ‘{name}’ zegt niet, of op twee manieren, welke werken afvallen.",
            *at,
            remedy="Geef óf query: VRAAG, óf reasons: [REDEN, …].",
        )
    if ways == ["query"]:
        query = source.check_kind(entry["query"], str, *at, "query").strip()
        if not query:
            raise source.error("‘query’ is leeg.", *at, "query", remedy="Schrijf een vraag, zoals jaar:-2009.")
        try:
            parse_query(query)
        except LeeszaalError as error:
            raise source.error(error.message, *at, "query", remedy=error.remedy) from error
        meaning = source.check_kind(entry.get("meaning", False), bool, *at, "meaning")
        return OwnBox(name, place, query=query, meaning=meaning)
    if "meaning" in entry:
        raise source.error("‘meaning’ hoort bij ‘query’.", *at, "meaning", remedy="Haal deze regel weg.")
    reasons = source.check_kind(entry["reasons"], list, *at, "reasons")
    for number, reason in enumerate(reasons):
        if not fold(source.check_kind(reason, str, *at, "reasons", number)):
            raise source.error("deze reden is leeg.", *at, "reasons", number, remedy="Haal haar weg.")
    if not reasons:
        raise source.error("‘reasons’ is leeg.", *at, "reasons", remedy="Noem een reden, of haal het vak weg.")
    return OwnBox(name, place, reasons=tuple(reason.strip() for reason in reasons))


def moment_of(home: Home, since: str) -> str:
    """Return the moment (UTC, ISO) from which works are new, or "" for none.

    Parameters
    ----------
    home
        The reading room.
    since
        A date ("2026-06-01", from its first second in UTC), a time, or "paper:naam": when the last version of that
        paper was signed ("" while none was). "" for none.

    Raises
    ------
    LeeszaalError
        When it is no date, and no paper there is.
    """
    since = since.strip()
    named = parse_subject(since)
    if named and named[0] == "paper":
        if named[1] not in home.paper_slugs():
            raise LeeszaalError(f"Er is geen paper ‘{named[1]}’.", nearest(named[1], home.paper_slugs()))
        said = subject_decisions(home, "paper")
        return str(max(said.loc[(said["name"] == named[1]) & (said["verb"] == "sign"), "time"], default=""))
    if not since:
        return ""
    try:
        moment = datetime.datetime.fromisoformat(since)
    except ValueError as error:
        raise LeeszaalError(
            f"‘{since}’ zegt niet vanaf wanneer werken nieuw zijn.",
            "Schrijf een datum, zoals 2026-06-01, of een ondertekende paper, zoals paper:mijn-paper.",
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
