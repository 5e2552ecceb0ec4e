"""Decisions applied: which records are one work, and which subthemes a work has, where a person said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from leeszaal.library.decisionfile import Row
from leeszaal.library.decisions import find_work
from leeszaal.works.numbers import format_date

__all__ = ["decided_tags", "merge_and_split"]

_STRUCTURE = ("merge", "split")


def merge_and_split(
    names: Sequence[Sequence[str]],
    marks: Sequence[str],
    clusters: Sequence[tuple[int, ...]],
    ids: Sequence[str],
    citekeys: Sequence[str],
    rows: Sequence[Row],
) -> tuple[list[tuple[int, ...]], list[str]]:
    """Let people's "merge" and "split" go over what the deduplicator found, oldest first: the last word counts.

    Parameters
    ----------
    names, marks
        What each record is known by, in the order of the evidence; see `leeszaal.library.identity`.
    clusters
        The places of the records of each work.
    ids, citekeys
        Of each record, as if it were the earliest of its work.
    rows
        Decisions that stand, oldest first; other verbs are passed over.

    Returns
    -------
    clusters
        As before, in the order of their earliest record; each record is in exactly one.
    remarks
        Dutch: decisions that could not be followed, or changed nothing (such as the last of a circle of merges).
    """
    rows = [row for row in rows if row.verb in _STRUCTURE]
    if not rows:
        return list(clusters), []
    groups = _Groups(len(names), clusters)
    holders: dict[str, int] = {}
    marked: dict[str, list[int]] = {}
    for place, own in enumerate(names):
        holders[f"@{citekeys[place]}"] = place
        for name in own:
            holders.setdefault(name, place)
        marked.setdefault(marks[place], []).append(place)
    holders.update({work_id: place for place, work_id in enumerate(ids)})
    remarks = []
    for row in rows:
        if row.verb == "merge":
            problem = _merge(row, holders, groups)
        else:
            problem = _split(_parts(row.value, marked), names, groups)
        if problem:
            remarks.append(f"{row.file}, regel {row.line}: {problem}")
    return [tuple(found) for found in sorted(groups.members.values())], remarks


class _Groups:
    """Which records are together: `members` of each group, and the group `of` each record."""

    def __init__(self, n: int, clusters: Sequence[tuple[int, ...]]) -> None:
        self.of = [0] * n
        self.members: dict[int, list[int]] = {}
        self._next = 0
        for cluster in clusters:
            self.add(cluster)

    def add(self, places: Sequence[int]) -> None:
        self.members[self._next] = sorted(places)
        for place in places:
            self.of[place] = self._next
        self._next += 1


def _merge(row: Row, holders: Mapping[str, int], groups: _Groups) -> str:
    """Put two works together; return what is wrong with that (Dutch), or ""."""
    found = []
    for name in (row.work, row.value):
        place = find_work(name, holders)
        if place is None:
            return f"het werk ‘{name}’ bestaat niet, dus er is niets samengevoegd."
        found.append(groups.of[place])
    one, other = found
    if one == other:
        return "deze werken waren al één werk, dus dit samenvoegen verandert niets."
    groups.add(groups.members.pop(one) + groups.members.pop(other))
    return ""


def _parts(value: str, marks: Mapping[str, Sequence[int]]) -> list[list[int]]:
    """Return the records of each part a split names; one that is named twice is in the first."""
    seen: set[int] = set()
    parts = []
    for names in value.split("|"):
        part = [place for mark in names.split() for place in marks.get(mark, []) if place not in seen]
        seen.update(part)
        if part:
            parts.append(part)
    return parts


def _split(parts: Sequence[Sequence[int]], names: Sequence[Sequence[str]], groups: _Groups) -> str:
    """Take records apart that are together; return what is wrong with that (Dutch), or ""."""
    done = len(parts) > 1  # that they are apart already is what was wanted
    for number in sorted({groups.of[place] for part in parts for place in part}):
        inside = [[place for place in part if groups.of[place] == number] for part in parts]
        inside = [part for part in inside if part]
        if len(inside) < 2:
            continue
        done = True
        known = {place for part in inside for place in part}
        keys = [{name for place in part for name in names[place]} for part in inside]
        # A record that came later goes where it is recognised; where that is in several parts, to the first.
        for place in groups.members.pop(number):
            if place not in known:
                own = set(names[place])
                inside[next((i for i, theirs in enumerate(keys) if own & theirs), 0)].append(place)
        for part in inside:
            groups.add(part)
    return "" if done else "de records die dit uit elkaar haalt zijn er niet (meer)."


def decided_tags(tags: pd.DataFrame, decisions: pd.DataFrame, themes: Mapping[str, str]) -> pd.DataFrame:
    """Let people's "tag" and "untag" go over the tags that were found: the last word counts, and others are named.

    Parameters
    ----------
    tags
        work_id, theme, label, score, rank, method, reason.
    decisions
        From `leeszaal.library.load_decisions`.
    themes
        Label to its theme; a decision about another label changes nothing.

    Returns
    -------
    DataFrame
        The same columns. A tag of a person has method "decision", score 1 and goes before the tags that were found.
    """
    rows = decisions[
        decisions["verb"].isin(["tag", "untag"])
        & (decisions["problem"] == "")
        & ~decisions["undone"].astype(bool)
        & decisions["work_id"].notna()
        & decisions["value"].isin(list(themes))
    ]
    if rows.empty:
        return tags
    said: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for row in rows.itertuples():
        voices = said.setdefault((str(row.work_id), str(row.value)), {})
        voices.pop(str(row.person), None)  # the last word goes to the end
        voices[str(row.person)] = (str(row.verb), str(row.time))
    pairs = list(zip(tags["work_id"], tags["label"], strict=True))
    kept = tags[[pair not in said for pair in pairs]]
    added = []
    for (work_id, label), voices in said.items():
        last = list(voices)[-1]
        verb, time = voices[last]
        if verb == "untag":
            continue
        others = [who for who, (word, _) in voices.items() if word != verb]
        reason = f"{last}, {format_date(time[:10])}" + (f"; niet volgens {', '.join(others)}" if others else "")
        added.append((work_id, themes[label], label, 1.0, 0, "decision", reason))
    extra = pd.DataFrame(added, columns=list(tags.columns)).astype(tags.dtypes.to_dict())
    order = pd.Series(range(len(kept)), index=kept.index)
    both = pd.concat([kept.assign(_at=order), extra.assign(_at=-1)], ignore_index=True) if len(extra) else kept.copy()
    works = list(dict.fromkeys([*tags["work_id"], *extra["work_id"]]))
    both["_work"] = both["work_id"].map({work: i for i, work in enumerate(works)})
    keys = ["_work", "rank", "label"]
    both = both.sort_values(keys, kind="stable")
    both["rank"] = (both.groupby("work_id", sort=False).cumcount() + 1).astype(tags["rank"].dtype)
    return both[list(tags.columns)].reset_index(drop=True)
